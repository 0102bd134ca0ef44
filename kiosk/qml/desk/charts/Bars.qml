// A bar for each name, as long as its number: the solid part is replied, the hollow part is not yet,
// a thin upright stroke is how many there were before. Shapes carry it, colour only helps.
import QtQuick
import "../.."
import "../../controls"

Column {
    id: root

    property real s: 1
    property var bars: []
    property int longest: 0
    readonly property real names: width * 0.3
    readonly property real ends: 62 * s

    signal chosen(string code)

    spacing: 2 * s

    Repeater {
        model: root.bars
        Rectangle {
            id: bar
            required property var modelData
            readonly property bool touchable: true
            readonly property string label: modelData.name + ", " + modelData.received
            readonly property real room: root.width - root.names - root.ends - 24 * root.s
            readonly property real long: root.longest ? room * modelData.received / root.longest : 0
            readonly property real solid: modelData.received ? long * modelData.replied / modelData.received : 0

            width: root.width
            height: Math.max(38 * root.s, name.implicitHeight + 8 * root.s,
                             note.visible ? 28 * root.s + note.implicitHeight : 0)
            radius: 8 * root.s
            color: hover.hovered ? Theme.pressed : modelData.chosen ? Theme.mist : "transparent"
            border.width: modelData.chosen ? 3 * root.s : 0
            border.color: Theme.jade
            activeFocusOnTab: true
            Accessible.role: Accessible.Button
            Accessible.name: label
            Accessible.onPressAction: root.chosen(modelData.code)
            Keys.onPressed: event => {
                event.accepted = [Qt.Key_Return, Qt.Key_Enter, Qt.Key_Space].includes(event.key)
                if (event.accepted) root.chosen(bar.modelData.code)
            }
            HoverHandler { id: hover }
            TapHandler { onTapped: root.chosen(bar.modelData.code) }
            Rectangle {
                visible: bar.activeFocus
                anchors.fill: parent
                radius: bar.radius
                color: "transparent"
                border.color: Theme.ink
                border.width: 3 * root.s
            }

            Words {
                id: name
                x: 6 * root.s
                width: root.names - 12 * root.s
                anchors.verticalCenter: parent.verticalCenter
                text: bar.modelData.name
                font.pixelSize: 17 * root.s
                lineHeight: 1.05
            }
            Item {
                id: track
                x: root.names
                y: note.visible ? 5 * root.s : (parent.height - height) / 2
                width: bar.room
                height: 22 * root.s
                Rectangle {
                    width: Math.max(bar.long, 3 * root.s)
                    height: parent.height
                    radius: 4 * root.s
                    color: Theme.card
                    border.color: Theme.jade
                    border.width: 2 * root.s
                    visible: bar.modelData.received > 0
                }
                Rectangle {
                    width: Math.max(bar.solid, bar.modelData.replied ? 3 * root.s : 0)
                    height: parent.height
                    radius: 4 * root.s
                    color: Theme.jade
                }
                Rectangle {
                    // A light seam, so that it is seen on the bar as well as beside it.
                    visible: root.longest > 0 && bar.modelData.before > 0
                    x: root.longest ? bar.room * bar.modelData.before / root.longest - width / 2 : 0
                    y: -3 * root.s
                    width: 7 * root.s
                    height: parent.height + 6 * root.s
                    color: Theme.card
                    Rectangle {
                        anchors.horizontalCenter: parent.horizontalCenter
                        width: 3 * root.s
                        height: parent.height
                        color: Theme.apricot
                    }
                }
            }
            Words {
                anchors { right: parent.right; rightMargin: 10 * root.s; verticalCenter: track.verticalCenter }
                text: bar.modelData.received
                font.pixelSize: 18 * root.s
                font.bold: true
                font.features: { "tnum": 1 }
            }
            Words {
                id: note
                visible: text !== ""
                x: root.names
                anchors { top: track.bottom; topMargin: 1 * root.s }
                width: root.width - x - 8 * root.s
                text: bar.modelData.note
                color: Theme.soft
                font.pixelSize: 14 * root.s
            }
        }
    }
}
