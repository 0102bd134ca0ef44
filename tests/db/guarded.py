"""A guarded shared store in the tests: two halls, their machines' logins, something to steal."""

from dataclasses import dataclass

import psycopg

from db.guard import install
from db.happening import Accepted, Noted, Replied
from db.logins import Login, grant
from db.seal import new_key, seal
from db.store import Store
from db.sync import sync
from tests.hall import found
from tests.people import ANGRY, DONE, HALL, tell

OTHER_HALL = "370900"


@dataclass
class Guarded:
    """The owner's address, and the login of each machine by its role and device."""

    address: str
    logins: dict[str, Login]

    def login(self, name):
        """The address of a machine's own login: "kiosk K1"."""
        return as_login(self.address, self.logins[name].name)

    def as_who(self, name):
        return psycopg.connect(self.login(name), autocommit=True)

    def owner(self):
        return psycopg.connect(self.address, autocommit=True)


def as_login(address, name, password=""):
    return address.replace("postgres:@", f"{name}:{password}@", 1)


def guard(address):
    """Set a database up as an operator would, with a login for each machine of two halls."""
    install(address)
    logins = {}
    for role, hall, device in (
        ("kiosk", HALL, "K1"),
        ("kiosk", HALL, "K2"),
        ("desk", HALL, "K3"),
        ("track", HALL, "K4"),
        ("report", HALL, "R1"),
        ("auditor", HALL, "A1"),
        ("kiosk", OTHER_HALL, "K1"),
    ):
        key = f"{role} {device}" if hall == HALL else f"{role} of another hall"
        logins[key], _ = grant(address, role, hall, device)
    return Guarded(address, logins)


def desk_of_all(address):
    """A guarded store in partitions, as a desk's login sees it that writes as every machine of the
    tests."""
    install(address, partitions=3)
    login, _ = grant(address, "desk", HALL, "K1")
    machines = [f"{kind}{number}" for kind in "KDFST" for number in range(1, 5)]
    with psycopg.connect(address) as owner:
        owner.execute("UPDATE guard.login SET devices = %s", [machines])
    return as_login(address, login.name)


def lived_in(guarded, folder):
    """A case at each kiosk of the hall with a sealed telephone number, and what the desk did with
    both: the two cases with their codes."""
    owner = Store.open(guarded.address, hall=HALL, device="F1")
    found(owner)
    owner.close()
    public, _ = new_key()
    told = []
    for device in ("K1", "K2"):
        kiosk, shared = open_pair(guarded, folder, f"kiosk {device}", device)
        told.append(tell(kiosk, ANGRY, seal(public, "phone", "13805370000")))
        sync(kiosk, shared)
        kiosk.close()
        shared.close()
    desk, shared = open_pair(guarded, folder, "desk K3", "D3")
    sync(desk, shared)
    for case, _ in told:
        for happening in (Accepted("desk"), Noted("desk", "只给同事看"), Replied("desk", DONE)):
            desk.append(case.case_id, happening)
    sync(desk, shared)
    desk.close()
    shared.close()
    return told


def open_pair(guarded, folder, name, device, hall=HALL):
    """A machine's own store, and the shared one as its login sees it."""
    local = Store.open(folder / f"{hall}-{device}.sqlite", hall=hall, device=device)
    return local, Store.open(guarded.login(name), hall=hall, device=f"S{device}")
