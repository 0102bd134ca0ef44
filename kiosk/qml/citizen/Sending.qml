// A moment: it is being kept.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Page {
    required property Citizen citizen

    title: qsTr("正在记下来……")
    help: qsTr("请稍等，马上就好。")
}
