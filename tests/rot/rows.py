"""Rows of a kiosk's log are damaged in a file that stays whole for SQLite, and the shared store has
the first half of them; then the kiosk is opened, asked, spoken to, and syncs."""

import random
import shutil
from functools import cache
from unittest.mock import patch

from db.beat import beat_of
from db.code import code_key
from db.rescue import open_or_rescue
from db.store import Store
from db.sync import sync
from db.verify import verify
from tests.people import HALL, tell
from tests.rot.damage import Found, _read, live
from tests.rotten import noise, rot, turned

COLUMNS = ("body", "hash", "prev", "clock")


def rows(folder, tries, seed, first=False):
    """Damage rows of the store so many times, each time from its whole bytes; or until the first
    time that something is wrong."""
    told, dice = Found(), random.Random(seed)
    (folder / "past").mkdir()
    past = live(folder / "past", seed)
    disk, half = past.disks[-1], _half(folder, past)
    quick = cache(code_key)
    for number in range(tries):
        place = folder / "disk"
        place.mkdir()
        for name, data in disk.items():
            (place / f"K1.sqlite{name}").write_bytes(data)
        shutil.copy(half, place / "S1.sqlite")
        harmed = _harmed(dice, past)
        for event, changed, _ in harmed:
            rot(place / "K1.sqlite", event.origin, event.seq, **changed)
        try:
            with patch("db.store.code_key", quick):
                ended, wrong = _lived(place, past, harmed, dice.random() < 0.5)
        except Exception as trouble:
            ended, wrong = "died", [f"died of {trouble!r}"]
        told.tries += 1
        told.ended[ended] += 1
        what = [(event.seq, sorted(changed)) for event, changed, _ in harmed]
        told.wrong += [f"{number}: {what}: {one}" for one in wrong[:1]]
        shutil.rmtree(place)
        if first and told.wrong:
            break
    return told


def _half(folder, past):
    """A shared store that knows the hall and the first half of what was said."""
    file = folder / "S1.sqlite"
    here = Store.open(folder / "past" / "K1.sqlite", hall=HALL, device="K1")
    there = Store.open(file, hall=HALL, device="S1")
    for origin, head in here.heads().items():
        there.receive(here.run_of(origin, 0, head.seq // 2 if origin == past.origin else 10_000))
    here.close()
    there.close()
    return file


def _harmed(dice, past):
    """Some events that are no neighbours, what lies in their rows, and whether by one bit alone."""
    harmed, taken = [], set()
    for _ in range(dice.choice((1, 1, 2, 3))):
        event, bit = dice.choice(past.events), dice.random() < 0.5
        if (event.origin, event.seq) in taken:
            continue
        taken |= {(event.origin, event.seq + step) for step in (-1, 0, 1)}
        columns = dice.sample(COLUMNS, 1 if bit else dice.choice((1, 2)))
        changed = {name: _changed(dice, getattr(event, name), bit) for name in columns}
        harmed.append((event, changed, bit))
    return harmed


def _changed(dice, value, bit):
    if isinstance(value, int):
        return value ^ 1 << dice.randrange(60) if bit else dice.randrange(1 << 60)
    return turned(value, dice.randrange(8 * len(value.encode()))) if bit else noise(value, dice)


def _lived(place, past, harmed, asked):
    """How it ended, and what was wrong about it; `asked`: everything is read before the pass."""
    file = place / "K1.sqlite"
    store, kept = open_or_rescue(file, hall=HALL, device="K1")
    shared = Store.open(place / "S1.sqlite", hall=HALL, device="S1")
    try:
        if kept is not None:
            return "rescued", ["a whole file was put aside"]
        _, wrong = _read(store, past, "") if asked else ("", [])
        new, _ = tell(store)
        if new.sealed_at[1] <= past.heads[past.origin].seq:
            wrong.append("a count was used twice")
        there, everything = set(shared.all_events()), set(past.events)
        sync(store, shared)
        # What nobody has read is found by the day's look, and fetched by the next pass.
        store.heal()
        sync(store, shared)
        if shared.asides():
            wrong.append("what is damaged was passed on")
        if shared.case(new.case_id) != new:
            wrong.append("what was said after it did not arrive")
        have = set(store.all_events())
        strange = (have | set(shared.all_events())) - everything
        wrong += [f"{e.seq} was never written so" for e in strange if e.case_id != new.case_id]
        lost, ruined = everything - have, {event for event, _, bit in harmed if not bit}
        wrong += [f"{e.seq} is gone, and could be told" for e in lost if e not in ruined]
        wrong += [f"{e.seq} was not fetched" for e in lost & there]
        if {(a.origin, a.seq) for a in store.asides()} != {(e.origin, e.seq) for e in lost}:
            wrong.append("what is set aside is not what is lost")
        if beat_of(store, "1").damaged != len(lost):
            wrong.append("its beat says otherwise")
        if bool(verify(store).troubles) != bool(lost):
            wrong.append("verify says otherwise")
        read = _read(store, past, "")
        wrong += read[1]
        if not lost and read[0] != "all right":
            wrong.append(f"all is there, and it is {read[0]}")
        return ("set aside and said" if lost else "all as it was written"), wrong
    finally:
        store.close()
        shared.close()
