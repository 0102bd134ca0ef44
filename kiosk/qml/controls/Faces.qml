// The five national grades in a row, best first; in two rows where they would be too narrow.
import QtQuick
import ".."

Rectangle {
    id: root

    property string grade: ""

    signal rated(string grade)

    implicitHeight: faces.height + 40 * Theme.u
    radius: Theme.corner
    color: Theme.card
    border.width: Theme.edge
    border.color: Theme.line

    Grid {
        id: faces
        x: 14 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - 28 * Theme.u
        columns: Theme.scale > 1.3 || width / 5 < Theme.touch + Theme.gap ? 3 : 5
        readonly property real cell: width / columns
        Repeater {
            model: [["very_satisfied", qsTr("非常满意")], ["satisfied", qsTr("满意")],
                    ["basically_satisfied", qsTr("基本满意")], ["dissatisfied", qsTr("不满意")],
                    ["very_dissatisfied", qsTr("非常不满意")]]
            Face {
                required property var modelData
                grade: modelData[0]
                name: modelData[1]
                width: faces.cell
                chosen: root.grade === grade
                onTapped: root.rated(grade)
            }
        }
    }
}
