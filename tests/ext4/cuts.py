"""The filesystem, the writer, the cut, and what must be there after it."""

import fcntl
import os
import random
import shutil
import struct
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from unittest.mock import patch

from db.engine import PRAGMAS, StoreTrouble
from db.evidence import evidence
from db.seal import new_key, seal
from db.store import Store
from db.verify import verify
from tests.people import ANGRY, HALL, tell

#: _IOR('X', 125, __u32), and: nothing is written any more, not even the journal.
SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2
#: After so many cuts the filesystem is made anew, so that a store stays small.
EACH = 40
PUBLIC, _ = new_key()


class CannotMount(Exception):
    """This machine does not let us make such a filesystem."""


class Disk:
    """An ext4 in a file."""

    def __init__(self, folder):
        self._image, self.place = folder / "image", folder / "place"
        self.place.mkdir()

    def make(self):
        self._image.unlink(missing_ok=True)
        with self._image.open("wb") as image:
            image.truncate(64 << 20)
        self._run("mkfs.ext4", "-q", "-F", self._image)

    @contextmanager
    def mounted(self):
        self._run("mount", "-o", "loop", self._image, self.place)
        try:
            yield
        finally:
            self._run("umount", self.place)

    def cut(self):
        place = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(place, SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(place)

    @staticmethod
    def _run(program, *words):
        there = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
        done = subprocess.run([there or program, *map(str, words)], capture_output=True, text=True)
        if done.returncode:
            raise CannotMount(done.stderr)


@dataclass
class Found:
    """What a campaign came to."""

    cuts: int = 0
    thanked: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self):
        return not self.wrong


class Writer(threading.Thread):
    """A kiosk that takes one record after the other, until the disk is gone."""

    def __init__(self, store, seed):
        super().__init__()
        self.store, self.dice = store, random.Random(seed)
        #: Event's place → the digests of what is sealed beside it.
        self.thanked = {}
        self.one_more = threading.Semaphore(0)
        self.died = ""

    def run(self):
        try:
            while True:
                voice = seal(PUBLIC, "voice", self.dice.randbytes(self.dice.choice((200, 20_000))))
                case, _ = tell(self.store, ANGRY, attached=(voice,))
                self.thanked[case.sealed_at] = sha256(voice.content).hexdigest()
                self.one_more.release()
        except StoreTrouble:
            pass
        except Exception as trouble:
            self.died = repr(trouble)
        finally:
            self.one_more.release()


def campaign(folder, cuts, seed, seconds=float("inf"), synchronous=PRAGMAS["synchronous"]):
    """Cut so many times, or until the seconds are over. Raises CannotMount."""
    told, dice, disk = Found(), random.Random(seed), Disk(folder)
    thanked, until = {}, time.monotonic() + seconds
    with patch.dict(PRAGMAS, synchronous=synchronous):
        while told.good and told.cuts < cuts and time.monotonic() < until:
            if told.cuts % EACH == 0:
                disk.make()
                thanked = {}
            with disk.mounted():
                written, wrong = _live(disk, dice)
            thanked |= written
            told.cuts += 1
            told.thanked += len(written)
            with disk.mounted():
                wrong += _missing(disk, thanked)
            told.wrong += [f"cut {told.cuts}: {one}" for one in wrong]
    return told


def _live(disk, dice):
    """What was thanked for until the cut, and what went wrong."""
    store = Store.open(disk.place / "K1.sqlite", hall=HALL, device="K1")
    writer = Writer(store, dice.random())
    writer.start()
    for _ in range(dice.choice((0, 1, 2, 5, 10))):
        writer.one_more.acquire()
    # At a random moment of a record.
    writer.join(dice.random() * 0.01)
    # A cut takes the program with it: what it says once the disk is going, nobody would hear.
    thanked = dict(writer.thanked)
    disk.cut()
    writer.join()
    store.close()
    return thanked, [writer.died] if writer.died else []


def _missing(disk, thanked):
    file = disk.place / "K1.sqlite"
    try:
        # As the program opens it, then as it lies there.
        Store.open(file, hall=HALL, device="K1").close()
        with evidence(file) as found:
            have = {(row[0], row[1]): sha256(row[3]).hexdigest() for row in found.sealed(HALL)}
    except StoreTrouble as trouble:
        return [f"it cannot be read: {trouble}"]
    lost = [place for place, digest in thanked.items() if have.get(place) != digest]
    return [f"{len(lost)} of {len(thanked)} thanked records are lost"] * bool(lost) + list(
        verify(file, HALL).troubles
    )
