"""A Patroni cluster of the campaign's own: three etcd, three Postgres, all on 127.0.0.1.

A node is Patroni with its Postgres: both can be killed, frozen and thawed with every process of
theirs. Ports are free ones, and everything lies in memory where that is possible.
"""

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from tests.servers import free_port, given, listens, processes_of, run_as, server_folder

#: Seconds that a cluster may take for anything.
PATIENCE = 90
#: A failover takes about `ttl` seconds where nobody says goodbye.
TTL, LOOP, RETRY = 5, 1, 2
NAMES = ("n1", "n2", "n3")


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
        self._folder.mkdir()
        self.config = self._folder / "patroni.json"
        self._log = self._folder / "log"
        self._process = None

    def configure(self):
        programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_rewind"))[-1].parent
        login = {"username": "postgres"}
        told = {
            "scope": "zhaocha",
            "name": self.name,
            "restapi": {
                "listen": f"127.0.0.1:{self.rest}",
                "connect_address": f"127.0.0.1:{self.rest}",
            },
            "etcd": {"hosts": [f"127.0.0.1:{port}" for port in self._cluster.etcd_ports]},
            "bootstrap": {
                "dcs": {
                    "ttl": TTL,
                    "loop_wait": LOOP,
                    "retry_timeout": RETRY,
                    "maximum_lag_on_failover": 1 << 30,
                    "synchronous_mode": self._cluster.synchronous,
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
                            "synchronous_commit": "on",
                        },
                    },
                },
                "initdb": [{"encoding": "UTF8"}, "data-checksums", {"auth": "trust"}],
            },
            "postgresql": {
                "listen": f"127.0.0.1:{self.port}",
                "connect_address": f"127.0.0.1:{self.port}",
                "data_dir": str(self._folder / "data"),
                "bin_dir": str(programs),
                "pgpass": str(self._folder / "pgpass"),
                "authentication": {"superuser": login, "replication": login, "rewind": login},
                "parameters": {"unix_socket_directories": str(self._folder)},
                "pg_hba": [
                    "local all all trust",
                    "host all all 127.0.0.1/32 trust",
                    "host replication all 127.0.0.1/32 trust",
                ],
            },
        }
        self.config.write_text(json.dumps(told))

    @property
    def address(self):
        """This node alone, for its owner."""
        return f"postgresql://postgres:@127.0.0.1:{self.port}/postgres?connect_timeout=2"

    def start(self):
        command = run_as(shutil.which("patroni"), self.config)
        with self._log.open("ab") as log:
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
        send(signal.SIGSTOP, [self._process.pid])
        self.kill_postgres()
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

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

    def leave(self):
        """Begin to go, and leave nothing in the machine's memory."""
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            self._process.kill()
            self._process.wait()
        send(signal.SIGQUIT, self.postgres()[:1])

    def gone(self):
        """Whether nothing of it is there any more."""
        return not self.postgres()

    def log(self):
        return self._log.read_text(errors="replace")[-3000:] if self._log.exists() else ""


def send(number, pids):
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _title(pid):
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


class Cluster:
    """Three nodes, and who of them leads."""

    def __init__(self, folder, synchronous):
        self.folder, self.synchronous = folder, synchronous
        self.etcd_ports = [free_port() for _ in NAMES]
        self._etcd = []
        self.nodes = [Node(folder, name, self) for name in NAMES]
        for node in self.nodes:
            node.configure()
        hosts = ",".join(f"127.0.0.1:{node.port}" for node in self.nodes)
        #: The address that machines and owner have, whoever leads.
        self.address = f"postgresql://postgres:@{hosts}/zhaocha?target_session_attrs=read-write"

    def start(self):
        """Start all of it; returns when three nodes stand, with a database of ours."""
        peers = [free_port() for _ in NAMES]
        every = ",".join(f"e{i}=http://127.0.0.1:{port}" for i, port in enumerate(peers))
        given(self.folder)
        for i, (port, peer) in enumerate(zip(self.etcd_ports, peers, strict=True)):
            here, there = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
            command = run_as(
                shutil.which("etcd"), "--name", f"e{i}", "--data-dir", self.folder / f"etcd{i}",
                "--listen-client-urls", here, "--advertise-client-urls", here,
                "--listen-peer-urls", there, "--initial-advertise-peer-urls", there,
                "--initial-cluster", every, "--log-level", "error", "--enable-v2",
            )  # fmt: skip
            with (self.folder / f"etcd{i}.log").open("ab") as log:
                self._etcd.append(subprocess.Popen(**command, stdout=log, stderr=log))
        for port in self.etcd_ports:
            self.wait_for(listens(port), "etcd does not answer")
        for node in self.nodes:
            node.start()
        self.wait_for(self.healthy, "no cluster of three came about")
        with psycopg.connect(self.leader().address, autocommit=True) as owner:
            owner.execute("CREATE DATABASE zhaocha")

    def wait_for(self, true, what, patience=PATIENCE):
        """Seconds until something is true; an error with the nodes' logs if it does not come."""
        began = time.monotonic()
        while not true():
            if time.monotonic() > began + patience or any(node.died for node in self.nodes):
                logs = "\n".join(f"--- {node.name}\n{node.log()}" for node in self.nodes)
                raise AssertionError(f"{what} in {patience} s\n{self.members()}\n{logs}")
            time.sleep(0.05)
        return time.monotonic() - began

    def members(self):
        """What Patroni tells of each: name → role, state, lag; of whichever node answers."""
        for node in self.nodes:
            with suppress(OSError, ValueError):
                url = f"http://127.0.0.1:{node.rest}/cluster"
                with urllib.request.urlopen(url, timeout=1) as told:
                    return {one["name"]: one for one in json.load(told)["members"]}
        return {}

    def healthy(self):
        """One leads, two follow it, one of them synchronously where that is wanted."""
        found = self.members()
        roles = sorted(one["role"] for one in found.values())
        follower = "sync_standby" if self.synchronous else "replica"
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
            with psycopg.connect(leads.address, autocommit=True) as owner:
                return owner.execute(query).fetchone() == (2, 1 if self.synchronous else 0)
        except psycopg.OperationalError:
            return False

    def leader(self):
        """The node that leads, as Patroni says; None while there is none."""
        found = self.members()
        leads = [n for n in self.nodes if found.get(n.name, {}).get("role") == "leader"]
        return leads[0] if leads else None

    def takes_writing(self, but=None):
        """The node whose Postgres takes writing, as it says itself, other than `but`; or None."""
        for node in self.nodes:
            if node is not but:
                with suppress(psycopg.Error), psycopg.connect(node.address) as owner:
                    if owner.execute("SELECT NOT pg_is_in_recovery()").fetchone()[0]:
                        return node
        return None

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
        for one in self._etcd:
            one.kill()
            one.wait()


@contextmanager
def patroni(synchronous=True):
    """A cluster that stands, until the block ends."""
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with server_folder(memory) as folder:
        cluster = Cluster(folder, synchronous)
        try:
            cluster.start()
            yield cluster
        finally:
            cluster.stop()
