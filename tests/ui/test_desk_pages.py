"""Every page of the desk, at the sizes of desks and halls, in both languages: nothing is clipped,
nothing stands on anything else, everything is large enough for a finger and within its reach."""

import re

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from kiosk.ui.hands import items
from kiosk.words import spoken
from tests import desk_pages
from tests.desk_pages import LEAST, SIZES, TALL, part, rest, sign_in, stops
from tests.ui.test_desk import LONG, Counter

#: What a finger needs at a desk, in pixels of its screen.
FINGER = 44
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: A stop of one language beside letters of the other.
STOP = re.compile(r"[A-Za-z0-9][：、（），。；？！]\s*[A-Za-z0-9]")


@pytest.fixture
def counter(tmp_path, qapp):
    counter = Counter(tmp_path / "desk", "folder:receipts")
    counter.desk._language.attach(counter.view.engine())
    yield counter
    counter.desk.speak("zh")
    counter.close()


def at(counter, size):
    counter.view.resize(*size)
    rest(counter)


def test_nothing_is_clipped_nor_covered_on_any_page_at_any_size(counter):
    wrong = []
    for name in stops(counter):
        for language in ("zh", "en"):
            counter.desk.speak(language)
            # The widest has room for Chinese, if it has for English.
            for size in SIZES[language == "zh" :]:
                at(counter, size)
                where = f"{name} {language} {size[0]}"
                wrong += [f"{where}: {fault}" for fault in faults(counter, language)]
        counter.desk.speak("zh")
    assert wrong == []


class Seen:
    """One item of the window: the whole of its place, and how much of it is in sight."""

    def __init__(self, item, clip):
        self.item = item
        self.text = item.property("text") if item.inherits("QQuickText") else ""
        self.touchable = bool(item.property("touchable"))
        self.place = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
        self.clip = clip
        self.drawn = self.place.intersected(clip)
        self.words = self.text or item.property("label") or ""


def seen(root, clip=None, touched=()):
    """Everything in sight that is a text or can be touched, with what it stands on."""
    clip = clip or QRectF(0, 0, root.width(), root.height())
    for child in root.childItems():
        # What is covered by one's own password is off.
        if not child.isVisible() or (not child.isEnabled() and not child.property("touchable")):
            continue
        inside = clip
        if child.clip():
            place = child.mapRectToScene(QRectF(0, 0, child.width(), child.height()))
            inside = clip.intersected(place)
        one = Seen(child, clip)
        if one.text or one.touchable:
            yield one, touched
        yield from seen(child, inside, (*touched, child) if one.touchable else touched)


def faults(counter, language):
    window = QRectF(0, 0, counter.view.width(), counter.view.height())
    found = list(seen(counter.view.rootObject()))
    cut = {line["summary"] for line in counter.lines}
    for one, on in found:
        yield from alone(one, on, window, cut)
        if one.text:
            yield from said(one.text, language)
    yield from together(found)


def alone(one, on, window, cut):
    """What is wrong with one thing by itself."""
    item = one.item
    if one.text:
        # The list shows the beginning of what was said, and says with … that there is more.
        if item.property("truncated") and one.text not in cut:
            yield f"truncated: {one.text}"
        if item.property("contentWidth") > item.width() + 1:
            yield f"too wide: {one.text}"
        if item.property("contentHeight") > item.height() + 1:
            yield f"too tall: {one.text}"
        if on and not grown(on[-1].mapRectToScene(on[-1].boundingRect())).contains(one.place):
            yield f"beyond its button: {one.text}"
        home = item.parentItem()
        if home.property("hint") and not grown(home.mapRectToScene(home.boundingRect())).contains(
            one.place
        ):
            yield f"beyond its field: {one.text}"
    if one.place.left() < one.clip.left() - 1 or one.place.right() > one.clip.right() + 1:
        yield f"cut at a side: {one.words}"
    if not scrolls(item) and not grown(window).contains(one.place):
        yield f"out of reach: {one.words}"
    # Bars and fields of a chart are no buttons: what they show is told beside them.
    if one.touchable and item.property("primary") is not None:
        if min(item.width(), item.height()) < FINGER - 0.5:
            yield f"{item.width():.0f} x {item.height():.0f} for a finger: {one.words}"
        if item.isEnabled() and not item.property("activeFocusOnTab"):
            yield f"out of the keyboard's reach: {one.words}"


def together(found):
    """What stands on something else; lines may come closer than their leading."""
    parts = [(one, on) for one, on in found if one.drawn.width() > 1 and one.drawn.height() > 1]
    parts.sort(key=lambda part: part[0].drawn.top())
    for place, (one, on) in enumerate(parts):
        for other, on_other in parts[place + 1 :]:
            if other.drawn.top() > one.drawn.bottom() - 4:
                break
            both = one.drawn.intersected(other.drawn)
            if both.width() <= 1 or both.height() <= 4:
                continue
            if one.item in on_other or other.item in on:
                continue
            yield f"{one.words} on {other.words}"


def said(text, language):
    """What is said in the wrong language."""
    if language == "en":
        if text in spoken("en") and text != "中文" and CHINESE.search(text):
            yield f"in Chinese: {text}"
        if STOP.search(text):
            yield f"a Chinese stop: {text}"
    elif text in set(spoken("en").values()) and len(text.split()) > 1:
        yield f"in English: {text}"


def grown(rect):
    return rect.adjusted(-1, -1, 1, 1)


def scrolls(item):
    while item is not None:
        if item.inherits("QQuickFlickable"):
            return True
        item = item.parentItem()
    return False


# --- by keyboard ------------------------------------------------------------------------------


def press(counter, key):
    QTest.keyClick(counter.view, key)
    counter.hands.settle()


def shows(item):
    """Whether all of it is in sight, or as much as there is room for."""
    place = item.mapRectToScene(QRectF(0, 0, item.width(), item.height()))
    whole, up = place, item.parentItem()
    while up is not None:
        if up.clip() or up.parentItem() is None:
            there = up.mapRectToScene(QRectF(0, 0, up.width(), up.height()))
            whole = QRectF(whole.x(), whole.y(), whole.width(), min(whole.height(), there.height()))
            place = place.intersected(there)
        up = up.parentItem()
    return place.height() > whole.height() - 1


def named(item):
    """What somebody calls it: a button's label, a field's hint."""
    while item is not None and not (item.property("label") or item.property("hint")):
        item = item.parentItem()
    return (item.property("label") or item.property("hint")) if item else ""


def round_of(counter):
    """What the keyboard comes to, one after the other, until it has been everywhere."""
    first = None
    for _ in range(200):
        press(counter, Qt.Key.Key_Tab)
        item = counter.view.activeFocusItem()
        if item == first:
            return
        first = first or item
        yield item


@pytest.mark.parametrize(
    ("login", "page", "last"),
    [
        ("desk", "slip", "清空"),
        ("desk", "papers", "Print the guide slip"),
        ("coordinator", "ledger", "算了"),
        ("admin", "people", "算了"),
    ],
)
def test_whatever_the_keyboard_comes_to_is_in_sight(counter, login, page, last):
    at(counter, LEAST)
    sign_in(counter, login, page)
    if page in ("ledger", "people"):
        counter.desk.view(page).choose("new")
    if page == "papers":
        choice = next(i for i in items(part(counter, "Papers")) if i.property("choices"))
        choice.setProperty("picked", "I01")
        counter.desk.speak("en")
    rest(counter)
    came = [(named(item), shows(item)) for item in round_of(counter)]
    assert last in dict(came)
    assert [name for name, sight in came if not sight] == []
    assert len(came) > 15


def test_the_end_of_a_long_case_is_reached_by_keyboard(counter):
    case, _ = counter.told(desk_pages.EVERYTHING)
    for _ in range(12):
        counter.store.append(case.case_id, desk_pages.h.Noted("desk", LONG))
    at(counter, LEAST)
    sign_in(counter, "desk")
    counter.desk.work.open(case.case_id)
    rest(counter)
    last = [i for i in items(part(counter, "CasePage")) if LONG in str(i.property("text"))][-1]
    assert not shows(last)
    for _ in range(20):
        press(counter, Qt.Key.Key_PageDown)
    assert shows(last)
    for _ in range(20):
        press(counter, Qt.Key.Key_PageUp)
    assert counter.page().property("contentY") == 0


def test_the_case_that_the_keyboard_opens_is_in_sight_in_the_list(counter):
    for _ in range(12):
        counter.told()
    at(counter, LEAST)
    sign_in(counter, "desk")
    for _ in range(9):
        press(counter, Qt.Key.Key_Down)
        rest(counter)
    assert counter.case["number"] == counter.lines[8]["number"]
    assert shows(counter.hands.find(counter.case["number"]))


def test_the_keyboard_reaches_nothing_below_ones_own_password_and_leaves_it_with_escape(counter):
    case, _ = counter.told()
    sign_in(counter, "desk")
    counter.desk.work.open(case.case_id)
    rest(counter)
    counter.hands.tap(counter.desk.person)
    reached = {named(item) for item in round_of(counter)}
    head = {"退出", "English", counter.desk.person, *(p["name"] for p in counter.desk.pages)}
    mine = {i.property("label") or i.property("hint") for i in items(part(counter, "MyPassword"))}
    assert reached <= head | mine
    counter.hands.touch(counter.field("现在的密码").mapToScene(QPointF(9, 9)).toPoint())
    press(counter, Qt.Key.Key_Escape)
    assert "换密码" not in counter.labels()
    press(counter, Qt.Key.Key_A)
    counter.wait_for("accepted")


@pytest.mark.parametrize("size", [LEAST, TALL], ids=["landscape", "portrait"])
def test_whoever_writes_much_reads_all_of_it_and_sees_the_line_they_are_in(counter, size):
    case, _ = counter.told()
    at(counter, size)
    sign_in(counter, "desk")
    counter.desk.work.open(case.case_id)
    rest(counter)
    counter.accept(case)
    counter.hands.tap("写回复")
    counter.retype("查到什么、怎么办的（给工作人员看）", LONG)
    counter.retype("给市民的回复", LONG * 2)
    rest(counter)
    edit = counter.view.activeFocusItem()
    assert edit.height() == edit.property("contentHeight")
    line = edit.mapRectToScene(edit.property("cursorRectangle"))
    page = counter.page()
    assert page.mapRectToScene(page.boundingRect()).contains(line)


# --- words ------------------------------------------------------------------------------------


def test_what_waits_is_said_in_the_language_that_is_turned_to(counter):
    counter.told()
    sign_in(counter, "desk")
    counter.store.append_hall("staff:desk", desk_pages.h.SignInFailed("desk"))
    desk_pages.note_pass(counter.passes, "no answer")
    counter.desk.look()
    rest(counter)
    assert CHINESE.search(counter.desk.waits)
    counter.desk.speak("en")
    assert counter.desk.waits
    assert not CHINESE.search(counter.desk.waits)
    counter.desk.speak("zh")
    assert CHINESE.search(counter.desk.waits)
