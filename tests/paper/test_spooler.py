"""The honest print job: once, soon, for whoever stands there, or not at all. Also when killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from kiosk.paper.printers import PrintOutcome, PrintResult, Why, printer_for
from kiosk.paper.printers.device import PRINTED as DONE
from kiosk.paper.printers.device import Deadline, Device, PrinterState, not_printed, unknown
from kiosk.paper.spooler import AFTER_VISIT, Journal, Spooler
from tests.paper.servers import wait_until
from tests.paper.test_thermal import burned, on_tcp

ROOT = Path(__file__).resolve().parent.parent.parent
PRINTED, NOT, UNKNOWN = PrintOutcome.PRINTED, PrintOutcome.NOT_PRINTED, PrintOutcome.UNKNOWN


class Paper(Device):
    """A printer that keeps its pages in a list; `gate` holds it up, `says` is how it ends."""

    def __init__(self, says=DONE):
        self.pages, self.says, self.purged = [], says, []
        self.gate, self.at_work = threading.Event(), threading.Event()
        self.gate.set()
        self.reachable = True

    def send(self, page, deadline):
        self.at_work.set()
        while not self.gate.wait(0.01):
            if deadline.over:
                return not_printed(deadline.why)
        self.pages.append(page.title)
        return self.says

    def state(self):
        return PrinterState()

    def purge(self, jobs):
        self.purged += jobs if self.reachable else []
        return self.reachable


@pytest.fixture
def jobs(tmp_path):
    return tmp_path / "jobs.sqlite"


def spooler(device, jobs, owner="K1", seconds=10, **options):
    return Spooler(device, Journal(jobs, owner), seconds=seconds, **options)


def in_background(work):
    """Runs work; the thread, and the list its result comes into."""
    results = []
    thread = threading.Thread(target=lambda: results.append(work()))
    thread.start()
    return thread, results


def states(jobs):
    with sqlite3.connect(jobs) as db:
        found = dict(db.execute("SELECT title, state FROM job").fetchall())
    db.close()
    return found


# --- a job and its visit ----------------------------------------------------------------------


def test_a_page_that_came_out_leaves_nothing_behind(jobs):
    paper = Paper()
    printer = spooler(paper, jobs)
    assert printer.print(b"pdf", "ZC1").printed
    assert (paper.pages, printer.unprinted()) == (["ZC1"], [])
    printer.close()
    left = b"".join(f.read_bytes() for f in jobs.parent.iterdir())
    assert b"ZC1" not in left and b"pdf" not in left


@pytest.mark.parametrize("says", [not_printed(Why.NO_PAPER), unknown(Why.SILENT)])
def test_a_page_that_did_not_come_out_is_listed_until_it_is_printed_anew(jobs, says):
    paper = Paper(says)
    printer = spooler(paper, jobs)
    assert printer.print(b"", "ZC1") == says
    (page,) = printer.unprinted()
    assert (page.title, page.outcome, page.why) == ("ZC1", says.outcome, says.why)
    assert spooler(paper, jobs, owner="D1").unprinted() == [page]
    paper.says = DONE
    assert spooler(paper, jobs, owner="D1").print(b"", "ZC1-1").printed
    assert printer.unprinted() == []


def test_a_page_somebody_saw_to_is_forgotten(jobs):
    printer = spooler(Paper(not_printed(Why.JAM)), jobs)
    printer.print(b"", "ZC1")
    printer.print(b"", "ZC12")
    printer.forget(printer.unprinted()[0].job)
    assert [page.title for page in printer.unprinted()] == ["ZC12"]


def test_a_printer_that_is_known_to_say_nothing_and_none_at_all_list_nothing(jobs):
    assert spooler(Paper(unknown()), jobs).print(b"", "A").outcome is UNKNOWN
    assert spooler(printer_for("none"), jobs).print(b"", "B").why == Why.NO_PRINTER
    assert spooler(Paper(), jobs).unprinted() == []


def test_the_same_job_is_never_printed_twice(jobs):
    paper = Paper()
    printer = spooler(paper, jobs)
    assert printer.print(b"", "A", "job1").printed
    assert printer.print(b"", "A", "job1").printed
    assert spooler(paper, jobs).print(b"", "A", "job1").printed
    assert paper.pages == ["A"]


def test_a_visit_that_is_over_takes_back_what_has_not_begun(jobs):
    paper = Paper()
    paper.gate.clear()
    printer = spooler(paper, jobs)
    first, _ = in_background(lambda: printer.print(b"", "A", "a"))
    assert paper.at_work.wait(5)
    second, results = in_background(lambda: printer.print(b"", "B", "b"))
    wait_until(lambda: "b" in printer._jobs, "the second job")
    printer.cancel("b")
    second.join(5)
    assert results == [not_printed(Why.GONE_ON)]
    paper.gate.set()
    first.join(5)
    assert paper.pages == ["A"]


def test_a_visit_that_is_over_before_its_page_was_drawn_prints_nothing(jobs):
    paper = Paper()
    printer = spooler(paper, jobs)
    printer.cancel("a")
    assert printer.print(b"", "A", "a") == not_printed(Why.GONE_ON)
    assert paper.pages == []


def test_what_comes_out_already_may_finish_but_not_for_long(jobs):
    paper = Paper()
    paper.gate.clear()
    now = [100.0]
    printer = spooler(paper, jobs, seconds=60, clock=lambda: now[0])
    thread, results = in_background(lambda: printer.print(b"", "A", "a"))
    assert paper.at_work.wait(5)
    printer.cancel("a")
    now[0] += AFTER_VISIT - 0.1
    thread.join(0.1)
    assert thread.is_alive()
    now[0] += 0.2
    thread.join(5)
    assert results == [not_printed(Why.GONE_ON)]


def test_a_job_that_waits_too_long_for_its_turn_is_too_slow(jobs):
    paper = Paper()
    paper.gate.clear()
    printer = spooler(paper, jobs, seconds=0.3)
    first, _ = in_background(lambda: printer.print(b"", "A"))
    assert paper.at_work.wait(5)
    assert printer.print(b"", "B") == not_printed(Why.SLOW)
    first.join(5)


def test_a_deadline_is_cut_short_and_never_made_longer():
    now = [0.0]
    deadline = Deadline(10, lambda: now[0])
    deadline.visit_over(20)
    assert (deadline.left, deadline.why) == (10, Why.SLOW)
    deadline.visit_over(3)
    assert (deadline.left, deadline.why) == (3, Why.GONE_ON)
    now[0] = 3
    assert deadline.over


def test_the_state_is_what_it_was_while_a_page_comes_out(jobs):
    paper = Paper()
    printer = spooler(paper, jobs)
    assert printer.state() == PrinterState()
    paper.gate.clear()
    thread, _ = in_background(lambda: printer.print(b"", "A"))
    assert paper.at_work.wait(5)
    assert printer.state() == PrinterState()
    paper.gate.set()
    thread.join(5)


# --- a program that was killed ----------------------------------------------------------------


def test_a_job_that_was_being_sent_is_unknown_and_listed_and_not_sent_again(jobs):
    journal = Journal(jobs, "K1")
    journal.add("a", "A")
    journal.add("b", "B")
    journal.sending("b")
    paper = Paper()
    printer = spooler(paper, jobs)
    ended = {page.title: (page.outcome, page.why) for page in printer.unprinted()}
    assert ended == {"A": (NOT, Why.STOPPED), "B": (UNKNOWN, Why.STOPPED)}
    assert printer.state() == PrinterState()
    assert (paper.pages, paper.purged) == ([], ["b"])


def test_nothing_new_is_printed_while_the_rest_of_an_old_page_may_be_in_the_printer(jobs):
    journal = Journal(jobs, "K1")
    journal.add("a", "A")
    journal.sending("a")
    paper = Paper()
    paper.reachable = False
    printer = spooler(paper, jobs)
    assert printer.state().trouble is Why.AWAY
    assert printer.print(b"", "B").why == Why.AWAY
    paper.reachable = True
    assert printer.print(b"", "C").printed
    assert (paper.pages, paper.purged) == (["C"], ["a"])


def test_another_machine_of_the_same_list_ends_only_its_own(jobs):
    mine = Journal(jobs, "K1")
    mine.add("a", "A")
    mine.sending("a")
    Journal(jobs, "D1").broken_off()
    assert states(jobs) == {"A": "sending"}


def test_a_list_that_cannot_be_kept_takes_no_receipt_away(tmp_path):
    (tmp_path / "file").touch()
    paper = Paper()
    assert spooler(paper, tmp_path / "file" / "jobs.sqlite").print(b"", "A").printed
    broken = tmp_path / "jobs.sqlite"
    broken.write_bytes(b"this is no list" * 1000)
    printer = spooler(paper, broken)
    assert printer.print(b"", "B").printed
    paper.says = not_printed(Why.COVER)
    printer.print(b"", "C")
    assert [page.title for page in printer.unprinted()] == ["C"]
    assert paper.pages == ["A", "B", "C"]


KILLED = """
import sys
from pathlib import Path
from kiosk.paper.printers import printer_for
from kiosk.paper.spooler import Journal, Spooler
setting, jobs, pdf = sys.argv[1:]
spooler = Spooler(printer_for(setting), Journal(Path(jobs), "K1"), seconds=30)
print("ready", flush=True)
print(spooler.print(Path(pdf).read_bytes(), "ZC1"), flush=True)
"""


@pytest.mark.parametrize("row", [1, 600, 1200])
@pytest.mark.parametrize("paper_ends", [False, True])
def test_a_kill_in_the_middle_of_a_page_prints_nothing_twice_and_nothing_late(
    machines, receipt, tmp_path, row, paper_ends
):
    machine = machines(speed=2000)
    reached = threading.Event()

    def here():
        # Killed from within the machine: it must not live to see the end of the paper.
        child.send_signal(signal.SIGKILL)
        child.wait()
        if paper_ends:
            machine.change(paper=0)
        reached.set()

    machine.at_row(row, here)
    (tmp_path / "page.pdf").write_bytes(receipt)
    setting = f"escpos+tcp://127.0.0.1:{machine.on_tcp()}"
    arguments = [setting, tmp_path / "jobs.sqlite", tmp_path / "page.pdf"]
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, *map(str, arguments)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert reached.wait(60)
    child.communicate()
    machine.until(lambda: machine._client is None)
    after = spooler(printer_for(setting), tmp_path / "jobs.sqlite")
    (page,) = after.unprinted()
    assert (page.title, page.outcome, page.why) == ("ZC1", UNKNOWN, Why.STOPPED)
    after.state()
    held = len(machine.rows)
    machine.change(paper=10**6)
    machine.settle()
    assert len(machine.rows) - held <= (0 if paper_ends else 2)
    assert len(machine.rows) < len(burned(receipt))
    assert [file.name for file in tmp_path.glob("*.pdf")] == ["page.pdf"]
    assert after.print(receipt, "ZC1-1").printed
    assert np.array_equal(machine.picture[-len(burned(receipt)) :], burned(receipt))
    assert after.unprinted() == []


# --- G6: honest, private paper ----------------------------------------------------------------

TROUBLES = {
    "paper": {},
    "no paper": {"paper": 0},
    "cover": {"cover": True},
    "jam": {"jammed": True},
    "slow": {"speed": 60},
}


@pytest.mark.parametrize("name", TROUBLES)
@pytest.mark.parametrize("at", [0, 1, 400, 1300])
def test_of_a_receipt_in_any_trouble_nothing_comes_late_and_nothing_twice(
    machines, receipt, jobs, name, at
):
    machine = machines()
    if at:
        machine.at_row(at, lambda: machine.change(**TROUBLES[name]))
    else:
        machine.change(**TROUBLES[name])
    printer = spooler(on_tcp(machine), jobs, seconds=1.5)
    result = printer.print(receipt, "ZC1")
    ended = len(machine.rows)
    page = burned(receipt)
    assert result.printed is (ended == len(page))
    assert bool(printer.unprinted()) is not result.printed
    machine.change(paper=10**6, cover=False, jammed=False, speed=0)
    machine.settle()
    # Two rows may be under the head as it is told to stop.
    assert len(machine.rows) - ended <= 2
    before = len(machine.rows)
    assert printer.print(receipt, "ZC1-1").printed
    assert np.array_equal(machine.picture[before:], page)
    assert printer.unprinted() == []
    assert sorted(file.suffix for file in jobs.parent.iterdir()) == [".sqlite"] * 1 + [
        ".sqlite-shm",
        ".sqlite-wal",
    ]


def test_results_say_whether_somebody_should_look():
    assert not DONE.in_doubt and not unknown().in_doubt
    assert unknown(Why.SILENT).in_doubt and PrintResult(NOT, Why.JAM).in_doubt
