// Which days are looked at: week, month, quarter or year, and turning over to the one before.
import QtQuick
import Zhaocha
import "../../controls"

Flow {
    id: root

    required property Numbers numbers
    property real s: 1

    spacing: 8 * s

    Repeater {
        model: root.numbers.lengths
        ScaledButton {
            required property var modelData
            s: root.s
            label: modelData.name
            chosen: modelData.chosen
            onTapped: root.numbers.choose(modelData.code)
        }
    }
    Item { width: 6 * root.s; height: 1 }
    ScaledButton { s: root.s; label: "‹"; Accessible.name: qsTr("往前"); onTapped: root.numbers.earlier() }
    Words {
        height: Math.max(44, 44 * root.s)
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.NoWrap
        text: root.numbers.periodName
        font.pixelSize: 21 * root.s
        font.bold: true
    }
    ScaledButton {
        s: root.s
        label: "›"
        Accessible.name: qsTr("往后")
        enabled: root.numbers.hasLater
        onTapped: root.numbers.later()
    }
}
