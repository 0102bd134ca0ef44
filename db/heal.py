"""What rot has changed in a SQLite file's events, and what they were, as far as a hash vouches.

A file that SQLite finds whole may hold rows that are not as they were written. An event's hash, its
follower's `prev`, and a head that was noted elsewhere each say what the row must come to; whatever
comes to it is the event, byte for byte.
"""

import re
import sqlite3
import time
from collections.abc import Collection, Iterator
from hashlib import sha256
from typing import Any

from db.aside import rotted
from db.batch import COLUMNS
from db.event import GENESIS, Event, hashed, spelt
from db.tables import CURSORS

#: Two hashes that differ in no more bits than these of their texts are one, and rot was at it.
NEAR = 8
#: Bytes of an event in which one turned bit is looked for: each bit costs a hash. And seconds for
#: which such bits are looked for at all, since somebody waits.
SEARCHED, PATIENCE = 8 * 1024, 5.0

_ROWS = f"SELECT rowid, {COLUMNS} FROM event WHERE hall = :hall ORDER BY rowid"
_ROW = f"SELECT rowid, {COLUMNS} FROM event WHERE rowid = :rowid"
_PUT = f"UPDATE event SET ({COLUMNS}) = (:{COLUMNS.replace(', ', ', :')}) WHERE rowid = :rowid"
_BACK = (
    "UPDATE fact SET value = CAST((SELECT coalesce(max(rowid), 0) FROM event) AS TEXT) "
    "WHERE name = ? AND CAST(value AS INTEGER) > (SELECT coalesce(max(rowid), 0) FROM event)"
)
_HASH = re.compile("[0-9a-f]{64}")
_GUARDS = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event' "
    "AND name IN ('event_no_update', 'event_no_delete')"
)
_CODE_KEY = "SELECT code_key FROM event WHERE rowid = ?"
_AT = "SELECT prev, hash FROM event WHERE hall = ? AND origin = ? AND seq = ?"


def unsound(raw: sqlite3.Connection, hall: str, rowid: int | None = None) -> dict[int, Event]:
    """Row → the event as it lies there, of every one that is not as it was written, or of one row.

    Bytes that are no text stand as lone surrogates, so that nothing of them is lost.
    """
    before, raw.text_factory = raw.text_factory, bytearray
    try:
        if rowid is None:
            rows = raw.execute(_ROWS, {"hall": hall})
        else:
            rows = raw.execute(_ROW, {"rowid": rowid})
        return {row[0]: _as_it_lies(row[1:]) for row in rows if not _sound(*row[1:])}
    finally:
        raw.text_factory = before


def _sound(
    hall: Any, origin: Any, seq: Any, clock: Any, case_id: Any, kind: Any, version: Any,
    body: Any, prev: Any, its: Any,
) -> bool:  # fmt: skip
    # A text comes as a bytearray here, and what is kept as mere bytes as bytes.
    if {type(one) for one in (hall, origin, case_id, kind, body, prev, its)} != {bytearray}:
        return False
    if {type(one) for one in (seq, clock, version)} != {int}:
        return False
    whole = b"%b\n%b\n%b\n%d\n%d\n%b\n%b\n%d\n%b" % (
        prev, hall, origin, seq, clock, case_id, kind, version, body
    )  # fmt: skip
    return bool(sha256(whole).hexdigest().encode() == its)


def _as_it_lies(row: tuple[Any, ...]) -> Event:
    return Event._make(
        value.decode("utf-8", "surrogateescape") if isinstance(value, bytes | bytearray) else value
        for value in row
    )


def judged(
    raw: sqlite3.Connection, found: dict[int, Event]
) -> dict[int, tuple[Event, Event | None, str]]:
    """Row → the event that lies there changed; what it was, if that can be told; the hash that it
    must come to."""
    until = time.monotonic() + PATIENCE
    return {
        rowid: (event, *_judged(raw, event, time.monotonic() < until))
        for rowid, event in found.items()
    }


def _judged(raw: sqlite3.Connection, event: Event, patient: bool) -> tuple[Event | None, str]:
    prev, known = _chained(raw, event)
    its = str(event.hash)
    if not known and not _HASH.fullmatch(its):
        # Nothing is left of its hash, but all of it may be there.
        its = sha256(_hashed(event)).hexdigest()
    return what_it_was(event, prev, known, patient), (known or [its])[0]


def _chained(raw: sqlite3.Connection, event: Event) -> tuple[str, list[str]]:
    """The hash of the event before this one, and what the one after it says that this one's is."""
    before, raw.text_factory = raw.text_factory, lambda data: data.decode("utf-8", "replace")
    try:
        first = raw.execute(_AT, (event.hall, event.origin, event.seq - 1)).fetchone()
        after = raw.execute(_AT, (event.hall, event.origin, event.seq + 1)).fetchone()
    finally:
        raw.text_factory = before
    prev = GENESIS if event.seq == 1 else str(first[1]) if first else ""
    return prev, [str(after[0])] if after else []


def what_it_was(
    event: Event, prev: str, known: Collection[str], patient: bool = True
) -> Event | None:
    """The event that lies there changed, where its own hash or one of the `known` vouches for it.

    `prev` is the hash of the event before it. Looked for are a changed hash, a changed `prev`, a
    value kept as another type, and, if `patient`, any one turned bit. None where nothing comes to
    such a hash.
    """
    wanted = (str(event.hash), *known)
    for one in _candidates(event, prev, patient):
        digest = sha256(_hashed(one)).hexdigest()
        if any(near(digest, other) for other in wanted):
            try:
                hashed(one)
            except UnicodeEncodeError:
                return None
            return one._replace(hash=digest)
    return None


def near(a: str, b: str) -> bool:
    """Whether two hashes are one, which rot may have been at: any two others differ in far more."""
    return a == b or (_bits(a) ^ _bits(b)).bit_count() <= NEAR


def put_right(
    raw: sqlite3.Connection, found: dict[int, tuple[Event, Event | None, str]]
) -> list[tuple[str, str]]:
    """Write what each row was, where it lies; take the others out of the log, and return the facts
    that keep them beside it. Within a transaction of whoever calls."""
    facts: list[tuple[str, str]] = []
    # The log is only ever added to; this alone is no change of it.
    guards = raw.execute(_GUARDS).fetchall()
    for name, _ in guards:
        raw.execute(f"DROP TRIGGER {name}")
    for rowid, (event, was, its) in found.items():
        if was is not None:
            raw.execute(_PUT, {**was._asdict(), "rowid": rowid})
        else:
            code_key = raw.execute(_CODE_KEY, (rowid,)).fetchone()[0]
            facts += rotted(event, its, code_key)
            raw.execute("DELETE FROM event WHERE rowid = ?", (rowid,))
    for _, made in guards:
        raw.execute(made)
    if facts:
        # The next event may get the place of the last: the read tables must not pass over it.
        for name in CURSORS:
            raw.execute(_BACK, (name,))
    return facts


def _bits(text: str) -> int:
    return int.from_bytes(text.encode("utf-8", "surrogateescape"))


def _hashed(event: Event) -> bytes:
    return spelt(event).encode("utf-8", "surrogateescape")


def _candidates(event: Event, prev: str, patient: bool) -> Iterator[Event]:
    yield event
    if prev:
        yield event._replace(prev=prev)
    if not patient:
        return
    turned: dict[str, Any]
    for name in ("clock", "version"):
        value = getattr(event, name)
        for bit in range(63) if isinstance(value, int) else ():
            turned = {name: value ^ 1 << bit}
            yield event._replace(**turned)
    if len(_hashed(event)) <= SEARCHED:
        for name in ("case_id", "kind", "prev", "body"):
            for text in _turned(str(getattr(event, name))):
                turned = {name: text}
                yield event._replace(**turned)


def _turned(text: str) -> Iterator[str]:
    """The text with each of its bits turned, one at a time."""
    data = bytearray(text.encode("utf-8", "surrogateescape"))
    for bit in range(8 * len(data)):
        data[bit // 8] ^= 1 << bit % 8
        yield data.decode("utf-8", "surrogateescape")
        data[bit // 8] ^= 1 << bit % 8
