"""A page as the picture a printer's head burns: exactly so many dots an inch, black or white."""

import io
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

    Grey = np.ndarray[tuple[int, int], np.dtype[np.uint8]]
    Dots = np.ndarray[tuple[int, int], np.dtype[np.bool_]]

DPI = 203
#: Darker than this burns.
DARK = 144
#: A grey between these that fills an area becomes a pattern of dots.
PALE, DEEP = 232, 24
#: So many dots of an edge may fall beside the head before a page is made smaller for it.
SPILL = 4


def raster(pdf: bytes, dpi: int = DPI) -> "Image":
    """The first page in grey, `dpi` dots an inch."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        picture: Image = page.render(scale=dpi / 72, grayscale=True).to_pil()
        page.close()
    finally:
        document.close()
    return picture


def png(pdf: bytes, dpi: int = DPI) -> bytes:
    """The same as PNG bytes, with its resolution."""
    out = io.BytesIO()
    raster(pdf, dpi).save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


def dots(pdf: bytes, dpi: int, width: int) -> "Dots":
    """Every page, one below the other, as the rows of a head of `width` dots; True burns.

    The page stands in the middle of the head at its exact size. Only where its ink would fall
    beside the head it is made smaller.
    """
    import numpy as np

    rows = [_dots_of(grey) for grey in greys(pdf, dpi, width)]
    return np.concatenate(rows) if rows else np.zeros((0, width), bool)


def page_greys(pdf: bytes, dpi: int) -> "list[Grey]":
    """Each page in grey at its own size."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        wide = max(round(page.get_width() * dpi / 72) for page in document)
    finally:
        document.close()
    return greys(pdf, dpi, wide)


def greys(pdf: bytes, dpi: int, width: int) -> "list[Grey]":
    """Each page in grey, `width` dots wide, its middle in the middle."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    made = []
    try:
        for page in document:
            size = page.get_size()
            grey = _drawn(page, size, dpi / 72, width)
            aside = (grey.shape[1] - width) // 2
            far = aside - SPILL
            if far > 0 and min(grey[:, :far].min(), grey[:, -far:].min()) < PALE:
                grey = _drawn(page, size, width / size[0], width)
                aside = 0
            made.append(grey[:, aside : grey.shape[1] - aside] if aside else grey)
            page.close()
    finally:
        document.close()
    return made


def _drawn(page: Any, size: tuple[float, float], scale: float, width: int) -> "Grey":
    """One page at exactly `scale`, on a sheet as wide as the head or as the page, if that is
    wider by whole dots on both sides."""
    import ctypes
    import math

    import numpy as np
    import pypdfium2.raw as pdfium

    across = size[0] * scale
    aside = max(0, math.ceil((across - width) / 2 - 0.01))
    wide, tall = width + 2 * aside, math.ceil(size[1] * scale - 0.01)
    sheet = np.full((tall, wide), 255, np.uint8)
    bitmap = pdfium.FPDFBitmap_CreateEx(
        wide, tall, pdfium.FPDFBitmap_Gray, sheet.ctypes.data_as(ctypes.c_void_p), wide
    )
    matrix = pdfium.FS_MATRIX(scale, 0, 0, scale, (wide - across) / 2, 0)
    whole = pdfium.FS_RECTF(0, 0, wide, tall)
    pdfium.FPDF_RenderPageBitmapWithMatrix(
        bitmap, page, ctypes.byref(matrix), ctypes.byref(whole), pdfium.FPDF_ANNOT
    )
    pdfium.FPDFBitmap_Destroy(bitmap)
    return sheet


def _dots_of(grey: "Grey") -> "Dots":
    """Black and white: edges where half the dot is dark, even greys as a pattern."""
    import numpy as np

    burns = np.less(grey, DARK)
    # A look at every fourth dot tells whether there are greys at all: a receipt has none.
    if _even(grey[::4, ::4], grey[::4, 1::4], grey[1::4, ::4]).any():
        even = np.zeros(grey.shape, bool)
        even[1:, 1:] = _even(grey[1:, 1:], grey[1:, :-1], grey[:-1, 1:])
        rows, columns = (np.arange(size) % len(_bayer()) for size in grey.shape)
        burns = np.where(even, grey < _bayer()[np.ix_(rows, columns)], burns)
    return burns


def _even(grey: "Grey", beside: "Grey", above: "Grey") -> "Dots":
    """Where a grey goes on in both directions: an edge goes on along itself alone."""
    rows = min(len(grey), len(above))
    columns = min(grey.shape[1], beside.shape[1])
    here = grey[:rows, :columns]
    middle = (here > DEEP) & (here < PALE)
    even: Dots = middle & (here == beside[:rows, :columns]) & (here == above[:rows, :columns])
    return even


@cache
def _bayer() -> "Grey":
    """The greys at which each dot of an 8 by 8 pattern begins to burn."""
    import numpy as np

    order = np.zeros((1, 1), int)
    for _ in range(3):
        order = np.block([[4 * order, 4 * order + 2], [4 * order + 3, 4 * order + 1]])
    return ((order + 0.5) * 4).astype(np.uint8)
