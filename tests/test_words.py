"""The language packs: whole, with their own names and dates, every character in a bundled font."""

import re
from datetime import date

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QTextLayout

from kiosk.paper.letters import bundled, font_of, typeface
from kiosk.ui.window import application
from kiosk.words import (
    FONT,
    FONTS,
    families,
    font_files,
    font_order,
    languages,
    name_of,
    say,
    sentences,
)
from kiosk.workdays import spoken_day

PACKS = languages()[1:]
MIXED = "找茬 한국어 カタカナ 間 Русский ćłšž Ελλάδα Tiếng Việt 𬱖"


def places(sentence):
    return sorted(re.findall(r"%\d", sentence))


def spoken_in(language):
    """Every sentence of a pack, and every day of a week in every month."""
    days = [date(2026, month, month + 7) for month in range(1, 13)]
    return [*sentences(language).values(), *(spoken_day(day, language) for day in days)]


def test_chinese_comes_first_then_english_then_the_others():
    assert languages() == ["zh", "en", "ja", "ko", "ru"]


def test_each_language_says_its_own_name():
    names = [name_of(language) for language in languages()]
    assert names == ["中文", "English", "日本語", "한국어", "Русский"]


@pytest.mark.parametrize("language", PACKS)
def test_a_pack_has_the_same_sentences_as_the_english_one_with_the_same_places(language):
    english, spoken = sentences("en"), sentences(language)
    assert spoken.keys() ^ english.keys() == set()
    assert [s for s, said in spoken.items() if places(said) != places(english[s])] == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "12月1日（周二）"),
        ("en", "Tuesday 1 December"),
        ("ja", "12月1日（火）"),
        ("ko", "12월 1일(화)"),
        ("ru", "вторник, 1 декабря"),
    ],
)
def test_a_day_is_spoken_as_each_language_does(language, said):
    assert spoken_day(date(2026, 12, 1), language) == said


@pytest.mark.parametrize("family", families())
def test_a_font_file_holds_the_family_it_is_named_after(family):
    application()
    assert family in QFontDatabase.families()
    assert all(ord(" ") in typeface(file.stem).glyphs for file in font_files(family))


def test_the_extra_fonts_stay_small():
    extra = [f for f in FONTS.glob("*.ttf") if f not in font_files(FONT)]
    assert sum(file.stat().st_size for file in extra) < 4_000_000


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
def test_the_screen_shows_every_character_in_a_bundled_font(language, bold):
    application()
    for text in (*spoken_in(language), MIXED):
        assert drawn_in(text, FONT, bold) <= set(families()), text
        assert drawn_in(text, say(FONT, language), bold) <= set(families()), text


def drawn_in(text, family, bold):
    """The families Qt draws a text in; "none" for a character without a glyph."""
    font = QFont(family)
    font.setBold(bold)
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    lacking = any(0 in run.glyphIndexes() for run in runs)
    return {run.rawFont().familyName() for run in runs} | ({"none"} if lacking else set())


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("weight", [0, 1], ids=["regular", "bold"])
def test_the_paper_prints_every_character(language, weight):
    first = bundled(say(FONT, language))[weight]
    signs = set("".join([*spoken_in(language), MIXED]))
    assert [s for s in signs if font_of(s, first) is None] == []


def test_a_language_is_looked_up_in_its_own_font_first():
    assert say(FONT, "zh") == font_order(FONT)[0]
    assert {say(FONT, language) for language in languages()} <= set(families())
    assert font_of("直", bundled(say(FONT, "ja"))[0]) == "NotoSansJP-Regular"
    assert font_of("直", bundled(say(FONT, "zh"))[1]) == "NotoSansSC-Bold"
