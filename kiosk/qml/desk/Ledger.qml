// The improvement ledger: what was changed, for whom, what it saves; a story for the kiosk.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Ledger page
    required property Desk desk
    anchors.fill: parent

    readonly property var chosen: page.entries.find(e => e.id === page.open) ?? ({})

    Item {
        id: head
        width: list.width
        height: 46
        Words { anchors.verticalCenter: parent.verticalCenter; text: qsTr("整改台账"); font.pixelSize: 26; font.bold: true }
        Small {
            anchors.right: parent.right
            primary: root.page.open !== "new"
            label: qsTr("记一项")
            onTapped: root.page.choose("new")
        }
    }
    readonly property Flickable turns: sheet.visible ? sheet : list
    Rows {
        id: list
        anchors { top: head.bottom; topMargin: 12; bottom: parent.bottom }
        width: root.page.open ? Math.round(parent.width * 0.46) : parent.width
        spacing: 10
        model: root.page.entries
        delegate: Press {
            id: row
            required property int index
            required property var modelData
            width: list.width
            height: cell.implicitHeight + 26
            radius: 12
            label: modelData.title
            chosen: root.page.open === modelData.id
            onTapped: root.page.choose(modelData.id)
            Column {
                id: cell
                x: 16
                y: 13
                width: parent.width - 32
                spacing: 4
                Line { width: parent.width; text: row.modelData.title; font.bold: true }
                Line {
                    width: parent.width
                    small: true
                    color: Theme.soft
                    text: [row.modelData.day, row.modelData.lead,
                           row.modelData.published ? qsTr("已上首页") : ""].filter(x => x).join(" · ")
                }
                Line {
                    width: parent.width
                    visible: row.modelData.spared.length > 0
                    small: true
                    color: Theme.jade
                    font.bold: true
                    text: row.modelData.spared.join(" · ")
                }
                Line {
                    width: parent.width
                    visible: row.modelData.cases.length > 0
                    small: true
                    color: Theme.soft
                    text: qsTr("来自 %1").arg(row.modelData.cases.join(qsTr("、")))
                }
            }
        }
        Line {
            anchors.centerIn: parent
            visible: list.count === 0
            text: qsTr("还没有记过。改了什么，就记一笔，让大家看见。")
            color: Theme.soft
        }
    }
    Sheet {
        id: sheet
        anchors { top: parent.top; left: list.right; leftMargin: 28; right: parent.right }
        height: Math.min(form.implicitHeight, parent.height - send.height - 12)
        visible: root.page.open !== ""
        contentHeight: form.implicitHeight
        Column {
            id: form
            width: sheet.width
            spacing: 10
            readonly property string key: root.page.open
            onKeyChanged: {
                const e = root.chosen
                title.text = e.title ?? ""
                day.text = e.date ?? root.page.today
                lead.picked = e.department ?? ""
                measures.text = (e.measures ?? []).join("\n")
                people.text = e.people ? e.people : ""
                enterprises.text = e.enterprises ? e.enterprises : ""
                km.text = e.km ? e.km : ""
                days.text = e.days ? e.days : ""
                story.text = e.story ?? ""
                shown.picked = e.published ? "yes" : "no"
            }
            Field { id: title; width: parent.width; hint: qsTr("改了什么（一句话）") }
            Field { id: day; width: parent.width; hint: qsTr("哪天起（2026-11-24）") }
            Line { text: qsTr("牵头科室"); small: true; color: Theme.soft }
            Choice { id: lead; width: parent.width; choices: root.page.departments }
            Field { id: measures; width: parent.width; lines: 4; hint: qsTr("做了哪几件事，一行一件") }
            Row {
                width: parent.width
                spacing: 10
                Field { id: people; width: (parent.width - 30) / 4; hint: qsTr("服务几人") }
                Field { id: enterprises; width: people.width; hint: qsTr("几家企业") }
                Field { id: km; width: people.width; hint: qsTr("少跑几公里") }
                Field { id: days; width: people.width; hint: qsTr("省几天") }
            }
            Field { id: story; width: parent.width; lines: 2; hint: qsTr("给市民看的一句话：您找茬，我整改") }
            Line { text: qsTr("放上找茬窗口的首页？"); small: true; color: Theme.soft }
            Choice {
                id: shown
                width: parent.width
                picked: "no"
                choices: [{ code: "no", name: qsTr("先不放") }, { code: "yes", name: qsTr("放上去") }]
            }
        }
    }
    // Below what is written, and always in sight.
    Row {
        id: send
        anchors { top: sheet.bottom; topMargin: 12; left: sheet.left }
        visible: sheet.visible
        spacing: 10
        Small {
            primary: true
            enabled: title.text.trim() !== "" && lead.picked !== ""
                     && (shown.picked === "no" || story.text.trim() !== "")
            label: qsTr("记下")
            onTapped: root.page.keep(root.page.open, {
                title: title.text, day: day.text, department: lead.picked, measures: measures.text,
                people: people.text, enterprises: enterprises.text, km: km.text, days: days.text,
                story: story.text, published: shown.picked === "yes"
            })
        }
        Small { label: qsTr("算了"); heavy: false; onTapped: root.page.choose("") }
    }
}
