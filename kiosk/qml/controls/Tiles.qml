// Tiles in as many columns as fit without making anything smaller; all of a row of one height.
import QtQuick
import ".."

Grid {
    id: root

    property var model: []
    property real least: (Theme.landscape ? 7 : 8.6) * Theme.tile
    property int most: 4
    property real size: Theme.tile

    signal chosen(string code)

    readonly property real cell: (width - (columns - 1) * spacing) / columns
    readonly property var tallest: {
        const rows = []
        for (let i = 0; i < repeater.count; ++i) {
            const row = Math.floor(i / columns)
            rows[row] = Math.max(rows[row] ?? 0, repeater.itemAt(i)?.implicitHeight ?? 0)
        }
        return rows
    }

    columns: Math.max(1, Math.min(most, Math.floor((width + spacing) / (least + spacing))))
    spacing: Theme.gap

    Repeater {
        id: repeater
        model: root.model.length
        Tile {
            required property int index
            readonly property var entry: root.model[index] ?? ({})
            name: entry.name ?? ""
            hint: entry.hint ?? ""
            chosen: entry.chosen ?? false
            size: root.size
            width: root.cell
            height: Math.max(root.tallest[Math.floor(index / root.columns)] ?? 0, implicitHeight)
            onTapped: root.chosen(entry.code)
        }
    }
}
