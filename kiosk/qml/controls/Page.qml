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

    Column {
        id: head
        x: Theme.margin
        y: (Theme.landscape ? 40 : 36) * Theme.u
        width: Theme.landscape ? root.width * 0.32 : root.width - 2 * Theme.margin
        spacing: 10 * Theme.u
        Tick {
            visible: root.done && Theme.textSize < 2
            width: 110 * Theme.u
        }
        Words {
            width: parent.width
            visible: text !== ""
            text: root.step
            color: Theme.jade
            font.pixelSize: Theme.help
            font.bold: true
        }
        Words {
            width: parent.width
            text: root.title
            font.pixelSize: Theme.landscape ? Theme.title * 0.76 : Theme.title
            font.bold: true
            lineHeight: 1.05
        }
        Words {
            width: parent.width
            visible: text !== ""
            text: root.help
            color: root.done ? Theme.jade : Theme.soft
            font.bold: root.done
            font.pixelSize: root.done ? Theme.body * 1.1 : Theme.help
        }
    }
    Scroller {
        id: scroller
        x: Theme.landscape ? head.x + head.width + Theme.margin : Theme.margin
        y: Theme.landscape ? 48 * Theme.u : head.y + head.height + 32 * Theme.u
        width: root.width - x - Theme.margin
        height: (Theme.landscape || !root.footer ? root.height - Theme.gap
                                                 : foot.y - Theme.gap) - y
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
