"""Patterns of play are marked with a reason in words; an ordinary busy hour has none of them."""

from datetime import date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.lists import Column, Lists
from db.terms import Feedback, Grade, Kind, Need, ReplyBy
from kiosk.app import SAMPLE
from kiosk.catalogue import load
from kiosk.deadlines import Deadlines
from kiosk.intake import Intake
from kiosk.paper.printers import NoPrinter
from kiosk.play import REMEMBERED, Pace, Sent, mark, sent
from kiosk.workdays import Workdays
from tests.hall import found
from tests.nasty import NASTY

BEST, WORST = Grade.VERY_SATISFIED, Grade.VERY_DISSATISFIED
OFFERED = 10


def rating(at, grade=BEST, seconds=4.0, taps=2, **more):
    return Sent(Pace(at, seconds, taps), Kind.RATING, grade, **more)


def row(count, every, **more):
    return [rating(100 + n * every, **more) for n in range(count)]


def last(sents, words="", offered=OFFERED):
    *before, now = sents
    return mark(now, before, words, offered)


PLAYS = {
    "六次评价": (row(6, 11), "1 分钟内连续 6 次评价"),
    "八次评价": (row(8, 7, seconds=6.0), "1 分钟内连续 8 次评价"),
    "有投诉": (
        [*row(5, 11), Sent(Pace(156, 6, 4), problems=1)],
        "1 分钟内连续 6 次提交",
    ),
    "五分钟": (row(25, 12.4, seconds=6.0), "5 分钟内连续 25 次评价"),
    "同一个脸": (row(5, 7, seconds=3.0), "连续 5 次同一个脸，每次不到 5 秒"),
    "手太快": ([Sent(Pace(9, 1.2, 4), problems=1)], "4 下只用了 1.2 秒"),
    "全点了": ([Sent(Pace(9, 8, 13), problems=10)], "10 个问题全点了"),
    "又快又全": ([Sent(Pace(9, 2.0, 13), problems=10)], "13 下只用了 2.0 秒；10 个问题全点了"),
}


@pytest.mark.parametrize(("sents", "says"), PLAYS.values(), ids=PLAYS)
def test_play_is_marked_with_its_reason(sents, says):
    assert last(sents) == says


ORDINARY = {
    "一个人": row(1, 0),
    "五个人一起来": row(5, 11),
    "一家人说了三件": [Sent(Pace(t, 20, 5), problems=1) for t in (50, 75, 100)],
    "四次同一个脸": row(4, 7, seconds=3.0),
    "五个人同一个脸，有人走过来": row(5, 11, seconds=3.0),
    "中间有别的脸": [*row(3, 7, seconds=3.0), rating(121, WORST, 3.0), rating(128, seconds=3.0)],
    "中间有话": [*row(3, 7, seconds=3.0), rating(121, plain=False), rating(128, seconds=3.0)],
    "每次都看一看": row(5, 11, seconds=6.0),
    "很熟的人": [Sent(Pace(9, 2.0, 4), problems=1)],
    "两下就完": [rating(9, seconds=0.6, taps=2)],
    "打字很快": [Sent(Pace(9, 6, 30), problems=1, plain=False)],
    "很生气": [Sent(Pace(9, 9, 9), problems=7)],
    "差评的六个原因": [rating(9, WORST, 9.0, 8, problems=6)],
    "什么都不满意，还写了话": [Sent(Pace(9, 60, 20), problems=10, plain=False)],
}


@pytest.mark.parametrize("sents", ORDINARY.values(), ids=ORDINARY)
def test_what_people_do_is_not_marked(sents):
    assert last(sents) == ""


NOISE = {
    "啊" * 12: "同一个字写了 12 次",
    "啊，" * 12: "同一个字写了 12 次",
    "1111111111": "同一个字写了 10 次",
    "。。。。": "只有标点，没有字",
    "？！？！ …": "只有标点，没有字",
    "asdfghjkl": "一排键顺着按",
    "poiuytrewq": "一排键顺着按",
    "QWERTYUIOP": "一排键顺着按",
    "asdasdasdasdasd": "几个键反复按",
    "jkjk jkjk jkjk": "几个键反复按",
}


@pytest.mark.parametrize(("words", "says"), NOISE.items())
def test_words_that_say_nothing_are_marked(words, says):
    assert last([Sent(Pace(9, 30, 12), plain=False)], words) == says


@pytest.mark.parametrize(
    "words",
    ["", "好", "慢！", "……", "太慢了太慢了太慢了", "谢谢谢谢谢谢", "等了一个多小时。",
     "啊啊啊，等了两个小时", "paiduitaijiu", "hahahaha", "xiexie xiexie", "Why? Why? Why?",
     "Too slow, too slow, too slow!", "The queue was long.", "13800000000",
     "http://127.0.0.1/t/x", "Ёлка", "감사합니다 감사합니다",
     "𬇕𫖮𬺈", "\U00031350\U00031351", "👍👍👍", "葛\U000e0100"],
)  # fmt: skip
def test_what_somebody_meant_is_not_marked(words):
    assert last([Sent(Pace(9, 30, 12), plain=False)], words) == ""


@given(st.text() | st.sampled_from(NASTY))
def test_no_text_makes_it_fail(words):
    last([Sent(Pace(9, 30, 12), plain=False)], words)


def test_no_text_makes_it_slow():
    for text in ("ab" * 500, "a" * 999 + "b", "qwertyu" * 142, "x" + "abab" * 249):
        last([Sent(Pace(9, 30, 12), plain=False)], text)


@given(st.lists(st.tuples(st.floats(13, 300), st.floats(3, 60)), min_size=1, max_size=60))
@example([(13, 6)] * 280)
def test_a_busy_hour_of_good_ratings_has_no_mark(people):
    """One after the other steps up, taps twice and goes: every 13 seconds at the fastest."""
    at, before = 0.0, []
    for pause, seconds in people:
        at += max(pause, seconds + 5.1)
        now = rating(at, seconds=seconds)
        assert mark(now, before[-REMEMBERED:], "", OFFERED) == ""
        before.append(now)


@given(st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=60))
def test_nobody_who_reports_a_bribe_is_marked_or_counted_against_others(kinds):
    before = []
    for kind in kinds:
        now = Sent(Pace(100, 1, 9), kind, problems=10)
        if kind is Kind.INTEGRITY:
            assert mark(now, before, "啊" * 20) == ""
        before.append(now)
    bribes = [Sent(Pace(100, 9, 4), Kind.INTEGRITY, problems=1)] * 9
    assert last([*bribes, rating(101)]) == ""


def test_no_word_is_remembered():
    said = Feedback(
        Kind.COMPLAINT, words="谁也不知道", needs=(Need("post"),), reply_by=ReplyBy.PHONE
    )
    assert "谁也不知道" not in repr(sent(said, Pace(1, 2, 3)))
    assert not sent(said, Pace(1, 2, 3)).plain
    assert sent(Feedback(Kind.RATING, grade=BEST), Pace(1, 2, 3)).plain


def test_finer_tags_are_not_problems_of_their_own():
    said = Feedback(Kind.COMPLAINT, problems=("C01", "C0101", "C0104"))
    assert sent(said, Pace(1, 2, 3), finer=("C0101", "C0104")).problems == 1


def test_everybody_with_one_problem_and_all_its_tags_is_meant(intake):
    for kind in (Kind.COMPLAINT, Kind.RATING):
        said = Feedback(
            kind,
            grade=Grade.DISSATISFIED if kind is Kind.RATING else None,
            problems=("C08", *(f"C080{n}" for n in range(1, 9)), "C02", "C0202"),
        )
        assert intake.take(said, pace=Pace(100, 60, 14)).case.play == ""


@pytest.fixture
def intake(local):
    return Intake(
        found(local),
        NoPrinter(),
        load(SAMPLE),
        Deadlines(Workdays()),
        address="",
        now=lambda: datetime(2026, 11, 23, 10),
    )


PLAIN = Feedback(Kind.RATING, grade=BEST)


def test_the_mark_is_kept_with_the_case_and_costs_it_nothing(intake, local):
    cases = [intake.take(PLAIN, pace=Pace(100 + 8 * n, 6, 2)).case for n in range(6)]
    assert [case.play for case in cases] == [""] * 5 + ["1 分钟内连续 6 次评价"]
    last_one = local.case(cases[-1].case_id)
    assert last_one == cases[-1]
    assert last_one.number and last_one.outcome == cases[0].outcome
    closed = Lists(local).worklist(local.people().person("desk"), Column.CLOSED, date.today())
    lines = {line.number: line.play for line in closed}
    assert lines[last_one.number] == "1 分钟内连续 6 次评价"
    assert sum(map(bool, lines.values())) == 1


def test_it_is_counted_like_any_other(intake):
    for n in range(6):
        intake.take(PLAIN, pace=Pace(100 + n, 1, 2))
    month = intake.month()
    assert (month.received, month.satisfied, month.in_time) == (6, 6, 6)


def test_joining_again_and_again_is_marked_where_it_happened(intake, local):
    case = intake.take(Feedback(Kind.COMPLAINT, problems=("C01",)), pace=Pace(100, 9, 4)).case
    for n in range(6):
        case = intake.join(case.case_id, Pace(104 + 4 * n, 3, 5)).case
    happenings = [entry.happening for entry in local.case(case.case_id).story]
    assert [h.play for h in happenings] == [""] * 5 + [
        "1 分钟内连续 6 次提交",
        "1 分钟内连续 7 次提交",
    ]
    assert case.joined == 6


def test_without_a_pace_nobody_looks(intake):
    assert [intake.take(PLAIN).case.play for _ in range(9)] == [""] * 9
