// The log as an auditor reads it: when, who, what, on which number. No words, no contact.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property People page
    readonly property alias list: list
    // A time is read whole; what is left is shared out.
    readonly property real first: Math.ceil(time.advanceWidth) + 12
    readonly property var columns: [first, ...[0.44, 0.26, 0.3].map(part => part * (width - first - 36))]

    TextMetrics { id: time; font.family: Theme.family; font.pixelSize: 18; text: "2026-00-00 00:00" }

    component Cells: Row {
        id: cells
        required property var texts
        property bool head: false
        Repeater {
            model: cells.texts
            Line {
                required property string modelData
                required property int index
                width: root.columns[index]
                small: cells.head
                text: modelData
                color: cells.head || index === 0 ? Theme.soft : Theme.ink
            }
        }
        spacing: 12
    }

    Cells { id: names; head: true; texts: [qsTr("时间"), qsTr("谁"), qsTr("做了什么"), qsTr("编号或对象")] }
    Rows {
        id: list
        anchors { top: names.bottom; topMargin: 8; bottom: parent.bottom }
        width: parent.width
        spacing: 10
        model: root.page.traces
        delegate: Cells {
            required property var modelData
            texts: [modelData.at, modelData.who, modelData.what, modelData.number]
        }
    }
    Line { anchors.centerIn: parent; visible: list.count === 0; text: qsTr("还没有记录。"); color: Theme.soft }
}
