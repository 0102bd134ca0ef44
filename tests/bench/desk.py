"""What the desk costs on a full record: `python -m tests.bench.desk`.

Each row stands beside the bare thing: raw sqlite3 that reads the same rows without asking who may
see them, or, for the dashboard, without a roll-up. A row over its limit says so; beside other work
on the machine only the processor's own time and the ratios mean anything.
"""

import argparse
import gc
import json
import random
import sqlite3
import statistics
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from db import tables
from db.batch import COLUMNS
from db.engine import driver
from db.hall import Person
from db.lists import _REPLACE_LINE, Column, Lists
from db.store import Store
from db.tally import Keeper
from db.terms import Axis, Role
from kiosk.casework import Casework
from kiosk.deadlines import Deadlines
from kiosk.initials import initials_of
from kiosk.numbers import Dashboard
from kiosk.period import Length, period_of
from kiosk.staff import Badge
from kiosk.workdays import Workdays
from tests.filled import LAST, fill, found_long_ago, hall_facts, lives
from tests.people import HALL

HEAD = Person("soc3", "社会事务三科 科长", Role.HEAD, "SOC3", ("W11",))
DAYS = Deadlines(Workdays())
NOW = datetime(LAST.year, LAST.month, LAST.day, 12)
LINES = [c.name for c in tables.case_line.columns if c.name != "line"]
SHOWN = "case_id, number, kind, state, due, registered_ms, summary, service_window"
TIMES = 15


def measured(work, times=TIMES):
    """The median, the worst and the processor's share of so many runs in milliseconds."""
    spent, worked = [], []
    for _ in range(times):
        start, at_work = time.perf_counter(), time.process_time()
        work()
        spent.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - at_work) * 1000)
    return statistics.median(spent), max(spent), statistics.median(worked)


def row(name, ours, bare, limit, unit="ms"):
    """One line of the table: the median against the limit, and against the bare thing."""
    middle, worst, worked = ours
    told = f"{bare:10.2f} {middle / bare:8.2f}" if bare is not None else f"{'':10} {'':8}"
    over = "" if middle <= limit else "  over"
    spent = f"{middle:10.2f} {worst:10.2f} {worked:10.2f}"
    print(f"{name:44} {spent} {told}  ≤ {limit} {unit}{over}", flush=True)


def raw(file):
    return sqlite3.connect(f"file:{file}?mode=ro", uri=True)


def still_open(count):
    """Cases that were accepted and nothing more."""
    # Their days lie ahead, so that they stand in one column.
    last = LAST + timedelta(days=30)
    return (life[:2] for life in lives(count, 200, last=last) if len(life) > 1)


# --- a hundred thousand open cases ------------------------------------------------------------


def open_cases(folder, count):
    file = folder / "open.sqlite"
    store = Store.open(file, hall=HALL, device="D1")
    found_long_ago(store, HEAD)
    fill(store, still_open(int(count * 1.32)))
    desk = {login: casework(store, login) for login in ("coordinator", "soc3")}
    ours = desk["coordinator"]
    took = measured(ours.counts, 1)[0]
    there = sum(ours.counts().values())
    print(f"{there:,} open cases, their lines made in {took / 1000:.1f} s")
    bare = raw(file)
    lists_them(desk, bare)
    finds_them(ours, bare)
    opens_one(store, ours, bare)
    bare.close()
    store.close()


def casework(store, login):
    badge = Badge(store.people().person(login))
    return Casework(store, badge, hall_facts(), DAYS, None, "http://x/t/", now=lambda: NOW)


def lists_them(desk, bare):
    def listed():
        bare.execute(
            f"SELECT {SHOWN} FROM case_line WHERE state = 'accepted' ORDER BY due LIMIT 100"
        ).fetchall()
        bare.execute("SELECT state, count(*) FROM case_line GROUP BY state").fetchall()

    without = measured(listed)[0]
    for login, ours in desk.items():

        def worklist(ours=ours):
            ours.worklist(Column.IN_HAND)
            ours.counts()

        row(f"worklist and counts, {login}", measured(worklist), without, 150)


def finds_them(ours, bare):
    took = measured(lambda: ours.search("排队"), 1)[0]
    print(f"words indexed at the first search in {took / 1000:.1f} s")
    pieces = {"窗口": '"窗口"', "自助机坏": '"自助" AND "助机" AND "机坏"', "zzj": '"_zzj"*'}
    for typed, query in pieces.items():

        def found(query=query):
            bare.execute(
                f"SELECT {SHOWN} FROM case_words JOIN case_line ON line = case_words.rowid "
                "WHERE case_words MATCH ? ORDER BY registered_ms DESC LIMIT 100",
                (query,),
            ).fetchall()

        assert ours.search(typed), typed
        row(f"search {typed!r}", measured(lambda t=typed: ours.search(t)), measured(found)[0], 50)
    row("search 'ZC261' (a part of a number)", measured(lambda: ours.search("ZC261")), None, 50)
    row("search '没有这个词'", measured(lambda: ours.search("没有这个词")), None, 50)


def opens_one(store, ours, bare):
    some = [line.case_id for line in ours.worklist(Column.IN_HAND)]

    def read(case_id):
        bare.execute(
            f"SELECT {COLUMNS} FROM event WHERE hall = ? AND case_id = ?", (HALL, case_id)
        ).fetchall()

    pages, rows = iter(some * 2), iter(some * 2)
    bare_time = measured(lambda: read(next(rows)), 60)[0]
    row("a case opened", measured(lambda: ours.case(next(pages)), 60), bare_time, 30)


# --- a million events, a million cases --------------------------------------------------------


def million(folder, events, cases):
    file = folder / "million.sqlite"
    store = Store.open(file, hall=HALL, device="D1")
    found_long_ago(store, HEAD)
    told = fill(store, lives(round(events / 3.45), 720))
    bare = raw(file)

    def read():
        for event in bare.execute(f"SELECT {COLUMNS} FROM event ORDER BY hall, case_id"):
            json.loads(event[7])

    without = measured(read, 1)[0] * 1_000_000 / told
    lists, person = Lists(store), store.people().person("coordinator")
    took = measured(lambda: lists.counts(person, LAST), 1)
    seconds = [one * 1000 / told for one in took]
    row(f"folding {told:,} events, for a million", seconds, without / 1000, 20, "s")
    many_lines(store, lists, cases)
    bare.close()
    boards(store, lists, raw(file))
    store.close()


def many_lines(store, lists, cases):
    """More cases of the same days, each made of two that are there: what was said, and when."""
    with lists.fresh() as connection:
        known = raw_rows(driver(connection))
        keeper, dice, made = Keeper(driver(connection)), random.Random(1), 0
        while len(known) + made < cases:
            times = dice.sample(known, len(known))
            lines = []
            for line, when in zip(known, times, strict=True):
                made += 1
                moment = {n: when[n] for n in ("day", "hour", "registered_ms")}
                lines.append({**line, **moment, "case_id": f"more{made:016}"})
                keeper.replace(None, lines[-1])
                if len(known) + made >= cases:
                    break
            driver(connection).executemany(_REPLACE_LINE, [tuple(line.values()) for line in lines])
        keeper.done()


def raw_rows(connection):
    rows = connection.execute(f"SELECT {', '.join(LINES)} FROM case_line").fetchall()
    return [dict(zip(LINES, one, strict=True)) for one in rows]


def boards(store, lists, bare):
    count, cells = (
        bare.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("case_line", "tally")
    )
    print(f"{count:,} cases in {cells:,} cells of the roll-up")

    def grouped():
        bare.execute(
            "SELECT service_item, count(*), count(replied_ms), sum(in_time), sum(satisfied), "
            "count(satisfied), sum(round > 1), sum(no) FROM case_line "
            "WHERE day >= ? AND kind != 'integrity' GROUP BY service_item",
            (f"{LAST.year}-01-01",),
        ).fetchall()

    without = measured(grouped, 3)[0]
    for login, length, axis in (
        ("coordinator", Length.YEAR, Axis.ITEM),
        ("coordinator", Length.YEAR, Axis.PROBLEM),
        ("coordinator", Length.WEEK, Axis.PROBLEM),
        ("soc3", Length.YEAR, Axis.PROBLEM),
    ):
        board = Dashboard(
            store.people().person(login), lists, hall_facts(), Workdays(), lambda: NOW
        )
        period = period_of(length, LAST)
        name = f"dashboard of a {length}, by {axis}, {login}"
        row(name, measured(lambda b=board, p=period, a=axis: b.look(p, a)), without, 200)


def main():
    told = argparse.ArgumentParser(prog="python -m tests.bench.desk")
    told.add_argument("--open", type=int, default=100_000)
    told.add_argument("--events", type=int, default=1_000_000)
    told.add_argument("--cases", type=int, default=1_000_000)
    told = told.parse_args()
    initials_of("排队")
    gc.disable()  # as the desk does: garbage is collected on its own thread, between
    print(f"{'':44} {'ours p50':>10} {'worst':>10} {'cpu':>10} {'bare':>10} {'ratio':>8}  limit")
    with tempfile.TemporaryDirectory() as name:
        open_cases(Path(name), told.open)
        million(Path(name), told.events, told.cases)


if __name__ == "__main__":
    main()
