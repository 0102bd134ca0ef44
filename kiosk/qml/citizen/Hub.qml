// Look once and hand it in: cards that are filled, cards that may stay empty, one large button.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    step: citizen.kind === "complaint" ? qsTr("第 2 步，共 2 步") : ""
    title: qsTr("看一看，就可以交了")
    help: qsTr("下面都可以不填。")
    spacing: Theme.gap * 0.8

    footer: Column {
        spacing: Theme.gap * 0.8
        Note {
            width: parent.width
            visible: Theme.textSize < 2
            strong: qsTr("被反映的窗口看不到您是谁。")
            text: root.citizen.kind === "integrity"
                ? qsTr("这件事只有纪检人员能看到，大厅的工作人员看不到。")
                : qsTr("说什么都不影响办事。")
        }
        Button {
            width: parent.width
            primary: true
            enabled: root.citizen.saysSomething
            label: qsTr("提 交")
            size: Theme.tile
            least: 150 * Theme.u
            onTapped: root.citizen.submit()
        }
    }

    component Card: Tile {
        property string screen
        property bool filled: false
        // Beside another one where there is room for both.
        property bool half: Theme.landscape && Theme.textSize < 2
        width: half ? (parent.width - parent.spacing) / 2 : parent.width
        size: Theme.body
        choosable: false
        color: down ? Theme.pressed : filled ? Theme.mist : Theme.card
        onTapped: if (screen) root.citizen.go(screen)
    }
    Flow {
        width: parent.width
        spacing: Theme.gap * 0.8

        Card {
            id: problems
            half: Theme.textSize < 2 && (Theme.landscape || closer.visible)
            height: Math.max(implicitHeight, half && closer.visible ? closer.implicitHeight : 0)
            visible: root.citizen.kind === "complaint" || root.citizen.kind === "rating"
            screen: "Problems"
            filled: root.citizen.offers.chosenNames !== ""
            name: qsTr("问题")
            hint: root.citizen.offers.chosenNames || qsTr("可以不填")
        }
        Card {
            id: closer
            half: Theme.textSize < 2
            height: Math.max(implicitHeight, half && problems.visible ? problems.implicitHeight : 0)
            visible: root.citizen.offers.hasTags
            filled: root.citizen.offers.chosenTags !== ""
            name: qsTr("具体是什么")
            hint: root.citizen.offers.chosenTags || qsTr("可以不填")
            onTapped: root.citizen.openTags()
        }
        Card {
            screen: "Where"
            filled: root.citizen.offers.chosenWindow !== ""
            name: qsTr("哪个窗口")
            hint: root.citizen.offers.chosenWindow || qsTr("不清楚也没关系")
        }
        Card {
            screen: "OwnWords"
            filled: root.citizen.offers.ownWords !== ""
            name: qsTr("想说的话")
            hint: root.citizen.offers.ownWords
                || (root.citizen.voice.available ? qsTr("打字、手写、画下来、录音，都可以")
                                                 : qsTr("打字、手写、画下来，都可以"))
        }
        Card {
            screen: "Contact"
            filled: true
            name: qsTr("怎么回复我")
            hint: root.citizen.replyBy === "phone" && root.citizen.phoneWhole
                  ? qsTr("打电话：%1").arg(root.citizen.dialled)
                : root.citizen.replyBy === "on_site" ? qsTr("我就在现场等")
                : qsTr("不留名，凭小票看（默认）")
        }
        Card {
            screen: "Needs"
            filled: root.citizen.offers.chosenNeeds !== ""
            name: qsTr("我需要帮忙")
            hint: root.citizen.offers.chosenNeeds || qsTr("帮办代办 · 预约 · 延时 · 复印 · 邮寄")
        }
    }
}
