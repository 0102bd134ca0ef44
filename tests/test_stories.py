"""The stories of the window as the newspaper told them, played on real stores by real roles."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from db.case import DoesNotFit
from db.hall import NotHis
from db.happening import Improved, Judged, Rostered
from db.lists import Column
from db.rules import must_follow_up
from db.store import UnknownCase
from db.sync import sync
from db.terms import (
    Cause,
    Difficulty,
    Duty,
    Feedback,
    Grade,
    Helping,
    Kind,
    Need,
    Outcome,
    ReplyBy,
    Result,
    Source,
    State,
    Verdict,
    Where,
)
from kiosk import RESOURCES
from kiosk.casework import Casework, WordsFirst
from kiosk.catalogue import load
from kiosk.contact import Contact
from kiosk.deadlines import Deadlines
from kiosk.export_national import SCHEMES, ratings
from kiosk.intake import Intake
from kiosk.paper.printers import FolderPrinter
from kiosk.shown import story_of
from kiosk.visit import Visit
from kiosk.workdays import Workdays
from tests.hall import badge, found
from tests.people import DONE

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
ADDRESS = "https://zc.example.gov.cn/t/"
UPSTAIRS = Where("二楼 6 号窗口，0537-0000000，上午九点到下午五点", "带身份证，当场办")
DAYS = Deadlines(Workdays())


class Windows:
    """A kiosk, a desk and the shared store between them."""

    def __init__(self, opened, folder):
        self.folder = folder
        self.shared = found(opened("S1"))
        self.counter = opened("D1")
        self.intake = Intake(
            opened("K1"),
            FolderPrinter(folder / "kiosk"),
            CATALOGUE,
            Deadlines(Workdays()),
            address=ADDRESS,
            open_shared=lambda: self.shared,
        )
        self.meet()

    def meet(self):
        for _ in range(2):
            for store in (self.intake._store, self.counter):
                sync(store, self.shared)

    def told(self, said, contact=None):
        taken = self.intake.take(said, contact or Contact())
        self.meet()
        return taken

    def at(self, login):
        """Somebody at the desk."""
        printer = FolderPrinter(self.folder / "desk")
        return Casework(self.counter, badge(self.counter, login), CATALOGUE, DAYS, printer, ADDRESS)

    def seen(self, taken):
        """What the citizen finds with the receipt."""
        self.meet()
        return self.intake.look_up(taken.address).case

    def judge(self, taken, verdict):
        self.intake.judge(self.seen(taken), verdict)
        self.meet()


@pytest.fixture
def hall(opened, tmp_path):
    return Windows(opened, tmp_path)


def test_a_foreign_worker_asks_for_help_with_papers_and_one_person_sees_it_through(hall):
    """The window's first case ever. The front desk owns it to the end, whoever works on it."""
    said = Feedback(
        Kind.HELP, problems=("H01",), service_window="W12", needs=(Need("agent"),), language="en",
        reply_by=ReplyBy.PHONE,
    )  # fmt: skip
    case_id = hall.told(said, Contact("13800000000")).case.case_id
    desk, coordinator = hall.at("desk"), hall.at("coordinator")
    desk.accept(case_id)
    assert desk.contact(case_id).phone == "13800000000"
    desk.meet(case_id, "电话", "明天上午来，我们陪着办")
    desk.assign(case_id, "SI", "handler")
    after = hall.at("handler").take(case_id)
    assert (after.owner, after.handler, after.backstop) == ("desk", "handler", True)
    done = Outcome(Result.A3, "陪同办完", "We went with you through every window. All done.")
    hall.at("handler").reply(case_id, done)
    assert coordinator.follow_up(case_id, Verdict.SOLVED, "很满意").state is State.CLOSED


def test_a_court_clerk_who_queued_too_long_gets_a_lane_of_their_own(hall):
    """An unsealing at noon, and a number far behind. The idea is taken up with a date; the lane
    stands in the ledger, and the kiosk tells everybody."""
    taken = hall.told(Feedback(Kind.SUGGESTION, problems=("S01",), words="建议设司法专用通道"))
    work, case_id = hall.at("coordinator"), taken.case.case_id
    work.accept(case_id)
    lane = Improved(
        "coordinator", "司法专用通道", "2026-11-30", "PROP", ("开一个窗口",), people=60,
        story="法院来人不用再排长队。", published=True,
    )  # fmt: skip
    work.improve("lane", lane)
    undated = Outcome(Result.A4, "设通道", "您的建议我们采纳了。", improvement="lane")
    with pytest.raises(DoesNotFit, match="什么时候做到"):
        work.reply(case_id, undated)
    work.reply(case_id, replace(undated, measures="11月30日开"))
    assert work.improved_cases() == {"lane": [taken.case.number]}
    hall.meet()
    assert hall.intake.stories() == ["法院来人不用再排长队。"]


def test_the_boatmen_no_longer_travel_two_hundred_kilometres(hall):
    """Three complaints, one improvement: the window goes to the harbour."""
    work = hall.at("coordinator")
    numbers = []
    for words in ("往返200公里", "跑了两趟", "证书下来要再来一次"):
        said = Feedback(Kind.COMPLAINT, problems=("C04",), service_window="W14", words=words)
        case = hall.told(said).case
        numbers.append(case.number)
        work.accept(case.case_id)
        moved = Outcome(
            Result.A2, "窗口前移到码头", "以后在码头就能办。", cause=Cause.RULES,
            measures="每周三到码头", improvement="harbour",
        )  # fmt: skip
        work.reply(case.case_id, moved)
    ledger = Improved(
        "coordinator", "船员窗口前移", "2026-11-25", "PORT", ("到码头办", "一站式"), 200, 10, 200
    )
    work.improve("harbour", ledger)
    assert sorted(work.improved_cases()["harbour"]) == sorted(numbers)
    assert work.hall().improvements["harbour"].people == 200


def test_two_hours_in_the_queue_are_found_to_be_the_peak_and_not_the_clerk(hall):
    taken = hall.told(
        Feedback(Kind.COMPLAINT, Grade.DISSATISFIED, problems=("C01",), service_window="W05",
                 ticket="A032", waited_minutes=124)
    )  # fmt: skip
    work, case_id = hall.at("desk"), taken.case.case_id
    work.accept(case_id)
    peak = Outcome(
        Result.A2, "初次申请集中", "上午加开两个窗口。", cause=Cause.PEAK, measures="明天起"
    )
    after = work.reply(case_id, peak)
    assert (after.feedback.waited_minutes, after.outcome.cause) == (124, Cause.PEAK)
    hall.judge(taken, Verdict.SOLVED)
    assert hall.at("desk").case(case_id).state is State.CLOSED


def test_whoever_is_not_eligible_is_told_everything_at_once_and_the_leader_knows(hall, tmp_path):
    taken = hall.told(Feedback(Kind.QUESTION, service_window="W05", words="学历不够能办吗"))
    case_id = taken.case.case_id
    hall.at("desk").accept(case_id)
    no = Outcome(Result.N3, "学历未达到", "现在还差一样，我们帮您看怎么补。", where=UPSTAIRS)
    assert hall.at("desk").reply(case_id, no).state is State.REVIEW
    assert [line.case_id for line in hall.at("leader").worklist(Column.REVIEW)] == [case_id]
    assert hall.at("leader").approve(case_id).state is State.REPLIED
    assert hall.at("desk").print_notice(case_id, ("学历证明", "翻译件")).printed
    assert hall.at("leader").print_paper("no-list", "zh").printed
    assert hall.at("leader")._lists.said_no(hall.at("leader").person, date.today()) == [case_id]


def test_what_is_not_this_windows_is_led_to_the_right_door(hall):
    case_id = hall.told(Feedback(Kind.QUESTION, words="护照在哪办")).case.case_id
    work = hall.at("desk")
    work.accept(case_id)
    with pytest.raises(DoesNotFit, match="在哪办、怎么办"):
        work.reply(case_id, Outcome(Result.G1, "出入境", "请到出入境窗口。"))
    led = Outcome(Result.G1, "出入境", "请到出入境窗口，我带您去。", where=UPSTAIRS)
    assert work.reply(case_id, led).state is State.REPLIED


@pytest.mark.parametrize(
    "words", ["这个办不了。", "不 归 我们 管", "您的材料不全，回去补", "不知道，自己找"]
)
def test_a_bare_no_and_blame_do_not_leave_the_hall(hall, words):
    case_id = hall.told(Feedback(Kind.COMPLAINT, problems=("C06",))).case.case_id
    work = hall.at("desk")
    work.accept(case_id)
    with pytest.raises(WordsFirst) as stopped:
        work.reply(case_id, Outcome(Result.A1, "查过了", words))
    assert stopped.value.findings
    assert work.case(case_id).state is State.ACCEPTED


def test_many_departments_have_one_face_for_the_citizen(hall):
    """One leads, two help; the receipt's page names the department, and nobody by name."""
    taken = hall.told(Feedback(Kind.COMPLAINT, problems=("C04",), words="跑了三个科"))
    case_id = taken.case.case_id
    desk = hall.at("desk")
    desk.accept(case_id)
    desk.assign(case_id, "SI", helping=(Helping("TAX", "2026-11-27"), Helping("PROP")))
    hall.at("head").take(case_id)
    case = hall.seen(taken)
    assert (case.assigned, case.departments) == ("SI", ("SI", "TAX", "PROP"))
    shown = str(story_of(case))
    assert not any(login in shown for login in ("head", "desk", "科长"))


def test_twice_unsolved_goes_up_to_the_bureaus_own_eyes(hall):
    taken = hall.told(Feedback(Kind.COMPLAINT, problems=("C03",), words="标识还是看不清"))
    case_id = taken.case.case_id
    desk = hall.at("desk")
    desk.accept(case_id)
    desk.reply(case_id, DONE)
    hall.judge(taken, Verdict.UNSOLVED)
    with pytest.raises(DoesNotFit, match="上一级"):
        hall.at("desk").reply(case_id, DONE)
    hall.at("coordinator").reply(case_id, DONE)
    hall.judge(taken, Verdict.UNSOLVED)
    assert hall.at("supervisor").case(case_id).supervised
    hall.at("supervisor").reply(case_id, DONE)
    hall.judge(taken, Verdict.SOLVED)
    assert hall.seen(taken).round == 3


def test_somebody_who_waits_on_the_spot_is_seen_first_and_the_leader_is_asked(hall):
    case_id = hall.told(
        Feedback(Kind.HELP, problems=("H02",), reply_by=ReplyBy.ON_SITE)
    ).case.case_id
    desk = hall.at("desk")
    assert [line.case_id for line in desk.worklist(Column.ON_SITE)] == [case_id]
    desk.accept(case_id)
    assert desk.escalate(case_id, "要两个窗口一起").escalated_ms is not None
    desk.meet(case_id, "当面")
    assert desk.worklist(Column.ON_SITE) == []


def test_who_does_not_touch_screens_writes_on_paper_and_is_owed_the_same(hall):
    desk = hall.at("desk")
    said = Feedback(Kind.VENT, problems=("C02",), words="喊了三遍没人应。")
    case = desk.write_down(said, source=Source.PAPER)
    assert (case.source, case.owner) == (Source.PAPER, "desk")
    assert (hall.folder / "desk" / f"receipt-{case.number}-0.pdf").exists()
    assert desk.reply(case.case_id, DONE).outcome == DONE
    with pytest.raises(DoesNotFit):
        hall.at("auditor").write_down(said)


def test_whoever_is_complained_about_finds_nothing_and_cannot_hush_it_up(hall):
    """The clerk complained about looks for the case in vain; so does a leader with a friend."""
    taken = hall.told(Feedback(Kind.COMPLAINT, problems=("C02",), words="值守员态度生硬"))
    case_id = taken.case.case_id
    hall.at("coordinator").accept(case_id)
    hall.at("coordinator").accuse(case_id, ("desk", "leader"))
    for login in ("desk", "leader"):
        work = hall.at(login)
        assert work.search("态度生硬") == []
        assert sum(work.counts().values()) == 0
        with pytest.raises(UnknownCase):
            work.note(case_id, "没有这回事")
    assert [line.case_id for line in hall.at("coordinator").search("zsytd")] == [case_id]


def test_a_hard_case_takes_its_days_and_a_question_stops_the_clock(hall):
    taken = hall.told(Feedback(Kind.COMPLAINT, problems=("C04",), words="去年的档案找不到"))
    case_id, desk = taken.case.case_id, hall.at("desk")
    before = desk.accept(case_id).due
    after = desk.classify(case_id, Difficulty.COMPLEX).due
    assert after > before
    asked = desk.ask(case_id, "哪一年办的？")
    assert (asked.state, len(asked.asked.dues)) == (State.WAITING, 6)
    hall.meet()
    hall.intake.answer(hall.seen(taken), "去年三月")
    hall.meet()
    assert desk.case(case_id).state is State.HANDLING
    longer = desk.extend(case_id, 99, "等档案馆回函")
    assert longer.due == DAYS.workdays.following(date.fromisoformat(after), 10)[-1].isoformat()
    with pytest.raises(DoesNotFit, match="一次"):
        desk.extend(case_id, 1, "再等等")


def test_the_roster_says_who_leads_and_a_day_nobody_leads_lets_no_no_out(hall):
    case_id = hall.told(Feedback(Kind.SUGGESTION, problems=("S02",))).case.case_id
    hall.at("desk").accept(case_id)
    hall.at("desk").reply(case_id, Outcome(Result.N2, "没有场地", "先不扩，东门外可以停。"))
    coordinator, today = hall.at("coordinator"), date.today()
    roster = coordinator.roster(today, today)
    with pytest.raises(NotHis):
        hall.at("desk").plan(roster, replace(roster, shifts=()), "我来")
    now = datetime.now()
    assert now.date() == today
    for half in ("am", "pm", ""):
        cleared = Rostered("coordinator", today.isoformat(), half, Duty.LEADER, "", "", "出差")
        hall.counter.append_hall("roster", cleared)
    with pytest.raises(DoesNotFit, match="带班表"):
        hall.at("leader").approve(case_id)
    back = Rostered("coordinator", today.isoformat(), "", Duty.LEADER, "leader", "副局长", "回来了")
    hall.counter.append_hall("roster", back)
    for half in ("am", "pm"):
        there = Rostered(
            "coordinator", today.isoformat(), half, Duty.LEADER, "leader", "副局长", "回"
        )
        hall.counter.append_hall("roster", there)
    assert hall.at("leader").approve(case_id).state is State.REPLIED


def test_a_bad_face_with_window_reason_and_phone_comes_to_its_department_and_is_called_back(hall):
    """Somebody finds the clerk harsh, says where, and leaves a number. Ten days of silence do not
    end it: somebody who did not handle it calls first. The reason goes to the province."""
    visit = Visit().rate(Grade.DISSATISFIED).be_finer("C02", "C0202").where("W04")
    visit = visit.answer_by(ReplyBy.PHONE).dial("13800000000")
    taken = hall.told(visit.feedback("zh"), visit.reachable)
    case_id = taken.case.case_id
    assert (taken.case.department, taken.case.feedback.problems) == ("SI", ("C02", "C0202"))
    desk = hall.at("desk")
    desk.accept(case_id)
    assert desk.contact(case_id).phone == "13800000000"
    desk.reply(case_id, DONE)
    assert [line.case_id for line in desk.worklist(Column.TO_FOLLOW_UP)] == [case_id]
    with pytest.raises(DoesNotFit, match="先回访"):
        hall.at("coordinator").close(case_id)
    after = hall.at("coordinator").follow_up(case_id, Verdict.SOLVED, "道过歉了")
    assert after.state is State.CLOSED
    (sent,) = ratings([after], CATALOGUE)
    told = SCHEMES["national"].fields(SCHEMES["national"], sent)
    assert (told["satisfaction"], told["evalDetail"]) == ("2", "214")
    assert (told["deptCode"], told["appStatus"]) == ("SI", "2")


def test_a_bad_face_alone_belongs_to_nobody_and_nobody_is_called(hall):
    taken = hall.told(Visit().rate(Grade.DISSATISFIED).feedback("zh"))
    assert (taken.case.department, taken.case.state) == ("", State.REGISTERED)
    assert not must_follow_up(taken.case)


def test_a_good_face_with_what_was_good_is_thanked_and_its_reasons_go_to_the_province(hall):
    visit = Visit().rate(Grade.SATISFIED).praise("P411").praise("P413").where("W04")
    case = hall.told(visit.feedback("zh")).case
    assert (case.feedback.kind, case.state, case.department) == (Kind.RATING, State.CLOSED, "SI")
    (sent,) = ratings([case], CATALOGUE)
    assert sent.tags == ("411", "413")


def test_a_judgement_belongs_to_its_citizen(hall):
    """Staff cannot speak for the citizen, and there is no verdict before a reply."""
    taken = hall.told(Feedback(Kind.COMPLAINT, problems=("C01",)))
    work = hall.at("desk")
    assert not any("judge" in name for name in dir(work))
    with pytest.raises(DoesNotFit):
        hall.counter.append(taken.case.case_id, Judged(Verdict.SOLVED))
