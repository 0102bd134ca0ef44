"""A Windows printer that is sent raw bytes: the same thermal page, through the system's spooler.

The spooler has no way back for what the printer says. It tells of paper and covers as far as the
driver does, so a page that left it is UNKNOWN without a reason, never “printed”.
"""

import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from kiosk.paper.printers import escpos
from kiosk.paper.printers.device import (
    Deadline,
    Device,
    Page,
    PrinterState,
    PrintResult,
    Why,
    not_printed,
    unknown,
)
from kiosk.paper.printers.thermal import Head

#: Seconds between two looks at a job.
LOOKS = 0.1
PREFIX = "zhaocha-"
#: Bits of a printer's or a job's status, most telling first; a job has its own numbers for them.
PRINTER_SAYS = {
    0x10: Why.NO_PAPER,
    0x400000: Why.COVER,
    0x08: Why.JAM,
    0x80: Why.AWAY,
    0x1000: Why.AWAY,
    0x40000: Why.NO_INK,
    0x01: Why.REFUSED,
    0x02: Why.BROKEN,
    0x100000: Why.BROKEN,
}
JOB_SAYS = {
    0x40: Why.NO_PAPER,
    0x20: Why.AWAY,
    0x02: Why.BROKEN,
    0x200: Why.BROKEN,
    0x01: Why.REFUSED,
}
WORK_OFFLINE = 0x400


class SpoolerTrouble(Exception):
    """The system's spooler said no."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """One job in the system's spooler."""

    number: int
    title: str
    status: int


class Winspool(Protocol):
    """What is asked of the system. Every method may raise SpoolerTrouble."""

    def start(self, printer: str, title: str, data: bytes) -> int:
        """Hand raw bytes over as one job; its number."""

    def jobs(self, printer: str) -> list[Spooled]: ...

    def delete(self, printer: str, number: int) -> None: ...

    def status(self, printer: str) -> tuple[int, int]:
        """Status bits and attribute bits."""

    def printers(self) -> list[str]: ...


class WindowsPrinter(Device):
    """A printer by the name Windows has for it."""

    def __init__(
        self,
        name: str,
        head: Head | None = None,
        cut: escpos.Cut = escpos.Cut.PARTIAL,
        system: Winspool | None = None,
    ) -> None:
        self._name = name
        self._head = head or Head()
        self._cut = cut
        self._system = system or winspool()
        self.width_mm = self._head.paper_mm

    def send(self, page: Page, deadline: Deadline) -> PrintResult:
        from kiosk.paper.raster import dots

        state = self.state()
        if state.trouble is not None:
            return not_printed(state.trouble)
        picture = dots(page.pdf, self._head.dpi, self._head.dots)
        data = escpos.INIT + b"".join(escpos.bands(picture)) + self._cut.bytes
        if deadline.over:
            return not_printed(deadline.why)
        try:
            number = self._system.start(self._name, PREFIX + page.job, data)
        except SpoolerTrouble:
            return not_printed(Why.REFUSED)
        try:
            return self._follow(number, deadline)
        except SpoolerTrouble:
            return unknown(Why.AWAY)

    def _follow(self, number: int, deadline: Deadline) -> PrintResult:
        while True:
            status = self._status_of(number)
            if status is None:
                return unknown()
            trouble = _first(JOB_SAYS, status) or self.state().trouble
            if trouble is None and not deadline.over:
                time.sleep(min(LOOKS, deadline.left))
                continue
            self._system.delete(self._name, number)
            left = self._status_of(number) is not None
            why = trouble or deadline.why
            return unknown(why) if left else not_printed(why)

    def _status_of(self, number: int) -> int | None:
        """A job's bits; None once the spooler does not have it any more."""
        found = (job.status for job in self._system.jobs(self._name) if job.number == number)
        return next(found, None)

    def state(self) -> PrinterState:
        try:
            status, attributes = self._system.status(self._name)
        except SpoolerTrouble:
            return PrinterState(Why.AWAY)
        if attributes & WORK_OFFLINE:
            return PrinterState(Why.AWAY)
        trouble = _first(PRINTER_SAYS, status)
        # Without a driver that reports, “nothing is wrong” is what it says of a printer in a box.
        return PrinterState(trouble, known=trouble is not None)

    def purge(self, jobs: Iterable[str]) -> bool:
        ours = {PREFIX + job for job in jobs}
        try:
            for job in self._system.jobs(self._name):
                if job.title in ours:
                    self._system.delete(self._name, job.number)
            return True
        except SpoolerTrouble:
            return False


def _first(says: dict[int, Why], status: int) -> Why | None:
    return next((why for bit, why in says.items() if status & bit), None)


def winspool() -> Winspool:
    """This machine's own spooler. Raises ValueError where there is none."""
    if sys.platform != "win32":
        raise ValueError("printer windows:NAME needs Windows; here use escpos+…, ipp:// or cups:")
    return _Winspool()


class _Winspool:
    """winspool.drv, by its documented calls."""

    def __init__(self) -> None:
        import ctypes

        self._c = ctypes
        self._dll: Any = getattr(ctypes, "WinDLL")("winspool.drv", use_last_error=True)  # noqa: B009

    def _open(self, printer: str) -> Any:
        handle = self._c.c_void_p()
        if not self._dll.OpenPrinterW(printer, self._c.byref(handle), None):
            raise SpoolerTrouble(printer)
        return handle

    def start(self, printer: str, title: str, data: bytes) -> int:
        c = self._c

        class DocInfo(c.Structure):  # type: ignore[name-defined, misc]
            _fields_ = (("name", c.c_wchar_p), ("output", c.c_wchar_p), ("kind", c.c_wchar_p))

        handle = self._open(printer)
        try:
            info = DocInfo(title, None, "RAW")
            number = int(self._dll.StartDocPrinterW(handle, 1, c.byref(info)))
            written = c.c_uint32()
            done = number and self._dll.WritePrinter(handle, data, len(data), c.byref(written))
            if number and not (done and written.value == len(data)):
                self._dll.AbortPrinter(handle)
            if not done or written.value != len(data) or not self._dll.EndDocPrinter(handle):
                raise SpoolerTrouble("the page was not taken")
            return number
        finally:
            self._dll.ClosePrinter(handle)

    def jobs(self, printer: str) -> list[Spooled]:
        c = self._c

        class JobInfo(c.Structure):  # type: ignore[name-defined, misc]
            _fields_ = (
                ("number", c.c_uint32),
                *((name, c.c_wchar_p) for name in ("printer", "machine", "user", "title", "type")),
                ("words", c.c_wchar_p),
                *((name, c.c_uint32) for name in ("status", "priority", "place", "pages", "out")),
                ("submitted", c.c_uint16 * 8),
            )

        handle = self._open(printer)
        try:
            found = self._listed(
                lambda *room: self._dll.EnumJobsW(handle, 0, 255, 1, *room), JobInfo
            )
            return [Spooled(job.number, job.title or "", job.status) for job in found]
        finally:
            self._dll.ClosePrinter(handle)

    def delete(self, printer: str, number: int) -> None:
        handle = self._open(printer)
        try:
            # JOB_CONTROL_DELETE. A job that has ended meanwhile cannot be deleted, and need not.
            self._dll.SetJobW(handle, number, 0, None, 5)
        finally:
            self._dll.ClosePrinter(handle)

    def status(self, printer: str) -> tuple[int, int]:
        c = self._c

        class PrinterInfo(c.Structure):  # type: ignore[name-defined, misc]
            _fields_ = (
                *((f"text{n}", c.c_void_p) for n in range(7)),
                ("devmode", c.c_void_p),
                *((f"more{n}", c.c_void_p) for n in range(4)),
                ("security", c.c_void_p),
                *((name, c.c_uint32) for name in ("attributes", "priority", "usual")),
                *((name, c.c_uint32) for name in ("start", "until", "status", "jobs", "speed")),
            )

        handle = self._open(printer)
        try:
            needed = c.c_uint32()
            self._dll.GetPrinterW(handle, 2, None, 0, c.byref(needed))
            room = c.create_string_buffer(max(needed.value, c.sizeof(PrinterInfo)))
            if not self._dll.GetPrinterW(handle, 2, room, len(room), c.byref(needed)):
                raise SpoolerTrouble(printer)
            info = PrinterInfo.from_buffer(room)
            return int(info.status), int(info.attributes)
        finally:
            self._dll.ClosePrinter(handle)

    def printers(self) -> list[str]:
        c = self._c

        class PrinterInfo(c.Structure):  # type: ignore[name-defined, misc]
            _fields_ = (("name", c.c_wchar_p), ("server", c.c_wchar_p), ("bits", c.c_uint32))

        # Local ones and connections, level 4: the names alone, at once.
        found = self._listed(
            lambda *room: self._dll.EnumPrintersW(0x2 | 0x4, None, 4, *room), PrinterInfo
        )
        return [str(printer.name) for printer in found]

    def _listed(self, ask: Any, kind: Any) -> list[Any]:
        """A list of the system's: asked once for its size, once for itself."""
        c = self._c
        needed, count = c.c_uint32(), c.c_uint32()
        ask(None, 0, c.byref(needed), c.byref(count))
        if not needed.value:
            return []
        room = c.create_string_buffer(needed.value)
        if not ask(room, needed.value, c.byref(needed), c.byref(count)):
            raise SpoolerTrouble("no list")
        return list((kind * count.value).from_buffer(room))
