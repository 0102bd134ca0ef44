"""A kept hall that is killed and frozen again and again: kiosk, sync, serve, and their keepers."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from kiosk import app
from kiosk.keep import STOOD
from kiosk.settings import load
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
#: Seconds after which something that is not back does not come back.
PATIENCE = 40
#: What happens to whom.
BLOWS = ("kiosk", "sync", "serve", "kiosk frozen", "kiosk's keeper", "serve's keeper")


class Stays(Exception):
    """Something did not come back."""


@dataclass
class Found:
    blows: Counter = field(default_factory=Counter)
    #: Seconds until it was back, by what happened.
    back: dict = field(default_factory=dict)
    thanked: int = 0
    wrong: list = field(default_factory=list)


class Kept:
    """A hall on one machine: a kiosk with citizens and the tracking page, each with a keeper."""

    def __init__(self, folder, bug="none"):
        self.data, self.thanked_file = folder / "data", folder / "thanked"
        self.thanked_file.touch()
        self._bug = bug
        self._port = free_port()
        self._flags = {"printer": "none", "sync_seconds": "1", "web_port": str(self._port)}
        settings = load(self.data, self._flags)
        app.init(settings)
        self.shared = settings.shared
        self._keepers = {}
        for name in ("kiosk", "serve"):
            self._keep(name)

    def _keep(self, name):
        flags = [f"{n}={value}" for n, value in self._flags.items()]
        if name == "kiosk":
            command = ["-m", "tests.keep.citizens", "keep", self._bug, str(self.thanked_file)]
            command += [str(self.data), *flags]
        else:
            command = ["-m", "kiosk", "keep", "serve", "--data", str(self.data)]
            command += [part for flag in flags for part in ("--set", flag)]
        surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
        self._keepers[name] = subprocess.Popen(
            [sys.executable, *command],
            env=surroundings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    # --- what is there ------------------------------------------------------------------------

    def there(self, name):
        """The processes of that name on this data; a keeper is none of them."""
        return [one for one in self._all() if _name(one[1]) == name]

    def _all(self):
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                line = process.cmdline()
                if str(self.data) in line and process.status() != psutil.STATUS_ZOMBIE:
                    found.append((process.pid, line))
        return found

    def thanked(self):
        return self.thanked_file.read_text().split()

    def at_shared(self):
        """How often each case was registered there."""
        with closing(sqlite3.connect(f"file:{self.shared}?mode=ro", uri=True)) as read:
            rows = read.execute("SELECT case_id FROM event WHERE kind = 'registered'")
            return Counter(case for (case,) in rows)

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self._port}/", timeout=2) as told:
                return told.status == 200
        except (urllib.error.URLError, OSError):
            return False

    # --- what happens -------------------------------------------------------------------------

    def up(self):
        """All of it works: somebody is thanked, that case is sent on, the page answers, and nobody
        is there twice. Raises Stays."""
        before = len(self.thanked())
        wait(lambda: len(self.thanked()) > before, "a thank-you")
        newest = self.thanked()[-1]
        wait(lambda: newest in self.at_shared(), "a case at the shared store")
        wait(self.answers, "the tracking page")
        for name in ("kiosk", "sync", "serve"):
            wait(lambda name=name: len(self.there(name)) == 1, f"exactly one {name}")

    def strike(self, blow, stood=False):
        """Do it, if wanted to one that has stood for a while, and wait until those it hit are gone;
        then until all is up again. Seconds until it was of use again. Raises Stays."""
        name, _, how = blow.replace("'s", "").partition(" ")
        if stood:
            wait(lambda: self._stood(name), f"a {name} that stands")
        began = time.monotonic()
        if how == "keeper":
            keeper, hit = self._keepers[name], [pid for pid, _ in self.there(name)]
            keeper.kill()
            keeper.wait()
            # As the system does.
            self._keep(name)
        else:
            hit = [pid for pid, _ in self.there(name)]
            for pid in hit:
                os.kill(pid, signal.SIGSTOP if how == "frozen" else signal.SIGKILL)
        wait(lambda: not any(psutil.pid_exists(pid) for pid in hit), f"the end of {name}")
        wait(lambda: self.there(name), f"another {name}")
        self._of_use(name)
        took = time.monotonic() - began
        self.up()
        return took

    def _stood(self, name):
        with suppress(psutil.Error):
            ages = [time.time() - psutil.Process(pid).create_time() for pid, _ in self.there(name)]
            return len(ages) == 1 and ages[0] > STOOD + 0.5
        return False

    def _of_use(self, name):
        """It does again what it is there for."""
        before = len(self.thanked())
        if name == "serve":
            wait(self.answers, "the tracking page")
        else:
            wait(lambda: len(self.thanked()) > before, "a thank-you")
        if name == "sync":
            newest = self.thanked()[-1]
            wait(lambda: newest in self.at_shared(), "a case at the shared store")

    def end(self):
        """End it as an operator would; what it had started is gone as well."""
        for keeper in self._keepers.values():
            keeper.terminate()
        for keeper in self._keepers.values():
            keeper.wait(PATIENCE)
        try:
            wait(lambda: not self._all(), "the end of all")
        except Stays:
            for pid, _ in self._all():
                os.kill(pid, signal.SIGKILL)
            raise

    def all_is_whole(self):
        """What is wrong: each case that somebody was thanked for is at the shared store once, with
        what the kiosk had not sent when it ended."""
        settings = load(self.data, self._flags)
        assert app.run_sync(settings, once=True) == 0
        there, thanked = self.at_shared(), self.thanked()
        wrong = [f"{case} is there {there[case]} times" for case in thanked if there[case] != 1]
        wrong += [f"{case} twice" for case, times in Counter(thanked).items() if times > 1]
        return wrong


def _name(line):
    """What a command line is: kiosk, sync or serve; empty for a keeper."""
    if "tests.keep.citizens" in line:
        return "" if "keep" in line else "kiosk"
    if "keep" in line:
        return ""
    return next((word for word in ("sync", "serve") if word in line), "")


def wait(there, what):
    end = time.monotonic() + PATIENCE
    while not there():
        if time.monotonic() > end:
            raise Stays(f"{what} did not come")
        time.sleep(0.05)


@contextmanager
def kept(folder, bug="none"):
    hall = Kept(folder, bug)
    try:
        hall.up()
        yield hall
    finally:
        hall.end()


def loop(folder, seed, blows=(), seconds=0.0):
    """These blows at once, then random ones for so many seconds, each to one that stands."""
    dice, found = random.Random(seed), Found()
    until = time.monotonic() + seconds
    with kept(folder) as hall:
        waiting = list(blows)
        while waiting or time.monotonic() < until:
            given = bool(waiting)
            blow = waiting.pop(0) if given else dice.choice(BLOWS)
            try:
                took = hall.strike(blow, stood=not given)
            except Stays as stays:
                found.wrong.append(f"{blow}: {stays}")
                break
            found.blows[blow] += 1
            found.back.setdefault(blow, []).append(took)
    found.wrong += hall.all_is_whole()
    found.thanked = len(hall.thanked())
    return found
