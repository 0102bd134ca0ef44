"""The local read tables: worklist, counts, search, this month's numbers, calls.

They are a cache of the fold, on this machine's own SQLite file alone: brought up to date when they
are asked, dropped and built anew at will. Whatever is asked on somebody's behalf passes through
`db.sight`.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from db import tables
from db.batch import COLUMNS
from db.case import Case
from db.engine import driver
from db.event import Event, clock_ms, day_and_hour, day_of
from db.exchange import checked
from db.fold import fold
from db.hall import Person
from db.happening import Called, Came, read_body
from db.pieces import match_query, pieces_of
from db.sight import BLURRED, HALL_WIDE, conditions
from db.store import Store
from db.tally import COUNTED_BY, Keeper
from db.terms import Kind, State, Verdict

READ_VERSION = "9"
#: Seconds after which nobody at a kiosk waits for a person any more.
CALL_LASTS = 1800
DONE = (State.REPLIED, State.CLOSED)

#: Of a case: the words it is found by, and the pinyin initials of those words.
Spelling = Callable[[Case], tuple[str, str, str]]


class Column(StrEnum):
    """A column of the worklist; an open case stands in one of them."""

    ON_SITE = "on_site"
    TO_ACCEPT = "to_accept"
    LATE = "late"
    DUE_TODAY = "due_today"
    IN_HAND = "in_hand"
    REVIEW = "review"
    TO_FOLLOW_UP = "to_follow_up"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as a line of the worklist."""

    case_id: str
    number: str
    kind: str
    state: State
    due: str
    registered_ms: int
    negative: bool
    clashes: int
    owner: str
    handler: str
    department: str
    offered: bool
    offered_to: str
    summary: str
    service_window: str
    on_site: bool
    round: int
    watched: bool
    joined: int
    test: bool = False
    play: str = ""
    #: What came with it beside words, by name.
    enclosed: str = ""
    unprinted: str = ""
    #: Put before the leader of the day.
    escalated: bool = False
    backstop: bool = False


@dataclass(frozen=True, slots=True)
class Alike:
    """An open case about the same thing, and how many people have met it."""

    case_id: str
    times: int


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody at a kiosk asked for a person to come; or somebody of the staff, the `caller`, for
    the leader of the day. `by` is who is on the way since `came_ms`, or empty.

    `case_id` is the case with which somebody waits on the spot, or that was put before the leader;
    empty for none, and for whom it is not there.
    """

    call_id: str
    place: str
    at_ms: int
    by: str = ""
    caller: str = ""
    case_id: str = ""
    came_ms: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """What came in, and of it: replied, replied in time, satisfied of those who said."""

    received: int = 0
    replied: int = 0
    in_time: int = 0
    satisfied: int = 0
    judged: int = 0


def build(store: Store) -> int:
    """Bring a file's read tables up to date: how many cases they have."""
    with Lists(store).fresh() as connection:
        return int(connection.scalar(sa.text("SELECT count(*) FROM case_line")) or 0)


class Lists:
    """The lists of one local store. With a `spelling` cases are found by their words as well."""

    def __init__(self, store: Store, spelling: Spelling | None = None) -> None:
        self._store = store
        self._spelling = spelling

    # --- on somebody's behalf -----------------------------------------------------------------

    def worklist(
        self, person: Person, column: Column, today: date, *, first: int = 0, limit: int = 100
    ) -> list[CaseLine]:
        """Some lines of one column, the soonest due first; the closed ones newest first."""
        line = tables.case_line.c
        order = (
            (line.registered_ms.desc(),)
            if column is Column.CLOSED
            else (line.due, line.registered_ms, line.case_id)
        )
        with self.fresh() as connection:
            wanted = (
                sa.select(line.line)
                .where(_in_column(column, today), _lasts(today), conditions(person))
                .order_by(*order)
                .limit(limit)
                .offset(first)
            )
            rows = connection.execute(
                sa.select(*SHOWN).where(line.line.in_(wanted)).order_by(*order)
            )
            return [line_of(row) for row in rows.mappings()]

    def counts(self, person: Person, today: date) -> dict[Column, int]:
        """How many open cases stand in each column."""
        stands = _column_of(today)
        with self.fresh() as connection:
            rows = connection.execute(
                sa.select(stands, sa.func.count())
                .where(OPEN, _lasts(today), conditions(person))
                .group_by(stands)
            )
            found = {Column(column): count for column, count in rows}
        return {c: found.get(c, 0) for c in Column if c is not Column.CLOSED}

    def sees(self, person: Person, case_id: str) -> bool:
        """Whether this case is there for this person."""
        with self.fresh() as connection:
            found = connection.scalar(
                sa.select(sa.literal(1)).where(
                    tables.case_line.c.case_id == case_id, conditions(person)
                )
            )
        return found is not None

    def search(
        self, person: Person, typed: str, codes: tuple[str, ...] = (), limit: int = 100
    ) -> list[CaseLine]:
        """Cases by number, words, pinyin initials, or a problem or window among `codes`."""
        line = tables.case_line.c
        said = typed.strip()
        ways: list[sa.ColumnElement[bool]] = []
        if len(said) >= 3 and said.isascii() and any(sign.isdigit() for sign in said):
            numbered = tables.case_line.alias()
            part = sa.func.instr(numbered.c.number, said.upper()) > 0
            newest = numbered.c.number.desc()
            ways.append(
                line.line.in_(
                    sa.select(numbered.c.line).where(part).order_by(newest).limit(_NUMBERED)
                )
            )
        query = match_query(said, tickets=person.role not in BLURRED)
        if query and self._spelling is not None:
            found = sa.text("SELECT rowid FROM case_words WHERE case_words MATCH :query")
            ways.append(line.line.in_(found.bindparams(query=query).columns(sa.column("rowid"))))
        ways += [line.service_window == code for code in codes]
        # A tag's code begins with its problem's.
        ways += [sa.func.instr(line.problems, f",{code}") > 0 for code in codes]
        if not ways:
            return []
        with self.fresh() as connection:
            if self._spelling is not None:
                self._index(connection)
            rows = connection.execute(
                sa.select(*SHOWN)
                .where(sa.or_(*ways), conditions(person))
                .order_by(line.registered_ms.desc())
                .limit(limit)
            )
            return [line_of(row) for row in rows.mappings()]

    def these(self, person: Person, case_ids: list[str]) -> list[CaseLine]:
        """The lines of these cases that are there for this person, the newest first."""
        line = tables.case_line.c
        with self.fresh() as connection:
            rows = connection.execute(
                sa.select(*SHOWN)
                .where(line.case_id.in_(case_ids), conditions(person))
                .order_by(line.registered_ms.desc())
            )
            return [line_of(row) for row in rows.mappings()]

    def due_on(self, person: Person, days: list[date], limit: int = 500) -> list[CaseLine]:
        """Cases due on these days that nobody has replied to, the soonest due first."""
        line = tables.case_line.c
        with self.fresh() as connection:
            rows = connection.execute(
                sa.select(*SHOWN)
                .where(
                    line.state.not_in(DONE),
                    line.due.in_([day.isoformat() for day in days]),
                    conditions(person),
                )
                .order_by(line.due, line.registered_ms)
                .limit(limit)
            )
            return [line_of(row) for row in rows.mappings()]

    def unprinted(self, person: Person, since_ms: int) -> list[CaseLine]:
        """Cases since then whose receipt did not come out, the newest first."""
        line = tables.case_line.c
        with self.fresh() as connection:
            rows = connection.execute(
                sa.select(*SHOWN)
                .where(line.registered_ms >= since_ms, line.unprinted != "", conditions(person))
                .order_by(line.registered_ms.desc())
            )
            return [line_of(row) for row in rows.mappings()]

    def said_no(self, person: Person, day: date) -> list[str]:
        """Cases that were answered with a NO on a day and are there for this person."""
        line, start = tables.case_line.c, _start(day)
        with self.fresh() as connection:
            found = connection.scalars(
                sa.select(line.case_id)
                .where(
                    line.no == 1,
                    line.replied_ms >= start,
                    line.replied_ms < start + 24 * 3600 * 1000,
                    conditions(person),
                )
                .order_by(line.replied_ms)
            )
            return list(found)

    def with_contact(self, person: Person, limit: int = 2000) -> list[str]:
        """The newest cases with contact data that are there for this person."""
        line = tables.case_line.c
        with self.fresh() as connection:
            found = connection.scalars(
                sa.select(line.case_id)
                .where(line.contact == 1, conditions(person))
                .order_by(line.registered_ms.desc())
                .limit(limit)
            )
            return list(found)

    def improved(self, person: Person) -> dict[str, list[str]]:
        """Ledger entry → the numbers of the cases that point to it."""
        line = tables.case_line.c
        with self.fresh() as connection:
            rows = connection.execute(
                sa.select(line.improvement, line.number)
                .where(line.improvement != "", conditions(person))
                .order_by(line.registered_ms)
            )
            found: dict[str, list[str]] = {}
            for code, number in rows:
                found.setdefault(code, []).append(number)
        return found

    # --- for everybody ------------------------------------------------------------------------

    def alike(
        self,
        kind: Kind,
        problems: tuple[str, ...],
        service_window: str,
        since_ms: int,
        *,
        test: bool = False,
    ) -> Alike | None:
        """The first open case since then that says the same of the same window: tests are like
        tests alone."""
        line = tables.case_line.c
        with self.fresh() as connection:
            found = connection.execute(
                sa.select(line.case_id, line.joined)
                .where(
                    line.kind == kind,
                    line.state.not_in(DONE),
                    line.registered_ms >= since_ms,
                    line.service_window == service_window,
                    line.test == int(test),
                    line.summary.startswith(",".join(problems) + "\n", autoescape=True),
                )
                .order_by(line.registered_ms)
                .limit(1)
            ).first()
        return Alike(found.case_id, found.joined + 1) if found else None

    def month(self, since_ms: int) -> Month:
        """The numbers of the cases since then, integrity cases and tests left out."""
        line = tables.case_line.c
        with self.fresh() as connection:
            found = connection.execute(
                sa.select(
                    sa.func.count(),
                    sa.func.count(line.replied_ms),
                    sa.func.coalesce(sa.func.sum(line.in_time), 0),
                    sa.func.coalesce(sa.func.sum(line.satisfied), 0),
                    sa.func.count(line.satisfied),
                ).where(line.registered_ms >= since_ms, line.kind != Kind.INTEGRITY, line.test == 0)
            ).one()
        return Month(*found)

    def calls(self, since_ms: int) -> list[Call]:
        """Who has called since then, the newest first, whoever asks: no case with it is named."""
        line = tables.call_line
        with self.fresh() as connection:
            rows = connection.execute(
                sa.select(line).where(line.c.at_ms >= since_ms).order_by(line.c.at_ms.desc())
            )
            return [replace(Call(*row), case_id="") for row in rows]

    def heard(self, person: Person | None, since_ms: int, day_ms: int) -> list[Call]:
        """The calls that reach a desk at which this person, or nobody, has signed in, the newest
        first: those since then; since the day began, whoever waits on the spot and was not met; and
        what was put before a leader, until somebody looks at it or it is replied to.

        Whoever may not see the case hears of somebody at a kiosk, and of no case. The department
        complained about, and whoever has to keep out, do not hear at all.
        """
        call, line = tables.call_line.c, tables.case_line.c
        alone = call.case_id == ""
        alive = line.state.not_in(DONE)
        on_site = sa.and_(call.caller == "", alive, line.on_site == 1, call.at_ms >= day_ms)
        put = sa.and_(call.caller != "", alive)
        open_yet = sa.or_(call.by == "", call.came_ms >= since_ms)
        recent = call.at_ms >= since_ms
        there = sa.false() if person is None else conditions(person)
        told = sa.or_(call.caller == "", recent)
        if person is not None:
            there_or_told = there if person.role in HALL_WIDE else _is_told(person)
            told = sa.or_(
                sa.and_(call.caller != "", there), sa.and_(call.caller == "", there_or_told)
            )
        sees = sa.case((there, 1), else_=0)
        with self.fresh() as connection:
            rows = connection.execute(
                sa.select(tables.call_line, line.number, sees.label("sees"))
                .join_from(
                    tables.call_line,
                    tables.case_line,
                    call.case_id == line.case_id,
                    isouter=True,
                )
                .where(
                    sa.or_(
                        sa.and_(alone, recent),
                        sa.and_(sa.or_(on_site, put), open_yet, told),
                    )
                )
                .order_by(call.at_ms.desc())
            ).all()
        return [
            Call(*row[:-1]) if row.sees and row.case_id else replace(Call(*row[:-2]), case_id="")
            for row in rows
        ]

    def whole(self, case_ids: list[str]) -> Iterator[Case]:
        """These cases themselves, some at a time; who asks has asked for their lines before."""
        for first in range(0, len(case_ids), _AT_ONCE):
            with self.fresh() as connection:
                found = self._cases(connection, case_ids[first : first + _AT_ONCE])
            yield from found

    def _cases(self, connection: sa.Connection, case_ids: list[str]) -> list[Case]:
        places = ", ".join("?" * len(case_ids))
        rows = driver(connection).execute(
            f"SELECT {COLUMNS} FROM event WHERE hall = ? AND case_id IN ({places}) "
            "ORDER BY case_id",
            [self._store.hall, *case_ids],
        )
        hall = self._store.hall_in(connection)
        stories = groupby(map(Event._make, rows), _CASE_ID)
        folded = (fold([checked(event) for event in story], hall) for _, story in stories)
        return [case for case in folded if case is not None]

    # --- up to date ---------------------------------------------------------------------------

    def fresh(self) -> Any:
        """A transaction in which the tables are what the log says now."""
        return self._store.up_to_date(self._catch_up)

    def _catch_up(self, connection: sa.Connection) -> None:
        """Fold again whatever has had events since the last look."""
        store = self._store
        if store.fact_in(connection, "read_version") != READ_VERSION:
            self._make(connection)
        cursor = int(store.fact_in(connection, "read_cursor") or 0)
        top = connection.scalar(sa.text("SELECT max(rowid) FROM event")) or 0
        if top == cursor:
            return
        span = {
            "hall": store.hall, "cursor": cursor, "since": self._unsettled(connection, cursor)
        }  # fmt: skip
        if cursor:
            self._fold(connection, driver(connection).execute(_NEWS, span), top)
        else:
            # An index of what is there already costs half of one that grows with every line.
            for index in tables.case_line.indexes:
                index.drop(connection)
            with store.as_before() as raw:
                self._fold(connection, raw.execute(_EVERYTHING, span), top, anew=True)
            for index in tables.case_line.indexes:
                index.create(connection)
        store.set_fact_in(connection, "read_cursor", str(top))

    def _fold(
        self, connection: sa.Connection, rows: Iterable[Any], top: int, anew: bool = False
    ) -> None:
        """Fold the cases whose events these rows are, and put their lines in the tables, which are
        empty where it is done `anew`."""
        hall, raw = self._store.hall_in(connection), driver(connection)
        events = groupby(map(Event._make, rows), _CASE_ID)
        stories = ([checked(event) for event in story] for _, story in events)
        keeper = Keeper(raw)
        while some := list(islice(stories, _AT_ONCE)):
            folded = [(fold(events, hall), events) for events in some]
            lines = [_line(case, top) for case, _ in folded if case is not None]
            before = {} if anew else _known(raw, lines)
            for line in lines:
                keeper.replace(before.get(line["case_id"]), line)
            raw.executemany(_REPLACE_LINE, [tuple(line.values()) for line in lines])
            calls = (_call(events) for case, events in folded if case is None)
            raw.executemany(_REPLACE_CALL, [asdict(call) for call in calls if call is not None])
        keeper.done()

    def _unsettled(self, connection: sa.Connection, cursor: int) -> int:
        """From which clock on cases must be folded again because the hall's people changed."""
        first = connection.scalar(
            sa.text(
                f"SELECT min(clock) FROM event WHERE hall = :hall AND rowid > :cursor "
                f"AND {tables.PEOPLE} AND kind NOT IN ('signedin', 'signinfailed', 'unlocked')"
            ),
            {"hall": self._store.hall, "cursor": cursor},
        )
        return (1 << 62) if first is None else int(first)

    def _make(self, connection: sa.Connection) -> None:
        tables.read.drop_all(connection)
        tables.read.create_all(connection)
        connection.exec_driver_sql("DROP TABLE IF EXISTS case_words")
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE case_words USING fts5(pieces, detail=none, "
            "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")"
        )
        for name, value in (
            ("read_version", READ_VERSION), ("read_cursor", "0"), ("word_cursor", "0")
        ):  # fmt: skip
            self._store.set_fact_in(connection, name, value)

    def _index(self, connection: sa.Connection) -> None:
        """Index the words of the cases that have changed since the last search."""
        assert self._spelling is not None
        cursor = int(self._store.fact_in(connection, "word_cursor") or 0)
        line = tables.case_line.c
        news = connection.execute(
            sa.select(line.line, line.case_id, line.changed).where(line.changed > cursor)
        ).all()
        if not news:
            return
        lines, raw = {row.case_id: row.line for row in news}, driver(connection)
        names = list(lines)
        for first in range(0, len(names), _AT_ONCE):
            cases = self._cases(connection, names[first : first + _AT_ONCE])
            found = [(lines[c.case_id], self._spelling(c)) for c in cases if not c.sealed]
            raw.executemany("DELETE FROM case_words WHERE rowid = ?", [line[:1] for line in found])
            raw.executemany(
                "INSERT INTO case_words (rowid, pieces) VALUES (?, ?)",
                [(line, " ".join(pieces_of(*spelt))) for line, spelt in found],
            )
        top = max(row.changed for row in news)
        self._store.set_fact_in(connection, "word_cursor", str(top))


# --- statements and lines ---------------------------------------------------------------------

SHOWN = [tables.case_line.c[f.name] for f in fields(CaseLine)]
_EVERYTHING = f"SELECT {COLUMNS} FROM event WHERE hall = :hall ORDER BY case_id"
_NEWS = (
    f"SELECT {COLUMNS} FROM event WHERE hall = :hall AND case_id IN (SELECT case_id FROM event "
    "WHERE hall = :hall AND (rowid > :cursor OR clock >= :since)) ORDER BY case_id"
)
_CASE_ID = attrgetter("case_id")
#: So many cases are found by a part of their number; whoever wants more types more of it.
_NUMBERED = 1000
#: So many cases are folded before their lines are written.
_AT_ONCE = 500
_FIELDS = [c.name for c in tables.case_line.columns if c.name != "line"]
_REPLACE_LINE = (
    f"INSERT INTO case_line ({', '.join(_FIELDS)}) VALUES ({', '.join('?' * len(_FIELDS))}) "
    f"ON CONFLICT (case_id) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in _FIELDS)}"
)
_REPLACE_CALL = (
    "INSERT OR REPLACE INTO call_line (call_id, place, at_ms, by, caller, case_id, came_ms) "
    "VALUES (:call_id, :place, :at_ms, :by, :caller, :case_id, :came_ms)"
)


# Written out, so that SQLite knows the indexes of what is open and what is closed.
_WRITTEN: sa.BindParameter[str] = sa.bindparam(None, State.CLOSED.value, literal_execute=True)
OPEN = tables.case_line.c.state != _WRITTEN
_CLOSED = tables.case_line.c.state == _WRITTEN
_WORKED_ON = (State.ACCEPTED, State.HANDLING, State.WAITING)


def _is_told(person: Person) -> sa.ColumnElement[bool]:
    """Whether somebody to whom not the whole hall is open may hear that somebody is at a kiosk."""
    line = tables.case_line.c
    return sa.and_(
        line.kind != Kind.INTEGRITY,
        sa.func.instr(line.accused, f",{person.login},") == 0,
        line.service_window.not_in(person.windows),
        sa.or_(line.department == "", line.department != person.department),
    )


def _lasts(today: date) -> sa.ColumnElement[bool]:
    """A test is listed on its day alone."""
    line = tables.case_line.c
    return sa.or_(line.test == 0, line.registered_ms >= _start(today))


def _start(day: date) -> int:
    """The first millisecond of a day."""
    return int(datetime(day.year, day.month, day.day).timestamp() * 1000)


def _column_of(today: date) -> sa.ColumnElement[str]:
    """The column an open case stands in: the first of these that fits."""
    line, day = tables.case_line.c, today.isoformat()
    return sa.case(
        (line.state == State.REPLIED, Column.TO_FOLLOW_UP),
        (line.on_site == 1, Column.ON_SITE),
        (line.state == State.REGISTERED, Column.TO_ACCEPT),
        (line.state == State.REVIEW, Column.REVIEW),
        (line.due < day, Column.LATE),
        (line.due == day, Column.DUE_TODAY),
        else_=Column.IN_HAND,
    )


def _in_column(column: Column, today: date) -> sa.ColumnElement[bool]:
    """What a line must meet to stand in a column; `_column_of` says the same."""
    line, day = tables.case_line.c, today.isoformat()
    if column is Column.CLOSED:
        return _CLOSED
    if column is Column.TO_FOLLOW_UP:
        return sa.and_(OPEN, line.state == State.REPLIED)
    if column is Column.ON_SITE:
        return sa.and_(OPEN, line.on_site == 1, line.state != State.REPLIED)
    waits = {Column.TO_ACCEPT: State.REGISTERED, Column.REVIEW: State.REVIEW}
    if column in waits:
        return sa.and_(OPEN, line.state == waits[column], line.on_site == 0)
    days = {
        Column.LATE: line.due < day,
        Column.DUE_TODAY: line.due == day,
        Column.IN_HAND: line.due > day,
    }
    return sa.and_(OPEN, line.state.in_(_WORKED_ON), line.on_site == 0, days[column])


def line_of(row: Any) -> CaseLine:
    flags = ("negative", "offered", "on_site", "watched", "test", "escalated", "backstop")
    return CaseLine(**{**row, "state": State(row["state"]), **{f: bool(row[f]) for f in flags}})


def _line(case: Case, changed: int) -> dict[str, Any]:
    said, done = case.feedback, case.outcome
    day, hour = day_and_hour(case.registered_ms)
    # In the order of the table.
    return {
        "case_id": case.case_id,
        "number": case.number,
        "kind": str(said.kind),
        "state": str(case.state),
        "due": case.due,
        "registered_ms": case.registered_ms,
        "negative": int(said.grade is not None and said.grade.negative),
        "clashes": len(case.clashes),
        "owner": case.owner,
        "handler": case.handler,
        "department": case.department,
        "departments": _listed(case.departments),
        "offered": int(case.offered),
        "offered_to": case.offered_to,
        "accused": _listed(case.accused),
        "summary": ",".join(said.problems) + "\n" + said.words[:120],
        "service_window": said.service_window,
        "on_site": int(said.reply_by == "on_site" and case.met_ms is None),
        "round": case.round,
        "watched": int(case.supervised),
        "escalated": int(case.escalated_ms is not None),
        "backstop": int(case.backstop),
        "joined": case.joined,
        "replied_ms": case.replied_ms,
        "in_time": int(in_time(case)),
        "satisfied": satisfied(case),
        "contact": int(bool(case.contact_digest)),
        "day": day,
        "hour": hour,
        "counts_for": case.department or case.assigned,
        "service_item": said.service_item,
        "problems": _listed(dict.fromkeys(said.problems)),
        "cause": str(done.cause) if done is not None and done.cause else "",
        "no": int(done is not None and done.result.negative),
        "improvement": done.improvement if done is not None else "",
        "test": int(case.test),
        "play": case.play,
        "unprinted": case.unprinted,
        "enclosed": ",".join([a.name for a in case.attachments]) if case.attachments else "",
        "changed": changed,
    }


def _known(raw: Any, lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of these lines' cases that are in the table: the case → what it was counted by."""
    places = ", ".join("?" * len(lines))
    found = raw.execute(
        f"SELECT {', '.join(COUNTED_BY)} FROM case_line WHERE case_id IN ({places})",
        [line["case_id"] for line in lines],
    )
    return {row[0]: dict(zip(COUNTED_BY, row, strict=True)) for row in found}


def _listed(names: Collection[str]) -> str:
    return f",{','.join(names)}," if names else ""


def _call(events: list[Event]) -> Call | None:
    """The call that these events add up to: the first to come counts."""
    call: Call | None = None
    for event in sorted(events, key=lambda e: (e.clock, e.origin, e.seq)):
        match read_body(event):
            case Called(place, caller, case_id):
                at_ms = clock_ms(event.clock)
                call = Call(event.case_id, place, at_ms, caller=caller, case_id=case_id)
            case Came(by) if call is not None and not call.by:
                call = replace(call, by=by, came_ms=clock_ms(event.clock))
    return call


def in_time(case: Case) -> bool:
    replied = case.replied_ms
    return replied is not None and day_of(replied) <= case.due


def satisfied(case: Case) -> int | None:
    """By the grade of the handling, else by the verdict, else by a plain rating."""
    if case.judged_grade is not None:
        return int(not case.judged_grade.negative)
    if case.followed_up is not None:
        return int(case.followed_up.verdict is Verdict.SOLVED)
    if case.verdict is not None:
        return int(case.verdict is Verdict.SOLVED)
    if case.feedback.asks_nothing and case.feedback.grade is not None:
        return int(not case.feedback.grade.negative)
    return None
