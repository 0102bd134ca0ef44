"""The sample hall in the tests: founded once, then laid into any store; and one in memory."""

import tempfile
from functools import cache
from pathlib import Path

from db.batch import Batch
from db.event import Head, canonical, next_event
from db.hall import fold_hall
from db.happening import Appointed, Rostered, write_body
from db.store import Store
from db.terms import Duty, Role
from kiosk import staff
from tests.people import HALL

PIN = staff.SAMPLE_PIN


@cache
def founding() -> Batch:
    """Everything a founded sample hall has in its log; its secrets take a second to lock."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "hall.sqlite", hall=HALL, device="F1")
        staff.found_sample(store)
        batch = store.lacking({}, 10_000)
        store.close()
    return batch


def found(store: Store) -> Store:
    """The sample hall's people, keys and roster are in this store from now on."""
    store.receive(founding())
    return store


@cache
def own_key(login: str) -> str:
    """A sample account's own secret key."""
    with tempfile.TemporaryDirectory() as folder:
        store = found(Store.open(Path(folder) / "hall.sqlite", hall=HALL, device="B1"))
        own = staff.sign_in(store, login, PIN).own
        store.close()
    return own


@cache
def badge_keys(login: str) -> tuple[str, ...]:
    """The secret keys of its rings that a sample account holds."""
    with tempfile.TemporaryDirectory() as folder:
        store = found(Store.open(Path(folder) / "hall.sqlite", hall=HALL, device="B1"))
        keys = badge(store, login).keys(store.people())
        store.close()
    return keys


def badge(store: Store, login: str) -> staff.Badge:
    """Somebody of the sample hall, signed in without the wait."""
    return staff.Badge(store.people().person(login), own_key(login))


class Log:
    """A log in memory: one event after the other, from one origin unless told otherwise."""

    def __init__(self, clock=1):
        self.events, self.head, self.next = [], Head(), clock

    def add(self, subject, happening, clock=None, origin="K1-A"):
        kind, body = write_body(happening)
        event = next_event(
            HALL, origin, self.head, clock or self.next, subject, kind, 1, canonical(body)
        )
        self.next = max(self.next, event.clock) + 1
        self.head = Head(event.seq, event.hash)
        self.events.append(event)
        return event


@cache
def hall_in_memory():
    """The sample hall's people and weekly roster, there since the beginning of time."""
    log = Log()
    for one in (
        *staff.SAMPLE,
        staff.Person("clerk2", "督查指导科 值守员", Role.CLERK),
        staff.Person("other", "局长 带班领导", Role.LEADER, leads=True),
        staff.Person("w05", "社会保险科 5 号窗口", Role.HANDLER, "SI", ("W05",)),
    ):
        log.add(
            one.login,
            Appointed(
                "admin", one.login, one.post, one.role, one.department, one.windows, one.leads
            ),
        )
    for weekday in range(1, 8):
        log.add("roster", Rostered("admin", str(weekday), "", Duty.LEADER, "leader", "副局长"))
    return fold_hall(log.events)
