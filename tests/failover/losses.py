"""The hall that works while its cluster loses one leader after the other, and what must be true."""

import random
import signal
import statistics
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from unittest import mock

import psycopg

from db import engine
from db.event import Head
from db.store import Store
from tests.busy import BusyHall, keep_later
from tests.failover.cluster import patroni, send

#: Kiosks and desks, each with a login of its own: nobody brings another's events along, so that
#: each machine sees for itself whether the cluster still has what it said it keeps.
KIOSKS = (("K1", "kiosk"), ("K2", "kiosk"), ("K5", "kiosk"))
DESKS = (("D3", "desk"), ("D6", "desk"))
#: What happens to a leader. `lag`: its standbys hear nothing more before it dies.
BLOWS = ("postgres", "node", "freeze", "switchover")
ASYNCHRONOUS = ("lag", *BLOWS)
#: Asked for by name: its Postgres goes on without Patroni until all are through, as if it led.
BY_NAME = "headless"


@dataclass
class Found:
    """What a campaign came to."""

    blows: dict[str, int] = field(default_factory=dict)
    events: int = 0
    passes: int = 0
    broken: int = 0
    #: Seconds from a blow until another takes writing; until a machine is through with a pass
    #: there, by blow; until all three nodes stand again.
    leads: list[float] = field(default_factory=list)
    through: dict[str, list[float]] = field(default_factory=dict)
    stands: list[float] = field(default_factory=list)
    #: Commits that an old leader said yes to when it came to again, of those tried, and how many
    #: of them are nowhere now.
    tried: int = 0
    taken: int = 0
    #: Events that the cluster had lost of what it had kept, by blow.
    lost: dict[str, int] = field(default_factory=dict)
    #: Seconds from a new leader that lacked something until it had all of it again.
    restored: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self):
        return not self.wrong

    @property
    def count(self):
        return sum(self.blows.values())


def spread(seconds):
    """Median, 95th of a hundred and longest, in words."""
    if len(seconds) < 2:
        return ", ".join(f"{one:.1f} s" for one in seconds) or "-"
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[18]
    return f"p50 {statistics.median(seconds):.1f} s, p95 {p95:.1f} s, max {max(seconds):.1f} s"


class ClusterHall(BusyHall):
    """Everybody at work, and the cluster they share."""

    GOES_ON = 90
    #: How much of its pauses a machine keeps after a pass that failed.
    patience = 1.0

    def __init__(self, *told):
        #: The port of the leader that was lost, and who is through with a pass at another since.
        self.old_port, self.first = 0, {}
        super().__init__(*told)

    def pause(self, wait):
        return wait * self.patience

    def passed(self, machine, shared):
        with shared.reading(lambda _: None) as connection:
            port = int(engine.driver(connection).info.port)
        if port != self.old_port:
            self.first.setdefault(machine, time.monotonic())


class Tries:
    """Somebody who goes on writing to an old leader: over a session from before, and anew."""

    def __init__(self, node):
        self._address, self._before = node.address, psycopg.connect(node.address)
        self._thread = threading.Thread(target=self._go)
        self.tried, self.kept = 0, []

    def start(self):
        self._thread.start()

    def _go(self):
        session, until = self._before, time.monotonic() + 5
        while time.monotonic() < until:
            number = time.monotonic_ns()
            self.tried += 1
            with suppress(psycopg.Error):
                session = session or psycopg.connect(self._address)
                session.execute("INSERT INTO tries VALUES (%s)", [number])
                session.commit()
                self.kept.append(number)
                continue
            if session is not None:
                session.close()
            session = None
            time.sleep(0.02)

    def join(self):
        """Once nobody can answer it any more."""
        if self._thread.ident:
            self._thread.join()
        self._before.close()


def trust_memory(shared, machine):
    """A planted bug: what was sent once is never looked for again."""
    heads, hashes_at = shared.heads, shared.hashes_at

    def remembered():
        told, own = heads(), machine.local.origin
        sent = machine.local.hashes_at({own: machine.kept})
        if own in sent and told.get(own, Head()).seq < machine.kept:
            told[own] = Head(machine.kept, sent[own])
        return told

    shared.heads = remembered
    shared.hashes_at = lambda places: hashes_at(places) | machine.local.hashes_at(places)


@contextmanager
def planted(bug):
    """A fault of the program itself while the block lasts; what spoils a machine's way."""
    with mock.patch.object(engine._patient(), "silence", engine.SILENCE):
        if bug == "no-silence":
            engine._patient().silence = float("inf")
        if bug == "no-reconcile":
            # The store would see that something is missing before what it is sent.
            with mock.patch.object(Store, "_require", lambda *_: None):
                yield trust_memory
            return
        yield keep_later if bug == "told-before-commit" else None


class Losses:
    """One leader after the other."""

    def __init__(self, cluster, hall, dice):
        self.cluster, self.hall, self.dice = cluster, hall, dice
        self.found = Found()

    def lose(self, how):
        """Lose the leader in one way, and see everybody through."""
        cluster, hall, found = self.cluster, self.hall, self.found
        leader = cluster.leader()
        tries = Tries(leader)
        found.wrong += hall.everybody_passes(self.dice.choice((2, 4, 8)))
        if how == "lag":
            send(signal.SIGSTOP, leader.walsenders())
            found.wrong += hall.everybody_passes(self.dice.choice((3, 10, 30)))
        hall.begun.clear()
        hall.begun.wait(hall.GOES_ON)
        # At a random moment of a pass.
        hall.over.wait(self.dice.random() * 0.05)
        before = {one: (one.kept, one.set_back) for one in hall.machines}
        hall.old_port, hall.first = leader.port, {}
        began, command = time.monotonic(), None
        if how == "postgres":
            leader.kill_postgres()
        elif how == "freeze":
            leader.freeze()
        elif how == BY_NAME:
            leader.behead()
        elif how == "switchover":
            command = cluster.switch_over(leader)
        else:
            leader.kill()
        found.blows[how] = found.blows.get(how, 0) + 1
        cluster.wait_for(lambda: cluster.takes_writing(leader), f"{how}: nobody took over")
        led = time.monotonic()
        found.leads.append(led - began)
        if command is not None:
            said, _ = command.communicate()
            if command.returncode:
                raise AssertionError(said)
        if how in ("node", "lag"):
            leader.start()
        # Its sessions answer once more, before anybody has given them up, or when all have.
        early = how == "freeze" and self.dice.random() < 0.5
        if early:
            leader.thaw()
            tries.start()
        found.wrong += self._through(how, began)
        if how == BY_NAME:
            leader.start()
        if how == "freeze" and not early:
            leader.thaw()
            tries.start()
        restored = time.monotonic()
        cluster.wait_for(cluster.healthy, f"{how}: the old leader did not come back")
        found.stands.append(time.monotonic() - began)
        self._count(tries)
        if not cluster.synchronous:
            # An old leader may have said yes at the last moment.
            found.wrong += hall.everybody_passes()
        lost = {one: one.set_back - back for one, (_, back) in before.items()}
        if any(lost.values()):
            found.lost[how] = found.lost.get(how, 0) + sum(lost.values())
            found.restored.append(max(hall.first.get(o, restored) for o in lost if lost[o]) - led)
            if cluster.synchronous:
                found.wrong += [f"{how}: {o.name} lost {n}" for o, n in lost.items() if n]
        found.wrong += [f"{how}: {one}" for one in hall.taken_back()]

    def _through(self, how, began):
        """Every machine has made a pass with another leader; what kept it from that."""
        hall = self.hall
        patience = hall.GOES_ON * (3 if how == BY_NAME else 1)
        hall.wait_until(lambda: len(hall.first) == len(hall.machines), patience)
        took = [at - began for at in hall.first.values()]
        self.found.through.setdefault(how, []).extend(took)
        late = [one.name for one in hall.machines if one not in hall.first]
        return hall.dead() or [f"{how}: {n} made no pass in {patience} s" for n in late]

    def _count(self, tries):
        tries.join()
        with psycopg.connect(self.cluster.leader().address) as owner:
            there = {number for (number,) in owner.execute("SELECT number FROM tries")}
        gone = [number for number in tries.kept if number not in there]
        self.found.tried += tries.tried
        self.found.taken += len(gone)
        if gone and self.cluster.synchronous:
            self.found.wrong.append(f"an old leader said yes to {len(gone)} that are nowhere")


def in_turn(blows, dice):
    """Each of them once in every round, in any order."""
    while True:
        yield from dice.sample(blows, len(blows))


def campaign(
    folder,
    times,
    seed,
    bug="none",
    synchronous=True,
    blows=(),
    seconds=float("inf"),
    tell=None,
    patience=1.0,
):
    """Lose the leader so many times, or until the seconds are over; `tell` hears of each."""
    dice, until = random.Random(seed), time.monotonic() + seconds
    turns = in_turn(blows or (BLOWS if synchronous else ASYNCHRONOUS), dice)
    with patroni(synchronous) as cluster, planted(bug) as spoil:
        with psycopg.connect(cluster.leader().address) as owner:
            owner.execute("CREATE TABLE tries (number bigint)")
        hall = ClusterHall(cluster.address, folder, seed, KIOSKS, DESKS, spoil)
        hall.patience = patience
        losses = Losses(cluster, hall, dice)
        found = losses.found
        for one in hall.machines:
            one.start()
        try:
            found.wrong += hall.everybody_passes()
            while found.good and found.count < times and time.monotonic() < until:
                losses.lose(next(turns))
                if tell:
                    tell(found)
            hall.closing.set()
            found.wrong += hall.everybody_passes(3) if found.good else []
        finally:
            hall.over.set()
            for one in hall.machines:
                one.join()
        found.wrong += hall.in_the_end(folder) if found.good else []
        found.events = sum(hall.there().values())
        found.passes = sum(one.passes for one in hall.machines)
        found.broken = sum(one.broken for one in hall.machines)
    return found
