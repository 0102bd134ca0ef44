"""Who waits for a person, whom that reaches, and how long it has been: for a desk where somebody
has signed in, for one where nobody has, and for the kiosk that must not promise what nobody hears.

All of it follows from the log, the roster and the moment somebody looks: no timer, so that nothing
is missed while a machine is off.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from db.beat import DESK, beats
from db.event import COUNTER_BITS
from db.hall import Hall, Person
from db.lists import CALL_LASTS, Call, Lists
from db.rules import excluded
from db.store import Store, UnknownCase
from db.sync import sync_state
from db.terms import Role
from kiosk.deadlines import Deadlines

#: Who is called in place of a leader of the day that the roster does not have.
INSTEAD = frozenset({Role.COORDINATOR, Role.SUPERVISOR})
#: A desk's program notes so often that it is there; one that has not for longer is not.
HERE_EVERY = timedelta(minutes=1)
HERE_LASTS = timedelta(minutes=3)


class Calls:
    """The calls of one store's hall. Every question may raise StoreTrouble."""

    def __init__(
        self,
        store: Store,
        deadlines: Deadlines,
        now: Callable[[], datetime] = datetime.now,
        lists: Lists | None = None,
    ) -> None:
        self._store = store
        self._deadlines = deadlines
        self._now = now
        self._lists = lists or Lists(store)
        self._here: datetime | None = None

    def heard(self, person: Person | None = None) -> list[Call]:
        """Who waits, the newest first, as this person hears it: at a kiosk and on the spot for
        anybody, at a desk for whoever leads the day; and one's own calls with who comes. Where
        nobody has signed in: all of them, and of no case."""
        now = self._now()
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        found = self._lists.heard(person, _ms(now) - CALL_LASTS * 1000, _ms(day))
        if person is None:
            return [call for call in found if not call.by]
        hall = self._store.people()
        return [call for call in found if self._reaches(call, person, hall)]

    def _reaches(self, call: Call, person: Person, hall: Hall) -> bool:
        if call.caller == person.login:
            return True
        if call.by or not call.caller:
            return not call.by
        return person in self._leading(hall, call.case_id)

    def leading(self, case_id: str = "") -> list[Person]:
        """Who leads today; where the roster has nobody, or nobody who may see the case, whoever
        coordinates or supervises."""
        return self._leading(self._store.people(), case_id)

    def _leading(self, hall: Hall, case_id: str) -> list[Person]:
        clock = _ms(self._now()) << COUNTER_BITS
        fit = list(hall.people)
        if case_id:
            with suppress(UnknownCase):
                case = self._store.case(case_id)
                fit = [person for person in fit if not excluded(case, person)]
        leading = [person for person in fit if hall.leads(person.login, clock)]
        return leading or [person for person in fit if person.role in INSTEAD]

    def waited(self, since_ms: int) -> int:
        """For how many minutes somebody has waited."""
        return (_ms(self._now()) - since_ms) // 60_000

    def is_late(self, call: Call) -> bool:
        """Whether somebody should be there by now."""
        return self._now() >= self._steps(call)[0]

    def is_paged(self, call: Call) -> bool:
        """Whether it has waited so long that the leader is called to it."""
        return self._now() >= self._steps(call)[1]

    def _steps(self, call: Call) -> tuple[datetime, datetime]:
        return self._deadlines.on_site_by(datetime.fromtimestamp(call.at_ms / 1000))

    # --- is anybody there to hear it ----------------------------------------------------------

    def here(self) -> None:
        """A desk's program is there, signed in or not: noted once a minute at most."""
        now = self._now()
        if self._here is None or not timedelta(0) <= now - self._here < HERE_EVERY:
            self._store.set_fact(DESK, json.dumps({"at": _ms(now)}))
            self._here = now

    def gone(self) -> None:
        """It is closed."""
        self._store.forget_fact(DESK)


def desk_hears(store: Store, now: datetime, beat: timedelta) -> bool:
    """Whether a desk is there to ring: on this machine, or on one that said so in its last beat,
    which comes every `beat`, while this machine reaches the shared store. Raises StoreTrouble."""
    at = json.loads(store.fact(DESK) or "{}").get("at")
    if at is not None and _within(now, at, HERE_LASTS):
        return True
    if sync_state(store).failing_since is not None:
        return False
    # A beat is one's own at the earliest, and comes along with another machine's next one.
    heard = 2 * beat + HERE_EVERY
    return any(
        one.desk_ms is not None
        and one.at_ms - one.desk_ms <= HERE_LASTS / timedelta(milliseconds=1)
        and _within(now, one.at_ms - (one.offset_ms or 0), heard)
        for one in beats(store).values()
        if one.device != store.device
    )


def _within(now: datetime, at_ms: int, span: timedelta) -> bool:
    return abs(now - datetime.fromtimestamp(at_ms / 1000)) <= span


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
