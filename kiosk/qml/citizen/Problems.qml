// What went wrong: several tiles at once, the four of the article first.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    // A bad face leads here too; its grade is no grumble.
    readonly property bool rating: citizen.kind === "rating"

    step: rating ? "" : qsTr("第 1 步，共 2 步")
    title: qsTr("哪里不顺心？")
    help: qsTr("可以点好几个。")

    footer: Grid {
        id: ways
        columns: root.rating || Theme.landscape || Theme.textSize > 1 ? 1 : 2
        spacing: Theme.gap * 0.8
        readonly property real cell: columns === 1 ? width : (width - spacing) / 2
        readonly property real tall: Math.max(vent.implicitHeight, next.implicitHeight)
        Button {
            id: vent
            visible: !root.rating
            width: ways.cell
            height: ways.tall
            enabled: root.citizen.chosenCount > 0
            label: qsTr("吐个槽，说完就走")
            onTapped: root.citizen.vent()
        }
        Button {
            id: next
            width: ways.cell
            height: ways.tall
            primary: true
            enabled: root.citizen.chosenCount > 0
            label: root.citizen.chosenCount ? qsTr("下一步（已选 %1 项）").arg(root.citizen.chosenCount)
                                            : qsTr("先点一个问题")
            least: (Theme.landscape ? 110 : 150) * Theme.u
            onTapped: root.citizen.go("Hub")
        }
    }
    Tiles {
        width: parent.width
        model: root.citizen.offers.problems
        most: 3
        onChosen: code => root.citizen.choose(code)
    }
    Button {
        width: parent.width
        label: qsTr("收费、廉洁方面的事，请走保密通道")
        size: Theme.help
        onTapped: root.citizen.sealedWay()
    }
}
