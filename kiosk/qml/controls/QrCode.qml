// A QR code from rows of 0 and 1, with its quiet zone; modules are whole pixels.
import QtQuick

Rectangle {
    id: root

    property var rows: []
    property real side: 340
    readonly property int module: Math.max(3, Math.floor(side / (rows.length + 8)))

    width: (rows.length + 8) * module
    height: width
    color: "#FFFFFF"

    Repeater {
        model: root.rows
        Row {
            id: line
            required property string modelData
            required property int index
            x: 4 * root.module
            y: (4 + index) * root.module
            // Neighbours of one colour are one rectangle: half as many to make and to paint.
            Repeater {
                model: line.modelData.match(/1+|0+/g)
                Rectangle {
                    required property string modelData
                    width: modelData.length * root.module
                    height: root.module
                    color: modelData[0] === "1" ? "#000000" : "#FFFFFF"
                }
            }
        }
    }
}
