"""A hall's own facts: departments, service windows, items, problems, phrases, roster. Read and
checked once, from plain files in one folder.

Names are tables of languages: `name = { zh = "排队等候", en = "Queue & waiting" }`. Spaces around a
text and empty languages do not count.
"""

import re
import shutil
import tomllib
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from kiosk import ticket
from kiosk.ticket import Ticket, TicketFormat


class CatalogueError(Exception):
    """A catalogue file cannot be used; says the file, the line and what was expected there."""

    def __init__(self, file: str, line: int, expected: str, unit: str = "line") -> None:
        super().__init__(f"{file}, {unit} {line}: {expected}")
        self.file, self.line, self.expected = file, line, expected


@dataclass(frozen=True)
class Text:
    """Something in several languages; Chinese is always there."""

    words: dict[str, str]

    def say(self, language: str) -> str:
        """In `language`; a visitor who reads no Chinese gets English where it lacks that."""
        words = self.words
        return words.get(language) or (language != "zh" and words.get("en")) or words["zh"]

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
class Look:
    """The hall's own colour (`#0B5D4E`) and logo (a PNG beside the files); empty: the usual."""

    accent: str = ""
    logo: str = ""


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
class Merit:
    """What may be tapped under the good face named `grade`; `national` as of a tag."""

    code: str
    name: Text
    grade: str
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
    """One of the services someone may ask for (R-37).

    `form` says what else is asked: a half day, an hour after work, a number of sheets, an address;
    empty for nothing.
    """

    code: str
    name: Text
    hint: Text
    form: str = ""


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
    """A sentence ready to tap, for one problem or (empty) for all; `praise` is for a good face."""

    text: Text
    problem: str = ""
    praise: bool = False


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
    """All of it. Look-ups by code raise KeyError. `logo` is the picture that `look` names."""

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
    tickets: tuple[TicketFormat, ...] = ()
    merits: tuple[Merit, ...] = ()
    look: Look = Look()
    logo: Path | None = field(default=None, compare=False)

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

    def problem_of(self, tag: str) -> Problem:
        """The problem a finer tag belongs to."""
        for problem in self.problems:
            if any(one.code == tag for one in problem.tags):
                return problem
        raise KeyError(tag)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """The finer tags of every problem."""
        return tuple(tag for problem in self.problems for tag in problem.tags)

    def reasons(self, grade: str) -> tuple[Tag | Problem, ...]:
        """What the national list has for a bad grade, by its codes; the first problems where the
        hall has none of these. As many as leave one tile for everything else."""
        open_to_all = [problem for problem in self.problems if not problem.sealed]
        digit = NATIONAL_DIGIT[grade]
        tags = [t for p in open_to_all for t in p.tags if t.national.startswith(digit)]
        found: list[Tag | Problem] = [*sorted(tags, key=lambda tag: tag.national)] or [*open_to_all]
        return tuple(found[: TILES - 1])

    def merits_of(self, grade: str) -> tuple[Merit, ...]:
        """What may be tapped under a good face of this grade."""
        return tuple(merit for merit in self.merits if merit.grade == grade)

    def department_of(self, service_window: str, service_item: str = "") -> str:
        """The department that answers for a window, or for an item's window; empty for neither."""
        window = service_window or next(
            (i.service_window for i in self.service_items if i.code == service_item), ""
        )
        found = (w.department for w in self.service_windows if w.code == window)
        return next(found, "")

    def name_of(self, code: str, language: str) -> str:
        """The name of a problem, tag, merit, area or kind of trouble; the code itself where it is
        unknown."""
        named: tuple[Any, ...] = (
            *self.problems, *self.tags, *self.merits, *self.areas, *self.troubles,
        )  # fmt: skip
        for one in named:
            if one.code == code:
                return str(one.name.say(language))
        return code

    def codes_named(self, part: str) -> tuple[str, ...]:
        """The problems, tags and windows whose name, in any language, has this in it."""
        named = [(p.code, p.name) for p in self.problems]
        named += [(t.code, t.name) for t in self.tags]
        named += [(w.code, w.name) for w in self.service_windows]
        return tuple(
            code
            for code, name in named
            if any(part in text.lower() for text in name.words.values())
        )

    def duty(self, now: datetime) -> Duty:
        """Who is on duty at a time of day; outside the roster the next half day's people."""
        wanted = (now.weekday(), now.hour >= 12)
        exact = next((d for d in self.roster if (d.weekday, d.afternoon) == wanted), None)
        return exact or self.roster[0]

    def ticket(self, scanned: str, now: datetime) -> Ticket | None:
        """What a scanned queue ticket or pick-up slip tells; None for any other text."""
        windows = {w.code for w in self.service_windows}
        items = {i.code: i.service_window for i in self.service_items}
        return ticket.read(scanned, self.tickets, windows, items, now)


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
    "tickets": ("tickets.toml", TicketFormat),
    "merits": ("merits.toml", Merit),
}
#: The tables of hall.toml.
HALL_FILE: dict[str, type[Any]] = {"hall": Hall, "look": Look}
#: What a hall can do without: part, or file.
OPTIONAL = {"look", "tickets", "merits"}
#: With which digit the codes of the national tags of a grade begin.
NATIONAL_DIGIT = {
    "very_satisfied": "5",
    "satisfied": "4",
    "basically_satisfied": "3",
    "dissatisfied": "2",
    "very_dissatisfied": "1",
}
#: The grades that are no bad rating.
GOOD_GRADES = ("very_satisfied", "satisfied", "basically_satisfied")
#: As many tiles stand on one screen.
TILES = 9

#: File → the parts that stand in it.
_PARTS = {"hall.toml": tuple(HALL_FILE)} | {file: (part,) for part, (file, _) in FILES.items()}
#: Which part refers by which field to the codes of which other part.
REFERENCES = (
    ("service_windows", "department", "departments"),
    ("service_items", "service_window", "service_windows"),
    ("phrases", "problem", "problems"),
)
#: Parts among which a code may stand only once, since a case keeps the bare code.
_SHARED_CODES = ("problems", "areas", "troubles", "merits")

#: Longer texts fit no screen, and no cell of a spreadsheet.
LONGEST = 2000

#: A logo's file, and each of its sides in pixels.
LOGO_BYTES = 512 * 1024
LOGO_PIXELS = 2048
#: Against white, as WCAG 2.2 wants it for text.
CONTRAST = 4.5

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*")
_HEAD = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_-]+)\s*\]\]?\s*(#.*)?$")

#: Where something stands: part, number of the entry, field, and so on inward.
Where = tuple[str | int, ...]
#: A place and what was expected there.
Fault = tuple[Where, str]


def load(folder: Path) -> Catalogue:
    """Read and check every file. Raises CatalogueError for the first thing that is wrong."""
    catalogue, troubles = _read(folder)
    if catalogue is None:
        raise troubles[0]
    return catalogue


def check(folder: Path) -> list[CatalogueError]:
    """Everything that is wrong in a folder, in the order of its files and lines."""
    files = list(_PARTS)
    return sorted(_read(folder)[1], key=lambda trouble: (files.index(trouble.file), trouble.line))


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
    files = [*folder.glob("*.toml"), *([catalogue.logo] if catalogue.logo else [])]
    if folder != last_good and not _copied(files, last_good):
        fresh = last_good.with_name(last_good.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for file in files:
            shutil.copy(file, fresh)
        shutil.rmtree(last_good, ignore_errors=True)
        fresh.rename(last_good)
    return catalogue, None


def _copied(files: list[Path], copy: Path) -> bool:
    """Whether the copy holds these files and nothing else."""
    kept = {file.name: file for file in copy.iterdir()} if copy.exists() else {}
    return kept.keys() == {file.name for file in files} and all(
        kept[file.name].read_bytes() == file.read_bytes() for file in files
    )


def assemble(told: Mapping[str, Any]) -> tuple[Catalogue | None, list[Fault]]:
    """A catalogue from plain tables by part, or everything that is wrong with them.

    `told` is {"hall": {...}, "departments": [{...}, ...], ...}. A part that is not in it could not
    be read: nothing is said about it, but there is no catalogue unless it is optional.
    """
    builder = _Builder()
    made: dict[str, Any] = {}
    for part, kind in HALL_FILE.items():
        if part in told:
            made[part] = builder.entry(kind, told[part], (part,))
    for part, (_, kind) in FILES.items():
        if part in told:
            entries = [builder.entry(kind, t, (part, n)) for n, t in enumerate(told[part])]
            made[part] = tuple(entries)
            if not entries and part not in OPTIONAL:
                builder.fail((part,), "at least one entry")
    builder.faults += _repeated_codes(told)
    builder.faults += _crowded(told)
    builder.faults += _dangling(told)
    if builder.faults or not {*HALL_FILE, *FILES} - OPTIONAL <= made.keys():
        return None, builder.faults
    return Catalogue(**made), []


def logo_fault(file: Path) -> str:
    """What was expected of a logo's file; empty if it can be used."""
    try:
        if file.stat().st_size > LOGO_BYTES:
            return f"a picture of at most {LOGO_BYTES // 1024} KB"
        told = file.read_bytes()
    except OSError:
        return f"the picture {file.name} beside the other files"
    if told[:16] != b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" or not told.endswith(b"IEND\xaeB`\x82"):
        return "a whole PNG picture"
    sides = int.from_bytes(told[16:20], "big"), int.from_bytes(told[20:24], "big")
    if not 0 < min(sides) <= max(sides) <= LOGO_PIXELS:
        return f"a picture of at most {LOGO_PIXELS} × {LOGO_PIXELS} pixels"
    return ""


def contrast_with_white(colour: str) -> float:
    """The contrast of `#RRGGBB` against white, 1 to 21, as WCAG counts it."""
    light = 0.0
    for start, weight in ((1, 0.2126), (3, 0.7152), (5, 0.0722)):
        share = int(colour[start : start + 2], 16) / 255
        light += weight * (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    return 1.05 / (light + 0.05)


class _Builder:
    """Builds values out of plain tables and notes every fault with its place."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fail(self, where: Where, expected: str) -> None:
        self.faults.append((where, expected))

    def entry(self, kind: Any, table: Any, where: Where) -> Any:
        """One value; None if anything in it is wrong, and then that is noted."""
        before = len(self.faults)
        if not isinstance(table, dict):
            return self.fail(where, f"{_key(where)} wants a table")
        hints = _hints(kind)
        known = {f.name: f for f in fields(kind)}
        made = {}
        for name, value in table.items():
            if name not in known:
                self.fail((*where, name), f"{name} is not known here; known are {', '.join(known)}")
                continue
            made[name] = self.build(hints[name], value, (*where, name))
            if made[name] == "" and known[name].default is MISSING:
                self.fail((*where, name), f"{name} is missing")
        for name, one in known.items():
            if name not in table and one.default is MISSING:
                self.fail((*where, name), f"{name} is missing")
        if len(self.faults) > before:
            return None
        value = kind(**made)
        self.faults += [((*where, name), expected) for name, expected in _own_faults(value)]
        return value

    def build(self, hint: Any, value: Any, where: Where) -> Any:
        key = _key(where)
        if hint is Text:
            return self.text(value, key, where)
        if typing.get_origin(hint) is tuple:
            if not isinstance(value, list):
                return self.fail(where, f"{key} wants a list")
            inner = typing.get_args(hint)[0]
            return tuple(self.build(inner, v, (*where, n)) for n, v in enumerate(value))
        if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
            return self.entry(hint, value, where)
        if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
            names = {str: "a text", int: "a whole number", bool: "true or false"}
            return self.fail(where, f"{key} wants {names[hint]}")
        if not isinstance(value, str):
            return value
        line = value.strip()
        if "\n" in line or _INVISIBLE.search(line) or len(line) > LONGEST:
            self.fail(where, f"{key} wants one line of at most {LONGEST} visible characters")
        return line

    def text(self, value: Any, key: str, where: Where) -> Any:
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            return self.fail(where, f"{key} wants a table of languages with zh in it")
        for language, words in value.items():
            if not _LANGUAGE.fullmatch(language):
                self.fail(where, f"{key} wants languages such as zh and en, not {language!r}")
            if _INVISIBLE.search(words) or len(words) > LONGEST:
                expected = f"{key} wants at most {LONGEST} characters, none of them invisible"
                self.fail(where, expected)
        words = {language: said.strip() for language, said in value.items() if said.strip()}
        if "zh" not in words:
            return self.fail(where, f"{key} wants a table of languages with zh in it")
        return Text(words)


def _key(where: Where) -> str:
    return next(name for name in reversed(where) if isinstance(name, str))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _own_faults(value: Any) -> Iterator[tuple[str, str]]:
    """What one value by itself gets wrong: field and what was expected."""
    code = getattr(value, "code", "")
    if any(sign.isspace() for sign in code):
        yield "code", "code wants no spaces"
    if isinstance(value, Problem) and len(value.tags) > TILES:
        yield "tags", f"tags wants at most {TILES}, as many as one screen shows"
    if isinstance(value, Merit):
        if value.grade not in GOOD_GRADES:
            yield "grade", f"grade wants one of {', '.join(GOOD_GRADES)}"
        elif value.national and not value.national.startswith(NATIONAL_DIGIT[value.grade]):
            yield (
                "national",
                f"national wants a code that begins with {NATIONAL_DIGIT[value.grade]}",
            )
    if isinstance(value, Duty) and not 0 <= value.weekday <= 6:
        yield "weekday", "weekday wants 0 for Monday to 6 for Sunday"
    if isinstance(value, TicketFormat):
        try:
            ticket.parts(value.pattern)
        except ValueError as expected:
            yield "pattern", f"pattern wants {expected}"
    if isinstance(value, Look) and value.accent:
        if not re.fullmatch("#[0-9A-Fa-f]{6}", value.accent):
            yield "accent", "accent wants a colour such as #0B5D4E"
        elif (ratio := contrast_with_white(value.accent)) < CONTRAST:
            yield "accent", f"accent wants {CONTRAST}:1 against white, this has {ratio:.2f}:1"
    if (
        isinstance(value, Look)
        and value.logo
        and not re.fullmatch(r"[^/\\:]+\.png", value.logo, re.I)
    ):
        yield "logo", "logo wants the name of a PNG file in this folder"


def _entries(told: Mapping[str, Any], part: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, entry in enumerate(told.get(part, ())):
        if isinstance(entry, dict):
            yield number, entry


def _repeated_codes(told: Mapping[str, Any]) -> Iterator[Fault]:
    """Codes that stand a second time where each may stand once; half days likewise."""
    shared: set[str] = set()
    for part in FILES:
        codes = shared if part in _SHARED_CODES else set()
        for where, entry in _with_tags(told, part):
            code = str(entry.get("code", "")).strip()
            if code and code in codes:
                yield (*where, "code"), f"the code {code} stands here a second time"
            codes.add(code)
    days = set()
    for number, entry in _entries(told, "roster"):
        day = str(entry.get("weekday")), bool(entry.get("afternoon"))
        if day in days:
            yield ("roster", number, "weekday"), "this half day stands here a second time"
        days.add(day)


def _crowded(told: Mapping[str, Any]) -> Iterator[Fault]:
    """Merits of a grade that no longer fit its screen."""
    count: dict[str, int] = {}
    for number, entry in _entries(told, "merits"):
        grade = str(entry.get("grade", "")).strip()
        count[grade] = count.get(grade, 0) + 1
        if grade in GOOD_GRADES and count[grade] > TILES:
            yield ("merits", number, "grade"), f"at most {TILES} for {grade}: one screen shows them"


def _with_tags(told: Mapping[str, Any], part: str) -> Iterator[tuple[Where, dict[str, Any]]]:
    for number, entry in _entries(told, part):
        yield (part, number), entry
        tags = entry.get("tags")
        for inner, tag in enumerate(tags if isinstance(tags, list) else ()):
            if isinstance(tag, dict):
                yield (part, number, "tags", inner), tag


def _dangling(told: Mapping[str, Any]) -> Iterator[Fault]:
    """References to codes that are not there. Parts that could not be read are left alone."""
    for part, key, other in REFERENCES:
        if other not in told:
            continue
        known = {str(entry.get("code", "")).strip() for _, entry in _entries(told, other)}
        for number, entry in _entries(told, part):
            wanted = entry.get(key)
            if not isinstance(wanted, str) or not wanted.strip():
                continue
            if wanted.strip() not in known:
                yield (part, number, key), f"{key} {wanted!r} is not in the catalogue"


def _read(folder: Path) -> tuple[Catalogue | None, list[CatalogueError]]:
    """The folder's catalogue, or everything that is wrong in the order of the files."""
    told: dict[str, Any] = {}
    lines: dict[str, list[str]] = {}
    troubles: list[CatalogueError] = []
    for file, parts in _PARTS.items():
        if OPTIONAL.issuperset(parts) and not (folder / file).exists():
            continue
        try:
            tables, lines[file] = _tables(folder, file)
        except CatalogueError as trouble:
            troubles.append(trouble)
            continue
        heads = {part: part for part in parts} if file == "hall.toml" else {"entry": parts[0]}
        for name in tables.keys() - heads:
            only = " and ".join(f"[{n}]" for n in heads) if "hall" in heads else "[[entry]]"
            troubles.append(CatalogueError(file, _top_line(lines[file], name), f"only {only}"))
        if "hall" in heads:
            if "hall" not in tables:
                troubles.append(CatalogueError(file, 1, "the table [hall]"))
            told |= {part: tables[part] for part in parts if part in tables}
        else:
            entries = tables.get("entry", [])
            told[parts[0]] = entries if isinstance(entries, list) else [entries]
    catalogue, faults = assemble(told)
    if catalogue is not None and catalogue.look.logo:
        catalogue = replace(catalogue, logo=folder / catalogue.look.logo)
        if expected := logo_fault(folder / catalogue.look.logo):
            faults = [(("look", "logo"), f"logo wants {expected}")]
    for where, expected in faults:
        file = next(file for file, parts in _PARTS.items() if where[0] in parts)
        troubles.append(CatalogueError(file, _line(lines[file], where), expected))
    files = list(_PARTS)
    troubles.sort(key=lambda trouble: files.index(trouble.file))
    return (None if troubles else catalogue), troubles


def _tables(folder: Path, file: str) -> tuple[dict[str, Any], list[str]]:
    """A file's tables and its lines. Raises CatalogueError."""
    try:
        source = (folder / file).read_text("utf-8-sig")
    except FileNotFoundError:
        raise CatalogueError(file, 1, "this file is missing") from None
    except UnicodeDecodeError as trouble:
        line = trouble.object[: trouble.start].count(b"\n") + 1
        raise CatalogueError(file, line, "text in UTF-8") from None
    except OSError as trouble:
        raise CatalogueError(file, 1, f"a file that can be read ({trouble.strerror})") from None
    lines = source.split("\n")
    try:
        return tomllib.loads(source), lines
    except (ValueError, RecursionError) as trouble:
        where = str(trouble).rpartition("line ")[2].split(",")[0]
        line = int(where) if where.isdigit() else max(1, len(lines))
        raise CatalogueError(file, line, f"TOML: {trouble}") from None


def _top_line(lines: list[str], name: str) -> int:
    """The line of a file's table or key."""
    for number, line in enumerate(lines, 1):
        if _head(line) == name or line.split("=")[0].strip() == name:
            return number
    return 1


def _head(line: str) -> str:
    """The name in `[name]` or `[[name]]`; empty for any other line."""
    found = _HEAD.match(line)
    return found[1] if found else ""


def _line(lines: list[str], where: Where) -> int:
    """The line a place stands at, or the nearest one before it."""
    part, *inner = where
    heads = [n for n, line in enumerate(lines, 1) if _head(line)]
    if part in HALL_FILE:
        start = _top_line(lines, str(part))
    else:
        entries = [n for n in heads if _head(lines[n - 1]) == "entry"]
        number = int(inner.pop(0)) if inner else len(entries)
        start = entries[number] if number < len(entries) else 1
    if not inner:
        return start
    end = next((n for n in heads if n > start), len(lines) + 1)
    for line in range(start, end):
        if lines[line - 1].split("=")[0].strip() == inner[0]:
            rows = [n for n in range(line, end) if lines[n - 1].strip().startswith("{")]
            nested = len(inner) > 1 and int(inner[1]) < len(rows)
            return rows[int(inner[1])] if nested else line
    return start
