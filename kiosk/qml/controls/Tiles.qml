// Tiles in as many columns as fit without making anything smaller; all of one height.
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
    readonly property real tallest: {
        let height = 0
        for (let i = 0; i < repeater.count; ++i) {
            const tile = repeater.itemAt(i)
            if (tile) height = Math.max(height, tile.implicitHeight)
        }
        return height
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
            height: Math.max(root.tallest, implicitHeight)
            onTapped: root.chosen(entry.code)
        }
    }
}
