"""One pass between two stores: push what the other lacks, pull what this one lacks.

What each lacks is told by the highest seq per origin. A pass may stop at any byte and be repeated:
every batch is one transaction there, and an event that is there already is passed over.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime

from db.engine import StoreTrouble
from db.event import Head
from db.store import Batch, Store

BATCH = 1000


class Forked(StoreTrouble):
    """Two stores hold different events in the same place of one origin's chain."""


@dataclass(frozen=True, slots=True)
class Pass:
    """How many events one pass sent and fetched, and what it saw at the shared store before."""

    pushed: int
    pulled: int
    seen: dict[str, Head] = field(default_factory=dict)


def sync(local: Store, shared: Store, *, pull: bool = True, batch: int = BATCH) -> Pass:
    """One pass. Raises StoreTrouble when either store cannot be reached, Forked, StoreDamaged.

    A login that may write some devices only pushes theirs, and is told which those are; one that
    does not read every event leaves gaps here, which the store remembers for `verify`.
    """
    here, there = local.heads(), shared.heads()
    scope = shared.scope
    if scope is None:
        _same_chains(local, here, shared, there)
        pushed = _copy(local, shared, there, batch)
    else:
        mine = {origin: head for origin, head in here.items() if scope.writes(origin)}
        _same_chains(local, here if scope.whole else mine, shared, there)
        others = {origin: head for origin, head in here.items() if origin not in mine}
        pushed = _copy(local, shared, there | others, batch)
        if pull and not scope.whole:
            local.note_gaps(scope.devices)
    pulled = _copy(shared, local, here, batch) if pull else 0
    return Pass(pushed, pulled, there)


def _copy(source: Store, target: Store, heads: dict[str, Head], batch: int) -> int:
    """Give `target`, which has these heads, everything it lacks."""
    copied = 0
    while True:
        lacking: Batch = source.lacking(heads, batch)
        if lacking.events:
            copied += target.receive(lacking)
        if not lacking.events or not lacking.more:
            return copied
        newest = {event.origin: event for event in lacking.events}
        heads = heads | {o: Head(event.seq, event.hash) for o, event in newest.items()}


def _same_chains(a: Store, heads_a: dict[str, Head], b: Store, heads_b: dict[str, Head]) -> None:
    """Where both know an origin, the shorter chain must be the beginning of the longer one."""
    for origin in heads_a.keys() & heads_b.keys():
        mine, theirs = heads_a[origin], heads_b[origin]
        if mine.seq <= theirs.seq:
            same = mine.hash == (
                theirs.hash if mine.seq == theirs.seq else b.hash_at(origin, mine.seq)
            )
        else:
            same = theirs.hash == a.hash_at(origin, theirs.seq)
        if not same:
            raise Forked(f"{origin} has two histories; the stores were left as they are")


@dataclass(frozen=True, slots=True)
class SyncState:
    """What a machine knows about its last passes, for the people in front of it."""

    last_good: datetime | None = None
    failing_since: datetime | None = None
    why: str = ""


def note_pass(local: Store, trouble: str = "") -> None:
    """Remember in the local store how a pass went."""
    now = datetime.now().astimezone()
    before = sync_state(local)
    after = (
        {
            "last_good": before.last_good.isoformat() if before.last_good else None,
            "failing_since": (before.failing_since or now).isoformat(),
            "why": trouble,
        }
        if trouble
        else {"last_good": now.isoformat(), "failing_since": None, "why": ""}
    )
    local.set_fact("sync", json.dumps(after))


def sync_state(local: Store) -> SyncState:
    """How the last passes went."""
    kept = local.fact("sync")
    if kept is None:
        return SyncState()
    told = json.loads(kept)
    return SyncState(_time(told["last_good"]), _time(told["failing_since"]), told["why"])


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
