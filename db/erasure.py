"""What is sealed goes by law: the event that says so, and every store that hears of it.

The log keeps what was said and the digests of what was sealed; the sealed bytes go, here and in
every store that syncs, also where they come again from an old copy. It works inside a transaction
of the store's own.
"""

import json
from collections.abc import Collection

import sqlalchemy as sa

from db import tables

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
    return gone
