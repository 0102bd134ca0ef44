"""A kiosk's own store of a million events: submitting beside an empty store, and how long opening
takes, for the first process of the machine and for those that come while it has the store open."""

import gc
import statistics
import tempfile
import time
from pathlib import Path

from db.code import mint
from db.store import Store
from tests.bench.figures import head, in_turns, plain, row
from tests.filled import fill, found_long_ago, lives
from tests.people import ANGRY, HALL, TODAY, registered

EVENTS, SUBMITS, OPENED = 1_000_000, 400, 5


def table():
    head("empty")
    with tempfile.TemporaryDirectory() as name:
        run(Path(name), EVENTS)


def run(folder, events):
    file = folder / "grown.sqlite"
    grown = Store.open(file, hall=HALL, device="K1")
    found_long_ago(grown)
    told = fill(grown, lives(round(events / 3.45), 720))
    grown.wipe()
    empty = Store.open(folder / "empty.sqlite", hall=HALL, device="K1")
    found_long_ago(empty)
    gc.freeze()
    submits(f"submit, {told:,} events there", grown, empty)
    empty.close()
    grown.close()
    print(f"{'its file':44} {file.stat().st_size / 1e6:10.0f} {'':10} MB")
    opens(file)


def submits(name, grown, empty):
    ready = [(registered(ANGRY, mint()), f"{n:020}") for n in range(2 * SUBMITS)]

    def into(store):
        said, case_id = ready.pop()
        store.register(said, TODAY, case_id)

    row(name, *in_turns(lambda: into(grown), lambda: into(empty), SUBMITS), 1.2)


def opens(file):
    first, worked, later = [], [], []
    for _ in range(OPENED):
        start, at_work = time.perf_counter(), time.process_time()
        store = Store.open(file, hall=HALL, device="K1")
        first.append(time.perf_counter() - start)
        worked.append(time.process_time() - at_work)
        start = time.perf_counter()
        other = Store.open(file, hall=HALL, device="D1")
        later.append(time.perf_counter() - start)
        other.close()
        store.close()
    plain("opened by the first process", statistics.median(first), 10, "s")
    plain("  the processor's work", statistics.median(worked), 10, "s")
    plain("opened by another, meanwhile", statistics.median(later), 0.5, "s")
