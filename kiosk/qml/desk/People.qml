// Who works here: accounts, windows, keys; for an auditor the log beside it.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property People page
    required property Desk desk
    property bool log: page.audits
    anchors.fill: parent

    Component.onCompleted: page.enter()

    readonly property var members: page.members
    readonly property var chosen: members.find(m => m.login === page.open) ?? null
    readonly property bool beside: page.open !== "" && !log

    Item {
        id: head
        width: list.width
        height: 46
        Words { id: title; anchors.verticalCenter: parent.verticalCenter; text: qsTr("人员"); font.pixelSize: 26; font.bold: true }
        Row {
            visible: root.page.audits
            anchors { left: title.right; leftMargin: 20 }
            spacing: 8
            Small { label: qsTr("操作记录"); heavy: chosen; chosen: root.log; onTapped: root.log = true }
            Small { label: qsTr("名单"); heavy: chosen; chosen: !root.log; onTapped: root.log = false }
            Item { width: 12; height: 1 }
            Small { visible: root.log; enabled: root.page.more; heavy: false; label: qsTr("再往前"); onTapped: root.page.older() }
            Small { visible: root.log; heavy: false; label: qsTr("看最新的"); onTapped: root.page.newest() }
        }
        Small {
            anchors.right: parent.right
            visible: root.page.manages
            primary: root.page.open !== "new"
            label: qsTr("添一个人")
            onTapped: root.page.choose("new")
        }
    }
    Column {
        id: keys
        anchors { top: head.bottom; topMargin: implicitHeight ? 12 : 0 }
        width: list.width
        visible: !root.log
        spacing: 8
        Repeater {
            model: root.page.warnings
            Line { required property string modelData; width: keys.width; text: modelData; color: Theme.apricot; font.bold: true }
        }
        Repeater {
            model: root.page.rings.filter(ring => ring.renews)
            Flow {
                id: ring
                width: keys.width
                required property var modelData
                property bool sure: false
                spacing: 10
                Line { height: 44; verticalAlignment: Text.AlignVCenter; text: qsTr("有钥匙：%1").arg(ring.modelData.name) }
                Small { visible: !ring.sure; heavy: false; size: 16; care: ring.modelData.exposed; label: qsTr("换一把新钥匙"); onTapped: ring.sure = true }
                Small {
                    visible: ring.sure
                    care: true
                    size: 16
                    label: qsTr("确定换“%1”的钥匙").arg(ring.modelData.name)
                    onTapped: { ring.sure = false; root.page.newKey(ring.modelData.code) }
                }
                Small { visible: ring.sure; heavy: false; size: 16; label: qsTr("算了"); onTapped: ring.sure = false }
            }
        }
    }
    readonly property Flickable turns: log ? trail.list : beside ? opened : list
    Rows {
        id: list
        anchors { top: keys.bottom; topMargin: 12; bottom: parent.bottom }
        width: root.beside ? Math.round(parent.width * 0.5) : parent.width
        visible: !root.log
        spacing: 8
        // By number: what is said anew of them does not move the list.
        model: root.members.length
        delegate: Press {
            id: row
            required property int index
            readonly property var modelData: root.members[index] ?? ({ login: "", post: "", about: "", marks: [], holds: [] })
            width: list.width
            height: cell.implicitHeight + 22
            radius: 12
            label: modelData.login
            chosen: root.page.open === modelData.login
            onTapped: root.page.choose(modelData.login)
            Column {
                id: cell
                x: 16
                y: 11
                width: parent.width - marks.width - 48
                spacing: 2
                Line { width: parent.width; text: row.modelData.post; font.bold: true }
                Line {
                    width: parent.width
                    small: true
                    color: Theme.soft
                    text: row.modelData.about
                }
            }
            Row {
                id: marks
                anchors { right: parent.right; rightMargin: 16; verticalCenter: parent.verticalCenter }
                spacing: 6
                Repeater {
                    model: row.modelData.marks
                    Mark { required property string modelData; text: modelData; care: true }
                }
                Repeater {
                    model: row.modelData.holds
                    Mark { required property string modelData; text: modelData }
                }
            }
        }
    }
    Member {
        id: opened
        anchors { top: parent.top; bottom: parent.bottom; left: list.right; leftMargin: 28; right: parent.right }
        visible: root.beside
        page: root.page
        member: root.chosen
    }
    Trail {
        id: trail
        anchors { top: head.bottom; topMargin: 12; bottom: parent.bottom }
        width: parent.width
        visible: root.log
        page: root.page
    }
}
