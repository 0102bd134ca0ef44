"""A hall with a past: thousands of cases told, handled and judged, written into a store at once.

The events are whole: real bodies, real hashes, one chain an origin. They come from a seed, so that
the same hall is there every time. One item has a bad week (`PEAK`), and mornings are busier.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from db import happening as h
from db.batch import Batch, event_values
from db.engine import driver
from db.event import COUNTER_BITS, GENESIS, Event, Head, canonical, next_event
from db.hall import Person
from db.store import Store
from db.terms import (
    Cause,
    Duty,
    Feedback,
    Grade,
    Kind,
    Outcome,
    ReplyBy,
    Result,
    Verdict,
    Where,
)
from kiosk import RESOURCES, staff
from kiosk.catalogue import Catalogue, load
from tests.hall import Log
from tests.people import HALL

LAST = date(2026, 11, 22)
#: What the one bad week is about, and its Monday.
PEAK = ("I06", date(2026, 10, 19))

HOURS = [9, 9, 9, 10, 10, 10, 10, 11, 11, 14, 14, 15, 15, 16]
GRADES = [Grade.VERY_SATISFIED] * 5 + [Grade.SATISFIED] * 3 + [Grade.BASICALLY_SATISFIED] * 2
BAD = [Grade.DISSATISFIED, Grade.DISSATISFIED, Grade.VERY_DISSATISFIED]
KINDS = (
    [Kind.RATING] * 5 + [Kind.COMPLAINT] * 7 + [Kind.VENT] * 2 + [Kind.SUGGESTION] * 3
    + [Kind.HELP] * 2 + [Kind.QUESTION] + [Kind.PRAISE]
)  # fmt: skip
PROBLEMS = (
    ["C01"] * 9 + ["C02"] * 4 + ["C04"] * 5 + ["C05"] * 4 + ["C03"] * 2 + ["C06"] * 2
    + ["C07", "C08", "C09", "C99"]
)  # fmt: skip
AREAS, TROUBLES = ["S01", "S02", "S02", "S03", "S04", "S05"], ["H01", "H02", "H02", "H03", "H05"]
SAID = [
    "等了两个小时，窗口只开了一个，取号取到下午去了。",
    "材料清单上没写要复印件，来回跑了三趟，能不能一次说清楚？",
    "工作人员说不知道，让我自己去二楼问，二楼又让我下来。",
    "自助机坏了两天没人修，只能重新排队。",
    "标识太小了，老人看不清楚，找了半天才找到窗口。",
    "谢谢三号窗口的同志，帮我把表都填好了。",
    "建议周末也开一个窗口，上班的人请假不容易。",
    "",
    "",
]
WELL = Where("二楼 6 号窗口，0537-0000000", "带身份证来，当场办")
GOOD = [
    (Result.A1, Cause.PEAK), (Result.A1, Cause.STAFFING), (Result.A2, Cause.RULES),
    (Result.A2, Cause.PLACE), (Result.A3, Cause.OUTSIDE), (Result.B1, Cause.SYSTEM),
    (Result.A1, Cause.TOLD), (Result.A2, Cause.PAPERS), (Result.A1, Cause.PEAK),
]  # fmt: skip
NOES = [(Result.N1, Cause.RULES), (Result.N2, Cause.PLACE), (Result.N3, Cause.PAPERS)]


@dataclass(frozen=True, slots=True)
class Told:
    """One event to be: when, of which case, what."""

    at: datetime
    case_id: str
    happening: h.Happening


@cache
def hall_facts() -> Catalogue:
    return load(RESOURCES / "catalogue" / "sample")


def outcome(result: Result, cause: Cause) -> Outcome:
    return Outcome(
        result,
        "查过了，按下面的办法办",
        "谢谢您提醒，今天起上午多开两个窗口。",
        cause=cause,
        basis="条例第三条",
        where=WELL,
    )


THANKS = Outcome(Result.T1, "评价", "谢谢您的评价。")


def lives(count: int, days: int, seed: int = 7, last: date = LAST) -> Iterator[list[Told]]:
    """So many cases of the service days up to `last`, each with its events in order."""
    dice = random.Random(seed)
    calendar = [last - timedelta(days=n) for n in range(days)]
    calendar = sorted(day for day in calendar if day.weekday() < 5)
    for number in range(count):
        day = dice.choice(calendar)
        yield _life(dice, number, day, last)


def _life(dice: random.Random, number: int, day: date, last: date) -> list[Told]:
    case_id = hashlib.sha256(b"%d" % number).hexdigest()[:20]
    start = datetime.combine(day, time(dice.choice(HOURS), dice.randrange(60), dice.randrange(60)))
    said = _feedback(dice, day)
    due = day + timedelta(days=7)
    first = h.Registered(
        said,
        number=f"ZC{day:%y%m%d}-K1-{number:06}",
        due=due.isoformat(),
        code_key=f"{number:064x}",
        tail_digest=f"{number:064x}",
        department=hall_facts().department_of(said.service_window, said.service_item),
        outcome=THANKS if said.asks_nothing else None,
    )
    events = [Told(start, case_id, first)]
    if said.asks_nothing:
        return events
    now = start + timedelta(minutes=dice.randrange(5, 90))
    if now.date() <= last and dice.random() < 0.97:
        events.append(Told(now, case_id, h.Accepted("desk")))
        if dice.random() < 0.95:
            events += _answered(dice, case_id, now, due, first.department, last)
    return events


def _feedback(dice: random.Random, day: date) -> Feedback:
    kind = dice.choice(KINDS)
    item = dice.choice(hall_facts().service_items)
    if dice.random() < 0.3 and PEAK[1] <= day < PEAK[1] + timedelta(days=7):
        kind, item = Kind.COMPLAINT, hall_facts().service_item(PEAK[0])
    if kind is Kind.RATING:
        grade = dice.choice(GRADES if dice.random() < 0.8 else BAD)
        return Feedback(
            kind,
            grade,
            problems=(dice.choice(PROBLEMS),) if grade.negative else (),
            service_window=item.service_window,
            confirmed=dice.random() < 0.9,
        )
    problems = {Kind.SUGGESTION: AREAS, Kind.HELP: TROUBLES}.get(kind, PROBLEMS)
    if kind in (Kind.QUESTION, Kind.PRAISE):
        problems = []
    known = dice.random()
    return Feedback(
        kind,
        grade=dice.choice(BAD) if kind is Kind.COMPLAINT and dice.random() < 0.4 else None,
        problems=tuple(dict.fromkeys(dice.choices(problems, k=dice.choice([1, 1, 2]))))
        if problems
        else (),
        service_window=item.service_window if known < 0.8 else "",
        service_item=item.code if known < 0.6 else "",
        waited_minutes=dice.randrange(5, 140) if known < 0.3 else None,
        words=dice.choice(SAID),
        reply_by=dice.choice([ReplyBy.RECEIPT, ReplyBy.RECEIPT, ReplyBy.PHONE]),
    )


def _answered(
    dice: random.Random, case_id: str, now: datetime, due: date, department: str, last: date
) -> list[Told]:
    """From the acceptance to the citizen's word; what would lie after `last` has not happened."""
    events: list[Told] = []

    def add(after: timedelta, happening: h.Happening) -> None:
        nonlocal now
        now += after
        events.append(Told(now, case_id, happening))

    hours = timedelta(hours=dice.randrange(2, 100))
    late = dice.random() < 0.06
    if late:
        hours = timedelta(days=9)
    if department and dice.random() < 0.5:
        add(timedelta(minutes=20), h.Assigned("desk", department))
    if late or dice.random() < 0.12:
        add(hours, h.Proposed("coordinator", outcome(*dice.choice(GOOD if late else NOES))))
        add(timedelta(hours=1), h.Approved("leader"))
    else:
        add(hours, h.Replied("coordinator", outcome(*dice.choice(GOOD))))
    word = dice.random()
    if word < 0.45:
        add(timedelta(hours=20), h.Judged(Verdict.SOLVED, dice.choice(GRADES)))
    elif word < 0.52:
        add(timedelta(hours=20), h.Judged(Verdict.UNSOLVED, Grade.DISSATISFIED, "unsolved"))
        add(timedelta(hours=20), h.Proposed("coordinator", outcome(Result.A2, Cause.RULES)))
        add(timedelta(hours=1), h.Approved("leader"))
    return [told for told in events if told.at.date() <= last]


def found_long_ago(store: Store, *more: Person) -> Store:
    """The sample hall's people and weekly roster, there since the beginning of time; no keys."""
    log = Log()
    for one in (*staff.SAMPLE, *more):
        log.add(
            f"staff:{one.login}",
            h.Appointed(
                "admin", one.login, one.post, one.role, one.department, one.windows, one.leads
            ),
        )
    for weekday in range(1, 8):
        log.add("roster", h.Rostered("admin", str(weekday), "", Duty.LEADER, "leader", "副局长"))
    store.receive(Batch(tuple(log.events)))
    return store


def fill(store: Store, told: Iterator[list[Told]], origin: str = "K1-FILLED") -> int:
    """Write these lives into the store's log as one origin's events; how many events they are."""
    rows = sorted((one for life in told for one in life), key=lambda one: one.at)
    count = 0
    with store.writing() as connection:
        insert = (
            "INSERT INTO event (hall, origin, seq, clock, case_id, kind, version, body, prev, "
            "hash, code_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        events = (event_values(event) for event in chained(rows, store.hall, origin))
        count = driver(connection).executemany(insert, events).rowcount
    store._head = None
    return int(count)


def chained(rows: list[Told], hall: str = HALL, origin: str = "K1-FILLED") -> Iterator[Event]:
    """The events that these are, one after the other."""
    head, clock = Head(0, GENESIS), 0
    for one in rows:
        kind, body = _written(one.happening)
        clock = max(int(one.at.timestamp() * 1000) << COUNTER_BITS, clock + 1)
        event = next_event(hall, origin, head, clock, one.case_id, kind, 1, body)
        head = Head(event.seq, event.hash)
        yield event


def _written(happening: h.Happening) -> tuple[str, str]:
    """Kind and canonical body; what is said again and again is spelt once."""
    if isinstance(happening, h.Registered):
        kind, body = _feedback_body(happening.feedback, happening.outcome)
        own = {f.name: (getattr(happening, f.name), f.default) for f in fields(happening)}
        told = {n: v for n, (v, default) in own.items() if v != default and n not in _SHARED}
        return kind, canonical({**body, **told})
    kind, spelt = _spelt(happening)
    return kind, spelt


@cache
def _feedback_body(said: Feedback, done: Outcome | None) -> tuple[str, dict[str, Any]]:
    kind, body = h.write_body(h.Registered(said, number="", due="", outcome=done))
    return kind, {name: body[name] for name in _SHARED if name in body}


_SHARED = ("feedback", "outcome")


@cache
def _spelt(happening: h.Happening) -> tuple[str, str]:
    kind, body = h.write_body(happening)
    return kind, canonical(body)
