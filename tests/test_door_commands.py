"""`zhaocha door` and `zhaocha serve`: from a terminal to a kiosk that syncs over HTTPS."""

import re
import signal
import socket
import subprocess
import sys
import threading

import pytest

from db.batch import Batch
from db.door import Door
from db.engine import StoreTrouble
from db.store import Store
from db.sync import sync
from db.verify import verify
from kiosk.__main__ import main
from kiosk.door_commands import run
from kiosk.settings import BadSetting, load
from tests.doors import chain
from tests.people import HALL
from tests.test_imports import ROOT


def zhaocha(capsys, *words):
    code = main(list(map(str, words)))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_token_is_shown_once_listed_by_its_device_and_revoked(tmp_path, capsys):
    at = ("--data", tmp_path)
    said = zhaocha(capsys, "door", "grant", "K2", *at)[1]
    token = re.search(r"^K2\.\S{32}$", said, re.M)[0]
    zhaocha(capsys, "door", "grant", "D2", "desk", *at)
    said = zhaocha(capsys, "door", "list", *at)[1]
    assert token not in said
    assert re.findall(r"^(\w+) · (\w+) .* (\w+)$", said, re.M) == [
        ("D2", "desk", "stands"),
        ("K2", "kiosk", "stands"),
    ]
    assert zhaocha(capsys, "door", "revoke", "K2", *at)[0] == 0
    assert "revoked" in zhaocha(capsys, "door", "list", *at)[1]
    assert zhaocha(capsys, "door", "asides", *at)[:2] == (0, "")


@pytest.mark.parametrize(
    "words",
    [
        "verify shared",
        "heads shared",
        "backup copies shared",
        "retain",
        "erase 1 law",
        "prune",
        "status forget K3",
        "staff list",
        "serve",
    ],
)
def test_what_needs_the_store_itself_says_so_behind_a_door_and_makes_nothing(
    tmp_path, capsys, monkeypatch, words
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "copies").mkdir()
    at = ("--data", tmp_path / "data", "--set", "shared=https://127.0.0.1:1")
    code, _, said = zhaocha(capsys, *words.split(), *at)
    assert code == 2 and ("door" in said or "owns the shared store" in said)
    assert not list(tmp_path.glob("**/*127*")) and not list(tmp_path.glob("https*"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "door takes: grant"),
        ("fly", "door takes: grant"),
        ("grant", "door takes: grant"),
        ("grant K2 kiosk desk", "door takes: grant"),
        ("grant K2 boss", "comes as kiosk or desk"),
        ("grant K-2", "letters and digits"),
        ("revoke K7", "never granted"),
    ],
)
def test_what_cannot_be_is_said(tmp_path, capsys, words, says):
    code, _, said = zhaocha(capsys, "door", *words.split(), "--data", tmp_path)
    assert code == 2 and says in said


def test_a_kiosk_keeps_its_token_for_its_owner_alone(tmp_path, capsys):
    settings = load(tmp_path)
    for word in ("K2.abc", "K2.def"):
        assert run(["token"], settings, None, None, lambda _, word=word: f" {word}\n") == 0
    file = tmp_path / "door.token"
    assert file.read_text() == "K2.def\n" and file.stat().st_mode & 0o777 == 0o600
    assert "abc" not in capsys.readouterr().out
    with pytest.raises(ValueError, match="no token"):
        run(["token"], settings, None, None, lambda _: "hello")


def test_a_certificate_is_made_once_and_its_fingerprint_told_again(tmp_path, capsys):
    first = zhaocha(capsys, "door", "certificate", "10.0.0.5", "--data", tmp_path)[1]
    again = zhaocha(capsys, "door", "certificate", "--data", tmp_path)[1]
    pin = re.search(r'door_fingerprint = "((?:[0-9A-F]{2}:){31}[0-9A-F]{2})"', first)[1]
    assert pin in again and "made" not in again


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://10.0.0.5:8766", "127.0.0.1 only"),
        ("https://10.0.0.5", "https://HOST:PORT"),
        ("https://10.0.0.5:8766/x", "https://HOST:PORT"),
        ("https://me:secret@10.0.0.5:8766", "https://HOST:PORT"),
        ("https://10.0.0.5:door", "https://HOST:PORT"),
    ],
)
def test_a_door_that_cannot_be_is_told_when_the_settings_are_read(tmp_path, address, says):
    with pytest.raises(BadSetting, match=re.escape(says)):
        load(tmp_path, {"shared": address})
    assert load(tmp_path, {"shared": "https://h:1"}).shared == "https://h:1"
    assert load(tmp_path, {"shared": "http://127.0.0.1:1"}).shared == "http://127.0.0.1:1"


def test_who_owns_no_store_serves_none_and_founds_none(tmp_path, capsys):
    door = ("--data", tmp_path, "--set", "shared=https://127.0.0.1:9")
    for words, says in (
        (["serve"], "set shared to a file"),
        (["init"], "on the machine that serves it"),
        (["staff", "list"], "on the machine that serves it"),
        (["door", "list"], "on the machine that serves it"),
    ):
        code, _, said = zhaocha(capsys, *words, *door)
        assert code == 2 and says in said


def free():
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def test_a_hall_serves_its_file_once_and_a_kiosk_syncs_through_its_door(tmp_path, capsys):
    hall, kiosk = tmp_path / "hall", tmp_path / "kiosk"
    zhaocha(capsys, "init", "--data", hall)
    made = zhaocha(capsys, "door", "certificate", "--data", hall)[1]
    pin = re.search(r'"(.*)"', made)[1]
    token = zhaocha(capsys, "door", "grant", "K2", "--data", hall)[1].splitlines()[1]
    port = free()
    command = [sys.executable, "-m", "kiosk", "serve", "--data", str(hall)]
    command += ["--set", f"door_port={port}", "--set", f"web_port={free()}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout.readline() == f"The hall's door: https://127.0.0.1:{port}\n"
            served.stdout.readline()
            code, _, said = zhaocha(capsys, "serve", "--data", hall)
            assert code == 1 and f"process {served.pid}" in said
            run(["token"], load(kiosk), None, None, lambda _: token)
            capsys.readouterr()
            here = ["--data", kiosk, "--set", "device=K2", "--set", f"door_fingerprint={pin}"]
            here += ["--set", f"shared=https://127.0.0.1:{port}"]
            code, said, _ = zhaocha(capsys, "sync", "--once", *here)
            assert (code, re.match(r"pushed 0, pulled \d\d\n", said) is not None) == (0, True)
            zhaocha(capsys, "door", "revoke", "K2", "--data", hall)
            code, _, said = zhaocha(capsys, "sync", "--once", *here)
            assert code == 1 and "was revoked" in said
        finally:
            served.send_signal(signal.SIGTERM)
            served.wait(10)


def test_a_door_that_is_killed_among_pushes_has_lost_nothing_it_answered_for(tmp_path, capsys):
    hall, kiosk = tmp_path / "hall", Store.open(tmp_path / "K2.sqlite", hall=HALL, device="K2")
    kiosk.receive(Batch(tuple(chain("K2", [{"n": n} for n in range(1500)]))))
    token = zhaocha(capsys, "door", "grant", "K2", "--data", hall)[1].splitlines()[1]
    port = free()
    command = [sys.executable, "-m", "kiosk", "serve", "--data", str(hall)]
    command += ["--set", f"door_port={port}", "--set", f"web_port={free()}"]
    line = Door(f"http://127.0.0.1:{port}", hall=HALL, token=token, slices=tmp_path / "slices")
    kept, killed = [], []

    def answered(batch, receive=line.receive):
        kept.append(receive(batch))
        if len(kept) == 10 and not killed:
            # Later in the midst of one, from beside.
            threading.Timer(0.02, served.kill).start()
            killed.append(True)
        return kept[-1]

    line.receive = answered
    for _ in range(2):
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as served:
            served.stdout.readline()
            try:
                sync(kiosk, line, pull=False, batch=25)
            except StoreTrouble:
                assert len(kept) >= 10
            finally:
                served.kill()
    shared = Store.open(hall / "shared.sqlite", hall=HALL, device="V1")
    assert shared.heads() == kiosk.heads() and killed and sum(kept) <= 1500
    assert verify(shared).events == 1500 and verify(shared).troubles == ()
    for one in (line, shared, kiosk):
        one.close()


def test_an_alarm_stands_until_somebody_has_looked(tmp_path, capsys):
    at = ("--data", tmp_path)
    shared = Store.open(tmp_path / "shared.sqlite", hall=HALL, device="S1")
    shared.receive(Batch(tuple(chain("K2", [{"n": n} for n in range(3)], spoil=[1]))))
    shared.close()
    assert "K2-A/2: it is not as it was written\n" in zhaocha(capsys, "door", "asides", *at)[1]
    assert zhaocha(capsys, "door", "asides", "seen", *at)[1].startswith("1 seen")
    assert "(seen 20" in zhaocha(capsys, "door", "asides", *at)[1]
    assert zhaocha(capsys, "door", "asides", "seen", *at)[1].startswith("0 seen")
