"""A watchdog for a node of the campaign: Patroni's own test device, and what a real one would do.

Patroni writes to a pipe what it would tell the kernel's device. Once it is armed and hears nothing
for its timeout, the node loses its power and is started anew.
"""

import os
import re
import select
import threading

_TOLD = re.compile(rb"Ctimeout=(\d+)\n|([1VQ])")


class Watchdog(threading.Thread):
    """`bite` is called from this thread."""

    def __init__(self, path, bite):
        super().__init__(name=f"watchdog {path}")
        os.mkfifo(path)
        self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
        self._bite, self._timeout = bite, None
        self.bites = 0

    def run(self):
        while True:
            # The whole wait begins anew with every word.
            if not select.select([self._pipe], [], [], self._timeout)[0]:
                self._timeout = None
                self.bites += 1
                self._bite()
                continue
            for timeout, word in _TOLD.findall(os.read(self._pipe, 4096)):
                if timeout:
                    self._timeout = int(timeout)
                elif word == b"V":
                    self._timeout = None
                elif word == b"Q":
                    return

    def calm(self):
        """Let it be: its machine has no power."""
        os.write(self._pipe, b"V")

    def close(self):
        os.write(self._pipe, b"Q")
        self.join()
        os.close(self._pipe)
