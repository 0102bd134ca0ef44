// A card with a title, room for buttons beside it, and a chart in it.
import QtQuick
import "../.."
import "../../controls"

Rectangle {
    id: root

    property real s: 1
    property string title: ""
    default property alias content: column.data
    property alias corner: corner.data
    readonly property real inner: column.width

    implicitHeight: column.y + column.implicitHeight + 16 * s
    radius: 14 * s
    color: Theme.card
    border.color: Theme.line
    border.width: Math.max(1, 1.5 * s)

    Words {
        id: head
        x: 18 * root.s
        y: 12 * root.s
        width: parent.width - 2 * x - corner.width - 8 * root.s
        text: root.title
        font.pixelSize: 19 * root.s
        font.bold: true
    }
    Row {
        id: corner
        anchors { right: parent.right; rightMargin: 12 * root.s; top: parent.top; topMargin: 8 * root.s }
        spacing: 8 * root.s
    }
    Column {
        id: column
        x: 18 * root.s
        y: Math.max(head.y + head.height, corner.children.length ? corner.y + corner.height : 0) + 8 * root.s
        width: parent.width - 2 * x
        spacing: 8 * root.s
    }
}
