"""The reply letter of a case: what is on it, and what only where somebody asked for it."""

from dataclasses import replace
from datetime import date

import pytest
import zxingcpp

from db.terms import RESULT_WORDS, Outcome, Result, Where
from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.paper.letter import draw, letter_of
from kiosk.paper.raster import raster
from kiosk.paper.samples import ADDRESS, CODE, case
from tests.paper.look import solid, words_of

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
DAY = date(2026, 11, 26)
SAID = "等了两个小时，又让我去三楼。"


def a_case(**told):
    plain = case(CATALOGUE)
    plain = replace(plain, feedback=replace(plain.feedback, words=SAID, service_item="I01"))
    return replace(plain, **told)


def letter(one=None, **told):
    return draw(letter_of(one or a_case(), CATALOGUE, "zh", day=DAY, **told))


def test_categories_result_reply_basis_and_where_and_how_stand_on_it():
    words = solid(words_of(letter()))
    outcome = a_case().outcome
    for said in (
        "济宁市为民服务中心", "答复单", "2026年11月26日", a_case().number, "投诉",
        "排队等候、办事流程", "内河船舶船员适任证书核发", "已整改", outcome.reply, outcome.basis,
        outcome.where.place, outcome.where.how, *outcome.measures.splitlines(),
        "5个工作日内再答复您", "企业开办科", "0537-0000000", "12345", "被反映的窗口看不到您是谁",
    ):  # fmt: skip
        assert solid(said) in words


def test_the_citizens_own_words_are_on_it_only_where_they_asked_for_it():
    assert solid(SAID) not in solid(words_of(letter()))
    assert solid(SAID) in solid(words_of(letter(with_words=True)))


def test_the_code_is_in_the_qr_code_only_where_it_was_given():
    for code, address in ((None, ADDRESS), (CODE, ADDRESS + CODE.path)):
        (found,) = zxingcpp.read_barcodes(raster(letter(address=ADDRESS, code=code)))
        assert found.text == address
    assert zxingcpp.read_barcodes(raster(letter())) == []
    assert zxingcpp.read_barcodes(raster(letter(code=CODE))) == []


def test_nothing_else_of_a_code_is_on_paper():
    pdf = letter(address=ADDRESS, code=CODE)
    assert CODE.letters[:4] not in words_of(pdf)
    assert CODE.path.encode() not in pdf


@pytest.mark.parametrize("result", Result)
def test_every_result_has_words_in_every_language(result):
    outcome = Outcome(result, "查了", "谢谢您。", where=Where("一楼东区", "取号"))
    for language in ("zh", "en", "ko", "ja", "ru"):
        made = letter_of(a_case(outcome=outcome), CATALOGUE, language, day=DAY)
        assert made.result and (made.result == RESULT_WORDS[result]) == (language == "zh")
        assert solid(made.result) in solid(words_of(draw(made)))


def test_what_is_empty_is_left_out():
    bare = a_case(outcome=Outcome(Result.A1, "查了", "谢谢您。"), department="")
    words = words_of(letter(bare))
    for heading in ("依据", "我们做了什么", "在哪办", "您的原话", "扫一扫"):
        assert heading not in words
    assert words.count("济宁市为民服务中心") == 2


def test_a_case_without_a_reply_has_no_letter():
    with pytest.raises(ValueError, match="has no reply yet"):
        letter(a_case(outcome=None))
