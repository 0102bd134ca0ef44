// A button of the bar: a sign, and its word below it or, where the screen is wide, beside it.
import QtQuick
import ".."

Press {
    id: root

    property alias sign: icon.sign
    property alias letter: icon.letter
    property alias level: icon.level
    property real size: Theme.bar
    property real signSize: 1.5 * size
    property bool beside: false

    readonly property color ground: down ? Theme.pressed : chosen ? Theme.mist
                                  : care ? Theme.apricotMist : "transparent"
    readonly property color writing: care ? Theme.apricot : Theme.ink
    readonly property real space: 8 * Theme.u

    // Two rows of them, on a wide screen, leave the page little: as high as they need.
    implicitHeight: Math.max(beside ? Math.max(84 * Theme.u, 12.7 * Theme.mm) : Theme.touch,
                             caption.implicitHeight + 2 * space
                                          + (beside ? 0 : icon.height + space))
    radius: 22 * Theme.u
    color: ground
    border.width: chosen ? Theme.edge * 2 : care || Theme.contrast ? Theme.edge : 0

    Icon {
        id: icon
        width: root.signSize
        color: root.writing
        x: root.beside ? (root.width - width - root.space - caption.width) / 2
                       : (root.width - width) / 2
        y: root.beside ? (root.height - height) / 2 : root.space
    }
    Words {
        id: caption
        x: root.beside ? icon.x + icon.width + root.space : 0
        y: root.beside ? (root.height - height) / 2
                       : icon.y + icon.height + (root.height - icon.y - icon.height - root.space
                                                 - height) / 2 + root.space / 2
        width: root.beside ? Math.min(implicitWidth, root.width - icon.width - 3 * root.space)
                           : root.width
        horizontalAlignment: root.beside ? Text.AlignLeft : Text.AlignHCenter
        even: !root.beside
        text: root.label
        color: root.writing
        font.pixelSize: root.size
        font.bold: true
        lineHeight: 1.05
    }
}
