"""Rot in an event of a file that SQLite finds whole: put right, fetched again, or set aside."""

import json
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from db import refill
from db.aside import ROTTED
from db.batch import Batch
from db.beat import beat_of
from db.engine import StoreDamaged
from db.event import digest
from db.exchange import HEALED, REFILL
from db.happening import Accepted, SignInFailed
from db.lists import Lists
from db.refill import look_through
from db.rescue import open_or_rescue
from db.seal import new_key, seal
from db.store import Store
from db.sync import sync, sync_state
from db.verify import verify
from kiosk.health import Bad, What, health
from kiosk.waiting import lines
from kiosk.workdays import Workdays
from tests.hall import found, founding
from tests.people import ANGRY, HALL, IDEA, tell
from tests.rotten import GUARDS, noise, rot, turned
from tests.test_copies import Machine

DICE = random.Random(20261124)


@pytest.fixture
def said(local):
    """Five people have said something at a kiosk: its cases with their codes."""
    return [tell(local, feedback) for feedback in (ANGRY, IDEA, ANGRY, IDEA, ANGRY)]


def as_they_lie(store):
    return list(store.all_events())


def event_of(store, seq):
    return store.run_of(store.origin, seq - 1, 1).events[0]


def ruin(store, seq):
    """Nothing of its body is left."""
    rot(store.file, store.origin, seq, body=noise(event_of(store, seq).body, DICE))


# --- by itself ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "harm",
    [
        lambda e: {"body": turned(e.body, 77)},
        lambda e: {"body": turned(e.body, 8 * e.body.encode().index("等".encode()) + 7)},
        lambda e: {"body": e.body.encode(), "hash": turned(e.hash, 101)},
        lambda e: {"hash": noise(e.hash, DICE)},
        lambda e: {"hash": turned(e.hash, 5), "body": turned(e.body, 501)},
        lambda e: {"prev": noise(e.prev, DICE)},
        lambda e: {"clock": e.clock ^ 1 << 55},
        lambda e: {"version": e.version ^ 4},
        lambda e: {"kind": turned(e.kind, 3)},
    ],
    ids=["body", "no text", "hash", "all of hash", "hash and body", "prev", "clock", "v", "kind"],
)  # fmt: skip
def test_what_a_hash_still_vouches_for_is_put_right_from_the_file_alone(local, said, harm):
    before, (case, code) = as_they_lie(local), said[2]
    rot(local.file, local.origin, 3, **harm(event_of(local, 3)))
    assert verify(local).troubles
    if "kind" not in harm(before[2]):
        assert local.find(code) == case
    else:
        assert look_through(local) == 1
    assert as_they_lie(local) == before
    assert verify(local).troubles == () and local.asides() == []
    assert json.loads(local.fact(HEALED))["count"] == 1
    with closing(sqlite3.connect(local.file)) as raw:
        assert len(raw.execute(GUARDS).fetchall()) == 2


def test_two_that_meet_it_at_once_heal_it_once(local, said, opened):
    before, other = as_they_lie(local), opened("D1", local.file)
    for seq in (1, 3, 5):
        rot(local.file, local.origin, seq, body=turned(event_of(local, seq).body, 17 * seq))
    ruin(local, 2)
    with ThreadPoolExecutor(2) as pool:
        assert max(pool.map(lambda store: store.heal(), (local, other))) == 4
    assert as_they_lie(local) == [before[0], *before[2:]] and len(other.asides()) == 1
    assert json.loads(local.fact(HEALED))["count"] == 3


def test_so_much_damage_that_nobody_can_wait_is_fetched_again(local, said, opened, monkeypatch):
    shared = opened("S1")
    sync(local, shared)
    before = set(as_they_lie(local))
    monkeypatch.setattr("db.heal.PATIENCE", -1.0)
    for event in as_they_lie(local):
        rot(local.file, event.origin, event.seq, body=turned(event.body, 100))
    assert local.heal() == 5 and len(local.asides()) == 5
    sync(local, shared)
    assert set(as_they_lie(local)) == before and local.asides() == []


def test_a_blob_in_a_text_s_place_is_put_right(local, said):
    before = as_they_lie(local)
    rot(local.file, local.origin, 2, body=event_of(local, 2).body)
    with closing(sqlite3.connect(local.file)) as raw:
        raw.executescript(
            "DROP TRIGGER event_no_update; UPDATE event SET body = CAST(body AS BLOB)"
        )
    assert local.heal() == 5
    assert as_they_lie(local) == before


def test_what_nobody_reads_is_put_right_within_a_day(local, said, monkeypatch):
    assert look_through(local) == 0
    rot(local.file, local.origin, 4, body=turned(event_of(local, 4).body, 9))
    assert look_through(local) == 0
    later = refill.wall_ms() + refill.LOOK_MS
    monkeypatch.setattr(refill, "wall_ms", lambda: later)
    assert look_through(local) == 1 and verify(local).troubles == ()


# --- with the shared store ------------------------------------------------------------------------


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_what_is_whole_at_the_shared_store_is_fetched_again(opened, way, shared, seq):
    kiosk, (public, _) = opened("K1"), new_key()
    found(shared)
    said = [tell(kiosk, ANGRY, seal(public, "contact", "1380537")) for _ in range(5)]
    sync(kiosk, way("K1"))
    before, (case, code) = as_they_lie(kiosk), said[seq - 1]
    ruin(kiosk, seq)
    with pytest.raises(StoreDamaged):
        kiosk.case(case.case_id)
    with pytest.raises(StoreDamaged, match="set aside"):
        kiosk.find(code)
    assert [(a.seq, a.why) for a in kiosk.asides()] == [(seq, ROTTED)]
    tell(kiosk)
    assert sync(kiosk, way("K1")).pushed == 1
    assert set(as_they_lie(kiosk)) > set(before)
    assert kiosk.find(code) == case and kiosk.asides() == []
    assert verify(kiosk).troubles == verify(shared).troubles == ()
    assert kiosk.fact(REFILL) is None and sync_state(kiosk).asides == ()
    assert beat_of(kiosk, "1").healed == 1


def test_what_is_damaged_here_is_never_sent(opened, way, shared):
    kiosk = opened("K1")
    for _ in range(4):
        tell(kiosk)
    before = as_they_lie(kiosk)
    rot(kiosk.file, kiosk.origin, 2, body=turned(event_of(kiosk, 2).body, 40))
    ruin(kiosk, 3)
    made = sync(kiosk, way("K1"))
    assert made.pushed == 3 and shared.asides() == []
    there = [event for event in shared.all_events() if event.origin == kiosk.origin]
    assert there == [*before[:2], before[3]]
    assert [a.seq for a in made.asides] == [3]


def test_what_the_shared_store_lost_is_sent_to_it_again(opened):
    kiosk, desk, shared = opened("K1"), opened("D1"), opened("S1")
    said = [tell(kiosk) for _ in range(4)]
    sync(kiosk, shared)
    ruin_at = kiosk.origin
    body = noise(event_of(kiosk, 2).body, DICE)
    rot(shared.file, ruin_at, 2, body=body)
    with pytest.raises(StoreDamaged):
        shared.case(said[1][0].case_id)
    sync(desk, shared)
    assert desk.count_of(kiosk.origin) == 3
    sync(kiosk, shared)
    assert verify(shared).troubles == () and shared.asides() == []
    assert shared.case(said[1][0].case_id) == said[1][0]
    sync(desk, shared)
    assert verify(desk).troubles == () and desk.fact(REFILL) is None


def test_a_damaged_hash_on_either_side_is_no_second_history(opened):
    kiosk, shared = opened("K1"), opened("S1")
    [tell(kiosk) for _ in range(3)]
    sync(kiosk, shared)
    for store in (kiosk, shared):
        rot(store.file, kiosk.origin, 3, hash=turned(event_of(kiosk, 3).hash, 12))
        sync(kiosk, shared)
        assert verify(store).troubles == ()


def test_what_a_desk_was_sent_damaged_is_fetched_once_it_is_whole(opened, monkeypatch):
    kiosk, desk, shared = opened("K1"), opened("D1"), opened("S1")
    [tell(kiosk) for _ in range(3)]
    sync(kiosk, shared)
    body = event_of(kiosk, 2).body
    rot(shared.file, kiosk.origin, 2, body=noise(body, DICE).hex().encode())
    sync(desk, shared)
    sync(desk, shared)
    assert [a.seq for a in desk.asides()] == [2]
    rot(shared.file, kiosk.origin, 2, body=body.encode())
    sync(desk, shared)
    assert desk.count_of(kiosk.origin) == 2, "asked again within the hour"
    later = refill.wall_ms() + refill.AGAIN_MS
    monkeypatch.setattr(refill, "wall_ms", lambda: later)
    sync(desk, shared)
    assert desk.count_of(kiosk.origin) == 3 and verify(desk).troubles == ()
    assert all(aside.seen for aside in desk.asides())


def test_another_event_is_not_taken_in_its_place(opened):
    kiosk, shared = opened("K1"), opened("S1")
    for _ in range(4):
        tell(kiosk)
    sync(kiosk, shared)
    forged = event_of(kiosk, 2)._replace(body="{}")
    forged = forged._replace(hash=digest(forged))
    rot(shared.file, kiosk.origin, 2, body=b"{}", hash=forged.hash.encode())
    ruin(kiosk, 2)
    assert kiosk.heal() == 1
    sync(kiosk, shared)
    assert kiosk.count_of(kiosk.origin) == 3 and [a.seq for a in kiosk.asides()] == [2]


def test_what_a_rescue_could_not_save_is_fetched_again(opened, way, shared):
    kiosk = opened("K1")
    found(shared)
    sync(kiosk, way("K1"))
    for number in range(60):
        tell(kiosk, (ANGRY, IDEA)[number % 2])
    sync(kiosk, way("K1"))
    [tell(kiosk) for _ in range(3)]
    before, file = as_they_lie(kiosk), kiosk.file
    kiosk.close()
    data = bytearray(file.read_bytes())
    here = data.index(before[-30].body.encode()) // 4096 * 4096
    data[here : here + 4096] = bytes(4096)
    file.write_bytes(data)
    kiosk, kept = open_or_rescue(file, hall=HALL, device="K1")
    assert kept is not None and kiosk.count_of(before[-1].origin) < 63
    sync(kiosk, way("K1"))
    assert set(as_they_lie(kiosk)) == set(before)
    assert verify(kiosk).troubles == verify(shared).troubles == ()
    kiosk.close()


# --- what is nowhere else -------------------------------------------------------------------------


def test_what_is_nowhere_else_is_set_aside_and_the_kiosk_takes_on(opened, way, shared):
    kiosk = opened("K1")
    found(shared)
    sync(kiosk, way("K1"))
    said = [tell(kiosk) for _ in range(3)]
    lists = Lists(kiosk)
    lists.calls(0)
    was = event_of(kiosk, 3)
    ruin(kiosk, 3)
    fourth, _ = tell(kiosk)
    assert fourth.sealed_at == (kiosk.origin, 4), "a count is used twice"
    assert event_of(kiosk, 4).prev == was.hash
    for _ in range(2):
        sync(kiosk, way("K1"))
    with pytest.raises(StoreDamaged, match="set aside"):
        kiosk.find(said[2][1])
    with pytest.raises(StoreDamaged, match="set aside"):
        kiosk.append(said[2][0].case_id, Accepted("desk"))
    for case, code in said[:2]:
        assert shared.find(code) == kiosk.find(code) == case
    assert list(lists.whole([fourth.case_id])) == [fourth]
    assert (
        verify(kiosk).troubles
        == verify(shared).troubles
        == (f"{kiosk.origin}/4: event 3 is missing",)
    )
    # It is found after all, on a stick.
    shared.receive(Batch((was,)))
    kiosk.set_fact(REFILL, "{}")
    sync(kiosk, way("K1"))
    assert kiosk.find(said[2][1]) == said[2][0] and verify(kiosk).troubles == ()


def test_staff_see_it_in_words_until_it_is_put_right(local, said):
    now = datetime.now()
    rows = health([beat_of(local, "1")], Workdays({}), now)
    assert [row.what for row in rows] == [What.WELL]
    rot(local.file, local.origin, 1, body=turned(event_of(local, 1).body, 3))
    ruin(local, 4)
    with pytest.raises(StoreDamaged):
        local.case(said[3][0].case_id)
    rows = health([beat_of(local, "1")], Workdays({}), now)
    assert [(row.what, row.bad) for row in rows] == [
        (What.DAMAGED, Bad.ACT),
        (What.HEALED, Bad.LOOK),
    ]
    assert "1 条记录坏了" in rows[0].words.say("zh") and rows[0].words.say("en").isascii()
    assert "坏过 1 条" in rows[1].words.say("zh") and rows[1].words.say("en").isascii()
    assert lines(sync_state(local), "zh", now) == ["1 条记录坏了，已另存，请管理员来看"]
    assert local.see_asides() == 1
    later = beat_of(local, "1")
    assert (later.damaged, lines(sync_state(local), "zh", now)) == (0, [])
    old = replace(later, healed_ms=later.at_ms - 8 * 86_400_000)
    assert [row.what for row in health([old], Workdays({}), now + timedelta(1))][-1] is not (
        What.HEALED
    )


def test_the_hall_goes_on_without_its_damaged_event_and_with_it_once_it_is_back(
    opened, way, shared
):
    desk = opened("D1")
    found(shared)
    sync(desk, way("D1"))
    case, new = tell(desk)[0], tell(desk)[0]
    case = desk.append(case.case_id, Accepted("desk"))
    whole, open_before = desk.people(), opened("D1")
    assert open_before.people() == whole
    event = [e for e in founding().events if e.kind == "appointed"][-1]
    rot(desk.file, event.origin, event.seq, body=noise(event.body, DICE))
    # As at a start: nothing is remembered.
    started = opened("D2", desk.file)
    assert len(started.people().people) == len(whole.people) - 1
    assert started.asides()
    started.call("a-call", "K1")
    assert started.case(new.case_id) == new
    with pytest.raises(StoreDamaged):
        # Whether it counts is not known.
        started.case(case.case_id)
    with pytest.raises(StoreDamaged):
        started.append_hall("desk", SignInFailed("desk"))
    sync(desk, way("D1"))
    assert started.people() == open_before.people() == desk.people() == whole
    assert started.case(case.case_id) == case


def test_a_store_whose_newest_event_is_damaged_opens_and_counts_on(local, said):
    before = as_they_lie(local)
    local.close()
    with closing(Store.open(local.file, hall=HALL, device="D1")) as desk:
        # Its own newest is not the newest of all.
        tell(desk)
    rot(local.file, local.origin, 5, hash=turned(before[-1].hash, 6))
    again, kept = open_or_rescue(local.file, hall=HALL, device="K1")
    assert kept is None
    tell(again)
    assert as_they_lie(again)[1:6] == before and verify(again).troubles == ()
    again.close()
    rot(local.file, local.origin, 6, hash=noise(before[-1].hash, DICE))
    again, kept = open_or_rescue(local.file, hall=HALL, device="K1")
    assert kept is None and [a.seq for a in again.asides()] == [6]
    tell(again)
    assert again.heads()[again.origin].seq == 7
    again.close()


def test_a_damaged_clock_dates_nothing_else(local, said):
    event, before = event_of(local, 5), as_they_lie(local)
    rot(local.file, local.origin, 5, clock=event.clock ^ 1 << 60, body=noise(event.body, DICE))
    tell(local)
    assert event_of(local, 6).clock - before[-1].clock < 60_000 << 16
    newest = found(local) and founding().events[-1]
    rot(local.file, newest.origin, newest.seq, clock=newest.clock ^ 1 << 60)
    tell(local)
    assert event_of(local, 7).clock - before[-1].clock < 60_000 << 16
    with closing(Store.open(local.file, hall=HALL, device="D1")) as desk:
        assert abs(desk.now_ms() - datetime.now().timestamp() * 1000) < 60_000


def test_the_row_of_what_was_taken_out_is_not_passed_over_in_the_lists(local, said):
    lists = Lists(local, spelling=lambda case: (case.feedback.words, "", ""))
    person = found(local).people().person("coordinator")
    assert len(lists.search(person, "两个小时")) == 3
    tell(local)
    assert len(lists.search(person, "两个小时")) == 4
    ruin(local, 6)
    assert local.heal() == 1
    tell(local)
    assert len(lists.search(person, "两个小时")) == 5


def test_once_somebody_has_looked_a_case_goes_on_without_what_is_lost(local, said):
    found(local)
    case = said[1][0]
    local.append(case.case_id, Accepted("desk"))
    ruin(local, 6)
    for _ in range(2):
        with pytest.raises(StoreDamaged):
            local.case(case.case_id)
    assert local.see_asides() == 1
    assert local.case(case.case_id) == case


def test_the_process_that_syncs_looks_once_a_day_and_status_tells(tmp_path, capsys):
    machine = Machine(tmp_path / "data", shared=str(tmp_path / "shared.sqlite"))
    machine.tell(3)
    assert machine.run("sync", "--once") == 0
    with closing(Store.open(machine.local, hall=HALL, device="K1")) as store:
        rot(store.file, store.origin, 2, body=turned(event_of(store, 2).body, 90))
        assert machine.run("sync", "--once") == 0
        assert "damaged" not in capsys.readouterr().err
        store.forget_fact(refill.LOOKED)
        assert machine.run("sync", "--once") == 0
        assert "zhaocha: 1 events in local.sqlite had been damaged" in capsys.readouterr().err
        assert verify(store).troubles == ()
    assert machine.run("status") == 1
    assert "1 records on this machine had been damaged and are put right" in capsys.readouterr().out
