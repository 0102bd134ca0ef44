// Six figures side by side; each opens its cases.
import QtQuick
import Zhaocha
import "../.."
import "../../controls"

Row {
    id: root

    required property Numbers numbers
    property real s: 1
    readonly property real each: Math.floor((width - 5 * spacing) / 6)
    // As tall as the one that has most to say.
    readonly property real tallest: children.reduce((most, figure) => Math.max(most, figure.needed ?? 0), 0)

    Repeater {
        model: root.numbers.totals
        Press {
            id: figure
            required property int index
            required property var modelData
            // The last one ends where the charts below end.
            width: index < 5 ? root.each : root.width - 5 * (root.each + root.spacing)
            readonly property real needed: column.implicitHeight + 20 * root.s
            height: root.tallest
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
                Words {
                    width: parent.width
                    text: figure.modelData.name
                    color: Theme.soft
                    font.pixelSize: 17 * root.s
                }
                Words {
                    width: parent.width
                    text: figure.modelData.number
                    font.pixelSize: 36 * root.s
                    font.bold: true
                    font.features: { "tnum": 1 }
                    lineHeight: 1
                }
                Words {
                    width: parent.width
                    text: figure.modelData.note
                    color: Theme.soft
                    font.pixelSize: 15 * root.s
                }
            }
        }
    }
}
