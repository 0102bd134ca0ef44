"""Queues of this machine's CUPS."""

from kiosk.paper.printers import ipp
from kiosk.paper.printers.device import PrinterState, PrintResult, unknown
from kiosk.paper.printers.ipp import KEYWORD, PRINTER, Attributes, Door, IppTrouble, Operation
from kiosk.paper.printers.office import STATE, WANTED, IppPrinter
from kiosk.paper.printers.reasons import state_of


class CupsQueue(IppPrinter):
    """A queue of this machine's CUPS. Its “completed” is the printer's word only where the queue
    itself speaks IPP to the printer; elsewhere it means that the bytes are gone."""

    def __init__(self, name: str, port: int = 631, *, width_mm: float = 80) -> None:
        super().__init__("localhost", port, f"/printers/{name}", width_mm=width_mm)

    def _completed(self, job: Attributes, told: Attributes) -> PrintResult:
        where = str(told.get("device-uri", [""])[0])
        answers = where.startswith(("ipp:", "ipps:", "http:", "https:", "dnssd:", "implicitclass:"))
        return super()._completed(job, told) if answers else unknown()

    def _tidy(self, job: int) -> None:
        """CUPS keeps a job's file for a day unless told to drop it."""
        self._cancel(job, ipp.boolean("purge-job", True))


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
