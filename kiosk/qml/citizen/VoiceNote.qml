// Said instead of written: a large meter, the seconds left, and listening to it before it goes along.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen
    readonly property Voice voice: citizen.voice
    readonly property Player player: voice.player
    readonly property string stage: voice.stage

    Ways {
        id: head
        x: Theme.margin
        y: 30 * Theme.u
        width: Theme.landscape ? parent.width * 0.36 : parent.width - 2 * Theme.margin
        citizen: root.citizen
        title: qsTr("说给我们听")
    }
    Note {
        id: promise
        // The largest words leave no room for it everywhere.
        visible: Theme.landscape ? y > head.y + head.height
                                 : keys.y - y - height - 2 * Theme.gap > card.least
        x: head.x
        y: Theme.landscape ? parent.height - height - Theme.gap : head.y + head.height + Theme.gap
        width: head.width
        strong: qsTr("录音加密保存，小票上没有。")
        text: Theme.textSize < 2 ? qsTr("不想让人听出您的声音，可以打字。") : ""
    }
    Rectangle {
        id: card
        readonly property real below: hint.visible ? hint.height : 0
        // What the meter and the air around it have; nothing where there is hardly any.
        readonly property real free: height - what.height - below - Theme.pad
        readonly property real between: free < Theme.gap * 3 ? 0
                                                             : Math.min(320 * Theme.u + Theme.gap, free)
        readonly property real least: what.height + below + Theme.touch + 2 * Theme.pad
        x: Theme.landscape ? head.x + head.width + Theme.margin / 2 : Theme.margin
        y: Theme.landscape ? head.y
                           : (promise.visible ? promise.y + promise.height
                                              : head.y + head.height) + Theme.gap
        width: parent.width - x - Theme.margin
        height: keys.y - Theme.gap - y
        radius: Theme.corner
        color: Theme.card
        border.width: root.stage === "recording" ? 2 * Theme.edge : Theme.edge
        border.color: root.stage === "recording" ? Theme.jade : Theme.line

        Words {
            id: what
            x: Theme.pad
            y: (card.height - height - card.below - card.between) / 2
            width: parent.width - 2 * x
            horizontalAlignment: Text.AlignHCenter
            text: root.stage === "opening" ? qsTr("请稍等")
                : root.stage === "recording" ? qsTr("正在录音，请说")
                : root.stage === "kept" ? qsTr("录好了，%1 秒").arg(root.voice.seconds)
                : qsTr("最多说 %1 秒").arg(root.voice.left)
            font.pixelSize: Theme.title * 0.75
            font.bold: true
        }
        Meter {
            id: meter
            x: Theme.pad
            y: what.y + what.height + Theme.gap / 2
            width: parent.width - 2 * x
            visible: card.between > 0
            height: Math.max(0, card.between - Theme.gap)
            bars: root.voice.bars
            heard: root.player.playing ? root.player.position : 1
        }
        Words {
            id: hint
            x: Theme.pad
            y: what.y + what.height + card.between
            width: parent.width - 2 * x
            visible: text !== ""
            horizontalAlignment: Text.AlignHCenter
            text: root.voice.failed ? qsTr("没有录到声音。请再试一次，或者写下来。")
                : root.voice.quiet ? qsTr("没听到声音，请靠近一点说。")
                : root.player.failed ? qsTr("放不出声音，录音已经留好了。")
                : root.stage === "recording" ? qsTr("还可以说 %1 秒").arg(root.voice.left)
                : root.player.playing ? qsTr("正在播放，旁边的人也听得到")
                : Theme.textSize > 1 ? ""
                : root.stage === "kept" ? qsTr("可以听一遍，也可以重新录。")
                : qsTr("对着屏幕，像平常说话一样。")
            color: root.voice.failed || root.voice.quiet || root.player.failed ? Theme.apricot
                                                                               : Theme.soft
        }
    }
    Column {
        id: keys
        x: card.x
        y: parent.height - height - Theme.gap
        width: card.width
        spacing: Theme.gap
        Button {
            visible: root.stage !== "kept"
            width: parent.width
            primary: true
            least: 150 * Theme.u
            size: Theme.tile
            enabled: root.stage !== "opening"
            label: root.stage === "recording" ? qsTr("说完了") : qsTr("开始录音")
            onTapped: root.stage === "recording" ? root.voice.stop() : root.voice.record()
        }
        Button {
            visible: root.stage === "kept" && root.voice.audible
            width: parent.width
            label: root.player.playing ? qsTr("停下") : qsTr("听一遍")
            onTapped: root.player.playing ? root.player.stop() : root.player.play()
        }
        Row {
            id: others
            visible: root.stage === "kept"
            width: parent.width
            spacing: Theme.gap
            Button {
                id: again
                width: (others.width - others.spacing) / 2
                height: Math.max(implicitHeight, away.implicitHeight)
                label: qsTr("重新录")
                onTapped: root.voice.record()
            }
            Button {
                id: away
                width: again.width
                height: again.height
                label: qsTr("不要了")
                onTapped: root.voice.throwAway()
            }
        }
    }
}
