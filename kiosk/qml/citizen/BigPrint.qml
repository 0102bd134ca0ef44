// The shortest way in the largest words: content, not content, or somebody to help.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen

    Column {
        id: column
        x: Theme.margin
        y: Theme.gap
        width: parent.width - 2 * Theme.margin
        height: parent.height - 2 * Theme.gap
        spacing: Theme.gap
        readonly property real cell: (height - 2 * spacing) / 3
        // As large as the longest of the three allows, on one line.
        readonly property real longest: root.citizen.language === "zh" ? 4.4 : 8
        component Huge: Button {
            width: column.width
            height: column.cell
            size: Math.min(column.cell * 0.4, column.width / column.longest)
        }
        Huge { label: qsTr("满意"); onTapped: root.citizen.rate("satisfied") }
        Huge { label: qsTr("不满意"); onTapped: root.citizen.rate("dissatisfied") }
        Huge { care: true; label: qsTr("叫人帮忙"); onTapped: root.citizen.callSomeone() }
    }
}
