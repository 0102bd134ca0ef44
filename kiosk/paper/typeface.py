"""One bundled font as paper needs it: widths, and the piece of it that a document carries.

reportlab reads the font and cuts it down. The piece itself is written here: one a font and a
document, with two-byte codes that each lead back to their own character, also beyond U+FFFF.
"""

import hashlib
import threading
from pathlib import Path
from typing import Any

from reportlab.pdfbase.ttfonts import TTFontFace

from kiosk.paper.objects import array, dictionary, stream, text

#: reportlab reads a font with a cursor, which two threads must not move.
_CUTTING = threading.Lock()
#: A CMap may map so many codes in one go.
_AT_ONCE = 100


class Typeface:
    """A TrueType font: `glyphs` is what it has, by code point."""

    def __init__(self, name: str, file: Path) -> None:
        self.name = name
        self.face: Any = TTFontFace(str(file))
        self.glyphs: dict[int, int] = self.face.charToGlyph
        self._widths: dict[int, float] = self.face.charWidths

    def width(self, text: str) -> float:
        """How wide a text is, in thousandths of its size. Raises KeyError for what is not in it."""
        widths = self._widths
        return sum([widths[code] for code in map(ord, text)])


class Piece:
    """What one document carries of a typeface: the characters it draws, numbered from 1."""

    def __init__(self, typeface: Typeface) -> None:
        self._typeface = typeface
        self._codes: dict[int, int] = {}

    def codes(self, text: str) -> str:
        """A text as a string of this piece's codes, in hexadecimal."""
        known = self._codes
        return "".join([f"{known.setdefault(ord(sign), len(known) + 1):04X}" for sign in text])

    def add_to(self, document: Any) -> Any:
        """Write font, widths and the way back to characters; the reference to the font."""
        face, signs = self._typeface.face, list(self._codes)
        tag = "".join(chr(65 + b % 26) for b in hashlib.sha256(repr(signs).encode()).digest()[:6])
        name = f"/{tag}+{self._typeface.name}"
        with _CUTTING:
            program = face.makeSubset(signs)
        descriptor = {
            "Type": "/FontDescriptor",
            "FontName": name,
            "Flags": 4,
            "FontBBox": array(face.bbox),
            "ItalicAngle": face.italicAngle,
            "Ascent": face.ascent,
            "Descent": face.descent,
            "CapHeight": face.capHeight,
            "StemV": face.stemV,
            "FontFile2": stream(document, program, Length1=len(program)),
            "CIDSet": stream(document, _bits(len(signs) + 1)),
        }
        widths = " ".join([str(face.getCharWidth(sign)) for sign in signs])
        inner = {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": name,
            "CIDSystemInfo": dictionary(
                Registry=text("Adobe"), Ordering=text("Identity"), Supplement=0
            ),
            "FontDescriptor": document.Reference(dictionary(**descriptor)),
            "DW": face.defaultWidth,
            "W": f"[1 [{widths}]]",
            "CIDToGIDMap": stream(document, self._glyphs(signs)),
        }
        outer = {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": name,
            "Encoding": "/Identity-H",
            "DescendantFonts": array([document.Reference(dictionary(**inner))]),
            "ToUnicode": stream(document, _way_back(signs)),
        }
        return document.Reference(dictionary(**outer))

    def _glyphs(self, signs: list[int]) -> bytes:
        """Which glyph of the cut font each code is; two characters may share one."""
        places = {0: 0}
        order = [places.setdefault(self._typeface.glyphs[s], len(places)) for s in signs]
        return b"".join(place.to_bytes(2, "big") for place in (0, *order))


def _bits(count: int) -> bytes:
    """`count` ones, from the left."""
    whole, rest = divmod(count, 8)
    return b"\xff" * whole + (bytes([0xFF << 8 - rest & 0xFF]) if rest else b"")


def _way_back(signs: list[int]) -> str:
    """The CMap from codes to characters, in UTF-16."""
    pairs = [
        f"<{code:04X}> <{chr(sign).encode('utf-16-be').hex().upper()}>"
        for code, sign in enumerate(signs, 1)
    ]
    blocks = [pairs[first : first + _AT_ONCE] for first in range(0, len(pairs), _AT_ONCE)]
    mapped = [f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <FFFF>",
            "endcodespacerange",
            *mapped,
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )
