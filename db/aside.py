"""What a store refuses is set aside: kept whole beside the log with the reason, never dropped.

A record set aside counts as known in its origin's chain, so that what follows it arrives; the log
itself has a gap there, which a check of the evidence names. It is kept as two of the store's facts,
a short one that every pass reads and the whole. What rot has changed in a store itself is set aside
in the same way, and counts as lacking: wherever it is whole, it is fetched from.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from db.event import Event, hashed

#: The names of the facts begin with these.
SHORT, WHOLE = "aside:", "kept:"
#: The fact that there are such facts at all.
ANY = "asides"
#: Why: it came so; it was kept well and came to be so here.
CHANGED, ROTTED = "it is not as it was written", "it was damaged on this disk"
#: What a server's columns take; in COPY's binary format the driver would cut off what is above.
_LARGEST, _LARGEST_VERSION = (1 << 63) - 1, (1 << 31) - 1
_NO_TEXT = "it holds signs that no text has"


@dataclass(frozen=True, slots=True)
class Aside:
    """One record that was refused: its place, the hash it claims, why, and since when."""

    origin: str
    seq: int
    hash: str
    why: str
    at: str
    #: Empty for an event; else which sealed content beside it was refused.
    name: str = ""
    #: When somebody looked at it; empty while the alarm stands.
    seen: str = ""

    @property
    def rotted(self) -> bool:
        """Whether the event was kept here once and is whole no more."""
        return self.why == ROTTED and not self.name


def flaw(event: Event, hall: str) -> str:
    """What is wrong with an event from elsewhere, in words; empty for a sound one."""
    if event.hall != hall:
        return f"it belongs to another hall, {event.hall}"
    if not (0 < event.seq <= _LARGEST and 0 < event.clock <= _LARGEST):
        return "its count or clock is out of range"
    if not 0 <= event.version <= _LARGEST_VERSION:
        return "its version is out of range"
    try:
        whole = hashed(event)
    except UnicodeEncodeError:
        return _NO_TEXT
    if b"\0" in whole:
        return _NO_TEXT
    if event.hash != hashlib.sha256(whole).hexdigest():
        return CHANGED
    return ""


def flaws(events: Iterable[Event], hall: str = "") -> list[tuple[Event, str]]:
    """Those of these events that have one, each with what is wrong. `hall`: whose they all are to
    be; empty where they may be of several."""
    return [(event, why) for event in events if (why := flaw(event, hall or event.hall))]


def is_text(text: str) -> bool:
    """Whether every database keeps it: no NUL, nothing that is no character."""
    try:
        return "\0" not in text and bool(text.encode() or True)
    except UnicodeEncodeError:
        return False


def facts_of(aside: Aside, whole: dict[str, Any]) -> list[tuple[str, str]]:
    """The two facts that keep a record; the same record has the same names."""
    told = json.dumps(whole, sort_keys=True)
    name = hashlib.sha256(told.encode()).hexdigest()[:32]
    return [(SHORT + name, short_of(aside)), (WHOLE + name, told)]


def short_of(aside: Aside) -> str:
    """The short fact of a record."""
    return json.dumps(astuple(aside))


def aside_of(fact: str) -> Aside:
    return Aside(*json.loads(fact))


def event_kept(whole: str) -> tuple[Event, str | None]:
    """The event that a whole fact keeps, and its code's key."""
    told = json.loads(whole)
    return Event(*told["event"]), told.get("code_key")


def event_of_fact(whole: str) -> Event | None:
    """The event that a whole fact keeps; None for a sealed content."""
    return Event(*told["event"]) if "event" in (told := json.loads(whole)) else None


def facts_kept(short: str, whole: str) -> list[tuple[str, str]]:
    """The two facts, from what they say. Raises ValueError, TypeError, KeyError for what says
    nothing of the kind."""
    aside, told = aside_of(short), json.loads(whole)
    origin, seq = told["event"][1:3] if "event" in told else (told["origin"], told["seq"])
    if (aside.origin, aside.seq) != (origin, seq):
        raise ValueError("a record that was set aside, under another's name")
    return facts_of(aside, told)


def refused(event: Event, why: str) -> list[tuple[str, str]]:
    """The facts of a refused event."""
    aside = Aside(event.origin, event.seq, event.hash, why, _now())
    return facts_of(aside, {"event": list(event)})


def rotted(event: Event, its: str, code_key: str | None) -> list[tuple[str, str]]:
    """The facts of an event that rot has changed: the hash it must come to, and its code's key."""
    aside = Aside(event.origin, event.seq, its, ROTTED, _now())
    return facts_of(aside, {"event": list(event), "code_key": code_key})


def refused_content(
    origin: str, seq: int, name: str, content: bytes, why: str
) -> list[tuple[str, str]]:
    """The facts of a refused sealed content."""
    kept = base64.b64encode(content).decode()
    return facts_of(
        Aside(origin, seq, "", why, _now(), name),
        {"origin": origin, "seq": seq, "name": name, "content": kept},
    )


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
