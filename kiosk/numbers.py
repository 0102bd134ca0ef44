"""What people look at in numbers: totals, sums by what they are grouped by, weeks with their peaks,
the hours of the week. Plain values; who may see what is decided in `db.sight`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from db.hall import Person
from db.lists import Lists
from db.sight import Reach, reach
from db.tallies import Chosen, Tallies
from db.tally import Count
from db.terms import CAUSE_WORDS, KIND_WORDS, Axis, Cause, Kind
from kiosk.catalogue import Catalogue
from kiosk.peaks import LOOKS_BACK, Peak, peaks, usual_and_limit
from kiosk.period import Period, monday_of
from kiosk.words import say
from kiosk.workdays import Workdays

#: What one may choose to group by, in this order.
CHOICES = (
    Axis.PROBLEM, Axis.DEPARTMENT, Axis.WINDOW, Axis.ITEM, Axis.CAUSE, Axis.KIND, Axis.WEEKDAY,
)  # fmt: skip
AXIS_WORDS = {
    Axis.PROBLEM: "什么问题",
    Axis.DEPARTMENT: "哪个科室",
    Axis.WINDOW: "哪个窗口",
    Axis.ITEM: "哪个事项",
    Axis.CAUSE: "什么原因",
    Axis.KIND: "哪一类",
    Axis.WEEKDAY: "星期几",
}
#: What stands for a code that a case has not.
NOTHING_WORDS = {
    Axis.PROBLEM: "没有选问题",
    Axis.DEPARTMENT: "还没有派给科室",
    Axis.WINDOW: "没有说窗口",
    Axis.ITEM: "没有说事项",
    Axis.CAUSE: "还没有结论",
}
WEEKDAYS = "一二三四五六日"
#: Weeks of the trend.
WEEKS = 16
#: So many service days without a word of anybody are a reason to look after the kiosk (R-08).
QUIET = 3
#: Not ranked by how many: windows stand as in the hall (R-32), days as in the week.
_IN_ORDER = {Axis.WINDOW, Axis.WEEKDAY}


@dataclass(frozen=True, slots=True)
class Bar:
    """One code of what is grouped by; `before` is how many there were in the period before."""

    code: str
    count: Count
    before: int


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the trend; `peak` where it stands out, `running` while it is not over."""

    monday: date
    count: Count
    peak: Peak | None
    running: bool


@dataclass(frozen=True, slots=True)
class Rush:
    """Something that stands out in the newest week."""

    axis: Axis
    code: str
    monday: date
    peak: Peak


@dataclass(frozen=True, slots=True)
class Heat:
    """How many came in by weekday (1 to 7) and hour."""

    hours: tuple[int, ...]
    days: tuple[int, ...]
    counts: Mapping[tuple[int, int], int]

    @property
    def most(self) -> int:
        return max(self.counts.values(), default=0)


@dataclass(frozen=True, slots=True)
class Pulse:
    """Whether the window lives (R-08): cases a service day, and service days without any."""

    a_day: float
    quiet: int

    @property
    def alarm(self) -> bool:
        return self.quiet >= QUIET


@dataclass(frozen=True, slots=True)
class Look:
    """Everything on the page of numbers, for one period and one way to group."""

    period: Period
    axis: Axis
    #: The bar whose weeks these are; None for those of all.
    code: str | None
    totals: Count
    before: Count
    bars: tuple[Bar, ...]
    #: Those that have no code there.
    without: Count
    weeks: tuple[Week, ...]
    usual: int
    heat: Heat | None
    rushes: tuple[Rush, ...]
    pulse: Pulse


class Dashboard:
    """The numbers that one person may look at."""

    def __init__(
        self,
        person: Person,
        lists: Lists,
        catalogue: Catalogue,
        workdays: Workdays,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        """Raises LookupError for whoever has no numbers at all."""
        within = reach(person)
        if within is None:
            raise LookupError(person.login)
        self.person = person
        self._reach: Reach = within
        self._tallies = Tallies(lists)
        self._catalogue = catalogue
        self._workdays = workdays
        self._now = now

    @property
    def choices(self) -> tuple[Axis, ...]:
        """What this person may group by."""
        shown = (axis for axis in CHOICES if axis in self._reach.axes)
        # Whoever has the hours sees the weekdays there.
        return tuple(a for a in shown if a is not Axis.WEEKDAY or Axis.HOUR not in self._reach.axes)

    def look(self, period: Period, axis: Axis, code: str | None = None) -> Look:
        """The page; with a `code` the weeks are those of its cases alone."""
        span, ago = (period.first, period.last), (period.before.first, period.before.last)
        earlier = self._tallies.by(self._reach, axis, *ago)
        now = self._tallies.by(self._reach, axis, *span)
        weeks, usual = self._weeks(period, axis if code is not None else Axis.ALL, code or "")
        totals = self._tallies.totals(self._reach, *span)
        return Look(
            period,
            axis,
            code,
            totals,
            self._tallies.totals(self._reach, *ago),
            tuple(self._bars(axis, now, earlier)),
            now.get("", Count()),
            weeks,
            usual,
            self._heat(period),
            tuple(self._rushes() if period.last >= self._now().date() else ()),
            self._pulse(period, totals),
        )

    def behind(self, chosen: Chosen) -> list[str]:
        """The cases behind a number, by name. Raises NotWithinReach."""
        return self._tallies.ids(self.person, chosen)

    def name(self, axis: Axis, code: str, language: str = "zh") -> str:
        """What a code of an axis is called."""
        return name_of(self._catalogue, axis, code, language)

    # --- inside -------------------------------------------------------------------------------

    def _bars(self, axis: Axis, now: dict[str, Count], earlier: dict[str, Count]) -> list[Bar]:
        bars = [
            Bar(code, count, earlier.get(code, Count()).received)
            for code, count in now.items()
            if code
        ]
        if axis in _IN_ORDER:
            places = {w.code: n for n, w in enumerate(self._catalogue.service_windows)}
            return sorted(bars, key=lambda b: (places.get(b.code, 0), b.code))
        return sorted(bars, key=lambda b: (-b.count.received, b.code))

    def _weeks(self, period: Period, axis: Axis, code: str) -> tuple[tuple[Week, ...], int]:
        """The weeks up to the period's end, or to today, and what is usual by then."""
        today = self._now().date()
        mondays = self._mondays(monday_of(min(period.last, today)), WEEKS + LOOKS_BACK)
        counts = self._series(axis, mondays).get(code, [Count()] * len(mondays))
        received = [count.received for count in counts]
        standing_out = {peak.place: peak for peak in peaks(received)}
        weeks = tuple(
            Week(monday, count, standing_out.get(n), monday == monday_of(today))
            for n, (monday, count) in enumerate(zip(mondays, counts, strict=True))
        )
        before = received[-LOOKS_BACK - 1 : -1]
        return weeks[-WEEKS:], usual_and_limit(before)[0] if before else 0

    def _mondays(self, newest: date, most: int) -> list[date]:
        """The weeks up to one, from the first in which anybody said anything."""
        oldest = self._tallies.oldest_span(self._reach)
        first = monday_of(oldest) if oldest else newest
        weeks = min(most, max(1, (newest - first).days // 7 + 1))
        return [newest - timedelta(weeks=n) for n in reversed(range(weeks))]

    def _series(self, axis: Axis, mondays: list[date]) -> dict[str, list[Count]]:
        """Each code's counts in these weeks."""
        last = mondays[-1] + timedelta(days=6)
        found = self._tallies.weeks(self._reach, axis, mondays[0], last)
        return {
            code: [weeks.get(monday, Count()) for monday in mondays]
            for code, weeks in found.items()
        }

    def _heat(self, period: Period) -> Heat | None:
        if Axis.HOUR not in self._reach.axes:
            return None
        found = self._tallies.by(self._reach, Axis.HOUR, period.first, period.last)
        counts = {(int(code[0]), int(code[2:])): count.received for code, count in found.items()}
        hours = [hour for _, hour in counts]
        days = {1, 2, 3, 4, 5} | {day for day, _ in counts}
        span = range(min(hours, default=9), max(hours, default=16) + 1)
        return Heat(tuple(span), tuple(sorted(days)), counts)

    def _rushes(self) -> list[Rush]:
        """What stands out in the newest week, or in the one before it while that is young."""
        mondays = self._mondays(monday_of(self._now().date()), LOOKS_BACK + 2)
        found = []
        for axis in (Axis.ITEM, Axis.PROBLEM):
            for code, counts in self._series(axis, mondays).items():
                late = [
                    peak
                    for peak in peaks([count.received for count in counts])
                    if peak.place >= len(mondays) - 2
                ]
                if code and late:
                    found.append(Rush(axis, code, mondays[late[-1].place], late[-1]))
        return sorted(found, key=lambda rush: rush.peak.usual - rush.peak.count)

    def _pulse(self, period: Period, totals: Count) -> Pulse:
        today = self._now().date()
        days = [
            period.first + timedelta(days=n)
            for n in range((min(period.last, today) - period.first).days + 1)
        ]
        served = sum(self._workdays.is_service_day(day) for day in days)
        newest = self._tallies.newest_day(self._reach)
        quiet = 0
        # Whether the kiosk is used at all is seen in the whole hall alone.
        if newest is not None and not self._reach.department:
            between = (newest + timedelta(days=n) for n in range(1, (today - newest).days))
            quiet = sum(self._workdays.is_service_day(day) for day in between)
        return Pulse(totals.received / served if served else 0.0, quiet)


def _named(entries: Iterable[Any], code: str, language: str) -> str:
    found = (str(entry.name.say(language)) for entry in entries if entry.code == code)
    return next(found, code)


def name_of(catalogue: Catalogue, axis: Axis, code: str, language: str) -> str:
    """What a code of an axis is called; the code itself where the catalogue lacks it by now."""
    if not code:
        return say(NOTHING_WORDS.get(axis, ""), language)
    match axis:
        case Axis.DEPARTMENT:
            return _named(catalogue.departments, code, language)
        case Axis.WINDOW:
            return _named(catalogue.service_windows, code, language)
        case Axis.ITEM:
            return _named(catalogue.service_items, code, language)
        case Axis.PROBLEM:
            return catalogue.name_of(code, language)
        case Axis.CAUSE:
            return say(CAUSE_WORDS[Cause(code)], language)
        case Axis.KIND:
            return say(KIND_WORDS[Kind(code)], language)
        case Axis.WEEKDAY:
            return say(f"周{WEEKDAYS[int(code) - 1]}", language)
        case _:
            return code
