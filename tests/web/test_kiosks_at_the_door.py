"""What a kiosk's token reads and says at a hall's door: its part of the log, in its own name."""

import json
import random
from dataclasses import replace
from datetime import datetime

import pytest

from db.batch import Batch, event_values
from db.door import Door
from db.engine import Refused, StoreDamaged, StoreTrouble
from db.event import Head, canonical, next_event
from db.exchange import REFILL
from db.happening import Accepted, Called, Joined, Noted, Replied, write_body
from db.lists import Month
from db.part import BY_KIOSK, OF_CASE, SECRET, Part, note_told
from db.rescue import open_or_rescue
from db.store import Store, UnknownCase
from db.sync import sync
from db.verify import verify
from kiosk.month import exchange, month
from tests.db.guarded import guard, lived_in
from tests.doors import OpenDoor
from tests.hall import found
from tests.people import ANGRY, DONE, HALL, IDEA, registered, tell
from tests.rotten import noise, rot

THEIRS = replace(ANGRY, words="别人说的话")


@pytest.fixture
def door(tmp_path):
    opened = OpenDoor(tmp_path / "shared.sqlite", tmp_path)
    found(opened.store)
    yield opened
    opened.close()


def everything_told(client):
    """Every byte a client can make the door send."""
    heads = client.heads()
    batch = client.lacking({}, 5000)
    return heads, batch, json.dumps([list(event) for event in batch.events], ensure_ascii=False)


def test_a_stolen_token_reads_nothing_of_others(door, opened):
    other, desk = opened("K2"), opened("D1")
    case, _ = tell(other, THEIRS)
    other.call("call-2", "K2")
    sync(other, door.client("K2"))
    sync(desk, door.client("D1"))
    for deed in (Accepted("desk"), Noted("desk", "只给同事看"), Replied("desk", DONE)):
        desk.append(case.case_id, deed)
    sync(desk, door.client("D1"))
    heads, batch, text = everything_told(door.client("K1"))
    assert case.case_id not in text and "别人说的话" not in text and "call-2" not in text
    assert not {event.kind for event in batch.events} & {*SECRET, *OF_CASE, "called"}
    assert not any(origin.startswith(("K2", "D1")) for origin in heads)


def test_a_kiosk_is_told_what_became_of_its_own_and_who_works_in_the_hall(door, opened):
    kiosk, desk = opened("K1"), opened("D1")
    case, _ = tell(kiosk)
    kiosk.call("call-1", "K1")
    sync(kiosk, door.client("K1"))
    sync(desk, door.client("D1"))
    for deed in (Accepted("desk"), Noted("desk", "只给同事看"), Replied("desk", DONE)):
        desk.append(case.case_id, deed)
    desk.answer_call("call-1", "desk")
    sync(desk, door.client("D1"))
    assert sync(kiosk, door.client("K1")).pulled == 3
    after = kiosk.case(case.case_id)
    assert (after.outcome, after.owner) == (DONE, "desk")
    assert not [entry for entry in after.story if isinstance(entry.happening, Noted)]
    assert kiosk.people().person("desk") and kiosk.people().keys
    assert sync(kiosk, door.client("K1")).pulled == 0
    assert verify(kiosk).troubles == ()


def forged(origin, *said):
    """Events as somebody who has a kiosk's token would write them."""
    before = Head()
    for case_id, happening in said:
        kind, body = write_body(happening)
        event = next_event(HALL, origin, before, 1 << 50, case_id, kind, 1, canonical(body))
        before = Head(event.seq, event.hash)
        yield event


def test_a_stolen_token_speaks_for_nobody_and_its_neighbours_arrive(door, opened):
    other = opened("K2")
    case, code = tell(other, THEIRS)
    sync(other, door.client("K2"))
    mine = registered(IDEA, code)
    batch = Batch(
        tuple(
            forged(
                "K1-FORGED",
                ("mine", mine),
                (case.case_id, Accepted("desk")),
                (case.case_id, mine),
                (case.case_id, Joined("k" * 64, "t" * 64)),
                ("paper", replace(mine, by="desk")),
                ("more", Called("K1")),
            )
        )
    )
    client = door.client("K1")
    client.heads()
    assert client.receive(batch) == 2
    assert [aside.why for aside in client.asides()] == [
        "a kiosk does not say this: it is for staff at a desk",
        "it began at another machine",
        "it began at another machine",
        "a kiosk does not say this in somebody's name",
    ]
    assert door.store.case(case.case_id).owner == "" and door.store.case("mine").number == ""
    with pytest.raises(UnknownCase):
        door.store.case("paper")
    assert sum("a kiosk does not say" in words for words in door.told) == 2


def test_what_only_staff_may_say_is_no_word_of_a_kiosk():
    assert "registered" in BY_KIOSK and not BY_KIOSK & {
        "accepted",
        "replied",
        "appointed",
        "erased",
    }


def test_what_only_a_later_version_says_is_kept_and_told_to_nobody(door, opened):
    kiosk = opened("K1")
    event = next_event(HALL, "K1-LATER", Head(), 1, "c1", "foretold", 9, "{}")
    client = door.client("K1")
    client.heads()
    assert client.receive(Batch((event,))) == 1 and client.asides() == []
    assert "foretold" not in everything_told(door.client("K2"))[2]
    sync(kiosk, client)
    assert "foretold" in everything_told(door.client("D1"))[2]


def test_another_s_case_comes_by_its_code_without_what_staff_noted(door, opened):
    other = opened("K2")
    case, code = tell(other, THEIRS)
    sync(other, door.client("K2"))
    door.store.append(case.case_id, Accepted("desk"))
    door.store.append(case.case_id, Noted("desk", "只给同事看"))
    kiosk = opened("K1")
    sync(kiosk, door.client("K1"))
    client = door.client("K1", people=kiosk.people)
    found_again = client.find(code)
    assert found_again is not None and found_again.owner == "desk"
    assert not [entry for entry in found_again.story if isinstance(entry.happening, Noted)]


@pytest.mark.parametrize("late", [False, True], ids=["noted as it comes", "from the log so far"])
def test_a_door_and_a_guarded_server_tell_a_kiosk_the_same(late, database, tmp_path):
    guarded = guard(database)
    lived_in(guarded, tmp_path)
    owner = Store.open(guarded.address, hall=HALL, device="F1")
    everything = owner.lacking({}, 5000)
    file = Store.open(tmp_path / "hall.sqlite", hall=HALL, device="F2")
    # What follows comes in before what it follows, too.
    for event in sorted(everything.events, key=lambda e: e.origin):
        if not late:
            note_told(file)
        file.receive(Batch((event,)))
    note_told(file)
    for device in ("K1", "K2"):
        login = Store.open(guarded.login(f"kiosk {device}"), hall=HALL, device=device)
        theirs = {event_values(event) for event in login.lacking({}, 5000).events}
        for store in (file, owner):
            part = Part(store, device)
            assert {event_values(event) for event in part.lacking({}, 5000).events} == theirs
            assert part.heads() == login.heads()
            assert part.lacking(part.heads(), 10).events == ()
            few, heads = set(), {}
            while (batch := part.lacking(heads, 2)).events:
                few |= {event_values(event) for event in batch.events}
                heads |= {event.origin: Head(event.seq, event.hash) for event in batch.events}
            assert few == theirs
        login.close()
    owner.close()
    file.close()


def test_guards_are_looked_for_until_they_are_there_and_no_more(database, opened, monkeypatch):
    store = opened("S1", database)
    for _ in range(2):
        with pytest.raises(Refused):
            Part(store, "K1")
    guard(database)
    Part(store, "K1")
    monkeypatch.setattr(store, "reading", None)
    Part(store, "K2")


def test_a_server_s_store_without_guards_lets_no_kiosk_in(database, tmp_path):
    door = OpenDoor(database, tmp_path)
    try:
        with pytest.raises(StoreTrouble, match="zhaocha store init"):
            door.client("K1").heads()
        assert door.client("D1").heads() == {}
    finally:
        door.close()


def test_a_door_over_one_machine_s_login_lets_nobody_in_and_says_why(database, tmp_path):
    guarded = guard(database)
    door = OpenDoor(guarded.login("desk K3"), tmp_path)
    try:
        door.room._preparing.join()
        assert any("a machine's own login" in words for words in door.told)
    finally:
        door.close()


def test_a_desk_tells_the_month_and_a_kiosk_behind_the_door_shows_it(door, opened):
    kiosk, desk, now = opened("K1"), opened("D1"), datetime.now()
    other = opened("K2")
    tell(other), tell(kiosk)
    for machine, name in ((other, "K2"), (kiosk, "K1"), (desk, "D1")):
        client = door.client(name)
        sync(machine, client)
        exchange(machine, client, now)
    sync(kiosk, client := door.client("K1"))
    exchange(kiosk, client, now)
    assert month(kiosk, None, now) == Month(received=2)
    with pytest.raises(Refused, match="a desk's to tell"):
        client.set_board("[]")


def test_a_door_of_an_earlier_version_has_no_board_and_stops_no_pass(door, opened, monkeypatch):
    monkeypatch.delitem(door.room._calls, "board")
    kiosk, client = opened("K1"), door.client("K1")
    sync(kiosk, client)
    exchange(kiosk, client, datetime.now())
    assert isinstance(client, Door) and kiosk.fact("month") is None


def test_what_rot_took_of_its_part_comes_again(door, opened, tmp_path):
    kiosk, desk = opened("K1"), opened("D1")
    sync(kiosk, door.client("K1"))
    case, code = tell(kiosk)
    sync(kiosk, door.client("K1"))
    sync(desk, door.client("D1"))
    desk.append(case.case_id, Accepted("desk"))
    desk.append(case.case_id, Replied("desk", DONE))
    sync(desk, door.client("D1"))
    sync(kiosk, door.client("K1"))
    before, whole, dice = set(kiosk.all_events()), kiosk.find(code), random.Random(1)
    for event in before:
        if event.kind in ("registered", "replied", "keymade"):
            rot(kiosk.file, event.origin, event.seq, body=noise(event.body, dice))
    with pytest.raises(StoreDamaged):
        kiosk.find(code)
    assert len(kiosk.asides()) == 4
    tell(kiosk)
    sync(kiosk, door.client("K1"))
    assert set(kiosk.all_events()) > before and kiosk.find(code) == whole
    assert kiosk.asides() == [] and kiosk.fact(REFILL) is None
    kiosk.close()
    data = bytearray(kiosk.file.read_bytes())
    event = next(event for event in before if event.kind == "keymade")
    here = data.index(event.body.encode()) // 4096 * 4096
    data[here : here + 4096] = bytes(4096)
    kiosk.file.write_bytes(data)
    rescued, kept = open_or_rescue(kiosk.file, hall=HALL, device="K1")
    assert kept is not None and not before <= set(rescued.all_events())
    sync(rescued, door.client("K1"))
    assert before <= set(rescued.all_events())
    rescued.close()
