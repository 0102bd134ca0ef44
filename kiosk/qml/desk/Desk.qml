// The desk's one window: who signed in above, calls below it, then the page that is open.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Rectangle {
    id: root

    required property Desk desk
    property real ppi: 96

    color: Theme.paper
    focus: true

    Binding { target: Theme; property: "windowWidth"; value: root.width; when: root.width > 0 }
    Binding { target: Theme; property: "windowHeight"; value: root.height; when: root.height > 0 }

    readonly property bool cases: desk.page === "cases"
    readonly property var files: ({
        people: "People.qml", roster: "Roster.qml", ledger: "Ledger.qml", papers: "Papers.qml", numbers: "Numbers.qml",
        slip: "PaperSlip.qml", machines: "Machines.qml"
    })

    Keys.onPressed: event => {
        if (root.desk.person === "" || mine.visible || event.modifiers & (Qt.AltModifier | Qt.MetaModifier)) return
        event.accepted = true
        if ([Qt.Key_PageDown, Qt.Key_PageUp].includes(event.key)) return root.turnOver(event.key === Qt.Key_PageDown)
        if (!root.cases) {
            event.accepted = false
            return
        }
        if (event.modifiers & Qt.ControlModifier) {
            if (event.key === Qt.Key_Z) root.desk.work.undo()
            else if ([Qt.Key_Return, Qt.Key_Enter].includes(event.key)) casePage.send()
            else event.accepted = false
        } else if (event.key >= Qt.Key_1 && event.key <= Qt.Key_8) {
            root.desk.work.choose(root.desk.work.columns[event.key - Qt.Key_1].code)
        } else if (event.key === Qt.Key_Slash) worklist.find()
        else if (event.key === Qt.Key_Down || event.key === Qt.Key_J) root.desk.work.step(1)
        else if (event.key === Qt.Key_Up) root.desk.work.step(-1)
        else if (event.key === Qt.Key_K && root.desk.work.reveals) root.desk.work.reveal()
        else if (event.key === Qt.Key_U) root.desk.work.undo()
        else if (event.key === Qt.Key_G) root.desk.callLeader()
        else if (event.key === Qt.Key_Escape) casePage.open = ""
        else if (event.text) casePage.actByKey(event.text.toUpperCase())
        else event.accepted = false
    }
    // Most of a page further, in what is long on it.
    function turnOver(down) {
        const long = root.cases ? casePage.turns : page.item?.turns
        if (!long) return
        const last = long.originY + Math.max(0, long.contentHeight - long.height)
        long.contentY = Math.max(long.originY, Math.min(last, long.contentY + (down ? 0.85 : -0.85) * long.height))
    }
    TapHandler { onTapped: root.forceActiveFocus() }
    // Keys are for the case that was opened, not for the field that was left behind.
    readonly property string whose: desk.person + " " + desk.work.chosen
    onWhoseChanged: forceActiveFocus()

    SignIn {
        anchors { fill: parent; margins: 18 }
        visible: root.desk.person === ""
        desk: root.desk
    }
    Connections {
        target: root.desk
        function onSignedOut() { mine.close(); casePage.forget(); root.forceActiveFocus() }
    }
    Item {
        anchors { fill: parent; margins: 18 }
        visible: root.desk.person !== ""

        Item {
            id: top
            // Where the pages do not fit beside the name they have a row of their own.
            readonly property bool narrow: name.width + 24 + pages.needed + 24 + others.width > width
            width: parent.width
            height: narrow ? pages.y + pages.height + 2 : 46
            Words {
                id: name
                height: 46
                verticalAlignment: Text.AlignVCenter
                text: qsTr("找茬窗口")
                font.pixelSize: 24
                font.bold: true
            }
            Flow {
                id: pages
                readonly property real needed: children.reduce((sum, tab) => sum + tab.implicitWidth + spacing, 0)
                x: top.narrow ? 0 : name.width + 24
                y: top.narrow ? 52 : 0
                width: top.width - x
                spacing: 6
                Repeater {
                    model: root.desk.pages
                    Small {
                        required property var modelData
                        label: modelData.name
                        room: 24
                        // The same width, chosen or not: the others do not move.
                        heavy: false
                        chosen: root.desk.page === modelData.code
                        onTapped: root.desk.turn(modelData.code)
                    }
                }
            }
            Row {
                id: others
                anchors.right: parent.right
                spacing: 8
                Small {
                    width: Math.min(implicitWidth, top.width - name.width - tongue.width - leave.width - 40)
                    heavy: false
                    label: root.desk.person
                    key: qsTr("密码")
                    onTapped: mine.open()
                }
                Small {
                    id: tongue
                    heavy: false
                    label: root.desk.language === "zh" ? "English" : "中文"
                    onTapped: root.desk.nextLanguage()
                }
                Small { id: leave; heavy: false; label: qsTr("退出"); onTapped: root.desk.signOut() }
            }
        }
        // What happened last. It keeps its place while it is empty, so that nothing jumps.
        Item {
            id: news
            enabled: !mine.visible
            anchors { top: top.bottom; topMargin: 2 }
            width: parent.width
            height: 44
            Small {
                id: undo
                anchors { right: parent.right; verticalCenter: parent.verticalCenter }
                visible: root.cases && root.desk.work.undoes
                width: visible ? implicitWidth : 0
                label: qsTr("撤销")
                key: "U"
                onTapped: root.desk.work.undo()
            }
            Line {
                anchors { left: parent.left; right: undo.left; rightMargin: 12; verticalCenter: parent.verticalCenter }
                text: root.desk.said
                color: Theme.apricot
                font.bold: true
                // What does not fit in one line stands in two, a little closer.
                lineHeight: lineCount > 1 ? 0.85 : 1.15
                maximumLineCount: 2
                elide: Text.ElideRight
            }
        }
        // However many call, the page below keeps more than half of the window.
        Sheet {
            id: calls
            anchors { top: news.bottom; topMargin: bands.implicitHeight ? 2 : 0 }
            width: parent.width
            height: Math.min(bands.implicitHeight, root.height * 0.4)
            contentHeight: bands.implicitHeight
            enabled: !mine.visible
            Column {
                id: bands
                width: calls.width
                spacing: 8
                Line {
                    width: parent.width
                    visible: text !== ""
                    text: [root.desk.away ? qsTr("从 %1 起连不上共享库，先在本机办，连上就补传").arg(root.desk.away) : "",
                           root.desk.waits].filter(x => x).join(" · ")
                    color: Theme.apricot
                }
                Band {
                    visible: root.desk.cards !== ""
                    text: root.desk.cards
                    Small { label: qsTr("看看是哪几件"); heavy: false; onTapped: root.desk.showCards() }
                    Small { label: qsTr("知道了"); heavy: false; onTapped: root.desk.layCardsAside() }
                }
                Repeater {
                    model: root.desk.calls
                    Band {
                        id: call
                        required property var line
                        fact: line.coming
                        text: line.text
                        Small {
                            visible: call.line.case !== ""
                            heavy: false
                            label: qsTr("看这件")
                            onTapped: root.desk.openCase(call.line.case)
                        }
                        Small {
                            visible: call.line.coming || !call.line.mine
                            primary: !call.line.coming
                            label: call.line.coming ? qsTr("知道了") : call.line.looks ? qsTr("我来看") : qsTr("我去")
                            onTapped: call.line.coming ? root.desk.putAside(call.line.id)
                                                       : root.desk.answerCall(call.line.id)
                        }
                    }
                }
            }
        }
        Worklist {
            id: worklist
            anchors { top: calls.bottom; topMargin: 8; bottom: parent.bottom }
            width: Math.max(536, parent.width * 0.4)
            visible: root.cases
            enabled: !mine.visible
            work: root.desk.work
            onCallsLeader: root.desk.callLeader()
        }
        CasePage {
            id: casePage
            anchors { top: worklist.top; bottom: parent.bottom; left: worklist.right; leftMargin: 24; right: parent.right }
            visible: root.cases
            enabled: !mine.visible
            work: root.desk.work
        }
        Loader {
            id: page
            enabled: !mine.visible
            anchors { top: worklist.top; bottom: parent.bottom; left: parent.left; right: parent.right }
            property string shown: root.desk.person !== "" && root.desk.page in root.files ? root.desk.page : ""
            onShownChanged: {
                if (shown === "") source = ""
                else if (shown === "numbers") setSource(root.files[shown], { numbers: root.desk.view(shown) })
                else setSource(root.files[shown], { page: root.desk.view(shown), desk: root.desk })
            }
        }
    }
    MyPassword {
        id: mine
        // Below it nothing is reached, by keyboard either; afterwards the keys are the page's again.
        onVisibleChanged: if (!visible) root.forceActiveFocus()
        // The bar stays in reach: another language, the way out.
        anchors { fill: parent; topMargin: 18 + top.height + 4 }
        mine: root.desk.view("mine")
    }
}
