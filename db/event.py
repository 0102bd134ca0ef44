"""One thing that happened: its canonical bytes, its chain, its clock.

An event is named by (hall, origin, seq): the hall it belongs to, the device that made it, and that
device's own count from 1 without gaps.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

#: The hash "before" an origin's first event.
GENESIS = "0" * 64

#: A clock value is milliseconds since 1970 shifted by this many bits, plus a counter.
COUNTER_BITS = 16


class Event(NamedTuple):
    """An event as every store keeps it; `body` is canonical JSON and is hashed as it stands.

    A named tuple, because a store reads millions of them: three times faster made than a dataclass.
    """

    hall: str
    origin: str
    seq: int
    clock: int
    case_id: str
    kind: str
    version: int
    body: str
    prev: str
    hash: str

    def sealed_by_chain(self) -> bool:
        """Whether the event's hash is the hash of what it holds."""
        return self.hash == digest(self)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event of one origin in one store."""

    seq: int = 0
    hash: str = GENESIS


def canonical(body: dict[str, Any]) -> str:
    """The one spelling of a body: sorted keys, no spaces, real characters."""
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(event: Event) -> str:
    """SHA-256, in hex, over everything in the event but its own hash."""
    return hashlib.sha256(hashed(event)).hexdigest()


def hashed(event: Event) -> bytes:
    """Everything in the event but its own hash. Raises UnicodeEncodeError for what is no text."""
    return spelt(event).encode()


def spelt(event: Event) -> str:
    """The same as a text."""
    hall, origin, seq, clock, case_id, kind, version, body, prev, _ = event
    return f"{prev}\n{hall}\n{origin}\n{seq}\n{clock}\n{case_id}\n{kind}\n{version}\n{body}"


def next_event(
    hall: str, origin: str, head: Head, clock: int, case_id: str, kind: str, version: int, body: str
) -> Event:
    """The event that follows `head` in its origin's chain."""
    bare = Event(hall, origin, head.seq + 1, clock, case_id, kind, version, body, head.hash, "")
    return bare._replace(hash=digest(bare))


def wall_ms() -> int:
    """The machine's clock in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


#: No hall is closed for so long: of two moments that far apart one is of a wrong clock.
FAR_MS = 400 * 86_400_000
#: November 2026, when this was written: a clock that says less is wrong.
WRITTEN_MS = 1_793_491_200_000


def believed_ms(wall: int, known: int) -> int:
    """The moment to go by: the wall's, but never before what is known (0: nothing), and not out of
    all reach of it. One wrong clock would otherwise date every later record of the hall."""
    if known and wall - known > FAR_MS:
        return known
    if known - wall > FAR_MS and wall > WRITTEN_MS:
        # Something in the log is of a clock that was wrong before anything was known.
        return wall
    return max(wall, known)


def next_clock(last: int, now: Callable[[], int] = wall_ms) -> int:
    """A hybrid logical clock: the time to go by, but always after everything already seen."""
    return max(believed_ms(now(), clock_ms(last)) << COUNTER_BITS, last + 1)


def clock_ms(clock: int) -> int:
    """The wall-clock part of a clock value, in milliseconds since 1970."""
    return clock >> COUNTER_BITS


def day_of(ms: int) -> str:
    """The local day of a moment, as 2026-11-23."""
    return _local(ms // _QUARTER)[0]


def day_and_hour(ms: int) -> tuple[str, str]:
    """The local day of a moment, and its weekday and hour, as 1-10 for a Monday at ten."""
    return _local(ms // _QUARTER)


#: A quarter of an hour in milliseconds: every time zone is some of them away from Greenwich.
_QUARTER = 900_000


@lru_cache(1 << 16)
def _local(quarter: int) -> tuple[str, str]:
    moment = datetime.fromtimestamp(quarter * _QUARTER / 1000)
    return moment.date().isoformat(), f"{moment.isoweekday()}-{moment.hour:02}"
