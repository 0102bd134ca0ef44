"""The rules of a case hold whatever program or person does what, and the watch sees it if not."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from db import fold as fold_room
from db import rules, sight
from db import store as store_room
from tests.play.machine import Play

QUICK = settings(
    max_examples=25,
    stateful_step_count=18,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class PlayToTheEnd(Play):
    def teardown(self):
        try:
            if self.said:
                self.finish()
        finally:
            super().teardown()


def test_random_staff_break_no_rule_on_any_store():
    run_state_machine_as_test(PlayToTheEnd, settings=QUICK)


@pytest.mark.campaign
def test_ten_thousand_random_days_break_no_rule():
    long = settings(QUICK, max_examples=10_000, derandomize=False)
    run_state_machine_as_test(PlayToTheEnd, settings=long)


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
    "5 the accused see it": lambda m: m.setattr(sight, "conditions", everything),
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
    import sqlalchemy as sa

    return sa.true()


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_seen(monkeypatch, bug):
    BUGS[bug](monkeypatch)
    if bug == "5 the accused see it":
        monkeypatch.setattr("db.lists.conditions", everything)
    found = settings(QUICK, phases=[Phase.generate], max_examples=60)
    with pytest.raises(Exception):  # noqa: B017  whatever shows it
        run_state_machine_as_test(PlayToTheEnd, settings=found)
