"""The facts of a weekly digest (R-33) and of the public board (R-10), before anybody draws them.

What lies about on paper or hangs on a wall tells nothing of one or two people: such a number is
None.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from db.hall import Hall, Person
from db.lists import CaseLine
from db.sight import Reach, on_paper, public, reach
from db.tallies import Tallies
from db.tally import Count
from db.terms import KIND_WORDS, Axis, Kind, Role
from kiosk.catalogue import Catalogue
from kiosk.numbers import name_of
from kiosk.period import Length, Period, period_of
from kiosk.words import say
from kiosk.workdays import Workdays

#: Below this many, a number in public could be somebody.
FEWEST = 3
TOP = 5
#: Weeks of the digest's curve.
WEEKS = 8
#: Who may make the whole hall's; a head makes their own department's.
OF_THE_HALL = frozenset({Role.COORDINATOR, Role.LEADER, Role.SUPERVISOR})

#: A number, or None for one or two.
Shown = int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One department's week, or all of it."""

    name: str
    received: Shown
    replied: Shown
    in_time: Shown
    satisfied: Shown
    judged: Shown
    again: Shown
    no: Shown


@dataclass(frozen=True, slots=True)
class Top:
    """A problem, how often it was met with this week and the week before."""

    name: str
    count: Shown
    before: Shown


@dataclass(frozen=True, slots=True)
class WeekOfCurve:
    monday: date
    received: Shown
    replied: Shown


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is late by some service days, or in its second round or later."""

    number: str
    about: str
    department: str
    due: str
    days_late: int
    round: int


@dataclass(frozen=True, slots=True)
class Better:
    """Something that got better, and how many cases asked for it."""

    what: str
    department: str
    cases: Shown
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weekly:
    """A week of the hall, or of one department, in plain values."""

    hall: str
    first: date
    last: date
    department: str
    totals: Line
    lines: tuple[Line, ...]
    top: tuple[Top, ...]
    weeks: tuple[WeekOfCurve, ...]
    late: tuple[OpenCase, ...]
    again: tuple[OpenCase, ...]
    better: tuple[Better, ...]
    language: str


@dataclass(frozen=True, slots=True)
class BoardMonth:
    """What everybody may read of a month."""

    totals: Line
    top: tuple[Top, ...]


class NotYours(LookupError):
    """Whoever asks may not make this digest."""


def masked(number: int) -> Shown:
    """The number as it may be shown to everybody."""
    return None if 0 < number < FEWEST else number


@dataclass(frozen=True, slots=True)
class Press:
    """Makes digests and the board from the numbers of one store."""

    tallies: Tallies
    catalogue: Catalogue
    workdays: Workdays

    def board(self, today: date, language: str = "zh") -> BoardMonth:
        """This month, for everybody."""
        within = public()
        period = period_of(Length.MONTH, today)
        totals = self.tallies.totals(within, period.first, period.last)
        top = self._top(within, period, language, hide=True)
        return BoardMonth(_line("", totals, hide=True), tuple(t for t in top if t.count))

    def weekly(
        self, maker: Person, hall: Hall, day: date, department: str = "", language: str = "zh"
    ) -> Weekly:
        """The week of a day: the hall's, or a department's. Raises NotYours."""
        within = self._within(maker, hall, department)
        hide = bool(department)
        period = period_of(Length.WEEK, day)
        span = (period.first, period.last)
        lines: tuple[Line, ...] = ()
        if not department:
            found = self.tallies.by(within, Axis.DEPARTMENT, *span)
            lines = tuple(
                _line(self._department(code, language), found[code], hide)
                for code in sorted(found, key=lambda code: (code == "", self._place(code), code))
            )
        return Weekly(
            self.catalogue.hall.name.say(language),
            *span,
            self._department(department, language) if department else "",
            _line("", self.tallies.totals(within, *span), hide),
            lines,
            tuple(self._top(within, period, language, hide)),
            tuple(self._weeks(within, period, hide)),
            tuple(self._open(self.tallies.late(within, day), day, language)),
            tuple(self._open(self.tallies.back_again(within), day, language)),
            tuple(self._better(within, hall, department, span, language, hide)),
            language,
        )

    # --- inside -------------------------------------------------------------------------------

    def _within(self, maker: Person, hall: Hall, department: str) -> Reach:
        own = maker.role is Role.HEAD and maker.department == department != ""
        if maker.role not in OF_THE_HALL and not own:
            raise NotYours(maker.login)
        if department:
            return on_paper(department, hall.people, maker)
        within = reach(maker)
        assert within is not None
        return within

    def _top(self, within: Reach, period: Period, language: str, hide: bool) -> list[Top]:
        found = self.tallies.by(within, Axis.PROBLEM, period.first, period.last)
        before = self.tallies.by(within, Axis.PROBLEM, period.before.first, period.before.last)
        # A tag is counted beside its problem; both would say the same twice.
        finer = {tag.code for tag in self.catalogue.tags}
        codes = [code for code in found if code and code not in finer]
        codes.sort(key=lambda code: (-found[code].received, code))
        shown = _shown if hide else int
        return [
            Top(
                name_of(self.catalogue, Axis.PROBLEM, code, language),
                shown(found[code].received),
                shown(before.get(code, Count()).received),
            )
            for code in codes[:TOP]
        ]

    def _weeks(self, within: Reach, period: Period, hide: bool) -> list[WeekOfCurve]:
        mondays = [period.first - timedelta(weeks=n) for n in reversed(range(WEEKS))]
        found = self.tallies.weeks(within, Axis.ALL, mondays[0], period.last).get("", {})
        shown = _shown if hide else int
        return [
            WeekOfCurve(monday, shown(count.received), shown(count.replied))
            for monday, count in ((m, found.get(m, Count())) for m in mondays)
        ]

    def _open(self, lines: list[CaseLine], day: date, language: str) -> list[OpenCase]:
        return [
            OpenCase(
                line.number,
                self._about(line, language),
                self._department(line.department, language),
                line.due,
                self._days_late(date.fromisoformat(line.due), day),
                line.round,
            )
            for line in lines
        ]

    def _about(self, line: CaseLine, language: str) -> str:
        """The problems' names, or the kind: never a word of the citizen's own."""
        codes = [code for code in line.summary.split("\n", 1)[0].split(",") if code]
        names = [name_of(self.catalogue, Axis.PROBLEM, code, language) for code in codes]
        stop = "、" if language == "zh" else ", "
        return stop.join(names) or say(KIND_WORDS[Kind(line.kind)], language)

    def _days_late(self, due: date, day: date) -> int:
        days = (due + timedelta(days=n) for n in range(1, (day - due).days + 1))
        return sum(self.workdays.is_service_day(day) for day in days)

    def _better(
        self,
        within: Reach,
        hall: Hall,
        department: str,
        span: tuple[date, date],
        language: str,
        hide: bool,
    ) -> list[Better]:
        first, last = (day.isoformat() for day in span)
        cases = self.tallies.improved(within)
        shown = _shown if hide else int
        return [
            Better(
                one.title,
                self._department(one.department, language),
                shown(cases.get(entry, 0)),
                one.measures,
            )
            for entry, one in sorted(hall.improvements.items(), key=lambda e: (e[1].day, e[0]))
            if first <= one.day <= last and department in ("", one.department)
        ]

    def _department(self, code: str, language: str) -> str:
        return name_of(self.catalogue, Axis.DEPARTMENT, code, language)

    def _place(self, code: str) -> int:
        codes = [department.code for department in self.catalogue.departments]
        return codes.index(code) if code in codes else len(codes)


def _line(name: str, count: Count, hide: bool) -> Line:
    shown = _shown if hide else int
    return Line(
        name,
        shown(count.received),
        shown(count.replied),
        shown(count.in_time),
        shown(count.satisfied),
        shown(count.judged),
        shown(count.again),
        shown(count.no),
    )


def _shown(number: int) -> Shown:
    return masked(number)
