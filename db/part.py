"""The part of a hall's log that a kiosk is told, and what it may say, wherever the log lies.

A kiosk has its own chain whole, who works in the hall with their public keys, roster and ledger,
and what became of what began at it; of others' cases only what a code leads to. On Postgres the
guards (db/guard.py) hold each login to it, and note in `guard.told` what it is told; in a hall's
file a trigger notes the same in `told`, and a door holds its tokens to it.
"""

import json
import typing
from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from db.batch import COLUMNS, Batch
from db.engine import Refused, driver
from db.event import Event, Head
from db.exchange import AFTER, ORIGINS, healing
from db.happening import KINDS, OfCitizen, OfStaff
from db.scope import device_of
from db.store import Store

#: What every kiosk of the hall is told: who works there as what, its public keys, roster, ledger.
TO_EVERYBODY = {"appointed", "dismissed", "keymade", "rostered", "improved"}
#: What staff note for themselves about a case stays with them.
STAFF_ONLY = {"noted", "revealed"}
#: Wrapped keys and sign-ins: for desks and auditors.
SECRET = {"enrolled", "keygranted", "signedin", "signinfailed", "unlocked"}
#: What begins something at a device, which is told the rest of it.
BEGINS = {"registered", "called"}
#: What ties a case to a device.
CLAIMS = BEGINS | {"joined"}


def _names(union: typing.Any) -> set[str]:
    return {kind.__name__.lower() for kind in typing.get_args(union)}


#: What a kiosk itself says. Everything else is staff's, and not for a kiosk to say.
BY_KIOSK = _names(OfCitizen) | {"called"}
#: What the kiosk that took a case is told of it.
OF_CASE = (_names(OfCitizen) | _names(OfStaff) | {"came", "erased"}) - STAFF_ONLY


def listed(kinds: Iterable[str]) -> str:
    """Kinds as SQL lists them."""
    return ", ".join(f"'{kind}'" for kind in sorted(kinds))


# --- what a kiosk may say ---------------------------------------------------------------------


def of_kiosks(store: Store, brought: Sequence[tuple[str, Batch]]) -> list[Batch]:
    """What kiosks (by device) brought together, with what each may not say put among what is
    refused. Raises StoreTrouble."""
    claimed = [e.case_id for _, batch in brought for e in batch.events if e.kind in CLAIMS]
    begun: dict[str, set[str]] = {}
    for case_id, origin in store.begun(claimed, BEGINS) if claimed else ():
        begun.setdefault(case_id, set()).add(device_of(origin))
    return [_of_kiosk(device, batch, begun) for device, batch in brought]


def _of_kiosk(device: str, batch: Batch, begun: dict[str, set[str]]) -> Batch:
    kept, refused = [], []
    for event in batch.events:
        if why := _not_its_own(event, begun.get(event.case_id, set()) - {device}):
            refused.append((event, why))
        else:
            kept.append(event)
            if event.kind in BEGINS:
                begun.setdefault(event.case_id, set()).add(device)
    return replace(batch, events=tuple(kept), refused=tuple(refused)) if refused else batch


def _not_its_own(event: Event, elsewhere: set[str]) -> str:
    """Why a kiosk may not say this, of a case begun `elsewhere`; empty where it may."""
    # What only a later version knows is kept, means nothing to this one, and is told to nobody.
    if event.kind in KINDS and event.kind not in BY_KIOSK:
        return "a kiosk does not say this: it is for staff at a desk"
    if '"by":' in event.body and _has_author(event.body):
        return "a kiosk does not say this in somebody's name"
    if elsewhere and event.kind in CLAIMS:
        return "it began at another machine"
    return ""


def _has_author(body: str) -> bool:
    try:
        return json.loads(body).get("by") is not None
    except (ValueError, AttributeError, RecursionError):
        return True


# --- what a kiosk is told ---------------------------------------------------------------------

_DEVICE = "substr({0}, 1, instr({0} || '-', '-') - 1)"
_TOLD = (
    "CREATE TABLE IF NOT EXISTS told (hall TEXT, device TEXT, origin TEXT, seq INTEGER, "
    "PRIMARY KEY (hall, device, origin, seq)) WITHOUT ROWID"
)
_FIRST = (
    "INSERT OR IGNORE INTO told SELECT hall, '', origin, seq FROM event "
    f"WHERE kind IN ({listed(TO_EVERYBODY)})"
)
_REST = (
    f"INSERT OR IGNORE INTO told SELECT e.hall, {_DEVICE.format('b.origin')}, e.origin, e.seq "
    f"FROM event b JOIN event e ON e.hall = b.hall AND e.case_id = b.case_id "
    f"WHERE b.kind IN ({listed(BEGINS)}) AND e.kind IN ({listed(OF_CASE)}) "
    f"AND {_DEVICE.format('b.origin')} <> {_DEVICE.format('e.origin')}"
)
# A beginning may come in after what follows it.
_TRIGGER = (
    "CREATE TRIGGER told_to AFTER INSERT ON event BEGIN "
    f"{_FIRST} AND hall = NEW.hall AND origin = NEW.origin AND seq = NEW.seq; "
    f"{_REST} AND e.hall = NEW.hall AND e.origin = NEW.origin AND e.seq = NEW.seq; "
    f"{_REST} AND b.hall = NEW.hall AND b.origin = NEW.origin AND b.seq = NEW.seq; END"
)
_NEWEST = (
    "SELECT step.origin AS origin, (SELECT max(seq) FROM {0} WHERE hall = :hall "
    "AND device = {1} AND origin = step.origin) AS seq FROM step"
)
_HEADS = (
    ORIGINS
    + "SELECT e.origin, e.seq, e.hash FROM (SELECT origin, max(seq) AS seq FROM ("
    + " UNION ALL ".join(_NEWEST.format("{0}", device) for device in ("''", ":device"))
    + ") AS newest GROUP BY origin) AS t "
    "JOIN event e ON e.hall = :hall AND e.origin = t.origin AND e.seq = t.seq"
)
_TOLD_AFTER = (
    "SELECT {1} FROM (SELECT DISTINCT origin AS o, seq AS s FROM {0} "
    "WHERE hall = :hall AND device IN ('', :device) AND origin = :origin AND seq > :after "
    "ORDER BY seq LIMIT :limit) t "
    "JOIN event ON event.hall = :hall AND event.origin = t.o AND event.seq = t.s ORDER BY seq"
)


def note_told(store: Store) -> None:
    """From now on the hall's file notes what each kiosk is told. Raises StoreTrouble."""
    if store.file is None:
        return
    with store.writing() as connection:
        raw = driver(connection)
        there = raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'told_to'").fetchone()
        if there is None:
            for statement in (_TOLD, _FIRST, _REST, _TRIGGER):
                raw.execute(statement)


class Part:
    """A hall's log as one kiosk is told it. Every call may raise StoreTrouble."""

    def __init__(self, store: Store, device: str) -> None:
        """Raises db.engine.Refused for a server's store without guards: nothing is noted there."""
        if store.file is None and not store.guarded():
            raise Refused("no kiosk comes in here before zhaocha store init has set up the guards")
        self._store = store
        self._device = device
        self._noted = "told" if store.file is not None else "guard.told"

    def heal(self) -> int:
        """The same as the store's."""
        return self._store.heal()

    @healing
    def heads(self) -> dict[str, Head]:
        """The newest event of every origin that it is told of."""
        own = {o: head for o, head in self._store.heads().items() if device_of(o) == self._device}
        place = {"hall": self._store.hall, "device": self._device}
        with self._store.reading() as connection:
            rows = connection.execute(sa.text(_HEADS.format(self._noted)), place)
            told = {row.origin: Head(row.seq, row.hash) for row in rows}
        return told | own

    @healing
    def lacking(self, heads: dict[str, Head], limit: int) -> Batch:
        """At most `limit` events that it is told and lacks, nothing sealed with them."""
        events: list[Event] = []
        more = False
        for origin, head in self.heads().items():
            after = heads.get(origin, Head()).seq
            if head.seq <= after:
                continue
            if len(events) >= limit:
                more = True
                break
            events += self._after(origin, after, limit - len(events))
            more = more or events[-1].seq < head.seq
        return Batch(tuple(events), (), more)

    def _after(self, origin: str, after: int, limit: int) -> list[Event]:
        own = device_of(origin) == self._device
        place = {
            "hall": self._store.hall, "device": self._device,
            "origin": origin, "after": after, "limit": limit,
        }  # fmt: skip
        statement = AFTER if own else sa.text(_TOLD_AFTER.format(self._noted, COLUMNS))
        with self._store.reading() as connection:
            return list(map(Event._make, connection.execute(statement, place)))

    def events_by_code(self, key: str) -> Batch:
        """What a citizen may know of the case whose code has this key (db.code.code_key)."""
        found = self._store.events_by_code(key).events
        return Batch(tuple(event for event in found if event.kind in OF_CASE))
