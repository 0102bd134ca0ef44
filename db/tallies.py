"""Numbers on somebody's behalf: sums by what they are grouped by, by week, the cases behind one.

Everything asked here is within a `Reach` (db/sight.py). A number and its list of cases agree: what
is kept from whoever looks is in neither.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from db import tables
from db.hall import Person
from db.lists import OPEN, SHOWN, CaseLine, Lists, line_of
from db.sight import COUNTED, Reach, conditions, reach
from db.tables import NUMBERS
from db.tally import COUNTED_BY, Count, codes_of, count_of, marks_of, span_of
from db.terms import Axis, State

#: What the roll-up has no rows of its own for, since it is part of every row's key.
_IN_KEY = {Axis.DEPARTMENT: "counts_for", Axis.WINDOW: "service_window"}
_line = tables.case_line.c


@dataclass(frozen=True, slots=True)
class Chosen:
    """The cases behind a number: of these days, of one code of an axis, counted in `number`."""

    first: date
    last: date
    axis: Axis = Axis.ALL
    code: str = ""
    number: str = "received"


class NotWithinReach(LookupError):
    """Numbers are not grouped like this for whoever looks."""


class Tallies:
    """The numbers of one local store, over its lists."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def totals(self, within: Reach, first: date, last: date) -> Count:
        """What all cases of these days add up to; the days are whole weeks or whole months."""
        return self.by(within, Axis.ALL, first, last).get("", Count())

    def by(self, within: Reach, axis: Axis, first: date, last: date) -> dict[str, Count]:
        """The same by code. Raises NotWithinReach."""
        found: dict[str, Count] = defaultdict(Count)
        for (code, _), count in self._cells(within, axis, first, last, "").items():
            found[code] += count
        return {code: count for code, count in found.items() if count.received}

    def weeks(
        self, within: Reach, axis: Axis, first: date, last: date
    ) -> dict[str, dict[date, Count]]:
        """The same by code and week; a week is its Monday. Raises NotWithinReach."""
        found: dict[str, dict[date, Count]] = defaultdict(lambda: defaultdict(Count))
        for (code, span), count in self._cells(within, axis, first, last, "span").items():
            day = date.fromisoformat(span)
            if count.received:
                found[code][day - timedelta(days=day.weekday())] += count
        return {code: dict(weeks) for code, weeks in found.items()}

    def cases(
        self, person: Person, chosen: Chosen, *, first: int = 0, limit: int = 200
    ) -> list[CaseLine]:
        """Some of the cases behind a number that this person looks at, the newest day first; within
        a day in no order that would tell when they came. Raises NotWithinReach."""
        with self._lists.fresh() as connection:
            rows = connection.execute(
                sa.select(*SHOWN)
                .where(_behind(person, chosen))
                .order_by(_line.day.desc(), _line.case_id)
                .limit(limit)
                .offset(first)
            )
            return [line_of(row) for row in rows.mappings()]

    def ids(self, person: Person, chosen: Chosen) -> list[str]:
        """All of them by name, in the same order. Raises NotWithinReach."""
        with self._lists.fresh() as connection:
            found = connection.scalars(
                sa.select(_line.case_id)
                .where(_behind(person, chosen))
                .order_by(_line.day.desc(), _line.case_id)
            )
            return list(found)

    def late(self, within: Reach, today: date, limit: int = 100) -> list[CaseLine]:
        """Cases past their day without a reply, the longest first."""
        unanswered = _line.state != State.REPLIED
        return self._lines(within, limit, OPEN, unanswered, _line.due < today.isoformat())

    def back_again(self, within: Reach, limit: int = 100) -> list[CaseLine]:
        """Cases whose citizens were not satisfied, and that are not done yet."""
        return self._lines(within, limit, OPEN, _line["round"] > 1)

    def improved(self, within: Reach) -> dict[str, int]:
        """How many cases stand behind each entry of the ledger."""
        with self._lists.fresh() as connection:
            rows = connection.execute(
                sa.select(_line.improvement, sa.func.count())
                .where(_line.improvement != "", _counted(within))
                .group_by(_line.improvement)
            )
            return {entry: count for entry, count in rows}

    def newest_day(self, within: Reach) -> date | None:
        """The last day on which anybody said anything."""
        with self._lists.fresh() as connection:
            found = connection.scalar(
                sa.select(_line.day)
                .where(_counted(within))
                .order_by(_line.registered_ms.desc())
                .limit(1)
            )
        return date.fromisoformat(found) if found else None

    def oldest_span(self, within: Reach) -> date | None:
        """The first span in which anybody said anything."""
        tally = tables.tally.c
        with self._lists.fresh() as connection:
            found = connection.scalar(
                sa.select(sa.func.min(tally.span)).where(
                    tally.axis == Axis.ALL, within.rows(tables.tally)
                )
            )
        return date.fromisoformat(found) if found else None

    # --- inside -------------------------------------------------------------------------------

    def _lines(self, within: Reach, limit: int, *rules: sa.ColumnElement[bool]) -> list[CaseLine]:
        with self._lists.fresh() as connection:
            rows = connection.execute(
                sa.select(*SHOWN)
                .where(_counted(within), *rules)
                .order_by(_line.due, _line.case_id)
                .limit(limit)
            )
            return [line_of(row) for row in rows.mappings()]

    def _cells(
        self, within: Reach, axis: Axis, first: date, last: date, by: str
    ) -> dict[tuple[str, str], Count]:
        """Sums by code, and by span if `by` says so, without what is kept from whoever looks."""
        if axis not in within.axes:
            raise NotWithinReach(axis)
        for day in (first, last + timedelta(days=1)):
            assert span_of(day.isoformat()) == day.isoformat(), "neither whole weeks nor months"
        tally = tables.tally
        code = _code(axis)
        span = tally.c.span if by else sa.literal("")
        sums = [sa.func.sum(tally.c[name]) for name in NUMBERS]
        with self._lists.fresh() as connection:
            rows = connection.execute(
                sa.select(code, span, *sums)
                .where(
                    tally.c.axis == _stored(axis),
                    tally.c.span.between(first.isoformat(), last.isoformat()),
                    within.rows(tally),
                )
                .group_by(code, span)
            )
            found = {(row[0], row[1]): Count(*row[2:]) for row in rows}
            for line in _kept(connection, within, first, last):
                count = count_of(marks_of(line))
                for own in _codes(line, axis):
                    place = (own, span_of(line["day"]) if by else "")
                    found[place] -= count
        return found


def _stored(axis: Axis) -> Axis:
    """The axis whose rows hold it."""
    if axis in _IN_KEY:
        return Axis.ALL
    return Axis.HOUR if axis is Axis.WEEKDAY else axis


def _code(axis: Axis) -> sa.ColumnElement[str]:
    tally = tables.tally.c
    if axis in _IN_KEY:
        return tally[_IN_KEY[axis]]
    return sa.func.substr(tally.code, 1, 1) if axis is Axis.WEEKDAY else tally.code


def _codes(line: Any, axis: Axis) -> Iterator[str]:
    """The codes one case has on an axis, as the roll-up has them."""
    if axis in _IN_KEY:
        yield line[_IN_KEY[axis]]
        return
    for stored, code in codes_of(line):
        if stored == _stored(axis):
            yield code[:1] if axis is Axis.WEEKDAY else code


def _kept(
    connection: sa.Connection, within: Reach, first: date, last: date
) -> list[dict[str, Any]]:
    """The lines within reach that are kept from whoever looks."""
    days = _line.day.between(first.isoformat(), last.isoformat())
    rows = connection.execute(sa.select(*(_line[n] for n in COUNTED_BY)).where(days, within.kept()))
    return [dict(row) for row in rows.mappings()]


def _counted(within: Reach) -> sa.ColumnElement[bool]:
    """What a line must meet to count within reach."""
    return sa.and_(COUNTED, within.rows(tables.case_line), sa.not_(within.kept()))


def _behind(person: Person, chosen: Chosen) -> sa.ColumnElement[bool]:
    """What a line must meet to be one of the cases behind a number."""
    within = reach(person)
    if within is None or chosen.axis not in within.axes:
        raise NotWithinReach(chosen.axis)
    return sa.and_(
        conditions(person),
        _counted(within),
        _line.day.between(chosen.first.isoformat(), chosen.last.isoformat()),
        _IN_NUMBER[chosen.number],
        _of_code(chosen.axis, chosen.code),
    )


#: Which lines count in a number; `marks_of` says the same of one line.
_IN_NUMBER: dict[str, sa.ColumnElement[bool]] = {
    "received": sa.true(),
    "replied": _line.replied_ms.is_not(None),
    "in_time": _line.in_time == 1,
    "satisfied": _line.satisfied == 1,
    "judged": _line.satisfied.is_not(None),
    "again": _line["round"] > 1,
    "no": _line.no == 1,
}


def _of_code(axis: Axis, code: str) -> sa.ColumnElement[bool]:
    """Which lines have this code on an axis."""
    if axis is Axis.ALL:
        return sa.true()
    if axis is Axis.PROBLEM:
        return sa.func.instr(_line.problems, f",{code},") > 0 if code else _line.problems == ""
    if axis is Axis.WEEKDAY:
        return sa.func.substr(_line.hour, 1, 1) == code
    columns = {
        Axis.DEPARTMENT: _line.counts_for,
        Axis.WINDOW: _line.service_window,
        Axis.ITEM: _line.service_item,
        Axis.CAUSE: _line.cause,
        Axis.KIND: _line.kind,
        Axis.HOUR: _line.hour,
    }
    return columns[axis] == code
