"""By when each step of a case is due (flows.md §2): limits as data, dates and cards as pure rules.

Cards are told from the days alone: nothing rings, nothing is stored, and each falls once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum

from db.terms import Difficulty, Later, Reason
from kiosk.due import Due, waited
from kiosk.told import spoken_moment
from kiosk.words import say
from kiosk.workdays import Workdays

#: From when to when a case waited for its citizen; None while it still does.
Pause = tuple[datetime, datetime | None]


class Card(StrEnum):
    """黄牌 before a case is due, 红牌 when it is late."""

    NONE = "none"
    YELLOW = "yellow"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Limits:
    """Every deadline of a hall, by the name of its setting; days are service days."""

    on_site_minutes: int = 5
    on_site_leader_minutes: int = 10
    accept_half_days: int = 1
    accept_limit_half_days: int = 2
    contact_days: int = 0
    urgent_days: int = 1
    reply_days: int = 5
    complex_days: int = 10
    very_complex_days: int = 20
    return_days: int = 2
    extension_days: int = 10
    yellow_days: int = 1
    red_days: int = 1
    waiting_days: int = 5
    late_rating_days: int = 5
    follow_up_days: int = 3
    again_days: int = 5
    close_days: int = 10

    @classmethod
    def read(cls, number: Callable[[str], int]) -> "Limits":
        """From the settings. Raises ValueError, with one plain line, for what cannot be."""
        told = {f.name: number(f.name) for f in fields(cls)}
        for name, value in told.items():
            least = 0 if name in _MAY_BE_NOTHING else 1
            if not least <= value <= _MOST:
                raise ValueError(f"{name} wants {least} to {_MOST}, not {value}")
        for shorter, longer in _IN_ORDER:
            if told[shorter] > told[longer]:
                raise ValueError(f"{longer} wants at least what {shorter} has, {told[shorter]}")
        return cls(**told)

    def days(self, difficulty: Difficulty) -> int:
        """How many service days a case of this difficulty may take."""
        return {
            Difficulty.SIMPLE: self.urgent_days,
            Difficulty.GENERAL: self.reply_days,
            Difficulty.COMPLEX: self.complex_days,
            Difficulty.VERY_COMPLEX: self.very_complex_days,
        }[difficulty]


_MOST = 365
_MAY_BE_NOTHING = {"contact_days", "extension_days", "yellow_days", "waiting_days"}
_IN_ORDER = (
    ("on_site_minutes", "on_site_leader_minutes"),
    ("accept_half_days", "accept_limit_half_days"),
)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a reply is due and why, and the days its cards fall on."""

    due: Due
    yellow_on: date
    red_on: date

    def card(self, today: date) -> Card:
        """The card a case has, unless it was replied to before."""
        if today >= self.red_on:
            return Card.RED
        return Card.YELLOW if today >= self.yellow_on else Card.NONE

    def fallen(self, after: date, until: date) -> tuple[Card, ...]:
        """The cards that fell after one day, up to and with another.

        Whoever asks from the day of the last look to today gets each card once, whatever days
        nobody was there.
        """
        falls = ((self.yellow_on, Card.YELLOW), (self.red_on, Card.RED))
        return tuple(card for day, card in falls if after < day <= until)


@dataclass(frozen=True)
class Deadlines:
    """The limits of a hall on its calendar."""

    workdays: Workdays
    limits: Limits = Limits()

    # --- the reply ---

    def reply(
        self,
        registered: datetime,
        difficulty: Difficulty,
        pauses: Iterable[Pause] = (),
        extension: int = 0,
    ) -> Deadline:
        """The first round, counted from registering."""
        days = self.limits.days(difficulty)
        paused = self.paused_days(pauses)
        return self.of(self.workdays.due(registered, days, paused=paused, extension=extension))

    def again(self, asked: datetime, pauses: Iterable[Pause] = (), extension: int = 0) -> Deadline:
        """重办: another round, counted from the citizen's asking for it."""
        paused = self.paused_days(pauses)
        days = self.limits.again_days
        return self.of(
            self.workdays.due(asked, days, paused=paused, extension=extension, again=True)
        )

    def of(self, due: Due) -> Deadline:
        return Deadline(due, self.yellow_on(due.day), self.red_on(due.day))

    def yellow_on(self, due: date) -> date:
        for _ in range(self.limits.yellow_days):
            due = self.workdays.previous(due)
        return due

    def red_on(self, due: date) -> date:
        return self.workdays.following(due, self.limits.red_days)[-1]

    def card(self, due: date, today: date) -> Card:
        return self.of(Due(due)).card(today)

    def fallen(self, after: date, until: date) -> dict[date, Card]:
        """The due dates whose card fell after one day, up to and with another; of both the red."""
        day, last = after, self.yellow_of(until)
        for _ in range(self.limits.red_days + 1):
            day = self.workdays.previous(day)
        found: dict[date, Card] = {}
        while day <= last:
            for card in self.of(Due(day)).fallen(after, until):
                found[day] = card
            day = self.workdays.next(day)
        return found

    def yellow_of(self, day: date) -> date:
        """The due date whose yellow card falls on this day."""
        later = self.workdays.following(day, self.limits.yellow_days)
        return later[-1] if later else day

    def paused_days(self, pauses: Iterable[Pause]) -> frozenset[date]:
        """The service days at whose close a case waited for its citizen; of each wait the first."""
        paused: set[date] = set()
        for since, until in pauses:
            days = [self.workdays.counted_from(since)]
            days += self.workdays.following(days[0], self.limits.waiting_days)
            for day in days[: self.limits.waiting_days]:
                if until is None or self.workdays.closes(day) < until:
                    paused.add(day)
        return frozenset(paused)

    def waiting(self, due: date, why: Reason, began: datetime, today: date) -> tuple[Later, ...]:
        """What becomes of the last day while the citizen is asked something, by the day of the
        answer; `why` is the reason so far, `began` when the round did."""
        first = self.workdays.counted_from(began)
        waits = [today, *self.workdays.following(today, self.limits.waiting_days)]
        moved = [due, *self.workdays.following(due, self.limits.waiting_days)]
        found = []
        for number, until in enumerate(waits):
            # The day it came in was not one of its days.
            lost = [day for day in waits[:number] if day > first]
            day = moved[len(lost)]
            reason = waited(why, lost, day) if lost else why
            found.append(Later(until.isoformat(), day.isoformat(), reason))
        return tuple(found)

    # --- the other steps ---

    def accept_by(self, registered: datetime) -> datetime:
        return self.workdays.after(registered, self.limits.accept_half_days)

    def accept_said(self, registered: datetime, now: datetime, language: str) -> str:
        """受理最迟今天 16:30."""
        by = spoken_moment(self.accept_by(registered), now, language)
        return say("受理最迟%1", language, by)

    def accept_limit(self, registered: datetime) -> datetime:
        """The latest moment to accept a case; `accept_by` is the usual one."""
        return self.workdays.after(registered, self.limits.accept_limit_half_days)

    def contact_until(self, registered: datetime) -> date:
        """First contact with a citizen who can be reached."""
        return self.workdays.due(registered, self.limits.contact_days).day

    def return_until(self, handed: datetime) -> date:
        """不归我们: with a reason and a better owner."""
        return self.workdays.due(handed, self.limits.return_days).day

    def waits_until(self, asked: datetime) -> date:
        """The last day on which an unanswered question stops the clock."""
        return max(self.paused_days([(asked, None)]), default=asked.date())

    def rating_until(self, served: datetime) -> date:
        """补评 through the receipt's code."""
        return self.workdays.due(served, self.limits.late_rating_days).day

    def follow_up_until(self, replied: datetime) -> date:
        """回访 by someone other than the handler."""
        return self.workdays.due(replied, self.limits.follow_up_days).day

    def judge_until(self, replied: datetime) -> date:
        """The last day for the citizen's verdict; after it the case may be closed."""
        return self.workdays.due(replied, self.limits.close_days).day

    def on_site_by(self, called: datetime) -> tuple[datetime, datetime]:
        """现场等: when somebody is there, and when the leader is called."""
        minutes = (self.limits.on_site_minutes, self.limits.on_site_leader_minutes)
        someone, leader = (called + timedelta(minutes=m) for m in minutes)
        return someone, leader
