"""Service days of the Chinese calendar, whole and half, and counting in them.

Public holidays and make-up days come from `chinesecalendar`; a hall's own table goes before it.
A year that neither knows has its Mondays to Fridays and the holidays that the law fixes by date,
and the sentence says so. Moments are the hall's own time, without a zone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from kiosk.due import HALL, WEEKEND, Count, Due
from kiosk.hall_days import USUAL_HOURS, BadCalendar, BadHours, Half, Hours, OwnDay, read_own
from kiosk.told import spoken_day, spoken_moment

__all__ = [
    "BadCalendar", "BadHours", "Due", "Half", "Hours", "OwnDay", "Workdays", "read_own",
    "spoken_day", "spoken_moment",
]  # fmt: skip

#: The library's names of holidays in our words.
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}
#: Holidays that the law fixes by month and day; the others follow the moon and the notice.
_FIXED = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Workdays:
    """When the hall is open; `own` overrides the official calendar."""

    own: Mapping[date, OwnDay] = field(default_factory=dict)
    hours: Hours = USUAL_HOURS

    # --- one day ---

    def halves(self, day: date) -> tuple[Half, ...]:
        """The halves of a day in which the hall is open."""
        if day in self.own:
            return self.own[day].opening.halves
        return () if _official(day).rest else tuple(Half)

    def is_service_day(self, day: date) -> bool:
        return bool(self.halves(day))

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """From when to when the hall is open on a day."""
        hours = (self.hours.of(half) for half in self.halves(day))
        return [(datetime.combine(day, start), datetime.combine(day, end)) for start, end in hours]

    def closes(self, day: date) -> datetime:
        """The end of a service day."""
        return self.spans(day)[-1][1]

    def rest(self, day: date) -> str:
        """Why the hall is closed: 周末, 本厅 or the name of a holiday; empty on a service day."""
        if self.is_service_day(day):
            return ""
        return _official(day).rest or HALL

    def is_known(self, year: int) -> bool:
        """Whether a year's holidays are known: officially, or 1 October is in the hall's table."""
        return _official(date(year, 1, 1)).known or date(year, 10, 1) in self.own

    def known_until(self) -> date:
        """The last day of the last year whose holidays are known."""
        year = _last_year()
        while self.is_known(year + 1):
            year += 1
        return date(year, 12, 31)

    # --- from day to day ---

    def next(self, day: date) -> date:
        """The service day after a day."""
        day += _A_DAY
        while not self.is_service_day(day):
            day += _A_DAY
        return day

    def previous(self, day: date) -> date:
        """The service day before a day."""
        day -= _A_DAY
        while not self.is_service_day(day):
            day -= _A_DAY
        return day

    def following(self, day: date, count: int) -> list[date]:
        """The next service days after `day`."""
        days = [day]
        for _ in range(count):
            days.append(self.next(days[-1]))
        return days[1:]

    def between(self, after: date, until: date) -> list[date]:
        """The service days after one day, up to and with another."""
        every = (after + _A_DAY * n for n in range(1, (until - after).days + 1))
        return [day for day in every if self.is_service_day(day)]

    def counted_from(self, moment: datetime) -> date:
        """The service day a moment belongs to: after closing and on closed days the next one."""
        day = moment.date()
        open_still = self.is_service_day(day) and moment < self.closes(day)
        return day if open_still else self.next(day)

    def half_at(self, moment: datetime) -> tuple[date, Half]:
        """The half day that is open at a moment, or opens next."""
        day = self.counted_from(moment)
        for half in self.halves(day):
            if moment < datetime.combine(day, self.hours.of(half)[1]):
                return day, half
        raise AssertionError("a service day ends with one of its halves")

    # --- counting ---

    def due(
        self,
        start: datetime,
        working_days: int,
        *,
        paused: Collection[date] = (),
        extension: int = 0,
        again: bool = False,
    ) -> Due:
        """The end of the `working_days`-th service day after the one on which it came in.

        A day that is open for half of it counts as a day; one in `paused` does not count.
        """
        first, counted = start.date(), self.counted_from(start)
        day = counted
        for _ in range(working_days + extension):
            day = self.next(day)
            while day in paused:
                day = self.next(day)
        way = [first + _A_DAY * n for n in range(1, (day - first).days + 1)]
        return Count(
            start=first,
            counted_from=counted,
            day=day,
            days=working_days,
            extension=extension,
            paused=tuple(d for d in way if d in paused and d > counted),
            closed=tuple((d, why) for d in way if (why := self.rest(d))),
            made_up=tuple(
                d for d in way if d.weekday() > 4 and not _official(d).rest and not self.rest(d)
            ),
            opened=tuple(d for d in way if self.is_service_day(d) and _official(d).rest),
            late=self.is_service_day(first),
            again=again,
            unknown=None if self.is_known(day.year) else day.year,
        ).due()

    def after(self, start: datetime, half_days: int) -> datetime:
        """The moment by which the hall will have been open for so many half days.

        Half a day is half of a whole day's hours, wherever in the day it begins.
        """
        left = timedelta(minutes=-(-self.hours.minutes * half_days // 2))
        moment = start.replace(second=0, microsecond=0)
        day = moment.date()
        while True:
            for opens, closes in self.spans(day):
                begins = max(opens, moment)
                if begins >= closes:
                    continue
                if left <= closes - begins:
                    return begins + left
                left -= closes - begins
            day += _A_DAY


@dataclass(frozen=True, slots=True)
class _Official:
    """What the official calendar says of a day."""

    rest: str
    known: bool = True


@lru_cache(maxsize=4096)
def _official(day: date) -> _Official:
    import chinese_calendar  # late: it is not needed for the first frame

    weekend = WEEKEND if day.weekday() > 4 else ""
    try:
        off, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return _Official(_FIXED.get((day.month, day.day), weekend), known=False)
    return _Official(_NAMES.get(name, "法定节日") if off and name else weekend if off else "")


@lru_cache(maxsize=1)
def _last_year() -> int:
    """The last year that the official calendar knows."""
    import chinese_calendar

    return int(max(chinese_calendar.holidays).year)
