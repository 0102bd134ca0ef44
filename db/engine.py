"""The way to the databases: durable SQLite, and the world's trouble in our own words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.pool import StaticPool

#: SQLite settings that make a commit durable and the file wary; read back and checked.
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
}


class StoreTrouble(Exception):
    """The store cannot be reached or did not answer."""


class StoreFull(StoreTrouble):
    """There is no room left to keep anything safely."""


class StoreDamaged(StoreTrouble):
    """What the store holds is not what was written into it."""


def sqlite_engine(file: Path) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{file}",
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "timeout": 10},
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


class Refused(StoreTrouble):
    """The other side answers and will have none of it: somebody has to see to it."""


@contextmanager
def translated() -> Iterator[None]:
    """The world's trouble in the store's words; our own mistakes stay loud."""
    try:
        yield
    except exc.DBAPIError as trouble:
        raise _meaning(trouble) from trouble
    except (sqlite3.DatabaseError, OSError) as trouble:
        raise meaning_of(str(trouble)) or StoreTrouble(str(trouble)) from trouble


def _meaning(trouble: exc.DBAPIError) -> Exception:
    said = str(trouble.orig)
    known = meaning_of(said)
    if known is not None:
        return known
    if isinstance(trouble, exc.OperationalError | exc.InterfaceError):
        return StoreTrouble(said.splitlines()[0] if said else "no answer")
    return trouble


def meaning_of(said: str) -> StoreTrouble | None:
    if "disk is full" in said or "No space left" in said or "disk I/O error" in said:
        return StoreFull(said)
    if "malformed" in said or "not a database" in said:
        return StoreDamaged(said)
    return None


def driver(connection: sa.Connection) -> Any:
    """The driver's own connection, inside the same transaction."""
    return connection.connection.driver_connection
