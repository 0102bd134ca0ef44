// The page of numbers: a period, six figures, what stands out, bars by what is chosen, weeks, hours.
import QtQuick
import Zhaocha
import ".."
import "../controls"
import "charts"
import "numbers"

Item {
    id: root

    required property Numbers numbers
    // Everything grows with the window, within what reads well at a desk.
    readonly property real s: Math.max(0.9, Math.min(1.3, width / (tall ? 960 : 1480)))
    // In a tall window the charts stand below one another.
    readonly property bool tall: height > width
    readonly property real gap: 14 * s
    readonly property bool looked: visible && root.numbers.available

    onLookedChanged: if (looked) Qt.callLater(root.numbers.refresh)
    Component.onCompleted: if (looked) root.numbers.refresh()

    Nothing {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * root.gap, 640 * root.s)
        visible: !root.numbers.available
        s: root.s
        strong: qsTr("您的岗位不看汇总数字")
        text: qsTr("您手上的每一件，都在“在办”里。")
    }
    readonly property alias turns: flick
    Sheet {
        id: flick
        anchors.fill: parent
        visible: root.numbers.available
        contentHeight: page.implicitHeight
        gap: root.gap
        Column {
            id: page
            width: flick.width
            spacing: root.gap

            Item {
                width: parent.width
                height: Math.max(when.height, files.height)
                When {
                    id: when
                    width: parent.width - files.width - root.gap
                    s: root.s
                    numbers: root.numbers
                }
                Row {
                    id: files
                    anchors.right: parent.right
                    spacing: 8 * root.s
                    ScaledButton {
                        s: root.s
                        visible: root.numbers.mayPrint
                        label: qsTr("周报 PDF")
                        onTapped: root.numbers.digest()
                    }
                    ScaledButton {
                        s: root.s
                        visible: root.numbers.mayExport
                        label: qsTr("导出")
                        chosen: along.visible
                        onTapped: along.visible = !along.visible
                    }
                }
            }
            TakeAlong {
                id: along
                visible: false
                width: parent.width
                s: root.s
                numbers: root.numbers
                onTaken: visible = false
            }
            Words {
                width: parent.width
                visible: text !== ""
                text: root.numbers.said
                color: Theme.jade
                font.bold: true
                font.pixelSize: 17 * root.s
            }
            Figures {
                visible: root.numbers.known && !root.numbers.empty
                width: parent.width
                spacing: root.gap
                s: root.s
                numbers: root.numbers
            }

            // --- what stands out ---
            Flow {
                width: parent.width
                spacing: 10 * root.s
                visible: root.numbers.known && (!root.numbers.empty || root.numbers.alarm)
                Repeater {
                    model: root.numbers.rushes
                    ScaledButton {
                        required property var modelData
                        readonly property bool wide: implicitWidth > parent.width
                        s: root.s
                        width: Math.min(implicitWidth, parent.width)
                        height: wide ? 66 * root.s : Math.max(44, 44 * root.s)
                        care: true
                        label: modelData.text
                        onTapped: root.numbers.openRush(modelData.place)
                    }
                }
                Words {
                    height: Math.max(44, 44 * root.s)
                    verticalAlignment: Text.AlignVCenter
                    text: root.numbers.pulse
                    color: root.numbers.alarm ? Theme.apricot : Theme.soft
                    font.bold: root.numbers.alarm
                    font.pixelSize: 17 * root.s
                }
            }
            Rectangle {
                visible: root.numbers.empty
                width: parent.width
                height: nothing.implicitHeight + 160 * root.s
                radius: 14 * root.s
                color: Theme.mist
                border.color: Theme.line
                border.width: Theme.contrast ? 2 : 0
                Nothing {
                    id: nothing
                    anchors.centerIn: parent
                    width: parent.width - 48 * root.s
                    s: root.s
                    strong: qsTr("这段时间还没有人来说")
                    text: qsTr("往前翻翻，或者换成月、季、年来看。")
                }
            }

            // --- charts ---
            Grid {
                columns: root.tall ? 1 : 2
                visible: root.numbers.known && !root.numbers.empty
                width: parent.width
                spacing: root.gap
                Grouped {
                    id: grouped
                    width: root.tall ? parent.width : Math.round((parent.width - root.gap) * 0.5)
                    height: root.tall ? implicitHeight : Math.max(implicitHeight, right.implicitHeight)
                    s: root.s
                    numbers: root.numbers
                }
                Column {
                    id: right
                    width: root.tall ? parent.width : parent.width - grouped.width - root.gap
                    spacing: root.gap
                    Weeks {
                        width: parent.width
                        s: root.s
                        numbers: root.numbers
                        tall: hours.visible ? 190 : 360
                    }
                    Card {
                        id: hours
                        s: root.s
                        width: parent.width
                        visible: root.numbers.heat.rows !== undefined
                        title: qsTr("什么时候来的")
                        Heat {
                            s: root.s
                            width: hours.inner
                            heat: root.numbers.heat
                            onOpened: (day, hour) => root.numbers.openHour(day, hour)
                        }
                    }
                }
            }
            Item { width: 1; height: root.gap / 2 }
        }
    }
}
