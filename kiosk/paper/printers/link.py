"""The ways to a printer that takes bytes: a network socket, a device file, a serial line."""

import os
import select
import socket
import struct
import sys
import time
from collections.abc import Callable
from typing import Protocol

from kiosk.paper.printers.device import Deadline

#: How often a wait looks whether the job was called off.
SLICE = 0.05
#: Longest try to reach a printer.
REACH = 3.0


class LinkLost(Exception):
    """The printer cannot be reached, or not any more."""


class OutOfTime(Exception):
    """The deadline came while bytes were waiting to go out."""


class Link(Protocol):
    """Bytes to a printer and back."""

    def write(self, data: bytes, deadline: Deadline) -> None:
        """All of it. Raises LinkLost, OutOfTime."""

    def read(self, seconds: float) -> bytes:
        """What comes within that time; empty for nothing. Raises LinkLost."""

    def drain(self, deadline: Deadline) -> bool:
        """Until nothing waits on this side. False if the deadline came first."""

    def close(self, *, drop: bool = False) -> None:
        """`drop` forgets what is still waiting on this side, so that it never arrives."""


Opener = Callable[[Deadline], Link]


class TcpLink:
    """A network printer, usually on port 9100."""

    def __init__(self, host: str, port: int, deadline: Deadline) -> None:
        seconds = min(REACH, deadline.left)
        if seconds <= 0:
            raise OutOfTime
        try:
            self._socket = socket.create_connection((host, port), seconds)
        except OSError as trouble:
            raise LinkLost(str(trouble)) from trouble
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes, deadline: Deadline) -> None:
        _write(self._socket.fileno(), self._socket.send, data, deadline)

    def read(self, seconds: float) -> bytes:
        if not _wait(self._socket.fileno(), seconds, reading=True):
            return b""
        try:
            data = self._socket.recv(4096)
        except BlockingIOError:
            return b""
        except OSError as trouble:
            raise LinkLost(str(trouble)) from trouble
        if not data:
            raise LinkLost("the printer hung up")
        return data

    def drain(self, deadline: Deadline) -> bool:
        return _drain(lambda: _waiting(self._socket.fileno()), deadline)

    def close(self, *, drop: bool = False) -> None:
        if drop:
            # Not even the system may go on delivering it.
            now = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        self._socket.close()


class FileLink:
    """A device file such as /dev/usb/lp0, held by nobody else meanwhile."""

    def __init__(self, path: str, deadline: Deadline) -> None:
        if sys.platform == "win32":
            raise LinkLost("a device file needs Linux; on Windows use windows:NAME")
        self._serial = False
        self._fd = _opened(path, deadline)
        self._prepare(path)

    def _prepare(self, path: str) -> None:
        """For a kind of file that needs it."""

    def write(self, data: bytes, deadline: Deadline) -> None:
        _write(self._fd, lambda part: os.write(self._fd, part), data, deadline)

    def read(self, seconds: float) -> bytes:
        if not _wait(self._fd, seconds, reading=True):
            return b""
        try:
            data = os.read(self._fd, 4096)
        except BlockingIOError:
            data = b""
        except OSError as trouble:
            raise LinkLost(str(trouble)) from trouble
        if not data and seconds > 0:
            # Some drivers say “ready” and have nothing.
            time.sleep(min(SLICE, seconds))
        return data

    def drain(self, deadline: Deadline) -> bool:
        return True

    def close(self, *, drop: bool = False) -> None:
        os.close(self._fd)


class SerialLink(FileLink):
    """A serial line, 8 bits, no parity; `flow` is "", "rts" or "xon"."""

    def __init__(self, path: str, baud: int, flow: str, deadline: Deadline) -> None:
        self._baud, self._flow = baud, flow
        super().__init__(path, deadline)

    def _prepare(self, path: str) -> None:
        import termios

        try:
            settings = termios.tcgetattr(self._fd)
            rate = getattr(termios, f"B{self._baud}")
            xon = termios.IXON | termios.IXOFF if self._flow == "xon" else 0
            rts = termios.CRTSCTS if self._flow == "rts" else 0
            settings[0] = xon
            settings[1] = 0
            settings[2] = termios.CS8 | termios.CREAD | termios.CLOCAL | rts
            settings[3] = 0
            settings[4] = settings[5] = rate
            settings[6][termios.VMIN] = 0
            settings[6][termios.VTIME] = 0
            termios.tcsetattr(self._fd, termios.TCSANOW, settings)
            termios.tcflush(self._fd, termios.TCIFLUSH)
        except (termios.error, OSError) as trouble:
            os.close(self._fd)
            raise LinkLost(f"{path}: {trouble}") from trouble

    def drain(self, deadline: Deadline) -> bool:
        return _drain(lambda: _waiting(self._fd), deadline)

    def close(self, *, drop: bool = False) -> None:
        import termios

        if drop:
            # Closing would wait half a minute for what a stopped printer does not take.
            termios.tcflush(self._fd, termios.TCOFLUSH)
        super().close()


def _opened(path: str, deadline: Deadline) -> int:
    """The file's number, once nobody else holds it."""
    import errno
    import fcntl

    flags = os.O_NONBLOCK | os.O_NOCTTY
    while True:
        try:
            try:
                fd = os.open(path, os.O_RDWR | flags)
            except PermissionError:
                fd = os.open(path, os.O_WRONLY | flags)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(fd)
                raise
            return fd
        except OSError as trouble:
            if trouble.errno not in (errno.EBUSY, errno.EWOULDBLOCK):
                raise LinkLost(str(trouble)) from trouble
        if deadline.over:
            raise OutOfTime
        time.sleep(SLICE)


def _write(fd: int, send: Callable[[bytes], int], data: bytes, deadline: Deadline) -> None:
    while data:
        if deadline.over:
            raise OutOfTime
        if not _wait(fd, min(SLICE, deadline.left), reading=False):
            continue
        try:
            data = data[send(data) :]
        except BlockingIOError:
            continue
        except OSError as trouble:
            raise LinkLost(str(trouble)) from trouble


def _wait(fd: int, seconds: float, *, reading: bool) -> bool:
    seconds = max(0.0, seconds)
    if sys.platform == "win32":
        ready = select.select([fd] if reading else [], [] if reading else [fd], [], seconds)
        return bool(ready[0] or ready[1])
    poll = select.poll()
    poll.register(fd, select.POLLIN if reading else select.POLLOUT)
    return bool(poll.poll(seconds * 1000))


def _waiting(fd: int) -> int:
    """Bytes the system holds that the other side has not taken; 0 where nobody knows."""
    if sys.platform == "win32":
        return 0
    import array
    import fcntl
    import termios

    count = array.array("i", [0])
    try:
        fcntl.ioctl(fd, termios.TIOCOUTQ, count)
    except OSError:
        return 0
    return count[0]


def _drain(waiting: Callable[[], int], deadline: Deadline) -> bool:
    while waiting():
        if deadline.over:
            return False
        time.sleep(min(SLICE / 5, deadline.left))
    return True
