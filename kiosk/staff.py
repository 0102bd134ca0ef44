"""Signing in: an account's secret opens its own key, and that opens the keys of its rings.

Accounts are events of the hall. What stands of a secret in the log is only the account's own key,
locked with it (argon2id). Wrong tries are events too: a restart, another machine or another clock
does not make them undone.
"""

from dataclasses import dataclass, field
from functools import cache

from db.hall import RING_ROLES, Hall, Person
from db.happening import (
    Appointed,
    Enrolled,
    KeyGranted,
    KeyMade,
    Rostered,
    SignedIn,
    SignInFailed,
)
from db.seal import WrongSecret, grant, new_key, take_grant, unwrap, wrap
from db.store import Store
from db.terms import Duty, Role

SAMPLE_PIN = "246810"
SAMPLE = (
    Person("admin", "信息科 系统管理员", Role.ADMINISTRATOR),
    Person("desk", "督查指导科 值守员", Role.CLERK),
    Person("coordinator", "督查指导科 协调员", Role.COORDINATOR),
    Person("head", "社会保险科 科长", Role.HEAD, "SI"),
    Person("handler", "社会保险科 承办人", Role.HANDLER, "SI"),
    Person("leader", "副局长 带班领导", Role.LEADER, leads=True),
    Person("supervisor", "局督查专员", Role.SUPERVISOR),
    Person("inspector", "派驻纪检监察组", Role.INSPECTOR),
    Person("auditor", "审计科", Role.AUDITOR),
)


class WrongPin(Exception):
    """The account does not exist or the secret is not its own: the same answer for both."""


class Locked(Exception):
    """Too many wrong tries in a row: somebody else has to unlock the account."""


@dataclass(frozen=True, slots=True)
class Badge:
    """What signing in gives: who it is, and the secret keys that this person may hold."""

    person: Person
    keys: tuple[str, ...] = field(default=(), repr=False)


def sign_in(store: Store, login: str, secret: str) -> Badge:
    """Raises WrongPin, Locked, StoreTrouble. Every try is in the log before its answer."""
    hall = store.people()
    person, enrolled = hall.person(login), hall.enrolments.get(login)
    if hall.locked(login):
        raise Locked(login)
    try:
        own = unwrap(enrolled.wrapped if enrolled else _nobody(), secret)
    except WrongSecret as trouble:
        if person is not None:
            store.append_hall(f"staff:{login}", SignInFailed(login))
        raise WrongPin(login) from trouble
    if person is None or enrolled is None:
        raise WrongPin(login)
    store.append_hall(f"staff:{login}", SignedIn(login))
    return Badge(person, keys_of(hall, login, own))


def keys_of(hall: Hall, login: str, own: str) -> tuple[str, ...]:
    """The rings' secret keys that were granted to this person, the newest first."""
    granted = [content for (to, _), content in hall.grants.items() if to == login]
    return tuple(take_grant(own, content) for content in reversed(granted))


@cache
def _nobody() -> str:
    """Costs an unknown account the same work as a known one."""
    return wrap(new_key()[1], new_key()[1])


def enrol(store: Store, login: str, secret: str) -> tuple[str, str]:
    """Give an account its own key pair, locked with its secret: (public, secret key)."""
    public, own = new_key()
    store.append_hall(f"staff:{login}", Enrolled(login, public, wrap(own, secret)))
    return public, own


def found_sample(store: Store, secret: str = SAMPLE_PIN) -> None:
    """A hall to try: one account of every role with the same secret, keys, a weekly roster."""
    founder = SAMPLE[0].login
    for one in SAMPLE:
        store.append_hall(
            f"staff:{one.login}",
            Appointed(
                founder, one.login, one.post, one.role, one.department, one.windows, one.leads
            ),
        )
    own = {one.login: enrol(store, one.login, secret)[0] for one in SAMPLE}
    for ring, roles in RING_ROLES.items():
        public, key = new_key()
        store.append_hall(f"key:{ring}", KeyMade(founder, ring, public))
        for one in SAMPLE:
            if one.role in roles:
                granted = KeyGranted(founder, ring, public, one.login, grant(own[one.login], key))
                store.append_hall(f"key:{ring}", granted)
    for weekday in range(1, 8):
        for half, duty, login in (
            ("", Duty.LEADER, "leader"),
            ("am", Duty.WINDOW, "desk"),
            ("pm", Duty.WINDOW, "desk"),
        ):
            post = next(one.post for one in SAMPLE if one.login == login)
            shift = Rostered(founder, str(weekday), half, duty, login, post)
            store.append_hall("roster", shift)
