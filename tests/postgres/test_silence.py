"""A server that does not answer, or does not take writing, ends a pass and nothing more."""

import sys
import threading
import time

import psycopg
import pytest

from db import engine
from db.engine import StoreTrouble, unhurried
from db.store import Store
from db.sync import sync
from tests.people import HALL, tell
from tests.postgres.server import killable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes in /proc")


@pytest.fixture(scope="module")
def server():
    with killable() as server:
        yield server


@pytest.fixture
def hasty(monkeypatch):
    """Silence is short, and so is connecting."""
    monkeypatch.setattr(engine._patient(), "silence", 0.5)
    monkeypatch.setattr(engine, "SILENCE", 0.5)
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "2")


@pytest.fixture
def shared(server, hasty):
    store = Store.open(server.address + "&connect_timeout=2", hall=HALL, device="S1")
    yield store
    store.close()


def test_a_server_that_stands_still_is_given_up_and_found_again(server, shared, local):
    tell(local)
    sync(local, shared)
    tell(local)
    server.freeze()
    try:
        began = time.monotonic()
        with pytest.raises(StoreTrouble):
            sync(local, shared)
        assert time.monotonic() - began < 10
    finally:
        server.thaw()
    assert sync(local, shared).pushed == 1


def test_a_statement_without_an_answer_says_so(shared):
    with (
        pytest.raises(StoreTrouble, match="the server said nothing for 0 s"),
        shared.up_to_date(lambda c: c.exec_driver_sql("SELECT pg_sleep(20)")),
    ):
        pass


def test_what_may_take_minutes_may_take_them(shared):
    def long(connection):
        with unhurried(connection):
            connection.exec_driver_sql("SELECT pg_sleep(1.5)")

    with shared.up_to_date(long) as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1


def test_a_long_answer_that_keeps_coming_is_no_silence(shared):
    slowly = "SELECT repeat('x', 100000), pg_sleep(0.2) FROM generate_series(1, 8)"
    with shared.up_to_date(lambda c: c.exec_driver_sql(slowly).all()):
        pass


def test_a_server_that_only_follows_another_is_no_store_now(shared):
    def follows(connection):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        connection.exec_driver_sql("DELETE FROM fact")

    with pytest.raises(StoreTrouble, match="read-only transaction"), shared.up_to_date(follows):
        pass


def test_a_session_that_was_ended_because_it_waited_is_no_mistake_of_ours(server, shared):
    def waits(connection):
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '1ms'")
        pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with psycopg.connect(server.address, autocommit=True) as owner:
            alive = "SELECT FROM pg_stat_activity WHERE pid = %s"
            while owner.execute(alive, [pid]).rowcount:
                pass
        connection.exec_driver_sql("SELECT 1")

    with pytest.raises(StoreTrouble, match="idle-in-transaction"), shared.up_to_date(waits):
        pass


def test_a_commit_that_is_called_off_while_it_waits_for_a_standby_is_not_kept(
    server, shared, local
):
    tell(local)
    standby = "ALTER SYSTEM SET synchronous_standby_names = '{}'"
    with psycopg.connect(server.address, autocommit=True) as owner:

        def call_off():
            waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity "
            while not owner.execute(waiting + "WHERE wait_event = 'SyncRep'").rowcount:
                pass

        owner.execute(standby.format("nobody"))
        owner.execute("SELECT pg_reload_conf()")
        while owner.execute("SHOW synchronous_standby_names").fetchone() != ("nobody",):
            pass
        impatient = threading.Thread(target=call_off)
        impatient.start()
        try:
            with pytest.raises(StoreTrouble, match="called off its wait for the standby"):
                sync(local, shared)
        finally:
            owner.execute(standby.format(""))
            owner.execute("SELECT pg_reload_conf()")
            impatient.join()
    # It is there all the same, and a standby would have it by the time of the next.
    assert sync(local, shared).pushed == 0


def test_a_line_that_died_is_noticed_by_whoever_waits_without_a_limit(server):
    with engine.connect(server.address) as raw:
        told = raw.info.get_parameters()
    assert told["keepalives_idle"] == "15" and told["tcp_user_timeout"] == "30000"


def test_of_several_servers_none_is_always_asked_first(server):
    folder = server.address.partition("host=")[2].partition("&")[0]
    several = server.address.replace(f"host={folder}", f"host={folder},{folder}")
    with engine.connect(several) as raw:
        assert raw.info.get_parameters()["load_balance_hosts"] == "random"
    with engine.connect(several + "&load_balance_hosts=disable") as raw:
        assert raw.info.get_parameters().get("load_balance_hosts") != "random"
