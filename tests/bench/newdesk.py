"""A new desk fetches its hall's hundred thousand events and folds them into what it reads: straight
from Postgres, with a login of its own, and through the door; beside the same rows fetched bare."""

import gc
import shutil
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

import psycopg

from db import guard, logins
from db.batch import COLUMNS
from db.engine import PRAGMAS
from db.lists import Lists
from db.store import Store
from db.sync import sync
from tests.bench.figures import head, plain, row
from tests.bench.server import bench_postgres
from tests.db.guarded import as_login
from tests.doors import OpenDoor
from tests.filled import LAST, fill, found_long_ago, lives
from tests.people import HALL

EVENTS, TURNS, LIMIT = 100_000, 3, 20


def table():
    head()
    with bench_postgres() as database, tempfile.TemporaryDirectory() as name:
        run(database("newdesk"), Path(name))


def run(address, folder):
    told = filled(address, folder)
    guard.install(address)
    login, _ = logins.grant(address, "desk", HALL, "K3")
    own = as_login(address, login.name)
    door = OpenDoor(address, folder)
    ways = {
        "as the owner": lambda: Store.open(address, hall=HALL, device="S3"),
        "with its own login": lambda: Store.open(own, hall=HALL, device="S3"),
        "through the door": lambda: door.client("D3"),
    }
    gc.freeze()
    spent, worked, folded, alone = {way: [] for way in ways}, {way: [] for way in ways}, [], []
    for _ in range(TURNS):
        for way, open_side in ways.items():
            side, at_work = open_side(), time.process_time()
            fetched, read = caught_up(folder, side, told)
            spent[way].append(fetched + read)
            worked[way].append(time.process_time() - at_work)
            folded.append(read)
            side.close()
        alone.append(bare(address, folder))
    door.close()
    beside = statistics.median(alone)
    told = f"{told:,} events at a new desk"
    for way in ways:
        plain(f"{told}, {way}", statistics.median(spent[way]), LIMIT, "s")
        plain("  the processor's work", statistics.median(worked[way]), LIMIT, "s")
    first = next(iter(ways))
    row(f"{told} / bare rows", statistics.median(spent[first]), beside, unit="s")
    print(f"{'  of that, folding':44} {statistics.median(folded):10.2f} {'':10} s")


def filled(address, folder):
    """The shared store of a hall with so many events: how many."""
    source = Store.open(folder / "source.sqlite", hall=HALL, device="K1")
    found_long_ago(source)
    fill(source, lives(round(EVENTS / 3.45), 300))
    shared = Store.open(address, hall=HALL, device="S1")
    told = sync(source, shared).pushed
    source.close()
    shared.close()
    return told


def caught_up(folder, side, told):
    """Seconds until a desk with an empty store has everything, and until its worklist is there."""
    place = folder / "desk"
    place.mkdir()
    desk = Store.open(place / "D3.sqlite", hall=HALL, device="D3")
    start = time.perf_counter()
    made = sync(desk, side)
    fetched = time.perf_counter()
    counts = Lists(desk).counts(desk.people().person("coordinator"), LAST)
    done = time.perf_counter()
    assert made.pulled == told and sum(counts.values())
    desk.close()
    shutil.rmtree(place)
    return fetched - start, done - fetched


def bare(address, folder):
    """The same rows copied out and inserted into a file with the same settings and indexes."""
    file = folder / "bare.sqlite"
    with psycopg.connect(address) as server, server.cursor() as cursor:
        start = time.perf_counter()
        raw = sqlite3.connect(file, isolation_level=None)
        for name, value in PRAGMAS.items():
            raw.execute(f"PRAGMA {name} = {value}")
        raw.execute(f"CREATE TABLE event ({COLUMNS}, PRIMARY KEY (hall, origin, seq))")
        raw.execute("CREATE INDEX event_case ON event (hall, case_id)")
        insert = f"INSERT INTO event VALUES ({', '.join('?' * len(COLUMNS.split(', ')))})"
        with cursor.copy(f"COPY (SELECT {COLUMNS} FROM event) TO STDOUT") as copy:
            rows = list(copy.rows())
        for first in range(0, len(rows), 1000):
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany(insert, rows[first : first + 1000])
            raw.execute("COMMIT")
        spent = time.perf_counter() - start
        raw.close()
    file.unlink()
    return spent
