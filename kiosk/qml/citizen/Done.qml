// Kept for good: the date of the promise, what the paper does, number and code, the code to scan.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    id: root

    required property Citizen citizen

    done: true
    title: qsTr("收到了，谢谢您")
    help: citizen.promise ? qsTr("最迟 %1 前回复您").arg(citizen.promise) : ""

    footer: Grid {
        id: ways
        columns: Theme.landscape ? 1 : 2
        spacing: Theme.gap
        readonly property real cell: (width - (columns - 1) * spacing) / columns
        readonly property real tall: Math.max(more.implicitHeight, enough.implicitHeight,
                                              (Theme.landscape ? 100 : 130) * Theme.u)
        Button {
            id: more
            width: ways.cell
            height: ways.tall
            label: qsTr("再说一件")
            onTapped: root.citizen.startAgain()
        }
        Button {
            id: enough
            width: ways.cell
            height: ways.tall
            primary: true
            label: qsTr("好了")
            onTapped: root.citizen.startAgain()
        }
    }

    CallWords { id: call; citizen: root.citizen }
    Note {
        width: parent.width
        visible: root.citizen.waitsHere
        strong: call.headline
        text: call.advice
    }
    Rectangle {
        width: parent.width
        height: slip.height + 2 * Theme.pad
        radius: Theme.corner
        color: Theme.card
        border.width: Theme.edge
        border.color: Theme.line
        Grid {
            id: slip
            readonly property real beside: parent.width - qr.side - 3 * Theme.pad
            anchors { left: parent.left; leftMargin: Theme.pad; verticalCenter: parent.verticalCenter }
            // Beside each other, or the code first: it is what one has to keep.
            layoutDirection: Qt.RightToLeft
            horizontalItemAlignment: columns === 1 ? Grid.AlignHCenter : Grid.AlignLeft
            columns: beside > Math.max(number.implicitWidth, code.implicitWidth) ? 2 : 1
            spacing: Theme.pad
            verticalItemAlignment: Grid.AlignVCenter
            Column {
                spacing: 8 * Theme.u
                width: slip.columns === 2 ? slip.beside : slip.parent.width - 2 * Theme.pad
                Words {
                    width: parent.width
                    text: qsTr("查询码（请收好）")
                    color: Theme.soft
                    font.pixelSize: Theme.help
                }
                Words {
                    id: code
                    width: parent.width
                    text: root.citizen.code
                    font.bold: true
                    font.pixelSize: Theme.tile
                }
                Words { text: qsTr("编号"); color: Theme.soft; font.pixelSize: Theme.help }
                Words {
                    id: number
                    width: parent.width
                    text: root.citizen.number
                    font.bold: true
                    font.pixelSize: Theme.help * 1.1
                }
            }
            QrCode {
                id: qr
                rows: root.citizen.qr
                side: 320 * Theme.u
            }
        }
    }
    Note {
        width: parent.width
        strong: root.citizen.paper === "printed" ? qsTr("小票已打印，请取走。")
              : root.citizen.paper === "trouble" ? qsTr("小票没打出来，不影响登记。")
              : root.citizen.paper === "unknown" ? qsTr("小票应该出来了。")
              : qsTr("小票正在打印……")
        text: root.citizen.paper === "trouble"
            ? qsTr("请拍下屏幕，或到服务台补打。")
            : root.citizen.paper === "unknown" ? qsTr("没看到小票的话，请拍下屏幕，或到服务台补打。")
            : qsTr("扫码、在这里“查进度”、到服务台，三种办法都能看回复。不满意可以要求重办。")
    }
    Words {
        width: parent.width
        even: true
        text: root.citizen.waitsHere ? qsTr("2 分钟后回到首页，屏幕上不留您的内容")
                                     : qsTr("20 秒后回到首页，屏幕上不留您的内容")
        color: Theme.soft
        font.pixelSize: Theme.help
    }
}
