// The page of numbers: a period, six figures, what stands out, bars by what is chosen, weeks, hours.
import QtQuick
import Zhaocha
import ".."
import "../controls"
import "charts"

Item {
    id: root

    required property Numbers numbers
    // Everything grows with the window, within what reads well at a desk.
    readonly property real s: Math.max(0.9, Math.min(1.3, width / 1480))
    readonly property real gap: 14 * s

    onVisibleChanged: if (visible) root.numbers.refresh()
    Component.onCompleted: if (visible) root.numbers.refresh()

    component Small: Button {
        id: small
        size: 17 * root.s
        radius: 12 * root.s
        room: 32 * root.s
        least: 0
        implicitWidth: Math.max(44 * root.s, captionWidth)
        implicitHeight: 44 * root.s
        readonly property real captionWidth: measured.advanceWidth + room
        TextMetrics {
            id: measured
            font.family: Theme.family
            font.pixelSize: small.size
            font.bold: small.heavy
            text: small.label
        }
    }
    component Line: Words { font.pixelSize: 17 * root.s }

    // Whoever has no numbers is told so, kindly.
    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * root.gap, 640 * root.s)
        spacing: 10 * root.s
        visible: !root.numbers.available
        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("您的岗位不看汇总数字")
            font.pixelSize: 26 * root.s
            font.bold: true
        }
        Line {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("您手上的每一件，都在“在办”里。")
            color: Theme.soft
        }
    }

    Flickable {
        id: flick
        anchors.fill: parent
        visible: root.numbers.available
        contentHeight: page.implicitHeight
        clip: contentHeight > height
        boundsBehavior: Flickable.StopAtBounds

        // Whatever the keyboard comes to is scrolled into sight.
        readonly property Item focused: Window.activeFocusItem
        onFocusedChanged: {
            let up = focused
            while (up && up !== page) up = up.parent
            if (!up) return
            const top = focused.mapToItem(page, 0, 0).y
            if (top < contentY) contentY = Math.max(0, top - root.gap)
            else if (top + focused.height > contentY + height)
                contentY = Math.min(contentHeight - height, top + focused.height + root.gap - height)
        }
        Column {
            id: page
            width: flick.width
            spacing: root.gap

            // --- which days, and what to take along ---
            Item {
                width: parent.width
                height: Math.max(when.height, files.height)
                Flow {
                    id: when
                    width: parent.width - files.width - root.gap
                    spacing: 8 * root.s
                    Repeater {
                        model: root.numbers.lengths
                        Small {
                            required property var modelData
                            label: modelData.name
                            chosen: modelData.chosen
                            onTapped: root.numbers.choose(modelData.code)
                        }
                    }
                    Item { width: 6 * root.s; height: 1 }
                    Small { label: "‹"; Accessible.name: qsTr("往前"); onTapped: root.numbers.earlier() }
                    Words {
                        height: 44 * root.s
                        verticalAlignment: Text.AlignVCenter
                        wrapMode: Text.NoWrap
                        text: root.numbers.periodName
                        font.pixelSize: 21 * root.s
                        font.bold: true
                    }
                    Small {
                        label: "›"
                        Accessible.name: qsTr("往后")
                        enabled: root.numbers.hasLater
                        onTapped: root.numbers.later()
                    }
                }
                Row {
                    id: files
                    anchors.right: parent.right
                    spacing: 8 * root.s
                    Small {
                        visible: root.numbers.mayPrint
                        label: qsTr("周报 PDF")
                        onTapped: root.numbers.digest()
                    }
                    Small {
                        visible: root.numbers.mayExport
                        label: qsTr("导出")
                        chosen: taking.visible
                        onTapped: taking.visible = !taking.visible
                    }
                }
            }
            // --- export: the safe way first, the whole one says what it is ---
            Rectangle {
                id: taking
                visible: false
                width: parent.width
                height: choice.implicitHeight + 24 * root.s
                radius: 14 * root.s
                color: Theme.card
                border.color: Theme.line
                border.width: Math.max(1, 1.5 * root.s)
                Flow {
                    id: choice
                    x: 16 * root.s
                    y: 12 * root.s
                    width: parent.width - 2 * x
                    spacing: 10 * root.s
                    Line {
                        height: 44 * root.s
                        verticalAlignment: Text.AlignVCenter
                        text: qsTr("不含原话、准确时间和取号：")
                    }
                    Small { primary: true; label: "Excel"; onTapped: root.take("xlsx", false) }
                    Small { label: "CSV"; onTapped: root.take("csv", false) }
                    Item { width: 14 * root.s; height: 1; visible: root.numbers.mayExportWhole }
                    Line {
                        visible: root.numbers.mayExportWhole
                        height: 44 * root.s
                        verticalAlignment: Text.AlignVCenter
                        text: qsTr("全部内容（会留记录）：")
                        color: Theme.apricot
                    }
                    Small {
                        visible: root.numbers.mayExportWhole
                        care: true
                        label: "Excel"
                        onTapped: root.take("xlsx", true)
                    }
                    Small {
                        visible: root.numbers.mayExportWhole
                        care: true
                        label: "CSV"
                        onTapped: root.take("csv", true)
                    }
                    Item { width: 14 * root.s; height: 1; visible: root.numbers.mayExportWhole }
                    Small {
                        visible: root.numbers.mayExportWhole
                        label: qsTr("好差评（报省平台）")
                        onTapped: { taking.visible = false; root.numbers.exportRatings() }
                    }
                }
            }
            Line {
                width: parent.width
                visible: text !== ""
                text: root.numbers.said
                color: Theme.jade
                font.bold: true
            }

            // --- six figures ---
            Row {
                id: figures
                visible: root.numbers.known && !root.numbers.empty
                width: parent.width
                spacing: root.gap
                Repeater {
                    model: root.numbers.totals
                    Press {
                        id: figure
                        required property var modelData
                        width: (figures.width - 5 * figures.spacing) / 6
                        height: column.implicitHeight + 20 * root.s
                        radius: 14 * root.s
                        label: modelData.name + ", " + modelData.number
                        enabled: modelData.number > 0
                        opacity: 1
                        onTapped: root.numbers.openTotal(modelData.key)
                        Column {
                            id: column
                            x: 16 * root.s
                            width: parent.width - 2 * x
                            anchors.verticalCenter: parent.verticalCenter
                            Line { width: parent.width; text: figure.modelData.name; color: Theme.soft }
                            Words {
                                width: parent.width
                                text: figure.modelData.number
                                font.pixelSize: 36 * root.s
                                font.bold: true
                                font.features: { "tnum": 1 }
                                lineHeight: 1
                            }
                            Line {
                                width: parent.width
                                text: figure.modelData.note
                                font.pixelSize: 15 * root.s
                                color: Theme.soft
                            }
                        }
                    }
                }
            }

            // --- what stands out ---
            Flow {
                width: parent.width
                spacing: 10 * root.s
                visible: root.numbers.known && (!root.numbers.empty || root.numbers.alarm)
                Repeater {
                    model: root.numbers.rushes
                    Small {
                        required property var modelData
                        readonly property bool wide: implicitWidth > parent.width
                        width: Math.min(implicitWidth, parent.width)
                        height: (wide ? 66 : 44) * root.s
                        care: true
                        label: modelData.text
                        onTapped: root.numbers.openRush(modelData.place)
                    }
                }
                Line {
                    height: 44 * root.s
                    verticalAlignment: Text.AlignVCenter
                    text: root.numbers.pulse
                    color: root.numbers.alarm ? Theme.apricot : Theme.soft
                    font.bold: root.numbers.alarm
                }
            }

            // --- nothing yet ---
            Rectangle {
                visible: root.numbers.empty
                width: parent.width
                height: nothing.implicitHeight + 160 * root.s
                radius: 14 * root.s
                color: Theme.mist
                border.color: Theme.line
                border.width: Theme.contrast ? 2 : 0
                Column {
                    id: nothing
                    anchors.centerIn: parent
                    width: parent.width - 48 * root.s
                    spacing: 6 * root.s
                    Words {
                        width: parent.width
                        horizontalAlignment: Text.AlignHCenter
                        text: qsTr("这段时间还没有人来说")
                        font.pixelSize: 22 * root.s
                        font.bold: true
                    }
                    Line {
                        width: parent.width
                        horizontalAlignment: Text.AlignHCenter
                        text: qsTr("往前翻翻，或者换成月、季、年来看。")
                        color: Theme.soft
                    }
                }
            }

            // --- charts ---
            Row {
                visible: root.numbers.known && !root.numbers.empty
                width: parent.width
                spacing: root.gap
                Card {
                    id: grouped
                    s: root.s
                    width: (parent.width - root.gap) * 0.5
                    height: Math.max(implicitHeight, right.implicitHeight)
                    title: qsTr("分开来看")
                    Flow {
                        width: grouped.inner
                        spacing: 6 * root.s
                        Repeater {
                            model: root.numbers.groupings
                            Small {
                                required property var modelData
                                label: modelData.name
                                chosen: modelData.chosen
                                heavy: modelData.chosen
                                onTapped: root.numbers.group(modelData.code)
                            }
                        }
                    }
                    Bars {
                        s: root.s
                        width: grouped.inner
                        bars: root.numbers.bars
                        longest: root.numbers.longest
                        onChosen: code => root.numbers.focus(code)
                    }
                    Small {
                        visible: root.numbers.moreBars > 0 || root.numbers.allBars
                        heavy: false
                        label: root.numbers.allBars ? qsTr("只看最多的") : qsTr("还有 %1 项").arg(root.numbers.moreBars)
                        onTapped: root.numbers.showAll()
                    }
                    Line {
                        width: grouped.inner
                        visible: text !== ""
                        text: root.numbers.without
                        color: Theme.soft
                        font.pixelSize: 15 * root.s
                    }
                    Words {
                        width: grouped.inner
                        text: qsTr("实心是已回复，空心是还没回复，竖线是上一期。点一条，右边只看它。")
                        color: Theme.soft
                        font.pixelSize: 14 * root.s
                    }
                }
                Column {
                    id: right
                    width: parent.width - grouped.width - root.gap
                    spacing: root.gap
                    Card {
                        id: trend
                        s: root.s
                        width: parent.width
                        title: root.numbers.focused || qsTr("一周一周看")
                        corner: [
                            Small {
                                visible: root.numbers.focused !== "" && root.numbers.focusedCount > 0
                                primary: true
                                label: qsTr("看这 %1 件").arg(root.numbers.focusedCount)
                                onTapped: root.numbers.openFocused()
                            },
                            Small {
                                visible: root.numbers.focused !== ""
                                label: qsTr("看全部")
                                onTapped: root.numbers.unfocus()
                            }
                        ]
                        Trend {
                            s: root.s
                            width: trend.inner
                            height: (hours.visible ? 190 : 360) * root.s
                            weeks: root.numbers.weeks
                            usual: root.numbers.usual
                            thisWeek: qsTr("本周")
                            onOpened: monday => root.numbers.openWeek(monday)
                        }
                        Words {
                            width: trend.inner
                            text: [root.numbers.usual ? qsTr("虚线是平常的一周，%1 件。").arg(root.numbers.usual) : "",
                                   root.numbers.peakWords].join(" ").trim()
                            color: Theme.soft
                            font.pixelSize: 14 * root.s
                        }
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

    function take(kind, whole) {
        taking.visible = false
        root.numbers.export(kind, whole)
    }
}
