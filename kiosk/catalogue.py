"""A hall's own facts: departments, service windows, items, problems, phrases, roster. Read and
checked once, from plain files in one folder.

Names are tables of languages: `name = { zh = "排队等候", en = "Queue & waiting" }`.
"""

import shutil
import tomllib
import typing
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any


class CatalogueError(Exception):
    """A catalogue file cannot be used; says the file, the line and what was expected there."""

    def __init__(self, file: str, line: int, expected: str) -> None:
        super().__init__(f"{file}, line {line}: {expected}")
        self.file, self.line, self.expected = file, line, expected


@dataclass(frozen=True)
class Text:
    """Something in several languages; Chinese is always there."""

    words: dict[str, str]

    def say(self, language: str) -> str:
        return self.words.get(language) or self.words["zh"]

    def __hash__(self) -> int:
        return hash(self.words["zh"])


@dataclass(frozen=True, slots=True)
class Hall:
    code: str
    name: Text
    address: Text
    phone: str
    hours: Text
    hotline: str = "12345"


@dataclass(frozen=True, slots=True)
class Department:
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class ServiceWindow:
    code: str
    name: Text
    department: str
    place: Text


@dataclass(frozen=True, slots=True)
class ServiceItem:
    code: str
    name: Text
    service_window: str
    bring: Text
    how: Text
    initials: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A finer reason; `national` is its code in the national list of 好差评, where it has one."""

    code: str
    name: Text
    national: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    name: Text
    hint: Text
    tags: tuple[Tag, ...] = ()
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """One of the five services someone may ask for (R-37)."""

    code: str
    name: Text
    hint: Text


@dataclass(frozen=True, slots=True)
class Area:
    """Where a suggestion belongs, with sentences ready to tap."""

    code: str
    name: Text
    presets: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of 急事难事."""

    code: str
    name: Text
    hint: Text


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence ready to tap, for one problem or (empty) for all."""

    text: Text
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """您找茬·我整改: what changed because somebody spoke up."""

    text: Text


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is there in one half day: the post on the window and the leader's."""

    weekday: int
    window_post: Text
    leader_post: Text
    afternoon: bool = False


@dataclass(frozen=True)
class Catalogue:
    """All of it. Look-ups by code raise KeyError."""

    hall: Hall
    departments: tuple[Department, ...]
    service_windows: tuple[ServiceWindow, ...]
    service_items: tuple[ServiceItem, ...]
    problems: tuple[Problem, ...]
    needs: tuple[Need, ...]
    areas: tuple[Area, ...]
    troubles: tuple[Trouble, ...]
    phrases: tuple[Phrase, ...]
    stories: tuple[Story, ...]
    roster: tuple[Duty, ...]

    def problem(self, code: str) -> Problem:
        found: Problem = _by_code(self.problems, code)
        return found

    def service_window(self, code: str) -> ServiceWindow:
        found: ServiceWindow = _by_code(self.service_windows, code)
        return found

    def service_item(self, code: str) -> ServiceItem:
        found: ServiceItem = _by_code(self.service_items, code)
        return found

    def need(self, code: str) -> Need:
        found: Need = _by_code(self.needs, code)
        return found

    def name_of(self, code: str, language: str) -> str:
        """The name of a problem, area or kind of trouble; the code itself where it is unknown."""
        named: tuple[Any, ...] = (*self.problems, *self.areas, *self.troubles)
        for one in named:
            if one.code == code:
                return str(one.name.say(language))
        return code

    def duty(self, now: datetime) -> Duty:
        """Who is on duty at a time of day; outside the roster the next half day's people."""
        wanted = (now.weekday(), now.hour >= 12)
        exact = next((d for d in self.roster if (d.weekday, d.afternoon) == wanted), None)
        return exact or self.roster[0]


def _by_code(found: Iterable[Any], code: str) -> Any:
    for one in found:
        if one.code == code:
            return one
    raise KeyError(code)


FILES: dict[str, tuple[str, type[Any]]] = {
    "departments": ("departments.toml", Department),
    "service_windows": ("windows.toml", ServiceWindow),
    "service_items": ("items.toml", ServiceItem),
    "problems": ("problems.toml", Problem),
    "needs": ("needs.toml", Need),
    "areas": ("areas.toml", Area),
    "troubles": ("troubles.toml", Trouble),
    "phrases": ("phrases.toml", Phrase),
    "stories": ("stories.toml", Story),
    "roster": ("roster.toml", Duty),
}


def load(folder: Path) -> Catalogue:
    """Read and check every file. Raises CatalogueError."""
    parts: dict[str, Any] = {"hall": _entries(folder, "hall.toml", Hall, table="hall")[0]}
    for name, (file, kind) in FILES.items():
        parts[name] = tuple(_entries(folder, file, kind, table="entry"))
    catalogue = Catalogue(**parts)
    _check_references(folder, catalogue)
    return catalogue


def load_or_keep(folder: Path, last_good: Path) -> tuple[Catalogue, CatalogueError | None]:
    """The folder's catalogue, or the copy of the last good one with what is wrong in the new.

    Raises CatalogueError only where there is no good copy either.
    """
    try:
        catalogue = load(folder)
    except CatalogueError as trouble:
        if not last_good.exists():
            raise
        return load(last_good), trouble
    if folder != last_good:
        fresh = last_good.with_name(last_good.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for file in folder.glob("*.toml"):
            shutil.copy(file, fresh)
        shutil.rmtree(last_good, ignore_errors=True)
        fresh.rename(last_good)
    return catalogue, None


class _Reader:
    """Builds values out of one file's tables and knows the line it is at."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        self.lines = source.splitlines()
        self.start = 1

    def fail(self, expected: str, key: str = "") -> typing.NoReturn:
        raise CatalogueError(self.file, self._line(key), expected)

    def _line(self, key: str) -> int:
        for number in range(self.start, len(self.lines) + 1):
            line = self.lines[number - 1].strip()
            if number > self.start and line.startswith("[["):
                break
            if key and line.split("=")[0].strip() == key:
                return number
        return self.start

    def build(self, hint: Any, value: Any, key: str) -> Any:
        if hint is Text:
            good = isinstance(value, dict) and all(isinstance(v, str) for v in value.values())
            if not good or not value.get("zh"):
                self.fail(f"{key} wants a table of languages with zh in it", key)
            return Text(value)
        if typing.get_origin(hint) is tuple:
            if not isinstance(value, list):
                self.fail(f"{key} wants a list", key)
            return tuple(self.build(typing.get_args(hint)[0], v, key) for v in value)
        if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
            return self.entry(hint, value, key)
        if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
            names = {str: "a text", int: "a whole number", bool: "true or false"}
            self.fail(f"{key} wants {names[hint]}", key)
        return value

    def entry(self, kind: type[Any], table: Any, key: str = "") -> Any:
        if not isinstance(table, dict):
            self.fail(f"{key} wants a table", key)
        hints = typing.get_type_hints(kind)
        known = {f.name: f for f in fields(kind)}
        for name in table:
            if name not in known:
                self.fail(f"{name} is not known here; known are {', '.join(known)}", name)
        for name, field in known.items():
            if name not in table and field.default is MISSING:
                self.fail(f"{name} is missing", key)
        return kind(**{n: self.build(hints[n], v, n) for n, v in table.items()})


def _entries(folder: Path, file: str, kind: type[Any], *, table: str) -> list[Any]:
    try:
        source = (folder / file).read_text("utf-8")
    except FileNotFoundError:
        raise CatalogueError(file, 1, "this file is missing") from None
    except UnicodeDecodeError as trouble:
        line = trouble.object[: trouble.start].count(b"\n") + 1
        raise CatalogueError(file, line, "text in UTF-8") from None
    try:
        told = tomllib.loads(source)
    except tomllib.TOMLDecodeError as trouble:
        where = str(trouble).rpartition("line ")[2].split(",")[0]
        line = int(where) if where.isdigit() else len(source.splitlines())
        raise CatalogueError(file, line, f"TOML: {trouble}") from None
    reader = _Reader(file, source)
    if set(told) != {table}:
        reader.fail(f"only [[{table}]]" if table == "entry" else f"only [{table}]")
    tables = told[table] if isinstance(told[table], list) else [told[table]]
    heads = [n for n, line in enumerate(reader.lines, 1) if line.strip() == f"[[{table}]]"]
    found, codes = [], set()
    for number, one in enumerate(tables):
        reader.start = heads[number] if number < len(heads) else 1
        value = reader.entry(kind, one)
        code = getattr(value, "code", None)
        if code is not None and code in codes:
            reader.fail(f"the code {code} stands here a second time", "code")
        codes.add(code)
        found.append(value)
    if not found:
        reader.fail("at least one entry")
    return found


def _check_references(folder: Path, catalogue: Catalogue) -> None:
    departments = {d.code for d in catalogue.departments}
    windows = {w.code for w in catalogue.service_windows}
    problems = {p.code for p in catalogue.problems} | {""}
    for file, entries, key, known in (
        ("windows.toml", catalogue.service_windows, "department", departments),
        ("items.toml", catalogue.service_items, "service_window", windows),
        ("phrases.toml", catalogue.phrases, "problem", problems),
    ):
        for entry in typing.cast(Iterable[Any], entries):
            wanted = getattr(entry, key)
            if wanted not in known:
                line = _line_of((folder / file).read_text("utf-8"), key, wanted)
                raise CatalogueError(file, line, f"{key} {wanted!r} is not in the catalogue")


def _line_of(source: str, key: str, value: str) -> int:
    for number, line in enumerate(source.splitlines(), 1):
        name, _, rest = line.partition("=")
        if name.strip() == key and rest.strip().strip("\"'") == value:
            return number
    return 1
