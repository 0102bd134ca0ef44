"""A damaged local store: put aside, never thrown away; what is still good goes into a new one."""

import mmap
import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

from db.batch import COLUMNS, Batch, SealedRow
from db.checked import note_of
from db.engine import StoreDamaged, StoreTrouble, translated
from db.event import Event
from db.exchange import REFILL, SEALED_AT_ONCE
from db.store import Store

#: The size of a page, SQLite's own default since 2016; the mark of a table's leaf.
_PAGE, _LEAF = 4096, 13
#: How many bytes a number takes in a record, by its serial type.
_SIZES = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


def open_or_rescue(address: str | Path, *, hall: str, device: str) -> tuple[Store, Path | None]:
    """Open a local store; a damaged file is put aside and its good events go into a new one.

    Returns the store and where the damaged file is kept (None when all was well). Raises
    StoreTrouble; StoreFull where the new one has no room: the damaged one then stays where it is,
    and the next start tries again.
    """
    file = Path(address)
    try:
        if file.exists() or not _made(file).exists():
            return Store.open(file, hall=hall, device=device), None
    except StoreDamaged:
        pass
    with _alone(file):
        return _rescued(file, hall, device)


def _rescued(file: Path, hall: str, device: str) -> tuple[Store, Path | None]:
    made = _made(file)
    if made.exists() and not file.exists():
        # A start ended between putting the damaged one aside and this.
        made.rename(file)
    try:
        # Another program of this machine may have done it meanwhile.
        return Store.open(file, hall=hall, device=device), None
    except StoreDamaged:
        for ending in ("", "-wal", "-shm"):
            made.with_name(made.name + ending).unlink(missing_ok=True)
        store = Store.open(made, hall=hall, device=device)
        try:
            for batch in _salvage(file):
                store.receive(batch)
            # What could not be saved may be whole at the shared store.
            store.set_fact(REFILL, "{}")
            if not store.wipe():
                raise StoreTrouble("the rescued store is in use") from None
        finally:
            store.close()
        kept = _put_aside(file)
        made.rename(file)
        note_of(made).unlink(missing_ok=True)
        return Store.open(file, hall=hall, device=device), kept


def _made(file: Path) -> Path:
    """Where the new store grows until it is whole."""
    return file.with_name(file.name + ".rescued")


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One rescuer at a time; a lock of SQLite's goes with the program that dies."""
    with translated():
        lock = sqlite3.connect(
            file.with_name(file.name + ".rescue-lock"), timeout=60, isolation_level=None
        )
        lock.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        lock.close()


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
    width = len(Event._fields)
    for row in chain(
        _rows(file, "hall, origin, seq, name, content", "sealed"),
        (row for row in _carved(file) if len(row) == 5),
    ):
        if not isinstance(row[-1], bytes):
            continue
        sealed.append(SealedRow(*row))
        if sum(len(s.content) for s in sealed) >= SEALED_AT_ONCE:
            yield Batch((), tuple(sealed))
            sealed = []
    good: dict[str, Event] = {}
    for row in chain(
        _rows(file, COLUMNS, "event"),
        # The code's key stands after an event's own columns.
        (row[:width] for row in _carved(file) if len(row) == width + 1),
    ):
        try:
            event = Event(*row)
            if event.sealed_by_chain():
                good[event.hash] = event
        except (TypeError, ValueError, AttributeError):
            continue
    yield Batch(tuple(good.values()), tuple(sealed))


def _rows(file: Path, columns: str, table: str) -> Iterable[tuple[Any, ...]]:
    """What can still be read of a table, row by row, stepping over what cannot."""
    # Whoever may write would tidy up the journal of the file that is to be kept as it is.
    raw = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)
    raw.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        top = raw.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        top = 0
    for rowid in range(1, top + 1):
        try:
            row = raw.execute(f"SELECT {columns} FROM {table} WHERE rowid = ?", (rowid,)).fetchone()
            if row is not None:
                yield row
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            continue
    raw.close()


def _carved(file: Path) -> Iterator[tuple[Any, ...]]:
    """Every row that lies whole in a leaf of any table, whether or not SQLite still finds the way.

    A tree with one damaged page above hides whole rows below it; here each page speaks for itself.
    """
    pages = _Pages(file)
    for page in pages:
        first = 100 if page.startswith(b"SQLite format 3") else 0
        if page[first] != _LEAF:
            continue
        count = int.from_bytes(page[first + 3 : first + 5])
        for at in range(first + 8, min(first + 8 + 2 * count, _PAGE - 1), 2):
            try:
                yield _record(pages.payload(page, int.from_bytes(page[at : at + 2])))
            except (IndexError, ValueError):
                continue


class _Pages:
    """The pages of a SQLite file and of its journal, as they lie there."""

    def __init__(self, file: Path) -> None:
        journal = file.with_name(file.name + "-wal")
        self._parts = [_bytes_of(file), _bytes_of(journal)]
        whole = range(0, len(self._parts[0]) - _PAGE + 1, _PAGE)
        frames = range(32, len(self._parts[1]) - _PAGE - 23, 24 + _PAGE)
        self._places = [(0, at) for at in whole] + [(1, at + 24) for at in frames]
        #: Where the newest of each page is, by its number.
        self._newest = {at // _PAGE + 1: (0, at) for at in whole}
        for at in frames:
            self._newest[int.from_bytes(self._parts[1][at : at + 4])] = (1, at + 24)

    def __iter__(self) -> Iterator[bytes]:
        return (self._at(*place) for place in self._places)

    def _at(self, part: int, at: int) -> bytes:
        return self._parts[part][at : at + _PAGE]

    def payload(self, page: bytes, at: int) -> bytes:
        """A cell's record with its overflow pages. Raises IndexError, ValueError."""
        size, at = _varint(page, at)
        _, at = _varint(page, at)
        here = size
        if size > _PAGE - 35:
            least = (_PAGE - 12) * 32 // 255 - 23
            here = least + (size - least) % (_PAGE - 4)
            here = here if here <= _PAGE - 35 else least
        parts = [page[at : at + here]]
        following, left = int.from_bytes(page[at + here : at + here + 4]), size - here
        while left > 0:
            if following not in self._newest:
                raise ValueError("an overflow page is gone")
            over = self._at(*self._newest[following])
            parts.append(over[4 : 4 + min(left, _PAGE - 4)])
            following, left = int.from_bytes(over[:4]), left - _PAGE + 4
        return b"".join(parts)


def _bytes_of(file: Path) -> bytes | mmap.mmap:
    """A file's bytes; they need not fit into memory."""
    if not file.exists() or not file.stat().st_size:
        return b""
    with file.open("rb") as opened:
        return mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for used in range(1, 10):
        byte = data[at + used - 1]
        if used == 9:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            break
    return value, at + used


def _record(data: bytes) -> tuple[Any, ...]:
    """A record's values (SQLite's file format, 2.1). Raises IndexError, ValueError."""
    end, at = _varint(data, 0)
    row: list[Any] = []
    place = end
    while at < end:
        kind, at = _varint(data, at)
        size = (kind - 12) // 2 if kind >= 12 else _SIZES[kind]
        part = data[place : place + size]
        if len(part) < size:
            raise ValueError("a record is cut off")
        place += size
        if kind >= 12:
            row.append(part.decode() if kind % 2 else part)
        elif kind == 0:
            row.append(None)
        else:
            row.append(kind - 8 if kind in (8, 9) else int.from_bytes(part, signed=True))
    return tuple(row)
