"""Signing in: an account's secret opens its own key, and that opens the keys of its rings.

Accounts are events of the hall. What stands of a secret in the log is only the account's own key,
locked with it (argon2id). Wrong tries are events too: a restart, another machine or another clock
does not make them undone. On a device of their own somebody may have a short PIN beside it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from db.code import ALPHABET
from db.hall import RING_ROLES, Hall, NotHis, Person
from db.happening import (
    Appointed,
    Enrolled,
    KeyGranted,
    KeyMade,
    OfHall,
    Rostered,
    SignedIn,
    SignInFailed,
)
from db.seal import WrongSecret, grant, new_key, public_of, take_grant, unwrap, wrap
from db.store import Store
from db.terms import Duty, Role
from kiosk.pins import Pins, looks_like_pin

#: A password stands in the log, locked with itself: short ones could be tried at leisure.
LEAST = 8
#: The sample hall's, known to everybody and too short for a real one.
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


class WeakPassword(ValueError):
    """A password that somebody with a copy of the store would guess; the message is for staff."""


class Locked(Exception):
    """Too many wrong tries in a row: somebody else has to unlock the account."""


@dataclass(frozen=True, slots=True)
class Badge:
    """What signing in gives: who it is, and the account's own secret key."""

    person: Person
    own: str = field(default="", repr=False)
    #: Somebody else gave them the password, and knows it.
    given: bool = False
    #: Grant → the key in it, None for one that this secret does not open: neither ever changes.
    _opened: dict[str, str | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def keys(self, hall: Hall) -> tuple[str, ...]:
        """The rings' secret keys that were granted to this person by now, the newest first."""
        if not self.own:
            return ()
        granted = [content for (to, _), content in hall.grants.items() if to == self.person.login]
        return tuple(key for content in reversed(granted) if (key := self._key(content)))

    def _key(self, content: str) -> str | None:
        if content not in self._opened:
            try:
                self._opened[content] = take_grant(self.own, content)
            except WrongSecret:
                # Granted to the key of another password than the one they came in with.
                self._opened[content] = None
        return self._opened[content]


def sign_in(store: Store, login: str, secret: str, pins: Pins | None = None) -> Badge:
    """Raises WrongPin, Locked, StoreTrouble. Every try is in the log before its answer."""
    hall = store.people()
    own = prove(store, login, secret, pins)
    person, enrolled = hall.person(login), hall.enrolments.get(login)
    if person is None or enrolled is None:
        raise WrongPin(login)
    _note(store, SignedIn(login))
    return Badge(person, own, bool(enrolled.by))


def prove(store: Store, login: str, secret: str, pins: Pins | None = None) -> str:
    """The account's own key, which its secret opens. Raises WrongPin, Locked, StoreTrouble."""
    hall = store.people()
    person, enrolled = hall.person(login), hall.enrolments.get(login)
    if hall.locked(login):
        raise Locked(login)
    if enrolled is not None and pins is not None and looks_like_pin(secret):
        try:
            return pins.open(login, enrolled.public, secret)
        except WrongSecret:
            pass
    try:
        return unwrap(enrolled.wrapped if enrolled else _nobody(), secret)
    except WrongSecret as trouble:
        if person is not None:
            _note(store, SignInFailed(login))
        raise WrongPin(login) from trouble


def _note(store: Store, tried: SignedIn | SignInFailed) -> None:
    """Before anybody hears of it; of tries at the same moment five get an answer. Raises Locked."""
    try:
        store.append_hall(f"staff:{tried.login}", tried)
    except NotHis as trouble:
        raise Locked(tried.login) from trouble


@cache
def _nobody() -> str:
    """Costs an unknown account the same work as a known one."""
    return wrap(new_key()[1], new_key()[1])


def check_password(password: str) -> None:
    """Raises WeakPassword."""
    if len(password) < LEAST:
        raise WeakPassword("密码至少八位")
    if password.isdigit():
        raise WeakPassword("密码不能只有数字")


def first_password() -> str:
    """Twelve letters and digits to read aloud or copy down, for somebody's first day."""
    while True:
        made = "".join(secrets.choice(ALPHABET) for _ in range(12)).lower()
        if not made.isdigit():
            return "-".join((made[:4], made[4:8], made[8:]))


def enrol(store: Store, login: str, secret: str, by: str = "") -> tuple[str, str]:
    """Give an account its own key pair, locked with its secret: (public, secret key).

    `by` is who chose the secret for them. Raises NotHis, StoreTrouble.
    """
    public, own = new_key()
    store.append_hall(f"staff:{login}", Enrolled(login, public, wrap(own, secret), by))
    return public, own


def change_password(store: Store, badge: Badge, old: str, new: str) -> Badge:
    """A new password is a new key of their own: whoever knew the old one opens nothing more.

    What they hold of the rings goes along. Raises WeakPassword, WrongPin, Locked, StoreTrouble.
    """
    check_password(new)
    login = badge.person.login
    own = prove(store, login, old)
    hall = store.people()
    # With the key that the password opens: another machine may have changed it since they came in.
    keys = Badge(badge.person, own).keys(hall)
    public, secret = new_key()
    taken_along = [
        KeyGranted(login, ring, ring_key, login, grant(public, key), public)
        for key in reversed(keys)
        if (ring := hall.ring_of(ring_key := public_of(key))) is not None
    ]
    store.append_hall(f"staff:{login}", Enrolled(login, public, wrap(secret, new)), *taken_along)
    return Badge(badge.person, secret)


def found_hall(store: Store, founders: Sequence[tuple[Person, str]]) -> None:
    """A real hall's first accounts with their own passwords, and both rings' keys for them.

    The first founder is the administrator. All of it or nothing. Raises NotHis, WeakPassword,
    StoreTrouble.
    """
    if store.people().founded:
        raise NotHis("这个大厅已经有人了")
    first = founders[0][0].login
    events: list[OfHall] = []
    own: dict[str, str] = {}
    for person, password in founders:
        check_password(password)
        own[person.login], secret = new_key()
        events += (
            Appointed(
                first,
                person.login,
                person.post,
                person.role,
                person.department,
                person.windows,
                person.leads,
            ),
            Enrolled(person.login, own[person.login], wrap(secret, password)),
        )
    for ring, roles in RING_ROLES.items():
        holders = [person.login for person, _ in founders if person.role in roles]
        if not holders:
            raise NotHis("每把钥匙都要有人拿")
        public, key = new_key()
        events.append(KeyMade(first, ring, public))
        events += (
            KeyGranted(first, ring, public, to, grant(own[to], key), own[to]) for to in holders
        )
    store.append_hall("founding", *events)


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
