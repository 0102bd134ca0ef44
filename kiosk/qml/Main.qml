// The kiosk's one window: the hall's name above, one page of the visit, the same bar below.
import QtQuick
import Zhaocha
import "controls"

Rectangle {
    id: root

    required property Citizen citizen
    property real ppi: 96

    property bool choosing: false
    // While something lies over the page, what is under it cannot be touched.
    readonly property bool covered: choosing || citizen.calling || citizen.stillHere > 0
    readonly property bool home: citizen.screen === "Home"
    // What the citizen has before them: it is read aloud, and stepped through by switch.
    readonly property Item front: question.visible ? question : choosing ? tonguesPage : page.item
    readonly property Item focused: Window.activeFocusItem

    color: Theme.paper
    focus: true

    onFrontChanged: {
        if (citizen.aloud.on) citizen.aloud.entered()
        if (citizen.switches.on) citizen.switches.entered(front, bar)
    }
    // What is covered loses the keyboard; the window keeps it.
    onCoveredChanged: forceActiveFocus()
    onFocusedChanged: if (citizen.aloud.on) citizen.aloud.came_to(focused)

    Keys.onReleased: event => { if (!event.isAutoRepeat) citizen.switches.released(event.key) }
    Keys.onPressed: event => {
        if (citizen.switches.pressed(event.key, event.isAutoRepeat)
            || citizen.aloud.pressed(event.key)) {
            citizen.touch()
            event.accepted = true
            return
        }
        if ([Qt.Key_Tab, Qt.Key_Backtab].includes(event.key)) {
            event.accepted = false
            return
        }
        if (event.key === Qt.Key_Backspace) citizen.hardwareKey("\b")
        else if (event.key === Qt.Key_Return || event.key === Qt.Key_Enter) citizen.hardwareKey("\n")
        else if (event.text) citizen.hardwareKey(event.text)
        event.accepted = true
    }

    Binding { target: Theme; property: "windowWidth"; value: root.width; when: root.width > 0 }
    Binding { target: Theme; property: "windowHeight"; value: root.height; when: root.height > 0 }
    Binding { target: Theme; property: "ppi"; value: root.ppi }
    Binding { target: Theme; property: "textSize"; value: root.citizen.textSize }
    Binding { target: Theme; property: "accent"; value: root.citizen.accent }
    Binding { target: Theme; property: "scanning"; value: root.citizen.scanning }
    Binding { target: Theme; property: "contrast"; value: root.citizen.contrast }
    Binding { target: Theme; property: "lowered"; value: root.citizen.lowered }
    Binding { target: Theme; property: "stepping"; value: root.citizen.switches.on }

    Connections {
        target: Theme
        function onTouched(what) {
            root.citizen.touch()
            if (root.citizen.aloud.on) root.citizen.aloud.touched(what)
        }
    }
    Connections {
        target: root.citizen.aloud
        function onAsks() { root.citizen.aloud.sees(root.front) }
    }
    Connections {
        target: root.citizen.switches
        function onAsks() { root.citizen.switches.entered(root.front, bar) }
    }

    Words {
        visible: Theme.lift > 0
        x: Theme.margin
        anchors { top: top.bottom; topMargin: Theme.gap / 2 }
        width: root.width - 2 * Theme.margin
        horizontalAlignment: Text.AlignHCenter
        text: qsTr("要点的都在下面")
        color: Theme.soft
    }
    Item {
        id: top
        x: Theme.margin
        y: Math.max(30 * Theme.u, strip.height + 4 * Theme.u)
        width: root.width - 2 * Theme.margin
        height: Math.max(name.implicitHeight, clock.implicitHeight)
        // One line is enough for what stands above every page.
        readonly property bool fits: Theme.heavy.advanceWidth(name.text + clock.text) * Theme.bar / 100
                                     + name.x + Theme.gap <= width
        readonly property real size: fits ? Theme.bar : 30 * Theme.u
        Image {
            id: logo
            height: Theme.bar * 1.6
            width: source.toString() ? height * implicitWidth / Math.max(1, implicitHeight) : 0
            anchors.verticalCenter: name.verticalCenter
            fillMode: Image.PreserveAspectFit
            source: root.citizen.logo
        }
        Words {
            id: name
            x: logo.width ? logo.width + Theme.gap : 0
            width: parent.width - x - clock.width - Theme.gap
            text: root.citizen.language === "zh" && !logo.width ? root.citizen.board.hall + " · " + qsTr("找茬窗口")
                                                 : root.citizen.board.hall
            font.pixelSize: top.size
            font.bold: true
        }
        Words {
            id: clock
            anchors.right: parent.right
            text: root.citizen.board.today
            color: Theme.soft
            font.pixelSize: top.size
        }
    }
    Loader {
        id: page
        objectName: "page"
        enabled: !root.covered
        anchors {
            top: top.bottom; bottom: bar.top; left: parent.left; right: parent.right
            // Within reach of somebody who sits: nothing to touch in the upper part of a tall screen.
            topMargin: Theme.lift
        }

        property string shown: ""
        Component.onCompleted: follow()

        function follow() {
            if (shown === root.citizen.screen) return
            shown = root.citizen.screen
            setSource("citizen/" + shown + ".qml", { citizen: root.citizen })
            // Keys reach the window again, and Tab begins with the first thing to touch.
            root.forceActiveFocus()
        }
    }
    Connections {
        target: root.citizen
        function onChanged() {
            page.follow()
            // Nobody left a choice open for the next person.
            if (root.citizen.stillHere > 0) root.choosing = false
        }
        // The next person's screen is made anew, with nothing scrolled or spread.
        function onWiped() {
            root.choosing = false
            page.shown = ""
            page.follow()
        }
    }
    Bar {
        id: bar
        enabled: !root.covered
        anchors { bottom: parent.bottom; left: parent.left; right: parent.right }
        height: implicitHeight
        citizen: root.citizen
        home: root.home
        onLanguageWanted: root.choosing = true
    }
    Rectangle {
        id: tonguesPage
        visible: root.choosing
        anchors.fill: parent
        color: Theme.paper
        Column {
            anchors.centerIn: parent
            width: Math.min(parent.width - 2 * Theme.margin, 900 * Theme.u)
            spacing: Theme.gap
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: qsTr("选择语言")
                font.pixelSize: Theme.title * 0.8
                font.bold: true
            }
            Grid {
                id: tongues
                width: parent.width
                columns: Theme.landscape ? 3 : 2
                spacing: Theme.gap
                Repeater {
                    // Their names need fonts and words that nobody needs before.
                    model: root.choosing ? root.citizen.languages : []
                    Button {
                        required property var modelData
                        width: (tongues.width - (tongues.columns - 1) * tongues.spacing)
                               / tongues.columns
                        least: 140 * Theme.u
                        size: Theme.tile
                        label: modelData.name
                        chosen: root.citizen.language === modelData.code
                        // This button goes with the choice, so the choice goes last.
                        onTapped: { root.citizen.speak(modelData.code); root.choosing = false }
                        Tick {
                            visible: parent.chosen
                            width: 28 * Theme.u
                            anchors { right: parent.right; rightMargin: 8 * Theme.u; verticalCenter: parent.verticalCenter }
                        }
                    }
                }
            }
            Button {
                width: parent.width
                label: qsTr("返回")
                onTapped: root.choosing = false
            }
        }
    }
    Rectangle {
        id: question
        visible: root.citizen.stillHere > 0 || root.citizen.calling
        anchors.fill: parent
        color: Theme.paper
        TapHandler { longPressThreshold: 0; onTapped: root.citizen.calling ? root.citizen.callHeard() : root.citizen.touch() }
        CallWords { id: call; citizen: root.citizen }
        Column {
            anchors.centerIn: parent
            width: Math.min(parent.width - 2 * Theme.margin, 900 * Theme.u)
            spacing: Theme.gap * 1.5
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                even: true
                text: !root.citizen.calling ? qsTr("还在吗？")
                    : call.headline
                font.pixelSize: Theme.title
                font.bold: true
            }
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                even: true
                text: root.citizen.calling ? call.advice
                    : qsTr("%1 秒后回到首页，屏幕上不留您的内容").arg(root.citizen.stillHere)
                color: Theme.soft
            }
            Button {
                anchors.horizontalCenter: parent.horizontalCenter
                width: Math.min(parent.width, 560 * Theme.u)
                primary: true
                label: root.citizen.calling ? qsTr("知道了") : qsTr("我还在")
                onTapped: root.citizen.calling ? root.citizen.callHeard() : root.citizen.touch()
            }
        }
    }
    // Around what a switch would choose: dark on light and light on dark.
    Rectangle {
        readonly property rect place: root.citizen.switches.ring
        visible: root.citizen.switches.on && place.width > 0
        x: place.x - 3 * Theme.edge
        y: place.y - 3 * Theme.edge
        width: place.width + 6 * Theme.edge
        height: place.height + 6 * Theme.edge
        radius: Theme.corner
        color: "transparent"
        border.color: Theme.ink
        border.width: 3 * Theme.edge
    }
    // Over everything, also over what lies over the page.
    Rectangle {
        id: strip
        visible: root.citizen.test
        width: parent.width
        height: visible ? told.implicitHeight : 0
        color: Theme.apricotMist
        Rectangle {
            anchors.bottom: parent.bottom
            width: parent.width
            height: Theme.edge
            color: Theme.line
        }
        Words {
            id: told
            anchors.centerIn: parent
            width: parent.width - 2 * Theme.margin
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("测试 · 不计入")
            color: Theme.apricot
            font.pixelSize: Theme.bar * 0.8
            lineHeight: 1
            font.bold: true
        }
    }
    // Any touch at all, wherever it lands, means somebody is here, with hands. On top: what takes a
    // touch below keeps it from what lies still lower.
    Item {
        anchors.fill: parent
        PointHandler { onActiveChanged: { root.citizen.touch(); root.citizen.switches.end() } }
    }
}
