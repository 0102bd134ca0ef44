// A field to type in with a real keyboard: one line or several, always plain text.
import QtQuick
import ".."
import "../controls"

Rectangle {
    id: root

    property alias text: edit.text
    property string hint: ""
    property bool secret: false
    property int lines: 1
    readonly property bool touchable: false
    readonly property bool activeFocusInside: edit.activeFocus

    signal accepted

    // The hint is read whole, and so is what is written: the field grows with it.
    implicitHeight: Math.max(lines * 30 + 22, words.implicitHeight + 20, edit.implicitHeight + 20)
    radius: 10
    color: Theme.card
    border.width: edit.activeFocus ? 2 : 1
    border.color: edit.activeFocus ? Theme.jade : Theme.line

    function take() { edit.forceActiveFocus() }

    Accessible.role: Accessible.EditableText
    Accessible.name: hint

    TapHandler { onTapped: edit.forceActiveFocus() }
    Words {
        id: words
        anchors { left: parent.left; right: parent.right; top: parent.top; margins: 10 }
        visible: edit.text === ""
        text: root.hint
        color: Theme.soft
        font.pixelSize: 18
    }
    Flickable {
        anchors { fill: parent; margins: 10 }
        clip: true
        contentHeight: edit.height
        interactive: contentHeight > height
        TextEdit {
            id: edit
            width: parent.width
            height: Math.max(implicitHeight, root.lines * 30 + 2)
            textFormat: TextEdit.PlainText
            wrapMode: root.secret ? TextEdit.NoWrap : TextEdit.Wrap
            color: root.secret ? "transparent" : Theme.ink
            font.family: Theme.family
            font.pixelSize: 18
            selectByMouse: true
            Keys.onReturnPressed: event => {
                if (root.lines === 1) root.accepted()
                else event.accepted = false
            }
            Keys.onTabPressed: nextItemInFocusChain().forceActiveFocus()
            activeFocusOnTab: true
        }
        Words {
            visible: root.secret
            text: "●".repeat(edit.length)
            font.pixelSize: 18
        }
    }
}
