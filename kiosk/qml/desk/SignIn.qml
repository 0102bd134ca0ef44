// Who is it? An account and its secret.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Desk desk

    Column {
        anchors.centerIn: parent
        width: Math.min(480, parent.width)
        spacing: 18
        Words { width: parent.width; text: qsTr("找茬窗口 · 服务台"); font.pixelSize: 40; font.bold: true }
        Line { width: parent.width; text: root.desk.hall; color: Theme.soft }
        Field { id: login; width: parent.width; hint: qsTr("账号"); onAccepted: secret.take() }
        Field {
            id: secret
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
            onTapped: { root.desk.signIn(login.text, secret.text); secret.text = "" }
        }
        Line { width: parent.width; text: root.desk.said; color: Theme.apricot }
    }
    // Who waits: that somebody does and where, and of no case.
    Column {
        anchors { left: parent.left; right: tongue.left; rightMargin: 18; top: parent.top }
        spacing: 8
        Repeater {
            model: root.desk.calls
            Band {
                required property var line
                text: line.text
            }
        }
    }
    Small {
        id: tongue
        anchors { right: parent.right; top: parent.top }
        label: root.desk.language === "zh" ? "English" : "中文"
        heavy: false
        onTapped: root.desk.nextLanguage()
    }
    Component.onCompleted: login.take()
}
