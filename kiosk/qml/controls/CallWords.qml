// What is known of a call, in words: nobody is said to come before somebody said so.
import QtQml
import Zhaocha

QtObject {
    required property Citizen citizen

    readonly property string headline: citizen.callState === "failed" ? qsTr("没有叫到人")
        : citizen.callState === "coming" ? qsTr("%1 过来了").arg(citizen.whoComes)
        : citizen.callState === "called" ? qsTr("已经叫了服务台")
        : citizen.callState === "unheard" ? qsTr("可能没有人听到")
        : qsTr("正在叫服务台")
    readonly property string advice: citizen.callState === "failed" || citizen.callState === "unheard"
        ? qsTr("请到服务台说，一样件件有回复。电话 %1").arg(citizen.board.phone)
        : citizen.callState === "called" ? qsTr("还没有人应，请稍等。今天在岗：%1").arg(citizen.board.onDuty)
        : qsTr("今天在岗：%1").arg(citizen.board.onDuty)
}
