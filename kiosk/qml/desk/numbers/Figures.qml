// Six figures side by side; each opens its cases.
import QtQuick
import Zhaocha
import "../.."
import "../../controls"

Row {
    id: root

    required property Numbers numbers
    property real s: 1

    Repeater {
        model: root.numbers.totals
        Press {
            id: figure
            required property var modelData
            width: (root.width - 5 * root.spacing) / 6
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
