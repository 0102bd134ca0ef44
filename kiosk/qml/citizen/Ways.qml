// The head of every page of one's own words: what is said here, that it is said, and the other ways.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Column {
    id: root

    required property Citizen citizen
    property string title: ""
    property string doneLabel: qsTr("好了")
    readonly property var ways: [
        { way: "keys", label: qsTr("键盘"), there: root.citizen.words !== "" },
        { way: "finger", label: qsTr("手写"), there: false },
        { way: "ink", label: qsTr("画下来"), there: root.citizen.enclosed.includes("ink") },
        { way: "voice", label: qsTr("录音"), there: root.citizen.enclosed.includes("voice") },
    ].filter(one => (one.way !== "voice" || root.citizen.voice.available)
                    && (["keys", "finger"].includes(one.way) || !root.citizen.onlyWords))

    // The largest words in the lower part of a tall screen: room for each line, and no more.
    readonly property bool tight: citizen.lowered && Theme.textSize > 1 && !Theme.landscape

    function tall(button, size) {
        return tight ? Math.max(12.7 * Theme.mm, 1.67 * size) : button.implicitHeight
    }

    spacing: Theme.gap * 0.7

    Flow {
        width: parent.width
        spacing: Theme.gap
        Words {
            id: title
            readonly property real room: parent.width - done.implicitWidth - Theme.gap
            readonly property bool beside: implicitWidth < room
            // The largest words need its place more than it does.
            visible: beside || Theme.textSize < 2
            width: beside ? room : parent.width
            height: Math.max(implicitHeight, beside ? done.height : 0)
            verticalAlignment: Text.AlignVCenter
            text: root.title
            font.pixelSize: Theme.title * 0.8
            font.bold: true
        }
        Button {
            id: done
            width: title.beside ? implicitWidth : parent.width
            primary: true
            height: root.tall(done, size)
            label: root.doneLabel
            onTapped: root.citizen.wordsDone()
        }
    }
    Grid {
        id: row
        readonly property real widest: {
            let width = 0
            for (let i = 0; i < repeater.count; ++i)
                width = Math.max(width, repeater.itemAt(i)?.implicitWidth ?? 0)
            return width
        }
        readonly property bool one: repeater.count * (widest + spacing) - spacing <= width
        width: parent.width
        spacing: Math.max(16 * Theme.u, 2.54 * Theme.mm)
        columns: one ? repeater.count : 2
        Repeater {
            id: repeater
            model: root.ways
            Button {
                id: button
                required property var modelData
                width: (row.width - (row.columns - 1) * row.spacing) / row.columns
                height: root.tall(button, size)
                size: Theme.help
                room: Theme.pad
                label: modelData.label
                chosen: root.citizen.way === modelData.way
                onTapped: root.citizen.sayBy(modelData.way)
                Tick {
                    visible: button.modelData.there
                    anchors { right: parent.right; top: parent.top; margins: -8 * Theme.u }
                    width: 36 * Theme.u
                }
            }
        }
    }
}
