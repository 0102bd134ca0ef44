"""What handwriting costs, in a process of its own: `python -m tests.bench.handwriting`."""

import json
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CHARACTERS, PHRASES = 400, 60


def rows():
    """Name, value and unit of each thing that was measured."""
    command = [sys.executable, "-m", "tests.bench.handwriting"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    yield from map(tuple, json.loads(done.stdout))


def memory():
    """This process's own share of memory in MB; 0 where nobody tells."""
    file = Path("/proc/self/smaps_rollup")
    lines = file.read_text().splitlines() if file.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def spent(work, things):
    """Milliseconds for each thing: the middle one, and the slowest of a hundred."""
    took = []
    for thing in things:
        start = time.perf_counter()
        work(thing)
        took.append((time.perf_counter() - start) * 1000)
    return statistics.median(took), statistics.quantiles(took, n=100)[98]


def measured():
    from kiosk.handwriting import Handwriting

    before, start = memory(), time.perf_counter()
    engine = Handwriting.load()
    loaded = time.perf_counter() - start
    engine.candidates([[(0, 0), (100, 100)], [(0, 100), (100, 0)]])
    yield "load the model", loaded * 1000, "ms"
    yield "first character after that", (time.perf_counter() - start - loaded) * 1000, "ms"
    added = memory() - before

    from tests.test_handwriting import Hand, pieces, written

    hand, choose = Hand(1), random.Random(1)
    chars = [hand.write(char) for char in choose.sample(list(written()), CHARACTERS)]
    p50, p99 = spent(engine.candidates, chars)
    yield "a character, p50", p50, "ms"
    yield "a character, p99", p99, "ms"
    p50, p99 = spent(engine.offers, [hand.row(text) for text in pieces()[:PHRASES]])
    yield "four characters in a row, p50", p50, "ms"
    yield "four characters in a row, p99", p99, "ms"
    yield "added memory (PSS)", added, "MB"


if __name__ == "__main__":
    print(json.dumps(list(measured())))
