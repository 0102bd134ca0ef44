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
    readonly property int mood: ["very_dissatisfied", "dissatisfied", "basically_satisfied",
                                 "satisfied", "very_satisfied"].indexOf(grade) - 2
    readonly property real side: Math.min(width * 0.8, 156 * Theme.u)

    label: name
    border.width: chosen ? Theme.edge * 2 : 0
    color: down ? Theme.pressed : chosen ? Theme.mist : "transparent"
    implicitHeight: bare ? Theme.touch : side + word.height + 40 * Theme.u

    component Eye: Rectangle {
        y: head.height * 0.36
        width: head.width * 0.1; height: width; radius: width / 2
        color: Theme.ink
    }
    Rectangle {
        id: head
        anchors.horizontalCenter: parent.horizontalCenter
        y: root.bare ? (root.height - height) / 2 : 10 * Theme.u
        width: root.side; height: width; radius: width / 2
        color: Theme.contrast ? Theme.card : Qt.tint("#FFFFFF", Qt.alpha(root.rim, 0.16))
        border.color: root.rim
        border.width: Math.max(4, width * 0.045)
        Eye { x: head.width * 0.29 }
        Eye { x: head.width * 0.61 }
        Rectangle {
            visible: root.mood === 0
            anchors.horizontalCenter: parent.horizontalCenter
            y: head.height * 0.64
            width: head.width * 0.38; height: head.width * 0.045; radius: height / 2
            color: Theme.ink
        }
        Item {
            visible: root.mood !== 0
            readonly property real bend: head.height * (Math.abs(root.mood) === 2 ? 0.17 : 0.1)
            anchors.horizontalCenter: parent.horizontalCenter
            y: head.height * (root.mood > 0 ? 0.6 : 0.62)
            width: head.width * 0.5; height: bend
            clip: true
            Rectangle {
                readonly property real r: Math.pow(head.width * 0.21, 2) / (2 * parent.bend)
                                          + parent.bend / 2
                width: 2 * r; height: 2 * r; radius: r
                anchors.horizontalCenter: parent.horizontalCenter
                y: root.mood > 0 ? parent.height - height : 0
                color: "transparent"
                border.color: Theme.ink
                border.width: head.width * 0.045
                antialiasing: true
            }
        }
    }
    Loader {
        id: word
        active: !root.bare
        anchors { horizontalCenter: parent.horizontalCenter; top: head.bottom; topMargin: 16 * Theme.u }
        width: parent.width - 4 * Theme.u
        sourceComponent: Words {
            horizontalAlignment: Text.AlignHCenter
            text: root.name
            font.pixelSize: Theme.bar
            font.bold: true
        }
    }
}
