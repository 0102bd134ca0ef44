"""What stores give one another and take: the log by origin and seq, with what is sealed beside it;
what was set aside, and what rot has changed; how machines are. db/sync.py asks for nothing else, of
a store that is near or behind a door (db/door.py).
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa

from db import tables
from db.aside import ANY, SHORT, Aside, aside_of, flaws, refused, short_of
from db.batch import (
    COLUMNS,
    Batch,
    SealedRow,
    Sift,
    begun,
    kept_alone,
    put_sifted,
    put_straight,
    records_fault,
    there,
)
from db.engine import RecordDamaged, SetBack, driver, translated
from db.erasure import ERASED, cases_of, erase
from db.event import Event, Head, digest, wall_ms
from db.heal import judged, put_right, unsound
from db.opened import NEW_FACT, Opened
from db.scope import BEATS

#: Sealed bytes in one batch: a voice note is half a megabyte, and a batch is one transaction.
SEALED_AT_ONCE = 2 * 1024 * 1024
#: The fact of a hall's file that a desk's numbers of the month are kept under.
BOARD = "board"
#: The fact that says up to which seq of an origin what is sealed was left to the shared store.
PRUNED = "pruned"
#: The facts of how many events were put right, and when the last; and that some are to be fetched
#: again, with when it was tried.
HEALED, REFILL = "healed", "refill"


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


class Exchange(Opened):
    """An opened store as another one meets it."""

    # --- what it has ------------------------------------------------------------------------

    @healing
    def heads(self) -> dict[str, Head]:
        """The newest event of every origin in this hall: what the store has."""
        with self.reading() as connection:
            return {row.origin: Head(row.seq, row.hash) for row in self._heads(connection)}

    def _heads(self, connection: sa.Connection) -> sa.CursorResult[Any]:
        statement = _HEADS if self.scope is None else _HEADS_IN_SCOPE
        return connection.execute(statement, {"hall": self.hall})

    @healing
    def hashes_at(self, places: dict[str, int]) -> dict[str, str]:
        """The hash of one event an origin, by origin; left out where the store lacks it."""
        row = tables.event.c
        found = {}
        with self.reading() as connection:
            for origin, seq in places.items():
                known = connection.scalar(
                    sa.select(row.hash).where(
                        row.hall == self.hall, row.origin == origin, row.seq == seq
                    )
                )
                if known is not None:
                    found[origin] = str(known)
        return found

    def holds(self, origin: str, seq: int, its: str) -> bool:
        """Whether the event with this hash is in its place here."""
        return self.hashes_at({origin: seq}).get(origin) == its

    def clock_at(self, origin: str, seq: int) -> int:
        """The clock of one event; 0 where the store lacks it."""
        row = tables.event.c
        with self.reading() as connection:
            found = connection.scalar(
                sa.select(row.clock).where(
                    row.hall == self.hall, row.origin == origin, row.seq == seq
                )
            )
        return int(found or 0)

    def newest(self, origin: str, kind: str) -> int | None:
        """The clock of an origin's newest event of a kind."""
        row = tables.event.c
        with self.reading() as connection:
            return connection.scalar(
                sa.select(row.clock)
                .where(row.hall == self.hall, row.origin == origin, row.kind == kind)
                .order_by(row.seq.desc())
                .limit(1)
            )

    def holes(self, origin: str) -> list[tuple[int, int]]:
        """What is lacking in an origin's chain below its newest event: each time the seq before it
        and the last one that is lacking."""
        with self.reading() as connection:
            rows = connection.execute(_HOLES, {"hall": self.hall, "origin": origin})
            return [(row.before, row.seq - 1) for row in rows]

    def count_of(self, origin: str) -> int:
        """How many of an origin's events are here."""
        row = tables.event.c
        with self.reading() as connection:
            found = connection.scalar(
                sa.select(sa.func.count()).where(row.hall == self.hall, row.origin == origin)
            )
        return int(found or 0)

    def counts(self) -> dict[str, int]:
        """How many events of each kind this hall's log holds."""
        row = tables.event.c
        with self.reading() as connection:
            found = connection.execute(
                sa.select(row.kind, sa.func.count()).where(row.hall == self.hall).group_by(row.kind)
            )
            return {kind: count for kind, count in found}

    def all_events(self, chunk: int = 5000) -> Iterator[Event]:
        """Every event of every origin in this hall, unchecked, origin by origin in their order."""
        for origin in self.heads():
            after = 0
            while True:
                where = {"hall": self.hall, "origin": origin, "after": after, "limit": chunk}
                with self.reading() as connection:
                    rows = list(map(Event._make, connection.execute(AFTER, where).all()))
                yield from rows
                if len(rows) < chunk:
                    break
                after = rows[-1].seq

    def begun(self, case_ids: Collection[str], kinds: Collection[str]) -> list[tuple[str, str]]:
        """Case and origin of the events of these kinds that these cases have here."""
        with self.reading() as connection:
            return list(begun(connection, self.hall, case_ids, kinds))

    def server_ms(self) -> int | None:
        """The server's clock in milliseconds since 1970; None for a file, which has none."""
        if self.file is not None:
            return None
        with self.reading() as connection:
            now = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
            return int(connection.exec_driver_sql(now).scalar() or 0)

    # --- giving -----------------------------------------------------------------------------

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
        with self.reading() as connection:
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

    @healing
    def run_of(self, origin: str, after: int, limit: int = 1000) -> Batch:
        """Some of an origin's events after a seq, with what is sealed beside them."""
        head = self.heads().get(origin, Head())
        if head.seq <= after:
            return Batch(())
        with self.reading() as connection:
            events, beside = self._run(connection, origin, after, limit, SEALED_AT_ONCE)
        return Batch(tuple(events), tuple(beside), events[-1].seq < head.seq)

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

    def content(self, origin: str, seq: int, name: str) -> bytes | None:
        """What is sealed under `name` beside one event, still sealed."""
        row = tables.sealed.c
        with self.reading() as connection:
            found: bytes | None = connection.scalar(
                sa.select(row.content).where(
                    row.hall == self.hall, row.origin == origin, row.seq == seq, row.name == name
                )
            )
        return found

    # --- taking -----------------------------------------------------------------------------

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
        with self.writing() as connection:
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

    # --- letting go of what is sealed -------------------------------------------------------

    def forget_sealed(self, rows: Collection[SealedRow]) -> None:
        """Let go of sealed contents that are elsewhere, and note it. Raises StoreTrouble."""
        up_to: dict[str, int] = {}
        with self.writing() as connection:
            for row in rows:
                place = {"hall": row.hall, "origin": row.origin, "seq": row.seq, "name": row.name}
                connection.execute(_FORGET_SEALED, place)
                up_to[row.origin] = max(row.seq, up_to.get(row.origin, 0))
            self._note_pruned(connection, up_to)

    def note_pruned(self, up_to: dict[str, int]) -> None:
        """What is sealed up to these seqs may be elsewhere alone. Raises StoreTrouble."""
        with self.writing() as connection:
            self._note_pruned(connection, up_to)

    def _note_pruned(self, connection: sa.Connection, up_to: dict[str, int]) -> None:
        before = json.loads(self.fact_in(connection, PRUNED) or "{}")
        now = before | {o: max(seq, before.get(o, 0)) for o, seq in up_to.items()}
        if now != before:
            self.set_fact_in(connection, PRUNED, json.dumps(now, sort_keys=True))

    # --- what was set aside -----------------------------------------------------------------

    def asides(self) -> list[Aside]:
        """What was refused and is kept beside the log, in the order of its places."""
        with self.reading() as connection:
            return self._asides(connection)

    def _asides(self, connection: sa.Connection) -> list[Aside]:
        # Every pass asks, and nearly always there are none: then one fact is looked for, not all.
        found = self.facts_in(connection, SHORT).values() if self.fact_in(connection, ANY) else ()
        asides = map(aside_of, found)
        standing = (a for a in asides if not a.rotted or not self._holds(connection, a))
        return sorted(standing, key=lambda a: (a.origin, a.seq, a.name))

    def _holds(self, connection: sa.Connection, aside: Aside) -> bool:
        """Whether what is set aside is in its place in the log again."""
        row = tables.event.c
        place = (row.hall == self.hall) & (row.origin == aside.origin) & (row.seq == aside.seq)
        return connection.scalar(sa.select(sa.literal(1)).where(place)) is not None

    def _set_aside(self, connection: sa.Connection, facts: list[tuple[str, str]]) -> None:
        """Keep the facts of what was refused or is damaged (db/aside.py), unless they are there."""
        for name, value in (*facts, (ANY, "yes")) if facts else ():
            connection.execute(NEW_FACT, {"name": self._fact_name(name), "value": value})

    def keep_asides(self, facts: list[tuple[str, str]], rotted: bool) -> int:
        """Keep what was set aside elsewhere, each record once: how many were new. `rotted`: some of
        it was damaged on a disk, and is lacking in the log. Raises StoreTrouble."""
        if not facts:
            return 0
        more = [(ANY, "yes"), *([(REFILL, "{}")] if rotted else [])]
        new = 0
        with self.writing() as connection:
            for name, value in [*facts, *more]:
                where = {"name": self._fact_name(name), "value": value}
                count = connection.execute(NEW_FACT, where).rowcount
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

    # --- what rot has changed ---------------------------------------------------------------

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
        with self.writing() as connection:
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
                self.set_fact_in(connection, REFILL, "{}")
            self._note_healed(connection, sum(was is not None for _, was, _ in still.values()))
            self._head = None
        return len(found)

    def note_healed(self, count: int) -> None:
        """So many events more were put right. Raises StoreTrouble."""
        with self.writing() as connection:
            self._note_healed(connection, count)

    def _note_healed(self, connection: sa.Connection, count: int) -> None:
        before = json.loads(self.fact_in(connection, HEALED) or "{}")
        # Also where nothing was put right: whoever has folded the hall folds it anew.
        told = {
            "count": before.get("count", 0) + count,
            "looks": before.get("looks", 0) + 1,
            "at": wall_ms() if count else before.get("at"),
        }
        self.set_fact_in(connection, HEALED, json.dumps(told))

    # --- what machines tell each other ------------------------------------------------------

    def swap_beats(self, device: str, told: str) -> dict[str, str]:
        """Say how a machine is, and hear how all of the hall are, by device."""
        begins = f"{BEATS}{self.hall}/"
        self.set_fact(begins + device, told)
        return {name.removeprefix(begins): said for name, said in self.facts(begins).items()}

    def board(self) -> str | None:
        """What a desk told of this hall's month, for kiosks that do not see all cases."""
        if self.file is not None:
            return self.fact(BOARD)
        with self.reading() as connection:
            told: str | None = connection.scalar(_BOARD, {"hall": self.hall})
        return told

    def set_board(self, value: str) -> None:
        """Tell the hall's kiosks of its month."""
        if self.file is not None:
            self.set_fact(BOARD, value)
            return
        with self.writing() as connection:
            connection.execute(_SET_BOARD, {"hall": self.hall, "value": value})


# --- statements -------------------------------------------------------------------------------

_FORGET_SEALED = sa.text(
    "DELETE FROM sealed WHERE hall = :hall AND origin = :origin AND seq = :seq AND name = :name"
)
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


def _fits(sizes: list[tuple[int, int]], last: int, room: int) -> int:
    """Up to which seq what is sealed fits into `room`; the first always does, however large, so
    that a batch gets on."""
    first, _ = sizes[0]
    for seq, size in sizes:
        if size > room and seq > first:
            return seq - 1
        room -= size
    return last


def checked(event: Event) -> Event:
    """The event, if it is as its origin wrote it. Raises RecordDamaged."""
    if event.hash != digest(event):
        raise _changed(event)
    return event


def _changed(event: Event) -> RecordDamaged:
    return RecordDamaged(f"event {event.origin}/{event.seq} is not as it was written")
