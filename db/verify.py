"""Check a store's evidence: every event as it was written, every chain without a gap."""

from dataclasses import dataclass

from db.event import GENESIS
from db.store import Store


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of the whole log found; `troubles` is empty for a sound store."""

    events: int
    origins: int
    troubles: tuple[str, ...]


def verify(store: Store) -> Report:
    """Read the whole log and check hashes, order, gaps and clocks, origin by origin.

    A kiosk whose login reads only what concerns it has gaps in the chains of others, which are no
    trouble there; the shared store is where those chains are checked.
    """
    events = 0
    troubles: list[str] = []
    origins: set[str] = set()
    origin, seq, prev, clock = "", 0, GENESIS, 0
    gaps = False
    for event in store.all_events():
        events += 1
        if event.origin != origin:
            origin, seq, prev, clock = event.origin, 0, GENESIS, 0
            origins.add(origin)
            gaps = store.may_have_gaps(origin)
        place = f"{origin}/{event.seq}"
        if event.seq != seq + 1:
            if not gaps:
                troubles.append(f"{place}: events {seq + 1} to {event.seq - 1} are missing")
        elif event.prev != prev:
            troubles.append(f"{place}: does not follow the event before it")
        if not event.sealed_by_chain():
            troubles.append(f"{place}: is not as it was written")
        if event.clock <= clock:
            troubles.append(f"{place}: its clock goes backwards")
        seq, prev, clock = event.seq, event.hash, event.clock
    return Report(events, len(origins), tuple(troubles))
