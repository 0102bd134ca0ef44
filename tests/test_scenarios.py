"""Stories of the hall in plain words, played on real stores, paper and staff."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from db.case import DoesNotFit
from db.code import read_code
from db.engine import StoreTrouble
from db.hall import NotHis
from db.happening import Accepted, Unlocked
from db.lists import Column
from db.store import UnknownCase
from db.sync import sync
from db.terms import Feedback, Grade, Kind, Outcome, ReplyBy, Result, Role, State, Verdict
from db.verify import verify
from kiosk import RESOURCES, staff
from kiosk.casework import Casework
from kiosk.catalogue import load
from kiosk.contact import Contact
from kiosk.deadlines import Deadlines
from kiosk.enclosed import Enclosed
from kiosk.intake import Intake
from kiosk.paper.printers import FolderPrinter, NoPrinter, PrinterState, Why
from kiosk.paper.printers.device import Device, not_printed
from kiosk.staff import Badge
from kiosk.workdays import Workdays
from tests.hall import badge, found
from tests.paper.look import opened as opened_pdf
from tests.people import ANGRY, DONE, NO

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = load(RESOURCES / "catalogue" / "sample")
ADDRESS = "https://zc.example.gov.cn/t/"
CALL_ME = Feedback(Kind.COMPLAINT, problems=("C01",), reply_by=ReplyBy.PHONE)


@pytest.fixture
def kiosk(opened, tmp_path):
    def make(device, open_shared=None, printer=None):
        return Intake(
            found(opened(device)),
            printer or FolderPrinter(tmp_path / "paper"),
            CATALOGUE,
            Deadlines(Workdays()),
            address=ADDRESS,
            open_shared=open_shared,
            now=lambda: datetime(2026, 11, 23, 10),
        )

    return make


@pytest.fixture
def desk(tmp_path):
    def make(store, login="desk"):
        printer = FolderPrinter(tmp_path / "paper")
        return Casework(
            store, badge(store, login), CATALOGUE, Deadlines(Workdays()), printer, ADDRESS
        )

    return make


def page_width(pdf):
    with opened_pdf(pdf) as (_, pages):
        return round(pages[0].get_size()[0] * 25.4 / 72)


def test_two_kiosks_and_a_desk_while_the_store_goes_away_and_comes_back(
    opened, shared_address, kiosk, desk
):
    """Two people complain while the shared store cannot be reached. Both get a number. The store
    comes back; the desk sees both, accepts and answers; each reads the reply at the other kiosk."""
    reachable = []

    def shared_or_trouble():
        if not reachable:
            raise StoreTrouble("no answer")
        return reachable[0]

    first, second = kiosk("K1", shared_or_trouble), kiosk("K2", shared_or_trouble)
    one, two = first.take(ANGRY), second.take(ANGRY)
    assert one.case.number != two.case.number
    assert first.look_up(one.code.letters).stale_since is not None
    assert first.look_up(one.code.letters).case == one.case

    shared = opened("S1", shared_address)
    reachable.append(shared)
    for store in (first._store, second._store):
        sync(store, shared)
    counter = opened("D1")
    sync(counter, shared)
    work = desk(counter)
    assert {line.number for line in work.worklist(Column.TO_ACCEPT)} == {
        one.case.number,
        two.case.number,
    }
    for taken in (one, two):
        work.accept(taken.case.case_id)
        work.reply(taken.case.case_id, DONE)
    sync(counter, shared)
    for at, taken in ((second, one), (first, two)):
        seen = at.look_up(taken.address)
        assert seen.stale_since is None
        assert seen.case.outcome == DONE
    assert verify(shared).troubles == ()


def test_what_is_said_about_integrity_is_there_for_the_inspector_alone(opened, kiosk, desk):
    """Somebody reports a bribe. The clerk and the leader do not find it in their lists, and the
    case does not open for them; the inspector answers it, and sees nothing else."""
    intake = kiosk("K1")
    bribe = intake.take(Feedback(Kind.INTEGRITY, problems=("C09",), words="收了我两条烟。"))
    queue = intake.take(ANGRY)
    for login in ("desk", "leader"):
        work = desk(intake._store, login)
        assert [line.number for line in work.worklist(Column.TO_ACCEPT)] == [queue.case.number]
        for deed in (work.case, work.accept, work.close, work.contact, work.reprint):
            with pytest.raises(UnknownCase):
                deed(bribe.case.case_id)
    inspector = desk(intake._store, "inspector")
    assert [line.number for line in inspector.worklist(Column.TO_ACCEPT)] == [bribe.case.number]
    inspector.accept(bribe.case.case_id)
    inspector.reply(bribe.case.case_id, DONE)
    assert intake.look_up(bribe.code.letters).case.outcome == DONE
    with pytest.raises(UnknownCase):
        inspector.case(queue.case.case_id)


def test_two_desks_accept_the_same_case_and_the_second_is_told(opened, kiosk, desk):
    """Cut off from each other, both accept. The first one counts; the log keeps both."""
    intake, shared = kiosk("K1"), opened("S1")
    taken = intake.take(ANGRY)
    sync(intake._store, shared)
    left, right = opened("D1"), opened("D2")
    sync(left, shared)
    sync(right, shared)
    desk(left).accept(taken.case.case_id)
    desk(right, "coordinator").accept(taken.case.case_id)
    for store in (right, left, right):
        sync(store, shared)
    for store in (left, right, shared):
        case = store.case(taken.case.case_id)
        assert case.owner == "desk"
        assert [c.entry.happening.by for c in case.clashes] == ["coordinator"]


def test_a_no_is_reported_to_the_leader_and_a_yes_is_not(opened, kiosk, desk):
    intake = kiosk("K1")
    store = intake._store
    taken = intake.take(ANGRY)
    clerk, leader = desk(store), desk(store, "leader")
    clerk.accept(taken.case.case_id)
    assert clerk.reply(taken.case.case_id, NO).state is State.REVIEW
    with pytest.raises(DoesNotFit, match="您的岗位不能这样办"):
        clerk.approve(taken.case.case_id)
    assert leader.return_(taken.case.case_id, "再想想办法").state is State.HANDLING
    assert clerk.reply(taken.case.case_id, DONE).state is State.REPLIED
    coordinator = desk(store, "coordinator")
    assert coordinator.follow_up(taken.case.case_id, Verdict.SOLVED).state is State.CLOSED


def test_nobody_closes_a_case_without_a_reply(kiosk, desk):
    intake = kiosk("K1")
    taken = intake.take(ANGRY)
    work = desk(intake._store)
    work.accept(taken.case.case_id)
    with pytest.raises(DoesNotFit):
        work.close(taken.case.case_id)
    with pytest.raises(DoesNotFit, match="结果和回复都要写"):
        work.reply(taken.case.case_id, Outcome(Result.A1, "", ""))


def test_a_number_is_opened_only_by_somebody_who_may_and_the_look_is_in_the_log(kiosk, desk):
    intake = kiosk("K1")
    taken = intake.take(CALL_ME, Contact("13800000000"))
    work = desk(intake._store)
    assert work.contact(taken.case.case_id) == Contact("13800000000")
    story = intake._store.case(taken.case.case_id).story
    assert type(story[-1].happening).__name__ == "Revealed"


def test_a_voice_note_is_heard_only_at_the_desk_and_each_look_says_at_what(opened, kiosk, desk):
    """Somebody writes nothing, speaks for a while, draws the staircase and leaves a number."""
    intake = kiosk("K1", printer=NoPrinter())
    voice, ink = Enclosed("voice", "audio/wav", b"RIFF\xff\x00", 7), Enclosed("ink", "x/y", b"{}")
    wordless = Feedback(Kind.COMPLAINT, reply_by=ReplyBy.PHONE)
    taken = intake.take(wordless, Contact("13800000000"), (voice, ink))
    counter = opened("D1")
    sync(intake._store, counter)
    work = desk(counter)
    case = work.case(taken.case.case_id)
    assert [(a.name, a.media, a.size, a.seconds) for a in case.attachments] == [
        ("voice", "audio/wav", 6, 7),
        ("ink", "x/y", 2, 0),
    ]
    assert work.attachment(case.case_id, "voice") == voice.content
    assert work.attachment(case.case_id, "ink") == ink.content
    assert work.contact(case.case_id) == Contact("13800000000")
    looks = [entry.happening for entry in counter.case(case.case_id).story[1:]]
    assert [(look.by, look.what) for look in looks] == [
        ("desk", "voice"),
        ("desk", "ink"),
        ("desk", "contact"),
    ]
    with pytest.raises(LookupError):
        work.attachment(case.case_id, "photo")
    assert len(counter.case(case.case_id).story) == 4


def test_what_was_erased_is_empty_and_the_look_is_in_the_log_all_the_same(kiosk, desk):
    intake = kiosk("K1")
    taken = intake.take(CALL_ME, enclosed=(Enclosed("voice", "audio/wav", b"RIFF", 1),))
    with intake._store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM sealed")
    work = desk(intake._store)
    assert work.attachment(taken.case.case_id, "voice") == b""
    assert type(work.case(taken.case.case_id).story[-1].happening).__name__ == "Revealed"


@pytest.mark.parametrize(
    ("kind", "login", "may"),
    [
        (Kind.COMPLAINT, "desk", True),
        (Kind.COMPLAINT, "leader", True),
        (Kind.COMPLAINT, "inspector", False),
        (Kind.INTEGRITY, "desk", False),
        (Kind.INTEGRITY, "leader", False),
        (Kind.INTEGRITY, "inspector", True),
    ],
)
def test_a_voice_in_an_integrity_case_is_for_the_inspector_alone(kiosk, desk, kind, login, may):
    intake = kiosk("K1")
    voice = Enclosed("voice", "audio/wav", b"RIFF", 1)
    case_id = intake.take(Feedback(kind), enclosed=(voice,)).case.case_id
    work = desk(intake._store, login)
    if may:
        assert work.attachment(case_id, "voice") == b"RIFF"
    else:
        with pytest.raises(UnknownCase):
            work.attachment(case_id, "voice")
        assert len(intake._store.case(case_id).story) == 1


def test_neither_the_department_complained_about_nor_somebody_without_a_key_hears_a_voice(
    kiosk, desk
):
    intake = kiosk("K1")
    voice = Enclosed("voice", "audio/wav", b"RIFF", 1)
    said = Feedback(Kind.COMPLAINT, problems=("C02",), service_window="W05")
    case = intake.take(said, enclosed=(voice,)).case
    heads = [p.login for p in intake._store.people().people if p.role is Role.HEAD]
    assert heads and case.department
    for login in heads:
        work = desk(intake._store, login)
        assert work.attachments(case) == ()
        with pytest.raises((DoesNotFit, UnknownCase)):
            work.attachment(case.case_id, "voice")
    clerk = desk(intake._store)
    assert clerk.attachments(case) == case.attachments
    clerk.badge = Badge(clerk.person)
    assert clerk.attachments(case) == ()
    assert len(intake._store.case(case.case_id).story) == 1


def test_a_good_face_with_a_voice_note_waits_for_somebody_to_listen(kiosk):
    pleased = Feedback(Kind.RATING, grade=Grade.SATISFIED)
    voice = Enclosed("voice", "audio/wav", b"RIFF", 1)
    case = kiosk("K1").take(pleased, enclosed=(voice,)).case
    assert (case.state, case.story[0].happening.outcome) == (State.REGISTERED, None)


def test_a_reprint_has_its_own_code_and_says_so(kiosk, desk, tmp_path):
    intake = kiosk("K1")
    taken = intake.take(ANGRY)
    assert desk(intake._store).reprint(taken.case.case_id).printed
    paper = tmp_path / "paper" / f"receipt-{taken.case.number}-1.png"
    (seen,) = zxingcpp.read_barcodes(Image.open(paper))
    code = read_code(seen.text)
    assert code.letters != taken.code.letters
    assert intake._store.find(code).case_id == taken.case.case_id
    document = pypdfium2.PdfDocument(paper.with_suffix(".pdf"))
    text = document[0].get_textpage()
    assert "补打第 1 次" in text.get_text_bounded()
    text.close()
    document.close()


def test_a_printer_without_paper_takes_nothing_away(kiosk):
    intake = kiosk("K1", printer=NoPrinter())
    taken = intake.take(ANGRY)
    assert not intake.print_receipt(taken).printed
    assert intake.look_up(taken.code.grouped).case == taken.case


class OutOfPaper(Device):
    """A printer that says what is the matter, and prints nothing."""

    def send(self, page, deadline):
        return not_printed(Why.NO_PAPER)

    def state(self):
        return PrinterState(Why.NO_PAPER)


def test_what_did_not_come_out_at_a_kiosk_is_known_at_every_desk_until_one_prints_it(
    kiosk, desk, opened
):
    intake = kiosk("K1", printer=OutOfPaper())
    taken = intake.take(ANGRY)
    intake.print_receipt(taken)
    there = opened("D7")
    sync(intake._store, there)
    work = desk(there)
    (line,) = work.missing_receipts()
    assert (line.number, line.unprinted) == (taken.case.number, Why.NO_PAPER)
    assert work.reprint(taken.case.case_id).printed
    assert work.missing_receipts() == []
    # A kiosk that has no printer does not ask for one at every visit.
    without = kiosk("K2", printer=NoPrinter())
    without.print_receipt(without.take(ANGRY))
    sync(without._store, there)
    assert work.missing_receipts() == []


def test_a_plain_good_rating_is_thanked_and_closed_with_its_reply(kiosk):
    taken = kiosk("K1").take(Feedback(Kind.RATING, grade=Grade.SATISFIED))
    assert taken.case.state is State.CLOSED
    assert taken.case.outcome.complete
    bad = kiosk("K2").take(Feedback(Kind.RATING, grade=Grade.VERY_DISSATISFIED))
    assert bad.case.state is State.REGISTERED


@pytest.mark.parametrize("typed", ["", "?", "AAAA", "222222222222", "\x00", "é" * 500])
def test_every_code_that_leads_nowhere_gets_the_same_answer(kiosk, typed):
    assert kiosk("K1").look_up(typed).case is None


def test_signing_in_needs_the_right_pin(local):
    found(local)
    for login, pin in (("desk", "000000"), ("nobody", staff.SAMPLE_PIN), ("", "")):
        with pytest.raises(staff.WrongPin):
            staff.sign_in(local, login, pin)
    assert staff.sign_in(local, "desk", staff.SAMPLE_PIN).person.role is Role.CLERK


def test_five_wrong_pins_lock_an_account_until_somebody_else_unlocks_it(opened, tmp_path):
    """Another process, another machine and another clock find it locked all the same."""
    first = found(opened("D1"))
    for _ in range(5):
        with pytest.raises(staff.WrongPin):
            staff.sign_in(first, "desk", "000000")
    again, elsewhere = opened("D2", tmp_path / "D1.sqlite"), opened("D3")
    sync(first, elsewhere)
    for store in (first, again, elsewhere):
        with pytest.raises(staff.Locked):
            staff.sign_in(store, "desk", staff.SAMPLE_PIN)
    with pytest.raises(NotHis):
        first.append_hall("staff:desk", Unlocked("head", "desk"))
    first.append_hall("staff:desk", Unlocked("coordinator", "desk"))
    assert staff.sign_in(again, "desk", staff.SAMPLE_PIN).keys


def test_the_demo_walks_the_whole_road(tmp_path):
    """Three citizens, one reply, one look-up; every file says the same."""
    out = tmp_path / "demo"
    command = [sys.executable, "-m", "kiosk", "demo", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = json.loads((out / "demo.json").read_text("utf-8"))
    assert [case["state"] for case in told["cases"]] == ["replied", "registered", "closed"]
    assert told["cases"][2]["taps"] == 2
    assert told["troubles"] == []
    assert told["events"] > 5
    assert sorted(p.name for p in (out / "screens").iterdir()) == told["screens"]
    for case in told["cases"]:
        picture = Image.open(out / case["receipt"].replace(".pdf", ".png"))
        (seen,) = zxingcpp.read_barcodes(picture)
        assert seen.text == case["address"]
    assert told["cases"][0]["number"] in (out / "tracking-page.html").read_text("utf-8")
    again = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=240)
    assert again.returncode == 0, again.stderr
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    refused = subprocess.run(
        [*command[:-1], str(tmp_path / "other")], capture_output=True, text=True, cwd=ROOT
    )
    assert refused.returncode == 2
    assert (tmp_path / "other" / "thesis.txt").exists()


def test_accepting_twice_is_told_to_the_second(kiosk):
    intake = kiosk("K1")
    taken = intake.take(ANGRY)
    intake._store.append(taken.case.case_id, Accepted("desk"))
    with pytest.raises(DoesNotFit):
        intake._store.append(taken.case.case_id, Accepted("coordinator"))


def test_receipt_and_guide_slip_are_as_wide_as_the_printers_paper(kiosk, tmp_path):
    """A hall has a printer with a roll of 58 mm: nothing is laid out for a wider one."""
    printer = FolderPrinter(tmp_path / "narrow")
    printer.width_mm = 58
    intake = kiosk("K1", printer=printer)
    assert intake.print_receipt(intake.take(ANGRY)).printed
    assert intake.print_guide("I01", "zh").printed
    papers = sorted((tmp_path / "narrow").glob("*.pdf"))
    assert [page_width(file.read_bytes()) for file in papers] == [58, 58]
