"""The next person finds nothing: what was typed, drawn, scanned or shown is nowhere then (G17).

Each way puts its needle through the real screen; each end of a visit must leave none of it.
"""

import tempfile

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from db.happening import Asked
from db.lists import Month
from db.terms import Outcome, Result
from kiosk.ui.hands import items, wait_until
from kiosk.visit import ASK_AFTER, WIPE_AFTER
from tests.test_handwriting import Hand
from tests.ui.needles import Search, turned
from tests.ui.test_citizen import complaint, furthest_apart, kept, look_up

#: Backwards, as tests/ui/needles.py wants them.
LETTERS, PICKED, LATIN, DRAWN = "nebgnaygnawil", "本样往利", "dleifydeenq", "磷熊"
KEYED, PASTED, SCANNED = "77ELDEENWH", "\U00020bb7针贴贴", "876543ELDEENNACS"
PHONE, ADDRESS, ASKED = "87654321931", "号99路头针", "geiqknis"
CODE = "8HGFEDCB2"
SAID, ANSWER, QUESTION = "针的面里复回", "针的面里答回", "针的面里题问"


def words(kiosk):
    for label in ("投诉", "排队等候", "下一步", "想说的话"):
        kiosk.hands.tap(label)


def hub(kiosk):
    if kiosk.citizen.screen == "OwnWords":
        kiosk.hands.tap("写好了")
    while kiosk.citizen.screen != "Hub":
        kiosk.hands.tap("返回")


def by_pinyin(kiosk):
    words(kiosk)
    for key in turned(LETTERS):
        kiosk.hands.tap(key)


def picked(kiosk):
    words(kiosk)
    for key in "liwangyangben":
        kiosk.hands.tap(key)
    kiosk.hands.settle()
    assert turned(PICKED) in kiosk.citizen.composer.candidates
    kiosk.hands.tap(turned(PICKED))


def by_latin(kiosk):
    words(kiosk)
    kiosk.hands.tap("中")
    for key in turned(LATIN):
        kiosk.hands.tap(key)


def by_finger(kiosk):
    words(kiosk)
    kiosk.hands.tap("手写")
    kiosk.hands.settle()
    pad = next(i for i in items(kiosk.view.rootObject()) if i.inherits("QQuickCanvasItem"))
    strokes = Hand(3, lean=2, shear=0.05, stretch=0.05).row(turned(DRAWN))
    xs = [x for stroke in strokes for x, _ in stroke]
    ys = [y for stroke in strokes for _, y in stroke]
    scale = min((pad.width() - 40) / (max(xs) - min(xs)), (pad.height() - 40) / (max(ys) - min(ys)))
    for stroke in strokes:
        spots = [
            pad.mapToScene(
                QPointF((x - min(xs)) * scale + 20, (y - min(ys)) * scale + 20)
            ).toPoint()
            for x, y in stroke
        ]
        device = kiosk.hands._device
        QTest.touchEvent(kiosk.view, device).press(0, spots[0], kiosk.view).commit()
        for spot in spots[1:]:
            QTest.touchEvent(kiosk.view, device).move(0, spot, kiosk.view).commit()
        QTest.touchEvent(kiosk.view, device).release(0, spots[-1], kiosk.view).commit()
    kiosk.background.wait()
    QCoreApplication.processEvents()
    assert turned(DRAWN) in kiosk.citizen.ink.candidates


def drawn_and_picked(kiosk):
    by_finger(kiosk)
    kiosk.hands.tap(turned(DRAWN))


def by_keys(kiosk):
    words(kiosk)
    kiosk.hands.keys(turned(KEYED))


def pasted(kiosk):
    words(kiosk)
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, turned(PASTED))
        QCoreApplication.sendEvent(kiosk.view, event)


def half_a_scan(kiosk):
    kiosk.citizen.begin("complaint")
    kiosk.citizen.choose("C01")
    kiosk.citizen.go("Hub")
    kiosk.hands.keys(turned(SCANNED))


def telephone(kiosk):
    for label in ("投诉", "排队等候", "下一步", "怎么回复我", "打我的手机"):
        kiosk.hands.tap(label)
    for digit in turned(PHONE):
        kiosk.hands.tap(digit)


def address(kiosk):
    for label in ("投诉", "排队等候", "下一步", "我需要帮忙", "免费邮寄"):
        kiosk.hands.tap(label)
    kiosk.hands.keys(turned(ADDRESS))


def asked(kiosk):
    kiosk.hands.tap("问事")
    kiosk.hands.keys(turned(ASKED))
    for key in "qz":
        kiosk.hands.tap(key)


WAYS = {
    by_pinyin: LETTERS,
    picked: PICKED,
    by_latin: LATIN,
    by_finger: DRAWN,
    drawn_and_picked: DRAWN,
    by_keys: KEYED,
    pasted: PASTED,
    half_a_scan: SCANNED,
    telephone: PHONE,
    address: ADDRESS,
    asked: ASKED,
}


def starts_again(kiosk):
    kiosk.hands.tap("重新开始")


def goes_away(kiosk):
    kiosk.clock.seconds += ASK_AFTER + 1
    kiosk.citizen.tick()
    kiosk.clock.seconds += WIPE_AFTER
    kiosk.citizen.tick()


def submits(kiosk):
    hub(kiosk)
    kiosk.hands.tap("提 交")
    kept(kiosk)
    kiosk.hands.tap("好了")


def over(kiosk):
    """The visit has ended, and what was on its way has come."""
    kiosk.background.wait()
    kiosk.printing.wait()
    kiosk.hands.settle()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert kiosk.citizen.screen == "Home"
    kiosk.citizen.board.month_is(Month())  # the numbers of before


@pytest.fixture
def kiosk(make_kiosk, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    made = make_kiosk()
    # Who is on duty comes from the record, with the first look around.
    made.citizen.tick()
    over(made)
    yield made
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("end", [goes_away, submits])
@pytest.mark.parametrize("way", WAYS)
def test_nothing_that_was_put_in_is_left(kiosk, way, end):
    if end is submits and way is asked:
        end = starts_again  # a question is answered here and not handed in
    search, before = Search(kiosk, WAYS[way]), kiosk.picture()
    way(kiosk)
    assert any(True for _ in search.alive())
    end(kiosk)
    over(kiosk)
    # What was handed in is in the record; a number and an address only sealed, not even there.
    said = end is submits and way not in (telephone, address, half_a_scan)
    assert search.everywhere(skip=("local.sqlite",) if said else ()) == []
    assert furthest_apart(kiosk.picture(), before) < 64


@pytest.mark.parametrize("end", [starts_again, goes_away])
def test_nothing_of_a_case_that_was_looked_up_is_left(kiosk, end):
    before = kiosk.picture()
    case, letters = complaint(kiosk)
    kiosk.desk("desk").accept(case.case_id)
    kiosk.intake._store.append(case.case_id, Asked("desk", turned(QUESTION)))
    search = Search(kiosk, QUESTION, ANSWER, SAID, letters[::-1])
    look_up(kiosk, letters)
    assert any(found.endswith(".text") for found in search.on_the_screen())
    kiosk.hands.tap("回答")
    kiosk.hands.keys(turned(ANSWER))
    kiosk.hands.tap("写好了")
    wait_until(lambda: kiosk.citizen.followUp.said == "answered", "the answer")
    kiosk.desk("desk").reply(case.case_id, Outcome(Result.A1, "x", turned(SAID)))
    kiosk.hands.tap("看好了")
    look_up(kiosk, letters)
    assert kiosk.citizen.followUp.found["answer"][0]["text"] == turned(SAID)
    kiosk.hands.tap("没解决")
    end(kiosk)
    over(kiosk)
    del case, letters
    found = search.everywhere(skip=("local.sqlite", "shared.sqlite"))
    assert [f for f in found if not f.startswith("builtins.tuple")] == []
    assert furthest_apart(kiosk.picture(), before) < 64


def test_a_code_half_typed_is_not_left(kiosk):
    search = Search(kiosk, CODE, CODE[0] + " " + CODE[1:5] + " " + CODE[5:])
    kiosk.hands.tap("查进度")
    for key in turned(CODE):
        kiosk.hands.tap(key)
    assert any(found.endswith(".text") for found in search.on_the_screen())
    goes_away(kiosk)
    over(kiosk)
    assert search.everywhere() == []


# --- the search finds what is left ------------------------------------------------------------


def left_on_the_screen(kiosk):
    item = QQuickItem(kiosk.view.rootObject())
    item.setObjectName(turned(KEYED))


def left_in_the_clipboard(kiosk):
    QGuiApplication.clipboard().setText(turned(KEYED))


def left_in_memory(kiosk):
    kiosk.citizen._offers.last = [{"words": (turned(KEYED),)}]


def left_in_a_file(kiosk):
    (kiosk.settings.data / "receipts").mkdir()
    (kiosk.settings.data / "receipts" / "x.part").write_text(turned(KEYED), "utf-16-le")


@pytest.mark.parametrize(
    "left", [left_on_the_screen, left_in_the_clipboard, left_in_memory, left_in_a_file]
)
def test_the_search_finds_what_is_left(kiosk, left):
    search = Search(kiosk, KEYED)
    assert search.everywhere() == []
    left(kiosk)
    assert len(search.everywhere()) == 1
    QGuiApplication.clipboard().clear()
