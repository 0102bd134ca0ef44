// Two large arrows for what is taller than its place.
import QtQuick
import ".."

Row {
    id: root

    required property Flickable over
    readonly property real least: over.originY
    readonly property real most: over.originY + over.contentHeight - over.height

    spacing: Theme.gap

    Button {
        label: qsTr("往上")
        size: Theme.help
        enabled: root.over.contentY > root.least
        onTapped: root.over.contentY = Math.max(root.least, root.over.contentY - root.over.height * 0.8)
    }
    Button {
        label: qsTr("往下，还有")
        size: Theme.help
        enabled: root.over.contentY < root.most - 1
        onTapped: root.over.contentY = Math.min(root.most, root.over.contentY + root.over.height * 0.8)
    }
}
