"""This month's numbers on the home screens: counted here, or told by a desk where a kiosk does
not see the cases that they come from.
"""

import json
from dataclasses import asdict
from datetime import datetime

from db.engine import Refused
from db.lists import Lists, Month
from db.store import Store
from db.sync import Side

#: The local fact that a desk's numbers are kept under, with the month they are of.
FACT = "month"


def month(store: Store, lists: Lists, now: datetime) -> Month:
    """The numbers of this month, as far as this machine knows them. Raises StoreTrouble."""
    told = store.fact(FACT)
    if told is not None:
        of, numbers = json.loads(told)
        # What a desk told of last month is no number of this one, and nor is this kiosk's own part.
        return Month(**numbers) if of == _name(now) else Month()
    return lists.month(_first_ms(now))


def exchange(local: Store, shared: Side, now: datetime) -> None:
    """After a pass: a desk tells the month's numbers, a kiosk with a login of its own learns them.

    Where the store lets everything in, each counts itself. Raises StoreTrouble.
    """
    if shared.role not in ("desk", "kiosk"):
        return
    try:
        told = shared.board()
    except Refused:
        # A door of an earlier version; its kiosks have the whole log.
        return
    if shared.role == "desk":
        mine = json.dumps([_name(now), asdict(Lists(local).month(_first_ms(now)))])
        if mine != told:
            shared.set_board(mine)
    elif local.fact(FACT) != (told or _NOTHING):
        local.set_fact(FACT, told or _NOTHING)


_NOTHING = json.dumps(["", {}])


def _name(now: datetime) -> str:
    return f"{now:%Y-%m}"


def _first_ms(now: datetime) -> int:
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int(first.timestamp() * 1000)
