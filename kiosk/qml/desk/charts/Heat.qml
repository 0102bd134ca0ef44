// Weekdays down, hours across: the fuller the field the more came in, with the number in each.
// The busiest one has a heavy edge.
import QtQuick
import "../.."
import "../../controls"

Column {
    id: root

    property real s: 1
    property var heat: ({})
    readonly property var hours: heat.hours ?? []
    readonly property real head: longest.advanceWidth + 12 * s
    readonly property real cell: hours.length ? Math.min((width - head) / hours.length, 92 * s) : 0

    signal opened(int day, string hour)

    spacing: 0

    TextMetrics {
        id: longest
        font.family: Theme.family
        font.pixelSize: 15 * root.s
        text: (root.heat.rows ?? []).reduce((most, row) => row.name.length > most.length ? row.name : most, "")
    }
    Row {
        x: root.head
        Repeater {
            model: root.hours
            Words {
                required property var modelData
                width: root.cell
                horizontalAlignment: Text.AlignHCenter
                text: modelData
                color: Theme.soft
                font.pixelSize: 14 * root.s
            }
        }
    }
    Repeater {
        model: root.heat.rows ?? []
        Row {
            id: row
            required property var modelData
            Words {
                width: root.head
                height: 30 * root.s
                verticalAlignment: Text.AlignVCenter
                text: row.modelData.name
                font.pixelSize: 15 * root.s
            }
            Repeater {
                model: row.modelData.cells
                Item {
                    id: field
                    required property int modelData
                    required property int index
                    readonly property bool touchable: modelData > 0
                    readonly property string label: row.modelData.name + " " + root.hours[index] + ": " + modelData
                    readonly property bool busiest: modelData > 0 && modelData === root.heat.most
                    // Five steps are told apart, also in grey and in print.
                    readonly property int level: modelData ? Math.ceil(5 * modelData / root.heat.most) : 0

                    function open() { root.opened(row.modelData.day, root.hours[index]) }

                    width: root.cell
                    height: 30 * root.s
                    activeFocusOnTab: modelData > 0
                    Accessible.role: Accessible.Button
                    Accessible.name: label
                    Accessible.onPressAction: open()
                    Keys.onPressed: event => {
                        event.accepted = [Qt.Key_Return, Qt.Key_Enter, Qt.Key_Space].includes(event.key)
                        if (event.accepted) field.open()
                    }
                    HoverHandler { id: hover; enabled: field.modelData > 0 }
                    TapHandler { enabled: field.modelData > 0; onTapped: field.open() }
                    Rectangle {
                        anchors { fill: parent; margins: 1.5 * root.s }
                        radius: 4 * root.s
                        color: Theme.card
                        border.color: Theme.line
                        border.width: 1
                        Rectangle {
                            anchors.fill: parent
                            radius: parent.radius
                            color: Theme.jade
                            opacity: [0, 0.1, 0.22, 0.4, 0.85, 1][field.level]
                        }
                        Rectangle {
                            visible: field.busiest || field.activeFocus || hover.hovered
                            anchors.fill: parent
                            radius: parent.radius
                            color: "transparent"
                            border.color: field.busiest && !field.activeFocus ? Theme.apricot : Theme.ink
                            border.width: 3 * root.s
                        }
                    }
                    Words {
                        anchors.centerIn: parent
                        text: field.modelData || "·"
                        color: field.level > 3 ? Theme.bright : field.level ? Theme.ink : Theme.soft
                        font.pixelSize: 15 * root.s
                        font.bold: field.busiest
                        font.features: { "tnum": 1 }
                    }
                }
            }
        }
    }
}
