"""`zhaocha retain`, `erase`, `prune`: what is kept for how long, and where.

Each says what it would do, and does it with `--do` alone. A clock that is wrong must not erase
anything: whatever the clock says is held against the log and the shared store's own clock.
"""

from datetime import datetime

from db.event import wall_ms
from db.retention import DAY_MS, Over, Periods, counted, let_go, newest_ms, of_number, over, prune
from db.store import Store
from kiosk.settings import Settings

#: So many days without any event, and the clock is doubted; so far from the server's, too.
DOUBTED_DAYS, DOUBTED_MS = 30, 3_600_000
DO = "nothing was done yet: add --do"


def periods(settings: Settings) -> Periods:
    """How long each kind is kept, from the settings."""
    return Periods(
        settings.number("keep_contact_days"),
        settings.number("keep_voice_days"),
        settings.number("keep_drawing_days"),
        settings.number("keep_integrity_days"),
    )


def run_retain(settings: Settings, store: Store, do: bool, clock_is_right: bool) -> int:
    """Erase what has been kept for long enough. Raises ValueError for a clock nobody can trust."""
    kept = periods(settings)
    for kind in ("contact", "voice", "drawing", "integrity"):
        days = getattr(kept, kind)
        print(f"{kind}: {f'{days} days after a case ends' if days else 'for ever'}")
    if not clock_is_right:
        _doubt(store)
    found = list(over(store, kept, wall_ms()))
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counted(found).items()))
    print(f"kept for long enough: {told or 'nothing'}, of {len(found)} cases")
    for one in found[:20]:
        print(f"    {one.case.number}: {', '.join(one.names)}")
    if found and not do:
        print(DO)
    if do:
        print(f"erased: {let_go(store, found, 'retention')} contents")
    _older_copies(settings)
    return 0


def _doubt(store: Store) -> None:
    """Hold the clock against the log's newest event, and the server's. Raises ValueError."""
    now, newest, server = wall_ms(), newest_ms(store), store.server_ms()
    if server is not None and abs(now - server) > DOUBTED_MS:
        raise ValueError(
            f"this machine's clock says {_day(now)}, the shared store's {_day(server)}: "
            "set it right"
        )
    if newest and not -DAY_MS < now - newest < DOUBTED_DAYS * DAY_MS:
        raise ValueError(
            f"this machine's clock says {_day(now)}, the newest record is of {_day(newest)}. "
            "If the clock is right, add --clock-is-right"
        )


def _day(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000):%Y-%m-%d %H:%M}"


def _older_copies(settings: Settings) -> None:
    """Copies of a store beside it may still hold what was erased: say which there are."""
    copies = [
        file.name
        for file in sorted(settings.data.glob("*"))
        if any(mark in file.name for mark in (".before-", ".damaged-", ".restoring"))
    ]
    if copies:
        print(f"older copies may still hold it: {', '.join(copies)}")


def run_erase(store: Store, words: list[str], do: bool) -> int:
    """Erase what identifies the person of one case, as the law gives them a right to."""
    if len(words) < 2:
        raise ValueError("erase takes NUMBER REASON")
    number, why = words[0], " ".join(words[1:])
    found: Over | None = of_number(store, number)
    if found is None:
        if do:
            # An earlier run may have erased it while somebody read.
            store.wipe()
        print(f"nothing is sealed beside case {number} here, or there is no such case")
        return 1
    print(f"{number}: {', '.join(found.names)}")
    if not do:
        print(DO)
        return 0
    print(f"erased: {let_go(store, [found], why)} contents")
    return 0


def run_prune(settings: Settings, local: Store, shared: Store, do: bool) -> int:
    """Leave what is sealed to the shared store, which was seen to hold it; for kiosks alone."""
    days = settings.number("prune_days")
    if any(name.startswith("origin:D") for name in local.facts("origin:")):
        raise ValueError(
            "the desk of this machine reads from this store: nothing is left to others"
        )
    done = prune(local, shared, local.now_ms() - days * DAY_MS, do)
    if done.mended:
        print(f"the shared store lacked {done.mended} events: sent again")
    if done.lacked:
        print(
            f"the shared store lacks {done.lacked} sealed contents: {'sent' if do else 'to send'}"
        )
    print(f"older than {days} days and held by the shared store: {done.gone} sealed contents")
    print("gone from this machine" if do else DO)
    return 0
