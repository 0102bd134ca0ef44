"""Why a day is due, and when a moment is, in every language."""

import json
import re
from datetime import date, datetime, timedelta

import pytest

from db.happening import built
from db.terms import Reason
from kiosk.due import say_why
from kiosk.hall_days import Opening, OwnDay
from kiosk.told import Told, spans, spoken_moment
from kiosk.words import languages, sentences
from kiosk.workdays import Workdays, spoken_day

OWN = Workdays(
    {
        date(2026, 11, 24): OwnDay(Opening.CLOSED, "系统升级"),
        date(2026, 11, 28): OwnDay(Opening.OPEN),
        date(2026, 10, 7): OwnDay(Opening.MORNING),
    }
)
DAYS = Workdays()


def due(start, days, hall=DAYS, **more):
    return hall.due(datetime.fromisoformat(start), days, **more)


TOLD = [
    (
        due("2026-11-23 10:00", 1),
        "11月23日登记，1个工作日，最迟11月24日",
        "Registered 23 November; 1 working day; by 24 November",
    ),
    (
        due("2026-11-27 18:00", 1),
        "11月27日下班后登记，从11月30日算起，1个工作日，周末11月28日至29日不算，最迟12月1日",
        "Registered 27 November after closing, so counted from 30 November; 1 working day; "
        "weekend 28–29 November not counted; by 1 December",
    ),
    (
        due("2026-09-30 09:00", 4),
        "9月30日登记，4个工作日，国庆节放假10月1日至7日，周末10月11日不算，10月10日调休上班，"
        "最迟10月12日",
        "Registered 30 September; 4 working days; National Day holiday 1–7 October; "
        "weekend 11 October not counted; working on 10 October to make up for the holiday; "
        "by 12 October",
    ),
    (
        due("2025-09-30 09:00", 1),
        "9月30日登记，1个工作日，国庆节、中秋节放假10月1日至8日，最迟10月9日",
        "Registered 30 September; 1 working day; "
        "National Day, Mid-Autumn Festival holiday 1–8 October; by 9 October",
    ),
    (
        due("2025-01-27 09:00", 1),
        "1月27日登记，1个工作日，春节放假1月28日至2月4日，最迟2月5日",
        "Registered 27 January; 1 working day; Spring Festival holiday 28 January to 4 February; "
        "by 5 February",
    ),
    (
        due("2026-11-22 09:00", 4, OWN, again=True),
        "11月22日休息日要求重办，从11月23日算起，4个工作日，本厅11月24日不办公，"
        "本厅11月28日照常办公，最迟11月28日",
        "Asked again 22 November, a day off, so counted from 23 November; 4 working days; "
        "hall closed 24 November; hall open 28 November; by 28 November",
    ),
    (
        due("2026-10-06 09:00", 1, OWN),
        "10月6日休息日登记，从10月7日算起，1个工作日，本厅10月7日照常办公，最迟10月8日",
        "Registered 6 October, a day off, so counted from 7 October; 1 working day; "
        "hall open 7 October; by 8 October",
    ),
    (
        due("2026-11-23 09:00", 1, paused=[date(2026, 11, 24), date(2026, 11, 25)], extension=1),
        "11月23日登记，1个工作日，延长1个工作日，等您补充的11月24日至25日不算，最迟11月27日",
        "Registered 23 November; 1 working day; extended by 1 working day; "
        "24–25 November, waiting for your answer, not counted; by 27 November",
    ),
    (
        due("2026-11-23 18:00", 2, again=True, extension=2),
        "11月23日下班后要求重办，从11月24日算起，2个工作日，延长2个工作日，"
        "周末11月28日至29日不算，最迟11月30日",
        "Asked again 23 November after closing, so counted from 24 November; 2 working days; "
        "extended by 2 working days; weekend 28–29 November not counted; by 30 November",
    ),
    (
        due("2039-04-29 09:00", 1),
        "4月29日登记，1个工作日，劳动节放假5月1日至2日，周末4月30日不算，"
        "2039年的放假安排还没有公布，先按周一到周五和法定节日算，最迟5月3日",
        "Registered 29 April; 1 working day; Labour Day holiday 1–2 May; "
        "weekend 30 April not counted; the 2039 holidays are not announced yet, "
        "so Monday to Friday and the fixed holidays are used; by 3 May",
    ),
]


@pytest.mark.parametrize(("found", "zh", "en"), TOLD, ids=[zh[:12] for _, zh, _ in TOLD])
def test_a_due_date_says_why_it_is_that_day(found, zh, en):
    assert found.say("zh") == zh
    assert found.say("en") == en


def test_a_pause_after_the_due_date_or_before_the_count_is_not_told():
    paused = [date(2026, 11, 23), date(2026, 11, 30)]
    assert "补充" not in due("2026-11-23 09:00", 2, paused=paused).say("zh")


@pytest.mark.parametrize("language", languages()[1:])
def test_a_reason_is_said_wholly_in_each_language(language):
    known = sentences(language)
    for found, _, _ in TOLD:
        assert {part.sentence for part in found.told} <= known.keys()
        said = found.say(language)
        assert "%" not in said and "  " not in said
        if language != "ja":
            assert not re.search("[一-鿿]", said), said


@pytest.mark.parametrize("language", languages())
def test_every_day_off_of_23_years_has_a_reason_in_words(language):
    said = set()
    for number in range(23 * 366):
        said.add(DAYS.rest(date(2004, 1, 1) + timedelta(days=number)))
    names = said - {"", "周末"}
    assert {"元旦", "春节", "清明节", "劳动节", "端午节", "国庆节", "中秋节", "法定节日"} == names
    if language != "zh":
        assert names <= sentences(language).keys()


def test_a_reason_goes_through_an_event_as_plain_texts_and_comes_back():
    for found, _, _ in TOLD:
        assert built(Reason, json.loads(json.dumps(found.why))) == found.why
        for language in languages():
            assert say_why(found.why, language) == found.say(language)


def test_days_that_follow_each_other_are_a_span_even_over_the_years_end():
    days = [date(2026, 12, 30) + timedelta(days=n) for n in (0, 1, 2, 4)]
    assert spans(reversed(days)) == "@2026-12-30/2027-01-01\n@2027-01-03"
    assert Told("最迟%1", (spans(days),)).say("zh") == "最迟12月30日至1月1日、1月3日"


def test_a_text_that_only_looks_like_a_day_is_said_as_it_is():
    for text in ("2026-11-24", "@", "@soon", "@2026-13-01", "@2026-11-24/2026-11-25/2026-11-26"):
        assert Told("“%1”", (text,)).say("zh") == f"“{text}”"


@pytest.mark.parametrize(
    ("moment", "zh", "en", "ko"),
    [
        ("2026-11-23 16:30", "今天 16:30", "today at 16:30", "오늘 16:30"),
        ("2026-11-24 09:05", "明天上午 9:05", "tomorrow morning at 9:05", "내일 오전 9:05"),
        ("2026-11-24 14:00", "明天下午 14:00", "tomorrow afternoon at 14:00", "내일 오후 14:00"),
        (
            "2026-11-30 09:15",
            "11月30日（周一）上午 9:15",
            "Monday 30 November at 9:15",
            "11월 30일(월) 오전 9:15",
        ),
        (
            "2026-11-30 13:44",
            "11月30日（周一）下午 13:44",
            "Monday 30 November at 13:44",
            "11월 30일(월) 오후 13:44",
        ),
    ],
)
def test_a_moment_is_said_from_where_one_stands(moment, zh, en, ko):
    now = datetime(2026, 11, 23, 11)
    moment = datetime.fromisoformat(moment)
    assert [spoken_moment(moment, now, language) for language in ("zh", "en", "ko")] == [zh, en, ko]


def test_days_are_spoken_in_both_languages():
    day = date(2026, 11, 27)
    assert spoken_day(day, "zh") == "11月27日（周五）"
    assert spoken_day(day, "en") == "Friday 27 November"
