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
        y: 30 * Theme.u
        width: parent.width - 2 * Theme.margin
        text: root.citizen.asked ? root.citizen.asked : qsTr("想办什么事？打几个字")
        color: root.citizen.asked ? Theme.ink : Theme.soft
        font.pixelSize: Theme.title * 0.7
        font.bold: true
    }
    LongList {
        id: found
        x: Theme.margin
        anchors { top: head.bottom; topMargin: Theme.gap }
        width: Theme.landscape ? parent.width * 0.42 : parent.width - 2 * Theme.margin
        height: (Theme.landscape ? parent.height : keys.y) - y - Theme.gap
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
        text: qsTr("点下面的“叫人帮忙”，有人过来告诉您在哪办、怎么办。")
    }
    Keyboard {
        id: keys
        x: Theme.landscape ? parent.width * 0.42 + 1.6 * Theme.margin : Theme.margin
        width: parent.width - x - Theme.margin
        y: parent.height - height - Theme.gap
        composer: root.citizen.composer
    }
}
