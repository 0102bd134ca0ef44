"""What is sealed goes by law: the event that says so, and every store that hears of it.

The log keeps what was said and the digests of what was sealed; the sealed bytes go, here and in
every store that syncs, also where they come again from an old copy. It works inside a transaction
of the store's own.
"""

import json
from collections.abc import Collection

import sqlalchemy as sa

from db import tables
from db.aside import ANY, SHORT, WHOLE, aside_of

ERASED = "erased"

#: Places asked for in one query: SQLite takes some 30,000 values.
AT_ONCE = 5000

_GO = sa.text(
    "DELETE FROM sealed WHERE hall = :hall AND name = :name AND (origin, seq) IN "
    "(SELECT origin, seq FROM event WHERE hall = :hall AND case_id = :case_id)"
)


def cases_of(connection: sa.Connection, hall: str, places: Collection[tuple[str, int]]) -> set[str]:
    """The cases whose events stand at these places (origin, seq)."""
    event, rest = tables.event.c, list(set(places))
    found: set[str] = set()
    for first in range(0, len(rest), AT_ONCE):
        some = rest[first : first + AT_ONCE]
        asked = sa.select(event.case_id).where(
            event.hall == hall, sa.tuple_(event.origin, event.seq).in_(some)
        )
        found.update(connection.scalars(asked))
    return found


def erase(connection: sa.Connection, hall: str, case_ids: Collection[str]) -> int:
    """Let go of whatever the events of these cases say is erased: how many contents went."""
    event, gone, rest = tables.event.c, 0, list(case_ids)
    for first in range(0, len(rest), AT_ONCE):
        some = rest[first : first + AT_ONCE]
        asked = sa.select(event.case_id, event.body).where(
            event.hall == hall, event.case_id.in_(some), event.kind == ERASED
        )
        for case_id, body in connection.execute(asked).all():
            for name in json.loads(body).get("names", ()):
                where = {"hall": hall, "case_id": case_id, "name": name}
                gone += connection.execute(_GO, where).rowcount
                gone += _forget_refused(connection, where)
    return gone


def _forget_refused(connection: sa.Connection, where: dict[str, str]) -> int:
    """What was refused of it and lies beside the log (db/aside.py) goes as well."""
    event, fact, gone = tables.event.c, tables.fact, 0
    if connection.scalar(sa.select(fact.c.name).where(fact.c.name == ANY)) is None:
        return 0
    asked = sa.select(event.origin, event.seq).where(
        event.hall == where["hall"], event.case_id == where["case_id"]
    )
    places = {(origin, seq) for origin, seq in connection.execute(asked)}
    short = sa.select(fact.c.name, fact.c.value).where(fact.c.name.startswith(SHORT))
    for name, told in connection.execute(short).all():
        aside = aside_of(told)
        if aside.name == where["name"] and (aside.origin, aside.seq) in places:
            both = [name, WHOLE + name.removeprefix(SHORT)]
            connection.execute(sa.delete(fact).where(fact.c.name.in_(both)))
            gone += 1
    return gone
