// The worklist: what has to be looked after, column by column; the search; the lines.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Work work
    signal callsLeader()
    readonly property alias searching: search.writes

    function find() { search.take() }

    Field {
        id: search
        readonly property bool writes: search.activeFocusInside
        anchors { left: parent.left; right: leader.left; rightMargin: 10 }
        hint: qsTr("找：编号、扫小票、几个字、拼音首字母")
        onAccepted: root.work.search(text)
        onTextChanged: if (text === "") root.work.search("")
    }
    Small {
        id: leader
        anchors { right: parent.right; top: search.top; bottom: search.bottom }
        label: qsTr("请领导来")
        key: "G"
        onTapped: root.callsLeader()
    }
    Sheet {
        id: columns
        // Above them calls may stand: they become lower, to what a finger needs, and then scroll.
        readonly property real each: (height + stack.spacing) / Math.max(1, root.work.columns.length) - stack.spacing
        anchors { top: search.bottom; topMargin: 12; bottom: parent.bottom }
        width: 184
        contentHeight: stack.implicitHeight
        Column {
            id: stack
            width: columns.width
            spacing: 6
            Repeater {
                model: root.work.columns
                Press {
                    id: column
                    required property var modelData
                    width: columns.width
                    height: Math.max(44, Math.min(54, columns.each))
                    radius: 10
                    label: modelData.name
                    chosen: modelData.chosen
                    care: modelData.care && !modelData.chosen
                    onTapped: { search.text = ""; root.work.choose(modelData.code) }
                    Line {
                        anchors { left: parent.left; leftMargin: 14; right: count.left; rightMargin: 6; verticalCenter: parent.verticalCenter }
                        wrapMode: Text.NoWrap
                        elide: Text.ElideRight
                        text: column.modelData.name
                        color: column.care ? Theme.apricot : Theme.ink
                        font.bold: column.chosen || column.care
                    }
                    Words {
                        id: count
                        anchors { right: parent.right; rightMargin: 14; verticalCenter: parent.verticalCenter }
                        visible: column.modelData.count >= 0
                        text: column.modelData.count
                        color: column.care ? Theme.apricot : column.modelData.count ? Theme.jade : Theme.soft
                        font.pixelSize: 20
                        font.bold: true
                    }
                }
            }
        }
    }
    Rows {
        id: list
        // The case that the keyboard opens comes into sight.
        readonly property string chosen: root.work.chosen
        onChosenChanged: if (chosen !== "" && root.work.place >= 0) positionViewAtIndex(root.work.place, ListView.Contain)
        anchors { top: columns.top; bottom: parent.bottom; left: columns.right; leftMargin: 12; right: parent.right }
        spacing: 8
        reuseItems: true
        model: root.work.model
        onAtYEndChanged: if (atYEnd && count > 0) root.work.more()
        header: Item {
            width: list.width
            height: root.work.byPhone ? 52 : 0
            Small {
                visible: root.work.byPhone
                width: parent.width
                heavy: false
                label: qsTr("按手机号找（会留记录）")
                onTapped: root.work.searchPhone()
            }
        }
        delegate: Press {
            id: row
            required property int index
            required property var line
            width: list.width
            height: cell.implicitHeight + 20
            radius: 12
            label: line.number
            chosen: line.chosen
            onTapped: root.work.open(line.id)
            Column {
                id: cell
                x: 14
                y: 10
                width: parent.width - 28
                spacing: 3
                Item {
                    width: parent.width
                    height: what.implicitHeight
                    Line {
                        id: what
                        width: parent.width - state.implicitWidth - 10
                        wrapMode: Text.NoWrap
                        maximumLineCount: 1
                        elide: Text.ElideRight
                        text: row.line.summary || row.line.kind
                        font.bold: true
                    }
                    Line {
                        id: state
                        anchors { right: parent.right; baseline: what.baseline }
                        text: row.line.state
                        small: true
                        color: Theme.jade
                    }
                }
                Line {
                    width: parent.width
                    visible: text !== ""
                    small: true
                    text: [row.line.summary ? row.line.kind : "", ...row.line.flags].filter(x => x).join(" · ")
                    color: Theme.soft
                }
                Item {
                    // A number is read whole: where both do not fit, the day stands below it.
                    readonly property bool fits: number.implicitWidth + due.implicitWidth + 10 <= width
                    width: parent.width
                    height: fits ? number.implicitHeight : number.implicitHeight + due.implicitHeight
                    Line {
                        id: number
                        small: true
                        wrapMode: Text.NoWrap
                        text: row.line.number
                        color: Theme.soft
                    }
                    Line {
                        id: due
                        anchors { right: parent.right; bottom: parent.bottom }
                        small: true
                        text: (row.line.late ? qsTr("超期 · ") : row.line.today ? qsTr("今天到期 · ") : "")
                              + row.line.due
                        color: row.line.late || row.line.today ? Theme.apricot : Theme.soft
                        font.bold: row.line.late || row.line.today
                    }
                }
            }
        }
        Line {
            anchors.centerIn: parent
            width: parent.width - 40
            horizontalAlignment: Text.AlignHCenter
            visible: list.count === 0
            text: root.work.searched ? qsTr("没有找到。换几个字试试？") : qsTr("这一栏都办完了，喝口水吧。")
            color: Theme.soft
        }
    }
}
