"""Keeping programs up: whoever ends without being told is started again, for ever.

A `Keeper` holds one process of ours at the other end of two pipes. Its standard input only ends
when the keeper is gone, however that went; then it goes at once, so that nobody is ever there
twice. On its standard output a window says every few seconds that it lives; one that falls silent
is killed and started again. All of it is noted in the data folder's `keep.log`.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, RLock, Thread, Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

#: The flag with which a keeper starts a process.
KEPT = "--kept"
#: Seconds until a process is started again: the first time and at most; each is twice the last.
FIRST, LONGEST = 1.0, 60.0
#: A process that stood for so many seconds begins with the first pause again.
STOOD = 5.0
#: Seconds between two signs of life; after so many without one a window is frozen.
BEAT, PATIENCE = 5, 60.0
#: So many looks make up the patience. They are counted, and not the time between them: a machine
#: that slept or that had no breath to look has not seen anybody be silent.
LOOKS = 12
#: Seconds until a kiosk whose record cannot be opened ends, to be started again.
OPENS_AGAIN = 60
#: Seconds a process that is told to end may take before it is killed.
ENDS_IN = 10.0
LOG = "keep.log"
#: Bytes from which on the log begins anew; the one before it is kept.
MOST = 200_000
_PR_SET_PDEATHSIG = 1


class Keeper:
    """Keeps one program up, in the thread that calls `run` or in one of its own."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        *,
        window: bool = False,
        quiet: bool = False,
        patience: float = PATIENCE,
        ends_in: float = ENDS_IN,
    ) -> None:
        """`command` understands `--kept` (see `bind`). A `window` shows that it lives and is not
        started again once somebody has closed it (0). What a `quiet` one prints is let go."""
        self._name = name
        self._command = [*command, KEPT]
        self._log = log
        self._window = window
        self._quiet = quiet
        self._patience = patience
        self._ends_in = ends_in
        self._told = Event()
        # A signal's handler may come while this very thread holds it.
        self._lock = RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = Thread(target=self.run, name=f"keeps {name}", daemon=True)

    def start(self) -> None:
        """Keep it in a thread of its own."""
        self._thread.start()

    def wait(self) -> None:
        """Until there is nothing more to keep."""
        if self._thread.ident is not None:
            self._thread.join()

    def tell(self) -> None:
        """Have it end, for good; comes back at once."""
        with self._lock:
            self._told.set()
            if self._process is not None:
                _end(self._process, self._ends_in)

    def end(self) -> None:
        """Have it end, and wait until it has."""
        self.tell()
        self.wait()

    def run(self) -> None:
        """Keep it until it is told to end, or a window is closed."""
        pause = FIRST / 2
        while not self._told.is_set():
            began = time.monotonic()
            why = self._once()
            if not why or self._told.is_set():
                return
            stood = time.monotonic() - began
            pause = FIRST if stood >= STOOD else min(pause * 2, LONGEST)
            _note(
                self._log, f"{self._name} {why} after {stood:.0f} s; started again in {pause:g} s"
            )
            self._told.wait(pause)

    def _once(self) -> str:
        """Start it and wait for its end: why it ended, empty for a window that was closed."""
        # Here, and so in the keeper's thread: a screen that is used must not wait for it.
        import subprocess

        output = subprocess.PIPE if self._window else subprocess.DEVNULL if self._quiet else None
        with self._lock:
            if self._told.is_set():
                return ""
            try:
                process = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=output, bufsize=0
                )
            except OSError as trouble:
                return f"could not be started ({trouble})"
            self._process = process
        ended, frozen = Event(), Event()
        if self._window:
            heard = Event()
            Thread(target=_listen, args=(process, heard), daemon=True).start()
            Thread(target=self._watch, args=(process, heard, ended, frozen), daemon=True).start()
        code = process.wait()
        ended.set()
        with self._lock:
            self._process = None
        assert process.stdin is not None
        process.stdin.close()
        if frozen.is_set():
            return "was frozen"
        if code == 0 and self._window:
            return ""
        return f"was killed by {_signal(-code)}" if code < 0 else f"ended with {code}"

    def _watch(
        self, process: "subprocess.Popen[bytes]", heard: Event, ended: Event, frozen: Event
    ) -> None:
        silent = 0
        while not ended.wait(self._patience / LOOKS):
            silent = 0 if heard.is_set() else silent + 1
            heard.clear()
            if silent == LOOKS:
                frozen.set()
                process.kill()


def _listen(process: "subprocess.Popen[bytes]", heard: Event) -> None:
    assert process.stdout is not None
    with process.stdout as output:
        while output.read(64):
            heard.set()


def _end(process: "subprocess.Popen[bytes]", ends_in: float) -> None:
    process.terminate()
    later = Timer(ends_in, process.kill)
    later.daemon = True
    later.start()


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def keep(*keepers: Keeper) -> None:
    """Keep them all until the last one has nothing more to keep, or a signal ends this process."""

    def told(*_: object) -> None:
        for keeper in keepers:
            keeper.tell()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, told)
    for keeper in keepers:
        keeper.start()
    keepers[-1].wait()
    for keeper in keepers:
        keeper.tell()
    for keeper in keepers:
        keeper.wait()


# --- in the process that is kept -----------------------------------------------------------------


def bind() -> None:
    """End this process at once when its keeper is gone, as if it had been killed."""
    if sys.platform == "linux":
        import ctypes

        # Also one that is stopped or hangs, and would not see the pipe end.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    Thread(target=_until_alone, name="bound", daemon=True).start()


def _until_alone() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)


def show_life() -> None:
    """Tell the keeper that this window lives; every `BEAT` seconds, from the screen's thread."""
    with suppress(OSError):
        os.write(1, b"\n")


# --- the log -------------------------------------------------------------------------------------


def _note(log: Path, line: str) -> None:
    print(f"zhaocha: {line}", file=sys.stderr, flush=True)
    with suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > MOST:
            log.replace(log.with_suffix(".old.log"))
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{datetime.now():%Y-%m-%dT%H:%M:%S} {line}\n")


def restarts(log: Path, now: datetime) -> tuple[int, datetime | None]:
    """How often something was started again within the last day, and when for the last time."""
    found = []
    with suppress(OSError):
        for line in log.read_text("utf-8", "replace").splitlines():
            with suppress(ValueError):
                at = datetime.fromisoformat(line.partition(" ")[0])
                if timedelta() <= now - at < timedelta(days=1):
                    found.append(at)
    return len(found), max(found, default=None)
