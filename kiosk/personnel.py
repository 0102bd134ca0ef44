"""Who works here: what an administrator, a coordinator, a key's holder and an auditor may do.

Each deed is one transaction in the log and checked there (`db.hall`); a password goes no further
than the key it locks.
"""

from dataclasses import dataclass

from db.hall import RING_ROLES, Hall, NotHis, Person
from db.happening import Appointed, Dismissed, KeyGranted, KeyMade, OfHall, Unlocked
from db.seal import grant, new_key, public_of
from db.store import Store
from db.terms import Ring, Role
from db.trail import PAGE, Trace, trail
from kiosk.pins import Pins, check_pin
from kiosk.staff import Badge, change_password, enrol, first_password, prove


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works here, and how their account stands."""

    person: Person
    locked: bool
    enrolled: bool
    #: Their password is still the one they were given.
    given: bool
    #: Rings whose newest key they hold, and may be granted.
    holds: tuple[Ring, ...]
    lacks: tuple[Ring, ...]


class Personnel:
    """One signed-in person, and the accounts and keys of the hall."""

    def __init__(self, store: Store, badge: Badge, pins: Pins | None = None) -> None:
        self.badge = badge
        self._store = store
        self._pins = pins

    @property
    def person(self) -> Person:
        return self.badge.person

    # --- accounts -----------------------------------------------------------------------------

    def members(self) -> list[Member]:
        """Everybody who works here now, by login."""
        return members(self._store)

    def appoint(self, person: Person) -> Hall:
        """Take somebody on, or change their post. Raises NotHis, StoreTrouble."""
        return self._append(
            f"staff:{person.login}",
            Appointed(
                self.person.login,
                person.login,
                person.post,
                person.role,
                person.department,
                person.windows,
                person.leads,
            ),
        )

    def dismiss(self, login: str) -> Hall:
        """They work here no more; what they did stays. Raises NotHis, StoreTrouble."""
        return self._append(f"staff:{login}", Dismissed(self.person.login, login))

    def give_password(self, login: str) -> str:
        """A first password, to be told to its owner and changed by them.

        Raises NotHis, StoreTrouble.
        """
        if login == self.person.login:
            raise NotHis("自己的密码在“我的密码”里换")
        made = first_password()
        enrol(self._store, login, made, self.person.login)
        return made

    def unlock(self, login: str) -> Hall:
        """Somebody who tried too often may try again. Raises NotHis, StoreTrouble."""
        return self._append(f"staff:{login}", Unlocked(self.person.login, login))

    # --- keys ---------------------------------------------------------------------------------

    def rings(self) -> tuple[Ring, ...]:
        """The rings whose newest key this person holds."""
        hall = self._store.people()
        return tuple(ring for ring in Ring if hall.key(ring) in self._held())

    def exposed(self) -> tuple[Ring, ...]:
        """Rings that need a new key: somebody has known this one who may not any more."""
        hall = self._store.people()
        return tuple(ring for ring in Ring if hall.key(ring) in hall.exposed)

    def grant(self, login: str, ring: Ring) -> Hall:
        """Every key of the ring that this person holds, also to somebody else who may hold it.

        Raises NotHis, StoreTrouble.
        """
        hall = self._store.people()
        held = self._held()
        keys = [public for public in hall.keys.get(ring, ()) if public in held]
        if not keys:
            raise NotHis("您没有这把钥匙")
        if login not in hall.enrolments:
            raise NotHis("对方还没有密码")
        granted = (self._granted(hall, ring, p, login, held[p]) for p in keys)
        return self._append(f"key:{ring}", *granted)

    def new_key(self, ring: Ring) -> Hall:
        """From now on kiosks seal to a new key; all who may hold it get it.

        Older keys go on opening what was sealed to them, for whoever held them.
        Raises NotHis, StoreTrouble.
        """
        hall = self._store.people()
        public, secret = new_key()
        to = [
            member.person.login
            for member in self.members()
            if member.enrolled and not member.given and member.person.role in RING_ROLES[ring]
        ]
        if self.person.login not in to:
            raise NotHis("您的岗位不能这样办")
        return self._append(
            f"key:{ring}",
            KeyMade(self.person.login, ring, public),
            *(self._granted(hall, ring, public, login, secret) for login in to),
        )

    def _granted(self, hall: Hall, ring: Ring, public: str, login: str, secret: str) -> KeyGranted:
        own = hall.enrolments[login].public
        return KeyGranted(self.person.login, ring, public, login, grant(own, secret), own)

    def _held(self) -> dict[str, str]:
        return {public_of(key): key for key in self.badge.keys(self._store.people())}

    # --- one's own ----------------------------------------------------------------------------

    def change_password(self, old: str, new: str) -> None:
        """Raises WeakPassword, WrongPin, Locked, StoreTrouble."""
        self.badge = change_password(self._store, self.badge, old, new)

    def has_pin(self) -> bool:
        """Whether a PIN opens this person's account on this device."""
        enrolled = self._store.people().enrolments.get(self.person.login)
        return (
            self._pins is not None
            and enrolled is not None
            and self._pins.has(self.person.login, enrolled.public)
        )

    def set_pin(self, password: str, pin: str) -> None:
        """A short PIN on this device. Raises WeakPin, WrongPin, Locked, StoreTrouble."""
        login = self.person.login
        if self._pins is None or self.badge.given:
            raise NotHis("先换成自己的密码")
        check_pin(pin)
        own = prove(self._store, login, password)
        self._pins.keep(login, self._store.people().enrolments[login].public, own, pin)

    def forget_pin(self) -> None:
        """The password alone opens the account here from now on."""
        if self._pins is not None:
            self._pins.forget(self.person.login)

    # --- the log ------------------------------------------------------------------------------

    def trail(self, before: int | None = None, limit: int = PAGE) -> list[Trace]:
        """Who did what, when, to which case: for auditors alone. Raises NotHis, StoreTrouble."""
        if self.person.role is not Role.AUDITOR:
            raise NotHis("您的岗位不能这样办")
        return trail(self._store, self.person.login, before, limit)

    def _append(self, subject: str, *happenings: OfHall) -> Hall:
        return self._store.append_hall(subject, *happenings)


def members(store: Store) -> list[Member]:
    """Everybody who works here now, by login. Raises StoreTrouble."""
    hall = store.people()
    return [_member(hall, person) for person in hall.people]


def _member(hall: Hall, person: Person) -> Member:
    enrolled = hall.enrolments.get(person.login)
    may = [ring for ring in Ring if hall.key(ring) and person.role in RING_ROLES[ring]]
    holds = [ring for ring in may if hall.holds(person.login, hall.key(ring))]
    return Member(
        person,
        hall.locked(person.login),
        enrolled is not None,
        bool(enrolled and enrolled.by),
        tuple(holds),
        tuple(ring for ring in may if ring not in holds),
    )
