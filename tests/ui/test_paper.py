"""Paper at the kiosk: what is said of it before and after, and that it never comes to the next
person nor keeps anybody waiting. The printer is a thermal one made of Python, over a socket."""

import time

import pytest
from PySide6.QtTest import QTest

from kiosk.app import make_desk
from kiosk.paper.printers import Why
from kiosk.paper.spooler import AFTER_VISIT
from kiosk.printing import make_spooler
from kiosk.ui.citizen import PAPER_EVERY
from kiosk.ui.hands import items, wait_until
from tests.paper.machine import Machine
from tests.ui.conftest import LANDSCAPE

NO_PAPER = "这会儿打不出小票，不影响登记。"


@pytest.fixture
def printer():
    made = Machine()
    made.port = made.on_tcp()
    yield made
    made.close()


@pytest.fixture
def at_kiosk(make_kiosk, printer):
    def make(**settings):
        return make_kiosk(printer=f"escpos+tcp://127.0.0.1:{printer.port}", **settings)

    return make


def says(kiosk, words):
    QTest.qWait(0)
    return any(words in str(item.property("text")) for item in items(kiosk.view.rootObject()))


def complain(kiosk, problem="排队等候"):
    for label in ("投诉", problem, "下一步", "提 交"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.screen == "Done", "the thank-you")


def look(kiosk):
    """The kiosk looks at its printer."""
    kiosk.clock.seconds += PAPER_EVERY + 1
    kiosk.citizen.tick()
    kiosk.printing.wait()
    QTest.qWait(0)


def test_a_receipt_comes_out_and_says_so(at_kiosk, printer):
    kiosk = at_kiosk()
    complain(kiosk)
    wait_until(lambda: kiosk.citizen.paper == "printed", "the receipt")
    assert says(kiosk, "小票已打印，请取走。")
    assert len(printer.cuts) == 1


def test_the_home_screen_says_that_there_is_no_paper_before_anybody_begins(at_kiosk, printer):
    kiosk = at_kiosk()
    look(kiosk)
    assert not says(kiosk, NO_PAPER)
    printer.change(paper=0)
    look(kiosk)
    assert says(kiosk, NO_PAPER)
    complain(kiosk)
    wait_until(lambda: kiosk.citizen.paper == "trouble", "what became of the receipt")
    assert says(kiosk, "小票没打出来，不影响登记。") and says(kiosk, "请拍下屏幕，或到服务台补打。")
    number = kiosk.citizen.number
    kiosk.hands.tap("好了")
    desk = make_spooler(kiosk.settings, "D1")
    assert [(page.title, page.why) for page in desk.unprinted()] == [(number, Why.NO_PAPER)]
    printer.change(paper=10**6)
    look(kiosk)
    assert not says(kiosk, NO_PAPER)
    printer.settle()
    assert printer.rows == []


def test_a_kiosk_without_a_printer_does_not_complain_of_it(make_kiosk):
    kiosk = make_kiosk(printer="none")
    look(kiosk)
    assert not says(kiosk, NO_PAPER)


def test_a_printer_that_says_nothing_is_not_called_printed(make_kiosk, printer):
    printer.answers = False
    kiosk = make_kiosk(printer=f"escpos+tcp://127.0.0.1:{printer.port}?answers=never")
    complain(kiosk)
    wait_until(lambda: kiosk.citizen.paper == "unknown", "what is known of the receipt")
    assert says(kiosk, "小票应该出来了。")
    assert make_spooler(kiosk.settings, "D1").unprinted() == []


def test_a_slow_printer_keeps_nobodys_record_waiting(at_kiosk, printer):
    kiosk = at_kiosk()
    printer.change(speed=60)
    complain(kiosk)
    assert kiosk.citizen.paper == "printing"
    printer.until(lambda: printer.rows)
    kiosk.hands.tap("再说一件")
    begun = time.monotonic()
    complain(kiosk, "服务态度")
    assert time.monotonic() - begun < AFTER_VISIT - 1
    assert kiosk.counts() == {"registered": 2}
    assert kiosk.citizen.paper == "printing"
    kiosk.hands.tap("好了")
    printer.change(speed=0)


def test_the_next_person_gets_no_receipt_of_the_last_one_nor_hears_of_it(at_kiosk, printer):
    kiosk = at_kiosk()
    printer.change(speed=60)
    complain(kiosk)
    printer.until(lambda: printer.rows)
    kiosk.hands.tap("好了")
    complain(kiosk, "服务态度")
    kiosk.citizen.wipe()
    kiosk.printing.wait()
    QTest.qWait(0)
    # The first was torn off five seconds after its citizen left; the second never began.
    assert kiosk.citizen.paper == ""
    assert len(printer.rows) < 500
    assert printer.cuts == [len(printer.rows)]
    whys = [page.why for page in make_spooler(kiosk.settings, "D1").unprinted()]
    assert whys == [Why.GONE_ON, Why.GONE_ON]


def test_a_guide_slip_asked_for_by_somebody_who_left_is_not_printed(at_kiosk, printer):
    kiosk = at_kiosk()
    intake, kiosk.citizen._intake = kiosk.citizen._intake, None
    for label in ("问事", "船舶国籍证书", "打印引导单"):
        kiosk.hands.tap(label)
    kiosk.citizen.wipe()
    kiosk.citizen.ready(intake)
    kiosk.printing.wait()
    assert printer.rows == []


def test_a_reprint_at_the_desk_takes_the_page_off_the_list(at_kiosk, printer):
    kiosk = at_kiosk()
    printer.change(cover=True)
    complain(kiosk)
    wait_until(lambda: kiosk.citizen.paper == "trouble", "what became of the receipt")
    case = kiosk.citizen.taken.case
    printer.change(cover=False)
    desk = make_desk(kiosk.settings, kiosk.catalogue, kiosk.intake._store, kiosk.background)
    work = desk._make_casework(kiosk.desk("desk").badge)
    listed = make_spooler(kiosk.settings, "D1")
    assert [page.title for page in listed.unprinted()] == [case.number]
    assert work.reprint(case.case_id).printed
    assert listed.unprinted() == []


@pytest.mark.parametrize("size", [(1080, 1920), LANDSCAPE])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_line_about_paper_hides_nothing(at_kiosk, printer, size, language):
    kiosk = at_kiosk(size=size)
    printer.change(paper=0)
    look(kiosk)
    kiosk.citizen.speak(language)
    kiosk.picture()
    complaint = "投诉" if language == "zh" else "Complain"
    kiosk.hands.tap(complaint)
    assert kiosk.citizen.screen == "Problems"
