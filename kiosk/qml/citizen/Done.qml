// Kept for good: the date of the promise, number and code, the code to scan, what the paper does.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen

    Scroller {
        x: Theme.margin
        y: 24 * Theme.u
        width: parent.width - 2 * Theme.margin
        height: ways.y - y - Theme.gap

        Grid {
            id: halves
            width: parent.width
            columns: Theme.landscape ? 2 : 1
            spacing: Theme.gap
            verticalItemAlignment: Grid.AlignVCenter
            readonly property real cell: (width - (columns - 1) * spacing) / columns

            Column {
                width: halves.cell
                spacing: Theme.gap
                Tick {
                    anchors.horizontalCenter: parent.horizontalCenter
                    width: (Theme.landscape ? 90 : 130) * Theme.u
                }
                Words {
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                    text: qsTr("收到了，谢谢您")
                    font.pixelSize: Theme.landscape ? Theme.title * 0.86 : Theme.title
                    font.bold: true
                }
                Words {
                    width: parent.width
                    visible: root.citizen.promise !== ""
                    horizontalAlignment: Text.AlignHCenter
                    text: qsTr("最迟 %1 前回复您").arg(root.citizen.promise)
                    font.pixelSize: Theme.body * 1.1
                    font.bold: true
                    color: Theme.jade
                }
            }
            Rectangle {
                width: halves.cell
                height: slip.height + 2 * Theme.pad
                radius: Theme.corner
                color: Theme.card
                border.width: Theme.edge
                border.color: Theme.line
                Grid {
                    id: slip
                    anchors.centerIn: parent
                    columns: parent.width > 820 * Theme.u * Theme.scale ? 2 : 1
                    spacing: Theme.pad
                    verticalItemAlignment: Grid.AlignVCenter
                    QrCode {
                        id: qr
                        rows: root.citizen.qr
                        side: 340 * Theme.u
                    }
                    Column {
                        spacing: 8 * Theme.u
                        width: slip.columns === 2 ? halves.cell - qr.width - 3 * Theme.pad
                                                  : halves.cell - 2 * Theme.pad
                        Words { text: qsTr("编号"); color: Theme.soft; font.pixelSize: Theme.help }
                        Words {
                            width: parent.width
                            text: root.citizen.number
                            font.bold: true
                            font.pixelSize: Theme.help * 1.1
                        }
                        Words {
                            width: parent.width
                            text: qsTr("查询码（请收好）")
                            color: Theme.soft
                            font.pixelSize: Theme.help
                        }
                        Words {
                            width: parent.width
                            text: root.citizen.code
                            font.bold: true
                            font.pixelSize: Theme.tile
                        }
                    }
                }
            }
        }
        Note {
            width: parent.width
            strong: root.citizen.paper === "printed" ? qsTr("小票已打印，请取走。")
                  : root.citizen.paper === "trouble" ? qsTr("小票没打出来，不影响登记。")
                  : qsTr("小票正在打印……")
            text: root.citizen.paper === "trouble"
                ? qsTr("请拍下屏幕，或到服务台补打。")
                : qsTr("扫码、在这里“查进度”、到服务台，三种办法都能看回复。不满意可以要求重办。")
        }
        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("20 秒后回到首页，屏幕上不留您的内容")
            color: Theme.soft
            font.pixelSize: Theme.help
        }
    }
    Row {
        id: ways
        x: Theme.margin
        y: parent.height - height - 32 * Theme.u
        width: parent.width - 2 * Theme.margin
        spacing: Theme.gap
        readonly property real cell: (width - spacing) / 2
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
}
