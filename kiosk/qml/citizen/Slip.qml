// The 办件 of a scanned pick-up slip: shown once it is linked, and taken away again with one tap.
import QtQuick
import Zhaocha
import ".."
import "../controls"

Button {
    required property Citizen citizen

    visible: citizen.linked !== ""
    chosen: true
    heavy: false
    size: Theme.help
    label: qsTr("已对上办件 %1，点一下就去掉").arg(citizen.linked)
    onTapped: citizen.unlink()
}
