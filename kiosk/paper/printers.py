"""Printers, and what became of a page: printed (on evidence), not printed, or unknown."""

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class PrintOutcome(StrEnum):
    """What is known of a page; PRINTED only on evidence."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrintResult:
    """An outcome, and for staff why it is not PRINTED."""

    outcome: PrintOutcome
    why: str = ""

    @property
    def printed(self) -> bool:
        return self.outcome is PrintOutcome.PRINTED


class PrinterUnavailable(Exception):
    """No paper, no printer, or no answer: the case is kept all the same."""


class Printer(Protocol):
    """Takes one page; never raises for the world's trouble but says what became of it."""

    def print(self, pdf: bytes, title: str) -> PrintResult: ...


class FolderPrinter:
    """Keeps every page as `receipt-TITLE.pdf` and as a thermal head's 203-dpi picture."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def print(self, pdf: bytes, title: str) -> PrintResult:
        from kiosk.paper.raster import png

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _keep(self._folder / f"receipt-{title}.pdf", pdf)
            _keep(self._folder / f"receipt-{title}.png", png(pdf))
        except OSError as trouble:
            return PrintResult(PrintOutcome.NOT_PRINTED, f"folder: {trouble.strerror or trouble}")
        return PrintResult(PrintOutcome.PRINTED)


class NoPrinter:
    """A kiosk without a printer: the screen and the desk serve instead."""

    def print(self, pdf: bytes, title: str) -> PrintResult:
        return PrintResult(PrintOutcome.NOT_PRINTED, "this kiosk has no printer")


def printer_for(setting: str) -> Printer:
    """The printer a setting names: folder:PATH or none. Raises ValueError."""
    scheme, _, place = setting.partition(":")
    if scheme == "folder" and place:
        return FolderPrinter(Path(place))
    if setting == "none":
        return NoPrinter()
    raise ValueError(f"printer {setting!r} is not known; known are folder:PATH and none")


def _keep(file: Path, content: bytes) -> None:
    """The whole file or none of it, durable."""
    part = file.with_name(file.name + ".part")
    try:
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise
