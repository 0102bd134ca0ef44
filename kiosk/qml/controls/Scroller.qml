// What is taller than its place scrolls: by finger, and by two large arrows. Never smaller words.
import QtQuick
import ".."

Item {
    id: root

    default property alias content: column.data
    property real spacing: Theme.gap
    readonly property real needed: column.implicitHeight
    readonly property bool overflows: needed > height + 1
    readonly property bool scrolls: true

    // Whatever the keyboard comes to is scrolled into sight.
    readonly property Item focused: Window.activeFocusItem
    onFocusedChanged: {
        let up = focused
        while (up && up !== column) up = up.parent
        if (up) bring(focused)
    }

    // Scroll as far as it takes to see an item of the content.
    function bring(item) {
        if (!root.overflows) return
        const top = item.mapToItem(column, 0, 0).y
        if (top < flick.contentY) flick.contentY = Math.max(0, top - Theme.gap)
        else if (top + item.height > flick.contentY + flick.height)
            flick.contentY = Math.min(flick.contentHeight - flick.height,
                                      top + item.height + Theme.gap - flick.height)
    }

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
    Arrows {
        id: arrows
        // Whatever is read aloud is read whole, out of sight or not.
        readonly property bool quiet: true
        visible: root.overflows
        anchors { right: parent.right; bottom: parent.bottom }
        over: flick
    }
}
