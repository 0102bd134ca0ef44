"""A strip of paper: text, rules, boxes and a QR code from top to bottom, as one PDF page.

Every paper of the hall is laid out on it, so that all of them wrap, break and measure alike. What
the first font lacks is measured and drawn in the next bundled one that has it.
"""

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiosk.words import FONT, FONTS, SOURCE, families, font_files, font_order, say

MM = 72 / 25.4
#: What may not begin a line, and what may not end one.
CLOSING = "，。、；：！？）”’」』】》〉…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
OPENING = "（“‘「『【《〈"

#: One dot of a 203-dpi head, in points; QR modules are whole numbers of dots.
DOT = 72 / 203
#: A line of a font's table of characters that has five digits or six.
_BEYOND = re.compile(r"(?<=\n)(<\w\w> )<([0-9A-F]{5,6})>")
QR_VERSION = 6
QR_MASK = 3
QUIET = 4


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of text: baseline `down` from the block's top, all in points."""

    text: str
    font: str
    size: float
    left: float
    down: float
    align: str = "left"


class Sheet:
    """One strip of paper: collects what is to be drawn, from top to bottom, then renders it.

    `width_mm` is the paper's; `fonts` are (regular, bold), the bundled ones unless told otherwise;
    `language` says which of those is looked in first.
    """

    def __init__(
        self,
        width_mm: float = 80,
        fonts: tuple[str, str] | None = None,
        language: str = SOURCE,
    ) -> None:
        self.margin = (4 if width_mm >= 72 else 2.5) * MM
        self.width = width_mm * MM - 2 * self.margin
        self.regular, self.bold = fonts or _bundled(say(FONT, language))
        self.down = 0.0
        self.lines: list[_Line] = []
        self.rules: list[tuple[float, float, float, float, bool]] = []
        self.boxes: list[tuple[float, float, float, float, float]] = []
        self.qr: tuple[float, float, float, list[list[bool]]] | None = None

    def gap(self, height: float) -> None:
        self.down += height

    def text(
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        center: bool = False,
        left: float = 0,
        right: float = 0,
        leading: float = 1.35,
    ) -> None:
        """Text wrapped into the width between `left` and `right`."""
        font = self.bold if bold else self.regular
        text = unicodedata.normalize("NFC", text)
        for part in _wrap(text, font, size, self.width - left - right):
            self.down += size * leading
            place = self.width / 2 if center else left
            baseline = self.down - size * (leading - 0.88)
            how = "center" if center else "left"
            self.lines.append(_Line(part, font, size, place, baseline, how))

    def rule(self, thick: float = 0.6, dashed: bool = False) -> None:
        self.rules.append((0, self.down, self.width, thick, dashed))

    def pairs(self, pairs: tuple[tuple[str, str], ...], size: float) -> None:
        """Names in a column of their own, values beside them."""
        if not pairs:
            return
        column = max(_width(name, self.regular, size) for name, _ in pairs) + size
        for name, value in pairs:
            top = self.down
            self.text(value, size, bold=True, left=column)
            first = _Line(name, self.regular, size, 0, top + size * 0.88)
            self.lines.append(first)

    def code(self, address: str) -> None:
        """The QR code of an address: at least 25 mm wide, its modules whole dots of the head."""
        matrix = qr_matrix(address)
        dots = max(6, int(30 * MM / DOT / len(matrix)))
        module = dots * DOT
        side = len(matrix) * module
        self.gap(QUIET * module + 2)
        self.qr = ((self.width - side) / 2, self.down, module, matrix)
        self.gap(side + QUIET * module)

    def render(self, title: str, language: str) -> bytes:
        """The sheet as a PDF of one page, exactly as tall as it needs."""
        from reportlab.pdfgen.canvas import Canvas

        margin = self.margin
        height = self.down + 2 * margin
        out = io.BytesIO()
        size = (self.width + 2 * margin, height)
        canvas = Canvas(out, pagesize=size, lang=language, invariant=True)
        canvas.setTitle(title)
        top = height - margin
        for line in self.lines:
            place = margin + line.left
            if line.align == "center":
                place -= _width(line.text, line.font, line.size) / 2
            for font, part in _stretches(line.text, line.font):
                canvas.setFont(font, line.size)
                canvas.drawString(place, top - line.down, part)
                place += _width(part, font, line.size)
        for left, down, wide, thick, dashed in self.rules:
            canvas.setLineWidth(thick)
            canvas.setDash([1.5, 2] if dashed else [])
            canvas.line(margin + left, top - down, margin + left + wide, top - down)
        for left, down, wide, tall, radius in self.boxes:
            canvas.setLineWidth(1.4)
            canvas.setDash([])
            canvas.roundRect(margin + left, top - down - tall, wide, tall, radius)
        if self.qr is not None:
            left, down, module, matrix = self.qr
            path = canvas.beginPath()
            for row, start, length in _runs(matrix):
                path.rect(
                    margin + left + start * module,
                    top - down - (row + 1) * module,
                    length * module,
                    module,
                )
            canvas.drawPath(path, stroke=0, fill=1)
        canvas.showPage()
        canvas.save()
        return out.getvalue()


def qr_matrix(address: str) -> list[list[bool]]:
    """The QR code's modules, ECC M; the mask is given, which makes it seven times as fast."""
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M

    code = qrcode.QRCode(
        version=QR_VERSION if len(address) <= 84 else None,
        error_correction=ERROR_CORRECT_M,
        border=0,
        mask_pattern=QR_MASK,
    )
    code.add_data(address)
    code.make(fit=True)
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


def _runs(matrix: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """Neighbouring dark modules of a row as (row, start, length)."""
    for number, row in enumerate(matrix):
        start = None
        for place, dark in enumerate([*row, False]):
            if dark and start is None:
                start = place
            elif not dark and start is not None:
                yield number, start, place - start
                start = None


@cache
def _bundled(family: str) -> tuple[str, str]:
    """A bundled family's regular and bold. Raises LookupError if they lack what codes need."""
    regular, bold = (file.stem for file in font_files(family))
    for name in (regular, bold):
        glyphs = _font(name).face.charToGlyph
        missing = [sign for sign in "0123456789ABCXYZabcxyz·" if ord(sign) not in glyphs]
        if missing:
            raise LookupError(f"{name}.ttf lacks {''.join(missing)}")
    return regular, bold


@cache
def _font(name: str) -> Any:
    """A font by its name; a bundled one is read when a character first needs it."""
    from reportlab.pdfbase import pdfmetrics

    file = FONTS / f"{name}.ttf"
    if file.exists():
        pdfmetrics.registerFont(_fonts().TTFont(name, str(file)))
    return pdfmetrics.getFont(name)


@cache
def _fonts() -> Any:
    """reportlab's fonts, with a table of characters that is whole.

    reportlab tells readers of a character beyond the basic plane by five digits, of which they
    take four: such a name would be drawn right and copied, searched and read aloud wrong.
    """
    from reportlab.pdfbase import ttfonts

    told = ttfonts.makeToUnicodeCMap

    def whole(name: str, subset: list[int]) -> str:
        table: str = told(name, subset)
        return _BEYOND.sub(
            lambda line: f"{line[1]}<{chr(int(line[2], 16)).encode('utf-16-be').hex().upper()}>",
            table,
        )

    ttfonts.makeToUnicodeCMap = whole
    return ttfonts


@cache
def _order(font: str) -> tuple[str, ...]:
    """`font`, then the other bundled ones of its weight."""
    for family in families():
        for weight, file in enumerate(font_files(family)):
            if file.stem == font:
                return tuple(font_files(other)[weight].stem for other in font_order(family))
    return (font,)


@cache
def _font_of(sign: str, font: str) -> str:
    """The first font in order that has this character; `font` itself where none has."""
    has = (name for name in _order(font) if ord(sign) in _font(name).face.charToGlyph)
    return next(has, font)


def _stretches(text: str, font: str) -> list[tuple[str, str]]:
    """The text in stretches of one font each: (font, part). A space goes with what is before it."""
    if len(_order(font)) == 1 or _font(font).face.charToGlyph.keys() >= set(map(ord, text)):
        return [(font, text)]
    parts: list[tuple[str, str]] = []
    for sign in text:
        name = parts[-1][0] if parts and sign == " " else _font_of(sign, font)
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1] + sign)
        else:
            parts.append((name, sign))
    return parts


def _width(text: str, font: str, size: float) -> float:
    wide: float = sum(_font(name).stringWidth(part, size) for name, part in _stretches(text, font))
    return wide


def _wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Lines no wider than `width`; Latin words stay whole where they fit."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and _width(line + piece.rstrip(), font, size) > width:
            lines.append(line.rstrip())
            line = ""
            piece = piece.lstrip()
        while _width(piece.rstrip(), font, size) > width and len(piece) > 1:
            cut = next(
                (n for n in range(len(piece) - 1, 1, -1) if _width(piece[:n], font, size) <= width),
                1,
            )
            lines.append(piece[:cut])
            piece = piece[cut:]
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """Words with the space behind them; Chinese and kana one by one, with their stops."""
    piece = ""
    for sign in text:
        if piece and not (_in_word(sign) and _in_word(piece[-1])):
            if sign == " " or sign in CLOSING or piece[-1] in OPENING:
                piece += sign
                continue
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _in_word(sign: str) -> bool:
    """Letters of Latin, Cyrillic and the like, and Hangul, which stay together."""
    return sign != " " and (sign < "⺀" or "가" <= sign <= "힣")
