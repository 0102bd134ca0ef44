// More closely, if one likes: the finer tags of a problem, one problem at a time, or what was good.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    title: citizen.offers.tagsOf || qsTr("好在哪里？")
    help: qsTr("可以点好几个，也可以不点。")

    footer: Button {
        primary: true
        label: root.citizen.offers.moreTags ? qsTr("下一个问题") : qsTr("好了")
        size: Theme.tile
        onTapped: root.citizen.nextTags()
    }
    Tiles {
        width: parent.width
        size: Theme.body
        least: 9 * Theme.body
        most: 3
        model: root.citizen.offers.tags
        onChosen: code => root.citizen.tag(code)
    }
}
