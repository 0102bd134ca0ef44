"""Cases as a workbook or CSV: formula-safe, and without words, times and tickets unless asked for.

Names stand in words, never as codes of another system; people who handle a case do not stand in it
at all. What is taken out is in the log first (`Exported`).
"""

import csv
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from db.case import Case
from db.lists import in_time, satisfied
from db.terms import CAUSE_WORDS, KIND_WORDS, RESULT_WORDS, STATE_WORDS, Axis, Grade, Source
from kiosk.catalogue import Catalogue
from kiosk.cells import protected
from kiosk.numbers import name_of
from kiosk.words import say

GRADE_WORDS = {
    Grade.VERY_SATISFIED: "非常满意",
    Grade.SATISFIED: "满意",
    Grade.BASICALLY_SATISFIED: "基本满意",
    Grade.DISSATISFIED: "不满意",
    Grade.VERY_DISSATISFIED: "非常不满意",
}
SOURCE_WORDS = {Source.KIOSK: "自助终端", Source.PAPER: "纸质单", Source.DESK: "服务台"}
_YES_NO = {True: "是", False: "否", None: ""}
#: What XML, and so a workbook, cannot hold.
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: A workbook writes rare characters as _xHHHH_, and _ before such a text as _x005F_.
_LIKE_RARE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_WIDEST, _NARROWEST = 60, 8

#: A text, or a number that is ours and may be reckoned with.
Cell = str | int


@dataclass(frozen=True, slots=True)
class Facts:
    """What the columns are read from: the hall's names, and the language they stand in."""

    catalogue: Catalogue
    language: str = "zh"

    def say(self, text: str) -> str:
        return say(text, self.language) if text else ""

    def name(self, axis: Axis, code: str) -> str:
        return name_of(self.catalogue, axis, code, self.language) if code else ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, and what stands in it; `whole` where it tells too much for everybody."""

    head: str
    cell: Callable[[Case, Facts], Cell]
    whole: bool = False


def _problems(case: Case, facts: Facts) -> str:
    return "、".join(facts.name(Axis.PROBLEM, code) for code in case.feedback.problems)


def _merits(case: Case, facts: Facts) -> str:
    names = (facts.catalogue.name_of(c, facts.language) for c in case.feedback.merits)
    return "、".join(names)


def _grade(case: Case, facts: Facts) -> str:
    grade = case.feedback.grade
    return facts.say(GRADE_WORDS[grade]) if grade else ""


def _result(case: Case, facts: Facts) -> str:
    return facts.say(RESULT_WORDS[case.outcome.result]) if case.outcome else ""


def _cause(case: Case, facts: Facts) -> str:
    cause = case.outcome.cause if case.outcome else None
    return facts.say(CAUSE_WORDS[cause]) if cause else ""


def _satisfied(case: Case, facts: Facts) -> str:
    said = satisfied(case)
    return facts.say(_YES_NO[None if said is None else bool(said)])


def _day(ms: int | None) -> str:
    return "" if ms is None else date.fromtimestamp(ms / 1000).isoformat()


def _moment(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000).isoformat(" ", "seconds")


COLUMNS = (
    Column("编号", lambda c, f: c.number),
    Column("来源", lambda c, f: f.say(SOURCE_WORDS[c.source])),
    Column("类别", lambda c, f: f.say(KIND_WORDS[c.feedback.kind])),
    Column("打分", _grade),
    Column("反映的问题", _problems),
    Column("好在哪里", _merits),
    Column("科室", lambda c, f: f.name(Axis.DEPARTMENT, c.department or c.assigned)),
    Column("窗口", lambda c, f: f.name(Axis.WINDOW, c.feedback.service_window)),
    Column("事项", lambda c, f: f.name(Axis.ITEM, c.feedback.service_item)),
    Column("登记日期", lambda c, f: _day(c.registered_ms)),
    Column("期限", lambda c, f: c.due),
    Column("状态", lambda c, f: f.say(STATE_WORDS[c.state])),
    Column("回复日期", lambda c, f: _day(c.replied_ms)),
    Column("按时", lambda c, f: f.say(_YES_NO[in_time(c)]) if c.replied_ms else ""),
    Column("结果", _result),
    Column("原因", _cause),
    Column("觉得满意", _satisfied),
    Column("第几轮", lambda c, f: c.round),
    Column("又有人遇到", lambda c, f: c.joined),
    Column("登记时间", lambda c, f: _moment(c.registered_ms), whole=True),
    Column("取号", lambda c, f: c.feedback.ticket, whole=True),
    Column("等候分钟", lambda c, f: c.feedback.waited_minutes or "", whole=True),
    Column("办件编号", lambda c, f: c.feedback.project, whole=True),
    Column("原话", lambda c, f: c.feedback.words, whole=True),
    Column("查明情况", lambda c, f: c.outcome.text if c.outcome else "", whole=True),
    Column("回复", lambda c, f: c.outcome.reply if c.outcome else "", whole=True),
)


def rows(cases: Iterable[Case], facts: Facts, *, whole: bool = False) -> Iterator[list[Cell]]:
    """The heads, then a row for each case that may stand in a report at all.

    Without `whole` they come by day and number, so that nobody reads who came when.
    """
    columns = [column for column in COLUMNS if whole or not column.whole]
    yield [facts.say(column.head) for column in columns]
    counted = [case for case in cases if case.counted]
    if whole:
        counted.sort(key=lambda case: case.registered_ms)
    else:
        counted.sort(key=lambda case: (_day(case.registered_ms), case.number))
    for case in counted:
        yield [column.cell(case, facts) for column in columns]


# --- files ------------------------------------------------------------------------------------


def write(file: Path, table: Sequence[Sequence[Cell]], about: Sequence[Sequence[Cell]]) -> None:
    """Write rows to a workbook if `file` ends with .xlsx, otherwise to a CSV; all or nothing, and
    readable for this account alone. `about` says what it is, on a sheet of a workbook's own."""
    if file.suffix.lower() == ".xlsx":
        _put(file, lambda fresh: _workbook(fresh, table, about))
    else:
        _put(file, lambda fresh: _csv(fresh, table))


def write_text(file: Path, text: str, encoding: str) -> None:
    """Write a text in the same way."""
    _put(file, lambda fresh: _text(fresh, text, encoding))


def _put(file: Path, fill: Callable[[Path], None]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=file.suffix)
    fresh = Path(name)
    try:
        os.close(handle)
        fill(fresh)
        os.replace(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)


def _text(file: Path, text: str, encoding: str) -> None:
    file.write_text(text, encoding, errors="replace", newline="")


def _csv(file: Path, table: Iterable[Sequence[Cell]]) -> None:
    # Excel knows UTF-8 by its mark.
    with file.open("w", encoding="utf-8-sig", newline="", errors="replace") as out:
        csv.writer(out).writerows([safe(cell) for cell in row] for row in table)


#: A day or a moment as we write it: no spreadsheet does harm to it.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?")
#: A Chinese or Japanese spreadsheet takes a full-width sign for the plain one.
_WIDE_FORMULA = ("＝", "＋", "－", "＠", "\n")


def safe(cell: Cell) -> str:
    """A cell that no spreadsheet runs, and whose long numbers it does not round."""
    text = str(cell)
    if isinstance(cell, int) or _DAY.fullmatch(text):
        return text
    text = _UNHOLDABLE.sub("�", text)
    return f"'{text}" if text.startswith(_WIDE_FORMULA) else protected(text, True)


def _workbook(file: Path, table: Sequence[Sequence[Cell]], about: Sequence[Sequence[Cell]]) -> None:
    from openpyxl import Workbook  # late: only here is it needed

    book = Workbook(write_only=True)
    for title, lines, headed in (("件", table, True), ("说明", about, False)):
        _sheet(book, title, lines, headed)
    book.save(file)


def _sheet(book: Any, title: str, lines: Sequence[Sequence[Cell]], headed: bool) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    shape, bold = Alignment(wrap_text=True, vertical="top"), Font(bold=True)
    sheet = book.create_sheet(title)
    for number, cells in enumerate(zip(*lines, strict=True), 1):
        longest = max(_width(str(cell)) for cell in cells)
        wide = min(_WIDEST, max(_NARROWEST, longest + 2))
        sheet.column_dimensions[get_column_letter(number)].width = wide
    if headed:
        sheet.freeze_panes = "B2"
    for number, line in enumerate(lines):
        row = []
        for value in line:
            cell = WriteOnlyCell(sheet)
            cell.alignment = shape
            if isinstance(value, int):
                cell.value = value
            else:
                text = _UNHOLDABLE.sub("�", protected(value, False))
                cell.value, cell.data_type = _LIKE_RARE.sub("_x005F_", text), "s"
                cell.number_format = "@"
            if headed and number == 0:
                cell.font = bold
            row.append(cell)
        sheet.append(row)
    if headed:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(lines[0]))}{len(lines)}"


def _width(text: str) -> int:
    """How wide the widest line is, in letters; a Chinese character is two."""
    return max((sum(2 if c > "⺀" else 1 for c in line) for line in text.split("\n")), default=0)
