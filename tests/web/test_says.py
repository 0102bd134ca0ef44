"""What a citizen says on the page: plain forms over real HTTP, kept by the rules of the kiosk."""

import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from threading import Thread

import pytest

from db.engine import StoreTrouble
from db.happening import Accepted, Answered, Judged, Noted, Replied
from db.store import Store
from db.terms import Grade, Result, State, Verdict
from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.deadlines import Deadlines
from kiosk.web.page import Limiter
from kiosk.words import languages, say
from kiosk.workdays import Workdays
from tests.answers import ANSWERED, FULL, IMPROVED, LEDGER, QUESTION, TOLD, WAITS, WHY
from tests.db.guarded import guard
from tests.hall import found
from tests.people import DONE, HALL, tell
from tests.web.test_answers import Reader, Served, told
from tests.web.test_line import until

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
ROOT = RESOURCES.parent
LATE = "这件事刚刚有了变化"
THANKS = "记下了，谢谢您。"


@pytest.fixture
def shared(opened, owned_address):
    return found(opened("S1", owned_address))


@pytest.fixture
def served(shared):
    page = Served(shared, deadlines=Deadlines(Workdays({})))
    yield page
    page.close()


class Form:
    """The form of a page as a browser would send it."""

    def __init__(self, served, code, what, language="zh"):
        self.served = served
        page = served.read(code, language)
        parts = re.findall(r'<form action="(/say[^"]*)" method="post".*?>(.*?)</form>', page, re.S)
        hidden = r'<input type="hidden" name="(\w+)" value="([^"]*)">'
        found = [(a, dict(re.findall(hidden, text))) for a, text in parts]
        self.action, self.fields = next(f for f in found if f[1]["what"] == what)

    def send(self, **fields):
        return self.served.post(self.action, {**self.fields, **fields})


def forms(page):
    return re.findall(r'name="what" value="(\w+)"', page)


def test_a_question_is_answered_on_the_page(served, shared):
    case, code = told(shared, *WAITS)
    assert QUESTION in served.read(code)
    status, page = Form(served, code, "answer").send(words="周一上午，\r\n5 号窗口 <b>")
    assert status == 200 and "您的回答已经交给经办的人。" in page and "办理中" in page
    after = shared.case(case.case_id)
    assert after.story[-1].happening == Answered("周一上午，\n5 号窗口 <b>")
    assert after.state is State.HANDLING and QUESTION not in served.read(code)


def test_a_solved_case_is_judged_with_a_grade_and_ends(served, shared):
    case, code = told(shared, *ANSWERED)
    form = Form(served, code, "judge")
    _, page = form.send(verdict="solved", grade="very_satisfied", reason="undone")
    assert THANKS in page and "已办结" in page
    after = shared.case(case.case_id)
    assert (after.verdict, after.judged_grade) == (Verdict.SOLVED, Grade.VERY_SATISFIED)
    assert after.reason == "" and after.state is State.CLOSED


def test_what_is_not_solved_goes_into_another_round_with_a_day_of_its_own(served, shared):
    case, code = told(shared, *ANSWERED)
    _, page = Form(served, code, "judge").send(verdict="unsolved", reason="undone")
    assert THANKS in page and "办理中" in page
    after = shared.case(case.case_id)
    assert (after.round, after.reason, after.outcome) == (2, "undone", None)
    assert isinstance(after.story[-1].happening, Judged) and after.story[-1].happening.due


def test_taking_back_ends_with_a_reply(served, shared):
    case, code = told(shared, Accepted("desk"))
    _, page = Form(served, code, "withdraw").send()
    assert "撤回了。" in page and "随时可以再来说" in page
    assert shared.case(case.case_id).outcome.result is Result.W1


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_second_press_is_the_same_press(served, shared, verdict):
    case, code = told(shared, *ANSWERED)
    form = Form(served, code, "judge")
    pressed = []
    presses = [
        Thread(target=lambda: pressed.append(form.send(verdict=verdict.value))) for _ in range(4)
    ]
    for press in presses:
        press.start()
    for press in presses:
        press.join()
    assert len(pressed) == 4 and all(THANKS in page for _, page in pressed)
    said = [e for e in shared.case(case.case_id).story if isinstance(e.happening, Judged)]
    assert len(said) == 1 and shared.case(case.case_id).clashes == ()


def test_a_form_that_lay_there_while_the_case_moved_on_says_so_and_keeps_nothing(served, shared):
    case, code = told(shared, Accepted("desk"))
    form = Form(served, code, "withdraw")
    shared.append(case.case_id, Noted("desk", "只是备注"))
    shared.append(case.case_id, Replied("desk", DONE))
    _, page = form.send()
    assert LATE in page and DONE.reply in page
    assert shared.case(case.case_id).state is State.REPLIED
    other = Form(served, code, "judge")
    other.send(verdict="partly")
    _, page = other.send(verdict="solved")
    assert LATE in page and shared.case(case.case_id).verdict is Verdict.PARTLY


def test_a_note_of_staff_does_not_make_a_form_old(served, shared):
    case, code = told(shared, *WAITS)
    form = Form(served, code, "answer")
    shared.append(case.case_id, Noted("head", "备注"))
    assert LATE not in form.send(words="周一")[1]
    assert shared.case(case.case_id).state is State.HANDLING


def test_nothing_and_nonsense_are_answered_kindly_and_not_kept(served, shared):
    case, code = told(shared, *WAITS)
    before = shared.case(case.case_id)
    for fields in (
        {"what": "answer", "words": " \n\u202e"},
        {"what": "answer"},
        {"what": "judge"},
        {"what": "judge", "verdict": "splendid"},
        {"what": "judge", "verdict": "solved", "grade": "6"},
        {"what": "approve"},
        {},
    ):
        status, page = served.post("/say?lang=zh", {"code": code.path, "seen": "1", **fields})
        assert status == 200 and "请再看一看" in page, fields
    assert shared.case(case.case_id) == before


def test_what_does_not_fit_is_refused_by_the_cases_own_rules(served, shared):
    case, code = told(shared, *ANSWERED)
    seen = Form(served, code, "judge").fields["seen"]
    for what in ({"what": "answer", "words": "周一"}, {"what": "withdraw"}):
        _, page = served.post("/say?lang=zh", {"code": code.path, "seen": seen, **what})
        assert LATE in page
    assert shared.case(case.case_id).state is State.REPLIED


def test_a_wrong_code_gets_the_same_answer_whatever_is_said(served, shared):
    _, code = told(shared, *ANSWERED)
    tail = code.letters + code.tail[::-1]
    mistyped = code.letters[:-1] + ("2" if code.letters[-1] != "2" else "3")
    answers = {
        served.post("/say?lang=zh", {"code": wrong, "what": "judge", "verdict": "solved"})
        for wrong in (tail, mistyped, "x", "", "é" * 40)
    }
    assert len(answers) == 1 and answers.pop()[0] == 404
    status, _ = served.post("/say?lang=zh", {"code": code.path, "words": "字" * 20_000})
    assert status == 404


def test_guessing_by_forms_is_stopped_as_guessing_by_addresses_is(shared):
    served = Served(shared, deadlines=Deadlines(Workdays({})), limiter=Limiter(each=3))
    try:
        _, code = told(shared, *ANSWERED)
        wrong = {"code": "222222222222", "what": "judge", "verdict": "solved"}
        assert [served.post("/say", wrong)[0] for _ in range(5)] == [404, 404, 404, 429, 429]
        letters = {**wrong, "code": code.letters}
        assert served.post("/say", letters)[0] == 429
        assert Form(served, code, "judge").send(verdict="solved")[0] == 200
    finally:
        served.close()


def test_the_forms_are_there_when_they_fit_in_every_language_without_script_or_cookie(
    served, shared
):
    _, registered = tell(shared)
    _, waits = told(shared, *WAITS)
    _, replied = told(shared, *ANSWERED)
    _, closed = told(shared, *ANSWERED, Judged(Verdict.SOLVED))
    for language in languages():
        pages = [served.read(code, language) for code in (registered, waits, replied, closed)]
        assert [forms(page) for page in pages] == [
            ["withdraw"],
            ["answer", "withdraw"],
            ["judge"],
            [],
        ]
        assert say("没解决，要重办", language) in pages[2]
        assert not [page for page in pages if "<script" in page or " onclick" in page]
    with urllib.request.urlopen(f"{served.address}/t/{waits.path}") as answer:
        assert "set-cookie" not in answer.headers
        assert "form-action 'self'" in answer.headers["content-security-policy"]


def test_a_login_that_only_reads_shows_all_and_says_where_it_can_be_said(opened, database):
    guarded = guard(database)
    owner = found(opened("F1", database))
    owner.append_hall(LEDGER, IMPROVED)
    track = opened("TK4", guarded.login("track K4"))
    served = Served(track, deadlines=Deadlines(Workdays({})))
    try:
        case, code = told(owner, *WAITS)
        page = served.read(code)
        assert forms(page) == [] and "请到大厅的找茬窗口或服务台" in page
        assert [w for w in (QUESTION, WHY, "牵头的科室：社会保险科") if w not in page] == []
        owner.append(case.case_id, Answered("周一"))
        owner.append(case.case_id, Replied("head", FULL))
        page = served.read(code)
        assert [words for words in TOLD if words not in page] == []
        form = {"code": code.path, "seen": "4", "what": "judge", "verdict": "solved"}
        assert served.post("/say", form)[0] == 200
        assert owner.case(case.case_id).state is State.REPLIED
    finally:
        served.close()


def test_what_could_not_be_kept_is_said_so_and_can_be_sent_again(tmp_path):
    store = found(Store.open(tmp_path / "s.sqlite", hall=HALL, device="S1"))
    case, code = told(store, *WAITS)
    away = [False]

    def open_store():
        if away[0]:
            raise StoreTrouble("no answer")
        return Store.open(tmp_path / "s.sqlite", hall=HALL, device="T1")

    served = Served(open_store=open_store, deadlines=Deadlines(Workdays({})))
    try:
        form = Form(served, code, "answer")
        away[0] = True
        served.tracking._lose()
        status, page = form.send(words="“周一” & <二>")
        assert status == 503 and "还没有记下" in page
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(.*?)">\n', page))
        assert hidden == {**form.fields, "words": "“周一” & <二>"}
        away[0] = False
        assert "已经交给经办的人" in served.post("/say?lang=zh", hidden)[1]
        assert store.case(case.case_id).story[-1].happening == Answered("“周一” & <二>")
    finally:
        served.close()
        store.close()


def test_zhaocha_serve_takes_it_into_the_halls_own_file(tmp_path):
    store = found(Store.open(tmp_path / "shared.sqlite", hall=HALL, device="S1"))
    case, code = told(store, *ANSWERED)
    store.close()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kiosk", "serve", "--data", str(tmp_path)]
    command += ["--set", f"web_port={port}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as serves:
        try:
            assert serves.stdout.readline().startswith("Tracking page")
            until(lambda: reached(port))
            page = Reader(f"http://127.0.0.1:{port}")
            assert THANKS in Form(page, code, "judge").send(verdict="unsolved")[1]
        finally:
            serves.send_signal(signal.SIGTERM)
            serves.wait(10)
    store = Store.open(tmp_path / "shared.sqlite", hall=HALL, device="S1")
    after = store.case(case.case_id)
    store.close()
    assert after.round == 2 and after.due > "2026" and after.story[-1].origin.startswith("TK")


def reached(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
