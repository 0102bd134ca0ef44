// Drawn with a finger and kept as it is: a large page, the last stroke taken back, an empty page.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen

    Ways {
        id: head
        x: Theme.margin
        y: 30 * Theme.u
        width: Theme.landscape ? parent.width * 0.36 : parent.width - 2 * Theme.margin
        citizen: root.citizen
        title: qsTr("画给我们看")
    }
    Words {
        id: help
        x: head.x
        anchors { top: head.bottom; topMargin: Theme.gap }
        width: head.width
        visible: keys.y - y - height > (Theme.landscape ? 0 : 600 * Theme.u)
        even: true
        text: qsTr("哪里、什么样，画出来就行。会加密保存。")
        color: Theme.soft
        font.pixelSize: Theme.help
    }
    Item {
        id: room
        x: Theme.landscape ? head.x + head.width + Theme.margin / 2 : Theme.margin
        y: Theme.landscape ? head.y
                           : (help.visible ? help.y + help.height : head.y + head.height) + Theme.gap
        width: parent.width - x - Theme.margin
        height: (Theme.landscape ? parent.height - Theme.gap : keys.y - Theme.gap) - y
        onWidthChanged: sheet.fit()
        onHeightChanged: sheet.fit()
        Component.onCompleted: sheet.fit()
        Rectangle {
            id: sheet
            readonly property real zoom: Math.min(room.width / root.citizen.sketch.wide,
                                                  room.height / root.citizen.sketch.high)
            anchors.centerIn: parent
            width: root.citizen.sketch.wide * zoom
            height: root.citizen.sketch.high * zoom
            radius: Theme.corner
            color: Theme.card
            border.width: Theme.edge
            border.color: Theme.jade

            function fit() { root.citizen.sketch.fits(room.width, room.height) }

            Words {
                anchors.centerIn: parent
                visible: root.citizen.sketch.empty
                text: qsTr("用手指在这里画")
                color: Theme.soft
            }
            StrokePad {
                anchors.fill: parent
                source: root.citizen.sketch
                zoom: sheet.zoom
                pen: root.citizen.sketch.pen
            }
            Note {
                anchors { left: parent.left; right: parent.right; bottom: parent.bottom }
                visible: root.citizen.sketch.full
                strong: qsTr("画满了。可以撤销一笔再画。")
            }
            Connections {
                target: root.citizen.sketch
                function onRedrawn() { sheet.fit() }
            }
        }
    }
    Row {
        id: keys
        x: head.x
        y: parent.height - height - Theme.gap
        spacing: Theme.gap
        Button {
            width: (head.width - parent.spacing) / 2
            size: Theme.help
            enabled: !root.citizen.sketch.empty
            label: qsTr("撤销一笔")
            onTapped: root.citizen.sketch.undo()
        }
        Button {
            width: (head.width - parent.spacing) / 2
            size: Theme.help
            enabled: !root.citizen.sketch.empty
            label: qsTr("全部擦掉")
            onTapped: root.citizen.sketch.clear()
        }
    }
}
