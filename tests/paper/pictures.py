"""Pictures of the sample papers, kept beside the tests, and what has changed since."""

from pathlib import Path

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.paper.samples import PAPERS, draw
from kiosk.words import languages

KEPT = Path(__file__).parent / "kept"
DPI = 100
#: As many greys are enough to see a letter move, and make small files.
GREYS = 8
#: A dot has changed when it is this much lighter or darker; less is another machine's rounding.
NOTICED = 80
#: In Chinese and English every paper; in the others what a citizen takes home.
OTHERS = ("receipt", "receipt-58", "receipt-a5", "guide", "guide-58", "notice", "record-slip")
SHOWN = [
    (paper, language)
    for paper in PAPERS
    for language in languages()
    if language in ("zh", "en") or paper in OTHERS
]

_CATALOGUE = load(RESOURCES / "catalogue" / "sample")


def file_of(paper, language):
    return KEPT / f"{paper}.{language}.png"


def picture_of(paper, language):
    """All pages of a paper beside each other, as they are kept."""
    document = pypdfium2.PdfDocument(draw(paper, _CATALOGUE, language))
    pages = []
    for number in range(len(document)):
        page = document[number]
        pages.append(page.render(scale=DPI / 72, grayscale=True).to_pil())
        page.close()
    document.close()
    whole = Image.new("L", (sum(p.width for p in pages), max(p.height for p in pages)), 255)
    left = 0
    for page in pages:
        whole.paste(page, (left, 0))
        left += page.width
    step = 255 / (GREYS - 1)
    return whole.point(lambda value: round(round(value / step) * step))


def changed(kept, now):
    """How many dots are noticeably different; all of them where the size is."""
    if kept.size != now.size:
        return max(kept.width * kept.height, now.width * now.height)
    difference = ImageChops.difference(kept, now)
    return sum(difference.histogram()[NOTICED:])


def difference(kept, now):
    """Kept and new beside each other, then both: what is gone is red, what is new is blue."""
    wide, tall = max(kept.width, now.width), max(kept.height, now.height)
    before, after = (Image.new("L", (wide, tall), 255) for _ in range(2))
    before.paste(kept), after.paste(now)
    both = ImageChops.darker(before, after)
    overlay = Image.merge("RGB", (after, both, before))
    told = Image.new("RGB", (3 * wide + 40, tall + 24), "#8A857C")
    write = ImageDraw.Draw(told)
    for place, (name, picture) in enumerate(
        (("kept", before), ("now", after), ("red: gone, blue: new", overlay))
    ):
        told.paste(picture.convert("RGB"), (place * (wide + 20), 24))
        write.text((place * (wide + 20) + 4, 6), name, fill="white")
    return told
