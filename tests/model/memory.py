"""A store in memory, as a value: what syncing asks of one.

`tests/model/test_model.py` holds it against the real store.
"""

from functools import cache
from typing import NamedTuple

from db.batch import Batch
from db.engine import SetBack
from db.event import GENESIS, Event, Head, digest
from tests.people import HALL


@cache
def event(origin, seq, record):
    """One event; the record is what was said, by a name of its own."""
    bare = Event(HALL, origin, seq, seq, record, "noted", 1, "{}", GENESIS, "")
    return bare._replace(hash=digest(bare))


class Memory(NamedTuple):
    """What a store holds: events in the order of their places, and facts."""

    events: tuple = ()
    facts: tuple = ()

    def heads(self):
        return {e.origin: Head(e.seq, e.hash) for e in self.events}

    def hashes_at(self, places):
        return {e.origin: e.hash for e in self.events if places.get(e.origin) == e.seq}

    def lacking(self, heads, limit):
        found, after = [], {}
        mine, more = self.heads(), False
        for origin, head in mine.items():
            seen = heads.get(origin, Head())
            if head.seq <= seen.seq:
                continue
            if len(found) >= limit:
                more = True
                break
            rest = [e for e in self.events if e.origin == origin and e.seq > seen.seq]
            taken = rest[: limit - len(found)]
            found += taken
            more = more or taken[-1].seq < head.seq
            if seen.seq:
                after[origin] = seen
        return Batch(tuple(found), (), more, after)

    def absent(self, batch):
        """The events of a batch that are not there."""
        have = {(e.origin, e.seq) for e in self.events}
        return tuple(e for e in batch.events if (e.origin, e.seq) not in have)

    def with_events(self, events):
        """All of them put in, whatever was there: a database without a key."""
        everything = (*self.events, *events)
        return self._replace(events=tuple(sorted(everything, key=lambda e: (e.origin, e.seq))))

    def receive(self, batch, checked=True):
        """The store after it, and how many were new. Raises SetBack."""
        there = {(e.origin, Head(e.seq, e.hash)) for e in self.events}
        if checked and not there >= set(batch.after.items()):
            raise SetBack("what was taken for granted is not there")
        new = self.absent(batch)
        return self.with_events(new), len(new)

    def fact(self, name):
        return dict(self.facts).get(name)

    def set_fact(self, name, value):
        return self._replace(facts=tuple(sorted((dict(self.facts) | {name: value}).items())))
