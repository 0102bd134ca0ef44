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

    Column {
        id: faces
        x: 14 * Theme.u
        anchors.verticalCenter: parent.verticalCenter
        width: parent.width - 28 * Theme.u
        readonly property int columns: Theme.scale > 1.3 || width / 5 < Theme.touch + Theme.gap ? 3 : 5
        readonly property var grades: [
            ["very_satisfied", qsTr("非常满意")], ["satisfied", qsTr("满意")],
            ["basically_satisfied", qsTr("基本满意")], ["dissatisfied", qsTr("不满意")],
            ["very_dissatisfied", qsTr("非常不满意")]]
        Repeater {
            model: Math.ceil(5 / faces.columns)
            Row {
                required property int index
                anchors.horizontalCenter: parent.horizontalCenter
                Repeater {
                    model: faces.grades.slice(index * faces.columns, (index + 1) * faces.columns)
                    Face {
                        required property var modelData
                        grade: modelData[0]
                        name: modelData[1]
                        width: faces.width / faces.columns
                        chosen: root.grade === grade
                        onTapped: root.rated(grade)
                    }
                }
            }
        }
    }
}
