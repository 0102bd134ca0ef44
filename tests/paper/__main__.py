"""Honest paper, at random: `./dev.sh campaign paper [--tries N] [--seed N]`.

Each try is a printer that can do more or less, to which something happens at some row: paper ends,
the cover opens, the knife jams, it becomes slow, its plug or its line is pulled; or the citizen
goes away, or nothing happens. Counted is what must never be: dots that come after the job has
ended, a receipt twice, “printed” without a whole receipt, a whole receipt called not printed, a
next receipt that is not whole.
"""

import argparse
import collections
import random
import tempfile
import threading
import time
from datetime import datetime
from pathlib import Path

import numpy as np

from kiosk.paper.printers import PrintOutcome, printer_for
from kiosk.paper.printers.escpos import BAND
from kiosk.paper.printers.thermal import AHEAD
from kiosk.paper.spooler import Journal, Spooler
from kiosk.paper.testpage import test_page
from tests.paper.machine import Machine
from tests.paper.test_thermal import burned

ABLE = {
    "all": {},
    "no reports": {"reports": False},
    "no clear": {"clears": False},
    "state alone": {"confirms": False},
}
HAPPENS = ("nothing", "paper", "cover", "knife", "slow", "plug", "line", "leaves")
#: Rows in 4 kB.
HOLDS = 57
WHOLE_AGAIN = {"paper": 10**6, "cover": False, "jammed": False, "speed": 0}


def happen(machine, what, leave):
    match what:
        case "paper":
            machine.change(paper=0)
        case "cover":
            machine.change(cover=True)
        case "knife":
            machine.change(jammed=True)
        case "slow":
            machine.change(speed=80)
        case "plug":
            machine.die()
        case "line":
            machine.hang_up()
        case "leaves":
            machine.change(speed=80)
            leave()


def one(choose, page, picture, folder):
    """One try: (what could be done, what happened, how it ended, what was wrong)."""
    able, what = choose.choice(list(ABLE)), choose.choice(HAPPENS)
    row = choose.randrange(1, len(picture) + 1)
    machine = Machine(**ABLE[able])
    answers = "state" if able == "state alone" else "all"
    device = printer_for(f"escpos+tcp://127.0.0.1:{machine.on_tcp()}?answers={answers}")
    # One that confirms nothing is watched for a while after its last row.
    seconds = 3.0 if able == "state alone" else 1.2
    spooler = Spooler(device, Journal(folder / "jobs.sqlite", "K1"), seconds=seconds)
    machine.at_row(row, lambda: happen(machine, what, lambda: spooler.cancel("job")))
    wrong = []
    result = spooler.print(page, "ZC1", "job")
    ended = len(machine.rows)
    whole = ended >= len(picture)
    if result.printed and not whole:
        wrong.append("said printed, is not whole")
    if result.outcome is PrintOutcome.NOT_PRINTED and whole and what not in ("knife", "plug"):
        wrong.append("said not printed, is whole")
    if len(machine.cuts) > 2:
        wrong.append("twice")
    if what != "plug":
        machine.change(**WHOLE_AGAIN)
        threading.Event().wait(0.05)
        late = len(machine.rows) - ended
        may = AHEAD * BAND if able == "no clear" or what == "line" else BAND
        if able == "state alone":
            # Nobody knows how much of it is on paper: it may hold its whole buffer.
            may = len(picture) if result.outcome is PrintOutcome.UNKNOWN else HOLDS
        if late > may:
            wrong.append(f"{late} rows late")
        settle(machine)
        before = len(machine.rows)
        again = spooler.print(page, "ZC1-1")
        settle(machine)
        if again.outcome is PrintOutcome.NOT_PRINTED:
            wrong.append(f"the next one: {again.why}")
        elif not np.array_equal(machine.picture[before:][-len(picture) :], picture):
            wrong.append("the next one is not whole")
        if spooler.unprinted():
            wrong.append("still listed")
    elif bool(spooler.unprinted()) is not result.in_doubt:
        wrong.append("not listed")
    spooler.close()
    machine.close()
    return able, what, result.outcome.value, wrong


def settle(machine):
    try:
        machine.settle(2)
    except AssertionError:
        # It waits for the rest of a band of a line that was pulled.
        return


def main():
    told = argparse.ArgumentParser(prog="./dev.sh campaign paper")
    told.add_argument("--tries", type=int, default=300)
    told.add_argument("--seed", type=int, default=1)
    told = told.parse_args()
    choose = random.Random(told.seed)
    page = test_page("campaign", "", now=datetime(2026, 11, 23))
    picture = burned(page)
    table, faults = collections.Counter(), 0
    started = time.monotonic()
    for number in range(told.tries):
        with tempfile.TemporaryDirectory() as folder:
            able, what, ended, wrong = one(choose, page, picture, Path(folder))
        table[what, ended] += 1
        faults += bool(wrong)
        for fault in wrong:
            print(f"try {number}: {what} at a printer with {able}, {ended}: {fault}")
    outcomes = [outcome.value for outcome in PrintOutcome]
    print(f"{'':12}" + "".join(f"{outcome:>13}" for outcome in outcomes))
    for what in HAPPENS:
        print(f"{what:12}" + "".join(f"{table[what, outcome]:13}" for outcome in outcomes))
    print(f"{told.tries} tries, {faults} with a fault, {time.monotonic() - started:.0f} s")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
