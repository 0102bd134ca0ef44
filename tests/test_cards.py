"""黄牌 and 红牌 as the desk shows them: on the line of a case and on its page."""

from dataclasses import replace
from datetime import date

import pytest

from db.lists import CaseLine
from db.terms import Kind, State
from kiosk.deadlines import Deadlines
from kiosk.ui.casevalues import CaseValues
from kiosk.workdays import Workdays
from tests.filled import hall_facts
from tests.hall import hall_in_memory
from tests.people import ANGRY, tell

LINE = CaseLine(
    case_id="c1",
    number="ZC261123-K1-B7YER",
    kind=Kind.COMPLAINT,
    state=State.REGISTERED,
    due="2026-11-30",
    registered_ms=0,
    negative=False,
    clashes=0,
    owner="",
    handler="",
    department="",
    offered=False,
    offered_to="",
    summary="C01\n等了两个小时",
    service_window="",
    on_site=False,
    round=1,
    watched=False,
    joined=0,
)


def values(today):
    hall, day = Deadlines(Workdays()), date.fromisoformat(today)
    return CaseValues(
        hall_facts(), "zh", hall_in_memory(), lambda due: hall.card(date.fromisoformat(due), day)
    )


@pytest.mark.parametrize(
    ("today", "cards"),
    [
        ("2026-11-24", []),
        ("2026-11-27", ["黄牌"]),
        ("2026-11-30", ["黄牌"]),
        ("2026-12-08", ["红牌"]),
    ],
)
def test_a_card_stands_on_the_line_and_on_the_page_from_its_day(local, today, cards):
    case = replace(tell(local, ANGRY)[0], due=LINE.due)
    shown = values(today)
    for flags in (shown.line(LINE, today)["flags"], shown.case(case, today)["flags"]):
        assert [flag for flag in flags if flag.endswith("牌")] == cards


def test_a_case_that_was_replied_to_has_no_card():
    assert (
        values("2026-12-08").line(replace(LINE, state=State.REPLIED), "2026-12-08")["flags"] == []
    )


def test_a_case_that_two_worked_on_at_once_says_so_on_its_line():
    assert values("2026-11-24").line(replace(LINE, clashes=1), "2026-11-24")["flags"] == [
        "两处同时办"
    ]
