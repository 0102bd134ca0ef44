// Where and how: service items found by words or pinyin initials.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen

    readonly property var answers: citizen.offers.answers

    Words {
        id: head
        x: Theme.margin
        // Read and never touched: above everything else for somebody who sits.
        y: Theme.lift ? Math.max(2 * Theme.body - Theme.lift, -height) : 30 * Theme.u
        width: parent.width - 2 * Theme.margin
        text: root.citizen.asked ? root.citizen.asked : qsTr("想办什么事？打几个字")
        color: root.citizen.asked ? Theme.ink : Theme.soft
        font.pixelSize: Theme.title * 0.7
        font.bold: true
    }
    LongList {
        id: found
        x: Theme.margin
        y: Math.max(Theme.gap, head.y + head.height + Theme.gap)
        width: Theme.landscape ? parent.width * 0.42 : parent.width - 2 * Theme.margin
        readonly property real floor: Theme.landscape ? parent.height : keys.y
        height: (leave.visible ? leave.y : floor) - y - Theme.gap
        spacing: Theme.gap * 0.7
        // By number, so that the same answers again are not made anew.
        model: root.answers.length
        delegate: Tile {
            required property int index
            readonly property var entry: root.answers[index] ?? ({})
            width: found.width
            size: Theme.body
            choosable: false
            name: entry.name ?? ""
            hint: qsTr("在哪办：%1").arg(entry.where ?? "")
            onTapped: root.citizen.askAbout(entry.code)
        }
    }
    Note {
        visible: root.answers.length === 0
        anchors { left: found.left; right: found.right; top: found.top }
        strong: qsTr("没有找到。")
        // The largest words leave room for the button alone.
        text: Theme.textSize > 1 ? "" : qsTr("把问题留下，件件有回复；或者点“叫人帮忙”，马上有人过来。")
    }
    Button {
        id: leave
        // In a little room the answers have it, as long as there are any.
        visible: root.answers.length === 0 || found.floor - found.y > 4.5 * Theme.touch
        anchors { left: found.left; right: found.right }
        y: found.floor - height - Theme.gap
        label: qsTr("没找到？留下问题")
        onTapped: root.citizen.leaveQuestion()
    }
    Keyboard {
        id: keys
        x: Theme.landscape ? parent.width * 0.42 + 1.6 * Theme.margin : Theme.margin
        width: parent.width - x - Theme.margin
        y: parent.height - height - Theme.gap
        composer: root.citizen.composer
    }
}
