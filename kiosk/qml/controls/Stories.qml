// One story after the other in one place, which is as tall as the longest, so that nothing moves.
import QtQuick
import ".."

Rectangle {
    id: root

    required property string strong
    required property var stories
    property int turn: 0

    visible: stories.length > 0
    implicitHeight: column.implicitHeight + 1.6 * Theme.pad
    radius: Theme.corner
    color: Theme.apricotMist
    border.width: Theme.contrast ? Theme.edge : 0
    border.color: Theme.line

    Timer {
        interval: 10000
        running: root.stories.length > 1
        repeat: true
        onTriggered: root.turn = (root.turn + 1) % root.stories.length
    }
    Column {
        id: column
        x: Theme.pad
        width: parent.width - 2 * Theme.pad
        anchors.verticalCenter: parent.verticalCenter
        Words {
            width: parent.width
            text: root.strong
            color: Theme.apricot
            font.bold: true
            font.pixelSize: Theme.help
        }
        Item {
            width: parent.width
            height: Math.max(0, ...pages.heights)
            Repeater {
                id: pages
                property var heights: []
                model: root.stories
                Words {
                    required property string modelData
                    required property int index
                    width: parent.width
                    even: true
                    text: modelData
                    font.pixelSize: Theme.help
                    opacity: index === root.turn ? 1 : 0
                    visible: opacity > 0
                    onImplicitHeightChanged: tall()
                    Component.onCompleted: tall()
                    Behavior on opacity { NumberAnimation { duration: Theme.fade } }

                    function tall() {
                        const heights = pages.heights.slice(0, root.stories.length)
                        heights[index] = implicitHeight
                        pages.heights = heights
                    }
                }
            }
        }
    }
}
