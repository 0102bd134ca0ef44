"""A strip of paper: text, rules, boxes and a QR code from top to bottom, as one PDF page.

Every paper of the hall is laid out on it, so that all of them wrap, break and measure alike.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from kiosk import RESOURCES

MM = 72 / 25.4
REGULAR, BOLD = "NotoSansSC", "NotoSansSC-Bold"

#: One dot of a 203-dpi head, in points; QR modules are whole numbers of dots.
DOT = 72 / 203
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

    `width_mm` is the paper's; `fonts` are (regular, bold), the bundled ones unless told otherwise.
    """

    def __init__(self, width_mm: float = 80, fonts: tuple[str, str] | None = None) -> None:
        self.margin = (4 if width_mm >= 72 else 2.5) * MM
        self.width = width_mm * MM - 2 * self.margin
        self.regular, self.bold = fonts or _bundled()
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
            canvas.setFont(line.font, line.size)
            place = margin + line.left
            {"left": canvas.drawString, "center": canvas.drawCentredString}[line.align](
                place, top - line.down, line.text
            )
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
def _bundled() -> tuple[str, str]:
    """The bundled fonts, registered once. Raises LookupError if they lack what codes need."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in ((REGULAR, "NotoSansSC-Regular.ttf"), (BOLD, "NotoSansSC-Bold.ttf")):
        font = TTFont(name, str(RESOURCES / "fonts" / file))
        missing = [c for c in "0123456789ABCXYZabcxyz·找茬" if ord(c) not in font.face.charToGlyph]
        if missing:
            raise LookupError(f"{file} lacks {''.join(missing)}")
        pdfmetrics.registerFont(font)
    return REGULAR, BOLD


@cache
def _font(name: str) -> Any:
    from reportlab.pdfbase import pdfmetrics

    return pdfmetrics.getFont(name)


def _width(text: str, font: str, size: float) -> float:
    wide: float = _font(font).stringWidth(text, size)
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
    """Latin words with the space behind them; CJK characters one by one, with their stops."""
    piece = ""
    for sign in text:
        latin = sign < "⺀" and sign != " "
        if piece and not (latin and piece[-1] < "⺀" and piece[-1] != " "):
            if sign == " " or sign in "，。、；：！？）”":
                piece += sign
                continue
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece
