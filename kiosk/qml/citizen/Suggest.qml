// A suggestion: an area, then a ready sentence or one's own words.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    title: qsTr("想改哪里？")
    help: root.citizen.chosenCount ? qsTr("点一句现成的，或者自己写。") : qsTr("先点一个方面。")

    footer: Button {
        primary: true
        enabled: root.citizen.chosenCount > 0
        label: qsTr("提交")
        size: Theme.tile
        least: 150 * Theme.u
        onTapped: root.citizen.submit()
    }
    Tiles {
        width: parent.width
        model: root.citizen.offers.areas
        most: 3
        onChosen: code => root.citizen.chooseOnly(code)
    }
    Repeater {
        model: root.citizen.offers.presets
        Button {
            required property string modelData
            width: parent.width
            heavy: false
            label: modelData
            chosen: root.citizen.words.includes(modelData)
            onTapped: root.citizen.say(modelData)
            Tick {
                visible: parent.chosen
                width: 28 * Theme.u
                anchors { right: parent.right; rightMargin: 8 * Theme.u; verticalCenter: parent.verticalCenter }
            }
        }
    }
    Button {
        width: parent.width
        visible: root.citizen.chosenCount > 0
        label: root.citizen.offers.ownWords ? qsTr("我的话：%1").arg(root.citizen.offers.ownWords)
                                           : qsTr("自己写")
        onTapped: root.citizen.go("OwnWords")
    }
}
