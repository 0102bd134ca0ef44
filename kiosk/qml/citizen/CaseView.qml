// What became of it: the state in words, the promised date, the reply.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    readonly property var found: citizen.followUp.found
    readonly property bool known: "number" in found

    step: known ? found.number : ""
    title: known ? spoken(found.state) : qsTr("没有查到这个码")
    help: known ? (found.due ? qsTr("最迟 %1 前回复您").arg(found.due) : "")
                : qsTr("请对一对小票上的 12 位查询码。也可以到服务台，我们帮您查。")

    // The state comes as a Chinese word of the record; it is spoken in the screen's language.
    function spoken(word) {
        return { "已登记": qsTr("已登记"), "已受理": qsTr("已受理"), "办理中": qsTr("办理中"),
                 "待您补充": qsTr("待您补充"), "待审核": qsTr("办理中"), "已回复": qsTr("已回复"),
                 "已办结": qsTr("已办结"), "请您补充": qsTr("待您补充"),
                 "您补充了": qsTr("您补充了"), "您撤回了": qsTr("您撤回了") }[word] ?? word
    }

    readonly property bool judges: found.judges ?? false
    // Large words need the place: the reply is read first, and judged below it.
    readonly property bool apart: Theme.textSize > 1

    Component {
        id: verdicts
        Grid {
            id: choices
            columns: Theme.landscape || root.apart ? 1 : 3
            spacing: Theme.gap * 0.8
            readonly property real cell: (width - (columns - 1) * spacing) / columns
            readonly property real tall: Math.max(v1.implicitHeight, v2.implicitHeight,
                                                  v3.implicitHeight)
            component Choice: Button {
                required property string verdict
                width: choices.cell
                height: choices.tall
                onTapped: root.citizen.followUp.choose(verdict)
            }
            Choice { id: v1; verdict: "solved"; primary: true; label: qsTr("解决了") }
            Choice { id: v2; verdict: "partly"; label: qsTr("解决了一部分") }
            Choice { id: v3; verdict: "unsolved"; label: qsTr("没解决，要重办") }
        }
    }

    footer: Column {
        spacing: Theme.gap * 0.8
        Loader {
            width: parent.width
            active: root.judges && !root.apart
            visible: active
            sourceComponent: verdicts
        }
        Button {
            visible: (root.found.question ?? "") !== ""
            width: parent.width
            primary: true
            label: qsTr("回答")
            size: Theme.tile
            onTapped: root.citizen.go("OwnWords")
        }
        Button {
            width: parent.width
            primary: !root.judges && !(root.found.question ?? "")
            label: root.known ? qsTr("看好了") : qsTr("再试一次")
            size: Theme.tile
            onTapped: root.known ? root.citizen.startAgain() : root.citizen.back()
        }
    }
    Note {
        visible: root.citizen.followUp.said !== ""
        width: parent.width
        fact: true
        strong: ({ judged: qsTr("记下了，谢谢您。"), answered: qsTr("您的回答已经交给经办的人。"),
                   withdrawn: qsTr("撤回了。"), late: qsTr("这件事刚刚有了变化，请看一看再点。")
                 })[root.citizen.followUp.said] ?? ""
    }
    Note {
        visible: root.found.test ?? false
        width: parent.width
        strong: qsTr("测试 · 不计入")
    }
    Note {
        visible: (root.found.question ?? "") !== ""
        width: parent.width
        strong: qsTr("想请您补充：")
        text: root.found.question ?? ""
    }
    Note {
        width: parent.width
        visible: root.citizen.followUp.staleSince !== ""
        strong: qsTr("从 %1 起暂时连不上，看到的可能不是最新的。").arg(root.citizen.followUp.staleSince)
    }
    Rectangle {
        visible: root.known && root.found.reply !== ""
        width: parent.width
        height: reply.implicitHeight + 2 * Theme.pad
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        Column {
            id: reply
            x: Theme.pad
            y: Theme.pad
            width: parent.width - 2 * Theme.pad
            spacing: 10 * Theme.u
            Words {
                text: qsTr("给您的回复")
                color: Theme.jade
                font.bold: true
                font.pixelSize: Theme.help
            }
            Words { width: parent.width; even: true; text: root.found.reply ?? "" }
        }
    }
    Loader {
        width: parent.width
        active: root.judges && root.apart
        visible: active
        sourceComponent: verdicts
    }
    Repeater {
        model: root.found.story ?? []
        Item {
            id: line
            required property var modelData
            width: parent.width
            height: told.height
            Rectangle {
                y: (state.height - height) / 2
                width: 22 * Theme.u; height: width; radius: width / 2
                color: Theme.jade
            }
            Flow {
                id: told
                x: 22 * Theme.u + Theme.gap
                width: parent.width - x
                spacing: Theme.gap
                Words {
                    id: state
                    width: Math.min(implicitWidth, told.width)
                    text: root.spoken(line.modelData.words)
                    font.bold: true
                }
                Words {
                    width: Math.min(implicitWidth, told.width)
                    text: line.modelData.day
                    color: Theme.soft
                }
            }
        }
    }
    Button {
        visible: root.found.withdraws ?? false
        property bool sure: false
        width: parent.width
        size: Theme.help
        label: sure ? qsTr("再点一次，就撤回这件事") : qsTr("不用办了，撤回")
        onTapped: { if (sure) root.citizen.followUp.withdraw(); sure = !sure }
    }
}
