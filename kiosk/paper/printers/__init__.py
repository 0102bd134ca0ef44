"""Printers, and what became of a page: printed (on evidence), not printed, or unknown."""

from kiosk.paper.printers.device import (
    Deadline,
    Device,
    Page,
    Printer,
    PrinterState,
    PrintOutcome,
    PrintResult,
    Why,
)
from kiosk.paper.printers.folder import FolderPrinter, NoPrinter
from kiosk.paper.printers.setting import printer_for

__all__ = [
    "Deadline",
    "Device",
    "FolderPrinter",
    "NoPrinter",
    "Page",
    "PrintOutcome",
    "PrintResult",
    "Printer",
    "PrinterState",
    "Why",
    "printer_for",
]
