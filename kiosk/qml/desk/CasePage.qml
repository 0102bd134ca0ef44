// One case: what was said, until when and why, who has it, what may be done now, what happened.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Work work

    readonly property var shown: work.case
    readonly property bool any: "number" in shown
    readonly property string key: shown.id ?? ""
    // The deed whose form is open; "reply" is the composer.
    property string open: ""
    property bool all: false
    // Each case has its own half-written reply.
    property var drafts: ({})
    property string before: ""

    onKeyChanged: {
        drafts[before] = composer.draft()
        composer.take(drafts[key])
        open = ""
        all = false
        before = key
        page.contentY = 0
    }
    Connections {
        target: root.work
        function onDone() {
            if (root.open === "reply") { composer.take(); delete root.drafts[root.key] }
            root.open = ""
        }
    }
    function forget() { drafts = {}; before = ""; composer.take(); open = "" }

    // What a key or a button does: at once, or its form opens.
    function act(name) {
        if (name === "reply") {
            if (work.replies) open = open === "reply" ? "" : "reply"
            return
        }
        const deed = work.deeds.find(d => d.name === name)
        if (!deed) return
        if (deed.asks.length === 0 && !deed.sure) work.do(name, {})
        else open = open === name ? "" : name
    }
    function actByKey(key) {
        if (key === "R") return act("reply")
        const deed = work.deeds.find(d => d.key === key)
        if (deed) act(deed.name)
    }
    // What has opened comes into sight, as soon as it has its height.
    property bool opening: false
    onOpenChanged: opening = open !== ""
    function bring() {
        if (!opening) return
        const top = form.visible ? form.y : composer.y
        page.contentY = Math.max(0, Math.min(top - 90, page.contentHeight - page.height))
    }
    function send() { if (writes) writes.send() }
    // What is being filled in.
    readonly property var writes: open === "" ? null : open === "reply" ? composer : form.item

    Line {
        anchors.centerIn: parent
        visible: !root.any
        text: qsTr("左边点一件，就在这里打开。")
        color: Theme.soft
    }
    // What Page Up and Page Down turn over.
    readonly property alias turns: page
    Sheet {
        id: page
        anchors { fill: parent; bottomMargin: send.visible ? send.height + 12 : 0 }
        visible: root.any
        contentHeight: column.implicitHeight + 20
        onContentHeightChanged: root.bring()
        onMovementStarted: root.opening = false
        onWritingChanged: if (writing) root.opening = false
        Column {
            id: column
            width: page.width
            spacing: 12
            Flow {
                width: parent.width
                spacing: 12
                Words {
                    id: number
                    text: root.shown.number ?? ""
                    font.pixelSize: 28
                    font.bold: true
                }
                Mark { text: root.shown.state ?? ""; implicitHeight: number.implicitHeight }
                Repeater {
                    model: root.shown.flags ?? []
                    Mark { required property string modelData; text: modelData; care: true; implicitHeight: number.implicitHeight }
                }
            }
            Line {
                width: parent.width
                text: [root.shown.kind, root.shown.problems, root.shown.window, root.shown.item, root.shown.needs]
                      .filter(x => x).join(" · ")
                font.bold: true
            }
            Line { width: parent.width; visible: text !== ""; text: root.shown.more ?? ""; color: Theme.soft }
            Rectangle {
                visible: (root.shown.words ?? "") !== ""
                width: parent.width
                height: words.implicitHeight + 32
                radius: 14
                color: Theme.card
                border.color: Theme.line
                Line { id: words; x: 16; y: 16; width: parent.width - 32; text: root.shown.words ?? "" }
            }
            Line {
                width: parent.width
                text: qsTr("最迟 %1").arg(root.shown.due ?? "") + ((root.shown.why ?? "") ? "　" + root.shown.why : "")
                color: root.shown.late ? Theme.apricot : Theme.soft
                small: true
            }
            Line {
                width: parent.width
                visible: text !== ""
                small: true
                color: Theme.soft
                text: [root.shown.owner ? qsTr("负责：%1").arg(root.shown.owner) : "",
                       root.shown.handler ? qsTr("承办：%1").arg(root.shown.handler) : "",
                       root.shown.lead ? qsTr("牵头：%1").arg(root.shown.lead) : "",
                       root.shown.helping ? qsTr("协办：%1").arg(root.shown.helping) : "",
                       root.shown.waits ?? "",
                       root.shown.accused ? qsTr("回避：%1").arg(root.shown.accused) : ""]
                      .filter(x => x).join("　")
            }
            Flow {
                width: parent.width
                spacing: 8
                Small {
                    visible: root.work.replies
                    primary: true
                    label: qsTr("写回复")
                    key: "R"
                    chosen: root.open === "reply"
                    onTapped: root.act("reply")
                }
                Repeater {
                    model: root.work.deeds
                    Small {
                        required property var modelData
                        visible: !modelData.rare || root.all || root.open === modelData.name
                        label: modelData.label
                        key: modelData.key
                        primary: modelData.primary
                        heavy: modelData.primary
                        care: modelData.care
                        chosen: root.open === modelData.name
                        onTapped: root.act(modelData.name)
                    }
                }
                Small {
                    visible: root.work.reveals
                    width: Math.min(implicitWidth, parent.width)
                    heavy: false
                    label: root.work.contact || qsTr("看联系方式（会留记录）")
                    key: root.work.contact ? "" : "K"
                    onTapped: root.work.reveal()
                }
                Repeater {
                    model: root.shown.attachments ?? []
                    Small {
                        required property var modelData
                        heavy: false
                        label: modelData.label
                        onTapped: root.work.enclosure(modelData.name)
                    }
                }
                Small {
                    visible: root.work.deeds.some(d => d.rare)
                    heavy: false
                    label: root.all ? qsTr("收起") : qsTr("更多")
                    onTapped: root.all = !root.all
                }
            }
            Drawing {
                width: Math.min(parent.width, 520)
                height: 360
                visible: "strokes" in root.work.drawing
                drawing: visible ? root.work.drawing : null
            }
            Row {
                visible: root.work.player.holding
                spacing: 12
                Small {
                    label: root.work.player.playing ? qsTr("停") : qsTr("再听一遍")
                    heavy: false
                    onTapped: root.work.player.playing ? root.work.player.stop() : root.work.player.play()
                }
                Line {
                    anchors.verticalCenter: parent.verticalCenter
                    text: root.work.player.failed ? qsTr("这台机器放不出声音")
                        : Math.floor(root.work.player.position) + " / " + Math.ceil(root.work.player.seconds) + qsTr(" 秒")
                    color: Theme.soft
                }
            }
            Loader {
                id: form
                width: parent.width
                active: root.open !== "" && root.open !== "reply"
                visible: active
                sourceComponent: Form {
                    work: root.work
                    deed: root.work.deeds.find(d => d.name === root.open) ?? ({ name: "", label: "", asks: [], sure: "" })
                }
            }
            ReplyForm {
                id: composer
                visible: root.open === "reply"
                width: parent.width
                work: root.work
                number: root.shown.number ?? ""
            }
            Remark {
                width: parent.width
                visible: (root.shown.question ?? "") !== ""
                strong: qsTr("等市民补充")
                text: root.shown.question ?? ""
            }
            Remark {
                readonly property var outcome: root.shown.proposed ?? ({})
                width: parent.width
                visible: "reply" in outcome
                strong: qsTr("说NO要报告：等带班领导审核") + (outcome.result ? "　" + outcome.result : "")
                text: [outcome.text, outcome.basis, outcome.reply, outcome.place, outcome.how,
                       outcome.provided ? qsTr("已提供：%1").arg(outcome.provided) : "", root.shown.proposedBy]
                      .filter(x => x).join("\n")
            }
            Remark {
                readonly property var outcome: root.shown.outcome ?? ({})
                width: parent.width
                visible: "reply" in outcome
                fact: true
                strong: qsTr("给市民的回复") + (outcome.result ? "　" + outcome.result : "")
                text: [outcome.reply, outcome.place ? qsTr("在哪办：%1").arg(outcome.place) : "",
                       outcome.how ? qsTr("怎么办：%1").arg(outcome.how) : "",
                       outcome.provided ? qsTr("已提供：%1").arg(outcome.provided) : "",
                       root.shown.verdict ? qsTr("市民说：%1").arg(root.shown.verdict) : ""]
                      .filter(x => x).join("\n")
            }
            Repeater {
                model: root.shown.clashes ?? []
                Remark {
                    required property string modelData
                    width: column.width
                    strong: qsTr("没有算数的一步")
                    text: modelData
                }
            }
            Line { text: qsTr("经过"); color: Theme.jade; font.bold: true }
            Repeater {
                model: root.shown.story ?? []
                Row {
                    id: entry
                    required property var modelData
                    width: column.width
                    spacing: 14
                    Line { id: when; width: 96; text: entry.modelData.when; color: Theme.soft; small: true }
                    Line {
                        width: parent.width - when.width - parent.spacing
                        small: true
                        text: [entry.modelData.what, entry.modelData.who, entry.modelData.more].filter(x => x).join(" · ")
                    }
                }
            }
        }
    }
    // What sends it, and what puts it away, stay in sight.
    Row {
        id: send
        anchors { bottom: parent.bottom; left: parent.left }
        visible: root.writes !== null
        height: visible ? implicitHeight : 0
        spacing: 10
        Small {
            primary: true
            enabled: root.writes !== null && root.writes.whole
            label: root.open === "reply" ? (composer.kind.negative ? qsTr("报带班领导审核") : qsTr("回复市民"))
                 : root.writes ? root.writes.deed.label : ""
            key: "Ctrl+⏎"
            onTapped: root.send()
        }
        Small {
            label: root.open === "reply" ? qsTr("先放着") : qsTr("算了")
            heavy: false
            onTapped: root.open = ""
        }
    }
}
