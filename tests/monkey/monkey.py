"""A monkey at the real screens: taps, drags, keys, scans, switches and waits from a seed."""

import string

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from db.case import DoesNotFit
from tests.monkey.witness import Witness
from tests.nasty import NASTY
from tests.people import DONE, NO

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


class Monkey(Witness):
    """One monkey with its own luck."""

    def __init__(self, kiosk, seed):
        super().__init__(kiosk, seed, full=FULL)
        self.done = {}
        self._desk, self._leader = kiosk.desk("desk"), kiosk.desk("leader")

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
            _, text = self.thanked[text]
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
        case_id, _ = self.luck.choice(list(self.thanked.values()))
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
