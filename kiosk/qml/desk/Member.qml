// One person's account: what they are, their password, their keys.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Sheet {
    id: root

    required property People page
    // Null for somebody who is being taken on.
    required property var member
    readonly property bool fresh: page.open === "new"
    readonly property bool other: !fresh && member !== null && member.login !== page.me
    property bool sure: false

    contentHeight: column.implicitHeight + 8

    Column {
        id: column
        width: root.width
        spacing: 10
        readonly property string key: root.page.open + (root.member ? "" : " ")
        onKeyChanged: {
            const m = root.member
            root.sure = false
            root.contentY = 0
            login.text = ""
            post.text = m ? m.post : ""
            role.picked = m ? m.role : ""
            department.picked = m ? m.department : ""
            windows.chosen = m ? m.windows : []
            leads.picked = m && m.leads ? "yes" : "no"
        }
        Line { width: parent.width; text: root.fresh ? qsTr("添一个人") : root.member ? root.member.post : ""; font.bold: true; color: Theme.jade }
        Line { width: parent.width; visible: text !== ""; small: true; color: Theme.soft; text: root.member ? root.member.about : "" }
        Line {
            width: parent.width
            visible: root.member !== null && !root.other
            small: true
            color: Theme.soft
            text: qsTr("换自己的密码：点右上角自己的名字。")
        }
        Line {
            width: parent.width
            visible: root.other && !root.page.manages && root.member.wants.length === 0
                     && !(root.page.unlocks && root.member.locked)
            small: true
            color: Theme.soft
            text: qsTr("这个账号现在没有要您办的。")
        }
        Rectangle {
            width: parent.width
            height: given.implicitHeight + 28
            visible: root.page.password !== ""
            radius: 12
            color: Theme.apricotMist
            Column {
                id: given
                x: 16
                y: 14
                width: parent.width - 32
                spacing: 4
                Line { width: parent.width; small: true; text: qsTr("初始密码，只显示这一次"); color: Theme.apricot }
                Words { width: parent.width; text: root.page.password; font.pixelSize: 32; font.bold: true; font.letterSpacing: 2 }
                Line { width: parent.width; small: true; text: qsTr("请当面告诉本人，登录后换成自己的。") }
            }
        }
        Flow {
            width: parent.width
            spacing: 8
            visible: root.other
            Small {
                visible: root.page.unlocks && root.member !== null && root.member.locked
                primary: true
                label: qsTr("解锁")
                onTapped: root.page.unlock()
            }
            Repeater {
                model: root.member ? root.member.wants : []
                Small {
                    required property var modelData
                    label: modelData.name
                    onTapped: root.page.grant(modelData.code)
                }
            }
            Small { visible: root.page.manages; heavy: false; label: qsTr("给一个新的初始密码"); onTapped: root.page.givePassword() }
            Small { visible: root.page.manages && !root.sure; heavy: false; label: qsTr("办离岗"); onTapped: root.sure = true }
        }
        Rectangle {
            width: parent.width
            height: leaving.implicitHeight + 28
            visible: root.sure && root.other
            radius: 12
            color: Theme.apricotMist
            Column {
                id: leaving
                x: 16
                y: 14
                width: parent.width - 32
                spacing: 10
                Line { width: parent.width; text: qsTr("确定离岗，账号马上停用？"); color: Theme.apricot; font.bold: true }
                Row {
                    spacing: 8
                    Small { care: true; label: qsTr("确定离岗"); onTapped: { root.sure = false; root.page.dismiss() } }
                    Small { heavy: false; label: qsTr("算了"); onTapped: root.sure = false }
                }
            }
        }
        Column {
            width: parent.width
            spacing: 10
            visible: root.page.manages
            Field { id: login; width: parent.width; visible: root.fresh; hint: qsTr("账号（拼音或字母）"); onAccepted: post.take() }
            Field { id: post; width: parent.width; hint: qsTr("岗位（大家看到的称呼）") }
            Line { text: qsTr("岗位类别"); small: true; color: Theme.soft }
            Choice { id: role; width: parent.width; choices: root.page.roles }
            Line { text: qsTr("科室（可不选）"); small: true; color: Theme.soft }
            Choice { id: department; width: parent.width; choices: root.page.departments; optional: true }
            Line { width: parent.width; text: qsTr("自己的窗口（不办这些窗口的件，可不选）"); small: true; color: Theme.soft }
            Choice { id: windows; width: parent.width; choices: root.page.manages ? root.page.windows(department.picked) : []; several: true }
            Line { text: qsTr("县级干部，可以带班？"); small: true; color: Theme.soft }
            Choice {
                id: leads
                width: parent.width
                picked: "no"
                choices: [{ code: "no", name: qsTr("不带班") }, { code: "yes", name: qsTr("可以带班") }]
            }
            Row {
                spacing: 10
                Small {
                    primary: true
                    enabled: post.text.trim() !== "" && role.picked !== "" && (!root.fresh || login.text.trim() !== "")
                    label: qsTr("记下")
                    onTapped: root.page.keep(root.fresh ? login.text : root.page.open, {
                        post: post.text, role: role.picked, department: department.picked,
                        windows: windows.chosen, leads: leads.picked === "yes"
                    })
                }
                Small { label: qsTr("算了"); heavy: false; onTapped: root.page.choose(root.page.open) }
            }
        }
    }
}
