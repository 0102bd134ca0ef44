// 急事难事: what kind, then waiting here or a number to call.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    title: qsTr("什么事难住您了？")
    help: qsTr("交给一个人，从头管到底。")

    footer: Column {
        spacing: Theme.gap
        Button {
            width: parent.width
            primary: true
            enabled: root.citizen.chosenCount > 0
            label: qsTr("我就在这里等")
            size: Theme.tile
            onTapped: { root.citizen.answerBy("on_site"); root.citizen.submit() }
        }
        Button {
            width: parent.width
            enabled: root.citizen.chosenCount > 0
            label: qsTr("留个电话，再交")
            onTapped: { root.citizen.go("Hub"); root.citizen.go("Contact") }
        }
    }
    Tiles {
        width: parent.width
        model: root.citizen.offers.troubles
        most: 2
        onChosen: code => root.citizen.chooseOnly(code)
    }
}
