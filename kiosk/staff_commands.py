"""`zhaocha staff`: accounts and keys without a desk, and the founding of a hall.

Passwords come from a prompt, never from the command line, where everybody on the machine reads
them. Whoever does something signs in first; the owner of the machine may look and unlock.
"""

from collections.abc import Callable, Collection
from getpass import getpass
from typing import Protocol

from db.hall import NotHis, Person
from db.happening import Unlocked
from db.store import Store
from db.terms import Ring, Role
from kiosk.personnel import Member, Personnel, members
from kiosk.staff import (
    Locked,
    WeakPassword,
    WrongPin,
    check_password,
    found_hall,
    sign_in,
)
from kiosk.words import say

USAGE = (
    "staff takes: found | list | add LOGIN ROLE POST [DEPARTMENT [WINDOW ...]] | dismiss LOGIN | "
    "password LOGIN | unlock LOGIN | grant LOGIN RING | key RING"
)
#: Who founds a hall: what they are asked for, their role.
FOUNDERS = (
    ("the administrator", Role.ADMINISTRATOR),
    ("the coordinator, who holds the key of contact data", Role.COORDINATOR),
    ("the inspector, who holds the key of integrity cases", Role.INSPECTOR),
)
#: Each with the password they begin with.
Founders = list[tuple[Person, str]]


class Ask(Protocol):
    """Somebody at a terminal."""

    def text(self, prompt: str) -> str: ...
    def secret(self, prompt: str) -> str: ...


class Terminal:
    """The one this was started in."""

    def text(self, prompt: str) -> str:
        return input(prompt).strip()

    def secret(self, prompt: str) -> str:
        return getpass(prompt)


def run(
    words: list[str], store: Store, departments: Collection[str], ask: Ask | None = None
) -> int:
    """One command on the shared store. Raises ValueError for what may not be, StoreTrouble."""
    verb, *told = words or [""]
    takes = COMMANDS.get(verb)
    if takes is None or not takes.least <= len(told) <= takes.most:
        raise ValueError(USAGE)
    try:
        takes.do(Command(store, departments, ask or Terminal()), *told)
    except (NotHis, WeakPassword) as trouble:
        raise ValueError(say(str(trouble), "en")) from trouble
    except EOFError as trouble:
        raise ValueError("nobody answers: staff wants a terminal") from trouble
    except WrongPin as trouble:
        raise ValueError("that account or password is not right") from trouble
    except Locked as trouble:
        raise ValueError("too many tries: the account is locked") from trouble
    return 0


class Command:
    """What somebody at a terminal may do."""

    def __init__(self, store: Store, departments: Collection[str], ask: Ask) -> None:
        self._store = store
        self._departments = departments
        self._ask = ask

    def found(self) -> None:
        """The first accounts of a hall, and both rings' keys."""
        if self._store.people().founded:
            raise ValueError("somebody works in this hall already: zhaocha staff list")
        founders: Founders = []
        for who, role in FOUNDERS:
            print(f"\n{who}:")
            login, post = self._ask.text("  account: "), self._ask.text("  post: ")
            if not login or not post or login in {person.login for person, _ in founders}:
                raise ValueError("everybody needs an account of their own and a post")
            founders.append((Person(login, post, role), self._new_password()))
        found_hall(self._store, founders)
        print("\nfounded. Sign in at a desk, or go on with: zhaocha staff add")

    def people(self) -> None:
        """Everybody who works here, and how their accounts stand."""
        for member in members(self._store):
            print(_line(member))

    def add(self, login: str, role: str, post: str, department: str = "", *windows: str) -> None:
        """Take somebody on, or change what they are."""
        if role not in tuple(Role):
            raise ValueError(f"a role is one of {', '.join(Role)}, not {role!r}")
        if department and department not in self._departments:
            known = ", ".join(self._departments)
            raise ValueError(f"a department is one of {known}, not {department!r}")
        work = self._at_work()
        new = self._store.people().person(login) is None
        person = Person(login, post, Role(role), department, windows, role == Role.LEADER)
        work.appoint(person)
        if new:
            self._give(work, login)

    def dismiss(self, login: str) -> None:
        work = self._at_work()
        work.dismiss(login)
        print(f"{login} works here no more")
        for ring in work.exposed():
            print(f"somebody who left knew the key of ring {ring}: zhaocha staff key {ring}")

    def password(self, login: str) -> None:
        """One's own, or a first one for somebody else."""
        work = self._at_work()
        if work.person.login != login:
            self._give(work, login)
            return
        old = self._ask.secret("old password: ")
        work.change_password(old, self._new_password())
        print("changed")

    def unlock(self, login: str) -> None:
        """The owner of the machine may, as whoever has its store can."""
        self._store.append_hall(f"staff:{login}", Unlocked("", login))
        print(f"{login} may try again")

    def grant(self, login: str, ring: str) -> None:
        work = self._at_work()
        work.grant(login, _ring(ring))
        print(f"{login} holds the keys of ring {ring}")

    def key(self, ring: str) -> None:
        """A new key for a ring."""
        work = self._at_work()
        work.new_key(_ring(ring))
        print(f"ring {ring} has a new key; who may hold it has it at their next sign-in")

    def _at_work(self) -> Personnel:
        login = self._ask.text("your account: ")
        return Personnel(self._store, sign_in(self._store, login, self._ask.secret("password: ")))

    def _give(self, work: Personnel, login: str) -> None:
        print(f"{login} signs in once with {work.give_password(login)} and then chooses their own")

    def _new_password(self) -> str:
        new = self._ask.secret("  new password (8 signs or more, not all digits): ")
        check_password(new)
        if self._ask.secret("  once more: ") != new:
            raise ValueError("the two passwords differ")
        return new


class Takes:
    """A command with how many words it takes."""

    def __init__(self, do: Callable[..., None], least: int = 0, most: int | None = None) -> None:
        self.do = do
        self.least = least
        self.most = least if most is None else most


COMMANDS = {
    "found": Takes(Command.found),
    "list": Takes(Command.people),
    "add": Takes(Command.add, 3, 40),
    "dismiss": Takes(Command.dismiss, 1),
    "password": Takes(Command.password, 1),
    "unlock": Takes(Command.unlock, 1),
    "grant": Takes(Command.grant, 2),
    "key": Takes(Command.key, 1),
}


def _line(member: Member) -> str:
    person = member.person
    notes = [
        *(f"holds {ring}" for ring in member.holds),
        *(f"lacks {ring}" for ring in member.lacks),
        "leads" if person.leads else "",
        "locked" if member.locked else "",
        "" if member.enrolled else "no password",
        "first password" if member.given else "",
    ]
    about = [person.login, person.role, person.post, person.department, *person.windows]
    return " · ".join(part for part in (*about, *notes) if part)


def _ring(name: str) -> Ring:
    if name not in tuple(Ring):
        raise ValueError(f"a ring is one of {', '.join(Ring)}, not {name!r}")
    return Ring(name)
