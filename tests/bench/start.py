"""The whole kiosk from outside, as it is started in a hall: how soon it answers, beside the bare
QML program; what memory it takes once everything is loaded; what it does while nobody is there."""

import statistics
import sys
import tempfile
import time
from contextlib import contextmanager

from tests.bench.figures import head, plain, row
from tests.bench.places import PAD, ROOT, TO_THE_PAD, places
from tests.bench.screen import HEIGHT, WIDTH, Program, Rival, race, screen

TIMES = 11
SLOWER, LARGER, MEMORY, WORK = 2, 1.6, 220, 2
#: Seconds until what starts behind the first screen has started, and of doing nothing.
SETTLED, IDLE = 6, 60
OURS = {"QT_QUICK_BACKEND": "software", "PYTHONPATH": str(ROOT)}


@contextmanager
def kiosk(shown):
    """What starts the whole program as a hall does, on a record of its own that is there."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "kiosk", "kiosk", "--data", data]
        command += ["--set", "fullscreen=true", "--set", "ppi=82"]
        first = Program(shown, command, **OURS)
        try:
            shown.quiet()
            time.sleep(SETTLED)
        finally:
            first.end()
        yield lambda shown: Program(shown, command, **OURS)


def bare(shown):
    """The bare QML program."""
    return Program(shown, [sys.executable, "-m", "tests.bench.bare"], **OURS)


def table(times=TIMES):
    where = places()
    with screen() as shown, kiosk(shown) as ours:
        rivals = [Rival("ours", ours, where["投诉"])]
        rivals.append(Rival("bare", bare, (WIDTH // 2, HEIGHT // 2)))
        runs = race(shown, rivals, times)

        def both(what):
            return (statistics.median(getattr(r, what) for r in runs[n]) for n in ("ours", "bare"))

        head()
        row("process start to first answered tap", *both("answered"), SLOWER)
        row("process start to first picture", *both("shown"))
        row("memory at the first answered tap (PSS)", *both("memory"), LARGER, "MB")
        memory(shown, ours, where)


def memory(shown, ours, where):
    """All that can be loaded, loaded by using it; the sync beside the kiosk counted apart."""
    program = ours(shown)
    try:
        shown.quiet()
        time.sleep(SETTLED)
        _told("memory at home, record open (PSS)", program)
        for label in TO_THE_PAD:
            shown.tap(where[label])
            shown.quiet()
            if label == "退格":
                _told("memory with pinyin", program)
        x, y = where[PAD]
        shown.stroke((x - 80, y), (x + 80, y + 4))
        shown.quiet()
        shown.stroke((x, y - 90), (x + 6, y + 90))
        shown.quiet()
        plain("memory with pinyin and handwriting (PSS)", program.memory()[0], MEMORY, "MB")
        _told("", program)
    finally:
        program.end()


def _told(name, program):
    mine, *others = program.memory()
    print(f"{name:44} {mine:10.2f} {'':10} MB   and {sum(others):.0f} MB of the process that syncs")


def idle():
    """What the kiosk and its sync work while nobody is there."""
    with screen() as shown, kiosk(shown) as ours:
        program = ours(shown)
        try:
            shown.quiet()
            time.sleep(SETTLED)
            before = program.worked()
            time.sleep(IDLE)
            work = 100 * (program.worked() - before) / IDLE
        finally:
            program.end()
    plain(f"work in {IDLE} s on the home screen", work, WORK, "%")
