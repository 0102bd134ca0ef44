"""The hall itself: who works here as what, whose keys open what, who is on duty, what was improved.

A hall is the fold of its own events, as a case is of its. What somebody had no right to do does not
count, whatever program wrote it.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from db.event import Event, clock_ms
from db.happening import (
    Appointed,
    Called,
    Dismissed,
    Enrolled,
    Exported,
    Happening,
    Improved,
    KeyGranted,
    KeyMade,
    Rostered,
    SignedIn,
    SignInFailed,
    Unlocked,
    read_body,
)
from db.terms import Duty, Ring, Role

#: Who may hold the keys of a ring.
RING_ROLES = {
    Ring.CONTACT: frozenset({Role.CLERK, Role.COORDINATOR, Role.LEADER, Role.SUPERVISOR}),
    Ring.INTEGRITY: frozenset({Role.INSPECTOR}),
}
#: Who may call the leader of the day; whoever has no cases has no need to.
MAY_CALL = frozenset(Role) - {Role.ADMINISTRATOR, Role.AUDITOR}
#: Who may be rostered at the window (R-26).
AT_WINDOW = frozenset({Role.CLERK, Role.COORDINATOR, Role.HEAD})
#: Who may take cases out into a file; and who may take their words and times along.
MAY_EXPORT = frozenset({Role.COORDINATOR, Role.HEAD, Role.LEADER, Role.SUPERVISOR})
MAY_EXPORT_WHOLE = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
#: A wrong secret this many times in a row locks an account, on every machine.
TRIES = 5
NOON = "pm"
HALVES = ("am", "pm")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works in the hall, named by post, never by name."""

    login: str
    post: str
    role: Role
    department: str = ""
    windows: tuple[str, ...] = ()
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """One entry of the roster; an empty `half` is the whole day."""

    day: str
    half: str
    duty: Duty
    login: str
    post: str
    reason: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A hall's event that did not count, and why."""

    happening: Happening
    why: str


@dataclass(slots=True)
class Hall:
    """What the hall's events add up to. Only `fold_hall` writes to it."""

    improvements: dict[str, Improved] = field(default_factory=dict)
    enrolments: dict[str, Enrolled] = field(default_factory=dict)
    keys: dict[Ring, tuple[str, ...]] = field(default_factory=dict)
    grants: dict[tuple[str, str], str] = field(default_factory=dict)
    #: Public keys whose secret half somebody has known who may not hold it any more.
    exposed: set[str] = field(default_factory=set)
    tries: dict[str, int] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    _people: dict[str, list[tuple[int, Person | None]]] = field(default_factory=dict)
    _roster: dict[tuple[str, str, Duty], list[tuple[int, Shift]]] = field(default_factory=dict)

    @property
    def founded(self) -> bool:
        return bool(self._people)

    def person(self, login: str, clock: int | None = None) -> Person | None:
        """Who this was at that clock (now without one); None for nobody."""
        known = self._people.get(login)
        if not known:
            return None
        since, person = known[-1]
        if clock is None or since <= clock:
            return person
        place = bisect_right(known, clock, key=lambda at: at[0])
        return known[place - 1][1] if place else None

    @property
    def people(self) -> tuple[Person, ...]:
        """Everybody who works here now, by login."""
        now = (known[-1][1] for _, known in sorted(self._people.items()))
        return tuple(person for person in now if person is not None)

    def key(self, ring: Ring) -> str:
        """The public key to seal to; empty before there is one."""
        return self.keys.get(ring, ("",))[-1]

    def ring_of(self, public: str) -> Ring | None:
        """The ring that this public key belongs to."""
        return next((ring for ring, keys in self.keys.items() if public in keys), None)

    def holds(self, login: str, public: str) -> bool:
        """Whether somebody was granted the secret half of this key."""
        return (login, public) in self.grants

    def locked(self, login: str) -> bool:
        return self.tries.get(login, 0) >= TRIES

    def shift(self, day: date, duty: Duty, half: str, clock: int | None = None) -> Shift | None:
        """Who is on duty: what was said of the day itself, else what holds every week."""
        for when in (day.isoformat(), str(day.isoweekday())):
            for part in (half, ""):
                found = self._said(when, part, duty, clock)
                if found is not None:
                    return found if found.login else None
        return None

    def _said(self, when: str, half: str, duty: Duty, clock: int | None) -> Shift | None:
        known = self._roster.get((when, half, duty))
        if not known:
            return None
        if clock is None:
            return known[-1][1]
        place = bisect_right(known, clock, key=lambda at: at[0])
        return known[place - 1][1] if place else None

    def leads(self, login: str, clock: int) -> bool:
        """Whether this person leads the day of that clock."""
        day = date.fromtimestamp(clock_ms(clock) / 1000)
        shifts = (self.shift(day, Duty.LEADER, half, clock) for half in HALVES)
        return any(shift is not None and shift.login == login for shift in shifts)

    def shifts(self, first: date, last: date) -> list[Shift]:
        """What was said of these days themselves, in order."""
        span = (first.isoformat(), last.isoformat())
        found = [known[-1][1] for known in self._roster.values()]
        return sorted(
            (s for s in found if span[0] <= s.day <= span[1]),
            key=lambda s: (s.day, s.half, s.duty),
        )

    def weekly(self) -> list[Shift]:
        """What holds every week; the day is 1 for Monday to 7."""
        found = [known[-1][1] for known in self._roster.values()]
        return sorted((s for s in found if len(s.day) == 1), key=lambda s: (s.day, s.half, s.duty))

    def swaps(self) -> list[Shift]:
        """Every entry that replaced another one or has a reason, the newest first."""
        found = [
            at
            for known in self._roster.values()
            for place, at in enumerate(known)
            if place or at[1].reason
        ]
        return [shift for _, shift in sorted(found, key=lambda at: -at[0])]


class NotHis(Exception):
    """A hall's event by somebody who had no right to it; the message says why, for staff."""


def fold_hall(events: Iterable[Event]) -> Hall:
    """The hall that these events add up to; kinds it does not know are passed over."""
    hall = Hall()
    for event in sorted(events, key=lambda e: (e.clock, e.origin, e.seq)):
        happening = read_body(event)
        if happening is None:
            continue
        try:
            check_hall(hall, happening)
        except NotHis as why:
            hall.refused.append(Refused(happening, str(why)))
        else:
            _take(hall, happening, event.case_id, event.clock)
    return hall


def check_hall(hall: Hall, happening: Happening) -> None:
    """Whether this may happen in the hall now. Raises NotHis."""
    by = hall.person(getattr(happening, "by", ""))
    match happening:
        case Appointed():
            founding = not hall.founded and happening.role is Role.ADMINISTRATOR
            if not founding:
                _role(by, Role.ADMINISTRATOR)
            if hall.person(happening.login) and happening.role is not Role.ADMINISTRATOR:
                _not_the_last(hall, happening.login)
        case Dismissed():
            _role(by, Role.ADMINISTRATOR)
            _not_the_last(hall, happening.login)
        case KeyMade():
            if happening.ring in hall.keys:
                _role(by, *RING_ROLES[happening.ring] - {Role.CLERK})
            else:
                _role(by, Role.ADMINISTRATOR, *RING_ROLES[happening.ring])
        case KeyGranted():
            grantee = hall.person(happening.login)
            if grantee is None or grantee.role not in RING_ROLES[happening.ring]:
                raise NotHis("这个岗位不能看这类内容")
            enrolled = hall.enrolments.get(happening.login)
            if enrolled is not None and enrolled.by:
                raise NotHis("要等本人换过密码，才能给钥匙")
            if happening.to and (enrolled is None or enrolled.public != happening.to):
                raise NotHis("对方刚换过密码，请再给一次")
            _role(by, Role.ADMINISTRATOR, *RING_ROLES[happening.ring])
        case Enrolled():
            _works_here(hall, happening.login)
            if happening.by:
                _role(by, Role.ADMINISTRATOR)
        case Called() if happening.by:
            _role(by, *MAY_CALL)
        case SignedIn() | SignInFailed():
            _works_here(hall, happening.login)
            # What is locked stays so, whoever guessed right in the meantime or elsewhere.
            if hall.locked(happening.login):
                raise NotHis("账号锁着")
        case Unlocked():
            # Without a name: whoever owns the machine itself, on its command line.
            if happening.by:
                _role(by, Role.ADMINISTRATOR, Role.COORDINATOR)
            if happening.by == happening.login:
                raise NotHis("不能自己给自己解锁")
        case Rostered():
            _role(by, Role.ADMINISTRATOR, Role.COORDINATOR)
            _may_serve(hall.person(happening.login), happening)
        case Improved():
            _role(by, Role.COORDINATOR, Role.HEAD, Role.SUPERVISOR)
        case Exported():
            _role(by, *(MAY_EXPORT_WHOLE if happening.whole else MAY_EXPORT))
        case _:
            pass


def _take(hall: Hall, happening: Happening, subject: str, clock: int) -> None:
    match happening:
        case Appointed(_, login, post, role, department, windows, leads):
            person = Person(login, post, role, department, windows, leads)
            hall._people.setdefault(login, []).append((clock, person))
            _take_keys(hall, login, role)
        case Dismissed(_, login):
            hall._people.setdefault(login, []).append((clock, None))
            hall.enrolments.pop(login, None)
            _take_keys(hall, login, None)
        case Enrolled():
            before = hall.enrolments.get(happening.login)
            if before is not None and before.public != happening.public:
                # What was sealed to the old key is out of reach.
                for granted in [at for at in hall.grants if at[0] == happening.login]:
                    del hall.grants[granted]
            hall.enrolments[happening.login] = happening
            if happening.by:
                hall.tries.pop(happening.login, None)
        case KeyMade():
            hall.keys[happening.ring] = (*hall.keys.get(happening.ring, ()), happening.public)
        case KeyGranted():
            hall.grants[happening.login, happening.public] = happening.content
        case SignInFailed(login):
            hall.tries[login] = hall.tries.get(login, 0) + 1
        case SignedIn(login) | Unlocked(_, login):
            hall.tries.pop(login, None)
        case Rostered(by, day, half, duty, login, post, reason):
            shift = Shift(day, half, duty, login, post, reason, by)
            hall._roster.setdefault((day, half, duty), []).append((clock, shift))
        case Improved():
            hall.improvements[subject] = happening


def _take_keys(hall: Hall, login: str, role: Role | None) -> None:
    """Whoever may not hold a key any more loses its grant; what they know, they know."""
    for to, public in list(hall.grants):
        ring = hall.ring_of(public)
        if to == login and (ring is None or role not in RING_ROLES[ring]):
            del hall.grants[to, public]
            hall.exposed.add(public)


def _works_here(hall: Hall, login: str) -> None:
    if hall.person(login) is None:
        raise NotHis("没有这个账号")


def _role(person: Person | None, *roles: Role) -> None:
    if person is None or person.role not in roles:
        raise NotHis("您的岗位不能这样办")


def _not_the_last(hall: Hall, login: str) -> None:
    """The hall keeps an administrator."""
    others = [p for p in hall.people if p.role is Role.ADMINISTRATOR and p.login != login]
    if not others:
        raise NotHis("大厅至少要有一名管理员")


def _may_serve(person: Person | None, rostered: Rostered) -> None:
    if not rostered.login:
        return
    if person is None:
        raise NotHis("没有这个账号")
    if rostered.duty is Duty.LEADER and not person.leads:
        raise NotHis("带班的必须是县级以上领导")
    if rostered.duty is Duty.WINDOW and person.role not in AT_WINDOW:
        raise NotHis("值守的必须是科室或窗口负责人、值守员")
