// A QR code from rows of 0 and 1, with its quiet zone; modules are whole pixels.
import QtQuick

Rectangle {
    id: root

    property var rows: []
    property real side: 340
    readonly property int module: Math.max(3, Math.floor(side / (rows.length + 8)))
    // Dark neighbours are one bar: few to make and to paint.
    readonly property var bars: {
        const found = []
        for (let y = 0; y < rows.length; ++y) {
            const dark = /1+/g
            for (let run = dark.exec(rows[y]); run; run = dark.exec(rows[y]))
                found.push([run.index, y, run[0].length])
        }
        return found
    }

    width: (rows.length + 8) * module
    height: width
    color: "#FFFFFF"

    Repeater {
        model: root.bars
        Rectangle {
            required property var modelData
            x: (4 + modelData[0]) * root.module
            y: (4 + modelData[1]) * root.module
            width: modelData[2] * root.module
            height: root.module
            color: "#000000"
        }
    }
}
