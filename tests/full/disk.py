"""A small filesystem, deeds that write to it, and what must be true when it was full."""

import os
import random
import shutil
import subprocess
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from db.engine import StoreDamaged, StoreFull, StoreTrouble
from db.happening import Accepted
from db.rescue import open_or_rescue
from db.seal import new_key, seal
from db.store import Store
from db.verify import verify
from tests.hall import found
from tests.people import ANGRY, HALL, tell

PAGE = 4096
#: More free pages than any deed needs.
ENOUGH = 400


class CannotMount(Exception):
    """This machine does not let us make a filesystem."""


@contextmanager
def small_disk(size="12m"):
    """A filesystem in memory that is soon full; only root may make one."""
    with tempfile.TemporaryDirectory(prefix="zhaocha-full-") as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", name]
        if not shutil.which("mount") or subprocess.run(mount, capture_output=True).returncode:
            raise CannotMount
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


def fill(disk, free):
    """Leave so many pages free."""
    with (disk / "ballast").open("wb") as ballast:
        have = os.statvfs(disk).f_bavail
        if have > free:
            os.posix_fallocate(ballast.fileno(), 0, (have - free) * PAGE)


class Scene:
    """A kiosk's store on the disk, with a past, and another one that sends it a batch."""

    def __init__(self, folder, seed):
        self.public, _ = new_key()
        self.dice = random.Random(seed)
        self.file = folder / "K1.sqlite"
        store = found(Store.open(self.file, hall=HALL, device="K1"))
        self.cases = [tell(store)[0] for _ in range(10)]
        store.close()
        other = found(Store.open(folder / "K2.sqlite", hall=HALL, device="K2"))
        for _ in range(30):
            tell(other, attached=(self.voice(),))
        self.batch = other.lacking({}, 1000)
        other.close()

    def voice(self):
        return seal(self.public, "voice", self.dice.randbytes(20_000))

    def register(self, store):
        tell(store, ANGRY, seal(self.public, "phone", "13805370000"), (self.voice(),))

    def append(self, store):
        store.append(self.cases[3].case_id, Accepted("desk"))

    def receive(self, store):
        store.receive(self.batch)

    def fact(self, store):
        store.set_fact("probe", "x" * 30_000)

    def tidy(self, store):
        tell(store)
        store.wipe()


DEEDS = ("register", "append", "receive", "fact", "tidy", "open", "reopen", "rescue")


@dataclass
class Found:
    """What a campaign came to."""

    tries: int = 0
    refused: Counter = field(default_factory=Counter)
    done: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self):
        return not self.wrong


def campaign(seed, step=1, deeds=DEEDS):
    """Each deed with 0, `step`, 2 · `step` ... free pages. Raises CannotMount."""
    told = Found()
    with (
        tempfile.TemporaryDirectory() as name,
        small_disk() as disk,
        # What is refused beforehand has a test of its own; here it is let go on until it fails.
        patch("db.opened.ROOM", 0),
    ):
        scene = Scene(Path(name), seed)
        for deed in deeds:
            free, easy = 0, 0
            # A deed may succeed and a later page be refused: go on for a while.
            while easy < 3 and free < ENOUGH:
                try:
                    refused, wrong = _try(scene, disk, deed, free)
                except Exception as trouble:
                    refused, wrong = True, [f"died of {trouble!r}"]
                told.tries += 1
                (told.refused if refused else told.done)[deed] += 1
                told.wrong += [f"{deed} with {free} pages free: {one}" for one in wrong]
                easy = 0 if refused else easy + 1
                free += step
                for path in disk.iterdir():
                    path.unlink()
    return told


def _try(scene, disk, deed, free):
    """Whether the deed was refused on a disk with so many free pages, and what was wrong."""
    file = disk / "K1.sqlite"
    if deed in ("open", "reopen", "rescue"):
        return _opening(scene, disk, file, deed, free)
    shutil.copy(scene.file, file)
    store, wrong, refused = Store.open(file, hall=HALL, device="K1"), [], False
    try:
        before = _all(store)
        fill(disk, free)
        try:
            getattr(scene, deed)(store)
        except StoreFull:
            refused = True
            # The first half of tidying is a record of its own, and may have been kept.
            if _all(store)[: len(before)] != before or (deed != "tidy" and _all(store) != before):
                wrong.append("something of it stayed")
        if store.case(scene.cases[0].case_id) != scene.cases[0]:
            wrong.append("what was there is not read any more")
        (disk / "ballast").unlink()
        kept = _all(store)
        if not refused and deed != "fact" and len(kept) <= len(before):
            wrong.append("it was said to be kept and is not")
        if refused:
            getattr(scene, deed)(store)
            kept = _all(store)
            if deed != "fact" and len(kept) <= len(before):
                wrong.append("it does not go on")
    finally:
        store.close()
    return refused, wrong + _after(file, kept)


def _opening(scene, disk, file, deed, free):
    wanted, wrong, refused = [], [], False
    if deed != "open":
        shutil.copy(scene.file, file)
        store = Store.open(file, hall=HALL, device="K1")
        wanted = _all(store)
        store.close()
    if deed == "rescue":
        with file.open("r+b") as damaged:
            damaged.write(bytes(PAGE))
    fill(disk, free)
    try:
        open_or_rescue(file, hall=HALL, device="K1")[0].close()
    except StoreDamaged as trouble:
        wrong.append(f"said to be damaged: {trouble}")
    except StoreTrouble:
        refused = True
    (disk / "ballast").unlink()
    store, _ = open_or_rescue(file, hall=HALL, device="K1")
    kept = _all(store)
    if sorted(kept) != sorted(wanted):
        wrong.append(f"{len(kept)} of {len(wanted)} rows are there once it opens")
    store.close()
    return refused, wrong + _after(file, kept)


def _all(store):
    """Every event, and where something is sealed."""
    events = [(e.origin, e.seq, e.hash) for e in store.all_events()]
    batch = store.lacking({}, 10_000)
    return events + [(s.origin, s.seq, s.name) for s in batch.sealed]


def _after(file, kept):
    """What another program that opens the store would find wrong."""
    store = Store.open(file, hall=HALL, device="K1")
    try:
        there = _all(store)
    finally:
        store.close()
    wrong = [] if there == kept else ["what was kept is not there when it is opened again"]
    return wrong + (list(verify(file, HALL).troubles) if kept else [])
