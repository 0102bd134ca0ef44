"""The printer a setting names. Every mistake in it is one line that says what would be right."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kiosk.paper.printers.device import Device
from kiosk.paper.printers.folder import FolderPrinter, NoPrinter

if TYPE_CHECKING:
    from kiosk.paper.printers.escpos import Cut
    from kiosk.paper.printers.link import Opener
    from kiosk.paper.printers.thermal import Head

#: Dots across by paper width in mm and dots an inch.
HEADS = {
    (80, 203): 576,
    (58, 203): 384,
    (80, 180): 512,
    (58, 180): 360,
    (112, 203): 832,
    (80, 300): 832,
}
BAUDS = (9600, 19200, 38400, 57600, 115200, 230400)
KNOWN = (
    "folder:PATH and none, and for paper escpos+tcp://HOST:9100, escpos+file:/dev/usb/lp0, "
    "escpos+serial:/dev/ttyS0, ipp://HOST/ipp/print, cups:NAME and windows:NAME"
)
#: Options of every thermal printer.
THERMAL = {"width", "dpi", "dots", "answers", "cut"}

T = TypeVar("T")


def printer_for(setting: str) -> Device:
    """The printer a setting names. Raises ValueError with one plain line."""
    scheme, _, rest = setting.partition(":")
    if setting == "none":
        return NoPrinter()
    if scheme == "folder" and rest:
        return FolderPrinter(Path(rest))
    makers: dict[str, Callable[[str, str], Device]] = {
        "escpos+tcp": _tcp,
        "escpos+file": _file,
        "escpos+serial": _serial,
        "ipp": _ipp,
        "ipps": _ipp,
        "cups": _cups,
        "windows": _windows,
    }
    if scheme not in makers or not rest:
        raise ValueError(f"printer {setting!r} is not known; known are {KNOWN}")
    return makers[scheme](setting, rest)


def _tcp(setting: str, rest: str) -> Device:
    from kiosk.paper.printers.link import TcpLink

    host, port = _host(setting, 9100)
    options = _options(setting, rest, THERMAL)
    return _thermal(setting, options, partial(TcpLink, host, port))


def _file(setting: str, rest: str) -> Device:
    from kiosk.paper.printers.link import FileLink

    options = _options(setting, rest, THERMAL)
    return _thermal(setting, options, partial(FileLink, _path(setting, rest)))


def _serial(setting: str, rest: str) -> Device:
    from kiosk.paper.printers.link import SerialLink

    options = _options(setting, rest, THERMAL | {"baud", "flow"})
    baud = _one_of(setting, options, "baud", {str(b): b for b in BAUDS}, 115200)
    flow = _one_of(setting, options, "flow", {"none": "", "rts": "rts", "xon": "xon"}, "")
    return _thermal(setting, options, partial(SerialLink, _path(setting, rest), baud, flow))


def _thermal(setting: str, options: dict[str, str], opener: "Opener") -> Device:
    from kiosk.paper.printers.thermal import Answers, ThermalPrinter

    answers = _one_of(setting, options, "answers", {a.value: a for a in Answers}, Answers.ALL)
    head, cut = _head(setting, options), _cut(setting, options)
    return ThermalPrinter(opener, head, answers, cut)


def _cut(setting: str, options: dict[str, str]) -> "Cut":
    from kiosk.paper.printers.escpos import Cut

    return _one_of(setting, options, "cut", {c.value: c for c in Cut}, Cut.PARTIAL)


def _head(setting: str, options: dict[str, str]) -> "Head":
    width = _one_of(setting, options, "width", {str(w): w for w, _ in HEADS}, 80)
    dpi = _one_of(setting, options, "dpi", {str(d): d for _, d in HEADS}, 203)
    told = options.get("dots", str(HEADS.get((width, dpi), 0)))
    across = int(told) if told.isascii() and told.isdecimal() else -1
    if across == 0:
        raise ValueError(
            f"printer {setting!r}: a {width} mm head with {dpi} dpi is not known; add dots=NUMBER"
        )
    if not 64 <= across <= 2400 or across % 8:
        raise ValueError(
            f"printer {setting!r}: dots is how many dots the head has across, a multiple of 8 "
            f"such as 576, not {told!r}"
        )
    from kiosk.paper.printers.thermal import Head

    return Head(across, dpi, width)


def _ipp(setting: str, rest: str) -> Device:
    from urllib.parse import urlsplit

    from kiosk.paper.printers.office import IppPrinter

    host, port = _host(setting, 631)
    path = urlsplit(setting).path or "/ipp/print"
    width = _paper(setting, _options(setting, rest, {"width"}))
    return IppPrinter(host, port, path, secure=setting.startswith("ipps"), width_mm=width)


def _cups(setting: str, rest: str) -> Device:
    from urllib.parse import unquote

    from kiosk.paper.printers.cups import CupsQueue

    options = _options(setting, rest, {"port", "width"})
    name = unquote(rest.partition("?")[0])
    if not re.fullmatch(r"[^\s/?#]{1,127}", name):
        raise ValueError(f"printer {setting!r}: name a CUPS queue, as in cups:receipts")
    port = options.get("port", "631")
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"printer {setting!r}: port is a number, not {port!r}")
    return CupsQueue(name, int(port), width_mm=_paper(setting, options))


def _paper(setting: str, options: dict[str, str]) -> int:
    """How wide a page an office printer is given: a strip, or half a sheet of A4."""
    return _one_of(setting, options, "width", {"58": 58, "80": 80, "148": 148}, 80)


def _windows(setting: str, rest: str) -> Device:
    from urllib.parse import unquote

    from kiosk.paper.printers.windows import WindowsPrinter

    options = _options(setting, rest, THERMAL - {"answers"})
    name = unquote(rest.partition("?")[0])
    return WindowsPrinter(name, _head(setting, options), _cut(setting, options))


def _host(setting: str, usual: int) -> tuple[str, int]:
    from urllib.parse import urlsplit

    parts = urlsplit(setting)
    try:
        host, port = parts.hostname, parts.port or usual
    except ValueError:
        host, port = None, 0
    if not setting.partition(":")[2].startswith("//") or not host:
        scheme = setting.partition(":")[0]
        raise ValueError(
            f"printer {setting!r}: name a machine and a port, as in {scheme}://192.168.1.50:{usual}"
        )
    return host, port


def _path(setting: str, rest: str) -> str:
    from urllib.parse import unquote

    path = unquote(rest.partition("?")[0])
    if path.startswith("//"):
        path = path[2:]
    if not path.startswith(("/", "\\")):
        raise ValueError(f"printer {setting!r}: give the device's whole path, as in /dev/usb/lp0")
    return path


def _options(setting: str, rest: str, known: set[str]) -> dict[str, str]:
    from urllib.parse import parse_qsl

    options = dict(parse_qsl(rest.partition("?")[2], keep_blank_values=True))
    for name in options:
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise ValueError(f"printer {setting!r}: there is no {name!r} here; known are: {listed}")
    return options


def _one_of(setting: str, options: dict[str, str], name: str, choices: dict[str, T], usual: T) -> T:
    value = options.get(name)
    if value is None:
        return usual
    if value not in choices:
        listed = ", ".join(choices)
        raise ValueError(f"printer {setting!r}: {name} is one of {listed}, not {value!r}")
    return choices[value]
