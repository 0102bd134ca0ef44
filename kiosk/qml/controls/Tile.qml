// A tile: a name, one line of help, a tick when chosen, a coloured edge where it helps to find it.
import QtQuick
import ".."

Press {
    id: root

    property string name: ""
    property string hint: ""
    property color accent: "transparent"
    property real size: Theme.tile
    property bool choosable: true
    property real hintSize: Theme.help

    label: hint ? name + ", " + hint : name
    implicitHeight: Math.max(Theme.touch, column.implicitHeight + 1.25 * Theme.pad)

    Rectangle {
        visible: root.accent.a > 0
        x: Theme.edge * 2.5
        anchors.verticalCenter: parent.verticalCenter
        width: 14 * Theme.u
        height: parent.height - 2.2 * Theme.pad
        radius: width / 2
        color: root.accent
    }
    Column {
        id: column
        x: Theme.pad + (root.accent.a > 0 ? 14 * Theme.u : 0)
        // The tick has its place from the start: nothing moves when it comes.
        width: root.width - x - Theme.pad - (root.choosable ? 18 * Theme.u : 0)
        anchors.verticalCenter: parent.verticalCenter
        spacing: 6 * Theme.u
        Words {
            width: parent.width
            text: root.name
            even: true
            font.pixelSize: root.size
            font.bold: true
        }
        Words {
            width: parent.width
            visible: text !== ""
            text: root.hint
            even: true
            color: Theme.soft
            font.pixelSize: root.hintSize
        }
    }
    Tick {
        visible: root.chosen
        width: 44 * Theme.u
        anchors { right: parent.right; top: parent.top; margins: 8 * Theme.u }
    }
}
