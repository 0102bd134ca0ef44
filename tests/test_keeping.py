"""What is kept for how long: retention, erasure on request, and what a kiosk leaves to others."""

import json
import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from db.batch import Batch
from db.code import mint
from db.engine import StoreTrouble
from db.event import wall_ms
from db.happening import Erased, Withdrawn
from db.retention import DAY_MS, Periods, over, prune
from db.seal import new_key, seal
from db.store import Store
from db.sync import sync
from db.terms import Attachment, Feedback, Kind
from db.verify import verify
from kiosk import keeping
from kiosk.__main__ import main
from kiosk.says import WITHDRAWN
from tests.hall import found
from tests.people import ANGRY, HALL, TODAY, registered, tell

PUBLIC, _ = new_key()
#: A voice note is some pages long.
NOTE = secrets.token_bytes(60_000)


def contact():
    return seal(PUBLIC, "contact", "13805370000")


def ended(store, *sealed, feedback=ANGRY, open_=False):
    """A case with these contents sealed beside it that is over, unless it is `open_`."""
    media = {"voice": "audio/wav", "drawing": "application/json"}
    code = mint()
    said = registered(
        feedback,
        code,
        next((s.digest for s in sealed if s.name == "contact"), ""),
        tuple(Attachment(s.name, media[s.name], s.digest) for s in sealed if s.name in media),
    )
    said = replace(said, said_digest=next((s.digest for s in sealed if s.name == "said"), ""))
    case = store.register(said, TODAY, secrets.token_hex(10), sealed)
    return case if open_ else store.append(case.case_id, Withdrawn(WITHDRAWN))


class Place:
    """A kiosk's machine with its own store and the shared one, both open as in a hall."""

    def __init__(self, data, shared, opened):
        self.data, self.shared_at = data, shared
        self.kiosk = opened("K1", data / "local.sqlite")
        self.shared = found(opened("S1", shared))
        sync(self.kiosk, self.shared)

    def run(self, *words):
        flags = ["--data", str(self.data), "--set", f"shared={self.shared_at}"]
        return main([*map(str, words), *flags])

    def held(self, store, case):
        names = ("contact", "voice", "drawing", "said")
        return {n for n in names if store.sealed_content(case, n) is not None}


@pytest.fixture
def place(tmp_path, opened, owned_address):
    return Place(tmp_path / "data", owned_address, opened)


@pytest.fixture
def alone(tmp_path, opened):
    return Place(tmp_path / "data", str(tmp_path / "data" / "shared.sqlite"), opened)


@pytest.fixture
def later(monkeypatch):
    """Lets so many days pass for the commands."""

    def pass_(days):
        monkeypatch.setattr(keeping, "wall_ms", lambda: wall_ms() + days * DAY_MS)

    return pass_


def everything(store):
    voice, drawing = seal(PUBLIC, "voice", NOTE), seal(PUBLIC, "drawing", b"[[1,2]]")
    return ended(store, contact(), voice, drawing)


# --- retention --------------------------------------------------------------------------------


def test_retention_says_what_it_would_erase_and_erases_it_only_when_told(place, later, capsys):
    case = everything(place.kiosk)
    sync(place.kiosk, place.shared)
    later(181)
    assert place.run("retain", "--clock-is-right") == 0
    told = capsys.readouterr().out
    assert "contact: 180 days after a case ends" in told
    assert "kept for long enough: 1 contact, 1 drawing, 1 voice, of 1 cases" in told
    assert "nothing was done yet: add --do" in told
    assert place.held(place.shared, case) == {"contact", "voice", "drawing"}
    assert place.run("retain", "--clock-is-right", "--do") == 0
    assert "erased: 3 contents" in capsys.readouterr().out
    assert place.held(place.shared, case) == set()
    assert place.run("retain", "--clock-is-right", "--do") == 0
    assert "kept for long enough: nothing" in capsys.readouterr().out
    assert verify(place.shared).troubles == ()


def test_an_erasure_reaches_every_store_that_syncs(place, later, opened):
    case = everything(place.kiosk)
    desk = opened("D1")
    sync(place.kiosk, place.shared), sync(desk, place.shared)
    later(181)
    place.run("retain", "--clock-is-right", "--do")
    for store in (place.kiosk, desk):
        assert place.held(store, case)
        sync(store, place.shared)
        assert place.held(store, case) == set()
        assert verify(store).troubles == ()
        assert store.case(case.case_id).clashes == ()


@pytest.mark.parametrize(
    ("days", "left"),
    [
        (9, {"contact", "voice", "drawing"}),
        (11, {"voice", "drawing"}),
        (21, {"drawing"}),
        (5000, {"drawing"}),
    ],
)
def test_each_kind_has_a_period_of_its_own_and_0_is_for_ever(alone, days, left):
    case = everything(alone.kiosk)
    periods = Periods(contact=10, voice=20, drawing=0)
    names = {n for one in over(alone.kiosk, periods, wall_ms() + days * DAY_MS) for n in one.names}
    assert {"contact", "voice", "drawing"} - names == left
    assert alone.held(alone.kiosk, case) == {"contact", "voice", "drawing"}


def test_an_integrity_case_is_kept_longer_and_a_case_that_goes_on_for_as_long_as_it_does(alone):
    secret = ended(
        alone.kiosk,
        contact(),
        seal(PUBLIC, "said", "{}"),
        feedback=Feedback(Kind.INTEGRITY),
    )
    ended(alone.kiosk, contact(), open_=True)
    assert list(over(alone.kiosk, Periods(), wall_ms() + 1000 * DAY_MS)) == []
    (one,) = over(alone.kiosk, Periods(), wall_ms() + 1096 * DAY_MS)
    assert (one.case.case_id, one.names) == (secret.case_id, ("contact", "said"))


def test_a_case_does_not_become_younger_by_being_cleared(alone):
    case = everything(alone.kiosk)
    alone.kiosk.erase(case.case_id, Erased(("voice",), "retention"))
    after = alone.kiosk.case(case.case_id)
    assert after.clock == case.clock
    assert type(after.story[-1].happening) is Erased
    assert alone.held(alone.kiosk, case) == {"contact", "drawing"}


def test_what_was_erased_does_not_come_back_from_an_old_stick_or_backup(alone, later, tmp_path):
    case = everything(alone.kiosk)
    sync(alone.kiosk, alone.shared)
    assert alone.run("carry", "out", tmp_path / "old.hall") == 0
    later(181)
    alone.run("retain", "--clock-is-right", "--do")
    sync(alone.kiosk, alone.shared)
    for store in ("local", "shared"):
        assert alone.run("carry", "in", tmp_path / "old.hall", store) == 0
    for store in (alone.kiosk, alone.shared):
        assert alone.held(store, case) == set()
    # A store that is made from the old backup forgets again as soon as it hears of it.
    assert alone.run("restore", tmp_path / "old.hall", tmp_path / "again.sqlite") == 0
    again = Store.open(tmp_path / "again.sqlite", hall=HALL, device="S9")
    assert alone.held(again, case)
    sync(alone.kiosk, again)
    assert alone.held(again, case) == set()
    assert verify(again).troubles == ()
    again.close()


@pytest.mark.parametrize("days", [40, 3650, -3650])
def test_a_clock_that_is_wrong_erases_nothing(alone, later, days, capsys):
    case = everything(alone.kiosk)
    sync(alone.kiosk, alone.shared)
    later(days)
    assert alone.run("retain", "--do") == 2
    assert "the newest record is of" in capsys.readouterr().err
    assert alone.held(alone.shared, case) == {"contact", "voice", "drawing"}


def test_a_clock_that_differs_from_the_servers_erases_nothing(tmp_path, opened, database, later):
    place = Place(tmp_path / "data", database, opened)
    everything(place.kiosk)
    later(1)
    assert place.run("retain", "--do") == 2
    later(0)
    assert place.run("retain", "--do") == 0


def test_older_copies_beside_the_store_are_named(alone, capsys):
    (alone.data / "local.sqlite.before-0002-2026").write_text("")
    assert alone.run("retain") == 0
    assert "may still hold it: local.sqlite.before-0002-2026" in capsys.readouterr().out


def test_a_person_may_ask_for_erasure_whatever_the_period_and_though_the_case_goes_on(
    place, capsys
):
    case = ended(place.kiosk, contact(), open_=True)
    sync(place.kiosk, place.shared)
    assert place.run("erase", case.number, "on request of 24 November") == 0
    assert place.held(place.shared, case) == {"contact"}
    assert place.run("erase", case.number, "on request", "--do") == 0
    assert place.held(place.shared, case) == set()
    assert place.run("erase", case.number, "on request", "--do") == 1
    assert "nothing is sealed beside case" in capsys.readouterr().out
    assert place.run("erase", case.number) == 2
    story = place.shared.case(case.case_id).story
    assert story[-1].happening == Erased(("contact",), "on request")


# --- no byte of it ----------------------------------------------------------------------------


def slices(content):
    """Pieces of sealed bytes from all over it; SQLite and Postgres keep long ones in pages."""
    return [content[place : place + 20] for place in range(0, len(content) - 20, 997)]


def hits(folder, needles):
    """Files that hold any of them, by name."""
    named = set()
    for file in Path(folder).rglob("*"):
        if file.is_file() and any(needle in file.read_bytes() for needle in needles):
            named.add(file.name)
    return named


def test_after_an_erasure_no_file_of_any_sqlite_store_holds_a_byte_of_it(alone, later):
    case = everything(alone.kiosk)
    for number in range(30):
        everything(alone.kiosk)
        if number % 10 == 0:
            sync(alone.kiosk, alone.shared)
    sync(alone.kiosk, alone.shared)
    names = ("contact", "voice", "drawing")
    needles = [s for n in names for s in slices(alone.kiosk.sealed_content(case, n))]
    assert {"local.sqlite", "shared.sqlite"} <= {
        name.removesuffix("-wal") for name in hits(alone.data, needles)
    }
    later(181)
    assert alone.run("retain", "--clock-is-right", "--do") == 0
    sync(alone.kiosk, alone.shared)
    assert hits(alone.data, needles) == set()


def test_after_an_erasure_no_table_of_postgres_holds_a_byte_of_it(tmp_path, opened, database):
    import psycopg

    place = Place(tmp_path / "data", database, opened)
    case, other = everything(place.kiosk), ended(place.kiosk, contact(), open_=True)
    sync(place.kiosk, place.shared)
    names = ("contact", "voice", "drawing")
    needles = [s for n in names for s in slices(place.shared.sealed_content(case, n))]
    with psycopg.connect(database, autocommit=True) as server:
        folder = Path(server.execute("SHOW data_directory").fetchone()[0]) / "base"
        server.execute("CHECKPOINT")
        assert hits(folder, needles)
        assert place.run("erase", case.number, "on request", "--do") == 0
        server.execute("CHECKPOINT")
        assert hits(folder, needles) == set()
    assert place.held(place.shared, other) == {"contact"}


def test_while_somebody_reads_it_is_said_that_bytes_are_left_and_the_next_run_clears_them(
    alone, later, capsys, monkeypatch
):
    import sqlite3

    case = everything(alone.kiosk)
    sync(alone.kiosk, alone.shared)
    needles = slices(alone.kiosk.sealed_content(case, "voice"))
    alone.kiosk.close()
    raw = sqlite3.connect(alone.shared_at, isolation_level=None)
    raw.execute("BEGIN")
    raw.execute("SELECT count(*) FROM event").fetchone()
    later(181)
    monkeypatch.setattr("db.engine.PATIENCE", 0.2)
    assert alone.run("retain", "--clock-is-right", "--do") == 1
    assert "somebody is reading" in capsys.readouterr().err
    raw.close()
    assert alone.run("retain", "--clock-is-right", "--do") == 0
    (alone.data / "local.sqlite").unlink()
    assert hits(alone.data, needles) == set()


# --- left to the shared store -----------------------------------------------------------------


def far():
    return wall_ms() + DAY_MS


def test_a_kiosk_leaves_what_is_sealed_to_the_shared_store_once_it_is_old_and_seen_there(
    place, capsys
):
    case = everything(place.kiosk)
    assert place.run("prune", "--do") == 0
    assert "older than 7 days and held by the shared store: 0" in capsys.readouterr().out
    old = ("--set", "prune_days=-1")
    assert place.run("prune", *old) == 0
    assert "held by the shared store: 3" in capsys.readouterr().out
    assert place.held(place.kiosk, case) == {"contact", "voice", "drawing"}
    needles = slices(place.kiosk.sealed_content(case, "voice"))
    assert place.run("prune", *old, "--do") == 0
    assert place.held(place.kiosk, case) == set()
    assert place.held(place.shared, case) == {"contact", "voice", "drawing"}
    assert "local.sqlite" not in {n.removesuffix("-wal") for n in hits(place.data, needles)}
    report = verify(place.kiosk)
    assert report.troubles == ()
    assert "3 sealed contents were left to the shared store" in report.remarks
    assert verify(place.shared).troubles == ()


def test_what_the_shared_store_lacks_is_sent_again_and_kept_until_it_is_seen_there(alone):
    case = everything(alone.kiosk)
    sync(alone.kiosk, alone.shared)
    with alone.shared.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sealed WHERE name = 'voice'")
    done = prune(alone.kiosk, alone.shared, far(), do=True)
    assert (done.gone, done.lacked) == (2, 1)
    assert alone.held(alone.kiosk, case) == {"voice"}
    assert alone.held(alone.shared, case) == {"contact", "voice", "drawing"}
    done = prune(alone.kiosk, alone.shared, far(), do=True)
    assert (done.gone, done.lacked) == (1, 0)


def test_a_hole_in_the_shared_store_that_no_pass_sees_is_filled(place):
    cases = [tell(place.kiosk)[0] for _ in range(5)]
    sync(place.kiosk, place.shared)
    with place.shared.writing() as connection:
        for guard in ("event_no_delete", "event_append_only ON event"):
            if ("ON" in guard) == place.shared_at.startswith("postgresql"):
                connection.exec_driver_sql(f"DROP TRIGGER {guard}")
        where = f"origin = '{place.kiosk.origin}' AND seq = 3"
        connection.exec_driver_sql(f"DELETE FROM event WHERE {where}")
    assert sync(place.kiosk, place.shared).pushed == 0
    assert verify(place.shared).troubles
    assert prune(place.kiosk, place.shared, far(), do=False).mended == 1
    assert verify(place.shared).troubles == ()
    assert place.shared.case(cases[2].case_id).number == cases[2].number


def test_nothing_is_forgotten_where_the_shared_store_holds_something_else(alone):
    case = everything(alone.kiosk)
    sync(alone.kiosk, alone.shared)
    with alone.shared.writing() as connection:
        connection.exec_driver_sql("UPDATE sealed SET content = x'00' WHERE name = 'contact'")
    with pytest.raises(StoreTrouble, match="is not the same here and at the shared store"):
        prune(alone.kiosk, alone.shared, far(), do=True)
    assert alone.held(alone.kiosk, case) == {"contact", "voice", "drawing"}


def test_without_the_shared_store_nothing_is_forgotten(alone):
    case = everything(alone.kiosk)
    away = "shared=postgresql://nobody@127.0.0.1:9/none"
    flags = ["--data", str(alone.data), "--set", away, "--set", "prune_days=-1"]
    assert main(["prune", "--do", *flags]) == 1
    assert alone.held(alone.kiosk, case) == {"contact", "voice", "drawing"}


def test_where_the_desk_reads_from_the_same_store_nothing_is_left_to_others(alone, opened, capsys):
    opened("D1", alone.data / "local.sqlite")
    assert alone.run("prune", "--do") == 2
    assert "the desk of this machine reads" in capsys.readouterr().err


def test_what_a_kiosk_left_to_others_is_no_trouble_on_a_stick(alone, tmp_path):
    everything(alone.kiosk)
    assert alone.run("prune", "--do", "--set", "prune_days=-1") == 0
    assert alone.run("carry", "out", tmp_path / "k.hall") == 0
    assert alone.run("restore-test", tmp_path / "k.hall") == 0
    assert alone.run("carry", "in", tmp_path / "k.hall", "shared") == 0
    assert alone.run("verify", "shared") == 0


def test_a_sealed_content_that_comes_after_its_erasure_does_not_stay(alone, opened):
    case = everything(alone.kiosk)
    batch = alone.kiosk.lacking({}, 1000)
    alone.kiosk.erase(case.case_id, Erased(("contact", "voice"), "on request"))
    fresh = opened("X1")
    fresh.receive(Batch((), batch.sealed))
    fresh.receive(Batch(alone.kiosk.lacking({}, 1000).events))
    assert alone.held(fresh, case) == {"drawing"}
    fresh.receive(Batch((), batch.sealed))
    assert alone.held(fresh, case) == {"drawing"}
    told = json.loads(next(e for e in fresh.all_events() if e.kind == "erased").body)
    assert told["names"] == ["contact", "voice"]
