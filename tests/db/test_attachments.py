"""A voice note and a drawing beside a case: kept whole with it, sealed, and carried along."""

import json
import sqlite3
from dataclasses import replace

import pytest

from db import exchange
from db import store as store_room
from db.code import mint
from db.engine import StoreTrouble
from db.event import Head, next_event
from db.exchange import SEALED_AT_ONCE
from db.fold import fold
from db.rescue import open_or_rescue
from db.seal import new_key, seal, unseal, unseal_bytes
from db.store import Store
from db.sync import sync
from db.terms import Attachment, Outcome, Result, State
from db.verify import verify
from tests.hall import hall_in_memory
from tests.people import ANGRY, HALL, IDEA, PLEASED, TODAY, registered, tell

PUBLIC, SECRET = new_key()
#: No text in any encoding, as sound is.
SOUND = bytes(range(256)) * 40
STROKES = b'{"w":1000,"h":700,"pen":12,"s":[[1,2,3,4]]}'


def sound(number=0, size=10_000):
    return seal(PUBLIC, "voice", (bytes((number,)) + SOUND * (size // len(SOUND) + 1))[:size])


def test_bytes_are_sealed_as_text_is():
    voice, phone = seal(PUBLIC, "voice", SOUND), seal(PUBLIC, "contact", "138")
    assert unseal_bytes(SECRET, voice.content, voice.digest) == SOUND
    assert unseal(SECRET, phone.content, phone.digest) == "138"


def test_a_case_knows_what_came_with_it_and_the_hall_s_key_opens_it(opened, shared_address):
    store = opened("K1", shared_address)
    ink = seal(PUBLIC, "ink", STROKES)
    case, code = tell(store, ANGRY, seal(PUBLIC, "phone", "13805370000"), (sound(), ink))
    found = store.find(code)
    assert [a.name for a in found.attachments] == ["voice", "ink"]
    assert found.attachment("ink").digest == ink.digest
    assert found.attachment("photo") is None
    content = store.sealed_content(found, "ink")
    assert unseal_bytes(SECRET, content, found.attachment("ink").digest) == STROKES
    phone = store.sealed_content(found, "phone")
    assert unseal(SECRET, phone, case.contact_digest) == "13805370000"
    assert store.sealed_content(found, "photo") is None


def test_nothing_of_it_can_be_read_in_the_file(local, tmp_path):
    tell(local, IDEA, None, (seal(PUBLIC, "ink", STROKES),))
    local.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"signs in English" in everything
    assert STROKES not in everything and b'"pen":12' not in everything


@pytest.mark.parametrize("sealed", [(), (sound(1),), (sound(), sound(1))])
def test_an_event_that_names_something_else_than_is_sealed_is_not_kept(local, sealed):
    case, _ = tell(local, ANGRY, None, (sound(),))
    said = case.story[0].happening
    with pytest.raises(ValueError, match="sealed"):
        local.register(said, TODAY, "other", sealed)
    assert verify(local).events == 1


def test_the_words_and_the_voice_are_kept_together_or_not_at_all(local, monkeypatch):
    broken = store_room.sa.text("INSERT INTO nowhere VALUES (:hall, :origin, :seq, :name)")
    monkeypatch.setattr(store_room, "_INSERT_SEALED", broken)
    with pytest.raises(StoreTrouble):
        tell(local, ANGRY, None, (sound(),))
    monkeypatch.undo()
    assert verify(local).events == 0
    tell(local, ANGRY, None, (sound(),))
    assert verify(local).events == 1


def test_what_an_older_program_wrote_is_read_as_it_was():
    body = {
        "feedback": {"kind": "complaint", "words": "等了两个小时"},
        "number": "ZC261123-K1-7K4MQ",
        "due": "2026-11-30",
        "contact_digest": "c0ffee",
    }
    event = next_event(HALL, "K1-A", Head(), 1 << 16, "c1", "registered", 1, json.dumps(body))
    case = fold([event], hall_in_memory())
    assert case.attachments == ()
    assert (case.contact_digest, case.sealed_at) == ("c0ffee", ("K1-A", 1))


def test_who_looked_at_what_stands_in_the_story_and_older_looks_were_at_the_contact():
    events = []
    head = Head()
    for kind, body in (
        ("registered", {"feedback": {"kind": "complaint"}, "number": "N", "due": "2026-11-30"}),
        ("revealed", {"by": "desk"}),
        ("revealed", {"by": "desk", "what": "voice"}),
    ):
        events.append(
            next_event(HALL, "K1-A", head, len(events) + 1, "c1", kind, 1, json.dumps(body))
        )
        head = Head(events[-1].seq, events[-1].hash)
    told = [entry.happening.what for entry in fold(events, hall_in_memory()).story[1:]]
    assert told == ["contact", "voice"]


def test_a_good_face_with_a_voice_note_is_not_closed_before_somebody_listened(local):
    thanks = Outcome(Result.T1, "评价已记录", "谢谢您的评价。")
    voice = sound()
    said = registered(PLEASED, mint(), "", (Attachment("voice", "audio/wav", voice.digest),))
    case = local.register(replace(said, outcome=thanks), TODAY, "c1", (voice,))
    assert (case.state, case.outcome) == (State.REGISTERED, None)
    plain = local.register(replace(said, outcome=thanks, attachments=()), TODAY, "c2")
    assert plain.state is State.CLOSED


class Watched:
    """A store that notes how much each batch that it takes weighs."""

    def __init__(self, store, monkeypatch):
        self.batches = []
        take = store.receive

        def receive(batch):
            self.batches.append(batch)
            return take(batch)

        monkeypatch.setattr(store, "receive", receive)

    @property
    def weights(self):
        return [sum(len(s.content) for s in batch.sealed) for batch in self.batches]


def test_voice_notes_travel_with_their_events_a_few_at_a_time(opened, way, monkeypatch):
    kiosks, desk = [opened("K1"), opened("K2")], opened("D1")
    size, codes = 500_000, []
    for number in range(9):
        _, code = tell(kiosks[number % 2], ANGRY, None, (sound(number, size),))
        codes.append(code)
        tell(kiosks[number % 2])
    everybody = way("D2")
    watched = Watched(everybody, monkeypatch)
    for kiosk in kiosks:
        sync(kiosk, everybody)
    away = Watched(desk, monkeypatch)
    assert sync(desk, way("D1")).pulled == 18
    for seen in (watched, away):
        assert max(seen.weights) <= SEALED_AT_ONCE + size + 100
        assert len(seen.batches) >= 9 * size // (SEALED_AT_ONCE + size)
        for batch in seen.batches:
            with_voice = {(e.origin, e.seq) for e in batch.events if '"attachments"' in e.body}
            assert {(s.origin, s.seq) for s in batch.sealed} == with_voice
    for number, code in enumerate(codes):
        case = desk.find(code)
        content = desk.sealed_content(case, "voice")
        told = unseal_bytes(SECRET, content, case.attachment("voice").digest)
        assert told[0] == number and len(told) == size
    assert verify(desk).troubles == ()


def test_one_that_is_larger_than_a_batch_gets_through_all_the_same(opened, way, monkeypatch):
    monkeypatch.setattr(exchange, "SEALED_AT_ONCE", 1000)
    kiosk = opened("K1")
    for number in range(4):
        tell(kiosk, ANGRY, seal(PUBLIC, "phone", "13805370000"), (sound(number),))
    watched = Watched(way("K1"), monkeypatch)
    assert sync(kiosk, way("K1")).pushed == 4
    assert [len(batch.events) for batch in watched.batches] == [1] * 4
    assert sync(kiosk, way("K1")).pushed == 0


def test_a_full_batch_is_not_taken_for_the_last(opened, way):
    kiosk = opened("K1")
    for _ in range(6):
        tell(kiosk)
    assert sync(kiosk, way("K1"), batch=3).pushed == 6


def test_what_is_sealed_comes_out_of_a_damaged_store_too(tmp_path, monkeypatch):
    monkeypatch.setattr(exchange, "SEALED_AT_ONCE", len(SOUND) * 2)
    monkeypatch.setattr("db.rescue.SEALED_AT_ONCE", len(SOUND) * 2)
    file = tmp_path / "K1.sqlite"
    store = Store.open(file, hall=HALL, device="K1")
    codes = [tell(store, ANGRY, None, (sound(n),))[1] for n in range(7)]
    store.close()
    raw = sqlite3.connect(file)
    root = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'fact'").fetchone()[0]
    raw.close()
    data = bytearray(file.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = b"\xee" * 4096
    file.write_bytes(data)
    store, kept = open_or_rescue(file, hall=HALL, device="K1")
    try:
        assert kept is not None
        for code in codes:
            case = store.find(code)
            content = store.sealed_content(case, "voice")
            assert unseal_bytes(SECRET, content, case.attachment("voice").digest)
    finally:
        store.close()


def test_registered_says_the_digests_of_all_that_must_lie_beside_it():
    assert registered(ANGRY, mint()).digests == frozenset()
    assert registered(ANGRY, mint(), "aa").digests == {"aa"}
