// What a finger writes or draws on: the line grows under it, and `source` is told each point.
import QtQuick
import Zhaocha
import ".."
import "pen.js" as Pen

Canvas {
    id: root

    required property Strokes source
    // Pixels to a unit of the strokes, and the pen in such units.
    property real zoom: 1
    property real pen: 9 * Theme.u

    readonly property color colour: Theme.ink
    readonly property real edge: pen * zoom
    property var growing: []
    property int drawn: 0
    property bool anew: true

    onColourChanged: again()
    onPenChanged: again()
    onZoomChanged: again()
    onWidthChanged: again()
    onHeightChanged: again()
    onPaint: {
        const to = getContext("2d")
        if (anew) {
            anew = false
            drawn = growing.length
            Pen.sheet(to, width, height, zoom, pen, colour, source.strokes)
        }
        if (drawn < growing.length) {
            Pen.draw(to, growing, drawn)
            drawn = growing.length
        }
        if (growing.length && !touch.writing) {
            Pen.finish(to, growing)
            growing = []
        }
    }

    function again() {
        growing = []
        anew = true
        requestPaint()
    }

    function start(x, y) {
        // A stroke that no frame has shown yet is drawn with all others.
        anew = anew || growing.length > 0
        growing = [x, y]
        drawn = 0
        show(x, y, x, y)
    }

    function extend(x, y) {
        const far = growing.length
        if (far === 0)
            return
        const back = Math.max(0, far - 4)
        growing.push(x, y)
        show(growing[back], growing[back + 1], x, y)
        show(growing[far - 2], growing[far - 1], x, y)
    }

    function show(x, y, u, v) {
        markDirty(Qt.rect(Math.min(x, u) * zoom - edge, Math.min(y, v) * zoom - edge,
                          Math.abs(x - u) * zoom + 2 * edge, Math.abs(y - v) * zoom + 2 * edge))
    }

    Connections {
        target: root.source
        function onRedrawn() { root.again() }
    }
    MultiPointTouchArea {
        id: touch

        // One finger writes; what a second one or a palm does is let go.
        property bool writing: false
        property int finger: 0

        anchors.fill: parent
        onGestureStarted: gesture => gesture.grab()
        onPressed: points => {
            if (writing)
                return
            const x = points[0].x / root.zoom
            const y = points[0].y / root.zoom
            if (!root.source.begin(x, y))
                return
            writing = true
            finger = points[0].pointId
            root.start(x, y)
        }
        onUpdated: points => {
            const point = held(points)
            if (point) {
                const x = inside(point.x, width) / root.zoom
                const y = inside(point.y, height) / root.zoom
                if (root.source.move(x, y))
                    root.extend(x, y)
            }
        }
        onReleased: points => {
            if (held(points))
                lift()
        }
        onCanceled: points => {
            if (held(points))
                lift()
        }

        function held(points) {
            return writing ? points.find(point => point.pointId === finger) : undefined
        }

        function inside(value, most) {
            return Math.max(0, Math.min(most, value))
        }

        function lift() {
            writing = false
            root.markDirty(Qt.rect(0, 0, root.width, root.height))
            root.source.end()
        }
    }
}
