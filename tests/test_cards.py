"""黄牌 and 红牌 as the desk shows them: on the line of a case and on its page."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from db.happening import Accepted, Registered, Replied
from db.lists import CaseLine
from db.terms import Feedback, Kind, State
from kiosk.casework import Casework
from kiosk.deadlines import Card, Deadlines
from kiosk.paper.printers import NoPrinter
from kiosk.ui.casevalues import CaseValues
from kiosk.workdays import Workdays
from tests.filled import Batch, Told, chained, found_long_ago, hall_facts
from tests.hall import badge, hall_in_memory
from tests.people import ANGRY, DONE, tell

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


def test_somebody_who_was_away_finds_each_new_card_and_each_once(local):
    found_long_ago(local)
    dues = {"c1": "2026-11-24", "c2": "2026-11-26", "c3": "2026-11-30", "c4": "2026-11-26"}
    events = [
        Told(
            datetime(2026, 11, 18, 10), case_id, Registered(Feedback(Kind.COMPLAINT), case_id, due)
        )
        for case_id, due in dues.items()
    ]
    events += [
        Told(datetime(2026, 11, 18, 11), "c4", Accepted("desk")),
        Told(datetime(2026, 11, 18, 12), "c4", Replied("desk", DONE)),
    ]
    local.receive(Batch(tuple(chained(events))))

    def on(day, login="desk"):
        work = Casework(
            local, badge(local, login), hall_facts(), Deadlines(Workdays()), NoPrinter(), "",
            lambda: datetime(2026, 11, day, 10),
        )  # fmt: skip
        cards = [(line.case_id, card) for card, line in work.new_cards()]
        work.lay_cards_aside()
        return cards

    assert on(23) == [("c1", Card.YELLOW)]
    assert on(23) == []
    # Nobody looked on Tuesday.
    assert on(25) == [("c1", Card.RED), ("c2", Card.YELLOW)]
    assert on(27) == [("c2", Card.RED), ("c3", Card.YELLOW)]
    assert on(28) == []
    # Whoever never laid any aside is told of today's alone.
    assert on(27, "coordinator") == [("c2", Card.RED), ("c3", Card.YELLOW)]


def test_what_was_said_without_words_says_so_on_its_line():
    line = replace(LINE, summary="C01\n", enclosed="voice,ink")
    assert values("2026-11-24").line(line, "2026-11-24")["summary"] == "排队等候 · 有录音 · 有手画"
