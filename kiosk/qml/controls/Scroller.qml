// What is taller than its place scrolls: by finger, and by two large arrows. Never smaller words.
import QtQuick
import ".."

Item {
    id: root

    default property alias content: column.data
    property real spacing: Theme.gap
    readonly property bool overflows: column.implicitHeight > height + 1
    readonly property bool scrolls: true

    Flickable {
        id: flick
        width: root.width
        height: root.height - (root.overflows ? arrows.height + Theme.gap : 0)
        contentHeight: column.implicitHeight
        clip: root.overflows
        interactive: root.overflows
        boundsBehavior: Flickable.StopAtBounds
        Column {
            id: column
            width: flick.width
            spacing: root.spacing
        }
    }
    Row {
        id: arrows
        visible: root.overflows
        anchors { right: parent.right; bottom: parent.bottom }
        spacing: Theme.gap
        Button {
            label: qsTr("往上")
            size: Theme.help
            enabled: flick.contentY > 0
            onTapped: flick.contentY = Math.max(0, flick.contentY - flick.height * 0.8)
        }
        Button {
            label: qsTr("往下，还有")
            size: Theme.help
            enabled: flick.contentY < flick.contentHeight - flick.height - 1
            onTapped: flick.contentY = Math.min(flick.contentHeight - flick.height,
                                                flick.contentY + flick.height * 0.8)
        }
    }
}
