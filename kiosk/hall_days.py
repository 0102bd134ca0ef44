"""The hall's own days and hours: days it closes, opens or keeps half open, against the official
calendar. A table that a clerk edits: `date,open|closed|morning|afternoon[,note]`.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path

from kiosk.cells import Fault, NoCsv, as_csv, day_of, decoded, fault, lines_of, protected

USAGE = "days wants check FILE, import FILE or export FILE"
HEAD = "# 日期 date,开放 open|closed|morning|afternoon,说明 note"


class BadCalendar(ValueError):
    """The hall's own table of days cannot be read; says the line and what was expected."""


class BadHours(ValueError):
    """The service hours cannot be; says what was expected."""


class Half(StrEnum):
    """半天: what a service day is made of, by the names that the record uses."""

    MORNING = "am"
    AFTERNOON = "pm"


class Opening(StrEnum):
    """How long the hall is open on a day."""

    OPEN = "open"
    CLOSED = "closed"
    MORNING = "morning"
    AFTERNOON = "afternoon"

    @property
    def halves(self) -> tuple[Half, ...]:
        return {
            Opening.OPEN: tuple(Half),
            Opening.CLOSED: (),
            Opening.MORNING: (Half.MORNING,),
            Opening.AFTERNOON: (Half.AFTERNOON,),
        }[self]


_CHINESE = {
    "开放": Opening.OPEN,
    "上班": Opening.OPEN,
    "休息": Opening.CLOSED,
    "不办公": Opening.CLOSED,
    "上午": Opening.MORNING,
    "下午": Opening.AFTERNOON,
}


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day of the hall's own table; the note is for staff."""

    opening: Opening
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """When each half of a day begins and ends."""

    morning: tuple[time, time] = (time(9), time(12))
    afternoon: tuple[time, time] = (time(13, 30), time(17))

    @classmethod
    def read(cls, morning: str, afternoon: str) -> "Hours":
        """From `09:00-12:00` and `13:30-17:00`. Raises BadHours."""
        hours = cls(_span("morning_hours", morning), _span("afternoon_hours", afternoon))
        if hours.morning[1] > hours.afternoon[0]:
            raise BadHours("afternoon_hours wants to begin when the morning is over")
        return hours

    def of(self, half: Half) -> tuple[time, time]:
        return self.morning if half is Half.MORNING else self.afternoon

    @property
    def minutes(self) -> int:
        """The minutes of a whole day."""
        return sum(
            (end.hour - start.hour) * 60 + end.minute - start.minute
            for start, end in (self.morning, self.afternoon)
        )


USUAL_HOURS = Hours()


def _span(name: str, text: str) -> tuple[time, time]:
    try:
        start, end = (datetime.strptime(t.strip(), "%H:%M").time() for t in text.split("-"))
    except ValueError:
        raise BadHours(f"{name} wants two times such as 09:00-12:00, not {text!r}") from None
    if start >= end:
        raise BadHours(f"{name} wants to end after it begins, not {text!r}")
    return start, end


# --- the table --------------------------------------------------------------------------------


def read(text: str) -> tuple[dict[date, OwnDay], list[Fault]]:
    """The days of a table, and everything that is wrong with it."""
    days: dict[date, OwnDay] = {}
    faults: list[Fault] = []
    lines: dict[date, int] = {}
    try:
        for line, cells in lines_of(text):
            day, opening = day_of(cells[0]), _opening(cells[1] if len(cells) > 1 else "")
            if day is None or opening is None or day in lines:
                faults.append(_fault(line, cells[0], day, lines.get(day) if day else None))
                continue
            lines[day] = line
            days[day] = OwnDay(opening, ",".join(cells[2:]))
    except NoCsv as trouble:
        faults.append(fault(trouble.line, "这一行不是 CSV：%1", str(trouble)))
    return days, faults


def _fault(line: int, told: str, day: date | None, before: int | None) -> Fault:
    """What is wrong in a line: no day, the day stands in the line `before`, or no opening."""
    if day is None:
        return fault(line, "第一格要写日期，例如 2026-10-10，不是“%1”", told)
    if before is not None:
        return fault(line, "%1在第 %2 行写过了", str(day), str(before))
    return fault(line, "日期后面要写 开放、休息、上午 或 下午")


def _opening(text: str) -> Opening | None:
    try:
        return _CHINESE.get(text) or Opening(text.lower())
    except ValueError:
        return None


def written(days: Mapping[date, OwnDay]) -> str:
    """The table as text, by date; `read` gives the same days again."""
    rows = ([str(day), own.opening, protected(own.note, True)] for day, own in sorted(days.items()))
    return f"{HEAD}\r\n{as_csv(rows)}"


def read_own(file: Path) -> dict[date, OwnDay]:
    """A hall's own days from its file. Raises BadCalendar for the first thing that is wrong."""
    days, faults = read_file(file)
    if faults:
        raise BadCalendar(f"{file.name}, line {faults[0].line}: {faults[0].say('en')}")
    return days


def read_file(file: Path) -> tuple[dict[date, OwnDay], list[Fault]]:
    """The days of a file that can be read, and everything that is wrong in it."""
    try:
        return read(decoded(file))
    except ValueError as trouble:
        return {}, [fault(1, "这不是 UTF-8 的 CSV 文件：%1", str(trouble))]


def write_own(days: Mapping[date, OwnDay], file: Path) -> None:
    """Put the table in place at once or not at all; the one before stays beside it."""
    fresh = file.with_name(f"{file.name}.new")
    with fresh.open("w", encoding="utf-8-sig", newline="") as out:
        out.write(written(days))
        out.flush()
        os.fsync(out.fileno())
    if file.exists():
        shutil.copyfile(file, file.with_name(f"{file.stem}.before{file.suffix}"))
    fresh.replace(file)


def run(words: Sequence[str], own: Path) -> int:
    """`zhaocha days ...` for the hall's table `own`. Gives 1 with every mistake said.

    Raises ValueError for a command that is none, OSError where a file cannot be read or written.
    """
    match list(words):
        case ["check" | "import" as verb, name]:
            days, faults = read_file(Path(name))
            for one in faults:
                print(f"{Path(name).name}, line {one.line}: {one.say('en')}")
            if faults:
                print(f"Mistakes: {len(faults)}")
                return 1
            if verb == "import":
                own.parent.mkdir(parents=True, exist_ok=True)
                write_own(days, own)
            print(f"Days: {len(days)}")
            return 0
        case ["export", name]:
            if Path(name).exists():
                raise FileExistsError(f"{name} is there already")
            text = written(read_own(own) if own.exists() else {})
            Path(name).write_text(text, "utf-8-sig", newline="")
            return 0
        case _:
            raise ValueError(USAGE)
