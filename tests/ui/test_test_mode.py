"""Test mode, for training and commissioning: everything works, says so, and counts nowhere."""

import sys
from dataclasses import replace
from datetime import date, datetime

import pypdfium2
import pytest
from starlette.testclient import TestClient

from db.lists import Column, Lists
from db.sync import sync
from db.terms import Kind, State
from kiosk import app
from kiosk.__main__ import main
from kiosk.casework import Casework
from kiosk.paper.receipt import draw, receipt_of
from kiosk.settings import load
from kiosk.ui.hands import items
from kiosk.web.page import Tracking
from kiosk.words import languages, say
from tests.hall import found
from tests.people import ANGRY, PLEASED
from tests.screens import SCREENS, show
from tests.ui.conftest import LANDSCAPE, PORTRAIT, SMALL
from tests.ui.test_citizen import complaint, kept, look_up
from tests.ui.test_screens import box, faults

TEST = "测试 · 不计入"


def seen(kiosk):
    """Every text that stands inside the window."""
    wide, tall = kiosk.view.width(), kiosk.view.height()
    for item in items(kiosk.view.rootObject()):
        if item.inherits("QQuickText"):
            left, top, right, bottom = box(item)
            if left >= 0 and top >= 0 and right <= wide and bottom <= tall:
                yield item.property("text")


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL], ids=["tall", "wide", "small"])
def test_every_screen_says_so_and_nothing_is_clipped_for_it(make_kiosk, size):
    kiosk = make_kiosk(size, test="true")
    wrong = []
    for name, steps in SCREENS.items():
        for language, scale in (("zh", 0), ("en", 0), ("zh", 3)):
            show(kiosk, steps, language, scale)
            if say(TEST, language) not in set(seen(kiosk)):
                wrong.append(f"{name} {language} {scale} does not say so")
            wrong += [f"{name} {language} {scale}: {fault}" for fault in faults(kiosk, size)]
    assert wrong == []


def test_what_lies_over_the_page_says_so_too(make_kiosk):
    kiosk = make_kiosk(test="true")
    plain = kiosk.picture().copy(0, 0, 1080, 30)
    for label in ("Language", "叫人帮忙"):
        kiosk.hands.tap(label)
        assert kiosk.picture().copy(0, 0, 1080, 30) == plain, label
        kiosk.hands.tap("返回" if label == "Language" else "知道了")


def test_an_ordinary_kiosk_says_nothing_of_it(make_kiosk):
    kiosk = make_kiosk()
    assert TEST not in set(seen(kiosk))
    case, _ = complaint(kiosk)
    assert case.counted and not case.test


def test_number_code_and_reply_work_as_usual(make_kiosk):
    kiosk = make_kiosk(test="true")
    case, letters = complaint(kiosk)
    assert case.test and not case.counted
    assert case.number and case.state is State.REGISTERED and case.due
    look_up(kiosk, letters)
    assert kiosk.citizen.followUp.found["number"] == case.number
    assert list(seen(kiosk)).count(TEST) == 2


@pytest.mark.parametrize("width", [80, 58])
@pytest.mark.parametrize("language", languages())
def test_its_receipt_says_so_in_large_letters(make_kiosk, width, language):
    kiosk = make_kiosk(test="true")
    taken = kiosk.intake.take(replace(ANGRY, language=language))
    receipt = receipt_of(
        taken.case, taken.code, taken.address, kiosk.catalogue, language,
        now=datetime(2026, 11, 23, 10),
    )  # fmt: skip
    page = pypdfium2.PdfDocument(draw(receipt, width))[0].get_textpage()
    told = say(TEST, language)
    assert "".join(told.split()) in "".join(page.get_text_bounded().split())
    found = page.search(told.split()[0].strip("·")).get_next()
    assert found is not None
    assert pypdfium2.raw.FPDFText_GetFontSize(page.raw, found[0]) >= 20
    plain = replace(taken.case, test=False)
    real = receipt_of(
        plain, taken.code, taken.address, kiosk.catalogue, language, now=datetime(2026, 11, 23, 10)
    )
    assert real.test == ""


def test_nothing_of_it_is_in_the_months_numbers_or_on_the_board(make_kiosk):
    kiosk = make_kiosk(test="true")
    for label in ("非常满意", "完成"):
        kiosk.hands.tap(label)
    kept(kiosk)
    kiosk.hands.tap("好了")
    assert kiosk.intake.month().received == 0
    kiosk.clock.seconds += 61
    kiosk.citizen.tick()
    kiosk.background.wait()
    kiosk.hands.settle()
    assert kiosk.citizen.board.numbers == []


def test_a_real_case_and_a_test_are_never_the_same_thing(make_kiosk, tmp_path):
    real, test = make_kiosk(), make_kiosk(test="true")
    said = replace(ANGRY, words="")
    real.intake.take(said)
    sync(test.intake._store, real.intake._store)
    assert test.intake.same_today(said) is None
    test.intake.take(said)
    assert test.intake.same_today(said).times == 1
    sync(test.intake._store, real.intake._store)
    assert real.intake.same_today(said).times == 1
    assert real.intake.month().received == 1


def test_the_desk_has_it_marked_until_the_day_is_over(make_kiosk, monkeypatch):
    kiosk = make_kiosk(test="true")
    case, _ = complaint(kiosk)
    work = kiosk.desk("desk")
    marked = [(line.number, line.test) for line in work.worklist(Column.TO_ACCEPT)]
    assert marked == [(case.number, True)]
    work.accept(case.case_id)

    assert work.worklist(Column.IN_HAND) != []
    tomorrow = datetime.fromtimestamp(case.registered_ms / 1000 + 86400)
    monkeypatch.setattr(work, "_now", lambda: tomorrow)
    assert [work.worklist(column) for column in Column] == [[]] * len(Column)
    assert not any(work.counts().values())


def test_the_mark_travels_and_lasts_through_everything_that_happens(make_kiosk, opened):
    kiosk = make_kiosk(test="true")
    taken = kiosk.intake.take(PLEASED)
    far = opened("D1")
    sync(kiosk.intake._store, far)
    assert far.case(taken.case.case_id).test
    lists = Lists(found(far))
    closed = lists.worklist(far.people().person("desk"), Column.CLOSED, date.today())
    assert [line.test for line in closed] == [True]
    assert lists.month(0).received == 0


def test_somebody_in_training_cannot_touch_a_real_case(make_kiosk):
    real, test = make_kiosk(), make_kiosk(test="true")
    case, letters = complaint(real)
    sync(real.intake._store, test.intake._store)
    look_up(test, letters)
    assert test.citizen.followUp.found == {}
    look_up(real, letters)
    assert real.citizen.followUp.found["number"] == case.number


def test_the_page_behind_the_code_says_so(make_kiosk):
    kiosk = make_kiosk(test="true")
    taken = kiosk.intake.take(ANGRY)
    tracking = Tracking(lambda: kiosk.intake._store, kiosk.catalogue)
    with TestClient(tracking.application()) as client:
        page = client.get(f"/t/{taken.code.path}?lang=zh").text
    assert TEST in page


def test_a_call_from_it_is_known_as_one_at_the_desk(make_kiosk):
    kiosk = make_kiosk(test="true")
    kiosk.hands.tap("叫人帮忙")
    kiosk.background.wait()
    (call,) = kiosk.desk("desk").calls()
    assert call.place == "K1（测试）"


def test_the_flag_is_the_setting_and_goes_on_to_the_other_processes(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(app, "run_kiosk", lambda settings, kept=False: told.append(settings) or 0)
    assert main(["kiosk", "--test", "--data", str(tmp_path)]) == 0
    assert main(["kiosk", "--data", str(tmp_path)]) == 0
    assert [settings.flag("test") for settings in told] == [True, False]
    command = app.child(told[0], "sync")
    monkeypatch.setattr(sys, "argv", command)
    assert load(tmp_path, dict(p.split("=") for p in command if "=" in p)).flag("test")


def test_a_report_about_a_bribe_in_training_stays_with_the_inspector(make_kiosk):
    kiosk = make_kiosk(test="true")
    kiosk.hands.tap("投诉")
    kiosk.hands.tap("收费、廉洁")
    kiosk.hands.tap("提 交")
    case = kept(kiosk)
    assert (case.feedback.kind, case.test) == (Kind.INTEGRITY, True)
    inspector: Casework = kiosk.desk("inspector")
    assert [line.test for line in inspector.worklist(Column.TO_ACCEPT)] == [True]
    assert kiosk.desk("desk").worklist(Column.TO_ACCEPT) == []
