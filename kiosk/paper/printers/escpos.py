"""The bytes a thermal printer is spoken to in: raster bands, cut, status; and what it says back.

The head's own language (ESC/POS) is used as little as possible: pictures, cut, questions. Nothing
here opens a cash drawer, neither by a command nor by dots that look like one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.paper.printers.device import PrinterState, Why

if TYPE_CHECKING:
    from kiosk.paper.raster import Dots, Grey

INIT = b"\x1b@"
#: Says by itself when online, error or paper changes; 0 stops that.
REPORT, QUIET = b"\x1da\x0e", b"\x1da\x00"
#: Answered in its turn, after everything before it was printed: the evidence.
CONFIRM = b"\x1dr\x01"
#: Answered at once, also while the printer is stopped: state, why offline, which error, paper.
ASK = tuple(b"\x10\x04" + bytes([n]) for n in (1, 2, 3, 4))
#: Forgets at once what was received and not printed; says so with CLEARED.
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
CLEARED = b"\x37\x25\x00"

#: Rows of dots in one command: 1.5 mm.
BAND = 12
#: What ends every command of ours on every usual head, and means nothing by itself.
LONGEST = 8 + BAND * 104


class Cut(StrEnum):
    PARTIAL = "partial"
    FULL = "full"
    NONE = "none"

    @property
    def bytes(self) -> bytes:
        """Feeds to the knife and cuts; without one, feeds so far that one can tear."""
        return {"partial": b"\x1dVB\x00", "full": b"\x1dVA\x00", "none": b"\x1bd\x06"}[self]


def bands(dots: "Dots") -> Iterator[bytes]:
    """The page as one `GS v 0` command after the other; see `harmless`."""
    packed = packed_rows(dots)
    across = packed.shape[1]
    for top in range(0, packed.shape[0], BAND):
        rows = packed[top : top + BAND]
        head = b"\x1dv0\x00" + across.to_bytes(2, "little") + len(rows).to_bytes(2, "little")
        yield head + rows.tobytes()


def packed_rows(dots: "Dots") -> "Grey":
    """Eight dots a byte, without any pair of bytes that a printer would obey at once.

    A printer looks for `DLE EOT`, `DLE ENQ` and `DLE DC4` in pictures too: it would answer, clear
    its buffer or open a drawer. One more dot burns there, and the pair is gone.
    """
    import numpy as np

    packed = np.packbits(dots, axis=1)
    flat = packed.reshape(-1)
    obeyed = (flat[:-1] == 0x10) & np.isin(flat[1:], (0x04, 0x05, 0x14))
    flat[:-1][obeyed] = 0x18
    return packed


@dataclass(frozen=True, slots=True)
class Status:
    """What `ASK` was answered; None where it was not."""

    printer: int | None = None
    offline: int | None = None
    error: int | None = None
    paper: int | None = None

    @property
    def answered(self) -> bool:
        return any(part is not None for part in (self.printer, self.offline, self.error))

    @property
    def state(self) -> PrinterState:
        offline, error, paper = self.offline or 0, self.error or 0, self.paper or 0
        trouble: Why | None = None
        if offline & 0x04:
            trouble = Why.COVER
        elif paper & 0x60 or offline & 0x20:
            trouble = Why.NO_PAPER
        elif error & 0x20:
            trouble = Why.BROKEN
        elif error & 0x0C:
            trouble = Why.JAM
        # A head that is too hot (0x40) goes on by itself; a feed button is let go.
        return PrinterState(trouble, low=bool(paper & 0x0C), known=self.answered)


def reported(report: bytes) -> PrinterState:
    """The same from the four bytes a printer sends by itself."""
    first, second, third, _ = report
    status = Status(
        first,
        (0x04 if first & 0x20 else 0),
        second & 0x6C,
        (0x0C if third & 0x03 else 0) | (0x60 if third & 0x0C else 0),
    )
    return status.state


@dataclass(frozen=True, slots=True)
class Said:
    """One thing a printer said: an answer to ASK, a confirmation, a report, CLEARED."""

    kind: str
    value: bytes


class Ear:
    """Sorts what comes back. Every kind of answer has bits of its own."""

    def __init__(self) -> None:
        self._report = bytearray()
        self._group = bytearray()

    def hear(self, data: bytes) -> list[Said]:
        return [said for byte in data if (said := self._one(byte)) is not None]

    def _one(self, byte: int) -> Said | None:
        if self._group:
            self._group.append(byte)
            if len(self._group) < len(CLEARED):
                return None
            whole, self._group = bytes(self._group), bytearray()
            return Said("cleared", whole) if whole == CLEARED else None
        if byte == CLEARED[0]:
            self._group.append(byte)
        elif byte & 0x93 == 0x12:
            return Said("answer", bytes([byte]))
        elif byte & 0x93 == 0x10:
            self._report = bytearray([byte])
        elif byte & 0x90 == 0 and self._report:
            self._report.append(byte)
            if len(self._report) == 4:
                whole, self._report = bytes(self._report), bytearray()
                return Said("report", whole)
        elif byte & 0x90 == 0:
            return Said("confirmed", bytes([byte]))
        return None
