// What became of it: the state in words, the promised date, the reply.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    readonly property var found: citizen.found
    readonly property bool known: "number" in found

    step: known ? found.number : ""
    title: known ? spoken(found.state) : qsTr("没有查到这个码")
    help: known ? (found.due ? qsTr("最迟 %1 前回复您").arg(found.due) : "")
                : qsTr("请对一对小票上的 12 位查询码。也可以到服务台，我们帮您查。")

    // The state comes as a Chinese word of the record; it is spoken in the screen's language.
    function spoken(word) {
        return { "已登记": qsTr("已登记"), "已受理": qsTr("已受理"), "办理中": qsTr("办理中"),
                 "待您补充": qsTr("待您补充"), "待审核": qsTr("办理中"), "已回复": qsTr("已回复"),
                 "已办结": qsTr("已办结"), "请您补充": qsTr("待您补充") }[word] ?? word
    }

    footer: Button {
        primary: true
        label: root.known ? qsTr("看好了") : qsTr("再试一次")
        size: Theme.tile
        onTapped: root.known ? root.citizen.startAgain() : root.citizen.back()
    }
    Note {
        width: parent.width
        visible: root.citizen.staleSince !== ""
        strong: qsTr("从 %1 起暂时连不上，看到的可能不是最新的。").arg(root.citizen.staleSince)
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
            Words { width: parent.width; text: root.found.reply ?? "" }
        }
    }
    Repeater {
        model: root.found.story ?? []
        Row {
            id: line
            required property var modelData
            width: parent.width
            spacing: Theme.gap
            Rectangle {
                anchors.verticalCenter: parent.verticalCenter
                width: 22 * Theme.u; height: width; radius: width / 2
                color: Theme.jade
            }
            Words {
                text: root.spoken(line.modelData.words)
                font.bold: true
            }
            Words { text: line.modelData.day; color: Theme.soft }
        }
    }
}
