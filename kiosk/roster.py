"""The duty roster as a value: who is at the window in each half day, which leader leads the day.

Made from what the hall's events say of a span of days; a step gives the next roster, and the
difference between two of them is again events (R-26, R-27).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from db.hall import Hall
from db.happening import Rostered
from db.terms import Duty
from kiosk.catalogue import Catalogue, Text
from kiosk.catalogue import Duty as OnDuty
from kiosk.hall_days import Half
from kiosk.told import Told
from kiosk.workdays import Workdays

#: A half day at the window or as leader: one person each.
Place = tuple[date, Half, Duty]


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's half day, with the post that screens and papers show."""

    day: date
    half: Half
    duty: Duty
    login: str
    post: str

    @property
    def place(self) -> Place:
        return self.day, self.half, self.duty


@dataclass(frozen=True, slots=True)
class Swap:
    """换班: somebody else takes a shift, and with `back` gives one of their own for it."""

    given: Shift
    login: str
    post: str
    reason: str
    back: Shift | None = None

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """What was swapped, as it is after it."""
        taken = replace(self.given, login=self.login, post=self.post)
        if self.back is None:
            return (taken,)
        return taken, replace(self.back, login=self.given.login, post=self.given.post)


class SwapRefused(Exception):
    """The swap does not fit the roster it meets; `told` says why, for staff."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.say("zh"))
        self.told = told


@dataclass(frozen=True)
class Roster:
    """Who is on duty when, in order of time."""

    shifts: tuple[Shift, ...] = ()

    # --- steps ---

    def planned(self, first: date, last: date, shifts: Iterable[Shift]) -> "Roster":
        """The roster with these days planned anew."""
        kept = [shift for shift in self.shifts if not first <= shift.day <= last]
        return roster_of([*kept, *(shift for shift in shifts if first <= shift.day <= last)])

    def swapped(self, swap: Swap) -> "Roster":
        """The roster after a swap. Raises SwapRefused.

        Of two desks that swap the same shift the first counts: the second finds it gone.
        """
        if not swap.reason.strip():
            raise SwapRefused(Told("要写换班的原因"))
        if swap.login == swap.given.login:
            raise SwapRefused(Told("换班要换给另一个人"))
        if swap.given not in self.shifts:
            raise SwapRefused(Told("这一班已经改过了，请看一看再换"))
        if swap.back is not None and swap.back not in self.shifts:
            raise SwapRefused(Told("换回来的那一班已经改过了，请看一看再换"))
        if swap.back is not None and swap.back.login != swap.login:
            raise SwapRefused(Told("换回来的那一班不是对方的"))
        after = roster_of([*self.shifts, *swap.shifts])
        for shift in swap.shifts:
            if after.busy(shift.login, shift.day, shift.half) > 1:
                raise SwapRefused(Told("%1这半天已经有班了", (shift.post,)))
        return after

    def changed_to(self, after: "Roster", by: str, reason: str = "") -> tuple[Rostered, ...]:
        """The events that make this roster that one; a place that becomes empty is cleared."""
        old, new = self._places(), after._places()
        return tuple(
            Rostered(by, str(day), half.value, duty, there.login, there.post, reason)
            if (there := new.get((day, half, duty)))
            else Rostered(by, str(day), half.value, duty, "", "", reason)
            for day, half, duty in sorted(old.keys() | new.keys())
            if old.get((day, half, duty)) != new.get((day, half, duty))
        )

    # --- questions ---

    def on(self, day: date, half: Half, duty: Duty) -> Shift | None:
        """Who is there in one half day."""
        return next((shift for shift in self.shifts if shift.place == (day, half, duty)), None)

    def leader(self, day: date, half: Half) -> Shift | None:
        """Who leads in one half day: its own leader, or that of the day's other half."""
        there = self.on(day, half, Duty.LEADER)
        halves = (self.on(day, other, Duty.LEADER) for other in Half)
        return there or next((shift for shift in halves if shift is not None), None)

    def busy(self, login: str, day: date, half: Half) -> int:
        """How many shifts somebody has in one half day."""
        return sum((s.login, s.day, s.half) == (login, day, half) for s in self.shifts)

    def _places(self) -> dict[Place, Shift]:
        return {shift.place: shift for shift in self.shifts}


NOBODY = Roster()


def roster_of(shifts: Iterable[Shift]) -> Roster:
    """A roster in order of time; of two shifts at one place the later one counts."""
    places = {shift.place: shift for shift in shifts}
    return Roster(tuple(places[place] for place in sorted(places)))


def roster_in(hall: Hall, workdays: Workdays, first: date, last: date) -> Roster:
    """What the hall's events say of every open half day from one day to another.

    A half day that has nothing of its own has what holds every week.
    """
    shifts = []
    for day in workdays.between(first - timedelta(days=1), last):
        for half in workdays.halves(day):
            for duty in Duty:
                said = hall.shift(day, duty, half)
                if said is not None:
                    shifts.append(Shift(day, half, duty, said.login, said.post))
    return roster_of(shifts)


def duty_at(now: datetime, hall: Hall, workdays: Workdays, catalogue: Catalogue) -> OnDuty:
    """Who is on duty, for screen, receipt and case; out of hours, who will be next.

    What the hall's events do not say, the catalogue's weekly roster tells by post.
    """
    day, half = workdays.half_at(now)
    roster = roster_in(hall, workdays, day, day)
    afternoon = half is Half.AFTERNOON
    weekly = catalogue.duty(datetime.combine(day, time(12 if afternoon else 0)))
    window, leader = roster.on(day, half, Duty.WINDOW), roster.leader(day, half)
    return OnDuty(
        weekday=day.weekday(),
        window_post=_text(window.post, catalogue) if window else weekly.window_post,
        leader_post=_text(leader.post, catalogue) if leader else weekly.leader_post,
        afternoon=afternoon,
    )


def _text(post: str, catalogue: Catalogue) -> Text:
    """A post in the languages in which the catalogue's roster knows it."""
    for duty in catalogue.roster:
        for known in (duty.window_post, duty.leader_post):
            if known.say("zh") == post:
                return known
    return Text({"zh": post})
