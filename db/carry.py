"""A hall file brought into a store: what is new is kept, once, and nothing else changes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.batch import Batch, SealedRow
from db.event import Event, Head, digest
from db.hallfile import BadHallFile, Contents, HallFile, event_of
from db.rows import Evidence
from db.store import PRUNED, SEALED_AT_ONCE, Store
from db.sync import Forked
from db.verify import Noted, check

EVENTS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Brought:
    """What came in: new events, sealed contents looked at, and events that did not follow."""

    new: int
    sealed: int
    #: Of a damaged file: good events behind something that is lost.
    behind: int = 0


def bring(store: Store, file: Path, contents: Contents) -> Brought:
    """Bring a file in whose `contents` were looked through; repeating it changes nothing.

    All of it is checked before anything is kept. Raises BadHallFile, Forked, StoreTrouble.
    """
    found = HallFile(file)
    _refuse(store, file, contents, found)
    # What is sealed first: a pass in between must not send an event without it.
    sealed = _seal(store, found.sealed(store.hall))
    store.note_pruned(json.loads(found.fact(PRUNED) or "{}"))
    new, behind = _events(store, found)
    assert behind == 0
    return Brought(new, sealed)


def bring_damaged(store: Store, file: Path) -> Brought:
    """Bring in what can still be had of a damaged file: every event that follows what is there.

    What is behind a loss can follow once something else has brought what was lost.
    """
    found = HallFile(file, damaged=True)
    new, behind = _events(store, found)
    heads = store.heads()
    rows = (row for row in found.sealed(store.hall) if row[1] <= heads.get(row[0], Head()).seq)
    return Brought(new, _seal(store, rows), behind)


def _refuse(store: Store, file: Path, contents: Contents, found: Evidence) -> None:
    if contents.hall != store.hall:
        raise BadHallFile(f"{file.name} is of hall {contents.hall}, this store of {store.hall}")
    mine = store.heads()
    both = {o: h.seq for o, h in contents.heads.items() if mine.get(o, Head()).seq >= h.seq}
    known = store.hashes_at(both)
    for origin in both:
        if known.get(origin) != contents.heads[origin].hash:
            raise Forked(f"{origin} has two histories, here and in {file.name}; nothing was taken")
    shorter = {o: h for o, h in mine.items() if 0 < h.seq < contents.heads.get(o, Head()).seq}
    report = check(found, store.hall, [Noted("this store", shorter)])
    if report.troubles:
        more = f" and {len(report.troubles) - 1} more" if len(report.troubles) > 1 else ""
        raise BadHallFile(
            f"{file.name} holds no sound history: {report.troubles[0]}{more}; nothing was taken"
        )
    if report.heads != contents.heads:
        raise BadHallFile(f"{file.name} does not hold what it says; nothing was taken")


def _seal(store: Store, rows: Iterator[tuple[str, int, str, bytes]]) -> int:
    count, some = 0, list[SealedRow]()
    for origin, seq, name, content in rows:
        some.append(SealedRow(store.hall, origin, seq, name, content))
        count += 1
        if sum(len(one.content) for one in some) >= SEALED_AT_ONCE:
            store.receive(Batch((), tuple(some)))
            some = []
    if some:
        store.receive(Batch((), tuple(some)))
    return count


def _events(store: Store, found: Evidence) -> tuple[int, int]:
    """Every event that follows what the store has: how many were new, how many did not follow."""
    heads, some = store.heads(), list[Event]()
    new, behind = 0, 0
    for row in found.events(store.hall):
        event = event_of(row, store.hall)
        head = heads.get(event.origin, Head())
        if event.seq <= head.seq:
            continue
        if event.seq != head.seq + 1 or event.prev != head.hash or event.hash != digest(event):
            behind += 1
            continue
        heads[event.origin] = Head(event.seq, event.hash)
        some.append(event)
        if len(some) == EVENTS_AT_ONCE:
            new += store.receive(Batch(tuple(some)))
            some = []
    if some:
        new += store.receive(Batch(tuple(some)))
    return new, behind
