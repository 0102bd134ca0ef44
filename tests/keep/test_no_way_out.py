"""No key, button or message closes a kiosk that fills its screen; a signal does (G14)."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.bench.screen import Missing, screen
from tests.keep.ways_out import Tried

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30
#: So many looks in a row at which it rests, 20 ms apart.
RESTS = 5


def until(there, what):
    end = time.monotonic() + PATIENCE
    while not (found := there()):
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.02)
    return found


@pytest.fixture(scope="module")
def shown():
    try:
        with screen() as made:
            yield made
    except Missing as missing:
        pytest.skip(str(missing))


@contextmanager
def kiosk(shown, data, fullscreen="true"):
    command = [sys.executable, "-m", "kiosk", "kiosk", "--data", str(data)]
    command += ["--set", f"fullscreen={fullscreen}", "--set", "ppi=82"]
    surroundings = {**os.environ, "DISPLAY": shown.name, "PYTHONPATH": str(ROOT)}
    surroundings.pop("QT_QPA_PLATFORM", None)
    surroundings.pop("WAYLAND_DISPLAY", None)
    process = subprocess.Popen(command, env=surroundings, stderr=subprocess.PIPE)
    tried = Tried(shown.name)
    try:
        until(tried.windows, "the kiosk's window")
        # Its record is open and it sends: what is tried meets a whole kiosk.
        until(lambda: psutil.Process(process.pid).children(), "the kiosk's sync")
        yield process, tried
    finally:
        process.kill()
        process.communicate()
        until(lambda: not tried.windows(), "the end of the kiosk's window")
        tried.close()


#: A window manager that does what it is asked to and has no keys and menus of its own.
BARE = """<openbox_config xmlns="http://openbox.org/3.4/rc">
<desktops><number>1</number></desktops><keyboard/><mouse/></openbox_config>"""


@pytest.fixture(params=["no window manager", "a bare window manager"])
def managed(request, shown, tmp_path):
    if request.param == "no window manager":
        yield False
        return
    if shutil.which("openbox") is None:
        pytest.skip("this needs openbox; on Debian: sudo apt-get install openbox")
    config = tmp_path / "rc.xml"
    config.write_text(BARE, "utf-8")
    started = tmp_path / "started"
    manager = subprocess.Popen(
        ["openbox", "--sm-disable", "--config-file", config, "--startup", f"touch {started}"],
        env={**os.environ, "DISPLAY": shown.name},
        stderr=subprocess.DEVNULL,
    )
    until(started.exists, "the window manager")
    yield True
    manager.terminate()
    manager.wait(PATIENCE)


def worked_off(process):
    """What was sent so far has been worked off: whoever waits in a row of looks has none left."""
    kiosk, seen = psutil.Process(process.pid), []

    def rests():
        assert process.poll() is None, "it ended"
        seen.append((kiosk.status(), sum(kiosk.cpu_times()[:2])))
        return len(seen) > RESTS and set(seen[-RESTS:]) == {(psutil.STATUS_SLEEPING, seen[-1][1])}

    until(rests, "the kiosk's rest")


def test_nothing_a_visitor_does_closes_the_kiosk_or_leads_out_of_it(shown, managed, tmp_path):
    with kiosk(shown, tmp_path) as (process, tried):
        window = until(tried.filling, "the kiosk over the whole screen")
        before = {child.pid for child in psutil.Process(process.pid).children(recursive=True)}
        count = 0
        for way in tried.messages(window, managed):
            worked_off(process)
            until(tried.filling, f"the kiosk over the whole screen: {way}")
            count += 1
        count += tried.keys()
        worked_off(process)
        count += tried.buttons()
        worked_off(process)
        assert count >= 1000
        assert until(tried.filling, "the kiosk over the whole screen") == window
        after = {child.pid for child in psutil.Process(process.pid).children(recursive=True)}
        assert after <= before, "something was started"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 128 + signal.SIGTERM
        assert b"Traceback" not in process.stderr.read()
        gone = [psutil.pid_exists(pid) for pid in before]
        assert not any(gone), "what it had started stayed"


def test_a_kiosk_in_a_window_is_closed_as_ever(shown, tmp_path):
    with kiosk(shown, tmp_path, "false") as (process, tried):
        (window,) = tried.windows()
        tried.ask_to_close(window.number)
        assert process.wait(PATIENCE) == 0


def test_what_citizens_touch_has_no_menus_drops_or_ways_to_other_programs():
    """Qt's own text fields have menus, drops and shortcuts; a link opens a browser."""
    leads_out = re.compile(
        r"\b(TextEdit|TextInput|TextField|TextArea|DropArea|Menu|Shortcut|openUrlExternally"
        r"|onLinkActivated|Qt\.quit|QtQuick\.Controls|QtQuick\.Dialogs|WebView)\b"
    )
    qml = ROOT / "kiosk" / "qml"
    files = [qml / "Main.qml", *(qml / "citizen").glob("*.qml"), *(qml / "controls").glob("*.qml")]
    assert len(files) > 20
    found = {f.name: leads_out.findall(f.read_text("utf-8")) for f in files}
    assert {name: words for name, words in found.items() if words} == {}
