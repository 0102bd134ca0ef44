"""The tracking page, as a phone sees it."""

from datetime import date, datetime

import pytest
from starlette.testclient import TestClient

from db.engine import StoreTrouble
from db.happening import Accepted, Approved, Proposed, Replied
from db.terms import Outcome, Result
from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.web.page import Limiter, Tracking
from kiosk.words import languages, name_of, say
from kiosk.workdays import spoken_day
from tests.hall import found
from tests.people import ANGRY, DONE, NO, tell

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
NASTY = "<script>alert(1)</script> {{ 7*7 }} &amp; \"'><img src=x onerror=y>\n第二行"


@pytest.fixture
def shared(opened, shared_address):
    return found(opened("S1", shared_address))


@pytest.fixture
def page(shared):
    tracking = Tracking(lambda: shared, CATALOGUE, now=lambda: datetime(2026, 11, 24, 9))
    with TestClient(tracking.application(), follow_redirects=False) as client:
        client.headers["accept-language"] = "zh-CN"
        yield client


def test_a_case_shows_number_state_promised_date_and_later_the_reply(page, shared):
    case, code = tell(shared)
    shown = page.get(f"/t/{code.path}").text
    assert case.number in shown and "已登记" in shown and "最迟 11月28日（周五） 前回复您" in shown
    shared.append(case.case_id, Accepted("desk"))
    shared.append(case.case_id, Replied("desk", DONE))
    shown = page.get(f"/t/{code.path}").text
    assert "已回复" in shown and DONE.reply in shown and "最迟" not in shown
    assert case.seal[:8] in shown


def test_the_letters_alone_serve_and_the_form_needs_no_script(page, shared):
    case, code = tell(shared)
    answer = page.get("/t", params={"code": code.grouped.lower(), "lang": "zh"})
    assert answer.status_code == 303
    assert case.number in page.get(answer.headers["location"]).text
    for path in ("/", f"/t/{code.path}", "/t/nothing"):
        text = page.get(path).text
        assert "<script" not in text and " on" not in text.replace(" one", "").replace(" only", "")


def test_the_page_speaks_english(page, shared):
    _, code = tell(shared)
    shown = page.get(f"/t/{code.path}?lang=en").text
    assert "Registered" in shown and "Reply by Friday 28 November" in shown


@pytest.mark.parametrize("language", languages())
def test_the_page_speaks_every_language_and_offers_the_others(page, shared, language):
    case, code = tell(shared)
    shown = page.get(f"/t/{code.path}?lang={language}").text
    day = spoken_day(date.fromisoformat(case.due), language)
    assert say("已登记", language) in shown
    assert say("最迟 %1 前回复您", language, day) in shown
    assert f'<html lang="{"zh-CN" if language == "zh" else language}">' in shown
    for other in languages():
        assert (f'href="?lang={other}" lang="' in shown) is (other != language)
        assert (f">{name_of(other)}</a>" in shown) is (other != language)


@pytest.mark.parametrize(
    ("wished", "spoken"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("fr-FR, fr;q=0.9, ja;q=0.7, en;q=0.8", "en"),
        ("RU", "ru"),
        ("en;q=0, ja", "ja"),
        ("fr", "zh-CN"),
        ("*", "zh-CN"),
        ("", "zh-CN"),
        (";;q=x,=,en;q=oops", "zh-CN"),
    ],
)
def test_a_telephones_own_language_is_spoken(page, wished, spoken):
    shown = page.get("/", headers={"accept-language": wished}).text
    assert f'<html lang="{spoken}">' in shown
    assert '<html lang="ja">' in page.get("/?lang=ja", headers={"accept-language": wished}).text


def test_a_language_nobody_has_is_left_to_the_telephone(page):
    for asked in ("xx", "../en", "中文", ""):
        answer = page.get("/", params={"lang": asked}, headers={"accept-language": "en"})
        assert '<html lang="en">' in answer.text


def test_the_citizens_words_and_persons_are_never_on_it(page, shared):
    case, code = tell(shared)
    shared.append(case.case_id, Accepted("coordinator"))
    shown = page.get(f"/t/{code.path}").text
    assert ANGRY.words[:5] not in shown
    assert "coordinator" not in shown


def test_a_no_that_waits_for_its_leader_is_still_in_progress(page, shared):
    case, code = tell(shared)
    shared.append(case.case_id, Accepted("desk"))
    shared.append(case.case_id, Proposed("desk", NO))
    assert "办理中" in page.get(f"/t/{code.path}").text
    assert NO.reply not in page.get(f"/t/{code.path}").text
    shared.append(case.case_id, Approved("leader"))
    assert NO.reply in page.get(f"/t/{code.path}").text


def test_whatever_stands_in_a_reply_is_text(page, shared):
    case, code = tell(shared)
    shared.append(case.case_id, Accepted("desk"))
    shared.append(case.case_id, Replied("desk", Outcome(Result.A1, "x", NASTY)))
    shown = page.get(f"/t/{code.path}").text
    assert "<script>" not in shown and "<img" not in shown and "{{ 7*7 }}" in shown


def test_unknown_mistyped_and_malformed_codes_get_the_same_answer(page, shared):
    _, code = tell(shared)
    wrong_tail = code.letters + code.tail[::-1]
    mistyped = code.letters[:-1] + ("2" if code.letters[-1] != "2" else "3")
    answers = [page.get(f"/t/{c}") for c in (wrong_tail, mistyped, "x", "é" * 40, "22222222222A")]
    assert {a.status_code for a in answers} == {404}
    assert len({a.text for a in answers}) == 1
    assert len({str(sorted(a.headers.items())) for a in answers}) == 1


def test_the_page_keeps_no_cookie_and_lets_nothing_foreign_in(page, shared):
    _, code = tell(shared)
    headers = page.get(f"/t/{code.path}").headers
    assert "set-cookie" not in headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"].startswith("noindex")
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"


def test_guessing_is_stopped_but_the_qr_code_still_opens_the_page(shared):
    _, code = tell(shared)
    tracking = Tracking(lambda: shared, CATALOGUE, limiter=Limiter(each=3))
    with TestClient(tracking.application()) as client:
        statuses = [client.get("/t/222222222222").status_code for _ in range(5)]
        assert statuses == [404, 404, 404, 429, 429]
        assert client.get(f"/t/{code.path}").status_code == 200


def test_a_limiter_forgets_after_its_window():
    now = [0.0]
    limiter = Limiter(each=2, window=600, clock=lambda: now[0])
    limiter.missed("a")
    limiter.missed("a")
    assert limiter.full("a") and not limiter.full("b")
    now[0] = 601
    assert not limiter.full("a")


def test_a_store_that_is_away_is_said_so_with_the_time(shared):
    def away():
        raise StoreTrouble("no answer")

    tracking = Tracking(away, CATALOGUE, now=lambda: datetime(2026, 11, 24, 9, 5))
    with TestClient(tracking.application()) as client:
        answer = client.get("/t/222222222222?lang=zh")
        assert answer.status_code == 503
        assert "从 09:05 起" in answer.text
        assert client.get("/health").status_code == 503
