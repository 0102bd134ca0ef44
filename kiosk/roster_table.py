"""A month of the duty roster as CSV that a clerk fills in: `date,half,duty,login,post`."""

import calendar
from collections.abc import Iterator
from datetime import date

from db.terms import Duty
from kiosk.cells import Fault, NoCsv, as_csv, day_of, fault, lines_of, protected
from kiosk.hall_days import Half
from kiosk.roster import Roster, Shift
from kiosk.roster_rules import DUTY_WORDS, HALF_WORDS, RosterRules

HEAD = "# 日期 date,半天 half,值守或带班 duty,账号 login,职务 post"

_HALVES: dict[str, tuple[Half, ...]] = {
    **{word: (half,) for half, word in HALF_WORDS.items()},
    **{half.value: (half,) for half in Half},
    **{half.name.lower(): (half,) for half in Half},
    **dict.fromkeys(("全天", "day"), tuple(Half)),
}
_DUTIES = {word: duty for duty, word in DUTY_WORDS.items()} | {d.value: d for d in Duty}


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def write_month(roster: Roster, month: date) -> str:
    """The shifts of a month as text; `read_month` gives the same again."""
    first, last = month_of(month)
    rows = (
        [str(s.day), HALF_WORDS[s.half], DUTY_WORDS[s.duty], protected(s.login, True),
         protected(s.post, True)]
        for s in roster.shifts
        if first <= s.day <= last
    )  # fmt: skip
    return f"{HEAD}\r\n{as_csv(rows)}"


def read_month(text: str, month: date, rules: RosterRules) -> tuple[tuple[Shift, ...], list[Fault]]:
    """The shifts of a month, and everything that is wrong with them, line by line.

    Without a post a shift has that of the account. 全天 is every half in which the hall is open.
    """
    found: list[tuple[int, Shift]] = []
    faults: list[Fault] = []
    try:
        for line, cells in lines_of(text):
            told = list(_shifts(line, cells, month, rules))
            found += [(line, one) for one in told if isinstance(one, Shift)]
            faults += [one for one in told if isinstance(one, Fault)]
    except NoCsv as trouble:
        faults.append(fault(trouble.line, "这一行不是 CSV：%1", str(trouble)))
    faults += rules.faults(found)
    return tuple(shift for _, shift in found), sorted(faults, key=lambda one: one.line)


def _shifts(
    line: int, cells: list[str], month: date, rules: RosterRules
) -> Iterator[Shift | Fault]:
    """The shifts of one line, or what is wrong with it."""
    told, half, duty, login, post = (*cells, "", "", "", "", "")[:5]
    day, half, duty = day_of(told), half.lower(), duty.lower()
    first, last = month_of(month)
    if day is None or not first <= day <= last:
        when = (str(month.year), str(month.month))
        yield fault(line, "第一格要写 %1 年 %2 月的日期，不是“%3”", *when, told)
    elif half not in _HALVES:
        yield fault(line, "第二格要写 上午、下午 或 全天")
    elif duty not in _DUTIES:
        yield fault(line, "第三格要写 值守 或 带班")
    else:
        halves = _HALVES[half]
        if len(halves) > 1:
            halves = rules.workdays.halves(day) or halves
        account = rules.people.get(login)
        named = post or (account.post if account else "")
        yield from (Shift(day, one, _DUTIES[duty], login, named) for one in halves)
