"""Migrations: up, down, up on both engines; head equals the tables; a copy is made first."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from db import upgrade
from db.store import Store
from tests.people import HALL, tell


@pytest.fixture
def engine(owned_address):
    if owned_address.startswith("postgresql"):
        engine = sa.create_engine(sa.make_url(owned_address).set(drivername="postgresql+psycopg"))
    else:
        engine = sa.create_engine(f"sqlite:///{owned_address}")
    yield engine
    engine.dispose()


def test_up_down_up_leaves_today_s_tables(engine):
    for target in ("head", "base", "head"):
        with engine.begin() as connection:
            upgrade.migrate(connection, target)
    with engine.begin() as connection:
        command.check(upgrade.configuration(connection))
        assert upgrade.revision(connection) == upgrade.HEAD


def test_the_head_this_program_knows_is_the_newest_revision():
    with sa.create_engine("sqlite://").connect() as connection:
        scripts = ScriptDirectory.from_config(upgrade.configuration(connection))
        assert scripts.get_heads() == [upgrade.HEAD]
    connection.engine.dispose()


def test_a_store_of_a_newer_program_is_left_alone(tmp_path):
    file = tmp_path / "k.sqlite"
    Store.open(file, hall=HALL, device="K1").close()
    raw = sqlite3.connect(file)
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(upgrade.NewerStore, match="9999"):
        Store.open(file, hall=HALL, device="K1")


def test_several_may_open_a_store_that_has_to_be_migrated(owned_address):
    with ThreadPoolExecutor(4) as pool:
        opening = [
            pool.submit(Store.open, owned_address, hall=HALL, device=f"K{n}") for n in range(4)
        ]
        stores = [one.result() for one in opening]
    for store in stores:
        tell(store)
    assert stores[0].counts()["registered"] == 4
    for store in stores:
        store.close()


def test_an_older_store_is_copied_before_it_is_changed(tmp_path, monkeypatch):
    file = tmp_path / "k.sqlite"
    store = Store.open(file, hall=HALL, device="K1")
    _, code = tell(store)
    store.close()
    monkeypatch.setattr(upgrade, "HEAD", "0009")
    monkeypatch.setattr(upgrade, "migrate", lambda connection, target: None)
    store = Store.open(file, hall=HALL, device="K1")
    assert store.find(code) is not None
    store.close()
    (copy,) = tmp_path.glob("k.sqlite.before-0009-*")
    monkeypatch.undo()
    kept = Store.open(copy, hall=HALL, device="K1")
    assert kept.find(code) is not None
    kept.close()
