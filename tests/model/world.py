"""Every state that a hall can come into, and what must hold in each."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from db.batch import Batch
from db.engine import StoreTrouble
from db.event import Head
from db.sync import sync as real_sync
from tests.model.memory import Memory, event
from tests.model.passes import Place, advance, deleting, marked

#: Where a call has done its work, and its answer can be lost.
WRITES = ("shared.receive", "shared.insert", "local.receive")
#: Each bug that a program of this kind can have, and the pass that has it.
BUGS = {
    "new id per try": marked(renamed=True),
    "check-then-insert": real_sync,
    "mark before send": marked(before=True),
    "delete after acknowledge": deleting,
    "no reconcile": marked(before=False),
    "taken for granted": real_sync,
}


@dataclass(frozen=True)
class Bound:
    """How much may happen."""

    #: Machine → how many records it makes; a desk's D may only speak of what it was told.
    records: tuple = (("K1", 2), ("K2", 1), ("D1", 1))
    #: Lines cut, programs killed, answers lost, batches that come twice, in any mixture.
    faults: int = 2
    #: Times that the shared store is brought back from a copy that was made at any moment.
    restores: int = 1
    #: Events in a batch.
    batch: int = 1


#: By name: who makes how many records, how many faults, how often the shared store is brought back.
BOUNDS = {
    "kiosk and desk": Bound((("K1", 1), ("D1", 1)), 1, 1),
    "two kiosks": Bound((("K1", 1), ("K2", 1)), 2, 1),
    "two kiosks and a desk": Bound((("K1", 1), ("K2", 1), ("D1", 1)), 0, 0),
    "two kiosks and a desk, one fault": Bound((("K1", 1), ("K2", 1), ("D1", 0)), 1, 0),
    "two kiosks and a desk, set back": Bound((("K1", 1), ("K2", 1), ("D1", 0)), 0, 1),
    "more batches than one": Bound((("K1", 2), ("D1", 1)), 1, 1),
    "three faults": Bound((("K1", 2), ("D1", 0)), 3, 1),
}


class State(NamedTuple):
    """One moment of the hall. Stores, places and batches stand for themselves as numbers."""

    shared: int
    locals: tuple
    places: tuple
    made: tuple
    faults: int
    restores: int
    copy: int
    #: Batches that are still on their way a second time.
    again: tuple


#: No copy, no pass.
NONE = -1


class Numbers:
    """Values by number: a state of numbers is quickly compared."""

    def __init__(self):
        self._of = {}
        self.values = []

    def of(self, value):
        number = self._of.get(value)
        if number is None:
            number = self._of[value] = len(self.values)
            self.values.append(value)
        return number


@dataclass
class Found:
    """What going through it came to."""

    states: int = 0
    steps: int = 0
    healed: int = 0
    seconds: float = 0.0
    #: Whether every state was gone through.
    all: bool = False
    wrong: list = field(default_factory=list)

    @property
    def good(self):
        return not self.wrong


class World:
    """The hall under a bound, and a pass that may have a bug."""

    def __init__(self, bound, bug=""):
        self.bound = bound
        self.sync = BUGS[bug] if bug else real_sync
        self.planted = frozenset((bug,))
        self.names = [name for name, _ in bound.records]
        self.most = [count for _, count in bound.records]
        #: A machine that may forget what is elsewhere is only asked whether it is.
        self.forgets = bug == "delete after acknowledge"
        self.renames = bug == "new id per try"
        self._stores, self._passing, self._sent = Numbers(), Numbers(), Numbers()
        self._advanced, self._healed, self._sound = {}, {}, {}

    def first(self):
        number, empty = len(self.names), self._stores.of(Memory())
        return State(
            empty,
            (empty,) * number,
            (NONE,) * number,
            (0,) * number,
            self.bound.faults,
            self.bound.restores,
            NONE,
            (),
        )

    # --- what can happen next ---------------------------------------------------------------------

    def steps(self, state):
        """Every (words, state) that can come next."""
        for number, name in enumerate(self.names):
            yield from self._makes(state, number, name)
            yield from self._passes(state, number, name)
        if state.restores and state.copy == NONE:
            yield "a copy is made", state._replace(copy=state.shared)
        if state.restores and state.copy not in (NONE, state.shared):
            # What was on its way to the old server does not come to the new one.
            back = state._replace(shared=state.copy, restores=state.restores - 1, again=())
            yield "the shared store is brought back", back
        for place, batch in enumerate(state.again):
            rest = state.again[:place] + state.again[place + 1 :]
            after = state._replace(shared=self._taken(state.shared, batch), again=rest)
            yield "a batch comes again", after

    def _taken(self, shared, batch):
        try:
            taken, _ = self._stores.values[shared].receive(_batch(self._sent.values[batch]))
        except StoreTrouble:
            return shared
        return self._stores.of(taken)

    def _makes(self, state, number, name):
        made = state.made[number]
        if made == self.most[number]:
            return
        local = self._stores.values[state.locals[number]]
        if name.startswith("D") and not any(e.origin.startswith("K") for e in local.events):
            return
        new = event(name, made + 1, f"{name}/{made + 1}")
        mine = self._stores.of(local.with_events((new,)))
        after = state._replace(
            locals=_put(state.locals, number, mine), made=_put(state.made, number, made + 1)
        )
        yield f"{name} makes {made + 1}", after

    def _passes(self, state, number, name):
        at, shared = state.places[number], state.shared
        after, mine, theirs, what = self._next(at, state.locals[number], shared)
        done = state._replace(
            shared=theirs,
            locals=_put(state.locals, number, mine),
            places=_put(state.places, number, after),
        )
        yield f"{name}: {what}", done
        if at == NONE or not state.faults:
            return
        less, gone = state.faults - 1, _put(state.places, number, NONE)
        yield f"{name}: dies before {what}", state._replace(places=gone, faults=less)
        if what in WRITES:
            # The work is done and nobody here hears of it.
            unheard = done if what == "local.receive" else state._replace(shared=theirs)
            yield f"{name}: dies after {what}", unheard._replace(places=gone, faults=less)
        if what == "shared.receive" and theirs != shared:
            there = self._stores.values[shared].events
            sent = tuple(e for e in self._stores.values[theirs].events if e not in there)
            again = (*state.again, self._sent.of(sent))
            yield f"{name}: {what}, twice", done._replace(faults=less, again=again)

    def _next(self, at, local, shared):
        """One call of a pass on: its place after it, both stores, and which call it was."""
        key = (at, local, shared)
        known = self._advanced.get(key)
        if known is None:
            place = Place() if at == NONE else self._passing.values[at]
            after, mine, theirs = advance(
                self.sync,
                place,
                self._stores.values[local],
                self._stores.values[shared],
                self.bound.batch,
                self.planted,
            )
            known = self._advanced[key] = (
                NONE if after is None else self._passing.of(after),
                self._stores.of(mine),
                self._stores.of(theirs),
                place.next or "begins",
            )
        return known

    # --- what must hold ---------------------------------------------------------------------------

    def wrong(self, state):
        """What is wrong in this state; empty where nothing is."""
        for store in (state.shared, *(() if self.forgets else state.locals)):
            if store not in self._sound:
                self._sound[store] = _unsound(self._stores.values[store])
            if self._sound[store]:
                return self._sound[store]
        if not self.forgets:
            for local, name, made in zip(state.locals, self.names, state.made, strict=True):
                if sum(e.origin == name for e in self._stores.values[local].events) != made:
                    return f"{name} has lost what it made"
        at = (state.shared, state.locals, state.again, state.made)
        if at not in self._healed:
            self._healed[at] = self._not_healed(state)
        return self._healed[at]

    def _not_healed(self, state):
        """Programs die, and from now on all is well: two passes each, and all is through."""
        shared, mine = state.shared, list(state.locals)
        for _ in range(2):
            for number in range(len(mine)):
                at = NONE
                while True:
                    at, mine[number], shared, _what = self._next(at, mine[number], shared)
                    if at == NONE:
                        break
        for batch in state.again:
            shared = self._taken(shared, batch)
        wanted = sorted(
            f"{name}/{seq}"
            for name, made in zip(self.names, state.made, strict=True)
            for seq in range(1, made + 1)
        )
        stores = [("the shared store", shared)]
        if not (self.forgets or self.renames):
            stores += zip(self.names, mine, strict=True)
        for name, number in stores:
            there = [e.case_id for e in self._stores.values[number].events]
            if sorted(there) != wanted:
                return f"{name} has {there}, not {wanted}"
        return ""


def _unsound(store):
    """What is wrong with a store by itself."""
    records = [e.case_id for e in store.events]
    if len(records) != len(set(records)):
        return "a record is there twice"
    return "a chain has a gap" if _gaps(store) else ""


def _gaps(store):
    """Whether a chain does not count on from 1."""
    before = {}
    for one in store.events:
        if one.seq != before.get(one.origin, 0) + 1:
            return True
        before[one.origin] = one.seq
    return False


def _put(values, number, value):
    return (*values[:number], value, *values[number + 1 :])


def _batch(events):
    first = {}
    for one in events:
        first.setdefault(one.origin, one)
    after = {
        o: Head(e.seq - 1, event(o, e.seq - 1, f"{o}/{e.seq - 1}").hash)
        for o, e in first.items()
        if e.seq > 1
    }
    return Batch(tuple(events), (), False, after)


def explore(bound, bug="", most=None, seconds=float("inf"), examples=1):
    """Go through every state, the nearest first, until something is wrong, or all is seen."""
    world, told = World(bound, bug), Found()
    began = time.monotonic()
    first = world.first()
    known = {first: None}
    waiting = deque([first])
    while waiting and (most is None or told.states < most):
        state = waiting.popleft()
        told.states += 1
        wrong = world.wrong(state)
        if wrong:
            told.wrong.append(f"{wrong}: {'; '.join(_way(known, state))}")
            if len(told.wrong) >= examples:
                break
        if not told.states % 512 and time.monotonic() - began > seconds:
            break
        for words, after in world.steps(state):
            told.steps += 1
            if after not in known:
                known[after] = (state, words)
                waiting.append(after)
    told.all = not waiting
    told.healed = len(world._healed)
    told.seconds = time.monotonic() - began
    return told


def _way(known, state):
    """The steps that lead to a state."""
    words = []
    while known[state] is not None:
        state, step = known[state]
        words.append(step)
    return list(reversed(words))
