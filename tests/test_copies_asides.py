"""What was set aside goes along in a hall's file, each record once."""

import json
from pathlib import Path

import pytest

from db import carry, hallfile
from db.aside import CHANGED, ROTTED, SHORT, WHOLE, refused_content
from db.batch import Batch, SealedRow
from db.carry import bring
from db.engine import StoreDamaged
from db.evidence import evidence
from db.hallfile import BadHallFile, HallFile, look_through, write_hall_file
from db.seal import new_signing_key
from db.store import Store
from db.verify import verify
from tests.doors import chain
from tests.people import HALL, tell
from tests.rotten import rot
from tests.test_copies import Machine

OLD = Path(__file__).parent / "data" / "hall-files" / "before-asides.hall"


def set_aside(store):
    """Of K2's five records the second and third are not as they were written."""
    store.receive(Batch(tuple(chain("K2", [{"n": n} for n in range(5)], spoil=[1, 2]))))
    assert [a.seq for a in store.asides()] == [2, 3]
    return facts_of(store)


def facts_of(store):
    """Every fact of what was set aside, without the name of the login whose it is."""
    found = {}
    for name, value in {**store.facts(SHORT), **store.facts(WHOLE)}.items():
        found[name.rpartition("/")[2]] = value
    return found


@pytest.fixture
def hall(tmp_path, owned_address):
    """A machine whose shared store holds some cases and has set records aside."""
    machine = Machine(tmp_path / "data", shared=owned_address)
    store = Store.open(owned_address, hall=HALL, device="S1")
    _, machine.code = tell(store)
    machine.facts = set_aside(store)
    store.close()
    machine.shared = owned_address
    return machine


def test_a_backup_has_what_was_set_aside_and_so_has_what_is_restored_from_it(
    hall, tmp_path, capsys
):
    assert hall.run("backup", tmp_path / "b") == 1
    (file,) = (tmp_path / "b").glob("*.hall")
    assert look_through(file).asides == 2
    assert hall.run("restore-test", file) == 0
    assert "2 set aside" in capsys.readouterr().out
    assert hall.run("restore", file, tmp_path / "new.sqlite") == 0
    store = Store.open(tmp_path / "new.sqlite", hall=HALL, device="S1")
    assert facts_of(store) == hall.facts
    assert [(a.seq, a.why) for a in store.asides()] == [(2, CHANGED), (3, CHANGED)]
    assert store.count_of("K2-A") == 3 and store.find(hall.code) is not None
    assert verify(store).troubles == verify(hall.shared, HALL).troubles != ()
    store.close()


def test_it_comes_once_however_often_the_file_does_and_keeps_who_has_looked(hall, tmp_path, capsys):
    shared = Store.open(hall.shared, hall=HALL, device="S1")
    for number, looked in enumerate((False, True)):
        if looked:
            assert shared.see_asides() == 2
        assert hall.run("carry", "out", tmp_path / f"{number}.hall", "shared") == 0
    other = Machine(tmp_path / "other", device="D1")
    other.tell()
    capsys.readouterr()
    hall.run("carry", "key")
    other.run("carry", "trust", capsys.readouterr().out.strip(), "the hall")
    for number in (1, 0, 1):
        assert other.run("carry", "in", tmp_path / f"{number}.hall") == 0
    store = Store.open(other.local, hall=HALL, device="D1")
    assert facts_of(store) == facts_of(shared) and all(a.seen for a in store.asides())
    assert len(facts_of(store)) == 4
    store.close(), shared.close()


def test_what_a_login_had_set_aside_is_in_its_owner_s_backup_too(tmp_path, database):
    owner = Store.open(database, hall=HALL, device="S1")
    facts = set_aside(owner)
    for name, value in facts.items():
        owner.forget_fact(name)
        owner.set_fact(f"hall_k2/{name}", value)
    assert owner.asides() == []
    with evidence(database) as found:
        contents = write_hall_file(found, HALL, tmp_path / "a.hall", _key(), "S1", 1)
    assert contents.asides == 2
    store = Store.open(tmp_path / "new.sqlite", hall=HALL, device="S1")
    assert bring(store, tmp_path / "a.hall", contents).asides == 2
    assert facts_of(store) == facts
    store.close(), owner.close()


def test_a_refused_content_and_another_hall_s_record_go_along(opened, tmp_path):
    store, new = opened("S1"), opened("N1")
    store.receive(Batch(tuple(e._replace(hall="elsewhere") for e in chain("K2", [{"n": 1}]))))
    row = SealedRow(HALL, "K1-A", 7, "voice", b"\0" * 10)
    store.keep_asides(refused_content(row.origin, row.seq, row.name, row.content, "no"), False)
    with evidence(store.address) as found:
        contents = write_hall_file(found, HALL, tmp_path / "a.hall", _key(), "S1", 1)
    assert contents.asides == 2
    bring(new, tmp_path / "a.hall", contents)
    assert facts_of(new) == facts_of(store) and len(new.asides()) == 2


def test_what_rot_took_is_told_in_the_restored_store_as_well(local, opened, tmp_path):
    cases = [tell(local) for _ in range(4)]
    rot(local.file, local.origin, 2, body=b"?" * 80)
    with pytest.raises(StoreDamaged):
        local.find(cases[1][1])
    with evidence(local.address) as found:
        contents = write_hall_file(found, HALL, tmp_path / "a.hall", _key(), "K1", 1)
    new = opened("N1")
    bring(new, tmp_path / "a.hall", contents)
    assert [a.why for a in new.asides()] == [ROTTED]
    with pytest.raises(StoreDamaged, match="set aside"):
        new.find(cases[1][1])
    assert new.find(cases[3][1]) == cases[3][0]


def test_a_file_of_an_earlier_version_is_read_as_ever(opened):
    contents = look_through(OLD)
    assert (contents.events, contents.sealed, contents.asides) == (3, 1, 0)
    store = opened("N1")
    assert bring(store, OLD, contents).new == 3
    assert verify(store).troubles == () and store.asides() == []


def test_a_reader_that_knows_nothing_of_it_reads_the_rest(hall, tmp_path, monkeypatch):
    hall.run("carry", "out", tmp_path / "a.hall", "shared")
    read = hallfile.blocks

    def as_before(file, kind, damaged=False):
        return read(file, kind if kind != "asides" else "nothing", damaged)

    monkeypatch.setattr(hallfile, "blocks", as_before)
    assert look_through(tmp_path / "a.hall").events == 4
    assert len(list(HallFile(tmp_path / "a.hall").events(HALL))) == 4


def test_of_a_damaged_file_too_what_was_set_aside_is_had(hall, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("db.hallfile.EVENTS_AT_ONCE", 2)
    hall.run("carry", "out", tmp_path / "a.hall", "shared")
    data = bytearray((tmp_path / "a.hall").read_bytes())
    data[data.index(b"#end")] = ord("!")
    (tmp_path / "a.hall").write_bytes(data)
    assert hall.run("restore", tmp_path / "a.hall", tmp_path / "n.sqlite", "--damaged") == 1
    store = Store.open(tmp_path / "n.sqlite", hall=HALL, device="S1")
    assert facts_of(store) == hall.facts and store.count_of("K2-A") == 3
    store.close()


def test_what_says_nothing_of_the_kind_is_refused(opened, tmp_path):
    store = opened("S1")
    tell(store)
    store.keep_asides(refused_content("K1-A", 7, "voice", b"\0" * 10, "no"), False)
    (name,) = store.facts(SHORT)
    store.set_fact(name, json.dumps(["K9-A", 1, "", "no", "2026", "voice", ""]))
    with evidence(store.address) as found:
        contents = write_hall_file(found, HALL, tmp_path / "a.hall", _key(), "S1", 1)
    new = opened("N1")
    with pytest.raises(BadHallFile, match="set aside"):
        bring(new, tmp_path / "a.hall", contents)
    assert new.heads() == {}


@pytest.mark.parametrize("bug", ["not written", "a gap is a gap"])
def test_each_planted_bug_is_found(hall, tmp_path, monkeypatch, bug):
    if bug == "not written":
        monkeypatch.setattr("db.rows.Evidence.asides", lambda self, hall: iter(()))
    else:
        monkeypatch.setattr(carry, "places_of", lambda found, hall: set())
    with pytest.raises((AssertionError, ValueError)):
        test_a_backup_has_what_was_set_aside_and_so_has_what_is_restored_from_it(
            hall, tmp_path, _Nothing()
        )


class _Nothing:
    def readouterr(self):
        return self

    out = "2 set aside"


def _key():
    return new_signing_key()
