"""A store opened for one hall by one device: a file or a server, its transactions, its own facts.

An address is a SQLite file or a Postgres URL; both hold the same tables. What stores give one
another is in db/exchange.py, the words of the hall are in db/store.py.
"""

import secrets
import shutil
import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa

from db import tables
from db.batch import facts_named
from db.checked import Checked
from db.code import ALPHABET
from db.engine import (
    PRAGMAS,
    READS,
    StoreDamaged,
    StoreFull,
    StoreRefused,
    StoreTrouble,
    driver,
    is_postgres,
    postgres_engine,
    sqlite_engine,
    translated,
    unhurried,
)
from db.event import Event, Head
from db.owner import require_local
from db.scope import ALL_HALLS, BEATS, Scope, device_of, scope_of
from db.upgrade import HEAD, NewerStore, revision, upgrade

#: The devices whose events a store is told whole; without the fact it is told all of all.
WHOLE_DEVICES = "whole_devices"
#: Below this many free bytes a store takes nothing more: about 1,000 records and their journal.
ROOM = 8 * 1024 * 1024


class Opened:
    """One store, opened for one hall by one device."""

    def __init__(self, address: str | Path, hall: str, device: str) -> None:
        self.hall = hall
        self.device = device
        #: Where it is: a file's path or a postgresql:// URL.
        self.address = str(address)
        #: The file it lies in; None for a server's.
        self.file = None if is_postgres(address) else Path(address)
        self.origin = ""
        #: What a Postgres login may read and write of it; None: everything.
        self.scope: Scope | None = None
        self._engine = sqlite_engine(self.file) if self.file else postgres_engine(self.address)
        self._checked = Checked(self.file) if self.file else None
        self._lock = threading.RLock()
        #: This origin's head and the latest clock here, while they are known; what is added to them
        #: by the transaction that is open; the latest clock that was seen.
        self._head: tuple[Head, int] | None = None
        self._added: Event | None = None
        self._last = 0
        self._number_key = b""
        self._keeps_alone = False
        self._guarded = False

    # --- opening and closing ----------------------------------------------------------------

    @classmethod
    def open(cls, address: str | Path, *, hall: str, device: str) -> Self:
        """Open the store at `address` (a SQLite file, made if missing, or a postgresql:// URL).

        Migrates it to today's shape. Raises StoreTrouble, StoreDamaged, db.upgrade.NewerStore.
        """
        store = cls(address, hall, device)
        if store.file is not None:
            require_local(store.file)
            store.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    def _prepare(self) -> None:
        with translated():
            if self._checked is not None:
                self._check_settings()
                self._checked.make_sure(self._check_file)
            with self.writing() as connection:
                if self.file is None:
                    self.scope = scope_of(connection)
                if self.scope is None:
                    with unhurried(connection) if self.file is None else nullcontext():
                        upgrade(connection, self.file)
                    if self.file is not None:
                        self._check_columns(connection)
                else:
                    self._check_scope(connection, self.scope)
                if self.file is None:
                    self._keeps_alone = connection.scalar(_KEEPS_ALONE) is not None
                self._learn_origin(connection)

    def _check_scope(self, connection: sa.Connection, scope: Scope) -> None:
        """A login that owns nothing finds the store as its owner left it."""
        if scope.hall not in (self.hall, ALL_HALLS):
            raise StoreRefused(f"the login {scope.login} is for hall {scope.hall}, not {self.hall}")
        there = revision(connection) or "nothing"
        if there < HEAD:
            raise StoreTrouble(
                f"the shared store is at revision {there}, this program wants {HEAD}: "
                "its owner runs zhaocha store init"
            )
        if there > HEAD:
            raise NewerStore(f"the store is at revision {there}, this program knows {HEAD}")

    def _learn_origin(self, connection: sa.Connection) -> None:
        if self.scope is not None and not self.scope.devices:
            return
        life = "" if self.file else f"@{connection.scalar(_TIMELINE)}"
        self.origin = self._own(connection, f"origin:{self.device}{life}", self._new_origin)
        key = self._own(connection, "number_key", lambda: secrets.token_hex(16))
        self._number_key = bytes.fromhex(key)

    def _check_settings(self) -> None:
        with self.reading() as connection:
            for name, wanted in PRAGMAS.items():
                got = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                if got != wanted:
                    raise StoreTrouble(f"SQLite took {name} = {got}, not {wanted}")

    def _check_file(self) -> None:
        with self.reading() as connection:
            # Not the quick one: an index that leads astray hides a case and says nothing.
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            if found != "ok":
                raise StoreDamaged(str(found))

    def _check_columns(self, connection: sa.Connection) -> None:
        # SQLite finds a file whole in which a name was damaged.
        for table in tables.log.sorted_tables:
            found = driver(connection).execute(f"PRAGMA table_info({table.name})").fetchall()
            if lost := {column.name for column in table.columns} - {row[1] for row in found}:
                raise StoreDamaged(f"{table.name} has no {min(lost)}")

    def _new_origin(self) -> str:
        return f"{self.device}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"

    def _own(self, connection: sa.Connection, name: str, make: Any) -> str:
        found = self.fact_in(connection, name)
        if found is not None:
            return found
        # Whoever opens the store for this device at the same time gets the same.
        connection.execute(NEW_FACT, {"name": self._fact_name(name), "value": make()})
        return str(self.fact_in(connection, name))

    def close(self) -> None:
        """Let go of the file or the server."""
        with self._lock:
            self._engine.dispose()
            if self._checked is not None:
                self._checked.let_go()

    # --- transactions -----------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is kept for good when it ends, and not at all if something is raised.

        Raises StoreTrouble and its kinds (db/engine.py) for the world's trouble."""
        with self._lock, translated(), self._engine.connect() as connection:
            connection = connection.execution_options(begin="IMMEDIATE")
            self._added = None
            with connection.begin():
                yield connection
            # Still nobody else's turn: the next one must not count on from an older head.
            added, self._added = self._added, None
            if added is not None:
                self._head, self._last = (Head(added.seq, added.hash), added.clock), added.clock

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """The same for what only reads; on a server no transaction is opened for it."""
        with self._lock, translated(), self._engine.connect() as connection:
            connection = connection.execution_options(begin=READS)
            with connection.begin():
                yield connection

    @contextmanager
    def as_before(self) -> Iterator[sqlite3.Connection]:
        """The driver's own connection to a file as it is without the transaction that is open:
        what that one has written makes each page slower to find, by a third after a million."""
        assert self.file is not None
        with closing(sqlite3.connect(f"{self.file.absolute().as_uri()}?mode=ro", uri=True)) as raw:
            yield raw

    def version(self) -> int:
        """A number that changes when another process has written to this file."""
        with self.reading() as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar() or 0)

    def has_room(self) -> bool:
        """Whether the disk takes another thousand records; a server looks after its own."""
        return self.file is None or shutil.disk_usage(self.file.parent).free >= ROOM

    def _require_room(self) -> None:
        if not self.has_room():
            raise StoreFull("less room than 1,000 records need")

    def wipe(self) -> bool:
        """Leave no byte of what was deleted in the store's files. False while others read.

        SQLite keeps it in its journal until that is emptied, Postgres in the table's file until
        that is written anew, for which nobody else may be at the table.
        """
        if self.file is None:
            return self._write_anew()
        with self._lock, translated(), self._engine.connect() as connection:
            raw = driver(connection)
            busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def _write_anew(self) -> bool:
        try:
            with translated(), self._engine.connect() as connection:
                alone = connection.execution_options(begin=READS)
                alone.exec_driver_sql("SET lock_timeout = '10s'")
                try:
                    with unhurried(alone):
                        alone.exec_driver_sql("VACUUM (FULL) sealed")
                finally:
                    alone.exec_driver_sql("RESET lock_timeout")
        except StoreTrouble:
            return False
        return True

    # --- facts ------------------------------------------------------------------------------

    def fact(self, name: str) -> str | None:
        """One of this store's own facts."""
        with self.reading() as connection:
            return self.fact_in(connection, name)

    def facts_named(self, names: Collection[str]) -> dict[str, str]:
        """Those of these facts that there are."""
        asked = {self._fact_name(name): name for name in names}
        with self.reading() as connection:
            found = facts_named(connection, asked)
        return {asked[name]: value for name, value in found.items()}

    def set_fact(self, name: str, value: str) -> None:
        """Have this fact, whatever it was."""
        with self.writing() as connection:
            self.set_fact_in(connection, name, value)

    def facts(self, begins: str) -> dict[str, str]:
        """Every fact whose name begins so; of a shared store those of this login."""
        with self.reading() as connection:
            return self.facts_in(connection, begins)

    def replace_facts(self, begins: str, wanted: dict[str, str]) -> None:
        """Have these facts and no others whose names begin so, in one transaction."""
        row = tables.fact.c
        with self.writing() as connection:
            old = row.name.startswith(begins, autoescape=True) & row.name.not_in(list(wanted))
            connection.execute(tables.fact.delete().where(old))
            for name, value in wanted.items():
                self.set_fact_in(connection, name, value)

    def forget_fact(self, name: str) -> None:
        """Have this fact no more."""
        with self.writing() as connection:
            kept = self._fact_name(name)
            connection.execute(tables.fact.delete().where(tables.fact.c.name == kept))

    def own_origins(self) -> set[str]:
        """The origins that were made in this store: this machine's own."""
        return set(self.facts("origin:").values())

    def facts_in(self, connection: sa.Connection, begins: str) -> dict[str, str]:
        """The same as `facts`, inside a transaction."""
        row, kept = tables.fact.c, self._fact_name(begins)
        own = len(kept) - len(begins)
        found = connection.execute(
            sa.select(row.name, row.value).where(row.name.startswith(kept, autoescape=True))
        )
        return {name[own:]: value for name, value in found}

    def fact_in(self, connection: sa.Connection, name: str) -> str | None:
        """The same as `fact`, inside a transaction."""
        row = tables.fact.c
        return connection.scalar(sa.select(row.value).where(row.name == self._fact_name(name)))

    def quick_fact(self, connection: sa.Connection, name: str) -> str | None:
        """The same of a file, None of a server's: for what every reader asks, much faster."""
        if self.file is None:
            return None
        found = driver(connection).execute(_FACT, (name,)).fetchone()
        return None if found is None else str(found[0])

    def set_fact_in(self, connection: sa.Connection, name: str, value: str) -> None:
        """The same as `set_fact`, inside a transaction."""
        connection.execute(_SET_FACT, {"name": self._fact_name(name), "value": value})

    def _fact_name(self, name: str) -> str:
        """Every login of a shared store has facts of its own; how a machine is, is for all."""
        common = self.scope is None or name.startswith(BEATS)
        return name if common or self.scope is None else f"{self.scope.login}/{name}"

    # --- who we are to it -------------------------------------------------------------------

    @property
    def role(self) -> str:
        """As what this store lets us in (db/scope.py); empty where all of it is ours."""
        return self.scope.role if self.scope else ""

    def guarded(self) -> bool:
        """Whether a server's store has its guards (db/guard.py); without them what they note is not
        there to be asked, so it is looked for until they are there, and no more."""
        if not self._guarded:
            with self.reading() as connection:
                self._guarded = connection.scalar(_GUARDED) is not None
        return self._guarded

    def whole_devices(self) -> frozenset[str] | None:
        """The devices whose chains this store has, or tells us, whole; None for all of them."""
        if self.scope is not None:
            return None if self.scope.whole else self.scope.devices
        told = self.fact(WHOLE_DEVICES)
        return None if told is None else frozenset(told.split())

    def may_have_gaps(self, origin: str) -> bool:
        """Whether this store was told, or tells us, only a part of that origin's events."""
        whole = self.whole_devices()
        return whole is not None and device_of(origin) not in whole

    def note_gaps(self, devices: frozenset[str]) -> None:
        """From now on only the chains of these devices are whole here: others are told in part."""
        told = " ".join(sorted(devices))
        if self.fact(WHOLE_DEVICES) != told:
            self.set_fact(WHOLE_DEVICES, told)

    def takes(self, origin: str) -> bool:
        """Whether this store takes events of that origin from whoever syncs with it."""
        return self.scope is None or self.scope.writes(origin)


# --- statements -------------------------------------------------------------------------------

_KEEPS_ALONE = sa.text("SELECT to_regproc('guard.keep_event')")
#: A server that took another's place, or was set back, counts on from what it has: whoever writes
#: there must not use again what somebody has seen, and so has another origin on each timeline.
_TIMELINE = sa.text("SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)")
NEW_FACT = sa.text("INSERT INTO fact (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING")
_FACT = "SELECT value FROM fact WHERE name = ?"
_SET_FACT = sa.text(
    "INSERT INTO fact (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_GUARDED = sa.text("SELECT to_regnamespace('guard')")
