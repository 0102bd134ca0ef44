// A small mark with one word: a state, a flag.
import QtQuick
import ".."
import "../controls"

Rectangle {
    id: root

    property string text: ""
    property bool care: false
    property color ground: care ? Theme.apricotMist : Theme.mist

    implicitWidth: word.implicitWidth + 18
    implicitHeight: word.implicitHeight + 6
    radius: 8
    color: ground
    Words {
        id: word
        anchors.centerIn: parent
        text: root.text
        color: root.care ? Theme.apricot : Theme.jade
        wrapMode: Text.NoWrap
        font.pixelSize: 15
        font.bold: true
    }
}
