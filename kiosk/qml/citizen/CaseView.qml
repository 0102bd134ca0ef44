// What became of it: the state in words, the promised date, the question, all that the hall answers.
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
    title: known ? found.state : qsTr("没有查到这个码")
    help: known ? found.promise
                : qsTr("请对一对小票上的 12 位查询码。也可以到服务台，我们帮您查。")

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
        text: (root.found.question ?? "")
              + (root.found.questionBy ? "\n" + root.found.questionBy : "")
    }
    Note {
        width: parent.width
        visible: root.citizen.followUp.staleSince !== ""
        strong: qsTr("从 %1 起暂时连不上，看到的可能不是最新的。").arg(root.citizen.followUp.staleSince)
    }
    Rectangle {
        visible: (root.found.answer ?? []).length > 0
        width: parent.width
        height: answer.implicitHeight + 2 * Theme.pad
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        Column {
            id: answer
            x: Theme.pad
            y: Theme.pad
            width: parent.width - 2 * Theme.pad
            spacing: Theme.gap
            Repeater {
                model: root.found.answer ?? []
                Column {
                    id: block
                    required property var modelData
                    width: answer.width
                    spacing: 6 * Theme.u
                    Words {
                        width: parent.width
                        text: block.modelData.title
                        color: Theme.jade
                        font.bold: true
                        font.pixelSize: Theme.help
                    }
                    Words { width: parent.width; even: true; text: block.modelData.text }
                }
            }
        }
    }
    Loader {
        width: parent.width
        active: root.judges && root.apart
        visible: active
        sourceComponent: verdicts
    }
    Repeater {
        model: root.found.notes ?? []
        Note {
            required property var modelData
            width: parent.width
            fact: true
            strong: modelData.title
            text: modelData.text
        }
    }
    Column {
        visible: (root.found.about ?? []).length > 0
        width: parent.width
        spacing: 6 * Theme.u
        Words {
            width: parent.width
            text: qsTr("您反映的")
            color: Theme.jade
            font.bold: true
            font.pixelSize: Theme.help
        }
        Repeater {
            model: root.found.about ?? []
            Words {
                required property string modelData
                width: parent.width
                text: modelData
                font.pixelSize: Theme.help
            }
        }
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
                    text: line.modelData.words
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
