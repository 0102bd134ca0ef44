// One's own words: ready sentences, the keyboard, and what will be kept, as it will be kept.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen
    readonly property bool writing: citizen.way === "finger"

    // Landscape keeps the words' place as high as it can: title and way on stand at the left.
    Ways {
        id: head
        x: Theme.margin
        y: 30 * Theme.u
        width: chips.width
        citizen: root.citizen
        title: qsTr("想说的话")
        doneLabel: qsTr("写好了")
    }
    Scroller {
        id: chips
        visible: height >= Math.min(needed, Theme.touch * 2.2)
        x: Theme.margin
        anchors { top: head.bottom; topMargin: Theme.gap }
        width: Theme.landscape ? parent.width * 0.36 : parent.width - 2 * Theme.margin
        height: Theme.landscape ? parent.height - y - Theme.gap
                                : Math.min(needed, Theme.textSize > 1 ? Theme.touch * 2.7
                                                                      : parent.height * 0.24,
                                           (root.writing ? pad.y : keys.y) - y - Theme.gap)
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
        // Read and never touched: above all else for somebody who sits.
        readonly property bool above: root.citizen.lowered && !Theme.landscape
        readonly property real tall: 230 * Theme.u
        x: Theme.landscape ? chips.x + chips.width + Theme.margin / 2 : Theme.margin
        y: Theme.landscape ? head.y : above ? -tall : chips.y + chips.height + Theme.gap
        width: parent.width - x - Theme.margin
        height: above ? tall : (root.writing ? pad.y : keys.y) - y - Theme.gap
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        Flickable {
            id: view
            anchors { fill: parent; margins: Theme.pad * 0.7 }
            clip: true
            contentHeight: written.implicitHeight
            contentY: root.citizen.words ? Math.max(0, contentHeight - height) : 0
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
