"""One pass taken one call at a time, by asking the real function anew with the answers so far.

A pass is a function of the answers it got. So its place is the list of them: to go on by one call
it is run from the start, is given the answers it had, makes one more call, is stopped at the next.
"""

import dataclasses
from concurrent.futures import Future
from typing import NamedTuple
from unittest.mock import patch

from db.batch import Batch
from db.engine import StoreTrouble
from db.event import Head


class Stopped(BaseException):
    """The next call is not this pass' turn. No trouble that a pass could catch."""


class Place(NamedTuple):
    """Where a pass is: its answers so far, and the call it makes next ("shared.receive")."""

    answers: tuple = ()
    next: str = ""


class Calls:
    """The two stores as one pass sees them."""

    def __init__(self, place, local, shared, planted=frozenset()):
        self._old = iter(place.answers)
        self.answers = list(place.answers)
        self.local, self.shared = local, shared
        self.planted = planted
        self._turn = 1
        self._left = len(place.answers)

    def ask(self, name, does):
        """A call that others may come before: the answer it had, or its turn now."""
        if self._left:
            self._left -= 1
            return _answer(next(self._old))
        if not self._turn:
            raise Stopped(name)
        self._turn = 0
        return self._keep(does)

    def at_once(self, does):
        """A call that nobody else can notice."""
        if self._left:
            self._left -= 1
            return _answer(next(self._old))
        return self._keep(does)

    def _keep(self, does):
        try:
            answer = does()
        except StoreTrouble as trouble:
            self.answers.append(("x", type(trouble)))
            raise
        self.answers.append(_kept(answer))
        return answer


def _kept(answer):
    if isinstance(answer, dict):
        return ("d", tuple(sorted(answer.items(), key=lambda item: item[0])))
    if isinstance(answer, Batch):
        return ("b", answer.events, answer.more, tuple(sorted(answer.after.items(), key=_first)))
    return ("v", answer)


def _first(item):
    return item[0]


def _answer(kept):
    match kept:
        case ("d", items):
            return dict(items)
        case ("b", events, more, after):
            return Batch(events, (), more, dict(after))
        case ("x", trouble):
            raise trouble
        case _:
            return kept[1]


@dataclasses.dataclass
class Near:
    """A machine's own store; only its citizens write into it beside the pass."""

    calls: Calls

    def heads(self):
        return self.calls.ask("local.heads", self.calls.local.heads)

    def hashes_at(self, places):
        return self.calls.at_once(lambda: self.calls.local.hashes_at(places))

    def lacking(self, heads, limit):
        return self.calls.ask("local.lacking", lambda: self.calls.local.lacking(heads, limit))

    def receive(self, batch):
        def does():
            self.calls.local, new = self.calls.local.receive(batch)
            return new

        return self.calls.ask("local.receive", does)

    def forget(self, events):
        def does():
            left = tuple(e for e in self.calls.local.events if e not in events)
            self.calls.local = self.calls.local._replace(events=left)

        return self.calls.at_once(does)

    def fact(self, name):
        return self.calls.at_once(lambda: self.calls.local.fact(name))

    def set_fact(self, name, value):
        def does():
            self.calls.local = self.calls.local.set_fact(name, value)

        return self.calls.at_once(does)

    def asides(self):
        return []

    def whole_devices(self):
        return None

    def takes(self, origin):
        return True


@dataclasses.dataclass
class Far:
    """The shared store, at which everybody writes."""

    calls: Calls

    def heads(self):
        return self.calls.ask("shared.heads", lambda: self.calls.shared.heads())

    def hashes_at(self, places):
        return self.calls.ask("shared.hashes_at", lambda: self.calls.shared.hashes_at(places))

    def lacking(self, heads, limit):
        return self.calls.ask("shared.lacking", lambda: self.calls.shared.lacking(heads, limit))

    def receive(self, batch):
        if "check-then-insert" in self.calls.planted:
            new = self.calls.ask("shared.check", lambda: self.calls.shared.absent(batch))
            self.calls.ask("shared.insert", lambda: self._put(new))
            return len(new)
        return self.calls.ask("shared.receive", lambda: self._take(batch))

    def _put(self, events):
        self.calls.shared = self.calls.shared.with_events(events)

    def _take(self, batch):
        checked = "taken for granted" not in self.calls.planted
        self.calls.shared, new = self.calls.shared.receive(batch, checked)
        return new

    def asides(self):
        return []

    def whole_devices(self):
        return None

    def takes(self, origin):
        return True


class AtOnce:
    """Reads ahead before the batch is kept, never meanwhile: calls come in one order each time."""

    def __init__(self, *_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def submit(self, work, *told):
        done = Future()
        try:
            done.set_result(work(*told))
        except StoreTrouble as trouble:
            done.set_exception(trouble)
        return done


def advance(sync, place, local, shared, batch, planted=frozenset()):
    """One call on: (place or None at the pass' end, local store, shared store)."""
    calls = Calls(place, local, shared, planted)
    try:
        with patch("db.sync.ThreadPoolExecutor", AtOnce):
            sync(Near(calls), Far(calls), batch=batch)
    except Stopped as stopped:
        return Place(tuple(calls.answers), str(stopped)), calls.local, calls.shared
    except StoreTrouble:
        pass
    return None, calls.local, calls.shared


# --- passes that are wrong ----------------------------------------------------------------------


def marked(before=False, renamed=False):
    """A pass that goes by its own marks: set before it sends, or once it was told that it is kept;
    `renamed`: what it sends has a new id at each try."""

    def sync(local, shared, batch):
        marks = {}
        for name, seq in (part.split("=") for part in (local.fact("marks") or "").split()):
            marks[name] = Head(int(seq))
        here = local.heads()
        lacking = local.lacking(marks, batch)
        events = lacking.events
        told = marks | {e.origin: Head(e.seq) for e in events}
        text = " ".join(f"{o}={h.seq}" for o, h in sorted(told.items()))
        if before:
            local.set_fact("marks", text)
        if renamed and events:
            tries = (local.fact("tries") or "") + "."
            local.set_fact("tries", tries)
            events = tuple(e._replace(origin=f"{e.origin}-{e.seq}{tries}", seq=1) for e in events)
        if events:
            shared.receive(Batch(events, (), lacking.more))
        local.set_fact("marks", text)
        pulled = shared.lacking(here, batch)
        if pulled.events and not renamed:
            local.receive(pulled)

    return sync


def deleting(local, shared, batch):
    """A pass that lets go of what it was told is kept."""
    lacking = local.lacking(shared.heads(), batch)
    if lacking.events:
        shared.receive(lacking)
        local.forget(lacking.events)
