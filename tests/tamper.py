"""Somebody who owns the database: what they can do to a log, in a SQLite file or a Postgres."""

import sqlite3
from contextlib import closing, contextmanager

from db.batch import CODE_KEY, COLUMNS
from db.event import COUNTER_BITS, GENESIS, Event, Head, digest, next_event
from tests.people import HALL

HOUR = 3_600_000 << COUNTER_BITS


@contextmanager
def owner(address):
    """(run, query) with full rights; the store's own guards are taken away first."""
    if str(address).startswith("postgresql"):
        import psycopg

        with psycopg.connect(address, autocommit=True) as raw:
            raw.execute("DROP TRIGGER IF EXISTS event_append_only ON event")
            yield lambda query, *values: raw.execute(query.replace("?", "%s"), values)
    else:
        with closing(sqlite3.connect(address, isolation_level=None)) as raw:
            for deed in ("update", "delete"):
                raw.execute(f"DROP TRIGGER IF EXISTS event_no_{deed}")
            yield lambda query, *values: raw.execute(query, values)


def chain(run, origin):
    query = f"SELECT {COLUMNS} FROM event WHERE origin = ? ORDER BY seq"
    return [Event(*row) for row in run(query, origin).fetchall()]


def rewrite(run, origin, events):
    """This is the origin's history from now on."""
    run("DELETE FROM event WHERE origin = ?", origin)
    for event in events:
        told = CODE_KEY.search(event.body)
        places = ", ".join("?" * 11)
        values = (*event, told[1] if told else None)
        run(f"INSERT INTO event ({COLUMNS}, code_key) VALUES ({places})", *values)


def counted_anew(events):
    """The same events with numbers, chain and hashes that fit each other."""
    head, made = Head(0, GENESIS), []
    for e in events:
        event = next_event(e.hall, e.origin, head, e.clock, e.case_id, e.kind, e.version, e.body)
        made.append(event)
        head = Head(event.seq, event.hash)
    return made


def _said(event):
    return event._replace(body=event.body.replace("两个小时", "两分钟"))


def change_a_body(events):
    return [*events[:2], _said(events[2]), *events[3:]]


def change_a_body_with_its_hash(events):
    changed = _said(events[2])
    return [*events[:2], changed._replace(hash=digest(changed)), *events[3:]]


def change_a_time(events):
    return [*events[:2], events[2]._replace(clock=events[2].clock + 1), *events[3:]]


def delete_in_the_middle(events):
    return [*events[:2], *events[3:]]


def delete_the_tail(events):
    return events[:-2]


def swap_two(events):
    a, b = events[2], events[3]
    return [*events[:2], b._replace(seq=a.seq), a._replace(seq=b.seq), *events[4:]]


def insert_one(events):
    a, b = events[2], events[3]
    new = next_event(HALL, a.origin, Head(a.seq, a.hash), a.clock + 1, "x", "registered", 1, b.body)
    return [*events[:3], new, *(e._replace(seq=e.seq + 1) for e in events[3:])]


def count_anew_from_a_point(events):
    return counted_anew([*events[:2], _said(events[2]), *events[3:]])


def count_anew_without_one(events):
    return counted_anew([*events[:2], *events[3:]])


#: What somebody does to one device's history, by name.
ATTACKS = {
    attack.__name__: attack
    for attack in (
        change_a_body,
        change_a_body_with_its_hash,
        change_a_time,
        delete_in_the_middle,
        delete_the_tail,
        swap_two,
        insert_one,
        count_anew_from_a_point,
        count_anew_without_one,
    )
}
#: What a chain that is compared with nothing cannot show.
NEEDS_A_NOTE = {"delete_the_tail", "count_anew_from_a_point", "count_anew_without_one"}
