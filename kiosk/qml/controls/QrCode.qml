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
            Repeater {
                model: line.modelData.split("")
                Rectangle {
                    required property string modelData
                    width: root.module
                    height: root.module
                    color: modelData === "1" ? "#000000" : "#FFFFFF"
                }
            }
        }
    }
}
