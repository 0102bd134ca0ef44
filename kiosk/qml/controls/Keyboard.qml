// The on-screen keyboard: pinyin with pages of candidates, Latin, digits and signs. It learns
// nothing.
import QtQuick
import Zhaocha
import ".."

Column {
    id: root

    required property Composer composer
    property bool signs: false
    property bool capital: false
    // The candidates take the place of the letters.
    property bool spread: false
    readonly property bool typing: composer.letters !== ""
    readonly property bool dense: true

    readonly property var rows: signs
        ? ["1234567890", "，。？！：；、", "“”（）@#%…—", ".,?!-+/\"'"]
        : ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
    readonly property real keyGap: Math.max(8 * Theme.u, 2.54 * Theme.mm)
    readonly property real unit: (width - 9 * keyGap) / 10

    // As tall as it ever gets, so that what stands above it need not move.
    readonly property real most: bar.offersAt + 6 * Theme.key + 5 * keyGap

    spacing: keyGap
    onTypingChanged: spread = false
    Component.onCompleted: composer.ready()

    component KeyCap: Button {
        heavy: false
        size: 42 * Theme.u
        radius: 18 * Theme.u
        height: Theme.key
        implicitHeight: Theme.key
    }

    // A key that only one line has, and not always.
    component Extra: Loader { visible: active }

    Rectangle {
        id: bar

        readonly property int lines: root.spread ? root.rows.length + 1 : 1
        readonly property real pad: 20 * Theme.u
        readonly property real offersAt: 52 * Theme.u
        readonly property var fitting: root.composer.candidates.slice(0, room())

        // A long sentence is written smaller, but whole.
        function textSize(text) {
            const room = (offers.width - 2 * pad) / Array.from(text).length
            return Math.floor(Math.min(42 * Theme.u, room))
        }
        function textWidth(text) {
            return Math.max(Theme.key, Array.from(text).length * textSize(text) + 2 * pad)
        }
        // How many candidates have room.
        function room() {
            const texts = root.composer.candidates
            let x = 0, line = 1
            for (let i = 0; i < texts.length; ++i) {
                const wide = textWidth(texts[i])
                if (x > 0 && x + wide > offers.width) {
                    if (line === lines) return i
                    x = 0
                    ++line
                }
                x += wide + root.keyGap
            }
            return texts.length
        }

        width: parent.width
        height: root.composer.chinese ? offers.y + offers.height : Theme.key
        radius: 18 * Theme.u
        color: Theme.mist
        border.width: Theme.contrast ? Theme.edge : 0
        border.color: Theme.line
        Words {
            id: letters
            x: bar.pad
            y: root.typing ? 4 * Theme.u : (parent.height - height) / 2
            width: parent.width - 2 * bar.pad
            wrapMode: Text.NoWrap
            elide: Text.ElideLeft
            text: root.composer.letters
                  || (root.composer.chinese ? qsTr("打拼音，点上面的字") : qsTr("英文"))
            color: Theme.jade
            font.pixelSize: 32 * Theme.u
        }
        Flow {
            id: offers
            y: bar.offersAt
            width: parent.width - turn.width - root.keyGap
            height: bar.lines * Theme.key + (bar.lines - 1) * root.keyGap
            spacing: root.keyGap
            Repeater {
                model: bar.fitting
                KeyCap {
                    required property int index
                    required property string modelData
                    label: modelData
                    size: bar.textSize(modelData)
                    heavy: index === 0
                    width: bar.textWidth(modelData)
                    onTapped: root.composer.pick(index)
                }
            }
        }
        Grid {
            id: turn
            visible: root.typing
            y: offers.y
            anchors.right: parent.right
            columns: root.spread ? 1 : 3
            spacing: root.keyGap
            KeyCap {
                width: Theme.key
                label: "‹"
                size: 60 * Theme.u
                enabled: root.composer.canFewer
                Accessible.name: qsTr("上一页")
                onTapped: root.composer.fewer()
            }
            KeyCap {
                width: Theme.key
                label: "›"
                size: 60 * Theme.u
                enabled: root.composer.canMore || bar.fitting.length < root.composer.candidates.length
                Accessible.name: qsTr("下一页")
                onTapped: root.composer.more(bar.fitting.length)
            }
            KeyCap {
                width: Theme.key
                label: root.spread ? "▲" : "▼"
                size: 30 * Theme.u
                Accessible.name: root.spread ? qsTr("收起") : qsTr("展开")
                onTapped: root.spread = !root.spread
            }
        }
    }
    Repeater {
        model: root.rows
        Row {
            id: line
            visible: !root.spread
            required property string modelData
            required property int index
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: root.keyGap
            Extra {
                active: line.index === 2 && !root.signs && !root.composer.chinese
                sourceComponent: KeyCap {
                    width: root.unit * 1.3
                    label: root.capital ? "ABC" : "abc"
                    size: 30 * Theme.u
                    chosen: root.capital
                    onTapped: root.capital = !root.capital
                }
            }
            Extra {
                active: line.index === 2 && !root.signs && root.composer.chinese
                sourceComponent: KeyCap {
                    width: root.unit
                    label: "'"
                    enabled: root.typing
                    Accessible.name: qsTr("分开两个字")
                    onTapped: root.composer.press(label)
                }
            }
            Repeater {
                model: line.modelData.split("")
                KeyCap {
                    required property string modelData
                    label: root.capital && !root.signs ? modelData.toUpperCase() : modelData
                    width: root.unit
                    onTapped: root.composer.press(label)
                }
            }
            Extra {
                active: line.index === 2 && !root.signs
                sourceComponent: KeyCap {
                    width: root.unit * 1.3
                    label: qsTr("退格")
                    size: 30 * Theme.u
                    onTapped: root.composer.erase()
                }
            }
        }
    }
    Row {
        spacing: root.keyGap
        KeyCap {
            width: root.unit * 1.6
            label: root.composer.chinese ? "中" : "EN"
            size: 34 * Theme.u
            onTapped: root.composer.speak(!root.composer.chinese)
        }
        KeyCap {
            width: root.unit * 1.6
            label: root.signs ? qsTr("字母") : "123"
            size: 30 * Theme.u
            onTapped: root.signs = !root.signs
        }
        KeyCap {
            width: root.width - root.unit * 6.4 - 4 * root.keyGap
            label: root.composer.letters ? qsTr("选第一个") : qsTr("空格")
            size: 30 * Theme.u
            onTapped: root.composer.press(" ")
        }
        KeyCap {
            width: root.unit * 1.6
            label: root.composer.chinese ? "，" : "."
            onTapped: root.composer.press(label)
        }
        KeyCap {
            width: root.unit * 1.6
            label: qsTr("换行")
            size: 30 * Theme.u
            onTapped: root.composer.press("\n")
        }
    }
}
