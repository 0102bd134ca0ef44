// The weeks of all, or of the bar that was chosen, with the peaks among them explained.
import QtQuick
import Zhaocha
import "../.."
import "../../controls"
import "../charts"

Card {
    id: root

    required property Numbers numbers
    property real tall: 190

    title: root.numbers.focused || qsTr("一周一周看")
    corner: [
        ScaledButton {
            s: root.s
            visible: root.numbers.focused !== "" && root.numbers.focusedCount > 0
            primary: true
            label: qsTr("看这 %1 件").arg(root.numbers.focusedCount)
            onTapped: root.numbers.openFocused()
        },
        ScaledButton {
            s: root.s
            visible: root.numbers.focused !== ""
            label: qsTr("看全部")
            onTapped: root.numbers.unfocus()
        }
    ]

    Trend {
        s: root.s
        width: root.inner
        height: root.tall * root.s
        weeks: root.numbers.weeks
        usual: root.numbers.usual
        thisWeek: qsTr("本周")
        onOpened: monday => root.numbers.openWeek(monday)
    }
    Words {
        width: root.inner
        text: [root.numbers.usual ? qsTr("虚线是平常的一周，%1 件。").arg(root.numbers.usual) : "",
               root.numbers.peakWords].join(" ").trim()
        color: Theme.soft
        font.pixelSize: 14 * root.s
    }
}
