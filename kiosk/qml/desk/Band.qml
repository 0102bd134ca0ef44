// Something somebody should know, and what they can do about it.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Rectangle {
    id: band
    property string text: ""
    property bool fact: false
    default property alias buttons: buttons.data
    width: parent.width
    height: Math.max(60, said.implicitHeight + 16)
    radius: 14
    color: fact ? Theme.mist : Theme.apricotMist
    Line {
        id: said
        x: 16
        width: buttons.x - 28
        anchors.verticalCenter: parent.verticalCenter
        text: band.text
        color: band.fact ? Theme.jade : Theme.apricot
        font.bold: true
    }
    Row {
        id: buttons
        anchors { right: parent.right; rightMargin: 8; verticalCenter: parent.verticalCenter }
        spacing: 8
    }
}
