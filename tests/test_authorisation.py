"""Who may see and do what: every way into the record, for every role, complained about or not.

The tables below are written by hand from flows.md §2, not read from the program. A new deed, list,
page or question without a row here fails (G10).
"""

import inspect
from contextlib import suppress
from datetime import date, datetime, timedelta
from itertools import product

import pytest

from db.case import DoesNotFit
from db.hall import NotHis, Person
from db.happening import Accused, Appointed, Assigned, Enrolled, Improved, PrintFailed
from db.lists import Column, Lists
from db.seal import new_key, seal, wrap
from db.store import Store, UnknownCase
from db.terms import (
    Difficulty,
    Feedback,
    Kind,
    Outcome,
    ReplyBy,
    Result,
    Ring,
    Role,
    Source,
    Verdict,
)
from kiosk import RESOURCES
from kiosk.casework import Casework
from kiosk.catalogue import load
from kiosk.contact import SEALED_AS, Contact
from kiosk.deadlines import Deadlines
from kiosk.paper.printers import NoPrinter
from kiosk.personnel import Personnel
from kiosk.pins import Pins
from kiosk.roster import NOBODY
from kiosk.ui.pages import PAGE_ROLES
from kiosk.workdays import Workdays
from tests.hall import PIN, badge, badge_keys, found
from tests.people import DONE, DUE, NO, tell

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
TODAY = date(2026, 11, 23)
WORDS = "等了两个小时"
PHONE = "13805370000"
OTHER_KEY, _own = new_key()
OTHER_LOCKED = wrap(_own, "somebody else's")

R = Role
DESK = {R.CLERK, R.COORDINATOR, R.HEAD}
HALL_WIDE = {R.CLERK, R.COORDINATOR, R.LEADER, R.SUPERVISOR}
HANDS = DESK | {R.HANDLER}
ALL = HANDS | {R.LEADER, R.SUPERVISOR}
SIGNED_IN = set(Role)

#: A deed on a case → who may do it where nothing else is in the way, and the call.
DEEDS = {
    "accept": (DESK, lambda w, c: w.accept(c)),
    "meet": (ALL, lambda w, c: w.meet(c, "电话")),
    "classify": (DESK, lambda w, c: w.classify(c, Difficulty.COMPLEX)),
    "accuse": (DESK - {R.HEAD} | {R.SUPERVISOR}, lambda w, c: w.accuse(c, ("handler",))),
    "assign": (DESK | {R.SUPERVISOR}, lambda w, c: w.assign(c, "SI")),
    "take": (ALL, lambda w, c: w.take(c)),
    "decline": (HANDS, lambda w, c: w.decline(c, "不归我们")),
    "reown": ({R.COORDINATOR}, lambda w, c: w.reown(c, "desk", "换班")),
    "escalate": (HANDS, lambda w, c: w.escalate(c)),
    "backstop": (DESK | {R.SUPERVISOR}, lambda w, c: w.backstop(c)),
    "supervise": ({R.COORDINATOR, R.SUPERVISOR}, lambda w, c: w.supervise(c)),
    "ask": (ALL, lambda w, c: w.ask(c, "哪天？")),
    "extend": (ALL, lambda w, c: w.extend(c, 3, "等外单位")),
    "reply": (ALL, lambda w, c: w.reply(c, DONE)),
    "approve": ({R.LEADER}, lambda w, c: w.approve(c)),
    "return_": ({R.LEADER}, lambda w, c: w.return_(c, "再想想")),
    "follow_up": ({R.CLERK, R.COORDINATOR, R.SUPERVISOR},
                  lambda w, c: w.follow_up(c, Verdict.SOLVED)),
    "close": ({R.CLERK, R.COORDINATOR, R.SUPERVISOR}, lambda w, c: w.close(c)),
    "note": (ALL, lambda w, c: w.note(c, "记一句")),
    "contact": (HALL_WIDE, lambda w, c: w.contact(c)),
    "reprint": ({R.CLERK, R.COORDINATOR}, lambda w, c: w.reprint(c)),
    "case": (ALL, lambda w, c: w.case(c)),
    "print_letter": (ALL, lambda w, c: w.print_letter(c)),
    "print_notice": (ALL, lambda w, c: w.print_notice(c, ("一张照片",))),
    "attachment": (HALL_WIDE, lambda w, c: w.attachment(c, "ink")),
}  # fmt: skip


def yellow(work):
    """What a desk is told on the day of everything's yellow card."""
    work._now = lambda: datetime.fromisoformat(DUE) - timedelta(days=1)
    return [line for _, line in work.new_cards()]


#: What somebody asks without naming a case: what it answers may hold nothing that is not theirs.
QUESTIONS = {
    "worklist": lambda w: [line for column in Column for line in w.worklist(column)],
    "search": lambda w: w.search("两个小时"),
    "search_phone": lambda w: w.search_phone(PHONE[-4:]),
    "new_cards": yellow,
    "missing_receipts": lambda w: w.missing_receipts(),
    "these": lambda w: w.these([e.case_id for e in w._store.all_events()]),
    "improved_cases": lambda w: [n for ns in w.improved_cases().values() for n in ns],
}
COUNTED = {"counts": lambda w: sum(w.counts().values())}
#: What concerns the hall and no case.
HALL = {
    "hall": (SIGNED_IN, lambda w: w.hall()),
    "roster": (SIGNED_IN, lambda w: w.roster(TODAY, TODAY)),
    "plan": ({R.COORDINATOR, R.ADMINISTRATOR},
             lambda w: w.plan(w.roster(TODAY, TODAY), NOBODY, "出差")),
    "improve": ({R.COORDINATOR, R.HEAD, R.SUPERVISOR},
                lambda w: w.improve("i9", Improved(w.person.login, "改了", "2026-11-23", "SI"))),
    "calls": (SIGNED_IN, lambda w: w.calls()),
    "leading": (SIGNED_IN, lambda w: w.leading()),
    "call_leader": (SIGNED_IN - {R.ADMINISTRATOR, R.AUDITOR}, lambda w: w.call_leader()),
    "print_guide": (SIGNED_IN, lambda w: w.print_guide("I01", "zh")),
    "print_paper": (SIGNED_IN, lambda w: w.print_paper("handover", "zh")),
    "printer_state": (SIGNED_IN, lambda w: w.printer_state()),
    "unprinted": (SIGNED_IN, lambda w: w.unprinted()),
    "lay_cards_aside": (SIGNED_IN, lambda w: w.lay_cards_aside()),
    "forget": (SIGNED_IN, lambda w: w.forget("job")),
    "answer_call": (SIGNED_IN, lambda w: w.answer_call("call")),
    "write_down": (DESK, lambda w: w.write_down(Feedback(Kind.VENT, words="吐个槽"),
                                                source=Source.DESK)),
}  # fmt: skip
NEWCOMER = Person("new", "值守员", R.CLERK)
#: What concerns accounts, keys and the log.
PERSONNEL = {
    "members": (SIGNED_IN, lambda p: p.members()),
    "appoint": ({R.ADMINISTRATOR}, lambda p: p.appoint(NEWCOMER)),
    "dismiss": ({R.ADMINISTRATOR}, lambda p: p.dismiss("second")),
    "give_password": ({R.ADMINISTRATOR}, lambda p: p.give_password("second")),
    "unlock": ({R.ADMINISTRATOR, R.COORDINATOR}, lambda p: p.unlock("second")),
    "rings": (SIGNED_IN, lambda p: p.rings()),
    "exposed": (SIGNED_IN, lambda p: p.exposed()),
    "grant": (HALL_WIDE, lambda p: p.grant("second", Ring.CONTACT)),
    "grant_integrity": ({R.INSPECTOR}, lambda p: p.grant("third", Ring.INTEGRITY)),
    "new_key": (HALL_WIDE - {R.CLERK}, lambda p: p.new_key(Ring.CONTACT)),
    "new_key_integrity": ({R.INSPECTOR}, lambda p: p.new_key(Ring.INTEGRITY)),
    "change_password": (SIGNED_IN, lambda p: p.change_password(PIN, "a long password")),
    "has_pin": (SIGNED_IN, lambda p: p.has_pin()),
    "set_pin": (SIGNED_IN, lambda p: p.set_pin(PIN, "739184")),
    "forget_pin": (SIGNED_IN, lambda p: p.forget_pin()),
    "trail": ({R.AUDITOR}, lambda p: p.trail()),
}
#: What only puts together what was answered above.
NO_WAY_IN = {
    "attachments", "card", "deeds", "looks_at_contacts", "person", "today", "waits",
    "workdays", "window_roles",
}  # fmt: skip
#: What answers with an object of its own; tests/test_numbers.py and test_export.py ask those.
OWN_TESTS = {"behind", "dashboard", "reports"}
#: Every question of the lists has whom it is asked for as its first argument, or no case in it.
LISTS_FOR_SOMEBODY = {
    "worklist", "counts", "sees", "due_on", "unprinted", "search", "with_contact",
    "improved", "these", "said_no", "heard",
}  # fmt: skip
LISTS_FOR_ALL = {"alike", "month", "calls"}
#: For the rooms beside it, which ask for somebody themselves (db/tallies.py, kiosk/reports.py).
LISTS_INSIDE = {"fresh", "whole", "store", "hall"}

PAGES = {
    "cases": SIGNED_IN - {R.ADMINISTRATOR, R.AUDITOR},
    "slip": {R.CLERK, R.COORDINATOR},
    "papers": ALL,
    "roster": SIGNED_IN - {R.INSPECTOR, R.AUDITOR},
    "ledger": ALL,
    "numbers": ALL - {R.HANDLER},
    "machines": {R.CLERK, R.COORDINATOR, R.LEADER, R.SUPERVISOR, R.ADMINISTRATOR},
    "people": {R.ADMINISTRATOR, R.COORDINATOR, R.INSPECTOR, R.AUDITOR},
}

#: What tells a case's author to whoever served them.
TICKET, PROJECT = "A023", "2026112400017"
#: Why a case is not there for somebody.
WINDOW, NAMED, NOT = "sits at its window", "is complained about", "has nothing to do with it"
LOGINS = {
    R.CLERK: "desk", R.COORDINATOR: "coordinator", R.HEAD: "head", R.HANDLER: "handler",
    R.LEADER: "leader", R.SUPERVISOR: "supervisor", R.INSPECTOR: "inspector",
    R.ADMINISTRATOR: "admin", R.AUDITOR: "auditor",
}  # fmt: skip


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """A hall's log once: a case that is offered to a department, and a sealed one."""
    folder = tmp_path_factory.mktemp("hall")
    store = found(Store.open(folder / "k.sqlite", hall="370800", device="K1"))
    key = store.people().key(Ring.CONTACT)
    said = Feedback(
        Kind.COMPLAINT,
        problems=("C02",),
        service_window="W05",
        words=WORDS,
        reply_by=ReplyBy.PHONE,
        ticket=TICKET,
        waited_minutes=77,
        project=PROJECT,
    )
    contact, ink = seal(key, SEALED_AS, Contact(PHONE).write()), seal(key, "ink", b"{}")
    case, _ = tell(store, said, contact, (ink,))
    bribe, _ = tell(store, Feedback(Kind.INTEGRITY, words=WORDS))
    for one in (case, bribe):
        store.append(one.case_id, PrintFailed("没纸了"))
    batch = store.lacking({}, 10_000)
    store.close()
    return batch, case.case_id, bribe.case_id


class Place:
    """The hall as one person finds it at a desk."""

    def __init__(self, folder, hall, role, why):
        batch, self.case_id, self.sealed_id = hall
        self.store = Store.open(folder / "d.sqlite", hall="370800", device="D1")
        self.store.receive(batch)
        login = LOGINS[role]
        if why == WINDOW:
            person = self.store.people().person(login)
            at_window = Appointed(
                "admin", login, person.post, role, person.department, ("W05",), person.leads
            )
            self.store.append_hall(f"staff:{login}", at_window)
        if why == NAMED:
            other = "coordinator" if login != "coordinator" else "desk"
            self.store.append(self.case_id, Accused(other, (login,)))
        self.work = Casework(
            self.store,
            badge(self.store, login),
            CATALOGUE,
            Deadlines(Workdays()),
            NoPrinter(),
            "http://x/t/",
        )


@pytest.fixture
def place(tmp_path, hall):
    made = []

    def make(role, why):
        made.append(Place(tmp_path, hall, role, why))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


EVERYBODY = list(product(Role, (NOT, WINDOW, NAMED)))


def sees(role, why):
    """Whether the case, offered to nobody yet, is there at all."""
    return why == NOT and role in HALL_WIDE


def test_every_way_into_the_record_has_a_row_here():
    public = {name for name, _ in inspect.getmembers(Casework) if not name.startswith("_")}
    known = {*DEEDS, *QUESTIONS, *COUNTED, *HALL, *NO_WAY_IN, *OWN_TESTS}
    assert public - known == set()
    assert known - public <= NO_WAY_IN
    asked = {name for name, _ in inspect.getmembers(Lists) if not name.startswith("_")}
    assert asked - LISTS_INSIDE == LISTS_FOR_SOMEBODY | LISTS_FOR_ALL
    for name in LISTS_FOR_SOMEBODY:
        assert list(inspect.signature(getattr(Lists, name)).parameters)[1] == "person", name
    assert {page: set(roles) for page, roles in PAGE_ROLES.items()} == PAGES


def test_every_way_to_accounts_keys_and_the_log_has_a_row_here():
    public = {name for name, _ in inspect.getmembers(Personnel) if not name.startswith("_")}
    assert public == {name.removesuffix("_integrity") for name in PERSONNEL} | {"person"}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", PERSONNEL)
def test_accounts_keys_and_the_log_are_for_their_roles_alone(place, role, name):
    there = place(role, NOT)
    for login, other in (("second", R.CLERK), ("third", R.INSPECTOR)):
        there.store.append_hall("staff", Appointed("admin", login, "岗位", other))
        there.store.append_hall("staff", Enrolled(login, OTHER_KEY, OTHER_LOCKED))
    pins = Pins(there.store, there.store.file.parent / "device.secret")
    personnel = Personnel(there.store, there.work.badge, pins)
    allowed, deed = PERSONNEL[name]
    if role in allowed:
        deed(personnel)
        return
    before = there.store.counts()
    with pytest.raises(NotHis):
        deed(personnel)
    assert there.store.counts() == before


def test_an_auditor_reads_who_did_what_and_no_word_of_it(place):
    there = place(R.AUDITOR, NOT)
    desk = Casework(
        there.store,
        badge(there.store, "desk"),
        CATALOGUE,
        Deadlines(Workdays()),
        NoPrinter(),
        "http://x/t/",
    )
    case = desk.accept(there.case_id)
    desk.note(there.case_id, "等了两个小时，属实")
    desk.contact(there.case_id)
    found_ones = Personnel(there.store, there.work.badge).trail()
    by = [(t.what, t.by, t.number) for t in found_ones[:3]]
    assert by == [(w, "desk", case.number) for w in ("Revealed", "Noted", "Accepted")]
    assert ("Registered", "", case.number) in {(t.what, t.by, t.number) for t in found_ones}
    assert not any(WORDS in repr(t) or PHONE in repr(t) for t in found_ones)
    sealed = there.store.case(there.sealed_id).number
    assert sealed not in {t.number for t in found_ones}
    assert sum(t.what == "Registered" for t in found_ones) == 1
    newest, older = found_ones[:5], Personnel(there.store, there.work.badge)
    assert older.trail(newest[-1].clock, 5) == found_ones[5:10]
    there.store.append(there.case_id, Accused("desk", ("auditor",)))
    assert case.number not in {t.number for t in older.trail()}


@pytest.mark.parametrize(("role", "why"), EVERYBODY)
def test_a_case_is_there_for_whom_it_concerns_and_for_nobody_else(place, role, why):
    there = place(role, why)
    for name, ask in QUESTIONS.items():
        found_ones = ask(there.work)
        numbers = {getattr(line, "case_id", line) for line in found_ones}
        assert there.sealed_id not in numbers or role is R.INSPECTOR, name
        if name == "worklist":
            assert (there.case_id in numbers) is sees(role, why)
            assert (there.sealed_id in numbers) is (role is R.INSPECTOR)
        if not sees(role, why):
            assert there.case_id not in numbers, name
    wanted = int(sees(role, why)) + int(role is R.INSPECTOR)
    assert COUNTED["counts"](there.work) == wanted


@pytest.mark.parametrize(("role", "why"), EVERYBODY)
def test_whoever_may_not_see_a_case_does_nothing_with_it(place, role, why):
    there = place(role, why)
    before = there.store.heads()
    for case_id, there_for_them in (
        (there.case_id, sees(role, why)),
        (there.sealed_id, role is R.INSPECTOR),
    ):
        if not there_for_them:
            for name, (_, deed) in DEEDS.items():
                with pytest.raises(UnknownCase):
                    deed(there.work, case_id)
                    pytest.fail(f"{role} did {name}")
    if not sees(role, why) and role is not R.INSPECTOR:
        assert there.store.heads() == before


@pytest.mark.parametrize("role", [role for role in Role if role in HALL_WIDE])
@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_is_for_its_roles_alone(place, role, name):
    there = place(role, NOT)
    allowed, deed = DEEDS[name]
    try:
        deed(there.work, there.case_id)
    except DoesNotFit as why:
        if role in allowed:
            assert str(why) != "您的岗位不能这样办"
        else:
            assert str(why) == "您的岗位不能这样办"
    else:
        assert role in allowed


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", HALL)
def test_what_concerns_the_hall_is_for_its_roles_alone(place, role, name):
    there = place(role, NOT)
    allowed, deed = HALL[name]
    if role in allowed:
        deed(there.work)
        return
    before = there.store.counts()
    with pytest.raises((DoesNotFit, NotHis)):
        deed(there.work)
    assert there.store.counts() == before


@pytest.mark.parametrize("role", [R.HEAD, R.HANDLER])
def test_a_department_sees_what_is_offered_to_it_without_number_and_minute(place, role):
    there = place(role, NOT)
    desk = Casework(
        there.store,
        badge(there.store, "desk"),
        CATALOGUE,
        Deadlines(Workdays()),
        NoPrinter(),
        "http://x/t/",
    )
    desk.accept(there.case_id)
    desk.assign(there.case_id, "SI")
    case, whole = there.work.case(there.case_id), desk.case(there.case_id).feedback
    assert (whole.ticket, whole.waited_minutes, whole.project) == (TICKET, 77, PROJECT)
    told = case.feedback
    assert told.words == WORDS
    assert (told.ticket, told.waited_minutes, told.project) == ("", None, "")
    assert [len(work.search(TICKET)) for work in (desk, there.work)] == [1, 0]
    found = [*there.work.search("两个小时"), *there.work.search(case.number)]
    assert [line.registered_ms % 3_600_000 for line in found] == [0, 0]
    assert case.registered_ms % 3_600_000 == 0
    assert case.story[0].at_ms % 3_600_000 == 0
    with pytest.raises(DoesNotFit):
        there.work.contact(there.case_id)
    assert there.work.search_phone(PHONE[-4:]) == []
    elsewhere = Appointed("admin", LOGINS[role], "别的科", role, "TAX")
    there.store.append_hall("staff", elsewhere)
    other = Casework(
        there.store,
        badge(there.store, LOGINS[role]),
        CATALOGUE,
        Deadlines(Workdays()),
        NoPrinter(),
        "http://x/t/",
    )
    with pytest.raises(UnknownCase):
        other.case(there.case_id)


@pytest.mark.parametrize("role", Role)
def test_a_role_holds_the_keys_of_its_rings_and_no_others(role):
    holds = {R.CLERK: 1, R.COORDINATOR: 1, R.LEADER: 1, R.SUPERVISOR: 1, R.INSPECTOR: 1}
    assert len(badge_keys(LOGINS[role])) == holds.get(role, 0)
    if role is R.INSPECTOR:
        assert set(badge_keys("inspector")) & set(badge_keys("desk")) == set()


def test_an_approval_needs_a_leader_of_the_day_who_had_no_hand_in_it(place):
    there = place(R.CLERK, NOT)
    there.work.accept(there.case_id)
    there.work.reply(there.case_id, NO)
    with suppress(DoesNotFit):
        there.work.approve(there.case_id)
    assert there.store.case(there.case_id).outcome is None
    with pytest.raises(DoesNotFit):
        there.store.append(there.case_id, Assigned("auditor", "SI"))


def test_what_a_reply_needs_is_asked_whoever_writes_it(place):
    there = place(R.COORDINATOR, NOT)
    there.work.accept(there.case_id)
    with pytest.raises(DoesNotFit):
        there.work.reply(there.case_id, Outcome(Result.A1, "", ""))
