"""A file is looked through once for all who hold it, and by everybody where nobody does."""

import errno
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from db import checked
from db.checked import AGAIN, Checked, note_of
from db.engine import StoreDamaged
from db.store import Store
from tests.people import HALL

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no lock that several share: each looks itself"
)

HOLDS = (
    "import sys; from db.store import Store; Store.open(sys.argv[1], hall='370800', device='K1'); "
    "print('open', flush=True); sys.stdin.read()"
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "K1.sqlite"
    path.write_bytes(b"something")
    return path


@pytest.fixture
def looks(monkeypatch):
    """How often this process has looked through a store."""
    seen, check = [], Store._check_file

    def counted(store):
        seen.append(store.file)
        check(store)

    monkeypatch.setattr(Store, "_check_file", counted)
    return seen


@pytest.fixture
def made():
    """Shares in a file, which are let go when the test ends."""
    shares = []

    def share(file):
        shares.append(Checked(file))
        return shares[-1]

    yield share
    for one in shares:
        one.let_go()


def holder(file):
    """Another process that opens a store and holds it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"open\n"
    return process


def test_what_another_process_has_looked_through_and_still_holds_is_opened_at_once(tmp_path, looks):
    file = tmp_path / "K1.sqlite"
    with holder(file) as other:
        Store.open(file, hall=HALL, device="D1").close()
        assert looks == []
        other.communicate(b"")
    Store.open(file, hall=HALL, device="D1").close()
    assert looks == [file]


def test_a_process_that_was_killed_holds_nothing(tmp_path, looks):
    file = tmp_path / "K1.sqlite"
    with holder(file) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        Store.open(file, hall=HALL, device="D1").close()
    assert looks == [file]


def test_a_store_is_held_from_its_opening_to_its_end(tmp_path, looks):
    file = tmp_path / "K1.sqlite"
    first = Store.open(file, hall=HALL, device="K1")
    second = Store.open(file, hall=HALL, device="D1")
    first.close()
    third = Store.open(file, hall=HALL, device="K2")
    assert looks == [file]
    second.close()
    third.close()
    Store.open(file, hall=HALL, device="K1").close()
    assert looks == [file, file]


def test_where_the_look_found_damage_the_next_one_looks_itself(file, made):
    def damaged():
        raise StoreDamaged("an index leads astray")

    for _ in range(2):
        with pytest.raises(StoreDamaged):
            made(file).make_sure(damaged)


@pytest.mark.parametrize("sound", [True, False])
def test_who_comes_while_another_looks_waits_for_what_it_finds(file, made, monkeypatch, sound):
    looking, waiting, done, seen = threading.Event(), threading.Event(), threading.Event(), []
    share = checked._share

    def shared(held):
        waiting.set()
        share(held)

    before = made(file)
    before.make_sure(lambda: None)
    before.let_go()
    monkeypatch.setattr(checked, "_share", shared)

    def long_look():
        looking.set()
        assert done.wait(10)
        if not sound:
            raise StoreDamaged("an index leads astray")

    def first():
        with suppress(StoreDamaged):
            made(file).make_sure(long_look)

    def second():
        made(file).make_sure(lambda: seen.append("looked"))
        seen.append("open")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert looking.wait(10)
    threads[1].start()
    assert waiting.wait(10)
    assert seen == []
    done.set()
    for one in threads:
        one.join(10)
    assert seen == (["open"] if sound else ["looked", "open"])


def test_a_look_is_good_for_a_day_and_not_before_it_was_made(file, made):
    looks = []
    for moment in (1000, 1001, 1000 + AGAIN, 1002 + AGAIN, 999):
        made(file).make_sure(lambda now=moment: looks.append(now), now=lambda now=moment: now)
    assert looks == [1000, 1000 + AGAIN, 999]


def test_another_file_in_the_same_place_is_looked_through(file, made):
    looks = []
    made(file).make_sure(lambda: looks.append("first"))
    other = file.with_name("other")
    other.write_bytes(b"something else")
    os.replace(other, file)
    made(file).make_sure(lambda: looks.append("second"))
    assert looks == ["first", "second"]


@pytest.mark.parametrize("words", [b"", b"\xff\xfe", b"7", b"1 2 -3", b"1 2 9999999999"])
def test_a_note_that_is_damaged_says_nothing(file, made, words):
    looks = []
    made(file).make_sure(lambda: looks.append("first"))
    note_of(file).write_bytes(words)
    made(file).make_sure(lambda: looks.append("second"))
    assert looks == ["first", "second"]


def test_where_no_note_can_be_made_everybody_looks(file, made):
    note_of(file).mkdir()
    looks = []
    for name in ("first", "second"):
        made(file).make_sure(lambda name=name: looks.append(name))
    assert looks == ["first", "second"]


def test_on_a_disk_without_locks_everybody_looks(file, made, monkeypatch):
    def no_locks(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    looks = []
    for name in ("first", "second"):
        made(file).make_sure(lambda name=name: looks.append(name))
    assert looks == ["first", "second"]


def test_a_note_that_found_no_room_is_none(file, made, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    looks = []
    for name in ("first", "second"):
        made(file).make_sure(lambda name=name: looks.append(name))
    assert looks == ["first", "second"]


def test_a_note_beside_a_store_that_nobody_holds_is_not_believed(tmp_path, looks):
    file = tmp_path / "K1.sqlite"
    Store.open(file, hall=HALL, device="K1").close()
    assert Path(note_of(file)).read_text()
    Store.open(file, hall=HALL, device="K1").close()
    assert looks == [file, file]
