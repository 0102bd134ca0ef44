"""A store with a known past, what is done to its bytes, and what the program then says."""

import random
import shutil
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest.mock import patch

from db.case import Case
from db.code import code_key
from db.engine import StoreDamaged, StoreTrouble
from db.happening import Accepted
from db.happening import Noted as Remarked
from db.rescue import open_or_rescue
from db.seal import WrongSecret, new_key, seal, unseal
from db.store import Store, UnknownCase
from db.verify import Noted, verify
from tests.hall import found
from tests.people import ANGRY, HALL, IDEA, tell

PAGE = 4096
CASES = 40
SECRET = "13805370000"


@dataclass
class Past:
    """What was done, so that every answer can be held against it."""

    key: str = ""
    origin: str = ""
    #: Case → its states, each with the seq of the event that made it.
    states: dict[str, list[tuple[int, Case]]] = field(default_factory=dict)
    codes: dict = field(default_factory=dict)
    #: Case → the digest of the number sealed beside it.
    sealed: dict[str, str] = field(default_factory=dict)
    events: list = field(default_factory=list)
    heads: dict = field(default_factory=dict)
    #: An event, and its columns' bytes in a page.
    records: list = field(default_factory=list)
    #: File's ending → its bytes, for a store that was closed and for one that was running.
    disks: list[dict[str, bytes]] = field(default_factory=list)

    @property
    def noted(self):
        return [Noted("the shared store", self.heads)]

    def case(self, case_id, seq):
        """As it was when the store's own newest event had this seq; None before it."""
        return next((c for at, c in reversed(self.states[case_id]) if at <= seq), None)


def live(folder, seed):
    """A kiosk's store in which forty people said something, half of it in the journal still."""
    dice, past = random.Random(seed), Past()
    public, past.key = new_key()
    file = folder / "K1.sqlite"
    store = found(Store.open(file, hall=HALL, device="K1"))
    past.origin = store.origin

    def state(case):
        seq = store.heads()[store.origin].seq
        past.states.setdefault(case.case_id, []).append((seq, case))

    for number in range(CASES):
        if number == CASES // 2:
            store.wipe()
        phone = seal(public, "phone", SECRET) if dice.random() < 0.5 else None
        case, code = tell(store, dice.choice((ANGRY, IDEA)), phone)
        past.codes[case.case_id] = code
        if phone:
            past.sealed[case.case_id] = phone.digest
        state(case)
        for happening in (Accepted("desk"), Remarked("desk", "看过了"))[: dice.randrange(3)]:
            state(store.append(case.case_id, happening))
    past.events, past.heads = list(store.all_events()), store.heads()
    for close in (lambda: None, store.close):
        close()
        past.disks.append(
            {e: p.read_bytes() for e in ("", "-wal") if (p := Path(f"{file}{e}")).exists()}
        )
    for event in past.events:
        last = f"{event.body}{event.prev}{event.hash}".encode()
        for data in past.disks[-1].values():
            end = data.find(last) + len(last)
            if end >= len(last):
                begin = data.rindex(f"{event.hall}{event.origin}".encode(), 0, end)
                past.records.append((event, data[begin:end]))
    return past


def damage(dice, disk):
    """One damage to one file of a disk, in place: its kind, its file's ending."""
    ending = dice.choice(sorted(disk))
    data = bytearray(disk[ending])
    kind = dice.choice(("bits", "bits", "zeroed", "noise", "swapped", "cut"))
    pages = len(data) // PAGE
    here = dice.randrange(pages) * PAGE
    if kind == "bits":
        for _ in range(dice.choice((1, 1, 2, 8))):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    elif kind == "zeroed":
        data[here : here + PAGE] = bytes(PAGE)
    elif kind == "noise":
        data[here : here + PAGE] = dice.randbytes(PAGE)
    elif kind == "swapped":
        there = dice.randrange(pages) * PAGE
        a, b = data[here : here + PAGE], data[there : there + PAGE]
        data[here : here + PAGE], data[there : there + PAGE] = b, a
    else:
        del data[dice.randrange(len(data)) :]
    disk[ending] = bytes(data)
    return kind, ending


@dataclass
class Found:
    """What a campaign came to: how the damages ended, and what was wrong."""

    tries: int = 0
    ended: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    #: Whole events in damaged files, and how many of them a rescue did not bring.
    whole: int = 0
    left: int = 0

    @property
    def good(self):
        return not self.wrong


def campaign(folder, tries, seed):
    """Damage the store so many times, each time from its whole bytes."""
    told, dice = Found(), random.Random(seed)
    # Making a code's key takes its time on purpose; here the same forty are asked for again.
    quick = cache(code_key)
    (folder / "past").mkdir()
    past = live(folder / "past", seed)
    for number in range(tries):
        disk = dict(dice.choice(past.disks))
        kind, ending = damage(dice, disk)
        place = folder / "disk"
        place.mkdir()
        for name, data in disk.items():
            (place / f"K1.sqlite{name}").write_bytes(data)
        try:
            with patch("db.store.code_key", quick):
                ended, wrong = _opened(place, past, disk, ending, told)
        except Exception as trouble:
            ended, wrong = "died", [f"died of {trouble!r}"]
        told.tries += 1
        told.ended[ended] += 1
        told.wrong += [f"{number}: {kind} in db{ending}: {one}" for one in wrong[:1]]
        shutil.rmtree(place)
    return told


def _opened(place, past, disk, ending, told):
    """How it ended, and what was wrong about it."""
    file = place / "K1.sqlite"
    store, kept = open_or_rescue(file, hall=HALL, device="K1")
    try:
        if kept is not None:
            return "rescued", _rescued(store, past, disk, told)
        return _read(store, past, ending)
    finally:
        store.close()


def _read(store, past, ending):
    """Every answer of a store that opened, held against the past."""
    damaged, wrong = 0, []
    try:
        seq = store.heads()[past.origin].seq
    except (StoreDamaged, KeyError):
        seq = 0
    full = past.heads[past.origin].seq
    if ending == "":
        seq = full
    for case_id, code in past.codes.items():
        wanted = past.case(case_id, seq)
        for what, ask, asked in (("case", store.case, case_id), ("code", store.find, code)):
            try:
                got = ask(asked)
            except UnknownCase:
                got = None
            except StoreDamaged:
                damaged += 1
                continue
            if got != wanted:
                wrong.append(f"{what} {case_id} is {'not there' if got is None else 'another'}")
        if case_id in past.sealed and wanted is not None:
            try:
                content = store.sealed_content(wanted, "phone")
                if content is None or unseal(past.key, content, past.sealed[case_id]) != SECRET:
                    wrong.append(f"what is sealed of {case_id} is gone or another")
            except (StoreDamaged, WrongSecret):
                damaged += 1
    try:
        named = verify(store.address, HALL, past.noted).troubles
    except StoreTrouble:
        named = ("cannot be read",)
    if (damaged or wrong or seq < full) and not named:
        wrong.append("verify names nothing")
    if wrong:
        return "wrong", wrong
    if damaged:
        return "said when read", []
    if seq < full:
        return "journal's end lost, named by verify", []
    return "all right" if not named else "named by verify", []


def _rescued(store, past, disk, told):
    """What was whole and did not come along; what came along and was never written."""
    have = set(store.all_events())
    wrong = [f"{e.origin}/{e.seq} was never written so" for e in have - set(past.events)]
    there = b"".join(disk.values())
    for event, record in past.records:
        if record in there:
            told.whole += 1
            told.left += event not in have
    return wrong
