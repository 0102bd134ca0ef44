"""The sample catalogue in every language of the kiosk, every character in a bundled font."""

import pytest

from kiosk import RESOURCES
from kiosk.catalogue import Text, load
from kiosk.paper.letters import bundled, font_of
from kiosk.ui.window import application
from kiosk.words import FONT, families, languages, say
from tests.test_words import drawn_in


def texts(value):
    """Every text in a part of the catalogue, however deep it lies."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from texts(getattr(value, name))


TEXTS = list(texts(load(RESOURCES / "catalogue" / "sample")))


def test_every_text_is_there_in_every_language():
    assert len(TEXTS) > 200
    for language in languages():
        assert [t.words["zh"] for t in TEXTS if not t.words.get(language, "").strip()] == []


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
def test_the_screen_shows_every_character_in_a_bundled_font(language, bold):
    application()
    for text in {t.say(language) for t in TEXTS}:
        assert drawn_in(text, FONT, bold) <= set(families()), text
        assert drawn_in(text, say(FONT, language), bold) <= set(families()), text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("weight", [0, 1], ids=["regular", "bold"])
def test_the_paper_prints_every_character(language, weight):
    first = bundled(say(FONT, language))[weight]
    signs = set("".join(t.say(language) for t in TEXTS))
    assert [s for s in signs if font_of(s, first) is None] == []
