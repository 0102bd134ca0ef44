// After a face: the reasons of that grade if one likes, and 完成.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    readonly property bool bad: citizen.reasons.length > 0

    title: bad ? qsTr("哪里不顺心？") : qsTr("谢谢您！")
    help: bad ? qsTr("可以点好几个，也可以不点。") : qsTr("点“完成”就好了。想多说几句也行。")

    footer: Button {
        primary: true
        label: qsTr("完成")
        size: Theme.tile
        least: 150 * Theme.u
        onTapped: root.citizen.submit()
    }
    Tiles {
        width: parent.width
        model: root.citizen.reasons
        onChosen: code => root.citizen.choose(code)
    }
    Button {
        width: parent.width
        label: root.citizen.words ? root.citizen.words : qsTr("我想多说几句")
        onTapped: root.citizen.go("OwnWords")
    }
}
