"""Who has looked through a SQLite file: the first process of a machine that opens it, and not again
those that open it while the first one still has it open.

Looking through a million events takes seconds, and kiosk, desk and sync start together. A file that
nobody holds is looked through whatever a note says: what lay on a disk may have changed there.
"""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

#: Seconds after which somebody who opens the file looks through it all the same.
AGAIN = 24 * 3600.0


class Checked:
    """One opening's share in the check of a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held = -1

    def make_sure(self, check: Callable[[], None], now: Callable[[], float] = time.time) -> None:
        """Run `check`, unless a process that still holds the file has within the last day; waits
        for one that is at it. Raises what `check` raises.
        """
        self._held = _opened(note_of(self._file))
        try:
            alone = self._alone()
            if alone:
                _write(self._held, "")
            else:
                _share(self._held)
            if alone or not self._noted(now()):
                check()
                _write(self._held, self._note(now()))
            _share(self._held)
        except BaseException:
            self.let_go()
            raise

    def let_go(self) -> None:
        """The file is closed here."""
        held, self._held = self._held, -1
        if held >= 0:
            os.close(held)

    def _alone(self) -> bool:
        try:
            return self._held >= 0 and _taken_alone(self._held)
        except OSError:
            # This disk has no locks.
            self.let_go()
            return False

    def _note(self, moment: float) -> str:
        # Another file may have come into its place since.
        there = self._file.stat()
        return f"{there.st_dev} {there.st_ino} {int(moment)}"

    def _noted(self, moment: float) -> bool:
        there, _, at = _read(self._held).rpartition(" ")
        if not at.isdecimal() or f"{there} {at}" != self._note(int(at)):
            return False
        return 0 <= moment - int(at) < AGAIN


def note_of(file: Path) -> Path:
    """Where it stands that a file was looked through, and who holds it."""
    return file.with_name(f"{file.name}.checked")


def _opened(note: Path) -> int:
    """The note, to be locked; -1 where there is no room for one or no lock that can be shared."""
    if sys.platform == "win32":
        return -1
    try:
        return os.open(note, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return -1


def _write(held: int, words: str) -> None:
    if held >= 0:
        # Without room for it the next one looks through the file itself.
        with suppress(OSError):
            os.ftruncate(held, 0)
            os.lseek(held, 0, os.SEEK_SET)
            os.write(held, words.encode())


def _read(held: int) -> str:
    if held < 0:
        return ""
    os.lseek(held, 0, os.SEEK_SET)
    return os.read(held, 200).decode("ascii", "replace")


if sys.platform == "win32":

    def _taken_alone(held: int) -> bool:
        return False

    def _share(held: int) -> None:
        pass

else:
    import fcntl

    def _taken_alone(held: int) -> bool:
        """Whether nobody else holds the file; the system lets go of what a dead process held."""
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _share(held: int) -> None:
        if held >= 0:
            fcntl.flock(held, fcntl.LOCK_SH)
