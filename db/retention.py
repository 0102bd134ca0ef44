"""How long what is sealed is kept, and leaving it to the shared store.

Retention counts from a case's end and says what went in the log, so that every store follows.
Pruning lets this machine alone forget what the shared store was seen to hold, byte by byte, in a
read of its own; what the shared store lacks is sent again and never let go of.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from db import tables
from db.batch import Batch, SealedRow
from db.case import Case
from db.engine import StoreTrouble
from db.event import COUNTER_BITS, clock_ms
from db.happening import Erased
from db.store import Store
from db.sync import sync

DAY_MS = 86_400_000
#: The event that something sealed stands beside.
_BESIDE = sa.and_(
    tables.event.c.hall == tables.sealed.c.hall,
    tables.event.c.origin == tables.sealed.c.origin,
    tables.event.c.seq == tables.sealed.c.seq,
)
#: Sealed contents looked at in one go.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Periods:
    """Days after a case's end for which what is sealed beside it is kept; 0 is for ever."""

    contact: int = 180
    voice: int = 180
    drawing: int = 180
    integrity: int = 1095


@dataclass(frozen=True, slots=True)
class Over:
    """What of a case has been kept for long enough: its names, and since when it was over."""

    case: Case
    names: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pruned:
    """What became of it: sealed contents gone from here, those that the shared store lacked, and
    events that it lacked below its own heads."""

    gone: int = 0
    lacked: int = 0
    mended: int = 0


# --- by law -----------------------------------------------------------------------------------


def over(store: Store, periods: Periods, now_ms: int) -> Iterator[Over]:
    """Closed cases with something sealed that has been kept for long enough. Raises StoreTrouble,
    StoreDamaged."""
    for case_id, names in _sealed_by_case(store).items():
        case = store.case(case_id)
        if case.open:
            continue
        kinds = {name: kind_of(case, name) for name in names}
        days = (now_ms - clock_ms(case.clock)) / DAY_MS
        gone = [n for n in names if 0 < getattr(periods, kinds[n]) < days]
        if gone:
            yield Over(case, tuple(sorted(gone)), tuple(kinds[name] for name in sorted(gone)))


def kind_of(case: Case, name: str) -> str:
    """Which period holds for what is sealed under this name: a field of Periods."""
    if case.sealed:
        return "integrity"
    attachment = case.attachment(name)
    if attachment is None:
        return "contact"
    return "voice" if attachment.media.startswith("audio/") else "drawing"


def let_go(store: Store, found: list[Over], why: str) -> int:
    """Erase it, and leave no byte of it in the store's files: how many contents went.

    Raises StoreTrouble; also where somebody reads for so long that the files cannot be cleaned.
    """
    gone = sum(store.erase(one.case.case_id, Erased(one.names, why)) for one in found)
    if not store.wipe():
        raise StoreTrouble(
            "it is erased, but somebody is reading: its bytes stand in the journal until this is "
            "run again"
        )
    return gone


def of_number(store: Store, number: str) -> Over | None:
    """All that is sealed beside the case of this number; None where there is no such case."""
    for case_id, names in _sealed_by_case(store).items():
        case = store.case(case_id)
        if case.number == number:
            kinds = tuple(kind_of(case, name) for name in sorted(names))
            return Over(case, tuple(sorted(names)), kinds)
    return None


def newest_ms(store: Store) -> int:
    """When the newest event of the store was written; 0 for an empty one."""
    return max((clock_ms(store.clock_at(o, h.seq)) for o, h in store.heads().items()), default=0)


def counted(found: list[Over]) -> dict[str, int]:
    """Kind → how many contents."""
    return dict(Counter(kind for one in found for kind in one.kinds))


def _sealed_by_case(store: Store) -> dict[str, list[str]]:
    event, sealed = tables.event.c, tables.sealed.c
    asked = (
        sa.select(event.case_id, sealed.name)
        .join_from(
            tables.sealed,
            tables.event,
            _BESIDE,
        )
        .where(sealed.hall == store.hall)
    )
    found: dict[str, list[str]] = {}
    with store.reading() as connection:
        for case_id, name in connection.execute(asked):
            found.setdefault(case_id, []).append(name)
    return found


# --- leaving it to the shared store -----------------------------------------------------------


def prune(local: Store, shared: Store, before_ms: int, do: bool) -> Pruned:
    """Forget here what was sealed before a moment and the shared store holds, byte by byte.

    First comes a pass, then whatever the shared store lacks in spite of its heads is sent again.
    Without `do` nothing is forgotten. Raises StoreTrouble, Forked, StoreDamaged.
    """
    if shared.scope is not None and not shared.scope.reads_sealed:
        raise StoreTrouble(
            "this login does not read what is sealed, so it cannot see that it is there: prune "
            "with a desk's login"
        )
    sync(local, shared)
    mended = mend(local, shared)
    gone = lacked = 0
    for rows in _old(local, before_ms):
        there = _contents(shared, rows)
        for row in rows:
            if there.get(_place(row), row.content) != row.content:
                raise StoreTrouble(
                    f"{row.origin}/{row.seq}: what is sealed as {row.name} is not the same here "
                    "and at the shared store; nothing more was forgotten"
                )
        lacking = tuple(row for row in rows if _place(row) not in there)
        known = [row for row in rows if _place(row) in there]
        if do:
            # Another run, which finds it there, may forget it.
            shared.receive(Batch((), lacking))
            local.forget_sealed(known)
        lacked += len(lacking)
        gone += len(known)
    if do and not local.wipe():
        raise StoreTrouble("somebody is reading: the journal is emptied when this is run again")
    return Pruned(gone, lacked, mended)


def mend(local: Store, shared: Store) -> int:
    """Send again whatever events the shared store lacks below its own heads: how many there were.

    A pass goes by the heads and cannot see a hole.
    """
    mended = 0
    for origin, head in shared.heads().items():
        if shared.count_of(origin) == head.seq:
            continue
        after = 0
        while True:
            batch = local.run_of(origin, after)
            if not batch.events:
                break
            mended += shared.receive(batch)
            after = batch.events[-1].seq
    return mended


def _old(local: Store, before_ms: int) -> Iterator[list[SealedRow]]:
    """What is sealed here and was before a moment, some at a time."""
    event, sealed = tables.event.c, tables.sealed.c
    after: tuple[str, int, str] = ("", 0, "")
    while True:
        asked = (
            sa.select(sealed.hall, sealed.origin, sealed.seq, sealed.name, sealed.content)
            .join_from(
                tables.sealed,
                tables.event,
                _BESIDE,
            )
            .where(
                sealed.hall == local.hall,
                event.clock < before_ms << COUNTER_BITS,
                sa.tuple_(sealed.origin, sealed.seq, sealed.name) > sa.tuple_(*after),
            )
            .order_by(sealed.origin, sealed.seq, sealed.name)
            .limit(AT_ONCE)
        )
        with local.reading() as connection:
            rows = [SealedRow(*row) for row in connection.execute(asked)]
        if not rows:
            return
        yield rows
        after = _place(rows[-1])


def _place(row: SealedRow) -> tuple[str, int, str]:
    return row.origin, row.seq, row.name


def _contents(shared: Store, rows: list[SealedRow]) -> dict[tuple[str, int, str], bytes]:
    sealed = tables.sealed.c
    asked = sa.select(sealed.origin, sealed.seq, sealed.name, sealed.content).where(
        sealed.hall == shared.hall,
        sa.tuple_(sealed.origin, sealed.seq, sealed.name).in_([_place(row) for row in rows]),
    )
    with shared.reading() as connection:
        return {(row[0], row[1], row[2]): row[3] for row in connection.execute(asked)}
