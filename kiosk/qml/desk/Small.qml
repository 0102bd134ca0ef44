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
    readonly property real beside: key !== "" ? sign.implicitWidth + row.spacing : 0

    radius: 10
    implicitWidth: Math.max(44, caption.implicitWidth + beside + room)
    implicitHeight: Math.max(44, caption.implicitHeight + 16)

    Row {
        id: row
        anchors.centerIn: parent
        spacing: 8
        Words {
            id: caption
            // In a place that is too narrow it takes another line.
            width: Math.min(implicitWidth, root.width - root.room - root.beside)
            text: root.label
            color: root.primary ? Theme.bright : root.care ? Theme.apricot : Theme.ink
            font.pixelSize: root.size
            font.bold: root.heavy
        }
        Words {
            id: sign
            visible: root.key !== ""
            anchors.verticalCenter: caption.verticalCenter
            text: root.key
            color: root.primary ? Theme.bright : Theme.soft
            opacity: 0.8
            wrapMode: Text.NoWrap
            font.pixelSize: 13
        }
    }
}
