// How loud a voice is: bars of the last moments while it is recorded, of the whole of it later.
import QtQuick
import ".."

Row {
    id: root

    property var bars: []
    property int count: 45
    // What was heard of it so far, from 0 to 1; the rest is pale.
    property real heard: 1

    spacing: width / count * 0.4

    Accessible.ignored: true

    Repeater {
        model: root.count
        Rectangle {
            required property int index
            // The newest is at the right.
            readonly property int bar: index - (root.count - root.bars.length)
            readonly property real level: root.bars[bar] ?? 0
            anchors.verticalCenter: parent.verticalCenter
            width: root.width / root.count * 0.6
            height: Math.max(width, level * root.height)
            radius: width / 2
            color: bar >= 0 && (bar + 0.5) / root.bars.length <= root.heard ? Theme.jade : Theme.line
        }
    }
}
