"""A hall file brought into a store: what is new is kept, once, and nothing else changes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from db.aside import aside_of, facts_kept
from db.batch import Batch, SealedRow
from db.event import Event, Head, digest
from db.exchange import PRUNED, SEALED_AT_ONCE
from db.hallfile import BadHallFile, Contents, HallFile, event_of
from db.rows import Evidence
from db.store import Store
from db.sync import Forked
from db.verify import Noted, check, places_of

EVENTS_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Brought:
    """What came in: new events, sealed contents looked at, and events that did not follow."""

    new: int
    sealed: int
    #: Of a damaged file: good events behind something that is lost.
    behind: int = 0
    #: Records that were set aside: those in the file.
    asides: int = 0


def bring(store: Store, file: Path, contents: Contents) -> Brought:
    """Bring a file in whose `contents` were looked through; repeating it changes nothing.

    All of it is checked before anything is kept. Raises BadHallFile, Forked, StoreTrouble.
    """
    found = HallFile(file)
    _refuse(store, file, contents, found)
    facts, asides, rotted = _asides(found, store.hall, file)
    # What is sealed first: a pass in between must not send an event without it.
    sealed = _seal(store, found.sealed(store.hall))
    store.note_pruned(json.loads(found.fact(PRUNED) or "{}"))
    store.keep_asides(facts, rotted)
    new, behind = _events(store, found)
    assert behind == 0
    return Brought(new, sealed, asides=asides)


def bring_damaged(store: Store, file: Path) -> Brought:
    """Bring in what can still be had of a damaged file: every event that follows what is there.

    What is behind a loss can follow once something else has brought what was lost.
    """
    found = HallFile(file, damaged=True)
    facts, asides, rotted = _asides(found, store.hall, file)
    store.keep_asides(facts, rotted)
    new, behind = _events(store, found)
    heads = store.heads()
    rows = (row for row in found.sealed(store.hall) if row[1] <= heads.get(row[0], Head()).seq)
    return Brought(new, _seal(store, rows), behind, asides)


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
    # A gap whose events come along set aside is no loss.
    if troubles := [one for one in report.troubles if one not in report.aside]:
        more = f" and {len(troubles) - 1} more" if len(troubles) > 1 else ""
        raise BadHallFile(
            f"{file.name} holds no sound history: {troubles[0]}{more}; nothing was taken"
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


def _asides(found: Evidence, hall: str, file: Path) -> tuple[list[tuple[str, str]], int, bool]:
    """What was set aside: its facts, how many records, whether one was damaged on a disk."""
    facts: list[tuple[str, str]] = []
    count, rotted = 0, False
    for short, whole in found.asides(hall):
        try:
            facts += facts_kept(short, whole)
            rotted = rotted or aside_of(short).rotted
        except (ValueError, TypeError, KeyError) as trouble:
            raise BadHallFile(f"{file.name}: what was set aside cannot be read") from trouble
        count += 1
    return facts, count, rotted


def _events(store: Store, found: Evidence) -> tuple[int, int]:
    """Every event that follows what the store has, or what was set aside there: how many were new,
    how many did not follow."""
    aside = places_of(found, store.hall)
    heads, some = store.heads(), list[Event]()
    new, behind = 0, 0
    for row in found.events(store.hall):
        event = event_of(row, store.hall)
        head = heads.get(event.origin, Head())
        if event.seq <= head.seq:
            continue
        between = range(head.seq + 1, event.seq)
        follows = event.prev == head.hash if not between else _all_in(aside, event.origin, between)
        if not follows or event.hash != digest(event):
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


def _all_in(aside: set[tuple[str, int]], origin: str, seqs: range) -> bool:
    return all((origin, seq) in aside for seq in seqs)
