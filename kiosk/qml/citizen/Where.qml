// Which service window; not knowing is fine.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    title: qsTr("哪个窗口？")
    help: qsTr("点一下就好。不清楚也没关系。")

    footer: Button {
        label: qsTr("不清楚，跳过")
        onTapped: root.citizen.where("")
    }
    Slip { width: parent.width; citizen: root.citizen }
    Tiles {
        width: parent.width
        size: Theme.body
        least: 9 * Theme.body
        most: 3
        model: root.citizen.offers.serviceWindows
        onChosen: code => root.citizen.where(code)
    }
}
