// The small form of a service: when, how many, or where to.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen

    readonly property var form: citizen.offers.form
    readonly property bool writes: form.kind === "address"

    Page {
        visible: !root.writes
        anchors.fill: parent
        title: root.form.name ?? ""
        help: root.form.kind === "half_day" ? qsTr("哪天方便？点一个。")
            : root.form.kind === "hour" ? qsTr("几点到？我们等您。")
            : root.form.kind === "sheets" ? qsTr("大约几张？") : ""
        footer: Button {
            label: qsTr("不确定，先这样")
            onTapped: root.citizen.back()
        }
        Tiles {
            width: parent.width
            model: root.form.choices ?? []
            most: root.form.kind === "half_day" ? 2 : 3
            size: Theme.body
            onChosen: code => root.citizen.detail(code)
        }
    }
    Flow {
        id: head
        visible: root.writes
        x: Theme.margin
        y: 30 * Theme.u
        width: Theme.landscape ? parent.width * 0.36 : parent.width - 2 * Theme.margin
        spacing: Theme.gap
        Words {
            id: name
            readonly property real room: parent.width - done.implicitWidth - Theme.gap
            readonly property bool beside: implicitWidth < room
            width: beside ? room : parent.width
            height: Math.max(implicitHeight, beside ? done.height : 0)
            verticalAlignment: Text.AlignVCenter
            text: root.form.name ?? ""
            font.pixelSize: Theme.title * 0.8
            font.bold: true
        }
        Button {
            id: done
            width: name.beside ? implicitWidth : parent.width
            primary: true
            label: qsTr("写好了")
            onTapped: root.citizen.back()
        }
    }
    Rectangle {
        visible: root.writes
        x: Theme.margin
        anchors { top: head.bottom; topMargin: Theme.gap }
        width: head.width
        height: (Theme.landscape ? parent.height : keys.y) - y - Theme.gap
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        Words {
            anchors { fill: parent; margins: Theme.pad * 0.7 }
            even: !root.form.address
            text: root.form.address ? root.form.address
                                    : qsTr("地址，加密保存，只有办事的人能看到")
            color: root.form.address ? Theme.ink : Theme.soft
            clip: true
        }
    }
    Loader {
        id: keys
        active: root.writes
        x: Theme.landscape ? head.x + head.width + Theme.margin / 2 : Theme.margin
        width: parent.width - x - Theme.margin
        y: parent.height - height - Theme.gap
        sourceComponent: Keyboard { composer: root.citizen.composer; width: keys.width }
    }
}
