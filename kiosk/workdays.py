"""Service days of the Chinese calendar, and the date by which a reply is due, with its reason.

Public holidays and make-up days come from `chinesecalendar`; a hall's own table goes before it.
Years that neither knows are taken as Monday to Friday, and the sentence says so.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from kiosk.words import say

#: What comes in later counts from the next service day.
CLOSES = time(17, 0)

_WEEK = "一二三四五六日"


class BadCalendar(ValueError):
    """The hall's own table of days cannot be read; says the line and what was expected."""


@dataclass(frozen=True, slots=True)
class Due:
    """The last day for a reply, and one sentence that says why it is that day."""

    day: date
    why: str


@dataclass(frozen=True)
class Workdays:
    """Which days the hall is open; `own` overrides the official calendar."""

    own: dict[date, bool] = field(default_factory=dict)

    def is_service_day(self, day: date) -> bool:
        if day in self.own:
            return self.own[day]
        official = _official(day)
        return day.weekday() < 5 if official is None else official

    def due(self, start: datetime, working_days: int) -> Due:
        """The end of the `working_days`-th service day after the one on which it came in."""
        first = start.date()
        late = self.is_service_day(first) and start.time() >= CLOSES
        counted = first
        if late or not self.is_service_day(first):
            counted = self._next(first)
        skipped = [] if counted == first else _days_between(first, counted)
        day = counted
        for _ in range(working_days):
            after = self._next(day)
            skipped += _days_between(day, after)
            day = after
        told = [f"{_short(first)}登记"]
        if counted != first:
            reason = "下班后" if late else "当天不办公"
            told.append(f"{reason}，从{_short(counted)}算起")
        told.append(f"{working_days}个工作日")
        if skipped:
            told.append(f"跳过休息日{'、'.join(_short(d) for d in skipped)}")
        told.append(f"最迟{_short(day)}")
        why = "，".join(told)
        if _official(day) is None and day not in self.own:
            why += f"（{day.year}年的放假安排还没有公布，按周一到周五算）"
        return Due(day, why)

    def following(self, day: date, count: int) -> list[date]:
        """The next service days after `day`."""
        days = [day]
        for _ in range(count):
            days.append(self._next(days[-1]))
        return days[1:]

    def _next(self, day: date) -> date:
        day += timedelta(days=1)
        while not self.is_service_day(day):
            day += timedelta(days=1)
        return day


def read_own(file: Path) -> dict[date, bool]:
    """A hall's own days from a CSV of `date,open|closed`. Raises BadCalendar."""
    days: dict[date, bool] = {}
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for number, row in enumerate(csv.reader(rows), 1):
            if not row or row[0].startswith("#"):
                continue
            try:
                days[date.fromisoformat(row[0].strip())] = {"open": True, "closed": False}[
                    row[1].strip()
                ]
            except (ValueError, KeyError, IndexError):
                raise BadCalendar(
                    f"{file.name}, line {number}: a date such as 2026-10-10, then open or closed"
                ) from None
    return days


def spoken_day(day: date, language: str) -> str:
    """11月27日（周五） / Friday 27 November; each pack says how."""
    month = say(f"{day.month}月", language)
    return say("%1%2日（%3）", language, month, day.day, say(f"周{_WEEK[day.weekday()]}", language))


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _days_between(first: date, last: date) -> list[date]:
    """The days after `first` and before `last`."""
    return [first + timedelta(days=n) for n in range(1, (last - first).days)]


def _official(day: date) -> bool | None:
    """Whether the official calendar has a working day; None for a year it does not know."""
    import chinese_calendar  # late: it is not needed for the first frame

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
