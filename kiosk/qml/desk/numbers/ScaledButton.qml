// A button of the desk's size: for a mouse, and large enough for a finger.
import QtQuick
import "../.."
import "../../controls"

Button {
    id: root

    property real s: 1

    size: 17 * s
    radius: 12 * s
    room: 32 * s
    least: 0
    implicitWidth: Math.max(44, 44 * s, measured.advanceWidth + room)
    implicitHeight: Math.max(44, 44 * s)

    TextMetrics {
        id: measured
        font.family: Theme.family
        font.pixelSize: root.size
        font.bold: root.heavy
        text: root.label
    }
}
