"""What becomes of a case's last day: while its citizen thinks, when it turns out hard, when it is
done once more, when it takes longer."""

import re
from datetime import date, datetime

import pytest

from db import happening as h
from db.case import DoesNotFit
from db.terms import Difficulty, Feedback, Helping, Kind, State, Verdict
from kiosk.casework import Casework, WordsFirst
from kiosk.deadlines import Deadlines, Limits
from kiosk.due import say_why
from kiosk.intake import Intake
from kiosk.paper.printers import NoPrinter
from kiosk.ui.casevalues import CaseValues
from kiosk.ui.forms import BY_NAME
from kiosk.workdays import Workdays
from tests.filled import Batch, Told, chained, found_long_ago, hall_facts
from tests.hall import badge
from tests.people import DONE

DAYS = Deadlines(Workdays())
#: A Monday; five service days later is the next Monday.
MONDAY = datetime(2026, 11, 23, 10)
WHY = DAYS.reply(MONDAY, Difficulty.GENERAL).due.why
DUES = DAYS.waiting(date(2026, 11, 30), WHY, MONDAY, MONDAY.date())


class Day:
    """A case and the people who have it, on a day of theirs."""

    def __init__(self, local):
        self.local = found_long_ago(local)
        self.now = MONDAY

    def tell(self, *deeds, why=lambda due: {"due_why": due.why}):
        """The registration, and what happened on which day of November after it."""
        due = DAYS.reply(MONDAY, Difficulty.GENERAL).due
        first = h.Registered(
            Feedback(Kind.COMPLAINT, problems=("C01",)), "N1", due.day.isoformat(), **why(due)
        )
        events = [Told(MONDAY, "c1", first)]
        events += [Told(datetime(2026, 11, day, 11), "c1", deed) for day, deed in deeds]
        self.local.receive(Batch(tuple(chained(events, origin="K1-000001"))))
        return self

    def at(self, login):
        return Casework(
            self.local, badge(self.local, login), hall_facts(), DAYS, NoPrinter(), "",
            lambda: self.now,
        )  # fmt: skip

    def kiosk(self):
        return Intake(self.local, NoPrinter(), hall_facts(), DAYS, address="", now=lambda: self.now)

    @property
    def case(self):
        return self.local.case("c1")


@pytest.fixture
def day(local):
    return Day(local)


def test_a_case_found_hard_keeps_the_days_it_waited_for_its_citizen(day):
    asked = h.Asked(
        "desk",
        "哪一年办的？",
        DAYS.waiting(datetime(2026, 11, 30).date(), WHY, MONDAY, MONDAY.date()),
    )
    day.tell((23, h.Accepted("desk")), (23, asked), (26, h.Answered("去年")))
    assert day.case.due == "2026-12-02"
    after = day.at("desk").classify("c1", Difficulty.COMPLEX)
    assert (after.difficulty, after.due) == (Difficulty.COMPLEX, "2026-12-09")
    assert "等您补充的11月24日至25日不算" in say_why(after.due_why, "zh")


def test_while_its_citizen_thinks_the_reason_says_which_days_do_not_count():
    assert [later.due[5:] for later in DUES] == [
        "11-30", "11-30", "12-01", "12-02", "12-03", "12-04",
    ]  # fmt: skip
    assert DUES[0].due_why == DUES[1].due_why == WHY
    assert say_why(DUES[3].due_why, "zh") == (
        "11月23日登记，5个工作日，周末11月28日至29日不算，等您补充的11月24日至25日不算，最迟12月2日"
    )


@pytest.mark.parametrize("who", ["citizen", "follow-up"])
def test_what_is_done_once_more_has_five_days_of_its_own(day, who):
    day.tell((23, h.Accepted("desk")), (27, h.Replied("desk", DONE)))
    day.now = datetime(2026, 12, 3, 9)
    if who == "citizen":
        after = day.kiosk().judge(day.case, Verdict.UNSOLVED)
    else:
        after = day.at("coordinator").follow_up("c1", Verdict.UNSOLVED)
    assert (after.round, after.due) == (2, "2026-12-10")
    assert say_why(after.due_why, "zh").startswith("12月3日要求重办")
    # How hard it is does not take its days away, nor give it more.
    assert day.at("coordinator").classify("c1", Difficulty.VERY_COMPLEX).due == "2026-12-10"


def test_what_an_older_kiosk_sent_back_keeps_its_day(day):
    day.tell(
        (23, h.Accepted("desk")), (24, h.Replied("desk", DONE)), (25, h.Judged(Verdict.UNSOLVED))
    )
    assert (day.case.round, day.case.due) == (2, "2026-11-30")


def test_what_takes_longer_says_by_how_much(day):
    day.tell((23, h.Accepted("desk")))
    after = day.at("desk").extend("c1", 3, "等档案馆回函")
    assert (after.due, say_why(after.due_why, "zh")) == (
        "2026-12-03", "11月23日登记，5个工作日，周末11月28日至29日不算，延长3个工作日，最迟12月3日",
    )  # fmt: skip


def test_a_desk_reads_the_reason_in_its_own_language(day):
    day.tell((23, h.Accepted("desk")))
    case = day.at("desk").extend("c1", 3, "等档案馆回函")
    english = say_why(case.due_why, "en")
    assert english.endswith("by 3 December") and "extended by 3 working days" in english
    assert not re.search("[\u4e00-\u9fff]", english)


def test_the_chinese_reason_of_an_older_version_is_kept_and_moved_on(day):
    day.tell((23, h.Accepted("desk")), why=lambda due: {"due_reason": due.say("zh")})
    assert say_why(day.case.due_why, "zh") == say_why(WHY, "zh")
    after = day.at("desk").extend("c1", 3, "等档案馆回函")
    assert say_why(after.due_why, "zh").endswith("29日不算，延长3个工作日，最迟12月3日")


@pytest.mark.parametrize(
    ("days", "still", "closes"),
    [
        # Ten service days after 28 September, over National Day, end on Friday, 16 October.
        (10, datetime(2026, 10, 16, 17), datetime(2026, 10, 17, 9)),
        (12, datetime(2026, 10, 20, 17), datetime(2026, 10, 21, 9)),
    ],
)
def test_a_reply_nobody_answers_is_closed_after_the_halls_service_days(day, days, still, closes):
    told = [
        (24, h.Registered(Feedback(Kind.COMPLAINT, problems=("C01",)), "N1", "2026-09-30")),
        (25, h.Accepted("desk")),
        (28, h.Replied("desk", DONE)),
    ]
    rows = [Told(datetime(2026, 9, d, 11), "c1", deed) for d, deed in told]
    day.local.receive(Batch(tuple(chained(rows, origin="K1-000001"))))
    work = Casework(
        day.local, badge(day.local, "desk"), hall_facts(),
        Deadlines(Workdays(), Limits(close_days=days)), NoPrinter(), "", lambda: day.now,
    )  # fmt: skip
    day.now = still
    assert "close" not in work.deeds(day.case)
    with pytest.raises(DoesNotFit, match="等市民评价"):
        work.close("c1")
    day.now = closes
    assert "close" in work.deeds(day.case)
    assert work.close("c1").state is State.CLOSED


def test_who_helps_has_a_day_of_their_own_before_the_case_is_due(day):
    day.tell((23, h.Accepted("desk")))
    day.now = datetime(2026, 11, 24, 9)
    helps = (Helping("TAX"),)
    assert day.at("desk").assign("c1", "SI", "", helps, helping_days=2).helping == (
        Helping("TAX", "2026-11-26"),
    )
    card = DAYS.card(date(2026, 11, 30), date(2026, 11, 24))
    shown = CaseValues(hall_facts(), "en", day.local.people(), lambda due: card)
    assert "(by " in shown.case(day.case, "2026-11-24")["helping"]
    # Not after the case itself, and none where none was named.
    assert day.at("desk").assign("c1", "SI", "", helps, helping_days=30).helping[0].due == (
        day.case.due
    )
    assert day.at("desk").assign("c1", "SI", "", helps).helping == helps


@pytest.mark.parametrize("words", ["您没有带材料，早就告诉您了", "您 没 有带材料"])
def test_no_question_and_no_extension_blames_the_citizen(day, words):
    day.tell((23, h.Accepted("desk")))
    for deed in (
        lambda work: work.ask("c1", words),
        lambda work: work.extend("c1", 2, words),
    ):
        with pytest.raises(WordsFirst, match="您没有"):
            deed(day.at("desk"))
    assert (day.case.question, day.case.due) == ("", "2026-11-30")
    assert day.at("desk").ask("c1", "还差一张照片，我们可以帮您拍").question


@pytest.mark.parametrize("typed", ["三天", "-2", "1.5", "99999999999"])
def test_a_number_of_days_that_is_none_is_said_to_be_none(day, typed):
    day.tell((23, h.Accepted("desk")))
    with pytest.raises(DoesNotFit, match="天数要填数字"):
        BY_NAME["extend"].do(day.at("desk"), "c1", {"days": typed, "reason": "等外单位"})
