// A paper slip, or what somebody tells the desk, written down for them.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property PaperSlip page
    required property Desk desk
    anchors.fill: parent

    readonly property var about: kind.picked === "suggestion" ? page.areas
                               : kind.picked === "help" ? page.troubles : page.problems
    readonly property bool whole: kind.picked !== "" && (words.text.trim() !== "" || problems.chosen.length > 0)
                                  && (reply.picked !== "phone" || phone.text.trim() !== "")

    function clear() {
        kind.picked = "complaint"; source.picked = "paper"; reply.picked = "receipt"
        grade.picked = ""; window_.picked = ""; problems.chosen = []; needs.chosen = []
        words.text = ""; phone.text = ""; address.text = ""
    }
    Connections {
        target: root.page
        function onDone() { root.clear() }
    }
    component Title: Line { small: true; color: Theme.soft }

    readonly property alias turns: view
    Words { id: head; text: qsTr("替人写一张"); font.pixelSize: 26; font.bold: true }
    Sheet {
        id: view
        anchors { top: head.bottom; topMargin: 12; left: parent.left; right: parent.right }
        height: Math.min(contentHeight, parent.height - y - send.height - 12)
        contentHeight: Math.max(left.implicitHeight, right.implicitHeight)
        Column {
            id: left
            width: (parent.width - 32) / 2
            spacing: 12
            Title { text: qsTr("从哪来的") }
            Choice { id: source; width: parent.width; choices: root.page.sources; picked: "paper" }
            Title { text: qsTr("要说什么") }
            Choice { id: kind; width: parent.width; choices: root.page.kinds; picked: "complaint"
                     onPickedChanged: problems.chosen = [] }
            Title { text: qsTr("关于什么（可选几项）") }
            Choice { id: problems; width: parent.width; choices: root.about; several: true }
            Title { text: qsTr("原话，一个字不改") }
            Field { id: words; width: parent.width; lines: 5; hint: qsTr("照着单子或照着说的写") }
        }
        Column {
            id: right
            x: left.width + 32
            width: left.width
            spacing: 12
            Title { text: qsTr("哪个窗口（可不填）") }
            Choice { id: window_; width: parent.width; choices: root.page.windows; optional: true }
            Title { text: qsTr("打几分（可不填）") }
            Choice { id: grade; width: parent.width; choices: root.page.grades; optional: true }
            Title { text: qsTr("需要什么帮忙（可不填）") }
            Choice { id: needs; width: parent.width; choices: root.page.needs; several: true }
            Title { text: qsTr("怎么回复") }
            Choice { id: reply; width: parent.width; choices: root.page.replies; picked: "receipt" }
            Row {
                width: parent.width
                spacing: 10
                visible: reply.picked === "phone" || needs.chosen.length > 0
                Field { id: phone; width: (parent.width - 10) / 2; hint: qsTr("手机号（加密保存）") }
                Field { id: address; width: (parent.width - 10) / 2; hint: qsTr("地址（加密保存）") }
            }
        }
    }
    // Below what is written, and always in sight.
    Row {
        id: send
        anchors { left: parent.left; top: view.bottom; topMargin: 12 }
        spacing: 10
        Small {
            primary: true
            enabled: root.whole
            label: qsTr("登记，打小票")
            onTapped: root.page.keep({
                kind: kind.picked, source: source.picked, reply_by: reply.picked, grade: grade.picked,
                window: window_.picked, problems: problems.chosen, needs: needs.chosen,
                words: words.text, phone: phone.text, address: address.text
            })
        }
        Small { label: qsTr("清空"); heavy: false; onTapped: root.clear() }
    }
}
