"""A citizen in front of the kiosk: real touches on the real screens."""

import time

import numpy as np
import pytest
from PySide6.QtGui import QImage

from db.case import Grade, Kind, ReplyBy
from db.seal import unseal
from db.store import StoreFull
from kiosk import staff
from kiosk.ui.hands import wait_until
from kiosk.visit import ASK_AFTER, WIPE_AFTER
from tests.ui.conftest import LANDSCAPE


def kept(kiosk):
    """Wait for the thank-you and its paper; the case that was kept."""
    wait_until(lambda: kiosk.citizen.paper in ("printed", "trouble"), "the paper")
    return kiosk.citizen.taken.case


def test_a_rating_takes_two_taps(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("非常满意")
    kiosk.hands.tap("完成")
    assert kiosk.hands.taps == 2
    assert kept(kiosk).feedback.grade is Grade.VERY_SATISFIED


@pytest.mark.parametrize("size", [(1080, 1920), LANDSCAPE])
def test_a_complaint_takes_four_taps(make_kiosk, size):
    kiosk = make_kiosk(size)
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    assert kiosk.hands.taps == 4
    case = kept(kiosk)
    assert (case.feedback.kind, case.feedback.problems) == (Kind.COMPLAINT, ("C01",))
    assert kiosk.citizen.paper == "printed"


def test_a_suggestion_takes_four_taps(make_kiosk):
    kiosk = make_kiosk()
    for label in ("提个建议", "标识和环境", "建议加英文标识", "提交"):
        kiosk.hands.tap(label)
    assert kiosk.hands.taps == 4
    assert kept(kiosk).feedback.words == "建议加英文标识"


def test_a_call_for_help_takes_three_taps_and_says_somebody_waits_here(make_kiosk):
    kiosk = make_kiosk()
    for label in ("急事难事", "跑多个部门", "我就在这里等"):
        kiosk.hands.tap(label)
    case = kept(kiosk)
    assert (case.feedback.kind, case.feedback.reply_by) == (Kind.HELP, ReplyBy.ON_SITE)


def test_several_problems_own_words_and_a_number_come_into_one_record(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "办事流程", "服务态度", "服务态度", "下一步", "想说的话"):
        kiosk.hands.tap(label)
    for key in "paiduitaijiu":
        kiosk.hands.tap(key)
    for label in (
        "排队太久",
        "写好了",
        "怎么回复我",
        "打我的手机",
        *"13800000000",
        "好了",
        "提 交",
    ):
        kiosk.hands.tap(label)
    case = kept(kiosk)
    assert case.feedback.problems == ("C01", "C04")
    assert case.feedback.words == "排队太久"
    content = kiosk.intake._store.sealed_content(case, "phone")
    person = staff.load(kiosk.settings.data).sign_in("desk", staff.SAMPLE_PIN)
    assert unseal(person.hall_key, content, case.contact_digest) == "13800000000"


def test_switching_the_language_keeps_everything_entered(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "下一步", "English"):
        kiosk.hands.tap(label)
    assert kiosk.citizen.chosenNames == "Queue and waiting"
    kiosk.hands.tap("Send")
    assert kept(kiosk).feedback.language == "en"


def test_a_finger_that_rests_for_long_is_a_tap_all_the_same(make_kiosk):
    kiosk = make_kiosk()
    started = time.monotonic()
    kiosk.hands.press("投诉")
    # Qt takes 0.8 s for another gesture unless told otherwise.
    wait_until(lambda: time.monotonic() - started > 0.9, "a slow finger")
    kiosk.hands.release("投诉")
    assert kiosk.citizen.screen == "Problems"


def test_a_second_press_is_the_same_press(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "下一步"):
        kiosk.hands.tap(label)
    kiosk.citizen.submit()
    kiosk.citizen.submit()
    kept(kiosk)
    kiosk.citizen.submit()
    kiosk.background.wait()
    assert kiosk.intake._store.counts() == {"registered": 1}


def test_the_case_is_kept_though_the_printer_has_no_paper(make_kiosk):
    kiosk = make_kiosk(printer="none")
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    case = kept(kiosk)
    assert kiosk.citizen.paper == "trouble"
    assert kiosk.intake.look_up(kiosk.citizen.code).case == case


def test_without_a_kept_record_there_is_no_thank_you_and_nothing_entered_is_lost(make_kiosk):
    kiosk = make_kiosk()
    take, kiosk.intake.take = kiosk.intake.take, _full
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.screen == "Trouble", "the trouble screen")
    assert kiosk.citizen.number == ""
    kiosk.intake.take = take
    kiosk.hands.tap("再试一次")
    assert kept(kiosk).feedback.problems == ("C01",)


def _full(feedback, phone):
    raise StoreFull("no room")


def test_the_next_person_sees_nothing_of_the_last_one(make_kiosk):
    kiosk = make_kiosk()
    before = kiosk.picture()
    for label in ("投诉", "排队等候", "下一步", "想说的话"):
        kiosk.hands.tap(label)
    for key in "mimi":
        kiosk.hands.tap(key)
    kiosk.hands.tap("等了一个多小时。")
    for label in ("English", "Larger", "Contrast"):
        kiosk.hands.tap(label)
    kiosk.clock.seconds += ASK_AFTER + 1
    kiosk.citizen.tick()
    assert kiosk.citizen.stillHere > 0
    assert kiosk.citizen.words
    kiosk.clock.seconds += WIPE_AFTER
    kiosk.citizen.tick()
    citizen = kiosk.citizen
    assert (citizen.words, citizen.composer.letters, citizen.language) == ("", "", "zh")
    # A large headline drawn anew differs in its softest edge pixels; a word left over would not.
    assert furthest_apart(kiosk.picture(), before) < 64


def furthest_apart(one, other):
    """The largest difference of two pictures in any pixel, 0 to 255."""
    grey = [image.convertToFormat(QImage.Format.Format_Grayscale8) for image in (one, other)]
    first, second = (np.frombuffer(g.constBits(), np.uint8).astype(int) for g in grey)
    return abs(first - second).max()


def test_a_touch_answers_the_question_whether_somebody_is_there(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("投诉")
    kiosk.clock.seconds += ASK_AFTER + 1
    kiosk.citizen.tick()
    kiosk.hands.tap("我还在")
    assert kiosk.citizen.stillHere == 0
    assert kiosk.citizen.screen == "Problems"


def test_the_thank_you_goes_home_by_itself(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("满意")
    kiosk.hands.tap("完成")
    kept(kiosk)
    kiosk.clock.seconds += 20
    kiosk.citizen.tick()
    assert (kiosk.citizen.screen, kiosk.citizen.code) == ("Home", "")


def test_a_face_alone_is_kept_as_an_unconfirmed_rating(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("不满意")
    kiosk.clock.seconds += 12
    kiosk.citizen.tick()
    case = kept(kiosk)
    assert case.feedback.grade is Grade.DISSATISFIED
    assert not case.feedback.confirmed


def test_a_code_that_is_typed_or_scanned_leads_to_the_case(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    case, code, address = kept(kiosk), kiosk.citizen.taken.code, kiosk.citizen.taken.address
    kiosk.hands.tap("好了")
    kiosk.hands.tap("查进度")
    for key in code.letters:
        kiosk.hands.tap(key)
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the typed case")
    assert kiosk.citizen.found["number"] == case.number
    kiosk.hands.tap("看好了")
    kiosk.hands.keys(address + "\n")
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the scanned case")
    assert kiosk.citizen.found["number"] == case.number


@pytest.mark.parametrize("typed", ["222222222222", "QQQQQQQQQQQQ"])
def test_a_code_that_leads_nowhere_gets_the_same_polite_answer(make_kiosk, typed):
    kiosk = make_kiosk()
    kiosk.hands.tap("查进度")
    for key in typed:
        kiosk.hands.tap(key)
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the answer")
    assert kiosk.citizen.found == {}


def test_whoever_calls_for_help_is_told_that_somebody_comes(make_kiosk, qtbot):
    kiosk = make_kiosk()
    with qtbot.waitSignal(kiosk.citizen.called):
        kiosk.hands.tap("叫人帮忙")
    assert kiosk.citizen.calling
    kiosk.hands.tap("知道了")
    assert not kiosk.citizen.calling
