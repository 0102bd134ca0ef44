"""A disk rebuilt from a record: what a power cut at one point could have left of each file.

What was synced stays. Of what was not, a cut leaves nothing, all, some, or some with one write torn
in the middle, with old bytes or garbage behind the tear. A name that was made is safe once its file
or the folder was synced; a name that was removed, once the folder was.
"""

import hashlib
import json
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from db.engine import StoreTrouble
from db.store import Store
from tests.people import HALL, tell

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KINDS = ("nothing", "all", "some", "torn", "garbage")
SECTOR = 512
DATABASE = "local.sqlite"


def record(folder, bug="none", times=4, each=4):
    """Run the kiosk's intake under the recorder; what it did, as (letter, file, place, bytes or
    size)."""
    return recorded(folder, "tests.crash.drive", bug, str(times), str(each))


def recorded(folder, module, *words):
    """The same of any module that is given a data folder and some words."""
    library, log, data = folder / "recorder.so", folder / "log", folder / "data"
    data.mkdir(parents=True)
    subprocess.run(
        ["cc", "-O1", "-shared", "-fPIC", "-o", library, HERE / "recorder.c", "-ldl"], check=True
    )
    done = subprocess.run(
        [sys.executable, "-m", module, data, *words],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(library), "CRASH_FOLDER": str(data),
             "CRASH_LOG": str(log)},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return list(entries(log.read_bytes()))


def entries(log):
    at = 0
    while at < len(log):
        letter = chr(log[at])
        file, place, length = struct.unpack_from("<qqq", log, at + 1)
        at += 25
        yield letter, file, place, log[at : at + length]
        at += length


@dataclass
class Disk:
    """Files by number, their names, and what has not been synced yet."""

    safe: dict[int, bytearray] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    waiting: list[tuple[str, int, int, bytes]] = field(default_factory=list)

    def do(self, letter, file, place, content):
        if letter != "F":
            self.waiting.append((letter, file, place, content))
            return
        rest = []
        for entry in self.waiting:
            if (entry[1] == file and entry[0] in "WTC") or (file == 1 and entry[0] in "CU"):
                change(self.safe, self.names, entry)
            else:
                rest.append(entry)
        self.waiting = rest

    def cut(self, kind, chance):
        """The files, by name, after a cut of this kind."""
        files = {number: bytearray(content) for number, content in self.safe.items()}
        names = dict(self.names)
        left = {
            "nothing": [],
            "all": self.waiting,
        }.get(kind, [entry for entry in self.waiting if chance.random() < 0.5])
        writes = [n for n, entry in enumerate(left) if entry[0] == "W"]
        torn = chance.choice(writes) if kind in ("torn", "garbage") and writes else None
        for number, entry in enumerate(left):
            if number == torn:
                letter, file, place, content = entry
                sectors = max(1, len(content) // SECTOR)
                whole = chance.randrange(sectors) * SECTOR or chance.randrange(len(content))
                tail = chance.randbytes(len(content) - whole) if kind == "garbage" else b""
                entry = (letter, file, place, content[:whole] + tail)
            change(files, names, entry)
        return {name: bytes(files.get(number, b"")) for name, number in names.items()}


def change(files, names, entry):
    letter, file, place, content = entry
    if letter == "C":
        names[content.decode()] = file
        files.setdefault(file, bytearray())
    elif letter == "U":
        if names.get(content.decode()) == file:
            del names[content.decode()]
    elif letter == "T":
        held = files.setdefault(file, bytearray())
        del held[place:]
        held.extend(bytes(place - len(held)))
    else:
        held = files.setdefault(file, bytearray())
        if len(held) < place:
            held.extend(bytes(place - len(held)))
        held[place : place + len(content)] = content


@dataclass
class Found:
    """What a campaign found."""

    states: int = 0
    points: int = 0
    lost: int = 0
    halves: int = 0
    unreadable: int = 0
    examples: list[str] = field(default_factory=list)
    kinds: Counter = field(default_factory=Counter)
    contents: dict[tuple[str, int, str], bytes] = field(default_factory=dict, repr=False)

    @property
    def good(self):
        return not (self.lost or self.halves or self.unreadable)


def campaign(log, folder, states, seed, every=40):
    """Cut at every point, again and again until there are this many states; look at each of them.

    Every so many states the program's own way of opening the record must work too.
    """
    chance = random.Random(seed)
    found = Found()
    points = sum(1 for entry in log if entry[0] != "A")
    rounds = max(1, -(-states // (points * len(KINDS))))
    disk, thanked = Disk(), []
    for entry in log:
        if entry[0] == "A":
            thanked += entry[3].decode().split()
        else:
            disk.do(*entry)
        if DATABASE not in disk.names:
            continue
        found.points += 1
        for turn in range(rounds):
            # Nothing and all are the same every time; the others get their turns.
            for kind in KINDS if turn == 0 else KINDS[2:] + KINDS[2:4]:
                files = disk.cut(kind, chance)
                look(files, folder, thanked, found, kind)
                if found.states % every == 0:
                    reopen(files, folder, thanked, found, kind)
    return found


def lay(files, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in files.items():
        if name.startswith(DATABASE) and not name.endswith("-shm"):
            (folder / name).write_bytes(content)


def look(files, folder, thanked, found, kind):
    """Recover the database as SQLite does; every thanked case must be in it, whole."""
    found.states += 1
    found.kinds[kind] += 1
    lay(files, folder)
    try:
        with closing(sqlite3.connect(folder / DATABASE)) as raw:
            there = {row[0] for row in raw.execute("SELECT name FROM sqlite_master")}
            rows, sealed = [], {}
            if "event" in there:
                rows = raw.execute("SELECT case_id, origin, seq, body FROM event").fetchall()
                beside = raw.execute("SELECT origin, seq, name, content FROM sealed")
                sealed = {row[:3]: hashlib.sha256(row[3]).digest() for row in beside}
            fine = raw.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
        whole = {(o, s, name) for _, o, s, body in rows for name in named(json.loads(body))}
    except (sqlite3.DatabaseError, TypeError, ValueError) as trouble:
        rows, sealed, whole, fine = [], {}, set(), False
        found.examples.append(f"{kind}: {trouble}")
    found.unreadable += not fine
    lost = set(thanked) - {row[0] for row in rows}
    found.lost += bool(lost)
    # Bytes that somebody was thanked for are the same bytes in every state.
    same = all(found.contents.setdefault(place, seen) == seen for place, seen in sealed.items())
    halves = whole != sealed.keys() or not same
    found.halves += halves
    if lost or halves:
        found.examples.append(f"{kind}: lost {len(lost)} of {len(thanked)}")


def named(body):
    """The names of all that must be sealed beside an event."""
    contact = ["contact"] if body.get("contact_digest") else []
    return contact + [a["name"] for a in body.get("attachments", [])]


def reopen(files, folder, thanked, found, kind):
    """The program itself opens what is left, finds every case, and takes the next one."""
    lay(files, folder)
    try:
        store = Store.open(folder / DATABASE, hall=HALL, device="K1")
    except StoreTrouble as trouble:
        found.unreadable += 1
        found.examples.append(f"{kind}: the program does not open it: {trouble}")
        return
    try:
        for case_id in thanked:
            store.case(case_id)
        tell(store)
    except LookupError:
        found.lost += 1
        found.examples.append(f"{kind}: the program does not find a case")
    finally:
        store.close()
