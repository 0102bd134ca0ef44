// The tick of something chosen; drawn, so that it needs no glyph.
import QtQuick
import ".."

Rectangle {
    id: root
    width: 52 * Theme.u
    height: width
    radius: width / 2
    color: Theme.jade
    Rectangle {
        x: root.width * 0.26; y: root.height * 0.52
        width: root.width * 0.22; height: root.width * 0.09
        rotation: 45; radius: height / 2; color: Theme.bright; antialiasing: true
    }
    Rectangle {
        x: root.width * 0.36; y: root.height * 0.45
        width: root.width * 0.42; height: root.width * 0.09
        rotation: -48; radius: height / 2; color: Theme.bright; antialiasing: true
    }
}
