"""A batch: what one store sends another, and how it goes into a database, a file or a server's.

Everything here works inside a transaction of the store's own (db/opened.py).
"""

import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from db.aside import refused, refused_content
from db.engine import driver
from db.event import Event, Head

#: From so many events on COPY is faster than a statement.
COPIED = 32

#: An event's columns in their order.
COLUMNS = "hall, origin, seq, clock, case_id, kind, version, body, prev, hash"
# Inside a JSON text a quote is always escaped, so this can only be the body's own field.
CODE_KEY = re.compile('"code_key":"([0-9a-f]+)"')


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A sealed content with its event's place in the log."""

    hall: str
    origin: str
    seq: int
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Events with what is sealed beside them, in an order that leaves no gaps."""

    events: tuple[Event, ...]
    sealed: tuple[SealedRow, ...] = ()
    #: Whether there is more after these.
    more: bool = False
    #: What the sender takes for granted: the events after which these go on, by origin.
    after: dict[str, Head] = field(default_factory=dict)
    #: Events that somebody on the way found wrong, each with why: to be set aside.
    refused: tuple[tuple[Event, str], ...] = ()
    #: Whether this very process has looked at each event and found no flaw (db/aside.py).
    sound: bool = False


def event_values(event: Event) -> tuple[Any, ...]:
    """An event in the order of its columns, with the code's key that its body may hold."""
    found = CODE_KEY.search(event.body)
    return (*event, found[1] if found else None)


# --- what is there -----------------------------------------------------------------------------


def there(
    connection: sa.Connection, hall: str, places: Collection[tuple[str, Head]]
) -> set[tuple[str, Head]]:
    """Those of these events, by origin, that the log has in their places."""
    asked = [(origin, head.seq) for origin, head in places]
    if _on_server(connection):
        found = driver(connection).execute(_THERE_ON_SERVER, [*_columns(asked), hall])
    else:
        found = driver(connection).execute(_THERE_IN_FILE, [json.dumps(asked), hall])
    return {(origin, Head(seq, claimed)) for origin, seq, claimed in found}


def begun(
    connection: sa.Connection, hall: str, case_ids: Collection[str], kinds: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Case and origin of the events of these kinds that these cases have."""
    asked, of = list(case_ids), list(kinds)
    if _on_server(connection):
        yield from driver(connection).execute(_BEGUN_ON_SERVER, [asked, hall, of])
    else:
        values = [json.dumps(asked), hall, json.dumps(of)]
        yield from driver(connection).execute(_BEGUN_IN_FILE, values)


def facts_named(connection: sa.Connection, names: Collection[str]) -> dict[str, str]:
    """Those of these facts that there are."""
    if _on_server(connection):
        return dict(driver(connection).execute(_FACTS_ON_SERVER, [list(names)]))
    return dict(driver(connection).execute(_FACTS_IN_FILE, [json.dumps(list(names))]))


# --- putting it in -----------------------------------------------------------------------------


class Sift(Exception):
    """Something is refused, or there already: it has to be found out what."""


def kept_alone(raw: Any, event: Event, goes_on: bool) -> bool:
    """Keep one event on a server with guards, for good, in one statement of the driver's own
    connection: whether it was new, and what it `goes_on` from is there."""
    asked = raw.execute(_KEEP_EVENT, (*event_values(event), goes_on))
    return bool(asked.fetchone()[0])


def put_straight(
    connection: sa.Connection,
    batches: Sequence[list[Event]],
    sealed: Sequence[SealedRow],
    copies: bool,
) -> tuple[list[int], list[tuple[str, str]]]:
    """Put everything in at once: how many events of each batch were new, nothing refused.

    `copies`: whether this login may COPY. Raises Sift where something is refused, or where it
    cannot be said whose events were there.
    """
    everything = [event for events in batches for event in events]
    try:
        new = _put(connection, everything, copies) if everything else 0
        if sealed:
            _put_sealed(connection, sealed)
    except Exception as fault:
        if not records_fault(fault):
            raise
        raise Sift from fault
    if new < len(everything) and len(batches) > 1:
        raise Sift
    return ([len(events) for events in batches] if len(batches) > 1 else [new]), []


def put_sifted(
    connection: sa.Connection,
    batches: Sequence[list[Event]],
    sealed: Sequence[SealedRow],
    copies: bool,
) -> tuple[list[int], list[tuple[str, str]]]:
    """Put one batch in after the other, what is refused left out: how many events of each were
    new, and the facts of what was refused. COPY would fail where one is there, and is not used."""
    new, facts = [], []
    for events in batches:
        taken, bad = _sifted(connection, events, _put)
        new.append(taken)
        for event, why in bad:
            facts += refused(event, why)
    for row, why in _sifted(connection, sealed, _put_sealed)[1]:
        facts += refused_content(row.origin, row.seq, row.name, row.content, why)
    return new, facts


_Record = TypeVar("_Record", Event, SealedRow)


def _sifted(
    connection: sa.Connection,
    records: Sequence[_Record],
    put: Callable[[sa.Connection, Sequence[_Record]], int],
) -> tuple[int, list[tuple[_Record, str]]]:
    """Put all in; where the database refuses, each half alone, down to the ones it refuses.

    Returns how many were new, and the refused with the database's words.
    """
    if not records:
        return 0, []
    nested = connection.begin_nested()
    try:
        new = put(connection, records)
        nested.commit()
        return new, []
    except Exception as fault:
        if not records_fault(fault):
            # A full disk has taken the savepoint with it; whoever holds the transaction ends it.
            raise
        nested.rollback()
        if len(records) == 1:
            return 0, [(records[0], f"the store refuses it: {str(fault).splitlines()[0]}")]
    half = len(records) // 2
    first, bad = _sifted(connection, records[:half], put)
    second, worse = _sifted(connection, records[half:], put)
    return first + second, bad + worse


def records_fault(fault: BaseException) -> bool:
    """Whether the database refuses a record, rather than fails itself."""
    said = fault.orig if isinstance(fault, sa.exc.DBAPIError) else fault
    if isinstance(said, sqlite3.IntegrityError | sqlite3.DataError | OverflowError | UnicodeError):
        return True
    # Data exception, integrity violation, a trigger's own words.
    return str(getattr(said, "sqlstate", None))[:2] in ("22", "23", "P0")


def _put(connection: sa.Connection, events: Sequence[Event], copies: bool = False) -> int:
    """Insert what is not there yet: how many were new. COPY fails where one is there."""
    if not _on_server(connection):
        # Without what a trigger adds beside the log.
        return _counted(connection, _PUT_IN_FILE, map(event_values, events))
    if copies and len(events) >= COPIED:
        return _copied(connection, events)
    # One statement for all of them, which leaves nothing behind in a session.
    columns = _columns(list(map(event_values, events)))
    return int(driver(connection).execute(_PUT_ON_SERVER, columns).rowcount)


def _copied(connection: sa.Connection, events: Sequence[Event]) -> int:
    with driver(connection).cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.set_types(_TYPES)
        for event in events:
            copy.write_row(event_values(event))
    return len(events)


def _put_sealed(connection: sa.Connection, rows: Sequence[SealedRow]) -> int:
    values = ((r.hall, r.origin, r.seq, r.name, r.content) for r in rows)
    put = _SEALED_ON_SERVER if _on_server(connection) else _SEALED_IN_FILE
    return _counted(connection, put, values)


def _counted(connection: sa.Connection, statement: str, rows: Any) -> int:
    cursor = driver(connection).cursor()
    try:
        cursor.executemany(statement, rows)
        return int(cursor.rowcount)
    finally:
        cursor.close()


def _columns(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    return list(map(list, zip(*rows, strict=True)))


def _on_server(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"


# --- statements, in the drivers' own words --------------------------------------------------------

_PUT_IN_FILE = (
    f"INSERT INTO event ({COLUMNS}, code_key) VALUES ({', '.join('?' * 11)}) ON CONFLICT DO NOTHING"
)
#: %b sends a column as it is, three times faster than as a text.
_PUT_ON_SERVER = (
    f"INSERT INTO event ({COLUMNS}, code_key) SELECT * FROM unnest(%b::text[], %b::text[], "
    "%b::bigint[], %b::bigint[], %b::text[], %b::text[], %b::int[], %b::text[], %b::text[], "
    "%b::text[], %b::text[]) ON CONFLICT DO NOTHING"
)
#: In the binary format a row costs half of what it does as a text.
_COPY = f"COPY event ({COLUMNS}, code_key) FROM STDIN (FORMAT binary)"
_TYPES = ("text", "text", "int8", "int8", "text", "text", "int4", *["text"] * 4)
_KEEP_EVENT = f"SELECT guard.keep_event({', '.join(['%s'] * 12)})"
_SEALED = "INSERT INTO sealed (hall, origin, seq, name, content) VALUES ({}) ON CONFLICT DO NOTHING"
_SEALED_IN_FILE, _SEALED_ON_SERVER = (_SEALED.format(", ".join([m] * 5)) for m in ("?", "%s"))
# What is asked for is gone through, and the log asked for each along an index: SQLite keeps to the
# order of a CROSS JOIN, and OFFSET keeps Postgres from reading the whole hall once for all.
_THERE_IN_FILE = (
    "SELECT e.origin, e.seq, e.hash FROM json_each(?) a CROSS JOIN event e WHERE e.hall = ? "
    "AND e.origin = json_extract(a.value, '$[0]') AND e.seq = json_extract(a.value, '$[1]')"
)
_THERE_ON_SERVER = (
    "SELECT a.origin, a.seq, e.hash FROM unnest(%s::text[], %s::bigint[]) a (origin, seq) "
    "CROSS JOIN LATERAL (SELECT hash FROM event WHERE hall = %s AND origin = a.origin "
    "AND seq = a.seq OFFSET 0) e"
)
_IN_JSON = "IN (SELECT value FROM json_each(?))"
_BEGUN_IN_FILE = (
    "SELECT e.case_id, e.origin FROM json_each(?) a CROSS JOIN event e WHERE e.hall = ? "
    f"AND e.case_id = a.value AND e.kind {_IN_JSON}"
)
_BEGUN_ON_SERVER = (
    "SELECT a.case_id, e.origin FROM unnest(%s::text[]) a (case_id) CROSS JOIN LATERAL (SELECT "
    "origin FROM event WHERE hall = %s AND case_id = a.case_id AND kind = ANY (%s) OFFSET 0) e"
)
_FACTS = "SELECT name, value FROM fact WHERE name {}"
_FACTS_IN_FILE, _FACTS_ON_SERVER = (_FACTS.format(f) for f in (_IN_JSON, "= ANY (%s)"))
