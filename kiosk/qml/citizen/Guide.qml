// Where a thing is done, how, and what to bring; on paper too.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    readonly property var guide: citizen.offers.guide

    title: guide.name ?? ""
    help: citizen.paper === "printed" ? qsTr("引导单已打印，请取走。")
        : citizen.paper === "trouble" ? qsTr("引导单没打出来，请拍下屏幕。")
        : citizen.paper === "unknown" ? qsTr("引导单应该出来了；没看到的话，请拍下屏幕。") : ""

    footer: Column {
        spacing: Theme.gap
        Button {
            width: parent.width
            primary: true
            enabled: root.citizen.paper !== "printing"
            label: qsTr("打印引导单")
            size: Theme.tile
            onTapped: root.citizen.printGuide()
        }
        Button {
            width: parent.width
            label: qsTr("还有不明白的，留下问题")
            onTapped: root.citizen.leaveQuestion()
        }
        Button {
            width: parent.width
            label: qsTr("记住了")
            onTapped: root.citizen.startAgain()
        }
    }
    Note { width: parent.width; fact: true; strong: qsTr("在哪办"); text: root.guide.where ?? "" }
    Note { width: parent.width; fact: true; strong: qsTr("怎么办"); text: root.guide.how ?? "" }
    Note { width: parent.width; fact: true; strong: qsTr("带什么"); text: root.guide.bring ?? "" }
    Note {
        width: parent.width
        strong: qsTr("材料不齐也先收下，缺的一次告诉您。办不成，回来找我们。")
    }
}
