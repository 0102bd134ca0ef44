"""The duty roster: who is at the window in each half day, which leader leads the day (R-26, R-27).

A value made of shifts and swaps; a step gives the next one. What an event keeps of it is plain
texts (`plain`, `of`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum

from kiosk.catalogue import Catalogue, Duty, Text
from kiosk.hall_days import Half
from kiosk.workdays import Workdays


class DutyRole(StrEnum):
    """值守 at the window, or 带班 as the day's leader."""

    WINDOW = "window"
    LEADER = "leader"


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's half day, with the post that screens and papers show."""

    day: date
    half: Half
    role: DutyRole
    login: str
    post: str

    def plain(self) -> tuple[str, ...]:
        """As an event keeps it."""
        return (self.day.isoformat(), self.half.value, self.role.value, self.login, self.post)

    @classmethod
    def of(cls, plain: Iterable[str]) -> "Shift":
        """From what `plain` gave. Raises ValueError."""
        day, half, role, login, post = plain
        return cls(date.fromisoformat(day), Half(half), DutyRole(role), login, post)


@dataclass(frozen=True, slots=True)
class Swap:
    """换班: somebody else takes a shift, and with `back` gives one of their own for it."""

    given: Shift
    login: str
    post: str
    reason: str
    back: Shift | None = None

    @property
    def taken(self) -> Shift:
        """The shift as it is after the swap."""
        return replace(self.given, login=self.login, post=self.post)

    @property
    def returned(self) -> Shift | None:
        """The shift given for it, as it is after the swap."""
        given = self.given
        return replace(self.back, login=given.login, post=given.post) if self.back else None

    def plain(self) -> tuple[str, ...]:
        """As an event keeps it."""
        back = self.back.plain() if self.back else ()
        return (*self.given.plain(), self.login, self.post, self.reason, *back)

    @classmethod
    def of(cls, plain: tuple[str, ...]) -> "Swap":
        """From what `plain` gave. Raises ValueError."""
        given, (login, post, reason), back = plain[:5], plain[5:8], plain[8:]
        return cls(Shift.of(given), login, post, reason, Shift.of(back) if back else None)


class SwapRefused(Exception):
    """The swap does not fit the roster it meets; the message says why, for staff."""


@dataclass(frozen=True)
class Roster:
    """Who is on duty when: the shifts as they stand now, and every swap that led there.

    A swap that did not fit stands among `refused`: of two desks that swap the same shift the
    first counts, and the second is told.
    """

    shifts: tuple[Shift, ...] = ()
    swaps: tuple[Swap, ...] = ()
    refused: tuple[Swap, ...] = ()

    # --- steps ---

    def planned(self, first: date, last: date, shifts: Iterable[Shift]) -> "Roster":
        """The roster with these days planned anew; what was swapped before stays on record."""
        kept = [shift for shift in self.shifts if not first <= shift.day <= last]
        fresh = [shift for shift in shifts if first <= shift.day <= last]
        return replace(self, shifts=_in_order([*kept, *fresh]))

    def swapped(self, swap: Swap) -> "Roster":
        """The roster after a swap, or with it among the refused."""
        try:
            shifts = self.after(swap)
        except SwapRefused:
            return replace(self, refused=(*self.refused, swap))
        return replace(self, shifts=shifts, swaps=(*self.swaps, swap))

    def after(self, swap: Swap) -> tuple[Shift, ...]:
        """The shifts as they would be after a swap. Raises SwapRefused."""
        if not swap.reason.strip():
            raise SwapRefused("要写换班的原因")
        if swap.login == swap.given.login:
            raise SwapRefused("换班要换给另一个人")
        if swap.given not in self.shifts:
            raise SwapRefused("这一班已经改过了，请看一看再换")
        if swap.back is not None and swap.back not in self.shifts:
            raise SwapRefused("换回来的那一班已经改过了，请看一看再换")
        if swap.back is not None and swap.back.login != swap.login:
            raise SwapRefused("换回来的那一班不是对方的")
        instead = {swap.given: swap.taken, swap.back: swap.returned}
        shifts = [instead.get(shift) or shift for shift in self.shifts]
        halves = [(shift.login, shift.day, shift.half) for shift in shifts]
        for shift in (swap.taken, swap.returned):
            if shift is not None and halves.count((shift.login, shift.day, shift.half)) > 1:
                raise SwapRefused(f"{shift.post}这半天已经有班了")
        return _in_order(shifts)

    # --- questions ---

    def on(self, day: date, half: Half, role: DutyRole) -> tuple[Shift, ...]:
        """Who is there in one half day."""
        return tuple(s for s in self.shifts if (s.day, s.half, s.role) == (day, half, role))

    def leaders(self, day: date) -> tuple[Shift, ...]:
        """Every shift of a leader on a day."""
        return tuple(s for s in self.shifts if s.day == day and s.role is DutyRole.LEADER)

    def leads(self, login: str, day: date) -> bool:
        """Whether somebody is a leader of the day, who may approve a NO."""
        return login in {shift.login for shift in self.leaders(day)}

    def history(self, day: date) -> tuple[Swap, ...]:
        """The swaps that touch a day, in their order."""
        return tuple(
            swap
            for swap in self.swaps
            if day == swap.given.day or (swap.back is not None and day == swap.back.day)
        )

    def duty_at(self, now: datetime, workdays: Workdays, catalogue: Catalogue) -> Duty:
        """Who is on duty, for screen, receipt and case; out of hours, who will be next.

        Where these shifts have nobody, the catalogue's weekly roster tells the post.
        """
        day, half = workdays.half_at(now)
        afternoon = half is Half.AFTERNOON
        weekly = catalogue.duty(datetime.combine(day, time(12 if afternoon else 0)))
        window = self.on(day, half, DutyRole.WINDOW)
        leader = self.on(day, half, DutyRole.LEADER) or self.leaders(day)
        return Duty(
            weekday=day.weekday(),
            window_post=_text(window[0].post, catalogue) if window else weekly.window_post,
            leader_post=_text(leader[0].post, catalogue) if leader else weekly.leader_post,
            afternoon=afternoon,
        )


NOBODY = Roster()


def _text(post: str, catalogue: Catalogue) -> Text:
    """A post in the languages in which the catalogue's roster knows it."""
    for duty in catalogue.roster:
        for known in (duty.window_post, duty.leader_post):
            if known.say("zh") == post:
                return known
    return Text({"zh": post})


def roster_of(shifts: Iterable[Shift], swaps: Iterable[Swap] = ()) -> Roster:
    """A roster from its shifts and what was swapped, in its order."""
    roster = Roster(_in_order(shifts))
    for swap in swaps:
        roster = roster.swapped(swap)
    return roster


def _in_order(shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """By half day, each shift once; within one as they came, so that the first named is shown."""
    once = dict.fromkeys(shifts)
    return tuple(sorted(once, key=lambda shift: (shift.day, shift.half is Half.AFTERNOON)))
