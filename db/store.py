"""The store in the words of the hall: keep what a citizen said, add what happened, find a case, or
who works here. One method, one transaction.

What comes out is plain values, never rows. When `register` or `append` returns, a power cut cannot
take the event back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from db import tables
from db.aside import SHORT, WHOLE, aside_of, event_kept
from db.batch import COLUMNS, Batch, SealedRow, event_values
from db.case import Case
from db.code import TrackingCode, case_number, code_key, tail_digest
from db.engine import RecordDamaged, StoreDamaged, driver
from db.erasure import erase
from db.event import (
    COUNTER_BITS,
    Event,
    Head,
    believed_ms,
    canonical,
    clock_ms,
    next_clock,
    next_event,
    wall_ms,
)
from db.exchange import HEALED, ORIGINS, REFILL, Exchange, checked, healing
from db.fold import begin, fold
from db.hall import Hall, check_hall, fold_hall
from db.happening import (
    BODY_VERSION,
    PEOPLE_KINDS,
    Called,
    Came,
    Erased,
    Happening,
    OfHall,
    Registered,
    write_body,
)
from db.rules import changes, may_register
from db.seal import Sealed
from db.terms import SealedBytes

#: The fact that a clock was confirmed, in milliseconds since 1970.
CONFIRMED = "clock_confirmed"
#: Of the hall's own events those that give nobody a right.
_SIGNS_IN = {"signedin", "signinfailed", "unlocked"}


#: A call and its name.
Calling = tuple[str, Called]


class UnknownCase(LookupError):
    """There is no such case in this store."""


class Store(Exchange):
    """One store, opened for one hall by one device."""

    def __init__(self, address: str | Path, hall: str, device: str) -> None:
        super().__init__(address, hall, device)
        self._seen_version: int | None = None
        self._hall_events: list[Event] = []
        self._hall_seen: dict[str, int] = {}
        self._hall_folded: Hall | None = None
        self._hall_healed: str | None = None

    def _prepare(self) -> None:
        super()._prepare()
        if self.file is not None:
            self._learn_newest()

    @healing
    def _learn_newest(self) -> None:
        with self.writing() as connection:
            self._newest(connection)

    @contextmanager
    def up_to_date(self, first: Callable[[sa.Connection], None]) -> Iterator[sa.Connection]:
        """For the lists: a transaction that begins with bringing them up to date; where that meets
        an event which rot has changed, once more after it was healed."""
        ready = False
        while True:
            try:
                with self.writing() as connection:
                    first(connection)
                    ready = True
                    yield connection
                    return
            except RecordDamaged:
                if not self.heal() or ready:
                    raise

    # --- writing ----------------------------------------------------------------------------

    @healing
    def register(
        self,
        said: Registered,
        day: date,
        case_id: str,
        sealed: tuple[Sealed, ...] = (),
        call: Calling | None = None,
    ) -> Case:
        """Keep what a citizen said with all that is sealed, for good, and give it its number; a
        `call` that goes with it is kept with it or not at all.

        Raises StoreTrouble; DoesNotFit where somebody writes it down whose role may not;
        ValueError where what is sealed is not what `said` names.
        """
        if {one.digest for one in sealed} != said.digests:
            raise ValueError("what is sealed is not what the event names")
        with self.writing() as connection:
            if said.by:
                may_register(self.hall_in(connection).person(said.by))
            head, last = self._newest(connection)
            number = case_number(day, self.device, head.seq + 1, self._number_key)
            beside = tuple(SealedBytes(s.name, sha256(s.content).hexdigest()) for s in sealed)
            said = replace(said, number=number, beside=beside)
            event = self._append(connection, head, last, case_id, said, sealed)
            self._call_with(connection, event, call)
        return begin(event, said)

    @healing
    def append(self, case_id: str, happening: Happening, call: Calling | None = None) -> Case:
        """Add what happened to a case, if it fits the state the case is in by now, and a `call`
        that goes with it.

        Raises db.case.DoesNotFit, UnknownCase, StoreTrouble.
        """
        with self.writing() as connection:
            head, last = self._newest(connection)
            hall = self.hall_in(connection)
            events = self._events_of(connection, case_id)
            case = self._folded(connection, events)
            if case is None:
                raise UnknownCase(case_id)
            changes(case, happening, next_clock(last), hall)
            event = self._append(connection, head, last, case_id, happening)
            self._call_with(connection, event, call)
        after = fold([*events, event], hall)
        assert after is not None
        return after

    @healing
    def append_hall(self, subject: str, *happenings: OfHall) -> Hall:
        """Add what happened in the hall, if its author has the right to it: the hall after it.

        Several are kept together or not at all. Raises db.hall.NotHis, StoreTrouble, StoreDamaged.
        """
        with self.writing() as connection:
            head, last = self._newest(connection)
            hall = self.hall_in(connection)
            if not all(isinstance(one, Called | Came) for one in happenings):
                self._require_hall(connection)
            added: list[Event] = []
            for happening in happenings:
                if added:
                    hall = fold_hall([*self._hall_events, *added])
                check_hall(hall, happening)
                added.append(self._append(connection, head, last, subject, happening))
                head, last = Head(added[-1].seq, added[-1].hash), added[-1].clock
        return self.people()

    def _require_hall(self, connection: sa.Connection) -> None:
        """Nobody's rights are known while an event of the hall itself is set aside as damaged: what
        staff did to a case would count for nothing, and a hall without its first event would be
        founded anew."""
        for lost, _ in self._lost(connection):
            if lost.kind in PEOPLE_KINDS - _SIGNS_IN:
                raise _gone(lost)

    def call(self, call_id: str, place: str, by: str = "") -> None:
        """Somebody asks for a person to come, or staff for the leader. Raises StoreTrouble."""
        self.append_hall(call_id, Called(place, by))

    def _call_with(self, connection: sa.Connection, event: Event, call: Calling | None) -> None:
        if call is not None:
            head, (call_id, called) = Head(event.seq, event.hash), call
            self._append(connection, head, event.clock, call_id, called)

    def answer_call(self, call_id: str, by: str) -> None:
        """Somebody is on the way. Raises StoreTrouble."""
        self.append_hall(call_id, Came(by))

    def erase(self, case_id: str, erased: Erased) -> int:
        """Let go of what is sealed beside a case and say so in the log: how many contents went.

        Raises UnknownCase, StoreTrouble.
        """
        with self.writing() as connection:
            head, last = self._newest(connection)
            if not self._events_of(connection, case_id):
                raise UnknownCase(case_id)
            self._append(connection, head, last, case_id, erased)
            gone = erase(connection, self.hall, [case_id])
        return gone

    def _append(
        self,
        connection: sa.Connection,
        head: Head,
        last: int,
        case_id: str,
        happening: Happening,
        sealed: tuple[Sealed, ...] = (),
    ) -> Event:
        self._require_room()
        kind, body = write_body(happening)
        clock = next_clock(last)
        event = next_event(
            self.hall, self.origin, head, clock, case_id, kind, BODY_VERSION, canonical(body)
        )
        connection.execute(_INSERT_EVENT, _event_row(event))
        for one in sealed:
            row = SealedRow(event.hall, event.origin, event.seq, one.name, one.content)
            connection.execute(_INSERT_SEALED, _sealed_row(row))
        self._added = event
        return event

    def _newest(self, connection: sa.Connection) -> tuple[Head, int]:
        """This origin's head and the latest clock in the store, from memory while nobody wrote."""
        if self.file is not None:
            version = driver(connection).execute("PRAGMA data_version").fetchone()[0]
            if self._head is not None and version == self._seen_version:
                return self._head
            self._seen_version = version
        else:
            lock = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
            connection.execute(lock, {"name": f"{self.hall}/{self.origin}"})
        newest, last = self._own_head(connection), self._last_clock(connection)
        confirmed = int(self.fact_in(connection, CONFIRMED) or 0) << COUNTER_BITS
        self._last = max(last, confirmed)
        self._head = (newest, self._last)
        return self._head

    def _own_head(self, connection: sa.Connection) -> Head:
        """What this origin counts on from. Raises RecordDamaged in a file: a wrong hash there would
        be in the chain for ever."""
        where = {"hall": self.hall, "origin": self.origin}
        row = connection.execute(_OWN_NEWEST, where).first()
        head = Head() if row is None else Head(row.seq, row.hash)
        if self.file is None:
            return head
        if row is not None:
            checked(Event._make(row))
        if self.quick_fact(connection, REFILL) is not None:
            # What rot took out of the log keeps its place: no count is used twice.
            own = (a for a in map(aside_of, self.facts_in(connection, SHORT).values()) if a.rotted)
            gone = [Head(a.seq, a.hash) for a in own if a.origin == self.origin]
            head = max([head, *gone], key=lambda h: h.seq)
        return head

    def _last_clock(self, connection: sa.Connection) -> int:
        """The latest clock in the store. Raises RecordDamaged in a file: a wrong clock there would
        date every later record."""
        if self.file is None:
            return connection.scalar(_LAST_CLOCK, {"hall": self.hall}) or 0
        row = connection.execute(_LATEST, {"hall": self.hall}).first()
        return 0 if row is None else checked(Event._make(row)).clock

    # --- the time ---------------------------------------------------------------------------

    def now_ms(self) -> int:
        """The moment to go by: this machine's clock, as far as what is known here lets one believe
        it; of what another process brought it hears when it writes next."""
        return believed_ms(wall_ms(), clock_ms(self._last))

    def now(self) -> datetime:
        """The same as the hall's own time."""
        return datetime.fromtimestamp(self.now_ms() / 1000)

    def confirm_clock(self) -> None:
        """This machine's clock is right, however long ago the newest record is."""
        if self.now_ms() < (wall := wall_ms()):
            self.set_fact(CONFIRMED, str(wall))
            with self.reading() as connection:
                self._head = None
                self._newest(connection)

    # --- reading ----------------------------------------------------------------------------

    @healing
    def case(self, case_id: str) -> Case:
        """The case as this store knows it. Raises UnknownCase, StoreDamaged, StoreTrouble."""
        with self.reading() as connection:
            case = self._folded(connection, self._events_of(connection, case_id))
        if case is None:
            raise UnknownCase(case_id)
        return case

    @healing
    def find(self, code: TrackingCode) -> Case | None:
        """The case a tracking code belongs to; None for a code this store does not know.

        A code that came with a tail must have the right one. Raises StoreTrouble.
        """
        key = code_key(self.hall, code)
        with self.reading() as connection:
            events = self._events_by_code(connection, key)
            case = self._folded(connection, events) if events else None
        return right_tail(case, code)

    @healing
    def events_by_code(self, key: str) -> Batch:
        """All that a login may have of the case whose code has this key (db.code.code_key), for a
        store that lacks it."""
        with self.reading() as connection:
            return Batch(tuple(self._events_by_code(connection, key)))

    def sealed_content(self, case: Case, name: str) -> bytes | None:
        """What is sealed under `name` beside the case's registration; None once it is erased."""
        return self.content(*case.sealed_at, name)

    @healing
    def people(self) -> Hall:
        """Who works in the hall, whose keys open what, who is on duty, what was improved."""
        with self.reading() as connection:
            return self.hall_in(connection)

    def hall_in(self, connection: sa.Connection) -> Hall:
        """The same as `people`, inside a transaction; read anew only where one of its origins has
        said something since."""
        heads = {row.origin: row.seq for row in self._heads(connection)}
        healed = self.quick_fact(connection, HEALED)
        if healed != self._hall_healed:
            # Something of it may have been put right below the heads.
            self._hall_seen, self._hall_events, self._hall_folded = {}, [], None
            self._hall_healed = healed
        if self._hall_folded is not None and heads == self._hall_seen:
            return self._hall_folded
        if any(heads.get(origin, 0) < seq for origin, seq in self._hall_seen.items()):
            # A server that was set back: what it is sent again must not count twice.
            self._hall_seen, self._hall_events, self._hall_folded = {}, [], None
        news: list[Event] = []
        for origin, seq in heads.items():
            after = self._hall_seen.get(origin, 0)
            if seq > after:
                where = {"hall": self.hall, "origin": origin, "after": after}
                news += map(Event._make, connection.execute(_PEOPLE_AFTER, where))
        if news or self._hall_folded is None:
            # Only as a whole: after a damaged event the next question must find it again.
            events = [*self._hall_events, *map(checked, news)]
            self._hall_events, self._hall_folded = events, fold_hall(events)
        self._hall_seen = heads
        return self._hall_folded

    def _events_of(self, connection: sa.Connection, case_id: str) -> list[Event]:
        rows = connection.execute(_EVENTS_OF, {"hall": self.hall, "case_id": case_id}).all()
        events = [checked(Event._make(row)) for row in rows]
        for lost, _ in self._lost(connection):
            if lost.case_id == case_id:
                raise _gone(lost)
        return events

    def _folded(self, connection: sa.Connection, events: list[Event]) -> Case | None:
        if len(events) > 1:
            self._require_hall(connection)
        return fold(events, self.hall_in(connection))

    def _lost(self, connection: sa.Connection) -> list[tuple[Event, str | None]]:
        """What rot took out of this file's log, is not back, and nobody has looked at: each event
        as it lay there, and its code's key. Whoever asks for such a case is told so, and not a
        part of it; once somebody has looked, it goes on without."""
        if self.quick_fact(connection, REFILL) is None:
            return []
        short = self.facts_in(connection, SHORT).items()
        unseen = [(n, a) for n, f in short if (a := aside_of(f)).rotted and not a.seen]
        gone = [name for name, aside in unseen if not self._holds(connection, aside)]
        wholes = [self.fact_in(connection, WHOLE + name.removeprefix(SHORT)) for name in gone]
        return [event_kept(whole) for whole in wholes if whole]

    def _events_by_code(self, connection: sa.Connection, key: str) -> list[Event]:
        """The events of the case with this key; a kiosk's login has no other way to another's."""
        if self.scope is not None and self.scope.by_code:
            rows = connection.execute(_EVENTS_BY_CODE, {"key": key}).all()
            return [checked(Event._make(row)) for row in rows]
        event = tables.event.c
        case_id = connection.scalar(
            sa.select(event.case_id).where(event.hall == self.hall, event.code_key == key)
        )
        for lost, its in () if case_id else self._lost(connection):
            if its == key:
                raise _gone(lost)
        return self._events_of(connection, case_id) if case_id else []


# --- statements -------------------------------------------------------------------------------

_NAMES = (*COLUMNS.split(", "), "code_key")
_INSERT_EVENT = sa.text(
    f"INSERT INTO event ({COLUMNS}, code_key) VALUES ({', '.join(f':{name}' for name in _NAMES)})"
)
_INSERT_SEALED = sa.text(
    "INSERT INTO sealed (hall, origin, seq, name, content) "
    "VALUES (:hall, :origin, :seq, :name, :content)"
)
_EVENTS_BY_CODE = sa.text(f"SELECT {COLUMNS} FROM guard.case_of(:key)")
_EVENTS_OF = sa.text(f"SELECT {COLUMNS} FROM event WHERE hall = :hall AND case_id = :case_id")
_PEOPLE_AFTER = sa.text(
    f"SELECT {COLUMNS} FROM event WHERE hall = :hall AND origin = :origin AND seq > :after "
    f"AND kind IN ({', '.join(repr(kind) for kind in sorted(PEOPLE_KINDS))})"
)
_OWN_NEWEST = sa.text(
    f"SELECT {COLUMNS} FROM event WHERE hall = :hall AND origin = :origin ORDER BY seq DESC LIMIT 1"
)
_LATEST = sa.text(
    f"{ORIGINS}SELECT {', '.join(f'event.{name}' for name in COLUMNS.split(', '))} "
    "FROM head JOIN event "
    "ON event.hall = :hall AND event.origin = head.origin AND event.seq = head.seq "
    "ORDER BY event.clock DESC LIMIT 1"
)
_LAST_CLOCK = sa.text(
    ORIGINS + "SELECT max(event.clock) FROM head JOIN event "
    "ON event.hall = :hall AND event.origin = head.origin AND event.seq = head.seq"
)


def _event_row(event: Event) -> dict[str, Any]:
    return dict(zip(_NAMES, event_values(event), strict=True))


def _sealed_row(row: SealedRow) -> dict[str, Any]:
    return {
        "hall": row.hall,
        "origin": row.origin,
        "seq": row.seq,
        "name": row.name,
        "content": row.content,
    }


def right_tail(case: Case | None, code: TrackingCode) -> Case | None:
    """The case that was found by a code's letters, unless its tail is another's."""
    if case is not None and code.tail and tail_digest(code) not in case.tail_digests:
        return None
    return case


def _gone(event: Event) -> StoreDamaged:
    return StoreDamaged(f"event {event.origin}/{event.seq} was damaged and is set aside")
