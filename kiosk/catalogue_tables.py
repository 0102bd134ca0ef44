"""A hall's catalogue as tables that a clerk edits in Excel or WPS: check, export, import.

One table a sheet, or one CSV file each. The first row says what stands in each column and ends with
the field's name, `名称（中文） name.zh`. Rows count as the spreadsheet counts them.
"""

import csv
import io
import json
import re
import shutil
import typing
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.catalogue import (
    FILES,
    HALL_FILE,
    Catalogue,
    CatalogueError,
    Look,
    Story,
    Tag,
    Text,
    Where,
    assemble,
    check,
    load,
    logo_fault,
)
from kiosk.cells import LARGEST, SAFE_NUMBER, decoded, protected, unprotected, with_plain_breaks

USAGE = "catalogue wants check DIR, export DIR OUT or import IN DIR"


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, its Chinese title, the part of the catalogue and what a row is.

    A table with `inside` holds what belongs to entries of that part; its first column, `owner`,
    names the entry by its code.
    """

    name: str
    title: str
    part: str
    kind: type[Any]
    inside: str = ""
    owner: str = ""


_TITLES = {
    "hall": ("hall", "大厅"),
    "look": ("look", "外观"),
    "departments": ("departments", "科室"),
    "service_windows": ("windows", "窗口"),
    "service_items": ("items", "事项"),
    "problems": ("problems", "问题"),
    "needs": ("needs", "帮忙"),
    "areas": ("areas", "方面"),
    "troubles": ("troubles", "难事"),
    "phrases": ("phrases", "短句"),
    "stories": ("stories", "整改"),
    "roster": ("roster", "值守"),
    "tickets": ("tickets", "票据格式"),
    "merits": ("merits", "好评理由"),
}
TABLES = (
    *(Table(*_TITLES[part], part, kind) for part, kind in HALL_FILE.items()),
    *(Table(*_TITLES[part], part, kind) for part, (_, kind) in FILES.items()),
    Table("tags", "问题细分", "problems", Tag, inside="tags", owner="problem"),
    Table("presets", "建议短句", "areas", Story, inside="presets", owner="area"),
)
#: Tables that may be left out or hold nothing.
MAY_BE_EMPTY = {"look", "tickets", "merits", "tags", "presets"}

_COLUMNS = {
    "code": "代码",
    "name": "名称",
    "address": "地址",
    "phone": "电话",
    "hours": "办公时间",
    "hotline": "热线",
    "accent": "主色",
    "logo": "标志图片",
    "department": "科室代码",
    "place": "位置",
    "service_window": "窗口代码",
    "bring": "带什么",
    "how": "怎么办",
    "initials": "拼音首字母",
    "form": "表单",
    "hint": "说明",
    "sealed": "只给纪检看",
    "praise": "表扬用",
    "national": "国家标准代码",
    "grade": "评价等级",
    "text": "内容",
    "problem": "问题代码",
    "area": "方面代码",
    "weekday": "星期几（0是周一）",
    "window_post": "窗口值守",
    "leader_post": "带班领导",
    "afternoon": "下午",
    "pattern": "格式",
}
_LANGUAGES = {"zh": "中文", "en": "英文"}
_YES = {"是", "yes", "true", "1", "√"}
_NO = {"", "否", "no", "false", "0"}

#: A workbook writes rare characters as _xHHHH_, and _ before such a text as _x005F_.
_LIKE_RARE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_RETURN = re.compile("(?<!_x005F)_x000[Dd]_")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands in one table, as texts; `place` names it in messages."""

    place: str
    rows: list[list[str]]


@dataclass
class _Found:
    """What tables say: plain tables by part, the row of each entry, what is wrong."""

    told: dict[str, Any] = field(default_factory=dict)
    rows: dict[Where, tuple[str, int]] = field(default_factory=dict)
    troubles: list[CatalogueError] = field(default_factory=list)

    def trouble(self, place: str, row: int, expected: str) -> None:
        self.troubles.append(CatalogueError(place, row, expected, unit="row"))


def run(words: Sequence[str]) -> int:
    """`zhaocha catalogue ...`. Gives 1 if anything is wrong in the catalogue, with all of it said.

    Raises ValueError for a command that is none, OSError where a file cannot be read or written.
    """
    match list(words):
        case ["check", folder]:
            return _report(check(Path(folder)), "The catalogue is good.")
        case ["export", folder, out]:
            troubles = check(Path(folder))
            if not troubles:
                export_tables(load(Path(folder)), Path(out))
            return _report(troubles, f"The tables are in {out}")
        case ["import", source, folder]:
            now = datetime.now()
            return _report(import_tables(Path(source), Path(folder), now), f"Made {folder}")
        case _:
            raise ValueError(USAGE)


def _report(troubles: list[CatalogueError], good: str) -> int:
    for trouble in troubles:
        print(trouble)
    print(f"Mistakes: {len(troubles)}" if troubles else good)
    return 1 if troubles else 0


# --- out --------------------------------------------------------------------------------------


def export_tables(catalogue: Catalogue, out: Path) -> None:
    """Write every table to `out`: a workbook if it ends with .xlsx, otherwise a folder of CSV.

    The logo is put beside the tables. Raises FileExistsError rather than write over anything.
    """
    workbook = out.suffix.lower() == ".xlsx"
    beside = out.parent if workbook else out
    if out.exists() and (workbook or any(out.iterdir())):
        raise FileExistsError(f"{out} is there already")
    logo = beside / catalogue.look.logo
    if catalogue.logo is not None and logo.exists() and not _same(catalogue.logo, logo):
        raise FileExistsError(f"{logo} is there already and is another picture")
    beside.mkdir(parents=True, exist_ok=True)
    rows = {table: list(_rows(table, catalogue)) for table in TABLES}
    if workbook:
        _write_workbook(rows, out)
    else:
        _write_csv(rows, out)
    if catalogue.logo is not None and not logo.exists():
        shutil.copyfile(catalogue.logo, logo)


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def _rows(table: Table, catalogue: Catalogue) -> Iterator[list[str]]:
    """The header, then a row of texts for each entry."""
    entries = list(_entries(table, catalogue))
    columns = _columns(table, entries)
    owner = [f"{_COLUMNS[table.owner]} {table.owner}"] if table.owner else []
    yield owner + [_header(name, language) for name, language in columns]
    for code, entry in entries:
        cells = [_cell(getattr(entry, name), language) for name, language in columns]
        yield ([code] if table.owner else []) + cells


def _entries(table: Table, catalogue: Catalogue) -> Iterator[tuple[str, Any]]:
    """The entries of a table, each with the code of its owner, if it has one."""
    part = getattr(catalogue, table.part)
    for entry in part if isinstance(part, tuple) else (part,):
        if table.inside:
            for inner in getattr(entry, table.inside):
                yield entry.code, Story(inner) if table.kind is Story else inner
        elif entry != Look():
            yield "", entry


def _columns(table: Table, entries: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Each column's field and language; the language is empty for what is not said in any."""
    columns = []
    for name, hint in typing.get_type_hints(table.kind).items():
        if hint is Text:
            used = {language for _, entry in entries for language in getattr(entry, name).words}
            others = sorted(used - _LANGUAGES.keys())
            columns += [(name, language) for language in (*_LANGUAGES, *others)]
        elif typing.get_origin(hint) is not tuple:
            columns.append((name, ""))
    return columns


def _header(name: str, language: str) -> str:
    if not language:
        return f"{_COLUMNS[name]} {name}"
    return f"{_COLUMNS[name]}（{_LANGUAGES.get(language, language)}） {name}.{language}"


def _cell(value: Any, language: str) -> str:
    if isinstance(value, Text):
        return value.words.get(language, "")
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _write_csv(rows: dict[Table, list[list[str]]], folder: Path) -> None:
    for table, lines in rows.items():
        # Excel knows UTF-8 by its mark.
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([protected(cell, True) for cell in line] for line in lines)


def _write_workbook(rows: dict[Table, list[list[str]]], out: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    shown, bold, plain = Alignment(wrap_text=True, vertical="top"), Font(bold=True), Font()
    book = Workbook()
    book.remove(book.active)
    for table, lines in rows.items():
        sheet = book.create_sheet(f"{table.title} {table.name}")
        sheet.freeze_panes = "A2"
        for column, _ in enumerate(lines[0], 1):
            longest = max(len(line[column - 1]) for line in lines)
            shape = sheet.column_dimensions[get_column_letter(column)]
            shape.width = min(60, max(14, longest * 2))
            shape.number_format = "@"
        for number, line in enumerate(lines, 1):
            for column, text in enumerate(line, 1):
                cell = sheet.cell(number, column)
                if text:
                    text = _LIKE_RARE.sub("_x005F_", protected(text, False))
                    cell.value, cell.data_type = text, "s"
                cell.number_format = "@"
                cell.alignment = shown
                cell.font = bold if number == 1 else plain
    book.save(out)


# --- in ---------------------------------------------------------------------------------------


def import_tables(source: Path, folder: Path, now: datetime) -> list[CatalogueError]:
    """Make `folder` anew from a workbook or a folder of CSV; or do nothing and say what is wrong.

    What was there before is kept beside it as `folder.before-YYYYmmddHHMMSS`. Raises OSError.
    """
    folder = folder.resolve()
    catalogue, troubles = read_tables(source, folder)
    if catalogue is None:
        return troubles
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        for file, text in _toml_files(catalogue):
            (fresh / file).write_text(text, "utf-8")
        if catalogue.logo is not None:
            shutil.copyfile(catalogue.logo, fresh / catalogue.look.logo)
        if load(fresh) != catalogue:
            raise RuntimeError("what was written is not what was read")
        _put_in_place(fresh, folder, folder.with_name(f"{folder.name}.before-{now:%Y%m%d%H%M%S}"))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return []


def _put_in_place(fresh: Path, folder: Path, before: Path) -> None:
    """`fresh` becomes `folder`, and what was there becomes `before`; or all stays as it was."""
    if not folder.exists():
        fresh.rename(folder)
        return
    folder.rename(before)
    try:
        fresh.rename(folder)
    except OSError:
        before.rename(folder)
        raise


def read_tables(source: Path, folder: Path) -> tuple[Catalogue | None, list[CatalogueError]]:
    """The catalogue that the tables hold, or everything that is wrong with them. Raises OSError.

    Its logo is a file beside the tables or, failing that, one in `folder`.
    """
    sheets, troubles = _sheets(source)
    found = _Found(troubles=troubles)
    for table in TABLES:
        if table.name in sheets:
            _take(table, sheets[table.name], found)
        elif table.name not in MAY_BE_EMPTY:
            found.trouble(f"{source.name}, {table.name}", 1, "this table is missing")
    catalogue, faults = assemble(found.told)
    if catalogue is not None and catalogue.look.logo:
        beside = source if source.is_dir() else source.parent
        logos = [place / catalogue.look.logo for place in (beside, folder)]
        catalogue = replace(catalogue, logo=next((one for one in logos if one.exists()), logos[0]))
        if expected := logo_fault(catalogue.logo or beside):
            faults = [(("look", "logo"), f"logo wants {expected}")]
    for where, expected in faults:
        known = (where[:n] for n in range(len(where), 0, -1) if where[:n] in found.rows)
        found.trouble(*found.rows[next(known)], expected)
    places = [sheet.place for sheet in sheets.values()]
    order = {place: number for number, place in enumerate(places)}
    found.troubles.sort(key=lambda one: (order.get(one.file, len(order)), one.line))
    return (None if found.troubles else catalogue), found.troubles


def _take(table: Table, sheet: Sheet, found: _Found) -> None:
    """Put a sheet's rows into `found`; without the columns it must have, the part stays out."""
    columns = _read_header(table, sheet, found)
    if columns is None:
        return
    single = table.part in HALL_FILE
    if not table.inside:
        found.rows[(table.part,)] = (sheet.place, 1)
        if not single:
            found.told[table.part] = []
    for row, cells in enumerate(sheet.rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        entry = _read_entry(table, columns, cells, (sheet.place, row), found)
        if not table.inside:
            entry |= {one.inside: [] for one in TABLES if one.inside and one.part == table.part}
        if table.inside:
            _put_inside(table, entry, (sheet.place, row), found)
        elif not single:
            found.rows[(table.part, len(found.told[table.part]))] = (sheet.place, row)
            found.told[table.part].append(entry)
        elif table.part in found.told:
            found.trouble(sheet.place, row, "one row, no more")
        else:
            found.rows[(table.part,)] = (sheet.place, row)
            found.told[table.part] = entry
    if table.name == "hall" and "hall" not in found.told:
        found.trouble(sheet.place, 2, "the row of the hall")


def _read_header(table: Table, sheet: Sheet, found: _Found) -> list[tuple[str, str]] | None:
    """Each column's field and language (`""`, `""` for a column without a header).

    None if a column that must be there is not.
    """
    hints = _cell_hints(table)
    columns: list[tuple[str, str]] = []
    for header in sheet.rows[0] if sheet.rows else []:
        told = header.split()[-1] if header.split() else ""
        name, _, language = told.partition(".")
        if told and (name not in hints or bool(language) != (hints[name] is Text)):
            known = ", ".join(f"{n}.zh" if hint is Text else n for n, hint in hints.items())
            found.trouble(sheet.place, 1, f"{told} is not known here; known are {known}")
            name, language = "?", ""
        elif told and (name, language) in columns:
            found.trouble(sheet.place, 1, f"the column {told} stands here a second time")
        columns.append((name, language))
    must = {f.name for f in fields(table.kind) if f.default is MISSING} | {table.owner}
    wanted = [(n, "zh" if hint is Text else "") for n, hint in hints.items() if n in must]
    missing = [column for column in wanted if column not in columns]
    for name, language in missing:
        found.trouble(sheet.place, 1, f"the column {_header(name, language)} is missing")
    return None if missing else columns


def _cell_hints(table: Table) -> dict[str, Any]:
    """The fields of a table that have columns, with their types."""
    owner = {table.owner: str} if table.owner else {}
    hints = typing.get_type_hints(table.kind).items()
    return owner | {n: hint for n, hint in hints if typing.get_origin(hint) is not tuple}


def _read_entry(
    table: Table,
    columns: list[tuple[str, str]],
    cells: list[str],
    place: tuple[str, int],
    found: _Found,
) -> dict[str, Any]:
    """One row as a plain table; empty cells of languages, numbers and yes or no are left out."""
    hints = _cell_hints(table)
    entry: dict[str, Any] = {}
    for number, cell in enumerate(cells):
        name, language = columns[number] if number < len(columns) else ("", "")
        text, hint = cell.strip(), hints.get(name)
        if not name and text:
            found.trouble(*place, f"no cell without a header above it: {text[:20]!r}")
        elif hint is Text and text:
            entry.setdefault(name, {})[language] = text
        elif hint is str:
            entry[name] = text
        elif hint is bool and text.lower() in _YES | _NO:
            entry[name] = text.lower() in _YES
        elif hint is bool:
            found.trouble(*place, f"{name} wants 是 or 否")
        elif hint is int and text:
            entry[name] = int(text) if SAFE_NUMBER.fullmatch(text) else text
    return entry


def _put_inside(table: Table, entry: dict[str, Any], place: tuple[str, int], found: _Found) -> None:
    """Give a row to the entry it belongs to."""
    owner = entry.pop(table.owner, "")
    owners = found.told.get(table.part)
    if owners is None:
        return
    at = next((n for n, one in enumerate(owners) if one.get("code") == owner), None)
    if at is None:
        found.trouble(*place, f"{table.owner} {owner!r} is not in the catalogue")
        return
    inner = owners[at].setdefault(table.inside, [])
    found.rows[(table.part, at, table.inside, len(inner))] = place
    inner.append(entry.get("text") if table.kind is Story else entry)


def _sheets(source: Path) -> tuple[dict[str, Sheet], list[CatalogueError]]:
    """Every table by name with its cells' texts, unprotected, and what could not be read."""
    read = _read_csv if source.is_dir() else _read_workbook
    sheets: dict[str, Sheet] = {}
    troubles: list[CatalogueError] = []
    known = [table.name for table in TABLES]
    for name, sheet in read(source, troubles):
        if name in known and name not in sheets:
            sheets[name] = sheet
        else:
            expected = f"one table each of {', '.join(known)}, not {name!r}"
            troubles.append(CatalogueError(sheet.place, 1, expected, unit="row"))
    return sheets, troubles


def _read_csv(folder: Path, troubles: list[CatalogueError]) -> Iterator[tuple[str, Sheet]]:
    for file in sorted(folder.glob("*.csv")):
        rows: list[list[str]] = []
        try:
            for row in csv.reader(io.StringIO(decoded(file), newline=""), strict=True):
                rows.append([unprotected(with_plain_breaks(cell)) for cell in row])
        except (csv.Error, ValueError) as trouble:
            expected = f"a CSV file in UTF-8 ({trouble})"
            troubles.append(CatalogueError(file.name, len(rows) + 1, expected, unit="row"))
            continue
        yield file.stem.lower(), Sheet(file.name, rows)


def _read_workbook(source: Path, troubles: list[CatalogueError]) -> Iterator[tuple[str, Sheet]]:
    from openpyxl import load_workbook

    try:
        with source.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with zipfile.ZipFile(file) as packed:
                if sum(one.file_size for one in packed.infolist()) > LARGEST:
                    raise ValueError("it is too large")
            book = load_workbook(file)
    except OSError:
        raise
    except Exception as trouble:
        # A broken workbook fails in as many ways as it has parts.
        expected = f"a workbook (.xlsx) or a folder of CSV files ({trouble})"
        troubles.append(CatalogueError(source.name, 1, expected, unit="row"))
        return
    for sheet in book.worksheets:
        place = f"{source.name}, {sheet.title}"
        rows = []
        for number, cells in enumerate(sheet.iter_rows(), 1):
            rows.append([_cell_text(cell, (place, number), troubles) for cell in cells])
        yield (sheet.title.split() or [""])[-1].lower(), Sheet(place, rows)


def _cell_text(cell: Any, place: tuple[str, int], troubles: list[CatalogueError]) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str) and cell.data_type not in ("f", "e"):
        return unprotected(with_plain_breaks(_RETURN.sub("", value).replace("_x005F_", "_")))
    if isinstance(value, int | float):
        return str(value).removesuffix(".0")
    kind = {"f": "a formula", "e": "an error", "d": "a date"}.get(cell.data_type, "something else")
    expected = f"{cell.column_letter}{place[1]} wants a text, this is {kind}"
    troubles.append(CatalogueError(*place, expected, unit="row"))
    return ""


# --- the files --------------------------------------------------------------------------------


def _toml_files(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Each file's name and text."""
    made = "# Made by `zhaocha catalogue import`.\n"
    hall = made + _toml_entry("[hall]", catalogue.hall)
    if catalogue.look != Look():
        hall += _toml_entry("[look]", catalogue.look)
    yield "hall.toml", hall
    for part, (file, _) in FILES.items():
        entries = getattr(catalogue, part)
        yield file, made + "".join(_toml_entry("[[entry]]", entry) for entry in entries)


def _toml_entry(head: str, entry: Any) -> str:
    told = ((f, getattr(entry, f.name)) for f in fields(entry))
    lines = [f"{f.name} = {_toml(value)}" for f, value in told if value != f.default]
    return "\n".join(["", head, *lines, ""])


def _toml(value: Any) -> str:
    """A value of the catalogue on one line; lists take a line for each."""
    if isinstance(value, Text):
        return _inline(value.words)
    if isinstance(value, tuple):
        lines = [f"    {_toml(one)},\n" for one in value]
        return "".join(["[\n", *lines, "]"]) if lines else "[]"
    if isinstance(value, Tag):
        told = ((f, getattr(value, f.name)) for f in fields(value))
        return _inline({f.name: one for f, one in told if one != f.default})
    # A text without control characters is written in JSON as in TOML.
    return json.dumps(value, ensure_ascii=False)


def _inline(values: dict[str, Any]) -> str:
    return "{ " + ", ".join(f"{name} = {_toml(value)}" for name, value in values.items()) + " }"
