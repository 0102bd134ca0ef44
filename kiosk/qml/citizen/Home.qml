// The first screen, also while nobody is there: the welcome, five faces, four tiles, who is on duty.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Item {
    id: root

    required property Citizen citizen

    readonly property bool two: Theme.landscape
    readonly property real column: two ? (width - 3 * Theme.margin) * 0.47
                                       : width - 2 * Theme.margin

    Loader {
        id: above
        x: Theme.margin
        y: Math.max(2 * Theme.body - Theme.lift, -height)
        width: root.column
        active: Theme.lift > 0
        visible: active
        sourceComponent: welcome
    }
    Scroller {
        id: left
        x: Theme.margin
        y: Math.max(24 * Theme.u, above.active ? above.y + above.height + Theme.gap : 0)
        width: root.column
        height: (root.two ? root.height - 24 * Theme.u : root.height) - y
        spacing: Theme.gap

        Loader {
            id: greeting
            width: parent.width
            active: !Theme.lift
            visible: active
            sourceComponent: welcome
        }
        Slip {
            id: slip
            visible: root.citizen.linked !== "" && !root.two
            width: parent.width
            citizen: root.citizen
        }
        Faces { id: faces; width: parent.width; onRated: grade => root.citizen.rate(grade) }
        Loader {
            id: below
            width: parent.width
            active: !root.two
            visible: active
            sourceComponent: ways
        }
        Loader { id: facts; width: parent.width; sourceComponent: board }
        Extras { told: !root.two; place: left; all: [greeting, slip, faces, below, facts] }
    }
    Scroller {
        id: right
        visible: root.two
        x: 2 * Theme.margin + root.column
        y: 40 * Theme.u
        width: (root.width - 3 * Theme.margin) * 0.53
        height: root.height - 52 * Theme.u
        Loader {
            id: beside
            width: parent.width
            active: root.two
            visible: active
            sourceComponent: ways
        }
        Slip { id: ticket; width: parent.width; citizen: root.citizen }
        Extras { told: root.two; place: right; all: [beside, ticket] }
    }

    // Without a height it has no place; it is there all the same, to know how high it would be.
    component Extra: Item {
        required property Item what
        required property Item among
        property real before: 0
        property bool any: true
        readonly property bool quiet: !height
        readonly property bool fits: among.rest + before + what.implicitHeight <= among.place.height
        width: parent.width
        height: among.told && any && (fits || among.full) ? what.implicitHeight : 0
        clip: !height
    }
    // The month's numbers, and what was changed: as far as there is room, for the first screen is
    // seen whole. `all` are the others in their place.
    component Extras: Column {
        id: extras
        required property bool told
        required property Scroller place
        required property var all
        readonly property real rest: all.reduce(
            (sum, one) => sum + (one.visible ? one.height + place.spacing : 0), 0)
        readonly property bool full: rest - place.spacing > place.height
        readonly property real counted: counts.height ? counts.height + spacing : 0

        width: parent.width
        spacing: Theme.gap

        Extra {
            id: counts
            any: root.citizen.board.numbers.length > 0
            what: numbers
            among: extras
            Words {
                id: numbers
                readonly property var n: root.citizen.board.numbers
                width: parent.width
                text: n.length ? qsTr("本月收到 %1 件 · 已回复 %2 · 按时 %3 · 满意 %4（%5 人评）")
                    .arg(n[0]).arg(n[1]).arg(n[2]).arg(n[3]).arg(n[4]) : ""
                even: true
                font.pixelSize: Theme.help
                color: Theme.soft
            }
        }
        Extra {
            any: root.citizen.board.stories.length > 0
            before: extras.counted
            what: stories
            among: extras
            Stories {
                id: stories
                width: parent.width
                strong: qsTr("您找茬 · 我整改")
                stories: extras.told ? root.citizen.board.stories : []
            }
        }
    }
    Component {
        id: welcome
        Column {
            spacing: Theme.gap
            Words {
                width: parent.width
                text: qsTr("欢迎来找茬")
                font.pixelSize: root.citizen.language === "zh" ? Theme.headline
                                                               : Theme.headline * 0.72
                font.bold: true
                lineHeight: 1.0
            }
            Words {
                width: parent.width
                even: true
                text: qsTr("哪里不顺心，点这里。证已领到，放心说；不留名，也件件有回复。")
                color: Theme.soft
                font.pixelSize: Theme.body
            }
        }
    }
    Component {
        id: ways
        Column {
            id: tiles
            spacing: Theme.gap
            readonly property int columns: Theme.scale > 1.3 ? 1 : 2
            Note {
                visible: root.citizen.outOfService
                width: parent.width
                strong: qsTr("这台机器今天记不下来")
                text: qsTr("请到服务台说，一样件件有回复。电话 %1").arg(root.citizen.board.phone)
            }
            Grid {
                id: grid
                width: parent.width
                columns: tiles.columns
                spacing: Theme.gap
                readonly property real cell: (width - (columns - 1) * spacing) / columns
                readonly property real tallest: Math.max(t1.implicitHeight, t2.implicitHeight,
                                                         t3.implicitHeight, t4.implicitHeight,
                                                         (root.two ? 140 : 170) * Theme.u)
                Tile {
                    id: t1
                    width: grid.cell; height: grid.tallest; choosable: false; accent: "#C9523F"
                    name: qsTr("投诉 · 吐槽"); hint: qsTr("四下就说完，不用打字")
                    onTapped: root.citizen.begin("complaint")
                }
                Tile {
                    id: t2
                    width: grid.cell; height: grid.tallest; choosable: false; accent: "#0B7A62"
                    name: qsTr("提个建议"); hint: qsTr("开窗口、延时间、改标识")
                    onTapped: root.citizen.begin("suggestion")
                }
                Tile {
                    id: t3
                    width: grid.cell; height: grid.tallest; choosable: false; accent: "#E07F3A"
                    name: qsTr("急事难事 · 兜底"); hint: qsTr("办不成、跑多趟，包到底")
                    onTapped: root.citizen.begin("help")
                }
                Tile {
                    id: t4
                    width: grid.cell; height: grid.tallest; choosable: false; accent: "#2C6A8F"
                    name: qsTr("查进度"); hint: qsTr("扫小票，或输入查询码")
                    onTapped: root.citizen.go("LookUp")
                }
            }
            Row {
                width: parent.width
                spacing: Theme.gap
                component Quiet: Button {
                    width: (parent.width - parent.spacing) / 2
                    height: Math.max(ask.implicitHeight, big.implicitHeight)
                    size: Theme.help
                    color: down ? Theme.pressed : "transparent"
                    border.width: 0
                }
                Quiet {
                    id: ask
                    label: qsTr("问事 · 在哪办怎么办")
                    onTapped: root.citizen.begin("question")
                }
                Quiet { id: big; label: qsTr("大字简版"); onTapped: root.citizen.go("BigPrint") }
            }
            Note {
                visible: root.citizen.noPaper && !root.citizen.outOfService
                width: parent.width
                strong: qsTr("这会儿打不出小票，不影响登记。")
                text: qsTr("说完后请拍下屏幕，或到服务台补打。")
            }
        }
    }
    Component {
        id: board
        Column {
            spacing: Theme.gap
            Rectangle {
                width: parent.width
                height: people.implicitHeight + 1.4 * Theme.pad
                radius: Theme.corner
                color: Theme.mist
                border.width: Theme.contrast ? Theme.edge : 0
                border.color: Theme.line
                Grid {
                    id: people
                    x: Theme.pad
                    anchors.verticalCenter: parent.verticalCenter
                    width: parent.width - 2 * Theme.pad
                    columnSpacing: Theme.gap
                    columns: Theme.heavy.advanceWidth(leader.text + duty.text) * Theme.help / 100
                             + columnSpacing <= width ? 2 : 1
                    Words {
                        id: leader
                        text: qsTr("今日带班领导：%1").arg(root.citizen.board.leader)
                        font.bold: true
                        font.pixelSize: Theme.help
                        color: Theme.jade
                        width: Math.min(implicitWidth, people.width)
                    }
                    Words {
                        id: duty
                        text: qsTr("值守：%1").arg(root.citizen.board.onDuty)
                        font.pixelSize: Theme.help
                        width: Math.min(implicitWidth, people.width)
                    }
                }
            }
        }
    }
}
