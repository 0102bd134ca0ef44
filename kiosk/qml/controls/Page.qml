// One page of the visit: big words, one line of help, what there is to touch, the way on below.
// Landscape puts the words and the way on at the left, what there is to touch at the right.
import QtQuick
import ".."

Item {
    id: root

    property string step: ""
    property string title: ""
    property string help: ""
    property bool done: false
    property Item footer: null
    default property alias content: scroller.content
    property alias spacing: scroller.spacing

    // A wide screen has a narrow column for the words and the way on. Where the largest words leave
    // no room for both, they go along with what there is to touch: first the help, then the title.
    readonly property real free: foot.y - Theme.gap - head.y
    readonly property real tall: help.implicitHeight + title.implicitHeight + 2 * head.spacing
                                 + (step.visible ? step.height + head.spacing : 0)
                                 + (tick.visible ? tick.height + head.spacing : 0)
    readonly property bool helpMoves: Theme.landscape && footer !== null && tall > free
    readonly property bool titleMoves: helpMoves && tall - help.implicitHeight - head.spacing > free

    // Scroll to where an item of the content is seen.
    function bring(item) { scroller.bring(item) }

    component Title: Words {
        even: true
        text: root.title
        font.pixelSize: Theme.landscape ? Theme.title * 0.76 : Theme.title
        font.bold: true
        lineHeight: 1.05
    }
    component HelpLine: Words {
        even: true
        text: root.help
        color: root.done ? Theme.jade : Theme.soft
        font.bold: root.done
        font.pixelSize: root.done ? Theme.body * 1.1 : Theme.help
    }

    Column {
        id: head
        x: Theme.margin
        // Read and never touched: above everything else for somebody who sits.
        y: Theme.lift ? Math.max(2 * Theme.body - Theme.lift, -height) : (Theme.landscape ? 40 : 36) * Theme.u
        width: Theme.landscape ? root.width * 0.32 : root.width - 2 * Theme.margin
        spacing: 10 * Theme.u
        Tick {
            id: tick
            visible: root.done && Theme.textSize < 2
            width: 110 * Theme.u
        }
        Words {
            id: step
            width: parent.width
            visible: text !== ""
            text: root.step
            color: Theme.jade
            font.pixelSize: Theme.help
            font.bold: true
        }
        Title { id: title; visible: !root.titleMoves; width: parent.width }
        HelpLine { id: help; visible: text !== "" && !root.helpMoves; width: parent.width }
    }
    Scroller {
        id: scroller
        x: Theme.landscape ? head.x + head.width + Theme.margin : Theme.margin
        y: Theme.landscape ? 48 * Theme.u
                           : Math.max(Theme.gap, head.y + head.height + 32 * Theme.u)
        width: root.width - x - Theme.margin
        height: (Theme.landscape || !root.footer ? root.height - Theme.gap
                                                 : foot.y - Theme.gap) - y
        Title { visible: root.titleMoves; width: parent.width }
        HelpLine { visible: text !== "" && root.helpMoves; width: parent.width }
    }
    Item {
        id: foot
        x: Theme.margin
        width: head.width
        height: root.footer ? root.footer.implicitHeight : 0
        y: root.height - height - 32 * Theme.u
        data: root.footer ? [root.footer] : []
    }
    Binding {
        target: root.footer
        when: root.footer !== null
        property: "width"
        value: foot.width
    }
}
