"""Whether a phone reads the code that came out: clean, with dead dots, faded, aslant, as a small
photo. The pictures are the fake printer's own, so the whole way to the paper is in them.

`python -m tests.paper.test_reading` prints the rates.
"""

import math

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from kiosk.paper.printers import printer_for
from kiosk.paper.raster import dots

TRIES = 40


def photo(picture, random, *, scale=1.0, slant=0.0, turn=0.0, blur=0.0, light=1.0):
    """The slip as a camera sees it: grey paper, uneven light, a little noise."""
    paper = np.where(picture, 40, 225).astype(np.float32)
    edge = 40
    paper = np.pad(paper, edge, constant_values=225)
    image = Image.fromarray(paper.astype(np.uint8))
    wide, tall = image.size
    if slant:
        shift = slant * wide
        corners = [random.uniform(0, shift) for _ in range(8)]
        quad = (
            corners[0], corners[1], corners[2], tall - corners[3],
            wide - corners[4], tall - corners[5], wide - corners[6], corners[7],
        )  # fmt: skip
        image = image.transform(
            image.size, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC, fillcolor=225
        )
    if turn:
        image = image.rotate(
            random.uniform(-turn, turn), Image.Resampling.BICUBIC, expand=True, fillcolor=225
        )
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image = image.resize(size, Image.Resampling.LANCZOS)
    if blur:
        image = image.filter(ImageFilter.GaussianBlur(blur))
    grey = np.asarray(image, np.float32)
    grey *= np.linspace(light, 1, grey.shape[1])
    grey += random.normal(0, 4, grey.shape)
    return np.clip(grey, 0, 255).astype(np.uint8)


def clean(picture, random):
    return photo(picture, random)


def dead_columns(picture, random):
    """Dots of the head that burn no more: 6 of 576, each a white line down the slip."""
    worn = picture.copy()
    worn[:, random.choice(picture.shape[1], 6, replace=False)] = False
    return photo(worn, random)


def faded(picture, random):
    """Old paper, a cold head: 25 % of the dots are missing, 3 % are too many."""
    worn = picture & (random.random(picture.shape) > 0.25)
    return photo(worn | (random.random(picture.shape) > 0.97), random, blur=1.2)


def aslant(picture, random):
    """Held a little aslant and turned, light from one side."""
    return photo(picture, random, slant=0.06, turn=20, light=0.6)


def small_photo(picture, random):
    """Far away: two pixels a module, a little out of focus, turned."""
    return photo(picture, random, scale=2.0 / 6, turn=10, blur=0.4)


def all_at_once(picture, random):
    """A worn head, aslant, from afar."""
    worn = picture.copy()
    worn[:, random.choice(picture.shape[1], 3, replace=False)] = False
    worn &= random.random(picture.shape) > 0.1
    return photo(worn, random, scale=0.55, slant=0.04, turn=10, blur=0.5, light=0.7)


#: Share of the photos that must be read.
RATES = {
    clean: 1.0,
    dead_columns: 1.0,
    faded: 0.9,
    aslant: 1.0,
    small_photo: 1.0,
    all_at_once: 0.7,
}


def rate(look, picture, address, tries=TRIES):
    """How many of so many photos are read, and none wrongly."""
    read = 0
    for seed in range(tries):
        seen = look(picture, np.random.default_rng(seed))
        codes = {code.text for code in zxingcpp.read_barcodes(seen)}
        assert codes <= {address}
        read += address in codes
    return read / tries


def code_of(picture):
    """The part of a slip with its code: a camera is held near it."""
    (code,) = zxingcpp.read_barcodes((~picture).astype(np.uint8) * 255)
    where = code.position
    top, bottom = where.top_left.y, where.bottom_left.y
    margin = math.ceil((bottom - top) / 5)
    return picture[top - margin : bottom + margin]


@pytest.mark.parametrize("look", RATES, ids=lambda look: look.__name__)
def test_the_code_on_the_paper_is_read(machines, address_and_receipt, look):
    address, receipt = address_and_receipt
    machine = machines()
    printer = printer_for(f"escpos+tcp://127.0.0.1:{machine.on_tcp()}")
    assert printer.print(receipt, "A").printed
    assert rate(look, code_of(machine.picture), address, 10) >= RATES[look]


def test_the_whole_slip_at_once_is_read_too(machines, address_and_receipt):
    address, receipt = address_and_receipt
    picture = dots(receipt, 203, 576)
    assert rate(aslant, picture, address, 5) == 1


def main():
    import tempfile
    from datetime import datetime
    from pathlib import Path

    from db.store import Store
    from kiosk import RESOURCES
    from kiosk.catalogue import load
    from kiosk.paper.receipt import draw, receipt_of
    from tests.people import HALL, tell

    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "a.sqlite", hall=HALL, device="K1")
        case, code = tell(store)
        store.close()
    address = f"https://zc.example.gov.cn/t/{code.path}"
    sample = load(RESOURCES / "catalogue" / "sample")
    receipt = receipt_of(case, code, address, sample, "zh", now=datetime(2026, 11, 23))
    for paper, across, dpi in ((80, 576, 203), (58, 384, 203), (80, 512, 180)):
        picture = code_of(dots(draw(receipt, paper), dpi, across))
        for look in RATES:
            share = rate(look, picture, address, 200)
            print(f"{across} dots, {dpi} dpi   {look.__name__:14} {share:6.1%}")


if __name__ == "__main__":
    main()
