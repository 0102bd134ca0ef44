"""`zhaocha door`: who may come through the hall's door, its certificate, what it has set aside.

On the machine that serves: grant, revoke, list, certificate. On a kiosk or desk: token takes the
token from a prompt, never from the command line, where everybody on the machine reads it. On both:
asides, for what this machine's stores have refused.
"""

import os
from collections.abc import Callable
from getpass import getpass

from db import grants
from db.store import Store
from kiosk.settings import DOORS, Settings

USAGE = (
    "door takes: grant DEVICE [kiosk|desk] | revoke DEVICE | list | certificate [HOST ...] | "
    "asides [seen] | token"
)


def run(
    words: list[str],
    settings: Settings,
    open_store: Callable[[], Store],
    open_local: Callable[[], Store],
    ask: Callable[[str], str] = getpass,
) -> int:
    """One command. Raises ValueError for what may not be, StoreTrouble, OSError."""
    match words:
        case ["token"]:
            keep_token(settings, ask("the token, as the hall's machine showed it: ").strip())
        case ["certificate", *hosts]:
            certificate(settings, hosts)
        case ["grant", device, *scope] if len(scope) < 2:
            _with(open_store, lambda store: _grant(store, device, *scope))
        case ["revoke", device]:
            _with(open_store, lambda store: grants.revoke(store, device))
            print(f"{device} is let in no more")
        case ["list"]:
            _with(open_store, _list)
        case ["asides"] | ["asides", "seen"]:
            near = [open_local] if settings.local.exists() else []
            far = [] if settings.shared.startswith(DOORS) else [open_store]
            for one in (*near, *far):
                _with(one, _see if len(words) == 2 else _asides)
        case _:
            raise ValueError(USAGE)
    return 0


def keep_token(settings: Settings, token: str) -> None:
    """Write this machine's token, readable by its owner alone."""
    if not token.partition(".")[2]:
        raise ValueError("that is no token: it is one word with a dot in it")
    file = settings.data / settings.text("door_token")
    settings.data.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as kept:
        kept.write(token + "\n")
    fresh.replace(file)
    print(f"kept in {file.name}; the next pass uses it")


def certificate(settings: Settings, hosts: list[str]) -> None:
    """Make the hall's certificate if it has none, and tell its fingerprint."""
    from kiosk.web.certificate import fingerprint, make

    file = settings.data / settings.text("door_certificate")
    key = settings.data / settings.text("door_key")
    if not file.exists():
        make(file, key, hosts or [settings.text("door_host")])
        print(f"made: {file.name} and {key.name}")
    print("Put this into the settings of every kiosk and desk:")
    print(f'door_fingerprint = "{fingerprint(file)}"')


def _grant(store: Store, device: str, scope: str = "kiosk") -> None:
    token = grants.grant(store, device, scope)
    print(f"{device} may come in as a {scope}. There, type this after: zhaocha door token")
    print(token)
    print("It is shown this once and kept nowhere; another grant makes it void.")


def _list(store: Store) -> None:
    for one in grants.grants(store):
        stands = f"revoked {one.revoked[:16]}" if one.revoked else "stands"
        print(f"{one.device} · {one.scope} · granted {one.granted[:16]} · {stands}")


def _asides(store: Store) -> None:
    for aside in store.asides():
        name = f" {aside.name}" if aside.name else ""
        seen = f" (seen {aside.seen[:16]})" if aside.seen else ""
        print(f"{aside.at[:16]}  {aside.origin}/{aside.seq}{name}: {aside.why}{seen}")


def _see(store: Store) -> None:
    print(f"{store.see_asides()} seen; they stay where they are")


def _with(open_store: Callable[[], Store], work: Callable[[Store], None]) -> None:
    store = open_store()
    try:
        work(store)
    finally:
        store.close()
