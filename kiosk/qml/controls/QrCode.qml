// A QR code from rows of 0 and 1, with its quiet zone; modules are whole pixels. One picture: as
// hundreds of rectangles it would take longer to make than the rest of its page.
import QtQuick

Rectangle {
    id: root

    property var rows: []
    property real side: 340
    readonly property int module: Math.max(3, Math.floor(side / (rows.length + 8)))

    width: (rows.length + 8) * module
    height: width
    color: "#FFFFFF"

    onRowsChanged: modules.requestPaint()

    Canvas {
        id: modules
        anchors.fill: parent
        onPaint: {
            const to = getContext("2d")
            to.clearRect(0, 0, width, height)
            to.fillStyle = "#000000"
            for (let y = 0; y < root.rows.length; ++y) {
                const dark = /1+/g
                for (let run = dark.exec(root.rows[y]); run; run = dark.exec(root.rows[y]))
                    to.fillRect((4 + run.index) * root.module, (4 + y) * root.module,
                                run[0].length * root.module, root.module)
            }
        }
    }
}
