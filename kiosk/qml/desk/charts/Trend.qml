// A column for each week, its number on top: the solid part is replied, the hollow part is not yet.
// A peak has a triangle over a heavy edge; the dotted line is an ordinary week.
import QtQuick
import "../.."
import "../../controls"

Item {
    id: root

    property real s: 1
    property var weeks: []
    property int usual: 0
    property string thisWeek: ""
    readonly property int most: Math.max(4, usual, ...weeks.map(week => week.received))
    readonly property real step: weeks.length ? Math.min(width / weeks.length, 84 * s) : width
    readonly property real high: 40 * s
    readonly property real low: height - 26 * s

    signal opened(string monday)

    implicitHeight: 190 * s

    // The dotted line of an ordinary week.
    Row {
        id: dots
        visible: root.usual > 0
        y: root.low - (root.low - root.high) * root.usual / root.most
        spacing: 5 * root.s
        Repeater {
            model: Math.max(0, Math.floor((root.step * root.weeks.length) / (9 * root.s)))
            Rectangle {
                width: 4 * root.s
                height: Math.max(1, 1.5 * root.s)
                color: Theme.soft
            }
        }
    }
    Repeater {
        model: root.weeks
        Item {
            id: week
            required property var modelData
            required property int index
            readonly property bool touchable: true
            readonly property string label: modelData.label + ", " + modelData.received
            readonly property real tall: (root.low - root.high) * modelData.received / root.most
            readonly property real solid: modelData.received ? tall * modelData.replied / modelData.received : 0

            x: index * root.step
            width: root.step
            height: root.height
            activeFocusOnTab: modelData.received > 0
            Accessible.role: Accessible.Button
            Accessible.name: label
            Accessible.onPressAction: root.opened(modelData.monday)
            Keys.onPressed: event => {
                event.accepted = [Qt.Key_Return, Qt.Key_Enter, Qt.Key_Space].includes(event.key)
                if (event.accepted) root.opened(week.modelData.monday)
            }
            HoverHandler { id: hover; enabled: week.modelData.received > 0 }
            TapHandler { enabled: week.modelData.received > 0; onTapped: root.opened(week.modelData.monday) }
            Rectangle {
                anchors.fill: parent
                radius: 6 * root.s
                color: hover.hovered ? Theme.pressed : "transparent"
                border.width: week.activeFocus ? 3 * root.s : 0
                border.color: Theme.ink
            }

            Rectangle {
                id: column
                x: 0.16 * parent.width
                y: root.low - week.tall
                width: 0.68 * parent.width
                height: week.tall
                visible: week.modelData.received > 0
                radius: 3 * root.s
                color: Theme.card
                border.color: week.modelData.peak ? Theme.apricot : Theme.jade
                border.width: (week.modelData.peak ? 4 : 2) * root.s
                Rectangle {
                    anchors { bottom: parent.bottom; left: parent.left; right: parent.right; margins: parent.border.width }
                    height: Math.max(0, week.solid - 2 * parent.border.width)
                    color: week.modelData.peak ? Theme.apricot : Theme.jade
                }
            }
            // The dotted line stops behind a number.
            Rectangle {
                anchors { fill: number; leftMargin: -2 * root.s; rightMargin: -2 * root.s; bottomMargin: 4 * root.s }
                color: hover.hovered ? Theme.pressed : Theme.card
            }
            Words {
                id: number
                anchors { horizontalCenter: parent.horizontalCenter; bottom: column.top }
                text: week.modelData.received
                color: week.modelData.peak ? Theme.apricot : Theme.ink
                font.pixelSize: (root.step < 30 * root.s ? 13 : 15) * root.s
                font.bold: true
                font.features: { "tnum": 1 }
            }
            Words {
                visible: week.modelData.peak
                anchors { horizontalCenter: parent.horizontalCenter; bottom: number.top; bottomMargin: -5 * root.s }
                text: "▲"
                color: Theme.apricot
                font.pixelSize: 15 * root.s
            }
            Words {
                anchors { horizontalCenter: parent.horizontalCenter; bottom: parent.bottom }
                // Every other week where they would touch; the newest always.
                visible: root.step > 46 * root.s || (root.weeks.length - 1 - week.index) % 2 === 0
                text: week.modelData.running ? root.thisWeek : week.modelData.label
                color: Theme.soft
                font.pixelSize: 14 * root.s
            }
        }
    }
    Rectangle {
        y: root.low
        width: root.step * root.weeks.length
        height: Math.max(1, 1.5 * root.s)
        color: Theme.ink
    }
}
