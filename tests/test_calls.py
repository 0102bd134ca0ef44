"""Whoever waits on the spot is heard: calls that come with a case, on real stores."""

import json
from datetime import datetime, timedelta

import pytest

from db.beat import DESK, Beat, beat_of, note_beat
from db.case import DoesNotFit
from db.hall import NotHis
from db.happening import Accused, Appointed
from db.lists import Column, Lists
from db.sync import note_pass, sync
from db.terms import Feedback, Kind, ReplyBy, Role
from kiosk import RESOURCES
from kiosk.calls import Calls
from kiosk.casework import Casework
from kiosk.catalogue import load
from kiosk.deadlines import Deadlines
from kiosk.intake import Intake
from kiosk.paper.printers import NoPrinter
from kiosk.ui.casevalues import CaseValues
from kiosk.workdays import Workdays
from tests.hall import badge, found
from tests.people import ANGRY, DONE, NO, tell

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
HELP = Feedback(Kind.HELP, problems=("H01",), reply_by=ReplyBy.ON_SITE)
#: Somebody waits on the spot with a complaint about a window of the department SI.
AT_WINDOW = Feedback(
    Kind.COMPLAINT, problems=("C02",), service_window="W05", reply_by=ReplyBy.ON_SITE
)


class Hall:
    """A kiosk and desks on one store; `later` is how many minutes have gone by."""

    def __init__(self, store):
        self.store, self.later = store, 0
        self.intake = Intake(
            store, NoPrinter(), CATALOGUE, Deadlines(Workdays()), address="x/", now=self.now
        )
        self.calls = Calls(store, Deadlines(Workdays()), self.now)

    def now(self):
        return datetime.now() + timedelta(minutes=self.later)

    def desk(self, login="desk"):
        return Casework(
            self.store,
            badge(self.store, login),
            CATALOGUE,
            Deadlines(Workdays()),
            NoPrinter(),
            "x/",
            self.now,
        )

    def heard(self, login="desk"):
        return [(call.place, call.case_id, call.by) for call in self.desk(login).calls()]

    def leader(self):
        """The login of somebody who leads today."""
        return self.calls.leading()[0].login


@pytest.fixture
def hall(opened):
    return Hall(found(opened("K1")))


# --- on the spot --------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [HELP, AT_WINDOW], ids=["help", "a complaint"])
def test_whoever_waits_on_the_spot_rings_at_the_desk_until_somebody_comes(hall, said):
    taken = hall.intake.take(said)
    ((place, case_id, by),) = hall.heard()
    assert (place, case_id, by) == ("K1", taken.case.case_id, "")
    assert hall.intake.who_comes(taken.call_id) == ""
    (call,) = hall.desk().calls()
    assert call.number == taken.case.number
    hall.desk().answer_call(call.call_id)
    assert hall.heard() == []
    assert hall.intake.who_comes(taken.call_id) == "督查指导科 值守员"


def test_a_case_without_anybody_on_the_spot_makes_no_call(hall):
    taken = hall.intake.take(Feedback(Kind.HELP, problems=("H01",)))
    assert (taken.call_id, hall.heard(), hall.store.counts().get("called")) == ("", [], None)


def test_the_call_is_kept_with_its_case_or_not_at_all(hall, monkeypatch):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(hall.store, "_call_with", broken)
    with pytest.raises(RuntimeError):
        hall.intake.take(HELP)
    assert "registered" not in hall.store.counts()


@pytest.mark.parametrize("end", ["met", "replied", "withdrawn"])
def test_who_was_met_or_answered_waits_no_more(hall, end):
    case = hall.intake.take(HELP).case
    desk = hall.desk()
    desk.accept(case.case_id)
    assert len(hall.heard()) == 1, "accepted is not yet somebody at the citizen"
    if end == "met":
        desk.meet(case.case_id, "当面")
    elif end == "replied":
        desk.reply(case.case_id, DONE)
    else:
        hall.intake.withdraw(case)
    assert hall.heard() == []


def test_the_steps_of_waiting_follow_from_the_log_and_now_though_every_desk_was_off(hall):
    hall.intake.take(HELP)
    (call,) = hall.desk().calls()
    for later, late, paged in ((4, False, False), (6, True, False), (11, True, True)):
        hall.later = later
        assert (hall.calls.is_late(call), hall.calls.is_paged(call)) == (late, paged)
        assert hall.calls.waited(call.at_ms) == later
    assert len(hall.heard(hall.leader())) == 1


def test_on_the_line_stands_for_how_many_minutes_somebody_has_waited_here(hall):
    hall.intake.take(HELP)
    hall.later = 12

    def flags(login):
        work = hall.desk(login)
        (line,) = work.worklist(Column.ON_SITE)
        values = CaseValues(CATALOGUE, "zh", work.hall(), work.card, work.waits)
        return values.line(line, work.today().isoformat())["flags"]

    assert flags("desk")[0] == "在现场等了 12 分钟"


def test_the_department_complained_about_hears_no_call_and_others_hear_of_no_case(hall):
    taken = hall.intake.take(AT_WINDOW)
    assert taken.case.department == "SI"
    head = hall.store.people().person("head")
    assert head.department == "SI"
    assert hall.heard("head") == []
    elsewhere = Appointed("admin", "head", head.post, Role.HEAD, "TAX")
    hall.store.append_hall("staff:head", elsewhere)
    assert hall.heard("head") == [("K1", "", "")]
    (call,) = hall.desk("head").calls()
    assert taken.case.number not in repr(call)
    for window, why in (("W05", ()), ("", ("head",))):
        hall.store.append_hall(
            "staff:head",
            Appointed("admin", "head", head.post, Role.HEAD, "TAX", (window,) if window else ()),
        )
        if why:
            hall.store.append(taken.case.case_id, Accused("desk", why))
        assert hall.heard("head") == []


def test_a_report_of_integrity_never_rings_in_the_hall(hall):
    said = Feedback(Kind.INTEGRITY, words="收了红包", reply_by=ReplyBy.ON_SITE)
    assert hall.intake.take(said).call_id == ""
    assert hall.calls.heard() == []


# --- where nobody has signed in ------------------------------------------------------------------


def test_a_desk_without_anybody_hears_that_somebody_calls_and_where_and_of_no_case(hall):
    taken = hall.intake.take(HELP)
    hall.intake.call()
    found_ones = hall.calls.heard()
    assert [(call.place, call.case_id, call.number) for call in found_ones] == [("K1", "", "")] * 2
    assert taken.case.case_id not in repr(found_ones)
    for call in found_ones:
        hall.desk().answer_call(call.call_id)
    assert hall.calls.heard() == []


# --- put before the leader -----------------------------------------------------------------------


def test_what_is_put_before_the_leader_is_heard_by_them_until_they_look(hall):
    case, _ = tell(hall.store, ANGRY)
    leader = hall.leader()
    assert hall.heard(leader) == []
    hall.desk().accept(case.case_id)
    hall.desk().escalate(case.case_id, "要协调外单位")
    hall.later = 45
    assert hall.heard(leader) == [("督查指导科 值守员", case.case_id, "")]
    (call,) = hall.desk(leader).calls()
    assert call.number == case.number
    # Whoever put it there sees that nobody has looked; nobody else hears.
    assert hall.heard() == hall.heard(leader)
    others = {"coordinator", "supervisor", "head"} - {leader}
    assert not any(hall.heard(other) for other in others)
    hall.later = 0
    hall.desk(leader).answer_call(call.call_id)
    assert hall.heard(leader) == []
    ((_, _, by),) = hall.heard()
    assert by == hall.store.people().person(leader).post
    assert [line.escalated for line in hall.desk().search(case.number)] == [True]


def test_a_leader_who_is_complained_about_is_not_told_and_somebody_else_is(hall):
    case, _ = tell(hall.store, ANGRY)
    leader = hall.leader()
    hall.desk().accept(case.case_id)
    hall.store.append(case.case_id, Accused("desk", (leader,)))
    hall.desk().escalate(case.case_id)
    assert hall.heard(leader) == []
    assert len(hall.heard("supervisor")) == 1


def test_a_call_to_the_leader_ends_with_the_case(hall):
    case, _ = tell(hall.store, ANGRY)
    hall.desk().accept(case.case_id)
    hall.desk().escalate(case.case_id)
    hall.desk().reply(case.case_id, DONE)
    assert hall.heard(hall.leader()) == hall.heard() == []


# --- 兜底 -----------------------------------------------------------------------------------------


def test_staff_make_any_case_a_backstop_and_its_owner_stays_to_the_end(hall):
    case, _ = tell(hall.store, ANGRY)
    desk, other = hall.desk(), hall.desk("coordinator")
    assert "backstop" not in desk.deeds(case)
    with pytest.raises(DoesNotFit, match="先受理"):
        desk.backstop(case.case_id)
    case = desk.accept(case.case_id)
    assert "backstop" in desk.deeds(case)
    case = desk.backstop(case.case_id)
    assert case.backstop
    assert "backstop" not in desk.deeds(case)
    case = other.take(case.case_id)
    assert (case.owner, case.handler) == ("desk", "coordinator")
    assert other.reown(case.case_id, "coordinator", "换班").owner == "coordinator"
    assert [line.backstop for line in desk.search(case.number)] == [True]
    with pytest.raises(DoesNotFit, match="已经是兜底"):
        other.backstop(case.case_id)


# --- is a desk there -----------------------------------------------------------------------------


def test_a_kiosk_knows_of_the_desk_on_its_own_machine_while_it_is_there(hall):
    assert not hall.intake.desk_hears()
    hall.calls.here()
    assert hall.intake.desk_hears()
    hall.later = 4
    assert not hall.intake.desk_hears()
    hall.calls.here()
    assert hall.intake.desk_hears()
    hall.calls.gone()
    assert not hall.intake.desk_hears()


def test_a_kiosk_knows_of_a_desk_elsewhere_by_its_machines_beat_while_it_is_in_touch(hall, opened):
    desk = found(opened("K9"))
    Calls(desk, Deadlines(Workdays())).here()
    beat = beat_of(desk, "1")
    assert beat.desk_ms is not None
    note_beat(hall.store, beat)
    assert hall.intake.desk_hears()
    note_pass(hall.store, ConnectionError("no answer"), period=3)
    assert not hall.intake.desk_hears()
    note_pass(hall.store, period=3)
    assert hall.intake.desk_hears()
    hall.later = 12
    assert not hall.intake.desk_hears()
    note_beat(hall.store, Beat("K9", beat.at_ms + 720_000, desk_ms=beat.desk_ms))
    assert not hall.intake.desk_hears(), "its machine is there, its desk is not"


def test_a_beat_of_an_older_program_says_nothing_of_a_desk(hall):
    hall.store.set_fact(DESK, json.dumps({}))
    note_beat(hall.store, Beat("K9", int(hall.now().timestamp() * 1000)))
    assert not hall.intake.desk_hears()


# --- between stores -------------------------------------------------------------------------------


def test_the_call_and_who_comes_travel_between_kiosk_and_desk(hall, opened, shared_address):
    shared, counter = opened("S1", shared_address), Hall(found(opened("D1")))
    taken = hall.intake.take(HELP)
    sync(hall.store, shared)
    sync(counter.store, shared)
    (call,) = counter.desk().calls()
    assert call.case_id == taken.case.case_id
    counter.desk().answer_call(call.call_id)
    sync(counter.store, shared)
    sync(hall.store, shared)
    assert hall.intake.who_comes(taken.call_id) == "督查指导科 值守员"


def test_nobody_calls_the_leader_in_the_name_of_whoever_may_not(hall):
    case, _ = tell(hall.store, ANGRY)
    with pytest.raises((NotHis, DoesNotFit, LookupError)):
        hall.desk("auditor").escalate(case.case_id)
    assert "called" not in hall.store.counts()


def test_the_kiosks_own_list_of_calls_names_no_case(hall):
    taken = hall.intake.take(HELP)
    assert taken.case.case_id not in repr(Lists(hall.store).calls(0))


def test_a_no_to_whoever_waits_still_goes_to_the_leader_and_ends_no_call(hall):
    case = hall.intake.take(HELP).case
    desk = hall.desk()
    desk.accept(case.case_id)
    desk.reply(case.case_id, NO)
    assert len(hall.heard()) == 1
