"""What travels through a door: one frame a message, of a known version and length.

A frame is 17 bytes of head, then what is told as JSON (deflated where that pays), then bytes that
lie beside it (what is sealed cannot be made smaller). Nothing in here trusts the other side.
"""

import json
import struct
import zlib
from dataclasses import astuple
from typing import Any, cast

from db.aside import Aside
from db.batch import Batch, SealedRow
from db.event import Event, Head

VERSION = 1
#: Bytes of the largest frame, and of what is told in it once it is inflated.
LIMIT = 32 * 1024 * 1024
#: Sealed contents above this travel in slices of this size, each of which need be sent only once.
SLICE = 128 * 1024
#: Less than this is one packet, deflated or not.
_SMALL = 1200
_HEAD = struct.Struct(">3sBBIII")
_MAGIC = b"ZCD"


class BadFrame(ValueError):
    """What came is no frame of ours, or not a whole one."""


class OtherVersion(BadFrame):
    """A frame of a version that this program does not speak."""


def pack(told: Any, beside: list[bytes] | None = None) -> bytes:
    """A frame that tells `told` (what JSON can hold), with bytes beside it."""
    beside = beside or []
    text = json.dumps([told, [len(b) for b in beside]], ensure_ascii=False, separators=(",", ":"))
    plain = carried = text.encode("utf-8", "surrogatepass")
    if len(plain) > _SMALL:
        carried = zlib.compress(plain, 1)
    deflated = len(carried) < len(plain)
    carried = carried if deflated else plain
    whole = sum(map(len, beside))
    head = _HEAD.pack(_MAGIC, VERSION, deflated, len(carried), len(plain), whole)
    return b"".join((head, carried, *beside))


def unpack(frame: bytes) -> tuple[Any, list[bytes]]:
    """What a frame tells and what lies beside it. Raises BadFrame, OtherVersion."""
    if len(frame) < _HEAD.size or frame[:3] != _MAGIC:
        raise BadFrame("this is not what a door says")
    _, version, deflated, carried, plain, beside = _HEAD.unpack_from(frame)
    if version != VERSION:
        raise OtherVersion(f"version {version} is spoken here, not {VERSION}")
    if len(frame) != _HEAD.size + carried + beside or max(len(frame), plain) > LIMIT:
        raise BadFrame("it is not whole, or too large")
    text = frame[_HEAD.size : _HEAD.size + carried]
    try:
        told, sizes = json.loads(_inflated(text, plain) if deflated else text)
        if sum(sizes) != beside or any(size < 0 for size in sizes):
            raise BadFrame("what lies beside it is not whole")
    except (ValueError, TypeError, zlib.error, RecursionError) as trouble:
        raise BadFrame(str(trouble)) from trouble
    found, place = [], _HEAD.size + carried
    for size in sizes:
        found.append(frame[place : place + size])
        place += size
    return told, found


def _inflated(text: bytes, plain: int) -> bytes:
    """Never more than was announced, whatever is in there."""
    work = zlib.decompressobj()
    text = work.decompress(text, plain)
    if len(text) != plain or work.unconsumed_tail or not work.eof:
        raise BadFrame("it is not as long as it says")
    return text


# --- heads --------------------------------------------------------------------------------------


def heads_told(heads: dict[str, Head]) -> dict[str, list[Any]]:
    return {origin: [head.seq, head.hash] for origin, head in heads.items()}


def told_heads(told: Any) -> dict[str, Head]:
    """Raises BadFrame."""
    if not isinstance(told, dict) or not all(_is(v, int, str) for v in told.values()):
        raise BadFrame("these are no heads")
    return {origin: Head(*head) for origin, head in told.items()}


def asides_told(asides: list[Aside]) -> list[list[Any]]:
    return [list(astuple(aside)) for aside in asides]


def told_asides(told: Any) -> list[Aside]:
    """Raises BadFrame."""
    if not isinstance(told, list) or not all(
        _is(one, str, int, str, str, str, str, str) for one in told
    ):
        raise BadFrame("these are no records set aside")
    return [Aside(*one) for one in told]


# --- batches ------------------------------------------------------------------------------------

#: What a sealed content that travels in slices is called by: SHA-256 in hex.
Large = dict[str, bytes]


def batch_told(batch: Batch, large: dict[tuple[str, int, str], str]) -> tuple[Any, list[bytes]]:
    """A batch in what `pack` takes. `large` names the contents that travel in slices.

    An event's `prev` is left out where it is the hash of the event before it in the batch.
    """
    events, prev = [], ""
    for e in batch.events:
        follows = 0 if e.prev == prev else e.prev
        events.append(
            [
                e.hall,
                e.origin,
                e.seq,
                e.clock,
                e.case_id,
                e.kind,
                e.version,
                e.body,
                follows,
                e.hash,
            ]
        )
        prev = e.hash
    rows, beside = [], []
    for row in batch.sealed:
        digest = large.get((row.origin, row.seq, row.name), "")
        rows.append([row.hall, row.origin, row.seq, row.name, len(row.content), digest])
        if not digest:
            beside.append(row.content)
    after = heads_told(batch.after)
    return {"events": events, "sealed": rows, "more": batch.more, "after": after}, beside


def told_batch(told: Any, beside: list[bytes], large: Large) -> Batch:
    """The batch again; `large` has the contents that came in slices, by digest. Raises BadFrame."""
    if not isinstance(told, dict) or not _is([*map(told.get, ("events", "sealed"))], list, list):
        raise BadFrame("this is no batch")
    events, prev = [], ""
    for row in told["events"]:
        if _is(row, str, str, int, int, str, str, int, str, int, str):
            row = [*row[:8], prev, row[9]]
        elif not _is(row, str, str, int, int, str, str, int, str, str, str):
            raise BadFrame("there is something in it that is no event")
        events.append(Event(*row))
        prev = row[9]
    sealed, left = [], iter(beside)
    for row in told["sealed"]:
        hall, origin, seq, name, _, digest = sealed_told(row)
        content = large.get(digest) if digest else next(left, None)
        if content is None:
            raise BadFrame("a sealed content is missing")
        sealed.append(SealedRow(hall, origin, seq, name, content))
    # A program of an earlier version takes nothing for granted.
    after = told_heads(told.get("after", {}))
    return Batch(tuple(events), tuple(sealed), bool(told.get("more")), after)


def sealed_told(row: Any) -> tuple[str, str, int, str, int, str]:
    """Hall, origin, seq, name, bytes, digest of a sealed content in a batch. Raises BadFrame."""
    if not _is(row, str, str, int, str, int, str):
        raise BadFrame("there is something in it that is not sealed")
    return cast(tuple[str, str, int, str, int, str], tuple(row))


def digests_in(told: Any) -> list[str]:
    """Which contents of a batch travel in slices. Raises BadFrame."""
    rows = told.get("sealed") if isinstance(told, dict) else None
    if not isinstance(rows, list):
        raise BadFrame("this is no batch")
    return [digest for *_, digest in map(sealed_told, rows) if digest]


def is_digest(text: object) -> bool:
    """Whether it can be a digest, and so a file's name."""
    return isinstance(text, str) and len(text) == 64 and set(text) <= set("0123456789abcdef")


def _is(row: object, *kinds: type) -> bool:
    return isinstance(row, list) and [type(one) for one in row] == list(kinds)
