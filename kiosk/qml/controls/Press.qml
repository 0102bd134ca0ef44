// Something to touch: a flat card with an edge; pressed shows at once, chosen shows an edge and a tick.
import QtQuick
import ".."

Rectangle {
    id: root

    property string label: ""
    property bool chosen: false
    property bool primary: false
    property bool care: false
    readonly property bool touchable: true
    readonly property bool down: tap.pressed

    signal tapped

    implicitHeight: Theme.touch
    radius: Theme.corner
    border.width: chosen ? Theme.edge * 2 : Theme.edge
    // The way on says what is still to do: it is read, though it cannot be pressed yet.
    readonly property bool waits: primary && !enabled

    border.color: waits ? Theme.line : chosen || primary ? Theme.jade : care ? Theme.apricot
                                                                             : Theme.line
    color: waits ? Theme.barGround : primary ? Theme.jade : tap.pressed ? Theme.pressed : chosen ? Theme.mist
         : care ? Theme.apricotMist : Theme.card
    opacity: enabled ? (primary && tap.pressed ? 0.85 : 1) : !waits ? 0.45 : Theme.contrast ? 0.6 : 1

    Accessible.role: Accessible.Button
    Accessible.name: label
    Accessible.onPressAction: root.tapped()

    onTapped: Theme.touched(root)

    activeFocusOnTab: true
    Keys.onPressed: event => {
        const chosen = [Qt.Key_Return, Qt.Key_Enter, Qt.Key_Space, Qt.Key_Select].includes(event.key)
        // A hand scanner ends its code with Enter, which is meant for nobody's button.
        event.accepted = chosen && !Theme.scanning && !Theme.stepping
        if (event.accepted) root.tapped()
    }
    Rectangle {
        visible: root.activeFocus && !Theme.stepping
        anchors { fill: parent; margins: -2.5 * Theme.edge }
        radius: root.radius + 2.5 * Theme.edge
        color: "transparent"
        border.color: Theme.ink
        border.width: 2 * Theme.edge
    }
    TapHandler {
        id: tap
        gesturePolicy: TapHandler.ReleaseWithinBounds
        // A finger that rests on the button is a tap all the same.
        longPressThreshold: 0
        onTapped: root.tapped()
    }
}
