"""PWG raster: the picture format that every IPP Everywhere printer takes."""

import struct
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from kiosk.paper.raster import Grey

    Row = np.ndarray[tuple[int], np.dtype[np.uint8]]

_SGRAY = 18


def pwg_raster(pages: "list[Grey]", dpi: int) -> bytes:
    """Grey pages, 8 bits a dot."""
    return b"RaS2" + b"".join(
        _header(page.shape[1], page.shape[0], dpi, len(pages)) + _rows(page) for page in pages
    )


def _header(wide: int, tall: int, dpi: int, pages: int) -> bytes:
    words = dict.fromkeys(range(256, 1796, 4), 0)
    points = (round(wide * 72 / dpi), round(tall * 72 / dpi))
    words |= {276: dpi, 280: dpi, 352: points[0], 356: points[1], 340: 1}
    words |= {372: wide, 376: tall, 384: 8, 388: 8, 392: wide, 400: _SGRAY, 420: 1}
    # Integers of PWG's own: pages, both directions of feed, the white of an empty place.
    words |= {452: pages, 456: 1, 460: 1, 480: 0xFFFFFF}
    head = bytearray(1796)
    head[:9] = b"PwgRaster"
    for at, word in words.items():
        struct.pack_into(">I", head, at, word)
    return bytes(head)


def _rows(page: "Grey") -> bytes:
    """Each row with how often it repeats; in it, runs of one grey and stretches of several."""
    import numpy as np

    out = bytearray()
    changes = (page[1:] != page[:-1]).any(axis=1)
    starts = [0, *(np.flatnonzero(changes) + 1).tolist(), len(page)]
    for start, end in pairwise(starts):
        packed = _row(page[start])
        for first in range(start, end, 256):
            out.append(min(256, end - first) - 1)
            out += packed
    return bytes(out)


def _row(row: "Row") -> bytes:
    import numpy as np

    out = bytearray()
    edges = [0, *(np.flatnonzero(row[1:] != row[:-1]) + 1).tolist(), len(row)]
    single = bytearray()
    for start, end in pairwise(edges):
        grey, length = int(row[start]), end - start
        if length == 1:
            single.append(grey)
            continue
        out += _stretch(single)
        single.clear()
        for first in range(0, length, 128):
            out += bytes([min(128, length - first) - 1, grey])
    return bytes(out + _stretch(single))


def _stretch(greys: bytearray) -> bytes:
    out = bytearray()
    for first in range(0, len(greys), 128):
        part = greys[first : first + 128]
        out += bytes([257 - len(part) if len(part) > 1 else 0]) + part
    return bytes(out)
