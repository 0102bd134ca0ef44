"""Thermal printers over real sockets and lines: what they are sent, dot by dot, and what is said of
it when paper ends, covers open, plugs are pulled."""

import threading

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.paper.printers import PrinterState, PrintOutcome, Why, printer_for
from kiosk.paper.printers.device import Deadline, Page
from kiosk.paper.printers.escpos import (
    ASK,
    BAND,
    CLEAR,
    CONFIRM,
    Cut,
    Ear,
    bands,
    packed_rows,
    reported,
)
from kiosk.paper.printers.thermal import AHEAD, ThermalPrinter
from kiosk.paper.raster import dots
from tests.paper.machine import Machine

PRINTED, NOT, UNKNOWN = PrintOutcome.PRINTED, PrintOutcome.NOT_PRINTED, PrintOutcome.UNKNOWN
#: What a head of 576 dots makes of a receipt, and what it is sent.
WIDE = 576


def on_tcp(machine, **options):
    asked = "&".join(f"{name}={value}" for name, value in options.items())
    return printer_for(f"escpos+tcp://127.0.0.1:{machine.on_tcp()}?{asked}")


def burned(pdf, dpi=203, across=WIDE):
    """The dots that must be on the paper."""
    packed = packed_rows(dots(pdf, dpi, across))
    return np.unpackbits(packed, axis=1).astype(bool)


# --- what it is sent --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "dpi", "across"),
    [
        ({}, 203, 576),
        ({"width": 58}, 203, 384),
        ({"dpi": 180}, 180, 512),
        ({"width": 58, "dpi": 180}, 180, 360),
        ({"dots": 640}, 203, 640),
    ],
)
def test_the_paper_shows_the_page_dot_by_dot(machines, receipt, options, dpi, across):
    machine = machines(across=across // 8)
    assert on_tcp(machine, **options).print(receipt, "A").outcome is PRINTED
    assert np.array_equal(machine.picture, burned(receipt, dpi, across))
    assert (machine.cuts, machine.garbage, machine.pulses) == ([len(machine.rows)], b"", 0)


def test_the_same_dots_come_over_a_serial_line(machines, receipt):
    machine = machines()
    printer = printer_for(f"escpos+serial:{machine.on_serial()}?baud=19200")
    assert printer.print(receipt, "A").outcome is PRINTED
    assert np.array_equal(machine.picture, burned(receipt))


def test_a_device_file_that_takes_all_and_says_nothing_gets_the_same_bytes(receipt, tmp_path):
    (tmp_path / "lp0").touch()
    printer = printer_for(f"escpos+file:{tmp_path / 'lp0'}?answers=never")
    assert printer.print(receipt, "A").outcome is UNKNOWN
    machine = Machine()
    machine.hear_all((tmp_path / "lp0").read_bytes())
    assert np.array_equal(machine.picture, burned(receipt))
    machine.close()


def test_the_dots_that_differ_from_the_page_are_those_that_would_be_obeyed(receipt):
    page = dots(receipt, 203, WIDE)
    differ = burned(receipt) != page
    assert not (page & differ).any()
    assert differ.sum() <= 10


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=144, max_size=720), st.lists(st.integers(0, 700), max_size=12))
def test_no_picture_opens_a_drawer_or_asks_anything(noise, places):
    raw = np.frombuffer(noise[: len(noise) // 72 * 72], np.uint8).copy()
    for place, obeyed in zip(places, (b"\x10\x14", b"\x10\x04", b"\x10\x05") * 4, strict=False):
        at = place % (len(raw) - 1)
        raw[at : at + 2] = np.frombuffer(obeyed, np.uint8)
    picture = np.unpackbits(raw.reshape(-1, 72), axis=1).astype(bool)
    sent = b"".join(bands(picture))
    for obeyed in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
        assert obeyed not in sent


def test_a_drawer_would_be_seen(machines):
    machine = machines()
    machine.hear_all(b"\x10\x14\x01\x00\x01" + b"\x1bp\x00\x32\x32")
    assert machine.pulses == 2


def test_python_escpos_makes_the_same_picture(machines, receipt):
    from escpos.printer import Dummy
    from PIL import Image

    page = burned(receipt)
    theirs = Dummy()
    theirs.image(Image.fromarray(~page), impl="bitImageRaster", center=False)
    machine = machines()
    machine.hear_all(theirs.output)
    assert np.array_equal(machine.picture[: len(page)], page)
    ours = [band[8:] for band in bands(dots(receipt, 203, WIDE))]
    assert b"".join(machine.rows[: len(page)]) == b"".join(ours)


def test_no_more_is_on_the_way_than_a_small_printer_holds():
    longest = len(next(bands(np.ones((BAND, WIDE), bool))))
    assert AHEAD * (longest + 3) + len(CLEAR) + len(ASK) * 3 < 4096


# --- what is said of it -----------------------------------------------------------------------

TROUBLES = {
    "no paper": ({"paper": 0}, Why.NO_PAPER),
    "cover": ({"cover": True}, Why.COVER),
    "knife": ({"jammed": True}, Why.JAM),
    "broken": ({"broken": True}, Why.BROKEN),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_a_printer_that_is_in_trouble_is_sent_nothing(machines, receipt, name):
    trouble, why = TROUBLES[name]
    machine = machines()
    machine.change(**trouble)
    printer = on_tcp(machine)
    assert printer.state().trouble is why
    result = printer.print(receipt, "A")
    assert (result.outcome, result.why) == (NOT, why)
    # Two rounds of four questions.
    assert machine.heard == 2 * 4 * 3
    machine.change(paper=10**6, cover=False, jammed=False, broken=False)
    assert printer.print(receipt, "A").outcome is PRINTED


@pytest.mark.parametrize("told", ["by a report", "when asked"])
@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_in_the_middle_ends_the_page_and_nothing_comes_later(machines, receipt, name, told):
    trouble, why = TROUBLES[name]
    machine = machines(reports=told == "by a report")
    machine.at_row(600, lambda: machine.change(**trouble))
    printer = on_tcp(machine)
    result = printer.print(receipt, "A")
    assert (result.outcome, result.why) == (NOT, why)
    assert len(machine.rows) == 600
    machine.change(paper=10**6, cover=False, jammed=False, broken=False)
    machine.settle()
    assert len(machine.rows) == 600
    assert printer.print(receipt, "B").outcome is PRINTED
    assert np.array_equal(machine.picture[600:], burned(receipt))


def test_a_printer_that_cannot_forget_holds_no_more_than_six_millimetres(machines, receipt):
    machine = machines(paper=600, clears=False)
    assert on_tcp(machine).print(receipt, "A").outcome is NOT
    machine.change(paper=10**6)
    machine.settle()
    late = machine.picture[600:]
    assert len(late) <= AHEAD * BAND
    assert zxingcpp.read_barcodes((~late).astype(np.uint8) * 255) == []


def test_paper_that_ends_with_the_page_is_enough(machines, receipt):
    machine = machines(paper=len(burned(receipt)) + 120)
    printer = on_tcp(machine)
    assert printer.print(receipt, "A").outcome is PRINTED
    assert machine.cuts == [len(machine.rows)]
    assert printer.state().trouble is Why.NO_PAPER
    machine.change(paper=10**6)
    machine.settle()
    assert machine.cuts == [len(machine.rows)]


def test_a_confirmation_and_the_end_of_paper_in_one_breath_are_both_heard(receipt):
    class OneBreath:
        """A printer whose answers to the last band and the cut come with its report."""

        def __init__(self, _deadline):
            self._says, self._late = b"", b""

        def write(self, data, _deadline):
            if data in ASK:
                self._says += b"\x12"
            elif data.endswith(CONFIRM):
                self._says += b"\x00"
                if b"\x1dV" in data:
                    self._says = self._says[:-1] + b"\x18\x00\x0f\x0f"
            elif CLEAR in data:
                self._says += b"\x37\x25\x00"

        def read(self, _seconds):
            says, self._says = self._says, b""
            return says

        def drain(self, _deadline):
            return True

        def close(self, *, drop=False):
            pass

    assert ThermalPrinter(OneBreath).print(receipt, "A").outcome is PRINTED


def test_a_roll_that_is_nearly_used_up_is_told_and_prints(machines, receipt):
    machine = machines(paper=2000)
    printer = on_tcp(machine)
    assert printer.state() == PrinterState()
    assert printer.print(receipt, "A").outcome is PRINTED
    machine.change(paper=200)
    assert printer.state() == PrinterState(low=True)


def test_a_slow_printer_is_called_off_at_the_deadline(machines, receipt):
    machine = machines(speed=400)
    result = on_tcp(machine).send(Page(receipt, "A"), Deadline(0.7))
    assert (result.outcome, result.why) == (NOT, Why.SLOW)
    rows = len(machine.rows)
    assert 0 < rows < 500
    machine.settle()
    # What was on the way was forgotten; the torn slip was cut off.
    assert len(machine.rows) - rows <= 2
    assert machine.cuts == [len(machine.rows)]


def test_a_plug_pulled_in_the_middle_is_not_printed(machines, receipt):
    machine = machines()
    machine.at_row(600, machine.die)
    result = on_tcp(machine).print(receipt, "A")
    assert (result.outcome, result.why) == (NOT, Why.AWAY)


def test_a_plug_pulled_after_the_last_byte_leaves_it_unknown(machines, receipt):
    machine = machines()
    machine.at_row(len(burned(receipt)), machine.die)
    result = on_tcp(machine).print(receipt, "A")
    assert (result.outcome, result.why) == (UNKNOWN, Why.AWAY)


@pytest.mark.parametrize("clears", [True, False])
def test_after_a_connection_that_broke_the_next_page_is_whole(machines, receipt, clears):
    machine = machines(clears=clears)
    printer = on_tcp(machine)
    machine.at_row(600, machine.hang_up)
    assert printer.print(receipt, "A").outcome is NOT
    assert printer.print(receipt, "B").outcome is PRINTED
    page = burned(receipt)
    assert np.array_equal(machine.picture[-len(page) :], page)
    assert machine.garbage == b""


def test_a_printer_that_says_nothing_leaves_it_unknown_unless_the_setting_says_so(
    machines, receipt
):
    machine = machines(answers=False)
    result = on_tcp(machine).print(receipt, "A")
    assert (result.outcome, result.why) == (UNKNOWN, Why.SILENT)
    machine = machines(answers=False)
    result = on_tcp(machine, answers="never").print(receipt, "A")
    assert (result.outcome, result.why) == (UNKNOWN, "")
    machine.settle()
    assert np.array_equal(machine.picture, burned(receipt))


def test_of_a_silent_printer_that_stands_still_the_rest_is_taken_back(machines, receipt):
    machine = machines(answers=False, paper=0)
    result = on_tcp(machine).send(Page(receipt, "A"), Deadline(2))
    assert (result.outcome, result.why) == (NOT, Why.SILENT)
    machine.change(paper=10**6)
    machine.settle()
    # What it holds itself it prints; what waited in between is gone.
    assert len(machine.rows) < len(burned(receipt)) / 2


def test_a_printer_that_tells_its_state_alone_is_watched(machines, receipt):
    machine = machines(confirms=False)
    printer = on_tcp(machine, answers="state")
    assert printer.print(receipt, "A") == on_tcp(machines(), answers="state").print(receipt, "A")
    assert printer.print(receipt, "A").outcome is UNKNOWN
    machine.at_row(len(machine.rows) + 600, lambda: machine.change(paper=0))
    result = printer.print(receipt, "A")
    assert (result.outcome, result.why) == (NOT, Why.NO_PAPER)
    rows = len(machine.rows)
    machine.change(paper=10**6)
    machine.settle()
    assert len(machine.rows) == rows


def test_nobody_at_home_is_said_at_once(receipt):
    printer = printer_for("escpos+tcp://127.0.0.1:9")
    assert printer.state().trouble is Why.AWAY
    result = printer.print(receipt, "A")
    assert (result.outcome, result.why) == (NOT, Why.AWAY)
    missing = printer_for("escpos+file:/dev/usb/lp77")
    assert missing.print(receipt, "A").why == missing.state().trouble == Why.AWAY
    assert printer_for("escpos+serial:/dev/null").state().trouble is Why.AWAY


def test_a_device_file_somebody_holds_is_waited_for_and_no_longer(receipt, tmp_path):
    import fcntl

    file = tmp_path / "lp0"
    with file.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        printer = printer_for(f"escpos+file:{file}?answers=never")
        result = printer.send(Page(receipt, "A"), Deadline(0.2))
        assert (result.outcome, result.why) == (NOT, Why.SLOW)
        waits = threading.Timer(0.2, lambda: fcntl.flock(held, fcntl.LOCK_UN))
        waits.start()
        assert printer.send(Page(receipt, "A"), Deadline(5)).outcome is UNKNOWN
        waits.join()


# --- what it says -----------------------------------------------------------------------------


def test_every_answer_is_known_by_its_bits():
    ear = Ear()
    said = ear.hear(b"\x12\x10\x0c\x0c\x0f\x00\x37\x25\x00\x11\x13\x03\x1a")
    assert [(s.kind, s.value) for s in said] == [
        ("answer", b"\x12"),
        ("report", b"\x10\x0c\x0c\x0f"),
        ("confirmed", b"\x00"),
        ("cleared", b"\x37\x25\x00"),
        ("confirmed", b"\x03"),
        ("answer", b"\x1a"),
    ]


def test_an_answer_in_the_middle_of_a_report_is_both():
    said = Ear().hear(b"\x18\x00\x12\x0c\x0f")
    assert [(s.kind, s.value) for s in said] == [
        ("answer", b"\x12"),
        ("report", b"\x18\x00\x0c\x0f"),
    ]
    assert reported(b"\x18\x00\x0c\x0f").trouble is Why.NO_PAPER
    assert reported(b"\x30\x00\x00\x0f").trouble is Why.COVER
    assert reported(b"\x18\x08\x00\x0f").trouble is Why.JAM
    assert reported(b"\x18\x20\x00\x0f").trouble is Why.BROKEN
    assert reported(b"\x10\x00\x03\x0f") == PrinterState(low=True)


@given(st.binary(max_size=200))
def test_nonsense_from_the_line_breaks_nothing(noise):
    assert sum(len(said.value) for said in Ear().hear(noise)) <= len(noise)


def test_every_cut_is_a_cut(machines, receipt):
    for cut, cuts in ((Cut.PARTIAL, 1), (Cut.FULL, 1), (Cut.NONE, 0)):
        machine = machines()
        assert on_tcp(machine, cut=cut.value).print(receipt, "A").outcome is PRINTED
        assert len(machine.cuts) == cuts
