"""Characters on paper: every one that is written here is drawn, and none is drawn as a box."""

import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import RESOURCES
from kiosk.paper.letters import (
    LACKING,
    bundled,
    font_of,
    printable,
    shortened,
    stretches,
    typeface,
    width,
    wrap,
    wrap_evenly,
)
from kiosk.paper.pages import A4, roll
from kiosk.paper.raster import raster
from kiosk.paper.sheet import Sheet
from kiosk.visit import kept
from kiosk.words import FONT, families, font_order, languages, say
from tests.nasty import NASTY
from tests.paper.look import in_the_way, solid, words_of

STANDARD = "".join((RESOURCES / "pinyin" / "standard-characters.txt").read_text("utf-8").split())
KOREAN = "".join(
    bytes([row, cell]).decode("euc_kr") for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF)
)
JAPANESE = "".join(map(chr, (*range(0x3041, 0x3097), *range(0x30A1, 0x30FD)))) + "々〆ヶ仝"
LATIN = "".join(map(chr, (*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x180))))
CYRILLIC = "".join(map(chr, range(0x400, 0x460)))
ACCENTS = "".join(map(chr, (*range(0xC0, 0x180), *range(0x400, 0x460), *range(0x1EA0, 0x1EF0))))
MIXED = "找茬 한국어 間 Русский ćłš 𬱖"


def test_the_standard_characters_are_all_of_them():
    assert len(STANDARD) == len(set(STANDARD)) == 8105
    assert sum(sign > "\uffff" for sign in STANDARD) == 196


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
def test_every_character_has_a_shape_in_a_bundled_font(language, bold):
    first = bundled(say(FONT, language))[bold]
    for sign in STANDARD + KOREAN + JAPANESE + LATIN + CYRILLIC:
        name = font_of(sign, first)
        assert name is not None, sign
        glyph = typeface(name).glyphs[ord(sign)]
        places = typeface(name).face.glyphPos
        # Glyph 0 is the box; one without an outline draws nothing.
        assert glyph != 0 and places[glyph] < places[glyph + 1], sign
        assert width(sign, first, 10) > 0 or unicodedata.combining(sign), sign


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
@pytest.mark.parametrize(
    "signs", [STANDARD, KOREAN, JAPANESE, LATIN, CYRILLIC], ids=["zh", "ko", "ja", "latin", "ru"]
)
def test_every_character_can_be_found_and_copied_again(signs, language, bold):
    sheet = Sheet(A4, language)
    for first in range(0, len(signs), 30):
        sheet.text(" ".join(signs[first : first + 30]), 10, bold=bold)
    assert not sheet.lacking
    assert solid(words_of(sheet.render("x", "y"))) == signs


def test_a_mixed_line_is_drawn_in_the_first_font_that_has_each_character():
    for font in bundled(FONT):
        parts = stretches(MIXED, font)
        assert "".join(part for _, part in parts) == MIXED
        for name, part in parts:
            assert all(ord(sign) in typeface(name).glyphs for sign in part)
        wide = sum(typeface(name).width(part) for name, part in parts) * 12 / 1000
        assert width(MIXED, font, 12) == pytest.approx(wide)
    sheet = Sheet(A4)
    sheet.text(MIXED, 12)
    pdf = sheet.render("x", "y")
    assert "한국어" in words_of(pdf) and "𬱖" in words_of(pdf)


@pytest.mark.parametrize("font", ["", *(f"{f.replace(' ', '')}-Bold" for f in families())])
def test_words_stay_whole_and_no_line_begins_with_a_stop(font):
    said = "담당자가 끝까지 맡습니다. お返事は、「進み具合」で。Отвечаем на каждое，件件有回复。"
    font = font or "NotoSansSC-Regular"
    for wide in range(60, 400, 7):
        for cut in (wrap, wrap_evenly):
            lines = cut(said, font, 9, wide)
            assert solid("".join(lines)) == solid(said)
            assert all(width(line, font, 9) <= wide for line in lines)
            assert all(line[0] not in "、。」，" and line[-1] not in "「" for line in lines)
            words = [w for w in ("담당자가", "Отвечаем") if not any(w in line for line in lines)]
            assert words == []


def test_a_centred_text_is_cut_behind_a_stop_and_has_no_short_line():
    vow = "件件有回复。不满意，可以要求重办。"
    assert wrap_evenly(vow, "NotoSansSC-Bold", 9, 130) == ["件件有回复。", "不满意，可以要求重办。"]
    lines = wrap_evenly("某某省某某自治州某某县人民政府", "NotoSansSC-Bold", 9, 130)
    assert sorted(map(len, lines)) == [7, 8]


def test_one_sign_is_not_left_alone_on_the_last_line():
    text = "您说的事有结果了谢谢您告诉我们"
    whole = width(text, "NotoSansSC-Regular", 10)
    assert wrap(text, "NotoSansSC-Regular", 10, whole) == [text]
    first, last = wrap(text, "NotoSansSC-Regular", 10, whole - 1)
    assert first + last == text and len(last) > 1


def test_a_long_name_is_cut_with_dots_to_one_line():
    font = "NotoSansSC-Regular"
    assert shortened("短名字", font, 9, 100) == "短名字"
    cut = shortened("某某省\n某某自治州" * 9, font, 9, 100)
    assert cut.endswith("…") and width(cut, font, 9) <= 100 and "\n" not in cut


def test_an_accent_written_apart_is_one_character():
    assert printable("Cafe\u0301", bundled(FONT)[0]) == "Café"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("找茬", "找茬"),
        ("𰻞𰻝面", "〓〓面"),
        ("👩‍👩‍👧‍👦 好", "〓 好"),
        ("👍🏽", "〓〓"),
        ("🏳️‍🌈", "〓"),
        ("葛\U000e0100城", "葛城"),
        ("ก็็็", "〓"),
        ("a\u200b\u202eb\ufeff\u00adc", "abc"),
        ("\ue000", "〓"),
        ("\x00\x1b[31m", "[31m"),
        ("甲\t乙\u3000丙\u00a0丁", "甲 乙\u3000丙\u00a0丁"),
        ("甲\r\n乙\u2028丙", "甲\n乙\n丙"),
        ("\ud83d", "〓"),
        ("مرحبا", "〓〓〓〓〓"),
    ],
)
def test_what_no_font_has_is_one_sign_that_says_so(text, drawn):
    assert printable(text, bundled(FONT)[0]) == drawn


@given(st.text() | st.sampled_from(NASTY))
def test_whatever_is_printed_has_a_shape(text):
    for font in bundled(FONT):
        drawn = printable(text, font)
        assert [sign for sign in drawn if sign != "\n" and not font_of(sign, font)] == []
        assert printable(drawn, font) == drawn


@pytest.mark.parametrize("seed", range(12))
def test_any_text_can_be_laid_out_on_every_paper(seed):
    for text in NASTY[seed::12]:
        for format in (roll(80), roll(58), A4):
            sheet = Sheet(format)
            sheet.text(text, 9)
            sheet.pairs([(text[:40], text)], 9)
        pdf = sheet.render(kept(text)[:200], "y")
        assert in_the_way(pdf) == []


def test_a_paper_that_lacks_a_character_says_what_the_sign_for_it_means():
    sheet = Sheet(roll(80))
    sheet.text("𰻞𰻝面馆", 9)
    words = words_of(sheet.render("x", "y"))
    assert "〓〓面馆" in words and "〓 是这里打印不出来的字" in words
    sheet = Sheet(roll(80))
    sheet.text("这里本来就写着〓", 9)
    assert "打印不出来" not in words_of(sheet.render("x", "y"))


def test_the_sign_for_a_missing_character_is_in_every_weight():
    for font in bundled(FONT):
        assert font_of(LACKING, font) == font


def test_a_language_is_looked_up_in_its_own_font_first():
    assert say(FONT, "zh") == font_order(FONT)[0]
    assert font_of("直", bundled(say(FONT, "ja"))[0]) == "NotoSansJP-Regular"
    assert font_of("直", bundled(say(FONT, "zh"))[1]) == "NotoSansSC-Bold"


def test_two_characters_with_one_glyph_look_the_same_and_are_told_apart():
    shared = {}
    for code, glyph in typeface("NotoSansSC-Regular").glyphs.items():
        shared.setdefault(glyph, []).append(chr(code))
    pairs = [s[:2] for s in shared.values() if len(s) > 1]
    pairs = [s for s in pairs if "\xad" not in s and solid("".join(s)) == "".join(s)]
    assert len(pairs) > 3
    for one, other in pairs:
        drawn, plain = (_line(f"{line}中") for line in (one + other, one + one))
        assert solid(words_of(drawn)) == f"{one}{other}中"
        assert raster(drawn).tobytes() == raster(plain).tobytes()


def _line(words):
    sheet = Sheet(roll(58))
    sheet.put(words, sheet.regular, 12, sheet.block())
    sheet.down += 20
    return sheet.pdf("x", "y")


def _all_accents(start):
    sheet = Sheet(A4, "ru")
    sheet.text(ACCENTS[start:] + ACCENTS[:start], 10)
    return sheet.pdf("x", "y")


def test_papers_drawn_at_the_same_time_are_not_mixed_up():
    # The desk and the kiosk of one machine may print at once; a font is read with a cursor, most
    # of all for letters that are put together from others.
    starts = list(range(8)) * 20
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            drawn = list(pool.map(_all_accents, starts))
    finally:
        sys.setswitchinterval(interval)
    alone = [_all_accents(start) for start in range(8)]
    assert all(pdf == alone[start] for start, pdf in zip(starts, drawn, strict=True))
