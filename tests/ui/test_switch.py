"""Everything by one switch or two: a ring steps, a switch chooses, and any touch ends it."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest

from kiosk.settings import KEYS
from kiosk.ui.hands import wait_until
from kiosk.ui.sight import ENTERS, SPACE, key_of
from kiosk.ui.switch import HOLD, SETTLE
from tests.screens import SCREENS, show
from tests.ui.conftest import LANDSCAPE, PORTRAIT, SMALL, FakeSpeaker

SHAPES = pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["portrait", "landscape"])
PACE = 1.5
STEPS = 400


class Person:
    """Somebody with one switch or two, who sees the ring and knows what they want."""

    def __init__(self, kiosk, switches=1):
        self.kiosk, self.switches = kiosk, switches
        self.ring = kiosk.citizen.switches
        self.steps = self.presses = 0

    def press(self, key=Qt.Key.Key_F8):
        self.kiosk.clock.seconds += SETTLE
        QTest.keyClick(self.kiosk.view, key)
        QCoreApplication.processEvents()
        self.kiosk.hands.settle()
        self.presses += 1

    def choose(self):
        self.press(Qt.Key.Key_F8 if self.switches == 1 else Qt.Key.Key_F9)

    def wait(self):
        """Let the ring step once."""
        self.steps += 1
        if self.switches == 2:
            self.press()
            return
        self.kiosk.clock.seconds += PACE
        self.ring.tick()
        self.kiosk.hands.settle()

    def sees(self):
        """The labels of what the ring is around."""
        self.kiosk.hands.settle()
        self.ring.tick()
        around = self.ring.ring
        return [
            item.property("label")
            for item in self.kiosk.hands.touchables()
            if around.contains(item.mapRectToScene(item.boundingRect()).center())
        ]

    def take(self, label):
        """Wait until the ring is around it, choose, and again inside, until it is chosen."""
        self.ring.tick()
        for _ in range(STEPS):
            seen = self.sees()
            if any(one == label or one.startswith(label) for one in seen):
                self.choose()
                if len(seen) == 1:
                    return
            else:
                self.wait()
        raise LookupError(f"the ring does not come to {label!r}")


@pytest.fixture
def person(make_kiosk):
    def make(size=PORTRAIT, switches=1, **settings):
        settings = {"switch": "one" if switches == 1 else "two", **settings}
        made = Person(make_kiosk(size, **settings), switches)
        made.press()
        return made

    return make


def held(kiosk, key, seconds):
    """A key that is held, as a keyboard sends it."""
    kiosk.clock.seconds += SETTLE
    QTest.keyPress(kiosk.view, key)
    kiosk.clock.seconds += seconds
    again = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, "", True)
    QCoreApplication.sendEvent(kiosk.view, again)
    kiosk.citizen.switches.tick()
    QTest.keyRelease(kiosk.view, key)


# --- whole ways ---------------------------------------------------------------------------------


@SHAPES
@pytest.mark.parametrize("switches", [1, 2], ids=["one", "two"])
def test_a_complaint_by_switch_alone(person, size, switches):
    somebody = person(size, switches)
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        somebody.take(label)
    citizen = somebody.kiosk.citizen
    wait_until(lambda: citizen.paper == "printed", "the receipt")
    assert citizen.taken.case.feedback.problems == ("C01",)
    assert somebody.kiosk.hands.taps == 0
    assert somebody.steps <= 60


@SHAPES
def test_a_word_in_pinyin_by_one_switch(person, size):
    somebody = person(size)
    for label in ("投诉", "排队等候", "下一步", "想说的话"):
        somebody.take(label)
    somebody.steps = 0
    for key in ("p", "a", "i", "d", "u", "i", "排队"):
        somebody.take(key)
    assert somebody.kiosk.citizen.words == "排队"
    assert somebody.steps <= 60


@SHAPES
def test_every_thing_to_touch_on_every_screen_can_be_come_to(make_kiosk, size):
    kiosk = make_kiosk(size)
    for name, steps in SCREENS.items():
        for scale in (0, 3):
            show(kiosk, steps, "zh", scale)
            ring = kiosk.citizen.switches
            ring.asks.emit()
            stops = ring._level(0)
            reached = {item for stop in stops for item in leaves(stop)}
            assert reached == {i for i in kiosk.hands.touchables() if i.isEnabled()}, name


def leaves(stop):
    if not stop.inside:
        assert len(stop.items) == 1
        return set(stop.items)
    return {item for inner in stop.inside for item in leaves(inner)}


@SHAPES
def test_a_stop_is_one_line_or_one_block_and_few_stand_on_a_screen(make_kiosk, size):
    kiosk = make_kiosk(size)
    for name, steps in SCREENS.items():
        show(kiosk, steps, "zh", 0)
        kiosk.citizen.switches.asks.emit()
        stops = kiosk.citizen.switches._level(0)
        assert 1 <= len(stops) <= 12, name
        for stop in stops:
            for row in lines(stop):
                middles = [item.mapToScene(QPointF(0, item.height() / 2)).y() for item in row]
                labels = [item.property("label") for item in row]
                assert max(middles) - min(middles) < 40, (name, labels)


def lines(stop):
    """The rows that are chosen as one, down to single things."""
    if any(inner.inside for inner in stop.inside):
        return [line for inner in stop.inside for line in lines(inner)]
    tall = {item.mapToScene(QPointF(0, 0)).x() for item in stop.items}
    return [[item] for item in stop.items] if len(tall) == 1 else [stop.items]


# --- the ring -----------------------------------------------------------------------------------


def test_the_ring_is_in_sight_and_around_what_is_chosen(person):
    somebody = person(SMALL)
    show(somebody.kiosk, SCREENS["problems"], "zh", 3)
    somebody.press()
    for _ in range(30):
        somebody.wait()
        ring = somebody.ring.ring
        assert ring.top() >= 0 and ring.bottom() <= SMALL[1] + 1, somebody.sees()
        assert somebody.sees()


def test_the_ring_is_drawn(person):
    somebody = person()
    place = somebody.ring.ring
    shown = somebody.kiosk.picture()
    ink = shown.pixelColor(int(place.x()) - 4, int(place.center().y()))
    assert (ink.red(), ink.green(), ink.blue()) < (60, 60, 60)


def test_past_the_last_of_a_row_the_ring_leads_out_again(person):
    somebody = person()
    row = somebody.sees()
    assert len(row) == 5
    somebody.choose()
    seen = []
    for _ in range(6):
        seen.append(somebody.sees())
        somebody.wait()
    assert seen == [[label] for label in row] + [row]
    while somebody.sees() != row:
        somebody.wait()
    somebody.choose()
    somebody.wait()
    assert somebody.sees() not in [[label] for label in row] + [row]


def test_one_switch_left_alone_comes_out_of_a_row_by_itself(person):
    somebody = person()
    row = somebody.sees()
    somebody.choose()
    for _ in range(2 * (len(row) + 1)):
        somebody.wait()
    assert somebody.sees() == row
    somebody.wait()
    assert somebody.sees() != row


def test_two_presses_of_a_trembling_hand_are_one(person):
    somebody = person()
    somebody.choose()
    QTest.keyClick(somebody.kiosk.view, Qt.Key.Key_F8)
    assert somebody.kiosk.citizen.screen == "Home"
    somebody.choose()
    assert somebody.kiosk.citizen.screen == "Rate"


def test_a_switch_that_is_held_presses_once(person):
    somebody = person()
    held(somebody.kiosk, Qt.Key.Key_F8, 1.0)
    held(somebody.kiosk, Qt.Key.Key_F8, 1.0)
    assert somebody.kiosk.citizen.screen == "Rate"


@pytest.mark.parametrize("switches", [1, 2], ids=["one", "two"])
def test_switches_that_act_as_space_and_enter_work(person, switches):
    somebody = person(switches=switches)
    keys = [Qt.Key.Key_Space] if switches == 1 else [Qt.Key.Key_Return]
    if switches == 2:
        before = somebody.sees()
        somebody.press(Qt.Key.Key_Space)
        assert somebody.sees() != before
    somebody.press(keys[0])
    assert somebody.kiosk.citizen.screen == "Home"  # into the row, not on its first
    somebody.press(keys[0])
    assert somebody.kiosk.citizen.screen != "Home"


def test_the_pace_is_the_halls(person):
    somebody = person(switch_ms="5000")
    first = somebody.sees()
    somebody.wait()
    assert somebody.sees() == first
    somebody.kiosk.clock.seconds += 5.0
    somebody.ring.tick()
    assert somebody.sees() != first


# --- beginning and ending -----------------------------------------------------------------------


def test_nothing_steps_until_a_switch_is_pressed(make_kiosk):
    kiosk = make_kiosk(switch="one")
    assert not kiosk.citizen.switches.on
    QTest.keyClick(kiosk.view, Qt.Key.Key_Space)
    assert kiosk.citizen.switches.on


@pytest.mark.parametrize(
    ("key", "steps_by_itself"), [(Qt.Key.Key_F8, True), (Qt.Key.Key_F9, False)]
)
def test_where_the_hall_has_it_off_a_key_that_is_held_begins(make_kiosk, key, steps_by_itself):
    kiosk = make_kiosk()
    held(kiosk, key, HOLD / 2)
    assert not kiosk.citizen.switches.on
    held(kiosk, key, HOLD)
    somebody = Person(kiosk)
    assert somebody.ring.on
    first = somebody.sees()
    somebody.wait()
    assert (somebody.sees() != first) is steps_by_itself


def test_the_numbers_of_the_keys_are_qts():
    assert Qt.Key.Key_Space == SPACE
    assert (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Select) == ENTERS
    assert [key_of(name) for name in KEYS[1:]] == [Qt.Key[f"Key_{name}"] for name in KEYS[1:]]
    assert key_of("") is None


def test_the_keys_are_the_halls(make_kiosk):
    kiosk = make_kiosk(switch="one", switch_key="F2")
    QTest.keyClick(kiosk.view, Qt.Key.Key_F8)
    assert not kiosk.citizen.switches.on
    QTest.keyClick(kiosk.view, Qt.Key.Key_F2)
    assert kiosk.citizen.switches.on


def test_any_touch_ends_it(person):
    somebody = person()
    somebody.kiosk.hands.touch(QPoint(20, 300))
    assert not somebody.ring.on
    assert somebody.ring.ring.isEmpty()


def test_the_next_person_finds_no_ring(person):
    somebody = person()
    somebody.take("投诉")
    somebody.take("重新开始")
    assert not somebody.ring.on


def test_left_alone_it_ends_though_nothing_was_chosen(person):
    somebody = person()
    for _ in range(62):
        somebody.kiosk.clock.seconds += 1
        somebody.ring.tick()
        somebody.kiosk.citizen.tick()
    assert not somebody.ring.on


def test_a_press_counts_as_a_touch_and_a_step_does_not(person):
    somebody = person()
    citizen = somebody.kiosk.citizen
    for _ in range(31):
        somebody.wait()
    citizen.tick()
    assert citizen.stillHere > 0
    assert somebody.sees() == ["我还在"]
    somebody.choose()
    assert citizen.stillHere == 0
    assert somebody.ring.on


def test_with_two_switches_each_step_counts_as_a_touch(person):
    somebody = person(switches=2)
    for _ in range(2):
        somebody.kiosk.clock.seconds += 29
        somebody.press()
        somebody.kiosk.citizen.tick()
    assert somebody.kiosk.citizen.stillHere == 0
    assert somebody.ring.on


def test_what_lies_over_a_page_is_stepped_through_instead(person):
    somebody = person()
    somebody.take("叫人帮忙")
    assert somebody.sees() == ["知道了"]
    somebody.choose()
    assert not somebody.kiosk.citizen.calling
    assert len(somebody.sees()) == 5


# --- beside others ------------------------------------------------------------------------------


def test_a_scanned_code_is_not_taken_for_presses(person):
    somebody = person()
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        somebody.take(label)
    kiosk = somebody.kiosk
    wait_until(lambda: kiosk.citizen.paper == "printed", "the receipt")
    address = kiosk.citizen.taken.address
    somebody.take("好了")
    somebody.press()
    assert somebody.ring.on
    kiosk.hands.keys(address)
    kiosk.hands.enter()
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the case")


def test_a_real_keyboard_still_writes_while_the_ring_steps(person):
    somebody = person()
    somebody.kiosk.citizen.begin("complaint")
    somebody.kiosk.citizen.go("OwnWords")
    somebody.kiosk.hands.settle()
    somebody.kiosk.hands.keys("hello")
    assert somebody.kiosk.citizen.words == "hello"


def test_read_aloud_names_each_stop_and_the_ring_waits_for_the_voice(make_kiosk):
    speaker = FakeSpeaker("zh")
    somebody = Person(make_kiosk(speaker=speaker, switch="one"))
    somebody.press()
    somebody.take("朗读")
    assert speaker.texts()[2:4] == [
        "欢迎来找茬",
        "哪里不顺心，点这里。证已领到，放心说；不留名，也件件有回复。",
    ]
    assert "第 1 项" not in speaker.texts()
    somebody.wait()
    first = somebody.sees()
    speaker.talks = True
    for _ in range(3):
        somebody.wait()
    assert somebody.sees() == first
    speaker.talks = False
    somebody.wait()
    assert somebody.sees() != first
    assert speaker.texts()[-1] in " ".join(somebody.sees())
