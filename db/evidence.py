"""What a store holds, read as it lies there: nothing is made, migrated or written.

A verifier must not touch what it verifies, and must not trust the program that wrote it, so this
goes straight to the driver. An address is a SQLite file, a Postgres URL or a hall file.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from db.engine import StoreDamaged, StoreTrouble, connect, meaning_of
from db.hallfile import hall_file, is_hall_file
from db.rows import Evidence, Row

_MAY_READ = (
    "SELECT name FROM unnest(ARRAY['event', 'sealed', 'fact']) name "
    "WHERE has_table_privilege(name, 'SELECT')"
)


@contextmanager
def evidence(address: str | Path) -> Iterator[Evidence]:
    """The rows at an address. Raises StoreTrouble, StoreDamaged."""
    text = str(address)
    try:
        if is_hall_file(Path(address)):
            with hall_file(Path(address)) as found:
                yield found
        elif text.startswith("postgresql"):
            with _postgres(text) as found:
                yield found
        else:
            with _sqlite(Path(address)) as found:
                yield found
    except UnicodeDecodeError as trouble:
        raise StoreDamaged(f"{text}: {trouble}") from trouble
    except (sqlite3.DatabaseError, OSError) as trouble:
        raise meaning_of(str(trouble)) or StoreTrouble(f"{text}: {trouble}") from trouble


@contextmanager
def _sqlite(file: Path) -> Iterator[Evidence]:
    if not file.is_file():
        raise StoreTrouble(f"there is no store at {file}")
    # On a medium that nobody can write to, SQLite cannot make what a journal needs beside it.
    alone = not file.with_name(file.name + "-wal").exists()
    for how in ("mode=ro", "immutable=1"):
        raw = sqlite3.connect(f"file:{quote(str(file))}?{how}", uri=True, isolation_level=None)
        try:
            raw.execute("BEGIN")
            raw.execute("SELECT 1 FROM sqlite_master").fetchone()
            break
        except sqlite3.OperationalError:
            raw.close()
            if how == "immutable=1" or not alone:
                raise
    with closing(raw):
        if not _has_log(raw):
            raise StoreTrouble(f"{file} is no store: it has no log")
        yield Evidence(str(file), lambda query, hall: _from_sqlite(raw, query, hall))


def _has_log(raw: sqlite3.Connection) -> bool:
    return bool(raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'event'").fetchone())


def _from_sqlite(raw: sqlite3.Connection, query: str, hall: str) -> Iterator[Row]:
    """The rows; where a text is none any more, on from there with signs in place of its bytes."""
    asked, given = query.format(hall=":hall"), 0
    try:
        for row in raw.execute(asked, {"hall": hall}):
            given += 1
            yield row
    except sqlite3.OperationalError as trouble:
        if "decode" not in str(trouble):
            raise
        raw.text_factory = lambda data: data.decode("utf-8", "replace")
        yield from islice(raw.execute(asked, {"hall": hall}), given, None)


@contextmanager
def _postgres(address: str) -> Iterator[Evidence]:
    import psycopg

    try:
        with connect(address) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            name = connection.info.dbname
            may = frozenset(t for (t,) in connection.execute(_MAY_READ))
            yield Evidence(name, lambda query, hall: _from_postgres(connection, query, hall), may)
    except psycopg.Error as trouble:
        raise StoreTrouble(str(trouble).splitlines()[0]) from trouble


def _from_postgres(connection: Any, query: str, hall: str) -> Iterator[Row]:
    """A cursor on the server, so that a log of any length needs little memory here."""
    with connection.cursor(name="evidence") as cursor:
        cursor.itersize = 5000
        cursor.execute(query.format(hall="%(hall)s"), {"hall": hall})
        yield from cursor
