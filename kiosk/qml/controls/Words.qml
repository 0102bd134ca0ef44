// Every text on the screen: plain text only, our font, wrapped rather than cut.
import QtQuick
import ".."

Text {
    textFormat: Text.PlainText
    wrapMode: Text.Wrap
    color: Theme.ink
    font.family: Theme.family
    font.pixelSize: Theme.body
    lineHeight: 1.15
    Accessible.role: Accessible.StaticText
    Accessible.name: text
}
