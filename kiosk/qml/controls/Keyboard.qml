// The on-screen keyboard: pinyin with candidates, Latin, digits and signs. It learns nothing.
import QtQuick
import Zhaocha
import ".."

Column {
    id: root

    required property Composer composer
    property bool signs: false
    property bool capital: false

    readonly property var rows: signs
        ? ["1234567890", "，。？！：；、", "“”（）@#%…—", ".,?!-+/\"'"]
        : ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
    readonly property real keyGap: Math.max(8 * Theme.u, 2.54 * Theme.mm)
    readonly property real unit: (width - 9 * keyGap) / 10

    spacing: keyGap

    component KeyCap: Button {
        property string sign: label
        heavy: false
        size: 42 * Theme.u
        radius: 18 * Theme.u
        height: Theme.key
        implicitHeight: Theme.key
    }

    Rectangle {
        width: parent.width
        height: Theme.key
        radius: 18 * Theme.u
        color: Theme.mist
        border.width: Theme.contrast ? Theme.edge : 0
        border.color: Theme.line
        Words {
            id: letters
            x: 20 * Theme.u
            anchors.verticalCenter: parent.verticalCenter
            text: root.composer.letters
                  || (root.composer.chinese ? qsTr("打拼音，点上面的字") : qsTr("英文"))
            color: Theme.jade
            font.pixelSize: 32 * Theme.u
        }
        Flickable {
            anchors { fill: parent; leftMargin: letters.width + 40 * Theme.u }
            clip: true
            contentWidth: offers.width
            flickableDirection: Flickable.HorizontalFlick
            boundsBehavior: Flickable.StopAtBounds
            Row {
                id: offers
                height: Theme.key
                spacing: root.keyGap
                Repeater {
                    model: root.composer.candidates
                    KeyCap {
                        required property int index
                        required property string modelData
                        label: modelData
                        heavy: index === 0
                        width: Math.max(Theme.key, implicitWidth)
                        onTapped: root.composer.pick(index)
                    }
                }
            }
        }
    }
    Repeater {
        model: root.rows
        Row {
            id: line
            required property string modelData
            required property int index
            anchors.horizontalCenter: parent.horizontalCenter
            spacing: root.keyGap
            KeyCap {
                visible: line.index === 2 && !root.signs && !root.composer.chinese
                width: root.unit * 1.3
                label: root.capital ? "ABC" : "abc"
                size: 30 * Theme.u
                chosen: root.capital
                onTapped: root.capital = !root.capital
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
            KeyCap {
                visible: line.index === 2 && !root.signs
                width: root.unit * 1.3
                label: qsTr("退格")
                size: 30 * Theme.u
                onTapped: root.composer.erase()
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
