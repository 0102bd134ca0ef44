// Choose one of some, or several of some: every choice is in sight.
import QtQuick
import ".."

Flow {
    id: root

    required property var choices
    property bool several: false
    property bool optional: false
    property string picked: ""
    property var chosen: []

    spacing: 8

    function toggle(code) {
        if (!several) picked = picked === code && optional ? "" : code
        else chosen = chosen.includes(code) ? chosen.filter(c => c !== code) : chosen.concat([code])
    }
    Repeater {
        model: root.choices
        Small {
            required property var modelData
            width: Math.min(implicitWidth, root.width)
            label: modelData.name
            heavy: false
            size: 16
            care: modelData.negative ?? false
            chosen: root.several ? root.chosen.includes(modelData.code) : root.picked === modelData.code
            onTapped: root.toggle(modelData.code)
        }
    }
}
