"""The way to the databases: durable SQLite, and the world's trouble in our own words."""

import os
import sqlite3
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    import psycopg

#: SQLite settings that make a commit durable and the file wary; read back and checked.
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
}


#: Seconds to wait for others at the same file.
PATIENCE = 10.0
#: Seconds without a byte from a server after which its connection is given up.
SILENCE = 15.0
#: How a transaction begins that only reads, in SQLite's words.
READS = "DEFERRED"
#: Seconds in which a connection that is used again is taken to stand.
STANDS = 1.0
#: A way to a server that is gone: asked after a silence, given up after half a minute.
_KEEPALIVE = {
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}


class StoreTrouble(Exception):
    """The store cannot be reached or did not answer."""


class StoreFull(StoreTrouble):
    """There is no room left to keep anything safely."""


class Refused(StoreTrouble):
    """The other side answers and will have none of it: somebody has to see to it."""


class StoreRefused(Refused):
    """This login has no right to that."""


class SetBack(StoreTrouble):
    """The store lacks what it had a moment ago: another server took its place, or a backup."""


class StoreDamaged(StoreTrouble):
    """What the store holds is not what was written into it."""


class RecordDamaged(StoreDamaged):
    """One of its records is not as it was written; the file around it may well be whole."""


def sqlite_engine(file: Path) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{file}",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": PATIENCE},
    )

    @sa.event.listens_for(engine, "connect")
    def connected(raw: sqlite3.Connection, _: Any) -> None:
        raw.isolation_level = None
        for name, value in PRAGMAS.items():
            raw.execute(f"PRAGMA {name} = {value}")

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        how = connection.get_execution_options().get("begin", "IMMEDIATE")
        driver(connection).execute(f"BEGIN {how}")

    return engine


def is_postgres(address: str | Path) -> bool:
    """Whether this is a server's address and not a file."""
    return str(address).startswith("postgresql")


def postgres_engine(address: str) -> sa.Engine:
    """An engine whose connections leave nothing behind in a session that a pooler shares.

    What only reads needs no transaction: each of a server's statements sees what is there by then,
    inside one as well.
    """
    engine = sa.create_engine(
        "postgresql+psycopg://",
        creator=lambda: _connect(address, _patient(), autocommit=True),
        pool_size=4,
    )

    @sa.event.listens_for(engine, "begin")
    def begun(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("begin") != READS:
            driver(connection).execute("BEGIN")

    @sa.event.listens_for(engine, "checkin")
    def left(_: Any, record: sa.pool.ConnectionPoolEntry) -> None:
        record.info["left"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def asked(raw: Any, record: sa.pool.ConnectionPoolEntry, _: Any) -> None:
        # One that was in use a moment ago is not asked each time whether it still stands.
        if raw.closed or record.info.get("left", inf) + STANDS < time.monotonic():
            try:
                engine.dialect.do_ping(raw)
            except Exception as trouble:
                raise exc.DisconnectionError(str(trouble)) from trouble

    return engine


def connect(address: str, *, autocommit: bool = False) -> "psycopg.Connection":
    """A connection to a Postgres address, which libpq reads itself: several hosts, a pass file, a
    service. Raises StoreTrouble for one that cannot be read, or is over a network and says nothing
    of TLS.
    """
    import psycopg

    return _connect(address, psycopg.Connection, autocommit=autocommit)


def _connect(
    address: str, kind: "type[psycopg.Connection]", *, autocommit: bool = False
) -> "psycopg.Connection":
    known = _said(address)
    if _transport(address) == "unsaid":
        raise StoreTrouble(
            "the shared store is on another machine and its address says nothing of TLS: "
            "add ?sslmode=verify-full&sslrootcert=FILE (docs/postgres.md)"
        )
    extra: dict[str, Any] = {
        "connect_timeout": 5,
        "application_name": "zhaocha",
        **_KEEPALIVE,
    }
    if "," in f"{known.get('host', '')}{known.get('hostaddr', '')}":
        # One that stands first and only believes that it leads must not be asked for ever.
        extra["load_balance_hosts"] = "random"
    # A pooler hands the next transaction to another session: nothing may be prepared in one.
    return kind.connect(
        _plain(address),
        prepare_threshold=None,
        autocommit=autocommit,
        **{name: value for name, value in extra.items() if name not in known},
    )


@cache
def _patient() -> "type[psycopg.Connection]":
    """A connection that gives up a server which says nothing for `silence` seconds, and that takes
    a commit for kept only where the server's standby has it.

    A machine that stands still, and one behind a line that takes and gives nothing, look like a
    server that thinks for long; what looks after the line (keepalives) notices neither the first
    nor a pooler that waits for the second. Nothing is called off at the server: a commit that is
    called off while it waits for a standby is told as done, with a warning.
    """
    import psycopg

    class Patient(psycopg.Connection):
        silence = SILENCE

        def __init__(self, *told: Any, **more: Any) -> None:
            super().__init__(*told, **more)
            self._alone = False
            self.add_notice_handler(self._noticed)

        def _noticed(self, notice: psycopg.errors.Diagnostic) -> None:
            # The words depend on the server's language, the place does not.
            if notice.source_function == "SyncRepWaitForLSN":
                self._alone = True

        def wait(self, gen: Generator[Any, Any, Any], *args: Any, **told: Any) -> Any:
            answer = super().wait(self._heard(gen), *args, **told)
            if self._alone:
                self._alone = False
                raise psycopg.OperationalError(
                    "the server kept that by itself: somebody called off its wait for the standby"
                )
            return answer

        def _heard(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
            last = time.monotonic()
            try:
                wanted = next(gen)
                while True:
                    ready = yield wanted
                    if ready:
                        last = time.monotonic()
                    elif time.monotonic() > last + self.silence:
                        self.pgconn.finish()
                        raise psycopg.OperationalError(
                            f"the server said nothing for {self.silence:.0f} s"
                        )
                    wanted = gen.send(ready)
            except StopIteration as end:
                return end.value

    return Patient


@contextmanager
def unhurried(connection: sa.Connection) -> Iterator[None]:
    """For what may take a server minutes, such as a migration: its silence means nothing."""
    raw = driver(connection)
    raw.silence = float("inf")
    try:
        yield
    finally:
        raw.silence = SILENCE


def weak_transport(address: str) -> str:
    """A sentence for whoever set this address up; empty where nobody on the way can listen."""
    if not is_postgres(address) or _transport(address) != "weak":
        return ""
    return (
        "the way to the shared store is not safe: with any sslmode but verify-full somebody on the "
        "network can pose as the server"
    )


def on_this_machine(address: str) -> bool:
    """Whether the server of a postgresql:// or http(s):// address has this machine's own clock."""
    if is_postgres(address):
        return _transport(address) == "local"
    return _near(urlsplit(address).hostname or "")


def _transport(address: str) -> str:
    """local, verified, weak, or unsaid."""
    known = _said(address)
    hosts = str(known.get("hostaddr") or known.get("host") or os.environ.get("PGHOST", ""))
    if all(_near(host) for host in hosts.split(",")) and "service" not in known:
        return "local"
    mode = known.get("sslmode") or os.environ.get("PGSSLMODE")
    if not mode:
        # A service file may say it; libpq alone reads that.
        return "weak" if "service" in known else "unsaid"
    return "verified" if mode == "verify-full" else "weak"


def _said(address: str) -> dict[str, Any]:
    """What an address says, by the names that libpq has for it. Raises StoreTrouble."""
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return dict(conninfo_to_dict(_plain(address)))
    except ProgrammingError as trouble:
        raise StoreTrouble(f"the shared store's address cannot be read: {trouble}") from trouble


def _near(host: str) -> bool:
    return not host or host[0] in "/@" or host in ("localhost", "::1") or host.startswith("127.")


def _plain(address: str) -> str:
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


@contextmanager
def translated() -> Iterator[None]:
    """The world's trouble in the store's words; our own mistakes stay loud."""
    try:
        yield
    except exc.DBAPIError as trouble:
        raise _meaning(trouble) from trouble
    except UnicodeDecodeError as trouble:
        # SQLite's own words of a text that is none any more hold its bytes.
        raise RecordDamaged(str(trouble)) from trouble
    except (sqlite3.DatabaseError, OSError) as trouble:
        raise meaning_of(str(trouble)) or StoreTrouble(str(trouble)) from trouble
    except Exception as trouble:
        meant = _of_postgres(trouble)
        if meant is None:
            raise
        raise meant from trouble


def _meaning(trouble: exc.DBAPIError) -> Exception:
    said = str(trouble.orig)
    known = meaning_of(said)
    if known is not None:
        return known
    if isinstance(trouble, exc.OperationalError | exc.InterfaceError):
        return StoreTrouble(said.splitlines()[0] if said else "no answer")
    return (isinstance(trouble.orig, Exception) and _of_postgres(trouble.orig)) or trouble


def _of_postgres(trouble: Exception) -> StoreTrouble | None:
    """What the driver's own trouble means; None where it is no trouble of the world."""
    driver_room = sys.modules.get("psycopg")
    if driver_room is None or not isinstance(trouble, driver_room.Error):
        return None
    said = (str(trouble).splitlines() or ["no answer"])[0]
    if isinstance(trouble, driver_room.errors.InsufficientPrivilege):
        return StoreRefused(f"the shared store refuses this login: {said}")
    if isinstance(trouble, driver_room.OperationalError | driver_room.InterfaceError):
        return meaning_of(str(trouble)) or StoreTrouble(said)
    if str(getattr(trouble, "sqlstate", None)) in _NOT_NOW:
        return StoreTrouble(said)
    return None


#: A server that follows another and takes no writing; sessions that it ended because they waited.
_NOT_NOW = ("25006", "25P03", "25P04")


def meaning_of(said: str) -> StoreTrouble | None:
    if "disk is full" in said or "No space left" in said or "disk I/O error" in said:
        return StoreFull(said)
    if "Could not decode" in said:
        return RecordDamaged(said)
    if "malformed" in said or "not a database" in said:
        return StoreDamaged(said)
    return None


def driver(connection: sa.Connection) -> Any:
    """The driver's own connection, inside the same transaction."""
    return connection.connection.driver_connection
