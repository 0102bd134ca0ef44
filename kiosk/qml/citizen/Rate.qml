// After a face 完成 is one tap. More is an offer: the reasons of a bad grade and the way to window,
// words, telephone and help; what was good in a good one, where, and ready sentences.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    readonly property var spoken: ({
        very_satisfied: qsTr("非常满意"), satisfied: qsTr("满意"),
        basically_satisfied: qsTr("基本满意"), dissatisfied: qsTr("不满意"),
        very_dissatisfied: qsTr("非常不满意")
    })
    readonly property bool bad: citizen.offers.reasons.length > 0

    title: bad ? qsTr("哪里不顺心？") : qsTr("谢谢您！")
    help: bad ? qsTr("可以点好几个，也可以不点。") : qsTr("点“完成”就好了。想多说几句也行。")

    footer: Column {
        spacing: Theme.gap
        Button {
            width: parent.width
            visible: root.bad || root.citizen.offers.hasMerits
            label: root.bad ? qsTr("选窗口、留电话、细说") : qsTr("好在哪里？")
            chosen: root.citizen.offers.meritsChosen
            onTapped: root.bad ? root.citizen.go("Hub") : root.citizen.openTags()
            Tick {
                visible: parent.chosen
                width: 28 * Theme.u
                anchors { right: parent.right; rightMargin: 8 * Theme.u; verticalCenter: parent.verticalCenter }
            }
        }
        Button {
            width: parent.width
            primary: true
            label: qsTr("完成")
            size: Theme.tile
            least: (root.bad || root.citizen.offers.hasMerits ? 120 : 150) * Theme.u
            onTapped: root.citizen.submit()
        }
    }
    Tiles {
        visible: root.bad
        width: parent.width
        size: Theme.body
        least: 9 * Theme.body
        most: 3
        // The last of nine is the way to everything else.
        model: root.bad ? [...root.citizen.offers.reasons,
                           { code: "", name: root.citizen.offers.otherNames || qsTr("排队等候 · 别的"),
                             chosen: root.citizen.offers.otherNames !== "" }] : []
        onChosen: code => code ? root.citizen.reason(code) : root.citizen.go("Problems")
    }
    Flow {
        width: parent.width
        spacing: Theme.gap
        Repeater {
            model: root.citizen.offers.praises
            Button {
                required property string modelData
                width: Math.min(implicitWidth, parent.width)
                heavy: false
                label: modelData
                chosen: root.citizen.words.includes(modelData)
                onTapped: root.citizen.say(modelData)
                Tick {
                    visible: parent.chosen
                    width: 28 * Theme.u
                    anchors { right: parent.right; rightMargin: 8 * Theme.u; verticalCenter: parent.verticalCenter }
                }
            }
        }
    }
    Column {
        readonly property bool dense: true
        width: parent.width
        spacing: 8 * Theme.u
        Repeater {
            model: [["process", qsTr("流程顺不顺")], ["efficiency", qsTr("效率高不高")],
                    ["service", qsTr("服务好不好")], ["paperwork", qsTr("手续繁不繁")]]
            Flow {
                id: line
                required property var modelData
                width: parent.width
                spacing: Math.max(10 * Theme.u, 2.54 * Theme.mm)
                Words {
                    text: line.modelData[1]
                    width: Math.max(implicitWidth, 7 * Theme.help)
                    height: Theme.touch
                    verticalAlignment: Text.AlignVCenter
                    font.pixelSize: Theme.help
                }
                Repeater {
                    model: ["very_satisfied", "satisfied", "basically_satisfied", "dissatisfied",
                            "very_dissatisfied"]
                    Face {
                        required property string modelData
                        grade: modelData
                        bare: true
                        name: qsTr("%1：%2").arg(line.modelData[1]).arg(root.spoken[modelData])
                        width: Theme.touch
                        chosen: root.citizen.dimensions[line.modelData[0]] === modelData
                        onTapped: root.citizen.rateDimension(line.modelData[0], modelData)
                    }
                }
            }
        }
    }
    Button {
        width: parent.width
        visible: !root.bad
        label: root.citizen.offers.chosenWindow || qsTr("是哪个窗口？")
        onTapped: root.citizen.go("Where")
    }
    Button {
        width: parent.width
        visible: !root.bad
        label: root.citizen.offers.ownWords || qsTr("我想多说几句")
        onTapped: root.citizen.go("OwnWords")
    }
}
