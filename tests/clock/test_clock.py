"""Wrong clocks: a few halls of the campaign, and what was mended because of it."""

import os
import time
from datetime import date, datetime, timedelta

import pytest

from db.beat import Pulse, beats, offset
from db.engine import on_this_machine
from db.event import COUNTER_BITS, FAR_MS, clock_ms, wall_ms
from db.happening import Accepted
from db.retention import newest_ms
from db.slices import OLD, Slices
from db.store import CONFIRMED
from db.terms import State
from kiosk.casework import Casework
from kiosk.deadlines import Deadlines
from kiosk.workdays import Workdays
from tests.clock.clocks import LIBRARY, matrix, stalls
from tests.hall import badge, found
from tests.people import ANGRY, registered, tell

faked = pytest.mark.skipif(not LIBRARY, reason="libfaketime is not here")
YEARS = 3650 * 86_400_000
HALLS = (("+10 years", "1970", "2038", "door"),)
#: Where each planted bug shows.
BUGS = {
    "every-clock-believed": ("+10 years", "+10 years", "right", "file"),
    "wall-clock-days": ("1970", "right", "right", "file"),
    "retention-without-doubt": ("right", "+10 years", "right", "file"),
    "no-logical-clock": ("right", "1970", "right", "file"),
    "lock-wears-off": ("right", "2038", "right", "file"),
}


@faked
def test_a_hall_whose_clocks_are_wrong_loses_and_unlocks_nothing(tmp_path):
    told = matrix(tmp_path, HALLS)
    assert told.good and (told.halls, told.cases) == (1, 4), told.wrong


@faked
def test_a_pass_does_not_wait_for_a_clock(tmp_path):
    told = stalls(tmp_path, ["-3650d"])
    assert told.good, told.wrong


@faked
@pytest.mark.campaign
@pytest.mark.parametrize("bug", BUGS)
def test_each_planted_bug_is_found(tmp_path, bug):
    assert not matrix(tmp_path, [BUGS[bug]], bug).good


# --- what is believed -----------------------------------------------------------------------------


@pytest.fixture
def wall(monkeypatch):
    """The wall's clock, to be set: wall[0] is milliseconds it is ahead."""
    ahead = [0]
    real = time.time_ns
    monkeypatch.setattr("db.event.time.time_ns", lambda: real() + ahead[0] * 1_000_000)
    return ahead


def test_one_wrong_clock_does_not_date_the_records_of_others(opened, wall):
    kiosk, desk = opened("K1"), opened("D1")
    found(kiosk), found(desk)
    wall[0] = YEARS
    case, _ = tell(kiosk)
    wall[0] = 0
    desk.receive(kiosk.lacking(desk.heads(), 100))
    later = desk.append(case.case_id, Accepted("desk"))
    assert abs(clock_ms(later.clock) - wall_ms()) < 86_400_000


def test_an_empty_store_has_only_its_clock_to_go_by(opened, wall):
    wall[0] = YEARS
    kiosk = opened("K1")
    assert abs(kiosk.now_ms() - wall_ms()) < 1000


def test_a_clock_that_lost_its_battery_is_the_newest_record_s(opened, wall):
    kiosk = found(opened("K1"))
    newest = newest_ms(kiosk)
    wall[0] = -wall_ms()
    assert kiosk.now_ms() == newest
    assert kiosk.now().date() == date.today()


def test_a_record_of_a_clock_that_nothing_could_contradict_misleads_nobody(opened, wall):
    kiosk, desk = opened("K1"), opened("D1")
    wall[0] = YEARS
    tell(kiosk)
    wall[0] = 0
    desk.receive(kiosk.lacking({}, 10))
    for store in (kiosk, desk):
        assert abs(store.now_ms() - wall_ms()) < 1000
        case, _ = tell(store)
        assert case.clock > kiosk.clock_at(kiosk.origin, 1)


def test_a_hall_that_was_closed_for_long_is_told_its_clock_is_right(opened, tmp_path, wall):
    kiosk, desk = found(opened("K1")), found(opened("D1"))
    shared = opened("S1", tmp_path / "shared.sqlite")
    wall[0] = FAR_MS + 86_400_000
    assert kiosk.now_ms() < wall_ms() - FAR_MS
    assert offset(kiosk, shared) > FAR_MS
    kiosk.confirm_clock()
    assert offset(kiosk, shared) == 0
    case, _ = tell(kiosk)
    assert wall_ms() - case.registered_ms < 60_000
    assert desk.now_ms() < wall_ms() - FAR_MS
    shared.server_ms = wall_ms
    offset(desk, shared)
    assert wall_ms() - desk.now_ms() < 1000
    assert int(desk.fact(CONFIRMED)) <= wall_ms()


def test_the_clock_of_the_same_machine_confirms_nothing(opened, tmp_path, wall):
    kiosk, shared = found(opened("K1")), opened("S1", tmp_path / "shared.sqlite")
    shared.server_ms = wall_ms
    wall[0] = YEARS
    Pulse(kiosk, "1", 300, apart=False).good(shared)
    assert kiosk.fact(CONFIRMED) is None
    for address, same in (
        ("http://127.0.0.1:8443", True),
        ("https://localhost:8443", True),
        ("https://hall.example:8443", False),
        ("postgresql://127.0.0.1/z", True),
        ("postgresql://db.example/z?sslmode=verify-full", False),
    ):
        assert on_this_machine(address) is same


def test_a_server_that_says_another_time_confirms_no_clock(opened, tmp_path, wall):
    kiosk, shared = found(opened("K1")), opened("S1", tmp_path / "shared.sqlite")
    wall[0] = YEARS
    shared.server_ms = lambda: wall_ms() - YEARS
    assert offset(kiosk, shared) == pytest.approx(YEARS, abs=5)
    assert kiosk.fact(CONFIRMED) is None


def test_a_machine_alone_says_that_its_clock_cannot_be_believed(opened, tmp_path, wall):
    kiosk, shared = found(opened("K1")), opened("S1", tmp_path / "shared.sqlite")
    wall[0] = YEARS
    Pulse(kiosk, "1", 300).good(shared)
    assert beats(kiosk)["K1"].offset_ms > FAR_MS


def test_cards_laid_aside_under_a_clock_that_was_ahead_come_again(opened, tmp_path):
    desk = found(opened("D1"))
    now = [datetime(2036, 11, 24, 9)]
    deadlines = Deadlines(Workdays())
    who = badge(desk, "coordinator")
    work = Casework(desk, who, None, deadlines, None, "", lambda: now[0])
    work.lay_cards_aside()
    now[0] = datetime.now()
    tell_with_due(desk, deadlines, now[0].date())
    assert len(work.new_cards()) == 1


def tell_with_due(store, deadlines, today):
    """A case whose card falls today."""
    from dataclasses import replace

    from db.code import mint

    due = next(
        day
        for day in (today + timedelta(days=n) for n in range(60))
        if day in deadlines.fallen(today - timedelta(days=1), today)
    )
    said = replace(registered(ANGRY, mint()), due=due.isoformat())
    store.register(said, today, "case", ())


def test_slices_begun_under_a_clock_that_was_ahead_do_not_fill_the_folder(tmp_path):
    slices = Slices(tmp_path / "s")
    slices.add("a" * 64, 0, b"x")
    future = time.time() + 2 * OLD
    os.utime(tmp_path / "s" / ("a" * 64 + ".part"), (future, future))
    slices.add("b" * 64, 0, b"x")
    assert slices.have("a" * 64) == 0 and slices.have("b" * 64) == 1


def test_the_counter_of_a_clock_that_stands_still_overflows_into_the_next_millisecond(opened, wall):
    kiosk = opened("K1")
    tell(kiosk)
    last = kiosk._head[1]
    kiosk._head = (kiosk._head[0], last | ((1 << COUNTER_BITS) - 1))
    case, _ = tell(kiosk)
    assert case.clock > last and case.state is State.REGISTERED
