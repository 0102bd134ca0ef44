// A stroke as a line that looks written: for the pads and for drawings that were kept.
.pragma library

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
        to.moveTo(first ? x : (points[i - 4] + x) / 2, first ? y : (points[i - 3] + y) / 2)
        to.quadraticCurveTo(x, y, (x + u) / 2, (y + v) / 2)
    }
    to.stroke()
}

// The last half of a stroke whose finger was lifted.
function finish(to, points) {
    const n = points.length
    if (n < 4)
        return
    to.beginPath()
    to.moveTo((points[n - 4] + points[n - 2]) / 2, (points[n - 3] + points[n - 1]) / 2)
    to.lineTo(points[n - 2], points[n - 1])
    to.stroke()
}

// An empty sheet and whole strokes on it, `zoom` pixels to a unit.
function sheet(to, width, height, zoom, pen, colour, strokes) {
    to.reset()
    to.clearRect(0, 0, width, height)
    to.scale(zoom, zoom)
    to.strokeStyle = colour
    to.lineWidth = pen
    to.lineCap = "round"
    to.lineJoin = "round"
    for (const stroke of strokes) {
        draw(to, stroke, 0)
        finish(to, stroke)
    }
}
