"""The writing pad: real touches become strokes, strokes become characters, nothing stays."""

from functools import cache

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QUrl
from PySide6.QtQuick import QQuickView
from PySide6.QtTest import QTest

from kiosk.handwriting import Handwriting
from kiosk.ui.background import Background
from kiosk.ui.hands import Hands, items, wait_until
from kiosk.ui.ink import Ink
from kiosk.ui.language import Language
from kiosk.ui.strokes import MOST_POINTS
from kiosk.ui.window import QML, close_view
from tests.test_handwriting import Hand
from tests.ui.conftest import LANDSCAPE, PORTRAIT, PPI, SMALL, touch_device

engine = cache(Handwriting.load)
TOUCH_MM = 12.7
#: The pad as a screen would hold it: as wide as the words' place, at the bottom.
SCREEN = """
import QtQuick
import Zhaocha
import "QML"
import "QML/controls"

Rectangle {
    id: root
    required property Ink ink
    required property real ppi
    property int contrast: 0
    color: Theme.paper
    Binding { target: Theme; property: "windowWidth"; value: root.width; when: root.width > 0 }
    Binding { target: Theme; property: "windowHeight"; value: root.height; when: root.height > 0 }
    Binding { target: Theme; property: "ppi"; value: root.ppi }
    Binding { target: Theme; property: "textSize"; value: 0 }
    Binding { target: Theme; property: "contrast"; value: root.contrast }
    InkPad {
        objectName: "pad"
        ink: root.ink
        x: Theme.landscape ? parent.width * 0.4 : Theme.margin
        y: parent.height - height - Theme.gap
        width: parent.width - x - Theme.margin
    }
}
"""


class Text:
    """What has been written with the pad."""

    def __init__(self, load=engine, background=None):
        self.written = ""
        self.background = background or Background()
        self.ink = Ink(load, self.background, self._add, self._erase)

    def _add(self, more):
        self.written += more

    def _erase(self):
        self.written = self.written[:-1]


class Paper(Text):
    """A pad in a window, and a finger."""

    def __init__(self, folder, size, contrast=0):
        super().__init__()
        self.view = QQuickView()
        self.view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.view.resize(*size)
        screen = folder / "Screen.qml"
        screen.write_text(SCREEN.replace("QML", QUrl.fromLocalFile(str(QML)).toString()), "utf-8")
        told = {"ink": self.ink, "ppi": PPI[size], "contrast": contrast}
        self.view.setInitialProperties(told)
        self.view.setSource(QUrl.fromLocalFile(str(screen)))
        assert self.view.status() is QQuickView.Status.Ready, self.view.errors()
        self.view.show()
        assert QTest.qWaitForWindowExposed(self.view)
        self.hands = Hands(self.view, touch_device())
        self.hands.settle()

    @property
    def area(self):
        """What is written on."""
        return next(i for i in items(self.view.rootObject()) if i.inherits("QQuickCanvasItem"))

    def draw(self, points, finger=0, look=None):
        """One stroke with a finger, at points of the area; `look` is called before it is lifted."""
        corner = self.area.mapToScene(QPointF(0, 0))
        spots = [QPoint(round(x + corner.x()), round(y + corner.y())) for x, y in points]
        touch = QTest.touchEvent(self.view, touch_device())
        touch.press(finger, spots[0], self.view).commit()
        for spot in spots[1:]:
            QTest.touchEvent(self.view, touch_device()).move(finger, spot, self.view).commit()
        if look:
            look()
        QTest.touchEvent(self.view, touch_device()).release(finger, spots[-1], self.view).commit()
        QCoreApplication.processEvents()

    def write(self, text, seed=1):
        """Characters in a row, as high as fits."""
        strokes = Hand(seed).row(text)
        self.draw_all(strokes)
        self.read()

    def draw_all(self, strokes):
        xs = [x for stroke in strokes for x, _ in stroke]
        ys = [y for stroke in strokes for _, y in stroke]
        high, wide = self.area.height() - 40, self.area.width() - 40
        scale = min(high / (max(ys) - min(ys)), wide / (max(xs) - min(xs)))
        for stroke in strokes:
            self.draw([((x - min(xs)) * scale + 20, (y - min(ys)) * scale + 20) for x, y in stroke])

    def read(self):
        """Until all that was drawn has been read."""
        self.background.wait()
        QCoreApplication.processEvents()

    def picture(self):
        self.hands.settle()
        self.hands.settle()
        return self.view.grabWindow()

    def dark(self):
        """How much of the area is covered with ink."""
        picture, area = self.picture(), self.area
        corner = area.mapToScene(QPointF(0, 0))
        spots = (
            picture.pixelColor(round(corner.x()) + x, round(corner.y()) + y).lightness()
            for x in range(6, round(area.width()) - 6, 3)
            for y in range(6, round(area.height()) - 6, 3)
        )
        return sum(light < 80 for light in spots)

    def close(self):
        self.background.wait()
        close_view(self.view)
        self.view.deleteLater()
        QTest.qWait(0)


@pytest.fixture
def make_paper(tmp_path, qapp):
    made = []

    def make(size=PORTRAIT, **options):
        made.append(Paper(tmp_path, size, **options))
        return made[-1]

    yield make
    for paper in made:
        paper.close()


@pytest.fixture(params=[PORTRAIT, LANDSCAPE, SMALL], ids=["portrait", "landscape", "small"])
def size(request):
    return request.param


def test_a_character_is_written_and_picked(make_paper, size):
    paper = make_paper(size)
    paper.write("急")
    paper.hands.tap("急")
    assert paper.written == "急"
    assert (paper.ink.strokes, paper.ink.candidates) == ([], [])


def test_several_characters_in_a_row_are_one_pick(make_paper, size):
    paper = make_paper(size)
    paper.write("排队太久", seed=5)
    paper.hands.tap("排队太久")
    assert paper.written == "排队太久"


def test_a_key_takes_the_best_candidate_with_it_and_erases_one_by_one(make_paper):
    paper = make_paper()
    paper.write("慢")
    paper.hands.tap("，")
    assert paper.written == "慢，"
    paper.write("等")
    paper.hands.tap("退格")
    assert (paper.written, paper.ink.strokes) == ("慢，", [])
    paper.hands.tap("退格")
    assert paper.written == "慢"


def test_a_small_comma_at_the_bottom_is_a_comma(make_paper, size):
    paper = make_paper(size)
    high = paper.area.height()
    spots = [(0.2, 0.75), (0.22, 0.76), (0.225, 0.795), (0.21, 0.835), (0.18, 0.865)]
    paper.draw([(x * high, y * high) for x, y in spots])
    paper.read()
    assert "，" in paper.ink.candidates[:2]


def test_the_stroke_is_seen_while_the_finger_is_still_down(make_paper, size):
    paper, seen = make_paper(size), []
    high = paper.area.height()
    line = [(40 + 8 * n, high / 2 + n % 3) for n in range(20)]
    before = paper.dark()
    paper.draw(line, look=lambda: seen.append(paper.dark()))
    assert seen[0] > before
    assert len(paper.ink.strokes) == 1


def test_undo_takes_one_stroke_and_clear_all_of_them(make_paper):
    paper = make_paper()
    for high in (60, 120, 180):
        paper.draw([(100 + 10 * n, high) for n in range(20)])
    three = paper.dark()
    paper.read()
    assert paper.ink.candidates[0] == "三"
    paper.hands.tap("撤销一笔")
    paper.read()
    assert paper.ink.candidates[0] == "二"
    assert 0.4 * three < paper.dark() < 0.9 * three
    paper.hands.tap("全部擦掉")
    assert (paper.ink.strokes, paper.ink.candidates) == ([], [])
    paper.write("一")
    assert paper.ink.candidates[0] == "一"


def test_after_clearing_not_a_dot_of_ink_is_left(make_paper):
    paper = make_paper()
    before = paper.picture()
    paper.write("办")
    assert paper.picture() != before
    paper.ink.wipe()
    assert paper.picture() == before


def test_strokes_faster_than_the_frames_are_all_drawn(make_paper):
    paper = make_paper()
    strokes = [[(60 + 90 * n, 60), (60 + 90 * n, 200)] for n in range(6)]
    paper.draw_all(strokes)
    fast = paper.dark()
    paper.ink.redrawn.emit()
    assert abs(paper.dark() - fast) <= 0.05 * fast


def test_every_move_of_the_finger_is_kept_however_slow_the_frames_are(make_paper):
    paper = make_paper()
    paper.draw([(100 + 5 * n, 100 + n * n % 7) for n in range(50)])
    assert len(paper.ink.strokes[0]) == 100


def test_a_palm_beside_the_finger_writes_nothing(make_paper):
    paper = make_paper()

    def palm():
        paper.draw([(500, 200), (520, 220), (500, 240)], finger=1)

    paper.draw([(100, 100), (150, 110), (200, 100)], look=palm)
    assert len(paper.ink.strokes) == 1
    assert max(paper.ink.strokes[0][::2]) <= 201


def test_a_finger_that_leaves_the_pad_stays_at_its_edge(make_paper):
    paper = make_paper()
    paper.draw([(100, 100), (100, 2 * paper.area.height()), (200, -500)])
    ys = paper.ink.strokes[0][1::2]
    assert (min(ys), max(ys)) == (0, paper.area.height())


def test_every_key_is_large_enough_and_inside_the_pad(make_paper, size):
    paper = make_paper(size)
    least = TOUCH_MM * PPI[size] / 25.4 - 0.5
    for text in ("", "好", "排队太久"):
        if text:
            paper.write(text)
            paper.picture()
        pad = next(i for i in items(paper.view.rootObject()) if i.objectName() == "pad")
        keys = paper.hands.touchables()
        assert len(keys) >= (8 if text else 5)
        for key in keys:
            assert min(key.width(), key.height()) >= least, key.property("label")
            corner = key.mapToItem(pad, QPointF(0, 0))
            assert corner.x() >= 0 and corner.x() + key.width() <= pad.width() + 0.5
            assert corner.y() >= 0 and corner.y() + key.height() <= pad.height() + 0.5
        assert paper.area.height() >= 2.5 * least
        paper.ink.wipe()


def test_it_can_be_read_in_high_contrast_and_in_english(make_paper):
    paper, language = make_paper(contrast=2), Language()
    language.attach(paper.view.engine())
    language.switch("en")
    try:
        paper.hands.find("Undo")
        high = paper.area.height() / 2
        before = paper.picture()
        paper.draw([(100 + 10 * n, high) for n in range(40)])
        assert paper.picture() != before
    finally:
        language.switch("zh")


# --- without a window -------------------------------------------------------------------------


class Waiting:
    """A worker that works when told to."""

    def __init__(self):
        self.jobs = []

    def run(self, work, done, failed=None):
        self.jobs.append((work, done, failed))

    def do(self):
        work, done, failed = self.jobs.pop(0)
        try:
            result = work()
        except Exception as trouble:
            failed(trouble)
        else:
            done(result)


class Reader:
    """Reads the number of strokes; counts how often it is asked."""

    def __init__(self):
        self.asked = 0

    def offers(self, strokes, limit, pad):
        self.asked += 1
        return [str(len(strokes)), str(pad)]


@pytest.fixture
def text(qapp):
    reader = Reader()
    text = Text(lambda: reader, Waiting())
    text.reader = reader
    return text


def stroke(ink):
    ink.begin(1, 2)
    ink.move(3, 4)
    ink.end()


def test_an_answer_to_an_older_question_is_let_go(text):
    stroke(text.ink)
    stroke(text.ink)
    text.background.do()
    assert (text.ink.candidates, text.reader.asked) == ([], 0)
    text.background.do()
    assert (text.ink.candidates[0], text.reader.asked) == ("2", 1)


def test_an_answer_after_wiping_is_nobodys(text):
    stroke(text.ink)
    text.ink.wipe()
    text.background.do()
    assert text.ink.candidates == []


def test_the_pads_height_reaches_the_reader(text):
    text.ink.fits(300.0)
    stroke(text.ink)
    text.background.do()
    assert text.ink.candidates == ["1", "300.0"]
    assert text.ink.strokes == [[1, 2, 3, 4]]


def test_moves_without_a_finger_and_picks_of_nothing_do_nothing(text):
    text.ink.move(5, 5)
    text.ink.end()
    text.ink.undo()
    for number in (-1, 0, 9):
        text.ink.pick(number)
    assert (text.ink.strokes, text.written, text.background.jobs) == ([], "", [])


def test_a_scribble_without_end_stops_growing(text):
    text.ink.begin(0, 0)
    for n in range(MOST_POINTS + 500):
        text.ink.move(n, n)
    text.ink.end()
    assert len(text.ink.strokes[0]) == 2 * MOST_POINTS


def test_a_reader_that_cannot_be_loaded_is_told_and_the_keys_still_work(qapp):
    def none():
        raise ImportError("no runtime")

    text = Text(none, Waiting())
    text.ink.ready()
    text.background.do()
    assert text.ink.able is False
    text.ink.press("，")
    assert text.written == "，"


def test_wiping_loses_everything_of_the_visit(qapp):
    text = Text()
    for points in Hand(3).write("难"):
        text.ink.begin(*points[0])
        for x, y in points[1:]:
            text.ink.move(x, y)
        text.ink.end()
    wait_until(lambda: text.ink.candidates, "the reading")
    assert text.ink.candidates[0] == "难"
    text.ink.wipe()
    kept = [v for v in vars(text.ink).values() if isinstance(v, (list, str)) and v]
    assert kept == []
    text.background.wait()
