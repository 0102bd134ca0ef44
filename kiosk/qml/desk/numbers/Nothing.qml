// One kind sentence where there is nothing to show, and one that helps on.
import QtQuick
import "../.."
import "../../controls"

Column {
    id: root

    property real s: 1
    property string strong: ""
    property string text: ""

    spacing: 6 * s

    Words {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: root.strong
        font.pixelSize: 24 * root.s
        font.bold: true
    }
    Words {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: root.text
        color: Theme.soft
        font.pixelSize: 17 * root.s
    }
}
