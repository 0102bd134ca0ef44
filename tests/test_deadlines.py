"""Deadlines and cards against a table counted by hand, week by week."""

import re
from dataclasses import fields
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.terms import Difficulty
from kiosk.deadlines import Card, Deadline, Deadlines, Limits
from kiosk.due import Due
from kiosk.hall_days import Opening, OwnDay
from kiosk.settings import SETTINGS
from kiosk.workdays import Workdays

SIMPLE, GENERAL, COMPLEX, VERY_COMPLEX = Difficulty
HALL = Deadlines(Workdays())


def at(told):
    return datetime.fromisoformat(told)


def day(told):
    return date.fromisoformat(told)


# How the weeks lie (× closed, + a weekend that is worked):
#   2025  Mon 22 Sep … Fri 26, Sat 27 ×, Sun 28 +, Mon 29, Tue 30, Wed 1 – Wed 8 Oct ×,
#         Thu 9, Fri 10, Sat 11 +, Sun 12 ×, Mon 13
#         Wed 31 Dec, Thu 1 – Sat 3 Jan ×, Sun 4 Jan 2026 +, Mon 5, Tue 6
#   2026  Thu 12 Feb, Fri 13, Sat 14 +, Sun 15 – Mon 23 ×, Tue 24 … Fri 27, Sat 28 +, Sun 1 Mar ×
#         Thu 30 Apr, Fri 1 – Tue 5 May ×, Wed 6, Thu 7, Fri 8, Sat 9 +, Sun 10 ×, Mon 11
#         Sat 19 Sep ×, Sun 20 +, Mon 21 … Thu 24, Fri 25 – Sun 27 ×, Mon 28, Tue 29, Wed 30,
#         Thu 1 – Wed 7 Oct ×, Thu 8, Fri 9, Sat 10 +, Sun 11 ×, Mon 12
#         Wed 30 Dec, Thu 31, Fri 1 Jan 2027 × (by law), Sat 2, Sun 3 ×, Mon 4
@pytest.mark.parametrize(
    ("registered", "difficulty", "due", "yellow", "red"),
    [
        # 8, 9, 10, 12, 13 October
        ("2026-09-30 09:00", GENERAL, "2026-10-13", "2026-10-12", "2026-10-14"),
        # a make-up Sunday
        ("2026-09-20 10:00", SIMPLE, "2026-09-21", "2026-09-20", "2026-09-22"),
        # the Saturday before counts from that Sunday
        ("2026-09-19 10:00", SIMPLE, "2026-09-21", "2026-09-20", "2026-09-22"),
        # Thursday evening: from Mon 28; 29, 30 September, 8, 9, 10 October
        ("2026-09-24 20:00", GENERAL, "2026-10-10", "2026-10-09", "2026-10-12"),
        # in National Day: from Thu 8; 9, 10, 12, 13, 14
        ("2026-10-03 12:00", GENERAL, "2026-10-14", "2026-10-13", "2026-10-15"),
        # 22, 23, 24, 28, 29, 30 September, 8, 9, 10, 12 October
        ("2026-09-21 09:00", COMPLEX, "2026-10-12", "2026-10-10", "2026-10-13"),
        # 9–14 February 6, 24–28 February 5, 2–6 March 5, 9–12 March 4
        ("2026-02-06 16:59", VERY_COMPLEX, "2026-03-12", "2026-03-11", "2026-03-13"),
        # from Sun 28; 29, 30 September, 9, 10, 11 October
        ("2025-09-27 10:00", GENERAL, "2025-10-11", "2025-10-10", "2025-10-13"),
        # the last evening of National Day 2025: from Thu 9
        ("2025-10-08 23:59", SIMPLE, "2025-10-10", "2025-10-09", "2025-10-11"),
        # the year's last day, a minute before closing and at closing
        ("2025-12-31 16:59", SIMPLE, "2026-01-04", "2025-12-31", "2026-01-05"),
        ("2025-12-31 17:00", SIMPLE, "2026-01-05", "2026-01-04", "2026-01-06"),
        # 6, 7, 8, 9, 11 May
        ("2026-04-30 15:00", GENERAL, "2026-05-11", "2026-05-09", "2026-05-12"),
        # into a year that is not announced: 31 December, 4, 5, 6, 7 January
        ("2026-12-30 09:00", GENERAL, "2027-01-07", "2027-01-06", "2027-01-08"),
    ],
)
def test_a_reply_is_due_as_counted_by_hand(registered, difficulty, due, yellow, red):
    found = HALL.reply(at(registered), difficulty)
    assert (found.due.day, found.yellow_on, found.red_on) == (day(due), day(yellow), day(red))


@pytest.mark.parametrize(
    ("registered", "pauses", "due"),
    [
        # without a pause: Tue 29, Wed 30 September, Thu 8, Fri 9, Sat 10 October
        ("2026-09-28 09:00", [], "2026-10-10"),
        # Wed 30 closes while it waits: 29, 8, 9, 10, 12
        ("2026-09-28 09:00", [("2026-09-30 10:00", "2026-10-08 09:00")], "2026-10-12"),
        # Thu 8 closes, too
        ("2026-09-28 09:00", [("2026-09-30 10:00", "2026-10-08 17:01")], "2026-10-13"),
        # answered at the very close: that day counts
        ("2026-09-28 09:00", [("2026-09-30 10:00", "2026-10-08 17:00")], "2026-10-12"),
        # asked after closing and answered on a holiday: no day's close was waited through
        ("2026-09-28 09:00", [("2026-09-30 17:00", "2026-10-05 12:00")], "2026-10-10"),
        # answered on the same day
        ("2026-09-28 09:00", [("2026-09-30 10:00", "2026-09-30 15:00")], "2026-10-10"),
        # never answered: 30, 8, 9, 10, 12 do not count, and no more than these; 29, 13 – 16
        ("2026-09-28 09:00", [("2026-09-30 10:00", None)], "2026-10-16"),
        ("2026-09-28 09:00", [("2026-09-30 10:00", "2026-10-30 10:00")], "2026-10-16"),
        # twice: 24 and 26, 27 November; 25, 30, 1, 2, 3 December
        (
            "2026-11-23 09:00",
            [("2026-11-24 10:00", "2026-11-25 09:00"), ("2026-11-26 10:00", "2026-11-27 18:00")],
            "2026-12-03",
        ),
        # asked on the day it came in, answered the next: only the first day waits
        ("2026-11-23 09:00", [("2026-11-23 10:00", "2026-11-24 10:00")], "2026-11-30"),
        # asked after the due date
        ("2026-11-23 09:00", [("2026-12-01 10:00", None)], "2026-11-30"),
    ],
)
def test_the_clock_stands_on_days_at_whose_close_the_citizen_is_waited_for(registered, pauses, due):
    pauses = [(at(since), at(until) if until else None) for since, until in pauses]
    assert HALL.reply(at(registered), GENERAL, pauses).due.day == day(due)


def test_a_wait_over_a_half_day_ends_when_that_half_closes():
    hall = Deadlines(Workdays({day("2026-11-24"): OwnDay(Opening.MORNING)}))
    pause = [(at("2026-11-24 09:00"), at("2026-11-24 14:00"))]
    assert hall.paused_days(pause) == {day("2026-11-24")}
    assert HALL.paused_days(pause) == frozenset()


@pytest.mark.parametrize(
    ("registered", "extension", "due"),
    [
        ("2026-11-23 09:00", 10, "2026-12-14"),  # due 30 November; 1–4, 7–11, 14 December
        ("2026-09-28 09:00", 2, "2026-10-13"),  # due Sat 10 October; Mon 12, Tue 13
        ("2026-09-28 09:00", 0, "2026-10-10"),
    ],
)
def test_an_extension_is_counted_on_from_the_due_date(registered, extension, due):
    found = HALL.reply(at(registered), GENERAL, extension=extension)
    assert found.due.day == day(due)
    assert ("延长" in found.due.say("zh")) == bool(extension)


def test_another_round_has_five_days_from_when_it_was_asked_for():
    # Friday evening before the make-up Sunday: from Sun 20; 21, 22, 23, 24, 28 September
    found = HALL.again(at("2026-09-18 19:00"))
    assert found.due.day == day("2026-09-28")
    assert found.due.say("zh").startswith("9月18日下班后要求重办，从9月20日算起")
    assert HALL.again(at("2026-09-18 19:00"), extension=1).due.day == day("2026-09-29")


# --- the other steps ---


@pytest.mark.parametrize(
    ("registered", "now", "zh", "en"),
    [
        ("2026-11-23 11:45", None, "受理最迟今天 16:30", "by today at 16:30"),
        ("2026-11-23 14:00", None, "受理最迟明天上午 9:15", "by tomorrow morning at 9:15"),
        ("2026-11-23 14:00", "2026-11-24 08:00", "受理最迟今天 9:15", "by today at 9:15"),
        (
            "2026-11-27 19:00",
            None,
            "受理最迟11月30日（周一）下午 13:45",
            "by Monday 30 November at 13:45",
        ),
        (
            "2026-09-30 17:30",
            None,
            "受理最迟10月8日（周四）下午 13:45",
            "by Thursday 8 October at 13:45",
        ),
    ],
)
def test_it_is_said_by_when_a_case_is_accepted(registered, now, zh, en):
    now = at(now or registered)
    assert HALL.accept_said(at(registered), now, "zh") == zh
    assert HALL.accept_said(at(registered), now, "en") == f"To be accepted {en} at the latest"


def test_accepting_takes_half_a_day_and_at_most_a_whole_one():
    assert HALL.accept_by(at("2026-11-27 14:00")) == at("2026-11-30 09:15")
    assert HALL.accept_limit(at("2026-11-27 14:00")) == at("2026-11-30 14:00")


# Everything happens on Wednesday 30 September 2026 at 10:00, before National Day: the service days
# after it are 8, 9, 10, 12, 13, 14, 15, 16, 19, 20 October.
@pytest.mark.parametrize(
    ("step", "until"),
    [
        ("contact_until", "2026-09-30"),
        ("return_until", "2026-10-09"),
        ("rating_until", "2026-10-13"),
        ("follow_up_until", "2026-10-10"),
        ("judge_until", "2026-10-20"),
        ("waits_until", "2026-10-12"),  # 30 September is the first of five
    ],
)
def test_every_other_step_has_its_last_day(step, until):
    assert getattr(HALL, step)(at("2026-09-30 10:00")) == day(until)


def test_somebody_who_waits_here_is_met_in_minutes():
    assert HALL.on_site_by(at("2026-11-23 10:00")) == (
        at("2026-11-23 10:05"),
        at("2026-11-23 10:10"),
    )


def test_a_hall_that_does_not_stop_the_clock_waits_until_the_same_day():
    hall = Deadlines(Workdays(), Limits(waiting_days=0))
    assert hall.waits_until(at("2026-11-23 10:00")) == day("2026-11-23")
    assert hall.reply(at("2026-11-23 09:00"), GENERAL, [(at("2026-11-24 10:00"), None)]) == (
        hall.reply(at("2026-11-23 09:00"), GENERAL)
    )


# --- limits are settings ---


def test_every_limit_is_a_setting_with_the_same_default():
    defaults = {s.name: s.default for s in SETTINGS}
    assert {f.name: defaults[f.name] for f in fields(Limits)} == {
        f.name: f.default for f in fields(Limits)
    }
    assert Limits.read(lambda name: int(defaults[name])) == Limits()


def test_a_hall_has_its_own_limits():
    hall = Deadlines(Workdays(), Limits(reply_days=15, yellow_days=3, red_days=2))
    found = hall.reply(at("2026-11-23 09:00"), GENERAL)
    assert found.due.day == day("2026-12-14")
    assert (found.yellow_on, found.red_on) == (day("2026-12-09"), day("2026-12-16"))
    assert [Limits().days(difficulty) for difficulty in Difficulty] == [1, 5, 10, 20]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("reply_days", 0, "reply_days wants 1 to 365, not 0"),
        ("reply_days", 366, "reply_days wants 1 to 365, not 366"),
        ("red_days", 0, "red_days wants 1"),
        ("waiting_days", -1, "waiting_days wants 0 to 365"),
        ("accept_limit_half_days", 1, None),
        ("accept_half_days", 3, "accept_limit_half_days wants at least what accept_half_days has"),
        ("on_site_minutes", 11, "on_site_leader_minutes wants at least"),
    ],
)
def test_a_limit_that_cannot_be_is_refused_in_one_plain_line(name, value, says):
    told = {f.name: f.default for f in fields(Limits)} | {name: value}
    if says is None:
        assert Limits.read(told.__getitem__) == Limits(**told)
        return
    with pytest.raises(ValueError, match=says):
        Limits.read(told.__getitem__)


# --- docs/calendar.md ---

DOCS = (Path(__file__).resolve().parent.parent / "docs" / "calendar.md").read_text("utf-8")


def test_every_limit_stands_in_the_docs():
    assert [f.name for f in fields(Limits) if f"`{f.name}`" not in DOCS] == []


def test_the_examples_in_the_docs_are_counted_right():
    rows = re.findall(r"^\| (\w{3} \d+ \w{3} \d{4} [\d:]+) \| (\S+) \| ([^|]+) \|", DOCS, re.M)
    assert len(rows) == 7
    for came, limit, due in rows:
        moment = datetime.strptime(came, "%a %d %b %Y %H:%M")
        if limit == "½":
            by = HALL.accept_by(moment)
            when = "that day" if by.date() == moment.date() else f"{by:%a}"
            assert due == f"{when} {by.hour}:{by:%M}"
        else:
            found = HALL.workdays.due(moment, int(limit)).day
            assert due == f"{found:%a} {found.day} {found:%b}"


def test_the_sentence_in_the_docs_is_the_one_that_is_said():
    why = HALL.workdays.due(at("2026-09-30 09:00"), 4).say("zh")
    assert why in DOCS.replace("\n", "")


# --- cards ---


@pytest.mark.parametrize(
    ("today", "card"),
    [
        # due on Saturday 10 October, a make-up day; Friday 9 is the day before, Monday 12 after
        ("2026-10-08", Card.NONE),
        ("2026-10-09", Card.YELLOW),
        ("2026-10-10", Card.YELLOW),
        ("2026-10-11", Card.YELLOW),
        ("2026-10-12", Card.RED),
        ("2027-10-12", Card.RED),
    ],
)
def test_a_card_is_yellow_the_day_before_and_red_the_day_after(today, card):
    due = day("2026-10-10")
    assert HALL.card(due, day(today)) is card
    assert (HALL.yellow_on(due), HALL.red_on(due)) == (day("2026-10-09"), day("2026-10-12"))


DATES = st.dates(date(2025, 6, 1), date(2027, 6, 30))
OWN = st.dictionaries(DATES, st.sampled_from(Opening).map(OwnDay), max_size=40)
STARTS = st.datetimes(datetime(2025, 6, 1), datetime(2027, 3, 31))
WAITS = st.lists(
    st.tuples(STARTS, st.none() | st.timedeltas(timedelta(), timedelta(days=20))), max_size=4
).map(lambda told: [(since, since + wait if wait is not None else None) for since, wait in told])
LOOKS = st.lists(DATES, min_size=1, max_size=20).map(sorted)


@given(own=OWN, start=STARTS, waits=WAITS, more=WAITS, extension=st.integers(0, 10))
def test_waiting_and_extending_never_make_a_reply_due_earlier(own, start, waits, more, extension):
    hall = Deadlines(Workdays(own))
    first = hall.reply(start, GENERAL, waits)
    later = hall.reply(start, GENERAL, [*waits, *more], extension)
    assert first.due.day <= later.due.day
    assert first.yellow_on <= later.yellow_on and first.red_on <= later.red_on
    for found in (first, later):
        assert hall.workdays.is_service_day(found.due.day)
        assert found.yellow_on < found.due.day < found.red_on
        assert hall.workdays.between(found.yellow_on, found.red_on) == [
            found.due.day,
            found.red_on,
        ]


@given(own=OWN, since=STARTS, wait=st.timedeltas(timedelta(), timedelta(days=20)))
def test_a_wait_stops_no_more_than_five_days_and_an_answer_never_adds_any(own, since, wait):
    hall = Deadlines(Workdays(own))
    unanswered = hall.paused_days([(since, None)])
    answered = hall.paused_days([(since, since + wait)])
    assert len(unanswered) == 5
    assert answered <= unanswered
    assert all(since < hall.workdays.closes(one) < since + wait for one in answered)
    assert hall.waits_until(since) == max(unanswered)


@given(own=OWN, start=STARTS)
def test_a_harder_case_is_due_later(own, start):
    hall = Deadlines(Workdays(own))
    found = [hall.reply(start, one).due.day for one in Difficulty]
    assert found == sorted(set(found))
    assert start.date() < found[0]
    assert hall.accept_by(start) <= hall.accept_limit(start)
    assert hall.contact_until(start) < found[0]
    assert hall.again(start).due.day == hall.reply(start, GENERAL).due.day


@given(own=OWN, due=DATES, looks=LOOKS)
def test_each_card_falls_once_whatever_days_somebody_looks(own, due, looks):
    hall = Deadlines(Workdays(own))
    found = hall.of(Due(due))
    span = zip([date.min, *looks], [*looks, date.max], strict=True)
    fallen = [card for after, until in span for card in found.fallen(after, until)]
    assert fallen == [Card.YELLOW, Card.RED]
    for look in looks:
        so_far = found.fallen(date.min, look)
        assert found.card(look) is (so_far[-1] if so_far else Card.NONE)


def test_a_card_that_falls_on_the_day_of_the_last_look_is_not_told_again():
    found = Deadline(Due(day("2026-11-25")), day("2026-11-24"), day("2026-11-26"))
    assert found.fallen(day("2026-11-23"), day("2026-11-24")) == (Card.YELLOW,)
    assert found.fallen(day("2026-11-24"), day("2026-11-25")) == ()
    assert found.fallen(day("2026-11-25"), day("2026-11-30")) == (Card.RED,)
