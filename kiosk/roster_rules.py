"""What a duty roster must keep to: who may be on it, that every half day is covered, and a weekly
pattern spread over days. Faults and warnings are for staff; warnings follow from the days alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from db.hall import AT_WINDOW, Hall, Person
from db.terms import Duty, Role
from kiosk.cells import Fault, fault
from kiosk.hall_days import Half
from kiosk.roster import NOBODY, Place, Roster, Shift, Swap, SwapRefused
from kiosk.told import Told, spans, week_day
from kiosk.words import say
from kiosk.workdays import Workdays

#: How many service days ahead it is said that a day is not covered.
WARNED_AHEAD = (5, 3, 1)
HALF_WORDS = {Half.MORNING: "上午", Half.AFTERNOON: "下午"}
DUTY_WORDS = {Duty.WINDOW: "值守", Duty.LEADER: "带班"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A service day without a leader, or a half of one with nobody at the window."""

    day: date
    duty: Duty
    half: Half | None = None

    def say(self, language: str) -> str:
        when = (spans([self.day]), week_day(self.day))
        if self.half is None:
            return Told("%1（%2）没有带班领导", when).say(language)
        return Told(f"%1（%2）{HALF_WORDS[self.half]}窗口没有人值守", when).say(language)


@dataclass(frozen=True, slots=True)
class Warned:
    """A gap that is so many service days away."""

    ahead: int
    gap: Gap

    def say(self, language: str) -> str:
        sentence = "%1，还有1个工作日" if self.ahead == 1 else "%1，还有%2个工作日"
        return say(sentence, language, self.gap.say(language), self.ahead)


@dataclass(frozen=True, slots=True)
class Weekly:
    """A shift of every week: `weekday` 0 is Monday; 5 and 6 count on make-up days."""

    weekday: int
    half: Half
    duty: Duty
    login: str
    post: str


def roles_in(setting: str) -> frozenset[Role]:
    """The roles in the setting `roster_roles`. Raises ValueError, with one plain line."""
    told = {role.strip() for role in setting.split(",") if role.strip()}
    if not told or not told <= AT_WINDOW:
        known = ", ".join(sorted(AT_WINDOW))
        raise ValueError(f"roster_roles wants some of {known}, not {setting!r}")
    return frozenset(Role(role) for role in told)


@dataclass(frozen=True)
class RosterRules:
    """The hall's calendar, its people by login, and which roles may be at the window."""

    workdays: Workdays
    people: Mapping[str, Person]
    window_roles: frozenset[Role] = AT_WINDOW

    @classmethod
    def of(
        cls, hall: Hall, workdays: Workdays, roles: frozenset[Role] = AT_WINDOW
    ) -> "RosterRules":
        """The rules with everybody who works in the hall now."""
        return cls(workdays, {person.login: person for person in hall.people}, roles)

    # --- who may ---

    def fault(self, shift: Shift) -> Told | None:
        """Why a shift cannot be, for staff; None if it can."""
        who = self.people.get(shift.login)
        if who is None:
            return Told("没有账号“%1”", (shift.login,))
        if not shift.post.strip():
            return Told("“%1”要写职务", (shift.login,))
        if shift.half not in self.workdays.halves(shift.day):
            when = (spans([shift.day]), week_day(shift.day))
            return Told(f"%1（%2）{HALF_WORDS[shift.half]}不办公", when)
        if shift.duty is Duty.LEADER and not who.leads:
            return Told("%1不是县级干部，不能带班", (who.post,))
        if shift.duty is Duty.WINDOW and who.role not in self.window_roles:
            return Told("%1不能在窗口值守：要科室或窗口负责人", (who.post,))
        return None

    def faults(self, shifts: Iterable[tuple[int, Shift]]) -> Iterator[Fault]:
        """Everything that is wrong with shifts, each with the line it stands in."""
        people: dict[tuple[str, date, Half], int] = {}
        places: dict[Place, int] = {}
        for line, shift in shifts:
            if told := self.fault(shift):
                yield Fault(line, told)
            half = (shift.login, shift.day, shift.half)
            before = people.setdefault(half, line), places.setdefault(shift.place, line)
            if before[0] != line:
                lines = str(before[0])
                yield fault(line, "“%1”这半天在第 %2 行已经有班", shift.login, lines)
            elif before[1] != line:
                sentence = f"这半天的{DUTY_WORDS[shift.duty]}在第 %1 行已经有人"
                yield fault(line, sentence, str(before[1]))

    def swap_fault(self, roster: Roster, swap: Swap) -> Told | None:
        """Why a swap cannot be, for staff; None if it can."""
        try:
            roster.swapped(swap)
        except SwapRefused as trouble:
            return trouble.told
        return next((told for shift in swap.shifts if (told := self.fault(shift))), None)

    # --- is every day covered ---

    def gaps(self, roster: Roster, day: date) -> tuple[Gap, ...]:
        """What a day lacks; a closed day lacks nothing. A shift that cannot be covers nothing."""
        halves = self.workdays.halves(day)
        there = [shift for shift in roster.shifts if shift.day == day and not self.fault(shift)]
        gaps = []
        if halves and not any(shift.duty is Duty.LEADER for shift in there):
            gaps.append(Gap(day, Duty.LEADER))
        for half in halves:
            if not any(s.duty is Duty.WINDOW and s.half is half for s in there):
                gaps.append(Gap(day, Duty.WINDOW, half))
        return tuple(gaps)

    def uncovered(self, roster: Roster, today: date) -> tuple[Gap, ...]:
        """What is lacking today and on the next service days, as far ahead as is warned."""
        days = [today, *self.workdays.following(today, max(WARNED_AHEAD))]
        return tuple(gap for day in days for gap in self.gaps(roster, day))

    def warnings(self, roster: Roster, after: date, until: date) -> tuple[Warned, ...]:
        """The warnings that came due after one day, up to and with another.

        Whoever asks from the day of the last look to today gets each once for 5, 3 and 1 days
        ahead, whatever days nobody was there.
        """
        warned = []
        for today in self.workdays.between(after, until):
            days = self.workdays.following(today, max(WARNED_AHEAD))
            for ahead in WARNED_AHEAD:
                warned += [Warned(ahead, gap) for gap in self.gaps(roster, days[ahead - 1])]
        return tuple(warned)

    # --- every week ---

    def spread(
        self, pattern: Iterable[Weekly], first: date, last: date, onto: Roster = NOBODY
    ) -> tuple[Shift, ...]:
        """The shifts that a weekly pattern adds from one day to another, closed halves left out.

        A place that `onto` has filled stays as it is.
        """
        pattern = tuple(pattern)
        return tuple(
            Shift(day, one.half, one.duty, one.login, one.post)
            for day in self.workdays.between(first - timedelta(days=1), last)
            for one in pattern
            if one.weekday == day.weekday()
            and one.half in self.workdays.halves(day)
            and not onto.on(day, one.half, one.duty)
        )
