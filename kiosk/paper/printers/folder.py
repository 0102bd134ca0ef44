"""Printers without a device: a folder that keeps every page, and none at all."""

import os
from pathlib import Path

from kiosk.paper.printers.device import (
    PRINTED,
    READY,
    Deadline,
    Device,
    Page,
    PrinterState,
    PrintResult,
    Why,
    not_printed,
)


class FolderPrinter(Device):
    """Keeps every page as `receipt-TITLE.pdf` and as a thermal head's 203-dpi picture."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, page: Page, deadline: Deadline) -> PrintResult:
        from kiosk.paper.raster import png

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            _keep(self._folder / f"receipt-{page.title}.pdf", page.pdf)
            _keep(self._folder / f"receipt-{page.title}.png", png(page.pdf))
        except OSError as trouble:
            return not_printed(f"{Why.NOT_KEPT}（folder: {trouble.strerror or trouble}）")
        return PRINTED

    def state(self) -> PrinterState:
        folder = self._folder
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        writable = folder.is_dir() and os.access(folder, os.W_OK)
        return READY if writable else PrinterState(Why.NOT_KEPT)


class NoPrinter(Device):
    """A kiosk without a printer: the screen and the desk serve instead."""

    def send(self, page: Page, deadline: Deadline) -> PrintResult:
        return not_printed(Why.NO_PRINTER)

    def state(self) -> PrinterState:
        return PrinterState(Why.NO_PRINTER)


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
