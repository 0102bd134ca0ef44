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
        width: 420
        spacing: 18
        Words { text: qsTr("找茬窗口 · 服务台"); font.pixelSize: 40; font.bold: true }
        Line { text: root.desk.hall; color: Theme.soft }
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
            Rectangle {
                id: call
                required property var line
                width: parent.width
                height: 60
                radius: 14
                color: Theme.apricotMist
                Line {
                    x: 16
                    width: parent.width - 32
                    anchors.verticalCenter: parent.verticalCenter
                    maximumLineCount: 1
                    elide: Text.ElideRight
                    text: call.line.text
                    color: Theme.apricot
                    font.bold: true
                }
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
