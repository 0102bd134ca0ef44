"""The hall's own days as a table that a clerk edits, and its hours."""

import csv
import io
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.__main__ import main
from kiosk.cells import day_of
from kiosk.hall_days import (
    BadCalendar,
    BadHours,
    Half,
    Hours,
    Opening,
    OwnDay,
    read,
    read_own,
    write_own,
    written,
)
from kiosk.workdays import Workdays

TABLE = """# 日期,开放,说明
2026-11-24,closed,系统升级
2026/11/28,开放
2026年12月5日,上午,"半天，下午盘点"

2026-12-6, Afternoon ,,
"""
DAYS = {
    date(2026, 11, 24): OwnDay(Opening.CLOSED, "系统升级"),
    date(2026, 11, 28): OwnDay(Opening.OPEN),
    date(2026, 12, 5): OwnDay(Opening.MORNING, "半天，下午盘点"),
    date(2026, 12, 6): OwnDay(Opening.AFTERNOON),
}


def test_a_table_is_read_as_clerk_and_spreadsheet_write_it():
    assert read(TABLE) == (DAYS, [])
    assert read(TABLE.replace("\n", "\r\n")) == (DAYS, [])


def test_the_table_in_the_docs_can_be_read():
    docs = (Path(__file__).resolve().parent.parent / "docs" / "calendar.md").read_text("utf-8")
    days, faults = read(next(b for b in docs.split("```") if "开放 open" in b))
    assert (len(days), faults) == (3, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_file_is_read_in_the_encodings_of_excel_and_wps(tmp_path, encoding):
    file = tmp_path / "days.csv"
    file.write_text(TABLE, encoding)
    assert read_own(file) == DAYS


def test_every_mistake_is_told_with_its_line_and_the_other_lines_stand():
    days, faults = read(
        '# the hall\n2026-13-24,closed\n2026-11-24,开放\n"2026-11-25",maybe\n\n2026-11-24,closed\n'
        "2026-11-26\nsoon,open\n2026-02-29,open\n"
    )
    assert [(fault.line, fault.say("en")) for fault in faults] == [
        (2, "a date such as 2026-10-10 comes first, not “2026-13-24”"),
        (4, "after the date comes open, closed, morning or afternoon"),
        (6, "2026-11-24 stands in line 3 already"),
        (7, "after the date comes open, closed, morning or afternoon"),
        (8, "a date such as 2026-10-10 comes first, not “soon”"),
        (9, "a date such as 2026-10-10 comes first, not “2026-02-29”"),
    ]
    assert faults[2].say("zh") == "2026-11-24在第 3 行写过了"
    assert days == {date(2026, 11, 24): OwnDay(Opening.OPEN)}


def test_a_line_after_a_note_of_two_lines_is_counted_as_an_editor_counts():
    _, faults = read('2026-11-24,closed,"one\ntwo"\nsoon,open\n')
    assert [fault.line for fault in faults] == [3]


def test_what_is_no_csv_or_no_text_is_said_kindly(tmp_path):
    days, faults = read('2026-11-24,closed\n2026-11-25,"open\n')
    assert (days.keys(), [f.line for f in faults]) == ({date(2026, 11, 24)}, [2])
    file = tmp_path / "days.csv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadCalendar, match=r"days.csv, line 1: this is no CSV file in UTF-8"):
        read_own(file)
    file.write_text("2026-11-24,closed\nsoon,open\n", "utf-8")
    with pytest.raises(BadCalendar, match=r"days.csv, line 2: a date such as"):
        read_own(file)


NOTES = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), max_size=12)


@given(
    days=st.dictionaries(st.dates(), st.builds(OwnDay, st.sampled_from(Opening), NOTES), max_size=9)
)
def test_a_table_that_goes_out_comes_back_the_same(days):
    text = written(days)
    assert read(text) == (days, [])
    for _, _, note in list(csv.reader(io.StringIO(text, newline="")))[1:]:
        assert not note.startswith(("=", "+", "-", "@"))


@given(day=st.dates())
def test_a_day_is_known_however_a_spreadsheet_writes_it(day):
    y, m, d = day.year, day.month, day.day
    for told in (str(day), f"{y:04}/{m}/{d}", f"{y:04}年{m}月{d}日", f"{y:04}.{m}.{d}"):
        assert day_of(told) == day
    assert day_of(f"{y}-{m}") is None and day_of(f"{day} 10:00") is None


# --- the file and the command ---


def test_the_table_before_stays_beside_the_new_one(tmp_path):
    file = tmp_path / "days.csv"
    write_own(DAYS, file)
    write_own({}, file)
    assert read_own(file) == {}
    assert read_own(tmp_path / "days.before.csv") == DAYS
    assert sorted(f.name for f in tmp_path.iterdir()) == ["days.before.csv", "days.csv"]


def test_a_clerk_checks_imports_and_exports_the_days(tmp_path, capsys):
    data, mine, out = tmp_path / "data", tmp_path / "mine.csv", tmp_path / "out.csv"
    mine.write_text("2026-11-24,closed\n2026-11-24,open\n", "utf-8")
    assert main(["days", "import", str(mine), "--data", str(data)]) == 1
    assert "mine.csv, line 2: 2026-11-24 stands in line 1 already" in capsys.readouterr().out
    assert not data.exists()
    mine.write_text(TABLE, "utf-8")
    assert main(["days", "check", str(mine), "--data", str(data)]) == 0
    assert not data.exists()
    assert main(["days", "import", str(mine), "--data", str(data)]) == 0
    assert read_own(data / "days.csv") == DAYS
    assert main(["days", "export", str(out), "--data", str(data)]) == 0
    assert read_own(out) == DAYS
    assert main(["days", "export", str(out), "--data", str(data)]) == 1
    assert main(["days", "levitate", "--data", str(data)]) == 2
    assert "days wants check FILE" in capsys.readouterr().err


def test_the_kiosk_goes_on_without_a_line_that_is_wrong(tmp_path, capsys):
    from kiosk.app import hall_deadlines
    from kiosk.settings import load

    (tmp_path / "days.csv").write_text("soon,open\n2026-11-24,closed\n", "utf-8")
    settings = load(tmp_path, {"afternoon_hours": "14:00-18:00", "reply_days": "7"})
    found = hall_deadlines(settings)
    assert found.workdays.own == {date(2026, 11, 24): OwnDay(Opening.CLOSED)}
    assert found.workdays.closes(date(2026, 11, 23)) == datetime(2026, 11, 23, 18)
    assert found.limits.reply_days == 7
    assert "days.csv, line 1: a date such as" in capsys.readouterr().err
    (tmp_path / "days.csv").unlink()
    assert hall_deadlines(settings).workdays == Workdays(hours=found.workdays.hours)


# --- hours ---


def test_the_usual_hours_are_the_settings_defaults():
    from kiosk.settings import SETTINGS

    told = {s.name: str(s.default) for s in SETTINGS}
    assert Hours.read(told["morning_hours"], told["afternoon_hours"]) == Hours()
    assert Hours().minutes == 390
    assert Hours().of(Half.AFTERNOON) == (time(13, 30), time(17))


@pytest.mark.parametrize(
    ("morning", "afternoon", "says"),
    [
        ("nine to noon", "13:30-17:00", "morning_hours wants two times such as 09:00-12:00"),
        ("09:00-12:00", "13:30-25:00", "afternoon_hours wants two times"),
        ("12:00-09:00", "13:30-17:00", "morning_hours wants to end after it begins"),
        ("09:00-14:00", "13:30-17:00", "afternoon_hours wants to begin when the morning is over"),
    ],
)
def test_hours_that_cannot_be_are_refused_in_one_plain_line(morning, afternoon, says):
    with pytest.raises(BadHours, match=says):
        Hours.read(morning, afternoon)
