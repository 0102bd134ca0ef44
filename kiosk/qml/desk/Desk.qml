// The desk's one window: who signed in, the worklist at the left, one case at the right.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Rectangle {
    id: root

    required property Desk desk
    property real ppi: 96

    color: Theme.paper

    Binding { target: Theme; property: "windowWidth"; value: 1920 }
    Binding { target: Theme; property: "windowHeight"; value: 1080 }

    component Small: Button {
        size: 18
        radius: 12
        room: 36
        implicitHeight: 46
    }
    component Line: Words { font.pixelSize: 18 }

    // --- sign in ---
    Column {
        visible: root.desk.person === ""
        anchors.centerIn: parent
        width: 420
        spacing: 18
        Words { text: qsTr("找茬窗口 · 服务台"); font.pixelSize: 40; font.bold: true }
        Line { text: root.desk.hall; color: Theme.soft }
        Field { id: login; width: parent.width; hint: qsTr("账号"); onAccepted: pin.take() }
        Field {
            id: pin
            width: parent.width
            hint: qsTr("密码")
            secret: true
            onAccepted: enter.tapped()
        }
        Small {
            id: enter
            width: parent.width
            primary: true
            label: qsTr("登录")
            onTapped: { root.desk.signIn(login.text, pin.text); pin.text = "" }
        }
        Line { width: parent.width; text: root.desk.said; color: Theme.apricot }
    }

    Item {
        anchors { fill: parent; margins: 18 }
        visible: root.desk.person !== ""

        Row {
            id: top
            spacing: 16
            Words {
                anchors.verticalCenter: parent.verticalCenter
                text: qsTr("找茬窗口 · 服务台")
                font.pixelSize: 26
                font.bold: true
            }
            Line { anchors.verticalCenter: parent.verticalCenter; text: root.desk.person; color: Theme.soft }
            Small { label: qsTr("在办"); chosen: !root.desk.showsClosed; onTapped: root.desk.showClosed(false) }
            Small { label: qsTr("已办结"); chosen: root.desk.showsClosed; onTapped: root.desk.showClosed(true) }
            Small { label: qsTr("退出"); onTapped: root.desk.signOut() }
        }
        Line {
            anchors { right: parent.right; verticalCenter: top.verticalCenter }
            width: Math.min(implicitWidth, parent.width - top.implicitWidth - 20)
            horizontalAlignment: Text.AlignRight
            text: root.desk.said
            color: Theme.apricot
            font.bold: true
        }
        Column {
            id: calls
            anchors { top: top.bottom; topMargin: implicitHeight ? 14 : 0 }
            width: parent.width
            spacing: 8
            Line {
                width: parent.width
                visible: root.desk.away !== ""
                text: qsTr("从 %1 起连不上共享库，先在本机办，连上就补传").arg(root.desk.away)
                color: Theme.apricot
            }
            Repeater {
                model: root.desk.calls
                Rectangle {
                    id: call
                    required property var modelData
                    width: calls.width
                    height: 62
                    radius: 14
                    color: Theme.apricotMist
                    Line {
                        x: 16
                        anchors.verticalCenter: parent.verticalCenter
                        text: call.modelData.text
                        color: Theme.apricot
                        font.bold: true
                    }
                    Small {
                        anchors { right: parent.right; rightMargin: 8; verticalCenter: parent.verticalCenter }
                        primary: true
                        label: qsTr("我去")
                        onTapped: root.desk.answerCall(call.modelData.id)
                    }
                }
            }
        }
        ListView {
            id: list
            anchors { top: calls.bottom; topMargin: 18; bottom: parent.bottom }
            width: parent.width * 0.36
            clip: true
            spacing: 10
            model: root.desk.model
            boundsBehavior: Flickable.StopAtBounds
            delegate: Press {
                id: row
                required property var line
                width: list.width
                height: cell.implicitHeight + 22
                radius: 14
                label: line.number
                chosen: line.chosen
                onTapped: root.desk.open(line.id)
                Column {
                    id: cell
                    x: 16
                    y: 11
                    width: parent.width - 32
                    spacing: 4
                    Row {
                        spacing: 12
                        Line { text: row.line.number; font.bold: true }
                        Line { text: row.line.state; color: Theme.jade; font.bold: true }
                    }
                    Line {
                        width: parent.width
                        maximumLineCount: 1
                        elide: Text.ElideRight
                        text: row.line.kind + (row.line.summary ? " · " + row.line.summary : "")
                        font.pixelSize: 16
                    }
                    Line {
                        text: (row.line.late ? qsTr("超期 · ") : row.line.today ? qsTr("今天到期 · ") : "")
                              + qsTr("最迟 %1").arg(row.line.due)
                        color: row.line.late || row.line.today ? Theme.apricot : Theme.soft
                        font.pixelSize: 16
                    }
                }
            }
            Line {
                anchors.centerIn: parent
                visible: list.count === 0
                text: qsTr("都办完了，喝口水吧。")
                color: Theme.soft
            }
        }
        Flickable {
            id: page
            readonly property var shown: root.desk.case
            readonly property bool any: "number" in shown
            // Each case has its own half-written reply.
            readonly property string key: shown.id ?? ""
            property string before: ""
            property var drafts: ({})
            onKeyChanged: {
                drafts[before] = [writing.result, text.text, answer.text]
                const draft = drafts[key] ?? ["A1", "", ""]
                writing.result = draft[0]
                text.text = draft[1]
                answer.text = draft[2]
                reason.text = ""
                before = key
                contentY = 0
            }
            Connections {
                target: root.desk
                function onSent() { writing.result = "A1"; text.text = ""; answer.text = "" }
                function onSignedOut() { page.drafts = {}; page.before = "" }
            }
            anchors { top: list.top; bottom: parent.bottom; right: parent.right }
            width: parent.width - list.width - 28
            visible: any
            clip: true
            contentHeight: column.implicitHeight
            boundsBehavior: Flickable.StopAtBounds
            Column {
                id: column
                width: page.width
                spacing: 10
                Row {
                    spacing: 16
                    Words { text: page.shown.number ?? ""; font.pixelSize: 30; font.bold: true }
                    Words { text: page.shown.state ?? ""; font.pixelSize: 30; color: Theme.jade; font.bold: true }
                }
                Line {
                    width: parent.width
                    text: [page.shown.kind, page.shown.problems, page.shown.window, page.shown.needs,
                           page.shown.more]
                          .filter(x => x).join(" · ")
                }
                Line { width: parent.width; text: page.shown.why ?? ""; color: Theme.soft; font.pixelSize: 16 }
                Rectangle {
                    visible: (page.shown.words ?? "") !== ""
                    width: parent.width
                    height: words.implicitHeight + 32
                    radius: 14
                    color: Theme.card
                    border.color: Theme.line
                    Line { id: words; x: 16; y: 16; width: parent.width - 32; text: page.shown.words ?? "" }
                }
                Flow {
                    width: parent.width
                    spacing: 12
                    Small {
                        visible: page.shown.stateName === "registered"
                        primary: true
                        label: qsTr("受理")
                        onTapped: root.desk.accept()
                    }
                    Small {
                        visible: page.shown.stateName === "replied"
                        primary: true
                        label: qsTr("办结")
                        onTapped: root.desk.close()
                    }
                    Small { label: qsTr("补打回执"); onTapped: root.desk.reprint() }
                    Small {
                        visible: page.shown.hasPhone ?? false
                        label: page.shown.phone ? page.shown.phone : qsTr("看联系电话（会留记录）")
                        onTapped: root.desk.showPhone()
                    }
                }
                Column {
                    visible: ["accepted", "handling"].includes(page.shown.stateName)
                    width: parent.width
                    spacing: 12
                    property string result: "A1"
                    id: writing
                    Flow {
                        width: parent.width
                        spacing: 8
                        Repeater {
                            model: root.desk.results
                            Small {
                                required property var modelData
                                label: modelData.name
                                heavy: false
                                size: 17
                                care: modelData.negative
                                chosen: writing.result === modelData.code
                                onTapped: writing.result = modelData.code
                            }
                        }
                    }
                    Field { id: text; width: parent.width; lines: 1; hint: qsTr("怎么办的（结果，给工作人员看）") }
                    Field { id: answer; width: parent.width; lines: 3; hint: qsTr("给市民的回复") }
                    Small {
                        readonly property bool no: writing.result.startsWith("N")
                        primary: true
                        enabled: text.text.trim() !== "" && answer.text.trim() !== ""
                        label: no ? qsTr("报带班领导审核") : qsTr("回复市民")
                        onTapped: root.desk.reply(writing.result, text.text, answer.text)
                    }
                }
                Column {
                    visible: page.shown.stateName === "review"
                    width: parent.width
                    spacing: 12
                    Note {
                        width: parent.width
                        strong: qsTr("说NO要报告：等带班领导审核")
                        text: (page.shown.proposedText ?? "") + "\n" + (page.shown.proposed ?? "")
                    }
                    Row {
                        visible: root.desk.leader
                        spacing: 12
                        Small { primary: true; label: qsTr("同意，发出"); onTapped: root.desk.approve() }
                        Field { id: reason; width: 380; hint: qsTr("退回的原因") }
                        Small {
                            enabled: reason.text.trim() !== ""
                            label: qsTr("退回")
                            onTapped: { root.desk.sendBack(reason.text); reason.text = "" }
                        }
                    }
                }
                Note {
                    width: parent.width
                    visible: (page.shown.reply ?? "") !== ""
                    fact: true
                    strong: qsTr("给市民的回复")
                    text: page.shown.reply ?? ""
                }
                Repeater {
                    model: page.shown.clashes ?? []
                    Note {
                        required property string modelData
                        width: column.width
                        strong: qsTr("两边同时办了，先到的算数")
                        text: modelData
                    }
                }
                Line { text: qsTr("经过"); color: Theme.jade; font.bold: true }
                Repeater {
                    model: page.shown.story ?? []
                    Line {
                        required property var modelData
                        width: column.width
                        text: modelData.when + "  " + modelData.what + (modelData.who ? "（" + modelData.who + "）" : "")
                        color: Theme.soft
                        font.pixelSize: 16
                    }
                }
            }
        }
    }
}
