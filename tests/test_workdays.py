"""Service days and due dates against a table checked by hand."""

from datetime import date, datetime

import pytest

from kiosk.workdays import BadCalendar, Workdays, read_own, spoken_day

DAYS = Workdays()


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24"),
        ("2026-11-23 10:00", 5, "2026-11-30"),
        ("2026-11-22 10:26", 5, "2026-11-30"),  # a Sunday counts from Monday
        ("2026-11-23 17:00", 1, "2026-11-25"),  # after closing, from the next day
        ("2026-11-27 09:00", 1, "2026-11-30"),
        ("2026-09-30 09:00", 1, "2026-10-08"),  # National Day, 1 to 7 October
        ("2026-09-30 09:00", 3, "2026-10-10"),  # 10 October, a Saturday, is a make-up day
        ("2026-09-30 09:00", 4, "2026-10-12"),
        ("2026-02-13 09:00", 1, "2026-02-14"),  # a make-up Saturday before Spring Festival
        ("2026-02-14 09:00", 1, "2026-02-24"),  # Spring Festival, 15 to 23 February
        ("2026-02-14 09:00", 5, "2026-02-28"),  # 28 February, a Saturday, is a make-up day
    ],
)
def test_due_dates_skip_holidays_and_count_make_up_days(start, days, due):
    assert DAYS.due(datetime.fromisoformat(start), days).day == date.fromisoformat(due)


def test_the_due_date_says_why_it_is_that_day():
    why = DAYS.due(datetime(2026, 11, 27, 18, 0), 1).why
    assert why == (
        "11月27日登记，下班后，从11月30日算起，1个工作日，跳过休息日11月28日、11月29日，最迟12月1日"
    )


def test_a_year_without_an_official_calendar_says_so():
    assert "还没有公布" in DAYS.due(datetime(2039, 3, 1, 9), 1).why


def test_the_halls_own_table_goes_first(tmp_path):
    file = tmp_path / "days.csv"
    file.write_text("# date,open or closed\n2026-11-24,closed\n2026-11-28,open\n", "utf-8")
    own = Workdays(read_own(file))
    assert own.due(datetime(2026, 11, 23, 9), 1).day == date(2026, 11, 25)
    assert own.due(datetime(2026, 11, 27, 9), 1).day == date(2026, 11, 28)
    file.write_text("2026-13-24,closed\n", "utf-8")
    with pytest.raises(BadCalendar, match="line 1"):
        read_own(file)


def test_days_are_spoken_in_both_languages():
    day = date(2026, 11, 27)
    assert spoken_day(day, "zh") == "11月27日（周五）"
    assert spoken_day(day, "en") == "Friday 27 November"
