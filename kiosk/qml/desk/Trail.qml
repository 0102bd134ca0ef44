// The log as an auditor reads it: when, who, what, on which number. No words, no contact.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property People page
    readonly property var columns: [0.15, 0.38, 0.22, 0.25]

    component Cells: Row {
        id: cells
        required property var texts
        property bool head: false
        Repeater {
            model: cells.texts
            Line {
                required property string modelData
                required property int index
                width: root.width * root.columns[index] - 12
                rightPadding: 12
                small: cells.head
                text: modelData
                color: cells.head || index === 0 ? Theme.soft : Theme.ink
                wrapMode: Text.NoWrap
                elide: Text.ElideRight
            }
        }
        spacing: 12
    }

    Cells { id: names; head: true; texts: [qsTr("时间"), qsTr("谁"), qsTr("做了什么"), qsTr("编号或对象")] }
    ListView {
        id: list
        anchors { top: names.bottom; topMargin: 8; bottom: parent.bottom }
        width: parent.width
        clip: true
        spacing: 10
        model: root.page.traces
        boundsBehavior: Flickable.StopAtBounds
        delegate: Cells {
            required property var modelData
            texts: [modelData.at, modelData.who, modelData.what, modelData.number]
        }
    }
    Line { anchors.centerIn: parent; visible: list.count === 0; text: qsTr("还没有记录。"); color: Theme.soft }
}
