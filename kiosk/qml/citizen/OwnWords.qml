// One's own words: ready sentences, the keyboard, and what will be kept, as it will be kept.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen
    // By finger instead of by keyboard.
    property bool writing: false

    // Landscape keeps the words' place as high as it can: title and way on stand at the left.
    Flow {
        id: head
        x: Theme.margin
        y: 30 * Theme.u
        width: chips.width
        spacing: Theme.gap
        Words {
            readonly property real beside: parent.width - done.width - how.width - 2 * Theme.gap
            width: implicitWidth < beside ? beside : parent.width
            height: Math.max(implicitHeight, implicitWidth < beside ? done.height : 0)
            verticalAlignment: Text.AlignVCenter
            text: qsTr("想说的话")
            font.pixelSize: Theme.title * 0.8
            font.bold: true
        }
        Button {
            id: how
            label: root.writing ? qsTr("键盘") : qsTr("手写")
            onTapped: root.writing = !root.writing
        }
        Button {
            id: done
            primary: true
            label: qsTr("写好了")
            onTapped: root.citizen.wordsDone()
        }
    }
    Scroller {
        id: chips
        x: Theme.margin
        anchors { top: head.bottom; topMargin: Theme.gap }
        width: Theme.landscape ? parent.width * 0.36 : parent.width - 2 * Theme.margin
        height: Theme.landscape ? parent.height - y - Theme.gap
                                : Math.max(Theme.touch * 2.4, parent.height * 0.24)
        spacing: Theme.gap * 0.6
        Repeater {
            model: root.citizen.offers.phrases
            Button {
                required property string modelData
                width: parent.width
                heavy: false
                size: Theme.help
                label: modelData
                chosen: root.citizen.words.includes(modelData)
                onTapped: root.citizen.say(modelData)
            }
        }
    }
    Rectangle {
        id: paper
        x: Theme.landscape ? chips.x + chips.width + Theme.margin / 2 : Theme.margin
        y: Theme.landscape ? head.y : chips.y + chips.height + Theme.gap
        width: parent.width - x - Theme.margin
        height: (root.writing ? pad.y : keys.y) - y - Theme.gap
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        Flickable {
            id: view
            anchors { fill: parent; margins: Theme.pad * 0.7 }
            clip: true
            contentHeight: written.implicitHeight
            contentY: Math.max(0, contentHeight - height)
            boundsBehavior: Flickable.StopAtBounds
            Words {
                id: written
                width: parent.width
                text: root.citizen.words || qsTr("在这里写，也可以不写。")
                color: root.citizen.words ? Theme.ink : Theme.soft
                wrapMode: Text.Wrap
            }
        }
        Words {
            anchors { right: parent.right; bottom: parent.bottom; margins: 14 * Theme.u }
            visible: root.citizen.wordsLength > 800
            text: root.citizen.wordsLength + " / 1000"
            color: Theme.soft
            font.pixelSize: Theme.help * 0.9
        }
    }
    Keyboard {
        id: keys
        visible: !root.writing
        x: paper.x
        width: paper.width
        y: parent.height - height - Theme.gap
        composer: root.citizen.composer
    }
    // What reads it is loaded when somebody wants to write.
    Loader {
        id: pad
        x: paper.x
        width: paper.width
        y: parent.height - height - Theme.gap
        active: root.writing
        sourceComponent: InkPad { ink: root.citizen.ink; width: pad.width }
    }
}
