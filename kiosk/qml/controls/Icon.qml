// The signs of the bar, drawn of bars and rings so that they need no file and no glyph.
import QtQuick
import ".."

Item {
    id: root

    property string sign: ""
    property color color: Theme.ink
    // What stands for writing, in the screen's own script.
    property string letter: "A"
    // How many of three bars are full.
    property int level: 0

    readonly property real pen: Math.max(2, width * 0.09)

    height: width

    component Line: Rectangle {
        color: root.color
        height: root.pen
        radius: height / 2
        antialiasing: true
    }
    component Ring: Rectangle {
        color: "transparent"
        border.color: root.color
        border.width: root.pen
        radius: width / 2
        antialiasing: true
    }
    // A bar from one point to another, in hundredths of the side.
    component Bar: Line {
        property real x1
        property real y1
        property real x2
        property real y2
        readonly property real s: root.width / 100
        width: Math.hypot(x2 - x1, y2 - y1) * s + height
        x: (x1 + x2) / 2 * s - width / 2
        y: (y1 + y2) / 2 * s - height / 2
        rotation: Math.atan2(y2 - y1, x2 - x1) * 180 / Math.PI
    }

    Loader {
        anchors.fill: parent
        sourceComponent: ({ back: back, home: home, larger: larger, lower: lower, letter: letter,
                            contrast: contrast, aloud: aloud, loudness: loudness,
                            globe: globe, person: person, off: off })[root.sign] ?? null
    }
    Component {
        id: back
        Item {
            Bar { x1: 14; y1: 50; x2: 88; y2: 50 }
            Bar { x1: 14; y1: 50; x2: 44; y2: 20 }
            Bar { x1: 14; y1: 50; x2: 44; y2: 80 }
        }
    }
    Component {
        id: home
        Item {
            Bar { x1: 10; y1: 50; x2: 50; y2: 14 }
            Bar { x1: 90; y1: 50; x2: 50; y2: 14 }
            Bar { x1: 22; y1: 44; x2: 22; y2: 86 }
            Bar { x1: 78; y1: 44; x2: 78; y2: 86 }
            Bar { x1: 22; y1: 86; x2: 78; y2: 86 }
        }
    }
    component Letter: Words {
        text: root.letter
        color: root.color
        font.bold: true
        lineHeight: 1
    }
    Component {
        id: letter
        Item {
            Letter {
                anchors.centerIn: parent
                font.pixelSize: root.width * 0.86
            }
        }
    }
    Component {
        id: larger
        Item {
            Letter {
                anchors { right: large.left; baseline: large.baseline }
                font.pixelSize: root.width * 0.44
            }
            Letter {
                id: large
                anchors { right: parent.right; rightMargin: -0.1 * root.width
                          verticalCenter: parent.verticalCenter }
                font.pixelSize: root.width * 0.76
            }
        }
    }
    Component {
        id: lower
        Item {
            Bar { x1: 50; y1: 12; x2: 50; y2: 66 }
            Bar { x1: 50; y1: 66; x2: 26; y2: 42 }
            Bar { x1: 50; y1: 66; x2: 74; y2: 42 }
            Bar { x1: 16; y1: 88; x2: 84; y2: 88 }
        }
    }
    Component {
        id: contrast
        Item {
            Ring { id: rim; x: 0.1 * root.width; y: x; width: 0.8 * root.width; height: width }
            Item {
                x: root.width / 2
                width: root.width / 2
                height: root.height
                clip: true
                Rectangle {
                    x: rim.x - root.width / 2
                    y: rim.y
                    width: rim.width
                    height: width
                    radius: width / 2
                    color: root.color
                    antialiasing: true
                }
            }
        }
    }
    Component {
        id: aloud
        Item {
            id: speaker
            readonly property real s: root.width / 100
            Rectangle {
                x: 8 * parent.s; y: 34 * parent.s
                width: 20 * parent.s; height: 32 * parent.s
                radius: 4 * parent.s
                color: root.color
            }
            // The cone: the left half of a square that stands on its corner.
            Item {
                x: 12 * parent.s
                width: 36 * parent.s
                height: root.height
                clip: true
                Rectangle {
                    x: parent.width - width / 2
                    anchors.verticalCenter: parent.verticalCenter
                    width: 52 * speaker.s
                    height: width
                    rotation: 45
                    color: root.color
                    antialiasing: true
                }
            }
            // Waves: the right part of rings around the cone's mouth.
            Repeater {
                model: [34, 66]
                Item {
                    id: wave
                    required property int modelData
                    x: 58 * speaker.s
                    y: (50 - modelData / 2) * speaker.s
                    width: 40 * speaker.s
                    height: modelData * speaker.s
                    clip: true
                    Ring {
                        readonly property real side: (wave.modelData === 34 ? 52 : 92) * speaker.s
                        x: (wave.modelData === 34 ? 16 : 36) * speaker.s - width
                        anchors.verticalCenter: parent.verticalCenter
                        width: side
                        height: side
                    }
                }
            }
        }
    }
    Component {
        id: loudness
        Item {
            Repeater {
                model: 3
                Rectangle {
                    required property int index
                    readonly property real s: root.width / 100
                    x: (10 + 30 * index) * s
                    width: 20 * s
                    height: (34 + 24 * index) * s
                    y: 90 * s - height
                    radius: 5 * s
                    color: index <= root.level ? root.color : "transparent"
                    border.color: root.color
                    border.width: root.pen * 0.7
                }
            }
        }
    }
    Component {
        id: globe
        Item {
            Ring { x: 0.09 * root.width; y: x; width: 0.82 * root.width; height: width }
            Ring {
                x: 0.09 * root.width; y: x; width: 0.82 * root.width; height: width
                transform: Scale { origin.x: 0.41 * root.width; xScale: 0.45 }
            }
            Bar { x1: 14; y1: 50; x2: 86; y2: 50; height: root.pen * 0.8 }
        }
    }
    Component {
        id: person
        Item {
            Rectangle {
                x: 0.31 * root.width; y: 0.08 * root.width
                width: 0.38 * root.width; height: width; radius: width / 2
                color: root.color
                antialiasing: true
            }
            Item {
                x: 0.12 * root.width; y: 0.54 * root.width
                width: 0.76 * root.width; height: 0.38 * root.width
                clip: true
                Rectangle {
                    width: parent.width
                    height: 2 * parent.height
                    radius: parent.height
                    color: root.color
                    antialiasing: true
                }
            }
        }
    }
    Component {
        id: off
        Item {
            Bar { x1: 20; y1: 20; x2: 80; y2: 80 }
            Bar { x1: 80; y1: 20; x2: 20; y2: 80 }
        }
    }
}
