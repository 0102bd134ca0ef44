// The reply: a result, what was found, the words for the citizen, and how they will look there.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Rectangle {
    id: root

    required property Work work
    required property string number

    readonly property var kind: work.results.find(r => r.code === result.picked) ?? ({})
    readonly property var found: work.wording(reply.text, place.text, how.text)
    readonly property bool whole: text.text.trim() !== "" && reply.text.trim() !== "" && found.length === 0
                                  && (!kind.where || place.text.trim() !== "" && how.text.trim() !== "")
                                  && (!kind.basis || basis.text.trim() !== "")
                                  && (kind.code !== "A4" || measures.text.trim() !== "")
                                  && (!kind.merged || merged.text.trim() !== "")

    // A half-written reply, to be put away and taken up again.
    function draft() {
        return [result.picked, text.text, reply.text, place.text, how.text, basis.text, measures.text,
                merged.text, cause.picked, improvement.picked, provided.chosen]
    }
    function take(kept) {
        [result.picked, text.text, reply.text, place.text, how.text, basis.text, measures.text,
         merged.text, cause.picked, improvement.picked, provided.chosen] =
            kept ?? ["A1", "", "", "", "", "", "", "", "", "", []]
    }
    function send() {
        if (!whole) return
        work.reply({
            result: result.picked, text: text.text, reply: reply.text, place: place.text, how: how.text,
            basis: basis.text, measures: measures.text, merged_into: merged.text, cause: cause.picked,
            improvement: improvement.picked, provided: provided.chosen
        })
    }

    implicitHeight: column.implicitHeight + 32
    radius: 14
    color: Theme.card
    border { width: 2; color: Theme.jade }

    Column {
        id: column
        x: 16
        y: 16
        width: parent.width - 32
        spacing: 10
        Line { text: qsTr("结果"); small: true; color: Theme.soft }
        Choice { id: result; width: parent.width; choices: root.work.results; picked: "A1" }
        Field { id: text; width: parent.width; lines: 2; hint: qsTr("查到什么、怎么办的（给工作人员看）") }
        Line { text: qsTr("原因是什么（可不填）"); small: true; color: Theme.soft }
        Choice { id: cause; width: parent.width; choices: root.work.causes; optional: true }
        Field { id: measures; visible: root.kind.measures ?? false; width: parent.width; lines: 1
                hint: qsTr("做了什么、什么时候做到") }
        Line {
            visible: improvement.visible
            text: qsTr("算进哪项整改（可不填）")
            small: true
            color: Theme.soft
        }
        Choice {
            id: improvement
            visible: (root.kind.measures ?? false) && root.work.improvements.length > 0
            width: parent.width
            choices: root.work.improvements
            optional: true
        }
        Field { id: basis; visible: root.kind.basis ?? false; width: parent.width; lines: 1
                hint: qsTr("依据哪条规定") }
        Field { id: merged; visible: root.kind.merged ?? false; width: parent.width; lines: 1
                hint: qsTr("并到哪一件（编号）") }
        Line { text: qsTr("已提供的服务（可不填）"); small: true; color: Theme.soft }
        Choice { id: provided; width: parent.width; choices: root.work.services; several: true }
        Field { id: reply; width: parent.width; lines: 4; hint: qsTr("给市民的回复") }
        Row {
            width: parent.width
            spacing: 10
            Field { id: place; width: (parent.width - 10) / 2; hint: qsTr("在哪办（窗口、地址、电话、时间）") }
            Field { id: how; width: (parent.width - 10) / 2; hint: qsTr("怎么办（带什么、走哪几步）") }
        }
        Repeater {
            model: root.found
            Line {
                required property string modelData
                width: column.width
                text: modelData
                color: Theme.apricot
                font.bold: true
            }
        }
        Rectangle {
            width: parent.width
            height: preview.implicitHeight + 28
            radius: 12
            color: Theme.paper
            border { width: 1; color: Theme.line }
            visible: reply.text.trim() !== ""
            Column {
                id: preview
                x: 16
                y: 14
                width: parent.width - 32
                spacing: 6
                Line { text: qsTr("市民会看到"); small: true; color: Theme.soft }
                Line { text: root.number + "  " + (root.kind.name ?? ""); small: true; color: Theme.jade; font.bold: true }
                Line { width: parent.width; text: reply.text.trim() }
                Line { width: parent.width; visible: place.text.trim() !== ""; text: qsTr("在哪办：%1").arg(place.text.trim()) }
                Line { width: parent.width; visible: how.text.trim() !== ""; text: qsTr("怎么办：%1").arg(how.text.trim()) }
            }
        }
    }
}
