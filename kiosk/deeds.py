"""What somebody may do with a case as it is now: asked of the rules themselves.

Each deed is tried with all that the rules want of such a deed but who does it, and nothing is kept.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from db.case import Case, DoesNotFit
from db.hall import Hall, Person
from db.happening import (
    Accepted,
    Accused,
    Approved,
    Asked,
    Assigned,
    Backstopped,
    Classified,
    Closed,
    Declined,
    Escalated,
    Extended,
    FollowedUp,
    Handled,
    Met,
    Noted,
    OfStaff,
    Proposed,
    Reowned,
    Reprinted,
    Returned,
    Revealed,
    Supervised,
)
from db.rules import changes, may
from db.terms import Difficulty, Outcome, Result, Verdict, Where

_WELL = Where("?", "?")
_YES = Outcome(Result.A1, "?", "?", where=_WELL)
_LATE = "9999-12-31"
Probe = Callable[[str, Case], OfStaff]
PROBES: dict[str, Probe] = {
    "accept": lambda by, _: Accepted(by),
    "take": lambda by, _: Handled(by),
    "decline": lambda by, _: Declined(by, "?"),
    "reply": lambda by, _: Proposed(by, _YES),
    "approve": lambda by, _: Approved(by),
    "return": lambda by, _: Returned(by, "?"),
    "follow_up": lambda by, _: FollowedUp(by, Verdict.SOLVED),
    "close": lambda by, _: Closed(by),
    "meet": lambda by, _: Met(by, "?"),
    "assign": lambda by, case: Assigned(by, case.assigned or case.department),
    "ask": lambda by, _: Asked(by, "?"),
    "extend": lambda by, _: Extended(by, _LATE, "?"),
    "classify": lambda by, case: Classified(by, Difficulty.GENERAL, case.due),
    "accuse": lambda by, _: Accused(by, ()),
    "reown": lambda by, _: Reowned(by, by, "?"),
    "escalate": lambda by, _: Escalated(by),
    "supervise": lambda by, _: Supervised(by),
    "backstop": lambda by, _: Backstopped(by),
    "merge": lambda by, _: Proposed(by, replace(_YES, result=Result.M1, merged_into="?")),
    "note": lambda by, _: Noted(by, "?"),
    "reprint": lambda by, _: Reprinted(by, "", ""),
}


def deeds(case: Case, person: Person, hall: Hall, clock: int) -> tuple[str, ...]:
    """The names of the deeds that would count, in the order of the desk's buttons."""
    found = []
    for name, probe in PROBES.items():
        with suppress(DoesNotFit):
            changes(case, probe(person.login, case), clock, hall)
            found.append(name)
    if case.contact_digest:
        with suppress(DoesNotFit):
            may(case, person, Revealed)
            found.append("contact")
    return tuple(found)
