// A part of a page that may be longer than its place: it scrolls, and follows the keyboard.
import QtQuick
import ".."

Flickable {
    id: root

    property real gap: 14

    clip: contentHeight > height
    boundsBehavior: Flickable.StopAtBounds

    // Whatever the keyboard comes to is scrolled into sight.
    readonly property Item focused: Window.activeFocusItem
    onFocusedChanged: {
        let up = focused
        while (up && up !== contentItem) up = up.parent
        if (!up) return
        const top = focused.mapToItem(contentItem, 0, 0).y
        if (top < contentY) contentY = Math.max(0, top - gap)
        else if (top + focused.height > contentY + height)
            contentY = Math.max(0, Math.min(contentHeight - height, top + focused.height + gap - height, top - gap))
    }
    Gutter { over: root }
}
