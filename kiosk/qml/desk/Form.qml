// One deed's own small form: what it asks for, then its button.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Rectangle {
    id: root

    required property Work work
    required property var deed

    implicitHeight: column.implicitHeight + 32
    radius: 14
    color: Theme.card
    border { width: 2; color: Theme.jade }

    // A field's control by its name.
    property var fields: ({})
    readonly property bool whole: {
        for (const ask of deed.asks) {
            const field = fields[ask.name]
            if (!ask.optional && field && !filled(ask, field)) return false
        }
        return true
    }

    function filled(ask, field) {
        return ask.kind === "choices" ? field.chosen.length > 0
             : ask.kind === "choice" ? field.picked !== "" : field.text.trim() !== ""
    }
    function values() {
        const told = {}
        for (const ask of deed.asks) {
            const field = fields[ask.name]
            told[ask.name] = ask.kind === "choices" ? field.chosen
                           : ask.kind === "choice" ? field.picked : field.text.trim()
        }
        return told
    }
    function send() { if (whole) work.do(deed.name, values()) }

    Column {
        id: column
        x: 16
        y: 16
        width: parent.width - 32
        spacing: 10
        Line { text: root.deed.label; font.bold: true; color: Theme.jade }
        Line { width: parent.width; visible: text !== ""; text: root.deed.sure; color: Theme.apricot }
        Repeater {
            model: root.deed.asks
            Column {
                id: ask
                required property var modelData
                width: column.width
                spacing: 6
                Line { text: ask.modelData.label; small: true; color: Theme.soft }
                Loader {
                    width: parent.width
                    sourceComponent: ["choice", "choices"].includes(ask.modelData.kind) ? pick : write
                    onLoaded: root.fields = Object.assign({}, root.fields, { [ask.modelData.name]: item })
                    Component {
                        id: pick
                        Choice {
                            choices: ask.modelData.choices
                            several: ask.modelData.kind === "choices"
                            optional: ask.modelData.optional
                        }
                    }
                    Component {
                        id: write
                        Field {
                            hint: ask.modelData.label
                            lines: ask.modelData.kind === "lines" ? 2 : 1
                            onAccepted: root.send()
                        }
                    }
                }
            }
        }
    }
}
