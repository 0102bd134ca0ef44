"""The guide slip."""

import pytest

from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.paper.guide import draw
from kiosk.words import languages
from tests.paper.look import in_the_way, solid, words_of

CATALOGUE = load(RESOURCES / "catalogue" / "sample")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("width", [80, 58, 148])
def test_where_how_and_what_to_bring_stand_on_it(language, width):
    for item in CATALOGUE.service_items[:: 1 if width == 80 else 5]:
        pdf = draw(item, CATALOGUE, language, width)
        words = solid(words_of(pdf))
        window = CATALOGUE.service_window(item.service_window)
        for text in (item.name, item.how, item.bring, window.name, window.place):
            assert solid(text.say(language)) in words
        assert in_the_way(pdf) == []


def test_who_reads_no_chinese_can_show_the_way_to_somebody_who_does():
    item = CATALOGUE.service_items[0]
    window = CATALOGUE.service_window(item.service_window)
    shown = solid(f"请带我去：{window.place.say('zh')}{window.name.say('zh')}")
    assert shown in solid(words_of(draw(item, CATALOGUE, "ko")))
    assert "请带我去" not in words_of(draw(item, CATALOGUE, "zh"))
