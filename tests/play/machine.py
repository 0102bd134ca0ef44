"""Random staff over random cases on several stores, and the eight rules after every step."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from db import happening as h
from db import store as store_room
from db.case import DoesNotFit
from db.code import mint
from db.event import COUNTER_BITS
from db.lists import Column, Lists
from db.store import Store, UnknownCase
from db.sync import sync
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
    Role,
    State,
    Verdict,
    Where,
)
from tests.hall import found
from tests.people import HALL, TODAY, registered
from tests.play.watch import broken

START = 1_795_000_000_000
DAY = 24 * 3600 * 1000
WELL = Where("二楼 6 号窗口", "带身份证来")
LOGINS = (
    "desk", "coordinator", "head", "handler", "leader", "supervisor", "inspector", "admin",
    "auditor", "leader2", "w05", "nobody",
)  # fmt: skip
FEEDBACKS = st.builds(
    Feedback,
    st.sampled_from((Kind.COMPLAINT, Kind.HELP, Kind.SUGGESTION, Kind.INTEGRITY)),
    grade=st.sampled_from((None, Grade.DISSATISFIED)),
    service_window=st.sampled_from(("", "W05", "W13")),
    words=st.sampled_from(("", "等太久")),
    reply_by=st.sampled_from((ReplyBy.RECEIPT, ReplyBy.PHONE)),
)
OUTCOMES = st.builds(
    Outcome,
    st.sampled_from((Result.A1, Result.N2, Result.N5, Result.G1, Result.M1, Result.N1, Result.A4)),
    st.sampled_from(("查过了", "查过了", "查过了", " ")),
    st.sampled_from(("这样办。", "这样办。", "这样办。", "")),
    measures=st.just("明天起"),
    basis=st.just("第三条"),
    where=st.sampled_from((WELL, WELL, Where())),
    merged_into=st.just("ZC1"),
)


def deeds(by, outcome, other):
    """Everything that staff could try to write into the log."""
    return {
        "accept": h.Accepted(by),
        "meet": h.Met(by, "电话"),
        "classify": h.Classified(by, Difficulty.COMPLEX, "2026-12-30"),
        "accuse": h.Accused(by, (other,)),
        "assign": h.Assigned(by, "SI", "", (Helping("TAX"),)),
        "assign to": h.Assigned(by, "SI", other),
        "take": h.Handled(by, "SI"),
        "decline": h.Declined(by, "不归我们"),
        "reown": h.Reowned(by, other, "换班"),
        "ask": h.Asked(by, "哪天？", (Later("2026-12-01", "2026-12-20"),)),
        "extend": h.Extended(by, "2027-01-20", "等外单位"),
        "propose": h.Proposed(by, outcome),
        "approve": h.Approved(by),
        "return": h.Returned(by, "再想想"),
        "reply": h.Replied(by, outcome),
        "follow up": h.FollowedUp(by, Verdict.SOLVED),
        "not solved": h.FollowedUp(by, Verdict.UNSOLVED),
        "close": h.Closed(by),
        "note": h.Noted(by, "记一句"),
        "reveal": h.Revealed(by),
        "supervise": h.Supervised(by),
    }


NAMES = tuple(deeds("", Outcome(Result.A1, "", ""), ""))
CITIZENS = (
    h.Judged(Verdict.SOLVED),
    h.Judged(Verdict.UNSOLVED),
    h.Judged(Verdict.PARTLY),
    h.Answered("星期一"),
    h.Withdrawn(Outcome(Result.W1, "撤回", "您撤回了。")),
    h.Joined("0" * 32, "0" * 64),
)
DESKS, PICKS = st.sampled_from((0, 1)), st.integers(0, 50)
TRIES = st.lists(
    st.tuples(st.sampled_from(LOGINS), st.sampled_from(NAMES), st.sampled_from(LOGINS)),
    min_size=1,
    max_size=8,
)
WAYS = (
    (("desk", "accept"), ("desk", "propose"), ("leader2", "approve")),
    (("desk", "accept"), ("desk", "propose"), ("leader", "approve"), ("coordinator", "follow up")),
    (("desk", "accept"), ("desk", "assign"), ("handler", "take"), ("handler", "reply")),
    (("desk", "accept"), ("desk", "reply"), ("desk", "follow up"), ("desk", "close")),
    (("desk", "accept"), ("desk", "reply"), ("coordinator", "follow up")),
    (("inspector", "accept"), ("inspector", "reply"), ("coordinator", "follow up")),
    (("desk", "accept"), ("coordinator", "accept"), ("leader", "propose"), ("leader", "approve")),
    (("w05", "accept"), ("w05", "reply"), ("coordinator", "reown")),
    (("desk", "accept"), ("handler", "take"), ("handler", "accept"), ("head", "reown")),
    (("desk", "accept"), ("desk", "reown", "coordinator"), ("coordinator", "reown", "handler")),
    (
        ("desk", "accept"), ("desk", "assign"), ("handler", "take"),
        ("coordinator", "accuse", "handler"), ("handler", "reply"),
    ),
)  # fmt: skip


class Stage:
    """Two desks and a shared store between them; each works on what it knows."""

    def __init__(self):
        # In memory where there is such a place: what is tried here is no disk.
        memory = Path("/dev/shm")
        self.folder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
        self.now = START
        self._clock = store_room.next_clock
        store_room.next_clock = lambda last: max(self.now << COUNTER_BITS, last + 1)
        place = Path(self.folder.name)
        self.stores = [
            Store.open(place / f"{device}.sqlite", hall=HALL, device=device)
            for device in ("D1", "D2", "S1")
        ]
        self.said, self.written = {}, 0
        self._open_the_hall()

    def _open_the_hall(self):
        first = found(self.stores[0])
        clerk = h.Appointed("admin", "w05", "5 号窗口", Role.CLERK, "SI", ("W05",))
        first.append_hall("staff:w05", clerk)
        second = h.Appointed("admin", "leader2", "局长", Role.LEADER, leads=True)
        first.append_hall("staff:leader2", second)
        self.everybody_meets()

    def everybody_meets(self):
        for _ in range(2):
            for desk in self.stores[:2]:
                sync(desk, self.stores[2])

    def close(self):
        store_room.next_clock = self._clock
        for store in self.stores:
            store.close()
        self.folder.cleanup()

    # --- what may happen ---

    def tell(self, said, at):
        """Somebody says it; the case's name."""
        case_id = f"c{len(self.said)}"
        self.said[case_id] = said
        told = replace(registered(said, mint()), department="SI", due="2026-12-10")
        self.stores[at].register(told, TODAY, case_id)
        self.written += 1
        return case_id

    def try_to(self, at, case_id, happening):
        try:
            self.stores[at].append(case_id, happening)
        except (DoesNotFit, UnknownCase):
            return
        self.written += 1

    def walk(self, at, case_id, outcome, way):
        for by, name, *other in way:
            self.try_to(at, case_id, deeds(by, outcome, *(other or ["head"]))[name])

    # --- what holds ---

    def every_rule_holds_in_every_store(self):
        for store in self.stores:
            people = {person.login: person for person in store.people().people}
            for case_id, said in self.said.items():
                try:
                    case = store.case(case_id)
                except UnknownCase:
                    continue
                assert broken(case, people, lambda day: "leader", said) == []

    def nobody_finds_what_is_not_there_for_them(self):
        store, day = self.stores[0], date(2026, 12, 1)
        hall, lists = store.people(), Lists(store)
        for login in ("desk", "w05", "leader", "inspector", "admin", "handler"):
            person = hall.person(login)
            seen = {
                line.case_id: line
                for column in Column
                for line in lists.worklist(person, column, day, limit=10_000)
            }
            open_ones = [line for line in seen.values() if line.state is not State.CLOSED]
            assert sum(lists.counts(person, day).values()) == len(open_ones)
            for case_id, line in seen.items():
                case = store.case(case_id)
                assert (case.feedback.kind is Kind.INTEGRITY) == (login == "inspector"), line
                assert login not in case.accused
                assert case.feedback.service_window not in person.windows
            if login == "admin":
                assert seen == {}

    def finish(self):
        """After everybody has met, all know the same, and nothing that was written is lost."""
        self.nobody_finds_what_is_not_there_for_them()
        self.everybody_meets()
        for case_id in self.said:
            one, *others = [store.case(case_id) for store in self.stores]
            assert all(other == one for other in others)
        kinds = self.stores[2].counts()
        cases = {k: n for k, n in kinds.items() if k not in h.PEOPLE_KINDS}
        assert sum(cases.values()) == self.written


class Play(RuleBasedStateMachine):
    """Random people on the stage."""

    def __init__(self):
        super().__init__()
        self.stage = Stage()

    def teardown(self):
        try:
            self.stage.finish()
        finally:
            self.stage.close()

    def picked(self, number):
        ids = list(self.stage.said)
        return ids[number % len(ids)]

    @rule(said=FEEDBACKS, at=DESKS)
    def somebody_says_it(self, said, at):
        self.stage.tell(said, at)

    @precondition(lambda self: self.stage.said)
    @rule(at=DESKS, pick=PICKS, tries=TRIES, outcome=OUTCOMES)
    def staff_try_what_they_can(self, at, pick, tries, outcome):
        self.stage.walk(at, self.picked(pick), outcome, tries)

    @precondition(lambda self: self.stage.said)
    @rule(at=DESKS, pick=PICKS, outcome=OUTCOMES, way=st.sampled_from(WAYS))
    def a_case_goes_its_way(self, at, pick, outcome, way):
        """Usual ways, and some that must lead nowhere: chance alone seldom walks them whole."""
        self.stage.walk(at, self.picked(pick), outcome, way)

    @precondition(lambda self: self.stage.said)
    @rule(at=DESKS, pick=PICKS, happening=st.sampled_from(CITIZENS))
    def its_citizen_answers(self, at, pick, happening):
        self.stage.try_to(at, self.picked(pick), happening)

    @rule(at=DESKS)
    def a_desk_meets_the_shared_store(self, at):
        sync(self.stage.stores[at], self.stage.stores[2])

    @rule(days=st.sampled_from((1, 1, 7, 30)))
    def days_pass(self, days):
        self.stage.now += days * DAY

    @invariant()
    def every_rule_holds(self):
        self.stage.every_rule_holds_in_every_store()
