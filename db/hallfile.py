"""A hall's record as one signed file: a backup, or what a stick carries where there is no network.

The file is a line that says what it is, blocks, and two lines at the end. A block is a line with
its kind, length and SHA-256, then packed rows. `#end` has the newest hash of every origin, the
counts and the digest of all before it; `#signed` has a signature over the digest with `#end`.
Every file is whole: it has all events from each origin's first, and what was set aside beside the
log. What is sealed stays sealed in it. A reader passes over blocks of a kind that it does not know.
"""

import base64
import hashlib
import json
import os
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from db.batch import CODE_KEY
from db.engine import StoreTrouble
from db.event import Event, Head
from db.exchange import PRUNED
from db.rows import Evidence, Row
from db.seal import is_signed, sign, signing_public

MAGIC = b"zhaocha hall file 1\n"
EVENTS_AT_ONCE = 2000
#: Sealed bytes in a block, and the most that a block may unpack to.
SEALED_AT_ONCE = 2_000_000
MOST = 256_000_000
#: A line is no longer than the heads of some hundred thousand devices.
LONGEST = 64_000_000


class BadHallFile(StoreTrouble):
    """The file is no hall file, broke off, is damaged, or was changed after it was signed."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a hall file says of itself, and who signed it (a public key, base64)."""

    hall: str
    device: str
    at_ms: int
    key: str
    heads: dict[str, Head] = field(default_factory=dict)
    #: Kind of event → how many.
    counts: dict[str, int] = field(default_factory=dict)
    sealed: int = 0
    #: Records that were set aside; none in a file of an earlier version.
    asides: int = 0

    @property
    def events(self) -> int:
        return sum(self.counts.values())


# --- writing ----------------------------------------------------------------------------------


def write_hall_file(
    found: Evidence, hall: str, file: Path, secret: str, device: str, at_ms: int
) -> Contents:
    """Write all that is there of a hall, as one moment has it, signed; read back and checked.

    Until it is whole it has another name. Raises FileExistsError, StoreTrouble.
    """
    if file.exists():
        raise FileExistsError(f"{file} is there already; nothing was written over")
    part = file.with_name(f"{file.name}.part")
    try:
        with open(part, "wb", opener=_for_its_owner) as raw:
            _write(raw, found, hall, secret, device, at_ms)
            raw.flush()
            os.fsync(raw.fileno())
        contents = look_through(part)
        part.rename(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(file.parent)
    return contents


def _for_its_owner(file: str, flags: int) -> int:
    return os.open(file, flags, 0o600)


def _write(raw: BinaryIO, found: Evidence, hall: str, secret: str, device: str, at_ms: int) -> None:
    sha = hashlib.sha256()

    def put(data: bytes) -> None:
        sha.update(data)
        raw.write(data)

    def block(what: str, rows: list[Any]) -> None:
        packed = zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 3)
        told = {"what": what, "rows": len(rows), "bytes": len(packed)}
        put(_line(b"#block", told | {"sha256": hashlib.sha256(packed).hexdigest()}))
        put(packed + b"\n")

    put(MAGIC)
    pruned = json.loads(found.fact(PRUNED) or "{}")
    put(_line(b"#hall", {"hall": hall, "device": device, "at": at_ms, "pruned": pruned}))
    heads: dict[str, list[Any]] = {}
    counts: Counter[str] = Counter()
    for rows in _parts(found.events(hall)):
        block("events", [row[:9] for row in rows])
        heads.update((row[0], [row[1], row[8]]) for row in rows)
        counts.update(row[4] for row in rows)
    sealed, size, some = 0, 0, []
    for origin, seq, name, content in found.sealed(hall):
        some.append([origin, seq, name, base64.b64encode(content).decode()])
        size += len(content)
        sealed += 1
        if size >= SEALED_AT_ONCE:
            block("sealed", some)
            size, some = 0, []
    if some:
        block("sealed", some)
    asides = 0
    for rows in _parts(found.asides(hall), 1):
        block("asides", rows)
        asides += len(rows)
    told = {"heads": heads, "counts": counts, "sealed": sealed, "asides": asides}
    put(_line(b"#end", told | {"sha256": sha.hexdigest()}))
    signature = sign(secret, sha.digest())
    raw.write(_line(b"#signed", {"key": signing_public(secret), "signature": signature}))


def _line(sign_: bytes, told: dict[str, Any]) -> bytes:
    return sign_ + b" " + json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _parts(rows: Iterable[Row], at_once: int = 0) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == (at_once or EVENTS_AT_ONCE):
            yield some
            some = []
    if some:
        yield some


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows has no such thing.
        held = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(held)
        finally:
            os.close(held)


# --- reading ----------------------------------------------------------------------------------


def is_hall_file(file: Path) -> bool:
    """Whether it begins like one."""
    try:
        with file.open("rb") as raw:
            return raw.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def look_through(file: Path) -> Contents:
    """Read it from start to end and check every digest and the signature; nothing is unpacked.

    Whether the key is to be trusted is for whoever asks. Raises BadHallFile, OSError.
    """
    with file.open("rb") as raw:
        sha = hashlib.sha256()
        first = raw.read(len(MAGIC))
        if first != MAGIC:
            raise BadHallFile(f"{file.name} is no hall file")
        sha.update(first)
        head = _told(raw, b"#hall", file, sha)
        number, before = 0, sha.hexdigest()
        while (line := raw.readline(LONGEST)).startswith(b"#block "):
            number += 1
            packed = _block(raw, line, number, file)
            sha.update(line + packed + b"\n")
            before = sha.hexdigest()
        end = _read(line, b"#end", file)
        sha.update(line)
        signed = _told(raw, b"#signed", file)
        if raw.read(1):
            raise BadHallFile(f"{file.name} goes on behind its end: it was changed")
    if end.get("sha256") != before:
        raise BadHallFile(f"{file.name} was changed after it was written")
    key = str(signed.get("key"))
    if not is_signed(key, sha.digest(), str(signed.get("signature"))):
        raise BadHallFile(f"{file.name} was changed after it was signed")
    try:
        heads = {origin: Head(*head) for origin, head in end["heads"].items()}
        counts = {str(kind): int(count) for kind, count in end["counts"].items()}
        told = (head["hall"], head["device"], head["at"], key, heads, counts, end["sealed"])
        return Contents(*told, int(end.get("asides", 0)))
    except (KeyError, TypeError, ValueError) as trouble:
        raise BadHallFile(f"{file.name} says nothing of what it holds") from trouble


def _told(raw: BinaryIO, sign_: bytes, file: Path, sha: Any = None) -> dict[str, Any]:
    line = raw.readline(LONGEST)
    if sha is not None:
        sha.update(line)
    return _read(line, sign_, file)


def _read(line: bytes, sign_: bytes, file: Path) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        raise BadHallFile(f"{file.name} breaks off: the copy was interrupted. Please copy it again")
    try:
        if line.startswith(sign_ + b" ") and isinstance(
            told := json.loads(line[len(sign_) :]), dict
        ):
            return told
    except ValueError:
        pass
    raise BadHallFile(f"{file.name} is damaged: a line of it cannot be read")


def _block(raw: BinaryIO, line: bytes, number: int, file: Path) -> bytes:
    """The packed bytes behind a block's line, as they were written."""
    told = _read(line, b"#block", file)
    length = told.get("bytes")
    if not isinstance(length, int) or not 0 <= length <= MOST:
        raise BadHallFile(f"{file.name}, block {number}: is damaged")
    packed = raw.read(length)
    ending = raw.read(1)
    if len(packed) < length or not ending:
        raise BadHallFile(f"{file.name} breaks off: the copy was interrupted. Please copy it again")
    if ending != b"\n" or hashlib.sha256(packed).hexdigest() != told.get("sha256"):
        raise BadHallFile(f"{file.name}, block {number}: is damaged or was changed")
    return packed


def _unpacked(packed: bytes) -> Any:
    unpacker = zlib.decompressobj()
    plain = unpacker.decompress(packed, MOST)
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise BadHallFile("a block is larger than any that is written")
    return json.loads(plain)


def blocks(file: Path, kind: str, damaged: bool = False) -> Iterator[list[Any]]:
    """The rows of every block of a kind; of a damaged file those that are as they were written.

    Raises BadHallFile for the first that is not, unless it is `damaged`.
    """
    with file.open("rb") as raw:
        raw.seek(len(MAGIC))
        number, after = 0, raw.tell()
        while line := raw.readline(LONGEST):
            after = raw.tell()
            if not line.startswith(b"#block "):
                continue
            number += 1
            try:
                packed = _block(raw, line, number, file)
                if _read(line, b"#block", file)["what"] == kind:
                    yield _unpacked(packed)
            except (BadHallFile, ValueError, KeyError, zlib.error):
                if not damaged:
                    raise
                # Its length may be what is wrong: the next block is the next line that says so.
                raw.seek(after)


class HallFile(Evidence):
    """A hall file's rows, as a verifier reads them. `damaged`: what can still be had."""

    def __init__(self, file: Path, damaged: bool = False) -> None:
        self.name = file.name
        self._file = file
        self._damaged = damaged

    def halls(self) -> list[str]:
        return [str(self._head().get("hall"))]

    def _head(self) -> dict[str, Any]:
        with self._file.open("rb") as raw:
            raw.seek(len(MAGIC))
            return _told(raw, b"#hall", self._file)

    def _is_of(self, hall: str) -> bool:
        """Of a damaged file each event says itself, by its hash, of which hall it is."""
        return self._damaged or hall == self._head().get("hall")

    def events(self, hall: str) -> Iterator[Row]:
        """As a store has them, but for the code's key, which a store makes anew from the body."""
        if not self._is_of(hall):
            return
        for rows in blocks(self._file, "events", self._damaged):
            for row in rows:
                told = CODE_KEY.search(row[6])
                yield (*row, told[1] if told else None)

    def heads(self, hall: str) -> dict[str, Head]:
        return {row[0]: Head(row[1], row[8]) for row in self.events(hall)}

    def sealed(self, hall: str) -> Iterator[Row]:
        if not self._is_of(hall):
            return
        for rows in blocks(self._file, "sealed", self._damaged):
            for origin, seq, name, content in rows:
                yield origin, seq, name, base64.b64decode(content)

    def asides(self, hall: str) -> Iterator[tuple[str, str]]:
        """(short, whole) of all that was set aside in the store that the file was written from."""
        if not self._is_of(hall):
            return
        for rows in blocks(self._file, "asides", self._damaged):
            for short, whole in rows:
                yield str(short), str(whole)

    def fact(self, name: str) -> str | None:
        return json.dumps(self._head().get(PRUNED, {})) if name == PRUNED else None


@contextmanager
def hall_file(file: Path) -> Iterator[Evidence]:
    """The rows of a file that is whole and as it was signed. Raises BadHallFile."""
    look_through(file)
    yield HallFile(file)


def event_of(row: Row, hall: str) -> Event:
    """The event of a row as a verifier reads it."""
    return Event(hall, *row[:9])
