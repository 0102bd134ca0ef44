"""A monkey in front of the real screens: taps, drags, keys, scans, switches and waits from a seed.

What must hold whatever it does: every thank-you has its case in the store and nothing else is in
there, a wiped kiosk holds nothing, after the idle time the home screen is there as on the first
day, and nothing grows.
"""

import gc
import os
import random
import string

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from shiboken6 import isValid

from db.case import DoesNotFit
from db.engine import StoreFull
from db.store import Month, Store
from kiosk.ui.hands import items, wait_until
from kiosk.visit import ASK_AFTER, WIPE_AFTER
from tests.nasty import NASTY
from tests.people import DONE, HALL, NO

#: What it does, and how often.
DEEDS = {
    "tap": 55, "tap_anywhere": 7, "drag": 5, "two_fingers": 1, "type": 8, "press_key": 4, "scan": 4,
    "speak": 2, "look": 2, "pass_time": 6, "wait": 2, "staff": 2, "errand": 2,
}  # fmt: skip
#: A known code, scanned.
CODE = "code"
#: Ways that luck alone seldom finds.
ERRANDS = (
    ("投诉", "排队等候", "下一步", "提 交"),
    ("投诉", "排队等候", "下一步", "我需要帮忙", "免费邮寄"),
    ("投诉", "收费、廉洁", "提 交"),
    ("急事难事", "跑多个部门", "我就在这里等"),
    ("投诉", "排队等候", "下一步", "想说的话", "手写"),
    ("问事", "船舶国籍证书", "打印引导单"),
    (CODE, "没解决", "说了没做到", "要求重办"),
    (CODE, "解决了", "非常满意", "好了"),
    (CODE, "不用办了", "再点一次"),
    ("我也遇到",),
    ("我的不一样",),
    ("再试一次",),
)
#: How often the disk is full.
FULL = 0.04
PAUSES = (0.1, 0.5, 1, 3, 6, 12, 20, 30, 46, 61)
KEYS = (
    Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Escape,
    Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_F5,
    Qt.Key.Key_Back, Qt.Key.Key_Menu,
)  # fmt: skip
SCANS = (
    "A023-W05-202611230940", "LZ/2026112400017/I20", "LZ/1/X", "http://queue.example/t?n=A1&w=W05",
    "QQQQQQQQQQQQ", "22222222", "x" * 400,
)  # fmt: skip


class Monkey:
    """One monkey with its own luck. Wrong is AssertionError; what Qt warns of, its test sees."""

    def __init__(self, kiosk, seed):
        self.kiosk, self.citizen = kiosk, kiosk.citizen
        self.luck, self._misfortune = random.Random(seed), random.Random(seed)
        self.done, self.thanked, self.kept, self.gone = {}, {}, [], 0
        self.screens, self.wrong = set(), []
        self._sending = False
        self._desk = kiosk.desk("desk")
        self._leader = kiosk.desk("leader")
        for name in ("take", "join"):
            setattr(kiosk.intake, name, self._watched(getattr(kiosk.intake, name)))
        self.citizen.changed.connect(self._look)
        self.citizen.wiped.connect(self._wiped)

    # --- what it sees -------------------------------------------------------------------------

    def _watched(self, deed):
        def watched(*told):
            if self._misfortune.random() < FULL:
                raise StoreFull("no room")
            taken = deed(*told)
            self.kept.append(taken.code.letters)
            return taken

        return watched

    def _look(self):
        screen, taken = self.citizen.screen, self.citizen.taken
        self.screens.add(screen)
        if taken is not None:
            self.thanked[taken.code.letters] = taken
            if self.citizen.number != taken.case.number:
                self.wrong.append(f"{self.citizen.number} is not {taken.case.number}")
        if self._sending and not self.citizen._sending:
            self.gone += screen not in ("Done", "Same", "Trouble")
        self._sending = self.citizen._sending

    def _wiped(self):
        """Nothing of the last one is held any more."""
        citizen = self.citizen
        held = (
            citizen.words, citizen.typedCode, citizen.dialled, citizen.asked, citizen.number,
            citizen.code, citizen.linked, citizen.composer.letters, citizen.whoComes, citizen.paper,
            citizen._scan, citizen.followUp.reason, citizen.followUp.said, citizen.followUp.found,
            citizen.ink.strokes, citizen.composer.candidates, citizen.textSize, citizen.contrast,
            citizen.screen != "Home", citizen.language != "zh",
        )  # fmt: skip
        if any(held):
            self.wrong.append(f"after a wipe: {held}")

    # --- what it does -------------------------------------------------------------------------

    def run(self, actions):
        """Do so many things."""
        for _ in range(actions):
            (deed,) = self.luck.choices(list(DEEDS), list(DEEDS.values()))
            self.done[deed] = self.done.get(deed, 0) + 1
            getattr(self, deed)()
            QCoreApplication.processEvents()

    def _spot(self):
        view = self.kiosk.view
        return QPoint(self.luck.randrange(view.width()), self.luck.randrange(view.height()))

    def tap(self):
        found = self.kiosk.hands.touchables()
        if found:
            item = self.luck.choice(found)
            middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
            self.kiosk.hands.touch(middle)

    def tap_anywhere(self):
        self.kiosk.hands.touch(self._spot())

    def drag(self):
        self.kiosk.hands.stroke(self._spot(), self._spot())

    def two_fingers(self):
        view, device = self.kiosk.view, self.kiosk.hands._device
        one, two = self._spot(), self._spot()
        QTest.touchEvent(view, device).press(0, one, view).press(1, two, view).commit()
        QTest.touchEvent(view, device).move(0, two, view).move(1, one, view).commit()
        QTest.touchEvent(view, device).release(0, two, view).release(1, one, view).commit()

    def type(self):
        text = self.luck.choice(
            (
                self.luck.choice(string.printable),
                "".join(self.luck.choices(string.ascii_lowercase, k=5)),
                self.luck.choice(NASTY),
            )
        )
        if self.luck.random() < 0.5:
            self._key(text)
        else:
            self.kiosk.hands.keys(text[:40])

    def _key(self, text):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, text)
            QCoreApplication.sendEvent(self.kiosk.view, event)

    def press_key(self):
        QTest.keyClick(self.kiosk.view, self.luck.choice(KEYS))

    def scan(self):
        codes = list(self.thanked)
        known = [self.luck.choice(codes)] if codes else []
        text = self.luck.choice([*SCANS, *known * 6])
        if text in self.thanked and self.luck.random() < 0.5:
            text = self.thanked[text].address
        self.kiosk.hands.keys(text + "\n")

    def speak(self):
        self.luck.choice((self.citizen.nextLanguage, lambda: self.citizen.speak("en")))()

    def look(self):
        self.luck.choice((self.citizen.larger, self.citizen.nextContrast, self.citizen.lower))()

    def pass_time(self):
        self.kiosk.clock.seconds += self.luck.choice(PAUSES)
        self.citizen.tick()

    def wait(self):
        self.kiosk.background.wait()
        self.kiosk.hands.settle()

    def staff(self):
        """Somebody at the desk does something with one of the cases."""
        if not self.thanked:
            return
        case_id = self.luck.choice(list(self.thanked.values())).case.case_id
        try:
            case = self._desk.case(case_id)
        except LookupError:
            return  # for the inspector alone
        deeds = (
            lambda: self._desk.accept(case_id) and self._desk.reply(case_id, DONE),
            lambda: self._desk.accept(case_id) and self._desk.reply(case_id, NO),
            lambda: self._leader.approve(case_id),
            lambda: self._desk.close(case_id),
        )
        try:
            self.luck.choice((*deeds, *deeds[:1] * 4))()
        except DoesNotFit:
            self._desk.note(case.case_id, "看过了")

    def errand(self):
        """Something a person comes for, as far as it goes in the language that is shown."""
        if self.luck.random() < 0.7:
            self.citizen.startAgain()
        for label in self.luck.choice(ERRANDS):
            if label == CODE:
                self.scan()
                self.wait()
                continue
            try:
                self.kiosk.hands.tap(label)
            except LookupError:
                return

    # --- what must hold -----------------------------------------------------------------------

    def leave(self):
        """Nobody touches anything: the thank-you goes, the question comes, the home screen is
        there."""
        self.kiosk.background.wait()
        for seconds in (25, ASK_AFTER + 1, WIPE_AFTER + 1):
            QCoreApplication.processEvents()
            self.kiosk.clock.seconds += seconds
            self.citizen.tick()
            self.kiosk.background.wait()
        self.kiosk.clock.seconds += ASK_AFTER + WIPE_AFTER + 1
        self.citizen.tick()
        wait_until(lambda: self.citizen.screen == "Home", "the home screen")
        self.kiosk.background.wait()
        self.kiosk.hands.settle()
        # The stories begin anew, and the numbers are those of the first day.
        self.citizen.wiped.emit()
        self.citizen.board.month_is(Month())
        self.kiosk.hands.settle()

    def check(self):
        """Every thank-you has its case, and the store holds what was kept and no more."""
        self.kiosk.background.wait()
        QCoreApplication.processEvents()
        assert self.wrong == []
        again = Store.open(self.kiosk.settings.local, hall=HALL, device="M1")
        try:
            for letters, taken in self.thanked.items():
                found = again.find(taken.code)
                assert found is not None, f"thanked for {letters}, and it is not there"
                assert found.case_id == taken.case.case_id
            counts = again.counts()
        finally:
            again.close()
        stored = counts.get("registered", 0) + counts.get("joined", 0)
        assert stored == len(self.kept) == len(set(self.kept)), (counts, len(self.kept))
        assert set(self.thanked) <= set(self.kept)
        assert len(self.kept) - len(self.thanked) <= self.gone, (len(self.kept), self.gone)


def held(kiosk):
    """What is there to grow: items of the screen, Python's objects, resident megabytes."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert isValid(kiosk.view)
    every = list(_all(kiosk.view.rootObject()))
    rss = psutil.Process(os.getpid()).memory_info().rss / 2**20
    return {"items": len(every), "objects": len(gc.get_objects()), "rss": rss}


def _all(item):
    for child in item.childItems():
        yield child
        yield from _all(child)


def shown(kiosk):
    """Every text on the screen."""
    found = items(kiosk.view.rootObject())
    return [i.property("text") for i in found if i.inherits("QQuickText")]


def slope(values):
    """By how much they grow from one to the next (least squares)."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    above = sum((n - middle) * (value - mean) for n, value in enumerate(values))
    return above / sum((n - middle) ** 2 for n in range(len(values)))
