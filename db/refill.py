"""Below the heads: what a machine lacks there is fetched again from the shared store, and what the
shared store lost to rot is sent to it again.

A pass goes by the heads and cannot see a hole. Here one is known of: rot was there (db/heal.py), a
damaged file was rescued (db/rescue.py), or something came damaged. What is fetched must be the very
event: the hash it was set aside with vouches for it, or the `prev` of the event behind it.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from db.aside import CHANGED, Aside
from db.batch import Batch, SealedRow
from db.event import Event, Head, wall_ms
from db.exchange import REFILL
from db.heal import near
from db.store import Store

if TYPE_CHECKING:
    from db.sync import Side

#: The fact when all events of a file were looked through; and after how long they are again.
LOOKED, LOOK_MS = "looked_through", 24 * 3_600_000
#: So long nobody is asked again for what he did not have.
AGAIN_MS = 3_600_000
_AT_ONCE = 1000


def refill(local: Store, shared: "Side", there: dict[str, Head], asides: Iterable[Aside]) -> int:
    """Fetch what is lacking below this store's heads: how many events came.

    `there` are the shared store's heads, `asides` this one's. Raises StoreTrouble.
    """
    told, now = local.fact(REFILL), wall_ms()
    gone = {(a.origin, a.seq): a for a in asides if a.rotted or (a.why == CHANGED and not a.name)}
    if told is None and not gone:
        return 0
    if 0 <= now - json.loads(told or "{}").get("at", 0) < AGAIN_MS:
        return 0
    runs = [(origin, seq - 1, seq) for origin, seq in gone]
    if told is not None:
        for origin, head in local.heads().items():
            # Of a chain that is told in part nobody knows where its holes are.
            whole = not local.may_have_gaps(origin)
            runs += [(origin, *h) for h in (local.holes(origin) if whole else [(0, head.seq)])]
    came = left = 0
    for origin, after, upto in sorted(set(runs)):
        new, missing = _filled(local, shared, there, gone, (origin, after, upto))
        came, left = came + new, left + missing
    back = [a for p, a in gone.items() if a.why == CHANGED and local.holds(*p, a.hash)]
    if back:
        local.see_asides(back)
    if came:
        local.note_healed(came)
    if left:
        local.set_fact(REFILL, json.dumps({"at": now}))
    elif told is not None:
        local.forget_fact(REFILL)
    return came


def _filled(
    local: Store,
    shared: "Side",
    there: dict[str, Head],
    gone: dict[tuple[str, int], Aside],
    run: tuple[str, int, int],
) -> tuple[int, int]:
    """One run of seqs: how many events came, how many are known to be lacking still."""
    origin, after, upto = run
    known = {e.seq: e for e in _run(local, origin, after, upto + 1)}
    lacks = set(range(after + 1, upto + 1)) - known.keys()
    in_part = local.may_have_gaps(origin)
    if not lacks:
        return 0, 0
    events, beside = _fetched(shared, there, run)
    taken: list[Event] = []
    for event in reversed(events):
        behind, aside = known.get(event.seq + 1), gone.get((origin, event.seq))
        vouched = (
            (behind is not None and behind.prev == event.hash)
            or (aside is not None and near(aside.hash, event.hash))
            or (aside is None and in_part)
        )
        if event.seq in lacks and vouched and event.sealed_by_chain():
            known[event.seq] = event
            taken.append(event)
    seqs = {event.seq for event in taken}
    if taken:
        local.receive(
            Batch(tuple(reversed(taken)), tuple(row for row in beside if row.seq in seqs))
        )
    # A chain that is told in part may lack what it was never told.
    asked = {seq for seq in lacks if not in_part or (origin, seq) in gone}
    return len(taken), len(asked - seqs)


def _run(local: Store, origin: str, after: int, upto: int) -> list[Event]:
    """This store's events of one origin within these seqs."""
    found: list[Event] = []
    while True:
        some = local.run_of(origin, after, _AT_ONCE)
        found += [event for event in some.events if event.seq <= upto]
        if not some.more or some.events[-1].seq >= upto:
            return found
        after = some.events[-1].seq


def _fetched(
    shared: "Side", there: dict[str, Head], run: tuple[str, int, int]
) -> tuple[list[Event], list[SealedRow]]:
    """What the shared store has of these seqs: as if this origin alone were lacking."""
    origin, after, upto = run
    events, beside = list[Event](), list[SealedRow]()
    while after < min(upto, there.get(origin, Head()).seq):
        some = shared.lacking({**there, origin: Head(after)}, min(upto - after, _AT_ONCE))
        news = [event for event in some.events if event.origin == origin and event.seq > after]
        if not news:
            break
        events += [event for event in news if event.seq <= upto]
        beside += [row for row in some.sealed if row.origin == origin]
        after = news[-1].seq
    return events, beside


def look_through(store: Store) -> int:
    """Once a day: heal also what nobody reads. How many events had been damaged. Raises
    StoreTrouble."""
    now = wall_ms()
    if store.file is None or 0 <= now - int(store.fact(LOOKED) or 0) < LOOK_MS:
        return 0
    found = store.heal()
    store.set_fact(LOOKED, str(now))
    return found


def note_lost(local: Store, asides: Iterable[Aside]) -> None:
    """What the shared store lost to rot before it came here is to be fetched once it is back."""
    lost = {(a.origin, a.seq) for a in asides if a.rotted}
    if lost and local.fact(REFILL) is None:
        heads = local.heads()
        below = {(o, seq) for o, seq in lost if seq < heads.get(o, Head()).seq}
        if any(not local.hashes_at({origin: seq}) for origin, seq in below):
            local.set_fact(REFILL, "{}")


def send_again(local: Store, shared: "Side", asides: Iterable[Aside]) -> int:
    """Send what the shared store set aside as damaged and is whole here: how many events."""
    sent = 0
    for aside in asides:
        came_so = aside.why == CHANGED and not aside.name and not aside.seen
        if not (aside.rotted or came_so):
            continue
        if not shared.takes(aside.origin):
            continue
        batch = local.run_of(aside.origin, aside.seq - 1, 1)
        event = next((e for e in batch.events if e.seq == aside.seq), None)
        if event is None or not near(event.hash, aside.hash) or not event.sealed_by_chain():
            continue
        if shared.hashes_at({event.origin: event.seq}).get(event.origin) != event.hash:
            sent += shared.receive(Batch((event,), batch.sealed))
    return sent
