"""One store: what is kept, found, counted, refused, rescued."""

import re
import shutil
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from db import engine as store_engine
from db import opened as opening
from db.aside import ROTTED
from db.case import DoesNotFit
from db.code import code_key, mint, tail_digest
from db.engine import StoreDamaged, StoreFull, StoreTrouble
from db.happening import Accepted, Closed, Noted, Reprinted, SignInFailed
from db.lists import Column, Lists
from db.rescue import open_or_rescue
from db.seal import WrongSecret, new_key, seal, unseal, unwrap, wrap
from db.store import Store, UnknownCase
from db.terms import State
from db.verify import verify
from tests.hall import found
from tests.people import ANGRY, HALL, IDEA, TODAY, registered, tell


@pytest.fixture
def store(opened, shared_address):
    return opened("K1", shared_address)


def test_what_was_said_is_found_by_its_code_and_nothing_else(store):
    case, code = tell(store)
    other, _ = tell(store, IDEA)
    assert store.find(code) == case
    assert case.feedback == ANGRY
    assert case.number != other.number
    assert store.find(mint()) is None


def test_the_whole_address_opens_the_case_only_with_its_own_tail(store):
    case, code = tell(store)
    letters_only = type(code)(code.letters, "")
    forged = type(code)(code.letters, mint().tail)
    assert store.find(letters_only) == case
    assert store.find(forged) is None


def test_neither_code_nor_contact_stands_in_the_store(local, tmp_path):
    public, secret = new_key()
    contact = seal(public, "phone", "13805370000")
    case, code = tell(local, ANGRY, contact)
    local.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert case.number.encode() in everything
    for needle in (code.letters, code.tail, code.path, "13805370000"):
        assert needle.encode() not in everything
    with Reopened(tmp_path) as store:
        content = store.sealed_content(store.find(code), "phone")
        assert unseal(secret, content, case.contact_digest) == "13805370000"


class Reopened:
    def __init__(self, folder):
        self.store = Store.open(folder / "K1.sqlite", hall=HALL, device="K1")

    def __enter__(self):
        return self.store

    def __exit__(self, *_):
        self.store.close()


def test_another_key_or_a_changed_seal_opens_nothing():
    public, secret = new_key()
    contact = seal(public, "phone", "13805370000")
    with pytest.raises(WrongSecret):
        unseal(new_key()[1], contact.content, contact.digest)
    with pytest.raises(WrongSecret):
        unseal(secret, contact.content, "0" * 64)
    wrapped = wrap(secret, "246810")
    assert unwrap(wrapped, "246810") == secret
    with pytest.raises(WrongSecret):
        unwrap(wrapped, "246811")


def test_what_happens_is_added_and_what_does_not_fit_is_refused(store):
    found(store)
    case, code = tell(store)
    assert store.append(case.case_id, Accepted("desk")).state is State.ACCEPTED
    with pytest.raises(DoesNotFit, match="已受理"):
        store.append(case.case_id, Closed("desk"))
    with pytest.raises(UnknownCase):
        store.append("nothing", Accepted("desk"))
    assert store.find(code).state is State.ACCEPTED
    assert verify(store).troubles == ()


def test_a_reprint_has_a_code_of_its_own_and_the_old_receipt_still_works(store):
    found(store)
    case, first = tell(store)
    second = mint()
    reprint = Reprinted("desk", code_key(HALL, second), tail_digest(second))
    assert store.append(case.case_id, reprint).prints == 2
    assert store.find(second).case_id == store.find(first).case_id == case.case_id


def test_a_device_counts_on_where_it_stopped_when_it_is_opened_again(opened, shared_address):
    first = opened("K1", shared_address)
    tell(first)
    origin = first.origin
    first.close()
    second = opened("K1", shared_address)
    tell(second)
    assert second.origin == origin
    assert second.heads()[origin].seq == 2
    assert verify(second).troubles == ()


def test_two_devices_write_into_one_file_each_with_its_own_chain(opened, tmp_path):
    kiosk, desk = opened("K1", tmp_path / "one.sqlite"), opened("D1", tmp_path / "one.sqlite")
    case, _ = tell(found(kiosk))
    desk.append(case.case_id, Accepted("desk"))
    tell(kiosk)
    heads = {origin[:2]: head.seq for origin, head in kiosk.heads().items()}
    assert (heads["K1"], heads["D1"]) == (2, 1)
    assert verify(kiosk).troubles == ()


def test_two_threads_of_one_device_write_one_chain(store):
    case, _ = tell(found(store))

    def note(n):
        store.append(case.case_id, Noted("desk", str(n)))

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(note, range(200))) == [None] * 200
    assert store.heads()[store.origin].seq == 201
    assert verify(store).troubles == ()


@pytest.mark.parametrize("deed", ["UPDATE event SET body = '{}'", "DELETE FROM event"])
def test_the_log_is_only_ever_added_to(store, deed):
    tell(store)
    with (
        pytest.raises(Exception, match=r"only ever added to|permission denied"),
        store.writing() as connection,
    ):
        connection.execute(text(deed))
    assert verify(store).events == 1


def test_the_file_is_set_so_that_a_commit_is_durable(local):
    raw = {}
    with local.reading() as connection:
        for name in store_engine.PRAGMAS:
            raw[name] = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    assert raw == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "trusted_schema": 0,
    }


def test_a_file_that_does_not_take_the_settings_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(store_engine.PRAGMAS, "synchronous", 9)
    with pytest.raises(StoreTrouble, match="synchronous"):
        Store.open(tmp_path / "k.sqlite", hall=HALL, device="K1")


def test_without_room_for_a_thousand_more_nothing_is_taken_and_with_room_it_goes_on(
    local, monkeypatch
):
    monkeypatch.setattr(opening, "ROOM", 10**18)
    with pytest.raises(StoreFull):
        tell(local)
    monkeypatch.undo()
    tell(local)
    assert verify(local).events == 1


@pytest.fixture
def small_disk(tmp_path):
    """A filesystem of four megabytes, where this machine lets us make one."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a small filesystem can only be mounted by root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_on_a_full_disk_nothing_is_thanked_for_and_with_room_it_goes_on(
    small_disk, opened, monkeypatch
):
    monkeypatch.setattr(opening, "ROOM", 0)
    store = opened("K1", small_disk / "k.sqlite")
    thanked = [tell(store)[0].case_id for _ in range(3)]
    ballast = small_disk / "ballast"
    with pytest.raises(OSError), ballast.open("wb", buffering=0) as filled:
        while True:
            filled.write(bytes(1024))
    said = registered(ANGRY, mint())
    with pytest.raises(StoreFull):
        for number in range(2000):
            store.register(said, TODAY, f"c{number}")
            thanked.append(f"c{number}")
    ballast.unlink()
    thanked.append(tell(store)[0].case_id)
    assert [event.case_id for event in store.all_events()] == thanked
    assert verify(store).troubles == ()


def test_a_disk_that_fills_up_in_the_middle_of_a_batch_takes_none_of_it(
    small_disk, opened, monkeypatch
):
    monkeypatch.setattr(opening, "ROOM", 0)
    source, target = opened("K1"), opened("S1", small_disk / "s.sqlite")
    said = registered(replace(ANGRY, words="长" * 1000), mint())
    for number in range(2000):
        source.register(said, TODAY, f"c{number}")
    with pytest.raises(StoreFull):
        target.receive(source.lacking({}, 2000))
    assert target.heads() == {}
    assert target.receive(source.lacking({}, 50)) == 50


def test_the_worklist_follows_every_case(local):
    case, _ = tell(found(local))
    tell(local, IDEA)
    clerk, lists = local.people().person("desk"), Lists(local)
    lines = lists.worklist(clerk, Column.TO_ACCEPT, TODAY)
    assert [line.state for line in lines] == [State.REGISTERED] * 2
    local.append(case.case_id, Accepted("desk"))
    (line,) = lists.worklist(clerk, Column.IN_HAND, TODAY)
    assert (line.case_id, line.state, line.owner) == (case.case_id, State.ACCEPTED, "desk")
    assert line.negative
    assert lists.counts(clerk, TODAY)[Column.TO_ACCEPT] == 1


def _damage(file):
    """Overwrite pages in the middle of the file, as a failing disk would."""
    data = bytearray(file.read_bytes())
    page = 4096
    for number in range(7, len(data) // page, 3):
        data[number * page + 100 : number * page + 1500] = b"\xee" * 1400
    file.write_bytes(data)


def test_a_damaged_store_is_kept_aside_and_its_good_rows_go_into_a_new_one(tmp_path):
    file = tmp_path / "K1.sqlite"
    store = Store.open(file, hall=HALL, device="K1")
    cases = [tell(store)[0] for _ in range(60)]
    origin = store.origin
    store.close()
    _damage(file)
    with pytest.raises(StoreTrouble):
        Store.open(file, hall=HALL, device="K1")
    store, kept = open_or_rescue(file, hall=HALL, device="K1")
    try:
        assert kept is not None and kept.exists()
        assert store.origin != origin
        saved = {event.case_id for event in store.all_events()}
        assert 0 < len(saved) < len(cases)
        tell(store)
    finally:
        store.close()


def test_a_file_that_is_no_store_at_all_is_kept_aside_too(tmp_path):
    file = tmp_path / "K1.sqlite"
    file.write_bytes(b"not a database at all" * 1000)
    store, kept = open_or_rescue(file, hall=HALL, device="K1")
    tell(store)
    store.close()
    assert kept.read_bytes().startswith(b"not a database")


def test_an_event_that_was_changed_behind_our_back_is_noticed_when_it_is_read(local, tmp_path):
    _, code = tell(local)
    raw = sqlite3.connect(tmp_path / "K1.sqlite")
    raw.execute("DROP TRIGGER event_no_update")
    raw.execute("UPDATE event SET body = replace(body, '两个小时', '两分钟')")
    raw.commit()
    raw.close()
    assert verify(local).troubles == (f"{local.origin}/1: is not as it was written",)
    with pytest.raises(StoreDamaged):
        local.find(code)
    assert [a.why for a in local.asides()] == [ROTTED]


def test_an_unreachable_server_is_trouble_and_not_a_crash():
    with pytest.raises(StoreTrouble):
        Store.open("postgresql://nobody@127.0.0.1:9/none", hall=HALL, device="K1")


def test_a_text_that_is_none_any_more_is_damage(tmp_path):
    file = tmp_path / "K1.sqlite"
    store = Store.open(file, hall=HALL, device="K1")
    case, _ = tell(store)
    store.close()
    file.write_bytes(file.read_bytes().replace("等了两个小时".encode(), b"\xff" * 18))
    store = Store.open(file, hall=HALL, device="K1")
    with pytest.raises(StoreDamaged):
        store.case(case.case_id)
    store.close()


def test_an_index_that_leads_astray_is_damage(tmp_path):
    file = tmp_path / "K1.sqlite"
    store = Store.open(file, hall=HALL, device="K1")
    case, code = tell(store)
    store.close()
    data = file.read_bytes()
    # The index's own copy of the code's key is the one without a body before it.
    key = re.search(rb'"code_key":"([0-9a-f]+)"', data)[1]
    astray = bytes([key[0] ^ 1]) + key[1:]
    parts = data.split(HALL.encode() + key)
    assert len(parts) == 2
    file.write_bytes(parts[0] + HALL.encode() + astray + parts[1])
    store, kept = open_or_rescue(file, hall=HALL, device="K1")
    assert kept is not None
    assert store.find(code).case_id == case.case_id
    store.close()


def test_whole_events_are_rescued_though_the_first_page_is_lost(tmp_path):
    file = tmp_path / "K1.sqlite"
    store = Store.open(file, hall=HALL, device="K1")
    cases = [tell(store)[0].case_id for _ in range(20)]
    store.close()
    data = file.read_bytes()
    file.write_bytes(bytes(4096) + data[4096:])
    store, kept = open_or_rescue(file, hall=HALL, device="K1")
    assert [store.case(one).case_id for one in cases] == cases
    assert kept is not None
    store.close()


def test_a_damaged_event_of_the_hall_is_set_aside_and_said_at_every_deed(tmp_path):
    file = tmp_path / "K1.sqlite"
    found(Store.open(file, hall=HALL, device="K1")).close()
    data = file.read_bytes()
    file.write_bytes(data.replace(b'"login":"desk"', b'"login":"disk"'))
    store = Store.open(file, hall=HALL, device="K1")
    for _ in range(3):
        assert "disk" not in {person.login for person in store.people().people}
        with pytest.raises(StoreDamaged, match="set aside"):
            store.append_hall("admin", SignInFailed("admin"))
    assert {a.why for a in store.asides()} == {ROTTED}
    store.close()


def test_a_damaged_name_in_the_files_own_schema_is_damage(tmp_path):
    file = tmp_path / "K1.sqlite"
    Store.open(file, hall=HALL, device="K1").close()
    name = b"sqlite_autoindex_alembic_version_1"
    file.write_bytes(file.read_bytes().replace(name, name.replace(b"vers", b"ver\xe9")))
    with pytest.raises(StoreDamaged):
        verify(file, HALL)
    with pytest.raises(StoreDamaged):
        Store.open(file, hall=HALL, device="K1")
    store, kept = open_or_rescue(file, hall=HALL, device="K1")
    assert kept is not None
    store.close()


def test_a_damaged_name_of_a_column_is_damage(tmp_path):
    file = tmp_path / "K1.sqlite"
    store = Store.open(file, hall=HALL, device="K1")
    case, _ = tell(store)
    store.close()
    file.write_bytes(file.read_bytes().replace(b"hash TEXT NOT NULL", b"hasi TEXT NOT NULL"))
    store, kept = open_or_rescue(file, hall=HALL, device="K1")
    assert kept is not None
    assert store.case(case.case_id) == case
    store.close()


def test_a_rescue_that_found_no_room_or_was_killed_begins_anew(tmp_path, monkeypatch):
    file = tmp_path / "K1.sqlite"
    store = Store.open(file, hall=HALL, device="K1")
    cases = [tell(store)[0].case_id for _ in range(20)]
    store.close()
    data = file.read_bytes()
    file.write_bytes(bytes(4096) + data[4096:])
    for name, ends in (("receive", StoreFull("no room")), ("wipe", KeyboardInterrupt())):
        with monkeypatch.context() as patched:
            patched.setattr(Store, name, _ends(ends))
            with pytest.raises(type(ends)):
                open_or_rescue(file, hall=HALL, device="K1")
    with monkeypatch.context() as patched:
        patched.setattr("db.rescue._put_aside", _put_aside_and_die)
        with pytest.raises(KeyboardInterrupt):
            open_or_rescue(file, hall=HALL, device="K1")
    assert not file.exists()
    store, _ = open_or_rescue(file, hall=HALL, device="K1")
    assert [store.case(one).case_id for one in cases] == cases
    store.close()
    assert len(list(tmp_path.glob("*.damaged-*"))) == 1


def test_programs_that_rescue_one_store_at_once_make_one_new_store(tmp_path):
    file = tmp_path / "K1.sqlite"
    store = Store.open(file, hall=HALL, device="K1")
    cases = [tell(store)[0].case_id for _ in range(20)]
    store.close()
    data = file.read_bytes()
    file.write_bytes(bytes(4096) + data[4096:])
    with ThreadPoolExecutor(4) as at_once:
        made = list(
            at_once.map(lambda n: open_or_rescue(file, hall=HALL, device=f"K{n}"), range(4))
        )
    assert sum(kept is not None for _, kept in made) == 1
    for store, _ in made:
        assert [store.case(one).case_id for one in cases] == cases
        store.close()


def _ends(trouble):
    def end(*_):
        raise trouble

    return end


def _put_aside_and_die(file):
    file.rename(file.with_name(file.name + ".damaged-before"))
    raise KeyboardInterrupt
