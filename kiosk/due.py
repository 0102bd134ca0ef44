"""A due date and why it is that day, counted once and said in any language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from db.terms import Reason
from kiosk.told import Told, spans
from kiosk.words import say

_A_DAY = timedelta(days=1)

#: Why the hall is closed on a day, beside the names of holidays.
WEEKEND, HALL = "周末", "本厅"


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for something, and why it is that day."""

    day: date
    told: tuple[Told, ...] = ()

    def say(self, language: str) -> str:
        """The reason as one sentence."""
        return say_why(self.why, language)

    @property
    def why(self) -> Reason:
        """The reason as an event keeps it."""
        return tuple((part.sentence, *part.args) for part in self.told)


def say_why(why: Reason, language: str) -> str:
    """A kept reason as one sentence."""
    told = (Told(part[0], part[1:]) for part in why)
    return say("，", language).join(part.say(language) for part in told)


@dataclass(frozen=True, slots=True)
class Count:
    """How a due date was counted: what its reason is made of."""

    start: date
    counted_from: date
    day: date
    days: int
    #: More days that were granted, and service days on which the citizen was waited for.
    extension: int = 0
    paused: tuple[date, ...] = ()
    #: Days on the way that were closed, each with why; make-up days, and days that the hall opened.
    closed: tuple[tuple[date, str], ...] = ()
    made_up: tuple[date, ...] = ()
    opened: tuple[date, ...] = ()
    #: It came in after closing, not on a closed day.
    late: bool = False
    #: 重办: counted from the citizen's asking for it, not from registering.
    again: bool = False
    #: The year on the way whose holidays are not announced yet.
    unknown: int | None = None

    def due(self) -> Due:
        return Due(self.day, tuple(self._told()))

    def _told(self) -> Iterator[Told]:
        first = spans([self.start])
        did = "要求重办" if self.again else "登记"
        if self.counted_from == self.start:
            yield Told(f"%1{did}", (first,))
        else:
            when = "下班后" if self.late else "休息日"
            yield Told(f"%1{when}{did}，从%2算起", (first, spans([self.counted_from])))
        yield _number("个工作日", self.days)
        if self.extension:
            yield _number("个工作日", self.extension, "延长")
        for run in _holidays(self.closed):
            names = "\n".join(dict.fromkeys(name for _, name in run))
            yield Told("%1放假%2", (names, spans(day for day, _ in run)))
        for sentence, days in (
            ("周末%1不算", [day for day, why in self.closed if why == WEEKEND]),
            ("本厅%1不办公", [day for day, why in self.closed if why == HALL]),
            ("%1调休上班", self.made_up),
            ("本厅%1照常办公", self.opened),
            ("等您补充的%1不算", self.paused),
        ):
            if days:
                yield Told(sentence, (spans(days),))
        if self.unknown:
            yield Told("%1年的放假安排还没有公布，先按周一到周五和法定节日算", (str(self.unknown),))
        yield Told("最迟%1", (spans([self.day]),))


def waited(why: Reason, days: Iterable[date], day: date) -> Reason:
    """Why a case is due on `day`, after it waited on these days for its citizen to answer; `why`
    was the reason before."""
    return _moved(why, Told("等您补充的%1不算", (spans(days),)), day)


def extended(why: Reason, days: int, day: date) -> Reason:
    """Why a case is due on `day`, after it was given so many service days more."""
    return _moved(why, _number("个工作日", days, "延长"), day)


def _moved(why: Reason, part: Told, day: date) -> Reason:
    return why[:-1] + Due(day, (part, Told("最迟%1", (spans([day]),)))).why


def _number(sentence: str, count: int, before: str = "") -> Told:
    """A number of days; one has a sentence of its own, for languages that say it otherwise."""
    if count == 1:
        return Told(f"{before}1{sentence}")
    return Told(f"{before}%1{sentence}", (str(count),))


def _holidays(closed: Iterable[tuple[date, str]]) -> list[list[tuple[date, str]]]:
    """Closed days with the name of a holiday, each run of them together."""
    runs: list[list[tuple[date, str]]] = []
    for day, why in closed:
        if why in (WEEKEND, HALL):
            continue
        if runs and runs[-1][-1][0] + _A_DAY == day:
            runs[-1].append((day, why))
        else:
            runs.append([(day, why)])
    return runs
