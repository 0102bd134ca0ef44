"""The guide slip."""

import pypdfium2
import pytest

from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.paper.guide import draw

CATALOGUE = load(RESOURCES / "catalogue" / "sample")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 58])
def test_where_how_and_what_to_bring_stand_on_it(language, width):
    for item in CATALOGUE.service_items:
        page = pypdfium2.PdfDocument(draw(item, CATALOGUE, language, width))[0]
        words = "".join(page.get_textpage().get_text_bounded().split())
        window = CATALOGUE.service_window(item.service_window)
        for text in (item.name, item.how, item.bring, window.name, window.place):
            assert "".join(text.say(language).split()) in words
