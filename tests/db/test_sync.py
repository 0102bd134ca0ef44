"""Two stores and what travels between them."""

import json
import random
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import psycopg
import pytest

from db.aside import ROTTED
from db.batch import COLUMNS, Batch
from db.engine import Refused, SetBack, StoreTrouble
from db.event import Event, Head, next_event
from db.guard import install
from db.happening import Accepted, SignInFailed
from db.kept import KEPT, keep_heads
from db.seal import new_key, seal, unseal
from db.sync import Forked, due_in, note_pass, pause, sync, sync_state
from db.terms import State
from db.verify import verify
from tests.doors import OpenDoor, chain, grant
from tests.hall import found, founding
from tests.people import ANGRY, HALL, IDEA, tell


def test_what_a_kiosk_kept_reaches_the_desk_and_the_answer_comes_back(opened, way, shared):
    kiosk, desk = opened("K1"), opened("D1")
    found(shared)
    sync(kiosk, way("K1"))
    case, code = tell(kiosk)
    assert sync(kiosk, way("K1")).pushed == 1
    assert sync(desk, way("D1")).pulled == 1 + len(founding().events)
    desk.append(case.case_id, Accepted("desk"))
    sync(desk, way("D1"))
    sync(kiosk, way("K1"))
    assert kiosk.find(code).state is shared.find(code).state is State.ACCEPTED


def test_a_pass_that_is_repeated_changes_nothing(opened, way, shared):
    kiosk = opened("K1")
    for _ in range(5):
        tell(kiosk)
    assert sync(kiosk, way("K1"), batch=2).pushed == 5
    assert sync(kiosk, way("K1")).pushed == 0
    assert shared.receive(kiosk.lacking({}, 10)) == 0
    assert verify(shared).troubles == ()


def test_two_kiosks_fill_one_store_in_any_order(opened, way, shared):
    kiosks = [opened("K1"), opened("K2")]
    for kiosk in kiosks * 3:
        tell(kiosk)
        sync(kiosk, way(kiosk.device), pull=False)
    assert verify(shared).events == 6
    assert len(kiosks[0].heads()) == 1


class Stops(Exception):
    pass


def test_a_pass_that_dies_after_any_batch_is_made_up_for_by_the_next(
    opened, way, shared, monkeypatch
):
    kiosk = opened("K1")
    for _ in range(7):
        tell(kiosk)
    there = way("K1")
    take = there.receive
    for good in range(3):
        left = iter([True] * good)

        def receive(batch, left=left):
            new = take(batch)
            if not next(left, False):
                raise Stops
            return new

        monkeypatch.setattr(there, "receive", receive)
        with pytest.raises(Stops):
            sync(kiosk, way("K1"), batch=1)
    monkeypatch.undo()
    sync(kiosk, way("K1"), batch=3)
    assert verify(shared).events == 7
    assert verify(shared).troubles == ()


def test_what_is_sealed_travels_sealed_and_with_its_event(opened, way, shared):
    kiosk, desk = opened("K1"), opened("D1")
    public, secret = new_key()
    case, code = tell(kiosk, ANGRY, seal(public, "phone", "13805370000"))
    sync(kiosk, way("K1"))
    sync(desk, way("D1"))
    content = desk.sealed_content(desk.find(code), "phone")
    assert b"13805370000" not in content
    assert unseal(secret, content, case.contact_digest) == "13805370000"


def test_a_store_brought_back_from_an_old_copy_is_not_mixed_with_the_new_history(
    opened, way, tmp_path
):
    kiosk = opened("K1")
    tell(kiosk)
    kiosk.close()
    copy = tmp_path / "copy.sqlite"
    copy.write_bytes((tmp_path / "K1.sqlite").read_bytes())
    kiosk = opened("K1")
    tell(kiosk)
    sync(kiosk, way("K1"))
    rolled_back = opened("K1", copy)
    tell(rolled_back, IDEA)
    with pytest.raises(Forked):
        sync(rolled_back, way("K1"))


@pytest.mark.parametrize("rot", ["clock = clock / 3", "clock = -clock", "body = body || char(0)"])
def test_a_damaged_event_is_never_passed_on(opened, way, shared, tmp_path, rot):
    kiosk = opened("K1")
    tell(kiosk)
    with closing(sqlite3.connect(tmp_path / "K1.sqlite")) as raw, raw:
        raw.execute("DROP TRIGGER event_no_update")
        raw.execute(f"UPDATE event SET {rot}")
    made = sync(kiosk, way("K1"))
    assert (made.pushed, shared.heads()) == (0, {})
    assert [a.why for a in made.asides] == [ROTTED]


def test_the_store_remembers_since_when_passes_fail(local):
    assert sync_state(local).failing_since is None
    note_pass(local, "no answer")
    since = sync_state(local).failing_since
    note_pass(local, "no answer either")
    assert sync_state(local).failing_since == since
    assert sync_state(local).why == "no answer either"
    note_pass(local)
    assert sync_state(local).failing_since is None
    assert sync_state(local).last_good >= since


def test_text_that_is_hard_on_databases_arrives_bit_for_bit(opened, way, shared):
    from dataclasses import replace

    kiosk = opened("K1")
    words = "'; DROP TABLE event; -- \\N \t \n %s {0} <b>&amp;</b> =1+1 𠮷𬇕󠄀 \ue000 ‍ é é \\."
    _, code = tell(kiosk, replace(ANGRY, words=words))
    sync(kiosk, way("K1"))
    assert shared.find(code).feedback.words == words


def test_an_event_that_is_as_it_was_written_but_fits_no_store_is_set_aside_there(
    opened, way, shared, tmp_path
):
    kiosk = opened("K1")
    events = chain("K1", [{"n": n} for n in range(40)])
    last = events[-1]
    odd = next_event(
        *(last.hall, last.origin, Head(last.seq, last.hash), last.clock + 1, "c", "called", 1),
        '{"words":"\0"}',
    )
    kiosk.receive(Batch(tuple(events)))
    with closing(sqlite3.connect(tmp_path / "K1.sqlite")) as raw, raw:
        raw.execute(f"INSERT INTO event ({COLUMNS}) VALUES ({', '.join('?' * 10)})", odd)
    made = sync(kiosk, way("K1"))
    assert made.pushed == 40
    assert [(a.seq, a.hash) for a in shared.asides()] == [(odd.seq, odd.hash)]


@pytest.mark.parametrize("version", [1 << 40, 1 << 31, -1])
def test_a_number_that_no_column_takes_hurts_none_of_its_neighbours(shared, version):
    events, head = list[Event](), Head()
    for n in range(50):
        event = next_event(
            HALL, "K1-A", head, 1 + n, f"c{n}", "called", version if n == 7 else 1, "{}"
        )
        head = Head(event.seq, event.hash)
        events.append(event)
    assert shared.receive(Batch(tuple(events))) == 49
    assert [a.seq for a in shared.asides()] == [8]


def test_a_store_out_of_reach_is_said_to_be(opened):
    kiosk = opened("K1")
    tell(kiosk)
    with pytest.raises(StoreTrouble):
        opened("S1", "postgresql://nobody@127.0.0.1:9/none")


def test_what_several_bring_at_once_is_counted_for_each_whoever_brought_it_first(opened, shared):
    one, other = opened("K1"), opened("K2")
    for store in (one, one, other):
        tell(store)
    batches = [store.lacking({}, 10) for store in (one, other, one)]
    assert shared.receive_all(batches) == [2, 1, 0]
    tell(one)
    assert shared.receive_all([batches[1], one.lacking({}, 10)]) == [0, 1]
    assert verify(shared).events == 4 and shared.asides() == []


# --- when to try again ----------------------------------------------------------------------------


def test_passes_that_fail_wait_longer_each_differently_and_never_long_once_all_is_well():
    plain = [pause(tries, 3, False, lambda: 1.0) for tries in range(5)]
    assert plain == [3, 6, 6, 6, 6]
    refused = [pause(tries, 3, True, lambda: 1.0) for tries in range(7)]
    assert refused == [3, 6, 12, 24, 48, 60, 60]
    assert pause(3, 3, True, lambda: 0.0) == 12
    assert len({pause(2, 3, True, random.random) for _ in range(20)}) == 20


def test_a_batch_shrinks_with_every_failure_and_grows_again(local):
    sizes = [note_pass(local, "no answer")[1] for _ in range(6)]
    assert sizes == [250, 62, 15, 3, 1, 1]
    sizes = [note_pass(local)[1] for _ in range(11)]
    assert sizes == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000]


def test_a_machine_that_restarts_still_owes_the_rest_of_its_pause(opened, tmp_path):
    moment = datetime(2026, 11, 24, 9)
    kiosk = opened("K1")
    for _ in range(5):
        wait, batch = note_pass(kiosk, Refused("who is that?"), now=lambda: moment)
    kiosk.close()
    state = sync_state(opened("K1", tmp_path / "K1.sqlite"))
    assert (state.tries, state.batch, state.trouble) == (5, batch, "Refused")
    assert due_in(state, moment) == pytest.approx(wait)
    assert due_in(state, moment + timedelta(seconds=5)) == pytest.approx(wait - 5)
    # A clock that was put right meanwhile costs nobody a year.
    assert due_in(state, moment - timedelta(days=365)) == 0
    assert due_in(state, moment + timedelta(days=365)) == 0


def test_a_machine_knows_what_waits_since_when_and_why(opened, way, shared):
    kiosk = opened("K1")
    assert (sync_state(kiosk).waiting, sync_state(kiosk).oldest) == (0, None)
    tell(kiosk)
    sync(kiosk, way("K1"))
    note_pass(kiosk)
    assert sync_state(kiosk).waiting == 0
    before = datetime.now().astimezone()
    tell(kiosk)
    tell(kiosk)
    note_pass(kiosk, StoreTrouble("no answer"))
    state = sync_state(kiosk)
    assert (state.waiting, state.why) == (2, "no answer")
    assert abs((state.oldest - before).total_seconds()) < 10
    sync(kiosk, way("K1"), batch=1)
    assert sync_state(kiosk).waiting == 0


def test_what_older_programs_remembered_is_understood(local):
    kept = {"last_good": "2026-11-24T09:00:00+08:00", "failing_since": None, "why": ""}
    local.set_fact("sync", json.dumps(kept))
    state = sync_state(local)
    assert state.last_good.hour is not None and (state.tries, state.batch) == (0, 1000)


def test_a_chain_that_was_told_in_part_is_no_other_history(opened, tmp_path):
    kiosk, shared = opened("K1"), opened("S1", tmp_path / "shared.sqlite")
    events = tuple(chain("D3", [{"n": n} for n in range(3)]))
    kiosk.note_gaps(frozenset({"K1"}))
    kiosk.receive(Batch((events[0], events[2])))
    shared.receive(Batch(events[:2]))
    assert sync(kiosk, shared).pushed == 1
    forged = tuple(chain("K1", [{"n": n} for n in (7, 8)]))
    kiosk.receive(Batch(forged))
    shared.receive(Batch(tuple(chain("K1", [{"n": n} for n in (9,)]))))
    with pytest.raises(Forked, match="K1-A"):
        sync(kiosk, shared)


def test_a_pass_with_an_empty_store_is_noted_like_any_other(opened, tmp_path):
    kiosk, shared = opened("K1"), opened("S1", tmp_path / "shared.sqlite")
    for _ in range(2):
        keep_heads(kiosk, sync(kiosk, shared).seen)
    tell(kiosk)
    sync(kiosk, shared)
    keep_heads(kiosk, sync(kiosk, shared).seen)
    assert json.loads(kiosk.fact(KEPT))["late"] == {}


# --- a server is followed by one that lacks its newest events -------------------------------------


def set_back(address, keep):
    """As a standby has it that lagged behind: of each origin the first `keep` events."""
    if not address.startswith("postgresql"):
        with closing(sqlite3.connect(address)) as raw, raw:
            raw.execute("DROP TRIGGER event_no_delete")
            raw.execute("DELETE FROM event WHERE seq > ?", [keep])
        return
    with psycopg.connect(address) as raw:
        raw.execute("ALTER TABLE event DISABLE TRIGGER USER")
        raw.execute("DELETE FROM event WHERE seq > %s", [keep])
        raw.execute("ALTER TABLE event ENABLE ALWAYS TRIGGER guard_append_only")


def test_a_batch_for_a_server_that_is_there_no_more_leaves_no_gap_at_its_follower(
    opened, owned_address, monkeypatch
):
    if owned_address.startswith("postgresql"):
        install(owned_address)
    kiosk, shared = opened("K1"), opened("S1", owned_address)
    for _ in range(3):
        tell(kiosk)
    sync(kiosk, shared)
    tell(kiosk)
    heads = shared.heads()
    with monkeypatch.context() as before:
        before.setattr(shared, "heads", lambda: heads)
        set_back(owned_address, 1)
        with pytest.raises(SetBack, match="/3 a moment ago and has it no more"):
            sync(kiosk, shared)
    assert [head.seq for head in shared.heads().values()] == [1]
    assert sync(kiosk, shared).pushed == 3
    assert verify(shared).troubles == ()


def test_who_is_wrong_about_a_store_behind_a_door_keeps_nobody_else_waiting(opened, tmp_path):
    door = OpenDoor(tmp_path / "shared.sqlite", tmp_path)
    wrong, right = opened("K1"), opened("K2")
    for kiosk in (wrong, right):
        tell(kiosk), tell(kiosk)
        sync(kiosk, door.client(kiosk.device))
        tell(kiosk)
    written = [kiosk.run_of(kiosk.origin, 0).events for kiosk in (wrong, right)]
    ends = [Batch(e[2:], after={e[1].origin: Head(e[1].seq, e[1].hash)}) for e in written]
    set_back(str(tmp_path / "shared.sqlite"), 1)
    door.store.receive(Batch(written[1][:2]))
    committer, tokens = door.room.committer, [grant(door.store, d) for d in ("K1", "K2")]
    answers = [committer.submit(*one) for one in zip(ends, tokens, strict=True)]
    with pytest.raises(SetBack):
        answers[0].result(10)
    assert answers[1].result(10) == 1
    with pytest.raises(StoreTrouble, match="has it no more"):
        door.client("K1").receive(ends[0])
    door.close()


def test_what_a_follower_is_sent_again_counts_once_for_the_hall(opened, database):
    install(database)
    desk, shared = opened("D1"), opened("S1", database)
    found(desk)
    for _ in range(2):
        desk.append_hall("desk", SignInFailed("desk"))
    sync(desk, shared)
    told = shared.people().tries
    assert told["desk"] == 2
    own = desk.heads()[desk.origin]
    set_back(database, own.seq - 1)
    shared.people()
    sync(desk, shared)
    assert shared.people().tries == told
