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

    color: Theme.paper
    focus: true

    Keys.onPressed: event => {
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

    // Any touch at all, wherever it lands, means somebody is here.
    PointHandler { onActiveChanged: root.citizen.touch() }

    Words {
        visible: root.citizen.lowered && !Theme.landscape
        x: Theme.margin
        y: root.height * 0.13
        width: root.width - 2 * Theme.margin
        horizontalAlignment: Text.AlignHCenter
        text: qsTr("要点的都在下面")
        color: Theme.soft
    }
    Item {
        id: top
        x: Theme.margin
        y: 30 * Theme.u
        width: root.width - 2 * Theme.margin
        height: Math.max(name.implicitHeight, clock.implicitHeight)
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
            font.pixelSize: Theme.bar
            font.bold: true
        }
        Words {
            id: clock
            anchors.right: parent.right
            text: root.citizen.board.today
            color: Theme.soft
            font.pixelSize: Theme.bar
        }
    }
    Loader {
        id: page
        objectName: "page"
        enabled: !root.covered
        anchors {
            top: top.bottom; bottom: bar.top; left: parent.left; right: parent.right
            // Within reach of somebody who sits: nothing to touch in the upper part of a tall screen.
            topMargin: root.citizen.lowered && !Theme.landscape ? root.height * 0.3 : 0
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
    }
    Rectangle {
        id: bar
        anchors { bottom: parent.bottom; left: parent.left; right: parent.right }
        height: buttons.height + 40 * Theme.u
        color: Theme.barGround
        Rectangle { width: parent.width; height: Theme.edge; color: Theme.line }
        Flow {
            id: buttons
            enabled: !root.covered
            x: Theme.margin / 2
            y: 20 * Theme.u
            width: parent.width - Theme.margin
            spacing: Math.max(16 * Theme.u, 2.54 * Theme.mm)
            component Small: Button {
                size: root.citizen.language === "zh" ? Theme.bar : Theme.bar * 0.88
                room: (root.citizen.language === "zh" ? 1.1 : 0.8) * Theme.pad
                radius: 22 * Theme.u
            }
            Small { visible: !root.home; label: qsTr("返回"); onTapped: root.citizen.back() }
            Small { visible: !root.home; label: qsTr("重新开始"); onTapped: root.citizen.startAgain() }
            Small { label: qsTr("大字"); chosen: root.citizen.textSize > 0; onTapped: root.citizen.larger() }
            Small {
                visible: !Theme.landscape
                label: qsTr("低位")
                chosen: root.citizen.lowered
                onTapped: root.citizen.lower()
            }
            Small { label: qsTr("对比"); chosen: root.citizen.contrast > 0; onTapped: root.citizen.nextContrast() }
            // Read by whoever cannot read the rest: a foreign word here, a Chinese one there.
            Small {
                label: root.citizen.language === "zh" ? "Language" : "中文"
                onTapped: root.citizen.language === "zh" ? root.choosing = true
                                                         : root.citizen.speak("zh")
            }
            Small {
                visible: root.citizen.language !== "zh"
                label: "Language"
                onTapped: root.choosing = true
            }
            Small { label: qsTr("叫人帮忙"); care: true; onTapped: root.citizen.callSomeone() }
        }
    }
    Rectangle {
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
                        // The choice ends last: the buttons end with it.
                        onTapped: { root.citizen.speak(modelData.code); root.choosing = false }
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
        visible: root.citizen.stillHere > 0 || root.citizen.calling
        anchors.fill: parent
        color: Theme.paper
        TapHandler { longPressThreshold: 0; onTapped: root.citizen.calling ? root.citizen.callHeard() : root.citizen.touch() }
        Column {
            anchors.centerIn: parent
            width: Math.min(parent.width - 2 * Theme.margin, 900 * Theme.u)
            spacing: Theme.gap * 1.5
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: !root.citizen.calling ? qsTr("还在吗？")
                    : root.citizen.whoComes ? qsTr("%1 过来了").arg(root.citizen.whoComes)
                    : qsTr("值守人员这就过来")
                font.pixelSize: Theme.title
                font.bold: true
            }
            Words {
                width: parent.width
                horizontalAlignment: Text.AlignHCenter
                text: root.citizen.calling ? qsTr("今天在岗：%1").arg(root.citizen.board.onDuty)
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
}
