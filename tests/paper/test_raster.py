"""The page as the head burns it: exact size, in the middle, greys as patterns, edges as edges."""

import io

import numpy as np
import pytest
import zxingcpp
from reportlab.pdfgen.canvas import Canvas

from kiosk.paper.raster import dots, page_greys
from kiosk.paper.testpage import GREYS, test_page

MM = 72 / 25.4


def page(width_mm, height_mm, draw):
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width_mm * MM, height_mm * MM))
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def bar(left, bottom, wide, tall, grey=0.0):
    def draw(canvas):
        canvas.setFillGray(grey)
        canvas.rect(left * MM, bottom * MM, wide * MM, tall * MM, stroke=0, fill=1)

    return draw


@pytest.mark.parametrize(("dpi", "across"), [(203, 576), (180, 512), (300, 832)])
def test_a_length_on_the_page_is_that_length_on_the_head(dpi, across):
    picture = dots(page(80, 40, bar(20, 10, 40, 20)), dpi, across)
    rows, columns = np.flatnonzero(picture.any(1)), np.flatnonzero(picture.any(0))
    assert abs(len(columns) - 40 * dpi / 25.4) <= 1
    assert abs(len(rows) - 20 * dpi / 25.4) <= 1
    # In the middle of the page is in the middle of the head.
    assert abs((columns[0] + columns[-1] + 1) / 2 - across / 2) <= 1
    assert abs(len(picture) - 40 * dpi / 25.4) <= 1


def test_what_is_wider_than_the_head_is_made_smaller_and_not_cut_off():
    wide = page(80, 30, bar(0, 10, 80, 10))
    picture = dots(wide, 203, 576)
    assert picture[len(picture) // 2].all()
    assert abs(len(picture) - 30 * 203 / 25.4 * 576 / (80 * 203 / 25.4)) <= 1
    # A frame that stands over by less than half a millimetre is no reason.
    assert len(dots(page(80, 30, bar(3.9, 10, 72.2, 10)), 203, 576)) == 240


def test_a_page_smaller_than_the_head_stands_in_its_middle():
    columns = np.flatnonzero(dots(page(58, 20, bar(0, 0, 58, 20)), 203, 576).any(0))
    assert abs((columns[0] + columns[-1] + 1) / 2 - 288) <= 1
    assert abs(len(columns) - 58 * 203 / 25.4) <= 1


@pytest.mark.parametrize("grey", [0.1, 0.3, 0.5, 0.7, 0.85])
def test_a_grey_is_as_many_dots_as_it_is_dark(grey):
    picture = dots(page(80, 40, bar(10, 5, 60, 30, 1 - grey)), 203, 576)
    inside = picture[60:260, 60:500]
    assert abs(inside.mean() - grey) < 0.03


def test_an_edge_is_sharp_wherever_it_falls():
    for step in range(10):
        picture = dots(page(80, 20, bar(20 + step * 0.0125, 5, 10, 10)), 203, 576)
        changes = np.abs(np.diff(picture.astype(int), axis=1)).sum(1)
        assert set(changes.tolist()) <= {0, 2}


def test_several_pages_follow_each_other():
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(80 * MM, 20 * MM))
    for left in (10, 60):
        canvas.rect(left * MM, 5 * MM, 10 * MM, 10 * MM, fill=1)
        canvas.showPage()
    canvas.save()
    picture = dots(out.getvalue(), 203, 576)
    top, bottom = picture[: len(picture) // 2], picture[len(picture) // 2 :]
    assert top[:, :200].any() and not top[:, 300:].any()
    assert bottom[:, 300:].any() and not bottom[:, :200].any()


def test_a_page_for_an_office_printer_has_its_own_size():
    (grey,) = page_greys(page(80, 100, bar(1, 1, 78, 98)), 300)
    assert grey.shape == (1182, 945)


@pytest.mark.parametrize(("width", "across"), [(80, 576), (58, 384)])
def test_the_test_page_shows_edges_greys_and_a_code_of_six_dots(width, across):
    picture = dots(test_page("escpos+tcp://127.0.0.1:9100", "正常", width), 203, across)
    (code,) = zxingcpp.read_barcodes((~picture).astype(np.uint8) * 255)
    assert code.text.startswith("https://test.example/t/")
    side = code.position.top_right.x - code.position.top_left.x
    assert abs(side - 41 * 6) <= 2
    # The ruler reaches from the first dot to the last.
    assert picture[:, 0].any() and picture[:, -2:].any()
    patches = max(range(len(picture) - 60), key=lambda row: picture[row : row + 60, -20:].sum())
    shares = [
        part.mean() for part in np.array_split(picture[patches : patches + 50], len(GREYS), axis=1)
    ]
    assert shares == sorted(shares)
