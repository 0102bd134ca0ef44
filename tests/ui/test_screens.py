"""Every screen, in every language, at every size: nothing clipped, everything large enough."""

import re

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTextLayout, QTextOption

from db.lists import Month
from kiosk.paper.printers import PrinterState, Why
from kiosk.ui.hands import items
from kiosk.ui.window import QML
from kiosk.words import languages, sentences
from tests.screens import SCREENS, show
from tests.ui.conftest import LANDSCAPE, PORTRAIT, PPI, SMALL, FakeSpeaker

TOUCH_MM = 12.7


def box(item):
    corner = item.mapToScene(QPointF(0, 0))
    return corner.x(), corner.y(), corner.x() + item.width(), corner.y() + item.height()


def scroller_of(item):
    """The place it scrolls in; None for what stands still."""
    while item is not None:
        # Not by its metaObject(): Python may know one at an address where a new item lies.
        if item.inherits("QQuickFlickable"):
            return item
        item = item.parentItem()
    return None


def in_sight(item):
    top, bottom = box(item)[1], box(item)[3]
    place = scroller_of(item)
    return place is None or (box(place)[1] - 1 <= top and bottom <= box(place)[3] + 1)


def over(one, other):
    left, top, right, bottom = box(one)
    x, y, u, v = box(other)
    return left < u - 1 and x < right - 1 and top < v - 1 and y < bottom - 1


def last_line(item):
    """What stands in the last line of a text, without its stops."""
    layout = QTextLayout(item.property("text"), item.property("font"))
    layout.setTextOption(QTextOption())
    option = layout.textOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(
            item.width() - item.property("leftPadding") - item.property("rightPadding")
        )
    layout.endLayout()
    line = layout.lineAt(layout.lineCount() - 1)
    return re.sub(r"\W", "", layout.text()[line.textStart() :])


@pytest.mark.parametrize(
    "size", [PORTRAIT, LANDSCAPE, SMALL], ids=["portrait", "landscape", "small"]
)
def test_nothing_is_clipped_and_every_touch_area_is_large_enough(make_kiosk, size):
    kiosk = make_kiosk(size)
    wrong = []
    for name, steps in SCREENS.items():
        for language in ("zh", "en"):
            for scale in (0, 1, 3):
                show(kiosk, steps, language, scale)
                wrong += [f"{name} {language} {scale}: {fault}" for fault in faults(kiosk, size)]
    assert wrong == []


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", languages()[2:])
def test_nothing_is_clipped_in_any_other_language(make_kiosk, language, size):
    kiosk = make_kiosk(size)
    wrong = []
    for name, steps in SCREENS.items():
        show(kiosk, steps, language, 0)
        wrong += [f"{name}: {fault}" for fault in faults(kiosk, size)]
    assert wrong == []


def faults(kiosk, size):
    """What is clipped, overflows, lies over something else or is too small to touch on the screen
    that is shown."""
    least = TOUCH_MM * PPI[size] / 25.4 - 0.5
    there = [i for i in items(kiosk.view.rootObject()) if i.isEnabled() and not scroller_of(i)]
    for button in [i for i in kiosk.hands.touchables() if not scroller_of(i)]:
        for text in [i for i in there if i.inherits("QQuickText") and i.property("text")]:
            if not button.isAncestorOf(text) and over(button, text):
                yield f"{button.property('label')} lies over: {text.property('text')}"
    for item in items(kiosk.view.rootObject()):
        if item.inherits("QQuickFlickable") and item.height() < least:
            yield f"nothing can be seen in a place {item.height():.0f} high"
    for item in items(kiosk.view.rootObject()):
        where = item.property("label") or ""
        if item.property("touchable") and min(item.width(), item.height()) < least:
            yield f"{where} {item.width():.0f} x {item.height():.0f}"
        if not item.inherits("QQuickText") or not item.property("text"):
            continue
        text = item.property("text")
        if item.property("truncated"):
            yield f"{where} truncated: {text}"
        if item.property("contentWidth") > item.width() + 1:
            yield f"{where} too wide: {text}"
        left, top, right, bottom = box(item)
        place = scroller_of(item)
        if place is not None:
            outside = left < box(place)[0] - 1 or right > box(place)[2] + 1
        else:
            outside = left < -1 or top < -1 or right > size[0] + 1 or bottom > size[1] + 1
        if outside:
            yield f"{where} outside: {text}"
        if item.clip() and item.property("contentHeight") > item.height() + 1:
            yield f"{where} cut off below: {text}"
        wrapped = kiosk.citizen.language == "zh" and item.property("lineCount") in (2, 3)
        if wrapped and len(last_line(item)) < 2:
            yield f"{where} leaves a sign alone: {text}"
        parent = item.parentItem()
        if parent.property("touchable") and item.property("contentHeight") > parent.height() + 1:
            yield f"{where} taller than its button: {text}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_lowered_screen_hides_nothing_and_has_all_to_touch_below(make_kiosk, language):
    kiosk = make_kiosk(PORTRAIT)
    wrong = []
    for name in ("home", "problems", "hub", "contact", "done", "case-replied", "words", "guide"):
        for scale in (0, 3):
            show(kiosk, SCREENS[name], language, scale)
            kiosk.citizen.lower()
            kiosk.picture()
            wrong += [f"{name} {scale}: {fault}" for fault in faults(kiosk, PORTRAIT)]
            seen = [i for i in kiosk.hands.touchables() if in_sight(i)]
            high = [i for i in seen if box(i)[1] < PORTRAIT[1] * 0.3]
            wrong += [f"{name} {scale}: {i.property('label')} is high" for i in high]
    assert wrong == []


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_the_first_screen_is_seen_whole_whatever_it_has_to_say(make_kiosk, size):
    kiosk = make_kiosk(size, speaker=FakeSpeaker(*languages()))
    wrong, told = [], 0
    for language in languages():
        for state in ("as ever", "no paper", "out of service"):
            show(kiosk, [], language, 0)
            kiosk.citizen._paper_is(PrinterState(Why.NO_PAPER if state == "no paper" else None))
            kiosk.citizen._can_take(state != "out of service")
            kiosk.citizen.board.month_is(Month(1234, 1200, 1180, 987, 1010))
            kiosk.picture()
            for item in items(kiosk.view.rootObject()):
                if item.property("scrolls") and item.property("overflows"):
                    wrong.append(f"{language} {state}: {item.property('needed')} {item.height()}")
                text = str(item.property("text") or "")
                told += "1234" in text and item.parentItem().height() > 0
        kiosk.citizen._can_take(True)
    assert wrong == []
    # And as much as there is room for is told.
    assert told >= len(languages())


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
def test_what_is_chosen_moves_nothing_under_the_finger(make_kiosk, size):
    kiosk = make_kiosk(size)
    moved = []
    for language in ("zh", "en"):
        show(kiosk, [("begin", "complaint"), ("choose", "C99")], language, 0)
        before = {i.property("label"): box(i) for i in kiosk.hands.touchables()}
        for problem in kiosk.citizen.offers.problems:
            kiosk.citizen.choose(problem["code"])
            kiosk.picture()
            after = {i.property("label"): box(i) for i in kiosk.hands.touchables()}
            moved += [label for label in before.keys() & after if before[label] != after[label]]
            kiosk.citizen.choose(problem["code"])
    assert moved == []


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_what_one_came_for_is_in_sight_at_every_size(make_kiosk, size):
    kiosk = make_kiosk(size, speaker=FakeSpeaker(*languages()))
    hidden = []
    for language in ("zh", "en"):
        for scale in (0, 3):
            show(kiosk, SCREENS["done"], language, scale)
            texts = [i for i in items(kiosk.view.rootObject()) if i.inherits("QQuickText")]
            code = next(i for i in texts if i.property("text") == kiosk.citizen.code)
            if not in_sight(code):
                hidden.append(f"code {language} {scale}")
            show(kiosk, [("begin", "complaint"), ("go", "Contact")], language, scale)
            kiosk.citizen.answerBy("phone")
            kiosk.citizen.dial("1")
            kiosk.picture()
            kiosk.picture()
            keys = [i for i in kiosk.hands.touchables() if i.property("label") in set("0123456789")]
            hidden += [f"{k.property('label')} {language} {scale}" for k in keys if not in_sight(k)]
            assert len(keys) == 10
    assert hidden == []


def test_the_name_above_every_page_has_one_line(make_kiosk):
    kiosk = make_kiosk()
    high = []
    for language in languages():
        for scale in range(4):
            show(kiosk, [], language, scale)
            for item in items(kiosk.view.rootObject()):
                text = str(item.property("text") or "")
                if text.startswith(kiosk.citizen.board.hall) and item.property("lineCount") > 1:
                    high.append((language, scale))
    assert high == []


@pytest.mark.parametrize("language", ["zh", "en", "ja", "ko"])
def test_the_bar_is_one_row_also_where_something_can_be_read_aloud(make_kiosk, language):
    kiosk = make_kiosk(speaker=FakeSpeaker(*languages()))
    show(kiosk, SCREENS["rate"], language, 0)
    rows = {box(i)[1] for i in kiosk.hands.touchables() if i.property("sign")}
    assert len(rows) == 1


def test_a_button_that_waits_says_legibly_for_what(make_kiosk):
    kiosk = make_kiosk()
    for contrast in range(3):
        show(kiosk, [("begin", "complaint")], "zh", 0)
        for _ in range(contrast):
            kiosk.citizen.nextContrast()
        button = kiosk.hands.find("先点一个问题")
        caption = next(i for i in items(button) if i.inherits("QQuickText"))
        ground = paint(kiosk.view.rootObject().property("color"))
        clear = button.opacity()
        seen = [
            [o * clear + g * (1 - clear) for o, g in zip(paint(one), ground, strict=True)]
            for one in (caption.property("color"), button.property("color"))
        ]
        assert ratio(*seen) >= 5, contrast


def test_a_chosen_sentence_has_a_tick(make_kiosk):
    kiosk = make_kiosk()
    for name in ("praise", "suggest", "words"):
        show(kiosk, SCREENS[name], "zh", 0)
        offers = kiosk.citizen.offers
        sentence = {"praise": offers.praises, "suggest": offers.presets, "words": offers.phrases}
        label = sentence[name][0]
        before = len(list(items(kiosk.hands.find(label))))
        kiosk.hands.tap(label)
        assert len(list(items(kiosk.hands.find(label)))) > before, name


def test_english_has_no_quotation_marks_of_a_chinese_width():
    assert [text for text in sentences("en").values() if re.search("[“”‘’]", text)] == []


def paint(colour):
    return colour.redF(), colour.greenF(), colour.blueF()


def ratio(one, two):
    """The contrast of two colours, as WCAG counts it."""

    def light(colour):
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    low, high = sorted((light(one), light(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["home", "rate", "problems", "hub", "contact"])
def test_whatever_a_finger_rests_on_shows_it(make_kiosk, name):
    kiosk = make_kiosk()
    show(kiosk, SCREENS[name], "zh", 0)
    dumb = []
    for item in kiosk.hands.touchables():
        if not item.isEnabled():
            continue
        place = QRectF(*box(item)[:2], item.width(), item.height()).toRect()
        before = kiosk.picture().copy(place)
        kiosk.hands.press(item.property("label"))
        if kiosk.picture().copy(place) == before:
            dumb.append(item.property("label"))
        kiosk.hands.slip()
    assert dumb == []


def test_every_sentence_on_the_screens_has_an_english_one():
    english = sentences("en")
    lacking = {
        sentence
        for file in (QML / "citizen", QML / "controls", QML)
        for path in file.glob("*.qml")
        for sentence in re.findall(r'qsTr\("((?:[^"\\]|\\.)*)"\)', path.read_text("utf-8"))
        if sentence not in english
    }
    assert lacking == set()


def test_every_text_on_the_screens_is_plain_text():
    for path in QML.rglob("*.qml"):
        text = path.read_text("utf-8")
        for element in re.findall(
            r"^\s*(?:\w+: )?(Text|TextEdit|TextInput) \{(.*?)^\s*\}", text, re.M | re.S
        ):
            assert "PlainText" in element[1], path.name
        assert not re.search(r"RichText|StyledText|MarkdownText|AutoText", text), path.name
