"""Versions behind and ahead: kept old stores, a store changed under a program, cuts in between."""

import operator
import sqlite3
from contextlib import closing

import psycopg
import pytest
import sqlalchemy as sa

from db.code import read_code
from db.engine import StoreTrouble
from db.happening import Accepted
from db.seal import unseal
from db.store import Store
from db.sync import sync
from db.upgrade import HEAD, NewerStore, migrate, revision
from db.verify import verify
from kiosk import app
from kiosk.settings import load
from tests.hall import found
from tests.people import HALL, IDEA, tell
from tests.skew import programs
from tests.skew.cut import cuts
from tests.skew.matrix import campaign
from tests.skew.migrate import laid

KEPT_STORES = ("0001", "0002")


def is_whole(store, told):
    """Whether a store holds all that is known of a kept one, as it was written."""
    assert verify(store).troubles == ()
    assert sum(store.counts().values()) == told["events"]
    for case_id, number, code, words, sealed in told["cases"]:
        case = store.find(read_code(code))
        assert (case.case_id, case.number, case.feedback.words) == (case_id, number, words)
        if sealed:
            content = store.sealed_content(case, "contact")
            assert unseal(told["secret"], content, case.contact_digest).startswith("1380000000")


@pytest.mark.parametrize("old", KEPT_STORES)
def test_a_store_of_an_older_program_is_read_as_it_was_written(tmp_path, old):
    told = laid(old, tmp_path / "k.sqlite")
    store = Store.open(tmp_path / "k.sqlite", hall=HALL, device="K1")
    is_whole(store, told)
    copies = list(tmp_path.glob("k.sqlite.before-*"))
    assert len(copies) == (old != HEAD)
    case, _ = tell(store)
    assert store.case(case.case_id).number == case.number
    store.close()


@pytest.mark.parametrize("old", KEPT_STORES)
def test_a_postgres_store_of_an_older_program_is_migrated_and_read(tmp_path, database, old):
    told = laid(old, tmp_path / "k.sqlite")
    engine = sa.create_engine(sa.make_url(database).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        migrate(connection, old)
        raw = connection.connection.driver_connection
        with closing(sqlite3.connect(tmp_path / "k.sqlite")) as kept:
            for table, columns in (("event", 11), ("sealed", 5)):
                places = ", ".join(["%s"] * columns)
                rows = kept.execute(f"SELECT * FROM {table}").fetchall()
                raw.cursor().executemany(f"INSERT INTO {table} VALUES ({places})", rows)
    engine.dispose()
    store = Store.open(database, hall=HALL, device="S1")
    is_whole(store, told)
    with store.reading() as connection:
        assert revision(connection) == HEAD
    store.close()


@pytest.mark.parametrize("old", KEPT_STORES)
def test_a_kiosk_with_an_older_store_and_one_of_today_fill_one_shared_store(tmp_path, opened, old):
    told = laid(old, tmp_path / "K1.sqlite")
    shared = found(opened("S1", tmp_path / "shared.sqlite"))
    for device in ("K1", "K2"):
        kiosk = opened(device)
        tell(kiosk)
        sync(kiosk, shared)
    assert verify(shared).troubles == ()
    assert shared.counts()["registered"] == len(told["cases"]) + 2


def change_under(address):
    """What the owner of a shared store does to it with a newer program."""
    statements = [*programs.COMING["0003"], *programs.COMING["0004"]]
    statements.append("UPDATE alembic_version SET version_num = '0004'")
    if address.startswith("postgresql"):
        with psycopg.connect(address) as connection:
            for one in statements:
                connection.execute(one.replace("%", "%%"))
        return
    with closing(sqlite3.connect(address)) as connection:
        for one in statements:
            connection.execute(one)
        connection.commit()


def test_a_store_that_is_changed_under_an_open_program_serves_it_on(opened, owned_address):
    shared, kiosk = found(opened("S1", owned_address)), found(opened("K1"))
    tell(kiosk)
    sync(kiosk, shared)
    change_under(owned_address)
    case, code = tell(kiosk)
    tell(shared)
    assert sync(kiosk, shared).pushed == 1
    assert sync(kiosk, shared).pushed == 0
    shared.append(case.case_id, Accepted("desk"))
    assert sync(kiosk, shared).pulled == 1
    assert kiosk.find(code).state == shared.find(code).state == "accepted"
    with pytest.raises(NewerStore):
        Store.open(owned_address, hall=HALL, device="S2")
    # Its own tool of today looks, and says nothing is wrong.
    assert verify(shared).troubles == ()


def test_values_without_their_columns_would_not_survive_it(opened, tmp_path, monkeypatch):
    shared = opened("S1", tmp_path / "shared.sqlite")
    change_under(str(tmp_path / "shared.sqlite"))
    for name in ("store._INSERT_EVENT", "batch._PUT_IN_FILE"):
        monkeypatch.setattr(f"db.{name}", operator.attrgetter(name)(programs))
    programs.wrong("strict insert")
    with pytest.raises(StoreTrouble, match="13 columns"):
        tell(shared)


def test_a_kiosk_whose_shared_store_is_newer_goes_on_alone_and_says_so(tmp_path):
    settings = load(tmp_path, {"printer": "none"})
    app.init(settings)
    intake = app.make_intake(settings, app.hall_catalogue(settings))
    change_under(settings.shared)
    taken = intake.take(IDEA)
    looked = intake.look_up(taken.code.path)
    assert looked.case.number == taken.case.number and looked.stale_since is not None
    intake.close()
    with pytest.raises(StoreTrouble, match="0004"):
        app.run_sync(settings, once=True)


def test_programs_of_several_versions_lose_nothing_of_each_other():
    told = campaign([("door", "now", "after", "old")])
    assert told.good, told.wrong
    assert told.unread and told.passes


BUGS = {
    "strict insert": ("file", "next", "next", "now"),
    "unknown kinds dropped": ("door", "now", "after", "old"),
    "newer bodies rewritten": ("door", "now", "next", "now"),
    "newer store opened": ("file", "next", "now", "now"),
}


@pytest.mark.campaign
@pytest.mark.parametrize("bug", BUGS)
def test_each_planted_bug_is_found(bug):
    assert not campaign([BUGS[bug]], bug).good


def test_a_power_cut_in_a_migration_leaves_a_store_that_opens(tmp_path):
    found_cut = cuts(tmp_path, "0001", "after", 700, 20261124)
    assert found_cut.good, found_cut.examples[:3]


def test_a_migration_in_pieces_is_found(tmp_path):
    found_cut = cuts(tmp_path, "0001", "after", 100, 1, "each statement for itself", every=7)
    assert found_cut.unreadable
