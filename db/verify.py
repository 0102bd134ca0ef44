"""Check a store's evidence: every event as it was written, every chain without a gap, and the same
history as was noted elsewhere.

A chain alone shows what somebody changed who did not count it all anew. Whoever owns the database
can count anew; so the newest hashes are noted where they cannot reach: on every machine that syncs,
in other stores, on receipts and on paper. What is sealed is checked by the digest of its sealed
bytes, without anybody's key.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from db.aside import aside_of
from db.batch import CODE_KEY
from db.engine import StoreTrouble
from db.event import COUNTER_BITS, GENESIS, Head, clock_ms, wall_ms
from db.evidence import evidence
from db.exchange import PRUNED
from db.kept import KEPT
from db.opened import WHOLE_DEVICES
from db.rows import Evidence
from db.scope import device_of
from db.store import Store

#: A clock so far ahead of this machine's is worth a word.
AHEAD_MS = 24 * 3600 * 1000
#: For so long somebody should be told of a device that came late; then it is a remark.
LATE_MS = 30 * 24 * 3600 * 1000
#: The fewest hexadecimal digits of a hash that are taken, as on a receipt; those on a sheet.
SHORTEST, ON_PAPER = 8, 16


@dataclass(frozen=True, slots=True)
class Noted:
    """Heads as somebody else noted them: `where` in words, origin → (seq, hash or its beginning).

    `at_ms` is when, for a note that names every origin there was; None for one that does not.
    """

    where: str
    heads: dict[str, Head]
    at_ms: int | None = None
    #: Number of a case → the seal that its receipt shows.
    seals: dict[str, str] = field(default_factory=dict)
    #: Origin → when it came, of those that came later than they say they wrote (milliseconds).
    late: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of the whole log found; `troubles` is empty for a sound store.

    `remarks` are no troubles, but somebody who looks at evidence wants to know them.
    """

    events: int
    origins: int
    troubles: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    heads: dict[str, Head] = field(default_factory=dict)
    #: Those of the troubles that are gaps whose events all were set aside here.
    aside: tuple[str, ...] = ()


def verify(store: Store | str | Path, hall: str = "", noted: Sequence[Noted] = ()) -> Report:
    """Check a store, or the one at an address, against itself and against what was noted.

    Raises StoreTrouble for one that cannot be read, StoreDamaged.
    """
    if isinstance(store, Store):
        return verify(store.address, store.hall, noted)
    with evidence(store) as found:
        return check(found, hall, noted)


def check(found: Evidence, hall: str, noted: Sequence[Noted] = ()) -> Report:
    """Check what is there of one hall."""
    checked = _Check(found, hall, noted)
    checked.walk()
    checked.look_at_sealed()
    checked.compare()
    return Report(
        checked.count,
        len(checked.heads),
        tuple(checked.troubles),
        tuple(checked.remarks),
        checked.heads,
        tuple(checked.aside),
    )


def places_of(found: Evidence, hall: str) -> set[tuple[str, int]]:
    """(origin, seq) of every event that was set aside there."""
    asides = (aside_of(short) for short, _ in found.asides(hall))
    return {(aside.origin, aside.seq) for aside in asides if not aside.name}


class _Check:
    """One look through a hall's log, and what it found."""

    def __init__(self, found: Evidence, hall: str, noted: Sequence[Noted]) -> None:
        self.found = found
        self.hall = hall
        self.noted = noted
        self._whole = found.fact(WHOLE_DEVICES)
        self.count = 0
        self.troubles: list[str] = []
        self.remarks: list[str] = []
        self.aside: list[str] = []
        self._set_aside = places_of(found, hall)
        self.heads: dict[str, Head] = {}
        self._first: dict[str, int] = {}
        self._marks: dict[str, dict[int, list[tuple[str, str]]]] = {}
        for one in noted:
            for origin, head in one.heads.items():
                at = self._marks.setdefault(origin, {})
                at.setdefault(head.seq, []).append((head.hash, one.where))
        self._seals = {n: (seal, one.where) for one in noted for n, seal in one.seals.items()}
        #: (origin, seq, name) → the digest of what is sealed there.
        self._sealed: dict[tuple[str, int, str], str] = {}
        self._erased: set[tuple[str, str]] = set()
        self._case_at: dict[tuple[str, int], str] = {}

    def walk(self) -> None:
        """Every event: its own hash, its place in the chain, its clock, what was noted of it."""
        hall, sha256 = self.hall, hashlib.sha256
        origin, seq, prev, clock = "", 0, GENESIS, 0
        count, marks, seals, gaps = 0, self._marks.get(origin, {}), self._seals, False
        for row in self.found.events(hall):
            its, number, at, case_id, kind, version, body, before, its_hash, code_key = row
            count += 1
            if its != origin:
                self._end(origin, seq, prev, clock)
                origin, seq, prev, clock = its, 0, GENESIS, 0
                marks, gaps = self._marks.get(origin, {}), self._told_in_part(origin)
                self._first[origin] = at
            if number != seq + 1:
                if not gaps:
                    self._say(origin, number, _gap(seq + 1, number - 1))
                    if all((origin, n) in self._set_aside for n in range(seq + 1, number)):
                        self.aside.append(self.troubles[-1])
            elif before != prev:
                self._say(origin, number, "does not follow the event before it")
            whole = (
                f"{before}\n{hall}\n{origin}\n{number}\n{at}\n{case_id}\n{kind}\n{version}\n{body}"
            )
            if sha256(whole.encode("utf-8", "replace")).hexdigest() != its_hash:
                self._say(origin, number, "is not as it was written")
            if at <= clock:
                self._say(origin, number, "its clock goes backwards")
            if code_key is not None or kind in _WITH_CODE:
                told = CODE_KEY.search(body)
                if (told[1] if told else None) != code_key:
                    self._say(origin, number, "its tracking code leads elsewhere")
            if number in marks:
                self._mark(origin, number, its_hash, marks[number])
            if kind in _LOOKED_INTO:
                self._look_into(origin, number, case_id, kind, body, its_hash, seals)
            seq, prev, clock = number, its_hash, at
        self._end(origin, seq, prev, clock)
        self.count = count
        if not count:
            self._nothing()

    def _told_in_part(self, origin: str) -> bool:
        """Whether this machine's login is told only what concerns it of that origin's events: the
        shared store is where such a chain is checked."""
        return self._whole is not None and device_of(origin) not in self._whole.split()

    def _say(self, origin: str, seq: Any, what: str) -> None:
        self.troubles.append(f"{origin}/{seq}: {what}")

    def _end(self, origin: str, seq: int, head: str, clock: int) -> None:
        if not origin:
            return
        self.heads[origin] = Head(seq, head)
        ahead = clock_ms(clock) - wall_ms()
        if ahead > AHEAD_MS:
            days = ahead // AHEAD_MS
            self.remarks.append(f"{origin}: its clock is {days} days ahead of this machine's")

    def _nothing(self) -> None:
        others = [hall for hall in self.found.halls() if hall != self.hall]
        if others:
            self.troubles.append(
                f"there is nothing of hall {self.hall} here, but of {', '.join(others)}"
            )

    def _mark(self, origin: str, seq: int, its: str, noted: list[tuple[str, str]]) -> None:
        for known, where in noted:
            if not its.startswith(known):
                self._say(origin, seq, f"is not what {where} has noted: history was rewritten")

    def _look_into(
        self,
        origin: str,
        seq: int,
        case_id: str,
        kind: str,
        body: str,
        its_hash: str,
        seals: dict[str, tuple[str, str]],
    ) -> None:
        """What a registration says of the receipt and of what is sealed; what was erased."""
        if kind == "registered" and not seals and '"beside"' not in body:
            return
        try:
            told = json.loads(body)
            if kind == "erased":
                self._erased.update((case_id, name) for name in told["names"])
                return
            seal, where = seals.pop(told.get("number", ""), ("", ""))
            if not its_hash.startswith(seal):
                self._say(origin, seq, f"is not what {where} shows: case {told['number']}")
            for one in told.get("beside", ()):
                self._sealed[origin, seq, one["name"]] = one["digest"]
                self._case_at[origin, seq] = case_id
        except (ValueError, KeyError, TypeError, AttributeError):
            return  # Not as it was written, and said so above.

    def look_at_sealed(self) -> None:
        """What is sealed: each as its event has it, none lost, none from nowhere."""
        if "sealed" not in self.found.tables:
            self.remarks.append("what is sealed was not looked at: this login may not read it")
            return
        unnamed = 0
        pruned = json.loads(self.found.fact(PRUNED) or "{}")
        for origin, seq, name, content in self.found.sealed(self.hall):
            wanted = self._sealed.pop((origin, seq, name), None)
            if wanted is not None:
                if hashlib.sha256(content).hexdigest() != wanted:
                    self._say(origin, seq, f"what is sealed as {name} was replaced")
            elif origin not in self.heads or seq > self.heads[origin].seq:
                self._say(origin, seq, f"there is something sealed as {name}, but no event to it")
            else:
                unnamed += 1
        if unnamed:
            self.remarks.append(
                f"{unnamed} sealed contents of an earlier version can be checked with a key only"
            )
        gone = 0
        for (origin, seq, name), _ in sorted(self._sealed.items()):
            if (self._case_at[origin, seq], name) in self._erased:
                continue
            if seq <= pruned.get(origin, 0) or self._told_in_part(origin):
                gone += 1
            else:
                self._say(origin, seq, f"what was sealed as {name} is gone, and nobody erased it")
        if gone:
            self.remarks.append(f"{gone} sealed contents were left to the shared store")

    def compare(self) -> None:
        """What is noted elsewhere and is not here at all; what is here and was never noted."""
        for one in self.noted:
            for origin, head in sorted(one.heads.items()):
                have = self.heads.get(origin, Head())
                if have.seq == 0 < head.seq:
                    self.troubles.append(
                        f"{origin}: all its events are gone, and {one.where} has noted {head.seq}"
                    )
                elif have.seq < head.seq:
                    self._say(
                        origin,
                        have.seq,
                        f"{_gap(have.seq + 1, head.seq)} at the end: {one.where} has noted them",
                    )
            if one.at_ms is not None:
                self._unheard_of(one, one.at_ms)
            for origin, at_ms in sorted(one.late.items()):
                self._came_late(origin, at_ms, one.where)
        for number, (_, where) in sorted(self._seals.items()):
            self.troubles.append(f"case {number} is not here, and {where} shows it")

    def _came_late(self, origin: str, at_ms: int, where: str) -> None:
        if origin not in self.heads:
            return
        when = datetime.fromtimestamp(at_ms / 1000)
        said = f"{origin}: came to {where} on {when:%Y-%m-%d %H:%M} and says that it wrote before"
        if wall_ms() - at_ms < LATE_MS:
            self.troubles.append(f"{said}: a machine that was offline, or made up")
        else:
            self.remarks.append(said)

    def _unheard_of(self, noted: Noted, at_ms: int) -> None:
        when = datetime.fromtimestamp(at_ms / 1000)
        for origin in sorted(self.heads.keys() - noted.heads.keys()):
            if self._first[origin] < at_ms << COUNTER_BITS:
                self.troubles.append(
                    f"{origin}: says that it wrote before {when:%Y-%m-%d %H:%M}, when "
                    f"{noted.where} had not heard of it: a machine that was offline, or made up"
                )
            else:
                self.remarks.append(f"{origin}: new since {when:%Y-%m-%d %H:%M} ({noted.where})")


_WITH_CODE = frozenset(("registered", "joined", "reprinted"))
_LOOKED_INTO = frozenset(("registered", "erased"))


def _gap(first: int, last: int) -> str:
    if first > last:
        return "stands twice"
    if first == last:
        return f"event {first} is missing"
    return f"events {first} to {last} are missing"


# --- notes ------------------------------------------------------------------------------------


def kept_heads(found: Evidence, where: str) -> Noted | None:
    """What a machine kept of the shared store at its last pass; None before the first."""
    told = found.fact(KEPT)
    if told is None:
        return None
    read = json.loads(told)
    heads = {o: Head(*head) for o, head in read["heads"].items()}
    return Noted(where, heads, read["at"], late=read.get("late", {}))


def heads_of(found: Evidence, hall: str, where: str) -> Noted:
    """What another store has of this hall, as a note: it may know less, or more."""
    return Noted(where, found.heads(hall))


def write_note(heads: dict[str, Head], at_ms: int, digits: int = 64) -> str:
    """Heads as lines for another machine or for paper: when, then origin, seq, hash."""
    when = datetime.fromtimestamp(at_ms / 1000).astimezone()
    lines = [f"{o} {head.seq} {head.hash[:digits]}" for o, head in sorted(heads.items())]
    return "\n".join([f"at {when.isoformat(timespec='seconds')}", *lines, ""])


def read_note(text: str, where: str) -> Noted:
    """Lines `at TIME`, `ORIGIN SEQ HASH` or `NUMBER SEAL`, from a file or typed off paper.

    Raises ValueError, naming the line, for any other.
    """
    heads: dict[str, Head] = {}
    seals: dict[str, str] = {}
    at_ms = None
    for count, line in enumerate(text.splitlines(), 1):
        match line.partition("#")[0].split():
            case []:
                continue
            case ["at", when]:
                try:
                    at_ms = int(datetime.fromisoformat(when).timestamp() * 1000)
                except ValueError as trouble:
                    raise ValueError(f"{where}, line {count}: {when!r} is no time") from trouble
            case [origin, seq, known] if seq.isdecimal() and _is_hash(known):
                heads[origin] = Head(int(seq), known.lower())
            case [number, seal] if _is_hash(seal):
                seals[number] = seal.lower()
            case _:
                raise ValueError(
                    f"{where}, line {count}: takes ORIGIN SEQ HASH, or NUMBER SEAL as on a receipt"
                )
    return Noted(where, heads, at_ms, seals)


def _is_hash(text: str) -> bool:
    return len(text) >= SHORTEST and set(text.lower()) <= set("0123456789abcdef")


def against(addresses: Iterable[str | Path], hall: str) -> list[Noted]:
    """Other stores' heads. Raises StoreTrouble."""
    noted = []
    for address in addresses:
        with evidence(address) as found:
            noted.append(heads_of(found, hall, found.name))
    return noted


def kept_by(address: str | Path) -> list[Noted]:
    """The heads that a machine keeps in its own store, if there is one with any."""
    try:
        with evidence(address) as found:
            noted = kept_heads(found, f"this machine ({Path(found.name).name})")
    except StoreTrouble:
        return []
    return [noted] if noted else []
