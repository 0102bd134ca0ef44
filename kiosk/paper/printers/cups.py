"""Queues of this machine's CUPS."""

import socket
from contextlib import suppress

from kiosk.paper.printers import ipp
from kiosk.paper.printers.device import Deadline, Page, PrinterState, PrintResult, Why, unknown
from kiosk.paper.printers.ipp import KEYWORD, PRINTER, Attributes, Door, IppTrouble, Operation
from kiosk.paper.printers.office import STATE, WANTED, IppPrinter
from kiosk.paper.printers.reasons import hinted, state_of


class CupsQueue(IppPrinter):
    """A queue of this machine's CUPS. Its “completed” is the printer's word only where the queue
    itself speaks IPP to the printer; elsewhere it means that the bytes are gone."""

    # It keeps the page of a job that has ended too.
    _holds = "all"

    def __init__(self, name: str, port: int = 631, *, width_mm: float = 80) -> None:
        super().__init__("localhost", port, f"/printers/{name}", width_mm=width_mm)
        self._watch: _Watch | None = None

    def send(self, page: Page, deadline: Deadline) -> PrintResult:
        with _Watch(self._door) as self._watch:
            return super().send(page, deadline)

    def _was_restarted(self) -> bool:
        return self._watch is not None and self._watch.broken

    def _completed(self, job: Attributes, told: Attributes) -> PrintResult:
        where = str(told.get("device-uri", [""])[0])
        answers = where.startswith(("ipp:", "ipps:", "http:", "https:", "dnssd:", "implicitclass:"))
        if not answers:
            return unknown()
        try:
            # A page that the printer broke off is “completed” too, if CUPS looked away just then.
            why = hinted(self._printer(STATE))
        except IppTrouble:
            why = Why.AWAY
        return unknown(why) if why else super()._completed(job, told)

    def _tidy(self, job: int) -> None:
        """CUPS keeps a job's file for a day unless told to drop it."""
        self._cancel(job, ipp.boolean("purge-job", True))


class _Watch:
    """A connection over which nothing is said. It breaks when CUPS ends, however soon CUPS is back:
    one that was started anew prints once more what it had, and says nothing about it."""

    def __init__(self, door: Door) -> None:
        self._socket: socket.socket | None = None
        with suppress(OSError):
            self._socket = socket.create_connection((door.host, door.port), STATE)
            self._socket.setblocking(False)

    @property
    def broken(self) -> bool:
        if self._socket is None:
            return False
        try:
            return self._socket.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def __enter__(self) -> "_Watch":
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()


def queues(port: int = 631) -> list[tuple[str, PrinterState]]:
    """The queues of this machine's CUPS with their state; none where there is no CUPS."""
    asked = ipp.question(
        Operation.CUPS_GET_PRINTERS,
        [ipp.text(KEYWORD, "requested-attributes", "printer-name", *WANTED)],
    )
    try:
        found = Door("localhost", port, "/").ask(asked, seconds=STATE).all(PRINTER)
    except IppTrouble:
        return []
    return [(str(one["printer-name"][0]), state_of(one)) for one in found if "printer-name" in one]
