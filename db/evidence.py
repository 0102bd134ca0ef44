"""What a store holds, read as it lies there: nothing is made, migrated or written.

A verifier must not touch what it verifies, and must not trust the program that wrote it, so this
goes straight to the driver. An address is a SQLite file, a Postgres URL or a hall file.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from db.engine import StoreTrouble, connect, meaning_of
from db.event import Head

#: An event's columns in their order, then the code's key that stands beside it.
Row = tuple[Any, ...]

_EVENTS = (
    "SELECT origin, seq, clock, case_id, kind, version, body, prev, hash, code_key FROM event "
    "WHERE hall = {hall} ORDER BY origin, seq"
)
_SEALED = "SELECT origin, seq, name, content FROM sealed WHERE hall = {hall} ORDER BY origin, seq"
_HALLS = "SELECT DISTINCT hall FROM event"
_HEADS = (
    "SELECT e.origin, e.seq, e.hash FROM event e JOIN (SELECT origin, max(seq) AS seq FROM event "
    "WHERE hall = {hall} GROUP BY origin) newest ON e.origin = newest.origin "
    "AND e.seq = newest.seq WHERE e.hall = {hall}"
)
_MAY_READ = (
    "SELECT name FROM unnest(ARRAY['event', 'sealed', 'fact']) name "
    "WHERE has_table_privilege(name, 'SELECT')"
)
_FACT = "SELECT value FROM fact WHERE name = {hall}"


class Evidence:
    """One store's rows, as one moment has them.

    `rows(query, argument)` runs a query whose one place to fill is `{hall}`; `tables` are those
    that whoever looks may read.
    """

    tables = frozenset(("event", "sealed", "fact"))

    def __init__(
        self,
        name: str,
        rows: Callable[[str, str], Iterable[Row]],
        tables: frozenset[str] = tables,
    ) -> None:
        self.name = name
        self.tables = tables
        self._rows = rows

    def halls(self) -> list[str]:
        """The halls whose events are here."""
        return sorted(str(row[0]) for row in self._rows(_HALLS, ""))

    def events(self, hall: str) -> Iterable[Row]:
        """Every event but its hall, with its code's key, origin by origin in their order."""
        return self._rows(_EVENTS, hall)

    def heads(self, hall: str) -> dict[str, Head]:
        """The newest event of every origin."""
        return {str(row[0]): Head(row[1], row[2]) for row in self._rows(_HEADS, hall)}

    def sealed(self, hall: str) -> Iterable[Row]:
        """(origin, seq, name, content) of all that is sealed."""
        return self._rows(_SEALED, hall)

    def fact(self, name: str) -> str | None:
        """One of the store's own facts."""
        if "fact" not in self.tables:
            return None
        return next((str(row[0]) for row in self._rows(_FACT, name)), None)


@contextmanager
def evidence(address: str | Path) -> Iterator[Evidence]:
    """The rows at an address. Raises StoreTrouble, StoreDamaged."""
    from db.hallfile import hall_file, is_hall_file

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
