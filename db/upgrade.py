"""Bring a store's tables to today's shape: back up first, then migrate to head."""

import sqlite3
import threading
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from db.engine import Refused

HEAD = "0002"
MIGRATIONS = Path(__file__).parent / "migrations"


class NewerStore(Refused):
    """The store was written by a newer program, whose tables this one does not know."""


def upgrade(connection: Connection, file: Path | None = None) -> None:
    """Migrate to head. An older SQLite `file` that holds something is copied beside itself first.

    Raises NewerStore.
    """
    if _is_old(revision(connection)):
        with _ONE_AT_A_TIME:
            if connection.dialect.name == "postgresql":
                # Another machine may have come first.
                connection.execute(text(_OTHERS_WAIT))
            there = revision(connection)
            if _is_old(there):
                if there is not None and file is not None:
                    _back_up(file)
                migrate(connection, "head")


#: Alembic keeps what it works on for the whole process.
_ONE_AT_A_TIME = threading.Lock()
_OTHERS_WAIT = "SELECT pg_advisory_xact_lock(hashtextextended('zhaocha migrates', 0))"


def _is_old(there: str | None) -> bool:
    """Whether a store at this revision has to be migrated. Raises NewerStore."""
    if there is not None and there > HEAD:
        raise NewerStore(f"the store is at revision {there}, this program knows {HEAD}")
    return there != HEAD


def _back_up(file: Path) -> None:
    kept = file.with_name(f"{file.name}.before-{HEAD}-{datetime.now():%Y%m%d%H%M%S}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(kept)) as copy:
        source.backup(copy)


def migrate(connection: Connection, target: str) -> None:
    """Run revisions up or down to `target` over `connection`."""
    from alembic import command

    config = configuration(connection)
    if target == "base" or target.startswith("-"):
        command.downgrade(config, target)
    else:
        command.upgrade(config, target)


def configuration(connection: Connection):  # type: ignore[no-untyped-def]
    """Alembic's configuration over an open connection."""
    from alembic.config import Config

    from db import tables

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = tables.log
    return config


def revision(connection: Connection) -> str | None:
    """The revision a store is at, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
