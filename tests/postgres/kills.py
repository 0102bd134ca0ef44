"""The hall that works while its server is killed, and what must be true of it."""

import os
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

import psycopg

from db.beat import Pulse
from db.engine import StoreTrouble
from db.guard import install
from db.happening import Accepted, Noted
from db.kept import keep_heads
from db.logins import grant
from db.seal import new_key, seal
from db.store import Store, UnknownCase
from db.sync import note_pass, sync
from db.terms import State
from db.verify import kept_by, verify
from kiosk.month import exchange
from tests.db.guarded import as_login
from tests.hall import found
from tests.people import ANGRY, HALL, IDEA, tell
from tests.postgres.server import killable

#: Seconds in which every machine must be through with a pass after the server is there again.
GOES_ON = 30
#: Kiosks and desks: a device, and the role of its login; None comes as the store's owner does.
KIOSKS = (("K1", "kiosk"), ("K2", "kiosk"), ("K5", None))
DESKS = (("D3", "desk"), ("D6", None))
PUBLIC, _ = new_key()


@dataclass
class Found:
    """What a campaign came to."""

    kills: int = 0
    events: int = 0
    passes: int = 0
    broken: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self):
        return not self.wrong


class Machine(threading.Thread):
    """One machine: somebody works at it, and it syncs as `zhaocha sync` does."""

    def __init__(self, folder, device, address, hall, hasty):
        super().__init__(name=device)
        self.local = Store.open(folder / f"{device}.sqlite", hall=HALL, device=device)
        self.address, self.hall, self.hasty = address, hall, hasty
        self.dice = random.Random(f"{hall.seed}/{device}")
        #: Up to which of its own events a pass has reported that the shared store has them.
        self.kept = 0
        self.passes = self.broken = 0
        self.died = ""

    def run(self):
        try:
            self._live()
        except Exception as trouble:  # What `zhaocha sync` would have died of.
            self.died = f"{self.name} does not go on: {trouble!r}"
        finally:
            self.local.close()
            self.hall.tell()

    def _live(self):
        pulse, shared = Pulse(self.local, "campaign", 0), None
        while not self.hall.over.is_set():
            self.work()
            mine = self.local.heads().get(self.local.origin)
            self.hall.begun.set()
            try:
                if shared is None:
                    shared = Store.open(self.address, hall=HALL, device="S" + self.name)
                    if self.hasty:
                        keep_later(shared)
                made = sync(self.local, shared)
                self.kept = mine.seq if mine else 0
                keep_heads(self.local, made.seen)
                exchange(self.local, shared, datetime.now())
                note_pass(self.local)
                pulse.good(shared)
                self.passes += 1
                self.hall.tell()
            except StoreTrouble as trouble:
                self.broken += 1
                note_pass(self.local, str(trouble))
                pulse.failed()
                if shared is not None:
                    shared.close()
                shared = None
                self.hall.over.wait(0.1)
        if shared is not None:
            shared.close()

    def work(self):
        raise NotImplementedError


class Kiosk(Machine):
    def work(self):
        if self.hall.closing.is_set() or self.dice.random() < 0.5:
            return
        number = seal(PUBLIC, "phone", "13805370000") if self.dice.random() < 0.5 else None
        case, _ = tell(self.local, self.dice.choice((ANGRY, IDEA)), number)
        self.hall.told.append(case.case_id)


class Desk(Machine):
    def work(self):
        if self.hall.closing.is_set() or not self.hall.told:
            return
        case_id = self.dice.choice(self.hall.told[-20:])
        try:
            case = self.local.case(case_id)
        except UnknownCase:
            return
        if case.state is State.REGISTERED:
            self.local.append(case_id, Accepted("desk"))
        elif self.dice.random() < 0.2:
            self.local.append(case_id, Noted("desk", "看过了"))


def keep_later(shared):
    """A planted bug: it says that it keeps a batch, and does so when the next one comes."""
    take, held = shared.receive, []

    def receive(batch):
        if held:
            take(held.pop())
        held.append(batch)
        return len(batch.events)

    shared.receive = receive


class Hall:
    """Everybody at work, and the server they share."""

    def __init__(self, server, folder, seed, bug):
        self.server, self.seed = server, seed
        self.told = []
        self.begun, self.over, self.closing = (threading.Event() for _ in range(3))
        self._news = threading.Condition()
        install(server.address)
        owner = Store.open(server.address, hall=HALL, device="F1")
        found(owner)
        owner.close()
        self.machines = [
            make(folder, device, self._address(role, device), self, bug == "told-before-commit")
            for make, devices in ((Kiosk, KIOSKS), (Desk, DESKS))
            for device, role in devices
        ]
        # A server that only promises must not lose the logins: those are not the question.
        with psycopg.connect(server.address, autocommit=True) as raw:
            raw.execute("CHECKPOINT")

    def _address(self, role, device):
        if role is None:
            return self.server.address
        login, _ = grant(self.server.address, role, HALL, "K" + device[1:])
        return as_login(self.server.address, login.name)

    def tell(self):
        with self._news:
            self._news.notify_all()

    def everybody_passes(self, times=1):
        """Wait until every machine is through with so many passes more; what kept them from it."""
        wanted = {one: one.passes + times for one in self.machines}
        with self._news:
            self._news.wait_for(
                lambda: (
                    any(one.died for one in wanted)
                    or all(one.passes >= number for one, number in wanted.items())
                ),
                GOES_ON,
            )
        late = (f"{o.name} made no pass in {GOES_ON} s" for o, n in wanted.items() if o.passes < n)
        return [one.died for one in wanted if one.died] or list(late)

    def taken_back(self):
        """What somebody was told is kept and is not there; what is not whole."""
        kept = {one.local.origin: one.kept for one in self.machines}
        have = self._there()
        wrong = [
            f"{origin}: kept up to {seq}, there are {have.get(origin, 0)}"
            for origin, seq in kept.items()
            if have.get(origin, 0) < seq
        ]
        return wrong + list(verify(self.server.address, HALL).troubles)

    def _there(self):
        with psycopg.connect(self.server.address) as owner:
            query = "SELECT origin, count(*) FROM event WHERE hall = %s GROUP BY origin"
            return dict(owner.execute(query, (HALL,)).fetchall())

    def in_the_end(self, folder):
        """What of the machines' own records is not at the shared store, or not once."""
        shared = Store.open(self.server.address, hall=HALL, device="F1")
        wrong, there = [], list(shared.all_events())
        counted = Counter(e.case_id for e in there if e.kind == "registered")
        wrong += [f"case {c} is there {counted[c]} times" for c in self.told if counted[c] != 1]
        if len(counted) != len(self.told):
            wrong.append(f"{len(counted)} cases of {len(self.told)}")
        for one in self.machines:
            local = Store.open(folder / f"{one.name}.sqlite", hall=HALL, device=one.name)
            mine = [e for e in local.all_events() if e.origin == local.origin]
            if mine != [e for e in there if e.origin == local.origin]:
                wrong.append(f"{one.name}'s events are not what it wrote")
            if isinstance(one, Desk) and local.heads() != shared.heads():
                wrong.append(f"{one.name} has not everything")
            local.close()
            address = folder / f"{one.name}.sqlite"
            troubles = verify(address, HALL, kept_by(address)).troubles
            # While the server was down every machine was offline, and a verifier says so.
            wrong += [one for one in troubles if "a machine that was offline" not in one]
        shared.close()
        return wrong


def campaign(folder, kills, seed, bug="none", seconds=float("inf")):
    """Kill the server so many times, or until the seconds are over."""
    told, dice, until = Found(), random.Random(seed), time.monotonic() + seconds
    off = {"synchronous_commit": "off", "wal_writer_delay": "10s"}
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with killable(memory, **(off if bug == "synchronous-off" else {})) as server:
        hall = Hall(server, folder, seed, bug)
        for one in hall.machines:
            one.start()
        try:
            told.wrong += hall.everybody_passes()
            while told.good and told.kills < kills and time.monotonic() < until:
                hall.begun.clear()
                hall.begun.wait(GOES_ON)
                # At a random moment of a pass.
                hall.over.wait(dice.random() * 0.05)
                server.kill()
                told.kills += 1
                server.start()
                told.wrong += hall.taken_back()
                told.wrong += hall.everybody_passes(dice.choice((1, 1, 2, 4)))
            hall.closing.set()
            told.wrong += hall.everybody_passes(3) if told.good else []
        finally:
            hall.over.set()
            for one in hall.machines:
                one.join()
        told.wrong += hall.in_the_end(folder) if told.good else []
        told.events = sum(hall._there().values())
        told.passes = sum(one.passes for one in hall.machines)
        told.broken = sum(one.broken for one in hall.machines)
    return told
