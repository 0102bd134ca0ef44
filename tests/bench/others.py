"""Pushing the same records in two other ways: row by row through SQLAlchemy's ORM, and by PouchDB's
replication, as between a CouchDB and its copies. PouchDB comes from npm into a temporary folder;
without npm its rows are skipped, and that is said."""

import gc
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Session

from db import tables
from db.batch import Batch
from db.engine import postgres_engine
from db.store import Store, _event_row
from db.sync import BATCH, sync
from tests.bench.figures import at_least, head
from tests.bench.kiosks import Said
from tests.bench.screen import Missing, needs
from tests.bench.server import bench_postgres
from tests.doors import OpenDoor
from tests.people import HALL

EVENTS, TURNS = 5000, 5
#: The last of the line of Express that express-pouchdb knows.
PACKAGES = ("pouchdb@9.0.0", "express-pouchdb@4.2.0", "express@4.22.3")
SCRIPT = Path(__file__).with_name("pouch.js")


def table():
    head("the other")
    with bench_postgres() as database, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        local = Store.open(folder / "K1.sqlite", hall=HALL, device="K1")
        said = Said(HALL, local.origin)
        local.receive(Batch(tuple(next(said) for _ in range(EVENTS))))
        gc.freeze()
        beside_merge(local, database)
        try:
            with pouch(folder, local) as replicated:
                beside_pouch(local, database, folder, replicated)
        except Missing as missing:
            print(f"beside PouchDB's replication: skipped, {missing}")
        local.close()


def beside_merge(local, database):
    rows = [_event_row(event) for event in local.all_events()]
    ours, theirs = [], []
    for turn in range(TURNS):
        address = database(f"merge{turn}")
        shared = Store.open(address, hall=HALL, device="S1")
        ours.append(EVENTS / seconds(lambda side=shared: sync(local, side, pull=False)))
        shared.close()
        theirs.append(EVENTS / seconds(lambda at=address: merge(at, rows)))
    at_least("push / ORM merge row by row", *map(statistics.median, (ours, theirs)), 20)


def seconds(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Base(DeclarativeBase):
    pass


class Merged(Base):
    """An event as a row that the ORM looks after."""

    __table__ = tables.event.to_metadata(Base.metadata, name="merged")


def merge(address, rows):
    """Each row looked for and then inserted, and a commit as often as ours."""
    engine = postgres_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE merged (LIKE event INCLUDING ALL)"))
    for first in range(0, len(rows), BATCH):
        with Session(engine) as session, session.begin():
            for one in rows[first : first + BATCH]:
                session.merge(Merged(**one))
    engine.dispose()


# --- PouchDB ----------------------------------------------------------------------------------


def beside_pouch(local, database, folder, replicated):
    ways = {"straight": [], "door": [], "theirs": []}
    for turn in range(TURNS):
        shared = Store.open(database(f"straight{turn}"), hall=HALL, device="S1")
        spent = seconds(lambda side=shared: sync(local, side, pull=False))
        ways["straight"].append(EVENTS / spent)
        shared.close()
        door = OpenDoor(database(f"door{turn}"), folder)
        client = door.client("K1")
        spent = seconds(lambda side=client: sync(local, side, pull=False))
        ways["door"].append(EVENTS / spent)
        door.close()
        ways["theirs"].append(EVENTS / replicated())
    middle = {way: statistics.median(rates) for way, rates in ways.items()}
    at_least("push / PouchDB's replication", middle["straight"], middle["theirs"], 5)
    at_least("push through the door, over TLS / the same", middle["door"], middle["theirs"], 5)


@contextmanager
def pouch(folder, local):
    """Replicates the same documents into a new database each time it is called: the seconds."""
    needs(("npm", "npm"), ("node", "nodejs"))
    place = folder / "pouch"
    for name in ("server", "client"):
        (place / name).mkdir(parents=True)
    try:
        command = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *PACKAGES]
        subprocess.run(command, cwd=place, check=True, capture_output=True)
    except subprocess.CalledProcessError as failed:
        raise Missing(f"npm could not fetch it: {failed.stderr.decode().strip()}") from failed
    shutil.copy(SCRIPT, place)
    docs = [{"_id": f"{e.origin}-{e.seq:08}", **_event_row(e)} for e in local.all_events()]
    (place / "docs.json").write_text(json.dumps(docs))
    with node(place, "serve", "server") as server:
        port = server.stdout.readline().strip()
        with node(place, "replicate", "client", "docs.json", port) as client:
            assert client.stdout.readline() == "ready\n"

            def replicated():
                client.stdin.write("go\n")
                client.stdin.flush()
                return float(client.stdout.readline())

            yield replicated


@contextmanager
def node(place, *words):
    pipe = subprocess.PIPE
    command = ["node", SCRIPT.name, *words]
    process = subprocess.Popen(command, cwd=place, stdin=pipe, stdout=pipe, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.communicate()
