// A mark beside what scrolls: that there is more, and where one is.
import QtQuick
import ".."

Rectangle {
    id: root

    required property Flickable over

    parent: over.parent
    visible: over.visible && over.contentHeight > over.height + 1
    x: over.x + over.width + 6
    y: over.y + over.visibleArea.yPosition * over.height
    width: 4
    height: Math.max(24, over.visibleArea.heightRatio * over.height)
    radius: 2
    color: Theme.soft
    opacity: 0.5
}
