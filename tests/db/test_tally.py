"""Numbers: exact whatever comes in whichever order, and of no case that somebody may not see."""

import random
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from db import happening as h
from db import sight, tables
from db.batch import Batch
from db.fold import fold
from db.hall import Person
from db.lists import Lists
from db.tallies import Chosen, NotWithinReach, Tallies
from db.tally import Count, span_of, unpacked
from db.terms import Axis, Cause, Feedback, Kind, Outcome, Result, Role, Verdict
from tests.filled import LAST, Told, chained, found_long_ago, lives
from tests.hall import Log

FIRST = date(2026, 9, 1)
ALL_DAYS = (date(2026, 1, 1), date(2026, 12, 31))
AT_W05 = Person("w05", "社会保险科 5 号窗口", Role.HANDLER, "SI", ("W05",))
DEPUTY = Person("deputy", "社会保险科 副科长", Role.HEAD, "SI", ("W05",))
SOC3 = Person("soc3", "社会事务三科 科长", Role.HEAD, "SOC3")
BUSY = Person("busy", "督查指导科 协调员", Role.COORDINATOR, "SUP", ("W01", "W12"))
MORE = (AT_W05, DEPUTY, SOC3, BUSY)


class Record:
    """A store that is told things, its numbers, and every case of it as the log says."""

    def __init__(self, store):
        self.store = found_long_ago(store, *MORE)
        self.tallies = Tallies(Lists(store))
        self.extra = []

    def told(self, lives, origin="K1-FILLED"):
        rows = sorted((one for life in lives for one in life), key=lambda one: one.at)
        self.store.receive(Batch(tuple(chained(rows, origin=origin))))
        return self

    def person(self, login):
        return self.store.people().person(login)

    def cases(self):
        events = defaultdict(list)
        for event in self.store.all_events():
            events[event.case_id].append(event)
        folded = (fold(some, self.store.people()) for some in events.values())
        return [case for case in folded if case is not None]

    def numbers(self, login, axis=Axis.ALL, days=ALL_DAYS):
        return self.tallies.by(sight.reach(self.person(login)), axis, *days)

    def total(self, login, days=ALL_DAYS):
        return self.numbers(login, days=days).get("", Count())

    def accuse(self, case_id, *logins):
        self.store.append(case_id, h.Accused("coordinator", logins))


@pytest.fixture
def record(local):
    return Record(local)


def one(case_id, feedback, *more, day=date(2026, 11, 9), test=False, department="", outcome=None):
    """A life told in a few words; each thing happens an hour after the one before."""
    start = datetime.combine(day, datetime.min.time()) + timedelta(hours=10)
    said = h.Registered(
        feedback, f"N{case_id}", "2026-11-30", department=department, test=test, outcome=outcome
    )
    return [Told(start + timedelta(hours=n), case_id, what) for n, what in enumerate((said, *more))]


def about(window, kind=Kind.COMPLAINT, **more):
    return Feedback(kind, service_window=window, **{"problems": ("C01",), **more})


# --- what counts, told by hand ----------------------------------------------------------------


def day_of(case):
    return date.fromtimestamp(case.registered_ms / 1000)


def count_of(case):
    """What one case counts in, from the case itself."""
    replied = case.replied_ms is not None
    word = satisfied(case)
    return Count(
        received=1,
        replied=int(replied),
        in_time=int(replied and date.fromtimestamp(case.replied_ms / 1000).isoformat() <= case.due),
        satisfied=int(word is True),
        judged=int(word is not None),
        again=int(case.round > 1),
        no=int(case.outcome is not None and case.outcome.result.negative),
    )


def satisfied(case):
    if case.judged_grade is not None:
        return not case.judged_grade.negative
    if case.followed_up is not None:
        return case.followed_up.verdict is Verdict.SOLVED
    if case.verdict is not None:
        return case.verdict is Verdict.SOLVED
    if case.feedback.asks_nothing and case.feedback.grade is not None:
        return not case.feedback.grade.negative
    return None


def codes_of(case, axis):
    said = case.feedback
    moment = datetime.fromtimestamp(case.registered_ms / 1000)
    return {
        Axis.ALL: [""],
        Axis.DEPARTMENT: [case.department or case.assigned],
        Axis.WINDOW: [said.service_window],
        Axis.ITEM: [said.service_item],
        Axis.PROBLEM: list(said.problems) or [""],
        Axis.CAUSE: [str(case.outcome.cause) if case.outcome and case.outcome.cause else ""],
        Axis.KIND: [str(said.kind)],
        Axis.WEEKDAY: [str(moment.isoweekday())],
        Axis.HOUR: [f"{moment.isoweekday()}-{moment.hour:02}"],
    }[axis]


def by_hand(cases, axis):
    found = defaultdict(Count)
    for case in cases:
        for code in codes_of(case, axis):
            found[code] += count_of(case)
    return dict(found)


def visible(person, case):
    """Whether a case counts for somebody, said once more and in other words than the product's."""
    if case.test or case.feedback.kind is Kind.INTEGRITY:
        return False
    if person.login in case.accused or case.feedback.service_window in person.windows:
        return False
    if person.role is Role.HEAD:
        return (case.department or case.assigned) == person.department
    return person.role in (Role.CLERK, Role.COORDINATOR, Role.LEADER, Role.SUPERVISOR)


# --- exact ------------------------------------------------------------------------------------


def test_the_hall_s_numbers_are_those_of_its_cases(record):
    record.told(lives(300, 60))
    cases = record.cases()
    assert len(cases) == 300
    for axis in Axis:
        assert record.numbers("supervisor", axis) == by_hand(cases, axis), axis
    total = record.total("supervisor")
    # Nothing here is measured against an empty set.
    assert min(total.replied, total.in_time, total.satisfied, total.again, total.no) > 5
    assert total.replied > total.in_time


def test_numbers_stay_exact_while_events_come_in_any_order_and_in_pieces(record):
    dice = random.Random(3)
    told = [sorted(life, key=lambda t: t.at) for life in lives(100, 40)]
    # Each thing is told at one of three machines, whose events come by when they like.
    machines = {name: [] for name in ("K1-A", "D1-B", "D2-C")}
    for thing in (thing for life in told for thing in life):
        machines[dice.choice(list(machines))].append(thing)
    waiting = []
    for origin, things in machines.items():
        events = list(chained(sorted(things, key=lambda t: t.at), origin=origin))
        waiting += [(dice.random() + n / 1000, e) for n, e in enumerate(events)]
        assert len(events) > 50
    seqs = defaultdict(int)
    for at, (_, event) in enumerate(sorted(waiting, key=lambda w: w[0])):
        record.store.receive(Batch((event,)))
        seqs[event.origin] += 1
        if at % 41 == 0:
            assert record.total("supervisor").received <= 100
            assert record.numbers("supervisor") == by_hand(record.cases(), Axis.ALL)
    for axis in Axis:
        assert record.numbers("supervisor", axis) == by_hand(record.cases(), axis)
    assert rolled_up(record) == rebuilt(record)


def rolled_up(record):
    with record.tallies._lists.fresh() as connection:
        rows = connection.execute(sa.select(tables.tally)).all()
        return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def rebuilt(record):
    """The roll-up of a store that folds everything anew."""
    with record.store.writing() as connection:
        record.store.set_fact_in(connection, "read_version", "an older one")
    return rolled_up(record)


def test_a_case_that_changes_leaves_what_it_counted_before_and_no_empty_cell(record):
    done = Outcome(Result.A1, "好了", "好了。", cause=Cause.PEAK)
    record.told([one("c1", about("", problems=("C01", "C04")))])
    assert record.numbers("supervisor", Axis.DEPARTMENT) == {"": Count(1)}
    record.store.append("c1", h.Accepted("desk"))
    record.store.append("c1", h.Assigned("desk", "SI"))
    assert record.numbers("supervisor", Axis.DEPARTMENT) == {"SI": Count(1)}
    record.store.append("c1", h.Replied("coordinator", done))
    replied = Count(received=1, replied=1, in_time=1)
    assert record.numbers("supervisor", Axis.CAUSE) == {"peak": replied}
    assert record.numbers("supervisor", Axis.PROBLEM) == {"C01": replied, "C04": replied}
    record.store.append("c1", h.Judged(Verdict.UNSOLVED, None, "unsolved"))
    assert record.total("supervisor") == Count(received=1, judged=1, again=1)
    assert record.numbers("supervisor", Axis.CAUSE) == {"": Count(1, judged=1, again=1)}
    assert rolled_up(record) == rebuilt(record)


def test_numbers_follow_when_the_hall_s_people_become_known_later(local):
    """Somebody's deeds count as soon as their appointment has come by."""
    record = Record(local)
    late = Log(1000)
    late.add("staff:new", h.Appointed("admin", "new", "值守员", Role.CLERK), origin="D9-X")
    deeds = one("c1", about("W05"), h.Accepted("new"), h.Assigned("new", "SOC3"))
    record.told([deeds])
    assert record.numbers("supervisor", Axis.DEPARTMENT) == {"": Count(1)}
    record.store.receive(Batch(tuple(late.events)))
    assert record.numbers("supervisor", Axis.DEPARTMENT) == {"SOC3": Count(1)}
    assert rolled_up(record) == rebuilt(record)


def test_a_problem_named_twice_counts_once(record):
    record.told([one("c1", about("W05", problems=("C01", "C01")))])
    assert record.numbers("supervisor", Axis.PROBLEM) == {"C01": Count(1)}


@pytest.mark.parametrize(
    ("day", "span"),
    [
        ("2026-11-23", "2026-11-23"),
        ("2026-11-29", "2026-11-23"),
        ("2026-11-30", "2026-11-30"),
        ("2026-12-01", "2026-12-01"),
        ("2026-12-06", "2026-12-01"),
        ("2027-01-01", "2027-01-01"),
    ],
)
def test_a_span_is_a_week_cut_where_a_month_ends(day, span):
    assert span_of(day) == span


def test_numbers_added_up_as_one_come_apart_again_below_zero_too():
    numbers = [3, 0, -2, 7, -7, 0, 1]
    packed = sum(number << 32 * place for place, number in enumerate(numbers))
    assert unpacked(packed) == numbers


def test_weeks_are_whole_though_a_month_ends_in_them(record):
    days = [date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 6)]
    record.told([one(f"c{n}", about("W05"), day=day) for n, day in enumerate(days)])
    reach = sight.reach(record.person("supervisor"))
    weeks = record.tallies.weeks(reach, Axis.PROBLEM, date(2026, 11, 2), date(2026, 12, 6))
    assert weeks == {"C01": {date(2026, 11, 30): Count(3)}}
    assert record.total("supervisor", (date(2026, 12, 1), date(2026, 12, 31))) == Count(2)
    assert record.total("supervisor", (date(2026, 11, 1), date(2026, 11, 30))) == Count(1)


def test_days_that_are_neither_whole_weeks_nor_months_are_a_mistake(record):
    with pytest.raises(AssertionError):
        record.total("supervisor", (date(2026, 11, 3), date(2026, 11, 30)))


# --- of nothing that somebody may not see -----------------------------------------------------


@pytest.fixture
def crowd(record):
    """Cases of every kind, some of which complain about people by name."""
    record.told(lives(150, 60))
    record.told(
        [
            one(f"i{n}", about("W05", kind=Kind.INTEGRITY, problems=("C10",)), department="SI")
            for n in range(4)
        ]
        + [one(f"t{n}", about("W05"), department="SI", test=True) for n in range(3)],
        origin="K2-MORE",
    )
    assert record.total("supervisor").received == 150
    dice = random.Random(5)
    people = ["desk", "coordinator", "head", "deputy", "soc3", "leader", "supervisor", "w05"]
    for case in dice.sample([c for c in record.cases() if c.counted], 40):
        logins = tuple(p for p in dice.sample(people, 2) if p != "coordinator")
        record.store.append(case.case_id, h.Accused("coordinator", logins))
    return record


@pytest.mark.parametrize(
    "login", ["desk", "coordinator", "busy", "head", "deputy", "soc3", "leader", "supervisor"]
)
def test_everybody_s_numbers_are_those_of_the_cases_they_may_see(crowd, login):
    person = crowd.person(login)
    seen = [case for case in crowd.cases() if visible(person, case)]
    assert 5 < len(seen) <= 150
    for axis in sorted(sight.reach(person).axes):
        assert crowd.numbers(login, axis) == by_hand(seen, axis), axis


@pytest.mark.parametrize(
    "login", ["desk", "coordinator", "busy", "head", "deputy", "soc3", "leader", "supervisor"]
)
def test_every_number_is_that_of_the_list_behind_it(crowd, login):
    person, lists = crowd.person(login), Lists(crowd.store)
    looked = 0
    for axis in sorted(sight.reach(person).axes):
        for code, count in crowd.numbers(login, axis).items():
            for number in tables.NUMBERS:
                chosen = Chosen(*ALL_DAYS, axis, code, number)
                found = crowd.tallies.ids(person, chosen)
                assert len(found) == getattr(count, number), chosen
                looked += len(found)
                assert all(lists.sees(person, case_id) for case_id in found[:2])
    assert looked > 100


@pytest.mark.parametrize("login", ["handler", "w05", "inspector", "admin", "auditor"])
def test_nobody_else_has_numbers(crowd, login):
    person = crowd.person(login)
    assert sight.reach(person) is None
    with pytest.raises(NotWithinReach):
        crowd.tallies.ids(person, Chosen(*ALL_DAYS))


def test_a_head_without_a_department_has_no_numbers():
    assert sight.reach(Person("x", "科长", Role.HEAD)) is None


def test_integrity_cases_and_tests_count_for_nobody(record):
    record.told([one("c1", about("W05"), department="SI")])
    before = {login: record.total(login) for login in ("supervisor", "coordinator", "head")}
    record.told(
        [
            one("c2", about("W05", kind=Kind.INTEGRITY), department="SI"),
            one("c3", about("W05"), department="SI", test=True),
        ],
        origin="K2-B",
    )
    assert {login: record.total(login) for login in before} == before
    assert record.tallies.totals(sight.public(), *ALL_DAYS) == Count(1)


def test_whoever_is_complained_about_learns_nothing_from_any_difference(record):
    """The case is gone from their numbers, all of them, and nothing else is."""
    told = [one(f"c{n}", about("W04"), department="SI") for n in range(5)]
    record.told(told)
    before = {axis: record.numbers("desk", axis) for axis in sight.AXES[Role.CLERK]}
    record.told([one("c9", about("W04", problems=("C02",)), department="SI")], origin="K2-B")
    record.accuse("c9", "desk", "head")
    assert {axis: record.numbers("desk", axis) for axis in before} == before
    assert record.total("head") == Count(5)
    assert record.total("supervisor") == Count(6)
    # What becomes of it stays hidden too.
    record.store.append("c9", h.Accepted("coordinator"))
    record.store.append("c9", h.Replied("coordinator", Outcome(Result.A1, "好了", "好了。")))
    assert {axis: record.numbers("desk", axis) for axis in before} == before
    assert record.total("supervisor").replied == 1


def test_a_login_that_is_part_of_another_is_not_taken_for_it(record):
    record.told([one("c1", about("W04"), department="SI")])
    record.accuse("c1", "head")
    for login in ("w05", "deputy", "desk"):
        assert record.store.people().person(login)
    assert record.total("deputy") == Count(1)
    assert record.total("head") == Count()


def test_the_people_of_a_window_do_not_see_it_in_any_number(record):
    record.told(
        [one("c1", about("W12"), department="SOC3"), one("c2", about("W05"), department="SI")]
    )
    assert record.total("busy") == Count(1)
    assert record.numbers("busy", Axis.WINDOW) == {"W05": Count(1)}
    assert record.total("deputy") == Count()
    assert record.total("head") == Count(1)


def test_windows_are_counted_for_their_head_and_whoever_coordinates_only(crowd):
    assert set(crowd.numbers("head", Axis.WINDOW)) <= {"W04", "W05", ""}
    assert len(crowd.numbers("coordinator", Axis.WINDOW)) > 5
    for login in ("desk", "leader"):
        with pytest.raises(NotWithinReach):
            crowd.numbers(login, Axis.WINDOW)


def test_a_department_learns_the_weekday_of_its_cases_and_never_the_hour(crowd):
    assert set(crowd.numbers("head", Axis.WEEKDAY)) <= set("12345")
    for axis in (Axis.HOUR, Axis.DEPARTMENT):
        with pytest.raises(NotWithinReach):
            crowd.numbers("head", axis)
        with pytest.raises(NotWithinReach):
            crowd.tallies.ids(crowd.person("head"), Chosen(*ALL_DAYS, axis, "1-10"))


def test_a_list_does_not_tell_in_which_order_its_cases_came(record):
    days = [date(2026, 11, 9), date(2026, 11, 9), date(2026, 11, 10)]
    record.told([one(c, about("W05"), day=day) for c, day in zip("bac", days, strict=True)])
    person = record.person("supervisor")
    lines = record.tallies.cases(person, Chosen(*ALL_DAYS))
    assert [line.case_id for line in lines] == ["c", "a", "b"]
    assert record.tallies.ids(person, Chosen(*ALL_DAYS)) == ["c", "a", "b"]
    more = record.tallies.cases(person, Chosen(*ALL_DAYS), first=1, limit=1)
    assert [line.case_id for line in more] == ["a"]


# --- paper and board --------------------------------------------------------------------------


def test_a_department_s_paper_counts_no_more_than_any_of_its_heads_may_see(crowd):
    people = crowd.store.people().people
    paper = crowd.tallies.totals(sight.on_paper("SI", people), *ALL_DAYS)
    heads = [crowd.person(login) for login in ("head", "deputy")]
    seen = [
        case
        for case in crowd.cases()
        if not case.accused and all(visible(head, case) for head in heads)
    ]
    assert seen
    assert paper == by_hand(seen, Axis.ALL)[""]
    with pytest.raises(NotWithinReach):
        crowd.tallies.by(sight.on_paper("SI", people), Axis.WINDOW, *ALL_DAYS)


def test_the_board_counts_the_whole_hall_and_groups_by_problems_alone(crowd):
    counted = [case for case in crowd.cases() if case.counted]
    assert crowd.tallies.totals(sight.public(), *ALL_DAYS) == by_hand(counted, Axis.ALL)[""]
    for axis in set(Axis) - {Axis.ALL, Axis.PROBLEM}:
        with pytest.raises(NotWithinReach):
            crowd.tallies.by(sight.public(), axis, *ALL_DAYS)


@pytest.mark.parametrize("login", ["supervisor", "head", "busy"])
def test_late_cases_and_those_that_came_back_are_within_reach_too(crowd, login):
    reach = sight.reach(crowd.person(login))
    back = {line.case_id for line in crowd.tallies.back_again(reach)}
    late = {line.case_id for line in crowd.tallies.late(reach, LAST + timedelta(days=60))}
    seen = [case for case in crowd.cases() if visible(crowd.person(login), case)]
    assert back == {c.case_id for c in seen if c.round > 1 and c.state != "closed"}
    assert late == {c.case_id for c in seen if c.state not in ("replied", "closed")}
    assert late or login == "head"


def test_the_newest_day_is_that_of_the_last_case_within_reach(record):
    assert record.tallies.newest_day(sight.public()) is None
    record.told([one("c1", about("W05"), day=date(2026, 11, 9))])
    record.told([one("c2", about("W05", kind=Kind.INTEGRITY), day=date(2026, 11, 10))], "K2-B")
    assert record.tallies.newest_day(sight.public()) == date(2026, 11, 9)


def test_cases_behind_an_improvement_are_counted_within_reach(record):
    done = Outcome(Result.A2, "改了", "改了。", improvement="imp1")
    deeds = (h.Accepted("desk"), h.Replied("coordinator", done))
    record.told([one(f"c{n}", about("W05"), *deeds, department="SI") for n in range(3)])
    assert record.tallies.improved(sight.public()) == {"imp1": 3}
    record.accuse("c1", "head")
    assert record.tallies.improved(sight.reach(record.person("head"))) == {"imp1": 2}
    assert record.tallies.improved(sight.reach(record.person("soc3"))) == {}


# --- the journal of what was taken out --------------------------------------------------------


def test_an_export_is_in_the_log_and_whole_ones_are_for_few(record):
    from db.hall import NotHis

    record.store.append_hall("export:1", h.Exported("head", "2026-11", 3))
    for login in ("head", "leader", "desk", "handler", "auditor"):
        with pytest.raises(NotHis):
            record.store.append_hall("export:2", h.Exported(login, "2026-11", 3, whole=True))
    for login in ("desk", "handler", "inspector", "nobody"):
        with pytest.raises(NotHis):
            record.store.append_hall("export:3", h.Exported(login, "2026-11", 3))
    record.store.append_hall("export:4", h.Exported("coordinator", "2026-11", 3, whole=True))
    kept = [h.read_body(e) for e in record.store.all_events() if e.kind == "exported"]
    assert [(e.by, e.whole) for e in kept] == [("head", False), ("coordinator", True)]


def test_a_registration_says_whether_it_is_a_test():
    said = h.Registered(about("W05"), "N1", "2026-11-30", test=True)
    assert h.write_body(said)[1]["test"] is True
    assert "test" not in h.write_body(replace(said, test=False))[1]
