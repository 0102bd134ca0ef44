// Keys in a grid: digits of a telephone number, characters of a tracking code.
import QtQuick
import ".."

Grid {
    id: root

    property var keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]
    readonly property bool dense: true
    readonly property real keyGap: Math.max(12 * Theme.u, 2.54 * Theme.mm)

    signal pressed(string key)
    signal erased

    spacing: keyGap

    Repeater {
        model: root.keys
        Button {
            required property string modelData
            label: modelData
            size: 46 * Theme.u
            heavy: false
            radius: 20 * Theme.u
            width: (root.width - (root.columns - 1) * root.keyGap) / root.columns
            height: Theme.key
            onTapped: root.pressed(modelData)
        }
    }
    Button {
        label: qsTr("退格")
        size: 30 * Theme.u
        radius: 20 * Theme.u
        width: (root.width - (root.columns - 1) * root.keyGap) / root.columns
        height: Theme.key
        onTapped: root.erased()
    }
}
