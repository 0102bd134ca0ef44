"""Staff at the desk: real touches and typing on the desk's window, real stores behind it."""

import gc
import threading
from contextlib import contextmanager
from datetime import datetime, timedelta

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest

import db.opened
from db.beat import Beat, note_beat
from db.code import TrackingCode, read_code
from db.happening import Accepted, Joined
from db.lists import Lists
from db.seal import seal, unseal_with
from db.store import Store
from db.sync import note_pass, sync, sync_state
from db.terms import (
    Dimension,
    Duty,
    Feedback,
    Grade,
    Kind,
    Need,
    Rated,
    ReplyBy,
    Result,
    Ring,
    Source,
    State,
)
from kiosk import app, drawing
from kiosk.calls import desk_hears
from kiosk.contact import SEALED_AS, Contact, read
from kiosk.deadlines import Deadlines
from kiosk.intake import Intake
from kiosk.paper.printers import NoPrinter
from kiosk.settings import load
from kiosk.staff import SAMPLE_PIN
from kiosk.ui.background import Background
from kiosk.ui.hands import DeskHands, items, wait_until
from kiosk.ui.window import application, close_view, open_view
from kiosk.workdays import Workdays
from tests.hall import badge_keys, found
from tests.people import ANGRY, DONE, HALL, IDEA, NO, tell
from tests.rotten import rot
from tests.ui.conftest import touch_device
from tests.ui.test_screens import box

SIZE = (1366, 768)
LOGIN, PIN = "账号", "密码"
TEXT, REPLY = "查到什么、怎么办的（给工作人员看）", "给市民的回复"
FIND = "找：编号、扫小票、几个字、拼音首字母"
LONG = "我早上八点就来排队，等了两个多小时，窗口说材料不全，又让我去三楼盖章。" * 12


class Counter:
    """The desk's window over its own store, a kiosk people talk to, and the shared store between.

    `passes` is the sync process's own handle on the desk's store.
    """

    def __init__(self, folder, printer):
        application()
        folder.mkdir()
        self.settings = load(folder, {"printer": printer})
        self.receipts = folder / "receipts"
        self.kiosk = Store.open(folder / "kiosk.sqlite", hall=HALL, device="K1")
        self.shared = app.open_shared(self.settings, "S1", HALL)
        self.store = found(app.open_local(self.settings, "D1", HALL))
        self.passes = app.open_local(self.settings, "K9", HALL)
        self.background = Background()
        catalogue = app.hall_catalogue(self.settings)
        self.printing = Background()
        self.desk = app.make_desk(
            self.settings, catalogue, self.store, self.background, printing=self.printing
        )
        self.view = open_view("desk/Desk.qml", {"desk": self.desk}, width=SIZE[0], height=SIZE[1])
        self.view.show()
        assert QTest.qWaitForWindowExposed(self.view)
        self.hands = DeskHands(self.view, touch_device())

    # --- what happens in the hall ---

    def told(self, feedback=ANGRY, phone=""):
        """Somebody says it at the kiosk, and it comes to the desk."""
        key = self.store.people().key(Ring.CONTACT)
        sealed = (seal(key, SEALED_AS, Contact(phone).write()),) if phone else ()
        told = tell(self.kiosk, feedback, *sealed)
        sync(self.kiosk, self.shared)
        sync(self.passes, self.shared)
        return told

    @contextmanager
    def a_slow_record(self):
        """Meanwhile the desk's worker gets nothing done, as on a slow disk."""
        go_on = threading.Event()
        self.background.run(go_on.wait, lambda _: None)
        try:
            yield
        finally:
            go_on.set()

    # --- what somebody at the desk does ---

    def sign_in(self, login="desk", pin=SAMPLE_PIN):
        self.retype(LOGIN, login)
        self.retype(PIN, pin)
        self.hands.tap("登录")

    def change_places(self, login):
        """The one at the desk signs out, another one signs in."""
        self.hands.tap("退出")
        self.at_work(login)

    def at_work(self, login="desk"):
        self.sign_in(login)
        wait_until(lambda: "退出" in self.labels(), "somebody to be signed in")

    def retype(self, hint, text):
        """Put text into a field in place of what stands there."""
        self.hands.settle()
        field = self.field(hint)
        self.hands.bring(field)
        middle = QPointF(field.width() / 2, field.height() / 2)
        self.hands.touch(field.mapToScene(middle).toPoint())
        QTest.keyClick(self.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        event = QInputMethodEvent()
        event.setCommitString(text)
        QCoreApplication.sendEvent(self.view.focusObject(), event)
        QCoreApplication.processEvents()

    def open(self, case):
        self.background.wait()
        self.hands.settle()
        if not self._line(case):
            self.retype(FIND, case.number)
            self.hands.keys("\n")
        wait_until(lambda: self._line(case), "the case in the list")
        self.hands.tap(case.number)
        wait_until(lambda: self.case.get("number") == case.number, "the case to be open")

    def accept(self, case):
        self.open(case)
        self.hands.tap("受理")
        self.wait_for("accepted")

    def write(self, outcome, label):
        if "先放着" not in self.labels():
            self.hands.tap("写回复")
        self.hands.tap(label)
        self.retype(TEXT, outcome.text)
        self.retype(REPLY, outcome.reply)

    def say_no(self, case):
        """The clerk accepts and proposes a NO."""
        self.accept(case)
        self.write(NO, "暂不采纳")
        self.hands.tap("报带班领导审核")
        self.wait_for("review")

    def scroll(self, flickable, by):
        """Push what scrolls upwards with a finger, and wait until it lies still."""
        device, middle = touch_device(), QPointF(flickable.width() / 2, flickable.height() - 40)
        place = flickable.mapToScene(middle).toPoint()
        QTest.touchEvent(self.view, device).press(0, place, self.view).commit()
        for _ in range(10):
            place -= QPoint(0, by // 10)
            QTest.touchEvent(self.view, device).move(0, place, self.view).commit()
            self.hands.settle()
        QTest.touchEvent(self.view, device).release(0, place, self.view).commit()
        wait_until(lambda: not flickable.property("moving"), "the end of the movement")
        assert flickable.property("contentY") > 0

    # --- what is to be seen ---

    def list(self):
        """The worklist."""
        return next(i for i in items(self.view.rootObject()) if i.inherits("QQuickListView"))

    def page(self):
        """What the open case stands on."""
        item = next(
            i for i in items(self.view.rootObject()) if i.property("label") == "补打回执"
        ).parentItem()
        while not item.inherits("QQuickFlickable"):
            item = item.parentItem()
        return item

    def case_page(self):
        return next(
            i
            for i in items(self.view.rootObject())
            if i.metaObject().className().startswith("CasePage")
        )

    def wait_for(self, state):
        wait_until(lambda: self.case.get("stateName") == state, f"the case to be {state}")

    def wait_for_words(self, words):
        wait_until(lambda: self.desk.said.startswith(words), f"the desk to say {words}")
        self.hands.settle()
        assert any(text.startswith(words) for text in self.texts())

    def field(self, hint):
        return next(
            i for i in items(self.view.rootObject()) if i.property("hint") == hint and i.height()
        )

    def texts(self):
        """Every text on the window."""
        return [i.property("text") for i in self.shown_texts()]

    def shown_texts(self):
        self.hands.settle()
        return [
            i
            for i in items(self.view.rootObject())
            if i.inherits("QQuickText") and i.property("text")
        ]

    def labels(self):
        self.hands.settle()
        return [i.property("label") for i in self.hands.touchables()]

    def sees(self, words):
        return any(words in text for text in self.texts())

    def _line(self, case):
        return next((line for line in self.lines if line["number"] == case.number), None)

    @property
    def lines(self):
        """The lines of the list that is shown."""
        return self.desk.work.model._lines

    @property
    def case(self):
        """The open case as its page has it."""
        return self.desk.work.case

    def close(self):
        self.desk.signOut()
        for _ in range(2):
            self.background.wait()
            self.printing.wait()
            QTest.qWait(0)
        close_view(self.view)
        self.view.deleteLater()
        del self.view, self.hands.view, self.desk
        QTest.qWait(0)
        for store in (self.kiosk, self.shared, self.store, self.passes):
            store.close()
        # As the program does: in this thread.
        gc.collect()


@pytest.fixture
def make_counter(tmp_path, qapp):
    made = []

    def make(printer="folder:receipts"):
        counter = Counter(tmp_path / f"desk{len(made)}", printer)
        made.append(counter)
        return counter

    yield make
    for counter in made:
        counter.close()


@pytest.fixture
def counter(make_counter):
    return make_counter()


# --- signing in and out -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "pin"), [("desk", "000000"), ("nobody", SAMPLE_PIN), ("desk", "")]
)
def test_a_wrong_pin_is_refused_kindly_and_shows_no_case(counter, login, pin):
    case, _ = counter.told()
    counter.sign_in(login, pin)
    counter.wait_for_words("账号或密码不对，请再试一次。")
    assert (counter.desk.person, counter.lines, counter.case) == ("", [], {})
    assert counter.labels() == ["登录", "English"]
    assert not counter.sees(case.number)


def test_after_a_wrong_pin_the_right_one_is_taken(counter):
    counter.sign_in("desk", "000000")
    counter.wait_for_words("账号或密码不对")
    counter.at_work("desk")
    assert counter.desk.person == "督查指导科 值守员"
    assert not counter.sees("账号或密码不对")


def test_whoever_signs_out_leaves_no_case_behind(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.open(case)
    counter.hands.tap("退出")
    assert counter.labels() == ["登录", "English"]
    assert not counter.sees(case.number)
    counter.at_work("leader")
    assert counter.case == {}


@pytest.mark.parametrize(
    "way",
    [
        "button",
        "enter",
    ],
)
def test_nobody_signs_in_with_the_pin_of_the_one_before(counter, way):
    counter.retype(LOGIN, "leader")
    counter.retype(PIN, SAMPLE_PIN)
    if way == "button":
        counter.hands.tap("登录")
    else:
        counter.hands.keys("\n")
    wait_until(lambda: "退出" in counter.labels(), "the leader to be signed in")
    counter.hands.tap("退出")
    counter.hands.tap("登录")
    wait_until(lambda: counter.desk.person or counter.desk.said, "an answer")
    assert counter.desk.person == ""


# --- the road of one case ---------------------------------------------------------------------


def test_a_case_told_at_a_kiosk_is_accepted_and_answered(counter):
    case, code = counter.told()
    counter.at_work()
    counter.accept(case)
    assert counter.sees("等了两个小时")
    counter.write(DONE, "当场解决")
    counter.hands.tap("回复市民")
    counter.wait_for("replied")
    sync(counter.passes, counter.shared)
    found = counter.shared.find(code)
    assert (found.state, found.owner, found.outcome) == (State.REPLIED, "desk", DONE)
    assert counter.sees(DONE.reply)


def test_a_case_that_arrives_later_appears_by_itself(counter):
    counter.at_work()
    wait_until(lambda: counter.sees("这一栏都办完了"), "the empty list")
    case, _ = counter.told(IDEA)
    wait_until(lambda: counter.lines, "the news")
    assert case.number in counter.labels()


def test_integrity_cases_are_on_the_inspectors_desk_alone(counter):
    usual, _ = counter.told()
    sealed, _ = counter.told(Feedback(Kind.INTEGRITY, words="有人收了钱"))
    for login, seen, hidden in (
        ("desk", usual, sealed),
        ("leader", usual, sealed),
        ("inspector", sealed, usual),
    ):
        counter.at_work(login)
        wait_until(lambda: counter.lines, "the worklist")
        assert seen.number in counter.labels()
        assert not counter.sees(hidden.number)
        counter.desk.work.open(hidden.case_id)
        counter.wait_for_words("没有这件事")
        counter.hands.tap("退出")


def test_a_reply_needs_both_what_was_done_and_words_for_the_citizen(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.accept(case)
    counter.hands.tap("写回复")
    counter.retype(REPLY, DONE.reply)
    counter.hands.tap("回复市民")
    counter.background.wait()
    assert counter.store.case(case.case_id).state is State.ACCEPTED
    counter.retype(TEXT, DONE.text)
    counter.hands.tap("回复市民")
    counter.wait_for("replied")


def test_a_reply_says_which_services_were_given(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.accept(case)
    counter.write(DONE, "当场解决")
    counter.hands.tap("帮办代办")
    counter.hands.tap("免费邮寄")
    counter.hands.tap("回复市民")
    counter.wait_for("replied")
    assert len(counter.store.case(case.case_id).outcome.provided) == 2
    assert counter.sees("已提供：帮办代办、免费邮寄")


def test_a_reply_is_followed_up_by_somebody_else_and_moves_to_the_closed_ones(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.accept(case)
    counter.write(DONE, "已整改")
    counter.hands.tap("回复市民")
    counter.wait_for("replied")
    assert "回访" not in counter.labels()
    counter.change_places("coordinator")
    counter.open(case)
    counter.hands.tap("回访")
    counter.hands.tap("解决了")
    counter.hands.tap_last("回访")
    counter.wait_for("closed")
    counter.hands.tap("已办结")
    wait_until(lambda: counter.lines, "the closed cases")
    assert counter.lines[0]["number"] == case.number
    assert counter.store.case(case.case_id).state is State.CLOSED


def test_who_accepts_second_is_told_that_it_is_taken(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.open(case)
    with counter.a_slow_record():
        counter.passes.append(case.case_id, Accepted("coordinator"))
        counter.hands.tap("受理")
    wait_until(lambda: counter.case.get("owner") == "督查指导科 协调员", "the news")
    wait_until(lambda: counter.desk.said, "an answer")
    assert counter.desk.said.startswith("现在是“已受理”")
    assert counter.store.case(case.case_id).owner == "coordinator"


@pytest.mark.parametrize(
    "said",
    [
        Feedback(Kind.COMPLAINT, problems=("C01",), service_window="W99"),
        Feedback(Kind.HELP, problems=("C99",), needs=(Need("umbrella"),)),
    ],
    ids=["window", "need"],
)
def test_a_case_about_what_the_catalogue_no_longer_has_can_be_opened(counter, said):
    case, _ = counter.told(said)
    desk = app.make_desk(
        counter.settings, app.hall_catalogue(counter.settings), counter.store, counter.background
    )
    try:
        desk.signIn("desk", SAMPLE_PIN)
        wait_until(lambda: desk.work.model._lines, "the worklist")
        desk.work.open(case.case_id)
        wait_until(lambda: desk.work.case, "the case to be open")
        assert desk.work.case["number"] == case.number
    finally:
        desk.signOut()


# --- saying no --------------------------------------------------------------------------------


def test_a_no_waits_for_the_leader_and_the_clerk_cannot_let_it_out(counter):
    case, code = counter.told()
    counter.at_work()
    counter.say_no(case)
    assert counter.sees("等带班领导审核")
    assert not {"同意，发出", "退回", "回复市民"} & set(counter.labels())
    counter.desk.work.do("approve", {})
    counter.wait_for_words("您的岗位不能这样办")
    counter.desk.work.do("return", {"reason": "不用了"})
    counter.background.wait()
    kept = counter.store.find(code)
    assert (kept.state, kept.outcome) == (State.REVIEW, None)


def test_the_leader_lets_a_no_out(counter):
    case, code = counter.told()
    counter.at_work()
    counter.say_no(case)
    counter.change_places("leader")
    counter.open(case)
    assert counter.sees(NO.text)
    assert counter.sees(NO.reply)
    counter.hands.tap("同意，发出")
    # What cannot be taken back is asked once more.
    assert counter.sees("收不回来")
    assert counter.store.find(code).state is State.REVIEW
    counter.hands.tap_last("同意，发出")
    counter.wait_for("replied")
    kept = counter.store.find(code)
    assert (kept.outcome, kept.outcome.result) == (NO, Result.N2)


def test_a_no_that_the_leader_returns_goes_back_to_the_clerk(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.say_no(case)
    counter.change_places("leader")
    counter.open(case)
    counter.hands.tap("退回")
    counter.retype("退回的原因", "再想想办法")
    counter.hands.tap_last("退回")
    counter.wait_for("handling")
    assert counter.store.case(case.case_id).story[-1].happening.reason == "再想想办法"
    counter.change_places("desk")
    counter.open(case)
    counter.write(DONE, "当场解决")
    counter.hands.tap("回复市民")
    counter.wait_for("replied")


def test_a_leader_gives_a_reason_for_returning(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.say_no(case)
    counter.change_places("leader")
    counter.open(case)
    counter.hands.tap("退回")
    counter.hands.tap_last("退回")
    counter.background.wait()
    assert counter.store.case(case.case_id).state is State.REVIEW


# --- paper and telephone ----------------------------------------------------------------------


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    text = document[0].get_textpage()
    found = text.get_text_bounded()
    text.close()
    document.close()
    return found


def test_a_reprint_has_a_new_code_and_both_codes_open_the_case(counter):
    case, old = counter.told()
    counter.at_work()
    counter.open(case)
    counter.hands.tap("补打回执")
    counter.wait_for_words("补打好了")
    paper = counter.receipts / f"receipt-{case.number}-1.png"
    (seen,) = zxingcpp.read_barcodes(Image.open(paper))
    new = read_code(seen.text)
    assert new.letters != old.letters
    sync(counter.passes, counter.shared)
    for code in (old, new, *(TrackingCode(c.letters, "") for c in (old, new))):
        assert counter.shared.find(code).case_id == case.case_id
    words = words_of(paper.with_suffix(".pdf"))
    assert "补打第 1 次" in words
    assert case.number in words
    assert new.grouped in words
    assert old.grouped not in words


def test_staff_never_see_the_code_of_a_reprint(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.open(case)
    counter.hands.tap("补打回执")
    counter.wait_for_words("补打好了")
    paper = counter.receipts / f"receipt-{case.number}-1.png"
    (seen,) = zxingcpp.read_barcodes(Image.open(paper))
    letters = read_code(seen.text).letters
    assert [t for t in counter.texts() if letters[:4] in t or letters in t] == []


def test_each_reprint_is_counted_on_the_paper(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.open(case)
    for number in (1, 2):
        counter.hands.tap("补打回执")
        paper = counter.receipts / f"receipt-{case.number}-{number}.pdf"
        wait_until(paper.exists, f"reprint {number}")
        assert f"补打第 {number} 次" in words_of(paper)
        wait_until(lambda n=number: counter.store.case(case.case_id).prints == n + 1, "the log")


def test_the_desk_says_that_a_reprint_did_not_come_out(make_counter):
    counter = make_counter(printer="none")
    case, old = counter.told()
    counter.at_work()
    counter.open(case)
    counter.hands.tap("补打回执")
    counter.wait_for_words("没打出来")
    assert counter.store.find(old).case_id == case.case_id


def test_a_look_at_a_number_is_shown_once_asked_for_and_logged(counter):
    case, _ = counter.told(phone="13800000000")
    counter.at_work()
    counter.open(case)
    assert not counter.sees("13800000000")
    counter.hands.tap("看联系方式")
    wait_until(lambda: "13800000000" in counter.labels(), "the number")
    wait_until(lambda: counter.sees("查看联系方式 · 督查指导科 值守员"), "the look in the story")


def test_a_drawing_and_a_voice_note_are_opened_at_the_desk_and_each_look_is_logged(counter):
    page = drawing.Drawing(700, 8, ((10, 10, 500, 300), (20, 400, 600, 90)))
    key = counter.store.people().key(Ring.CONTACT)
    attached = (seal(key, "ink", page.write()), seal(key, "voice", b"no sound at all"))
    case, _ = tell(counter.kiosk, IDEA, attached=attached)
    other, _ = counter.told()
    counter.at_work()
    counter.open(case)
    counter.hands.tap("看手画的")
    wait_until(lambda: counter.desk.work.drawing.get("strokes"), "the drawing")
    assert counter.desk.work.drawing == page.shown()
    wait_until(lambda: counter.sees("查看联系方式"), "the look in the story")
    assert clipped(counter, "drawing") == []
    counter.open(other)
    assert counter.desk.work.drawing == {}
    looks = [e.happening for e in counter.store.case(case.case_id).story[1:]]
    assert [(look.by, look.what) for look in looks] == [("desk", "ink")]


def test_a_number_that_comes_late_is_not_shown_under_another_case(counter):
    first, _ = counter.told(phone="13811111111")
    second, _ = counter.told(phone="13822222222")
    counter.at_work()
    counter.open(first)
    with counter.a_slow_record():
        counter.hands.tap("看联系方式")
        counter.hands.tap(second.number)
    wait_until(lambda: counter.case.get("number") == second.number, "the second case")
    counter.background.wait()
    assert "13811111111" not in counter.labels()


def test_a_call_from_a_kiosk_rings_and_is_answered_with_one_tap(counter, qtbot):
    counter.at_work()
    with qtbot.waitSignal(counter.desk.rang):
        counter.passes.call("call-1", "K2")
    wait_until(lambda: counter.sees("K2 有人叫帮忙"), "the call")
    assert clipped(counter, "call") == []
    counter.hands.tap("我去")
    wait_until(lambda: not counter.sees("有人叫帮忙"), "the call to be answered")
    (call,) = Lists(counter.passes).calls(0)
    assert call.by == "督查指导科 值守员"


def test_the_first_case_of_an_empty_hall_rings(counter, qtbot):
    counter.at_work()
    counter.background.wait()
    wait_until(lambda: counter.desk.work.columns[1]["count"] == 0, "the empty hall")
    with qtbot.waitSignal(counter.desk.rang):
        counter.told()


def test_somebody_on_the_spot_rings_stands_on_the_line_and_is_opened_from_the_call(counter, qtbot):
    counter.at_work()
    with qtbot.waitSignal(counter.desk.rang):
        case = waits_here(counter)
    wait_until(lambda: counter.sees(f"K1 有人在现场等 · {at(case)} · {case.number}"), "the call")
    assert clipped(counter, "on-site") == []
    work = counter.desk._casework
    with qtbot.waitSignal(counter.desk.rang):
        work._now = lambda: datetime.now() + timedelta(minutes=11)
    wait_until(lambda: counter.sees("已经等了 11 分钟"), "the minutes")
    assert counter.sees("已经请带班领导过去")
    counter.desk.work.choose("on_site")
    wait_until(lambda: counter.sees("在现场等了 11 分钟"), "the minutes on the line")
    work._now = lambda: datetime.now() + timedelta(minutes=12)
    wait_until(lambda: counter.sees("在现场等了 12 分钟"), "the minutes to go on")
    counter.hands.tap("看这件")
    wait_until(lambda: counter.case.get("number") == case.number, "the case")
    counter.hands.tap("我去")
    wait_until(lambda: not counter.sees("有人在现场等"), "the call to be answered")


def test_the_leader_is_asked_to_go_where_somebody_has_waited_too_long(counter):
    waits_here(counter)
    counter.at_work("leader")
    counter.desk._casework._now = lambda: datetime.now() + timedelta(minutes=11)
    wait_until(lambda: counter.sees("请您过去"), "the leader to be asked")


def test_what_is_put_before_the_leader_rings_where_the_leader_is(counter, qtbot):
    case, _ = counter.told()
    counter.at_work()
    counter.desk.work.open(case.case_id)
    counter.background.wait()
    wait_until(lambda: counter.case.get("number") == case.number, "the case")
    counter.desk.work.do("escalate", {"reason": "要协调外单位"})
    wait_until(lambda: counter.sees("请示了带班领导，还没有人看"), "the call")
    assert "我来看" not in counter.labels()
    counter.change_places("leader")
    wait_until(lambda: counter.sees("督查指导科 值守员 请示带班领导"), "the leader to hear")
    assert clipped(counter, "escalated") == []
    counter.hands.tap("我来看")
    wait_until(lambda: not counter.sees("请示带班领导"), "the call to be answered")
    counter.change_places("desk")
    wait_until(lambda: counter.sees("副局长 带班领导 在看您请示的事"), "who looks")


def test_a_desk_without_anybody_signed_in_rings_and_names_no_case(counter, qtbot):
    counter.desk.listen()
    try:
        with qtbot.waitSignal(counter.desk.rang):
            case = waits_here(counter)
        wait_until(lambda: counter.sees("K1 有人叫帮忙"), "the call")
        counter.hands.settle()
        assert not counter.sees(case.number)
        assert "我去" not in counter.labels()
        assert clipped(counter, "nobody") == []
        assert desk_hears(counter.passes, datetime.now(), timedelta(minutes=5))
        counter.at_work()
        counter.hands.tap("我去")
        wait_until(lambda: not counter.sees("有人在现场等"), "the call to be answered")
        counter.hands.tap("退出")
        with qtbot.waitSignal(counter.desk.rang):
            counter.passes.call("call-2", "K2")
    finally:
        counter.desk.listen(False)
        counter.background.wait()
    assert not desk_hears(counter.passes, datetime.now(), timedelta(minutes=5))


def waits_here(counter):
    """Somebody at the kiosk waits on the spot, and it comes to the desk."""
    intake = Intake(
        found(counter.kiosk),
        NoPrinter(),
        app.hall_catalogue(counter.settings),
        Deadlines(Workdays()),
        address="x/",
    )
    said = Feedback(Kind.HELP, problems=("H01",), reply_by=ReplyBy.ON_SITE)
    case = intake.take(said).case
    sync(counter.kiosk, counter.shared)
    sync(counter.passes, counter.shared)
    return case


def at(case):
    return f"{datetime.fromtimestamp(case.registered_ms / 1000):%H:%M}"


def test_the_page_of_machines_says_which_one_somebody_must_see_to(counter):
    counter.at_work()
    at = int(datetime.now().timestamp() * 1000)
    note_beat(counter.passes, Beat("K2", at, paper="没纸了", paper_stops=True, free_mb=90_000))
    counter.hands.tap("设备")
    wait_until(lambda: counter.sees("打印机：没纸了"), "K2's paper")
    assert counter.sees("请去处理")
    assert counter.sees("D1")
    assert clipped(counter, "machines") == []
    counter.change_places("head")
    assert "设备" not in counter.labels()


def test_a_printer_that_takes_its_time_keeps_nobody_from_the_next_case(counter):
    first, _ = counter.told()
    second, _ = counter.told(IDEA)
    counter.at_work()
    counter.open(first)
    come_back = threading.Event()
    counter.printing.run(come_back.wait, lambda _: None)
    counter.hands.tap("补打回执")
    counter.open(second)
    counter.hands.tap("受理")
    counter.wait_for("accepted")
    assert counter.store.case(first.case_id).prints == 1
    come_back.set()
    wait_until(lambda: counter.store.case(first.case_id).prints == 2, "the reprint")
    wait_until(lambda: list(counter.receipts.glob("*.pdf")), "the paper")


def test_a_case_is_found_by_the_end_of_its_telephone_number_and_the_look_is_logged(counter):
    case, _ = counter.told(phone="13805374821")
    other, _ = counter.told(IDEA, phone="13911110000")
    counter.at_work()
    counter.desk.work.search("4821")
    wait_until(lambda: "按手机号找（会留记录）" in counter.labels(), "the way to look")
    counter.hands.tap("按手机号找")
    wait_until(lambda: [line["number"] for line in counter.lines] == [case.number], "the case")
    assert counter.sees("手机号含 4821：1 件")
    looks = [e.happening for e in counter.store.case(case.case_id).story[1:]]
    assert [(look.by, look.what) for look in looks] == [("desk", "phone-search")]
    assert counter.store.case(other.case_id).story[1:] == ()
    # A number of a case is no telephone number; whoever may not look is not asked.
    counter.desk.work.search("ZC26")
    assert "按手机号找（会留记录）" not in counter.labels()
    counter.change_places("head")
    counter.desk.work.search("4821")
    assert "按手机号找（会留记录）" not in counter.labels()


def test_one_press_calls_the_leader_of_the_day_and_the_desk_sees_who_comes(counter, qtbot):
    counter.at_work()
    with qtbot.waitSignal(counter.desk.changed):
        counter.hands.tap("请领导来")
    wait_until(lambda: counter.sees("请了带班领导，还没有人应"), "the call")
    assert "我去" not in counter.labels()
    counter.change_places("head")
    counter.background.wait()
    assert not counter.sees("请带班领导过去")
    counter.change_places("leader")
    wait_until(lambda: counter.sees("督查指导科 值守员 请带班领导过去"), "the leader to hear")
    counter.hands.tap("我去")
    wait_until(lambda: not counter.sees("请带班领导过去"), "the call to be answered")
    counter.change_places("desk")
    wait_until(lambda: counter.sees("副局长 带班领导 正在过来"), "who comes")
    assert clipped(counter, "call") == []
    counter.hands.tap("知道了")
    assert not counter.sees("正在过来")


def test_who_has_waited_long_is_said_to_have_and_rings_once_more(counter, qtbot):
    counter.at_work()
    counter.passes.call("call-1", "K2")
    wait_until(lambda: counter.sees("K2 有人叫帮忙"), "the call")
    assert not counter.sees("已经等了")
    work = counter.desk._casework
    with qtbot.waitSignal(counter.desk.rang):
        work._now = lambda: datetime.now() + timedelta(minutes=11)
    wait_until(lambda: counter.sees("已经等了 11 分钟"), "the minutes")


def test_handing_over_can_be_taken_back_until_somebody_took_it(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.open(case)
    counter.hands.tap("受理")
    counter.wait_for("accepted")
    assert not counter.desk.work.undoes
    counter.desk.work.do("assign", {"department": "SI"})
    counter.wait_for_words("已交办")
    counter.hands.tap("撤销")
    counter.wait_for_words("撤销了")
    kept = counter.store.case(case.case_id)
    assert (kept.assigned, kept.offered, kept.owner) == ("", False, "desk")
    assert not counter.desk.work.undoes
    # In the record both stand: nothing is wiped out.
    assert [type(e.happening).__name__ for e in kept.story[2:]] == ["Assigned", "Assigned"]


def test_how_hard_a_case_is_can_be_taken_back(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.open(case)
    counter.desk.work.do("classify", {"difficulty": "complex"})
    counter.wait_for_words("难易定了")
    usual = counter.store.case(case.case_id).due
    counter.desk.work.do("classify", {"difficulty": "very_complex"})
    wait_until(lambda: counter.store.case(case.case_id).due > usual, "the later day")
    wait_until(lambda: counter.desk.work.undoes, "the way back")
    QTest.keyClick(counter.view, Qt.Key.Key_U)
    counter.wait_for_words("撤销了")
    assert counter.store.case(case.case_id).due == usual


def test_everything_known_about_a_case_is_on_its_page(counter):
    said = Feedback(
        Kind.COMPLAINT,
        grade=Grade.DISSATISFIED,
        dimensions=(Rated(Dimension.EFFICIENCY, Grade.VERY_DISSATISFIED),),
        problems=("C01",),
        ticket="A032",
        waited_minutes=47,
    )
    case, _ = counter.told(said)
    counter.passes.append(case.case_id, Joined("0" * 32, "0" * 64))
    counter.at_work()
    counter.open(case)
    assert counter.sees("投诉 · 排队等候")
    assert counter.sees("不满意 · 效率：非常不满意 · 排队号 A032 · 等了 47 分钟 · 还有 1 人也遇到")


def test_a_paper_slip_is_written_down_with_its_receipt_and_owned_by_who_wrote_it(counter):
    counter.at_work()
    counter.hands.tap("代填")
    counter.hands.tap("排队等候")
    counter.retype("照着单子或照着说的写", "等了一个上午。")
    counter.hands.tap("打电话")
    counter.retype("手机号（加密保存）", "1380000")
    counter.hands.tap("登记，打小票")
    counter.wait_for_words("手机号要 11 位")
    counter.retype("手机号（加密保存）", "13800000000")
    counter.hands.tap("登记，打小票")
    counter.wait_for_words("记下了，编号 ZC")
    assert clipped(counter, "slip") == []
    (case_id,) = {e.case_id for e in counter.store.all_events() if e.kind == "registered"}
    case = counter.store.case(case_id)
    said = case.feedback
    assert (said.problems, said.words, said.kind) == (("C01",), "等了一个上午。", Kind.COMPLAINT)
    assert (case.source, case.owner, case.state) == (Source.PAPER, "desk", State.ACCEPTED)
    content = counter.store.sealed_content(case, SEALED_AS)
    told = unseal_with(badge_keys("desk"), content, case.contact_digest)
    assert read(told) == Contact("13800000000")
    assert (counter.receipts / f"receipt-{case.number}-0.pdf").exists()
    assert counter.field("照着单子或照着说的写").property("text") == ""


def test_what_was_changed_is_noted_linked_from_its_case_and_told_at_the_kiosk(counter):
    case, _ = counter.told()
    counter.at_work("coordinator")
    counter.hands.tap("整改台账")
    wait_until(lambda: counter.sees("还没有记过"), "the empty ledger")
    counter.hands.tap("记一项")
    counter.retype("改了什么（一句话）", "船员窗口前移")
    counter.hands.tap("港航海事科")
    counter.retype("服务几人", "二百")
    counter.retype("给市民看的一句话：您找茬，我整改", "船员证在码头就能办，不用再跑200公里。")
    counter.hands.tap("放上去")
    counter.hands.tap("记下")
    counter.wait_for_words("日期写成")
    counter.retype("服务几人", "200")
    counter.hands.tap("记下")
    counter.wait_for_words("台账记下了")
    assert counter.sees("服务 200 人")
    assert clipped(counter, "ledger") == []
    counter.hands.tap("案件")
    counter.accept(case)
    counter.write(DONE, "已整改")
    counter.hands.tap("船员窗口前移")
    counter.hands.tap("回复市民")
    counter.wait_for("replied")
    counter.hands.tap("整改台账")
    wait_until(lambda: counter.sees(f"来自 {case.number}"), "the case behind the entry")
    (story,) = [e.story for e in counter.store.people().improvements.values()]
    assert story.startswith("船员证在码头")


def test_a_swap_is_planned_with_its_reason_and_a_day_without_a_leader_is_warned_of(counter):
    counter.at_work("coordinator")
    counter.hands.tap("值班表")
    wait_until(lambda: counter.sees("近五个工作日都排好了"), "the roster")
    assert clipped(counter, "roster") == []
    cells = [i for i in counter.hands.touchables() if i.property("label") == "副局长 带班领导"]
    assert len(cells) == 10
    counter.hands.bring(cells[1])
    middle = QPointF(cells[1].width() / 2, cells[1].height() / 2)
    counter.hands.touch(cells[1].mapToScene(middle).toPoint())
    counter.retype("换班的原因", "出差")
    counter.hands.tap("空出来")
    counter.wait_for_words("值班表改好了")
    wait_until(lambda: counter.sees("没有带班领导"), "the warning")
    assert counter.sees("空着 · 出差 · coordinator")
    day = counter.desk._views["roster"]._days()[1]
    assert counter.store.people().shift(day, Duty.LEADER, "am") is None
    counter.change_places("leader")
    counter.hands.tap("值班表")
    wait_until(lambda: counter.sees("没有带班领导"), "the warning")
    counter.hands.tap("没有人")
    assert "就这样排" not in counter.labels()


def test_papers_are_printed_at_the_desk_and_what_did_not_come_out_is_listed(counter):
    case, _ = counter.told()
    counter.at_work()
    counter.hands.tap("打纸")
    wait_until(lambda: counter.sees("都打出来了"), "the printer's state")
    assert clipped(counter, "papers") == []
    papers = counter.settings.data / "papers"
    for label, name in (
        ("空白记录单", "record-slip"),
        ("交接单", "handover"),
        ("今天的说NO清单", "no-list"),
    ):
        counter.hands.tap(label)
        wait_until(lambda n=name: list(papers.glob(f"receipt-{n}-*.pdf")), label)
    (sheet,) = papers.glob("receipt-handover-*.pdf")
    assert case.number in words_of(sheet)
    counter.hands.tap("案件")
    counter.accept(case)
    counter.write(DONE, "当场解决")
    counter.hands.tap("回复市民")
    counter.wait_for("replied")
    counter.hands.tap("更多")
    counter.hands.tap("打答复单")
    wait_until(lambda: (papers / f"receipt-letter-{case.number}.pdf").exists(), "the letter")
    assert DONE.reply in words_of(papers / f"receipt-letter-{case.number}.pdf").replace("\r\n", "")
    counter.hands.tap("打一次性告知单")
    counter.retype("还差什么，一行一样", "一张照片")
    counter.hands.tap_last("打一次性告知单")
    wait_until(lambda: (papers / f"receipt-notice-{case.number}.pdf").exists(), "the notice")
    assert "一张照片" in words_of(papers / f"receipt-notice-{case.number}.pdf")


# --- news under the hands ---------------------------------------------------------------------


def test_the_list_stays_where_it_was_when_a_new_case_arrives(counter):
    for _ in range(12):
        counter.told()
    counter.at_work()
    wait_until(lambda: len(counter.lines) == 12, "the worklist")
    counter.scroll(counter.list(), by=300)
    before = counter.list().property("contentY")
    counter.told()
    wait_until(lambda: len(counter.lines) == 13, "the news")
    counter.hands.settle()
    assert counter.list().property("contentY") == pytest.approx(before, abs=1)


def test_a_finger_that_rests_on_a_line_while_news_arrives_opens_it(counter):
    case, _ = counter.told()
    counter.at_work()
    wait_until(lambda: counter.lines, "the worklist")
    counter.hands.press(case.number)
    counter.told()
    wait_until(lambda: len(counter.lines) == 2, "the news")
    counter.hands.release(case.number)
    counter.background.wait()
    counter.hands.settle()
    assert counter.case.get("number") == case.number


def test_the_next_case_is_shown_from_its_beginning(counter):
    first, _ = counter.told(Feedback(Kind.COMPLAINT, words=LONG * 4))
    second, _ = counter.told(Feedback(Kind.COMPLAINT, words=LONG * 4))
    counter.at_work()
    counter.open(first)
    counter.hands.settle()
    counter.scroll(counter.page(), by=300)
    counter.open(second)
    counter.hands.settle()
    assert counter.page().property("contentY") == 0


# --- half-written replies ---------------------------------------------------------------------


def test_words_for_one_citizen_are_not_offered_for_another(counter):
    first, _ = counter.told()
    second, _ = counter.told()
    counter.at_work()
    counter.accept(second)
    counter.accept(first)
    counter.write(NO, "暂不采纳")
    counter.open(second)
    counter.hands.tap("写回复")
    assert [counter.field(hint).property("text") for hint in (TEXT, REPLY)] == ["", ""]
    assert "回复市民" in counter.labels()


def test_a_reply_that_could_not_be_kept_is_still_there(counter, monkeypatch):
    case, _ = counter.told()
    counter.at_work()
    counter.accept(case)
    counter.write(DONE, "当场解决")
    monkeypatch.setattr(db.opened, "ROOM", 1 << 62)
    counter.hands.tap("回复市民")
    counter.wait_for_words("记录暂时打不开")
    assert counter.field(REPLY).property("text") == DONE.reply


# --- the shared store is away -----------------------------------------------------------------


def test_the_desk_says_since_when_the_shared_store_is_away(counter):
    counter.at_work()
    assert not counter.sees("连不上")
    note_pass(counter.passes, "no answer")
    note_pass(counter.passes, "still no answer")
    since = sync_state(counter.passes).failing_since.astimezone()
    wait_until(lambda: counter.sees(f"从 {since:%H:%M} 起连不上共享库"), "the trouble")
    note_pass(counter.passes)
    wait_until(lambda: not counter.sees("连不上"), "the trouble to be over")


def test_work_goes_on_while_the_shared_store_is_away(counter):
    case, code = counter.told()
    counter.at_work()
    note_pass(counter.passes, "no answer")
    wait_until(lambda: counter.desk.away, "the trouble")
    counter.accept(case)
    counter.write(DONE, "当场解决")
    counter.hands.tap("回复市民")
    counter.wait_for("replied")
    assert counter.shared.find(code).state is State.REGISTERED
    sync(counter.passes, counter.shared)
    assert counter.shared.find(code).outcome == DONE


def test_trouble_since_another_day_is_told_with_its_day(counter):
    then = datetime.now().astimezone() - timedelta(days=2)
    counter.passes.set_fact(
        "sync", f'{{"last_good": null, "failing_since": "{then.isoformat()}", "why": "no answer"}}'
    )
    counter.at_work()
    wait_until(lambda: counter.desk.away, "the trouble")
    shown = next(text for text in counter.texts() if "连不上" in text)
    assert not shown.startswith(f"从 {then:%H:%M} 起")


# --- nothing is clipped -----------------------------------------------------------------------


def in_scroller(item):
    """Whether the item stands on what scrolls: the list, the page of the case, a field."""
    while item is not None:
        if item.inherits("QQuickFlickable"):
            return True
        item = item.parentItem()
    return False


def clipped(counter, where):
    """What cannot be read: cut, wider than its place, or beyond the window."""
    wrong = []
    for item in counter.shown_texts():
        text = item.property("text")
        # The list shows the first line of what was said, and says with … that there is more.
        if item.property("truncated") and item.property("maximumLineCount") != 1:
            wrong.append(f"{where} truncated: {text}")
        if item.property("contentWidth") > item.width() + 1:
            wrong.append(f"{where} too wide: {text}")
        if item.property("contentHeight") > item.height() + 1:
            wrong.append(f"{where} too tall: {text}")
        left, top, right, bottom = box(item)
        if left < -1 or right > SIZE[0] + 1:
            wrong.append(f"{where} outside: {text}")
        if not in_scroller(item) and (top < -1 or bottom > SIZE[1] + 1):
            wrong.append(f"{where} outside: {text}")
        parent = item.parentItem()
        if parent.property("touchable") and item.property("contentHeight") > parent.height() + 1:
            wrong.append(f"{where} taller than its button: {text}")
    return wrong


def overlapping(counter):
    """Pairs of texts that stand on each other, of those that do not scroll."""
    fixed = [item for item in counter.shown_texts() if not in_scroller(item)]
    found = []
    for place, one in enumerate(fixed):
        for other in fixed[place + 1 :]:
            left, top, right, bottom = box(one)
            also_left, also_top, also_right, also_bottom = box(other)
            wide = min(right, also_right) - max(left, also_left)
            tall = min(bottom, also_bottom) - max(top, also_top)
            if wide > 1 and tall > 1:
                found.append((one.property("text"), other.property("text")))
    return found


def test_nothing_is_clipped_from_signing_in_to_closing(counter):
    everything = Feedback(
        Kind.HELP,
        problems=("C01", "C02", "C03", "C04"),
        service_window="W05",
        words=LONG,
        needs=tuple(map(Need, ("agent", "booking", "late", "copy", "post", "visit"))),
    )
    case, _ = counter.told(everything, phone="13800000000")
    for _ in range(8):
        counter.told()
    desk, hands, wrong = counter.desk, counter.hands, []

    def look(where):
        counter.background.wait()
        wrong.extend(clipped(counter, where))
        wrong.extend(f"{where}: {one} on {other}" for one, other in overlapping(counter))

    look("sign in")
    counter.sign_in("desk", "000000")
    counter.wait_for_words("账号或密码不对")
    look("refused")
    counter.at_work()
    look("list")
    counter.open(case)
    look("registered")
    hands.tap("看联系方式")
    wait_until(lambda: "13800000000" in counter.labels(), "the number")
    look("telephone")
    hands.tap("受理")
    counter.wait_for("accepted")
    look("accepted")
    hands.tap("写回复")
    look("a reply")
    hands.tap("解释说明")
    look("a no")
    desk.work.reply({"result": "N2", "text": LONG, "reply": LONG})
    counter.wait_for("review")
    look("review")
    counter.change_places("leader")
    counter.open(case)
    look("review of the leader")
    desk.work.do("approve", {})
    counter.wait_for("replied")
    look("replied")
    counter.change_places("coordinator")
    counter.open(case)
    hands.tap("更多")
    look("everything that can be done")
    for deed in [deed["name"] for deed in desk.work.deeds if deed["asks"] or deed["sure"]]:
        counter.case_page().setProperty("open", deed)
        look(deed)
    desk.work.do("follow_up", {"verdict": "solved", "note": LONG})
    counter.wait_for("closed")
    look("closed")
    hands.tap("已办结")
    wait_until(lambda: len(counter.lines) == 1, "the closed cases")
    look("closed ones")
    assert wrong == []


def test_nothing_is_clipped_in_an_empty_desk(counter):
    counter.at_work()
    wait_until(lambda: counter.sees("这一栏都办完了"), "the empty list")
    assert clipped(counter, "empty") == []
    assert overlapping(counter) == []


def test_what_was_done_and_trouble_with_the_store_are_both_read(counter):
    case, _ = counter.told()
    counter.at_work()
    note_pass(counter.passes, "no answer")
    wait_until(lambda: counter.desk.away, "the trouble")
    counter.accept(case)
    counter.wait_for_words("受理了")
    assert clipped(counter, "away") == []
    assert overlapping(counter) == []


def test_a_case_that_is_damaged_says_so_and_opens_once_it_is_fetched_again(counter):
    case, _ = counter.told()
    counter.at_work()
    wait_until(lambda: counter._line(case), "its line")
    origin, seq = case.sealed_at
    rot(counter.store.file, origin, seq, body=b"?" * 300)
    counter.hands.tap(case.number)
    counter.wait_for_words("有记录坏了，请管理员来看")
    wait_until(lambda: "1 条记录坏了，已另存" in counter.desk.waits, "the alarm")
    assert counter.case == {} and counter.store.asides()
    sync(counter.passes, counter.shared)
    counter.open(case)
    assert counter.case["number"] == case.number
    wait_until(lambda: "坏了" not in counter.desk.waits, "no alarm")
