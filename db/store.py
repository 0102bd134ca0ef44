"""The store: append, read, find. One method, one transaction, in the words of the hall.

An address is a SQLite file or a Postgres URL; both hold the same log. What comes out is plain
values, never rows. When `register` or `append` returns, a power cut cannot take the event back.
"""

import json
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import date, datetime
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa

from db import tables
from db.aside import ANY, SHORT, WHOLE, Aside, aside_of, event_kept, flaws, refused, short_of
from db.batch import (
    COLUMNS,
    Batch,
    SealedRow,
    Sift,
    begun,
    event_values,
    facts_named,
    kept_alone,
    put_sifted,
    put_straight,
    records_fault,
    there,
)
from db.case import Case
from db.checked import Checked
from db.code import ALPHABET, TrackingCode, case_number, code_key, tail_digest
from db.engine import (
    PRAGMAS,
    READS,
    RecordDamaged,
    SetBack,
    StoreDamaged,
    StoreFull,
    StoreRefused,
    StoreTrouble,
    driver,
    is_postgres,
    postgres_engine,
    sqlite_engine,
    translated,
    unhurried,
)
from db.erasure import ERASED, cases_of, erase
from db.event import (
    COUNTER_BITS,
    Event,
    Head,
    believed_ms,
    canonical,
    clock_ms,
    digest,
    next_clock,
    next_event,
    wall_ms,
)
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
from db.heal import judged, put_right, unsound
from db.owner import require_local
from db.rules import changes, may_register
from db.scope import ALL_HALLS, BEATS, Scope, device_of, scope_of
from db.seal import Sealed
from db.terms import SealedBytes
from db.upgrade import HEAD, NewerStore, revision, upgrade

#: The devices whose events a store is told whole; without the fact it is told all of all.
WHOLE_DEVICES = "whole_devices"
#: The fact of a hall's file that a desk's numbers of the month are kept under.
BOARD = "board"
#: Below this many free bytes a store takes nothing more: about 1,000 records and their journal.
ROOM = 8 * 1024 * 1024

#: Sealed bytes in one batch: a voice note is half a megabyte, and a batch is one transaction.
SEALED_AT_ONCE = 2 * 1024 * 1024


#: The fact that a clock was confirmed, in milliseconds since 1970.
CONFIRMED = "clock_confirmed"
#: The fact that says up to which seq of an origin what is sealed was left to the shared store.
PRUNED = "pruned"
#: Of the hall's own events those that give nobody a right.
_SIGNS_IN = {"signedin", "signinfailed", "unlocked"}
#: The facts of how many events were put right, and when the last; and that some are to be fetched
#: again, with when it was tried.
HEALED, REFILL = "healed", "refill"


class UnknownCase(LookupError):
    """There is no such case in this store."""


class Heals(Protocol):
    """What heals itself of rot."""

    def heal(self) -> int:
        """Put right what rot has changed: how many events there were."""


_Healed = TypeVar("_Healed", bound=Heals)
_Said = ParamSpec("_Said")
_Answer = TypeVar("_Answer")


def healing(
    method: Callable[Concatenate[_Healed, _Said], _Answer],
) -> Callable[Concatenate[_Healed, _Said], _Answer]:
    """A method that meets an event which rot has changed is tried once more after it was healed."""

    @wraps(method)
    def tried(store: _Healed, /, *said: _Said.args, **named: _Said.kwargs) -> _Answer:
        try:
            return method(store, *said, **named)
        except RecordDamaged:
            if not store.heal():
                raise
        return method(store, *said, **named)

    return tried


class Store:
    """One store, opened for one hall by one device."""

    def __init__(self, address: str | Path, hall: str, device: str) -> None:
        self.hall = hall
        self.device = device
        #: Where it is: a file's path or a postgresql:// URL.
        self.address = str(address)
        #: The file it lies in; None for a server's.
        self.file = None if is_postgres(address) else Path(address)
        self.origin = ""
        #: What a Postgres login may read and write of it; None: everything.
        self.scope: Scope | None = None
        self._engine = sqlite_engine(self.file) if self.file else postgres_engine(self.address)
        self._checked = Checked(self.file) if self.file else None
        self._lock = threading.RLock()
        self._head: tuple[Head, int] | None = None
        self._added: Event | None = None
        self._last = 0
        self._seen_version: int | None = None
        self._number_key = b""
        self._keeps_alone = False
        self._hall_events: list[Event] = []
        self._hall_seen: dict[str, int] = {}
        self._hall_folded: Hall | None = None
        self._hall_healed: str | None = None
        self._guarded = False

    # --- opening and closing ------------------------------------------------------------------

    @classmethod
    def open(cls, address: str | Path, *, hall: str, device: str) -> "Store":
        """Open the store at `address` (a SQLite file, made if missing, or a postgresql:// URL).

        Migrates it to today's shape. Raises StoreTrouble, StoreDamaged, db.upgrade.NewerStore.
        """
        store = cls(address, hall, device)
        if store.file is not None:
            require_local(store.file)
            store.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    def _prepare(self) -> None:
        with translated():
            if self._checked is not None:
                self._check_settings()
                self._checked.make_sure(self._check_file)
            with self._write() as connection:
                if self.file is None:
                    self.scope = scope_of(connection)
                if self.scope is None:
                    with unhurried(connection) if self.file is None else nullcontext():
                        upgrade(connection, self.file)
                    if self.file is not None:
                        self._check_columns(connection)
                else:
                    self._check_scope(connection, self.scope)
                if self.file is None:
                    self._keeps_alone = connection.scalar(_KEEPS_ALONE) is not None
                self._learn_origin(connection)
        if self.file is not None:
            self._learn_newest()

    def _check_scope(self, connection: sa.Connection, scope: Scope) -> None:
        """A login that owns nothing finds the store as its owner left it."""
        if scope.hall not in (self.hall, ALL_HALLS):
            raise StoreRefused(f"the login {scope.login} is for hall {scope.hall}, not {self.hall}")
        there = revision(connection) or "nothing"
        if there < HEAD:
            raise StoreTrouble(
                f"the shared store is at revision {there}, this program wants {HEAD}: "
                "its owner runs zhaocha store init"
            )
        if there > HEAD:
            raise NewerStore(f"the store is at revision {there}, this program knows {HEAD}")

    def _learn_origin(self, connection: sa.Connection) -> None:
        if self.scope is not None and not self.scope.devices:
            return
        life = "" if self.file else f"@{connection.scalar(_TIMELINE)}"
        self.origin = self._own(connection, f"origin:{self.device}{life}", self._new_origin)
        key = self._own(connection, "number_key", lambda: secrets.token_hex(16))
        self._number_key = bytes.fromhex(key)

    @healing
    def _learn_newest(self) -> None:
        with self._write() as connection:
            self._newest(connection)

    def _check_settings(self) -> None:
        with self._read() as connection:
            for name, wanted in PRAGMAS.items():
                got = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                if got != wanted:
                    raise StoreTrouble(f"SQLite took {name} = {got}, not {wanted}")

    def _check_file(self) -> None:
        with self._read() as connection:
            # Not the quick one: an index that leads astray hides a case and says nothing.
            found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            if found != "ok":
                raise StoreDamaged(str(found))

    def _check_columns(self, connection: sa.Connection) -> None:
        # SQLite finds a file whole in which a name was damaged.
        for table in tables.log.sorted_tables:
            found = driver(connection).execute(f"PRAGMA table_info({table.name})").fetchall()
            if lost := {column.name for column in table.columns} - {row[1] for row in found}:
                raise StoreDamaged(f"{table.name} has no {min(lost)}")

    def _new_origin(self) -> str:
        return f"{self.device}-{''.join(secrets.choice(ALPHABET) for _ in range(6))}"

    def _own(self, connection: sa.Connection, name: str, make: Any) -> str:
        found = self._fact(connection, name)
        if found is not None:
            return found
        # Whoever opens the store for this device at the same time gets the same.
        connection.execute(_NEW_FACT, {"name": self._fact_name(name), "value": make()})
        return str(self._fact(connection, name))

    def close(self) -> None:
        """Let go of the file or the server."""
        with self._lock:
            self._engine.dispose()
            if self._checked is not None:
                self._checked.let_go()

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        with self._lock, translated(), self._engine.connect() as connection:
            connection = connection.execution_options(begin="IMMEDIATE")
            self._added = None
            with connection.begin():
                yield connection
            # Still nobody else's turn: the next one must not count on from an older head.
            added, self._added = self._added, None
            if added is not None:
                self._head, self._last = (Head(added.seq, added.hash), added.clock), added.clock

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with self._lock, translated(), self._engine.connect() as connection:
            connection = connection.execution_options(begin=READS)
            with connection.begin():
                yield connection

    @contextmanager
    def reading(self, first: Callable[[sa.Connection], None]) -> Iterator[sa.Connection]:
        """For the lists: a transaction that begins with bringing them up to date; where that meets
        an event which rot has changed, once more after it was healed."""
        ready = False
        while True:
            try:
                with self._write() as connection:
                    first(connection)
                    ready = True
                    yield connection
                    return
            except RecordDamaged:
                if not self.heal() or ready:
                    raise

    @contextmanager
    def as_before(self) -> Iterator[sqlite3.Connection]:
        """The driver's own connection to a file as it is without the transaction that is open:
        what that one has written makes each page slower to find, by a third after a million."""
        assert self.file is not None
        with closing(sqlite3.connect(f"{self.file.absolute().as_uri()}?mode=ro", uri=True)) as raw:
            yield raw

    # --- what rot has changed -----------------------------------------------------------------

    def heal(self) -> int:
        """Look through a file's events and put right those that rot has changed, as far as a hash
        vouches for what they were; set the others aside, to be fetched again (db/refill.py).

        Returns how many there were. Raises StoreTrouble. A server's store heals nothing.
        """
        if self.file is None:
            return 0
        with translated(), self.as_before() as raw:
            lie = unsound(raw, self.hall)
            found = judged(
                raw, {row: event for row, event in lie.items() if type(event.seq) is int}
            )
        if not found:
            return 0
        with self._write() as connection:
            raw = driver(connection)
            # Another process may have done it meanwhile.
            still = {
                rowid: told
                for rowid, told in found.items()
                if unsound(raw, self.hall, rowid).get(rowid) == told[0]
            }
            facts = put_right(raw, still)
            self._set_aside(connection, facts)
            if facts:
                self._set_fact(connection, REFILL, "{}")
            self._note_healed(connection, sum(was is not None for _, was, _ in still.values()))
            self._head = None
        return len(found)

    def note_healed(self, count: int) -> None:
        """So many events more were put right. Raises StoreTrouble."""
        with self._write() as connection:
            self._note_healed(connection, count)

    def _note_healed(self, connection: sa.Connection, count: int) -> None:
        before = json.loads(self._fact(connection, HEALED) or "{}")
        # Also where nothing was put right: whoever has folded the hall folds it anew.
        told = {
            "count": before.get("count", 0) + count,
            "looks": before.get("looks", 0) + 1,
            "at": wall_ms() if count else before.get("at"),
        }
        self._set_fact(connection, HEALED, json.dumps(told))

    # --- writing ------------------------------------------------------------------------------

    @healing
    def register(
        self, said: Registered, day: date, case_id: str, sealed: tuple[Sealed, ...] = ()
    ) -> Case:
        """Keep what a citizen said with all that is sealed, for good, and give it its number.

        Raises StoreTrouble; DoesNotFit where somebody writes it down whose role may not;
        ValueError where what is sealed is not what `said` names.
        """
        if {one.digest for one in sealed} != said.digests:
            raise ValueError("what is sealed is not what the event names")
        with self._write() as connection:
            if said.by:
                may_register(self._hall(connection).person(said.by))
            head, last = self._newest(connection)
            number = case_number(day, self.device, head.seq + 1, self._number_key)
            beside = tuple(SealedBytes(s.name, sha256(s.content).hexdigest()) for s in sealed)
            said = replace(said, number=number, beside=beside)
            event = self._append(connection, head, last, case_id, said, sealed)
        return begin(event, said)

    @healing
    def append(self, case_id: str, happening: Happening) -> Case:
        """Add what happened to a case, if it fits the state the case is in by now.

        Raises db.case.DoesNotFit, UnknownCase, StoreTrouble.
        """
        with self._write() as connection:
            head, last = self._newest(connection)
            hall = self._hall(connection)
            events = self._events_of(connection, case_id)
            case = self._folded(connection, events)
            if case is None:
                raise UnknownCase(case_id)
            changes(case, happening, next_clock(last), hall)
            event = self._append(connection, head, last, case_id, happening)
        after = fold([*events, event], hall)
        assert after is not None
        return after

    @healing
    def append_hall(self, subject: str, *happenings: OfHall) -> Hall:
        """Add what happened in the hall, if its author has the right to it: the hall after it.

        Several are kept together or not at all. Raises db.hall.NotHis, StoreTrouble, StoreDamaged.
        """
        with self._write() as connection:
            head, last = self._newest(connection)
            hall = self._hall(connection)
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

    def answer_call(self, call_id: str, by: str) -> None:
        """Somebody is on the way. Raises StoreTrouble."""
        self.append_hall(call_id, Came(by))

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

    def has_room(self) -> bool:
        """Whether the disk takes another thousand records; a server looks after its own."""
        return self.file is None or shutil.disk_usage(self.file.parent).free >= ROOM

    def _require_room(self) -> None:
        if not self.has_room():
            raise StoreFull("less room than 1,000 records need")

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
        confirmed = int(self._fact(connection, CONFIRMED) or 0) << COUNTER_BITS
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
        if self._quick_fact(connection, REFILL) is not None:
            # What rot took out of the log keeps its place: no count is used twice.
            own = (a for a in map(aside_of, self._facts(connection, SHORT).values()) if a.rotted)
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

    # --- the time ------------------------------------------------------------------------------

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
            with self._read() as connection:
                self._head = None
                self._newest(connection)

    # --- reading ------------------------------------------------------------------------------

    @healing
    def case(self, case_id: str) -> Case:
        """The case as this store knows it. Raises UnknownCase, StoreDamaged, StoreTrouble."""
        with self._read() as connection:
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
        with self._read() as connection:
            events = self._events_by_code(connection, key)
            case = self._folded(connection, events) if events else None
        return right_tail(case, code)

    def sealed_content(self, case: Case, name: str) -> bytes | None:
        """What is sealed under `name` beside the case's registration; None once it is erased."""
        return self.content(*case.sealed_at, name)

    def content(self, origin: str, seq: int, name: str) -> bytes | None:
        """What is sealed under `name` beside one event, still sealed."""
        row = tables.sealed.c
        with self._read() as connection:
            found: bytes | None = connection.scalar(
                sa.select(row.content).where(
                    row.hall == self.hall, row.origin == origin, row.seq == seq, row.name == name
                )
            )
        return found

    @healing
    def people(self) -> Hall:
        """Who works in the hall, whose keys open what, who is on duty, what was improved."""
        with self._read() as connection:
            return self._hall(connection)

    def _hall(self, connection: sa.Connection) -> Hall:
        """The hall's fold; read anew only where one of its origins has said something since."""
        heads = {row.origin: row.seq for row in self._heads(connection)}
        healed = self._quick_fact(connection, HEALED)
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
        return fold(events, self._hall(connection))

    def _lost(self, connection: sa.Connection) -> list[tuple[Event, str | None]]:
        """What rot took out of this file's log, is not back, and nobody has looked at: each event
        as it lay there, and its code's key. Whoever asks for such a case is told so, and not a
        part of it; once somebody has looked, it goes on without."""
        if self._quick_fact(connection, REFILL) is None:
            return []
        short = self._facts(connection, SHORT).items()
        unseen = [(n, a) for n, f in short if (a := aside_of(f)).rotted and not a.seen]
        gone = [name for name, aside in unseen if not self._holds(connection, aside)]
        wholes = [self._fact(connection, WHOLE + name.removeprefix(SHORT)) for name in gone]
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

    def version(self) -> int:
        """A number that changes when another process has written to this file."""
        with self._read() as connection:
            return int(connection.exec_driver_sql("PRAGMA data_version").scalar() or 0)

    # --- facts --------------------------------------------------------------------------------

    def fact(self, name: str) -> str | None:
        """One of this store's own facts."""
        with self._read() as connection:
            return self._fact(connection, name)

    def facts_named(self, names: Collection[str]) -> dict[str, str]:
        """Those of these facts that there are."""
        asked = {self._fact_name(name): name for name in names}
        with self._read() as connection:
            found = facts_named(connection, asked)
        return {asked[name]: value for name, value in found.items()}

    def set_fact(self, name: str, value: str) -> None:
        with self._write() as connection:
            self._set_fact(connection, name, value)

    def facts(self, begins: str) -> dict[str, str]:
        """Every fact whose name begins so; of a shared store those of this login."""
        with self._read() as connection:
            return self._facts(connection, begins)

    def note_pruned(self, up_to: dict[str, int]) -> None:
        """What is sealed up to these seqs may be elsewhere alone. Raises StoreTrouble."""
        with self._write() as connection:
            self._note_pruned(connection, up_to)

    def _note_pruned(self, connection: sa.Connection, up_to: dict[str, int]) -> None:
        before = json.loads(self._fact(connection, PRUNED) or "{}")
        now = before | {o: max(seq, before.get(o, 0)) for o, seq in up_to.items()}
        if now != before:
            self._set_fact(connection, PRUNED, json.dumps(now, sort_keys=True))

    def replace_facts(self, begins: str, wanted: dict[str, str]) -> None:
        """Have these facts and no others whose names begin so, in one transaction."""
        row = tables.fact.c
        with self._write() as connection:
            old = row.name.startswith(begins, autoescape=True) & row.name.not_in(list(wanted))
            connection.execute(tables.fact.delete().where(old))
            for name, value in wanted.items():
                self._set_fact(connection, name, value)

    def forget_fact(self, name: str) -> None:
        with self._write() as connection:
            kept = self._fact_name(name)
            connection.execute(tables.fact.delete().where(tables.fact.c.name == kept))

    def own_origins(self) -> set[str]:
        """The origins that were made in this store: this machine's own."""
        return set(self.facts("origin:").values())

    def _facts(self, connection: sa.Connection, begins: str) -> dict[str, str]:
        row, kept = tables.fact.c, self._fact_name(begins)
        own = len(kept) - len(begins)
        found = connection.execute(
            sa.select(row.name, row.value).where(row.name.startswith(kept, autoescape=True))
        )
        return {name[own:]: value for name, value in found}

    def _fact(self, connection: sa.Connection, name: str) -> str | None:
        row = tables.fact.c
        return connection.scalar(sa.select(row.value).where(row.name == self._fact_name(name)))

    def _quick_fact(self, connection: sa.Connection, name: str) -> str | None:
        """The same of a file, None of a server's: for what every read asks, much faster."""
        if self.file is None:
            return None
        found = driver(connection).execute(_FACT, (name,)).fetchone()
        return None if found is None else str(found[0])

    def _set_fact(self, connection: sa.Connection, name: str, value: str) -> None:
        connection.execute(_SET_FACT, {"name": self._fact_name(name), "value": value})

    def _set_aside(self, connection: sa.Connection, facts: list[tuple[str, str]]) -> None:
        """Keep the facts of what was refused or is damaged (db/aside.py), unless they are there."""
        for name, value in (*facts, (ANY, "yes")) if facts else ():
            connection.execute(_NEW_FACT, {"name": self._fact_name(name), "value": value})

    def _fact_name(self, name: str) -> str:
        """Every login of a shared store has facts of its own; how a machine is, is for all."""
        common = self.scope is None or name.startswith(BEATS)
        return name if common or self.scope is None else f"{self.scope.login}/{name}"

    # --- a login that sees a part ---------------------------------------------------------------

    @healing
    def events_by_code(self, key: str) -> Batch:
        """All that a login may have of the case whose code has this key (db.code.code_key), for a
        store that lacks it."""
        with self._read() as connection:
            return Batch(tuple(self._events_by_code(connection, key)))

    @property
    def role(self) -> str:
        """As what this store lets us in (db/scope.py); empty where all of it is ours."""
        return self.scope.role if self.scope else ""

    def guarded(self) -> bool:
        """Whether a server's store has its guards (db/guard.py); without them what they note is not
        there to be asked, so it is looked for until they are there, and no more."""
        if not self._guarded:
            with self._read() as connection:
                self._guarded = connection.scalar(_GUARDED) is not None
        return self._guarded

    def board(self) -> str | None:
        """What a desk told of this hall's month, for kiosks that do not see all cases."""
        if self.file is not None:
            return self.fact(BOARD)
        with self._read() as connection:
            told: str | None = connection.scalar(_BOARD, {"hall": self.hall})
        return told

    def set_board(self, value: str) -> None:
        """Tell the hall's kiosks of its month."""
        if self.file is not None:
            self.set_fact(BOARD, value)
            return
        with self._write() as connection:
            connection.execute(_SET_BOARD, {"hall": self.hall, "value": value})

    # --- syncing ------------------------------------------------------------------------------

    def note_gaps(self, devices: frozenset[str]) -> None:
        """From now on only the chains of these devices are whole here: others are told in part."""
        told = " ".join(sorted(devices))
        if self.fact(WHOLE_DEVICES) != told:
            self.set_fact(WHOLE_DEVICES, told)

    def whole_devices(self) -> frozenset[str] | None:
        """The devices whose chains this store has, or tells us, whole; None for all of them."""
        if self.scope is not None:
            return None if self.scope.whole else self.scope.devices
        told = self.fact(WHOLE_DEVICES)
        return None if told is None else frozenset(told.split())

    def may_have_gaps(self, origin: str) -> bool:
        """Whether this store was told, or tells us, only a part of that origin's events."""
        whole = self.whole_devices()
        return whole is not None and device_of(origin) not in whole

    def takes(self, origin: str) -> bool:
        """Whether this store takes events of that origin from whoever syncs with it."""
        return self.scope is None or self.scope.writes(origin)

    def swap_beats(self, device: str, told: str) -> dict[str, str]:
        """Say how a machine is, and hear how all of the hall are, by device."""
        begins = f"{BEATS}{self.hall}/"
        self.set_fact(begins + device, told)
        return {name.removeprefix(begins): said for name, said in self.facts(begins).items()}

    @healing
    def heads(self) -> dict[str, Head]:
        """The newest event of every origin in this hall: what the store has."""
        with self._read() as connection:
            return {row.origin: Head(row.seq, row.hash) for row in self._heads(connection)}

    def _heads(self, connection: sa.Connection) -> sa.CursorResult[Any]:
        statement = _HEADS if self.scope is None else _HEADS_IN_SCOPE
        return connection.execute(statement, {"hall": self.hall})

    @healing
    def hashes_at(self, places: dict[str, int]) -> dict[str, str]:
        """The hash of one event an origin, by origin; left out where the store lacks it."""
        row = tables.event.c
        found = {}
        with self._read() as connection:
            for origin, seq in places.items():
                known = connection.scalar(
                    sa.select(row.hash).where(
                        row.hall == self.hall, row.origin == origin, row.seq == seq
                    )
                )
                if known is not None:
                    found[origin] = str(known)
        return found

    def clock_at(self, origin: str, seq: int) -> int:
        """The clock of one event; 0 where the store lacks it."""
        row = tables.event.c
        with self._read() as connection:
            found = connection.scalar(
                sa.select(row.clock).where(
                    row.hall == self.hall, row.origin == origin, row.seq == seq
                )
            )
        return int(found or 0)

    def newest(self, origin: str, kind: str) -> int | None:
        """The clock of an origin's newest event of a kind."""
        row = tables.event.c
        with self._read() as connection:
            return connection.scalar(
                sa.select(row.clock)
                .where(row.hall == self.hall, row.origin == origin, row.kind == kind)
                .order_by(row.seq.desc())
                .limit(1)
            )

    def holds(self, origin: str, seq: int, its: str) -> bool:
        """Whether the event with this hash is in its place here."""
        return self.hashes_at({origin: seq}).get(origin) == its

    def holes(self, origin: str) -> list[tuple[int, int]]:
        """What is lacking in an origin's chain below its newest event: each time the seq before it
        and the last one that is lacking."""
        with self._read() as connection:
            rows = connection.execute(_HOLES, {"hall": self.hall, "origin": origin})
            return [(row.before, row.seq - 1) for row in rows]

    def count_of(self, origin: str) -> int:
        """How many of an origin's events are here."""
        row = tables.event.c
        with self._read() as connection:
            found = connection.scalar(
                sa.select(sa.func.count()).where(row.hall == self.hall, row.origin == origin)
            )
        return int(found or 0)

    @healing
    def run_of(self, origin: str, after: int, limit: int = 1000) -> Batch:
        """Some of an origin's events after a seq, with what is sealed beside them."""
        head = self.heads().get(origin, Head())
        if head.seq <= after:
            return Batch(())
        with self._read() as connection:
            events, beside = self._run(connection, origin, after, limit, SEALED_AT_ONCE)
        return Batch(tuple(events), tuple(beside), events[-1].seq < head.seq)

    def server_ms(self) -> int | None:
        """The server's clock in milliseconds since 1970; None for a file, which has none."""
        if self.file is not None:
            return None
        with self._read() as connection:
            now = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
            return int(connection.exec_driver_sql(now).scalar() or 0)

    @healing
    def lacking(self, heads: dict[str, Head], limit: int) -> Batch:
        """At most `limit` events that a store with these heads lacks, each origin without gaps,
        with little enough sealed beside them for one transaction.

        Whoever receives them checks them.
        """
        events: list[Event] = []
        sealed: list[SealedRow] = []
        room, more = SEALED_AT_ONCE, False
        granted: dict[str, Head] = {}
        mine = self.heads()
        lacked = {o: h for o, h in mine.items() if h.seq > heads.get(o, Head()).seq}
        if not lacked:
            return Batch(())
        with self._read() as connection:
            for origin, head in lacked.items():
                after = heads.get(origin, Head()).seq
                if len(events) >= limit or room <= 0:
                    more = True
                    break
                found, beside = self._run(connection, origin, after, limit - len(events), room)
                if after:
                    granted[origin] = heads[origin]
                events += found
                sealed += beside
                room -= sum(len(row.content) for row in beside)
                more = more or (bool(found) and found[-1].seq < head.seq)
        return Batch(tuple(events), tuple(sealed), more, granted)

    def _run(
        self, connection: sa.Connection, origin: str, after: int, limit: int, room: int
    ) -> tuple[list[Event], list[SealedRow]]:
        """One origin's events after a seq, and what is sealed beside them: as many as have room."""
        place = {"hall": self.hall, "origin": origin, "after": after}
        rows = connection.execute(AFTER, {**place, "limit": limit})
        events = list(map(Event._make, rows.all()))
        if not events or (self.scope is not None and not self.scope.reads_sealed):
            return events, []
        last = events[-1].seq
        sizes = connection.execute(_SEALED_SIZES, {**place, "last": last}).all()
        if not sizes:
            return events, []
        last = _fits([(row.seq, row.size) for row in sizes], last, room)
        beside = connection.execute(_SEALED_SPAN, {**place, "last": last})
        return [e for e in events if e.seq <= last], [SealedRow(*row) for row in beside]

    def receive(self, batch: Batch) -> int:
        """Keep what another store sent, in one transaction; sending it twice is harmless.

        What is not as its origin wrote it, and what the database refuses, is set aside and the
        rest is kept. Returns how many events were new. Raises StoreTrouble, also where what the
        sender takes for granted is not here (any more), and StoreRefused where this login may not
        write one of them: then none is kept.
        """
        return self.receive_all([batch])[0]

    def receive_all(self, batches: Sequence[Batch]) -> list[int]:
        """The same for what several sent, all in one transaction: how many of each were new."""
        sound: list[list[Event]] = []
        facts: list[tuple[str, str]] = []
        for batch in batches:
            # What a login has no right to the server refuses, and is no flaw of an event.
            hall = self.hall if self.scope is None else ""
            found = [] if batch.sound else flaws(batch.events, hall)
            bad = {event for event, _ in found}
            sound.append([e for e in batch.events if e not in bad] if bad else list(batch.events))
            for event, why in (*found, *batch.refused):
                facts += refused(event, why)
        if len(batches) == 1 and not facts:
            alone = self._kept_alone(batches[0])
            if alone is not None:
                return [alone]
        try:
            return self._kept(batches, sound, facts, put_straight)
        except Sift:
            # A savepoint costs as much as all the rest: only where something is in the way.
            return self._kept(batches, sound, facts, put_sifted)

    def _kept_alone(self, batch: Batch) -> int | None:
        """Keep one sound event on a server with guards in one statement, as a kiosk's come. None
        where that cannot be, or the longer way has more to say."""
        if not (self._keeps_alone and len(batch.events) == 1 and not batch.sealed):
            return None
        (event,) = batch.events
        goes_on = batch.after == {event.origin: Head(event.seq - 1, event.prev)}
        if event.kind == ERASED or (batch.after and not goes_on):
            return None
        with self._lock, translated(), closing(self._engine.raw_connection()) as lent:
            try:
                if not kept_alone(lent.driver_connection, event, goes_on):
                    return None
            except BaseException as trouble:
                lent.invalidate()
                if records_fault(trouble):
                    return None
                raise
            self._head, self._last = None, max(self._last, event.clock)
            return 1

    def _kept(
        self,
        batches: Sequence[Batch],
        sound: list[list[Event]],
        refusals: list[tuple[str, str]],
        put: Callable[..., tuple[list[int], list[tuple[str, str]]]],
    ) -> list[int]:
        """All of it in one transaction, put in one way or the other. Raises Sift."""
        sealed = [row for batch in batches for row in batch.sealed]
        with self._write() as connection:
            self._require_room()
            self._require(connection, {place for b in batches for place in b.after.items()})
            new, more = put(connection, sound, sealed, copies=self.scope is None)
            facts = [*refusals, *more]
            self._set_aside(connection, facts)
            self._head = None
            self._last = max(self._last, *(e.clock for events in sound for e in events), 0)
            gone = 0
            if self.scope is None:
                # A store with guards lets go by itself of what the log says is erased.
                said = [event for events in sound for event in events if event.kind == ERASED]
                cases = {event.case_id for event in said}
                cases |= cases_of(connection, self.hall, [(s.origin, s.seq) for s in sealed])
                gone = erase(connection, self.hall, cases)
        if gone and self.file is not None:
            self.wipe()
        return new

    def _require(self, connection: sa.Connection, places: set[tuple[str, Head]]) -> None:
        """A server may be followed by one that lacks its newest events, between the heads that a
        sender was told and what it sends: kept there, it would leave a gap that no pass fills."""
        lacking = places - there(connection, self.hall, places) if places else places
        if lacking:
            beside = self._asides(connection)
            lacking -= {(a.origin, Head(a.seq, a.hash)) for a in beside if not a.name}
        if lacking:
            origin, seq = min((origin, head.seq) for origin, head in lacking)
            raise SetBack(f"the store had {origin}/{seq} a moment ago and has it no more")

    def begun(self, case_ids: Collection[str], kinds: Collection[str]) -> list[tuple[str, str]]:
        """Case and origin of the events of these kinds that these cases have here."""
        with self._read() as connection:
            return list(begun(connection, self.hall, case_ids, kinds))

    def asides(self) -> list[Aside]:
        """What was refused and is kept beside the log, in the order of its places."""
        with self._read() as connection:
            return self._asides(connection)

    def _asides(self, connection: sa.Connection) -> list[Aside]:
        # Every pass asks, and nearly always there are none: then one fact is looked for, not all.
        found = self._facts(connection, SHORT).values() if self._fact(connection, ANY) else ()
        asides = map(aside_of, found)
        standing = (a for a in asides if not a.rotted or not self._holds(connection, a))
        return sorted(standing, key=lambda a: (a.origin, a.seq, a.name))

    def _holds(self, connection: sa.Connection, aside: Aside) -> bool:
        """Whether what is set aside is in its place in the log again."""
        row = tables.event.c
        place = (row.hall == self.hall) & (row.origin == aside.origin) & (row.seq == aside.seq)
        return connection.scalar(sa.select(sa.literal(1)).where(place)) is not None

    def keep_asides(self, facts: list[tuple[str, str]], rotted: bool) -> int:
        """Keep what was set aside elsewhere, each record once: how many were new. `rotted`: some of
        it was damaged on a disk, and is lacking in the log. Raises StoreTrouble."""
        if not facts:
            return 0
        more = [(ANY, "yes"), *([(REFILL, "{}")] if rotted else [])]
        new = 0
        with self._write() as connection:
            for name, value in [*facts, *more]:
                where = {"name": self._fact_name(name), "value": value}
                count = connection.execute(_NEW_FACT, where).rowcount
                new += count if name.startswith(SHORT) else 0
        return new

    def see_asides(self, these: Collection[Aside] | None = None) -> int:
        """Somebody has looked at all, or at `these`: no alarm of them stands any more. Returns how
        many did."""
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        every = {n: aside_of(f) for n, f in self.facts(SHORT).items()}
        standing = {n: a for n, a in every.items() if not a.seen and (these is None or a in these)}
        for name, aside in standing.items():
            self.set_fact(name, short_of(replace(aside, seen=now)))
        return len(standing)

    def erase(self, case_id: str, erased: Erased) -> int:
        """Let go of what is sealed beside a case and say so in the log: how many contents went.

        Raises UnknownCase, StoreTrouble.
        """
        with self._write() as connection:
            head, last = self._newest(connection)
            if not self._events_of(connection, case_id):
                raise UnknownCase(case_id)
            self._append(connection, head, last, case_id, erased)
            gone = erase(connection, self.hall, [case_id])
        return gone

    def forget_sealed(self, rows: Collection[SealedRow]) -> None:
        """Let go of sealed contents that are elsewhere, and note it. Raises StoreTrouble."""
        up_to: dict[str, int] = {}
        with self._write() as connection:
            for row in rows:
                place = {"hall": row.hall, "origin": row.origin, "seq": row.seq, "name": row.name}
                connection.execute(_FORGET_SEALED, place)
                up_to[row.origin] = max(row.seq, up_to.get(row.origin, 0))
            self._note_pruned(connection, up_to)

    def wipe(self) -> bool:
        """Leave no byte of what was deleted in the store's files. False while others read.

        SQLite keeps it in its journal until that is emptied, Postgres in the table's file until
        that is written anew, for which nobody else may be at the table.
        """
        if self.file is None:
            return self._write_anew()
        with self._lock, translated(), self._engine.connect() as connection:
            raw = driver(connection)
            busy = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def _write_anew(self) -> bool:
        try:
            with translated(), self._engine.connect() as connection:
                alone = connection.execution_options(begin=READS)
                alone.exec_driver_sql("SET lock_timeout = '10s'")
                try:
                    with unhurried(alone):
                        alone.exec_driver_sql("VACUUM (FULL) sealed")
                finally:
                    alone.exec_driver_sql("RESET lock_timeout")
        except StoreTrouble:
            return False
        return True

    def all_events(self, chunk: int = 5000) -> Iterator[Event]:
        """Every event of every origin in this hall, unchecked, origin by origin in their order."""
        for origin in self.heads():
            after = 0
            while True:
                where = {"hall": self.hall, "origin": origin, "after": after, "limit": chunk}
                with self._read() as connection:
                    rows = list(map(Event._make, connection.execute(AFTER, where).all()))
                yield from rows
                if len(rows) < chunk:
                    break
                after = rows[-1].seq

    def counts(self) -> dict[str, int]:
        """How many events of each kind this hall's log holds."""
        row = tables.event.c
        with self._read() as connection:
            found = connection.execute(
                sa.select(row.kind, sa.func.count()).where(row.hall == self.hall).group_by(row.kind)
            )
            return {kind: count for kind, count in found}


# --- statements -------------------------------------------------------------------------------

_NAMES = (*COLUMNS.split(", "), "code_key")
_INSERT_EVENT = sa.text(
    f"INSERT INTO event ({COLUMNS}, code_key) VALUES ({', '.join(f':{name}' for name in _NAMES)})"
)
_INSERT_SEALED = sa.text(
    "INSERT INTO sealed (hall, origin, seq, name, content) "
    "VALUES (:hall, :origin, :seq, :name, :content)"
)
_FORGET_SEALED = sa.text(
    "DELETE FROM sealed WHERE hall = :hall AND origin = :origin AND seq = :seq AND name = :name"
)
_KEEPS_ALONE = sa.text("SELECT to_regproc('guard.keep_event')")
_EVENTS_BY_CODE = sa.text(f"SELECT {COLUMNS} FROM guard.case_of(:key)")
_EVENTS_OF = sa.text(f"SELECT {COLUMNS} FROM event WHERE hall = :hall AND case_id = :case_id")
#: Some of an origin's events after a seq.
AFTER = sa.text(
    f"SELECT {COLUMNS} FROM event WHERE hall = :hall AND origin = :origin AND seq > :after "
    "ORDER BY seq LIMIT :limit"
)
_SEALED_SPAN = sa.text(
    "SELECT hall, origin, seq, name, content FROM sealed "
    "WHERE hall = :hall AND origin = :origin AND seq > :after AND seq <= :last ORDER BY seq"
)
_SEALED_SIZES = sa.text(
    "SELECT seq, length(content) AS size FROM sealed "
    "WHERE hall = :hall AND origin = :origin AND seq > :after AND seq <= :last ORDER BY seq"
)
_PEOPLE_AFTER = sa.text(
    f"SELECT {COLUMNS} FROM event WHERE hall = :hall AND origin = :origin AND seq > :after "
    f"AND kind IN ({', '.join(repr(kind) for kind in sorted(PEOPLE_KINDS))})"
)
#: A server that took another's place, or was set back, counts on from what it has: whoever writes
#: there must not use again what somebody has seen, and so has another origin on each timeline.
_TIMELINE = sa.text("SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)")
_NEW_FACT = sa.text("INSERT INTO fact (name, value) VALUES (:name, :value) ON CONFLICT DO NOTHING")
_FACT = "SELECT value FROM fact WHERE name = ?"
_SET_FACT = sa.text(
    "INSERT INTO fact (name, value) VALUES (:name, :value) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_GUARDED = sa.text("SELECT to_regnamespace('guard')")
_BOARD = sa.text("SELECT value FROM guard.board WHERE hall = :hall")
_SET_BOARD = sa.text(
    "INSERT INTO guard.board (hall, value) VALUES (:hall, :value) "
    "ON CONFLICT (hall) DO UPDATE SET value = excluded.value"
)
#: Steps from origin to origin along the primary key instead of reading the whole log.
ORIGINS = (
    "WITH RECURSIVE step(origin) AS (SELECT min(origin) FROM event WHERE hall = :hall "
    "UNION ALL SELECT (SELECT min(e.origin) FROM event e WHERE e.hall = :hall "
    "AND e.origin > step.origin) FROM step WHERE step.origin IS NOT NULL), "
    "head(origin, seq) AS (SELECT origin, (SELECT max(e.seq) FROM event e "
    "WHERE e.hall = :hall AND e.origin = step.origin) FROM step WHERE origin IS NOT NULL) "
)
_HEADS = sa.text(
    ORIGINS + "SELECT head.origin, head.seq, event.hash FROM head JOIN event "
    "ON event.hall = :hall AND event.origin = head.origin AND event.seq = head.seq"
)
_HEADS_IN_SCOPE = sa.text("SELECT origin, seq, hash FROM guard.heads(:hall)")
_HOLES = sa.text(
    "SELECT before, seq FROM (SELECT seq, lag(seq, 1, 0) OVER (ORDER BY seq) AS before "
    "FROM event WHERE hall = :hall AND origin = :origin) AS step WHERE seq > before + 1"
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


def _fits(sizes: list[tuple[int, int]], last: int, room: int) -> int:
    """Up to which seq what is sealed fits into `room`; the first always does, however large, so
    that a batch gets on."""
    first, _ = sizes[0]
    for seq, size in sizes:
        if size > room and seq > first:
            return seq - 1
        room -= size
    return last


def right_tail(case: Case | None, code: TrackingCode) -> Case | None:
    """The case that was found by a code's letters, unless its tail is another's."""
    if case is not None and code.tail and tail_digest(code) not in case.tail_digests:
        return None
    return case


def checked(event: Event) -> Event:
    """The event, if it is as its origin wrote it. Raises RecordDamaged."""
    if event.hash != digest(event):
        raise _changed(event)
    return event


def _changed(event: Event) -> RecordDamaged:
    return RecordDamaged(f"event {event.origin}/{event.seq} is not as it was written")


def _gone(event: Event) -> StoreDamaged:
    return StoreDamaged(f"event {event.origin}/{event.seq} was damaged and is set aside")
