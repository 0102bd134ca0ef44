"""The fold: what a case is after what happened to it, and what cannot happen."""

import itertools

import pytest

from db import case as c
from db.event import Head, canonical, next_event
from tests.people import ANGRY, DONE, NO, PLEASED

CLERK, HEAD, LEADER = "clerk", "head", "leader"


class Life:
    """A case's log in memory, one event after the other."""

    def __init__(self, feedback=ANGRY, outcome=None):
        self.events, self.head = [], Head()
        self.add(c.Registered(feedback, "ZC261123-K1-7K4MQ", "2026-11-30", outcome=outcome))

    def add(self, happening, clock=None, origin="K1-A"):
        kind, body = c.write_body(happening)
        clock = clock or (len(self.events) + 1) << 16
        event = next_event("370800", origin, self.head, clock, "c1", kind, 1, canonical(body))
        self.head = Head(event.seq, event.hash)
        self.events.append(event)
        return self.case

    @property
    def case(self):
        return c.fold(self.events)


WAYS = {
    c.State.REGISTERED: [],
    c.State.ACCEPTED: [c.Accepted(CLERK)],
    c.State.HANDLING: [c.Accepted(CLERK), c.Handled(HEAD)],
    c.State.WAITING: [c.Accepted(CLERK), c.Asked(CLERK, "哪一天？")],
    c.State.REVIEW: [c.Accepted(CLERK), c.Proposed(CLERK, NO)],
    c.State.REPLIED: [c.Accepted(CLERK), c.Replied(CLERK, DONE)],
    c.State.CLOSED: [c.Accepted(CLERK), c.Replied(CLERK, DONE), c.Judged(c.Verdict.SOLVED)],
}
ALLOWED = {
    c.Accepted(CLERK): {c.State.REGISTERED: c.State.ACCEPTED},
    c.Handled(HEAD): {c.State.ACCEPTED: c.State.HANDLING},
    c.Asked(CLERK, "?"): dict.fromkeys((c.State.ACCEPTED, c.State.HANDLING), c.State.WAITING),
    c.Answered("是"): {c.State.WAITING: c.State.HANDLING},
    c.Proposed(CLERK, NO): dict.fromkeys((c.State.ACCEPTED, c.State.HANDLING), c.State.REVIEW),
    c.Approved(LEADER): {c.State.REVIEW: c.State.REPLIED},
    c.Returned(LEADER, "再想想"): {c.State.REVIEW: c.State.HANDLING},
    c.Replied(CLERK, DONE): dict.fromkeys((c.State.ACCEPTED, c.State.HANDLING), c.State.REPLIED),
    c.Judged(c.Verdict.SOLVED): {c.State.REPLIED: c.State.CLOSED},
    c.Judged(c.Verdict.PARTLY): {c.State.REPLIED: c.State.REPLIED},
    c.Judged(c.Verdict.UNSOLVED): {c.State.REPLIED: c.State.HANDLING},
    c.Closed(CLERK): {c.State.REPLIED: c.State.CLOSED},
}


@pytest.mark.parametrize(
    ("state", "happening"), list(itertools.product(WAYS, ALLOWED)), ids=lambda v: str(v)[:30]
)
def test_each_thing_happens_only_in_the_states_it_fits(state, happening):
    life = Life()
    for step in WAYS[state]:
        life.add(step)
    assert life.case.state is state
    after = life.add(happening)
    expected = ALLOWED[happening].get(state)
    assert after.state is (expected or state)
    assert bool(after.clashes) is (expected is None)


def test_no_case_ends_without_result_and_reply():
    for outcome in (
        c.Outcome(c.Result.A1, "", "回复"),
        c.Outcome(c.Result.A1, "结果", "  \n"),
    ):
        life = Life()
        life.add(c.Accepted(CLERK))
        after = life.add(c.Replied(CLERK, outcome))
        assert after.state is c.State.ACCEPTED
        assert after.clashes[0].why == "结果和回复都要写"


def test_a_no_goes_out_only_after_somebody_else_has_approved_it():
    life = Life()
    life.add(c.Accepted(CLERK))
    assert life.add(c.Replied(CLERK, NO)).state is c.State.ACCEPTED
    assert life.add(c.Proposed(CLERK, NO)).state is c.State.REVIEW
    assert life.add(c.Approved(CLERK)).state is c.State.REVIEW
    after = life.add(c.Approved(LEADER))
    assert (after.state, after.outcome) == (c.State.REPLIED, NO)


def test_two_desks_accept_the_same_case_and_the_first_one_counts():
    life = Life()
    life.add(c.Accepted("later"), clock=9 << 16, origin="D2-A")
    life.add(c.Accepted("earlier"), clock=8 << 16, origin="D1-A")
    assert life.case.owner == "earlier"
    assert [clash.entry.happening.by for clash in life.case.clashes] == ["later"]


def test_the_order_in_which_events_arrive_does_not_matter():
    life = Life()
    for step in WAYS[c.State.CLOSED]:
        life.add(step)
    for shuffled in itertools.permutations(life.events):
        assert c.fold(shuffled) == life.case


def test_nothing_that_happens_changes_the_citizens_words():
    for happening in ALLOWED:
        life = Life()
        life.add(c.Accepted(CLERK))
        assert life.add(happening).feedback == ANGRY


def test_dissatisfied_opens_the_next_round_and_the_reply_has_to_be_written_again():
    life = Life()
    for step in WAYS[c.State.REPLIED]:
        life.add(step)
    after = life.add(c.Judged(c.Verdict.UNSOLVED))
    assert (after.round, after.outcome, after.replied_ms) == (2, None, None)


def test_a_plain_good_rating_is_thanked_and_done():
    thanks = c.Outcome(c.Result.T1, "评价已记录", "谢谢您！")
    case = Life(PLEASED, thanks).case
    assert case.state is c.State.CLOSED
    assert case.outcome == thanks
    assert Life(ANGRY, thanks).case.state is c.State.REGISTERED


def test_what_a_newer_program_wrote_is_passed_over_and_not_lost():
    life = Life()
    unknown = next_event("370800", "K1-A", life.head, 5 << 16, "c1", "levitated", 9, "{}")
    life.events.append(unknown)
    assert life.case.state is c.State.REGISTERED


@pytest.mark.parametrize(
    "happening", [*ALLOWED, c.Registered(ANGRY, "n", "2026-11-30", outcome=DONE)]
)
def test_a_body_reads_back_as_it_was_written(happening):
    kind, body = c.write_body(happening)
    event = next_event("h", "o", Head(), 1, "c1", kind, 1, canonical(body))
    assert c.read_body(event) == happening
