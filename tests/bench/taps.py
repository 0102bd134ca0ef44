"""Every kind of tap, from the lifted finger to the frame that shows the answer: a table."""

import json
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from tests.bench.figures import percentile

ROOT = Path(__file__).resolve().parent.parent.parent
#: Processes of each in turns, walks in one of ours, taps in one of the bare program's.
TURNS, WALKS, BARE_TAPS = 3, 8, 300
RATIO, WORST = 1.5, 50
#: Half a tap: not counted among all taps.
DOWN = "finger down → pressed look"


def measured():
    """The bare program's taps; ours by kind; the first of each kind in a process."""
    bare, ours, firsts = [], defaultdict(list), defaultdict(list)
    for _ in range(TURNS):
        bare += _told("bare", str(BARE_TAPS))
        told = _told(str(WALKS))
        for kind, spent in told["taps"].items():
            ours[kind] += spent
            firsts[kind].append(told["first"][kind])
    return bare, ours, {kind: statistics.median(spent) for kind, spent in firsts.items()}


def _told(*how):
    command = [sys.executable, "-m", "tests.bench.walk", *how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def table():
    """Print it: all taps together first, then each kind, the slowest first.

    What the screen's thread worked is told beside how long it took: it says the same on a machine
    that others use, too. The bare program waits 5 ms before it paints, as Qt does unless told.
    """
    bare, ours, firsts = measured()
    floor = _middle(bare, 0)
    every = [spent for kind, times in ours.items() if kind != DOWN for spent in times]
    print(f"{'tap → painted, ms':40} {'p50':>7} {'p99':>7} {'first':>7} {'work':>7} {'ratio':>6}")
    print(_line("the bare program's other page", bare, bare[0][0], floor))
    print(_line("every tap", every, max(firsts.values()), floor))
    for kind in sorted(ours, key=lambda kind: -_middle(ours[kind], 0)):
        print(_line(kind, ours[kind], firsts[kind], floor))


def _middle(spent, which):
    return statistics.median(each[which] for each in spent)


def _line(name, spent, first, floor):
    middle, late = _middle(spent, 0), percentile([took for took, _ in spent], 0.99)
    over = [f"> {RATIO} ×"] * (middle > RATIO * floor) + [f"> {WORST} ms"] * (late > WORST)
    work = f"{_middle(spent, 1):7.2f}" if _middle(spent, 1) else " " * 7
    figures = f"{name:40} {middle:7.2f} {late:7.2f} {first:7.2f} {work} {middle / floor:6.2f}"
    return f"{figures}   {', '.join(over)}".rstrip()
