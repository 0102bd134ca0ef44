"""What is on a paper, as PDFium sees it: its words, its lines, whether anything is in the way."""

import contextlib
import ctypes

import pypdfium2
import pypdfium2.raw as raw


@contextlib.contextmanager
def opened(pdf):
    """The document and its pages; all of it is closed again."""
    document = pypdfium2.PdfDocument(pdf)
    pages = [document[number] for number in range(len(document))]
    try:
        yield document, pages
    finally:
        for page in pages:
            page.close()
        document.close()


def words_of(pdf):
    """Every word on it, page after page."""
    found = []
    with opened(pdf) as (_, pages):
        for page in pages:
            text = page.get_textpage()
            found.append(text.get_text_range())
            text.close()
    return "\n".join(found)


def solid(text):
    """A text without its spaces and line ends, as it is looked for on a paper."""
    return "".join(text.split())


def count(pdf):
    with opened(pdf) as (_, pages):
        return len(pages)


def letters_of(page):
    """The places of the stretches of text: (left, bottom, right, top), without empty ones."""
    found = [o.get_bounds() for o in page.get_objects() if o.type == raw.FPDF_PAGEOBJ_TEXT]
    return [b for b in found if b[0] < b[2] and b[1] < b[3]]


def in_the_way(pdf):
    """Stretches of text that lie over each other or off the paper; a good paper has none."""
    bad = []
    with opened(pdf) as (_, pages):
        for number, page in enumerate(pages):
            wide, tall = page.get_size()
            boxes = sorted(letters_of(page), key=lambda box: box[1])
            for place, (left, low, right, high) in enumerate(boxes):
                if left < 4 or low < 4 or right > wide - 4 or high > tall - 4:
                    bad.append((number, "off", (left, low, right, high)))
                for other in boxes[place + 1 :]:
                    if other[1] > high - 0.5:
                        break
                    across = min(right, other[2]) - max(left, other[0])
                    if across > 0.5 and min(high, other[3]) - max(low, other[1]) > 0.5:
                        bad.append((number, (left, low, right, high), other))
    return bad


def fonts_of(pdf):
    """Each font a text is drawn in: (name, whether it is embedded)."""
    found = set()
    with opened(pdf) as (_, pages):
        for page in pages:
            for one in page.get_objects():
                if one.type == raw.FPDF_PAGEOBJ_TEXT:
                    font = raw.FPDFTextObj_GetFont(one)
                    size = raw.FPDFFont_GetBaseFontName(font, None, 0)
                    name = ctypes.create_string_buffer(size)
                    raw.FPDFFont_GetBaseFontName(font, name, size)
                    found.add((name.value.decode(), bool(raw.FPDFFont_GetIsEmbedded(font))))
    return found
