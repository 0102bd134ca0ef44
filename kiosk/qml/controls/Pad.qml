// Keys in a grid: digits of a telephone number, characters of a tracking code.
import QtQuick
import ".."

Grid {
    id: root

    // In three columns the digits stand as on a telephone.
    property var keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9", ...(columns === 3 ? [""] : []), "0"]
    readonly property bool dense: true
    readonly property real cell: (width - (columns - 1) * keyGap) / columns
    readonly property real keyGap: Math.max(12 * Theme.u, 2.54 * Theme.mm)

    signal pressed(string key)
    signal erased

    spacing: keyGap

    Repeater {
        model: root.keys
        // An empty key leaves its place free.
        Loader {
            id: key
            required property string modelData
            active: modelData !== ""
            width: root.cell
            height: Theme.key
            sourceComponent: Button {
                label: key.modelData
                size: 46 * Theme.u * Math.min(Theme.scale, 1.15)
                heavy: false
                radius: 20 * Theme.u
                onTapped: root.pressed(key.modelData)
            }
        }
    }
    Button {
        label: qsTr("退格")
        size: 30 * Theme.u
        radius: 20 * Theme.u
        width: root.cell
        height: Theme.key
        onTapped: root.erased()
    }
}
