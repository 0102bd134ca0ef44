// A drawing that was kept, as large as its box allows: what `kiosk.drawing.Drawing.shown` gives.
import QtQuick
import ".."
import "pen.js" as Pen

Rectangle {
    id: root

    // Width, height and pen of its page, and strokes as x, y, x, y …; null for none.
    property var drawing: null
    property color colour: Theme.ink

    readonly property real room: 2 * radius
    readonly property real zoom: drawing ? Math.min((width - room) / drawing.width,
                                                    (height - room) / drawing.height) : 0

    radius: Theme.corner / 2
    color: Theme.card
    border.width: Theme.edge
    border.color: Theme.line

    Accessible.role: Accessible.Graphic
    Accessible.name: qsTr("画下来")

    Canvas {
        id: paper
        anchors.centerIn: parent
        width: root.drawing ? root.drawing.width * root.zoom : 0
        height: root.drawing ? root.drawing.height * root.zoom : 0
        visible: root.zoom > 0
        // Never thinner than can be seen, in however small a box.
        onPaint: {
            if (root.drawing)
                Pen.sheet(getContext("2d"), width, height, root.zoom,
                          Math.max(root.drawing.pen, 2 / root.zoom), root.colour,
                          root.drawing.strokes)
        }
    }
    onDrawingChanged: paper.requestPaint()
    onColourChanged: paper.requestPaint()
    onZoomChanged: paper.requestPaint()
}
