"""What people look at in numbers: periods, peaks, the page, digests and the board."""

from dataclasses import fields, replace
from datetime import date, datetime, timedelta

import pytest

from db import happening as h
from db.batch import Batch
from db.hall import Person
from db.lists import Lists
from db.store import Store
from db.tallies import Chosen, Tallies
from db.tally import Count
from db.terms import Axis, Cause, Feedback, Grade, Kind, Outcome, Result, Role, Verdict
from kiosk.numbers import CHOICES, Dashboard, Heat, name_of
from kiosk.peaks import Peak, peaks, usual_and_limit
from kiosk.period import Length, period_of
from kiosk.weekly import Line, NotYours, Press, masked
from kiosk.workdays import Workdays
from tests.filled import PEAK, Told, chained, fill, found_long_ago, hall_facts, lives
from tests.people import HALL

#: A Tuesday, in the second day of its week.
NOW = datetime(2026, 11, 24, 15, 30)
TODAY = NOW.date()
WEEK = period_of(Length.WEEK, TODAY)
LAST_WEEK = WEEK.before
MORE = (
    Person("soc3", "社会事务三科 科长", Role.HEAD, "SOC3"),
    Person("deputy", "社会保险科 副科长", Role.HEAD, "SI", ("W05",)),
)
DONE = Outcome(Result.A1, "好了", "好了。", cause=Cause.PEAK)
ANSWERED = (h.Accepted("desk"), h.Replied("coordinator", DONE))


class Record:
    """A store that is told lives, and the dashboards of its people."""

    def __init__(self, store, now=NOW):
        self.store = found_long_ago(store, *MORE)
        self.lists = Lists(store)
        self.now = now
        self.told = 0

    def person(self, login):
        return self.store.people().person(login)

    def board(self, login="supervisor"):
        return Dashboard(self.person(login), self.lists, hall_facts(), Workdays(), lambda: self.now)

    def press(self):
        return Press(Tallies(self.lists), hall_facts(), Workdays())

    def weekly(self, login="supervisor", department="", day=TODAY, language="zh"):
        hall = self.store.people()
        return self.press().weekly(self.person(login), hall, day, department, language)

    def tell(self, *feedback, day=TODAY, hour=10, department="", more=(), outcome=None):
        """So many cases on a day, each with the same deeds after it."""
        events = []
        for said in feedback:
            self.told += 1
            case_id, start = f"c{self.told}", datetime(day.year, day.month, day.day, hour)
            first = h.Registered(
                said, f"N{self.told}", "2026-12-04", department=department, outcome=outcome
            )
            events += [
                Told(start + timedelta(minutes=n), case_id, what)
                for n, what in enumerate((first, *more))
            ]
        self.store.receive(Batch(tuple(chained(events, origin=f"K1-{self.told:06}"))))
        return [event.case_id for event in events if isinstance(event.happening, h.Registered)]


@pytest.fixture
def record(local):
    return Record(local)


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """A hall with half a year behind it."""
    store = Store.open(tmp_path_factory.mktemp("past") / "d.sqlite", hall=HALL, device="D1")
    made = Record(store, datetime(2026, 11, 20, 12))
    fill(store, lives(2500, 200))
    yield made
    store.close()


def about(window="W04", kind=Kind.COMPLAINT, **more):
    return Feedback(kind, service_window=window, **{"problems": ("C01",), **more})


# --- periods ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "day", "first", "last", "zh", "en"),
    [
        ("week", "2026-11-29", "2026-11-23", "2026-11-29",
         "11月23日 – 11月29日", "23 November – 29 November"),
        ("month", "2026-02-28", "2026-02-01", "2026-02-28", "2026年2月", "February 2026"),
        ("month", "2026-12-31", "2026-12-01", "2026-12-31", "2026年12月", "December 2026"),
        ("quarter", "2026-11-29", "2026-10-01", "2026-12-31", "2026年第4季度", "Q4 2026"),
        ("quarter", "2026-03-31", "2026-01-01", "2026-03-31", "2026年第1季度", "Q1 2026"),
        ("year", "2028-02-29", "2028-01-01", "2028-12-31", "2028年", "2028"),
    ],
)  # fmt: skip
def test_a_period_is_whole_weeks_or_months_and_says_its_name(length, day, first, last, zh, en):
    period = period_of(Length(length), date.fromisoformat(day))
    span = (date.fromisoformat(first), date.fromisoformat(last))
    assert (period.first, period.last) == span
    assert (period.say("zh"), period.say("en")) == (zh, en)


@pytest.mark.parametrize("length", Length)
def test_periods_follow_each_other_without_a_gap(length):
    period = period_of(length, date(2024, 2, 29))
    for _ in range(30):
        after = period.after
        assert after.first - period.last == timedelta(days=1)
        assert after.before == period
        period = after


# --- peaks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weeks", "found"),
    [
        # An ordinary life.
        ([10, 12, 9, 11, 10, 13, 12, 10, 12], []),
        # One week far above it: 10.5 and 3 roots and 2 more.
        ([10, 12, 9, 11, 10, 13, 12, 10, 30], [Peak(8, 30, 10, 22)]),
        # A peak does not hide the next one, as it would in an average.
        ([10, 12, 9, 11, 10, 60, 12, 10, 60], [Peak(5, 60, 10, 21), Peak(8, 60, 10, 22)]),
        # Weeks that sway a lot have to be far exceeded.
        ([20, 60, 25, 70, 15, 65, 30, 55, 90], []),
        # Too short a past says nothing.
        ([1, 1, 1, 50], []),
        # Two instead of none are no peak, six are.
        ([0, 0, 0, 0, 0, 5], []),
        ([0, 0, 0, 0, 0, 6], [Peak(5, 6, 0, 5)]),
        ([], []),
    ],
)
def test_a_week_stands_out_when_it_is_far_above_the_weeks_before(weeks, found):
    assert peaks(weeks) == found


def test_what_is_usual_is_the_median_whatever_one_week_did():
    assert usual_and_limit([10, 10, 10, 10, 10, 10, 10, 500])[0] == 10


# --- the page ---------------------------------------------------------------------------------


def test_the_page_adds_up(past):
    month = period_of(Length.MONTH, date(2026, 10, 1))
    look = past.board().look(month, Axis.KIND)
    assert look.totals.received > 100
    assert sum((bar.count for bar in look.bars), Count()) == look.totals
    before = past.board().look(month.before, Axis.KIND)
    assert look.before == before.totals
    assert [bar.before for bar in look.bars] == [
        next((b.count.received for b in before.bars if b.code == bar.code), 0) for bar in look.bars
    ]
    assert look.heat is not None
    assert sum(look.heat.counts.values()) == look.totals.received
    numbers = [bar.count.received for bar in look.bars]
    assert numbers == sorted(numbers, reverse=True)


def test_what_has_no_code_is_no_bar_but_is_told(past):
    month = period_of(Length.MONTH, date(2026, 10, 1))
    look = past.board().look(month, Axis.ITEM)
    assert look.without.received > 0
    assert "" not in [bar.code for bar in look.bars]
    assert sum((bar.count for bar in look.bars), look.without) == look.totals


def test_windows_stand_as_in_the_hall_and_are_not_ranked(past):
    look = past.board().look(period_of(Length.MONTH, date(2026, 10, 1)), Axis.WINDOW)
    codes = [bar.code for bar in look.bars]
    assert codes == sorted(codes)
    numbers = [bar.count.received for bar in look.bars]
    assert numbers != sorted(numbers, reverse=True)


def test_the_bad_week_of_an_item_is_seen_in_its_trend(past):
    month = period_of(Length.MONTH, PEAK[1])
    look = past.board().look(month, Axis.ITEM, PEAK[0])
    assert [week.monday for week in look.weeks if week.peak] == [PEAK[1]]
    assert len(look.weeks) == 16
    assert look.weeks[-1].monday == date(2026, 10, 26)
    whole = past.board().look(month, Axis.ITEM)
    assert sum(week.count.received for week in whole.weeks) > 400


def test_the_week_that_is_not_over_says_so(past):
    look = past.board().look(period_of(Length.WEEK, past.now.date()), Axis.KIND)
    assert [week.running for week in look.weeks][-2:] == [False, True]


def test_a_rush_is_told_while_it_lasts(record):
    for weeks in range(1, 9):
        record.tell(*[about(service_item="I06")] * 2, day=TODAY - timedelta(weeks=weeks))
    assert record.board().look(WEEK, Axis.KIND).rushes == ()
    record.tell(*[about(service_item="I06", problems=())] * 9)
    (rush,) = record.board().look(WEEK, Axis.KIND).rushes
    assert (rush.axis, rush.code, rush.monday) == (Axis.ITEM, "I06", WEEK.first)
    assert rush.peak == Peak(8, 9, 2, 8)
    # Whoever looks at the past looks at the past.
    assert record.board().look(LAST_WEEK, Axis.KIND).rushes == ()
    # And a week later it is told of last week.
    record.now = NOW + timedelta(days=7)
    (rush,) = record.board().look(WEEK.after, Axis.KIND).rushes
    assert rush.monday == WEEK.first


def test_the_first_weeks_of_a_hall_are_no_rush(record):
    record.tell(*[about(service_item="I06")] * 40)
    look = record.board().look(WEEK, Axis.KIND)
    assert look.rushes == ()
    assert [week.count.received for week in look.weeks] == [40]


def test_a_head_looks_at_weekdays_and_nobody_else_has_to(past):
    head = past.board("head")
    assert Axis.WEEKDAY in head.choices
    assert Axis.DEPARTMENT not in head.choices
    assert head.look(period_of(Length.MONTH, date(2026, 10, 1)), Axis.WEEKDAY).heat is None
    assert past.board("desk").choices == tuple(
        axis for axis in CHOICES if axis not in (Axis.WINDOW, Axis.WEEKDAY)
    )


def test_the_days_of_the_week_stand_in_their_order(past):
    look = past.board("head").look(period_of(Length.QUARTER, date(2026, 8, 1)), Axis.WEEKDAY)
    assert [bar.code for bar in look.bars] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("login", ["handler", "inspector", "admin", "auditor"])
def test_whoever_has_no_numbers_has_no_dashboard(past, login):
    with pytest.raises(LookupError):
        past.board(login)


def test_hours_run_from_the_first_to_the_last_of_the_day(record):
    record.tell(about(), hour=8)
    record.tell(about(), about(), day=date(2026, 11, 28), hour=14)
    heat = record.board().look(WEEK, Axis.KIND).heat
    assert heat == Heat(tuple(range(8, 15)), (1, 2, 3, 4, 5, 6), {(2, 8): 1, (6, 14): 2})
    assert heat.most == 2


def test_a_kiosk_nobody_uses_is_noticed_after_three_service_days(record):
    assert record.board().look(WEEK, Axis.KIND).pulse.alarm is False
    record.tell(about(), day=date(2026, 11, 18), department="SI")
    # Thursday, Friday and Monday passed; the weekend and today do not count.
    assert record.board().look(WEEK, Axis.KIND).pulse.quiet == 3
    assert record.board().look(WEEK, Axis.KIND).pulse.alarm is True
    assert record.board("head").look(WEEK, Axis.KIND).pulse.quiet == 0
    record.tell(about())
    assert record.board().look(WEEK, Axis.KIND).pulse.quiet == 0


def test_cases_a_service_day_are_those_of_the_days_that_are_over(record):
    record.tell(*[about()] * 6, day=WEEK.first)
    pulse = record.board().look(WEEK, Axis.KIND).pulse
    assert pulse.a_day == 3.0
    october = record.board().look(period_of(Length.MONTH, date(2026, 10, 1)), Axis.KIND)
    assert october.pulse.a_day == 0


def test_a_number_leads_to_its_cases(record):
    ids = record.tell(about(), about(), department="SI", more=ANSWERED)
    record.tell(about(problems=("C02",)), department="SI")
    span = (WEEK.first, WEEK.last)
    board = record.board("head")
    assert sorted(board.behind(Chosen(*span, Axis.PROBLEM, "C01"))) == sorted(ids)
    assert sorted(board.behind(Chosen(*span, number="replied"))) == sorted(ids)
    assert len(board.behind(Chosen(*span))) == 3
    assert board.behind(Chosen(*span, Axis.CAUSE, "peak", "no")) == []


@pytest.mark.parametrize(
    ("axis", "code", "zh", "en"),
    [
        (Axis.PROBLEM, "C01", "排队等候", "Queue and waiting"),
        (Axis.PROBLEM, "S01", "专用通道", "A separate lane"),
        (Axis.PROBLEM, "H02", "跑多个部门", "Sent from office to office"),
        (Axis.PROBLEM, "C0105", "预约后还要排队", "Queueing despite a booking"),
        (Axis.DEPARTMENT, "SI", "社会保险科", "Social insurance"),
        (Axis.WINDOW, "W05", "医保窗口", "Medical insurance"),
        (Axis.ITEM, "I06", "外国人来华工作许可", "Work permit for foreigners"),
        (Axis.CAUSE, "peak", "高峰集中", "Rush"),
        (Axis.KIND, "complaint", "投诉", "Complaint"),
        (Axis.WEEKDAY, "3", "周三", "Wednesday"),
        (Axis.DEPARTMENT, "", "还没有派给科室", "not yet with a department"),
        (Axis.WINDOW, "W99", "W99", "W99"),
    ],
)
def test_codes_are_said_by_name(axis, code, zh, en):
    assert name_of(hall_facts(), axis, code, "zh") == zh
    assert name_of(hall_facts(), axis, code, "en") == en


# --- the weekly digest ------------------------------------------------------------------------


def test_the_hall_s_week_in_plain_values(record):
    record.tell(*[about()] * 4, department="SI", more=ANSWERED)
    record.tell(*[about("W12")] * 2, department="SOC3")
    record.tell(*[about()] * 3, day=LAST_WEEK.first, department="SI")
    week = record.weekly()
    assert (week.hall, week.first, week.last) == ("济宁市为民服务中心", WEEK.first, WEEK.last)
    assert week.department == ""
    assert [(line.name, line.received, line.replied) for line in week.lines] == [
        ("社会事务三科", 2, 0),
        ("社会保险科", 4, 4),
    ]
    assert (week.totals.received, week.totals.replied, week.totals.in_time) == (6, 4, 4)
    (top,) = week.top
    assert (top.name, top.count, top.before) == ("排队等候", 6, 3)
    assert [(w.monday, w.received) for w in week.weeks[-2:]] == [
        (LAST_WEEK.first, 3),
        (WEEK.first, 6),
    ]
    assert len(week.weeks) == 8


def test_a_problem_told_more_closely_stands_among_the_top_once(record):
    record.tell(*[about(problems=("C01", "C0101"))] * 4, about(problems=("C01",)))
    assert [(top.name, top.count) for top in record.weekly().top] == [("排队等候", 5)]


def test_a_department_s_week_tells_nothing_of_one_or_two_people(record):
    record.tell(*[about()] * 5, department="SI", more=ANSWERED[:1])
    record.tell(*[about(problems=("C02",))] * 2, department="SI", more=ANSWERED)
    week = record.weekly("coordinator", "SI")
    assert week.department == "社会保险科"
    assert week.lines == ()
    assert week.totals == Line("", 7, None, None, 0, 0, 0, 0)
    assert [(top.name, top.count) for top in week.top] == [("排队等候", 5), ("服务态度", None)]
    # The coordinator's own page hides nothing.
    assert record.weekly("coordinator").lines[0].replied == 2


def test_a_department_s_week_leaves_out_what_its_readers_may_not_see(record):
    record.tell(*[about("W04")] * 4, department="SI")
    record.tell(*[about("W05")] * 8, department="SI")
    (accusing,) = record.tell(about("W04"), department="SI")
    assert record.weekly("head", "SI").totals.received == 5
    record.store.append(accusing, h.Accused("coordinator", ("handler",)))
    # W05 is the deputy's own window, and a paper lies where the handler comes by.
    for login in ("head", "deputy", "coordinator"):
        assert record.weekly(login, "SI").totals.received == 4
    assert accusing not in {case.number for case in record.weekly("head", "SI").late}


@pytest.mark.parametrize(
    ("login", "department"),
    [("head", ""), ("head", "SOC3"), ("desk", ""), ("desk", "SI"), ("handler", "SI"),
     ("admin", ""), ("inspector", "")],
)  # fmt: skip
def test_a_digest_is_for_its_own_head_and_for_the_hall_s_leaders(record, login, department):
    with pytest.raises(NotYours):
        record.weekly(login, department)


def test_late_and_reopened_cases_stand_in_it_without_a_word_of_the_citizen(record):
    unsolved = (*ANSWERED, h.Judged(Verdict.UNSOLVED, None, "unsolved"))
    record.tell(
        about(words="等了两个小时", problems=("C01", "C04")), department="SI", more=unsolved
    )
    record.now = datetime(2026, 12, 9, 9)
    week = record.weekly("head", "SI", date(2026, 12, 9))
    (case,) = week.again
    assert (case.number, case.about, case.round) == ("N1", "排队等候、办事流程", 2)
    assert case.department == "社会保险科"
    # Due on Friday the 4th: Monday, Tuesday and Wednesday are three service days.
    assert [(late.number, late.days_late) for late in week.late] == [("N1", 3)]
    assert "两个小时" not in repr(week)


def test_improvements_of_the_week_say_how_many_asked_for_them(record):
    improved = replace(DONE, result=Result.A2, improvement="imp1")
    record.tell(
        *[about()] * 3, department="SI", more=(ANSWERED[0], h.Replied("coordinator", improved))
    )
    entry = h.Improved(
        "coordinator", "上午多开两个窗口", TODAY.isoformat(), "SI", ("加窗",), people=40
    )
    record.store.append_hall("imp1", entry)
    older = replace(entry, title="去年的事", day="2025-01-02")
    record.store.append_hall("imp0", older)
    for login, department in (("supervisor", ""), ("head", "SI")):
        (better,) = record.weekly(login, department).better
        assert (better.what, better.department, better.cases) == (
            "上午多开两个窗口",
            "社会保险科",
            3,
        )
        assert better.measures == ("加窗",)
    assert record.weekly("soc3", "SOC3").better == ()


def test_the_digest_speaks_english(record):
    record.tell(*[about()] * 3, department="SI")
    week = record.weekly(language="en")
    assert week.lines[0].name == "Social insurance"
    assert week.top[0].name == "Queue and waiting"


# --- the board --------------------------------------------------------------------------------


def test_numbers_below_three_are_not_for_everybody():
    assert [masked(number) for number in range(5)] == [0, None, None, 3, 4]


def test_the_board_tells_the_month_and_nothing_of_one_or_two_people(record):
    pleased = Feedback(Kind.RATING, grade=Grade.SATISFIED)
    thanks = Outcome(Result.T1, "评价", "谢谢您的评价。")
    record.tell(*[about()] * 4, department="SI", more=ANSWERED)
    record.tell(*[about(problems=("C02",))] * 2, department="SI")
    record.tell(pleased, outcome=thanks)
    month = record.press().board(TODAY)
    assert (month.totals.received, month.totals.replied, month.totals.no) == (7, 5, 0)
    assert [(top.name, top.count) for top in month.top] == [("排队等候", 4)]
    hidden = {f.name for f in fields(Line) if getattr(month.totals, f.name) is None}
    assert hidden == {"judged", "satisfied"}
    record.tell(about(), more=(ANSWERED[0], h.Proposed("coordinator", NO), h.Approved("leader")))
    assert record.press().board(TODAY).totals.no is None


NO = Outcome(Result.N2, "场地所限", "停车场暂时扩不了。")


def test_the_board_of_a_new_month_is_empty(record):
    record.tell(*[about()] * 4)
    month = record.press().board(date(2026, 12, 1))
    assert month.totals.received == 0
    assert month.top == ()
