"""What can happen to a case, and to the hall: one value each, and how it stands in an event's body.

`by` is always the login of whoever did it. A body leaves out what equals its default; a reader
passes over fields and kinds that it does not know.

No class here or in `db.terms` that stands in a body has slots: msgspec makes them three times as
fast without, and a record is millions of them.
"""

import typing
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import Any

import msgspec

from db.event import Event
from db.terms import (
    Attachment,
    Difficulty,
    Duty,
    Feedback,
    Grade,
    Helping,
    Later,
    Outcome,
    Reason,
    Ring,
    Role,
    SealedBytes,
    Source,
    Verdict,
)

# --- what a citizen does ----------------------------------------------------------------------


@dataclass(frozen=True)
class Registered:
    """The citizen said it and it was kept. Digests only: no code, no name, no telephone number.

    `department` is the one whose window it is about. `by` is set where the desk keyed it in.
    """

    feedback: Feedback
    number: str
    due: str
    due_why: Reason = ()
    code_key: str = ""
    tail_digest: str = ""
    contact_digest: str = ""
    duty_post: str = ""
    leader: str = ""
    outcome: Outcome | None = None
    department: str = ""
    source: Source = Source.KIOSK
    by: str = ""
    #: Of an integrity case: everything that was said is sealed, and this is its digest.
    said_digest: str = ""
    attachments: tuple[Attachment, ...] = ()
    #: All that lies sealed beside it; the store fills it in.
    beside: tuple[SealedBytes, ...] = ()
    #: Said in test mode, for training and commissioning: it counts nowhere.
    test: bool = False
    #: Why it looks like play (kiosk/play.py), in words for staff; it counts all the same.
    play: str = ""
    #: What versions before `due_why` said, in Chinese.
    due_reason: str = ""

    @property
    def digests(self) -> frozenset[str]:
        """The digests of all that must be sealed beside it."""
        named = (self.contact_digest, self.said_digest, *(a.digest for a in self.attachments))
        return frozenset(digest for digest in named if digest)


@dataclass(frozen=True)
class Answered:
    answer: str


@dataclass(frozen=True)
class Judged:
    """The citizen's verdict on the reply; unsolved asks for 重办, with the code of a reason and
    the new round's last day."""

    verdict: Verdict
    grade: Grade | None = None
    reason: str = ""
    due: str = ""
    due_why: Reason = ()
    #: What versions before `due_why` said, in Chinese.
    due_reason: str = ""


@dataclass(frozen=True)
class Withdrawn:
    """The citizen took it back; the case still ends with a result and a reply."""

    outcome: Outcome


@dataclass(frozen=True)
class PrintFailed:
    """The receipt did not come out where it was said, or nobody knows; the desk can print another.
    `why` is one of the printers' words for staff."""

    why: str


@dataclass(frozen=True)
class Joined:
    """我也遇到: somebody else met the same, and follows the case with a code of their own."""

    code_key: str
    tail_digest: str
    #: Why it looks like play, as in Registered.
    play: str = ""


# --- what staff do with a case ----------------------------------------------------------------


@dataclass(frozen=True)
class Accepted:
    """首问负责: whoever hears it first owns it."""

    by: str


@dataclass(frozen=True)
class Met:
    """接待: the first contact with the citizen; `how` is a word such as 当面 or 电话."""

    by: str
    how: str
    note: str = ""


@dataclass(frozen=True)
class Classified:
    """How much it asks for, and the due date that follows from it."""

    by: str
    difficulty: Difficulty
    due: str
    due_why: Reason = ()
    #: What versions before `due_why` said, in Chinese.
    due_reason: str = ""


@dataclass(frozen=True)
class Accused:
    """These people are complained about: from now on the case does not exist for them."""

    by: str
    logins: tuple[str, ...]


@dataclass(frozen=True)
class Assigned:
    """交办: offered to a department, or to one person; the owner stays until somebody takes it."""

    by: str
    department: str
    to: str = ""
    helping: tuple[Helping, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Handled:
    """A department's head or handler took the case into their hands."""

    by: str
    department: str = ""


@dataclass(frozen=True)
class Declined:
    """“Not ours”, with the reason and a better owner: the case comes back to whoever owns it."""

    by: str
    reason: str
    better: str = ""


@dataclass(frozen=True)
class Reowned:
    """Another owner, by the coordinator and with a reason: the only way for a 兜底 case (R-34)."""

    by: str
    to: str
    reason: str


@dataclass(frozen=True)
class Asked:
    """A question to the citizen; `dues` says what becomes of the due date while they think."""

    by: str
    question: str
    dues: tuple[Later, ...] = ()


@dataclass(frozen=True)
class Extended:
    """A later day, once, before the first one is over; the citizen reads the reason."""

    by: str
    due: str
    reason: str
    due_why: Reason = ()
    #: What versions before `due_why` said, in Chinese.
    due_reason: str = ""


@dataclass(frozen=True)
class Escalated:
    """Put before the leader of the day."""

    by: str
    reason: str = ""


@dataclass(frozen=True)
class Supervised:
    """督办: the bureau's leaders watch over it."""

    by: str
    note: str = ""


@dataclass(frozen=True)
class Backstopped:
    """兜底 (R-34): from now on whoever owns it answers for it to the end."""

    by: str


@dataclass(frozen=True)
class Proposed:
    """An outcome that waits for a leader: every NO does, and whatever is past its day."""

    by: str
    outcome: Outcome


@dataclass(frozen=True)
class Approved:
    by: str


@dataclass(frozen=True)
class Returned:
    by: str
    reason: str


@dataclass(frozen=True)
class Replied:
    by: str
    outcome: Outcome


@dataclass(frozen=True)
class FollowedUp:
    """回访 by somebody who did not handle it: what the citizen says of the reply; unsolved opens
    a new round with a last day of its own."""

    by: str
    verdict: Verdict
    note: str = ""
    due: str = ""
    due_why: Reason = ()
    #: What versions before `due_why` said, in Chinese.
    due_reason: str = ""


@dataclass(frozen=True)
class Closed:
    by: str
    reason: str = ""


@dataclass(frozen=True)
class Noted:
    """Staff only: the citizen's words are never edited, staff annotate."""

    by: str
    note: str


@dataclass(frozen=True)
class Reprinted:
    """The desk printed the receipt again, with a new code."""

    by: str
    code_key: str
    tail_digest: str


@dataclass(frozen=True)
class Revealed:
    """Somebody with the right to it looked at something sealed: the contact, or an attachment."""

    by: str
    what: str = "contact"


@dataclass(frozen=True)
class Erased:
    """What was sealed under these names beside the case is gone; `why` is a rule or a request.

    Without a `by`: whoever owns the machine itself, on its command line.
    """

    names: tuple[str, ...]
    why: str
    by: str = ""


# --- what happens in the hall -----------------------------------------------------------------


@dataclass(frozen=True)
class Called:
    """Somebody at a kiosk asked for a person to come; or, with `by`, staff asked for the leader of
    the day. An event of the hall; `case_id` is the case with which somebody waits on the spot, or
    that is put before the leader."""

    place: str
    by: str = ""
    case_id: str = ""


@dataclass(frozen=True)
class Came:
    """Somebody is on the way to whoever called."""

    by: str


@dataclass(frozen=True)
class Appointed:
    """Somebody works here from now on, as this; said again, it replaces what was said before.

    `windows` are the service windows they sit at; `leads` is whether they may lead a day (R-27).
    """

    by: str
    login: str
    post: str
    role: Role
    department: str = ""
    windows: tuple[str, ...] = ()
    leads: bool = False


@dataclass(frozen=True)
class Dismissed:
    """Somebody does not work here any more."""

    by: str
    login: str


@dataclass(frozen=True)
class Enrolled:
    """Somebody's own key pair: the public half, and the secret one wrapped in their password.

    `by` is who gave them a first password; it is empty once the password is their own.
    """

    login: str
    public: str
    wrapped: str
    by: str = ""


@dataclass(frozen=True)
class KeyMade:
    """A new key of a ring; from now on kiosks seal to it."""

    by: str
    ring: Ring
    public: str


@dataclass(frozen=True)
class KeyGranted:
    """The secret half of a ring's key, sealed to one person's own key: `to` is its public half."""

    by: str
    ring: Ring
    public: str
    login: str
    content: str
    to: str = ""


@dataclass(frozen=True)
class SignedIn:
    login: str


@dataclass(frozen=True)
class SignInFailed:
    login: str


@dataclass(frozen=True)
class Unlocked:
    """Somebody who forgot and tried too often may try again."""

    by: str
    login: str


@dataclass(frozen=True)
class Rostered:
    """Who is on duty on a day; `half` is am or pm, or empty for a leader's whole day.

    Said again it is a swap, with its `reason`; both stay in the log. An empty login clears it.
    """

    by: str
    day: str
    half: str
    duty: Duty
    login: str
    post: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Improved:
    """An entry of the improvement ledger (R-25); said again, it replaces what was said before."""

    by: str
    title: str
    day: str
    department: str
    measures: tuple[str, ...] = ()
    people: int = 0
    enterprises: int = 0
    km: int = 0
    days: int = 0
    story: str = ""
    published: bool = False


@dataclass(frozen=True)
class Exported:
    """Cases were taken out into a file: which, how many, and whether with their words."""

    by: str
    what: str
    count: int
    whole: bool = False


OfCitizen = Registered | Answered | Judged | Withdrawn | Joined | PrintFailed
OfStaff = (
    Accepted | Met | Classified | Accused | Assigned | Handled | Declined | Reowned | Asked
    | Extended | Escalated | Supervised | Backstopped | Proposed | Approved | Returned | Replied
    | FollowedUp | Closed | Noted | Reprinted | Revealed
)  # fmt: skip
OfHall = (
    Called | Came | Appointed | Dismissed | Enrolled | KeyMade | KeyGranted | SignedIn
    | SignInFailed | Unlocked | Rostered | Improved | Exported
)  # fmt: skip
Happening = OfCitizen | OfStaff | OfHall | Erased

#: An event's kind → what happened.
KINDS: dict[str, type[Any]] = {t.__name__.lower(): t for t in typing.get_args(Happening)}
#: What a hall is folded from; calls and exports pass by.
PEOPLE_KINDS = frozenset(
    t.__name__.lower() for t in typing.get_args(OfHall) if t not in (Called, Came, Exported)
)

#: The version every body here is written in; a reader ignores what it does not know.
BODY_VERSION = 1


# --- bodies -----------------------------------------------------------------------------------


def write_body(happening: Happening) -> tuple[str, dict[str, Any]]:
    """The kind and the body of an event; what equals its default is left out."""
    return type(happening).__name__.lower(), plain(happening)


def read_body(event: Event) -> Happening | None:
    """The happening in an event, or None where this program does not understand it."""
    known: Any = KINDS.get(event.kind)
    if known is None:
        return None
    try:
        return _decoder(known)(event.body)
    except msgspec.DecodeError:
        return None


@cache
def _decoder(known: Any) -> Callable[[str], Happening]:
    return msgspec.json.Decoder(known).decode


def plain(value: Any) -> Any:
    """A value of `db.terms` or of this room as a body has it."""
    if is_dataclass(value):
        return {
            f.name: plain(getattr(value, f.name))
            for f in fields(value)
            if getattr(value, f.name) != f.default
        }
    if isinstance(value, tuple):
        return [plain(v) for v in value]
    return value


def built(hint: Any, told: Any) -> Any:
    """The value that `plain` wrote. Raises ValueError."""
    try:
        return msgspec.convert(told, hint)
    except msgspec.ValidationError as fault:
        raise ValueError(str(fault)) from fault
