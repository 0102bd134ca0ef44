// A pad to write on with a finger: above it what that may be, below it signs and corrections.
import QtQuick
import Zhaocha
import ".."

Item {
    id: root

    required property Ink ink

    readonly property bool dense: true
    readonly property int shown: 9
    readonly property real keyGap: Math.max(8 * Theme.u, 2.54 * Theme.mm)
    readonly property bool phrases: ink.candidates.some(text => text.length > 2)
    // Characters stand in one row where nine keys fit, phrases three in a row.
    readonly property int fitting: Math.max(3, Math.min(shown, Math.floor((width + keyGap)
                                                                         / (Theme.key + keyGap))))
    readonly property int columns: phrases ? 3 : fitting
    readonly property int rows: Math.ceil(shown / fitting)
    readonly property real offersHeight: rows * (Theme.key + keyGap) - keyGap

    // About as high as the keyboard, so that one can take the other's place.
    implicitHeight: offersHeight + 4 * (Theme.key + keyGap)

    Component.onCompleted: ink.ready()

    component KeyCap: Button {
        heavy: false
        size: 30 * Theme.u
        radius: 18 * Theme.u
        height: Theme.key
        implicitHeight: Theme.key
    }

    Rectangle {
        width: root.width
        height: root.offersHeight
        visible: root.ink.candidates.length === 0
        radius: 18 * Theme.u
        color: Theme.mist
        border.width: Theme.contrast ? Theme.edge : 0
        border.color: Theme.line
        Words {
            anchors.verticalCenter: parent.verticalCenter
            x: 20 * Theme.u
            width: parent.width - 2 * x
            text: root.ink.able ? qsTr("用手指写，可以连着写几个字") : qsTr("手写暂时用不了，请用键盘")
            color: Theme.jade
            font.pixelSize: 32 * Theme.u
        }
    }
    Grid {
        columns: root.columns
        spacing: root.keyGap
        Repeater {
            model: root.shown
            KeyCap {
                required property int index
                label: root.ink.candidates[index] ?? ""
                visible: label !== "" && index < root.columns * root.rows
                heavy: index === 0
                size: Math.max(24 * Theme.u, Math.min(46 * Theme.u, (width - Theme.pad) / label.length))
                width: (root.width - (root.columns - 1) * root.keyGap) / root.columns
                onTapped: root.ink.pick(index)
            }
        }
    }
    Rectangle {
        id: pad
        y: root.offersHeight + root.keyGap
        width: root.width
        height: root.height - y - root.keyGap - Theme.key
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        onHeightChanged: root.ink.fits(height)

        Words {
            anchors.centerIn: parent
            visible: root.ink.empty
            text: qsTr("写在这里")
            color: Theme.soft
        }
        StrokePad {
            anchors.fill: parent
            source: root.ink
        }
    }
    Row {
        anchors.bottom: parent.bottom
        spacing: root.keyGap
        Repeater {
            model: [
                { label: qsTr("撤销一笔"), correct: true, act: () => root.ink.undo() },
                { label: qsTr("全部擦掉"), correct: true, act: () => root.ink.wipe() },
                { label: "，", correct: false, act: () => root.ink.press("，") },
                { label: "。", correct: false, act: () => root.ink.press("。") },
                { label: qsTr("退格"), correct: false, act: () => root.ink.erase() },
            ]
            KeyCap {
                required property var modelData
                label: modelData.label
                enabled: !modelData.correct || !root.ink.empty
                width: (root.width - 4 * root.keyGap) / 5
                onTapped: modelData.act()
            }
        }
    }
}
