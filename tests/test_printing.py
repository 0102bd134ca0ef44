"""The two commands about printers, run as somebody who sets one up would."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.paper.printers import Why, printer_for
from kiosk.paper.printers.found import found
from kiosk.paper.spooler import Journal, Spooler
from kiosk.paper.testpage import test_page
from tests.paper.machine import Machine

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def machine():
    made = Machine()
    made.port = made.on_tcp()
    yield made
    made.close()


def zhaocha(folder, printer, *words):
    command = [sys.executable, "-m", "kiosk", *words, "--data", folder, "--set"]
    done = subprocess.run(
        [*command, f"printer={printer}"], capture_output=True, text=True, cwd=ROOT, timeout=60
    )
    assert done.stderr == "" or done.stderr.startswith("zhaocha: ")
    return done


def test_print_test_prints_a_page_and_tells_the_state_before_and_after(tmp_path, machine):
    printer = f"escpos+tcp://127.0.0.1:{machine.port}"
    done = zhaocha(tmp_path, printer, "print", "--test")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{printer}\nbefore: 正常\nresult: printed\nafter: 正常\n"
    assert len(machine.cuts) == 1


def test_print_test_says_why_nothing_came(tmp_path, machine):
    machine.change(cover=True)
    done = zhaocha(tmp_path, f"escpos+tcp://127.0.0.1:{machine.port}", "print", "--test")
    assert done.returncode == 1
    assert "before: 上盖开着\nresult: not_printed (上盖开着)\n" in done.stdout
    # A test is nothing that somebody waits for.
    assert "please print again" not in zhaocha(tmp_path, "none", "printers").stdout


def test_printers_lists_the_setting_and_what_waits_to_be_printed_again(tmp_path, machine):
    printer = f"escpos+tcp://127.0.0.1:{machine.port}"
    machine.change(paper=0)
    spooler = Spooler(printer_for(printer), Journal(tmp_path / "jobs.sqlite", "K1"))
    spooler.print(test_page(printer, ""), "ZC1")
    spooler.close()
    done = zhaocha(tmp_path, printer, "printers")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{printer}  (the setting)\n    没纸了\n")
    assert f"ZC1  {Why.NO_PAPER}" in done.stdout


def test_print_without_test_explains_itself(tmp_path):
    done = zhaocha(tmp_path, "none", "print")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "print --test" in done.stderr


def test_device_files_are_found_by_the_setting_that_uses_them(tmp_path):
    (tmp_path / "usb").mkdir()
    for name in ("usb/lp1", "usb/lp0", "ttyUSB0", "ttyACM0", "tty1", "null"):
        (tmp_path / name).touch()
    assert [one.setting for one in found(tmp_path, port=9)] == [
        f"escpos+file:{tmp_path}/usb/lp0",
        f"escpos+file:{tmp_path}/usb/lp1",
        f"escpos+serial:{tmp_path}/ttyUSB0",
        f"escpos+serial:{tmp_path}/ttyACM0",
    ]
