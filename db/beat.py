"""A machine's beat: how it is, in one small row that the next one replaces.

No event: an event is for ever and is evidence, and a machine that beats every five minutes would
write more about itself in a day than citizens do about the hall. A beat lies among the shared
store's facts, one row a machine; every machine that syncs takes the others' along. Nothing depends
on it: what is lost with it is told again in five minutes.
"""

import json
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from db.engine import StoreTrouble
from db.event import clock_ms, wall_ms
from db.exchange import HEALED
from db.kept import LOST
from db.scope import BEATS
from db.store import Store
from db.sync import Side, sync_state

#: Two clocks no further apart than this say the same.
AGREES_MS = 3_600_000
#: The fact in which the kiosk's program says how its paper is, and that it is there.
PAPER = "paper"
#: The fact in which the desk's program says that it is there.
DESK = "desk"


@dataclass(frozen=True, slots=True)
class Beat:
    """How one machine was at `at_ms`; every time is milliseconds since 1970 on its own clock."""

    device: str
    at_ms: int
    version: str = ""
    free_mb: int | None = None
    #: Events that wait here for the shared store, and since when the oldest of them does.
    unsent: int = 0
    unsent_ms: int | None = None
    #: How far its clock is ahead of the shared store's, in milliseconds.
    offset_ms: int | None = None
    #: The newest feedback that was said at it.
    said_ms: int | None = None
    #: When its screen's program was last there; None where there is no kiosk.
    screen_ms: int | None = None
    #: What the printer said, in a few words for staff; whether a page would not come out.
    paper: str = ""
    paper_stops: bool = False
    paper_low: bool = False
    #: When the shared store was last seen to have lost what it had.
    lost_ms: int | None = None
    #: Events that rot changed and that nobody has whole; those that were put right, when the last.
    damaged: int = 0
    healed: int = 0
    healed_ms: int | None = None
    #: How often one of its programs had to be started again within a day, and when the last time.
    restarts: int = 0
    restarted_ms: int | None = None
    #: When its desk's program was last there, signed in or not; None where there is none.
    desk_ms: int | None = None


#: How often within a day, and when the last time.
Restarts = tuple[int, datetime | None]


def beat_of(
    local: Store, version: str, offset_ms: int | None = None, restarts: Restarts = (0, None)
) -> Beat:
    """How the machine of this store is now. Raises StoreTrouble."""
    at, passes = wall_ms(), sync_state(local)
    own = local.own_origins()
    said = [clock for origin in own if (clock := local.newest(origin, "registered")) is not None]
    paper = json.loads(local.fact(PAPER) or "{}")
    lost = json.loads(local.fact(LOST) or "{}")
    healed = json.loads(local.fact(HEALED) or "{}")
    free = shutil.disk_usage(local.file.parent).free if local.file else None
    return Beat(
        local.device,
        at,
        version,
        None if free is None else free // 1_000_000,
        passes.waiting,
        round(passes.oldest.timestamp() * 1000) if passes.oldest else None,
        offset_ms,
        clock_ms(max(said)) if said else None,
        paper.get("at"),
        paper.get("words", ""),
        paper.get("stops", False),
        paper.get("low", False),
        lost.get("at"),
        sum(aside.rotted and not aside.seen for aside in local.asides()),
        healed.get("count", 0),
        healed.get("at"),
        restarts[0],
        None if restarts[1] is None else round(restarts[1].timestamp() * 1000),
        json.loads(local.fact(DESK) or "{}").get("at"),
    )


def offset(local: Store, shared: Side, apart: bool = True, now: Callable[[], int] = wall_ms) -> int:
    """How far this machine's clock is ahead of the shared store's, in milliseconds; ahead of the
    log, where it cannot be believed and the shared store has no clock of its own.

    Two clocks that agree confirm each other, if they are `apart`: of two machines.
    """
    before = now()
    there = shared.server_ms()
    if there is None:
        return before - local.now_ms()
    ahead = (before + now()) // 2 - there
    if apart and abs(ahead) < AGREES_MS:
        local.confirm_clock()
    return ahead


class Pulse:
    """Beats after a pass, every so many seconds; the first one at once."""

    def __init__(
        self,
        local: Store,
        version: str,
        every: float,
        clock: Callable[[], float] = time.monotonic,
        apart: bool = True,
        restarts: Callable[[], Restarts] = lambda: (0, None),
    ) -> None:
        """`apart`: the shared store's server is another machine."""
        self._local = local
        self._version = version
        self._every = every
        self._clock = clock
        self._next = clock()
        self._apart = apart
        self._restarts = restarts
        self._told = False

    def good(self, shared: Side) -> None:
        """After a pass that came through. A shared store that takes no beats stops no passes: then
        this machine's own people alone are told. Raises StoreTrouble of the machine's own store."""
        if self._clock() < self._next and self._told:
            return
        beat = self._now()
        try:
            beat = replace(beat, offset_ms=offset(self._local, shared, self._apart))
            exchange(self._local, shared, beat)
        except (StoreTrouble, DBAPIError) as trouble:
            print(f"zhaocha: the shared store takes no beat: {_first(trouble)}", file=sys.stderr)
        note_beat(self._local, beat)
        self._next, self._told = self._clock() + self._every, True

    def failed(self) -> None:
        """After one that did not: the machine's own people can still be told."""
        self._told = False
        if self._clock() >= self._next:
            note_beat(self._local, self._now())
            self._next = self._clock() + self._every

    def _now(self) -> Beat:
        return beat_of(self._local, self._version, restarts=self._restarts())


def _first(trouble: Exception) -> str:
    return next(iter(str(trouble).splitlines()), "no answer")


def note_beat(local: Store, beat: Beat) -> None:
    """Keep it in the machine's own store."""
    local.set_fact(_name(local, beat.device), json.dumps(asdict(beat)))


def exchange(local: Store, shared: Side, beat: Beat) -> None:
    """Put this machine's beat into the shared store and take what the others said there."""
    told = shared.swap_beats(beat.device, json.dumps(asdict(beat)))
    there = {_name(local, device): said for device, said in told.items()}
    here = local.facts(_name(local))
    if there != here:
        local.replace_facts(_name(local), there)


def beats(store: Store) -> dict[str, Beat]:
    """Every machine's newest beat that this store knows; what cannot be read is passed over."""
    known = {field.name for field in fields(Beat)}
    found = {}
    for told in store.facts(_name(store)).values():
        with suppress(ValueError, TypeError, AttributeError):
            said = {name: value for name, value in json.loads(told).items() if name in known}
            beat = Beat(**said)
            found[beat.device] = beat
    return found


def forget(store: Store, device: str) -> bool:
    """A machine that is no more; False where nobody knows it."""
    known = device in beats(store)
    store.forget_fact(_name(store, device))
    return known


def as_noted(now: Beat, noted: Beat | None) -> Beat:
    """What a machine is now, and when it last said so by itself."""
    return now if noted is None else replace(now, at_ms=noted.at_ms, offset_ms=noted.offset_ms)


def _name(store: Store, device: str = "") -> str:
    return f"{BEATS}{store.hall}/{device}"
