"""A hall at work in the long runs: machines that sync without a pause, and what must be true of it.

The campaigns on the shared store's server use it: one server that is killed (tests/postgres), a
cluster whose leader is lost (tests/failover).
"""

import random
import threading
from collections import Counter
from contextlib import contextmanager
from datetime import datetime

import psycopg

from db.beat import Pulse
from db.engine import StoreTrouble
from db.event import Head
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

PUBLIC, _ = new_key()


class Machine(threading.Thread):
    """One machine: somebody works at it, and it syncs as `zhaocha sync` does.

    `spoil` is a planted bug, done to the shared store once it is opened.
    """

    def __init__(self, folder, device, address, hall, spoil=None):
        super().__init__(name=device)
        self.local = Store.open(folder / f"{device}.sqlite", hall=HALL, device=device)
        self.address, self.hall, self.spoil = address, hall, spoil
        self.dice = random.Random(f"{hall.seed}/{device}")
        #: Up to which of its own events a pass has reported that the shared store has them.
        self.kept = 0
        self.passes = self.broken = 0
        #: Of its own events: how many the shared store had lost of what it had said it keeps.
        self.set_back = 0
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
                    if self.spoil:
                        self.spoil(shared, self)
                made = sync(self.local, shared)
                there = made.seen.get(self.local.origin, Head()).seq
                self.set_back += max(0, self.kept - there)
                self.kept = mine.seq if mine else 0
                keep_heads(self.local, made.seen)
                exchange(self.local, shared, datetime.now())
                note_pass(self.local)
                pulse.good(shared)
                self.passes += 1
                self.hall.passed(self, shared)
                self.hall.tell()
            except StoreTrouble as trouble:
                self.broken += 1
                wait, _ = note_pass(self.local, trouble)
                pulse.failed()
                if shared is not None:
                    shared.close()
                shared = None
                self.hall.over.wait(self.hall.pause(wait))
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


def keep_later(shared, _machine):
    """A planted bug: it says that it keeps a batch, and does so when the next one comes."""
    take, held = shared.receive, []

    def receive(batch):
        if held:
            take(held.pop())
        held.append(batch)
        return len(batch.events)

    shared.receive = receive


class BusyHall:
    """Everybody at work, and the store they share.

    `kiosks` and `desks` are each a device and the role of its login; None comes as the owner does.
    """

    #: Seconds in which every machine must be through with a pass once the store is there again.
    GOES_ON = 30

    def __init__(self, address, folder, seed, kiosks, desks, spoil=None):
        self.address, self.seed = address, seed
        self.told = []
        self.begun, self.over, self.closing = (threading.Event() for _ in range(3))
        self._news = threading.Condition()
        install(address)
        owner = Store.open(address, hall=HALL, device="F1")
        found(owner)
        owner.close()
        self.machines = [
            make(folder, device, self._address(role, device), self, spoil)
            for make, devices in ((Kiosk, kiosks), (Desk, desks))
            for device, role in devices
        ]

    def _address(self, role, device):
        if role is None:
            return self.address
        login, _ = grant(self.address, role, HALL, "K" + device[1:])
        return as_login(self.address, login.name)

    def pause(self, _wait):
        """Seconds until the next try after a pass that failed; `_wait` is the product's own."""
        return 0.1

    def passed(self, _machine, _shared):
        """A machine is through with a pass."""

    def tell(self):
        with self._news:
            self._news.notify_all()

    def wait_until(self, true, patience):
        """Wait until machines have told of something, or one of them died; whether it is true."""
        with self._news:
            self._news.wait_for(lambda: any(o.died for o in self.machines) or true(), patience)
        return true()

    def everybody_passes(self, times=1):
        """Wait until every machine is through with so many passes more; what kept them from it."""
        wanted = {one: one.passes + times for one in self.machines}
        self.wait_until(lambda: all(o.passes >= n for o, n in wanted.items()), self.GOES_ON)
        late = [o for o, number in wanted.items() if o.passes < number]
        return self.dead() or [f"{one.name} made no pass in {self.GOES_ON} s" for one in late]

    def dead(self):
        return [one.died for one in self.machines if one.died]

    def taken_back(self):
        """What somebody was told is kept and is not there; what is not whole."""
        kept = {one.local.origin: one.kept for one in self.machines}
        have = self.there()
        wrong = [
            f"{origin}: kept up to {seq}, there are {have.get(origin, 0)}"
            for origin, seq in kept.items()
            if have.get(origin, 0) < seq
        ]
        return wrong + list(verify(self.address, HALL).troubles)

    def there(self):
        """How many events of each origin are at the shared store."""
        with psycopg.connect(self.address) as owner:
            query = "SELECT origin, count(*) FROM event WHERE hall = %s GROUP BY origin"
            return dict(owner.execute(query, (HALL,)).fetchall())

    def in_the_end(self, folder):
        """What of the machines' own records is not at the shared store, or not once."""
        shared = Store.open(self.address, hall=HALL, device="F1")
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


@contextmanager
def at_work(hall, folder, found):
    """Everybody works while the block lasts; in the end all must be there.

    `found` is told what was wrong (`wrong`), and how many `events`, `passes` and passes that were
    `broken` off it came to.
    """
    for one in hall.machines:
        one.start()
    try:
        found.wrong += hall.everybody_passes()
        yield
        hall.closing.set()
        found.wrong += [] if found.wrong else hall.everybody_passes(3)
    finally:
        hall.over.set()
        for one in hall.machines:
            one.join()
    found.wrong += [] if found.wrong else hall.in_the_end(folder)
    found.events = sum(hall.there().values())
    found.passes = sum(one.passes for one in hall.machines)
    found.broken = sum(one.broken for one in hall.machines)
