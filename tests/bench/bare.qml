// A bare two-page program: on each page a title and nine plain tiles, and a tap loads the other.
import QtQuick

Rectangle {
    id: root
    property string page: "one"
    width: 1080
    height: 1920
    Loader {
        anchors.fill: parent
        sourceComponent: root.page === "one" ? one : other
    }
    component Plain: Item {
        property alias title: title.text
        property color ground
        Text { id: title; x: 64; y: 64; font.pixelSize: 80 }
        Grid {
            x: 64; y: 240; columns: 2; spacing: 26
            Repeater {
                model: 9
                Rectangle {
                    required property int index
                    width: 460; height: 200; radius: 32; color: ground
                    Text { x: 34; y: 40; font.pixelSize: 48; text: "tile " + index }
                    Text { x: 34; y: 120; font.pixelSize: 32; text: "what it is for" }
                }
            }
        }
    }
    Component { id: one; Plain { title: "one"; ground: "#FBF6EC" } }
    Component { id: other; Plain { title: "other"; ground: "#DDEFE8" } }
    TapHandler { onTapped: root.page = root.page === "one" ? "other" : "one" }
}
