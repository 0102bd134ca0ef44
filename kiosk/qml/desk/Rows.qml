// A list at the desk: it scrolls, and follows the keyboard.
import QtQuick
import ".."

ListView {
    id: root

    clip: true
    boundsBehavior: Flickable.StopAtBounds

    // Whatever the keyboard comes to is scrolled into sight.
    readonly property Item focused: Window.activeFocusItem
    onFocusedChanged: if (focused && focused.parent === contentItem)
                          positionViewAtIndex(focused.index, ListView.Contain)
    Gutter { over: root }
}
