"""The stretch of days that numbers are looked at for: a week, a month, a quarter, a year."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kiosk.words import say


class Length(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


LENGTH_WORDS = {
    Length.WEEK: "周",
    Length.MONTH: "月",
    Length.QUARTER: "季",
    Length.YEAR: "年",
}
_MONTHS = {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Whole weeks or whole months, both days included."""

    length: Length
    first: date
    last: date

    @property
    def before(self) -> "Period":
        """The one before it."""
        return period_of(self.length, self.first - timedelta(days=1))

    @property
    def after(self) -> "Period":
        """The one after it."""
        return period_of(self.length, self.last + timedelta(days=1))

    def say(self, language: str) -> str:
        """2026年11月23日–29日, 2026年11月, 2026年第4季度, 2026年."""
        year = self.first.year
        month = say(f"{self.first.month}月", language)
        match self.length:
            case Length.WEEK:
                return f"{say_day(self.first, language)} – {say_day(self.last, language)}"
            case Length.MONTH:
                return say("%1年%2", language, year, month)
            case Length.QUARTER:
                return say("%1年第%2季度", language, year, (self.first.month + 2) // 3)
            case Length.YEAR:
                return say("%1年", language, year)


def period_of(length: Length, day: date) -> Period:
    """The period of this length that a day lies in."""
    if length is Length.WEEK:
        monday = monday_of(day)
        return Period(length, monday, monday + timedelta(days=6))
    months = _MONTHS[length]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    beyond = first.month - 1 + months
    after = date(first.year + beyond // 12, beyond % 12 + 1, 1)
    return Period(length, first, after - timedelta(days=1))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def say_day(day: date, language: str) -> str:
    """11月23日 / 23 November."""
    return say("%1%2日", language, say(f"{day.month}月", language), day.day)
