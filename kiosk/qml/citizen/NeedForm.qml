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
    Words {
        id: head
        visible: root.writes
        x: Theme.margin
        y: 30 * Theme.u
        width: parent.width - 2 * Theme.margin - done.width - Theme.gap
        text: root.form.name ?? ""
        font.pixelSize: Theme.title * 0.8
        font.bold: true
    }
    Button {
        id: done
        visible: root.writes
        anchors { right: parent.right; rightMargin: Theme.margin; verticalCenter: head.verticalCenter }
        primary: true
        label: qsTr("写好了")
        onTapped: root.citizen.back()
    }
    Rectangle {
        visible: root.writes
        x: Theme.margin
        anchors { top: head.bottom; topMargin: Theme.gap * 1.5 }
        width: parent.width - 2 * Theme.margin
        height: Math.min(keys.y - y - Theme.gap, 6 * Theme.body)
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        Words {
            anchors { fill: parent; margins: Theme.pad * 0.7 }
            text: root.form.address ? root.form.address
                                    : qsTr("地址，加密保存，只有办事的人能看到")
            color: root.form.address ? Theme.ink : Theme.soft
            clip: true
        }
    }
    Loader {
        id: keys
        active: root.writes
        x: Theme.margin
        width: parent.width - 2 * Theme.margin
        y: parent.height - height - Theme.gap
        sourceComponent: Keyboard { composer: root.citizen.composer; width: keys.width }
    }
}
