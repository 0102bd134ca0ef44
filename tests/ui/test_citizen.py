"""A citizen in front of the kiosk: real touches on the real screens."""

import shutil
import time
from datetime import date, datetime

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage

from db import opened
from db.engine import StoreFull
from db.happening import Answered, Asked, Replied
from db.lists import Column
from db.rules import must_follow_up
from db.seal import unseal_with
from db.terms import Dimension, Grade, Kind, Need, Rated, ReplyBy, Result, State
from kiosk import contact
from kiosk.app import SAMPLE
from kiosk.calls import Calls
from kiosk.deadlines import Deadlines
from kiosk.ui.hands import items, wait_until
from kiosk.visit import ASK_AFTER, QUICK_RATING, WAITS_HERE, WIPE_AFTER
from kiosk.workdays import Workdays, spoken_day
from tests import answers
from tests.hall import badge_keys
from tests.people import DONE
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
def test_the_code_on_the_thank_you_screen_leads_to_the_case(make_kiosk, size):
    kiosk = make_kiosk(size)
    kiosk.hands.tap("非常满意")
    kiosk.hands.tap("完成")
    kept(kiosk)

    def seen():
        picture = kiosk.picture().convertToFormat(QImage.Format.Format_Grayscale8)
        lines = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), -1)
        return [code.text for code in zxingcpp.read_barcodes(lines[:, : picture.width()].copy())]

    wait_until(lambda: seen() == [kiosk.citizen.taken.address], "the code to be seen")


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
    assert [call.case_id for call in kiosk.desk("desk").calls()] == [case.case_id]


def test_who_comes_is_said_when_somebody_took_it_and_not_before(make_kiosk):
    kiosk = make_kiosk()
    there = Calls(kiosk.intake._store, Deadlines(Workdays()))
    there.here()
    for label in ("急事难事", "跑多个部门", "我就在这里等"):
        kiosk.hands.tap(label)
    kept(kiosk)
    wait_until(lambda: kiosk.citizen.callState == "called", "the call")
    assert seen(kiosk, "已经叫了服务台")
    assert not any(seen(kiosk, promise) for promise in ("过来", "马上"))
    (call,) = kiosk.desk("desk").calls()
    kiosk.desk("desk").answer_call(call.call_id)
    kiosk.clock.seconds += 30
    kiosk.citizen.tick()
    wait_until(lambda: seen(kiosk, "督查指导科 值守员 过来了"), "who comes")
    kiosk.clock.seconds += WAITS_HERE
    kiosk.citizen.tick()
    assert (kiosk.citizen.screen, kiosk.citizen.callState) == ("Home", "")


@pytest.mark.parametrize("way", ["on the spot", "help"])
def test_where_no_desk_is_there_to_ring_the_kiosk_says_what_to_do(make_kiosk, way):
    kiosk = make_kiosk()
    if way == "help":
        kiosk.hands.tap("叫人帮忙")
    else:
        for label in ("急事难事", "跑多个部门", "我就在这里等"):
            kiosk.hands.tap(label)
        kept(kiosk)
    wait_until(lambda: kiosk.citizen.callState == "unheard", "the call")
    assert seen(kiosk, "可能没有人听到")
    assert seen(kiosk, f"请到服务台说，一样件件有回复。电话 {kiosk.citizen.board.phone}")
    assert len(kiosk.desk("desk").calls()) == 1, "whoever opens a desk hears of it all the same"


def test_nobody_who_reports_integrity_is_offered_a_bell(make_kiosk):
    kiosk = make_kiosk()
    kiosk.citizen.begin("integrity")
    kiosk.citizen.go("Contact")
    kiosk.picture()
    assert not seen(kiosk, "我就在现场等")


def seen(kiosk, words):
    """Whether something in sight says this."""
    kiosk.hands.settle()
    there = items(kiosk.view.rootObject())
    texts = (str(one.property("text")) for one in there if one.isVisible() and one.property("text"))
    return any(words in text for text in texts)


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
    content = kiosk.intake._store.sealed_content(case, contact.SEALED_AS)
    told = contact.read(unseal_with(badge_keys("desk"), content, case.contact_digest))
    assert told == contact.Contact("13800000000")


def test_switching_the_language_keeps_everything_entered(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "下一步", "Language", "English"):
        kiosk.hands.tap(label)
    assert kiosk.citizen.offers.chosenNames == "Queue and waiting"
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
    assert kiosk.counts() == {"registered": 1}


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


def _full(*_):
    raise StoreFull("no room")


def test_the_next_person_sees_nothing_of_the_last_one(make_kiosk):
    kiosk = make_kiosk()
    before = kiosk.picture()
    for label in ("投诉", "排队等候", "下一步", "想说的话"):
        kiosk.hands.tap(label)
    for key in "mimi":
        kiosk.hands.tap(key)
    kiosk.hands.tap("等了一个多小时。")
    for label in ("Language", "English", "Larger", "Contrast"):
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
    assert kiosk.citizen.followUp.found["number"] == case.number
    kiosk.hands.tap("看好了")
    kiosk.hands.keys(address + "\n")
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the scanned case")
    assert kiosk.citizen.followUp.found["number"] == case.number


@pytest.mark.parametrize("typed", ["222222222222", "QQQQQQQQQQQQ"])
def test_a_code_that_leads_nowhere_gets_the_same_polite_answer(make_kiosk, typed):
    kiosk = make_kiosk()
    kiosk.hands.tap("查进度")
    for key in typed:
        kiosk.hands.tap(key)
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the answer")
    assert kiosk.citizen.followUp.found == {}


def test_whoever_calls_for_help_is_told_who_comes(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("叫人帮忙")
    kiosk.background.wait()
    (call,) = kiosk.desk("desk").calls()
    assert (call.place, call.by) == ("K1", "")
    kiosk.desk("desk").answer_call(call.call_id)
    assert kiosk.desk("coordinator").calls() == []
    kiosk.citizen.tick()
    wait_until(lambda: kiosk.citizen.whoComes, "who comes")
    assert kiosk.citizen.whoComes == "督查指导科 值守员"
    kiosk.hands.tap("知道了")
    assert not kiosk.citizen.calling


def complaint(kiosk):
    """Somebody complains about the queue; the case, and the letters of its code."""
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    case, letters = kept(kiosk), kiosk.citizen.taken.code.letters
    kiosk.hands.tap("好了")
    return case, letters


def look_up(kiosk, letters):
    kiosk.hands.tap("查进度")
    for key in letters:
        kiosk.hands.tap(key)
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the case")


def replied(kiosk, case):
    work = kiosk.desk("desk")
    work.accept(case.case_id)
    work.reply(case.case_id, DONE)


def test_a_grumble_takes_three_taps_and_gets_its_receipt(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "吐个槽"):
        kiosk.hands.tap(label)
    assert kept(kiosk).feedback.kind is Kind.VENT
    assert kiosk.hands.taps == 3


def test_praise_is_a_good_face_with_something_said_and_takes_three_taps(make_kiosk):
    kiosk = make_kiosk()
    for label in ("非常满意", "讲得清清楚楚。", "完成"):
        kiosk.hands.tap(label)
    said = kept(kiosk).feedback
    assert (said.kind, said.words) == (Kind.PRAISE, "讲得清清楚楚。")
    assert kiosk.hands.taps == 3


def test_a_bad_face_takes_two_taps_and_offers_the_reasons_of_its_grade(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("不满意")
    assert len(kiosk.citizen.offers.reasons) == 8
    assert {r["code"] for r in kiosk.citizen.offers.reasons} >= {"C0202", "C0105"}
    kiosk.hands.tap("完成")
    assert kiosk.hands.taps == 2
    said = kept(kiosk).feedback
    assert (said.kind, said.problems, said.confirmed) == (Kind.RATING, (), True)


def test_a_bad_face_leads_to_reason_window_phone_and_help(make_kiosk):
    kiosk = make_kiosk()
    for label in ("非常不满意", "态度差效率低", "选窗口、留电话、细说", "哪个窗口", "社保经办窗口",
                  "怎么回复我", "打我的手机", *"13800000000", "好了", "我需要帮忙", "帮办代办",
                  "好了"):  # fmt: skip
        kiosk.hands.tap(label)
    kiosk.hands.tap("提 交")
    case = kept(kiosk)
    said = case.feedback
    assert (said.kind, said.problems) == (Kind.RATING, ("C02", "C0203"))
    assert (said.service_window, case.department) == ("W04", "SI")
    assert (said.reply_by, said.needs) == (ReplyBy.PHONE, (Need("agent"),))
    assert must_follow_up(case)


def test_a_bad_face_leads_to_every_other_problem_and_its_tags(make_kiosk):
    kiosk = make_kiosk()
    for label in ("不满意", "态度生硬", "排队等候 · 别的", "排队等候", "下一步", "具体是什么"):
        kiosk.hands.tap(label)
    assert kiosk.citizen.offers.tagsOf == "排队等候"
    for label in ("窗口开得少", "下一个问题"):
        kiosk.hands.tap(label)
    assert kiosk.citizen.offers.tagsOf == "服务态度"
    for label in ("推诿", "好了", "问题", "下一步", "提 交"):
        kiosk.hands.tap(label)
    assert kept(kiosk).feedback.problems == ("C01", "C0104", "C02", "C0202", "C0204")


def test_a_complaint_can_be_told_more_closely_and_a_problem_taken_back_takes_its_tags(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "特殊群体", "服务态度", "下一步", "具体是什么", "空岗",
                  "下一个问题", "年龄限制", "材料翻译", "好了", "问题", "服务态度", "下一步",
                  "提 交"):  # fmt: skip
        kiosk.hands.tap(label)
    assert kept(kiosk).feedback.problems == ("C08", "C0806", "C0808")


def test_a_good_face_offers_what_was_good_and_where(make_kiosk):
    kiosk = make_kiosk()
    for label in (
        "满意",
        "好在哪里",
        "跑大厅一次办完",
        "好了",
        "是哪个窗口",
        "社保经办窗口",
        "完成",
    ):
        kiosk.hands.tap(label)
    case = kept(kiosk)
    assert (case.feedback.merits, case.department) == (("P411",), "SI")
    assert (case.feedback.kind, case.state) == (Kind.RATING, State.CLOSED)


def test_another_face_has_other_reasons_and_a_good_one_needs_no_number(make_kiosk):
    kiosk = make_kiosk()
    for label in ("不满意", "态度生硬", "选窗口、留电话、细说", "怎么回复我", "打我的手机",
                  *"13800000000", "好了", "返回", "返回", "满意", "完成"):  # fmt: skip
        kiosk.hands.tap(label)
    case = kept(kiosk)
    assert (case.feedback.problems, case.feedback.reply_by) == ((), ReplyBy.RECEIPT)
    assert (case.contact_digest, case.state) == ("", State.CLOSED)


@pytest.mark.parametrize("more", [("reason", "C0202"), ("where", "W04"), ("answerBy", "phone")])
def test_a_bad_face_that_says_more_is_not_sent_off_by_itself(make_kiosk, more):
    kiosk = make_kiosk()
    kiosk.hands.tap("不满意")
    kiosk.hands.tap("选窗口、留电话、细说")
    getattr(kiosk.citizen, more[0])(more[1])
    while kiosk.citizen.screen != "Rate":
        kiosk.citizen.back()
    kiosk.clock.seconds += QUICK_RATING
    kiosk.citizen.tick()
    assert kiosk.citizen.screen == "Rate"


def test_a_question_that_is_not_found_is_left_in_writing_and_answered_by_phone(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("问事")
    kiosk.hands.keys("月亮上开饭店")
    assert kiosk.citizen.offers.answers == []
    for label in ("没找到？留下问题", "写好了", "怎么回复我", "打我的手机", *"13800000000", "好了",
                  "提 交"):  # fmt: skip
        kiosk.hands.tap(label)
    case = kept(kiosk)
    assert (case.feedback.kind, case.feedback.words) == (Kind.QUESTION, "月亮上开饭店")
    assert case.feedback.reply_by is ReplyBy.PHONE
    assert [line.number for line in kiosk.desk("desk").worklist(Column.TO_ACCEPT)] == [case.number]


def test_a_question_about_an_item_goes_to_its_department(make_kiosk):
    kiosk = make_kiosk()
    kiosk.citizen.begin("question")
    kiosk.citizen.askAbout("I06")
    kiosk.hands.tap("还有不明白的，留下问题")
    kiosk.hands.keys("译文要公证吗")
    for label in ("写好了", "提 交"):
        kiosk.hands.tap(label)
    case = kept(kiosk)
    assert (case.feedback.service_item, case.department) == ("I06", "SOC3")


def test_the_sealed_way_takes_three_taps_and_is_for_the_inspector(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "收费、廉洁", "提 交"):
        kiosk.hands.tap(label)
    case = kept(kiosk)
    assert case.feedback.kind is Kind.INTEGRITY
    assert kiosk.hands.taps == 3
    assert kiosk.desk("desk").worklist(Column.TO_ACCEPT) == []
    inspector = kiosk.desk("inspector")
    assert [line.number for line in inspector.worklist(Column.TO_ACCEPT)] == [case.number]
    assert inspector.case(case.case_id).feedback.problems == ("C10",)


def test_the_four_dimensions_go_along_with_a_rating(make_kiosk):
    kiosk = make_kiosk()
    for label in ("不满意", "流程顺不顺：不满意", "效率高不高：满意", "效率高不高：满意", "完成"):
        kiosk.hands.tap(label)
    assert kept(kiosk).feedback.dimensions == (Rated(Dimension.PROCESS, Grade.DISSATISFIED),)


def test_a_solved_case_is_judged_with_a_face_and_done(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    replied(kiosk, case)
    look_up(kiosk, letters)
    for label in ("解决了", "非常满意", "好了"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.followUp.said == "judged", "the verdict")
    after = kiosk.intake._store.case(case.case_id)
    assert (after.state, after.judged_grade) == (State.CLOSED, Grade.VERY_SATISFIED)
    assert kiosk.intake.month().satisfied == 1


def test_a_case_that_is_not_solved_goes_into_another_round(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    replied(kiosk, case)
    look_up(kiosk, letters)
    for label in ("没解决", "说了没做到", "要求重办"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.followUp.said == "judged", "the verdict")
    after = kiosk.intake._store.case(case.case_id)
    assert (after.state, after.round, after.reason) == (State.HANDLING, 2, "undone")
    assert kiosk.citizen.followUp.found["state"] == "办理中"


def read_off(kiosk):
    return "\n".join(
        str(item.property("text"))
        for item in items(kiosk.view.rootObject())
        if item.inherits("QQuickText") and item.isVisible()
    )


def test_the_kiosk_keeps_nothing_back_of_what_the_hall_answered(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    store = kiosk.intake._store
    store.append_hall(answers.LEDGER, answers.IMPROVED)
    for happened in answers.WAITS:
        store.append(case.case_id, happened)
    look_up(kiosk, letters)
    shown = read_off(kiosk)
    by, lead = "请在 12月1日（周一） 前回答。", "牵头的科室：社会保险科"
    assert [w for w in (answers.QUESTION, by, lead, answers.WHY) if w not in shown] == []
    store.append(case.case_id, Answered("周一"))
    store.append(case.case_id, Replied("head", answers.FULL))
    kiosk.hands.tap("看好了")
    look_up(kiosk, letters)
    assert [words for words in answers.TOLD if words not in read_off(kiosk)] == []
    kiosk.citizen.speak("en")
    shown = read_off(kiosk)
    assert "Shown the way" in shown and "Where" in shown and "What we did" in shown


def test_a_late_case_says_that_it_is_late(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    look_up(kiosk, letters)
    assert "最迟" in kiosk.citizen.followUp.found["promise"]
    kiosk.citizen.followUp._now = lambda: datetime(2026, 12, 31, 9)
    kiosk.hands.tap("看好了")
    look_up(kiosk, letters)
    due = spoken_day(date.fromisoformat(case.due), "zh")
    assert f"说好最迟 {due} 回复您，已经晚了，对不起。" in read_off(kiosk)


def test_a_question_is_answered_at_the_kiosk(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    kiosk.desk("desk").accept(case.case_id)
    kiosk.intake._store.append(case.case_id, Asked("desk", "哪一天？"))
    look_up(kiosk, letters)
    kiosk.hands.tap("回答")
    for key in "zhouyi":
        kiosk.hands.tap(key)
    kiosk.hands.tap("写好了")
    wait_until(lambda: kiosk.citizen.followUp.said == "answered", "the answer")
    after = kiosk.intake._store.case(case.case_id)
    assert after.state is State.HANDLING
    assert after.story[-1].happening == Answered("zhouyi")


def test_taking_a_case_back_needs_two_taps_and_ends_it_with_a_reply(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    look_up(kiosk, letters)
    kiosk.hands.tap("不用办了")
    assert kiosk.intake._store.case(case.case_id).open
    kiosk.hands.tap("再点一次")
    wait_until(lambda: kiosk.citizen.followUp.said == "withdrawn", "the end")
    after = kiosk.intake._store.case(case.case_id)
    assert after.state is State.CLOSED
    assert after.outcome.result is Result.W1 and after.outcome.complete


def test_a_case_that_moved_on_meanwhile_is_said_so_kindly(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    look_up(kiosk, letters)
    replied(kiosk, case)
    kiosk.hands.tap("不用办了")
    kiosk.hands.tap("再点一次")
    wait_until(lambda: kiosk.citizen.followUp.said == "late", "the news")
    assert kiosk.intake._store.case(case.case_id).state is State.REPLIED


def test_the_second_one_to_say_the_same_joins_with_one_tap_and_a_receipt_of_their_own(make_kiosk):
    kiosk = make_kiosk()
    case, letters = complaint(kiosk)
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.screen == "Same", "the news that others said so")
    assert kiosk.citizen.sameTimes == 1
    kiosk.hands.tap("我也遇到")
    joined = kept(kiosk)
    own = kiosk.citizen.taken.code.letters
    assert (joined.case_id, joined.joined) == (case.case_id, 1)
    assert own != letters
    assert kiosk.intake.look_up(own).case.number == case.number
    assert kiosk.counts() == {"registered": 1, "joined": 1}


def test_whoever_says_it_differs_gets_a_case_of_their_own(make_kiosk):
    kiosk = make_kiosk()
    complaint(kiosk)
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.screen == "Same", "the news that others said so")
    kiosk.hands.tap("我的不一样")
    kept(kiosk)
    assert kiosk.counts() == {"registered": 2}


def test_the_big_print_way_takes_three_taps(make_kiosk):
    kiosk = make_kiosk()
    for label in ("大字简版", "不满意", "完成"):
        kiosk.hands.tap(label)
    assert kept(kiosk).feedback.grade is Grade.DISSATISFIED
    assert kiosk.hands.taps == 3


def test_the_lowered_screen_has_nothing_to_touch_above_a_sitting_reach(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("低位")
    for screen in ("Home", "Rate", "Problems", "Hub", "OwnWords", "LookUp"):
        kiosk.citizen.go(screen)
        kiosk.hands.settle()
        for item in kiosk.hands.touchables():
            assert item.mapToScene(QPointF(0, 0)).y() > 0.3 * kiosk.view.height(), screen
    kiosk.citizen.wipe()
    assert not kiosk.citizen.lowered


def test_the_months_numbers_come_to_the_home_screen_while_nobody_is_there(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("非常满意")
    kiosk.hands.tap("完成")
    kept(kiosk)
    kiosk.hands.tap("好了")
    kiosk.clock.seconds += 61
    kiosk.citizen.tick()
    wait_until(lambda: kiosk.citizen.board.numbers, "the numbers")
    assert kiosk.citizen.board.numbers == [1, 1, 1, 1, 1]


def test_a_disk_without_room_is_told_before_anybody_types_and_over_when_there_is_room(
    make_kiosk, monkeypatch
):
    kiosk = make_kiosk()
    monkeypatch.setattr(opened, "ROOM", 10**18)
    kiosk.clock.seconds += 61
    kiosk.citizen.tick()
    wait_until(lambda: kiosk.citizen.outOfService, "the note")
    monkeypatch.undo()
    kiosk.clock.seconds += 61
    kiosk.citizen.tick()
    wait_until(lambda: not kiosk.citizen.outOfService, "the note to go")


def test_where_and_how_takes_three_taps_with_a_slip_to_take_along(make_kiosk):
    kiosk = make_kiosk()
    for label in ("问事", "船舶国籍证书", "打印引导单"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.paper == "printed", "the slip")
    assert kiosk.hands.taps == 3
    assert list((kiosk.settings.data / "receipts").glob("receipt-guide-*.pdf"))
    assert kiosk.citizen.offers.guide["where"] == "港航海事窗口 · 三楼东区"


def test_items_are_found_by_initials_while_they_are_typed(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("问事")
    for key in "cbgj":
        kiosk.hands.tap(key)
    assert [answer["code"] for answer in kiosk.citizen.offers.answers] == ["I02"]
    kiosk.hands.settle()
    shown = [item.property("label") for item in kiosk.hands.touchables()]
    assert not any(label.startswith("港口经营许可") for label in shown)
    kiosk.hands.tap("船舶国籍证书")
    assert kiosk.citizen.screen == "Guide"
    assert kiosk.citizen.composer.letters == ""


def test_a_service_that_needs_a_time_or_an_address_asks_for_it_on_a_small_form(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "下一步", "我需要帮忙", "预约办理"):
        kiosk.hands.tap(label)
    kiosk.hands.tap("11月25日（周三）, 上午")
    kiosk.hands.tap("免费邮寄")
    for key in "taibaihu":
        kiosk.hands.tap(key)
    kiosk.hands.tap("写好了")
    kiosk.hands.tap("帮办代办")
    kiosk.hands.tap("好了")
    kiosk.hands.tap("提 交")
    case = kept(kiosk)
    assert case.feedback.needs == (Need("booking", "2026-11-25 am"), Need("post"), Need("agent"))
    assert kiosk.desk("desk").contact(case.case_id).address == "taibaihu"
    log = "".join(event.body for event in kiosk.intake._store.all_events())
    assert "taibaihu" not in log


def test_a_scanned_queue_ticket_tells_window_and_wait_and_begins_a_complaint(make_kiosk):
    kiosk = make_kiosk()
    for sign in "A023-W05-202611230940":
        kiosk.hands.keys(sign)
    kiosk.hands.keys("\n")
    assert kiosk.citizen.screen == "Problems"
    for label in ("排队等候", "下一步"):
        kiosk.hands.tap(label)
    assert kiosk.citizen.offers.chosenWindow.endswith("等了 46 分钟")
    kiosk.hands.tap("提 交")
    said = kept(kiosk).feedback
    assert (said.service_window, said.ticket, said.waited_minutes) == ("W05", "A023", 46)


def test_the_halls_own_colour_and_logo_are_on_the_screen(make_kiosk, tmp_path):
    folder = tmp_path / "own"
    shutil.copytree(SAMPLE, folder)
    Image.new("RGB", (300, 100), "#204080").save(folder / "logo.png")
    with (folder / "hall.toml").open("a", encoding="utf-8") as file:
        file.write('\n[look]\naccent = "#204080"\nlogo = "logo.png"\n')
    kiosk = make_kiosk(catalogue=str(folder))
    assert kiosk.picture().pixelColor(100, 55).name() == "#204080"
    kiosk.hands.tap("非常满意")
    done = kiosk.hands.find("完成")
    place = done.mapToScene(QPointF(40, done.height() / 2)).toPoint()
    assert kiosk.picture().pixelColor(place).name() == "#204080"


def test_own_words_are_written_with_a_finger_too(make_kiosk):
    kiosk = make_kiosk()
    for label in ("投诉", "排队等候", "下一步", "想说的话", "手写"):
        kiosk.hands.tap(label)
    pad = next(i for i in items(kiosk.view.rootObject()) if i.inherits("QQuickMultiPointTouchArea"))
    left, right = (
        pad.mapToScene(QPointF(pad.width() * x, pad.height() * 0.5)).toPoint() for x in (0.4, 0.6)
    )
    kiosk.hands.stroke(left, right)
    wait_until(lambda: "一" in kiosk.citizen.ink.candidates, "what it may be")
    kiosk.hands.tap("一")
    kiosk.hands.tap("键盘")
    kiosk.hands.tap("写好了")
    assert kiosk.citizen.words == "一"
    assert kiosk.citizen.screen == "Hub"


def test_a_language_is_chosen_by_its_own_name_and_leaves_with_the_visit(make_kiosk):
    kiosk = make_kiosk()
    kiosk.hands.tap("Language")
    shown = [item.property("label") for item in kiosk.hands.touchables()]
    assert shown == ["中文", "English", "日本語", "한국어", "Русский", "返回"]
    kiosk.hands.tap("한국어")
    assert kiosk.citizen.language == "ko"
    kiosk.hands.tap("中文")
    assert kiosk.citizen.language == "zh"
    kiosk.hands.tap("Language")
    kiosk.hands.tap("Русский")
    kiosk.citizen.wipe()
    assert kiosk.citizen.language == "zh"


def test_what_lies_under_a_question_cannot_be_touched(make_kiosk):
    kiosk = make_kiosk()
    under = kiosk.hands.find("投诉").mapToScene(QPointF(60, 60)).toPoint()
    kiosk.hands.tap("叫人帮忙")
    kiosk.hands.settle()
    kiosk.hands.touch(under)
    assert kiosk.citizen.screen == "Home"
