// A calm block of words: a promise (apricot) or a fact (mist).
import QtQuick
import ".."

Rectangle {
    id: root

    property string strong: ""
    property string text: ""
    property bool fact: false
    property real size: Theme.help
    property real pad: Theme.pad

    implicitHeight: column.implicitHeight + 1.6 * pad
    radius: Theme.corner
    color: fact ? Theme.mist : Theme.apricotMist
    border.width: Theme.contrast ? Theme.edge : 0
    border.color: Theme.line

    Column {
        id: column
        x: root.pad
        width: parent.width - 2 * root.pad
        anchors.verticalCenter: parent.verticalCenter
        Words {
            width: parent.width
            visible: text !== ""
            text: root.strong
            even: true
            color: root.fact ? Theme.jade : Theme.apricot
            font.bold: true
            font.pixelSize: root.size
        }
        Words {
            width: parent.width
            visible: text !== ""
            even: true
            text: root.text
            font.pixelSize: root.size
        }
    }
}
