// The same bar under every screen: the way back, how one sees and hears it, language, a person.
import QtQuick
import Zhaocha
import ".."

Rectangle {
    id: root

    required property Citizen citizen
    property bool home: false
    // Much to touch, little to say.
    readonly property bool dense: true

    signal languageWanted

    readonly property real gap: Math.max(10 * Theme.u, 2.54 * Theme.mm)
    readonly property real size: Theme.bar * ((beside ? 0.98 : 0.88)
                                              - (chinese ? 0 : 0.1))
    // A foreign word, and in every language the longest.
    readonly property real foreign: 0.9
    readonly property bool beside: Theme.landscape

    readonly property bool chinese: citizen.language === "zh"
    readonly property int count: 4 + (home ? 0 : 2) + (Theme.landscape ? 0 : 1) + (chinese ? 0 : 1)
                                 + (citizen.aloud.available ? 1 : 0) + (citizen.aloud.on ? 2 : 0)
    // In one row if no word would be broken, else in two.
    readonly property int columns: {
        const room = (ways.width - (count - 1) * gap) / count
        const sign = beside ? 1.5 * size + 34 * Theme.u : 0
        return room < Theme.key || longest + sign > room ? Math.ceil(count / 2) : count
    }
    readonly property real longest: {
        let width = 0
        for (const one of ways.children)
            // Measured at the size the metrics have by now, which may still be an older one.
            if (one.label)
                width = Math.max(width, widest(one.label) * one.size / metrics.font.pixelSize)
        return width
    }

    // The longest word; four Chinese characters are two words.
    function widest(label) {
        const words = /^[\u4e00-\u9fff]{4}$/.test(label) ? [label.slice(0, 2), label.slice(2)]
                                                          : label.split(" ")
        return Math.max(...words.map(word => metrics.advanceWidth(word)))
    }

    implicitHeight: ways.height + 2 * ways.y
    color: Theme.barGround

    FontMetrics { id: metrics; font { family: Theme.family; pixelSize: root.size; bold: true } }
    Rectangle { width: parent.width; height: Theme.edge; color: Theme.line }

    component Small: BarButton {
        width: ways.cell
        height: ways.tallest
        size: root.size
        signSize: 1.5 * root.size
        beside: root.beside
    }
    Flow {
        id: ways
        x: Theme.margin / 2
        y: 14 * Theme.u
        width: parent.width - Theme.margin
        spacing: root.gap
        readonly property real cell: Math.floor((width - (root.columns - 1) * spacing)
                                                / root.columns)
        readonly property real tallest: {
            let height = 0
            for (const one of children) height = Math.max(height, one.implicitHeight)
            return height
        }
        Small {
            visible: !root.home
            sign: "back"
            label: qsTr("返回")
            onTapped: root.citizen.back()
        }
        Small {
            visible: !root.home
            sign: "home"
            label: qsTr("重新开始")
            onTapped: root.citizen.startAgain()
        }
        Small {
            sign: "larger"
            letter: qsTr("字")
            label: qsTr("大字")
            chosen: root.citizen.textSize > 0
            onTapped: root.citizen.larger()
        }
        Small {
            visible: !Theme.landscape
            sign: "lower"
            label: qsTr("低位")
            chosen: root.citizen.lowered
            onTapped: root.citizen.lower()
        }
        Small {
            sign: "contrast"
            label: qsTr("对比")
            chosen: root.citizen.contrast > 0
            onTapped: root.citizen.nextContrast()
        }
        // Made when there is a voice, and the next two when it reads.
        Repeater {
            model: root.citizen.aloud.available ? 1 : 0
            Small {
                sign: "aloud"
                label: root.citizen.aloud.on ? qsTr("再读一遍") : qsTr("朗读")
                chosen: root.citizen.aloud.on
                onTapped: root.citizen.aloud.press()
            }
        }
        Repeater {
            model: root.citizen.aloud.on ? 1 : 0
            Small {
                sign: "loudness"
                level: root.citizen.aloud.loudness
                label: [qsTr("声音：小"), qsTr("声音：中"), qsTr("声音：大")][level]
                onTapped: root.citizen.aloud.louder()
            }
        }
        Repeater {
            model: root.citizen.aloud.on ? 1 : 0
            Small {
                sign: "off"
                label: qsTr("不读了")
                onTapped: root.citizen.aloud.off()
            }
        }
        // Read by whoever cannot read the rest: a foreign word here, a Chinese one there.
        Repeater {
            model: root.chinese ? 0 : 1
            Small {
                sign: "letter"
                letter: "中"
                label: "中文"
                onTapped: root.citizen.speak("zh")
            }
        }
        Small {
            sign: "globe"
            label: "Language"
            size: root.size * root.foreign
            onTapped: root.languageWanted()
        }
        Small {
            // The last takes what the others leave free.
            width: ways.cell + (root.columns - 1 - (root.count - 1) % root.columns)
                               * (ways.cell + ways.spacing)
            sign: "person"
            label: qsTr("叫人帮忙")
            care: true
            onTapped: root.citizen.callSomeone()
        }
    }
}
