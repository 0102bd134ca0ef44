// The duty roster: days down, the window's half days and the day's leader across.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Rota page
    required property Desk desk
    anchors.fill: parent

    // The place that is being filled: a day, a half, a duty.
    property var filling: null

    Connections {
        target: root.page
        function onDone() { root.filling = null }
    }
    component Cell: Press {
        id: cell
        required property var place
        required property string day
        readonly property bool here: root.filling !== null && root.filling.day === day
                                     && root.filling.half === place.half && root.filling.duty === place.duty
        radius: 10
        height: 50
        enabled: place.open
        label: place.post || (place.open ? qsTr("没有人") : qsTr("不办公"))
        chosen: here
        care: place.open && place.post === ""
        onTapped: if (root.page.plans) root.filling = { day: day, half: place.half, duty: place.duty, post: place.post }
        Line {
            anchors { verticalCenter: parent.verticalCenter; left: parent.left; right: parent.right; margins: 12 }
            text: cell.label
            small: true
            lineHeight: 1
            maximumLineCount: 2
            elide: Text.ElideRight
            color: cell.care ? Theme.apricot : Theme.ink
            font.bold: cell.care
        }
    }
    Item {
        id: head
        width: parent.width
        height: 46
        Words { id: title; anchors.verticalCenter: parent.verticalCenter; text: qsTr("值班表"); font.pixelSize: 26; font.bold: true }
        Row {
            anchors { left: title.right; leftMargin: 20 }
            spacing: 8
            Small { label: qsTr("前一周"); heavy: false; onTapped: root.page.turn(-1) }
            Small { label: qsTr("后一周"); heavy: false; onTapped: root.page.turn(1) }
            Small {
                visible: root.page.plans
                label: qsTr("照这一周排下四周")
                heavy: false
                onTapped: root.page.repeat()
            }
        }
    }
    readonly property alias turns: table
    Sheet {
        id: table
        anchors { top: head.bottom; topMargin: 12; bottom: parent.bottom }
        width: root.page.plans ? parent.width * 0.66 : parent.width * 0.7
        contentHeight: rows.implicitHeight
        Column {
            id: rows
            width: table.width
            spacing: 6
            readonly property real first: 190
            readonly property real each: (width - first - 28) / 3
            Row {
                spacing: 8
                Item { width: rows.first; height: 1 }
                Repeater {
                    model: [qsTr("上午 窗口值守"), qsTr("下午 窗口值守"), qsTr("当天带班领导")]
                    Line { required property string modelData; width: rows.each; text: modelData; small: true; color: Theme.soft }
                }
            }
            Repeater {
                model: root.page.days
                Row {
                    id: row
                    required property var modelData
                    spacing: 8
                    Line {
                        width: rows.first
                        anchors.verticalCenter: parent.verticalCenter
                        text: row.modelData.name + (row.modelData.today ? "　" + qsTr("今天") : "")
                        font.bold: row.modelData.today
                        color: row.modelData.today ? Theme.jade : Theme.ink
                        small: true
                    }
                    Repeater {
                        model: row.modelData.places
                        Cell {
                            required property var modelData
                            width: rows.each
                            place: modelData
                            day: row.modelData.day
                        }
                    }
                }
            }
        }
    }
    Sheet {
        id: side
        anchors { top: table.top; bottom: parent.bottom; left: table.right; leftMargin: 24; right: parent.right }
        contentHeight: notes.implicitHeight
        Column {
            id: notes
            width: side.width
            spacing: 12
            Column {
                width: parent.width
                spacing: 10
                visible: root.filling !== null
                Line { text: qsTr("谁来值班"); font.bold: true; color: Theme.jade }
                Choice {
                    id: who
                    width: parent.width
                    choices: root.filling ? root.page.people(root.filling.duty) : []
                    optional: true
                }
                Field {
                    id: reason
                    width: parent.width
                    visible: root.filling !== null && root.filling.post !== ""
                    hint: qsTr("换班的原因")
                }
                Row {
                    spacing: 10
                    Small {
                        primary: true
                        enabled: root.filling !== null && (root.filling.post === ""
                                 ? who.picked !== "" : reason.text.trim() !== "")
                        label: who.picked === "" ? qsTr("空出来") : qsTr("就这样排")
                        onTapped: {
                            root.page.place(root.filling.day, root.filling.half, root.filling.duty, who.picked, reason.text)
                            who.picked = ""
                            reason.text = ""
                        }
                    }
                    Small { label: qsTr("算了"); heavy: false; onTapped: root.filling = null }
                }
            }
            Remark {
                width: parent.width
                visible: root.page.warnings.length > 0
                strong: qsTr("还没有排好")
                text: root.page.warnings.join("\n")
            }
            Remark {
                width: parent.width
                visible: root.page.warnings.length === 0
                fact: true
                strong: qsTr("近五个工作日都排好了")
                text: ""
            }
            Line { visible: root.page.swaps.length > 0; text: qsTr("换班记录"); color: Theme.jade; font.bold: true }
            Repeater {
                model: root.page.swaps
                Line { required property string modelData; width: notes.width; small: true; color: Theme.soft; text: modelData }
            }
        }
    }
}
