// Follow up: scan the receipt or type its code.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    title: qsTr("查进度")
    help: qsTr("把小票上的码对准扫码口，或者点出 12 位查询码。")

    Rectangle {
        width: parent.width
        height: Math.max(Theme.touch, code.implicitHeight + Theme.pad)
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.jade
        Words {
            id: code
            anchors.centerIn: parent
            text: root.citizen.followUp.searching ? qsTr("正在查……")
                // What is still to come is seen too.
                : root.citizen.typedCode + "____ ____ ____".slice(root.citizen.typedCode.length)
            font.pixelSize: Theme.title * 0.8
            font.bold: true
        }
    }
    Pad {
        width: parent.width
        columns: Theme.landscape ? 9 : 7
        keys: root.citizen.codeKeys
        onPressed: key => root.citizen.codeKey(key)
        onErased: root.citizen.codeErase()
    }
}
