"""The worklist's columns, its counts, and finding cases: each tells the same as the others."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from db import happening as h
from db.batch import Batch
from db.lists import Column, Lists
from db.terms import Feedback, Kind, ReplyBy
from tests.filled import LAST, Told, chained, found_long_ago, lives

TODAY = LAST - timedelta(days=3)


@pytest.fixture
def lists(local):
    found_long_ago(local)
    on_site = Feedback(Kind.HELP, problems=("H01",), reply_by=ReplyBy.ON_SITE)
    told = [one for life in lives(250, 40) for one in life]
    told += [
        Told(
            datetime(2026, 11, 18, 9),
            f"s{n}",
            h.Registered(on_site, f"ZC261118-K1-S{n}", "2026-11-25"),
        )
        for n in range(3)
    ]
    # Some wait for a leader, some for the citizen.
    for n, deed in enumerate([h.Met("desk", "当面"), h.Accepted("desk")]):
        told.append(Told(datetime(2026, 11, 18, 10), f"s{n}", deed))
    rows = sorted(told, key=lambda one: one.at)
    local.receive(Batch(tuple(chained(rows))))
    return Lists(local, spelling)


def spelling(case):
    initials = "dd ck" if "窗口" in case.feedback.words else ""
    return f"{case.number} {case.feedback.words}", initials, case.feedback.ticket


@pytest.mark.parametrize("login", ["coordinator", "desk", "head", "handler", "supervisor"])
@pytest.mark.parametrize("today", [TODAY, TODAY - timedelta(days=9), date(2027, 1, 1)])
def test_every_open_case_stands_in_the_one_column_that_counts_it(lists, login, today):
    person = lists._store.people().person(login)
    stands = {
        column: [line.case_id for line in lists.worklist(person, column, today, limit=1000)]
        for column in Column
    }
    counts = lists.counts(person, today)
    assert {column: len(stands[column]) for column in counts} == counts
    everywhere = [case_id for column in Column for case_id in stands[column]]
    assert len(everywhere) == len(set(everywhere))
    if login == "supervisor":
        assert len(everywhere) == 253
        assert sum(counts.values()) > 40


def test_the_columns_are_what_they_say(lists):
    person = lists._store.people().person("supervisor")
    day = TODAY.isoformat()
    lines = {c: lists.worklist(person, c, TODAY, limit=1000) for c in Column}
    assert all(line.on_site for line in lines[Column.ON_SITE])
    assert [line.case_id for line in lines[Column.ON_SITE]] == ["s1", "s2"]
    assert {line.state for line in lines[Column.TO_ACCEPT]} == {"registered"}
    assert {line.state for line in lines[Column.CLOSED]} == {"closed"}
    assert {line.state for line in lines[Column.TO_FOLLOW_UP]} == {"replied"}
    assert lines[Column.LATE]
    assert all(line.due < day for line in lines[Column.LATE])
    assert all(line.due == day for line in lines[Column.DUE_TODAY])
    assert all(line.due > day for line in lines[Column.IN_HAND])


def test_the_soonest_due_stand_first_and_closed_ones_newest_first(lists):
    person = lists._store.people().person("supervisor")
    follow = lists.worklist(person, Column.TO_FOLLOW_UP, TODAY, limit=1000)
    assert [line.due for line in follow] == sorted(line.due for line in follow)
    closed = lists.worklist(person, Column.CLOSED, TODAY, limit=1000)
    times = [line.registered_ms for line in closed]
    assert times == sorted(times, reverse=True)
    part = lists.worklist(person, Column.CLOSED, TODAY, first=5, limit=7)
    assert part == closed[5:12]


def test_a_case_is_found_by_number_words_initials_and_codes(lists):
    person = lists._store.people().person("supervisor")
    all_cases = [c for column in Column for c in lists.worklist(person, column, TODAY, limit=999)]
    one = next(line for line in all_cases if "窗口" in line.summary)
    assert [line.case_id for line in lists.search(person, one.number)] == [one.case_id]
    assert one.case_id in {line.case_id for line in lists.search(person, one.number[3:])}
    assert one in lists.search(person, "窗口", limit=999)
    assert one in lists.search(person, "ddck", limit=999) or one in lists.search(
        person, "ck", limit=999
    )
    assert lists.search(person, "没有这句话") == []
    assert lists.search(person, "9Z9Z9") == []
    by_code = {line.case_id for line in lists.search(person, "排队", ("C01",), limit=999)}
    assert by_code >= {line.case_id for line in all_cases if "C01" in line.summary.split("\n")[0]}


def test_a_problem_finds_its_tags_and_nothing_in_somebody_s_words(lists):
    said = Feedback(Kind.COMPLAINT, problems=("C0101",), words="我要说的是,C04 这个代码")
    told = [Told(datetime(2026, 11, 20, 9), "words", h.Registered(said, "N1", "2026-12-01"))]
    lists._store.receive(Batch(tuple(chained(told, origin="K2-B"))))
    person = lists._store.people().person("supervisor")
    found = {
        code: {line.case_id for line in lists.search(person, "x", (code,), limit=999)}
        for code in ("C01", "C04")
    }
    assert "words" in found["C01"]
    assert found["C04"]
    assert "words" not in found["C04"]


@pytest.mark.parametrize("login", ["coordinator", "desk", "head", "handler", "supervisor"])
def test_counting_reads_the_index_of_open_cases_and_nothing_else(lists, login):
    person = lists._store.people().person(login)
    asked = []
    sa.event.listen(
        lists._store._engine,
        "before_cursor_execute",
        lambda _connection, _cursor, said, places, *_: asked.append((said, places)),
    )
    lists.counts(person, TODAY)
    said, places = next(one for one in asked if "GROUP BY" in one[0])
    with lists._store._engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", places).all()
    assert "COVERING INDEX case_line_open" in plan[0].detail
