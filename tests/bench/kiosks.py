"""Five hundred kiosks on one Postgres, each with a connection of its own, each waiting for its own
submit: how many are kept a second beside bare inserts, and the bytes of journal that one takes."""

import multiprocessing
import shutil
import statistics
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import psutil
import psycopg

from db import guard, logins
from db.batch import Batch, event_values
from db.code import mint
from db.event import Head, canonical, next_clock, next_event
from db.happening import BODY_VERSION, write_body
from db.store import Store
from db.sync import sync
from tests.bench.figures import at_least, head, percentile, row
from tests.bench.server import bench_postgres, wal
from tests.db.guarded import as_login
from tests.people import ANGRY, registered

HALLS, IN_A_HALL, PROCESSES = 100, 5, 4
#: Submits of each kiosk in a turn, by way, and turns of each; the first is for warming up.
EACH, TURNS = {"bare": 30, "kept": 10, "login": 10, "pass": 2}, 6
#: The same bytes as an event, with a number for a key and no other index.
BARE = (
    "CREATE TABLE bare (id bigint PRIMARY KEY, hall text, origin text, seq bigint, clock bigint, "
    "case_id text, kind text, version int, body text, prev text, hash text, code_key text)"
)
INSERT = f"INSERT INTO bare VALUES ({', '.join(['%s'] * 12)})"
WAYS = {
    "bare": "bare inserts",
    "kept": "kept, all as the owner",
    "login": "kept, a login each",
    "pass": "whole passes, a login each",
}


def table():
    head()
    with bench_postgres() as database, tempfile.TemporaryDirectory(dir=memory()) as name:
        run(database, Path(name))


def memory():
    """Where five hundred kiosks' own files wait for no disk; None where there is no such place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def machines():
    """Hall and device of every kiosk."""
    return [
        (f"37{hall:04}", f"K{number}")
        for hall in range(HALLS)
        for number in range(1, IN_A_HALL + 1)
    ]


# --- a kiosk ----------------------------------------------------------------------------------


class Kiosk:
    """One machine's own store, its two ways to the shared one, and the bare thing beside them."""

    def __init__(self, number, hall, device, owner, login, folder):
        self.hall, self.device, self._number = hall, device, number
        shutil.copy(folder / "empty.sqlite", folder / f"{number}.sqlite")
        self.local = Store.open(folder / f"{number}.sqlite", hall=hall, device=device)
        self.owner = Store.open(owner, hall=hall, device=f"S{number}")
        self.login = Store.open(login, hall=hall, device=f"S{number}")
        self.raw = psycopg.connect(owner, autocommit=True, prepare_threshold=None)
        self._origins, self._row = {}, number << 32
        self.todo = []

    def prepare(self, way):
        """The work of one turn, made before anybody looks at the clock."""
        if way == "pass":
            for event in self._events(self.local.origin, EACH[way]):
                self.local.receive(Batch((event,)))
                local = AFew(self.local, 1)
                self.todo.append(lambda s=local: sync(s, self.login, pull=False))
        elif way == "bare":
            for event in self._events(f"{self.device}-BARE", EACH[way]):
                self._row += 1
                values = (self._row, *event_values(event))
                self.todo.append(lambda v=values: self.raw.execute(INSERT, v))
        else:
            store = self.owner if way == "kept" else self.login
            for event in self._events(f"{self.device}-{way.upper()}", EACH[way]):
                after = {event.origin: Head(event.seq - 1, event.prev)} if event.seq > 1 else {}
                batch = Batch((event,), after=after)
                self.todo.append(lambda b=batch: store.receive(b))

    def _events(self, origin, count):
        said = self._origins.setdefault(origin, Said(self.hall, origin))
        return (next(said) for _ in range(count))

    def work(self, spent):
        """Everything that waits, one after the other; adds the seconds of each."""
        todo, self.todo = self.todo, []
        for one in todo:
            start = time.perf_counter()
            one()
            spent.append(time.perf_counter() - start)

    def close(self):
        for one in (self.local, self.owner, self.login, self.raw):
            one.close()


class Said:
    """What citizens say at one kiosk, event after event, each with a case and a code of its own."""

    def __init__(self, hall, origin):
        self._place, self._head, self._clock = (hall, origin), Head(), 0
        kind, body = write_body(registered(ANGRY, CODE))
        self._kind, self._body = kind, canonical(body)

    def __next__(self):
        self._clock = next_clock(self._clock)
        body = self._body.replace(KEY, token_hex(len(KEY) // 2))
        case_id = token_hex(10)
        event = next_event(
            *self._place, self._head, self._clock, case_id, self._kind, BODY_VERSION, body
        )
        self._head = Head(event.seq, event.hash)
        return event


class AFew:
    """A kiosk's store in which each pass finds so many records, as if they had just been said."""

    def __init__(self, store, count):
        self._store, self._count = store, count

    def __getattr__(self, name):
        return getattr(self._store, name)

    def lacking(self, heads, limit):
        return replace(self._store.lacking(heads, self._count), more=False)


def serve(mine, owner, logins, folder, told):
    """A process with its share of the kiosks: prepares a turn, works it, tells how it went."""
    kiosks = [
        Kiosk(number, hall, device, owner, logins[number], folder) for number, hall, device in mine
    ]
    told.send("ready")
    while way := told.recv():
        for kiosk in kiosks:
            kiosk.prepare(way)
        spent = [[] for _ in kiosks]
        threads = [
            threading.Thread(target=kiosk.work, args=(kept,))
            for kiosk, kept in zip(kiosks, spent, strict=True)
        ]
        told.send("ready")
        told.recv()
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        told.send([one for kept in spent for one in kept])
    for kiosk in kiosks:
        kiosk.close()


# --- all of them ------------------------------------------------------------------------------


def run(database, folder):
    address = database("province")
    guard.install(address)
    Store.open(folder / "empty.sqlite", hall="370000", device="S0").close()
    named = machines()
    addresses = [
        as_login(address, logins.grant(address, "kiosk", hall, device)[0].name)
        for hall, device in named
    ]
    with psycopg.connect(address, autocommit=True) as owner:
        owner.execute(BARE)
        lines = started(named, address, addresses, folder)
        try:
            told(*measured(owner, lines))
        finally:
            for pipe, process in lines:
                pipe.send("")
                process.join()


def started(named, owner, addresses, folder):
    """The processes with their kiosks, once all of them are connected."""
    context = multiprocessing.get_context("spawn")
    lines = []
    for part in range(PROCESSES):
        mine = [(n, *one) for n, one in enumerate(named) if n % PROCESSES == part]
        here, there = context.Pipe()
        process = context.Process(target=serve, args=(mine, owner, addresses, folder, there))
        process.start()
        lines.append((here, process))
    for pipe, _ in lines:
        pipe.recv()
    return lines


def measured(owner, lines):
    """By way: submits a second of each turn, the seconds of each submit, bytes of journal each,
    and seconds of a core that each took the server, and the kiosks."""
    pipes = [pipe for pipe, _ in lines]
    server = psutil.Process(owner.info.backend_pid).parent()
    kiosks = [psutil.Process(process.pid) for _, process in lines]
    rates, waits, bytes_each, work, own = ({way: [] for way in WAYS} for _ in range(5))
    for turn in range(TURNS):
        for way in WAYS:
            for pipe in pipes:
                pipe.send(way)
            for pipe in pipes:
                pipe.recv()
            before, worked, theirs = wal(owner), at_work(server.children()), at_work(kiosks)
            start = time.perf_counter()
            for pipe in pipes:
                pipe.send("go")
            spent = [one for pipe in pipes for one in pipe.recv()]
            took = time.perf_counter() - start
            # The first turn of each writes whole pages and makes plans.
            if turn:
                rates[way].append(len(spent) / took)
                bytes_each[way].append((wal(owner) - before) / len(spent))
                work[way].append((at_work(server.children()) - worked) / len(spent))
                own[way].append((at_work(kiosks) - theirs) / len(spent))
                waits[way] += spent
    return rates, waits, bytes_each, work, own


def at_work(processes):
    """Seconds of a core that these have had."""
    times = [one.cpu_times() for one in processes]
    return sum(one.user + one.system for one in times)


def told(rates, waits, *others):
    rate, journal, server, kiosks = (
        {way: statistics.median(one[way]) for way in WAYS} for one in (rates, *others)
    )
    print(f"{HALLS * IN_A_HALL} kiosks at once, each with a connection of its own")
    for way, limit in (("kept", 0.85), ("login", None), ("pass", None)):
        at_least(WAYS[way], rate[way], rate["bare"], limit)
    for way, name in WAYS.items():
        p50, p99 = (percentile(waits[way], part) * 1000 for part in (0.5, 0.99))
        print(f"{f'one of them, {name}':44} {p50:10.1f} {p99:10.1f} ms   p50 p99")
    for way, name in WAYS.items():
        work = f"{server[way] * 1000:10.2f} {kiosks[way] * 1000:10.2f} ms"
        print(f"{f'work of one, {name}':44} {work}   server, kiosk")
    for way, limit in (("kept", 1.5), ("login", None)):
        row(f"its journal: {WAYS[way]}", journal[way], journal["bare"], limit, "B")


CODE = mint()
KEY = registered(ANGRY, CODE).code_key
