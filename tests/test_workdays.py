"""Service days against the official notices, and due dates against a table counted by hand."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hall_days import Half, Hours, Opening, OwnDay
from kiosk.workdays import Workdays

DAYS = Workdays()
MORNING, AFTERNOON = OwnDay(Opening.MORNING), OwnDay(Opening.AFTERNOON)
OPEN, CLOSED = OwnDay(Opening.OPEN), OwnDay(Opening.CLOSED)


def at(told):
    return datetime.fromisoformat(told)


def day(told):
    return date.fromisoformat(told)


# The State Council's notices for 2025 and 2026, as they were published: first and last day off,
# then the weekends that are worked.
OFF = """
2025-01-01 2025-01-01   2025-01-28 2025-02-04   2025-04-04 2025-04-06   2025-05-01 2025-05-05
2025-05-31 2025-06-02   2025-10-01 2025-10-08
2026-01-01 2026-01-03   2026-02-15 2026-02-23   2026-04-04 2026-04-06   2026-05-01 2026-05-05
2026-06-19 2026-06-21   2026-09-25 2026-09-27   2026-10-01 2026-10-07
"""
WORKED = """
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""


def test_two_years_are_as_the_official_notices_say_day_by_day():
    ends = [day(told) for told in OFF.split()]
    worked = {day(told) for told in WORKED.split()}
    for number in range(2 * 365):
        one = date(2025, 1, 1) + timedelta(days=number)
        off = any(a <= one <= b for a, b in zip(ends[::2], ends[1::2], strict=True))
        assert DAYS.is_service_day(one) == (one in worked or (one.weekday() < 5 and not off)), one


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24"),
        ("2026-11-23 10:00", 5, "2026-11-30"),
        ("2026-11-22 10:26", 5, "2026-11-30"),  # a Sunday counts from Monday
        ("2026-11-23 08:00", 1, "2026-11-24"),  # before opening is that day still
        ("2026-11-23 16:59", 1, "2026-11-24"),
        ("2026-11-23 17:00", 1, "2026-11-25"),  # after closing, from the next day
        ("2026-11-23 23:59", 1, "2026-11-25"),
        ("2026-11-23 12:30", 1, "2026-11-24"),  # at noon
        ("2026-11-27 09:00", 1, "2026-11-30"),
        ("2026-11-27 20:00", 1, "2026-12-01"),
        ("2026-09-30 09:00", 1, "2026-10-08"),  # National Day, 1 to 7 October
        ("2026-09-30 09:00", 3, "2026-10-10"),  # 10 October, a Saturday, is a make-up day
        ("2026-09-30 09:00", 4, "2026-10-12"),
        ("2026-02-13 09:00", 1, "2026-02-14"),  # a make-up Saturday before Spring Festival
        ("2026-02-14 09:00", 1, "2026-02-24"),  # Spring Festival, 15 to 23 February
        ("2026-02-14 09:00", 5, "2026-02-28"),  # 28 February, a Saturday, is a make-up day
        ("2026-11-28 09:00", 0, "2026-11-30"),  # no days: the day it counts as
    ],
)
def test_due_dates_skip_holidays_and_count_make_up_days(start, days, due):
    assert DAYS.due(at(start), days).day == day(due)


# --- the year's end ---


def test_it_is_known_how_far_the_official_calendar_reaches():
    until = DAYS.known_until()
    assert until >= date(2026, 12, 31)
    assert (until.month, until.day) == (12, 31)
    year = until.year + 1
    entered = Workdays({date(year, 10, 1): CLOSED})
    assert entered.known_until() == date(year, 12, 31)
    assert Workdays({date(year + 1, 10, 1): CLOSED}).known_until() == until


def test_a_year_that_is_not_announced_keeps_the_holidays_of_the_law_and_says_so():
    # 2039: 1 January is a Saturday, 3 October a Monday, 1 and 2 May are a Sunday and a Monday.
    found = DAYS.due(datetime(2039, 4, 29, 9), 1)
    assert found.day == date(2039, 5, 3)
    assert "2039年的放假安排还没有公布" in found.say("zh")
    assert DAYS.due(datetime(2039, 9, 30, 9), 1).day == date(2039, 10, 4)
    entered = Workdays({date(2039, 10, 1): CLOSED})
    assert "公布" not in entered.due(datetime(2039, 4, 29, 9), 1).say("zh")


# --- the hall's own days and hours ---


@pytest.mark.parametrize(
    ("opening", "came", "due"),
    [
        (MORNING, "11:59", "2026-11-25"),
        (MORNING, "12:00", "2026-11-26"),  # the hall had closed
        (AFTERNOON, "09:00", "2026-11-25"),  # it opens later today
        (AFTERNOON, "16:59", "2026-11-25"),
        (AFTERNOON, "17:00", "2026-11-26"),
        (CLOSED, "10:00", "2026-11-26"),
    ],
)
def test_what_comes_in_on_a_half_day_counts_until_that_half_is_over(opening, came, due):
    own = Workdays({date(2026, 11, 24): opening})
    assert own.due(at(f"2026-11-24 {came}"), 1).day == day(due)


def test_a_half_day_on_the_way_counts_as_a_day():
    own = Workdays({date(2026, 11, 25): MORNING})
    assert own.due(at("2026-11-23 10:00"), 2).day == day("2026-11-25")
    assert own.halves(day("2026-11-25")) == (Half.MORNING,)


def test_the_halls_own_days_go_before_the_official_ones():
    own = Workdays({day("2026-11-24"): CLOSED, day("2026-11-28"): OPEN, day("2026-10-10"): CLOSED})
    assert own.due(at("2026-11-23 09:00"), 1).day == day("2026-11-25")
    assert own.due(at("2026-11-27 09:00"), 1).day == day("2026-11-28")
    assert own.due(at("2026-10-09 09:00"), 1).day == day("2026-10-12")


def test_a_hall_closes_when_its_own_hours_say():
    late = Workdays(hours=Hours.read("08:30-11:30", "14:00-20:00"))
    assert late.due(at("2026-11-23 19:59"), 1).day == day("2026-11-24")
    assert late.due(at("2026-11-23 20:00"), 1).day == day("2026-11-25")


@pytest.mark.parametrize(
    ("moment", "found", "half"),
    [
        ("2026-11-23 07:00", "2026-11-23", Half.MORNING),
        ("2026-11-23 11:59", "2026-11-23", Half.MORNING),
        ("2026-11-23 12:00", "2026-11-23", Half.AFTERNOON),
        ("2026-11-23 17:00", "2026-11-24", Half.AFTERNOON),  # the morning is closed on the 24th
        ("2026-11-28 10:00", "2026-11-30", Half.MORNING),
    ],
)
def test_a_moment_belongs_to_the_half_day_that_is_open_or_opens_next(moment, found, half):
    own = Workdays({day("2026-11-24"): AFTERNOON})
    assert own.half_at(at(moment)) == (day(found), half)


# A whole day has 3 h + 3 h 30 = 390 minutes, half a day 195.
@pytest.mark.parametrize(
    ("start", "halves", "by"),
    [
        ("2026-11-23 08:00", 1, "2026-11-23 13:45"),  # 180 until noon, 15 more
        ("2026-11-23 11:45", 1, "2026-11-23 16:30"),  # 15 until noon, 180 more
        ("2026-11-23 12:40", 1, "2026-11-23 16:45"),  # at noon nothing runs
        ("2026-11-23 13:45", 1, "2026-11-23 17:00"),  # exactly until closing
        ("2026-11-23 13:46", 1, "2026-11-24 09:01"),
        ("2026-11-23 14:00", 1, "2026-11-24 09:15"),
        ("2026-11-23 14:00", 2, "2026-11-24 14:00"),  # a day later at the same hour
        ("2026-11-23 22:00", 1, "2026-11-24 13:45"),
        ("2026-11-27 16:59", 1, "2026-11-30 13:44"),  # Friday: 1 minute, Monday 180 and 14
        ("2026-09-30 15:00", 1, "2026-10-08 10:15"),  # 120, then past National Day 75
        ("2026-10-04 11:00", 1, "2026-10-08 13:45"),  # said on a holiday
        ("2026-10-10 10:00", 1, "2026-10-10 14:45"),  # a make-up Saturday is a day like others
        ("2026-11-23 10:00:59", 1, "2026-11-23 14:45"),
    ],
)
def test_half_days_run_while_the_hall_is_open(start, halves, by):
    assert DAYS.after(at(start), halves) == at(by)


@pytest.mark.parametrize(
    ("opening", "start", "by"),
    [
        (MORNING, "2026-11-24 11:00", "2026-11-25 11:15"),  # 60, next morning 135
        (MORNING, "2026-11-24 15:00", "2026-11-25 13:45"),
        (AFTERNOON, "2026-11-24 08:00", "2026-11-24 16:45"),
        (CLOSED, "2026-11-23 16:00", "2026-11-25 11:15"),
    ],
)
def test_half_days_run_only_in_the_halves_that_are_open(opening, start, by):
    assert Workdays({date(2026, 11, 24): opening}).after(at(start), 1) == at(by)


# --- whatever the table ---

DATES = st.dates(date(2025, 1, 1), date(2027, 12, 31))
OWN = st.dictionaries(DATES, st.sampled_from(Opening).map(OwnDay), max_size=60)
STARTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 6, 30))
MANY = st.integers(0, 25)
PAUSED = st.frozensets(st.dates(date(2026, 9, 1), date(2026, 11, 30)), max_size=15)
AUTUMN = st.datetimes(datetime(2026, 9, 1), datetime(2026, 10, 31))


@given(own=OWN, start=STARTS, days=MANY)
def test_a_due_date_is_always_that_many_service_days_away(own, start, days):
    hall = Workdays(own)
    due = hall.due(start, days).day
    counted = hall.counted_from(start)
    assert hall.is_service_day(due)
    assert len(hall.between(counted, due)) == days
    assert start.date() <= counted <= due
    assert start < hall.closes(counted)


@given(own=OWN, starts=st.tuples(STARTS, STARTS), days=st.tuples(MANY, MANY))
def test_who_comes_later_or_may_wait_longer_is_never_due_earlier(own, starts, days):
    hall = Workdays(own)
    (first, later), (fewer, more) = sorted(starts), sorted(days)
    assert hall.due(first, fewer).day <= hall.due(later, fewer).day <= hall.due(later, more).day
    assert hall.after(first, fewer) <= hall.after(later, fewer) <= hall.after(later, more)


@given(own=OWN, start=AUTUMN, days=MANY, paused=PAUSED, more=PAUSED, extension=MANY)
def test_a_pause_or_an_extension_never_makes_it_earlier(own, start, days, paused, more, extension):
    hall = Workdays(own)
    due = hall.due(start, days, paused=paused).day
    counted = [d for d in hall.between(hall.counted_from(start), due) if d not in paused]
    assert len(counted) == days
    assert days == 0 or due not in paused
    assert due <= hall.due(start, days, paused=paused | more).day
    longer = hall.due(start, days, paused=paused, extension=extension).day
    assert longer == hall.due(start, days + extension, paused=paused).day >= due


@given(own=OWN, start=STARTS, halves=st.integers(0, 8))
def test_half_days_end_while_the_hall_is_open_and_count_every_open_minute(own, start, halves):
    hall = Workdays(own)
    by = hall.after(start, halves)
    assert any(opens <= by <= closes for opens, closes in hall.spans(by.date()))
    start = start.replace(second=0, microsecond=0)
    open_for = timedelta()
    for one in [start.date(), *hall.between(start.date(), by.date())]:
        for opens, closes in hall.spans(one):
            open_for += max(timedelta(), min(closes, by) - max(opens, start))
    assert open_for == timedelta(minutes=195 * halves)


@given(own=OWN, one=DATES)
def test_the_day_before_the_next_is_the_same_day(own, one):
    hall = Workdays(own)
    assert hall.previous(hall.next(one)) <= one < hall.next(one)
    assert hall.is_service_day(hall.previous(one)) and hall.is_service_day(hall.next(one))
    if hall.is_service_day(one):
        assert hall.previous(hall.next(one)) == one == hall.next(hall.previous(one))
    assert bool(hall.rest(one)) != hall.is_service_day(one)


@given(own=OWN, moment=STARTS)
def test_the_half_of_a_moment_is_open_and_not_over(own, moment):
    hall = Workdays(own)
    found, half = hall.half_at(moment)
    assert half in hall.halves(found)
    assert moment < datetime.combine(found, hall.hours.of(half)[1])
    assert hall.hours.of(half)[0] >= time(9)
