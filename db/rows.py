"""A store's rows as whoever checks it reads them: what is asked, and what answers."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from db.aside import SHORT, WHOLE, event_of_fact
from db.event import Head

#: An event's columns in their order, then the code's key that stands beside it.
Row = tuple[Any, ...]

_EVENTS = (
    "SELECT origin, seq, clock, case_id, kind, version, body, prev, hash, code_key FROM event "
    "WHERE hall = {hall} ORDER BY origin, seq"
)
_SEALED = "SELECT origin, seq, name, content FROM sealed WHERE hall = {hall} ORDER BY origin, seq"
_HALLS = "SELECT DISTINCT hall FROM event"
_HEADS = (
    "SELECT e.origin, e.seq, e.hash FROM event e JOIN (SELECT origin, max(seq) AS seq FROM event "
    "WHERE hall = {hall} GROUP BY origin) newest ON e.origin = newest.origin "
    "AND e.seq = newest.seq WHERE e.hall = {hall}"
)
# A login's own facts have its name before theirs.
_ASIDES = f"SELECT name, value FROM fact WHERE substr(name, length(name) - 37, 6) = '{SHORT}'"
_ASIDE = re.compile(f"(.*/)?{SHORT}([0-9a-f]{{32}})")
_FACT = "SELECT value FROM fact WHERE name = {hall}"


class Evidence:
    """One store's rows, as one moment has them.

    `rows(query, argument)` runs a query whose one place to fill is `{hall}`; `tables` are those
    that whoever looks may read.
    """

    tables = frozenset(("event", "sealed", "fact"))

    def __init__(
        self,
        name: str,
        rows: Callable[[str, str], Iterable[Row]],
        tables: frozenset[str] = tables,
    ) -> None:
        self.name = name
        self.tables = tables
        self._rows = rows

    def halls(self) -> list[str]:
        """The halls whose events are here."""
        return sorted(str(row[0]) for row in self._rows(_HALLS, ""))

    def events(self, hall: str) -> Iterable[Row]:
        """Every event but its hall, with its code's key, origin by origin in their order."""
        return self._rows(_EVENTS, hall)

    def heads(self, hall: str) -> dict[str, Head]:
        """The newest event of every origin."""
        return {str(row[0]): Head(row[1], row[2]) for row in self._rows(_HEADS, hall)}

    def sealed(self, hall: str) -> Iterable[Row]:
        """(origin, seq, name, content) of all that is sealed."""
        return self._rows(_SEALED, hall)

    def asides(self, hall: str) -> Iterator[tuple[str, str]]:
        """(short, whole) of all that was set aside, whoever's it is, as db/aside.py keeps it; but
        not what is of another hall that is here as well."""
        found = list(self._rows(_ASIDES, "")) if "fact" in self.tables else []
        others = set(self.halls()) - {hall} if found else set()
        for name, short in sorted(found):
            told = _ASIDE.fullmatch(name)
            whole = told and self.fact(f"{told[1] or ''}{WHOLE}{told[2]}")
            event = event_of_fact(whole) if whole else None
            if whole and not (event and event.hall in others):
                yield str(short), whole

    def fact(self, name: str) -> str | None:
        """One of the store's own facts."""
        if "fact" not in self.tables:
            return None
        return next((str(row[0]) for row in self._rows(_FACT, name)), None)
