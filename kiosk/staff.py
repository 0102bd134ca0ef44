"""The people of the hall who sign in at a desk: post, role, PIN, and their wrapped hall key.

A simple file of accounts beside the store. The hall's secret key is in it only wrapped in each
person's PIN, so that the file alone opens nothing.
"""

import json
import os
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from db.seal import WrongSecret, new_hall_key, unwrap, wrap

FILE = "staff.json"
SAMPLE_PIN = "246810"


class Role(StrEnum):
    """What somebody may do at the desk."""

    CLERK = "clerk"
    LEADER = "leader"
    #: 纪检: integrity cases, and nothing else.
    INSPECTOR = "inspector"


class WrongPin(Exception):
    """The account does not exist or the PIN is not its own: the same answer for both."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account; `pin` is an argon2id hash, `hall_key` the wrapped secret key."""

    login: str
    post: str
    role: Role
    pin: str
    hall_key: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who has signed in; `hall_key` opens what citizens sealed."""

    login: str
    post: str
    role: Role
    hall_key: str


@dataclass(frozen=True, slots=True)
class Staff:
    """Every account of a hall, and the public key its kiosks seal to."""

    public_key: str
    accounts: tuple[Account, ...]

    def sign_in(self, login: str, pin: str) -> Person:
        """Raises WrongPin."""
        from nacl.exceptions import InvalidkeyError
        from nacl.pwhash import argon2id

        account = next((a for a in self.accounts if a.login == login), self.accounts[0])
        try:
            argon2id.verify(account.pin.encode(), pin.encode())
            key = unwrap(account.hall_key, pin)
        except (InvalidkeyError, WrongSecret) as trouble:
            raise WrongPin(login) from trouble
        if account.login != login:
            raise WrongPin(login)
        return Person(account.login, account.post, account.role, key)


def sample_staff(pin: str = SAMPLE_PIN) -> Staff:
    """A hall to try: clerk, duty leader and inspector with the same PIN and the hall's key pair."""
    from nacl.pwhash import argon2id

    public, secret = new_hall_key()
    posts = (
        ("desk", "督查指导科 值守员", Role.CLERK),
        ("leader", "副局长 带班领导", Role.LEADER),
        ("inspector", "派驻纪检监察组", Role.INSPECTOR),
    )
    hashed = argon2id.str(
        pin.encode(), argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE
    ).decode()
    accounts = tuple(
        Account(login, post, role, hashed, wrap(secret, pin)) for login, post, role in posts
    )
    return Staff(public, accounts)


def load(folder: Path) -> Staff:
    """The hall's staff. Raises FileNotFoundError before `zhaocha init`."""
    told = json.loads((folder / FILE).read_text("utf-8"))
    accounts = tuple(Account(**{**a, "role": Role(a["role"])}) for a in told["accounts"])
    return Staff(told["public_key"], accounts)


def save(staff: Staff, folder: Path) -> None:
    """Write the accounts, readable by their owner only."""
    file = folder / FILE
    text = json.dumps(asdict(staff), ensure_ascii=False, indent=1)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
