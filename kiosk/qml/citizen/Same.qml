// Others said the same today: join them with one tap, or say it alone.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    title: qsTr("今天已有 %1 人反映，已在处理").arg(citizen.sameTimes)
    help: qsTr("一样的事，点“我也遇到”就好，小票照打，进度照看。")

    footer: Column {
        spacing: Theme.gap
        Button {
            width: parent.width
            primary: true
            label: qsTr("我也遇到")
            size: Theme.tile
            least: 150 * Theme.u
            onTapped: root.citizen.meToo()
        }
        Button {
            width: parent.width
            label: qsTr("我的不一样，单独提交")
            onTapped: root.citizen.submit()
        }
    }
    Note {
        width: parent.width
        strong: root.citizen.offers.chosenNames
        text: root.citizen.offers.chosenWindow
    }
}
