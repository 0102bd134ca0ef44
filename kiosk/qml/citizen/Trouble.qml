// It could not be kept: said kindly and at once, with everything entered still there.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    title: qsTr("对不起，还没有记下来")
    help: qsTr("您说的都还在，没有丢。")

    footer: Button {
        primary: true
        label: qsTr("再试一次")
        size: Theme.tile
        onTapped: root.citizen.tryAgain()
    }
    Note {
        width: parent.width
        strong: qsTr("也可以这样：")
        text: qsTr("到服务台说，一样件件有回复。电话 %1").arg(root.citizen.board.phone)
    }
}
