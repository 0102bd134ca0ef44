"""The same two screens in Chromium's kiosk mode with a SurveyJS form, beside our kiosk.

`./dev.sh bench browser`. Both stand before the same screen, start in turns, and are measured from
outside in the same way. Chromium draws in software as we do, talks to nobody, reads the form from a
file, and has our fonts as the machine's own. It is Debian's; the form's library comes from npm into
a folder of this user's cache, never into the tree.
"""

import fcntl
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from kiosk.words import FONTS
from tests.bench.figures import head, row
from tests.bench.places import places
from tests.bench.screen import HEIGHT, PATIENCE, WIDTH, Program, Rival, needs, race, screen
from tests.bench.start import kiosk

#: Both are under the MIT licence; the second is what draws the first without a framework.
PACKAGES = ("survey-core@2.5.38", "survey-js-ui@2.5.38")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "zhaocha-bench"
FORM = Path(__file__).with_name("form.html")
TIMES = 9
#: Seconds until everything that starts behind the first screen has started.
SETTLED = 10
FASTER, SMALLER = 3, 0.35

#: The command, as a hall would start it; and what Debian's script in it starts at last.
COMMAND, BINARY = "chromium", "/usr/lib/chromium/chromium"
#: Quiet, alone, without a graphics processor; the sandbox is not to be had as root.
FLAGS = (
    "--kiosk",
    f"--window-size={WIDTH},{HEIGHT}",
    "--window-position=0,0",
    "--disable-gpu",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--password-store=basic",
    "--lang=zh-CN",
    "--accept-lang=zh-CN",
    "--allow-file-access-from-files",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
)
#: Runs a command with two pipes as its files 3 and 4, where Chromium's DevTools listen and speak.
WITH_PIPES = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
    "os.execvp(sys.argv[3], sys.argv[3:])"
)


class DevTools:
    """Asks a Chromium's first page, over the pipes it was started with."""

    def __init__(self):
        self._commands, self.to = _pipe()
        self.since, self._answers = _pipe()
        self.given = (self._commands, self._answers)
        self._number, self._session = 0, None

    def attach(self):
        """Once the program has been started: its own ends are its own, the page is found."""
        for end in self.given:
            os.close(end)
        self._reader = os.fdopen(self.since, "rb")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            targets = self.call("Target.getTargets")["targetInfos"]
            pages = [target["targetId"] for target in targets if target["type"] == "page"]
            if pages:
                told = self.call("Target.attachToTarget", targetId=pages[0], flatten=True)
                self._session = told["sessionId"]
                return
            time.sleep(0.05)
        raise TimeoutError("Chromium shows no page")

    def call(self, method, **parameters):
        self._number += 1
        told = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            told["sessionId"] = self._session
        os.write(self.to, json.dumps(told).encode() + b"\0")
        while True:
            answer = json.loads(self._message())
            if answer.get("id") == self._number:
                return answer["result"]

    def _message(self):
        found = bytearray()
        while (byte := self._reader.read(1)) != b"\0":
            if not byte:
                raise ConnectionError("Chromium has gone")
            found += byte
        return found

    def evaluate(self, expression):
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return told["result"].get("value")

    def wait_for(self, expression):
        """The expression's value, once it is something."""
        end = time.monotonic() + PATIENCE
        while not (found := self.evaluate(expression)):
            if time.monotonic() > end:
                raise TimeoutError(expression)
            time.sleep(0.05)
        return found

    def close(self):
        os.close(self.to)
        self._reader.close()


def _pipe():
    """A pipe whose ends are out of the way of files 3 and 4."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return moved


def form():
    """The form's file, with its library beside it. Raises Missing."""
    needs(("chromium", "chromium"), ("npm", "npm"))
    known = CACHE / "_".join(PACKAGES).replace("@", "-")
    if not (known / "done").exists():
        known.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
        subprocess.run(command, cwd=known, check=True, stdout=subprocess.DEVNULL)
        (known / "done").touch()
    shutil.copy(FORM, known / FORM.name)
    return known / FORM.name


@contextmanager
def chromium(page, command=COMMAND):
    """What starts Chromium before a screen, with what it kept of the time before."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        fonts = Path(home) / "fonts.conf"
        fonts.write_text(
            f"<fontconfig><dir>{FONTS}</dir><cachedir>{home}/fonts</cachedir></fontconfig>"
        )

        def start(shown, *flags, before=(), **how):
            line = [*before, command, *FLAGS, *flags, f"--user-data-dir={home}/user"]
            line.append(page.as_uri())
            return Program(shown, line, FONTCONFIG_FILE=str(fonts), HOME=home, **how)

        yield start


def where_to_tap(shown, start):
    """The middle of the first tile, told by the page itself, which must answer a tap there."""
    tools = DevTools()
    program = start(
        shown,
        "--remote-debugging-pipe",
        before=[sys.executable, "-c", WITH_PIPES, *map(str, tools.given)],
        pass_fds=tools.given,
    )
    try:
        tools.attach()
        box = tools.wait_for(
            "(() => { const tile = document.querySelector('[data-name=kind] .sd-item');"
            " const box = tile?.getBoundingClientRect();"
            " return box && [box.x + box.width / 2, box.y + box.height / 2] })()"
        )
        shown.quiet()
        shown.tap(box)
        tools.wait_for("survey.currentPageNo === 1")
        tools.close()
    finally:
        program.end()
    return tuple(round(at) for at in box)


def table(times=TIMES):
    page = form()
    with (
        screen() as shown,
        kiosk(shown) as ours,
        chromium(page) as theirs,
        chromium(page, BINARY) as inner,
    ):
        tap = where_to_tap(shown, theirs)
        rivals = [Rival("ours", ours, places()["投诉"]), Rival("theirs", theirs, tap)]
        rivals += [Rival("inner", inner, tap)] if Path(BINARY).exists() else []
        runs = race(shown, rivals, times)

        def both(what, other="theirs"):
            return (
                statistics.median(getattr(run, what) for run in runs[which])
                for which in ("ours", other)
            )

        head("browser")
        row("start to first answered tap", *both("answered"), round(1 / FASTER, 3))
        row("start to first picture", *both("shown"))
        row("first tap to its answer", *both("tap"))
        row("memory at the first answered tap (PSS)", *both("memory"), SMALLER, "MB")
        if "inner" in runs:
            row("start to first answered tap, past its script", *both("answered", "inner"))
        later = (settled(shown, rival) for rival in rivals[:2])
        row(f"memory {SETTLED} s later, all processes", *later, SMALLER, "MB")


def settled(shown, rival):
    """MB once everything behind the first screen has started, too."""
    program = rival.start(shown)
    try:
        shown.quiet()
        shown.tap(rival.tap)
        time.sleep(SETTLED)
        return sum(program.memory())
    finally:
        program.end()
