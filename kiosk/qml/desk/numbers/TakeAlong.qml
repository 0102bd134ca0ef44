// What may be taken along as a file: the safe way first; the whole one says what it is.
import QtQuick
import Zhaocha
import "../.."
import "../../controls"

Rectangle {
    id: root

    required property Numbers numbers
    property real s: 1

    signal taken

    implicitHeight: choice.implicitHeight + 24 * s
    radius: 14 * s
    color: Theme.card
    border.color: Theme.line
    border.width: Math.max(1, 1.5 * s)

    function take(kind, whole) {
        root.taken()
        root.numbers.export(kind, whole)
    }

    component What: Words {
        height: Math.max(44, 44 * root.s)
        verticalAlignment: Text.AlignVCenter
        font.pixelSize: 17 * root.s
    }

    Flow {
        id: choice
        x: 16 * root.s
        y: 12 * root.s
        width: parent.width - 2 * x
        spacing: 14 * root.s
        What { text: qsTr("不含原话、准确时间和取号：") }
        ScaledButton { s: root.s; primary: true; label: "Excel"; onTapped: root.take("xlsx", false) }
        ScaledButton { s: root.s; label: "CSV"; onTapped: root.take("csv", false) }
        Row {
            visible: root.numbers.mayExportWhole
            spacing: choice.spacing
            What { text: qsTr("全部内容（会留记录）："); color: Theme.apricot }
            ScaledButton { s: root.s; care: true; label: "Excel"; onTapped: root.take("xlsx", true) }
            ScaledButton { s: root.s; care: true; label: "CSV"; onTapped: root.take("csv", true) }
        }
        Row {
            visible: root.numbers.mayExportWhole
            ScaledButton {
                s: root.s
                label: qsTr("好差评（报省平台）")
                onTapped: { root.taken(); root.numbers.exportRatings() }
            }
        }
    }
}
