"""Cells of a spreadsheet: texts that Excel and WPS neither run nor rewrite, CSV as they write it.

Every table that a clerk edits goes out and comes in through here; what is wrong in one is a Fault.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kiosk.told import Told

#: What a workbook may unpack to, and the largest CSV.
LARGEST = 50 * 1024 * 1024
#: A number that no spreadsheet rewrites; any other text that begins with a digit it may.
SAFE_NUMBER = re.compile(r"0|[1-9][0-9]{0,10}")

#: A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: 2026-10-10, and what Excel and WPS make of it: 2026/10/10, 2026年10月10日.
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


class NoCsv(ValueError):
    """A line that cannot be read as CSV."""

    def __init__(self, line: int, trouble: Exception) -> None:
        super().__init__(str(trouble))
        self.line = line


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one line of a table, for the clerk who wrote it; line 0 is the whole."""

    line: int
    told: Told

    def say(self, language: str) -> str:
        return self.told.say(language)


def fault(line: int, sentence: str, *args: str) -> Fault:
    return Fault(line, Told(sentence, args))


def protected(text: str, numbers: bool) -> str:
    """A text that no spreadsheet takes for a formula, and with `numbers` for a number or a date."""
    number = numbers and text[:1].isdecimal() and not SAFE_NUMBER.fullmatch(text)
    return f"'{text}" if text.startswith((*_FORMULA, "'")) or number else text


def unprotected(text: str) -> str:
    """The text that was protected; any other as it is."""
    inner = text[1:]
    if text.startswith("'") and (inner.startswith((*_FORMULA, "'")) or inner[:1].isdecimal()):
        return inner
    return text


def decoded(file: Path) -> str:
    """A file's text: UTF-8, or what Excel on a Chinese Windows writes where UTF-8 is not chosen.

    Raises ValueError.
    """
    if file.stat().st_size > LARGEST:
        raise ValueError("it is too large")
    told = file.read_bytes()
    try:
        return told.decode("utf-8-sig")
    except UnicodeDecodeError:
        if told.startswith(b"\xef\xbb\xbf"):
            raise
        return told.decode("gbk")


def with_plain_breaks(text: str) -> str:
    """A cell with plain line breaks."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row of a CSV with the line it begins on, trimmed and unprotected.

    Empty rows and those that begin with # are left out. Raises NoCsv.
    """
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in rows:
            cells = [unprotected(with_plain_breaks(cell).strip()) for cell in row]
            while cells and not cells[-1]:
                cells.pop()  # Excel fills the shorter rows up
            if cells and not cells[0].startswith("#"):
                yield line, cells
            line = rows.line_num + 1
    except csv.Error as trouble:
        raise NoCsv(line, trouble) from None


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV; who writes it to a file says utf-8-sig, since Excel knows UTF-8 by its mark."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def day_of(text: str) -> date | None:
    """The day a cell names, also as Excel rewrites it; None for anything else."""
    found = _DAY.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
