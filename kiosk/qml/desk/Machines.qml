// The machines of the hall: what somebody should see to first, then who is well.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Machines page
    required property Desk desk
    anchors.fill: parent

    // What machines say of themselves is no event: look from time to time.
    Timer { interval: 20000; running: root.visible; repeat: true; onTriggered: root.page.refresh() }

    Words { id: head; text: qsTr("设备"); font.pixelSize: 26; font.bold: true }
    Line {
        anchors { left: head.right; leftMargin: 16; baseline: head.baseline }
        text: qsTr("每台机器最后一次报告的情况")
        small: true
        color: Theme.soft
    }
    readonly property alias turns: list
    Rows {
        id: list
        anchors { top: head.bottom; topMargin: 14; bottom: parent.bottom }
        width: parent.width
        spacing: 8
        model: root.page.rows
        delegate: Rectangle {
            id: row
            required property var modelData
            width: list.width
            height: Math.max(62, words.implicitHeight + 30)
            radius: 12
            color: modelData.bad === 2 ? Theme.apricotMist : Theme.card
            border { color: modelData.bad ? Theme.apricot : Theme.line; width: modelData.bad === 2 ? 2 : 1 }
            Line {
                id: device
                x: 18
                width: 110
                anchors.verticalCenter: parent.verticalCenter
                text: row.modelData.device
                font.bold: true
            }
            Line {
                id: words
                anchors { left: device.right; right: since.left; rightMargin: 16; verticalCenter: parent.verticalCenter }
                text: row.modelData.words
                color: row.modelData.bad ? Theme.apricot : Theme.ink
                font.bold: row.modelData.bad === 2
            }
            Line {
                id: since
                anchors { right: state.left; rightMargin: 16; verticalCenter: parent.verticalCenter }
                text: row.modelData.since
                small: true
                color: Theme.soft
            }
            Mark {
                id: state
                anchors { right: parent.right; rightMargin: 14; verticalCenter: parent.verticalCenter }
                text: row.modelData.state
                care: row.modelData.bad > 0
                ground: row.modelData.bad === 2 ? Theme.card : care ? Theme.apricotMist : Theme.mist
            }
        }
    }
    Line {
        anchors.centerIn: list
        visible: list.count === 0
        text: qsTr("还没有机器报告过。同步开着吗？")
        color: Theme.soft
    }
}
