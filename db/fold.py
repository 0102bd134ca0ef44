"""From events to a case: they are taken in the order of their clocks.

An event that does not fit where it falls, or that its author had no right to, stays in the log,
does not count, and is listed among the case's clashes.
"""

from collections.abc import Iterable
from dataclasses import MISSING, fields
from operator import attrgetter
from typing import Any

from db.case import Case, Clash, DoesNotFit, Entry
from db.event import Event, clock_ms
from db.hall import Hall
from db.happening import Erased, Registered, read_body
from db.rules import changes, reason_of
from db.terms import State

_ORDER = attrgetter("clock", "origin", "seq")


def fold(events: Iterable[Event], hall: Hall) -> Case | None:
    """The case that these events of one case add up to; None before it is registered.

    Events of unknown kinds, of a newer program, are passed over.
    """
    case: Case | None = None
    story: list[Entry] = []
    clashes: list[Clash] = []
    clock = 0
    for event in sorted(events, key=_ORDER):
        happening = read_body(event)
        if happening is None:
            continue
        if case is None:
            if isinstance(happening, Registered):
                case = begin(event, happening)
                story, clock = [*case.story], event.clock
            continue
        entry = Entry(happening, event.origin, event.seq, event.clock)
        if isinstance(happening, Erased):
            # A case does not become any younger by being cleared.
            story.append(entry)
            continue
        clock = event.clock
        try:
            changed = changes(case, happening, event.clock, hall)
        except DoesNotFit as trouble:
            clashes.append(Clash(entry, trouble))
        else:
            story.append(entry)
            # In place, while nobody else holds it: a new value of all its fields for every event
            # would cost more than all the rest.
            vars(case).update(changed)
    if case is not None:
        vars(case).update(story=tuple(story), clashes=tuple(clashes), clock=clock)
    return case


def begin(event: Event, said: Registered) -> Case:
    """The case that opens with this event, whose body is `said`."""
    done = (
        said.outcome is not None
        and said.outcome.complete
        and said.feedback.asks_nothing
        and not said.attachments
    )
    at_ms = clock_ms(event.clock)
    told = _BLANK.copy()
    told["case_id"] = event.case_id
    told["number"] = said.number
    told["feedback"] = said.feedback
    told["state"] = State.CLOSED if done else State.REGISTERED
    told["due"] = said.due
    told["due_why"] = reason_of(said.due_why, said.due_reason)
    told["registered_ms"] = at_ms
    told["seal"] = event.hash
    told["clock"] = event.clock
    told["department"] = said.department
    told["source"] = said.source
    told["outcome"] = said.outcome if done else None
    told["replied_ms"] = at_ms if done else None
    told["duty_post"] = said.duty_post
    told["leader"] = said.leader
    told["test"] = said.test
    told["play"] = said.play
    told["contact_digest"] = said.contact_digest
    told["attachments"] = said.attachments
    told["said_digest"] = said.said_digest
    told["sealed_at"] = (event.origin, event.seq)
    told["tail_digests"] = frozenset((said.tail_digest,))
    told["story"] = (Entry(said, event.origin, event.seq, event.clock),)
    case = object.__new__(Case)
    object.__setattr__(case, "__dict__", told)
    return case


#: What a case is before anything is known of it: every field, so that a copy is soon filled in.
_BLANK: dict[str, Any] = {f.name: None if f.default is MISSING else f.default for f in fields(Case)}
