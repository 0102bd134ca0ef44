"""Files that leave the record: formula-safe, redacted, logged; ratings for the province."""

import csv
import io
import json
import stat
from dataclasses import replace
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import happening as h
from db.batch import Batch
from db.hall import NotHis
from db.lists import Lists
from db.tallies import Chosen, NotWithinReach
from db.terms import (
    Axis,
    Cause,
    Feedback,
    Grade,
    Kind,
    Outcome,
    ReplyBy,
    Result,
    Verdict,
    Where,
)
from kiosk.export import COLUMNS, Facts, rows, safe, write
from kiosk.export_national import (
    BEST_IS_0,
    BEST_IS_1,
    BEST_IS_5,
    CHANNEL_WORDS,
    CHANNELS,
    SCHEMES,
    Channel,
    as_csv,
    as_json_lines,
    national_tags,
    ratings,
)
from kiosk.reports import Reports
from kiosk.workdays import Workdays
from tests.filled import Told, chained, found_long_ago, hall_facts
from tests.nasty import NASTY

NOW = datetime(2026, 11, 24, 15, 30)
DAY = date(2026, 11, 23)
NOVEMBER = Chosen(date(2026, 11, 1), date(2026, 11, 30))
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BOTH = pytest.mark.parametrize("kind", ["xlsx", "csv"])
SECRET = "我姓王，住在三号楼，=HYPERLINK(1)"
SAID = Feedback(
    Kind.COMPLAINT,
    grade=Grade.DISSATISFIED,
    problems=("C01", "C04"),
    service_window="W04",
    service_item="I06",
    ticket="A1047",
    waited_minutes=95,
    project="370800202611230001",
    words=SECRET,
    reply_by=ReplyBy.PHONE,
)
DONE = Outcome(
    Result.A2, "查过监控", "从明天起多开两个窗口。", cause=Cause.PEAK, where=Where("二楼", "取号")
)
ANSWERED = (h.Accepted("desk"), h.Replied("coordinator", DONE))


class Record:
    """A store that is told lives, and what its people may take out of it."""

    def __init__(self, store, folder):
        self.store = found_long_ago(store)
        self.lists = Lists(store)
        self.folder = folder
        self.told = 0

    def person(self, login):
        return self.store.people().person(login)

    def reports(self, login):
        return Reports(
            self.person(login), self.store, self.lists, hall_facts(), Workdays(), lambda: NOW
        )

    def tell(self, said, *more, day=DAY, hour=10, minute=26, origin="K1", **first):
        """A case of a day, with the same deeds after it, a minute apart: its id."""
        self.told += 1
        case_id = f"c{self.told:03}"
        start = datetime(day.year, day.month, day.day, hour, minute, 31)
        opening = h.Registered(
            said,
            **{"number": f"ZC{self.told:03}", "due": "2026-11-30", "department": "SI", **first},
        )
        events = [
            Told(start + timedelta(minutes=n), case_id, what)
            for n, what in enumerate((opening, *more))
        ]
        self.store.receive(Batch(tuple(chained(events, origin=f"{origin}-{self.told:06}"))))
        return case_id

    def take(self, login, kind, chosen=NOVEMBER, **how):
        """The rows that somebody takes out as a file, its heads first."""
        file = self.folder / f"out.{kind}"
        count = self.reports(login).cases(chosen, file, **how)
        table = read(file)
        assert len(table) - 1 == count
        return table

    def log(self):
        """What the log says was taken out."""
        events = (e for e in self.store.all_events() if e.kind == "exported")
        return [h.read_body(event) for event in events]


def read(file):
    if file.suffix == ".csv":
        text = file.read_bytes().decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))
    sheet = openpyxl.load_workbook(file).worksheets[0]
    return [["" if c is None else str(c) for c in row] for row in sheet.values]


@pytest.fixture
def record(local, tmp_path):
    return Record(local, tmp_path / "exports")


# --- redacted by default ----------------------------------------------------------------------


@BOTH
def test_a_file_has_neither_words_nor_times_nor_tickets(record, kind):
    record.tell(SAID, *ANSWERED)
    heads, row = record.take("supervisor", kind)
    assert heads == [column.head for column in COLUMNS if not column.whole]
    told = dict(zip(heads, row, strict=True))
    assert told == {
        "编号": "ZC001", "来源": "自助终端", "类别": "投诉", "打分": "不满意",
        "反映的问题": "排队等候、办事流程", "好在哪里": "", "科室": "社会保险科",
        "窗口": "社保经办窗口",
        "事项": "外国人来华工作许可", "登记日期": "2026-11-23", "期限": "2026-11-30",
        "状态": "已回复", "回复日期": "2026-11-23", "按时": "是", "结果": "已整改",
        "原因": "高峰集中", "觉得满意": "", "第几轮": "1", "又有人遇到": "0",
    }  # fmt: skip
    whole = " ".join([*heads, *row])
    for secret in ("王", "10:26", "A1047", "95", "370800202611230001", "查过监控", "多开两个窗口"):
        assert secret not in whole
    # Nobody who handled it, and no code of another system.
    for other in ("coordinator", "协调员", "dissatisfied", "C01"):
        assert other not in whole


@BOTH
def test_a_whole_file_has_them_for_the_few_who_may(record, kind):
    record.tell(SAID, *ANSWERED)
    heads, row = record.take("coordinator", kind, whole=True)
    told = dict(zip(heads, row, strict=True))
    assert told["登记时间"] == "2026-11-23 10:26:31"
    assert told["原话"] == SECRET
    assert (told["取号"], told["等候分钟"]) == ("A1047", "95")
    assert (told["查明情况"], told["回复"]) == (DONE.text, DONE.reply)
    assert told["办件编号"].lstrip("'") == SAID.project
    assert "coordinator" not in " ".join(row)


@pytest.mark.parametrize("login", ["head", "leader", "desk", "handler", "inspector", "auditor"])
def test_nobody_else_gets_a_whole_file(record, login):
    record.tell(SAID)
    file = record.folder / "out.csv"
    with pytest.raises((NotHis, NotWithinReach)):
        record.reports(login).cases(NOVEMBER, file, whole=True)
    assert not file.exists()
    assert record.log() == []


@pytest.mark.parametrize("login", ["desk", "handler", "inspector", "admin", "auditor"])
def test_who_may_not_export_gets_no_file_at_all(record, login):
    record.tell(SAID)
    with pytest.raises((NotHis, NotWithinReach)):
        record.reports(login).cases(NOVEMBER, record.folder / "out.csv")
    assert not record.folder.exists()


def test_every_file_is_in_the_log_with_how_many_cases_before_it_is_written(record, monkeypatch):
    record.tell(SAID)
    record.tell(SAID, day=date(2026, 10, 1))
    record.take("head", "csv")
    record.take("supervisor", "xlsx", whole=True)
    by_head, by_supervisor = record.log()
    assert (by_head.by, by_head.count, by_head.whole) == ("head", 1, False)
    assert (by_supervisor.by, by_supervisor.whole) == ("supervisor", True)
    assert by_head.what == "cases 2026-11-01..2026-11-30 all: received"
    monkeypatch.setattr("kiosk.reports.write", no_room)
    with pytest.raises(OSError):
        record.take("head", "csv")
    assert len(record.log()) == 3


def no_room(*_):
    raise OSError("no room")


def test_a_file_holds_what_its_taker_may_see_and_no_more(record):
    record.tell(SAID)
    record.tell(SAID, department="SOC3")
    hidden = record.tell(SAID)
    record.store.append(hidden, h.Accused("coordinator", ("head", "supervisor")))
    record.tell(replace(SAID, kind=Kind.INTEGRITY))
    record.tell(SAID, test=True)

    def numbers(login):
        return sorted(row[0] for row in record.take(login, "csv")[1:])

    assert numbers("head") == ["ZC001"]
    assert numbers("supervisor") == ["ZC001", "ZC002"]
    assert numbers("coordinator") == ["ZC001", "ZC002", "ZC003"]


def test_only_the_chosen_cases_are_in_it(record):
    record.tell(SAID, *ANSWERED)
    record.tell(replace(SAID, problems=("C02",)))
    chosen = replace(NOVEMBER, axis=Axis.PROBLEM, code="C02")
    assert [row[0] for row in record.take("head", "csv", chosen)[1:]] == ["ZC002"]
    with pytest.raises(NotWithinReach):
        record.take("head", "csv", replace(NOVEMBER, axis=Axis.HOUR, code="1-10"))


def test_rows_do_not_tell_who_came_first(record):
    record.tell(SAID, hour=16, number="ZC-A")
    record.tell(SAID, hour=9, number="ZC-B")
    record.tell(SAID, day=date(2026, 11, 20), number="ZC-C")
    order = [row[0] for row in record.take("head", "csv")[1:]]
    assert order == ["ZC-C", "ZC-A", "ZC-B"]
    whole = [row[0] for row in record.take("supervisor", "csv", whole=True)[1:]]
    assert whole == ["ZC-C", "ZC-B", "ZC-A"]


def test_an_integrity_case_or_a_test_is_in_no_row_whoever_hands_it_in(record):
    ids = [record.tell(replace(SAID, kind=Kind.INTEGRITY)), record.tell(SAID, test=True)]
    cases = list(record.lists.whole(ids))
    assert len(cases) == 2
    assert len(list(rows(cases, Facts(hall_facts()), whole=True))) == 1


@BOTH
def test_an_empty_file_has_its_heads(record, kind):
    assert len(record.take("head", kind)) == 1


def test_a_file_in_english(record):
    record.tell(SAID, *ANSWERED)
    heads, row = record.take("head", "csv", language="en")
    told = dict(zip(heads, row, strict=True))
    assert told["Department"] == "Social insurance"
    assert told["In time"] == "yes"
    assert told["Result"] == "Put right"


# --- formula-safe -----------------------------------------------------------------------------


@BOTH
def test_no_cell_is_a_formula_whatever_a_citizen_wrote(record, kind):
    nasty = [*NASTY, *(sign + "1+1|cmd" for sign in FORMULA), "' =1", "_x000D_", "a\x00b"]
    table = [["头"], *[[text] for text in nasty]]
    file = record.folder / f"out.{kind}"
    write(file, table, [["大厅", "说明"]])
    if kind == "csv":
        cells = [row[0] for row in read(file)[1:]]
        assert len(cells) == len(nasty)
        assert [cell for cell in cells if cell.startswith(FORMULA)] == []
        return
    sheet = openpyxl.load_workbook(file).worksheets[0]
    types = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert types <= {"s", "n"}
    for row in sheet.iter_rows(min_row=2):
        assert row[0].value is None or isinstance(row[0].value, str)
        assert not str(row[0].value or "").startswith(FORMULA[:6])


@given(st.text(max_size=20))
def test_a_safe_cell_begins_with_no_sign_that_a_spreadsheet_runs(text):
    assert not safe(text).startswith(FORMULA)


def test_days_stay_days_and_long_numbers_stay_whole():
    assert safe("2026-11-23") == "2026-11-23"
    assert safe("2026-11-23 10:26:31") == "2026-11-23 10:26:31"
    assert safe(3) == "3"
    assert safe("370800202611230001") == "'370800202611230001"
    assert safe("007") == "'007"


def test_a_workbook_says_what_it_is_on_a_sheet_of_its_own(record):
    record.tell(SAID)
    file = record.folder / "out.xlsx"
    record.reports("supervisor").cases(NOVEMBER, file, whole=True)
    about = dict(openpyxl.load_workbook(file)["说明"].values)
    assert about["件数"] == 1
    assert about["内容"] == "含原话和准确时间，请勿外传"
    assert about["导出"].endswith("局督查专员")


def test_a_file_is_whole_or_not_there_and_readable_for_its_owner_alone(record, monkeypatch):
    file = record.folder / "out.xlsx"
    write(file, [["头"]], [["大厅"]])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    monkeypatch.setattr("kiosk.export._sheet", no_room)
    with pytest.raises(OSError):
        write(file, [["头"], ["二"]], [["大厅"]])
    assert file.read_bytes() == before
    assert [one.name for one in record.folder.iterdir()] == ["out.xlsx"]


# --- ratings for the province -----------------------------------------------------------------

RATED = Feedback(Kind.RATING, grade=Grade.VERY_DISSATISFIED, service_window="W04")
THANKS = Outcome(Result.T1, "评价", "谢谢您的评价。")


def sent(record, scheme="national", **how):
    ids = [f"c{n:03}" for n in range(1, record.told + 1)]
    found = ratings(record.lists.whole(ids), hall_facts(), **how)
    return [json.loads(line) for line in as_json_lines(found, SCHEMES[scheme]).splitlines()]


def test_each_code_map_is_what_its_interface_wants():
    """Contradictory on purpose: the same grade is 5, 1 and 0."""
    grades = list(Grade)
    assert [BEST_IS_5[grade] for grade in grades] == ["5", "4", "3", "2", "1"]
    assert [BEST_IS_1[grade] for grade in grades] == ["1", "2", "3", "4", "5"]
    assert [BEST_IS_0[grade] for grade in grades] == ["0", "1", "2", "3", "4"]
    assert [CHANNELS[channel] for channel in Channel] == ["5", "4", "3"]
    assert [CHANNEL_WORDS[channel] for channel in Channel] == [
        "政务大厅其他终端", "政务大厅平板电脑", "二维码",
    ]  # fmt: skip
    maps = {name: scheme.grades for name, scheme in SCHEMES.items()}
    assert maps == {"national": BEST_IS_5, "gbt39046": BEST_IS_1, "device": BEST_IS_0}


@pytest.mark.parametrize("grade", Grade)
@pytest.mark.parametrize(("scheme", "field"), [
    ("national", "satisfaction"), ("gbt39046", "满意度代码"), ("device", "satisfaction"),
])  # fmt: skip
def test_a_grade_goes_out_in_the_code_of_the_chosen_interface(record, grade, scheme, field):
    record.tell(replace(RATED, grade=grade))
    (line,) = sent(record, scheme)
    assert line[field] == SCHEMES[scheme].grades[grade]


def test_a_rating_goes_out_with_the_fields_of_the_national_interface(record):
    record.tell(replace(SAID, problems=("C01", "C0105", "C0401"), service_item="I06"))
    (line,) = sent(record)
    assert line == {
        "areaCode": "370800", "areaName": "济宁市为民服务中心",
        "deptCode": "SI", "proDepart": "社会保险科",
        "taskCode": "I06", "taskName": "外国人来华工作许可",
        "projectNo": "370800202611230001", "pf": "5", "satisfaction": "2",
        "writingEvaluation": "", "answer": "",
        "assessTime": "2026-11-23 10:26:31", "assessNumber": "1", "appStatus": "3",
        "publicFlag": "2", "anonymityFlag": "1", "evalDetail": "212",
    }  # fmt: skip


def test_the_standard_s_own_fields(record):
    record.tell(replace(SAID, project=""))
    (line,) = sent(record, "gbt39046", words=True)
    assert line == {
        "办件编号": "ZC001", "评价渠道": "政务大厅其他终端", "评价人": "",
        "评价时间": "20261123T102631", "评价次数": "1", "满意度": "不满意",
        "满意度代码": "4", "文字评价": SECRET, "行政区划": "370800",
    }  # fmt: skip


def test_only_what_a_citizen_confirmed_goes_out(record):
    """Faces that were tapped and left, tests, integrity cases and cases without a grade stay."""
    record.tell(replace(RATED, confirmed=False))
    record.tell(RATED, test=True)
    record.tell(replace(RATED, kind=Kind.INTEGRITY))
    record.tell(replace(SAID, grade=None))
    assert sent(record) == []
    record.tell(RATED)
    assert [line["projectNo"] for line in sent(record)] == ["ZC005"]


def test_no_rating_is_ever_made_up(record):
    """Silence after our reply is no second rating, and a verdict without a grade is none either."""
    record.tell(RATED, *ANSWERED)
    record.tell(RATED, *ANSWERED, h.Judged(Verdict.SOLVED))
    record.tell(replace(RATED, grade=Grade.SATISFIED), outcome=THANKS)
    assert [line["assessNumber"] for line in sent(record)] == ["1", "1", "1"]


@pytest.mark.parametrize(("origin", "pf"), [("T1", "3"), ("K2", "5")])
def test_the_rating_after_our_reply_is_the_second_and_says_where_it_was_given(record, origin, pf):
    case_id = record.tell(replace(RATED, problems=("C0203",)), *ANSWERED)
    late = [Told(datetime(2026, 11, 24, 9), case_id, h.Judged(Verdict.SOLVED, Grade.SATISFIED))]
    record.store.receive(Batch(tuple(chained(late, origin=f"{origin}-XYZ"))))
    first, second = sent(record)
    assert (first["assessNumber"], first["pf"], first["satisfaction"]) == ("1", "5", "1")
    assert first["evalDetail"] == "115"
    assert (second["assessNumber"], second["pf"], second["satisfaction"]) == ("2", pf, "4")
    assert (second["evalDetail"], second["assessTime"]) == ("", "2026-11-24 09:00:00")


def test_whether_a_bad_rating_was_looked_into_goes_along(record):
    record.tell(RATED)
    record.tell(RATED, *ANSWERED)
    record.tell(replace(RATED, grade=Grade.SATISFIED), outcome=THANKS)
    told = {line["projectNo"]: line["appStatus"] for line in sent(record)}
    assert told == {"ZC001": "3", "ZC002": "2", "ZC003": "1"}


def test_words_go_along_only_if_asked_for(record):
    record.tell(replace(SAID, problems=()), *ANSWERED)
    (line,) = sent(record)
    assert (line["writingEvaluation"], line["answer"]) == ("", "")
    (line,) = sent(record, words=True)
    assert (line["writingEvaluation"], line["answer"]) == (SECRET, DONE.reply)


def test_a_tablet_is_another_channel(record):
    record.tell(RATED)
    assert sent(record, terminal=Channel.TABLET)[0]["pf"] == "4"


@pytest.mark.parametrize(
    ("grade", "tags"),
    [
        (Grade.DISSATISFIED, ("212", "214")),
        (Grade.VERY_DISSATISFIED, ("115",)),
        (Grade.SATISFIED, ()),
    ],
)
def test_a_national_tag_belongs_to_its_own_grade(grade, tags):
    problems = ("C01", "C0105", "C0202", "C0203", "nothing")
    assert national_tags(hall_facts(), problems, grade) == tags


def test_what_was_good_goes_out_with_its_grade_alone(record):
    record.tell(replace(RATED, grade=Grade.SATISFIED, merits=("P411", "P510")), outcome=THANKS)
    assert [line["evalDetail"] for line in sent(record)] == ["411"]


def test_a_device_that_reads_tags_otherwise_gets_none(record):
    record.tell(replace(RATED, problems=("C0203",)))
    assert "evalDetail" not in sent(record, "device")[0]


def test_the_table_is_formula_safe_too(record):
    record.tell(replace(RATED, words="=1+1"))
    record.tell(replace(RATED, words="＝1+1"))
    cases = record.lists.whole(["c001", "c002"])
    table = as_csv(ratings(cases, hall_facts(), words=True), SCHEMES["national"])
    cells = [cell for row in csv.reader(io.StringIO(table, newline="")) for cell in row]
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_ratings_are_taken_out_by_the_few_and_logged(record, kind):
    record.tell(RATED)
    hidden = record.tell(RATED)
    record.store.append(hidden, h.Accused("coordinator", ("supervisor",)))
    file = record.folder / f"ratings.{kind}"
    span = (NOVEMBER.first, NOVEMBER.last)
    for login in ("head", "leader"):
        with pytest.raises(NotHis):
            record.reports(login).ratings(*span, file)
    assert not file.exists()
    assert record.reports("supervisor").ratings(*span, file, "gbt39046") == 1
    assert record.reports("coordinator").ratings(*span, file) == 2
    assert [(e.by, e.what, e.count, e.whole) for e in record.log()] == [
        ("supervisor", "ratings 2026-11-01..2026-11-30 gbt39046", 1, True),
        ("coordinator", "ratings 2026-11-01..2026-11-30 national", 2, True),
    ]
    text = file.read_text("utf-8-sig")
    assert text.count("\n") == (3 if kind == "csv" else 2)
    assert SECRET not in text
    with pytest.raises(KeyError):
        record.reports("coordinator").ratings(*span, file, "unheard of")
