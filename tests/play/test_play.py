"""The rules of a case hold whatever program or person does what, and the watch sees it if not."""

from itertools import product

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from db import fold as fold_room
from db import rules
from db import store as store_room
from db.terms import Feedback, Kind, Outcome, Result
from tests.play.machine import WAYS, Play, Stage

QUICK = settings(
    max_examples=12,
    stateful_step_count=14,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_random_staff_break_no_rule_on_any_store():
    run_state_machine_as_test(Play, settings=QUICK)


@pytest.mark.campaign
def test_ten_thousand_random_days_break_no_rule():
    long = settings(QUICK, max_examples=10_000, derandomize=False)
    run_state_machine_as_test(Play, settings=long)


def nothing(*_):
    return None


BUGS = {
    "1 a result without words": lambda m: m.setattr(rules, "_whole", nothing),
    "1 closed at once": lambda m: m.setattr(rules, "UNANSWERED_DAYS", 0),
    "2 any leader approves": lambda m: m.setattr(rules, "_leads", nothing),
    "2 a NO is replied": lambda m: m.setattr("db.terms.Result.negative", property(nothing)),
    "3 accepted twice": lambda m: m.setattr(rules, "_needs", nothing),
    "3 taken by anybody": lambda m: plant(m, "owner", lambda changed, by: by),
    "5 nobody is excluded": lambda m: m.setattr(rules, "excluded", lambda *_: False),
    "5 an accused keeps the case": lambda m: m.setattr(rules, "_accused", keeps_it),
    "5 the accused see it": lambda m: m.setattr("db.lists.conditions", everything),
    "8 everybody may": lambda m: m.setattr(rules, "may", nothing),
}


def plant(monkeypatch, field, value):
    """Every change of a case sets this field as well."""
    real = rules.changes

    def wrong(case, happening, clock, hall):
        changed = real(case, happening, clock, hall)
        by = getattr(happening, "by", "")
        return {**changed, field: value(changed, by)} if by else changed

    monkeypatch.setattr(fold_room, "changes", wrong)
    monkeypatch.setattr(store_room, "changes", wrong)


def keeps_it(case, happening):
    return {"accused": (*case.accused, *happening.logins)}


def everything(_):
    return sa.true()


SAID = [
    Feedback(kind, service_window=window)
    for kind in (Kind.COMPLAINT, Kind.HELP, Kind.INTEGRITY)
    for window in ("", "W05")
]
ENDS = [
    Outcome(Result.A1, "查过了", "这样办。"),
    Outcome(Result.A1, "查过了", " "),
    Outcome(Result.N2, "查过了", "先不采纳。"),
]


def every_way():
    """Walks every way with every kind of case and of end, and looks whether a rule was broken."""
    stage = Stage()
    try:
        for said, outcome, way in product(SAID, ENDS, WAYS):
            stage.walk(0, stage.tell(said, 0), outcome, way)
        stage.everybody_meets()
        stage.every_rule_holds_in_every_store()
        stage.finish()
    finally:
        stage.close()


def test_every_way_breaks_no_rule():
    every_way()


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_seen(monkeypatch, bug):
    BUGS[bug](monkeypatch)
    with pytest.raises(AssertionError):
        every_way()
