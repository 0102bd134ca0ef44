"""A screen nobody sees, a finger on it, and whole programs before it: what they cost from outside.

Every program is measured the same way, whatever it is made of: started like any other, looked at
through the screen's own memory, tapped through the X server, its memory and work read from /proc.
"""

import ctypes
import mmap
import operator
import os
import random
import shutil
import signal
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

WIDTH, HEIGHT = 1080, 1920
PATIENCE = 60.0
#: Seconds without a change after which a picture is taken for the last one.
QUIET = 1.5
#: Part of what makes a picture that must be there: a clock may have moved on.
ALIKE = 0.98
#: Seconds between two looks.
LOOK = 0.0005
#: Seconds after which a tap without an answer is tried again, and how often.
AGAIN, TAPS = 2, 5
#: Every so many lines one is looked at for whether anything moves.
LINES = 4
#: So many pixels tell one picture from another.
SPOTS = 500


class Missing(Exception):
    """Something this machine lacks; the message says what to install."""


def needs(*programs):
    """Raises Missing with the packages for the programs that are not there; a pair is a program
    and its Debian package."""
    lacking = [package for program, package in programs if shutil.which(program) is None]
    if lacking:
        names = " ".join(lacking)
        raise Missing(f"this needs {names}; on Debian: sudo apt-get install {names}")


@dataclass(frozen=True)
class Scene:
    """Where a program's first picture differs from the one after its first tap, and how: learnt
    from a run that nobody times."""

    spots: list[int]
    before: list[int]
    after: list[int]


class Screen:
    """An X server whose pixels are a file."""

    def __init__(self, folder):
        needs(("Xvfb", "xvfb"))
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"]
        # Without a pointer's picture in the pixels, and without a reset after each program.
        command += ["-fbdir", str(folder), "-nocursor", "-noreset", "-nolisten", "tcp"]
        self._server = subprocess.Popen(
            command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.name = ":" + told.readline().strip()
        self._memory = self._mapped(Path(folder) / "Xvfb_screen0")
        self._x = _library("libX11.so.6", "libx11-6")
        self._xtest = _library("libXtst.so.6", "libxtst6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(self.name.encode()))

    def _mapped(self, file):
        """The pixels: XWD's header, its colours, then lines."""
        with open(file, "rb") as opened:
            memory = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        header = struct.unpack(">25I", memory[:100])
        first, line = header[0] + header[19] * 12, header[12]
        assert line == WIDTH * 4, "lines of the screen's memory have gaps"
        return memoryview(memory)[first : first + HEIGHT * line].cast("I")

    def close(self):
        self._x.XCloseDisplay(self._display)
        self._server.terminate()
        self._server.wait()

    def picture(self):
        """All pixels as they are now."""
        return self._memory.tolist()

    def lines(self):
        """Some of its lines as they are now."""
        step = LINES * WIDTH
        return b"".join(self._memory[at : at + WIDTH] for at in range(0, WIDTH * HEIGHT, step))

    def pixels(self, spots):
        return [self._memory[spot] for spot in spots]

    def finger(self, x, y, down):
        self._xtest.XTestFakeMotionEvent(self._display, -1, int(x), int(y), 0)
        self._xtest.XTestFakeButtonEvent(self._display, 1, down, 0)
        self._x.XFlush(self._display)

    def tap(self, where):
        self.finger(*where, True)
        self.finger(*where, False)

    def stroke(self, first, last):
        """Draw a line with a finger."""
        self.finger(*first, True)
        for part in range(1, 21):
            x, y = (a + (b - a) * part / 20 for a, b in zip(first, last, strict=True))
            self._xtest.XTestFakeMotionEvent(self._display, -1, int(x), int(y), 0)
            self._x.XFlush(self._display)
            time.sleep(0.01)
        self.finger(*last, False)

    def quiet(self):
        """Wait until nothing has moved for a while."""
        end, last, since = time.monotonic() + PATIENCE, self.lines(), time.monotonic()
        while time.monotonic() - since < QUIET:
            time.sleep(0.05)
            now = self.lines()
            if now != last:
                last, since = now, time.monotonic()
            if time.monotonic() > end:
                raise TimeoutError("the screen does not come to rest")

    def shows(self, spots, wanted, patience=PATIENCE):
        """Wait for these pixels at these spots; when they were there, None if they never were."""
        end, least = time.monotonic() + patience, ALIKE * len(spots)
        while sum(map(operator.eq, self.pixels(spots), wanted)) < least:
            if time.monotonic() > end:
                return None
            time.sleep(LOOK)
        return time.perf_counter()


def _library(name, package):
    try:
        return ctypes.CDLL(name)
    except OSError:
        raise Missing(f"this needs {package}; on Debian: sudo apt-get install {package}") from None


@contextmanager
def screen():
    with tempfile.TemporaryDirectory() as folder:
        shown = Screen(folder)
        try:
            yield shown
        finally:
            shown.close()


class Program:
    """A program before a screen, with all the processes it starts."""

    def __init__(self, shown, command, pass_fds=(), **environment):
        surroundings = {**os.environ, "DISPLAY": shown.name, **environment}
        for name in ("PYTHONDONTWRITEBYTECODE", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
            surroundings.pop(name, None)
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=pass_fds,
        )

    def processes(self):
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def memory(self):
        """Each of its processes' share of the machine's memory in MB (PSS), its first one first."""
        return [_pss(process.pid) / 1024 for process in self.processes()]

    def worked(self):
        """Seconds of a core its processes have used so far."""
        times = [process.cpu_times() for process in self.processes()]
        return sum(spent.user + spent.system for spent in times)

    def end(self):
        """All at once, as a power cut would; also what a child has started meanwhile."""
        processes = self.processes()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        psutil.wait_procs(processes, timeout=PATIENCE)


def _pss(pid):
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


@dataclass(frozen=True)
class Rival:
    """One program of a race: how it starts, and where its first tap goes."""

    name: str
    start: Callable[[Screen], Program]
    tap: tuple[int, int]


def learn(shown, rival):
    """Run it once: its first picture, and the one after its first tap."""
    empty = shown.picture()
    program = rival.start(shown)
    try:
        shown.quiet()
        before = shown.picture()
        assert before != empty, f"{rival.name} shows nothing"
        shown.tap(rival.tap)
        shown.quiet()
        after = shown.picture()
    finally:
        program.end()
    spots = [spot for spot in range(WIDTH * HEIGHT) if before[spot] != after[spot]]
    assert len(spots) > WIDTH * HEIGHT / 50, f"{rival.name} does not answer its tap"
    spots = random.Random(1).sample(spots, SPOTS)
    return Scene(spots, [before[spot] for spot in spots], [after[spot] for spot in spots])


@dataclass(frozen=True)
class Run:
    """Milliseconds to the first picture, to the first answered tap and for that tap; MB then."""

    shown: float
    answered: float
    tap: float
    memory: float


def run(shown, rival, scene):
    """Start it, tap as soon as there is something to tap, wait for the answer; what shows a picture
    before it can be tapped is tapped again, as a person would."""
    program = rival.start(shown)
    try:
        there = shown.shows(scene.spots, scene.before)
        assert there, f"{rival.name} does not show its first picture"
        answered = None
        for _ in range(TAPS):
            tapped = time.perf_counter()
            shown.tap(rival.tap)
            if answered := shown.shows(scene.spots, scene.after, AGAIN):
                break
        assert answered, f"{rival.name} does not answer"
        memory = sum(program.memory())
    finally:
        program.end()
    start = program.started
    return Run(
        (there - start) * 1000, (answered - start) * 1000, (answered - tapped) * 1000, memory
    )


def race(shown, rivals, times):
    """So many runs of each, in turns; by name."""
    scenes = {rival.name: learn(shown, rival) for rival in rivals}
    runs = {rival.name: [] for rival in rivals}
    for _ in range(times):
        for rival in rivals:
            runs[rival.name].append(run(shown, rival, scenes[rival.name]))
    return runs
