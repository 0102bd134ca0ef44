// Bars by what is chosen: problems, departments, windows, items, causes, kinds, weekdays.
import QtQuick
import Zhaocha
import "../.."
import "../../controls"
import "../charts"

Card {
    id: root

    required property Numbers numbers

    title: qsTr("分开来看")

    Flow {
        width: root.inner
        spacing: 6 * root.s
        Repeater {
            model: root.numbers.groupings
            ScaledButton {
                required property var modelData
                s: root.s
                label: modelData.name
                chosen: modelData.chosen
                heavy: modelData.chosen
                onTapped: root.numbers.group(modelData.code)
            }
        }
    }
    Bars {
        s: root.s
        width: root.inner
        bars: root.numbers.bars
        longest: root.numbers.longest
        onChosen: code => root.numbers.focus(code)
    }
    ScaledButton {
        s: root.s
        visible: root.numbers.moreBars > 0 || root.numbers.allBars
        heavy: false
        label: root.numbers.allBars ? qsTr("只看最多的") : qsTr("还有 %1 项").arg(root.numbers.moreBars)
        onTapped: root.numbers.showAll()
    }
    Words {
        width: root.inner
        visible: text !== ""
        text: root.numbers.without
        color: Theme.soft
        font.pixelSize: 15 * root.s
    }
    Words {
        width: root.inner
        text: qsTr("实心是已回复，空心是还没回复，竖线是上一期。点一条，一周一周就只看它。")
        color: Theme.soft
        font.pixelSize: 14 * root.s
    }
}
