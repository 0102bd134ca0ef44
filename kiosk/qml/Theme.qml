// The look in one place: colours, sizes in real units, motion. See docs/design.md.
pragma Singleton
import QtQuick

QtObject {
    id: root

    property real windowWidth: 1080
    property real windowHeight: 1920
    property real ppi: 96
    property int textSize: 0
    property int contrast: 0
    property bool scanning: false
    // For somebody who sits: on a tall screen, all to touch is below, and what is only read above it.
    property bool lowered: false
    // A ring of its own shows what a switch would choose.
    property bool stepping: false

    // Something is touched, by whatever: told before it acts.
    signal touched(Item what)

    readonly property bool landscape: windowWidth > windowHeight
    // One unit is a pixel of the 1080 × 1920 (or 1920 × 1080) sketch.
    readonly property real u: landscape ? Math.min(windowWidth / 1920, windowHeight / 1080)
                                        : Math.min(windowWidth / 1080, windowHeight / 1920)
    readonly property real mm: ppi / 25.4
    readonly property real scale: [1, 1.2, 1.45, 1.75][textSize]

    // A pack may name a font of its own, for its own forms of shared characters.
    readonly property string family: qsTr("Noto Sans SC")
    readonly property real headline: 112 * u * (1 + (scale - 1) * 0.3)
    readonly property real title: 80 * u * (1 + (scale - 1) * 0.4)
    readonly property real tile: (landscape ? 42 : 48) * u * scale
    readonly property real body: (landscape ? 35 : 38) * u * scale
    readonly property real help: (landscape ? 29 : 32) * u * scale
    readonly property real bar: 30 * u * (1 + (scale - 1) * 0.35)

    // How much of a tall screen is above everything to touch.
    readonly property real lift: lowered && !landscape ? windowHeight * 0.3 : 0

    readonly property real margin: 64 * u
    readonly property real gap: Math.max(26 * u, 2.54 * mm)
    readonly property real pad: 34 * u
    readonly property real corner: 32 * u
    readonly property real edge: Math.max(2, 3 * u)
    // A finger needs 12.7 mm (VVSG 2.0), whatever the panel.
    readonly property real touch: Math.max(104 * u, 12.7 * mm)
    readonly property real key: Math.max(92 * u, 12.7 * mm)

    // The only motion there is: what changes by itself does so within these milliseconds.
    readonly property int fade: 120

    readonly property color paper: ["#FBF6EC", "#FFFFFF", "#000000"][contrast]
    readonly property var cards: ["#FFFFFF", "#FFFFFF", "#000000"]
    readonly property color card: cards[contrast]
    readonly property color line: ["#E4DACA", "#000000", "#FFFFFF"][contrast]
    readonly property color barGround: ["#F3EADB", "#FFFFFF", "#000000"][contrast]
    readonly property var inks: ["#1D2B2A", "#000000", "#FFFFFF"]
    readonly property color ink: inks[contrast]
    // What a face is drawn with: its ink, and its ground where that is not a tint of its rim. Told
    // at once, so that it is drawn once.
    readonly property string face: inks[contrast] + (contrast ? cards[contrast] : "")
    readonly property color soft: ["#4A5957", "#000000", "#FFFFFF"][contrast]
    // The hall's own colour, if it has one; checked to be readable on white.
    property string accent: ""
    readonly property color jade: [accent || "#0B5D4E", "#000000", "#FFFFFF"][contrast]
    readonly property color bright: ["#FFFFFF", "#FFFFFF", "#000000"][contrast]
    readonly property color mist: ["#DDEFE8", "#FFFFFF", "#000000"][contrast]
    readonly property color apricot: ["#7A3304", "#000000", "#FFFFFF"][contrast]
    readonly property color apricotMist: ["#FCE9D8", "#FFFFFF", "#000000"][contrast]
    readonly property color pressed: ["#EFE6D6", "#D9D9D9", "#333333"][contrast]
    readonly property var grades: ({
        very_satisfied: "#0B7A62", satisfied: "#5E9F63", basically_satisfied: "#D9A62E",
        dissatisfied: "#E07F3A", very_dissatisfied: "#C9523F"
    })

    readonly property FontMetrics plain: FontMetrics { font { family: root.family; pixelSize: 100 } }
    readonly property FontMetrics heavy: FontMetrics {
        font { family: root.family; pixelSize: 100; bold: true }
    }

    // What a text in Chinese characters leaves free at the end of its lines, so that the first of
    // two ends behind a stop, and no sign is left alone in the last. 0 where there is no need.
    function spare(text, width, size, bold) {
        if (text.length * size <= width || !/[\u3040-\u30ff\u4e00-\u9fff]/.test(text)) return 0
        const metrics = bold ? heavy : plain
        const length = part => metrics.advanceWidth(part) * size / 100
        const whole = length(text), lines = Math.ceil(whole / width)
        const stop = sign => "，。；：！？、）".includes(sign)
        if (text.includes("\n") || lines < 2 || lines > 3) return 0
        for (let at = 1; lines === 2 && at < text.length; ++at) {
            const first = length(text.slice(0, at))
            if (first <= width && whole - first <= first + size * 0.4
                && stop(text[at - 1]) && !stop(text[at]))
                return Math.max(0, width - first - size * 0.4)
        }
        const last = whole - (lines - 1) * (width - size / 2)
        if (last >= (lines + 1) * size) return 0
        // A little more than its share, as some signs may not begin a line; never all but one.
        return Math.max(0, width - Math.min(whole / lines + 1.6 * size,
                                            (whole - 1.5 * size) / (lines - 1)))
    }
}
