"""The printer's setting: every way it can be written, and one kind line for every mistake."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.paper.printers import FolderPrinter, NoPrinter, Why, printer_for
from kiosk.paper.printers.cups import CupsQueue
from kiosk.paper.printers.office import IppPrinter
from kiosk.paper.printers.setting import THERMAL
from kiosk.paper.printers.thermal import Answers, Head, ThermalPrinter

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("setting", "head", "answers"),
    [
        ("escpos+tcp://10.0.0.9:9100?width=80&dpi=203", Head(576, 203, 80), Answers.ALL),
        ("escpos+tcp://10.0.0.9", Head(576, 203, 80), Answers.ALL),
        ("escpos+tcp://[::1]:9100?width=58", Head(384, 203, 58), Answers.ALL),
        ("escpos+file:/dev/usb/lp0", Head(576, 203, 80), Answers.ALL),
        ("escpos+file:///dev/usb/lp0?dpi=180", Head(512, 180, 80), Answers.ALL),
        ("escpos+file:/dev/usb/lp%201?dots=640", Head(640, 203, 80), Answers.ALL),
        ("escpos+serial:/dev/ttyS0?baud=19200&flow=rts", Head(576, 203, 80), Answers.ALL),
        ("escpos+serial:/dev/ttyUSB0?answers=never&cut=none", Head(), Answers.NEVER),
        ("escpos+tcp://p?answers=state&width=112", Head(832, 203, 112), Answers.STATE),
    ],
)
def test_thermal_printers(setting, head, answers):
    printer = printer_for(setting)
    assert isinstance(printer, ThermalPrinter)
    assert (printer._head, printer._answers) == (head, answers)
    assert printer.width_mm == head.paper_mm


def test_the_others():
    assert isinstance(printer_for("none"), NoPrinter)
    assert isinstance(printer_for("folder:/tmp/x"), FolderPrinter)
    office = printer_for("ipp://10.0.0.9/ipp/receipts?width=148")
    assert isinstance(office, IppPrinter)
    assert (office._door.uri, office.width_mm) == ("ipp://10.0.0.9:631/ipp/receipts", 148)
    assert printer_for("ipps://10.0.0.9")._door.uri == "ipps://10.0.0.9:631/ipp/print"
    queue = printer_for("cups:receipts?width=58")
    assert isinstance(queue, CupsQueue)
    assert queue._door.uri == "ipp://localhost:631/printers/receipts"
    assert (queue.width_mm, printer_for("cups:a?port=8631")._door.port) == (58, 8631)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("", "known are folder:PATH"),
        ("telex:1", "known are folder:PATH"),
        ("folder:", "known are folder:PATH"),
        ("escpos+tcp:10.0.0.9", "as in escpos\\+tcp://192.168.1.50:9100"),
        ("escpos+tcp://10.0.0.9:nine", "name a machine and a port"),
        ("escpos+tcp://10.0.0.9:99999", "name a machine and a port"),
        ("escpos+tcp://h?width=70", "width is one of 80, 58, 112, not '70'"),
        ("escpos+tcp://h?dpi=72", "dpi is one of"),
        ("escpos+tcp://h?width=58&dpi=300", "add dots=NUMBER"),
        ("escpos+tcp://h?dots=577", "a multiple of 8"),
        ("escpos+tcp://h?dots=-8", "a multiple of 8"),
        ("escpos+tcp://h?dots=many", "a multiple of 8"),
        ("escpos+tcp://h?colour=red", "there is no 'colour' here; known are: answers, cut"),
        ("escpos+tcp://h?answers=maybe", "answers is one of all, state, never"),
        ("escpos+tcp://h?cut=deep", "cut is one of partial, full, none"),
        ("escpos+file:lp0", "the device's whole path"),
        ("escpos+serial:/dev/ttyS0?baud=12345", "baud is one of 9600"),
        ("escpos+serial:/dev/ttyS0?flow=dtr", "flow is one of none, rts, xon"),
        ("ipp:printer", "as in ipp://192.168.1.50:631"),
        ("ipp://h?dpi=203", "there is no 'dpi' here; known are: width"),
        ("cups:two words", "name a CUPS queue"),
        ("cups:q?port=x", "port is a number"),
        ("windows:Receipts", "needs Windows"),
    ],
)
def test_a_mistake_is_one_kind_line(setting, says):
    with pytest.raises(ValueError, match=says) as trouble:
        printer_for(setting)
    assert "\n" not in str(trouble.value)
    assert len(str(trouble.value)) < 260


@pytest.mark.parametrize("command", ["kiosk", "desk", "hall", "printers"])
def test_a_mistake_is_told_when_the_program_starts(tmp_path, command):
    wrong = "printer=escpos+tcp://h?width=70"
    done = subprocess.run(
        [sys.executable, "-m", "kiosk", command, "--data", tmp_path, "--set", wrong],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("zhaocha: printer ") and done.stderr.count("\n") == 1


def test_every_way_option_and_reason_is_in_the_docs():
    docs = (ROOT / "docs" / "printers.md").read_text("utf-8")
    ways = ("escpos+tcp:", "escpos+file:", "escpos+serial:", "ipp:", "ipps:", "cups:", "windows:")
    wanted = {*ways, *(f"`{option}`" for option in THERMAL | {"baud", "flow"})}
    seldom = {Why.NO_PRINTER, Why.NOT_KEPT}
    wanted |= {str(why) for why in Why if why not in seldom}
    assert {word for word in wanted if word not in docs} == set()
