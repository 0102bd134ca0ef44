"""The hall that works while its cluster is struck again and again, and what must be true."""

import random
import signal
import statistics
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest import mock

import psycopg

from db import engine
from db.event import Head
from db.store import Store
from tests.busy import BusyHall, at_work, keep_later
from tests.failover.cluster import ETCDS, Settings, patroni, send
from tests.failover.wires import MACHINES

#: Kiosks and desks, each with a login of its own: nobody brings another's events along, so that
#: each machine sees for itself whether the cluster still has what it said it keeps.
KIOSKS = (("K1", "kiosk"), ("K2", "kiosk"), ("K5", "kiosk"))
DESKS = (("D3", "desk"), ("D6", "desk"))
#: What happens to a leader. `lag`: its standbys hear nothing more before it dies.
LEADER = ("postgres", "node", "freeze", "switchover")
ASYNCHRONOUS = ("lag", *LEADER)
#: Lines that are cut. `cut`: the leader's node from the other two; `cut-off`: from the machines as
#: well; `blink`: it is mended at any moment; `patroni`: the leader's node from every etcd; `alone`:
#: it from both followers, with every etcd in reach; `follower`: a follower's node from all others.
NETWORK = ("cut", "cut-off", "blink", "patroni", "alone", "follower")
#: Of three etcd so many die and come back; `etcd-and-leader`: without them the leader dies too.
ETCD = {"etcd-one": 1, "etcd-two": 2, "etcd-all": 3, "etcd-and-leader": 3}
AS_DOCUMENTED = Settings()
#: Asked for by name: its Postgres goes on without Patroni until all are through, as if it led.
BY_NAME = "headless"
SETS = {"leader": LEADER, "network": NETWORK, "etcd": tuple(ETCD)}


@dataclass
class Found:
    """What a campaign came to."""

    blows: dict[str, int] = field(default_factory=dict)
    events: int = 0
    passes: int = 0
    broken: int = 0
    #: Seconds from a blow until another takes writing; until a machine is through with a pass
    #: there, by blow; until all three nodes stand again. The longest that each machine was without
    #: a pass, by blow.
    leads: list[float] = field(default_factory=list)
    through: dict[str, list[float]] = field(default_factory=dict)
    stands: list[float] = field(default_factory=list)
    without: dict[str, list[float]] = field(default_factory=dict)
    #: Commits that were asked of an old leader itself, how many it said yes to, and how many of
    #: those are nowhere now. How often it still took writing when another did.
    tried: int = 0
    said_yes: int = 0
    taken: int = 0
    both: int = 0
    #: How often a node's watchdog cut its power.
    bites: int = 0
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
        #: When each was last through, and the longest between two passes since a blow.
        self.last, self.without = {}, {}
        super().__init__(*told)

    def struck(self, leader):
        """From now on it counts who is through with a pass at another, and how long it takes."""
        self.old_port, self.first, self.without = leader.port, {}, {}

    def pause(self, wait):
        return wait * self.patience

    def passed(self, machine, shared):
        with shared.reading() as connection:
            port = int(engine.driver(connection).info.port)
        now = time.monotonic()
        if port != self.old_port:
            self.first.setdefault(machine, now)
        took = now - self.last.get(machine, now)
        self.last[machine] = now
        self.without[machine] = max(took, self.without.get(machine, 0.0))


class Tries:
    """Somebody beside a leader who goes on writing to it: over a session from before, and anew."""

    def __init__(self, node):
        self._node = node
        with node.inside():
            self._before = psycopg.connect(node.address())
        self._thread = threading.Thread(target=self._go)
        self._enough = threading.Event()
        self.tried, self.kept = 0, []

    def start(self):
        self._thread.start()

    def _go(self):
        with self._node.inside():
            session = self._before
            while not self._enough.is_set():
                session = self._try(session)
                self._enough.wait(0.02)
            if session is not None:
                session.close()

    def _try(self, session):
        """The session, if it is of use."""
        number = time.monotonic_ns()
        self.tried += 1
        try:
            session = session or psycopg.connect(self._node.address())
            session.execute("INSERT INTO tries VALUES (%s)", [number])
            session.commit()
        except psycopg.Error:
            if session is not None:
                session.close()
            return None
        self.kept.append(number)
        return session

    def join(self):
        """Once its leader follows, so that nothing of it waits for an answer any more."""
        self._enough.set()
        if self._thread.ident:
            self._thread.join()
        else:
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


def call_off(leader):
    """A planted bug of an operator: commits that wait for a standby are called off."""
    waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
    with leader.inside(), psycopg.connect(leader.address(), autocommit=True) as owner:
        until = time.monotonic() + 2
        while time.monotonic() < until:
            owner.execute(waiting)


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
        if bug == "called-off":
            cut = Losses._cut_lines

            def cut_and_call_off(losses, how, leader):
                cut(losses, how, leader)
                call_off(leader)

            with mock.patch.object(Losses, "_cut_lines", cut_and_call_off):
                yield None
            return
        yield keep_later if bug == "told-before-commit" else None


class Losses:
    """One blow after the other."""

    def __init__(self, cluster, hall, dice):
        self.cluster, self.hall, self.dice = cluster, hall, dice
        self.found = Found()

    def strike(self, how):
        """Strike the cluster in one way, and see everybody through."""
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
        hall.struck(leader)
        found.blows[how] = found.blows.get(how, 0) + 1
        cluster.note(f"{how} strikes {leader.name}")
        began = led = time.monotonic()
        if how in NETWORK:
            self._cut(how, leader, tries, began)
        elif how in ETCD:
            self._lose_etcd(how, leader, tries)
        else:
            led = self._lose(how, leader, tries, began)
        restored = time.monotonic()
        cluster.note(f"{how} is over")
        cluster.wait_for(cluster.healthy, f"{how}: three nodes did not come to stand")
        found.stands.append(time.monotonic() - began)
        self._count(tries)
        if how in ETCD or how in NETWORK or not cluster.settings.synchronous:
            # Everybody looks after the end of it. An old leader may have said yes at the last
            # moment.
            found.wrong += hall.everybody_passes()
        found.without.setdefault(how, []).extend(hall.without.values())
        lost = {one: one.set_back - back for one, (_, back) in before.items()}
        if any(lost.values()):
            found.lost[how] = found.lost.get(how, 0) + sum(lost.values())
            found.restored.append(max(hall.first.get(o, restored) for o in lost if lost[o]) - led)
            if cluster.settings.synchronous:
                found.wrong += [f"{how}: {o.name} lost {n}" for o, n in lost.items() if n]
        found.wrong += [f"{how}: {one}" for one in (*hall.taken_back(), *cluster.other_logs())]

    def _lose(self, how, leader, tries, began):
        """The leader is lost; when another took writing."""
        cluster, found, command = self.cluster, self.found, None
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
        led = self._another_leads(how, leader, began)
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
        return led

    def _cut(self, how, leader, tries, began):
        """Some lines are cut until it is plain what the cluster makes of it."""
        cluster, hall = self.cluster, self.hall
        self._cut_lines(how, leader)
        tries.start()
        try:
            if how in ("cut", "cut-off") or (how == "patroni" and not cluster.settings.failsafe):
                self._another_leads(how, leader, began)
                self.found.both += leader.leads()
                self.found.wrong += self._through(how, began)
            elif how == "blink":
                hall.over.wait(self.dice.random() * cluster.settled)
            else:
                self._holds(how, leader)
        finally:
            cluster.network.heal()

    def _cut_lines(self, how, leader):
        self.cluster.network.cut(*self._sides(how, leader))

    def _sides(self, how, leader):
        """Between whom the lines are cut: two lists of hosts."""
        etcds, others = (
            list(ETCDS.values()),
            [n.name for n in self.cluster.nodes if n is not leader],
        )
        if how == "patroni":
            return [leader.name], etcds
        if how == "alone":
            return [leader.name], others
        lonely = self.dice.choice(others) if how == "follower" else leader.name
        node = [lonely, ETCDS[lonely]]
        rest = [host for host in (*ETCDS, *etcds) if host not in node]
        to_machines = how == "cut-off" or (how == "follower" and self.dice.random() < 0.5)
        return node, [*rest, MACHINES] if to_machines else rest

    def _lose_etcd(self, how, leader, tries):
        """Some etcd die, and come back when it is plain what the cluster makes of it."""
        cluster, hall = self.cluster, self.hall
        lost, written = self.dice.sample(list(cluster.etcds.values()), ETCD[how]), cluster.written()
        for etcd in lost:
            etcd.kill()
        tries.start()
        leads = how == "etcd-one" or cluster.settings.failsafe
        if leads:
            self._holds(how, leader)
        if how == "etcd-and-leader":
            leader.kill()
            leads = False
        if not leads:
            # Nobody may lead whom nobody can tell that another does.
            cluster.wait_for(lambda: not cluster.takes_writing(), f"{how}: somebody still leads")
            hall.over.wait(cluster.settled)
            if cluster.takes_writing():
                self.found.wrong.append(f"{how}: somebody leads without etcd")
        back = time.monotonic()
        for etcd in lost:
            etcd.start()
        cluster.wait_for(lambda: cluster.written() > written, f"{how}: nobody leads in etcd's eyes")
        if how == "etcd-and-leader":
            self._another_leads(how, leader, back)
            self.found.wrong += self._through(how, back)
            leader.start()

    def _another_leads(self, how, leader, began):
        """When another takes writing."""
        self.cluster.wait_for(
            lambda: self.cluster.takes_writing(leader), f"{how}: nobody took over"
        )
        led = time.monotonic()
        self.found.leads.append(led - began)
        return led

    def _holds(self, how, leader):
        """The leader goes on leading, and everybody is through, also when all has settled."""
        hall, found = self.hall, self.found
        hall.over.wait(self.cluster.settled)
        found.wrong += [f"{how}: {one}" for one in hall.everybody_passes(2)]
        if not leader.leads() or self.cluster.takes_writing(leader):
            found.wrong.append(f"{how}: {leader.name} does not lead alone")

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
        with psycopg.connect(self.cluster.leader().address()) as owner:
            there = {number for (number,) in owner.execute("SELECT number FROM tries")}
        gone = [number for number in tries.kept if number not in there]
        self.found.tried += tries.tried
        self.found.said_yes += len(tries.kept)
        self.found.taken += len(gone)
        if gone and self.cluster.settings.synchronous:
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
    settings=AS_DOCUMENTED,
    blows=(),
    seconds=float("inf"),
    tell=None,
    patience=1.0,
    logs=None,
):
    """Strike the cluster so many times, or until the seconds are over; `tell` hears of each, and
    what the cluster said goes into the folder `logs`.
    """
    dice, until = random.Random(seed), time.monotonic() + seconds
    blows = blows or (LEADER if settings.synchronous else ASYNCHRONOUS)
    turns = in_turn(blows, dice)
    apart = any(how in NETWORK for how in blows)
    with patroni(settings, apart, logs) as cluster, planted(bug) as spoil:
        with psycopg.connect(cluster.leader().address()) as owner:
            owner.execute("CREATE TABLE tries (number bigint)")
        hall = ClusterHall(cluster.address, folder, seed, KIOSKS, DESKS, spoil)
        hall.patience = patience
        losses = Losses(cluster, hall, dice)
        found = losses.found
        with at_work(hall, folder, found):
            while found.good and found.count < times and time.monotonic() < until:
                losses.strike(next(turns))
                found.bites = sum(node.watchdog.bites for node in cluster.nodes if node.watchdog)
                if tell:
                    tell(found)
    return found
