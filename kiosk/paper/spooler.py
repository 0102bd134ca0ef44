"""Print jobs: each bound to its visit and its deadline, on paper once, soon, or not at all.

A job waits, is being sent, and ends as printed, not printed or unknown. Every step is in a small
file of its own before it is taken, so that a program that was killed knows what it may have begun;
it never takes a job up again by itself. What did not come out is there for the desk to print anew.
The file holds no page and, of what was printed, not even a number.
"""

import secrets
import sqlite3
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.paper.printers.device import (
    SAYS_NOTHING,
    USUAL_SECONDS,
    Deadline,
    Device,
    Page,
    PrinterState,
    PrintOutcome,
    PrintResult,
    Why,
    not_printed,
)

#: Seconds a page that is coming out already may go on after its citizen left.
AFTER_VISIT = 5.0
#: So many jobs are kept in the list, whatever the clock says.
KEPT = 500

WAITING, SENDING = "waiting", "sending"


@dataclass(frozen=True, slots=True)
class Unprinted:
    """A page somebody may still want: its job, its title, when, and what is known of it."""

    job: str
    title: str
    at: datetime
    outcome: PrintOutcome
    why: str


class Journal:
    """Which jobs there are and how far each has come; durable before each step.

    Trouble with the file takes no receipt away: jobs are printed without being listed.
    """

    def __init__(self, file: Path, owner: str) -> None:
        self._owner = owner
        self._lock = threading.Lock()
        self._file = file
        self._db: sqlite3.Connection | None = None
        with suppress(OSError, sqlite3.Error):
            self._db = _opened(file)
            weakref.finalize(self, self._db.close)

    def broken_off(self) -> list[str]:
        """Ends what a program that was killed left behind; the jobs that may have begun."""
        mine = "SELECT id FROM job WHERE owner = ? AND state = ?"
        begun = [row[0] for row in self._read(mine, self._owner, SENDING)]
        how = "UPDATE job SET state = ?, why = ? WHERE owner = ? AND state = ?"
        self._write(how, PrintOutcome.UNKNOWN, Why.STOPPED, self._owner, SENDING)
        self._write(how, PrintOutcome.NOT_PRINTED, Why.STOPPED, self._owner, WAITING)
        newest = "SELECT rowid FROM job ORDER BY rowid DESC LIMIT ?"
        self._write(f"DELETE FROM job WHERE rowid NOT IN ({newest})", KEPT)
        return begun

    def add(self, job: str, title: str) -> PrintResult | None:
        """A job that waits; how it ended if there was one of that name."""
        known = self._read("SELECT state, why FROM job WHERE id = ?", job)
        if known:
            state, why = known[0]
            ended = state in set(PrintOutcome)
            return PrintResult(PrintOutcome(state) if ended else PrintOutcome.UNKNOWN, why)
        at = int(time.time() * 1000)
        self._write(
            "INSERT INTO job VALUES (?, ?, ?, ?, '', ?)", job, self._owner, title, WAITING, at
        )
        return None

    def sending(self, job: str) -> None:
        self._write("UPDATE job SET state = ? WHERE id = ?", SENDING, job)

    def ended(self, job: str, title: str, result: PrintResult) -> None:
        """How it ended. What came out needs no title, nor do earlier tries of the same."""
        if result.in_doubt and result.why != Why.NO_PRINTER:
            how = "UPDATE job SET state = ?, why = ? WHERE id = ?"
            self._write(how, result.outcome, result.why, job)
            return
        self._write("UPDATE job SET state = ?, title = '' WHERE id = ?", result.outcome, job)
        # A reprint carries the number of its case with a count behind it.
        again = "DELETE FROM job WHERE title = ? OR (title <> '' AND ? LIKE title || '-%')"
        self._write(again, title, title)

    def unprinted(self) -> list[Unprinted]:
        rows = self._read(
            "SELECT id, title, at, state, why FROM job WHERE state IN (?, ?) AND why <> ''"
            " ORDER BY rowid",
            PrintOutcome.NOT_PRINTED,
            PrintOutcome.UNKNOWN,
        )
        return [
            Unprinted(job, title, datetime.fromtimestamp(at / 1000), PrintOutcome(state), why)
            for job, title, at, state, why in rows
        ]

    def forget(self, job: str) -> None:
        self._write("DELETE FROM job WHERE id = ?", job)

    def close(self) -> None:
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def _read(self, sql: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        with self._lock:
            if self._db is not None:
                with suppress(sqlite3.Error):
                    return self._db.execute(sql, values).fetchall()
        return []

    def _write(self, sql: str, *values: object) -> None:
        with self._lock:
            if self._db is not None:
                with suppress(sqlite3.Error):
                    self._db.execute(sql, values)


def _opened(file: Path) -> sqlite3.Connection:
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _made(file)
    except sqlite3.DatabaseError as trouble:
        if isinstance(trouble, sqlite3.OperationalError):
            raise
        # Damaged: what it knew were hints, and none of them is worth a receipt.
        for name in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            name.unlink(missing_ok=True)
        return _made(file)


def _made(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, timeout=5, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        db.execute(f"PRAGMA {pragma}")
    db.execute(
        "CREATE TABLE IF NOT EXISTS job (id TEXT PRIMARY KEY, owner TEXT NOT NULL,"
        " title TEXT NOT NULL, state TEXT NOT NULL, why TEXT NOT NULL, at INTEGER NOT NULL)"
    )
    with suppress(OSError):
        file.chmod(0o600)
    return db


@dataclass(slots=True)
class _Job:
    deadline: Deadline
    begun: bool = False


class Spooler:
    """A Printer that keeps its jobs in order over one device. Its methods may be called from any
    thread; `print` waits for the outcome, `cancel` never waits."""

    def __init__(
        self,
        device: Device,
        journal: Journal,
        *,
        seconds: float = USUAL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._device = device
        self._journal = journal
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._jobs: dict[str, _Job] = {}
        #: Called off before they came here; the last few are enough.
        self._gone_on: deque[str] = deque(maxlen=64)
        self._state = SAYS_NOTHING
        #: Jobs of a program that was killed: the device may still hold a part of them.
        self._left: list[str] = journal.broken_off()

    @property
    def width_mm(self) -> float:
        return self._device.width_mm

    def print(self, pdf: bytes, title: str, job: str = "") -> PrintResult:
        """On paper before the deadline and while its visit lasts, or not at all."""
        job = job or secrets.token_hex(8)
        mine = _Job(Deadline(self._seconds, self._clock))
        earlier = self._journal.add(job, title)
        if earlier is not None:
            return earlier
        with self._lock:
            self._jobs[job] = mine
            if job in self._gone_on:
                mine.deadline.visit_over()
        try:
            result = self._in_turn(Page(pdf, title, job), mine)
        finally:
            with self._lock:
                del self._jobs[job]
        self._journal.ended(job, title, result)
        return result

    def _in_turn(self, page: Page, mine: _Job) -> PrintResult:
        while not self._turn.acquire(timeout=0.02):
            if mine.deadline.over:
                return not_printed(mine.deadline.why)
        try:
            if not self._tidy():
                return not_printed(Why.AWAY)
            with self._lock:
                if mine.deadline.over:
                    return not_printed(mine.deadline.why)
                mine.begun = True
            self._journal.sending(page.job)
            return self._device.send(page, mine.deadline)
        finally:
            self._turn.release()

    def _tidy(self) -> bool:
        """Nothing new while the device may hold a part of a job that was broken off."""
        if self._left and self._device.purge(self._left):
            self._left = []
        return not self._left

    def cancel(self, job: str) -> None:
        """Its visit is over: what has not begun never will, what has begun may end soon."""
        with self._lock:
            mine = self._jobs.get(job)
            if mine is None:
                self._gone_on.append(job)
            else:
                mine.deadline.visit_over(AFTER_VISIT if mine.begun else 0)

    def state(self) -> PrinterState:
        """What the device says of itself; while it prints, what it said before."""
        if not self._turn.acquire(blocking=False):
            return self._state
        try:
            self._state = self._device.state() if self._tidy() else PrinterState(Why.AWAY)
            return self._state
        finally:
            self._turn.release()

    def unprinted(self) -> list[Unprinted]:
        """What did not come out, or may not have, the oldest first: please print it again."""
        return self._journal.unprinted()

    def forget(self, job: str) -> None:
        """Somebody saw to it."""
        self._journal.forget(job)

    def close(self) -> None:
        self._journal.close()
