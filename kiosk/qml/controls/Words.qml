// Every text on the screen: plain text only, our font, wrapped rather than cut.
import QtQuick
import ".."

Text {
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    color: Theme.ink
    // Its lines end where one would end them by hand; see Theme.spare.
    property bool even: false
    readonly property bool middle: horizontalAlignment === Text.AlignHCenter
    readonly property real spare: even ? Theme.spare(text, width, font.pixelSize, font.bold) : 0
    leftPadding: middle ? spare / 2 : 0
    rightPadding: spare - leftPadding
    font.family: Theme.family
    font.pixelSize: Theme.body
    lineHeight: 1.15
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
