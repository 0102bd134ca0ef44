"""Every screen, in every language, at every size: nothing clipped, everything large enough."""

import re

import pytest
from PySide6.QtCore import QPointF, QRectF

from kiosk.ui.hands import items
from kiosk.ui.window import QML
from kiosk.words import languages, sentences
from tests.screens import SCREENS, show
from tests.ui.conftest import LANDSCAPE, PORTRAIT, PPI, SMALL

TOUCH_MM = 12.7


def box(item):
    corner = item.mapToScene(QPointF(0, 0))
    return corner.x(), corner.y(), corner.x() + item.width(), corner.y() + item.height()


def in_scroller(item):
    while item is not None:
        # Not by its metaObject(): Python may know one at an address where a new item lies.
        if item.inherits("QQuickFlickable"):
            return True
        item = item.parentItem()
    return False


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
    """What is clipped, overflows or is too small to touch on the screen that is shown."""
    least = TOUCH_MM * PPI[size] / 25.4 - 0.5
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
        outside = left < -1 or top < -1 or right > size[0] + 1
        if not in_scroller(item) and (outside or bottom > size[1] + 1):
            yield f"{where} outside: {text}"
        parent = item.parentItem()
        if parent.property("touchable") and item.property("contentHeight") > parent.height() + 1:
            yield f"{where} taller than its button: {text}"


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
