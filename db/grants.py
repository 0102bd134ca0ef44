"""Which devices the hall's door lets in: a token each, kept as a hash among the store's facts."""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from db.engine import Refused
from db.scope import device_of
from db.store import Store

#: A kiosk hands in what it wrote itself and gets nothing sealed; a desk hands in and gets all.
SCOPES = ("kiosk", "desk")
PREFIX = "door:"


class NotGranted(Refused):
    """This token opens nothing here; the message says why, for the people at the device."""


class Revoked(NotGranted):
    """It did once."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One device's right to come through the door."""

    device: str
    scope: str
    granted: str
    #: When it was taken back; empty while it stands.
    revoked: str = ""

    def may_hand_in(self, origin: str) -> bool:
        return self.scope == "desk" or device_of(origin) == self.device


def grant(store: Store, device: str, scope: str = "kiosk") -> str:
    """A new token for a device, which makes an older one void: told once, kept nowhere.

    Raises ValueError, StoreTrouble.
    """
    if not (device.isascii() and device.isalnum()):
        raise ValueError(f"a device is named with letters and digits, not {device!r}")
    if scope not in SCOPES:
        raise ValueError(f"a device comes as {' or '.join(SCOPES)}, not {scope!r}")
    token = f"{device}.{secrets.token_urlsafe(24)}"
    kept = {"scope": scope, "token": _hash(token), "granted": _now(), "revoked": ""}
    store.set_fact(PREFIX + device, json.dumps(kept))
    return token


def revoke(store: Store, device: str) -> None:
    """From now on its token opens nothing. Raises ValueError, StoreTrouble."""
    kept = store.fact(PREFIX + device)
    if kept is None:
        raise ValueError(f"{device} was never granted anything: zhaocha door list")
    told = json.loads(kept)
    store.set_fact(PREFIX + device, json.dumps({**told, "revoked": told["revoked"] or _now()}))


def grants(store: Store) -> list[Grant]:
    """Every device that was ever let in."""
    found = sorted(store.facts(PREFIX).items())
    return [_grant(name.removeprefix(PREFIX), json.loads(told)) for name, told in found]


def admitted(store: Store, token: str) -> Grant:
    """Whom a token belongs to. Raises NotGranted, Revoked, StoreTrouble."""
    (found,) = admitted_all(store, [token])
    if isinstance(found, NotGranted):
        raise found
    return found


def admitted_all(store: Store, tokens: list[str]) -> list["Grant | NotGranted"]:
    """The same for many at once: of each its grant, or why there is none. Raises StoreTrouble."""
    facts = store.facts_named({PREFIX + token.partition(".")[0] for token in tokens})
    found: list[Grant | NotGranted] = []
    for token in tokens:
        try:
            found.append(_admitted(facts, token))
        except NotGranted as refusal:
            found.append(refusal)
    return found


def _admitted(facts: dict[str, str], token: str) -> Grant:
    device = token.partition(".")[0]
    kept, found = _read(device, facts.get(PREFIX + device, ""))
    # An unknown device and a wrong token are told the same.
    if not hmac.compare_digest(kept, _hash(token)):
        raise NotGranted("the hall's door does not know this machine's token; ask for a new one")
    if found.revoked:
        raise Revoked(
            f"the token of {device} was revoked at {found.revoked[:16]}; ask for a new one"
        )
    return found


@lru_cache(4096)
def _read(device: str, fact: str) -> tuple[str, Grant]:
    """A token's hash and whose it is, as the fact says."""
    told = json.loads(fact) if fact else {"scope": "", "token": "", "granted": "", "revoked": ""}
    return told["token"], _grant(device, told)


def _grant(device: str, told: dict[str, str]) -> Grant:
    return Grant(device, told["scope"], told["granted"], told["revoked"])


def _hash(token: str) -> str:
    """A token has 192 bits of chance: a plain hash keeps it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
