// A part of a page that may be longer than its place: it scrolls, and follows the keyboard.
import QtQuick
import ".."

Flickable {
    id: root

    property real gap: 14

    clip: contentHeight > height
    boundsBehavior: Flickable.StopAtBounds

    // Whatever the keyboard comes to is scrolled into sight; where somebody writes, the line they
    // are in.
    readonly property Item focused: Window.activeFocusItem
    readonly property rect cursor: focused?.cursorRectangle ?? Qt.rect(0, 0, 0, 0)
    property bool writing: false

    onFocusedChanged: { writing = false; if (focused) bring(0, focused.height) }
    onCursorChanged: { writing = cursor.height > 0; follow() }
    onContentHeightChanged: follow()
    onMovementStarted: writing = false

    function follow() { if (writing) bring(cursor.y, cursor.height) }
    function bring(from, tall) {
        let up = focused
        while (up && up !== contentItem) up = up.parent
        if (!up) return
        const top = focused.mapToItem(contentItem, 0, from).y
        if (top < contentY) contentY = Math.max(0, top - gap)
        else if (top + tall > contentY + height)
            contentY = Math.max(0, Math.min(contentHeight - height, top + tall + gap - height, top - gap))
    }
    Gutter { over: root }
}
