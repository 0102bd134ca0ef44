"""The fold: what a case is after what happened to it, and what cannot happen."""

import itertools
from dataclasses import fields, replace

import pytest

from db import happening as h
from db.case import Case
from db.event import COUNTER_BITS, next_event
from db.fold import begin, fold
from db.happening import read_body
from db.terms import (
    Difficulty,
    Feedback,
    Grade,
    Helping,
    Kind,
    Later,
    Outcome,
    ReplyBy,
    Result,
    State,
    Verdict,
    Where,
)
from tests.hall import Log, hall_in_memory
from tests.people import ANGRY, DONE, IDEA, NO, PLEASED

CLERK, HEAD, LEADER = "desk", "head", "leader"
DAY = 24 * 3600 * 1000 << COUNTER_BITS
#: Long before the due date of every life.
START = 1_763_000_000_000 << COUNTER_BITS
DUE = "2026-11-30"
WELL = Where("服务大厅二楼 6 号窗口，0537-1", "带身份证来，当场办")
EXPLAINED = Outcome(Result.N1, "查过了", "按规定是这样的。", basis="条例第三条", where=WELL)


class Life(Log):
    """A case's log in memory, one event after the other."""

    def __init__(self, feedback=ANGRY, outcome=None, **said):
        super().__init__(START)
        self.add(h.Registered(feedback, "ZC261123-K1-7K4MQ", DUE, outcome=outcome, **said))

    def add(self, happening, clock=None, origin="K1-A"):
        super().add("c1", happening, clock, origin)
        return self.case

    def after(self, *happenings):
        for one in happenings:
            self.add(one)
        return self

    def refuses(self, happening, clock=None):
        """Why it does not count; the case is as it was but for that."""
        before = self.case
        after = self.add(happening, clock)
        (clash,) = after.clashes[len(before.clashes) :]
        assert replace(after, clashes=(), clock=0) == replace(before, clashes=(), clock=0)
        return str(clash.why)

    @property
    def case(self):
        return fold(self.events, hall_in_memory())


OFFERED = [h.Accepted(CLERK), h.Assigned(CLERK, "SI")]
WAYS = {
    State.REGISTERED: [],
    State.ACCEPTED: OFFERED,
    State.HANDLING: [*OFFERED, h.Handled(HEAD, "SI")],
    State.WAITING: [*OFFERED, h.Handled(HEAD, "SI"), h.Asked(HEAD, "哪一天？")],
    State.REVIEW: [*OFFERED, h.Handled(HEAD, "SI"), h.Proposed(HEAD, NO)],
    State.REPLIED: [*OFFERED, h.Handled(HEAD, "SI"), h.Replied(HEAD, DONE)],
    State.CLOSED: [
        *OFFERED, h.Handled(HEAD, "SI"), h.Replied(HEAD, DONE), h.Judged(Verdict.SOLVED)
    ],
}  # fmt: skip
OWNED = (State.ACCEPTED, State.HANDLING)
ALLOWED = {
    h.Accepted(CLERK): {State.REGISTERED: State.ACCEPTED},
    h.Handled(HEAD, "SI"): {State.ACCEPTED: State.HANDLING},
    h.Asked("coordinator", "?"): dict.fromkeys(OWNED, State.WAITING),
    h.Answered("是"): {State.WAITING: State.HANDLING},
    h.Proposed("coordinator", NO): dict.fromkeys(OWNED, State.REVIEW),
    h.Approved(LEADER): {State.REVIEW: State.REPLIED},
    h.Returned(LEADER, "再想想"): {State.REVIEW: State.HANDLING},
    h.Replied("coordinator", DONE): dict.fromkeys(OWNED, State.REPLIED),
    h.Judged(Verdict.SOLVED): {State.REPLIED: State.CLOSED},
    h.Judged(Verdict.PARTLY): {State.REPLIED: State.REPLIED},
    h.Judged(Verdict.UNSOLVED): {State.REPLIED: State.HANDLING},
    h.FollowedUp("coordinator", Verdict.SOLVED): {State.REPLIED: State.CLOSED},
    h.Declined(HEAD, "不归本科室", "PROP"): dict.fromkeys(OWNED, State.ACCEPTED),
    h.Classified(CLERK, Difficulty.COMPLEX, "2026-12-07"): {
        s: s for s in (State.REGISTERED, *OWNED)
    },
    h.Extended("coordinator", "2026-12-14", "要等外单位"): {s: s for s in OWNED},
    h.Withdrawn(Outcome(Result.W1, "撤回", "您撤回了。")): dict.fromkeys(
        (State.REGISTERED, State.ACCEPTED, State.HANDLING, State.WAITING, State.REVIEW),
        State.CLOSED,
    ),
}


@pytest.mark.parametrize(
    ("state", "happening"), list(itertools.product(WAYS, ALLOWED)), ids=lambda v: str(v)[:30]
)
def test_each_thing_happens_only_in_the_states_it_fits(state, happening):
    life = Life().after(*WAYS[state])
    assert life.case.state is state
    assert life.case.clashes == ()
    after = life.add(happening)
    expected = ALLOWED[happening].get(state)
    assert after.state is (expected or state)
    assert bool(after.clashes) is (expected is None)


# --- rule 1: nothing ends without result and reply --------------------------------------------


def test_no_case_ends_without_result_and_reply():
    for outcome in (Outcome(Result.A1, "", "回复"), Outcome(Result.A1, "结果", "  \n")):
        life = Life().after(h.Accepted(CLERK))
        assert life.refuses(h.Replied(CLERK, outcome)) == "结果和回复都要写"


@pytest.mark.parametrize(
    ("outcome", "why"),
    [
        (Outcome(Result.G1, "去二楼", "请去二楼。"), "要写清楚在哪办、怎么办"),
        (Outcome(Result.N3, "不符合", "差一样。"), "要写清楚在哪办、怎么办"),
        (Outcome(Result.N1, "规定", "是这样的。", where=WELL), "解释要有依据，还要说怎么办"),
        (Outcome(Result.A4, "好主意", "我们采纳。"), "采纳建议要写什么时候做到"),
    ],
)
def test_a_result_brings_along_what_its_reader_needs(outcome, why):
    life = Life().after(h.Accepted(CLERK))
    assert life.refuses(h.Proposed(CLERK, outcome)) == why


def test_a_merged_case_closes_with_its_reply_and_names_the_one_that_goes_on():
    life = Life().after(h.Accepted(CLERK))
    merged = Outcome(Result.M1, "同一件", "已并到同一件一起办。")
    assert life.refuses(h.Replied("coordinator", merged)) == "并案要写并到哪一件"
    merged = replace(merged, merged_into="ZC261123-K1-2222")
    assert life.refuses(h.Replied(CLERK, merged)) == "并案由协调员来办"
    after = life.add(h.Replied("coordinator", merged))
    assert (after.state, after.outcome) == (State.CLOSED, merged)


def test_a_void_case_needs_two_people_and_closes_with_a_reply():
    life = Life().after(h.Accepted(CLERK))
    void = Outcome(Result.N5, "没有内容", "没有看到具体的事，欢迎再来说。")
    assert life.refuses(h.Replied(CLERK, void)).startswith("说NO要报告")
    life.add(h.Proposed(CLERK, void))
    assert life.add(h.Approved(LEADER)).state is State.CLOSED


# --- rule 2: a NO is approved by a leader of the day ------------------------------------------


def test_a_no_goes_out_only_after_somebody_else_has_approved_it():
    life = Life().after(h.Accepted(CLERK))
    assert life.refuses(h.Replied(CLERK, NO)).startswith("说NO要报告")
    assert life.add(h.Proposed(CLERK, NO)).state is State.REVIEW
    assert life.refuses(h.Approved(CLERK)) == "您的岗位不能这样办"
    after = life.add(h.Approved(LEADER))
    assert (after.state, after.outcome, after.approved_by) == (State.REPLIED, NO, LEADER)


def test_a_leader_who_is_not_on_todays_roster_approves_nothing():
    life = Life().after(h.Accepted(CLERK), h.Proposed(CLERK, NO))
    assert life.refuses(h.Approved("other")) == "今天的带班表上没有您"
    assert life.refuses(h.Returned("other", "再想想")) == "今天的带班表上没有您"


def test_a_leader_does_not_approve_a_no_of_their_own():
    life = Life().after(*OFFERED, h.Handled(HEAD, "SI"), h.Reowned("coordinator", LEADER, "急"))
    life.add(h.Proposed(LEADER, NO))
    assert life.refuses(h.Approved(LEADER)) == "经办人不能审核自己的意见"


def test_what_is_past_its_day_goes_to_the_leader_even_if_it_is_a_yes():
    life = Life().after(h.Accepted(CLERK))
    late = life.next + 1000 * DAY
    assert life.refuses(h.Replied(CLERK, DONE), late).startswith("已经超期")
    assert life.add(h.Proposed(CLERK, DONE)).state is State.REVIEW


# --- rule 3 and 4: who owns it ----------------------------------------------------------------


def test_whoever_accepted_owns_it_until_somebody_else_takes_it():
    life = Life().after(*OFFERED)
    assert (life.case.owner, life.case.assigned, life.case.offered) == (CLERK, "SI", True)
    after = life.add(h.Declined(HEAD, "不归本科室", "PROP"))
    assert (after.owner, after.assigned, after.state) == (CLERK, "", State.ACCEPTED)
    life.add(h.Assigned(CLERK, "SI"))
    after = life.add(h.Handled("handler", "SI"))
    assert (after.owner, after.handler, after.offered) == ("handler", "handler", False)


def test_not_ours_needs_a_reason():
    life = Life().after(*OFFERED)
    assert life.refuses(h.Declined(HEAD, " ")) == "退回要写原因"


def test_nobody_takes_what_was_not_offered_to_them():
    life = Life().after(h.Accepted(CLERK), h.Assigned(CLERK, "PROP"))
    assert life.refuses(h.Handled(HEAD, "SI")) == "这件事没有派给您"
    life = Life().after(h.Accepted(CLERK), h.Assigned(CLERK, "SI", "handler"))
    assert life.refuses(h.Handled("clerk2")) == "这件事没有派给您"
    assert life.add(h.Handled("handler", "SI")).handler == "handler"


def test_a_backstop_case_keeps_its_one_owner_whoever_works_on_it():
    life = Life(Feedback(Kind.HELP, problems=("T01",))).after(*OFFERED, h.Handled(HEAD, "SI"))
    assert (life.case.owner, life.case.handler) == (CLERK, HEAD)
    assert life.refuses(h.Reowned(CLERK, "clerk2", "换班")) == "您的岗位不能这样办"
    assert life.refuses(h.Reowned("coordinator", "clerk2", "")) == "换人要写原因"
    assert life.add(h.Reowned("coordinator", "clerk2", "换班")).owner == "clerk2"


def test_departments_that_help_have_their_own_days_and_one_leads():
    helping = (Helping("PROP", "2026-11-27"), Helping("TAX"))
    life = Life().after(h.Accepted(CLERK), h.Assigned(CLERK, "SI", helping=helping))
    assert life.case.departments == ("SI", "PROP", "TAX")
    assert life.case.helping == helping


# --- rule 5: the accused keep out -------------------------------------------------------------


def test_whoever_sits_at_the_window_complained_about_has_no_hand_in_it():
    life = Life().after(*OFFERED)
    assert life.refuses(h.Handled("w05", "SI")) == "被反映的人和窗口要回避"
    assert life.refuses(h.Assigned(CLERK, "SI", "w05")).startswith("不能交给这个人")


def test_whoever_is_accused_lets_go_of_the_case_at_once():
    life = Life().after(*OFFERED, h.Handled("handler", "SI"), h.Proposed("handler", NO))
    after = life.add(h.Accused("coordinator", ("handler",)))
    assert (after.owner, after.handler, after.proposed) == ("coordinator", "", None)
    assert after.state is State.HANDLING
    for deed in (h.Proposed("handler", NO), h.Noted("handler", "n"), h.Handled("handler", "SI")):
        assert life.refuses(deed) == "被反映的人和窗口要回避"
    assert life.refuses(h.Reowned("coordinator", "handler", "忙")).startswith("不能交给这个人")


def test_an_accused_leader_approves_nothing():
    life = Life().after(h.Accepted(CLERK), h.Accused(CLERK, (LEADER,)), h.Proposed(CLERK, NO))
    assert life.refuses(h.Approved(LEADER)) == "被反映的人和窗口要回避"


def test_nobody_accuses_themselves_out_of_a_case():
    life = Life().after(h.Accepted(CLERK))
    assert life.refuses(h.Accused(CLERK, (CLERK,))) == "被反映的人和窗口要回避"


def test_the_department_complained_about_does_not_see_who_complained():
    life = Life(department="SUP").after(h.Accepted(CLERK))
    assert life.add(h.Revealed(CLERK)).clashes == ()
    assert life.refuses(h.Revealed(HEAD)) == "您的岗位不能这样办"


# --- rule 6 and 7: the words stay, the first counts -------------------------------------------


def test_nothing_that_happens_changes_the_citizens_words():
    for happening in ALLOWED:
        life = Life().after(*OFFERED)
        assert life.add(happening).feedback == ANGRY


def test_two_desks_accept_the_same_case_and_the_first_one_counts():
    life = Life()
    life.add(h.Accepted("clerk2"), clock=life.next + 9, origin="D2-A")
    life.add(h.Accepted(CLERK), clock=life.next - 2, origin="D1-A")
    assert life.case.owner == CLERK
    assert [clash.entry.happening.by for clash in life.case.clashes] == ["clerk2"]


def test_the_order_in_which_events_arrive_does_not_matter():
    life = Life().after(*WAYS[State.CLOSED])
    for shuffled in itertools.permutations(life.events):
        assert fold(shuffled, hall_in_memory()) == life.case


# --- rule 8: integrity ------------------------------------------------------------------------


def test_an_integrity_case_is_for_the_inspectors_alone():
    life = Life(Feedback(Kind.INTEGRITY))
    for login in ("desk", "coordinator", "leader", "supervisor", "head", "admin", "auditor"):
        assert life.refuses(h.Accepted(login)) == "没有这件事"
    life.after(h.Accepted("inspector"), h.Replied("inspector", DONE))
    assert life.case.state is State.REPLIED


def test_an_inspector_has_no_hand_in_any_other_case():
    assert Life().refuses(h.Accepted("inspector")) == "您的岗位不能这样办"


def test_who_does_not_work_here_does_nothing():
    life = Life()
    for login in ("", "nobody", "DESK"):
        assert life.refuses(h.Accepted(login)) == "没有这个账号"


# --- rounds, questions, days ------------------------------------------------------------------


def test_dissatisfied_opens_the_next_round_one_level_up():
    life = Life().after(*OFFERED, h.Handled("handler", "SI"), h.Replied("handler", DONE))
    after = life.add(h.Judged(Verdict.UNSOLVED))
    assert (after.round, after.outcome, after.replied_ms) == (2, None, None)
    assert (after.owner, after.handler) == ("handler", "")
    assert life.refuses(h.Replied("handler", DONE)) == "重办要由上一级来办"
    life.after(h.Handled(HEAD, "SI"), h.Replied(HEAD, DONE), h.Judged(Verdict.UNSOLVED))
    assert life.case.supervised
    assert life.refuses(h.Replied(HEAD, DONE)) == "重办要由上一级来办"
    assert life.add(h.Replied("supervisor", DONE)).state is State.REPLIED


def test_the_clock_stands_still_while_the_citizen_thinks_and_goes_on_after_five_days():
    dues = tuple(Later(f"2025-11-{13 + n}", f"2026-12-{1 + n:02}") for n in range(6))
    life = Life().after(h.Accepted(CLERK), h.Asked(CLERK, "哪一天？", dues))
    assert life.refuses(h.Replied(CLERK, DONE)).startswith("现在是")
    after = life.add(h.Answered("星期一"), life.next + 2 * DAY)
    assert (after.state, after.due) == (State.HANDLING, "2026-12-03")
    silent = Life().after(h.Accepted(CLERK), h.Asked(CLERK, "哪一天？", dues))
    assert silent.add(h.Replied(CLERK, DONE), silent.next + 7 * DAY).state is State.REPLIED


def test_a_case_is_extended_once_before_its_day_with_a_reason():
    life = Life().after(h.Accepted(CLERK))
    assert life.refuses(h.Extended(CLERK, "2026-12-05", "")) == "延期要写新的日期和原因"
    assert life.refuses(h.Extended(CLERK, DUE, "x")) == "延期要写新的日期和原因"
    assert life.add(h.Extended(CLERK, "2026-12-05", "等外单位回函")).due == "2026-12-05"
    assert life.refuses(h.Extended(CLERK, "2026-12-09", "还要等")) == "只能延期一次"
    late = Life().after(h.Accepted(CLERK))
    tried = h.Extended(CLERK, "2029-12-09", "忘了")
    assert late.refuses(tried, late.next + 1000 * DAY) == "已经超期，不能再延"


def test_a_reply_nobody_answers_is_closed_after_ten_service_days():
    life = Life(IDEA).after(h.Accepted(CLERK), h.Replied(CLERK, DONE))
    assert life.refuses(h.Closed(CLERK)).startswith("等市民评价")
    assert life.add(h.Closed(CLERK), life.next + 11 * DAY).state is State.CLOSED


@pytest.mark.parametrize(
    ("feedback", "outcome"),
    [(ANGRY, DONE), (replace(IDEA, reply_by=ReplyBy.RECEIPT), EXPLAINED)],
    ids=["a bad rating with a number", "an explained NO"],
)
def test_some_are_asked_before_they_are_closed(feedback, outcome):
    life = Life(feedback).after(h.Accepted(CLERK), h.Proposed(CLERK, outcome), h.Approved(LEADER))
    assert life.refuses(h.Closed(CLERK), life.next + 30 * DAY) == "要先回访，才能办结"
    assert life.refuses(h.FollowedUp(CLERK, Verdict.SOLVED)).startswith("回访要由经办人以外")
    assert life.add(h.FollowedUp("clerk2", Verdict.SOLVED)).state is State.CLOSED


def test_whoever_is_not_satisfied_on_the_telephone_gets_another_round():
    life = Life().after(h.Accepted(CLERK), h.Replied(CLERK, DONE))
    after = life.add(h.FollowedUp("clerk2", Verdict.UNSOLVED, "还没修好"))
    assert (after.state, after.round) == (State.HANDLING, 2)


def test_a_plain_good_rating_is_thanked_and_done():
    thanks = Outcome(Result.T1, "评价已记录", "谢谢您！")
    case = Life(PLEASED, thanks).case
    assert case.state is State.CLOSED
    assert case.outcome == thanks
    assert Life(ANGRY, thanks).case.state is State.REGISTERED


# --- bodies -----------------------------------------------------------------------------------


def test_what_a_newer_program_wrote_is_passed_over_and_not_lost():
    life = Life()
    unknown = next_event("370800", "K1-A", life.head, life.next, "c1", "levitated", 9, "{}")
    life.events.append(unknown)
    assert life.case.state is State.REGISTERED


def test_a_field_of_a_newer_program_is_passed_over():
    life = Life()
    body = '{"by":"desk","mood":"fine"}'
    newer = next_event("370800", "K1-A", life.head, life.next, "c1", "accepted", 9, body)
    life.events.append(newer)
    assert life.case.owner == CLERK


@pytest.mark.parametrize(
    "happening",
    [
        *ALLOWED,
        h.Registered(ANGRY, "n", DUE, outcome=EXPLAINED, department="SI"),
        h.Assigned(CLERK, "SI", helping=(Helping("TAX", DUE),)),
        h.Asked(CLERK, "?", (Later(DUE, DUE, (("最迟%1", f"@{DUE}"),)),)),
        h.Judged(Verdict.PARTLY, Grade.SATISFIED, "unsolved"),
    ],
)
def test_a_body_reads_back_as_it_was_written(happening):
    event = Log().add("c1", happening)
    assert h.read_body(event) == happening


def test_a_case_that_has_just_begun_has_every_field():
    life = Life()
    begun = begin(life.events[0], read_body(life.events[0]))
    assert set(vars(begun)) == {field.name for field in fields(Case)}
    assert begun == life.case == replace(begun)
