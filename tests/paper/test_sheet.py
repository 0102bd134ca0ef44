"""Laying out: columns, cards, tables, forms, charts, wherever the page ends."""

import pytest

from kiosk.paper.charts import bars, trend
from kiosk.paper.forms import blank, choices, signatures
from kiosk.paper.letters import width
from kiosk.paper.marks import Edge, Fill, Letters, Stroke
from kiosk.paper.pages import A4, A5, DOT, format_of, roll
from kiosk.paper.sheet import Sheet
from kiosk.paper.tables import Column, table
from tests.paper.look import in_the_way, solid, words_of

HAN = "窗口排队等候时间长，上午多开两个窗口。"


def said(sheet):
    return [mark.text for mark in sheet.marks if isinstance(mark, Letters)]


def of(sheet, kind):
    return [mark for mark in sheet.marks if isinstance(mark, kind)]


def test_a_roll_is_as_wide_as_its_paper_and_prints_what_its_head_can():
    for millimetres, dots, head in ((112, 896, 832), (80, 640, 576), (58, 464, 384)):
        paper = format_of(millimetres)
        assert paper.wide == pytest.approx(dots * DOT)
        assert paper.wide - 2 * paper.side == pytest.approx(head * DOT)
        assert paper.tall is None
    assert (format_of(148), format_of(210)) == (A5, A4)


@pytest.mark.parametrize(("left", "right"), [(1, 9), (9, 1)])
def test_what_follows_two_columns_stands_below_the_longer_one(left, right):
    sheet = Sheet(A4)
    top = sheet.down
    sheet.beside(lambda: sheet.text(HAN * left, 10), lambda: sheet.text(HAN * right, 10), 240, 10)
    ends = [mark.down for mark in of(sheet, Letters)]
    assert sheet.down > max(ends) > top
    sheet.text("下面", 10)
    assert in_the_way(sheet.render("x", "y")) == []


def test_a_card_that_has_no_room_goes_to_the_next_page_whole():
    sheet = Sheet(A5)
    sheet.down = sheet.bottom - 30
    sheet.text("上面", 9)
    sheet.card(lambda: sheet.text(HAN * 3, 10), 8)
    assert sheet.count == 2
    (edge,) = of(sheet, Edge)
    for mark in of(sheet, Letters):
        assert edge.down < mark.down - mark.size and mark.down < edge.down + edge.tall
        assert edge.left < mark.left


def test_a_card_of_more_than_a_page_is_all_there_without_an_edge():
    sheet = Sheet(A5)
    sheet.card(lambda: sheet.text(HAN * 90, 12), 8)
    assert sheet.count > 1 and of(sheet, Edge) == []
    assert solid(words_of(sheet.render("x", "y"))).startswith(HAN * 90)


def test_measuring_leaves_nothing_behind():
    sheet = Sheet(A4)
    sheet.text("在", 10)
    before = (sheet.down, len(sheet.marks), len(sheet.blocks), sheet.count)
    assert sheet.measure(lambda: sheet.text(HAN * 400, 10)) > A4.tall
    assert (sheet.down, len(sheet.marks), len(sheet.blocks), sheet.count) == before


def test_the_first_and_the_last_line_of_a_text_never_stand_alone():
    for start in range(0, 60, 3):
        sheet = Sheet(A5)
        sheet.down = sheet.bottom - start - 40
        sheet.text("上面", 10)
        sheet.text(HAN * 5, 10)
        placed = [sum(isinstance(m, Letters) for m in page.marks) for page in sheet.finished()]
        placed[0] -= 1
        assert 1 not in placed, (start, placed)


@pytest.mark.parametrize("head", ["Получено вовремя", "Department"])
def test_a_head_of_a_table_is_not_cut_within_a_word(head):
    sheet = Sheet(A4, "ru")
    table(sheet, [Column("О чём", 90), Column(head, 1, "right")], [(HAN, "1")])
    assert all(word in said(sheet) for word in head.split())


def test_a_column_may_be_as_wide_as_its_cells_but_no_wider_than_a_third():
    sheet = Sheet(A4)
    number = "ZC261123-K1-NVLSL"
    table(sheet, [Column("编号", 0, bold=True), Column("事由", 1)], [(number, HAN * 9)])
    assert number in said(sheet)
    sheet = Sheet(A4)
    table(sheet, [Column("编号", 0), Column("事由", 1)], [("W" * 200, HAN)])
    assert in_the_way(sheet.render("x", "y")) == []


def test_a_table_without_rows_says_so():
    sheet = Sheet(A4)
    table(sheet, [Column("编号", 1)], [], nothing="没有。")
    assert said(sheet) == ["没有。"]


def test_a_bar_is_as_long_as_its_number():
    sheet = Sheet(A4)
    bars(sheet, [("多", 40, ""), ("少", 10, " ▲1"), ("没有", 0, "")])
    many, few, none = (bar.wide for bar in of(sheet, Fill))
    assert few == pytest.approx(many / 4)
    assert 0 < none < few
    assert {"40", "10 ▲1", "0"} <= set(said(sheet))
    assert in_the_way(sheet.render("x", "y")) == []


@pytest.mark.parametrize("many", [1, 2, 8, 53])
def test_a_line_goes_through_its_numbers(many):
    sheet = Sheet(A4)
    points = [(f"{n:02}-{n:02}", n * 3, n) for n in range(1, many + 1)]
    trend(sheet, points, ("收到", "已回复"), tall=100)
    lines = [mark for mark in of(sheet, Stroke) if len(mark.points) == many > 1]
    if many > 2:
        *_, first = lines
        heights = [down for _, down in first.points]
        assert heights == sorted(heights, reverse=True)
        step = heights[0] - heights[1]
        assert heights[0] - heights[-1] == pytest.approx(step * (many - 1))
    assert points[-1][0] in said(sheet)
    assert in_the_way(sheet.render("x", "y")) == []


def test_a_chart_of_nothing_takes_no_room():
    sheet = Sheet(A4)
    before = sheet.down
    bars(sheet, [])
    trend(sheet, [], ("a", "b"))
    assert sheet.down == before
    trend(sheet, [("一", 0, 0)], ("a", "b"))
    bars(sheet, [("一", 0, "")])
    assert in_the_way(sheet.render("x", "y")) == []


def test_each_choice_has_a_box_and_none_reaches_into_the_next():
    sheet = Sheet(A5)
    names = ["投诉", "Call for help, somebody please", "非常不满意", "x" * 90]
    choices(sheet, "我要", names, 10, 60, 3)
    assert len(of(sheet, Edge)) == len(names)
    for mark in of(sheet, Letters):
        assert mark.left + width(mark.text, mark.font, mark.size) <= A5.wide - A5.side + 0.1
    blank(sheet, "哪个窗口的名字很长很长", 10, 60)
    signatures(sheet, ["交班", "接班"])
    assert in_the_way(sheet.render("x", "y")) == []


def test_a_line_to_write_on_and_the_number_field_are_wide_enough_for_a_hand():
    sheet = Sheet(roll(80))
    blank(sheet, "电话", 10, 60)
    (line,) = of(sheet, Stroke)
    (left, down), (right, same) = line.points
    assert down == same and right - left > 100
