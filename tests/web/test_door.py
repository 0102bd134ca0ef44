"""The hall's door: real sockets and TLS, lines that are cut at every byte, who is let in."""

import base64
import hashlib
import http.client
import json
import socket
import sqlite3
import ssl
import struct
import tempfile
import threading
import tracemalloc
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from db.batch import Batch, SealedRow
from db.beat import Pulse, beat_of, beats, offset
from db.committer import MOST_BATCHES
from db.door import Door, DoorShut, WrongDoor
from db.engine import Refused, StoreFull, StoreTrouble
from db.event import wall_ms
from db.grants import grant, grants, revoke
from db.happening import Accepted, Erased
from db.kept import keep_heads
from db.seal import new_key, seal, unseal_bytes
from db.store import Store
from db.sync import sync, sync_state
from db.verify import verify
from db.wire import LIMIT, SLICE, BadFrame, pack, unpack
from kiosk.web import certificate
from kiosk.web.door import DoorRoom, DoorServer
from tests.doors import Cutter, OpenDoor, chain, hall_certificate
from tests.hall import found
from tests.people import ANGRY, HALL, tell

PUBLIC, SECRET = new_key()


@pytest.fixture
def door(tmp_path):
    opened = OpenDoor(tmp_path / "shared.sqlite", tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def cutter(door):
    proxy = Cutter(door.port)
    yield proxy
    proxy.close()


# --- lines that break ---------------------------------------------------------------------------


@pytest.fixture
def quick():
    """A folder in memory where there is one: what is tried here is lines, not disks."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


class Broken:
    """A machine that syncs with a door over a line that breaks, byte for byte."""

    def __init__(self, folder, secure, pull):
        self.door = OpenDoor(folder / "shared.sqlite", folder, secure)
        self.cutter = Cutter(self.door.port)
        self.local = Store.open(folder / "K1.sqlite", hall=HALL, device="K1")
        token = grant(self.door.store, "K1", "desk")
        self.line = self.door.client("K1", port=self.cutter.port, token=token)
        self.whole = self.door.client("K1", token=token)
        self.pull, self.told, self.broken = pull, 0, 0

    def news(self):
        store = self.door.store if self.pull else self.local
        store.call(f"call-{self.told}", "K1")
        self.told += 1

    def sync(self):
        self.line.close()
        sync(self.local, self.line, pull=self.pull)

    def length(self, way):
        self.news()
        self.sync()
        self.cutter.heal()
        self.news()
        self.sync()
        return self.cutter.passed[way]

    def cut(self, way, place):
        """One pass that breaks there, one that does not: both sides have the same, once."""
        self.news()
        self.cutter.cut(way, place, ("end", "reset")[place % 2])
        try:
            self.sync()
        except StoreTrouble:
            self.broken += 1
        self.cutter.heal()
        sync(self.local, self.whole, pull=self.pull)
        assert self.local.heads() == self.door.store.heads(), place

    def check(self):
        assert verify(self.local) == verify(self.door.store)
        assert verify(self.local).troubles == ()
        assert verify(self.local).events == self.told

    def close(self):
        self.cutter.close()
        self.local.close()
        self.door.close()


def cut_everywhere(folder, secure, pull, way, step):
    broken = Broken(folder, secure, pull)
    try:
        size = broken.length(way)
        places = range(0, size, step)
        for place in places:
            broken.cut(way, place)
        # The last bytes of an answer may be padding and farewell.
        assert broken.broken > len(places) * 0.8
        broken.check()
    finally:
        broken.close()
    print(f"{len(places)} cuts of {size} bytes {way}")


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("pull", [False, True], ids=["push", "pull"])
def test_what_is_said_at_a_door_may_break_off_at_any_byte(quick, pull, way):
    cut_everywhere(quick, False, pull, way, 5)


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("pull", [False, True], ids=["push", "pull"])
def test_a_secured_line_may_break_off_anywhere(quick, pull, way):
    cut_everywhere(quick, True, pull, way, 61)


@pytest.mark.campaign
@pytest.mark.parametrize("secure", [False, True], ids=["plain", "secured"])
@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("pull", [False, True], ids=["push", "pull"])
def test_a_line_may_break_off_at_every_single_byte(quick, pull, way, secure):
    cut_everywhere(quick, secure, pull, way, 1)


def test_a_large_voice_note_goes_on_where_the_line_broke(door, cutter, opened):
    kiosk, desk = opened("K1"), opened("D1")
    sound = bytes(range(256)) * 4000
    case, _ = tell(kiosk, ANGRY, None, (seal(PUBLIC, "voice", sound),))
    for device, local, way in (("K1", kiosk, "up"), ("D1", desk, "down")):
        client = door.client(device, port=cutter.port)
        cutter.cut(way, 6 * SLICE)
        with pytest.raises(StoreTrouble):
            sync(local, client)
        cutter.heal()
        sync(local, client)
        # Not from the beginning again: a slice may have to go twice, not more.
        assert cutter.passed[way] < len(sound) - 3 * SLICE
    content = desk.sealed_content(desk.case(case.case_id), "voice")
    assert unseal_bytes(SECRET, content, case.attachment("voice").digest) == sound
    assert [file for file in door.folder.rglob("*.part")] == []


def test_a_slice_that_was_spoilt_on_the_way_is_handed_in_again(door, opened):
    kiosk = opened("K1")
    tell(kiosk, ANGRY, None, (seal(PUBLIC, "voice", bytes(3 * SLICE)),))
    (row,) = kiosk.lacking({}, 10).sealed
    name = hashlib.sha256(row.content).hexdigest()
    client = door.client("K1")
    client.heads()
    spoilt = door.folder / "handed-in" / "K1" / f"{name}.part"
    spoilt.parent.mkdir(parents=True)
    spoilt.write_bytes(b"x" * SLICE)
    with pytest.raises(StoreTrouble, match="handed in again"):
        sync(kiosk, client)
    assert sync(kiosk, client).pushed == 1
    assert door.store.content(row.origin, row.seq, row.name) == row.content


@pytest.mark.parametrize("way", ["up", "down"])
@pytest.mark.parametrize("place", [0, 1500])
def test_a_peer_that_falls_silent_is_given_up_and_nothing_hangs(door, cutter, opened, way, place):
    kiosk = opened("K1")
    tell(kiosk)
    client = door.client("K1", port=cutter.port, timeout=0.3)
    cutter.cut(way, place, "silence")
    with pytest.raises(StoreTrouble, match="says nothing"):
        sync(kiosk, client)
    cutter.heal()
    sync(kiosk, client)
    assert kiosk.heads() == door.store.heads()


def test_a_line_that_died_between_two_passes_is_opened_anew_without_a_word(door, cutter, opened):
    kiosk = opened("K1")
    client = door.client("K1", port=cutter.port)
    tell(kiosk)
    sync(kiosk, client)
    for one in list(cutter.lines):
        one.close()
    tell(kiosk)
    assert sync(kiosk, client).pushed == 1


def test_half_a_request_holds_nobody_up_and_is_given_up(tmp_path):
    door = OpenDoor(tmp_path / "shared.sqlite", tmp_path, secure=False, silence=0.2)
    token = grant(door.store, "K1")
    head = f"POST /door/1/heads HTTP/1.1\r\nAuthorization: Bearer {token}\r\nHost: x\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=5) as half:
        half.sendall(f"{head}Zhaocha-Hall: {HALL}\r\nContent-Length: 900\r\n\r\nZCD".encode())
        assert door.client("K2").heads() == {}
        assert b" 408 " in half.recv(100)
    door.close()


# --- who is let in ------------------------------------------------------------------------------


def test_a_token_that_is_revoked_is_refused_at_once_and_the_kiosk_goes_on_recording(door, opened):
    kiosk = opened("K1")
    client = door.client("K1")
    tell(kiosk)
    sync(kiosk, client)
    revoke(door.store, "K1")
    tell(kiosk)
    with pytest.raises(DoorShut, match="revoked"):
        sync(kiosk, client)
    with pytest.raises(DoorShut, match="revoked"):
        client.receive(kiosk.lacking({}, 10))
    assert verify(door.store).events == 1 and verify(kiosk).events == 2
    assert sync(kiosk, door.client("K1")).pushed == 1
    assert [(g.device, g.revoked) for g in grants(door.store)] == [("K1", "")]


def test_a_revocation_counts_also_for_what_waits_to_be_committed(door, opened):
    kiosk = opened("K1")
    tell(kiosk)
    token = grant(door.store, "K1")
    revoke(door.store, "K1")
    with pytest.raises(Refused, match="revoked"):
        door.room.committer.submit(kiosk.lacking({}, 10), token).result(10)
    assert door.store.heads() == {}


def test_a_wrong_token_is_told_nothing_but_that(door):
    grant(door.store, "K1")
    for token in ("K1.wrong", "K9.unknown", "x", "K1.é"):
        with pytest.raises(DoorShut, match="does not know this machine's token"):
            door.client("K1", token=token).heads()


def test_nothing_large_is_even_listened_to_from_whom_nobody_knows(tmp_path):
    door = OpenDoor(tmp_path / "shared.sqlite", tmp_path, secure=False, silence=30)
    head = "POST /door/1/receive HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer K1.x\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=5) as line:
        line.sendall(f"{head}Zhaocha-Hall: {HALL}\r\nContent-Length: 20000000\r\n\r\n".encode())
        assert b" 401 " in line.recv(100)
    door.close()


def test_a_machine_without_a_token_asks_nobody(door, opened):
    with pytest.raises(DoorShut, match="zhaocha door token"):
        door.client("K1", token="").heads()


def test_a_token_stands_nowhere_on_the_hall_s_machine(door, tmp_path):
    token = grant(door.store, "K1")
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"door:K1" in kept and token.partition(".")[2].encode() not in kept


def test_a_kiosk_hands_in_its_own_and_gets_nothing_that_is_sealed(door, opened):
    kiosk, other, desk = opened("K1"), opened("K2"), opened("D1")
    tell(other, ANGRY, seal(PUBLIC, "phone", "138"), (seal(PUBLIC, "voice", bytes(2 * SLICE)),))
    sync(other, door.client("K2"))
    client = door.client("K1")
    sync(kiosk, client)
    assert kiosk.heads() == {}
    ((origin, _),) = other.heads().items()
    with pytest.raises(DoorShut, match="for desks"):
        client._ask("content", {"origin": origin, "seq": 1, "name": "voice", "offset": 0})
    with pytest.raises(DoorShut, match="what it wrote itself"):
        client.receive(other.lacking({}, 10))
    sync(desk, door.client("D1"))
    assert desk.content(origin, 1, "phone") == other.content(origin, 1, "phone") is not None


def test_a_kiosk_that_knows_more_than_the_hall_sends_its_own_and_a_desk_all(door, opened, tmp_path):
    kiosk, other, desk = opened("K1"), opened("K2"), opened("D1")
    tell(other)
    for machine in (kiosk, desk):
        machine.receive(other.lacking({}, 10))
    tell(kiosk)
    assert sync(kiosk, door.client("K1")).pushed == 1
    assert sync(desk, door.client("D1")).pushed == 1
    assert verify(door.store).events == 2


def test_a_case_is_found_through_the_door_with_the_state_it_has_there(door, opened):
    kiosk = opened("K1")
    found(door.store)
    case, code = tell(door.store)
    door.store.append(case.case_id, Accepted("desk"))
    sync(kiosk, door.client("K1"))
    client = door.client("K1", people=kiosk.people)
    assert client.find(code) == door.store.find(code)
    assert client.find(replace(code, tail=code.tail[::-1])) is None


def test_another_certificate_is_told_nothing(door, tmp_path):
    """The port of the real hall, and somebody else behind it: not even the token is sent."""
    certificate.make(tmp_path / "x.crt", tmp_path / "x.key", ["127.0.0.1"])
    fake = DoorRoom(lambda: door.store, HALL, tmp_path / "x")
    heard = []
    fake.begins = heard.append
    server = DoorServer(fake, "127.0.0.1", 0, tmp_path / "x.crt", tmp_path / "x.key")
    with pytest.raises(WrongDoor, match="another certificate"):
        door.client("K1", port=server.port).heads()
    with pytest.raises(WrongDoor, match="another certificate"):
        door.client("K1", fingerprint="").heads()
    assert heard == []
    server.close()


def test_a_certificate_that_the_machine_trusts_needs_no_fingerprint(door, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(hall_certificate()[0]))
    assert door.client("K1", fingerprint="").heads() == {}


def test_openssl_reads_the_certificate_and_its_key_is_nobody_elses(tmp_path):
    files = tmp_path / "a.crt", tmp_path / "a.key"
    certificate.make(*files, ["10.1.2.3", "hall.local", "::1"])
    assert files[1].stat().st_mode & 0o777 == 0o600
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*files)
    shown = ssl._ssl._test_decode_cert(str(files[0]))
    names = {name for _, name in shown["subjectAltName"]}
    assert names == {"10.1.2.3", "hall.local", "0:0:0:0:0:0:0:1"}
    with pytest.raises(FileExistsError):
        certificate.make(*files, [])


def test_a_door_without_a_certificate_is_for_this_machine_only(tmp_path):
    room = DoorRoom(lambda: None, HALL, tmp_path)
    with pytest.raises(ValueError, match="needs a certificate"):
        DoorServer(room, "0.0.0.0", 0, None, None)
    room.close()


# --- what is no call of ours --------------------------------------------------------------------


def asked(door, path="/door/1/heads", body=b"", token=None, **more):
    """What a door answers to anything: status and sentence."""
    token = grant(door.store, "D1", "desk") if token is None else token
    context = ssl._create_unverified_context()
    line = http.client.HTTPSConnection("127.0.0.1", door.port, timeout=10, context=context)
    headers = {"Authorization": f"Bearer {token}", "Zhaocha-Hall": HALL, **more}
    line.request(more.pop("method", "POST"), path, body, headers)
    answer = line.getresponse()
    content = answer.read()
    line.close()
    return answer.status, json.loads(content)["why"] if answer.status != 200 else content


def bomb():
    packed = zlib.compress(b"[" * (LIMIT + 1), 9)
    return struct.pack(">3sBBIII", b"ZCD", 1, 1, len(packed), 64, 0) + packed


GARBAGE = [
    (b"", 400),
    (b"GET / HTTP/1.1", 400),
    (b"ZCD\x01", 400),
    (b"ZCD\x02" + bytes(14), 426),
    (pack({"heads": {}})[:-1], 400),
    (pack({"heads": {}}) + b"x", 400),
    (pack({"heads": {"a": [1]}, "limit": 1}), 400),
    (pack({"heads": [], "limit": 1}), 400),
    (pack({"heads": {}, "limit": "1"}), 400),
    (pack([1, 2, 3]), 400),
    (pack(None), 400),
    (bomb(), 400),
    (struct.pack(">3sBBIII", b"ZCD", 1, 1, 4, 2**32 - 1, 0) + b"abcd", 400),
]


def test_garbage_gets_a_plain_answer_and_the_door_stays_open(door):
    told = [asked(door, "/door/1/lacking", body)[0] for body, _ in GARBAGE]
    assert told == [status for _, status in GARBAGE]
    assert door.client("D1").heads() == {}


NO_BATCHES = [
    {"events": [[1]], "sealed": []},
    {"events": [], "sealed": [["x"]]},
    {"events": {}, "sealed": []},
    {"events": [], "sealed": [[HALL, "D1-A", 1, "voice", 5, ""]]},
    {"events": [], "sealed": [[HALL, "D1-A", 1, "voice", 5, "../../etc/passwd"]]},
    "events",
]


def test_a_batch_that_is_none_is_refused_whole(door):
    for told in NO_BATCHES:
        assert asked(door, "/door/1/receive", pack(told))[0] in (400, 503)
    assert door.store.heads() == {}


def test_what_no_door_takes_is_answered_in_words(door):
    assert asked(door, "/door/7/heads") == (
        426, "this door speaks version 1: update the older of the two",
    )  # fmt: skip
    assert asked(door, "/")[0] == asked(door, "/door/1/heads/x")[0] == 404
    assert asked(door, "/door/1/fly")[0] == 426
    other = {"Zhaocha-Hall": "110000"}
    assert asked(door, **other) == (409, "this is the door of hall 370800, not of 110000")
    large = {"Content-Length": str(LIMIT + 1)}
    assert asked(door, **large)[0] == 413
    wrong = {"digest": "../../x", "offset": 0}
    assert asked(door, "/door/1/slice", pack(wrong, [b"x"]))[0] == 400


def test_a_frame_never_grows_beyond_what_it_announced():
    frame = bomb()
    tracemalloc.start()
    with pytest.raises(BadFrame):
        unpack(frame)
    assert tracemalloc.get_traced_memory()[1] < 4_000_000
    tracemalloc.stop()


def test_a_client_meets_a_page_where_it_expects_a_door(tmp_path):
    """As a router's log-in page would answer, or another version of the door."""
    answers = [b"<html>log in", b"ZCD\x07" + bytes(20), b"ZCD\x01"]
    with socket.create_server(("127.0.0.1", 0)) as page:

        def serve():
            for body, status in zip(answers, (b"302 Found", b"200 OK", b"200 OK"), strict=True):
                line, _ = page.accept()
                line.recv(65536)
                line.sendall(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n" % (status, len(body)))
                line.sendall(b"Connection: close\r\n\r\n" + body)
                line.close()

        thread = threading.Thread(target=serve)
        thread.start()
        address = f"http://127.0.0.1:{page.getsockname()[1]}"
        client = Door(address, hall=HALL, token="K1.x", slices=tmp_path)
        for kind, words in (
            (WrongDoor, "no hall's door"),
            (WrongDoor, "another version"),
            (StoreTrouble, "not understood"),
        ):
            with pytest.raises(kind, match=words):
                client.heads()
        thread.join()
    with pytest.raises(StoreTrouble, match="nobody serves there"):
        client.heads()


def test_a_frame_comes_back_as_it_went_and_no_other_one_is_taken():
    told, beside = {"a": [1, "找茬", None], "b": "x" * 5000}, [b"", b"\0\xff" * 300]
    frame = pack(told, beside)
    assert unpack(frame) == (told, beside)
    assert len(frame) < 800
    for place in range(0, len(frame), 7):
        with pytest.raises(BadFrame):
            unpack(frame[:place])


def test_a_hall_without_room_says_so_and_takes_it_later(door, opened, monkeypatch):
    kiosk = opened("K1")
    tell(kiosk)
    client = door.client("K1")
    monkeypatch.setattr("db.opened.ROOM", 1 << 62)
    with pytest.raises(StoreFull):
        client.receive(kiosk.lacking({}, 10))
    monkeypatch.undo()
    assert sync(kiosk, client).pushed == 1


# --- all who wait -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "groups"), [(MOST_BATCHES, [1, 19]), (8, [1, 8, 8, 3])], ids=["few", "many"]
)
def test_all_who_wait_are_kept_in_one_transaction(door, monkeypatch, most, groups):
    monkeypatch.setattr("db.committer.MOST_BATCHES", most)
    taken, started, go = [], threading.Event(), threading.Event()
    real = Store.receive_all

    def slow(self, batches):
        taken.append(len(batches))
        started.set()
        assert go.wait(10)
        return real(self, batches)

    monkeypatch.setattr(Store, "receive_all", slow)
    committer, waits = door.room.committer, []
    tokens = {f"K{n}": grant(door.store, f"K{n}") for n in range(20)}
    for device, token in tokens.items():
        waits.append(committer.submit(Batch(tuple(chain(device, [{"n": 1}]))), token))
        assert started.wait(10)
    assert not any(one.done() for one in waits)
    go.set()
    assert [one.result(10) for one in waits] == [1] * 20
    assert taken == groups


def test_who_goes_away_while_waiting_stops_nobody(door, monkeypatch):
    started, go, real = threading.Event(), threading.Event(), Store.receive_all

    def slow(self, batches):
        started.set()
        assert go.wait(10)
        return real(self, batches)

    monkeypatch.setattr(Store, "receive_all", slow)
    first, gone, last = (
        (Batch(tuple(chain(name, [{"n": 1}]))), grant(door.store, name))
        for name in ("K1", "K2", "K3")
    )
    waits = door.room.committer.submit(*first)
    assert started.wait(10)
    left, stays = door.room.committer.submit(*gone), door.room.committer.submit(*last)
    assert left.cancel()
    go.set()
    assert waits.result(10) == stays.result(10) == 1
    assert set(door.store.heads()) == {"K1-A", "K3-A"}


@pytest.mark.parametrize("address", ["sqlite", "postgres"])
def test_one_poison_among_a_thousand_is_set_aside_and_999_arrive(request, tmp_path, address):
    """What was spoilt on the way, and what the database itself will not have."""
    place = tmp_path / "shared.sqlite"
    if address == "postgres":
        place = request.getfixturevalue("database")
    door = OpenDoor(place, tmp_path, secure=False)
    with door.store.writing() as connection:
        connection.exec_driver_sql(REFUSING[address])
    committer, waits = door.room.committer, []
    bodies = [{"n": n, "w": "poison" if n == 60 else "plain"} for n in range(100)]
    devices = {
        "K3": chain("K3", bodies),
        "K5": chain("K5", [{"n": n} for n in range(100)], spoil=[7]),
    }
    for n in range(10):
        name = f"K{n}"
        events = devices.get(name) or chain(name, [{"n": i} for i in range(100)])
        waits.append(committer.submit(Batch(tuple(events)), grant(door.store, name)))
    assert sorted(one.result(20) for one in waits) == [99, 99, *[100] * 8]
    asides = door.store.asides()
    assert [(a.origin, a.seq) for a in asides] == [("K3-A", 61), ("K5-A", 8)]
    assert "poison" in asides[0].why and "as it was written" in asides[1].why
    report = verify(door.store)
    assert report.events == 998
    # The chain has its gap there and nowhere else.
    assert [t.partition(":")[0] for t in report.troubles] == ["K3-A/62", "K5-A/9"]
    door.close()


REFUSING = {
    "sqlite": "CREATE TRIGGER no BEFORE INSERT ON event WHEN NEW.body LIKE '%poison%' "
    "BEGIN SELECT RAISE(ABORT, 'no poison here'); END",
    "postgres": "ALTER TABLE event ADD CONSTRAINT no_poison CHECK (body NOT LIKE '%%poison%%')",
}


@pytest.mark.parametrize("place", [2, 3])
def test_what_is_set_aside_is_kept_whole_told_once_and_never_sent_again(
    door, opened, tmp_path, monkeypatch, place
):
    kiosk, desk = opened("K1"), opened("D1")
    for number in range(3):
        tell(kiosk, ANGRY, seal(PUBLIC, "phone", f"13{number}"))
    kiosk.close()
    raw = sqlite3.connect(tmp_path / "K1.sqlite")
    raw.execute("DROP TRIGGER event_no_update")
    raw.execute(f"UPDATE event SET body = replace(body, '三楼', '四楼') WHERE seq = {place}")
    raw.commit()
    raw.close()
    # A kiosk's program that does not look at what it sends.
    for room in ("db.store", "db.sync"):
        monkeypatch.setattr(f"{room}.checked", lambda event: event)
    kiosk, client = opened("K1", tmp_path / "K1.sqlite"), door.client("K1")
    made = sync(kiosk, client)
    assert made.pushed == 2 and [(a.seq, a.why) for a in made.asides] == [
        (place, "it is not as it was written")
    ]
    (kept,) = door.store.facts("kept:").values()
    assert "四楼" in json.loads(kept)["event"][7]
    assert [line for line in door.told if f"/{place}" in line] != []
    told = list(door.told)
    with monkeypatch.context() as nothing:
        nothing.setattr(client, "receive", None)
        assert sync(kiosk, client).pushed == 0
    tell(kiosk)
    again = sync(kiosk, client)
    assert (again.pushed, again.asides) == (1, made.asides)
    assert sync(kiosk, client).pushed == 0
    assert door.told == told and len(door.store.asides()) == 1
    assert sync(desk, door.client("D1")).pulled == 3
    assert verify(door.store).events == 3
    assert sync_state(kiosk).waiting == 0 and sync_state(kiosk).asides == made.asides


def test_a_last_record_that_is_set_aside_is_not_sent_again_and_the_next_one_follows_it(door):
    events = chain("K1", [{"n": n} for n in range(4)], spoil=[2])
    token = grant(door.store, "K1")
    assert door.room.committer.submit(Batch(tuple(events[:3])), token).result(10) == 2
    client = door.client("K1")
    assert client.heads()["K1-A"].seq == 2 and client.asides()[0].seq == 3
    assert client.asides()[0].hash == events[2].hash
    assert client.receive(Batch(tuple(events[3:]))) == 1


def test_a_last_record_that_is_set_aside_does_not_count_as_waiting(door, opened):
    kiosk = opened("K1")
    tell(kiosk)
    tell(kiosk)
    kept, bad = kiosk.lacking({}, 10).events
    spoiled = bad._replace(clock=bad.clock + 1)
    token = grant(door.store, "K1")
    assert door.room.committer.submit(Batch((kept, spoiled)), token).result(10) == 1
    keep_heads(kiosk, sync(kiosk, door.client("K1")).seen)
    assert beat_of(kiosk, "1").unsent == sync_state(kiosk).waiting == 0


def test_sealed_contents_that_the_store_will_not_have_are_set_aside_alone(door):
    events = tuple(chain("D1", [{"n": n} for n in range(2)]))
    rows = [SealedRow(HALL, "D1-A", n, name, b"x") for n, name in ((1, "voice"), (2, "bad"))]
    with door.store.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no BEFORE INSERT ON sealed WHEN NEW.name = 'bad' "
            "BEGIN SELECT RAISE(ABORT, 'nothing bad'); END"
        )
    assert door.client("D1").receive(Batch(events, tuple(rows))) == 2
    assert door.store.content("D1-A", 1, "voice") == b"x"
    assert [(a.seq, a.name) for a in door.store.asides()] == [(2, "bad")]


def test_a_store_that_is_away_is_said_and_what_waits_arrives_later(tmp_path, opened):
    """As after a restart of the hall's machine: another process, the same file and port."""
    kiosk = opened("K1")
    door = OpenDoor(tmp_path / "shared.sqlite", tmp_path)
    client, port = door.client("K1"), door.port
    tell(kiosk)
    sync(kiosk, client)
    door.close()
    tell(kiosk)
    with pytest.raises(StoreTrouble, match="nobody serves there"):
        sync(kiosk, client)
    again = OpenDoor(tmp_path / "shared.sqlite", tmp_path, port=port)
    assert sync(kiosk, client).pushed == 1
    client.close()
    again.close()


# --- what else goes on in a hall ----------------------------------------------------------------


def test_machines_say_through_the_door_how_they_are_and_hear_of_each_other(door, opened):
    kiosk, desk = opened("K1"), opened("D1")
    for local in (kiosk, desk, kiosk):
        Pulse(local, "1", 300).good(door.client(local.device))
    assert set(beats(kiosk)) == set(beats(desk)) == set(beats(door.store)) == {"K1", "D1"}
    assert abs(beats(kiosk)["D1"].offset_ms) < 60_000


def test_the_clock_is_held_against_the_doors(door, opened, monkeypatch):
    kiosk, client = opened("K1"), door.client("K1")
    assert abs(offset(kiosk, client)) < 60_000
    monkeypatch.setattr("kiosk.web.door.wall_ms", lambda: wall_ms() - 3_600_000)
    assert 3_540_000 < offset(kiosk, client) < 3_660_000


@pytest.mark.parametrize(
    ("device", "told"), [("K2", "{}"), ("K1", "{}" * 4096), ("K1", "\0"), ("K1/x", "{}")]
)
def test_a_kiosk_says_only_how_it_is_itself_and_briefly(door, device, told):
    client = door.client("K1")
    with pytest.raises(StoreTrouble):
        client.swap_beats(device, told)
    assert client.swap_beats("K1", "{}") == {"K1": "{}"}


def test_a_door_that_takes_no_beats_stops_no_passes(door, opened, monkeypatch, capsys):
    kiosk, client = opened("K1"), door.client("K1")
    monkeypatch.delitem(door.room._calls, "beat")
    Pulse(kiosk, "1", 300).good(client)
    assert set(beats(kiosk)) == {"K1"} and "takes no beat" in capsys.readouterr().err
    tell(kiosk)
    assert sync(kiosk, client).pushed == 1


@pytest.mark.parametrize("late", [False, True], ids=["refused first", "refused after"])
def test_what_was_refused_of_a_sealed_content_is_erased_as_well(door, opened, late, tmp_path):
    kiosk, desk = opened("K1"), opened("D1")
    number = seal(PUBLIC, "phone", "13805370000")
    case, _ = tell(kiosk, ANGRY, number)
    with door.store.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER no BEFORE INSERT ON sealed BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    desk.receive(kiosk.lacking({}, 10))
    desk.erase(case.case_id, Erased(("phone",), "law"))
    erasure = desk.lacking(kiosk.heads(), 10)
    batches = [kiosk.lacking({}, 10), erasure]
    for batch in reversed(batches) if late else batches:
        door.store.receive(batch)
    assert door.store.asides() == []
    assert door.store.facts("kept:") == {}
    door.store.wipe()
    spelt = base64.b64encode(number.content)
    assert not any(spelt in file.read_bytes() for file in tmp_path.glob("shared.sqlite*"))


def test_what_is_erased_goes_behind_the_door_and_on_every_machine(door, opened):
    kiosk, desk = opened("K1"), opened("D1")
    for store in (kiosk, desk):
        sync(store, door.client(store.device))
    case, _ = tell(kiosk, ANGRY, seal(PUBLIC, "phone", "13805370000"))
    sync(kiosk, door.client("K1"))
    sync(desk, door.client("D1"))
    assert desk.sealed_content(case, "phone") is not None
    desk.erase(case.case_id, Erased(("phone",), "law"))
    sync(desk, door.client("D1"))
    assert door.store.sealed_content(case, "phone") is None
    assert kiosk.sealed_content(case, "phone") is not None
    sync(kiosk, door.client("K1"))
    assert kiosk.sealed_content(case, "phone") is None


@pytest.mark.parametrize("together", [True, False])
def test_what_comes_sealed_with_its_erasure_or_after_it_does_not_stay(door, opened, together):
    kiosk, desk = opened("K1"), opened("D1")
    case, _ = tell(kiosk, ANGRY, seal(PUBLIC, "phone", "13805370000"))
    other, _ = tell(kiosk, ANGRY, seal(PUBLIC, "phone", "13805370001"))
    desk.receive(kiosk.lacking({}, 10))
    desk.erase(case.case_id, Erased(("phone",), "law"))
    late = desk.lacking(kiosk.heads(), 10)
    batches = [late, kiosk.lacking({}, 10)]
    if together:
        assert door.store.receive_all(batches) == [1, 2]
    else:
        assert [door.store.receive(batch) for batch in batches] == [1, 2]
    assert door.store.sealed_content(case, "phone") is None
    assert door.store.sealed_content(other, "phone") is not None


def test_a_kiosk_does_not_bring_others_events_to_a_store_that_was_set_back(door, opened, tmp_path):
    kiosk, other = opened("K1"), opened("K2")
    tell(other), tell(other)
    sync(other, door.client("K2"))
    sync(kiosk, door.client("K1"))
    raw = sqlite3.connect(tmp_path / "shared.sqlite")
    raw.execute("DROP TRIGGER event_no_delete")
    raw.execute("DELETE FROM event WHERE seq = 2")
    raw.commit()
    raw.close()
    tell(kiosk)
    assert sync(kiosk, door.client("K1")).pushed == 1
    assert sync(other, door.client("K2")).pushed == 1
    assert verify(door.store).troubles == ()


def test_what_the_door_had_is_noted_and_its_loss_shows(door, opened, tmp_path):
    kiosk = opened("K1")
    tell(kiosk), tell(kiosk)
    for _ in range(2):
        keep_heads(kiosk, sync(kiosk, door.client("K1")).seen)
    assert beat_of(kiosk, "1").unsent == 0 and beat_of(kiosk, "1").lost_ms is None
    raw = sqlite3.connect(tmp_path / "shared.sqlite")
    raw.execute("DROP TRIGGER event_no_delete")
    raw.execute("DELETE FROM event WHERE seq = 2")
    raw.commit()
    raw.close()
    made = sync(kiosk, door.client("K1"))
    keep_heads(kiosk, made.seen)
    assert made.pushed == 1 and beat_of(kiosk, "1").lost_ms is not None
