"""What printers can be found on this machine, each by the setting that would use it."""

import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.paper.printers.cups import queues
from kiosk.paper.printers.device import PrinterState

#: Device files of printers and of the serial adapters that many of them come with.
DEVICES = (("usb/lp*", "escpos+file:"), ("lp[0-9]", "escpos+file:"))
SERIAL = (("ttyUSB*", "escpos+serial:"), ("ttyACM*", "escpos+serial:"))


@dataclass(frozen=True, slots=True)
class Found:
    """A printer that may be meant: its setting, what it is, its state where one can ask."""

    setting: str
    what: str
    state: PrinterState | None = None


def found(devices: Path = Path("/dev"), port: int = 631) -> list[Found]:
    """Device files, serial adapters, queues of CUPS, printers of Windows. Prints nothing."""
    listed = [
        Found(f"{scheme}{file}", what)
        for kinds, what in ((DEVICES, "a printer's device file"), (SERIAL, "a serial adapter"))
        for pattern, scheme in kinds
        for file in sorted(devices.glob(pattern))
    ]
    listed += [Found(f"cups:{name}", "a CUPS queue", state) for name, state in queues(port)]
    if sys.platform == "win32":
        from kiosk.paper.printers.windows import SpoolerTrouble, winspool

        with suppress(SpoolerTrouble):
            listed += [Found(f"windows:{n}", "a Windows printer") for n in winspool().printers()]
    return listed
