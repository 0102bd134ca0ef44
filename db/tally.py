"""The roll-up of cases into numbers, kept with the read tables: what a case counts in, the sums.

When a case's line is replaced, what it counted before is subtracted and what it counts now is
added, in the same transaction: the sums are exact whatever is folded again.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from db.tables import NUMBERS
from db.terms import Axis, Kind

#: Span, service window, department it counts for.
Place = tuple[str, str, str]
Line = Mapping[str, Any]

#: So many cases are added up in memory before the sums are written.
_MOST = 500_000
_MARKS = {name: 1 << place for place, name in enumerate(NUMBERS)}
_RECEIVED, _REPLIED, _IN_TIME, _SATISFIED, _JUDGED, _AGAIN, _NO = _MARKS.values()
# All numbers of a cell as one: each has so many bits, and adding is a single step.
_BITS = 32
_HALF, _WHOLE = 1 << (_BITS - 1), 1 << _BITS
#: What of a line says what it counts in.
COUNTED_BY = (
    "case_id", "kind", "test", "day", "hour", "service_window", "counts_for", "service_item",
    "problems", "cause", "replied_ms", "in_time", "satisfied", "round", "no", "accused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """What a set of cases adds up to; `judged` is of how many the citizen's word is known."""

    received: int = 0
    replied: int = 0
    in_time: int = 0
    satisfied: int = 0
    judged: int = 0
    again: int = 0
    no: int = 0

    def __add__(self, other: "Count") -> "Count":
        return self.plus(other, 1)

    def __sub__(self, other: "Count") -> "Count":
        return self.plus(other, -1)

    def plus(self, other: "Count", times: int) -> "Count":
        return Count(*(getattr(self, n) + times * getattr(other, n) for n in NUMBERS))


assert tuple(f.name for f in fields(Count)) == NUMBERS


@lru_cache(4096)
def span_of(day: str) -> str:
    """The first day of a day's span: its Monday, or the first of its month if that is later.

    Weeks, months, quarters and years are made of whole spans, so that one table serves them all.
    """
    this = date.fromisoformat(day)
    monday = this - timedelta(days=this.weekday())
    return max(monday, this.replace(day=1)).isoformat()


def marks_of(line: Line) -> int:
    """The numbers a case counts in, one bit each."""
    marks = _RECEIVED
    if line["replied_ms"] is not None:
        marks |= _REPLIED
    if line["in_time"]:
        marks |= _IN_TIME
    if line["satisfied"] is not None:
        marks |= _JUDGED | (_SATISFIED if line["satisfied"] else 0)
    if line["round"] > 1:
        marks |= _AGAIN
    if line["no"]:
        marks |= _NO
    return marks


def count_of(marks: int, times: int = 1) -> Count:
    """What so many cases with these marks add up to."""
    return Count(*(times if marks & mark else 0 for mark in _MARKS.values()))


def codes_of(line: Line) -> list[tuple[str, str]]:
    """Every axis with the code that a case has there; an empty code where it has none."""
    return [
        (Axis.ALL, ""),
        (Axis.KIND, line["kind"]),
        (Axis.ITEM, line["service_item"]),
        (Axis.CAUSE, line["cause"]),
        (Axis.HOUR, line["hour"]),
        *[(Axis.PROBLEM, code) for code in line["problems"][1:-1].split(",")],
    ]


def counts(line: Line) -> bool:
    """Whether a case counts at all: integrity cases and tests never do."""
    return line["kind"] != Kind.INTEGRITY and not line["test"]


def _no_cells() -> dict[tuple[str, str], int]:
    return defaultdict(int)


class Keeper:
    """Keeps the roll-up while lines are replaced: `replace` each, then `done`.

    `raw` is the driver's own connection, inside the transaction that replaces the lines.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        # By span, window and department first: what is near each other is added up together.
        self._cells: dict[Place, dict[tuple[str, str], int]] = defaultdict(_no_cells)
        self._counted = 0
        self._gone: list[tuple[str]] = []
        self._kept: list[tuple[str, str]] = []

    def replace(self, before: Line | None, after: Line) -> None:
        """A case's line becomes another one."""
        if before is not None:
            self._count(before, -1)
        self._count(after, 1)
        was = before["accused"] if before is not None else ""
        if was != after["accused"]:
            case_id = after["case_id"]
            self._gone.append((case_id,))
            self._kept += [(login, case_id) for login in after["accused"].split(",") if login]
        self._counted += 1
        if self._counted > _MOST:
            self._write()

    def _count(self, line: Line, times: int) -> None:
        if not counts(line):
            return
        packed = times * _PACKED[marks_of(line)]
        cells = self._cells[span_of(line["day"]), line["service_window"], line["counts_for"]]
        for own in codes_of(line):
            cells[own] += packed

    def done(self) -> None:
        """Write what has come together."""
        self._raw.executemany("DELETE FROM kept_from WHERE case_id = ?", self._gone)
        self._raw.executemany("INSERT OR IGNORE INTO kept_from VALUES (?, ?)", self._kept)
        self._gone, self._kept = [], []
        self._write()

    def _write(self) -> None:
        sums = [
            # The driver is slow with a text that is an enumeration's member.
            ((str(axis), code, *place), unpacked(packed))
            for place, cells in self._cells.items()
            for (axis, code), packed in cells.items()
            if packed
        ]
        self._raw.executemany(_ADD, ((*cell, *numbers) for cell, numbers in sums))
        self._raw.executemany(_DROP, (cell for cell, numbers in sums if numbers[0] < 0))
        self._cells.clear()
        self._counted = 0


_PACKED = [
    sum(1 << (_BITS * place) for place, mark in enumerate(_MARKS.values()) if marks & mark)
    for marks in range(1 << len(NUMBERS))
]


def unpacked(packed: int) -> list[int]:
    """The numbers that were added up as one; some may be below zero."""
    numbers = []
    for _ in NUMBERS:
        number = (packed + _HALF) % _WHOLE - _HALF
        numbers.append(number)
        packed = (packed - number) >> _BITS
    return numbers


_PLACES = ", ".join("?" * (5 + len(NUMBERS)))
_ADD = (
    f"INSERT INTO tally (axis, code, span, service_window, counts_for, {', '.join(NUMBERS)}) "
    f"VALUES ({_PLACES}) ON CONFLICT (axis, span, code, service_window, counts_for) DO UPDATE SET "
    + ", ".join(f"{name} = {name} + excluded.{name}" for name in NUMBERS)
)
_DROP = (
    "DELETE FROM tally WHERE axis = ? AND code = ? AND span = ? AND service_window = ? "
    "AND counts_for = ? AND received = 0"
)
