"""Large sealed contents on their way: files that grow slice by slice and are taken once whole.

A file is called by the SHA-256 of what it will hold, so a line that breaks costs one slice, also
through a restart. What is in here is sealed as it is in the store, and is swept after a week.
"""

import hashlib
import os
import time
from pathlib import Path

#: Bytes that may wait in one folder, and seconds after which nobody will send the rest.
MOST, OLD = 256 * 1024 * 1024, 7 * 86400.0


class Slices:
    """One device's folder of unfinished contents, made when something comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def have(self, digest: str) -> int:
        """How many bytes of it are here."""
        try:
            return self._file(digest).stat().st_size
        except FileNotFoundError:
            return 0

    def add(self, digest: str, offset: int, content: bytes) -> int:
        """Put a slice behind what is here, if it begins there: how many bytes are here now.

        Raises OSError, also where no more may wait.
        """
        have = self.have(digest)
        if offset != have or not content:
            return have
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._sweep() + len(content) > MOST:
            raise OSError("No space left for contents that are not whole yet")
        with self._file(digest).open("ab") as file:
            file.write(content)
        return have + len(content)

    def take(self, digest: str) -> bytes | None:
        """The content if it is here and right; what is whole and wrong is removed."""
        try:
            content = self._file(digest).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() == digest:
            return content
        self.drop(digest)
        return None

    def drop(self, digest: str) -> None:
        self._file(digest).unlink(missing_ok=True)

    def _file(self, digest: str) -> Path:
        return self._folder / f"{digest}.part"

    def _sweep(self) -> int:
        """Remove what is old; bytes of the rest."""
        left = 0
        for file in os.scandir(self._folder):
            stat = file.stat()
            # One that is of the future was begun under a wrong clock, and would stay for ever.
            if abs(time.time() - stat.st_mtime) > OLD:
                os.unlink(file.path)
            else:
                left += stat.st_size
        return left
