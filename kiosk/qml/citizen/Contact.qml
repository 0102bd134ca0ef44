// How to reach me: by the receipt, by telephone, or waiting here.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    title: qsTr("怎么回复您？")
    // A number is asked for where one sees what becomes of it.
    readonly property bool dials: citizen.replyBy === "phone"
    // What for, who sees it, for how long, and how it goes sooner (PIPL art. 17).
    help: !dials ? qsTr("不留名也件件有回复。")
         : citizen.contactDays === 0 ? qsTr("号码加密保存，被反映的窗口看不到")
         : qsTr("只用来回复您，加密保存，窗口看不到。办结%1天后删除，想早删，带小票来说一声。").arg(citizen.contactDays)

    footer: Button {
        primary: true
        enabled: !root.dials || root.citizen.phoneWhole
        label: enabled ? qsTr("好了") : qsTr("还差几位数字")
        size: Theme.tile
        onTapped: root.citizen.back()
    }
    Tile {
        width: parent.width
        name: qsTr("不留名，凭小票看")
        hint: qsTr("扫小票上的码就能看到")
        chosen: root.citizen.replyBy === "receipt"
        onTapped: root.citizen.answerBy("receipt")
    }
    Tile {
        width: parent.width
        name: qsTr("打我的手机")
        hint: !root.dials ? qsTr("号码加密保存，被反映的窗口看不到")
                          : root.citizen.dialled + "___ ____ ____".slice(root.citizen.dialled.length)
        hintSize: root.dials ? Theme.tile : Theme.help
        chosen: root.dials
        onTapped: root.citizen.answerBy("phone")
    }
    Pad {
        id: pad
        width: parent.width
        columns: Theme.landscape || Theme.textSize > 1 ? 6 : 3
        visible: root.dials
        // The keys are in sight, however large the words are: as soon as everything has its place.
        onYChanged: placed.restart()
        Timer { id: placed; interval: 0; onTriggered: root.bring(pad) }
        onPressed: key => root.citizen.dial(key)
        onErased: root.citizen.undial()
    }
    Tile {
        width: parent.width
        // A bell in the hall would tell everybody who it is.
        visible: root.citizen.kind !== "integrity"
        name: qsTr("我就在现场等")
        hint: qsTr("替您叫服务台的人")
        chosen: root.citizen.replyBy === "on_site"
        onTapped: root.citizen.answerBy("on_site")
    }
}
