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
        if (root.desk.person === "" || !root.cases || mine.visible || event.modifiers & (Qt.AltModifier | Qt.MetaModifier)) return
        event.accepted = true
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
            width: parent.width
            height: 46
            Words {
                id: name
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("找茬窗口")
                font.pixelSize: 24
                font.bold: true
            }
            Row {
                id: pages
                anchors { left: name.right; leftMargin: 24 }
                spacing: 6
                Repeater {
                    model: root.desk.pages
                    Small {
                        required property var modelData
                        label: modelData.name
                        room: 24
                        heavy: chosen
                        chosen: root.desk.page === modelData.code
                        onTapped: root.desk.turn(modelData.code)
                    }
                }
            }
            Small {
                id: person
                anchors { right: tongue.left; rightMargin: 8 }
                heavy: false
                label: root.desk.person
                key: qsTr("密码")
                onTapped: mine.open()
            }
            Small {
                id: tongue
                anchors { right: leave.left; rightMargin: 8 }
                heavy: false
                label: root.desk.language === "zh" ? "English" : "中文"
                onTapped: root.desk.nextLanguage()
            }
            Small { id: leave; anchors.right: parent.right; heavy: false; label: qsTr("退出"); onTapped: root.desk.signOut() }
        }
        // What happened last. It keeps its place while it is empty, so that nothing jumps.
        Item {
            id: news
            anchors { top: top.bottom; topMargin: 4 }
            width: parent.width
            height: 34
            Small {
                id: undo
                anchors { right: parent.right; verticalCenter: parent.verticalCenter }
                visible: root.cases && root.desk.work.undoes
                width: visible ? implicitWidth : 0
                height: parent.height
                label: qsTr("撤销")
                key: "U"
                onTapped: root.desk.work.undo()
            }
            Line {
                anchors { left: parent.left; right: undo.left; rightMargin: 12; verticalCenter: parent.verticalCenter }
                text: root.desk.said
                color: Theme.apricot
                font.bold: true
                maximumLineCount: 1
                elide: Text.ElideRight
            }
        }
        Column {
            id: calls
            anchors { top: news.bottom; topMargin: implicitHeight ? 8 : 0 }
            width: parent.width
            spacing: 8
            Line {
                width: parent.width
                visible: root.desk.away !== ""
                text: qsTr("从 %1 起连不上共享库，先在本机办，连上就补传").arg(root.desk.away)
                color: Theme.apricot
            }
            Line {
                width: parent.width
                visible: root.desk.waits !== ""
                text: root.desk.waits
                color: Theme.apricot
            }
            Rectangle {
                width: parent.width
                visible: root.desk.cards !== ""
                height: 60
                radius: 14
                color: Theme.apricotMist
                Line {
                    x: 16
                    anchors.verticalCenter: parent.verticalCenter
                    text: root.desk.cards
                    color: Theme.apricot
                    font.bold: true
                }
                Row {
                    anchors { right: parent.right; rightMargin: 8; verticalCenter: parent.verticalCenter }
                    spacing: 8
                    Small { label: qsTr("看看是哪几件"); heavy: false; onTapped: root.desk.showCards() }
                    Small { label: qsTr("知道了"); heavy: false; onTapped: root.desk.layCardsAside() }
                }
            }
            Repeater {
                model: root.desk.calls
                Rectangle {
                    id: call
                    required property var line
                    width: calls.width
                    height: 60
                    radius: 14
                    color: line.coming ? Theme.mist : Theme.apricotMist
                    Line {
                        x: 16
                        anchors.verticalCenter: parent.verticalCenter
                        text: call.line.text
                        color: call.line.coming ? Theme.jade : Theme.apricot
                        font.bold: true
                    }
                    Row {
                        anchors { right: parent.right; rightMargin: 8; verticalCenter: parent.verticalCenter }
                        spacing: 8
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
            work: root.desk.work
            onCallsLeader: root.desk.callLeader()
        }
        CasePage {
            id: casePage
            anchors { top: worklist.top; bottom: parent.bottom; left: worklist.right; leftMargin: 24; right: parent.right }
            visible: root.cases
            work: root.desk.work
        }
        Loader {
            id: page
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
        // The bar stays in reach: another language, the way out.
        anchors { fill: parent; topMargin: 18 + top.height + news.height + 8 }
        mine: root.desk.view("mine")
    }
}
