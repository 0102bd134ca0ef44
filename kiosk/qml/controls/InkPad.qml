// A pad to write on with a finger: above it what that may be, below it signs and corrections.
import QtQuick
import Zhaocha
import ".."

Item {
    id: root

    required property Ink ink

    readonly property bool dense: true
    readonly property int shown: 9
    readonly property real keyGap: Math.max(8 * Theme.u, 2.54 * Theme.mm)
    readonly property bool phrases: ink.candidates.some(text => text.length > 2)
    // Characters stand in one row where nine keys fit, phrases three in a row.
    readonly property int fitting: Math.max(3, Math.min(shown, Math.floor((width + keyGap)
                                                                         / (Theme.key + keyGap))))
    readonly property int columns: phrases ? 3 : fitting
    readonly property int rows: Math.ceil(shown / fitting)
    readonly property real offersHeight: rows * (Theme.key + keyGap) - keyGap

    // About as high as the keyboard, so that one can take the other's place.
    implicitHeight: offersHeight + 4 * (Theme.key + keyGap)

    Component.onCompleted: ink.ready()

    component KeyCap: Button {
        heavy: false
        size: 30 * Theme.u
        radius: 18 * Theme.u
        height: Theme.key
        implicitHeight: Theme.key
    }

    Rectangle {
        width: root.width
        height: root.offersHeight
        visible: root.ink.candidates.length === 0
        radius: 18 * Theme.u
        color: Theme.mist
        border.width: Theme.contrast ? Theme.edge : 0
        border.color: Theme.line
        Words {
            anchors.verticalCenter: parent.verticalCenter
            x: 20 * Theme.u
            width: parent.width - 2 * x
            text: root.ink.able ? qsTr("用手指写，可以连着写几个字") : qsTr("手写暂时用不了，请用键盘")
            color: Theme.jade
            font.pixelSize: 32 * Theme.u
        }
    }
    Grid {
        columns: root.columns
        spacing: root.keyGap
        Repeater {
            model: root.shown
            KeyCap {
                required property int index
                label: root.ink.candidates[index] ?? ""
                visible: label !== "" && index < root.columns * root.rows
                heavy: index === 0
                size: Math.max(24 * Theme.u, Math.min(46 * Theme.u, (width - Theme.pad) / label.length))
                width: (root.width - (root.columns - 1) * root.keyGap) / root.columns
                onTapped: root.ink.pick(index)
            }
        }
    }
    Rectangle {
        id: pad
        y: root.offersHeight + root.keyGap
        width: root.width
        height: root.height - y - root.keyGap - Theme.key
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        onHeightChanged: root.ink.fits(height)

        Words {
            anchors.centerIn: parent
            visible: root.ink.empty
            text: qsTr("写在这里")
            color: Theme.soft
        }
        Canvas {
            id: paper

            readonly property color colour: Theme.ink
            readonly property real pen: 9 * Theme.u
            property var growing: []
            property int drawn: 0
            property bool anew: true

            anchors.fill: parent

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
                markDirty(Qt.rect(Math.min(x, u) - pen, Math.min(y, v) - pen,
                                  Math.abs(x - u) + 2 * pen, Math.abs(y - v) + 2 * pen))
            }

            // From the point at `from` on, rounded: a curve ends halfway to the next point.
            function draw(to, points, from) {
                to.beginPath()
                if (from === 0) {
                    to.moveTo(points[0], points[1])
                    to.lineTo(points[0] + 0.1, points[1])
                    from = 2
                }
                for (let i = from; i < points.length; i += 2) {
                    const [x, y, u, v] = points.slice(i - 2, i + 2)
                    const first = i === 2
                    to.moveTo(first ? x : (points[i - 4] + x) / 2,
                              first ? y : (points[i - 3] + y) / 2)
                    to.quadraticCurveTo(x, y, (x + u) / 2, (y + v) / 2)
                }
                to.stroke()
            }

            function finish(to, points) {
                const n = points.length
                if (n < 4)
                    return
                to.beginPath()
                to.moveTo((points[n - 4] + points[n - 2]) / 2, (points[n - 3] + points[n - 1]) / 2)
                to.lineTo(points[n - 2], points[n - 1])
                to.stroke()
            }

            onPaint: {
                const to = getContext("2d")
                to.strokeStyle = colour
                to.lineWidth = pen
                to.lineCap = "round"
                to.lineJoin = "round"
                if (anew) {
                    anew = false
                    drawn = growing.length
                    to.clearRect(0, 0, width, height)
                    for (const stroke of root.ink.strokes) {
                        draw(to, stroke, 0)
                        finish(to, stroke)
                    }
                }
                if (drawn < growing.length) {
                    draw(to, growing, drawn)
                    drawn = growing.length
                }
                if (growing.length && !touch.writing) {
                    finish(to, growing)
                    growing = []
                }
            }
            onColourChanged: again()
            onPenChanged: again()
            onWidthChanged: again()
            onHeightChanged: again()
        }
        Connections {
            target: root.ink
            function onRedrawn() { paper.again() }
        }
        MultiPointTouchArea {
            id: touch

            // One finger writes; what a second one or a palm does is let go.
            property bool writing: false
            property int finger: 0

            anchors.fill: parent

            function held(points) {
                return writing ? points.find(point => point.pointId === finger) : undefined
            }

            function inside(value, most) {
                return Math.max(0, Math.min(most, value))
            }

            function lift() {
                writing = false
                paper.show(0, 0, width, height)
                root.ink.end()
            }

            onGestureStarted: gesture => gesture.grab()
            onPressed: points => {
                if (writing)
                    return
                writing = true
                finger = points[0].pointId
                root.ink.begin(points[0].x, points[0].y)
                paper.start(points[0].x, points[0].y)
            }
            onUpdated: points => {
                const point = held(points)
                if (point) {
                    const x = inside(point.x, width)
                    const y = inside(point.y, height)
                    root.ink.move(x, y)
                    paper.extend(x, y)
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
        }
    }
    Row {
        anchors.bottom: parent.bottom
        spacing: root.keyGap
        Repeater {
            model: [
                { label: qsTr("撤销一笔"), correct: true, act: () => root.ink.undo() },
                { label: qsTr("全部擦掉"), correct: true, act: () => root.ink.wipe() },
                { label: "，", correct: false, act: () => root.ink.press("，") },
                { label: "。", correct: false, act: () => root.ink.press("。") },
                { label: qsTr("退格"), correct: false, act: () => root.ink.erase() },
            ]
            KeyCap {
                required property var modelData
                label: modelData.label
                enabled: !modelData.correct || !root.ink.empty
                width: (root.width - 4 * root.keyGap) / 5
                onTapped: modelData.act()
            }
        }
    }
}
