"""A due date with its reason, as parts that every language can say; days and moments in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.words import say

_WEEK = "一二三四五六日"
_A_DAY = timedelta(days=1)

#: Why the hall is closed on a day, beside the names of holidays.
WEEKEND, HALL = "周末", "本厅"

#: A reason on its way through an event: of each part the sentence, then what fills it in.
Plain = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One part of a reason: a Chinese sentence and what fills it in.

    What fills in is parted by spaces: days (`2026-10-01`), spans of days
    (`2026-10-01/2026-10-07`), numbers, names that have a translation.
    """

    sentence: str
    args: tuple[str, ...] = ()

    def say(self, language: str) -> str:
        return say(self.sentence, language, *(_spoken(arg, language) for arg in self.args))


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for something, and why it is that day."""

    day: date
    told: tuple[Told, ...] = ()

    @property
    def why(self) -> str:
        """The reason in Chinese."""
        return self.say("zh")

    def say(self, language: str) -> str:
        """The reason as one sentence."""
        return say("，", language).join(part.say(language) for part in self.told)

    def plain(self) -> Plain:
        """The reason as an event keeps it, good for every language."""
        return tuple((part.sentence, *part.args) for part in self.told)

    @classmethod
    def of(cls, day: date, plain: Plain) -> "Due":
        """From what `plain` gave."""
        return cls(day, tuple(Told(part[0], tuple(part[1:])) for part in plain))


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
        first = str(self.start)
        did = "要求重办" if self.again else "登记"
        if self.counted_from == self.start:
            yield Told(f"%1{did}", (first,))
        else:
            when = "下班后" if self.late else "休息日"
            yield Told(f"%1{when}{did}，从%2算起", (first, str(self.counted_from)))
        yield _number("个工作日", self.days)
        if self.extension:
            yield _number("个工作日", self.extension, "延长")
        for run in _holidays(self.closed):
            names = " ".join(dict.fromkeys(name for _, name in run))
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
        yield Told("最迟%1", (str(self.day),))


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


def spans(days: Iterable[date]) -> str:
    """Days as one text, those that follow each other as a span."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and runs[-1][1] + _A_DAY == day:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return " ".join(str(a) if a == b else f"{a}/{b}" for a, b in runs)


# --- in words ---------------------------------------------------------------------------------


def _spoken(arg: str, language: str) -> str:
    return say("、", language).join(_piece(piece, language) for piece in arg.split(" "))


def _piece(piece: str, language: str) -> str:
    first, _, last = piece.partition("/")
    try:
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        return say(piece, language)
    if start == end:
        return short_day(start, language)
    if (start.year, start.month) == (end.year, end.month):
        month = say(f"{start.month}月", language)
        return say("%1%2日至%3日", language, month, start.day, end.day)
    return say("%1至%2", language, short_day(start, language), short_day(end, language))


def short_day(day: date, language: str) -> str:
    """11月27日 / 27 November."""
    return say("%1%2日", language, say(f"{day.month}月", language), day.day)


def spoken_day(day: date, language: str) -> str:
    """11月27日（周五） / Friday 27 November; each pack says how."""
    month = say(f"{day.month}月", language)
    return say("%1%2日（%3）", language, month, day.day, say(f"周{_WEEK[day.weekday()]}", language))


def spoken_moment(moment: datetime, now: datetime, language: str) -> str:
    """今天 16:30 / 明天上午 9:15 / 11月30日（周一）上午 9:15."""
    clock = f"{moment.hour}:{moment.minute:02}"
    half = "上午" if moment.hour < 12 else "下午"
    if moment.date() == now.date():
        return say("今天 %1", language, clock)
    if moment.date() == now.date() + _A_DAY:
        return say(f"明天{half} %1", language, clock)
    return say(f"%1{half} %2", language, spoken_day(moment.date(), language), clock)
