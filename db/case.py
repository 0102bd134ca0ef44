"""What a case is: what the citizen said plus what was done about it. Standard library only.

It is a value; `db.fold` makes it from events by the rules in `db.rules`.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from db.event import clock_ms
from db.happening import Asked, Extended, FollowedUp, Happening, Proposed
from db.terms import (
    Attachment,
    Difficulty,
    Feedback,
    Grade,
    Helping,
    Kind,
    Outcome,
    Reason,
    Source,
    State,
    Verdict,
)


class Entry(NamedTuple):
    """One thing that happened to a case, with the event's place and time (milliseconds).

    A named tuple for the same reason as an event: millions are made.
    """

    happening: Happening
    origin: str
    seq: int
    clock: int

    @property
    def at_ms(self) -> int:
        return clock_ms(self.clock)


@dataclass(frozen=True, slots=True)
class Clash:
    """An event that did not fit: it stays in the log, does not count, and its author is told."""

    entry: Entry
    why: "DoesNotFit"


# Without slots: the fold makes and changes a case through its dictionary.
@dataclass(frozen=True)
class Case:
    """Feedback with a number and a life.

    `owner` is who answers for it (首问负责, 兜底), `handler` who works on it; `assigned` the lead
    department it was offered to or is with, `offered_to` a person who has not taken it yet.
    """

    case_id: str
    number: str
    feedback: Feedback
    state: State
    due: str
    due_why: Reason
    registered_ms: int
    seal: str
    clock: int
    department: str = ""
    source: Source = Source.KIOSK
    owner: str = ""
    handler: str = ""
    assigned: str = ""
    offered: bool = False
    offered_to: str = ""
    helping: tuple[Helping, ...] = ()
    accused: tuple[str, ...] = ()
    difficulty: Difficulty | None = None
    asked: Asked | None = None
    extended: Extended | None = None
    proposed: Proposed | None = None
    outcome: Outcome | None = None
    replied_ms: int | None = None
    replied_by: str = ""
    approved_by: str = ""
    verdict: Verdict | None = None
    judged_grade: Grade | None = None
    reason: str = ""
    followed_up: FollowedUp | None = None
    met_ms: int | None = None
    escalated_ms: int | None = None
    watched: bool = False
    #: Staff made it a 兜底 case, whatever it was said as.
    backstopped: bool = False
    round: int = 1
    prints: int = 1
    #: Why its receipt did not come out, until the desk has printed another.
    unprinted: str = ""
    joined: int = 0
    duty_post: str = ""
    leader: str = ""
    test: bool = False
    play: str = ""
    contact_digest: str = ""
    attachments: tuple[Attachment, ...] = ()
    said_digest: str = ""
    #: Where what is sealed lies: the origin and seq of the registration.
    sealed_at: tuple[str, int] = ("", 0)
    tail_digests: frozenset[str] = frozenset()
    story: tuple[Entry, ...] = field(default=(), repr=False)
    clashes: tuple[Clash, ...] = ()

    @property
    def open(self) -> bool:
        return self.state is not State.CLOSED

    @property
    def question(self) -> str:
        return self.asked.question if self.asked else ""

    @property
    def supervised(self) -> bool:
        """督办: two rounds did not satisfy, or the bureau's leaders watch over it."""
        return self.watched or self.round > 2

    @property
    def backstop(self) -> bool:
        """兜底: one owner from start to end."""
        return self.backstopped or self.feedback.kind is Kind.HELP

    @property
    def sealed(self) -> bool:
        """Integrity: there for the inspectors alone."""
        return self.feedback.kind is Kind.INTEGRITY

    def attachment(self, name: str) -> Attachment | None:
        """The attachment of this name, if one came with it."""
        return next((a for a in self.attachments if a.name == name), None)

    @property
    def counted(self) -> bool:
        """Whether it stands in numbers, on the board, in reports and exports: no test does."""
        return not self.test and not self.sealed

    @property
    def departments(self) -> tuple[str, ...]:
        """Every department that has to do with it: the lead, those that help."""
        if not self.helping:
            return (self.assigned,) if self.assigned else ()
        named = (self.assigned, *(h.department for h in self.helping))
        return tuple(dict.fromkeys(d for d in named if d))


class DoesNotFit(Exception):
    """The happening cannot follow; `text` with `args` filled in says why, for staff."""

    def __init__(self, text: str, *args: str) -> None:
        super().__init__(text, *args)
        self.text = text
        self.places = args

    def __str__(self) -> str:
        said = self.text
        for number, place in enumerate(self.places, 1):
            said = said.replace(f"%{number}", place)
        return said

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DoesNotFit) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))
