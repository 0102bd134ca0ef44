// One's own words: ready sentences, the keyboard, and what will be kept, as it will be kept.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen
    readonly property bool writing: citizen.way === "finger"

    // As tall as what is written with ever gets, so that nothing moves when it changes.
    readonly property real most: writing ? pad.height : keys.most
    readonly property real least: 1.7 * Theme.body + 1.4 * Theme.pad
    // The largest words: what is written takes the place of the ready sentences.
    readonly property bool tight: Theme.landscape && height - 2 * Theme.gap - most - head.y < least

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
        visible: !root.tight && height >= Math.min(needed, Theme.touch * 2.7)
        x: Theme.margin
        anchors { top: head.bottom; topMargin: Theme.gap }
        width: Theme.landscape ? parent.width * 0.36 : parent.width - 2 * Theme.margin
        height: Theme.landscape ? parent.height - y - Theme.gap
                                : Math.min(needed, Theme.textSize > 1 ? Theme.touch * 2.7
                                                                      : parent.height * 0.24,
                                           parent.height - root.most - root.least - y - 3 * Theme.gap)
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
                Tick {
                    visible: parent.chosen
                    width: 28 * Theme.u
                    anchors { right: parent.right; rightMargin: 8 * Theme.u; verticalCenter: parent.verticalCenter }
                }
            }
        }
    }
    Rectangle {
        id: paper
        // Read and never touched: above all else for somebody who sits.
        readonly property bool above: root.citizen.lowered && !Theme.landscape
        readonly property real tall: 230 * Theme.u
        x: Theme.landscape && !root.tight ? keys.x : Theme.margin
        y: above ? -tall : Theme.landscape && !root.tight ? head.y
         : chips.y + (chips.visible ? chips.height + Theme.gap : 0)
        width: root.tight ? chips.width : keys.width
        height: above ? tall : (root.tight ? parent.height : root.writing ? pad.y : keys.y) - y - Theme.gap
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        Flickable {
            id: view
            // Whole lines only: none is cut through.
            readonly property real line: written.implicitHeight / Math.max(1, written.lineCount)
            x: Theme.pad * 0.7
            y: Theme.pad * 0.4
            width: parent.width - 2 * x
            height: Math.max(1, Math.floor((parent.height - 2 * y) / line)) * line
            clip: true
            contentHeight: written.implicitHeight
            contentY: root.citizen.words ? Math.max(0, contentHeight - height) : 0
            boundsBehavior: Flickable.StopAtBounds
            Words {
                id: written
                width: parent.width
                even: !root.citizen.words
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
        x: Theme.landscape ? chips.x + chips.width + Theme.margin / 2 : Theme.margin
        width: parent.width - x - Theme.margin
        y: parent.height - height - Theme.gap
        composer: root.citizen.composer
    }
    // What reads it is loaded when somebody wants to write.
    Loader {
        id: pad
        x: keys.x
        width: keys.width
        y: parent.height - height - Theme.gap
        active: root.writing
        sourceComponent: InkPad { ink: root.citizen.ink; width: pad.width }
    }
}
