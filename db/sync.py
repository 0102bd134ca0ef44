"""One pass between two stores: push what the other lacks, pull what this one lacks.

What each lacks is told by the highest seq per origin. A pass may stop at any byte and be repeated:
every batch is one transaction there, and an event that is there already is passed over. The other
side is a store, or a door to one (db/door.py). How passes go is remembered in the local store, also
when to try again and how much at once.
"""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, astuple, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from db.aside import Aside, flaws
from db.batch import Batch
from db.case import Case
from db.code import TrackingCode
from db.engine import RecordDamaged, Refused, StoreTrouble
from db.event import Head, clock_ms
from db.exchange import checked
from db.refill import note_lost, refill, send_again
from db.scope import device_of
from db.store import Store

BATCH = 1000
#: Seconds between two tries while somebody has to see to it.
REFUSED_PAUSE = 60.0


class Forked(StoreTrouble):
    """Two stores hold different events in the same place of one origin's chain."""


class Side(Protocol):
    """What syncing needs of a store, near or far. Every call may raise StoreTrouble."""

    def heads(self) -> dict[str, Head]:
        """The newest event of every origin."""

    def asides(self) -> list[Aside]:
        """What it refused and keeps beside the log."""

    def takes(self, origin: str) -> bool:
        """Whether it takes events of that origin from us; asked after `heads`."""

    def whole_devices(self) -> frozenset[str] | None:
        """The devices whose chains it tells us whole, others in part; None for all of them."""

    def hashes_at(self, places: dict[str, int]) -> dict[str, str]:
        """The hash of one event an origin; left out where it lacks it."""

    def lacking(self, heads: dict[str, Head], limit: int) -> Batch:
        """At most `limit` events that a store with these heads lacks."""

    def receive(self, batch: Batch) -> int:
        """Keep a batch for good: how many of its events were new."""

    def server_ms(self) -> int | None:
        """Its server's clock, milliseconds since 1970; None for a file, which has none."""

    def swap_beats(self, device: str, told: str) -> dict[str, str]:
        """Say how a machine is, and hear how all of the hall are, by device."""

    @property
    def role(self) -> str:
        """As what it lets us in: "kiosk", "desk"; empty where all of it is ours."""

    def board(self) -> str | None:
        """What a desk told of the hall's month."""

    def set_board(self, value: str) -> None:
        """Tell the hall's kiosks of its month."""

    def close(self) -> None:
        """Let go of it."""


class Shared(Side, Protocol):
    """A side that finds a case by its code as well."""

    def find(self, code: TrackingCode) -> Case | None:
        """The case a tracking code belongs to; None for a code it does not know."""

    def events_by_code(self, key: str) -> Batch:
        """All it tells us of the case whose code has this key (db.code.code_key)."""


@dataclass(frozen=True, slots=True)
class Pass:
    """How many events one pass sent and fetched, what it saw at the shared store before, and what
    either side has set aside."""

    pushed: int
    pulled: int
    seen: dict[str, Head] = field(default_factory=dict)
    asides: tuple[Aside, ...] = ()


def sync(local: Store, shared: Side, *, pull: bool = True, batch: int = BATCH) -> Pass:
    """One pass. Raises StoreTrouble when either store cannot be reached, Forked, StoreDamaged.

    What a side does not take from us is left to others. One that tells some chains in part leaves
    gaps here, which the store remembers for `verify`. What rot has changed is healed and fetched
    again, never sent.
    """
    try:
        return _passed(local, shared, pull, batch)
    except RecordDamaged:
        stores = [side for side in (local, shared) if isinstance(side, Store)]
        if not sum(store.heal() for store in stores):
            raise
    return _passed(local, shared, pull, batch)


def _passed(local: Store, shared: Side, pull: bool, batch: int) -> Pass:
    mine, theirs = _Known(local), _Known(shared)
    if pull and theirs.whole is not None:
        local.note_gaps(theirs.whole)
    if pull and refill(local, shared, theirs.log, mine.asides):
        mine = _Known(local)
    if send_again(local, shared, theirs.asides):
        theirs = _Known(shared)
    here, there = mine.heads, theirs.heads
    _same_chains((local, mine), (shared, theirs))
    ours = {origin: there.get(origin, Head()) for origin in here if shared.takes(origin)}
    _remember(local, ours, theirs.asides)
    # What it does not take from us counts as there.
    others = {origin: head for origin, head in here.items() if origin not in ours}
    pushed = _copy(local, shared, there | others, batch, _own)
    sent = {origin: here[origin] for origin in ours}
    asides = shared.asides() if pushed or _grew(sent, ours) else theirs.asides
    if pushed or asides != theirs.asides:
        _remember(local, sent, asides)
    # What came in there meanwhile the next pass fetches.
    pulled = _copy(shared, local, here, batch) if pull and _grew(theirs.log, here) else 0
    note_lost(local, theirs.asides)
    concern = [a for a in asides if shared.takes(a.origin)]
    return Pass(pushed, pulled, theirs.log, (*concern, *local.asides()))


class _Known:
    """What a side has, in its log or set aside: what was refused is not sent again."""

    def __init__(self, side: Side) -> None:
        self._side = side
        self.log = side.heads()
        self.heads = dict(self.log)
        self.asides = side.asides()
        self.whole = side.whole_devices()
        refused = (a for a in self.asides if not a.name and not a.rotted)
        self._beside = {(a.origin, a.seq): a.hash for a in refused}
        for (origin, seq), claimed in self._beside.items():
            if seq > self.heads.get(origin, Head()).seq:
                self.heads[origin] = Head(seq, claimed)

    def hashes_at(self, places: dict[str, int]) -> dict[str, str]:
        """The same as a side's, in its log or set aside; asked only where its heads do not tell."""
        told = {o: self.heads[o].hash for o, seq in places.items() if self.heads[o].seq == seq}
        asked = {origin: seq for origin, seq in places.items() if origin not in told}
        beside = {o: self._beside[o, seq] for o, seq in asked.items() if (o, seq) in self._beside}
        return beside | told | (self._side.hashes_at(asked) if asked else {})


def _copy(
    source: Side,
    target: Side,
    heads: dict[str, Head],
    batch: int,
    looked: Callable[[Batch], Batch] = lambda batch: batch,
) -> int:
    """Give `target`, which has these heads, everything it lacks, each batch looked at: one is read
    while the one before it is kept, since most of either is waiting for the other side's machine.
    """

    def read(heads: dict[str, Head]) -> Batch:
        return looked(source.lacking(heads, batch))

    copied = 0
    lacking = read(heads)
    with ThreadPoolExecutor(1, "sync") as ahead:
        while lacking.events:
            newest = {event.origin: event for event in lacking.events}
            heads = heads | {o: Head(event.seq, event.hash) for o, event in newest.items()}
            more = ahead.submit(read, heads) if lacking.more else None
            copied += target.receive(lacking)
            if more is None:
                break
            lacking = more.result()
    return copied


def _own(batch: Batch) -> Batch:
    """What this machine sends, looked at. Raises RecordDamaged for what rot has changed: that is
    healed."""
    found = flaws(batch.events)
    for event, _ in found:
        checked(event)
    return replace(batch, sound=not found)


def _same_chains(*sides: tuple[Side, _Known]) -> None:
    """Where both know an origin, the shorter chain must be the beginning of the longer one; of one
    that is told in part, or has a hole there, nobody can say."""
    a, b = (known for _, known in sides)
    both = set(a.heads.keys() & b.heads.keys())
    for whole in (a.whole, b.whole):
        both = {o for o in both if whole is None or device_of(o) in whole}
    ends = {origin: min(a.heads[origin].seq, b.heads[origin].seq) for origin in both}
    mine, theirs = a.hashes_at(ends), b.hashes_at(ends)
    for origin in mine.keys() & theirs.keys():
        if mine[origin] != theirs[origin]:
            for store in [side for side, _ in sides if isinstance(side, Store)]:
                # Rot may have been at its hash.
                for event in store.run_of(origin, ends[origin] - 1, 1).events:
                    checked(event)
            raise Forked(f"{origin} has two histories; the stores were left as they are")


def _grew(longer: dict[str, Head], known: dict[str, Head]) -> bool:
    """Whether some chain of `longer` goes on beyond what is known of it."""
    return any(head.seq > known.get(o, Head()).seq for o, head in longer.items())


# --- what is remembered -------------------------------------------------------------------------


def _remember(local: Store, there: dict[str, Head], asides: list[Aside]) -> None:
    """Keep how far the other side has what is ours to send, if that is news."""
    told = {
        "there": {origin: head.seq for origin, head in sorted(there.items())},
        "asides": [astuple(aside) for aside in asides],
    }
    text = json.dumps(told)
    if local.fact("sync_seen") != text:
        local.set_fact("sync_seen", text)


@dataclass(frozen=True, slots=True)
class SyncState:
    """What a machine knows about its last passes, for the people in front of it."""

    last_good: datetime | None = None
    failing_since: datetime | None = None
    why: str = ""
    #: The kind of trouble, as its class is called.
    trouble: str = ""
    #: Passes that failed one after the other, and when the next one is due.
    tries: int = 0
    next_try: datetime | None = None
    #: Events in the next pass's batches.
    batch: int = BATCH
    #: Events that wait here, and since when the oldest of them does.
    waiting: int = 0
    oldest: datetime | None = None
    #: What was refused, here or there.
    asides: tuple[Aside, ...] = ()


def pause(tries: int, period: float, refused: bool, chance: Callable[[], float]) -> float:
    """Seconds until the next try: doubled with every failure, and never the same on two machines.

    At most two periods, so that what waits is soon there once all is well; a minute while refused.
    """
    longest = REFUSED_PAUSE if refused else 2 * period
    return min(longest, period * 2.0 ** min(tries, 20)) * (0.5 + chance() / 2)


def note_pass(
    local: Store,
    trouble: str | Exception = "",
    *,
    period: float = 3.0,
    now: Callable[[], datetime] = datetime.now,
    chance: Callable[[], float] = random.random,
) -> tuple[float, int]:
    """Remember in the local store how a pass went.

    Returns the seconds until the next one and how many events its batches should hold.
    """
    moment = now().astimezone()
    before = _kept(local)
    if trouble:
        refused = isinstance(trouble, Refused)
        wait = pause(before.tries, period, refused, chance)
        after = replace(
            before,
            failing_since=before.failing_since or moment,
            why=str(trouble),
            trouble=type(trouble).__name__ if isinstance(trouble, Exception) else "StoreTrouble",
            tries=before.tries + 1,
            next_try=moment + timedelta(seconds=wait),
            batch=max(1, before.batch // 4),
        )
    else:
        wait = period
        after = SyncState(last_good=moment, batch=min(BATCH, before.batch * 2))
    kept = asdict(after)
    told = {name: kept[name] for name in ("why", "trouble", "tries", "batch")}
    times = {name: kept[name] and kept[name].isoformat() for name in _TIMES}
    local.set_fact("sync", json.dumps(told | times))
    return wait, after.batch


def due_in(state: SyncState, now: datetime) -> float:
    """Seconds until the next try that a machine owes after a restart.

    A clock that was set meanwhile makes nobody wait longer than the longest pause.
    """
    if state.next_try is None:
        return 0.0
    left = (state.next_try - now.astimezone()).total_seconds()
    return left if 0 < left <= REFUSED_PAUSE else 0.0


def sync_state(local: Store) -> SyncState:
    """How the last passes went, and what waits."""
    seen = json.loads(local.fact("sync_seen") or '{"there": {}, "asides": []}')
    there: dict[str, int] = seen["there"]
    own = dict.fromkeys(local.own_origins(), 0)
    waiting, oldest = 0, None
    heads = local.heads()
    for origin, seq in (own | there).items():
        left = heads.get(origin, Head()).seq - seq
        if left > 0:
            waiting += left
            clock = local.clock_at(origin, seq + 1)
            oldest = min(clock, oldest or clock) if clock else oldest
    return replace(
        _kept(local),
        waiting=waiting,
        oldest=datetime.fromtimestamp(clock_ms(oldest) / 1000).astimezone() if oldest else None,
        asides=(*(Aside(*one) for one in seen["asides"]), *local.asides()),
    )


_TIMES = ("last_good", "failing_since", "next_try")


def _kept(local: Store) -> SyncState:
    kept = local.fact("sync")
    if kept is None:
        return SyncState()
    told = json.loads(kept)
    times: dict[str, Any] = {name: _time(told.get(name)) for name in _TIMES}
    known = {name: told[name] for name in ("why", "trouble", "tries", "batch") if name in told}
    return SyncState(**times, **known)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
