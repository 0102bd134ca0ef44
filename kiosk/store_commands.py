"""`zhaocha store`: the shared store on Postgres, as its owner sets it up: tables, roles, logins.

Every command takes the address of somebody who owns the database. Machines never see it: each has a
login of its own.
"""

from collections.abc import Callable
from pathlib import Path

from db.engine import is_postgres, weak_transport
from db.guard import install
from db.guard_check import check
from db.logins import grant, logins, revoke

USAGE = (
    "store takes: init URL [PARTITIONS] | check URL | logins URL | "
    "grant URL kiosk|desk|track|report|auditor HALL DEVICE [PASSWORD-FILE] | revoke URL LOGIN"
)
#: Past this, planning costs more than smaller tables give.
MOST_PARTITIONS = 64


def run(words: list[str]) -> int:
    """One command; 1 where a check finds something missing.

    Raises ValueError for what may not be, StoreTrouble.
    """
    verb, *told = words or [""]
    least, most, do = COMMANDS.get(verb, (0, -1, None))
    if do is None or not least <= len(told) <= most:
        raise ValueError(USAGE)
    if not is_postgres(told[0]):
        raise ValueError(f"store wants a postgresql:// address, not {told[0]!r}")
    return do(*told)


def _init(address: str, partitions: str = "0") -> int:
    """A number of partitions, by hall, is for a store that will have many halls."""
    if not partitions.isdecimal() or int(partitions) > MOST_PARTITIONS:
        raise ValueError(f"partitions are a number up to {MOST_PARTITIONS}, not {partitions!r}")
    install(address, int(partitions))
    print("the tables, roles and guards are there")
    return _check(address)


def _check(address: str) -> int:
    found = check(address)
    for line in found.missing:
        print(f"missing: {line}")
    for line in (*found.advice, *filter(None, [weak_transport(address)])):
        print(f"worth knowing: {line}")
    if not found.missing:
        print("nothing is missing")
    return 1 if found.missing else 0


def _grant(address: str, role: str, hall: str, device: str, file: str = "") -> int:
    """The password comes from a file, or is made here and shown this once."""
    given = Path(file).read_text("utf-8").strip() if file else ""
    login, password = grant(address, role, hall, device, given)
    print(f"login: {login.name}")
    if not file:
        print(f"password (shown this once): {password}")
    writes = f"; it writes as {', '.join(login.devices)}" if login.devices else ""
    print(f"for the {role} of hall {hall}{writes}; docs/postgres.md says where it goes")
    return 0


def _revoke(address: str, name: str) -> int:
    ended = revoke(address, name)
    print(f"{name} is no more; open sessions ended: {ended}")
    return 0


def _logins(address: str) -> int:
    for login in logins(address):
        print(" · ".join((login.name, login.role, login.hall, *login.devices)))
    return 0


#: Command → the fewest and the most words it takes, and what it does.
COMMANDS: dict[str, tuple[int, int, Callable[..., int]]] = {
    "init": (1, 2, _init),
    "check": (1, 1, _check),
    "logins": (1, 1, _logins),
    "grant": (4, 5, _grant),
    "revoke": (2, 2, _revoke),
}
