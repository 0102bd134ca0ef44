"""The 196 characters of people's names beyond the basic plane: typed, shown and printed whole."""

from dataclasses import replace
from datetime import datetime
from functools import cache

import pypdfium2
import pytest
from PIL import Image
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QRawFont, QTextLayout

from kiosk.app import SAMPLE
from kiosk.catalogue import Text, load
from kiosk.paper import guide, receipt
from kiosk.paper.pages import format_of
from kiosk.paper.raster import png
from kiosk.paper.sheet import Sheet
from kiosk.pinyin import FOLDER, Pinyin
from kiosk.ui.hands import items
from kiosk.ui.window import application
from kiosk.words import FONT, families
from tests.people import ANGRY, tell
from tests.ui.test_citizen import kept

STANDARD = "".join((FOLDER / "standard-characters.txt").read_text("utf-8").split())
RARE = [sign for sign in STANDARD if ord(sign) > 0xFFFF]
#: No font has it.
UNKNOWN = "\U0010fffd"


@cache
def spellings():
    """A syllable for each of them."""
    found = {}
    pinyin = Pinyin.load()
    for row in pinyin._syllables:
        sound, *words = row.split(" ")
        for word in words[::2]:
            if word in RARE:
                found.setdefault(word, sound)
    return found


def test_there_are_196_and_each_has_a_syllable():
    assert len(RARE) == 196
    assert set(spellings()) == set(RARE)


def type_on_the_screen(kiosk, sign):
    """Its letters, then page after page until it stands there."""
    for key in spellings()[sign]:
        kiosk.hands.tap(key)
    kiosk.hands.tap("▼")
    for _ in range(40):
        kiosk.hands.settle()
        labels = [item.property("label") for item in kiosk.hands.touchables()]
        if sign in labels:
            kiosk.hands.tap(sign)
            return
        kiosk.hands.tap("›")
    raise AssertionError(f"{sign} is on no page of {spellings()[sign]}")


@pytest.mark.parametrize("signs", [RARE[::28], RARE[13::65]], ids=["words", "address"])
def test_they_are_typed_on_the_screens_keyboard_and_kept_as_they_are(make_kiosk, signs):
    kiosk = make_kiosk()
    kiosk.citizen.begin("complaint")
    kiosk.citizen.choose("C01")
    kiosk.citizen.go("Hub")
    if signs == RARE[::28]:
        kiosk.citizen.go("OwnWords")
    else:
        kiosk.citizen.go("Needs")
        kiosk.citizen.need("post")
    for sign in signs:
        type_on_the_screen(kiosk, sign)
    kiosk.hands.settle()
    shown = [i.property("text") for i in items(kiosk.view.rootObject()) if i.inherits("QQuickText")]
    assert "".join(signs) in shown
    kiosk.hands.tap("写好了")
    while kiosk.citizen.screen != "Hub":
        kiosk.citizen.back()
    kiosk.hands.tap("提 交")
    case = kept(kiosk)
    if signs == RARE[::28]:
        assert case.feedback.words == "".join(signs)
    else:
        assert kiosk.desk("desk").contact(case.case_id).address == "".join(signs)


def test_the_hub_cuts_words_between_characters_and_not_within_one(make_kiosk):
    kiosk = make_kiosk()
    kiosk.citizen.begin("complaint")
    kiosk.citizen.say("字" + "".join(RARE[:90]))
    kiosk.citizen.go("Hub")
    kiosk.hands.settle()
    shown = [i.property("text") for i in items(kiosk.view.rootObject()) if i.inherits("QQuickText")]
    assert "字" + "".join(RARE[:59]) in shown


# --- shown ------------------------------------------------------------------------------------


def drawn(sign, bold):
    """A character in the screen's font, as a picture."""
    picture = QImage(80, 80, QImage.Format.Format_Grayscale8)
    picture.fill(QColor("white"))
    font = QFont(FONT)
    font.setPixelSize(56)
    font.setBold(bold)
    painter = QPainter(picture)
    painter.setFont(font)
    painter.drawText(8, 62, sign)
    painter.end()
    return bytes(picture.constBits())


@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
def test_each_is_drawn_in_a_bundled_font_and_is_no_box(bold):
    application()
    font = QFont(FONT)
    font.setBold(bold)
    seen = {drawn(" ", bold): "nothing", drawn(UNKNOWN, bold): "a box"}
    for sign in RARE:
        layout = QTextLayout(sign, font)
        layout.beginLayout()
        layout.createLine()
        layout.endLayout()
        (run,) = layout.glyphRuns()
        raw: QRawFont = run.rawFont()
        assert raw.familyName() in families(), sign
        assert len(run.glyphIndexes()) == 1 and run.glyphIndexes()[0] != 0, sign
        picture = drawn(sign, bold)
        assert picture not in seen, (sign, seen.get(picture))
        seen[picture] = sign


# --- printed ----------------------------------------------------------------------------------


def printed(sign, bold):
    """A character on paper as a thermal head's picture."""
    sheet = Sheet(format_of(58))
    sheet.text(sign, 40, bold=bold)
    return png(sheet.render("x", "x"))


@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
def test_each_is_printed_and_is_no_box(bold):
    seen = {printed(UNKNOWN, bold): "a box"}
    for sign in RARE[::2] if bold else RARE[1::2]:
        picture = printed(sign, bold)
        assert picture not in seen, (sign, seen.get(picture))
        seen[picture] = sign


@pytest.mark.parametrize("width", [80, 58])
def test_a_hall_an_item_and_a_post_with_such_names_stand_whole_on_every_paper(local, width):
    name = "".join(RARE[:12])
    sample = load(SAMPLE)
    hall = replace(sample.hall, name=Text({"zh": name}), hours=Text({"zh": name}))
    item = replace(sample.service_items[0], name=Text({"zh": name}), how=Text({"zh": name}))
    catalogue = replace(sample, hall=hall)
    case, code = tell(local, ANGRY)
    case = replace(case, leader=name, duty_post=name)
    papers = {
        "receipt": receipt.draw(
            receipt.receipt_of(
                case, code, "http://x/t/" + code.path, catalogue, "zh", now=datetime(2026, 11, 23)
            ),
            width,
        ),
        "guide": guide.draw(item, catalogue, "zh", width),
    }
    for paper, often in (("receipt", 3), ("guide", 4)):
        page = pypdfium2.PdfDocument(papers[paper])[0]
        text = "".join(page.get_textpage().get_text_bounded().split())
        assert text.count(name) == often, paper


def test_the_picture_of_a_paper_has_ink_where_the_name_is(tmp_path):
    file = tmp_path / "x.png"
    for sign in RARE[::20]:
        file.write_bytes(printed(sign, False))
        with Image.open(file) as picture:
            dark = sum(picture.convert("L").histogram()[:128])
        assert dark > 400, sign
