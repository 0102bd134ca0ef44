"""A login for each machine on the shared Postgres store: granting it, taking it back at once."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from db.engine import StoreTrouble, connect, translated
from db.guard import quoted, role_name
from db.scope import ALL_HALLS, ROLES

if TYPE_CHECKING:
    import psycopg

#: A machine needs a few connections; a stolen login gets no more.
CONNECTIONS = 20
#: Postgres cuts longer names off.
LONGEST_NAME = 63
#: Shorter passwords are not taken.
SHORTEST_PASSWORD = 16


@dataclass(frozen=True, slots=True)
class Login:
    """One login: its name, what it may be, in which hall, and whose origins it writes."""

    name: str
    role: str
    hall: str
    devices: tuple[str, ...]


def devices_of(role: str, device: str) -> tuple[str, ...]:
    """The devices that a machine with this `device` setting writes as.

    A desk's machine may be a kiosk's as well (`zhaocha hall`), and it is where accounts are made.
    """
    if role == "kiosk":
        return (device,)
    return (device, "D" + device.lstrip("K"), device + "F") if role == "desk" else ()


def grant(address: str, role: str, hall: str, device: str, password: str = "") -> tuple[Login, str]:
    """A new login for one machine, with its password, which is kept nowhere.

    Raises ValueError for what cannot be, StoreTrouble.
    """
    hall = ALL_HALLS if hall == "all" else hall
    _check(role, hall, device)
    password = password or secrets.token_urlsafe(24)
    if len(password) < SHORTEST_PASSWORD or not password.isascii():
        raise ValueError(f"a password is {SHORTEST_PASSWORD} or more ASCII characters")
    with translated(), connect(address) as raw:
        login = Login(_name(raw, role, hall, device), role, hall, devices_of(role, device))
        _not_yet(raw, login)
        # Hashed here, so that no log of the server ever has the password.
        locked = raw.pgconn.encrypt_password(
            password.encode(), login.name.encode(), b"scram-sha-256"
        ).decode()
        name = quoted(login.name)
        raw.execute(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT {CONNECTIONS} PASSWORD '{locked}'")
        raw.execute(f"ALTER ROLE {name} SET idle_in_transaction_session_timeout = '60s'")
        raw.execute(f"GRANT {quoted(role_name(raw.info.dbname, role))} TO {name}")
        raw.execute(
            "INSERT INTO guard.login (name, role, hall, devices) VALUES (%s, %s, %s, %s)",
            [login.name, role, hall, list(login.devices)],
        )
    return login, password


def revoke(address: str, name: str) -> int:
    """End a login at once: how many open sessions of it were ended with it.

    Raises ValueError for a login that was not granted here, StoreTrouble.
    """
    with translated(), connect(address, autocommit=True) as raw:
        if not raw.execute("SELECT FROM guard.login WHERE name = %s", [name]).rowcount:
            raise ValueError(f"there is no login {name!r} here: zhaocha store logins lists them")
        with raw.transaction():
            # From here on an open session reads and writes nothing, and no new one comes in.
            raw.execute("DELETE FROM guard.login WHERE name = %s", [name])
            there = raw.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).rowcount
            if there:
                raw.execute(f"ALTER ROLE {quoted(name)} NOLOGIN")
                _join(raw, name)
        if not there:
            return 0
        ended = raw.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s",
            [name],
        ).rowcount
        raw.execute(f"DROP ROLE {quoted(name)}")
    return ended


def logins(address: str) -> list[Login]:
    """Every login that was granted, by hall and name. Raises StoreTrouble."""
    with translated(), connect(address) as raw:
        found = raw.execute("SELECT name, role, hall, devices FROM guard.login ORDER BY hall, name")
        return [Login(name, role, hall, tuple(devices)) for name, role, hall, devices in found]


def _check(role: str, hall: str, device: str) -> None:
    if role not in ROLES:
        raise ValueError(f"a login is for a {', '.join(ROLES)}, not {role!r}")
    if hall == ALL_HALLS and role not in ("report", "auditor"):
        raise ValueError(f"a {role} belongs to one hall")
    for what, text in (("hall", hall), ("device", device)):
        if not (text.isascii() and text.isalnum()) and text != ALL_HALLS:
            raise ValueError(f"a {what} is named with letters and digits, not {text!r}")


def _name(raw: "psycopg.Connection", role: str, hall: str, device: str) -> str:
    hall = "all" if hall == ALL_HALLS else hall
    name = f"{role_name(raw.info.dbname, role)}_{hall}_{device}"
    if len(name.encode()) > LONGEST_NAME:
        raise ValueError(f"{name} is longer than the {LONGEST_NAME} characters of a login")
    return name


def _not_yet(raw: "psycopg.Connection", login: Login) -> None:
    if raw.execute("SELECT to_regclass('guard.login')").fetchone() == (None,):
        raise StoreTrouble("the shared store has no guards yet: zhaocha store init")
    # Two grants at once: the second one waits here and sees the first.
    raw.execute("LOCK guard.login IN SHARE ROW EXCLUSIVE MODE")
    taken = raw.execute(
        "SELECT name FROM guard.login WHERE name = %s OR (hall = %s AND devices && %s::text[])",
        [login.name, login.hall, list(login.devices)],
    ).fetchone()
    if taken:
        raise ValueError(f"{taken[0]} is this machine's login: revoke it first")


def _join(raw: "psycopg.Connection", name: str) -> None:
    """Who ends somebody's sessions has to be a superuser or have that role."""
    if raw.execute("SELECT FROM pg_roles WHERE rolname = current_user AND NOT rolsuper").rowcount:
        raw.execute(f"GRANT {quoted(name)} TO CURRENT_USER")
