"""What a scanner reads off a queue ticket or a pick-up slip, by the hall's own formats.

A format is the scanned text with placeholders, such as `{number}-{window}-{taken:%Y%m%d%H%M}`.
Matching goes through the text once and never looks back, so no format can be slow.
"""

import string
import unicodedata
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

#: Longer scans are no tickets; longer values in them neither.
LONGEST_SCAN = 300
LONGEST_VALUE = 40
LONGEST_PATTERN = 200

#: What a ticket can tell, and `skip` for what nobody needs.
VALUES = ("window", "item", "number", "project", "taken")
#: The parts of a time and how many digits each has.
_DIGITS = {"%Y": 4, "%y": 2, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2}
#: Minutes by which the ticket machine's clock may be ahead.
_AHEAD = 5


@dataclass(frozen=True, slots=True)
class TicketFormat:
    """How one kind of ticket or slip is written."""

    code: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket told: codes of the catalogue, its number, when it was taken. All may be empty.

    `waited_minutes` is there for a ticket taken earlier on the same day; `project`, the number of
    a finished 办件, for a pick-up slip.
    """

    service_window: str = ""
    service_item: str = ""
    number: str = ""
    taken: datetime | None = None
    waited_minutes: int | None = None
    project: str = ""


@dataclass(frozen=True, slots=True)
class _Hole:
    """A placeholder; with width 0 it reaches as far as the text that follows it."""

    name: str
    width: int
    time: str = ""


def read(
    scanned: str,
    formats: Sequence[TicketFormat],
    windows: Container[str],
    items: Mapping[str, str],
    now: datetime,
) -> Ticket | None:
    """The ticket in a scanned text by the first format that fits, or None.

    `items` gives each item's service window. Codes that are in neither are left out. `now` is the
    hall's clock, without a zone.
    """
    if len(scanned) > LONGEST_SCAN:
        return None
    # An input method may have made ABC-12 out of a scanner's ABC-12.
    text = unicodedata.normalize("NFKC", scanned).strip()
    for one in formats:
        found = _fit(parts(one.pattern), text)
        if found is not None:
            told = _told(found, windows, items, now)
            if told is not None:
                return told
    return None


@cache
def parts(pattern: str) -> tuple[str | _Hole, ...]:
    """A pattern's fixed texts and placeholders in turn.

    Raises ValueError that says what was expected.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"a pattern has at most {LONGEST_PATTERN} characters")
    found: list[str | _Hole] = []
    for fixed, name, detail, conversion in _split(unicodedata.normalize("NFKC", pattern)):
        if fixed and found and isinstance(found[-1], str):
            found[-1] += fixed
        elif fixed:
            found.append(fixed)
        if name is None:
            continue
        if conversion:
            raise ValueError("a placeholder is {name} or {name:detail}, without !")
        if found and isinstance(found[-1], _Hole) and not found[-1].width:
            raise ValueError(
                f"{{{found[-1].name}}} wants a text after it, or its length as in "
                f"{{{found[-1].name}:4}}"
            )
        found.append(_hole(name, detail or ""))
    names = [part.name for part in found if isinstance(part, _Hole) and part.name != "skip"]
    if not names:
        raise ValueError("at least one of " + ", ".join(f"{{{name}}}" for name in VALUES))
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ValueError(f"{{{twice}}} only once")
    if not any(isinstance(part, str) or part.width for part in found):
        raise ValueError("something fixed besides the placeholder, or every scan would fit")
    return tuple(found)


def _split(pattern: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(string.Formatter().parse(pattern))
    except ValueError:
        raise ValueError("every { with its }; {{ and }} stand for the signs themselves") from None


def _hole(name: str, detail: str) -> _Hole:
    if name == "taken":
        return _Hole(name, _time_width(detail), detail)
    if name not in (*VALUES, "skip"):
        known = ", ".join(f"{{{one}}}" for one in (*VALUES, "skip"))
        raise ValueError(f"{{{name}}} is not known here; known are {known}")
    if not detail:
        return _Hole(name, 0)
    if detail not in map(str, range(1, LONGEST_VALUE + 1)):
        raise ValueError(f"{{{name}:…}} wants a length from 1 to {LONGEST_VALUE}")
    return _Hole(name, int(detail))


def _time_width(form: str) -> int:
    """How many characters a time of this form has."""
    kinds, width, at = set(), 0, 0
    while at < len(form):
        if form[at] != "%":
            if form[at].isspace():
                raise ValueError("{taken:…} without spaces")
            width, at = width + 1, at + 1
            continue
        kind = form[at : at + 2]
        if kind not in _DIGITS or kind in kinds:
            raise ValueError(f"{{taken:…}} wants each of {' '.join(_DIGITS)} at most once")
        kinds.add(kind)
        width, at = width + _DIGITS[kind], at + 2
    day = {"%Y" if kind == "%y" else kind for kind in kinds} & {"%Y", "%m", "%d"}
    if not {"%H", "%M"} <= kinds or len(day) not in (0, 3) or {"%Y", "%y"} <= kinds:
        raise ValueError("{taken:…} wants hour and minute, with the whole date or none: %Y%m%d%H%M")
    return width


def _fit(pattern: tuple[str | _Hole, ...], text: str) -> dict[_Hole, str] | None:
    """What stands in each placeholder; None if the text is written in another way."""
    found, at = {}, 0
    for number, part in enumerate(pattern):
        if isinstance(part, str):
            if not text.startswith(part, at):
                return None
            at += len(part)
            continue
        if part.width:
            end = at + part.width
        elif number + 1 == len(pattern):
            end = len(text)
        else:
            end = text.find(str(pattern[number + 1]), at)
        if end < at or end > len(text):
            return None
        found[part] = text[at:end]
        at = end
    return found if at == len(text) else None


def _told(
    found: dict[_Hole, str], windows: Container[str], items: Mapping[str, str], now: datetime
) -> Ticket | None:
    told = {hole.name: value for hole, value in found.items() if hole.name != "skip"}
    if not all(_is_value(value) for value in told.values()):
        return None
    taken = None
    if "taken" in told:
        form = next(hole.time for hole in found if hole.name == "taken")
        try:
            taken = datetime.strptime(told["taken"], form)
        except ValueError:
            return None
        if "%d" not in form:
            taken = datetime.combine(now, taken.time())
    item = told.get("item", "")
    item = item if item in items else ""
    window = told.get("window", "")
    window = window if window in windows else items.get(item, "")
    number, project = told.get("number", ""), told.get("project", "")
    return Ticket(window, item, number, taken, _waited(taken, now), project)


def _is_value(value: str) -> bool:
    short = 0 < len(value) <= LONGEST_VALUE
    return short and value.isprintable() and not any(c.isspace() for c in value)


def _waited(taken: datetime | None, now: datetime) -> int | None:
    if taken is None or taken.date() != now.date():
        return None
    minutes = int((now - taken).total_seconds() // 60)
    return max(0, minutes) if minutes >= -_AHEAD else None
