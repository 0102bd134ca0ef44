"""A damaged local store: put aside, never thrown away; what is still good goes into a new one."""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from db.engine import StoreDamaged
from db.event import Event
from db.store import COLUMNS, SEALED_AT_ONCE, Batch, SealedRow, Store


def open_or_rescue(address: str | Path, *, hall: str, device: str) -> tuple[Store, Path | None]:
    """Open a local store; a damaged file is put aside and its good events go into a new one.

    Returns the store and where the damaged file is kept (None when all was well).
    """
    try:
        return Store.open(address, hall=hall, device=device), None
    except StoreDamaged:
        kept = _put_aside(Path(address))
        store = Store.open(address, hall=hall, device=device)
        for batch in _salvage(kept):
            store.receive(batch)
        return store, kept


def _put_aside(file: Path) -> Path:
    stamp = secrets.token_hex(3)
    kept = file.with_name(f"{file.name}.damaged-{date.today():%Y%m%d}-{stamp}")
    for ending in ("-wal", "-shm", ""):
        part = file.with_name(file.name + ending)
        if part.exists():
            part.rename(kept.with_name(kept.name + ending))
    return kept


def _salvage(file: Path) -> Iterator[Batch]:
    """What is sealed in a damaged file, then every event that still is as it was written.

    Never all that is sealed at once: voice notes are large.
    """
    sealed: list[SealedRow] = []
    for row in _rows(file, "hall, origin, seq, name, content", "sealed"):
        if not isinstance(row[-1], bytes):
            continue
        sealed.append(SealedRow(*row))
        if sum(len(s.content) for s in sealed) >= SEALED_AT_ONCE:
            yield Batch((), tuple(sealed))
            sealed = []
    good: list[Event] = []
    for row in _rows(file, COLUMNS, "event"):
        try:
            event = Event(*row)
            if event.sealed_by_chain():
                good.append(event)
        except (TypeError, ValueError, AttributeError):
            continue
    yield Batch(tuple(good), tuple(sealed))


def _rows(file: Path, columns: str, table: str) -> Iterable[tuple[Any, ...]]:
    """What can still be read of a table, row by row, stepping over what cannot."""
    raw = sqlite3.connect(file)
    raw.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        top = raw.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0
    except sqlite3.DatabaseError:
        top = 0
    for rowid in range(1, top + 1):
        try:
            row = raw.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (rowid,)).fetchone()
            if row is not None:
                yield row
        except sqlite3.DatabaseError:
            continue
    raw.close()
