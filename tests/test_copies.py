"""A hall's record as one file: backed up, restored, carried by stick, damaged, forged."""

import json
import random
import re
import shutil
import threading
from pathlib import Path

import pytest

from db import carry
from db.evidence import evidence
from db.hallfile import BadHallFile, HallFile, look_through, write_hall_file
from db.lists import build
from db.seal import new_key, new_signing_key, seal, unseal
from db.store import Store
from db.sync import sync
from db.verify import verify
from kiosk.__main__ import main
from tests.hall import found
from tests.people import HALL, tell
from tests.tamper import chain, change_a_body_with_its_hash, counted_anew, owner, rewrite


class Machine:
    """A data folder with the commands over it."""

    def __init__(self, data, device="K1", shared=""):
        self.data = data
        self.flags = ["--data", str(data), "--set", f"device={device}"]
        self.flags += ["--set", f"shared={shared}"] if shared else []
        self.device, self.local = device, data / "local.sqlite"

    def run(self, *words):
        return main([*map(str, words), *self.flags])

    def tell(self, times=1, sealed=None):
        store = Store.open(self.local, hall=HALL, device=self.device)
        told = [tell(store, sealed=sealed) for _ in range(times)]
        store.close()
        return told

    def heads(self, place=None):
        with evidence(place or self.local) as one:
            return one.heads(HALL)

    def key(self, capsys):
        capsys.readouterr()
        assert self.run("carry", "key") == 0
        return capsys.readouterr().out.strip()


PUBLIC, SECRET = new_key()


def contact():
    return seal(PUBLIC, "contact", "13805370000")


@pytest.fixture
def hall(tmp_path, shared_address):
    """A kiosk's machine whose shared store holds a founded hall and some cases."""
    machine = Machine(tmp_path / "data", shared=shared_address)
    store = found(Store.open(shared_address, hall=HALL, device="S1"))
    machine.tell(3)
    machine.case, machine.code = machine.tell(sealed=contact())[0]
    kiosk = Store.open(machine.local, hall=HALL, device="K1")
    sync(kiosk, store)
    kiosk.close(), store.close()
    machine.shared = shared_address
    return machine


@pytest.fixture
def alone(tmp_path):
    """A machine with cases in its own store; no shared one."""
    machine = Machine(tmp_path / "data")
    found(Store.open(machine.local, hall=HALL, device="K1")).close()
    machine.tell(3)
    machine.case, machine.code = machine.tell(sealed=contact())[0]
    return machine


def backed_up(machine, folder, *store):
    assert machine.run("backup", folder, *store) == 0
    (file,) = folder.glob("*.hall")
    return file


# --- backup and restore -----------------------------------------------------------------------


def test_a_backup_of_either_kind_of_store_becomes_the_same_store_of_either_kind(
    hall, tmp_path, capsys, database
):
    file = backed_up(hall, tmp_path / "backups")
    assert hall.run("restore-test", file) == 0
    told = capsys.readouterr().out
    assert "counts and heads: the same" in told and "a restore would work" in told
    places = [str(tmp_path / "new.sqlite")]
    if not hall.shared.startswith("postgresql"):
        places.append(database)
    for place in places:
        assert hall.run("restore", file, place) == 0
        assert hall.heads(place) == hall.heads(hall.shared)
        store = Store.open(place, hall=HALL, device="D1")
        case = store.find(hall.code)
        assert case.number == hall.case.number
        content = store.sealed_content(case, "contact")
        assert unseal(SECRET, content, case.contact_digest) == "13805370000"
        assert verify(store).troubles == ()
        assert store.people().founded
        store.close()


def test_a_restored_store_never_counts_on_where_the_lost_one_was(alone, tmp_path):
    file = backed_up(alone, tmp_path / "b", "local")
    alone.run("restore", file, tmp_path / "new.sqlite")
    store = Store.open(tmp_path / "new.sqlite", hall=HALL, device="K1")
    assert store.origin not in store.heads()
    store.close()


def test_a_restore_never_writes_over_a_store(hall, tmp_path, capsys):
    file = backed_up(hall, tmp_path / "backups")
    before = hall.heads(hall.shared)
    assert hall.run("restore", file) == 1
    assert re.search("there is a store at|there are events in that store", capsys.readouterr().err)
    assert hall.heads(hall.shared) == before


def test_a_backup_never_writes_over_a_file(alone, tmp_path, capsys):
    (tmp_path / "a.hall").write_text("mine")
    assert alone.run("carry", "out", tmp_path / "a.hall") == 1
    assert "is there already" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir() if "hall" in p.name] == ["a.hall"]


def test_a_backup_is_of_one_moment_though_people_go_on(alone, tmp_path):
    stop, begun = threading.Event(), threading.Event()

    def go_on():
        store = Store.open(alone.local, hall=HALL, device="K1")
        while not stop.is_set():
            tell(store, sealed=contact())
            begun.set()
        store.close()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        assert begun.wait(10)
        for number in range(3):
            file = backed_up(alone, tmp_path / str(number), "local")
            assert alone.run("restore-test", file) == 0
    finally:
        stop.set()
        thread.join()


def test_a_look_at_a_store_is_of_one_moment_from_its_first_row_on(opened, shared_address):
    store = opened("K1", shared_address)
    tell(store, sealed=contact())
    with evidence(shared_address) as one:
        assert len(list(one.events(HALL))) == 1
        tell(store, sealed=contact())
        assert len(list(one.sealed(HALL))) == len(list(one.events(HALL))) == 1
        assert one.heads(HALL)[store.origin].seq == 1


def test_a_backup_is_evidence_and_can_be_verified_as_it_is(alone, tmp_path, capsys):
    file = backed_up(alone, tmp_path / "b", "local")
    assert alone.run("verify", file, "--against", "local") == 0
    alone.tell()
    assert alone.run("verify", file, "--against", "local") == 1
    assert "event 5 is missing at the end: " in capsys.readouterr().out


def test_a_backup_of_a_store_that_is_not_sound_is_made_and_says_so(alone, tmp_path, capsys):
    with owner(alone.local) as run:
        (origin,) = [o for o in alone.heads() if o.startswith("K1")]
        rewrite(run, origin, change_a_body_with_its_hash(chain(run, origin)))
    assert alone.run("backup", tmp_path / "b", "local") == 1
    assert "the store itself is not sound: " in capsys.readouterr().out
    assert len(list((tmp_path / "b").glob("*.hall"))) == 1


def test_a_restore_test_leaves_nothing_behind(alone, tmp_path, monkeypatch):
    file = backed_up(alone, tmp_path / "b", "local")
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    assert alone.run("restore-test", file) == 0
    assert list((tmp_path / "t").iterdir()) == []
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_the_read_tables_are_built_anew_from_a_backup(alone, tmp_path, capsys):
    file = backed_up(alone, tmp_path / "b", "local")
    assert alone.run("restore-test", file) == 0
    assert ", 4 cases" in capsys.readouterr().out
    alone.run("restore", file, tmp_path / "n.sqlite")
    store = Store.open(tmp_path / "n.sqlite", hall=HALL, device="D1")
    assert build(store) == 4
    store.close()


# --- damage -----------------------------------------------------------------------------------


@pytest.fixture
def large(tmp_path, monkeypatch):
    """A file of many small blocks, and the machine it is of."""
    monkeypatch.setattr("db.hallfile.EVENTS_AT_ONCE", 5)
    machine = Machine(tmp_path / "data", shared=str(tmp_path / "shared.sqlite"))
    machine.tell(40)
    machine.tell(2, contact())
    machine.file = backed_up(machine, tmp_path / "b", "local")
    return machine


def test_no_changed_byte_goes_unseen_wherever_it_is(large):
    data, dice = large.file.read_bytes(), random.Random(20261124)
    places = {0, len(data) - 1, *(dice.randrange(len(data)) for _ in range(400))}
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << dice.randrange(8)
        large.file.write_bytes(changed)
        with pytest.raises(BadHallFile):
            look_through(large.file)


def test_no_file_that_breaks_off_goes_unseen_wherever_it_does(large):
    data, dice = large.file.read_bytes(), random.Random(20261124)
    for length in {*(dice.randrange(len(data)) for _ in range(200)), len(data) - 1}:
        large.file.write_bytes(data[:length])
        with pytest.raises(BadHallFile, match=r"breaks off|is no hall file"):
            look_through(large.file)


def _damage(file, block):
    """A few bytes in the middle of a block, as a failing stick would."""
    data = bytearray(file.read_bytes())
    starts = [m.start() for m in re.finditer(b"#block ", data)]
    place = data.index(b"\n", starts[block]) + 20
    data[place : place + 8] = b"\xee" * 8
    file.write_bytes(data)


def test_of_a_damaged_backup_is_said_what_can_still_be_had_and_it_can(large, tmp_path, capsys):
    _damage(large.file, 3)
    assert large.run("restore", large.file) == 1
    told = capsys.readouterr().err
    assert "block 4: is damaged or was changed. 37 events of it are still good" in told
    assert not Path(tmp_path / "shared.sqlite").exists()
    assert large.run("restore", "--damaged", large.file) == 1
    told = capsys.readouterr().out
    assert "restored: 15 events of 1 devices, 15 cases" in told
    assert "22 good events lie behind a loss" in told
    # The machines bring what was lost, and everything is there again.
    assert large.run("sync", "--once") == 0
    assert large.heads(tmp_path / "shared.sqlite") == large.heads()
    assert large.run("verify", "shared", "--against", "local") == 0


def test_what_lies_behind_a_loss_follows_once_the_loss_was_made_good(large, tmp_path, capsys):
    whole = tmp_path / "whole.hall"
    shutil.copy(large.file, whole)
    _damage(large.file, 3)
    large.run("restore", "--damaged", large.file)
    other = tmp_path / "other.hall"
    shutil.copy(whole, other)
    _damage(other, 5)
    assert large.run("carry", "in", "--damaged", other, "shared") == 1
    assert large.run("carry", "in", "--damaged", large.file, "shared") == 0
    assert large.heads(tmp_path / "shared.sqlite") == large.heads()
    assert large.run("verify", "shared", "--against", "local") == 0


# --- by stick ---------------------------------------------------------------------------------


@pytest.fixture
def two(alone, tmp_path, capsys):
    """A kiosk's machine and a desk's, without a network, who know each other's keys."""
    desk = Machine(tmp_path / "desk", "D1")
    desk.tell(1)
    assert desk.run("carry", "trust", alone.key(capsys), "the kiosk") == 0
    assert alone.run("carry", "trust", desk.key(capsys), "the desk") == 0
    return alone, desk


def test_a_stick_goes_both_ways_and_then_both_have_the_same(two, tmp_path, capsys):
    kiosk, desk = two
    assert kiosk.run("carry", "out", tmp_path / "1.hall") == 0
    assert desk.run("carry", "in", tmp_path / "1.hall") == 0
    assert "by the kiosk" in capsys.readouterr().out
    assert desk.run("carry", "out", tmp_path / "2.hall") == 0
    assert kiosk.run("carry", "in", tmp_path / "2.hall") == 0
    assert kiosk.heads() == desk.heads()
    for one in two:
        assert one.run("verify") == 0


def test_sticks_that_come_twice_or_in_the_wrong_order_change_nothing(two, tmp_path, capsys):
    kiosk, desk = two
    for number in range(3):
        kiosk.tell(2)
        assert kiosk.run("carry", "out", tmp_path / f"{number}.hall") == 0
    capsys.readouterr()
    new = []
    for number in (1, 0, 2, 2, 1):
        assert desk.run("carry", "in", tmp_path / f"{number}.hall") == 0
        new.append(int(re.search(r"carried in: (\d+)", capsys.readouterr().out)[1]))
    assert new[1:] == [0, 2, 0, 0]
    assert desk.run("verify", "--against", kiosk.local) == 0


class Stops(Exception):
    pass


@pytest.mark.parametrize("good", [0, 1, 2, 5, 8])
def test_a_stick_that_is_pulled_out_at_any_step_is_made_up_for_by_the_next_try(
    two, tmp_path, monkeypatch, good
):
    kiosk, desk = two
    kiosk.run("carry", "out", tmp_path / "1.hall")
    monkeypatch.setattr(carry, "EVENTS_AT_ONCE", 7)
    take, left = Store.receive, iter([True] * good)

    def receive(store, batch):
        if not next(left, False):
            raise Stops
        return take(store, batch)

    monkeypatch.setattr(Store, "receive", receive)
    with pytest.raises(Stops):
        desk.run("carry", "in", tmp_path / "1.hall")
    # What came in can be passed on by now: no event lacks what is sealed beside it.
    with evidence(desk.local) as one:
        heads, sealed = one.heads(HALL), list(one.sealed(HALL))
    assert sealed or len(heads) == 1
    monkeypatch.undo()
    assert desk.run("carry", "in", tmp_path / "1.hall") == 0
    assert desk.run("verify", "--against", kiosk.local) == 0


def test_a_copy_that_was_interrupted_is_refused_whole(two, tmp_path, capsys):
    kiosk, desk = two
    file = tmp_path / "1.hall"
    kiosk.run("carry", "out", file)
    file.write_bytes(file.read_bytes()[:-300])
    before = desk.heads()
    assert desk.run("carry", "in", file) == 1
    assert "the copy was interrupted. Please copy it again" in capsys.readouterr().err
    assert desk.heads() == before


def test_a_file_of_somebody_nobody_vouched_for_is_refused(alone, tmp_path, capsys):
    stranger = Machine(tmp_path / "stranger", "K7")
    stranger.tell()
    stranger.run("carry", "out", tmp_path / "7.hall")
    before = alone.heads()
    assert alone.run("carry", "in", tmp_path / "7.hall") == 1
    told = capsys.readouterr().err
    assert "was signed with a key that this machine does not know" in told
    assert stranger.key(capsys) in told
    assert alone.heads() == before


def test_a_file_that_was_edited_with_all_digests_made_anew_is_refused_for_its_signature(
    two, tmp_path, capsys
):
    kiosk, desk = two
    file = tmp_path / "1.hall"
    kiosk.run("carry", "out", file)
    signed = file.read_bytes().split(b"\n")[-2]
    forged = tmp_path / "forged.hall"
    with evidence(file) as one:
        write_hall_file(one, HALL, forged, new_signing_key(), "K1", 5)
    *others, _, _ = forged.read_bytes().split(b"\n")
    forged.write_bytes(b"\n".join([*others, signed, b""]))
    assert desk.run("carry", "in", forged) == 1
    assert "was changed after it was signed" in capsys.readouterr().err


@pytest.mark.parametrize("attack", [change_a_body_with_its_hash, lambda events: events[1:]])
def test_a_history_that_is_not_sound_is_refused_whoever_signed_it(two, tmp_path, attack, capsys):
    kiosk, desk = two
    (origin,) = [o for o in kiosk.heads() if o.startswith("K1")]
    with owner(kiosk.local) as run:
        rewrite(run, origin, attack(chain(run, origin)))
    kiosk.run("carry", "out", tmp_path / "1.hall")
    before = desk.heads()
    assert desk.run("carry", "in", tmp_path / "1.hall") == 1
    assert "holds no sound history" in capsys.readouterr().err
    assert desk.heads() == before


@pytest.mark.parametrize("more", [0, 2])
def test_a_second_history_of_the_same_device_is_refused(two, tmp_path, more, capsys):
    kiosk, desk = two
    kiosk.run("carry", "out", tmp_path / "1.hall")
    assert desk.run("carry", "in", tmp_path / "1.hall") == 0
    kiosk.tell(more)
    (origin,) = [o for o in kiosk.heads() if o.startswith("K1")]
    with owner(kiosk.local) as run:
        told = chain(run, origin)
        rewrite(run, origin, counted_anew([told[0]._replace(body=told[1].body), *told[1:]]))
    before = desk.heads()
    kiosk.run("carry", "out", tmp_path / "2.hall")
    assert desk.run("carry", "in", tmp_path / "2.hall") == 1
    assert re.search("has two histories|history was rewritten", capsys.readouterr().err)
    assert desk.heads() == before


def test_a_file_of_another_hall_is_refused(alone, tmp_path, capsys):
    other = Store.open(tmp_path / "o.sqlite", hall="999999", device="K1")
    tell(other)
    other.close()
    key = (alone.data / "carry.key").read_text().strip() if alone.key(capsys) else ""
    with evidence(tmp_path / "o.sqlite") as one:
        write_hall_file(one, "999999", tmp_path / "o.hall", key, "K1", 5)
    assert alone.run("carry", "in", tmp_path / "o.hall") == 1
    assert "is of hall 999999, this store of 370800" in capsys.readouterr().err
    assert alone.run("restore", tmp_path / "o.hall", tmp_path / "x.sqlite") == 2
    assert not (tmp_path / "x.sqlite").exists()


def test_the_key_is_for_its_owner_alone_and_may_be_shared_by_a_hall(alone, tmp_path, capsys):
    mine = alone.key(capsys)
    assert (alone.data / "carry.key").stat().st_mode & 0o777 == 0o600
    desk = Machine(tmp_path / "desk", "D1")
    desk.data.mkdir()
    shutil.copy(alone.data / "carry.key", desk.data / "carry.key")
    assert desk.key(capsys) == mine
    alone.run("carry", "out", tmp_path / "1.hall")
    assert desk.run("carry", "in", tmp_path / "1.hall") == 0
    (desk.data / "carry.key").write_text("no key\n")
    assert desk.run("carry", "key") == 2
    assert "is no key" in capsys.readouterr().err


def test_a_file_is_for_its_owner_alone_for_it_holds_what_people_said(alone, tmp_path):
    file = backed_up(alone, tmp_path / "b", "local")
    assert file.stat().st_mode & 0o777 == 0o600


def test_nothing_that_is_sealed_can_be_read_in_a_file(alone, tmp_path):
    alone.run("carry", "out", tmp_path / "1.hall")
    rows = json.dumps([list(row) for row in HallFile(tmp_path / "1.hall").events(HALL)])
    sealed = b"".join(row[3] for row in HallFile(tmp_path / "1.hall").sealed(HALL))
    assert "13805370000" not in rows and b"13805370000" not in sealed and sealed


@pytest.mark.parametrize("words", [["fly"], [], ["in"], ["trust"]])
def test_carry_says_what_it_takes(alone, words, capsys):
    assert alone.run("carry", *words) == 2
    assert "carry takes: out FILE" in capsys.readouterr().err
