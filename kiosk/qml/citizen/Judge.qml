// How it was handled: a face, and when it is not solved a reason and another round.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    readonly property bool again: citizen.followUp.verdict === "unsolved"

    title: again ? qsTr("对不起，没办好") : qsTr("这件事办得怎么样？")
    help: again ? qsTr("换上一级的人重新办。点一个原因，也可以不点。") : qsTr("点一个脸，也可以不点。")

    footer: Button {
        primary: true
        label: root.again ? qsTr("要求重办") : qsTr("好了")
        size: Theme.tile
        least: 150 * Theme.u
        onTapped: root.citizen.followUp.send()
    }
    Tiles {
        visible: root.again
        width: parent.width
        model: [["unsolved", qsTr("事情没解决")], ["unanswered", qsTr("没回答我问的")],
                ["undone", qsTr("说了没做到")], ["attitude", qsTr("态度不好")]].map(one => ({
            code: one[0], name: one[1], hint: "", chosen: root.citizen.followUp.reason === one[0]
        }))
        onChosen: code => root.citizen.followUp.because(code)
    }
    Faces {
        width: parent.width
        grade: root.citizen.followUp.grade
        onRated: grade => root.citizen.followUp.rate(grade)
    }
}
