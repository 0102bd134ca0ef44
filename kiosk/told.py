"""Sentences that are kept in parts and said in any language; days and moments in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.words import say

#: Words that every pack has.
WEEK_DAYS = tuple(f"周{day}" for day in "一二三四五六日")
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A Chinese sentence and what fills it in, as plain texts that an event can keep.

    What fills in stands a line each: days (`@2026-10-01`), spans of days
    (`@2026-10-01/2026-10-07`), numbers, names, words that have a translation.
    """

    sentence: str
    args: tuple[str, ...] = ()

    def say(self, language: str) -> str:
        return say(self.sentence, language, *(_spoken(arg, language) for arg in self.args))


def spans(days: Iterable[date]) -> str:
    """Days to fill in, those that follow each other as a span."""
    runs: list[list[date]] = []
    for day in sorted(days):
        if runs and runs[-1][1] + _A_DAY == day:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return "\n".join(f"@{a}" if a == b else f"@{a}/{b}" for a, b in runs)


def _spoken(arg: str, language: str) -> str:
    return say("、", language).join(_piece(piece, language) for piece in arg.split("\n"))


def _piece(piece: str, language: str) -> str:
    try:
        ends = [date.fromisoformat(day) for day in piece.removeprefix("@").split("/")]
    except ValueError:
        ends = []
    if not piece.startswith("@") or not 1 <= len(ends) <= 2:
        return say(piece, language)
    start, end = ends[0], ends[-1]
    if start == end:
        return short_day(start, language)
    if (start.year, start.month) == (end.year, end.month):
        month = say(f"{start.month}月", language)
        return say("%1%2日至%3日", language, month, start.day, end.day)
    return say("%1至%2", language, short_day(start, language), short_day(end, language))


def week_day(day: date) -> str:
    """周一."""
    return WEEK_DAYS[day.weekday()]


def short_day(day: date, language: str) -> str:
    """11月27日 / 27 November."""
    return say("%1%2日", language, say(f"{day.month}月", language), day.day)


def spoken_day(day: date, language: str) -> str:
    """11月27日（周五） / Friday 27 November; each pack says how."""
    month = say(f"{day.month}月", language)
    return say("%1%2日（%3）", language, month, day.day, say(week_day(day), language))


def spoken_moment(moment: datetime, now: datetime, language: str) -> str:
    """今天 16:30 / 明天上午 9:15 / 11月30日（周一）上午 9:15."""
    clock = f"{moment.hour}:{moment.minute:02}"
    half = "上午" if moment.hour < 12 else "下午"
    if moment.date() == now.date():
        return say("今天 %1", language, clock)
    if moment.date() == now.date() + _A_DAY:
        return say(f"明天{half} %1", language, clock)
    return say(f"%1{half} %2", language, spoken_day(moment.date(), language), clock)
