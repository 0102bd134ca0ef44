// One's own password and a short PIN for this machine, over whatever page is open.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Rectangle {
    id: root

    required property Mine mine
    property bool wanted: false

    visible: wanted || mine.given
    color: Qt.alpha(Theme.paper, 0.94)

    function open() { mine.quiet(); wanted = true; old.take() }
    function close() { wanted = false; empty() }
    function empty() { for (const field of [old, fresh, again, word, pin]) field.text = "" }

    onVisibleChanged: if (!visible) empty()

    Connections {
        target: root.mine
        function onDone() { root.empty() }
    }
    // Nothing below is touched.
    MouseArea { anchors.fill: parent; acceptedButtons: Qt.AllButtons; hoverEnabled: true }
    Keys.onEscapePressed: if (!mine.given) close()
    Rectangle {
        anchors { horizontalCenter: parent.horizontalCenter; top: parent.top; topMargin: 16 }
        width: Math.min(560, parent.width - 36)
        height: Math.min(column.implicitHeight + 48, parent.height - 32)
        radius: 18
        color: Theme.card
        border { width: 2; color: Theme.jade }
        Sheet {
            id: sheet
            anchors { fill: parent; leftMargin: 28; rightMargin: 28; topMargin: 24; bottomMargin: 24 }
            contentHeight: column.implicitHeight
            Column {
                id: column
                width: sheet.width
                spacing: 10
                Item {
                    width: parent.width
                    height: 44
                    Line { anchors.verticalCenter: parent.verticalCenter; text: qsTr("我的密码"); font.bold: true; font.pixelSize: 24 }
                    Small {
                        visible: !root.mine.given
                        anchors.right: parent.right
                        heavy: false
                        label: qsTr("关上")
                        onTapped: root.close()
                    }
                }
                Line {
                    width: parent.width
                    visible: root.mine.given
                    text: qsTr("这个密码是别人给的，对方也知道。先换成只有您知道的。")
                    color: Theme.apricot
                }
                Field { id: old; width: parent.width; secret: true; hint: qsTr("现在的密码"); onAccepted: fresh.take() }
                Field { id: fresh; width: parent.width; secret: true; hint: qsTr("新密码（至少八位，不能只有数字）"); onAccepted: again.take() }
                Field { id: again; width: parent.width; secret: true; hint: qsTr("新密码再写一遍"); onAccepted: change.tapped() }
                Small {
                    id: change
                    primary: true
                    label: qsTr("换密码")
                    onTapped: root.mine.change(old.text, fresh.text, again.text)
                }
                Rectangle { width: parent.width; height: 1; color: Theme.line; visible: !root.mine.given }
                Column {
                    width: parent.width
                    spacing: 10
                    visible: !root.mine.given
                    Line { text: qsTr("这台机器上的短密码"); font.bold: true }
                    Line { width: parent.width; small: true; color: Theme.soft; text: qsTr("六位数字，登录时代替密码；换一台机器就不能用。") }
                    Row {
                        visible: !root.mine.pin
                        width: parent.width
                        spacing: 8
                        Field { id: word; width: 210; secret: true; hint: qsTr("现在的密码"); onAccepted: pin.take() }
                        Field { id: pin; width: 150; secret: true; hint: qsTr("六位数字"); onAccepted: set.tapped() }
                        Small { id: set; anchors.verticalCenter: parent.verticalCenter; label: qsTr("设短密码"); onTapped: root.mine.setPin(word.text, pin.text) }
                    }
                    Small { visible: root.mine.pin; label: qsTr("停用短密码"); onTapped: root.mine.forgetPin() }
                }
                Line {
                    width: parent.width
                    visible: text !== ""
                    text: root.mine.said
                    color: root.mine.good ? Theme.jade : Theme.apricot
                    font.bold: true
                }
            }
        }
    }
}
