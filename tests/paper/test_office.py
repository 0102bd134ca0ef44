"""Office printers and print queues: a real IPP Everywhere printer and a real CUPS on loopback."""

import ctypes
import ctypes.util
import io
import os
import shutil
import struct
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.paper.printers import PrintOutcome, Why, ipp, printer_for
from kiosk.paper.printers.cups import queues
from kiosk.paper.printers.device import Deadline, Page, PrinterState
from kiosk.paper.printers.found import found
from kiosk.paper.printers.pwg import pwg_raster
from kiosk.paper.printers.reasons import hinted, state_of
from kiosk.paper.raster import page_greys
from kiosk.paper.spooler import Journal, Spooler
from tests.paper.servers import CUPSD, DBUS, IPPEVEPRINTER, Cups, Office, wait_until

PRINTED, NOT, UNKNOWN = PrintOutcome.PRINTED, PrintOutcome.NOT_PRINTED, PrintOutcome.UNKNOWN

needs_printer = pytest.mark.skipif(
    not (IPPEVEPRINTER and DBUS),
    reason="ippeveprinter and dbus-daemon are not here; ./dev.sh test installs them when it may",
)
needs_cups = pytest.mark.skipif(
    not (CUPSD and IPPEVEPRINTER and DBUS) or os.geteuid() != 0,
    reason="cupsd is not here, or this is not root; ./dev.sh test installs it when it may",
)


@pytest.fixture(scope="module")
def folder():
    """A folder that CUPS, as another user, may enter: not pytest's, which is root's alone."""
    folder = Path(tempfile.mkdtemp(prefix="zhaocha-office-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def offices(folder):
    made = []

    def make(**options):
        made.append(Office(folder / f"office-{time.monotonic_ns()}", **options))
        return made[-1]

    yield make
    for office in made:
        office.close()


@pytest.fixture
def cups(folder):
    made = Cups(folder / f"cups-{time.monotonic_ns()}")
    yield made
    made.close()


def seen(file):
    """Every code on a page that came out, whatever its format."""
    data = file.read_bytes()
    if file.name.endswith("pdf"):
        document = pypdfium2.PdfDocument(data)
        picture = document[0].render(scale=4, grayscale=True).to_pil()
        document.close()
    elif file.name.endswith("jpeg"):
        picture = Image.open(io.BytesIO(data))
    else:
        picture = Image.fromarray(cups_reads(file)[0])
    return [code.text for code in zxingcpp.read_barcodes(picture)]


# --- a printer that speaks IPP ----------------------------------------------------------------


@needs_printer
@pytest.mark.parametrize("format_", ["application/pdf", "image/pwg-raster", "image/jpeg"])
def test_a_page_comes_out_in_the_form_the_printer_likes(offices, address_and_receipt, format_):
    address, receipt = address_and_receipt
    office = offices(formats=format_)
    printer = printer_for(office.setting)
    assert printer.state() == PrinterState()
    assert printer.print(receipt, "A").outcome is PRINTED
    (page,) = office.paper
    assert page.name.endswith(format_.partition("/")[2])
    assert seen(page) == [address]
    if format_ == "application/pdf":
        assert page.read_bytes() == receipt


@needs_printer
def test_a_form_nobody_has_is_refused_before_it_is_sent(offices, receipt):
    office = offices(formats="application/postscript")
    result = printer_for(office.setting).print(receipt, "A")
    assert (result.outcome, result.why) == (NOT, Why.REFUSED)


@needs_printer
@pytest.mark.parametrize(("how", "why"), [("empty", Why.NO_PAPER), ("jam", Why.JAM)])
def test_trouble_is_told_and_its_page_does_not_come_later(offices, receipt, how, why):
    office = offices()
    office.how(how)
    printer = printer_for(office.setting)
    result = printer.print(receipt, "A")
    assert (result.outcome, result.why) == (NOT, why)
    assert office.paper == []
    office.how("prints")
    # Out of paper it stays until somebody looks after it: the next page is called off too.
    again = printer.send(Page(receipt, "B"), Deadline(1))
    assert len(office.paper) == again.printed
    assert again.printed is (how == "jam")


@needs_printer
def test_an_office_printer_that_is_too_slow_is_called_off(offices, receipt):
    office = offices()
    office.how("slow")
    started = time.monotonic()
    result = printer_for(office.setting).send(Page(receipt, "A", "a"), Deadline(1))
    assert not result.printed and result.why == Why.SLOW
    assert time.monotonic() - started < 6


def _submitted(receipt, job, printer):
    told = printer._printer(2)
    return Page(receipt, "t", job), "application/pdf", receipt, told, Deadline(5)


@needs_printer
def test_a_printer_busy_with_another_page_is_waited_for(offices, receipt):
    office = offices()
    office.how("slow")
    printer, other = printer_for(office.setting), printer_for(office.setting)
    job = threading.Thread(target=lambda: other.send(Page(receipt, "A", "a"), Deadline(9)))
    job.start()
    wait_until(lambda: printer._printer(1)["printer-state"] == [4], "the first page")
    office.how("prints")
    assert printer.send(Page(receipt, "B", "b"), Deadline(9)).printed
    job.join()
    assert len(office.paper) == 2


def test_nobody_at_home_is_said_at_once(receipt):
    for setting in ("ipp://127.0.0.1:9/ipp/print", "ipps://127.0.0.1:9/x", "cups:q?port=9"):
        printer = printer_for(setting)
        assert printer.state().trouble is Why.AWAY
        result = printer.print(receipt, "A")
        assert (result.outcome, result.why) == (NOT, Why.AWAY)
        assert printer.purge(["a"]) is False


# --- CUPS -------------------------------------------------------------------------------------


@needs_cups
def test_a_queue_to_an_ipp_printer_prints_and_keeps_no_page(cups, offices, address_and_receipt):
    address, receipt = address_and_receipt
    office = offices()
    printer = printer_for(cups.queue("receipts", office.setting))
    assert queues(cups.port) == [("receipts", PrinterState())]
    assert found(port=cups.port)[-1].setting == "cups:receipts"
    assert printer.print(receipt, "A").outcome is PRINTED
    assert [seen(page) for page in office.paper] == [[address]]
    assert cups.spooled == []


@needs_cups
@pytest.mark.parametrize(("how", "seconds"), [("empty", 8), ("slow", 1.5)])
def test_a_queue_never_prints_yesterdays_receipt(cups, offices, receipt, how, seconds):
    office = offices()
    office.how(how)
    printer = printer_for(cups.queue("receipts", office.setting))
    result = printer.send(Page(receipt, "A", "a"), Deadline(seconds))
    assert not result.printed
    assert result.why == (Why.NO_PAPER if how == "empty" else Why.SLOW)
    wait_until(lambda: cups.spooled == [], "an empty spool", 30)
    came = len(office.paper)
    office.how("prints")
    time_to_start = time.monotonic() + 1.5
    wait_until(lambda: time.monotonic() > time_to_start, "time to start")
    assert len(office.paper) == came or how == "slow"


@needs_cups
def test_a_job_of_a_killed_program_is_called_off_by_the_next_one(cups, receipt, tmp_path):
    # Nobody is at the other end, so the queue keeps the page and tries again and again.
    printer = printer_for(cups.queue("receipts", "ipp://localhost:9/ipp/print"))
    journal = Journal(tmp_path / "jobs.sqlite", "K1")
    journal.add("first", "ZC1")
    journal.sending("first")
    # As far as a program that is killed comes: the page is with the queue.
    assert isinstance(printer._submit(*_submitted(receipt, "first", printer)), int)
    assert len(cups.spooled) == 1
    after = Spooler(printer, Journal(tmp_path / "jobs.sqlite", "K1"))
    after.state()
    wait_until(lambda: after._tidy(), "nothing left of it")
    wait_until(lambda: cups.spooled == [], "an empty spool", 30)
    assert [page.why for page in after.unprinted()] == [Why.STOPPED]


@needs_cups
def test_a_queue_that_only_hands_bytes_on_is_never_called_printed(cups, receipt):
    # CUPS says “completed” once they are gone.
    result = printer_for(cups.queue("raw", "file:///dev/null")).print(receipt, "A")
    assert (result.outcome, result.why) == (UNKNOWN, "")
    assert cups.spooled == []


@needs_cups
def test_a_queue_that_does_not_exist_is_refused(cups, receipt):
    printer = printer_for(f"cups:nothing?port={cups.port}")
    assert printer.state().trouble is Why.AWAY
    assert printer.print(receipt, "A").outcome is NOT


@needs_cups
@pytest.mark.parametrize("back_within_the_deadline", [True, False])
def test_a_print_system_that_is_killed_prints_no_page_twice(
    cups, offices, receipt, back_within_the_deadline
):
    office = offices()
    office.how("slow")
    printer = printer_for(cups.queue("receipts", office.setting))
    results = []
    seconds = 30 if back_within_the_deadline else 1.2
    page = Page(receipt, "A", "a")
    job = threading.Thread(target=lambda: results.append(printer.send(page, Deadline(seconds))))
    job.start()
    wait_until(lambda: list((office.folder / "spool").iterdir()), "the page at the printer")
    cups.kill()
    if not back_within_the_deadline:
        job.join(60)
    cups.start()
    job.join(60)
    # Back in time, it may still hear that the page came out; never that it did not.
    assert results[0].outcome is UNKNOWN or (back_within_the_deadline and results[0].printed)
    wait_until(lambda: printer.state().trouble is None, "CUPS")
    wait_until(lambda: cups.spooled == [], "an empty spool", 30)
    wait_until(lambda: len(office.paper) == 1, "the page that was on its way")
    office.how("prints")
    assert printer.send(Page(receipt, "B", "b"), Deadline(8)).printed
    assert len(office.paper) == 2


# --- the protocol -----------------------------------------------------------------------------


def attributes(**named):
    return {name.replace("_", "-"): values for name, values in named.items()}


@pytest.mark.parametrize(
    ("reasons", "state", "accepting", "expected"),
    [
        (["none"], 3, True, PrinterState()),
        (["media-empty-error"], 5, True, PrinterState(Why.NO_PAPER, low=True)),
        (["media-empty"], 5, True, PrinterState(Why.NO_PAPER, low=True)),
        (["media-empty-warning"], 3, True, PrinterState(low=True)),
        (["media-needed-warning"], 4, True, PrinterState(Why.NO_PAPER)),
        (["media-low-report"], 3, True, PrinterState(low=True)),
        (["cover-open-error", "media-jam-error"], 5, True, PrinterState(Why.JAM)),
        (["door-open"], 5, True, PrinterState(Why.COVER)),
        (["toner-empty-error"], 5, True, PrinterState(Why.NO_INK)),
        (["offline-report"], 3, True, PrinterState(Why.AWAY)),
        (["paused"], 5, True, PrinterState(Why.REFUSED)),
        (["fuser-over-temp-error"], 5, True, PrinterState(Why.BROKEN)),
        (["media-jam-warning"], 5, True, PrinterState(Why.JAM)),
        (["none"], 3, False, PrinterState(Why.REFUSED)),
    ],
)
def test_a_printers_words_for_its_trouble_are_understood(reasons, state, accepting, expected):
    told = attributes(
        printer_state=[state],
        printer_state_reasons=reasons,
        printer_is_accepting_jobs=[accepting],
    )
    assert state_of(told) == expected


def test_a_warning_becomes_the_reason_once_nothing_comes_out():
    assert hinted(attributes(printer_state_reasons=["media-empty-warning"])) is Why.NO_PAPER
    assert hinted(attributes(printer_state_reasons=["none"])) is None


def test_an_answer_with_collections_and_ranges_is_read():
    body = struct.pack(">BBHI", 2, 0, 0, 1) + bytes([ipp.PRINTER])

    def one(tag, name, value):
        return struct.pack(">BH", tag, len(name)) + name + struct.pack(">H", len(value)) + value

    body += one(0x34, b"media-col", b"")
    body += one(0x4A, b"", b"x-dimension") + one(0x21, b"", struct.pack(">i", 8000))
    body += one(0x4A, b"", b"sides") + one(0x44, b"", b"one") + one(0x44, b"", b"two")
    body += one(0x37, b"", b"")
    body += one(0x33, b"copies", struct.pack(">ii", 1, 9)) + one(0x13, b"none", b"") + b"\x03"
    told = ipp.answer(body).group(ipp.PRINTER)
    assert told == {
        "media-col": [{"x-dimension": [8000], "sides": ["one", "two"]}],
        "copies": [(1, 9)],
        "none": [None],
    }


@given(st.binary(max_size=300))
def test_nonsense_instead_of_an_answer_is_trouble_and_nothing_worse(noise):
    for data in (noise, struct.pack(">BBHI", 2, 0, 0, 1) + noise):
        with suppress(ipp.IppTrouble):
            ipp.answer(data)


# --- PWG raster -------------------------------------------------------------------------------


def cups_reads(file):
    """The pages of a raster file, read by CUPS' own library: greys, and dots an inch."""
    library = ctypes.CDLL(ctypes.util.find_library("cups"))
    library.cupsRasterOpen.restype = ctypes.c_void_p
    with file.open("rb") as opened:
        raster = ctypes.c_void_p(library.cupsRasterOpen(opened.fileno(), 0))
        header = ctypes.create_string_buffer(1796)
        assert library.cupsRasterReadHeader2(raster, header)
        words = struct.unpack_from("=385I", header.raw, 256)
        dpi, wide, tall, line = words[5], words[29], words[30], words[34]
        row = ctypes.create_string_buffer(line)
        rows = []
        for _ in range(tall):
            assert library.cupsRasterReadPixels(raster, row, line) == line
            rows.append(np.frombuffer(row.raw, np.uint8))
        library.cupsRasterClose(raster)
    assert line == wide
    return np.array(rows), dpi


@pytest.mark.skipif(not ctypes.util.find_library("cups"), reason="CUPS' library is not here")
@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_cups_reads_our_raster_grey_by_grey(receipt, tmp_path, dpi):
    pages = page_greys(receipt, dpi)
    (tmp_path / "page").write_bytes(pwg_raster(pages, dpi))
    greys, told = cups_reads(tmp_path / "page")
    assert told == dpi
    assert np.array_equal(greys, pages[0])


@pytest.mark.skipif(not ctypes.util.find_library("cups"), reason="CUPS' library is not here")
@pytest.mark.parametrize("seed", range(8))
def test_cups_reads_any_picture(tmp_path, seed):
    random = np.random.default_rng(seed)
    page = random.integers(0, 2 + seed * 30, (300, 1 + seed * 97), np.uint8)
    page[40:300] = page[40]
    (tmp_path / "page").write_bytes(pwg_raster([page], 300))
    assert np.array_equal(cups_reads(tmp_path / "page")[0], page)
