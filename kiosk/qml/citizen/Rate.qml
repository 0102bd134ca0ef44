// After a face: the reasons of that grade if one likes, and 完成.
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

    footer: Button {
        primary: true
        label: qsTr("完成")
        size: Theme.tile
        least: 150 * Theme.u
        onTapped: root.citizen.submit()
    }
    Tiles {
        width: parent.width
        model: root.citizen.offers.reasons
        onChosen: code => root.citizen.choose(code)
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
        label: root.citizen.offers.ownWords || qsTr("我想多说几句")
        onTapped: root.citizen.go("OwnWords")
    }
}
