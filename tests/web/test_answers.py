"""What the hall answers reaches whoever holds the code: over real HTTP, in every language."""

import threading
import urllib.error
import urllib.parse
import urllib.request
from datetime import date, datetime
from html import unescape

import pytest
import uvicorn

from db.happening import Accepted, Answered, Approved, Judged, Proposed, Replied
from db.terms import Outcome, Result, Verdict, Where
from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.web.page import Tracking
from kiosk.words import languages, say
from kiosk.workdays import spoken_day
from tests.answers import (
    ANSWERED,
    FULL,
    IMPROVED,
    LATER,
    LATEST,
    LED,
    LEDGER,
    QUESTION,
    TOLD,
    WAITS,
    WHY,
)
from tests.hall import found
from tests.people import DUE, tell

CATALOGUE = load(RESOURCES / "catalogue" / "sample")


class Reader:
    """A browser without a script, before the page at an address."""

    def __init__(self, address):
        self.address = address

    def read(self, code, language="zh"):
        address = f"{self.address}/t/{code.path}?lang={language}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return unescape(answer.read().decode())

    def post(self, action, fields):
        """Send a form and go where the answer leads: (status, page)."""
        body = urllib.parse.urlencode(fields).encode()
        try:
            with urllib.request.urlopen(f"{self.address}{action}", body, 10) as answer:
                return answer.status, unescape(answer.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, unescape(refused.read().decode())


class Served(Reader):
    """The page behind a real socket, and a clock of its own."""

    def __init__(self, shared=None, open_store=None, **more):
        self.now = datetime(2026, 11, 24, 9)
        open_store = open_store or (lambda: shared)
        self.tracking = Tracking(open_store, CATALOGUE, now=lambda: self.now, **more)
        config = uvicorn.Config(
            self.tracking.application(), port=0, log_level="warning", lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._up = threading.Event()
        startup = self._server.startup

        async def started(sockets=None):
            await startup(sockets)
            self._up.set()

        self._server.startup = started
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        assert self._up.wait(10)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        super().__init__(f"http://127.0.0.1:{port}")

    def close(self):
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture
def shared(opened):
    store = found(opened("S1"))
    store.append_hall(LEDGER, IMPROVED)
    return store


@pytest.fixture
def served(shared):
    page = Served(shared)
    yield page
    page.close()


def told(store, *happened):
    case, code = tell(store)
    for happening in happened:
        store.append(case.case_id, happening)
    return case, code


def test_nothing_that_the_hall_answered_is_kept_from_the_citizen(served, shared):
    _, code = told(shared, *ANSWERED)
    shown = served.read(code)
    assert [words for words in TOLD if words not in shown] == []


@pytest.mark.parametrize("language", languages())
def test_the_answer_has_its_headings_in_every_language(served, shared, language):
    _, code = told(shared, *ANSWERED)
    shown = served.read(code, language)
    headings = (
        "给您的回复", "结果", "在哪办", "怎么办", "我们做了什么", "依据", "已经为您提供",
        "大厅为这样的事做的整改", "您反映的", "延期了",
    )  # fmt: skip
    assert [h for h in headings if say(h, language) not in shown] == []
    assert language == "zh" or not [h for h in headings if say(h, language) == h]
    assert CATALOGUE.need("agent").name.say(language) in shown


def test_a_no_says_where_and_how_and_a_merged_case_which_one_goes_on(served, shared):
    no = Outcome(Result.N3, "查过", "请看下面。", where=Where("三楼税务窗口", "带发票来"))
    _, code = told(shared, Accepted("desk"), Proposed("desk", no), Approved("leader"))
    shown = served.read(code)
    assert "三楼税务窗口" in shown and "带发票来" in shown
    merged = Outcome(Result.M1, "同一件", "两件一起办。", merged_into="K1-0007-3")
    case, code = tell(shared)
    shared.append(case.case_id, Accepted("coordinator"))
    shared.append(case.case_id, Replied("coordinator", merged))
    assert "并到这一件一起办" in served.read(code) and "K1-0007-3" in served.read(code)


def test_a_question_says_by_when_and_what_becomes_of_the_promise(served, shared):
    case, code = told(shared, *WAITS)
    shown = served.read(code)
    assert QUESTION in shown
    assert f"请在 {spoken_day(date(2036, 12, 1), 'zh')} 前回答。" in shown
    assert f"今天回答，最迟 {spoken_day(date.fromisoformat(LATER), 'zh')} 前回复您。" in shown
    served.now = datetime(2036, 11, 29, 9)
    assert f"今天回答，最迟 {spoken_day(date.fromisoformat(LATEST), 'zh')}" in served.read(code)
    served.now = datetime(2036, 12, 9, 9)
    shown = served.read(code)
    assert "现在回答也来得及" in shown and "晚了" not in shown
    shared.append(case.case_id, Answered("周一"))
    assert QUESTION not in served.read(code)


def test_an_extension_says_its_day_and_why_until_there_is_a_reply(served, shared):
    case, code = told(shared, *LED)
    shown = served.read(code)
    assert f"最迟 {spoken_day(date.fromisoformat(LATER), 'zh')} 前回复您" in shown
    assert f"延到 {spoken_day(date.fromisoformat(LATER), 'zh')}" in shown and WHY in shown
    shared.append(case.case_id, Replied("head", FULL))
    assert WHY not in served.read(code)
    again = Judged(Verdict.UNSOLVED, due="2036-12-20")
    shared.append(case.case_id, again)
    shown = served.read(code)
    assert WHY not in shown and "12月20日" in shown and FULL.reply not in shown


def test_of_many_departments_the_citizen_is_told_the_lead_alone(served, shared):
    _, code = told(shared, *LED)
    shown = served.read(code)
    names = {d.code: d.name.say("zh") for d in CATALOGUE.departments}
    assert f"牵头的科室：{names['SI']}" in shown and names["TAX"] not in shown
    assert "head" not in shown.replace("<head>", "").replace("</head>", "").replace("header", "")


def test_a_late_case_is_said_to_be_late_and_nothing_that_nobody_does(served, shared):
    _, code = told(shared, Accepted("desk"))
    served.now = datetime(2036, 11, 28, 23)
    assert "晚了" not in served.read(code)
    served.now = datetime(2036, 11, 29, 1)
    day = spoken_day(date.fromisoformat(DUE), "zh")
    shown = served.read(code)
    assert f"说好最迟 {day} 回复您，已经晚了，对不起。" in shown
    assert "催办" not in shown and "最迟 " + day + " 前" not in shown


def test_half_a_year_after_the_end_only_the_end_is_said(served, shared):
    case, code = told(shared, *ANSWERED, Judged(Verdict.SOLVED))
    assert FULL.reply in served.read(code)
    served.now = datetime.now().replace(year=datetime.now().year + 1)
    shown = served.read(code)
    assert case.number in shown and "已办结" in shown
    assert not [words for words in TOLD if words in shown]
