// A button at the desk, for a mouse; its key stands beside its word.
import QtQuick
import ".."
import "../controls"

Press {
    id: root

    property string key: ""
    property real size: 17
    // Beside its words, both sides together.
    property real room: 32
    property bool heavy: true

    radius: 10
    implicitWidth: row.implicitWidth + room
    implicitHeight: Math.max(44, caption.implicitHeight + 16)

    Row {
        id: row
        anchors.centerIn: parent
        spacing: 8
        Words {
            id: caption
            text: root.label
            color: root.primary ? Theme.bright : root.care ? Theme.apricot : Theme.ink
            wrapMode: Text.NoWrap
            font.pixelSize: root.size
            font.bold: root.heavy
        }
        Words {
            visible: root.key !== ""
            anchors.verticalCenter: caption.verticalCenter
            text: root.key
            color: root.primary ? Theme.bright : Theme.soft
            opacity: 0.8
            font.pixelSize: 13
        }
    }
}
