"""A citizen who draws it: strokes stay where the finger was, and are kept as a drawing, sealed."""

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QUrl
from PySide6.QtQuick import QQuickView
from PySide6.QtTest import QTest

from kiosk.drawing import MOST_POINTS, WIDE, Drawing, read
from kiosk.ui.hands import items, wait_until
from kiosk.ui.sketch import NEAR, PEN, Sketch
from kiosk.ui.window import QML, close_view
from kiosk.visit import ASK_AFTER, WIPE_AFTER
from kiosk.words import languages
from tests.screens import SCREENS, show
from tests.ui.conftest import LANDSCAPE, PORTRAIT, SMALL, touch_device
from tests.ui.test_citizen import kept


def tap(kiosk, *labels):
    for label in labels:
        kiosk.hands.tap(label)


def to_the_page(kiosk):
    tap(kiosk, "投诉", "排队等候", "下一步", "想说的话", "画下来")
    kiosk.hands.settle()


def page(kiosk):
    """The sheet on the screen: what is drawn on."""
    return next(i for i in items(kiosk.view.rootObject()) if i.inherits("QQuickCanvasItem"))


def draw(kiosk, *points):
    """One stroke; points from 0 to 1 across and down the sheet."""
    sheet = page(kiosk)
    spots = [
        sheet.mapToScene(QPointF(x * sheet.width(), y * sheet.height())).toPoint()
        for x, y in points
    ]
    event = QTest.touchEvent(kiosk.view, touch_device())
    event.press(0, spots[0], kiosk.view).commit()
    for spot in spots[1:]:
        QTest.touchEvent(kiosk.view, touch_device()).move(0, spot, kiosk.view).commit()
    QTest.touchEvent(kiosk.view, touch_device()).release(0, spots[-1], kiosk.view).commit()
    QCoreApplication.processEvents()


def line(first, last, steps=20):
    (x, y), (u, v) = first, last
    return [(x + (u - x) * n / steps, y + (v - y) * n / steps) for n in range(steps + 1)]


def drawn(kiosk):
    (enclosed,) = kiosk.citizen._visit.enclosed
    return read(enclosed.content)


def dark(kiosk, x, y):
    """Whether there is ink at a place of the sheet."""
    picture, sheet = kiosk.picture(), page(kiosk)
    spot = sheet.mapToScene(QPointF(x * sheet.width(), y * sheet.height())).toPoint()
    return picture.pixelColor(spot).lightness() < 100


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_a_drawing_alone_is_a_case_and_its_strokes_lie_where_the_finger_was(make_kiosk, size):
    kiosk = make_kiosk(size)
    tap(kiosk, "投诉", "排队等候", "下一步", "问题", "排队等候", "返回", "想说的话", "画下来")
    assert not kiosk.citizen.saysSomething
    kiosk.hands.settle()
    draw(kiosk, *line((0.2, 0.3), (0.8, 0.3)))
    draw(kiosk, *line((0.5, 0.2), (0.5, 0.9)))
    assert dark(kiosk, 0.4, 0.3) and dark(kiosk, 0.5, 0.7) and not dark(kiosk, 0.3, 0.6)
    tap(kiosk, "好了", "提 交")
    case = kept(kiosk)
    assert [a.name for a in case.attachments] == ["ink"]
    drawing = read(kiosk.desk("desk").attachment(case.case_id, "ink"))
    assert (drawing.width, drawing.pen, len(drawing.strokes)) == (WIDE, PEN, 2)
    across, down = drawing.strokes
    assert across[:2] == pytest.approx((200, 0.3 * drawing.height), abs=4)
    assert across[-2:] == pytest.approx((800, 0.3 * drawing.height), abs=4)
    assert down[-2:] == pytest.approx((500, 0.9 * drawing.height), abs=4)


def test_strokes_are_taken_back_one_by_one_or_all_at_once(make_kiosk):
    kiosk = make_kiosk()
    to_the_page(kiosk)
    for high in (0.2, 0.4, 0.6):
        draw(kiosk, *line((0.1, high), (0.9, high)))
    tap(kiosk, "撤销一笔")
    assert len(drawn(kiosk).strokes) == 2
    assert dark(kiosk, 0.5, 0.4) and not dark(kiosk, 0.5, 0.6)
    tap(kiosk, "全部擦掉")
    assert kiosk.citizen._visit.enclosed == ()
    assert not dark(kiosk, 0.5, 0.2)
    draw(kiosk, *line((0.1, 0.5), (0.9, 0.5)))
    tap(kiosk, "撤销一笔")
    assert kiosk.citizen._visit.enclosed == ()
    assert kiosk.citizen.sketch.empty


def test_words_ink_and_voice_stay_while_one_goes_from_one_to_the_other(make_kiosk):
    kiosk = make_kiosk()
    to_the_page(kiosk)
    draw(kiosk, *line((0.1, 0.5), (0.9, 0.5)))
    tap(kiosk, "键盘", kiosk.citizen.offers.phrases[0], "手写", "录音", "画下来")
    assert dark(kiosk, 0.5, 0.5)
    tap(kiosk, "好了")
    assert kiosk.citizen.screen == "Hub"
    assert kiosk.citizen.offers.ownWords == "已写 · 已画"
    tap(kiosk, "Language", "English")
    assert kiosk.citizen.offers.ownWords == "Written · Drawn"
    tap(kiosk, "In your own words", "Draw")
    assert dark(kiosk, 0.5, 0.5)


def test_larger_words_and_a_lowered_screen_show_the_whole_drawing_smaller(make_kiosk):
    kiosk = make_kiosk()
    to_the_page(kiosk)
    draw(kiosk, *line((0.05, 0.95), (0.95, 0.95)))
    before = drawn(kiosk)
    wide = page(kiosk).width()
    tap(kiosk, "大字", "大字", "大字", "低位")
    assert page(kiosk).width() < wide * 0.8
    assert dark(kiosk, 0.5, 0.95)
    draw(kiosk, *line((0.05, 0.5), (0.95, 0.5)))
    after = drawn(kiosk)
    assert (after.height, after.strokes[0]) == (before.height, before.strokes[0])
    assert after.strokes[1][-2:] == pytest.approx((950, 0.5 * after.height), abs=8)
    tap(kiosk, "全部擦掉")
    kiosk.hands.settle()
    room = page(kiosk).parentItem().parentItem()
    assert page(kiosk).width() == pytest.approx(room.width(), abs=2)


def test_drawing_is_a_touch_and_nothing_of_it_stays_when_the_visit_ends(make_kiosk):
    kiosk = make_kiosk()
    to_the_page(kiosk)
    kiosk.clock.seconds += ASK_AFTER - 1
    sketch = kiosk.citizen.sketch
    sketch.begin(100, 100)
    for n in range(5):
        kiosk.clock.seconds += ASK_AFTER - 1
        sketch.move(100 + 10 * n, 200)
        kiosk.citizen.tick()
        assert kiosk.citizen.stillHere == 0
    sketch.end()
    assert len(drawn(kiosk).strokes) == 1
    kiosk.clock.seconds += ASK_AFTER + WIPE_AFTER
    kiosk.citizen.tick()
    assert kiosk.citizen.screen == "Home"
    assert (sketch.strokes, kiosk.citizen._visit.enclosed) == ([], ())
    to_the_page(kiosk)
    assert not dark(kiosk, 0.1, 0.2)


class Taken:
    """A page without a screen."""

    def __init__(self):
        self.kept = []
        self.touches = 0
        self.sketch = Sketch(self.kept.append, self._touch)
        self.sketch.fits(950, 1140)

    def _touch(self):
        self.touches += 1


def test_a_finger_that_scribbles_without_end_fills_the_page_and_says_so():
    taken = Taken()
    sketch = taken.sketch
    assert sketch.begin(0, 0)
    took = [sketch.move(n % 900, (n // 900) * 10) for n in range(0, 100_000, NEAR + 1)]
    sketch.end()
    assert took[0] and not took[-1]
    drawing = read(taken.kept[-1].content)
    assert len(drawing.strokes[0]) == 2 * MOST_POINTS
    assert sketch.full and not sketch.begin(5, 5)
    sketch.undo()
    assert not sketch.full and taken.kept[-1] is None
    assert sketch.begin(5, 5)


def test_points_that_lie_together_are_one_and_none_lies_off_the_page():
    taken = Taken()
    sketch = taken.sketch
    sketch.begin(10, 10)
    sketch.move(11, 11)
    sketch.move(-50, 9000)
    sketch.move(5000, -3)
    sketch.end()
    assert read(taken.kept[-1].content).strokes == ((10, 10, 0, 1200, 1000, 0),)


def test_a_dot_is_a_stroke():
    taken = Taken()
    taken.sketch.begin(10, 10)
    taken.sketch.end()
    assert read(taken.kept[-1].content).strokes == ((10, 10),)


BOX = """
import QtQuick
import "QML"
import "QML/controls"

Rectangle {
    color: "white"
    property alias drawing: box.drawing
    Binding { target: Theme; property: "windowWidth"; value: 1080 }
    Binding { target: Theme; property: "windowHeight"; value: 1920 }
    Binding { target: Theme; property: "contrast"; value: 0 }
    Drawing { id: box; anchors.fill: parent; anchors.margins: 10 }
}
"""


@pytest.mark.parametrize("size", [(400, 300), (300, 400), (120, 90)])
def test_a_kept_drawing_is_shown_whole_in_any_box(qapp, tmp_path, size):
    corner_to_corner = tuple(v for n in range(0, 1001, 50) for v in (n, n * 2))
    drawing = Drawing(2000, PEN, (corner_to_corner,))
    file = tmp_path / "Box.qml"
    file.write_text(BOX.replace("QML", QUrl.fromLocalFile(str(QML)).toString()), "utf-8")
    view = QQuickView()
    view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
    view.resize(*size)
    view.setSource(QUrl.fromLocalFile(str(file)))
    assert view.status() is QQuickView.Status.Ready, view.errors()
    view.show()
    assert QTest.qWaitForWindowExposed(view)
    try:
        view.rootObject().setProperty("drawing", drawing.shown())
        canvas = next(i for i in items(view.rootObject()) if i.inherits("QQuickCanvasItem"))
        assert canvas.height() == pytest.approx(2 * canvas.width())
        assert canvas.height() <= size[1] - 20 and canvas.width() <= size[0] - 20

        def ink(part):
            spot = canvas.mapToScene(QPointF(part * canvas.width(), part * canvas.height()))
            picture = view.grabWindow()
            near = [spot.toPoint() + QPoint(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1)]
            return any(picture.pixelColor(at).lightness() < 140 for at in near)

        wait_until(lambda: ink(0.5), "the drawing")
        assert all(ink(part) for part in (0.1, 0.5, 0.9))
    finally:
        close_view(view)
        view.deleteLater()
        QTest.qWait(0)


def overlaps(kiosk):
    """Pairs of things to touch, or of one and a text, that lie over each other."""
    kiosk.hands.settle()
    touchables = kiosk.hands.touchables()
    texts = [
        i
        for i in items(kiosk.view.rootObject())
        if i.inherits("QQuickText") and i.property("text") and i.isEnabled()
    ]
    for number, one in enumerate(touchables):
        for other in (*touchables[number + 1 :], *texts):
            if _inside(other, one) or _scrolls(one) != _scrolls(other):
                continue
            a, b = _box(one), _box(other)
            if min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2:
                name = other.property("label") or other.property("text")
                yield f"{one.property('label')} / {name}"


def _box(item):
    corner = item.mapToScene(QPointF(0, 0))
    return corner.x(), corner.y(), corner.x() + item.width(), corner.y() + item.height()


def _inside(item, outer):
    while item is not None and item is not outer:
        item = item.parentItem()
    return item is outer


def _scrolls(item):
    while item is not None and not item.metaObject().className().startswith("QQuickFlickable"):
        item = item.parentItem()
    return item


OWN_WORDS = ("words", "finger", "draw-empty", "voice", "recording", "recorded")


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL], ids=["tall", "wide", "small"])
@pytest.mark.parametrize("language", languages())
def test_nothing_lies_over_anything_in_the_largest_words(make_kiosk, size, language):
    kiosk = make_kiosk(size)
    wrong = []
    for name in OWN_WORDS:
        show(kiosk, SCREENS[name], language, 3)
        wrong += [f"{name}: {pair}" for pair in overlaps(kiosk)]
        if size == PORTRAIT:
            kiosk.citizen.lower()
            wrong += [f"{name}, lowered: {pair}" for pair in overlaps(kiosk)]
    assert wrong == []
