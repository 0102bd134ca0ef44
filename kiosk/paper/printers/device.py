"""What every printer is: takes a page, says honestly what became of it, tells its state."""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

#: Seconds a job may take where no setting says otherwise.
USUAL_SECONDS = 15.0


class PrintOutcome(StrEnum):
    """What is known of a page; PRINTED only on the device's own evidence."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why a page did not come out, in the words of whoever stands beside the printer."""

    NO_PAPER = "没纸了"
    COVER = "上盖开着"
    JAM = "卡纸"
    NO_INK = "没碳粉或没墨了"
    BROKEN = "打印机出错，请关机再开"
    AWAY = "连不上"
    SLOW = "太慢"
    SILENT = "没有回话"
    REFUSED = "打印机没有接"
    GONE_ON = "人已离开，没有再打"
    STOPPED = "程序中断过"
    NO_PRINTER = "没有打印机"
    NOT_KEPT = "存不进文件夹"


@dataclass(frozen=True, slots=True)
class PrintResult:
    """An outcome, and for staff why it is not PRINTED.

    UNKNOWN without a reason is the usual end with a printer that is known never to answer.
    """

    outcome: PrintOutcome
    why: str = ""

    @property
    def printed(self) -> bool:
        return self.outcome is PrintOutcome.PRINTED

    @property
    def in_doubt(self) -> bool:
        """Whether somebody should look after it: not printed, or unknown where one should know."""
        return not self.printed and bool(self.why)


PRINTED = PrintResult(PrintOutcome.PRINTED)


def not_printed(why: str) -> PrintResult:
    return PrintResult(PrintOutcome.NOT_PRINTED, why)


def unknown(why: str = "") -> PrintResult:
    return PrintResult(PrintOutcome.UNKNOWN, why)


@dataclass(frozen=True, slots=True)
class PrinterState:
    """What a printer says of itself: `trouble` while it would not print, `low` before that."""

    trouble: Why | None = None
    low: bool = False
    #: False for a printer that says nothing of itself.
    known: bool = True

    @property
    def stops(self) -> bool:
        """Whether a page would not come out; a kiosk that has no printer misses nothing."""
        return self.trouble is not None and self.trouble is not Why.NO_PRINTER

    @property
    def words(self) -> str:
        """For staff, in a few characters."""
        if self.trouble is not None:
            return self.trouble
        if not self.known:
            return "不报状态"
        return "纸快用完" if self.low else "正常"


READY = PrinterState()
SAYS_NOTHING = PrinterState(known=False)


class Deadline:
    """How long a job may still take. Any thread may cut it short."""

    def __init__(
        self, seconds: float = USUAL_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._until = clock() + seconds
        self._gone_on = False
        self._lock = threading.Lock()

    @property
    def left(self) -> float:
        """Seconds left; 0 once it is over."""
        return max(0.0, self._until - self._clock())

    @property
    def over(self) -> bool:
        return self.left == 0

    @property
    def why(self) -> Why:
        """What to say of a job that ended with it."""
        return Why.GONE_ON if self._gone_on else Why.SLOW

    def visit_over(self, seconds: float = 0) -> None:
        """Nobody waits for it any more: at most so many seconds are left."""
        with self._lock:
            until = self._clock() + seconds
            if until < self._until:
                self._until, self._gone_on = until, True


@dataclass(frozen=True, slots=True)
class Page:
    """What is to be printed: a PDF, its title, and the name of the job it belongs to."""

    pdf: bytes
    title: str
    job: str = ""


class PrinterUnavailable(Exception):
    """No paper, no printer, or no answer: the case is kept all the same."""


class Printer(Protocol):
    """Takes one page; never raises for the world's trouble but says what became of it."""

    @property
    def width_mm(self) -> float:
        """How wide its paper is."""

    def print(self, pdf: bytes, title: str, job: str = "") -> PrintResult: ...

    def cancel(self, job: str) -> None:
        """The visit a job belongs to is over; returns at once."""

    def state(self) -> PrinterState: ...


class Device(ABC):
    """One printer as the spooler drives it; a plain Printer by itself."""

    width_mm: float = 80

    @abstractmethod
    def send(self, page: Page, deadline: Deadline) -> PrintResult:
        """Print it before the deadline or not at all; never raises for the world's trouble."""

    @abstractmethod
    def state(self) -> PrinterState:
        """Asks the printer; may take a second or two."""

    def purge(self, jobs: Iterable[str]) -> bool:
        """Drop what is left of jobs that were broken off. False while it cannot be reached."""
        return True

    def print(self, pdf: bytes, title: str, job: str = "") -> PrintResult:
        return self.send(Page(pdf, title, job), Deadline())

    def cancel(self, job: str) -> None:  # noqa: B027
        """By itself a device keeps no list of jobs: the spooler does."""
