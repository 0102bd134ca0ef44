// Papers to print at the desk; the printer's state; receipts that did not come out.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Papers page
    required property Desk desk
    anchors.fill: parent

    readonly property alias turns: view
    Sheet {
        id: view
        anchors.fill: parent
        contentHeight: Math.max(left.implicitHeight, right.implicitHeight)
        Column {
            id: left
            width: (parent.width - 32) * 0.5
            spacing: 14
            Words { text: qsTr("打纸"); font.pixelSize: 26; font.bold: true }
            Flow {
                width: parent.width
                spacing: 10
                Small { label: qsTr("空白记录单"); onTapped: root.page.print("record-slip") }
                Small { label: qsTr("交接单"); onTapped: root.page.print("handover") }
                Small { label: qsTr("今天的说NO清单"); onTapped: root.page.print("no-list") }
            }
            Line { text: qsTr("引导单：要办什么事"); small: true; color: Theme.soft }
            Choice { id: item; width: parent.width; choices: root.page.items; optional: true }
            Small {
                primary: true
                enabled: item.picked !== ""
                label: qsTr("打引导单")
                onTapped: root.page.guide(item.picked)
            }
        }
        Column {
            id: right
            anchors { left: left.right; leftMargin: 32; right: parent.right }
            spacing: 14
            Words { text: qsTr("小票打印机"); font.pixelSize: 26; font.bold: true }
            Mark { text: root.page.state; care: root.page.stops; implicitHeight: 38; visible: root.page.state !== "" }
            Line { text: qsTr("没打出来的"); color: Theme.jade; font.bold: true }
            Line {
                visible: root.page.unprinted.length + root.page.missing.length === 0
                text: qsTr("都打出来了。")
                color: Theme.soft
            }
            Repeater {
                model: root.page.missing
                Row {
                    id: missed
                    required property var modelData
                    width: parent.width
                    spacing: 12
                    Line { width: parent.width - there.width - 12; anchors.verticalCenter: parent.verticalCenter; small: true; text: missed.modelData.text }
                    Small {
                        id: there
                        label: qsTr("打开补打")
                        heavy: false
                        onTapped: {
                            root.desk.show_cases([missed.modelData.id], missed.modelData.number)
                            root.desk.work.open(missed.modelData.id)
                        }
                    }
                }
            }
            Repeater {
                model: root.page.unprinted
                Row {
                    id: row
                    required property var modelData
                    width: parent.width
                    spacing: 12
                    Line { width: parent.width - gone.width - 12; anchors.verticalCenter: parent.verticalCenter; small: true; text: row.modelData.text }
                    Small { id: gone; label: qsTr("不用了"); heavy: false; onTapped: root.page.forget(row.modelData.job) }
                }
            }
            Line {
                width: parent.width
                visible: root.page.unprinted.length + root.page.missing.length > 0
                small: true
                color: Theme.soft
                text: qsTr("市民还要的话，在案件里按编号找到它，补打一张：补打的小票有新的查询码。")
            }
        }
    }
}
