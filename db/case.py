"""What a case is: what the citizen said plus what was done about it. Standard library only.

A case is the fold of its events in the order of their clocks. An event that does not fit where it
falls stays in the log, does not count, and is listed among the case's clashes.
"""

import json
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from db.event import Event, clock_ms

# --- the words of the hall --------------------------------------------------------------------


class Kind(StrEnum):
    """What someone came to say (flows.md §3)."""

    RATING = "rating"
    COMPLAINT = "complaint"
    VENT = "vent"
    SUGGESTION = "suggestion"
    HELP = "help"
    QUESTION = "question"
    PRAISE = "praise"
    INTEGRITY = "integrity"


class Grade(StrEnum):
    """The five national grades of 好差评, by name; each export owns its own code map."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    BASICALLY_SATISFIED = "basically_satisfied"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"

    @property
    def negative(self) -> bool:
        """差评: the last two grades."""
        return self in (Grade.DISSATISFIED, Grade.VERY_DISSATISFIED)


class Dimension(StrEnum):
    """流程顺不顺，效率高不高，服务好不好，手续繁不繁 (R-11)."""

    PROCESS = "process"
    EFFICIENCY = "efficiency"
    SERVICE = "service"
    PAPERWORK = "paperwork"


class ReplyBy(StrEnum):
    """How the citizen wants to hear back."""

    RECEIPT = "receipt"
    PHONE = "phone"
    ON_SITE = "on_site"


class Result(StrEnum):
    """Why and how a case ended (flows.md §3); T1 is a rating that asks for nothing."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    B1 = "B1"
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    N4 = "N4"
    N5 = "N5"
    G1 = "G1"
    M1 = "M1"
    W1 = "W1"
    T1 = "T1"

    @property
    def negative(self) -> bool:
        """说NO要报告: such a result needs a leader's approval."""
        return self.value.startswith("N")


class Verdict(StrEnum):
    """What the citizen says of the reply."""

    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"


class State(StrEnum):
    """The seven states of a case (flows.md §2)."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    WAITING = "waiting"
    REVIEW = "review"
    REPLIED = "replied"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Rated:
    """One dimension of a rating."""

    dimension: Dimension
    grade: Grade


@dataclass(frozen=True, slots=True)
class Need:
    """One of the offered services someone asks for; `detail` is a time or a number of sheets.

    An address is no detail: it is sealed with the telephone number.
    """

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said (评价): the catalogue's codes, and the citizen's own `words` as shown."""

    kind: Kind
    grade: Grade | None = None
    dimensions: tuple[Rated, ...] = ()
    problems: tuple[str, ...] = ()
    service_window: str = ""
    service_item: str = ""
    #: The queue ticket's number and how long its holder waited, where it was scanned (R-17).
    ticket: str = ""
    waited_minutes: int | None = None
    words: str = ""
    needs: tuple[Need, ...] = ()
    reply_by: ReplyBy = ReplyBy.RECEIPT
    language: str = "zh"
    #: False for a face that was tapped and left: counted here, never exported.
    confirmed: bool = True

    @property
    def asks_nothing(self) -> bool:
        """A plain good rating: it is counted and thanked, and nobody has to act on it."""
        said = self.problems or self.words or self.needs
        good = self.grade is not None and not self.grade.negative
        return self.kind is Kind.RATING and good and not said


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something said otherwise than in words, kept sealed beside the log: what it is and how much.

    `size` is in bytes before sealing; `seconds` is how long a sound lasts.
    """

    name: str
    media: str
    digest: str
    size: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A result, why it is so (`text`), and the reply the citizen reads."""

    result: Result
    text: str
    reply: str

    @property
    def complete(self) -> bool:
        return bool(self.text.strip() and self.reply.strip())


# --- what can happen to a case ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Registered:
    """The citizen said it and it was kept. Digests only: no code, no name, no telephone number."""

    feedback: Feedback
    number: str
    due: str
    due_reason: str = ""
    code_key: str = ""
    tail_digest: str = ""
    contact_digest: str = ""
    duty_post: str = ""
    leader: str = ""
    outcome: Outcome | None = None
    attachments: tuple[Attachment, ...] = ()

    @property
    def digests(self) -> frozenset[str]:
        """The digests of all that must be sealed beside it."""
        contact = (self.contact_digest,) if self.contact_digest else ()
        return frozenset((*contact, *(a.digest for a in self.attachments)))


@dataclass(frozen=True, slots=True)
class Accepted:
    by: str


@dataclass(frozen=True, slots=True)
class Handled:
    """A department's head or handler took the case into their hands."""

    by: str
    department: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    by: str
    question: str


@dataclass(frozen=True, slots=True)
class Answered:
    answer: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """An outcome that waits for a leader: every NO does."""

    by: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Approved:
    by: str


@dataclass(frozen=True, slots=True)
class Returned:
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Replied:
    by: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """The citizen's verdict on the reply; unsolved asks for 重办, with the code of a reason."""

    verdict: Verdict
    grade: Grade | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The citizen took it back; the case still ends with a result and a reply."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Joined:
    """我也遇到: somebody else met the same, and follows the case with a code of their own."""

    code_key: str
    tail_digest: str


@dataclass(frozen=True, slots=True)
class Closed:
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """Staff only: the citizen's words are never edited, staff annotate."""

    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Reprinted:
    """The desk printed the receipt again, with a new code."""

    by: str
    code_key: str
    tail_digest: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """Somebody with the right to it looked at something sealed: the contact, or an attachment."""

    by: str
    what: str = "contact"


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody at a kiosk asked for a person to come. An event of the hall, not of a case."""

    place: str


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody is on the way to whoever called."""

    by: str


Happening = (
    Registered | Accepted | Handled | Asked | Answered | Proposed | Approved | Returned | Replied
    | Judged | Withdrawn | Joined | Closed | Noted | Reprinted | Revealed | Called | Came
)  # fmt: skip

KINDS: dict[str, type[Any]] = {t.__name__.lower(): t for t in typing.get_args(Happening)}

#: The version every body here is written in; a reader ignores what it does not know.
BODY_VERSION = 1


# --- the fold ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened to a case, with the event's place and time (milliseconds)."""

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
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """Feedback with a number and a life."""

    case_id: str
    number: str
    feedback: Feedback
    state: State
    due: str
    due_reason: str
    registered_ms: int
    seal: str
    clock: int
    owner: str = ""
    question: str = ""
    proposed: Proposed | None = None
    outcome: Outcome | None = None
    replied_ms: int | None = None
    verdict: Verdict | None = None
    judged_grade: Grade | None = None
    reason: str = ""
    round: int = 1
    prints: int = 1
    joined: int = 0
    duty_post: str = ""
    leader: str = ""
    contact_digest: str = ""
    attachments: tuple[Attachment, ...] = ()
    #: The event that everything sealed lies beside; None where nothing is.
    sealed_at: tuple[str, int] | None = None
    tail_digests: frozenset[str] = frozenset()
    story: tuple[Entry, ...] = field(default=(), repr=False)
    clashes: tuple[Clash, ...] = ()

    @property
    def open(self) -> bool:
        return self.state is not State.CLOSED

    @property
    def supervised(self) -> bool:
        """督办: two rounds did not satisfy."""
        return self.round > 2

    def attachment(self, name: str) -> Attachment | None:
        """The attachment of this name, if one came with it."""
        return next((a for a in self.attachments if a.name == name), None)


class DoesNotFit(Exception):
    """The happening cannot follow the state the case is in; the message says why, for staff."""


_OWNED = (State.ACCEPTED, State.HANDLING)


def fold(events: Iterable[Event]) -> Case | None:
    """The case that these events of one case add up to; None before it is registered.

    Events of unknown kinds, of a newer program, are passed over.
    """
    case: Case | None = None
    for event in sorted(events, key=lambda e: (e.clock, e.origin, e.seq)):
        happening = read_body(event)
        if happening is None:
            continue
        entry = Entry(happening, event.origin, event.seq, event.clock)
        if case is None:
            if isinstance(happening, Registered):
                case = begin(event, happening)
            continue
        try:
            case = apply(case, happening, event.clock)
            case = replace(case, story=(*case.story, entry))
        except DoesNotFit as trouble:
            case = replace(case, clashes=(*case.clashes, Clash(entry, str(trouble))))
        case = replace(case, clock=event.clock)
    return case


def begin(event: Event, said: Registered) -> Case:
    """The case that opens with this event, whose body is `said`."""
    asks_nothing = said.feedback.asks_nothing and not said.attachments
    done = said.outcome is not None and said.outcome.complete and asks_nothing
    return Case(
        case_id=event.case_id,
        number=said.number,
        feedback=said.feedback,
        state=State.CLOSED if done else State.REGISTERED,
        due=said.due,
        due_reason=said.due_reason,
        registered_ms=clock_ms(event.clock),
        seal=event.hash,
        clock=event.clock,
        outcome=said.outcome if done else None,
        replied_ms=clock_ms(event.clock) if done else None,
        duty_post=said.duty_post,
        leader=said.leader,
        contact_digest=said.contact_digest,
        attachments=said.attachments,
        sealed_at=(event.origin, event.seq) if said.digests else None,
        tail_digests=frozenset((said.tail_digest,)),
        story=(Entry(said, event.origin, event.seq, event.clock),),
    )


def apply(case: Case, happening: Happening, clock: int) -> Case:
    """The case after the happening. Raises DoesNotFit. The rules of flows.md §2 stand here."""
    match happening:
        case Noted() | Revealed():
            return case
        case Reprinted():
            digests = case.tail_digests | {happening.tail_digest}
            return replace(case, prints=case.prints + 1, tail_digests=digests)
        case Joined():
            if not case.open:
                raise DoesNotFit("这件事已经办结")
            digests = case.tail_digests | {happening.tail_digest}
            return replace(case, joined=case.joined + 1, tail_digests=digests)
        case Accepted():
            _needs(case, State.REGISTERED)
            return replace(case, state=State.ACCEPTED, owner=happening.by)
        case Handled():
            _needs(case, State.ACCEPTED)
            return replace(case, state=State.HANDLING, owner=happening.by)
        case Asked():
            _needs(case, *_OWNED)
            return replace(case, state=State.WAITING, question=happening.question)
        case Answered():
            _needs(case, State.WAITING)
            return replace(case, state=State.HANDLING)
        case Proposed():
            _needs(case, *_OWNED)
            _whole(happening.outcome)
            return replace(case, state=State.REVIEW, proposed=happening)
        case Approved():
            _needs(case, State.REVIEW)
            assert case.proposed is not None
            if happening.by in (case.proposed.by, case.owner):
                raise DoesNotFit("经办人不能审核自己的意见")
            return _replied(case, case.proposed.outcome, clock)
        case Returned():
            _needs(case, State.REVIEW)
            return replace(case, state=State.HANDLING, proposed=None)
        case Replied():
            _needs(case, *_OWNED)
            _whole(happening.outcome)
            if happening.outcome.result.negative:
                raise DoesNotFit("说NO要报告：这样的结果要先请带班领导审核")
            return _replied(case, happening.outcome, clock)
        case Judged():
            _needs(case, State.REPLIED)
            case = replace(
                case,
                verdict=happening.verdict,
                judged_grade=happening.grade,
                reason=happening.reason,
            )
            if happening.verdict is Verdict.SOLVED:
                return replace(case, state=State.CLOSED)
            if happening.verdict is Verdict.PARTLY:
                return case
            return replace(
                case,
                state=State.HANDLING,
                round=case.round + 1,
                outcome=None,
                replied_ms=None,
                proposed=None,
            )
        case Withdrawn():
            _whole(happening.outcome)
            if case.state in (State.REPLIED, State.CLOSED):
                raise DoesNotFit("已经回复了，不用撤回")
            case = _replied(case, happening.outcome, clock)
            return replace(case, state=State.CLOSED)
        case Closed():
            _needs(case, State.REPLIED)
            return replace(case, state=State.CLOSED)
        case Registered() | Called() | Came():
            raise DoesNotFit("已经登记过了")


def _replied(case: Case, outcome: Outcome, clock: int) -> Case:
    return replace(
        case, state=State.REPLIED, outcome=outcome, replied_ms=clock_ms(clock), proposed=None
    )


def _needs(case: Case, *states: State) -> None:
    if case.state not in states:
        raise DoesNotFit(f"现在是“{STATE_WORDS[case.state]}”，不能这样办")


def _whole(outcome: Outcome) -> None:
    if not outcome.complete:
        raise DoesNotFit("结果和回复都要写")


KIND_WORDS = {
    Kind.RATING: "评价",
    Kind.COMPLAINT: "投诉",
    Kind.VENT: "吐槽",
    Kind.SUGGESTION: "建议",
    Kind.HELP: "急事难事",
    Kind.QUESTION: "咨询",
    Kind.PRAISE: "表扬",
    Kind.INTEGRITY: "举报",
}
STATE_WORDS = {
    State.REGISTERED: "已登记",
    State.ACCEPTED: "已受理",
    State.HANDLING: "办理中",
    State.WAITING: "待您补充",
    State.REVIEW: "待审核",
    State.REPLIED: "已回复",
    State.CLOSED: "已办结",
}


# --- bodies -----------------------------------------------------------------------------------


def write_body(happening: Happening) -> tuple[str, dict[str, Any]]:
    """The kind and the body of an event; what equals its default is left out."""
    return type(happening).__name__.lower(), _plain(happening)


def read_body(event: Event) -> Happening | None:
    """The happening in an event, or None where this program does not understand it."""
    known = KINDS.get(event.kind)
    if known is None:
        return None
    try:
        happening: Happening = _build(known, json.loads(event.body))
    except (TypeError, ValueError, KeyError):
        return None
    return happening


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {
            f.name: _plain(getattr(value, f.name))
            for f in fields(value)
            if getattr(value, f.name) != f.default
        }
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value


@cache
def _shape(cls: type[Any]) -> tuple[tuple[str, Any], ...]:
    hints = typing.get_type_hints(cls)
    return tuple((f.name, hints[f.name]) for f in fields(cls))


def _build(hint: Any, value: Any) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**{n: _build(h, value[n]) for n, h in _shape(hint) if n in value})
    origin = typing.get_origin(hint)
    if origin is tuple:
        return tuple(_build(typing.get_args(hint)[0], v) for v in value)
    if origin is types.UnionType:
        if value is None:
            return None
        return _build(next(h for h in typing.get_args(hint) if h is not type(None)), value)
    if not isinstance(hint, type):
        raise TypeError(hint)
    if issubclass(hint, StrEnum):
        return hint(value)
    if not isinstance(value, hint):
        raise TypeError(value)
    return value
