// The page of numbers alone in a window.
import QtQuick
import Zhaocha
import "../../kiosk/qml"
import "../../kiosk/qml/desk" as Pages

Rectangle {
    id: root

    required property Numbers numbers
    property real ppi: 96

    color: Theme.paper
    Binding { target: Theme; property: "windowWidth"; value: 1920 }
    Binding { target: Theme; property: "windowHeight"; value: 1080 }

    Pages.Numbers {
        anchors { fill: parent; margins: 18 }
        numbers: root.numbers
    }
}
