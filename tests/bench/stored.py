"""What a push costs at ten million stored events, beside the same at a hundred thousand: two
databases of one server, a hundred halls in each, passes at the one and the other in turns."""

import shutil
import tempfile
import time
from pathlib import Path

import psycopg

from db import guard, logins
from db.batch import Batch
from db.event import canonical
from db.happening import Accepted, Judged, Replied, write_body
from db.store import Store
from db.sync import sync
from db.terms import Grade, Verdict
from tests.bench.figures import head, in_turns, row
from tests.bench.kiosks import CODE, KEY, AFew, Said, memory
from tests.bench.server import bench_postgres
from tests.db.guarded import as_login
from tests.people import ANGRY, DONE, registered

MANY, FEW = 10_000_000, 100_000
#: Halls that are pushed to, so that no turn finds warm what the one before it read.
HALLS, SINGLES, BATCHES = 20, 200, 20
BATCH = 1000
LIMIT = 1.3


def table():
    head(f"{FEW:,}")
    with bench_postgres() as database, tempfile.TemporaryDirectory(dir=memory()) as name:
        start = time.perf_counter()
        sides = [
            Side(database(f"stored{count}"), count, Path(name) / str(count))
            for count in (MANY, FEW)
        ]
        print(f"{MANY:,} events made in {time.perf_counter() - start:.0f} s", flush=True)
        for way in ("owner", "login"):
            pushes(way, *sides)
        for side in sides:
            side.close()


def pushes(way, many, few):
    def each(name, count, events):
        for side in (many, few):
            side.begin(way, events, count + HALLS)
            # Once in each hall: what is asked for the first time is slower in both.
            for _ in range(HALLS):
                side.turn()
        row(name, *in_turns(many.turn, few.turn, count), LIMIT if events else None)

    who = "as the owner" if way == "owner" else "by a kiosk's login"
    each(f"a pass with one event, {who}", SINGLES, 1)
    each(f"a pass with {BATCH:,} events, {who}", BATCHES, BATCH)
    each(f"a pass that finds nothing, {who}", SINGLES, 0)


class Side:
    """A shared store of so many events, and a kiosk in each of some of its halls."""

    def __init__(self, address, count, folder):
        Store.open(address, hall="370000", device="S0").close()
        with psycopg.connect(address, autocommit=True) as owner:
            fill(owner, count)
        guard.install(address)
        with psycopg.connect(address, autocommit=True) as owner:
            owner.execute("VACUUM ANALYZE")
            owner.execute("CHECKPOINT")
        folder.mkdir()
        Store.open(folder / "empty", hall="370000", device="S0").close()
        self._kiosks = [self._kiosk(address, folder, hall) for hall in range(HALLS)]
        self._count, self._next = 0, 0

    def _kiosk(self, address, folder, number):
        hall, file = f"{370000 + number * 3}", folder / str(number)
        shutil.copy(folder / "empty", file)
        login, _ = logins.grant(address, "kiosk", hall, "K1")
        local = Store.open(file, hall=hall, device="K1")
        ways = {
            "owner": Store.open(address, hall=hall, device="S1"),
            "login": Store.open(as_login(address, login.name), hall=hall, device="S1"),
        }
        return local, ways, Said(hall, local.origin)

    def begin(self, way, count, passes):
        """From here on a turn is a pass of the next hall's kiosk with so many events."""
        self._way, self._count = way, count
        for local, _, said in self._kiosks:
            waiting = count * -(-passes // HALLS)
            local.receive(Batch(tuple(next(said) for _ in range(waiting))))

    def turn(self):
        local, ways, _ = self._kiosks[self._next % HALLS]
        self._next += 1
        made = sync(AFew(local, self._count), ways[self._way], pull=False)
        assert made.pushed == self._count

    def close(self):
        for local, ways, _ in self._kiosks:
            for one in (local, *ways.values()):
                one.close()


# --- ten million events -----------------------------------------------------------------------

#: Every event's case, and which of its four it is; every case's hall and machines.
ROWS = """
INSERT INTO event (hall, origin, seq, clock, case_id, kind, version, body, prev, hash, code_key)
SELECT (370000 + c %% 100)::text,
    CASE WHEN p IN (0, 3) THEN 'K' || 1 + c / 100 %% 5 || '-FILLED'
        ELSE 'D' || 1 + c / 100 %% 2 || '-FILLED' END,
    CASE WHEN p IN (0, 3) THEN c / 500 * 2 + 1 + p / 3 ELSE c / 200 * 2 + p END,
    (1700000000000 + n * 100) << 16,
    left(encode(sha256(c::text::bytea), 'hex'), 20),
    (ARRAY['registered', 'accepted', 'replied', 'judged'])[p + 1], 1,
    CASE WHEN p = 0 THEN replace(%(said)s, %(key)s, key) ELSE (%(others)s::text[])[p] END,
    encode(sha256((n - 1)::text::bytea), 'hex'), encode(sha256(n::text::bytea), 'hex'),
    CASE WHEN p = 0 THEN key END
FROM (SELECT n, n / 4 AS c, (n %% 4)::int AS p, encode(sha256((-n)::text::bytea), 'hex') AS key
    FROM generate_series(0, %(count)s::bigint - 1) n) AS one
"""


def fill(owner, count):
    """So many events of a hundred halls' cases, each said at a kiosk and answered at a desk. Hashes
    and keys are of the right length and belong to nothing."""
    said = canonical(write_body(registered(ANGRY, CODE))[1])
    others = [
        canonical(write_body(one)[1])
        for one in (
            Accepted("desk"),
            Replied("desk", DONE),
            Judged(Verdict.SOLVED, Grade.SATISFIED),
        )
    ]
    owner.execute("SET maintenance_work_mem = '1GB'")
    # Indexes are quicker made of everything at once.
    later = owner.execute(
        "SELECT 'ALTER TABLE event ADD ' || pg_get_constraintdef(oid), "
        "'ALTER TABLE event DROP CONSTRAINT ' || conname FROM pg_constraint "
        "WHERE conrelid = 'event'::regclass AND contype = 'p' "
        "UNION ALL SELECT pg_get_indexdef(indexrelid), 'DROP INDEX ' || indexrelid::regclass "
        "FROM pg_index WHERE indrelid = 'event'::regclass AND NOT indisprimary"
    ).fetchall()
    for _, gone in later:
        owner.execute(gone)
    owner.execute(ROWS, {"said": said, "key": KEY, "others": others, "count": count})
    for again, _ in later:
        owner.execute(again)
