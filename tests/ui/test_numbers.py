"""The page of numbers: real touches on a real window over a record with a past."""

import threading
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QCoreApplication, QPointF

from db.engine import StoreTrouble
from db.store import Store
from kiosk.casework import Casework
from kiosk.charts import MOST, share
from kiosk.deadlines import Deadlines
from kiosk.numbers import Dashboard
from kiosk.staff import Badge
from kiosk.ui.background import Background
from kiosk.ui.hands import Hands, items, wait_until
from kiosk.ui.language import Language
from kiosk.ui.numbers import Numbers
from kiosk.ui.window import application, close_view, open_view
from kiosk.words import languages
from kiosk.workdays import Workdays
from tests.filled import fill, found_long_ago, hall_facts, lives
from tests.people import HALL
from tests.ui.conftest import touch_device

SMALL, LARGE = (1366, 768), (1920, 1080)
NOW = datetime(2026, 11, 20, 15)
PAGE = Path(__file__).parent / "numbers.qml"


class Desk:
    """The page alone in a window, over a record that was filled once."""

    def __init__(self, store, folder, size=SMALL):
        application()
        self.store = store
        self.background, self.language = Background(), Language()
        self.folder = folder
        self.weeks = []
        self.numbers = Numbers(
            self.background, self.language, folder, draw=self.drawn, now=lambda: NOW
        )
        self.opened = []
        self.numbers.opened.connect(lambda ids, title: self.opened.append((ids, title)))
        self.view = open_view(str(PAGE), {"numbers": self.numbers}, width=size[0], height=size[1])
        self.language.attach(self.view.engine())
        self.view.show()
        self.hands = Hands(self.view, touch_device())

    def drawn(self, week):
        self.weeks.append(week)
        return b"%PDF-1.7 a week"

    def casework(self, login):
        badge = Badge(self.store.people().person(login))
        return Casework(
            self.store,
            badge,
            hall_facts(),
            Deadlines(Workdays()),
            None,
            "http://x/t/",
            now=lambda: NOW,
        )

    def sign_in(self, login):
        self.numbers.signed(self.casework(login))
        self.numbers.refresh()
        self.settle()
        return self

    def settle(self):
        wait_until(lambda: not self.numbers.busy, "the numbers")
        self.background.wait()
        QCoreApplication.processEvents()
        self.hands.settle()

    def tap(self, label):
        self.hands.tap(label)
        self.settle()

    def texts(self):
        found = (i for i in items(self.view.rootObject()) if i.inherits("QQuickText"))
        return [i.property("text") for i in found if i.property("text")]

    def close(self):
        self.background.wait()
        self.language.switch("zh")
        close_view(self.view)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store.open(tmp_path_factory.mktemp("filled") / "d.sqlite", hall=HALL, device="D1")
    fill(found_long_ago(store), lives(1500, 150))
    yield store
    store.close()


@pytest.fixture
def make_desk(store, tmp_path):
    made = []

    def make(size=SMALL, store=store):
        made.append(Desk(store, tmp_path / "exports", size))
        return made[-1]

    yield make
    for desk in made:
        desk.close()


@pytest.fixture
def desk(make_desk):
    return make_desk()


def figure(desk, key):
    return next(f for f in desk.numbers.totals if f["key"] == key)


# --- what is looked at ------------------------------------------------------------------------


def test_this_week_by_problem_is_what_somebody_sees_first(desk):
    desk.sign_in("supervisor")
    numbers = desk.numbers
    assert numbers.periodName == "11月16日 – 11月22日"
    assert [c["code"] for c in numbers.lengths if c["chosen"]] == ["week"]
    assert [c["code"] for c in numbers.groupings if c["chosen"]] == ["problem"]
    assert figure(desk, "received")["number"] > 20
    assert str(figure(desk, "received")["number"]) in desk.texts()
    assert "排队等候" in desk.texts()


def test_a_period_is_chosen_and_turned_over(desk):
    desk.sign_in("supervisor")
    desk.tap("月")
    assert desk.numbers.periodName == "2026年11月"
    november = figure(desk, "received")["number"]
    assert desk.numbers.hasLater is False
    desk.tap("‹")
    assert desk.numbers.periodName == "2026年10月"
    assert figure(desk, "received")["number"] > november
    assert figure(desk, "received")["note"].startswith("上月 ")
    desk.tap("›")
    assert figure(desk, "received")["number"] == november


def test_bars_are_grouped_by_what_is_tapped(desk):
    desk.sign_in("supervisor")
    desk.tap("年")
    desk.tap("哪个科室")
    assert {bar["code"] for bar in desk.numbers.bars} <= {d.code for d in hall_facts().departments}
    desk.tap("哪个事项")
    assert len(desk.numbers.bars) == MOST
    more = desk.numbers.moreBars
    assert more > 0
    assert desk.numbers.without.startswith("另有 ")
    # It lies below the window's edge; the keyboard brings it up.
    desk.hands.tab_to(f"还有 {more} 项")
    desk.tap(f"还有 {more} 项")
    assert len(desk.numbers.bars) == MOST + more
    assert desk.numbers.moreBars == 0


def test_a_bar_shows_its_own_weeks_and_leads_to_its_cases(desk):
    desk.sign_in("supervisor")
    desk.tap("月")
    whole = [week["received"] for week in desk.numbers.weeks]
    count = next(b["received"] for b in desk.numbers.bars if b["code"] == "C01")
    desk.tap(f"排队等候, {count}")
    assert desk.numbers.focused == "排队等候"
    alone = [week["received"] for week in desk.numbers.weeks]
    assert all(a <= w for a, w in zip(alone, whole, strict=True))
    assert sum(alone) < sum(whole)
    desk.tap(f"看这 {count} 件")
    ((ids, title),) = desk.opened
    assert (len(ids), title) == (count, "2026年11月 · 排队等候")
    desk.tap("看全部")
    assert desk.numbers.focused == ""
    assert [week["received"] for week in desk.numbers.weeks] == whole


def test_a_figure_leads_to_its_cases(desk):
    desk.sign_in("supervisor")
    desk.tap("月")
    noes = figure(desk, "no")["number"]
    assert noes > 0
    desk.tap(f"说NO, {noes}")
    ((ids, title),) = desk.opened
    assert (len(set(ids)), title) == (noes, "2026年11月 · 说NO")
    outcomes = {desk.store.case(case_id).outcome.result.negative for case_id in ids}
    assert outcomes == {True}


def test_a_week_and_an_hour_lead_to_their_cases(desk):
    desk.sign_in("supervisor")
    week = desk.numbers.weeks[-2]
    desk.tap(f"{week['label']}, {week['received']}")
    desk.tap("月")
    row = desk.numbers.heat["rows"][0]
    place = next(n for n, count in enumerate(row["cells"]) if count)
    hour, count = desk.numbers.heat["hours"][place], row["cells"][place]
    desk.tap(f"周一 {hour}: {count}")
    by_week, by_hour = desk.opened
    assert len(by_week[0]) == week["received"]
    assert (len(by_hour[0]), by_hour[1]) == (count, f"2026年11月 · 周一 {hour}:00")
    moments = [
        datetime.fromtimestamp(desk.store.case(case_id).registered_ms / 1000)
        for case_id in by_hour[0]
    ]
    assert {(m.isoweekday(), m.hour) for m in moments} == {(1, int(hour))}


def test_everything_can_be_done_with_the_keyboard(desk):
    desk.sign_in("supervisor")
    desk.hands.tab_to("月")
    desk.hands.enter()
    desk.settle()
    assert desk.numbers.periodName == "2026年11月"
    desk.hands.tab_to("排队等候")
    desk.hands.enter()
    desk.settle()
    assert desk.numbers.focused == "排队等候"


# --- who looks --------------------------------------------------------------------------------


def test_a_head_sees_their_own_department_and_no_hours(desk):
    desk.sign_in("head")
    desk.tap("季")
    whole = figure(desk, "received")["number"]
    assert whole > 0
    assert desk.numbers.heat == {}
    assert "什么时候来的" not in desk.texts()
    assert "哪个科室" not in desk.texts()
    desk.tap("哪个窗口")
    assert {bar["code"] for bar in desk.numbers.bars} <= {"W04", "W05"}
    desk.numbers.signed(desk.casework("supervisor"))
    desk.numbers.choose("quarter")
    desk.settle()
    assert figure(desk, "received")["number"] > whole


def test_whoever_has_no_numbers_is_told_so_kindly(desk):
    desk.sign_in("handler")
    assert desk.numbers.available is False
    assert "您的岗位不看汇总数字" in desk.texts()
    assert "收到" not in desk.texts()
    assert desk.numbers.mayExport is False


def test_nothing_of_one_person_is_left_for_the_next(desk):
    desk.sign_in("supervisor")
    desk.tap("年")
    desk.tap("哪个窗口")
    desk.numbers.signed(None)
    assert desk.numbers.available is False
    assert desk.numbers.totals == desk.numbers.bars == desk.numbers.weeks == []
    desk.sign_in("head")
    assert desk.numbers.periodName == "11月16日 – 11月22日"
    assert [c["code"] for c in desk.numbers.groupings if c["chosen"]] == ["problem"]


def test_numbers_that_come_after_somebody_has_left_are_let_go(desk):
    desk.sign_in("supervisor")
    go_on = threading.Event()
    desk.background.run(go_on.wait, lambda _: None)
    desk.numbers.refresh()
    desk.numbers.openTotal("received")
    desk.numbers.export("csv", False)
    desk.numbers.signed(desk.casework("head"))
    go_on.set()
    desk.background.wait()
    QCoreApplication.processEvents()
    assert desk.numbers.known is False
    assert desk.opened == []
    assert desk.numbers.said == ""


# --- when there is nothing, or trouble --------------------------------------------------------


def test_a_time_without_a_word_is_told_kindly(desk):
    desk.sign_in("supervisor")
    desk.tap("年")
    desk.tap("‹")
    assert desk.numbers.empty is True
    assert "这段时间还没有人来说" in desk.texts()
    assert "收到" not in desk.texts()
    desk.tap("›")
    assert "收到" in desk.texts()


def test_trouble_with_the_record_is_one_line_of_words(desk, monkeypatch):
    desk.sign_in("supervisor")
    before = desk.numbers.totals

    def lost(*_):
        raise StoreTrouble("gone")

    monkeypatch.setattr(Dashboard, "look", lost)
    desk.tap("月")
    assert desk.numbers.said == "现在打不开，请过一会儿再试"
    assert desk.numbers.said in desk.texts()
    assert desk.numbers.totals == before
    assert desk.numbers.periodName == "11月16日 – 11月22日"
    monkeypatch.undo()
    desk.tap("季")
    assert desk.numbers.said == ""


# --- files ------------------------------------------------------------------------------------


def test_an_export_is_redacted_unless_the_whole_is_asked_for(desk):
    desk.sign_in("supervisor")
    desk.tap("月")
    desk.tap("导出")
    received = figure(desk, "received")["number"]
    desk.tap("Excel")
    (file,) = desk.folder.iterdir()
    rows = list(openpyxl.load_workbook(file).worksheets[0].values)
    assert len(rows) == received + 1
    assert "原话" not in rows[0]
    assert desk.numbers.said == f"存好了：{file}（{received} 件）"
    desk.numbers.export("csv", True)
    desk.settle()
    whole = next(one for one in desk.folder.iterdir() if one.suffix == ".csv")
    assert "含原话" in whole.name
    assert "原话" in whole.read_text("utf-8-sig").splitlines()[0]


def test_ratings_for_the_province_are_taken_out_of_the_same_page(desk):
    desk.sign_in("coordinator")
    desk.tap("月")
    desk.tap("导出")
    desk.tap("好差评（报省平台）")
    (file,) = desk.folder.iterdir()
    lines = file.read_text("utf-8-sig").splitlines()
    assert file.name.startswith("好差评-2026-11-01-2026-11-30-")
    assert lines[0].startswith("areaCode,")
    assert len(lines) > 5
    assert desk.numbers.said == f"存好了：{file}（{len(lines) - 1} 件）"


def test_only_the_few_who_may_are_offered_the_whole(desk):
    desk.sign_in("head")
    desk.tap("导出")
    assert desk.numbers.mayExportWhole is False
    assert "全部内容（会留记录）：" not in desk.texts()
    assert "好差评（报省平台）" not in desk.texts()
    assert [t for t in desk.texts() if t == "Excel"] == ["Excel"]
    desk.sign_in("desk")
    assert "导出" not in desk.texts()


def test_a_file_that_cannot_be_written_is_one_line_of_words_too(desk, monkeypatch):
    def full(*_):
        raise OSError("no room")

    desk.sign_in("supervisor")
    monkeypatch.setattr("kiosk.reports.write", full)
    desk.numbers.export("csv", False)
    desk.tap("月")
    assert desk.numbers.said in ("", "现在打不开，请过一会儿再试")
    desk.numbers.export("csv", False)
    desk.settle()
    assert desk.numbers.said == "现在打不开，请过一会儿再试"


def test_the_weekly_digest_of_a_head_is_their_department_s(desk):
    desk.sign_in("head")
    desk.tap("‹")
    desk.tap("周报 PDF")
    (week,) = desk.weeks
    assert (week.department, f"{week.first}") == ("社会保险科", "2026-11-09")
    (file,) = desk.folder.iterdir()
    assert file.read_bytes().startswith(b"%PDF")
    assert desk.numbers.said == f"存好了：{file}"
    # In the middle of a month it is the last whole week.
    desk.sign_in("supervisor")
    desk.tap("月")
    desk.tap("周报 PDF")
    assert (desk.weeks[-1].department, f"{desk.weeks[-1].first}") == ("", "2026-11-09")


# --- how it looks -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "language"), [*((SMALL, language) for language in languages()), (LARGE, "en")]
)
def test_nothing_is_clipped_in_any_language(make_desk, size, language):
    desk = make_desk(size)
    desk.language.switch(language)
    wrong = []
    for login in ("coordinator", "head"):
        desk.sign_in(login)
        desk.numbers.choose("year")
        for axis in [choice["code"] for choice in desk.numbers.groupings]:
            desk.numbers.group(axis)
            desk.settle()
            desk.numbers.focus(desk.numbers.bars[0]["code"])
            desk.settle()
            wrong += [f"{login} {axis}: {fault}" for fault in faults(desk, size)]
    assert wrong == []


def faults(desk, size):
    """Texts that are cut, lie over each other's place or leave the window at a side."""
    for item in items(desk.view.rootObject()):
        if not item.inherits("QQuickText") or not item.property("text"):
            continue
        text = item.property("text")
        if item.property("truncated"):
            yield f"truncated: {text}"
        if item.property("contentWidth") > item.width() + 1:
            yield f"too wide: {text}"
        if item.property("contentHeight") > item.height() + 1:
            yield f"too tall: {text}"
        left = item.mapToScene(QPointF(0, 0)).x()
        if left < 0 or left + item.width() > size[0] + 1:
            yield f"outside: {text}"
        parent = item.parentItem()
        if parent.property("touchable") and item.property("contentHeight") > parent.height() + 1:
            yield f"taller than its place: {text}"


def test_nothing_is_read_on_the_screen_s_thread(desk, monkeypatch):
    threads = []
    honest = Dashboard.look

    def watched(self, *told):
        threads.append(threading.current_thread())
        return honest(self, *told)

    monkeypatch.setattr(Dashboard, "look", watched)
    desk.sign_in("supervisor")
    assert threads
    assert threading.main_thread() not in threads


def test_a_share_of_nothing_is_a_dash():
    assert [share(1, 3), share(0, 0)] == ["33%", "–"]
