"""Whoever ends without being told is started again, and nobody is ever there twice (G18)."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from kiosk import keep
from kiosk.__main__ import main
from kiosk.keep import Keeper, restarts
from tests.keep import kills
from tests.keep.kills import Stays, kept, wait
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="signals of Linux")
#: Notes its pid, shows that it lives, and stays until it is killed; `--kept` comes last.
STAYS = """
import os, sys, time
from kiosk import keep
keep.bind()
with open(sys.argv[1], "a") as file:
    print(os.getpid(), file=file)
while True:
    keep.show_life()
    time.sleep(0.05)
"""


@pytest.fixture
def log(tmp_path):
    return tmp_path / "data" / keep.LOG


@pytest.fixture
def started():
    """Keepers that are ended when the test is."""
    keepers = []

    def start(code, *arguments, log, **rest):
        command = [sys.executable, "-c", code, *map(str, arguments)]
        keepers.append(Keeper("one", command, log, **rest))
        keepers[-1].start()
        return keepers[-1]

    yield start
    for keeper in keepers:
        keeper.end()


def lines(file):
    return file.read_text("utf-8").splitlines() if file.exists() else []


@LINUX
def test_who_is_killed_is_started_again_and_it_is_noted(tmp_path, log, started, capfd):
    keeper = started(STAYS, tmp_path / "pids", log=log, quiet=True)
    wait(lambda: lines(tmp_path / "pids"), "the first")
    os.kill(int(lines(tmp_path / "pids")[0]), signal.SIGKILL)
    wait(lambda: len(lines(tmp_path / "pids")) == 2, "the second")
    (line,) = lines(log)
    assert re.fullmatch(r"\S+ one was killed by SIGKILL after 0 s; started again in 1 s", line)
    assert line.partition(" ")[2] in capfd.readouterr().err
    keeper.end()
    assert not psutil.pid_exists(int(lines(tmp_path / "pids")[1]))
    assert len(lines(log)) == 1, "whoever is told to end is not noted"


def test_pauses_grow_and_begin_anew_after_it_stood(tmp_path, log, started, monkeypatch):
    monkeypatch.setattr(keep, "FIRST", 0.01)
    monkeypatch.setattr(keep, "LONGEST", 0.08)
    started("import sys; sys.exit(3)", log=log)
    wait(lambda: len(lines(log)) >= 6, "six ends")
    assert all(" one ended with 3 " in line for line in lines(log))
    pauses = [float(re.search(r"in ([\d.]+) s$", line)[1]) for line in lines(log)[:6]]
    assert pauses == [0.01, 0.02, 0.04, 0.08, 0.08, 0.08]
    monkeypatch.setattr(keep, "STOOD", 0.0)
    before = len(lines(log))
    wait(lambda: len(lines(log)) >= before + 2, "another end")
    assert lines(log)[-1].endswith("started again in 0.01 s")


def test_a_window_that_was_closed_stays_closed_and_any_other_program_comes_back(
    log, started, monkeypatch
):
    monkeypatch.setattr(keep, "FIRST", 0.01)
    started("", log=log, window=True).wait()
    assert lines(log) == []
    started("", log=log)
    wait(lambda: len(lines(log)) >= 2, "another start")
    assert " one ended with 0 " in lines(log)[0]


def test_what_cannot_be_started_is_tried_again(log, monkeypatch):
    monkeypatch.setattr(keep, "FIRST", 0.01)
    keeper = Keeper("one", ["/nowhere/zhaocha"], log)
    keeper.start()
    wait(lambda: len(lines(log)) >= 2, "another try")
    keeper.end()
    assert " one could not be started " in lines(log)[0]


@LINUX
def test_a_frozen_window_is_killed_and_started_again(tmp_path, log, started):
    started(STAYS, tmp_path / "pids", log=log, window=True, patience=1.2)
    wait(lambda: lines(tmp_path / "pids"), "the first")
    os.kill(int(lines(tmp_path / "pids")[0]), signal.SIGSTOP)
    wait(lambda: len(lines(tmp_path / "pids")) == 2, "the second")
    assert " one was frozen " in lines(log)[0]


@LINUX
def test_a_window_that_lives_is_left_alone(tmp_path, log, started):
    started(STAYS, tmp_path / "pids", log=log, window=True, patience=0.6)
    wait(lambda: lines(tmp_path / "pids"), "the first")
    since = time.monotonic()
    wait(lambda: time.monotonic() - since > 2, "three times its patience")
    assert len(lines(tmp_path / "pids")) == 1 and lines(log) == []


@LINUX
def test_who_does_not_end_when_told_is_killed(tmp_path, log, started):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + STAYS
    keeper = started(deaf, tmp_path / "pids", log=log, quiet=True, ends_in=0.3)
    wait(lambda: lines(tmp_path / "pids"), "the first")
    keeper.end()
    assert not psutil.pid_exists(int(lines(tmp_path / "pids")[0]))


@LINUX
@pytest.mark.parametrize("stopped", [False, True])
def test_a_keeper_that_is_killed_takes_along_whom_it_kept_even_one_that_hangs(tmp_path, stopped):
    code = "import sys; from kiosk.keep import Keeper; from pathlib import Path\n"
    code += "Keeper('one', sys.argv[1:], Path('/dev/null'), quiet=True).run()"
    command = [sys.executable, "-c", code, sys.executable, "-c", STAYS, str(tmp_path / "pids")]
    keeper = subprocess.Popen(command, cwd=ROOT)
    wait(lambda: lines(tmp_path / "pids"), "the one it keeps")
    pid = int(lines(tmp_path / "pids")[0])
    try:
        if stopped:
            os.kill(pid, signal.SIGSTOP)
        keeper.kill()
        keeper.wait()
        wait(lambda: _gone(pid), "its end")
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_restarts_are_counted_for_a_day(log):
    now = datetime(2026, 11, 24, 12)
    assert restarts(log, now) == (0, None)
    log.parent.mkdir()
    told = [now - timedelta(days=2), now - timedelta(hours=23), now - timedelta(minutes=1)]
    noted = [f"{at:%Y-%m-%dT%H:%M:%S} sync ended with 1" for at in told]
    log.write_text("\n".join([*noted, "half a li", "2036-01-01T00:00:00 ahead"]), "utf-8")
    assert restarts(log, now) == (2, told[-1])


def test_the_log_begins_anew_before_it_is_large(log, started, monkeypatch):
    monkeypatch.setattr(keep, "FIRST", 0.01)
    monkeypatch.setattr(keep, "MOST", 100)
    monkeypatch.setattr(keep, "LONGEST", 0.01)
    started("", log=log)
    wait(log.with_suffix(".old.log").exists, "the old log")


def test_keep_says_whom_it_keeps(tmp_path, capsys):
    assert main(["keep", "printer", "--data", str(tmp_path)]) == 2
    assert "kiosk, desk, serve, sync" in capsys.readouterr().err


@LINUX
def test_a_killed_hall_is_back_with_every_record_somebody_was_thanked_for(tmp_path):
    found = kills.loop(tmp_path, 1, ["sync", "serve", "kiosk", "kiosk's keeper"])
    assert found.wrong == []
    assert found.blows.total() == 4 and found.thanked >= 5


@LINUX
def test_a_kiosk_whose_record_could_not_be_opened_takes_records_once_it_can(tmp_path, log):
    thanked, local = tmp_path / "thanked", log.parent / "local.sqlite"
    local.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.keep.citizens", str(thanked), str(log.parent)]
    keeper = Keeper("kiosk", [*command, "printer=none"], log, window=True)
    keeper.start()
    try:
        wait(lambda: lines(log), "the end of a kiosk without a record")
        assert " kiosk ended with 1 " in lines(log)[0]
        local.rmdir()
        wait(lambda: lines(thanked), "a thank-you")
    finally:
        keeper.end()


@LINUX
@pytest.mark.parametrize("bug", ["not started again", "nobody is bound"])
def test_a_keeper_with_a_planted_bug_is_seen(tmp_path, monkeypatch, bug):
    with kept(tmp_path, bug) as hall:
        monkeypatch.setattr(kills, "PATIENCE", 2)
        with pytest.raises(Stays):
            hall.strike("kiosk")
        monkeypatch.undo()
        for pid, _ in hall.there("sync"):
            os.kill(pid, signal.SIGKILL)


def test_the_files_for_the_system_keep_what_can_be_kept_and_never_give_up():
    files = sorted((ROOT / "resources" / "service").iterdir())
    starts = re.compile(r"^Exec\w*=.*zhaocha keep (\w+)$", re.M)
    kept = [starts.findall(file.read_text("utf-8")) for file in files]
    assert kept == [["desk"], ["kiosk"], ["serve"]]
    for file in files:
        if file.suffix == ".service":
            told = file.read_text("utf-8")
            assert "\nRestart=always\n" in told and "\nStartLimitIntervalSec=0\n" in told


@LINUX
def test_a_hall_brings_its_desk_back_and_takes_everybody_along_when_it_is_told_to_end(tmp_path):
    command = [sys.executable, "-m", "kiosk", "hall", "--data", str(tmp_path / "data")]
    command += ["--set", f"web_port={free_port()}", "--set", "printer=none"]
    hall = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def there(name):
        found = []
        for child in psutil.Process(hall.pid).children(recursive=True):
            with suppress(psutil.Error):
                found += [child.pid] if name in child.cmdline() else []
        return found

    try:
        wait(lambda: there("serve") and there("kiosk") and len(there("sync")) == 2, "a whole hall")
        (desk,) = there("desk")
        everybody = [p.pid for p in psutil.Process(hall.pid).children(recursive=True)]
        os.kill(desk, signal.SIGKILL)
        wait(lambda: there("desk") not in ([], [desk]), "another desk")
        wait(lambda: len(there("sync")) == 2, "its sync")
        everybody += [p.pid for p in psutil.Process(hall.pid).children(recursive=True)]
    finally:
        hall.terminate()
        told = hall.communicate()[1].decode()
    assert hall.returncode == 0
    assert "zhaocha: desk was killed by SIGKILL" in told and "Traceback" not in told
    assert not any(psutil.pid_exists(pid) for pid in everybody)
