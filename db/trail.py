"""The log as an auditor reads it: who did what, when, to which case. No words, no contact.

Integrity cases are not in it, nor is a case that the reader is complained about in.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from db import tables
from db.batch import COLUMNS
from db.event import Event, clock_ms
from db.exchange import checked, healing
from db.happening import Accused, Called, Enrolled, Registered, SignedIn, SignInFailed, read_body
from db.store import Store
from db.terms import Kind

PAGE = 100


@dataclass(frozen=True, slots=True)
class Trace:
    """One thing that somebody did; `by` is empty for a citizen, `number` for what is no case's."""

    clock: int
    what: str
    by: str
    number: str = ""
    #: Whom or what in the hall it was about: a login, a ring, a day.
    about: str = ""

    @property
    def at_ms(self) -> int:
        return clock_ms(self.clock)


def trail(store: Store, reader: str, before: int | None = None, limit: int = PAGE) -> list[Trace]:
    """The newest traces, or the newest before a clock. Raises StoreTrouble, StoreDamaged."""
    events = _newest(store, before, limit)
    numbers, hidden = _cases(store, reader, {event.case_id for event in events})
    return [
        _trace(event, numbers.get(event.case_id, ""))
        for event in events
        if event.case_id not in hidden
    ]


@healing
def _newest(store: Store, before: int | None, limit: int) -> list[Event]:
    """Within an origin clocks only grow, so the newest of all are among the newest of each."""
    found: list[Event] = []
    origins = store.heads()
    with store.reading() as connection:
        for origin in origins:
            where: dict[str, Any] = {"hall": store.hall, "origin": origin, "limit": limit}
            rows = connection.execute(_NEWEST, {**where, "before": before or _EVER})
            found += [checked(Event._make(row)) for row in rows]
    return sorted(found, key=lambda e: (-e.clock, e.origin, -e.seq))[:limit]


@healing
def _cases(store: Store, reader: str, ids: set[str]) -> tuple[dict[str, str], set[str]]:
    """The numbers of these cases, and which of them this reader does not see."""
    numbers: dict[str, str] = {}
    hidden: set[str] = set()
    row = tables.event.c
    wanted = sa.select(*(row[name] for name in COLUMNS.split(", "))).where(
        row.hall == store.hall,
        row.case_id.in_(ids),
        row.kind.in_(("registered", "accused")),
    )
    with store.reading() as connection:
        events = [Event._make(found) for found in connection.execute(wanted)]
    for event in events:
        match read_body(event):
            case Registered() as said:
                numbers[event.case_id] = said.number
                if said.feedback.kind is Kind.INTEGRITY:
                    hidden.add(event.case_id)
            case Accused() as named if reader in named.logins:
                hidden.add(event.case_id)
    return numbers, hidden


def _trace(event: Event, number: str) -> Trace:
    happening = read_body(event)
    what = type(happening).__name__ if happening is not None else event.kind
    if isinstance(happening, SignedIn | SignInFailed):
        return Trace(event.clock, what, happening.login)
    by = str(getattr(happening, "by", ""))
    if isinstance(happening, Enrolled) and not by:
        by = happening.login
    if number or isinstance(happening, Called):
        return Trace(event.clock, what, by, number)
    about = [str(getattr(happening, name, "")) for name in ("ring", "login", "day", "half")]
    return Trace(event.clock, what, by, about=" ".join(part for part in about if part))


_EVER = 1 << 62
_NEWEST = sa.text(
    f"SELECT {COLUMNS} FROM event WHERE hall = :hall AND origin = :origin AND clock < :before "
    "ORDER BY seq DESC LIMIT :limit"
)
