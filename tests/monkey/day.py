"""A day at the kiosk, compressed: one visit after the other, every way, in every language.

A visit begins at the home screen and ends there: with the thank-you put away, or with nobody there
any more. Between two of them so long passes that also whoever waits on the spot has gone.
"""

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent

from db.case import DoesNotFit
from kiosk.ui.hands import items, wait_until
from kiosk.visit import ASK_AFTER, WAITS_HERE, WIPE_AFTER
from kiosk.words import languages, say
from tests.monkey.witness import Witness
from tests.nasty import NASTY
from tests.people import DONE

#: Seconds from one visit to the next.
BETWEEN = WAITS_HERE + 3


class Day(Witness):
    """Visits in a row. What breaks breaks here; what Qt warns of, its test sees."""

    def __init__(self, kiosk, seed):
        super().__init__(kiosk, seed)
        self.ways = {}
        self._desk = kiosk.desk("desk")
        self._names = {
            one.code: one.name
            for part in ("problems", "areas", "troubles", "needs", "service_items")
            for one in getattr(kiosk.catalogue, part)
        }
        self._names |= {w.code: w.name for w in kiosk.catalogue.service_windows}
        self._names |= {tag.code: tag.name for p in kiosk.catalogue.problems for tag in p.tags}

    def run(self, visits):
        """So many visits, each on its own way."""
        for _ in range(visits):
            way = self.luck.choice(WAYS)
            self.ways[way.__name__] = self.ways.get(way.__name__, 0) + 1
            self._arrive()
            way(self)
            self._go()

    def _arrive(self):
        self.kiosk.clock.seconds += BETWEEN
        self.citizen.tick()
        assert self.citizen.screen == "Home", self.citizen.screen
        self.citizen.speak(self.luck.choice(languages()))
        for change, often in (
            (self.citizen.larger, 0.3),
            (self.citizen.nextContrast, 0.2),
            (self.citizen.lower, 0.1),
        ):
            if self.luck.random() < often:
                change()

    def _go(self):
        """Put the thank-you away, or just go."""
        wait_until(lambda: self.citizen.screen != "Sending", "the end of sending")
        if self.citizen.screen == "Same":
            self.tap(self.luck.choice(("我也遇到", "我的不一样，单独提交")))
            wait_until(lambda: self.citizen.screen == "Done", "the thank-you")
        if self.citizen.screen == "Done" and self.luck.random() < 0.7:
            self.tap("好了")
        else:
            self.kiosk.clock.seconds += ASK_AFTER + 1
            self.citizen.tick()
            self.kiosk.clock.seconds += WIPE_AFTER
            self.citizen.tick()

    # --- what a visitor does ------------------------------------------------------------------

    def tap(self, *labels):
        """What stands there in the screen's language; codes of the catalogue by their names."""
        language = self.citizen.language
        for label in labels:
            name = self._names.get(label)
            self.touch(name.say(language) if name else say(label, language))

    def touch(self, label):
        """Scrolled into sight first, as large letters need it."""
        item = self.kiosk.hands.find(label)
        item.forceActiveFocus()
        middle = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        self.kiosk.hands.touch(middle)

    def keys(self, text):
        """Keys of the screen's own keyboard."""
        for key in text:
            self.touch(key)

    def put(self, text):
        """What an input method puts in at once."""
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, text)
            QCoreApplication.sendEvent(self.kiosk.view, event)

    def any_code(self):
        """A code of today, with its case."""
        letters = self.luck.choice(list(self.thanked))
        return letters, self.thanked[letters][0]


def rates(day):
    day.tap(day.luck.choice(("非常满意", "满意", "基本满意")), "完成")


def rates_badly(day):
    day.tap("非常不满意", "C0203", "完成")


def leaves_a_face(day):
    day.tap("不满意")
    day.kiosk.clock.seconds += 12
    day.citizen.tick()


def complains(day):
    day.citizen.begin("complaint")
    day.tap("C01", "C04")
    day.citizen.go("Hub")
    day.tap("提 交")


def grumbles(day):
    day.citizen.begin("complaint")
    day.tap(day.luck.choice(("C01", "C02", "C03")), "吐个槽，说完就走")


def writes_pinyin(day):
    day.citizen.begin("complaint")
    day.tap("C01")
    day.citizen.go("Hub")
    day.citizen.go("OwnWords")
    day.keys("taiman")
    day.kiosk.hands.settle()
    if day.citizen.composer.candidates:
        day.touch(day.citizen.composer.candidates[0])
    day.tap("写好了", "提 交")


def writes_by_finger(day):
    day.citizen.begin("complaint")
    day.tap("C01")
    day.citizen.go("Hub")
    day.citizen.go("OwnWords")
    day.tap("手写")
    root = day.kiosk.view.rootObject()
    pad = next(i for i in items(root) if i.inherits("QQuickMultiPointTouchArea"))
    left, right = (
        pad.mapToScene(QPointF(pad.width() * x, pad.height() * 0.5)).toPoint() for x in (0.3, 0.7)
    )
    day.kiosk.hands.stroke(left, right)
    wait_until(lambda: day.citizen.ink.candidates, "what it may be")
    day.citizen.ink.pick(0)
    day.tap("写好了", "提 交")


def pastes(day):
    day.citizen.begin("suggestion")
    day.tap("S01")
    day.citizen.go("OwnWords")
    day.put(day.luck.choice(NASTY))
    day.tap("写好了", "提交")


def leaves_a_number(day):
    day.citizen.begin("complaint")
    day.tap("C05")
    day.citizen.go("Hub")
    day.citizen.go("Contact")
    day.tap("打我的手机")
    day.keys("13800000000")
    day.tap("好了", "提 交")


def leaves_an_address(day):
    day.citizen.begin("complaint")
    day.tap("C05")
    day.citizen.go("Hub")
    day.citizen.go("Needs")
    day.citizen.need("post")
    day.keys("taibaihu")
    day.citizen.back()
    day.tap("好了", "提 交")


def suggests(day):
    day.citizen.begin("suggestion")
    day.tap("S01")
    day.touch(day.citizen.offers.presets[0])
    day.tap("提交")


def waits_here(day):
    day.citizen.begin("help")
    day.citizen.chooseOnly(day.kiosk.catalogue.troubles[0].code)
    day.tap("我就在这里等")


def reports_a_bribe(day):
    day.citizen.sealedWay()
    day.tap("提 交")


def asks(day):
    day.citizen.begin("question")
    day.keys("cbgj")
    day.citizen.askAbout("I02")
    day.tap("打印引导单")
    wait_until(lambda: day.citizen.paper in ("printed", "trouble"), "the slip")
    day.tap("记住了")


def scans_a_ticket(day):
    day.kiosk.hands.keys("A023-W05-202611230940\n")
    day.tap("C01")
    day.citizen.go("Hub")
    day.tap("提 交")


def scans_a_slip(day):
    day.kiosk.hands.keys("LZ/2026112400017/I20\n")
    day.tap("满意", "完成")


def calls(day):
    day.tap("叫人帮忙", "知道了")


def big_print(day):
    day.citizen.go("BigPrint")
    day.tap("不满意", "完成")


def goes_away(day):
    day.citizen.begin("complaint")
    day.tap("C06")
    day.citizen.go("OwnWords")
    day.keys("mimi")


def comes_back(day):
    if not day.thanked:
        return
    letters, case_id = day.any_code()
    try:
        day._desk.accept(case_id)
        day._desk.reply(case_id, DONE)
    except (DoesNotFit, LookupError):
        pass
    day.citizen.go("LookUp")
    day.keys(letters)
    wait_until(lambda: day.citizen.screen == "CaseView", "the case")
    found = day.citizen.followUp.found
    assert found, letters
    if found["judges"]:
        day.tap("没解决，要重办", "说了没做到", "要求重办")
        wait_until(lambda: day.citizen.followUp.said, "what was kept")
    elif found["withdraws"] and day.luck.random() < 0.5:
        day.citizen.followUp.withdraw()
        wait_until(lambda: day.citizen.followUp.said, "what was kept")


WAYS = (
    rates, rates, rates_badly, leaves_a_face, complains, complains, grumbles, writes_pinyin,
    writes_by_finger, pastes, leaves_a_number, leaves_an_address, suggests, waits_here,
    reports_a_bribe, asks, scans_a_ticket, scans_a_slip, calls, big_print, goes_away, comes_back,
)  # fmt: skip
