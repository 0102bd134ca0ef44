"""One visit after the other: late answers are nobody else's; slips, days, stories, the clock."""

import re
import threading
from contextlib import contextmanager
from datetime import date

import pytest
from PySide6.QtCore import QPoint, QPointF

from db.engine import StoreFull
from db.terms import Kind
from kiosk.ui.hands import items, wait_until
from kiosk.ui.window import QML
from kiosk.visit import ASK_AFTER, WIPE_AFTER
from tests.screens import SCREENS, show
from tests.ui.conftest import LANDSCAPE, PORTRAIT, SMALL
from tests.ui.test_citizen import complaint, furthest_apart, kept, look_up, replied
from tests.ui.test_screens import box, faults

SLIP = "LZ/2026112400017/I20"


@contextmanager
def slow(kiosk, name):
    """Inside it, the intake begins this deed but does not answer yet."""
    goes_on, deed = threading.Event(), getattr(kiosk.intake, name)

    def late(*told):
        goes_on.wait(30)
        return deed(*told)

    setattr(kiosk.intake, name, late)
    try:
        yield
    finally:
        setattr(kiosk.intake, name, deed)
        goes_on.set()
        kiosk.background.wait()
        kiosk.hands.settle()


def scan(kiosk, text):
    for sign in text:
        kiosk.hands.keys(sign)
    kiosk.hands.keys("\n")


def gone(kiosk):
    """Nobody touches anything until the next one comes."""
    kiosk.clock.seconds += ASK_AFTER + WIPE_AFTER + 1
    kiosk.citizen.tick()
    assert kiosk.citizen.screen == "Home"


# --- late answers -----------------------------------------------------------------------------


def test_a_thank_you_that_comes_late_is_not_shown_to_the_next_person(make_kiosk):
    kiosk = make_kiosk()
    with slow(kiosk, "take"):
        for label in ("投诉", "排队等候", "下一步", "提 交"):
            kiosk.hands.tap(label)
        assert kiosk.citizen.screen == "Sending"
        gone(kiosk)
        kiosk.hands.tap("提个建议")
    assert (kiosk.citizen.screen, kiosk.citizen.code) == ("Suggest", "")
    assert kiosk.counts() == {"registered": 1}
    assert not (kiosk.settings.data / "receipts").exists()


def test_starting_again_does_not_lose_a_thank_you_that_is_on_its_way(make_kiosk):
    kiosk = make_kiosk()
    with slow(kiosk, "take"):
        for label in ("投诉", "排队等候", "下一步", "提 交"):
            kiosk.hands.tap(label)
        kiosk.hands.tap("重新开始")
    assert kiosk.citizen.screen == "Done"


def test_going_back_while_it_is_kept_sends_nothing_twice(make_kiosk):
    kiosk = make_kiosk()
    with slow(kiosk, "take"):
        for label in ("投诉", "排队等候", "下一步", "提 交"):
            kiosk.hands.tap(label)
        kiosk.hands.tap("返回")
        kiosk.clock.seconds += 9
        kiosk.hands.tap("提 交")
        assert kiosk.citizen.screen == "Hub"
    kept(kiosk)
    assert kiosk.counts() == {"registered": 1}


def test_paper_that_comes_late_says_nothing_of_the_next_ones(make_kiosk):
    kiosk = make_kiosk()
    with slow(kiosk, "print_receipt"):
        for label in ("满意", "完成"):
            kiosk.hands.tap(label)
        wait_until(lambda: kiosk.citizen.screen == "Done", "the thank-you")
        kiosk.hands.tap("好了")
        kiosk.citizen.begin("question")
        kiosk.citizen.askAbout("I01")
    assert kiosk.citizen.paper == ""


def test_a_slip_that_comes_late_does_not_stand_for_another(make_kiosk):
    kiosk = make_kiosk()
    kiosk.citizen.begin("question")
    kiosk.citizen.askAbout("I01")
    with slow(kiosk, "print_guide"):
        kiosk.hands.tap("打印引导单")
        kiosk.hands.tap("返回")
        kiosk.citizen.askAbout("I02")
    assert kiosk.citizen.paper == ""


@pytest.mark.parametrize("way", ["gone", "back"])
def test_a_case_that_is_found_late_is_not_shown_to_the_next_person(make_kiosk, way):
    kiosk = make_kiosk()
    _, letters = complaint(kiosk)
    kiosk.hands.tap("查进度")
    with slow(kiosk, "look_up"):
        for key in letters:
            kiosk.hands.tap(key)
        gone(kiosk) if way == "gone" else kiosk.hands.tap("返回")
    assert kiosk.citizen.screen == "Home"
    assert kiosk.citizen.followUp.found == {}


def test_of_two_codes_the_second_one_counts(make_kiosk):
    kiosk = make_kiosk()
    _, first = complaint(kiosk)
    kiosk.hands.tap("满意")
    kiosk.hands.tap("完成")
    second, letters = kept(kiosk), kiosk.citizen.taken.code.letters
    kiosk.hands.tap("好了")
    with slow(kiosk, "look_up"):
        scan(kiosk, first)
        scan(kiosk, letters)
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the case")
    assert kiosk.citizen.followUp.found["number"] == second.number


def test_a_verdict_that_comes_late_is_not_shown_to_the_next_person(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    replied(kiosk, case)
    look_up(kiosk, letters)
    with slow(kiosk, "judge"):
        kiosk.hands.tap("解决了")
        kiosk.hands.tap("好了")
        gone(kiosk)
    assert (kiosk.citizen.screen, kiosk.citizen.followUp.found) == ("Home", {})


def test_a_second_press_on_a_verdict_is_the_same_press(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    replied(kiosk, case)
    look_up(kiosk, letters)
    with slow(kiosk, "judge"):
        kiosk.hands.tap("解决了")
        kiosk.hands.tap("好了")
        kiosk.hands.tap("好了")
    assert kiosk.citizen.followUp.said == "judged"
    assert kiosk.counts()["judged"] == 1


def test_a_call_that_was_answered_late_does_not_swallow_the_next_one(make_kiosk):
    kiosk = make_kiosk()
    with slow(kiosk, "call"):
        kiosk.hands.tap("叫人帮忙")
        kiosk.hands.tap("知道了")
        kiosk.citizen.wipe()
    kiosk.hands.tap("叫人帮忙")
    kiosk.background.wait()
    assert len(kiosk.desk("desk").calls()) == 2


# --- a record that is not there ---------------------------------------------------------------


def test_nobody_is_said_to_come_when_the_desk_could_not_be_told(make_kiosk):
    kiosk = make_kiosk()
    call, kiosk.intake.call = kiosk.intake.call, _full
    kiosk.hands.tap("叫人帮忙")
    wait_until(lambda: kiosk.citizen.callFailed, "the trouble")
    kiosk.picture()
    kiosk.hands.tap("知道了")
    kiosk.intake.call = call
    kiosk.hands.tap("叫人帮忙")
    kiosk.background.wait()
    assert not kiosk.citizen.callFailed
    assert len(kiosk.desk("desk").calls()) == 1


def _full(*_):
    raise StoreFull("no room")


def test_what_waits_for_a_record_that_never_opens_is_told_so(make_kiosk):
    kiosk = make_kiosk()
    kiosk.citizen._intake = None
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    assert kiosk.citizen.screen == "Sending"
    kiosk.citizen.out_of_service()
    assert kiosk.citizen.screen == "Trouble"
    kiosk.hands.tap("再试一次")
    assert (kiosk.citizen.screen, kiosk.citizen.chosenCount) == ("Trouble", 1)
    kiosk.citizen.callSomeone()
    assert kiosk.citizen.callFailed


# --- home again -------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0, 3])
def test_whatever_is_touched_somebody_is_here(make_kiosk, scale):
    """Keys, drawing, scrolling, and what only changes the look of a page."""
    kiosk = make_kiosk()

    def touched(act):
        kiosk.clock.seconds += ASK_AFTER + 1
        kiosk.citizen.tick()
        assert kiosk.citizen.stillHere > 0
        kiosk.citizen.touch()
        kiosk.clock.seconds += ASK_AFTER - 1
        act()
        kiosk.clock.seconds += 2
        return kiosk.citizen.stillHere == 0

    for label in ("投诉", "排队等候", "下一步", "想说的话"):
        kiosk.hands.tap(label)
    for _ in range(scale):
        kiosk.hands.tap("大字")
    assert touched(lambda: kiosk.hands.tap("n"))
    assert touched(lambda: kiosk.hands.tap("123"))
    kiosk.hands.tap("手写")
    pad = next(i for i in items(kiosk.view.rootObject()) if i.inherits("QQuickMultiPointTouchArea"))
    middle = pad.mapToScene(QPointF(pad.width() / 2, pad.height() / 2)).toPoint()
    assert touched(lambda: kiosk.hands.stroke(middle, middle + QPoint(40, 40)))
    assert touched(lambda: kiosk.hands.touch(QPoint(3, 3)))
    if scale:
        kiosk.citizen.go("Problems")
        here = kiosk.hands.find("办事流程").mapToScene(QPointF(99, 20)).toPoint()
        assert touched(lambda: kiosk.hands.stroke(here, here - QPoint(0, 300)))
        assert touched(lambda: kiosk.hands.tap("往下，还有"))


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["tall", "wide"])
def test_a_choice_of_languages_that_was_left_open_goes_away_by_itself(make_kiosk, size):
    kiosk = make_kiosk(size)
    before = kiosk.picture()
    kiosk.hands.tap("Language")
    assert furthest_apart(kiosk.picture(), before) > 64
    gone(kiosk)
    assert furthest_apart(kiosk.picture(), before) < 64


def test_the_next_person_finds_nothing_scrolled(make_kiosk):
    kiosk = make_kiosk(LANDSCAPE)
    before = kiosk.picture()
    for _ in range(3):
        kiosk.hands.tap("大字")
    kiosk.hands.tap("往下，还有")
    gone(kiosk)
    assert furthest_apart(kiosk.picture(), before) < 64


def test_the_clock_on_the_wall_goes_on_while_nobody_is_there(make_kiosk):
    kiosk = make_kiosk()
    kiosk.citizen.tick()
    told = []
    kiosk.citizen.board.changed.connect(lambda: told.append(kiosk.citizen.board.today))
    kiosk.citizen.tick()
    assert told == []
    now = kiosk.citizen._now().replace(minute=27)
    kiosk.citizen._now = kiosk.citizen.board._now = lambda: now
    kiosk.citizen.tick()
    assert len(told) == 1 and told[0].endswith("10:27")


def test_an_idle_screen_asks_for_nothing_to_be_drawn(make_kiosk):
    kiosk = make_kiosk()
    kiosk.citizen.tick()
    kiosk.background.wait()
    told = []
    kiosk.citizen.changed.connect(lambda: told.append(kiosk.clock.seconds))
    for _ in range(300):
        kiosk.clock.seconds += 1
        kiosk.citizen.tick()
    assert told == []


# --- stories ----------------------------------------------------------------------------------


def places(kiosk):
    return [(box(item), item.property("label")) for item in kiosk.hands.touchables()]


def stories(kiosk):
    """The place of the stories, and what is to be read there."""
    place = next(i for i in items(kiosk.view.rootObject()) if i.property("stories") is not None)
    texts = [i.property("text") for i in items(place) if i.inherits("QQuickText")]
    return place, texts[1:]


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL], ids=["tall", "wide", "small"])
@pytest.mark.parametrize("scale", [0, 3])
def test_stories_take_turns_and_move_nothing(make_kiosk, size, scale):
    kiosk = make_kiosk(size)
    show(kiosk, SCREENS["home"], "en", scale)
    place, _ = stories(kiosk)
    told, before = kiosk.citizen.board.stories, places(kiosk)
    for turn in (0, 1, 2, 3):
        place.setProperty("turn", turn)
        wait_until(lambda turn=turn: stories(kiosk)[1] == [told[turn]], "the next story")
        assert places(kiosk) == before
        assert list(faults(kiosk, size)) == []


def test_a_story_stays_ten_seconds_and_fades_within_120_ms(make_kiosk):
    kiosk = make_kiosk()
    place, _ = stories(kiosk)
    timers = [c for c in place.children() if c.inherits("QQmlTimer")]
    assert [t.property("interval") for t in timers] == [10_000]
    assert re.search(r"int fade: (\d+)", (QML / "Theme.qml").read_text("utf-8"))[1] == "120"


# --- slips ------------------------------------------------------------------------------------


def test_a_pick_up_slip_links_the_finished_case_and_leaves_every_way_open(make_kiosk):
    kiosk = make_kiosk()
    scan(kiosk, SLIP)
    assert (kiosk.citizen.screen, kiosk.citizen.linked) == ("Home", "2026112400017")
    kiosk.hands.find("已对上办件 2026112400017")
    for label in ("非常满意", "完成"):
        kiosk.hands.tap(label)
    said = kept(kiosk).feedback
    assert (said.project, said.service_item, said.service_window) == (
        "2026112400017", "I20", "W08",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tile", "kind"), [("投诉", Kind.COMPLAINT), ("提个建议", Kind.SUGGESTION)]
)
def test_the_slip_goes_along_with_whatever_is_said(make_kiosk, tile, kind):
    kiosk = make_kiosk()
    scan(kiosk, SLIP)
    kiosk.hands.tap(tile)
    kiosk.hands.tap("排队等候" if kind is Kind.COMPLAINT else "标识和环境")
    kiosk.hands.tap("下一步" if kind is Kind.COMPLAINT else "建议加英文标识")
    if kind is Kind.COMPLAINT:
        assert kiosk.citizen.offers.chosenWindow.endswith("办件 2026112400017")
    kiosk.hands.tap("提 交" if kind is Kind.COMPLAINT else "提交")
    assert kept(kiosk).feedback.project == "2026112400017"


def test_the_slip_is_never_required_and_can_be_taken_away(make_kiosk):
    kiosk = make_kiosk()
    case, _ = complaint(kiosk)
    assert case.feedback.project == ""
    scan(kiosk, SLIP)
    kiosk.hands.tap("已对上办件")
    assert kiosk.citizen.linked == ""
    for label in ("投诉", "服务态度", "下一步", "哪个窗口"):
        kiosk.hands.tap(label)
    scan(kiosk, SLIP)
    kiosk.hands.tap("已对上办件")
    kiosk.hands.tap("不清楚")
    kiosk.hands.tap("提 交")
    said = kept(kiosk).feedback
    assert (said.project, said.service_item, said.service_window) == ("", "", "")


def test_a_slip_does_not_lose_what_a_ticket_told(make_kiosk):
    kiosk = make_kiosk()
    scan(kiosk, "A023-W05-202611230940")
    scan(kiosk, SLIP)
    for label in ("排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    said = kept(kiosk).feedback
    assert (said.ticket, said.waited_minutes, said.project) == ("A023", 46, "2026112400017")


def test_a_slip_left_on_the_home_screen_is_gone_for_the_next_person(make_kiosk):
    kiosk = make_kiosk()
    before = kiosk.picture()
    scan(kiosk, SLIP)
    gone(kiosk)
    assert kiosk.citizen.linked == ""
    assert furthest_apart(kiosk.picture(), before) < 64


def test_keys_pressed_long_ago_do_not_spoil_a_scan(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.keys("x")
    kiosk.clock.seconds += 6
    scan(kiosk, SLIP)
    assert kiosk.citizen.linked == "2026112400017"


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE], ids=["tall", "wide"])
def test_a_linked_slip_is_shown_whole(make_kiosk, size):
    kiosk = make_kiosk(size)
    for name in ("home", "where", "hub"):
        for language, scale in (("zh", 0), ("en", 1), ("ru", 3)):
            show(kiosk, SCREENS[name], language, scale)
            scan(kiosk, "LZ/" + "8" * 40 + "/I20")
            kiosk.hands.settle()
            assert list(faults(kiosk, size)) == [], (name, language)


# --- the hall's own days ----------------------------------------------------------------------


def test_the_forms_offer_the_days_on_which_the_hall_is_open(make_kiosk, tmp_path):
    folder = tmp_path / "kiosk0"
    folder.mkdir()
    (folder / "days.csv").write_text("2026-11-24,closed\n2026-11-28,open\n", "utf-8")
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "下一步", "我需要帮忙", "预约办理"):
        kiosk.hands.tap(label)
    days = [choice["code"][:10] for choice in kiosk.citizen.offers.form["choices"]]
    assert list(dict.fromkeys(days)) == ["2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28"]
    case = kiosk.intake.take(kiosk.citizen._visit.feedback("zh")).case
    assert date.fromisoformat(case.due) > date(2026, 11, 24)


# --- pace -------------------------------------------------------------------------------------


def test_how_a_visit_went_is_measured_from_its_first_tap(make_kiosk):
    kiosk = make_kiosk()
    told = []
    take = kiosk.intake.take
    kiosk.intake.take = lambda *a: told.append(a[-1]) or take(*a)
    for label in ("投诉", "排队等候", "下一步"):
        kiosk.hands.tap(label)
        kiosk.clock.seconds += 3
    kiosk.hands.tap("提 交")
    kept(kiosk)
    assert (told[0].taps, told[0].seconds) == (4, 9)
    kiosk.hands.tap("再说一件")
    kiosk.clock.seconds += 100
    kiosk.hands.tap("满意")
    kiosk.clock.seconds += 2
    kiosk.hands.tap("完成")
    kept(kiosk)
    assert (told[1].taps, told[1].seconds, told[1].at - told[0].at) == (2, 2, 102)


def test_a_child_at_the_screen_is_marked_and_thanked_all_the_same(make_kiosk):
    kiosk = make_kiosk()
    cases = []
    for _ in range(6):
        for label in ("非常不满意", "完成"):
            kiosk.hands.tap(label)
            kiosk.clock.seconds += 1
        cases.append(kept(kiosk))
        kiosk.hands.tap("好了")
        kiosk.clock.seconds += 5
    assert [bool(case.play) for case in cases] == [False] * 5 + [True]
    assert cases[-1].play == "1 分钟内连续 6 次评价"
    assert all(case.number and case.due for case in cases)
