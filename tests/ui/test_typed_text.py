"""Any text that comes in through the real screen is kept as it is shown, wherever it goes (G5).

A key of a real keyboard brings one character, an input method or a scanner a whole text at once.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from starlette.testclient import TestClient

from db.happening import Answered, Asked
from kiosk.ui.hands import items, wait_until
from kiosk.visit import ADDRESS_LONGEST, LONGEST, kept
from kiosk.web.page import Tracking
from tests.nasty import NASTY
from tests.test_any_text import seen
from tests.ui.test_citizen import complaint, look_up
from tests.ui.test_citizen import kept as thanked

SOME = NASTY[7 :: len(NASTY) // 12]


def put(kiosk, text):
    """What an input method puts in at once."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, text)
        QCoreApplication.sendEvent(kiosk.view, event)


def normal(text):
    """What is to be seen of a text, and kept: \\r\\n is one new line, \\r alone is none."""
    return kept(text.replace("\r\n", "\n"))


def texts(kiosk):
    """What Qt draws on the screen."""
    kiosk.hands.settle()
    found = items(kiosk.view.rootObject())
    return [i.property("text") for i in found if i.inherits("QQuickText")]


@pytest.fixture
def kiosk(make_kiosk):
    return make_kiosk(printer="none")


def own_words(kiosk):
    kiosk.citizen.begin("complaint")
    kiosk.citizen.choose("C01")
    kiosk.citizen.go("Hub")
    kiosk.citizen.go("OwnWords")


def test_every_nasty_text_is_shown_as_it_will_be_kept(kiosk):
    own_words(kiosk)
    wrong = []
    for number, text in enumerate(NASTY):
        put(kiosk, text)
        words = kiosk.citizen.words
        if words != normal(text):
            wrong.append((text, words))
        if words and number % 7 == 0 and words not in texts(kiosk):
            wrong.append((text, "not shown so"))
        kiosk.citizen.say(words)
        assert kiosk.citizen.words == "" or not words
    assert wrong == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60))
def test_any_text_put_in_is_what_is_kept(kiosk, text):
    kiosk.citizen.wipe()
    own_words(kiosk)
    if text not in ("\r", "\n", "\b", "\x7f"):
        put(kiosk, text)
        assert kiosk.citizen.words == normal(text)


def test_what_was_typed_key_by_key_comes_into_the_record_bit_for_bit(kiosk):
    tags = set()
    web = TestClient(Tracking(lambda: kiosk.intake._store, kiosk.catalogue).application())
    for text in SOME:
        own_words(kiosk)
        kiosk.hands.keys(text[:200])
        shown = kiosk.citizen.words
        assert shown == kept(text[:200].replace("\r", "\n"))
        kiosk.hands.tap("写好了")
        kiosk.hands.tap("提 交")
        case, path = thanked(kiosk), kiosk.citizen.taken.code.path
        assert case.feedback.words == shown.strip()
        assert kiosk.desk("desk").case(case.case_id).feedback.words == shown.strip()
        tags.add(tuple(seen(web.get(f"/t/{path}?lang=zh").text).tags))
        kiosk.citizen.wipe()
    assert len(tags) == 1


def test_no_more_than_a_thousand_characters_are_taken_and_none_in_halves(kiosk):
    own_words(kiosk)
    put(kiosk, "𠅤" * (LONGEST + 50))
    assert kiosk.citizen.words == "𠅤" * LONGEST
    put(kiosk, "x")
    assert kiosk.citizen.words == "𠅤" * LONGEST
    assert "1000 / 1000" in texts(kiosk)


def test_an_address_is_sealed_as_it_was_shown(kiosk):
    for text in SOME:
        kiosk.citizen.begin("complaint")
        kiosk.citizen.choose("C01")
        kiosk.citizen.go("Hub")
        kiosk.citizen.go("Needs")
        kiosk.citizen.need("post")
        put(kiosk, text)
        address = normal(text)[:ADDRESS_LONGEST]
        assert kiosk.citizen.offers.form["address"] == address
        if address:
            assert address in texts(kiosk)
        kiosk.citizen.go("Hub")
        kiosk.hands.tap("提 交")
        case = thanked(kiosk)
        assert kiosk.desk("desk").contact(case.case_id).address == address
        if len(address) > 20:
            assert address not in "".join(e.body for e in kiosk.intake._store.all_events())
        kiosk.citizen.wipe()


def test_an_answer_comes_to_the_desk_as_it_was_shown(kiosk):
    for text in SOME[::3]:
        case, letters = complaint(kiosk)
        kiosk.desk("desk").accept(case.case_id)
        kiosk.intake._store.append(case.case_id, Asked("desk", "哪一天？"))
        look_up(kiosk, letters)
        kiosk.hands.tap("回答")
        put(kiosk, "答：" + text)
        shown = kiosk.citizen.words
        assert shown == normal("答：" + text)
        kiosk.hands.tap("写好了")
        wait_until(lambda: kiosk.citizen.followUp.said == "answered", "the answer")
        assert kiosk.intake._store.case(case.case_id).story[-1].happening == Answered(shown.strip())
        kiosk.citizen.wipe()
        kiosk.desk("desk").case(case.case_id)
        kiosk.intake.withdraw(case)


def test_any_text_is_a_search_and_no_more(kiosk):
    kiosk.citizen.begin("question")
    for text in NASTY[::9]:
        put(kiosk, text)
        assert kiosk.citizen.asked == normal(text)[:40]
        assert kiosk.citizen.screen == "Ask"
        for _ in range(len(kiosk.citizen.asked)):
            kiosk.citizen.hardwareKey("\b")
        assert kiosk.citizen.asked == ""


@pytest.mark.parametrize("screen", ["Home", "LookUp", "Hub", "CaseView"])
def test_any_text_is_scanned_without_harm(kiosk, screen):
    if screen != "Home":
        kiosk.citizen.go(screen)
    for text in NASTY:
        put(kiosk, text)
        kiosk.hands.keys("\n")
    kiosk.background.wait()
    kiosk.hands.settle()
    assert kiosk.counts() == {}
    assert kiosk.citizen.words == ""


def test_the_number_on_a_slip_is_plain_text_wherever_it_is_shown(kiosk):
    for number in ("<b>x<i>", "=1+1", "&lt;", "%1", "{a}", "𠅤𠙶", "\\N", "';--"):
        kiosk.citizen.wipe()
        put(kiosk, f"LZ/{number}/I20")
        kiosk.hands.keys("\n")
        assert kiosk.citizen.linked == number
        assert any(number in text for text in texts(kiosk))
        kiosk.citizen.rate("dissatisfied")
        kiosk.citizen.submit()
        assert thanked(kiosk).feedback.project == number
