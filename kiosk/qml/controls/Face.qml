// A face for a grade: its rim has the grade's colour, its mouth the grade's shape, its word below.
import QtQuick
import ".."

Press {
    id: root

    required property string grade
    required property string name
    // Small, without its word: where the word stands beside it.
    property bool bare: false

    readonly property color rim: Theme.grades[grade]
    readonly property real side: Math.min(width * 0.8, 156 * Theme.u)

    label: name
    border.width: chosen ? Theme.edge * 2 : 0
    color: down ? Theme.pressed : chosen ? Theme.mist : "transparent"
    implicitHeight: bare ? Theme.touch : side + word.height + 40 * Theme.u

    // Drawn in kiosk/ui/faces.py.
    Image {
        id: head
        anchors.horizontalCenter: parent.horizontalCenter
        y: root.bare ? (root.height - height) / 2 : 10 * Theme.u
        sourceSize: Qt.size(root.side, root.side)
        source: root.side > 0
            ? "image://face/" + (root.grade + root.rim + Theme.face).replace(/#/g, "/")
            : ""
    }
    Loader {
        id: word
        active: !root.bare
        anchors { horizontalCenter: parent.horizontalCenter; top: head.bottom; topMargin: 16 * Theme.u }
        width: parent.width - 4 * Theme.u
        sourceComponent: Words {
            horizontalAlignment: Text.AlignHCenter
            even: true
            text: root.name
            font.pixelSize: Theme.bar
            font.bold: true
        }
    }
}
