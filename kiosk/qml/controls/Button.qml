// A button with one word or a short sentence in its middle.
import QtQuick
import ".."

Press {
    id: root

    property real size: Theme.body
    property bool heavy: true
    property real room: 2 * Theme.pad
    property real least: Theme.touch

    implicitWidth: Math.max(Theme.touch, caption.implicitWidth + room)
    implicitHeight: Math.max(Theme.touch, least, caption.implicitHeight + Theme.pad)

    Words {
        id: caption
        anchors.centerIn: parent
        readonly property real most: root.width - 0.6 * Theme.pad
        width: Math.min(implicitWidth, most - Theme.spare(text, most, root.size, root.heavy))
        horizontalAlignment: Text.AlignHCenter
        text: root.label
        color: root.waits ? Theme.soft : root.primary ? Theme.bright : root.care ? Theme.apricot : Theme.ink
        font.pixelSize: root.size
        font.bold: root.heavy
    }
}
