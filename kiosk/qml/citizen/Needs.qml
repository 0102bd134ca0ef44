// What may help: the offers of the hall.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    title: qsTr("需要帮忙吗？")
    help: qsTr("都不收费，可以点好几个。")

    footer: Button {
        primary: true
        label: qsTr("好了")
        size: Theme.tile
        onTapped: root.citizen.back()
    }
    Tiles {
        width: parent.width
        model: root.citizen.offers.needs
        most: 3
        onChosen: code => root.citizen.need(code)
    }
}
