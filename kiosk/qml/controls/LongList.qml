// A list of any length: only what is in sight is made. Scrolls by finger, and by two large arrows.
import QtQuick
import ".."

Item {
    id: root

    property alias model: list.model
    property alias delegate: list.delegate
    property alias spacing: list.spacing
    readonly property bool overflows: list.contentHeight > height + 1

    // Whatever the keyboard comes to is scrolled into sight.
    readonly property Item focused: Window.activeFocusItem
    onFocusedChanged: if (focused && focused.parent === list.contentItem)
                          list.positionViewAtIndex(focused.index, ListView.Contain)

    ListView {
        id: list
        width: root.width
        height: root.height - (root.overflows ? arrows.height + Theme.gap : 0)
        clip: root.overflows
        interactive: root.overflows
        boundsBehavior: Flickable.StopAtBounds
        // What comes next is there for the Tab key; nothing is made later, behind the screen.
        displayMarginBeginning: Theme.touch
        displayMarginEnd: Theme.touch
        cacheBuffer: 0
    }
    Arrows {
        id: arrows
        visible: root.overflows
        anchors { right: parent.right; bottom: parent.bottom }
        over: list
    }
}
