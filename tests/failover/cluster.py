"""A Patroni cluster of the campaign's own: three etcd and three Postgres.

A node is Patroni with its Postgres: both can be killed, frozen and thawed with every process of
theirs. They are all on 127.0.0.1, or each at a host of its own (tests/failover/wires.py). Ports are
free ones, and everything lies in memory where that is possible.
"""

import base64
import json
import os
import shutil
import signal
import subprocess
import threading
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from tests.failover.watchdog import Watchdog
from tests.failover.wires import NETWORK, OneMachine, wires
from tests.servers import free_port, given, listens, processes_of, run_as, server_folder

#: Seconds that a cluster may take for anything.
PATIENCE = 90
#: Patroni's `ttl`, `loop_wait` and `retry_timeout`: about a failover's length where nobody says
#: goodbye, how often it looks, how long it asks. Within five seconds a leader that must still ask
#: for the others (failsafe) outlasts its key, so that two take writing for a moment.
PACES = {"quick": (5, 1, 2), "documented": (30, 10, 10)}
NAMES = ("n1", "n2", "n3")
#: The etcd beside each node: at a host of its own, so that a node can be cut off from all of them.
ETCDS = {"n1": "e1", "n2": "e2", "n3": "e3"}
#: How far every origin goes; a digest of all its events up to there; whether a follower is there.
PLACES = """
SELECT jsonb_object_agg(origin, last)::text
FROM (SELECT origin, max(seq) AS last FROM event GROUP BY origin) AS heads
"""
LOG = """
SELECT origin, count(*), md5(string_agg(hash, ',' ORDER BY seq)) FROM event
WHERE seq <= (%s::jsonb ->> origin)::bigint GROUP BY origin ORDER BY origin
"""
REPLAYED = "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn"


@dataclass(frozen=True)
class Settings:
    """What an operator chooses (docs/postgres.md)."""

    synchronous: bool = True
    failsafe: bool = True
    commit: str = "on"
    pace: str = "quick"
    watchdog: bool = False
    #: Whether an etcd that was cut off asks, before it calls an election, whether it may.
    pre_vote: bool = True
    #: Patroni speaks etcd's v3 interface.
    etcd3: bool = False


def missing():
    """What is not installed of what a cluster needs, in words; empty if all is there."""
    wanted = {"patroni": "patroni", "patronictl": "patroni", "etcd": "etcd-server"}
    lacks = {package for program, package in wanted.items() if not shutil.which(program)}
    if not sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_rewind")):
        lacks.add("postgresql")
    return f"not installed: {', '.join(sorted(lacks))}" if lacks else ""


class Node:
    """Patroni and its Postgres."""

    def __init__(self, folder, name, cluster):
        self.name, self.port, self.rest = name, free_port(), free_port()
        self._folder, self._cluster = folder / name, cluster
        self._network = cluster.network
        self.host = self._network.ip(name)
        self._folder.mkdir()
        self.config = self._folder / "patroni.json"
        #: What Patroni and its Postgres say, and what was done to them.
        self.log = self._folder / "log"
        self.log.touch()
        self._process = None
        # A watchdog and the campaign may both reach for it.
        self._power = threading.RLock()
        self.watchdog = None
        if cluster.settings.watchdog:
            self.watchdog = Watchdog(self._folder / "watchdog", self.restart)
            self.watchdog.start()

    def configure(self):
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_rewind"))[-1].parent
        login = {"username": "postgres"}
        ttl, loop_wait, retry_timeout = PACES[self._cluster.settings.pace]
        told = {
            "scope": "zhaocha",
            "name": self.name,
            "restapi": {
                "listen": f"{self.host}:{self.rest}",
                "connect_address": f"{self.host}:{self.rest}",
            },
            "etcd3" if self._cluster.settings.etcd3 else "etcd": {
                "hosts": [etcd.client for etcd in self._cluster.etcds.values()]
            },
            "bootstrap": {
                "dcs": {
                    "ttl": ttl,
                    "loop_wait": loop_wait,
                    "retry_timeout": retry_timeout,
                    "maximum_lag_on_failover": 1 << 30,
                    "synchronous_mode": self._cluster.settings.synchronous,
                    "failsafe_mode": self._cluster.settings.failsafe,
                    # A leader that dies is followed by another, not waited for.
                    "primary_start_timeout": 0,
                    "master_start_timeout": 0,
                    "postgresql": {
                        "use_pg_rewind": True,
                        "parameters": {
                            "max_connections": 100,
                            "shared_buffers": "16MB",
                            "wal_log_hints": "on",
                            # Killed often, it would leave its pieces in /dev/shm.
                            "dynamic_shared_memory_type": "mmap",
                            "wal_keep_size": "256MB",
                            "wal_sender_timeout": "5s",
                            "wal_receiver_timeout": "5s",
                            "wal_retrieve_retry_interval": "200ms",
                            "synchronous_commit": self._cluster.settings.commit,
                        },
                    },
                },
                "initdb": [{"encoding": "UTF8"}, "data-checksums", {"auth": "trust"}],
            },
            "postgresql": {
                "listen": f"{self.host}:{self.port}",
                "connect_address": f"{self.host}:{self.port}",
                "data_dir": str(self._folder / "data"),
                "bin_dir": str(programs),
                "pgpass": str(self._folder / "pgpass"),
                "authentication": {"superuser": login, "replication": login, "rewind": login},
                "parameters": {"unix_socket_directories": str(self._folder)},
                "pg_hba": [
                    "local all all trust",
                    *(
                        f"host {what} all {whence} trust"
                        for what in ("all", "replication")
                        for whence in ("127.0.0.1/32", NETWORK)
                    ),
                ],
            },
        }
        if self.watchdog:
            told["watchdog"] = {
                "mode": "required",
                "driver": "testing",
                "device": str(self._folder / "watchdog"),
                "safety_margin": 1 if self._cluster.settings.pace == "quick" else 5,
            }
        self.config.write_text(json.dumps(told))

    def address(self, database="postgres"):
        """This node alone, for its owner."""
        return f"postgresql://postgres:@{self.host}:{self.port}/{database}?connect_timeout=2"

    def inside(self):
        """What this thread does meanwhile, it does at this node's host."""
        return self._network.inside(self.name)

    def leads(self):
        """Whether its Postgres takes writing, as it says itself to whoever is beside it."""
        with suppress(psycopg.Error), self.inside(), psycopg.connect(self.address()) as owner:
            return owner.execute("SELECT NOT pg_is_in_recovery()").fetchone()[0]
        return False

    def start(self):
        """Start Patroni, unless it runs."""
        command = run_as(shutil.which("patroni"), self.config)
        with self._power, self.inside(), self.log.open("ab") as log:
            if self._process is not None and self._process.poll() is None:
                return
            self._process = subprocess.Popen(
                **command, stdout=log, stderr=log, start_new_session=True, cwd=self._folder
            )

    @property
    def died(self):
        """Whether Patroni ended by itself."""
        return self._process is not None and self._process.poll() not in (None, -signal.SIGKILL)

    def postgres(self):
        """The pids of every process of this node's Postgres, the first one first."""
        with suppress(OSError, ValueError, IndexError):
            first = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
            return processes_of(first)
        return []

    def walsenders(self):
        """Who sends this node's log to its standbys."""
        return [pid for pid in self.postgres() if b"walsender" in _title(pid)]

    def kill_postgres(self):
        """SIGKILL for all of Postgres: the first one is stopped, so that none is saved."""
        pids = self.postgres()
        send(signal.SIGSTOP, pids[:1])
        pids = self.postgres()
        send(signal.SIGKILL, [*pids[1:], *pids[:1]])

    def kill(self):
        """The same with Patroni, as if the machine were gone."""
        with self._power:
            if self.watchdog:
                self.watchdog.calm()
            if self._process.poll() is None:
                send(signal.SIGSTOP, [self._process.pid])
            self.kill_postgres()
            self._process.kill()
            self._process.wait()

    def restart(self):
        """As a machine whose power is cut for a moment."""
        with self._power:
            self.kill()
            self.start()

    def behead(self):
        """SIGKILL for Patroni alone: its Postgres goes on as if it led."""
        self._process.kill()
        self._process.wait()

    def freeze(self):
        """The machine stands still: its kernel takes connections and nobody answers."""
        send(signal.SIGSTOP, processes_of(self._process.pid))
        pids = self.postgres()
        send(signal.SIGSTOP, pids[:1])
        send(signal.SIGSTOP, self.postgres())

    def thaw(self):
        send(signal.SIGCONT, self.postgres())
        send(signal.SIGCONT, processes_of(self._process.pid))

    def last_words(self):
        return self.log.read_text(errors="replace")[-3000:]

    def leave(self):
        """Begin to go, and leave nothing in the machine's memory."""
        if self.watchdog:
            self.watchdog.close()
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            self._process.kill()
            self._process.wait()
        send(signal.SIGQUIT, self.postgres()[:1])

    def gone(self):
        """Whether nothing of it is there any more."""
        return not self.postgres()


def send(number, pids):
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _title(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


class Etcd:
    """One of the three that know who leads."""

    def __init__(self, folder, name, cluster):
        self.name, self._folder, self._cluster = name, folder, cluster
        self._host, self._port = cluster.network.ip(name), free_port()
        self.client, self.peer = f"{self._host}:{self._port}", f"{self._host}:{free_port()}"
        self._process = None

    def start(self):
        here, there = f"http://{self.client}", f"http://{self.peer}"
        every = ",".join(f"{o.name}=http://{o.peer}" for o in self._cluster.etcds.values())
        command = run_as(
            shutil.which("etcd"), "--name", self.name, "--data-dir", self._folder / self.name,
            "--listen-client-urls", here, "--advertise-client-urls", here,
            "--listen-peer-urls", there, "--initial-advertise-peer-urls", there,
            "--initial-cluster", every, "--log-level", "error", "--enable-v2",
            f"--pre-vote={str(self._cluster.settings.pre_vote).lower()}",
        )  # fmt: skip
        log = self._folder / f"{self.name}.log"
        with self._cluster.network.inside(self.name), log.open("ab") as told:
            self._process = subprocess.Popen(**command, stdout=told, stderr=told)

    def written(self, key, etcd3):
        """Where in etcd's own count a key was last written; 0 if it is not there.

        Raises OSError where no majority answers.
        """
        if etcd3:
            asked = json.dumps({"key": base64.b64encode(key.encode()).decode()}).encode()
            with urllib.request.urlopen(f"http://{self.client}/v3/kv/range", asked, 1) as told:
                return int(json.load(told).get("kvs", [{"mod_revision": 0}])[0]["mod_revision"])
        with urllib.request.urlopen(
            f"http://{self.client}/v2/keys{key}?quorum=true", None, 1
        ) as told:
            return json.load(told)["node"]["modifiedIndex"]

    def answers(self):
        return listens(self._port, self._host)()

    def kill(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class Cluster:
    """Three nodes, and who of them leads."""

    def __init__(self, folder, settings, network):
        self.folder, self.settings, self.network = folder, settings, network
        self.etcds = {name: Etcd(folder, name, self) for name in ETCDS.values()}
        self.nodes = [Node(folder, name, self) for name in NAMES]
        for node in self.nodes:
            node.configure()
        hosts = ",".join(f"{node.host}:{node.port}" for node in self.nodes)
        #: The address that machines and owner have, whoever leads.
        self.address = (
            f"postgresql://postgres:@{hosts}/zhaocha?target_session_attrs=read-write"
            "&sslmode=disable"
        )

    @property
    def settled(self):
        """Seconds after which it has done what it does about a blow: the leader's key has run out,
        Patroni has asked and waited, Postgres has given up a standby that says nothing.
        """
        return sum(PACES[self.settings.pace]) + 7

    def start(self):
        """Start all of it; returns when three nodes stand, with a database of ours."""
        given(self.folder)
        for etcd in self.etcds.values():
            etcd.start()
        for etcd in self.etcds.values():
            self.wait_for(etcd.answers, "etcd does not answer")
        for node in self.nodes:
            node.start()
        self.wait_for(self.healthy, "no cluster of three came about")
        with psycopg.connect(self.leader().address(), autocommit=True) as owner:
            owner.execute("CREATE DATABASE zhaocha")

    def wait_for(self, true, what, patience=PATIENCE):
        """Seconds until something is true; an error with the nodes' logs if it does not come."""
        began = time.monotonic()
        while not true():
            if time.monotonic() > began + patience or any(node.died for node in self.nodes):
                logs = "\n".join(f"--- {node.name}\n{node.last_words()}" for node in self.nodes)
                raise AssertionError(f"{what} in {patience} s\n{self.members()}\n{logs}")
            time.sleep(0.05)
        return time.monotonic() - began

    def note(self, what):
        """Write into the nodes' logs what is done to them."""
        for node in self.nodes:
            with node.log.open("a") as log:
                log.write(f"{datetime.now()} ==== {what}\n")

    def members(self):
        """What Patroni tells of each: name → role, state, lag; of whichever node answers."""
        for node in self.nodes:
            with suppress(OSError, ValueError):
                url = f"http://{node.host}:{node.rest}/cluster"
                with urllib.request.urlopen(url, timeout=1) as told:
                    return {one["name"]: one for one in json.load(told)["members"]}
        return {}

    def written(self):
        """At which of etcd's own steps its majority was last told who leads; 0 for nobody."""
        for etcd in self.etcds.values():
            with suppress(OSError, ValueError):
                return etcd.written("/service/zhaocha/leader", self.settings.etcd3)
        return 0

    def healthy(self):
        """One leads, two follow it, one of them synchronously where that is wanted."""
        found = self.members()
        roles = sorted(one["role"] for one in found.values())
        follower = "sync_standby" if self.settings.synchronous else "replica"
        return (
            roles == sorted(["leader", "replica", follower])
            and all(one["state"] in ("running", "streaming") for one in found.values())
            and len({one.get("timeline") for one in found.values()}) == 1
            and all(one.get("lag", 0) == 0 for one in found.values())
            and self._streams(found)
        )

    def _streams(self, found):
        """Whether both followers are there for the leader itself, not only for Patroni."""
        leads = next(node for node in self.nodes if found[node.name]["role"] == "leader")
        query = (
            "SELECT count(*), count(*) FILTER (WHERE sync_state = 'sync') "
            "FROM pg_stat_replication WHERE state = 'streaming'"
        )
        try:
            with psycopg.connect(leads.address(), autocommit=True) as owner:
                wanted = (2, 1 if self.settings.synchronous else 0)
                return owner.execute(query).fetchone() == wanted
        except psycopg.OperationalError:
            return False

    def leader(self):
        """The node that leads, as Patroni says; None while there is none."""
        found = self.members()
        leads = [n for n in self.nodes if found.get(n.name, {}).get("role") == "leader"]
        return leads[0] if leads else None

    def takes_writing(self, but=None):
        """The node whose Postgres takes writing, as it says itself, other than `but`; or None."""
        return next((node for node in self.nodes if node is not but and node.leads()), None)

    def other_logs(self):
        """Whose log is not the leader's, up to where the leader's was a moment ago; in words."""
        leader = self.leader()
        with psycopg.connect(leader.address("zhaocha")) as owner:
            places = owner.execute(PLACES).fetchone()
            wanted = owner.execute(LOG, places).fetchall()
            owner.rollback()
            written = owner.execute("SELECT pg_current_wal_lsn()::text").fetchone()
        wrong = []
        for node in self.nodes:
            if node is not leader:
                with psycopg.connect(node.address("zhaocha"), autocommit=True) as follower:
                    self.wait_for(
                        lambda at=follower: at.execute(REPLAYED, written).fetchone()[0],
                        f"{node.name} does not follow",
                    )
                    if follower.execute(LOG, places).fetchall() != wanted:
                        wrong.append(f"{node.name}'s log is not {leader.name}'s")
        return wrong

    def switch_over(self, leader):
        """As an operator does it; the command as it runs."""
        patronictl, config = shutil.which("patronictl"), leader.config
        command = run_as(patronictl, "-c", config, "switchover", "--master", leader.name, "--force")
        return subprocess.Popen(
            **command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def stop(self):
        for node in self.nodes:
            node.leave()
        until = time.monotonic() + PATIENCE
        while not all(node.gone() for node in self.nodes):
            if time.monotonic() > until:
                for node in self.nodes:
                    send(signal.SIGKILL, node.postgres())
            time.sleep(0.02)
        for etcd in self.etcds.values():
            etcd.kill()


@contextmanager
def patroni(settings, apart=False, logs=None):
    """A cluster that stands, until the block ends; `apart`: its lines can be cut; `logs`: a folder
    for what it said.
    """
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    hosts = (*NAMES, *ETCDS.values())
    with ExitStack() as around:
        folder = around.enter_context(server_folder(memory))
        network = around.enter_context(wires(hosts)) if apart else OneMachine()
        cluster = Cluster(folder, settings, network)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
            if logs:
                for node in cluster.nodes:
                    shutil.copy(node.log, Path(logs) / f"{node.name}.log")
