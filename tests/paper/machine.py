"""A thermal printer made of Python: everything but the heat.

It reads ESC/POS from a real socket or a real serial line into a bitmap, row by row, as such a
printer does: what is asked in real time is answered at once and looked for in pictures too, all
else waits in a buffer of limited size behind a mechanism that takes its time. Paper ends, covers
open, knives jam, plugs are pulled. It knows nothing of kiosk.paper.printers.
"""

import os
import select
import socket
import struct
import threading
import time
import tty
from contextlib import suppress

import numpy as np

NEAR_END = 300


class Machine:
    """One printer with its paper. `at_row(n, deed)` lets something happen in the middle."""

    def __init__(
        self,
        *,
        across=72,
        paper=10**9,
        speed=0.0,
        answers=True,
        confirms=True,
        reports=True,
        clears=True,
        buffer=4096,
    ):
        self.across, self.paper, self.speed = across, paper, speed
        self.answers, self.confirms, self.reports, self.clears = answers, confirms, reports, clears
        self.rows, self.cuts, self.fed = [], [], 0
        self.pulses, self.garbage, self.cleared = 0, b"", 0
        self.cover = self.jammed = self.broken = False
        self.heard = 0
        self.first_row_at = 0.0
        self._limit = buffer
        self._buffer = bytearray()
        self._tail = b""
        self._epoch = 0
        self._changed = threading.Condition()
        self._on = True
        self._asb = 0
        self._last_report = b""
        self._reply = self._client = self._line = None
        self._idle = self._deaf = False
        self._deeds = {}
        self._closers = []
        self._threads = []
        self._run(self._work)

    # --- its sockets ----------------------------------------------------------------------------

    def on_tcp(self):
        """Listen; one computer at a time, the next waits. Returns the port."""
        server = socket.create_server(("127.0.0.1", 0))
        # A printer's network part holds little.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        self._closers += [lambda: _hang_up(server), server.close]
        self._run(lambda: self._serve(server))
        return server.getsockname()[1]

    def on_serial(self):
        """Be on a serial line. Returns the other end's path."""
        master, slave = os.openpty()
        tty.setraw(master)
        tty.setraw(slave)
        self._closers += [lambda: None, lambda: os.close(master), lambda: os.close(slave)]
        self._line = master
        self._reply = lambda data: os.write(master, data)
        self._run(lambda: self._listen(lambda: self._from_line(master)))
        return os.ttyname(slave)

    def _serve(self, server):
        while self._on:
            try:
                client, _ = server.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._client = client
            self._reply = client.sendall
            self._listen(lambda c=client: c.recv(512))
            self._reply = None
            client.close()
            with self._changed:
                self._client = None
                self._changed.notify_all()

    def _from_line(self, master):
        while self._on:
            if select.select([master], [], [], 0.1)[0]:
                return os.read(master, 512)
        return b""

    def _listen(self, read):
        self._deaf = False
        while self._on and not self._deaf:
            try:
                data = read()
            except OSError:
                return
            if not data:
                return
            self._hear(data)

    def hear_all(self, data):
        """Bytes that come from nowhere, until they are on paper."""
        self._hear(data)
        self.settle()

    # --- real time ------------------------------------------------------------------------------

    def _hear(self, data):
        for byte in data:
            if self._deaf:
                return
            with self._changed:
                self._changed.wait_for(lambda: len(self._buffer) < self._limit or not self._on)
                self._buffer.append(byte)
                self.heard += 1
                self._tail = (self._tail + bytes([byte]))[-10:]
                self._at_once()
                self._changed.notify_all()

    def _at_once(self):
        tail = self._tail
        if tail[-3:-1] == b"\x10\x04" and 1 <= tail[-1] <= 4 and self.answers:
            self._say(bytes([self._status(tail[-1])]))
        elif tail[-3:] in (b"\x10\x05\x01", b"\x10\x05\x02"):
            self.garbage += b"ENQ"
        elif len(tail) >= 5 and tail[-5:-2] == b"\x10\x14\x01" and tail[-2] <= 1:
            self.pulses += 1
        elif tail == b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08" and self.clears:
            self._buffer.clear()
            self._epoch += 1
            self.cleared += 1
            self._say(b"\x37\x25\x00")

    def _status(self, which):
        out, near = self.paper <= 0, self.paper <= NEAR_END
        stopped = self.cover or out or self.jammed or self.broken
        return (
            0x12
            | {
                1: 0x08 * stopped,
                2: 0x04 * self.cover | 0x20 * out | 0x40 * (self.jammed or self.broken),
                3: 0x08 * self.jammed | 0x20 * self.broken,
                4: 0x0C * near | 0x60 * out,
            }[which]
        )

    def _report(self):
        if not self._asb or not self.reports:
            return
        out, near = self.paper <= 0, self.paper <= NEAR_END
        stopped = self.cover or out or self.jammed or self.broken
        report = bytes(
            [
                0x10 | 0x08 * stopped | 0x20 * self.cover,
                0x08 * self.jammed | 0x20 * self.broken,
                0x03 * near | 0x0C * out,
                0x0F,
            ]
        )
        if report != self._last_report:
            self._last_report = report
            self._say(report)

    def _say(self, data):
        if self._reply is not None:
            try:
                self._reply(data)
            except OSError:
                self._reply = None

    # --- the mechanism --------------------------------------------------------------------------

    def _work(self):
        while self._on:
            try:
                self._command()
            except _Cleared:
                continue
            except _Off:
                return

    def _command(self):
        epoch = self._epoch
        with self._changed:
            self._idle = True
            self._changed.notify_all()
        first = self._take(1, epoch)
        self._idle = False
        two = first + (self._take(1, epoch) if first in (b"\x10", b"\x1b", b"\x1d") else b"")
        match two:
            case b"\x1b@":
                self._asb = 0
            case b"\x1bd":
                self._feed(self._take(1, epoch)[0] * 30, epoch)
            case b"\x1bp":
                self._take(3, epoch)
                self.pulses += 1
            case b"\x1da":
                with self._changed:
                    self._asb, self._last_report = self._take(1, epoch)[0], b""
                    self._report()
            case b"\x1dr":
                self._take(1, epoch)
                self._can_move(epoch)
                if self.confirms and self.answers:
                    with self._changed:
                        self._say(bytes([0x03 if self.paper <= NEAR_END else 0]))
            case b"\x1dv":
                kind, _, across, rows = struct.unpack("<BBHH", self._take(6, epoch))
                assert kind == ord("0")
                for _ in range(rows):
                    self._burn(self._take(across, epoch), epoch)
            case b"\x1dV":
                how = self._take(1, epoch)
                if how in b"AB":
                    self._take(1, epoch)
                    self._feed(120, epoch)
                self.cuts.append(len(self.rows))
            case b"\x10\x04" | b"\x10\x05":
                self._take(1, epoch)
            case b"\x10\x14":
                self._take(8 if self._take(1, epoch) == b"\x08" else 2, epoch)
            case _ if first >= b" " or first in (b"\x1b", b"\x1c", b"\x1d"):
                # Other control characters mean nothing to it.
                self.garbage += two
        with self._changed:
            self._changed.notify_all()

    def _take(self, count, epoch):
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._buffer) >= count or self._epoch != epoch or not self._on
            )
            self._still(epoch)
            data = bytes(self._buffer[:count])
            del self._buffer[:count]
            self._changed.notify_all()
            return data

    def _still(self, epoch):
        if not self._on:
            raise _Off
        if self._epoch != epoch:
            raise _Cleared

    def _can_move(self, epoch):
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    not (self.cover or self.jammed or self.broken or self.paper <= 0)
                    or self._epoch != epoch
                    or not self._on
                )
            )
            self._still(epoch)

    def _burn(self, row, epoch):
        self._can_move(epoch)
        if self.speed:
            with self._changed:
                self._changed.wait_for(lambda: self._epoch != epoch or not self._on, 1 / self.speed)
                self._still(epoch)
        if not self.rows:
            self.first_row_at = time.monotonic()
        self.rows.append(row)
        self._used(1)
        deed = self._deeds.pop(len(self.rows), None)
        if deed is not None:
            deed()

    def _feed(self, rows, epoch):
        self._can_move(epoch)
        self.fed += rows
        self._used(rows)

    def _used(self, rows):
        with self._changed:
            self.paper -= rows
            self._report()
            self._changed.notify_all()

    # --- what people do to it -------------------------------------------------------------------

    def at_row(self, row, deed):
        self._deeds[row] = deed

    def change(self, **what):
        """Open the cover, put paper in, jam the knife: change(cover=True)."""
        with self._changed:
            for name, value in what.items():
                setattr(self, name, value)
            self._report()
            self._changed.notify_all()

    def die(self):
        """Its plug is pulled: no buffer, no connection, no answer."""
        with self._changed:
            self._on = False
            self._buffer.clear()
            self._changed.notify_all()
        _hang_up(self._client)

    def hang_up(self):
        """The network is gone for a moment, in the middle of a command."""
        self._deaf = True
        _hang_up(self._client)

    def settle(self, seconds=10.0):
        """Until nobody is connected and all it took has become paper, or waits for ever."""
        until = time.monotonic() + seconds
        while not self._settled():
            assert time.monotonic() < until, "the printer still works"
            with self._changed:
                self._changed.wait(0.02)

    def _settled(self):
        if self._line is not None and select.select([self._line], [], [], 0)[0]:
            return False
        return self._client is None and self._idle and not self._buffer

    def until(self, true, seconds=5.0):
        """Wait for something to become true of it."""
        with self._changed:
            assert self._changed.wait_for(true, seconds)

    def close(self):
        with self._changed:
            self._on = False
            self._changed.notify_all()
        _hang_up(self._client)
        for close in self._closers[:1]:
            close()
        for thread in self._threads:
            thread.join(2)
            assert not thread.is_alive()
        for close in self._closers[1:]:
            close()

    def _run(self, work):
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    @property
    def picture(self):
        """What is on the paper: rows of dots, True is black."""
        flat = np.frombuffer(b"".join(self.rows), np.uint8).reshape(len(self.rows), -1)
        return np.unpackbits(flat, axis=1).astype(bool)

    @property
    def held(self):
        """Bytes it has taken and not worked off."""
        return len(self._buffer)


def _hang_up(a_socket):
    if a_socket is not None:
        with suppress(OSError):
            a_socket.shutdown(socket.SHUT_RDWR)


class _Cleared(Exception):
    pass


class _Off(Exception):
    pass
