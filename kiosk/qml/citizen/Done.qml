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
        spacing: Theme.gap

        Tick {
            anchors.horizontalCenter: parent.horizontalCenter
            width: (Theme.landscape ? 72 : 130) * Theme.u
        }
        Words {
            width: parent.width
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("收到了，谢谢您")
            font.pixelSize: Theme.landscape ? Theme.title * 0.8 : Theme.title
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
        Rectangle {
            width: parent.width
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
                Rectangle {
                    readonly property var rows: root.citizen.qr
                    readonly property int module: Math.max(3, Math.floor(380 * Theme.u / (rows.length + 8)))
                    width: (rows.length + 8) * module
                    height: width
                    color: "#FFFFFF"
                    Repeater {
                        model: parent.rows
                        Row {
                            required property string modelData
                            required property int index
                            readonly property int module: parent.module
                            x: 4 * module
                            y: (4 + index) * module
                            Repeater {
                                model: modelData.split("")
                                Rectangle {
                                    required property string modelData
                                    width: parent.module
                                    height: width
                                    color: modelData === "1" ? "#000000" : "#FFFFFF"
                                }
                            }
                        }
                    }
                }
                Column {
                    spacing: 8 * Theme.u
                    width: slip.columns === 2 ? root.width - 2 * Theme.margin - 580 * Theme.u
                                              : root.width - 2 * Theme.margin - 2 * Theme.pad
                    Words { text: qsTr("编号"); color: Theme.soft; font.pixelSize: Theme.help }
                    Words {
                        width: parent.width
                        text: root.citizen.number
                        font.bold: true
                        font.pixelSize: Theme.body
                        wrapMode: Text.WrapAnywhere
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
        Button {
            width: ways.cell
            height: again.height
            label: qsTr("再说一件")
            onTapped: root.citizen.startAgain()
        }
        Button {
            id: again
            width: ways.cell
            height: Math.max(implicitHeight, 130 * Theme.u)
            primary: true
            label: qsTr("好了")
            onTapped: root.citizen.startAgain()
        }
    }
}
