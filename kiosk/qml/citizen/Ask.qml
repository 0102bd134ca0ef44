// Where and how: service items found by words or pinyin initials.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen

    Words {
        id: head
        x: Theme.margin
        y: 30 * Theme.u
        width: parent.width - 2 * Theme.margin
        text: root.citizen.asked ? root.citizen.asked : qsTr("想办什么事？打几个字")
        color: root.citizen.asked ? Theme.ink : Theme.soft
        font.pixelSize: Theme.title * 0.7
        font.bold: true
    }
    Scroller {
        x: Theme.margin
        anchors { top: head.bottom; topMargin: Theme.gap }
        width: Theme.landscape ? parent.width * 0.42 : parent.width - 2 * Theme.margin
        height: (Theme.landscape ? parent.height : keys.y) - y - Theme.gap
        spacing: Theme.gap * 0.7
        Repeater {
            model: root.citizen.answers
            Rectangle {
                required property var modelData
                width: parent.width
                height: answer.implicitHeight + 1.4 * Theme.pad
                radius: Theme.corner
                color: Theme.card
                border.width: Theme.edge
                border.color: Theme.line
                Column {
                    id: answer
                    x: Theme.pad
                    width: parent.width - 2 * Theme.pad
                    anchors.verticalCenter: parent.verticalCenter
                    Words { width: parent.width; text: parent.parent.modelData.name; font.bold: true }
                    Words {
                        width: parent.width
                        text: qsTr("在哪办：%1").arg(parent.parent.modelData.where)
                        font.pixelSize: Theme.help
                        color: Theme.jade
                    }
                    Words {
                        width: parent.width
                        text: qsTr("带什么：%1").arg(parent.parent.modelData.bring)
                        font.pixelSize: Theme.help
                        color: Theme.soft
                    }
                }
            }
        }
        Note {
            visible: root.citizen.answers.length === 0
            width: parent.width
            strong: qsTr("没有找到。")
            text: qsTr("点下面的“叫人帮忙”，有人过来告诉您在哪办、怎么办。")
        }
    }
    Keyboard {
        id: keys
        x: Theme.landscape ? parent.width * 0.42 + 1.6 * Theme.margin : Theme.margin
        width: parent.width - x - Theme.margin
        y: parent.height - height - Theme.gap
        composer: root.citizen.composer
    }
}
