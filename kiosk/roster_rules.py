"""What a duty roster must keep to: who may be on it, that every half day is covered, and a weekly
pattern spread over days. Faults and warnings are for staff; warnings follow from the days alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from db.hall import AT_WINDOW, Hall, Person
from db.terms import Duty, Role
from kiosk.cells import Fault
from kiosk.due import spoken_day
from kiosk.hall_days import Half
from kiosk.roster import NOBODY, Place, Roster, Shift, Swap, SwapRefused
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

    @property
    def said(self) -> str:
        when = spoken_day(self.day, "zh")
        if self.half is None:
            return f"{when}没有带班领导"
        return f"{when}{HALF_WORDS[self.half]}窗口没有人值守"


@dataclass(frozen=True, slots=True)
class Warned:
    """A gap that is so many service days away."""

    ahead: int
    gap: Gap

    @property
    def said(self) -> str:
        return f"{self.gap.said}，还有{self.ahead}个工作日"


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

    def fault(self, shift: Shift) -> tuple[str, str]:
        """Why a shift cannot be, in Chinese and English; empty texts if it can."""
        who = self.people.get(shift.login)
        if who is None:
            return f"没有账号“{shift.login}”", f"there is no account {shift.login!r}"
        if not shift.post.strip():
            return f"“{shift.login}”要写职务", f"{shift.login} wants a post"
        if shift.half not in self.workdays.halves(shift.day):
            when = f"{spoken_day(shift.day, 'zh')}{HALF_WORDS[shift.half]}"
            return (
                f"{when}不办公",
                f"the hall is closed on {shift.day} in the {shift.half.name.lower()}",
            )
        if shift.duty is Duty.LEADER and not who.leads:
            return f"{who.post}不是县级干部，不能带班", f"{shift.login} is no leader of county rank"
        if shift.duty is Duty.WINDOW and who.role not in self.window_roles:
            zh = f"{who.post}不能在窗口值守：要科室或窗口负责人"
            return zh, f"{shift.login} may not be at the window"
        return "", ""

    def faults(self, shifts: Iterable[tuple[int, Shift]]) -> Iterator[Fault]:
        """Everything that is wrong with shifts, each with the line it stands in."""
        people: dict[tuple[str, date, Half], int] = {}
        places: dict[Place, int] = {}
        for line, shift in shifts:
            zh, en = self.fault(shift)
            if zh:
                yield Fault(line, zh, en)
            half = (shift.login, shift.day, shift.half)
            before = people.setdefault(half, line), places.setdefault(shift.place, line)
            if before[0] != line:
                zh = f"“{shift.login}”这半天在第 {before[0]} 行已经有班"
                yield Fault(line, zh, f"{shift.login} is on duty then in line {before[0]}")
            elif before[1] != line:
                zh = f"这半天的{DUTY_WORDS[shift.duty]}在第 {before[1]} 行已经有人"
                yield Fault(line, zh, f"somebody is there in line {before[1]} already")

    def swap_fault(self, roster: Roster, swap: Swap) -> str:
        """Why a swap cannot be, for staff; empty if it can."""
        try:
            roster.swapped(swap)
        except SwapRefused as trouble:
            return str(trouble)
        return next((zh for shift in swap.shifts if (zh := self.fault(shift)[0])), "")

    # --- is every day covered ---

    def gaps(self, roster: Roster, day: date) -> tuple[Gap, ...]:
        """What a day lacks; a closed day lacks nothing. A shift that cannot be covers nothing."""
        halves = self.workdays.halves(day)
        there = [shift for shift in roster.shifts if shift.day == day and not self.fault(shift)[0]]
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
