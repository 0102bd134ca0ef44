"""A kiosk's single event on a guarded server: kept in one statement, with all that a transaction of
several sees to."""

import psycopg
import pytest

from db.batch import Batch
from db.engine import SetBack, StoreRefused
from db.event import Head, next_event
from db.store import Store
from tests.db.guarded import guard as guard_all
from tests.doors import chain
from tests.people import HALL


@pytest.fixture
def guarded(database):
    return guard_all(database)


@pytest.fixture(params=["owner", "login"])
def shared(request, guarded, monkeypatch):
    """The store as its owner and as a kiosk's login have it, with a count of its transactions."""
    address = guarded.address if request.param == "owner" else guarded.login("kiosk K1")
    store = Store.open(address, hall=HALL, device="S1")
    store.transactions = 0
    real = store.writing

    def counted():
        store.transactions += 1
        return real()

    monkeypatch.setattr(store, "writing", counted)
    yield store
    store.close()


def going_on(event):
    return Batch((event,), after={event.origin: Head(event.seq - 1, event.prev)})


def test_events_that_go_on_from_each_other_take_a_statement_each(shared, guarded):
    first, *others = chain("K1", [{"place": str(n)} for n in range(4)])
    assert shared.receive(Batch((first,))) == 1
    assert [shared.receive(going_on(event)) for event in others] == [1, 1, 1]
    assert shared.transactions == 0
    assert shared.heads() == {"K1-A": Head(4, others[-1].hash)}
    assert shared.now_ms() >= others[-1].clock >> 16
    owner = Store.open(guarded.address, hall=HALL, device="S2")
    assert list(owner.all_events()) == [first, *others]
    owner.close()


def test_one_that_is_there_already_is_passed_over(shared):
    first, second = chain("K1", [{}, {}])
    shared.receive(Batch((first,)))
    assert shared.receive(Batch((first,))) == 0
    assert shared.receive(going_on(second)) == 1
    assert shared.receive(going_on(second)) == 0
    assert shared.heads() == {"K1-A": Head(2, second.hash)}


def test_one_whose_place_another_has_does_not_take_it(shared):
    first, second = chain("K1", [{}, {}])
    _, other = chain("K1", [{}, {"place": "W09"}])
    for batch in (Batch((first,)), going_on(second)):
        shared.receive(batch)
    assert shared.receive(going_on(other)) == 0
    assert shared.heads() == {"K1-A": Head(2, second.hash)}


@pytest.mark.parametrize("there", [0, 1])
def test_one_after_an_event_that_is_not_there_leaves_no_gap(shared, there):
    events = chain("K1", [{}, {}, {}])
    shared.receive(Batch(tuple(events[:there])))
    with pytest.raises(SetBack):
        shared.receive(going_on(events[2]))
    assert sum(head.seq for head in shared.heads().values()) == there
    assert shared.asides() == []


def test_one_after_an_event_of_another_history_is_not_kept(shared):
    shared.receive(Batch(tuple(chain("K1", [{"place": "W09"}]))))
    _, second = chain("K1", [{}, {}])
    with pytest.raises(SetBack):
        shared.receive(going_on(second))


def test_one_after_an_event_that_was_set_aside_is_kept(shared):
    events = chain("K1", [{}, {}, {}], spoil=[1])
    shared.receive(Batch(tuple(events[:2])))
    third = next_event(HALL, "K1-A", Head(2, events[1].hash), 9 << 16, "K12", "called", 1, "{}")
    assert shared.receive(going_on(third)) == 1
    assert [(a.origin, a.seq) for a in shared.asides()] == [("K1-A", 2)]


def test_one_that_is_not_as_it_was_written_is_set_aside(shared):
    (bad,) = chain("K1", [{}], spoil=[0])
    assert shared.receive(Batch((bad,))) == 0
    assert [(a.origin, a.seq) for a in shared.asides()] == [("K1-A", 1)]


def test_a_login_keeps_nothing_that_is_not_its_own_that_way_either(guarded):
    shared = Store.open(guarded.login("kiosk K1"), hall=HALL, device="S1")
    (foreign,) = chain("K2", [{}])
    with pytest.raises(StoreRefused):
        shared.receive(Batch((foreign,)))
    assert shared.asides() == []
    (own,) = chain("K1", [{}])
    assert shared.receive(Batch((own,))) == 1
    shared.close()


def test_it_reads_along_an_index_however_small_the_log_was_when_its_plan_was_made(shared, guarded):
    with psycopg.connect(guarded.address, autocommit=True) as owner:
        owner.execute("ALTER TABLE event SET (autovacuum_enabled = false)")
    first, *others = chain("K1", [{}] * 400)
    shared.receive(Batch((first,)))
    before = read_by_now(shared)
    for event in others:
        shared.receive(going_on(event))
    assert read_by_now(shared) - before < 10 * len(others)


def read_by_now(store):
    """How many of the log's rows this session has looked at, as the server counts."""
    with store.reading() as connection:
        raw = connection.connection.driver_connection
        raw.execute("SELECT pg_stat_force_next_flush()")
        raw.execute("SELECT 1")
        (found,) = raw.execute(
            "SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'event') "
            "+ (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'event')"
        ).fetchone()
    return found
