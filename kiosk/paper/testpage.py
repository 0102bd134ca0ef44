"""A page that shows what a printer can do: its edges, greys, a QR code, small and large words."""

import io
import math
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from kiosk.paper.qr import qr_matrix
from kiosk.words import FONT, FONTS, SOURCE, font_files, say

MM = 72 / 25.4
#: One dot of a 203-dpi head, in millimetres.
DOT = 25.4 / 203
#: Dots a module of the code has: what a hurried camera needs.
MODULE = 6
#: The head burns no more than this of a paper's width.
BURNS = {80: 72, 58: 48, 112: 104}
SENTENCE = "件件有回复 事事都有结果"
GREYS = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)


class _Page:
    """The page from top to bottom, in millimetres from the left and the top."""

    def __init__(self, width: float, height: float) -> None:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas

        self.width, self.height, self.down = width, height, 0.0
        self._out = io.BytesIO()
        self.canvas: Any = Canvas(self._out, pagesize=(width * MM, height * MM), invariant=True)
        self.regular, self.bold = (file.stem for file in font_files(say(FONT, SOURCE)))
        for name in (self.regular, self.bold):
            pdfmetrics.registerFont(TTFont(name, str(FONTS / f"{name}.ttf")))

    def text(self, words: str, size: float, *, bold: bool = False, lead: float = 1.4) -> None:
        self.down += size * lead / MM
        self.canvas.setFont(self.bold if bold else self.regular, size)
        self.canvas.drawCentredString(self.width / 2 * MM, (self.height - self.down) * MM, words)

    def bar(self, left: float, top: float, wide: float, tall: float, grey: float = 1.0) -> None:
        self.canvas.setFillGray(1 - grey)
        self.canvas.rect(
            left * MM, (self.height - top - tall) * MM, wide * MM, tall * MM, stroke=0, fill=1
        )
        self.canvas.setFillGray(0)

    def bytes(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self._out.getvalue()


def test_page(setting: str, state: str, width_mm: float = 80, now: datetime | None = None) -> bytes:
    """The page as a PDF, as tall as it needs; `setting` and `state` stand on it."""
    told = (f"{now or datetime.now():%Y-%m-%d %H:%M:%S}", setting, state)
    rough = _Page(width_mm, 400)
    _lay_out(rough, *told)
    page = _Page(width_mm, rough.down + 4)
    _lay_out(page, *told)
    return page.bytes()


test_page.__test__ = False  # type: ignore[attr-defined]


def _lay_out(page: _Page, when: str, setting: str, state: str) -> None:
    narrow = page.width < 72
    burns = BURNS.get(round(page.width), page.width - 8)
    left = (page.width - burns) / 2
    page.canvas.setTitle("test page")
    page.text("找茬窗口 测试页", 12 if narrow else 15, bold=True)
    page.text(when, 9)
    for line in _cut(setting, 26 if narrow else 44):
        page.text(line, 7)
    page.text(f"打印前：{state}", 9, bold=True)
    page.down += 3
    _ruler(page, left, burns)
    _greys(page, left, burns)
    _lines(page, left, burns)
    _code(page, "https://test.example/t/0123456789ABCDEF")
    for size in (6, 7, 8, 10) if narrow else (6, 8, 10, 14):
        page.text(f"{SENTENCE} {size}", size, lead=1.5)
    page.text("0O1I 8B5S ABCDEFGHJKMNPQRSTVWXYZ", 6 if narrow else 9, lead=1.6)


def _cut(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)][:3]


def _ruler(page: _Page, left: float, burns: float) -> None:
    """Millimetres from edge to edge: what is missing at the sides, the head does not reach."""
    for mm in range(int(burns) + 1):
        tall = 5 if mm % 10 == 0 else 3.5 if mm % 5 == 0 else 2
        page.bar(left + min(mm, burns - 0.25), page.down, 0.25, tall)
    page.canvas.setFont(page.regular, 6)
    for mm in range(10, int(burns), 10):
        at = (page.height - page.down - 7.5) * MM
        page.canvas.drawCentredString((left + mm) * MM, at, str(mm))
    page.down += 9


def _greys(page: _Page, left: float, burns: float) -> None:
    wide = burns / len(GREYS)
    for number, grey in enumerate(GREYS):
        page.bar(left + number * wide, page.down, wide - 0.5, 8, grey)
    page.down += 10


def _lines(page: _Page, left: float, burns: float) -> None:
    """One, two and three dots thick, lying and standing."""
    for dots in (1, 2, 3):
        page.bar(left, page.down, burns / 2 - 2, dots * DOT)
        for step in range(8):
            at = left + burns / 2 + (dots - 1) * burns / 6 + step * 4 * DOT * dots / 2
            page.bar(at, page.down - (dots - 1) * 1.5, dots * DOT, 4)
        page.down += 1.5
    page.down += 2


def _code(page: _Page, address: str) -> None:
    matrix = qr_matrix(address)
    side = MODULE * DOT
    left = (page.width - len(matrix) * side) / 2
    # On whole dots: a module between two rows of dots would come out five or seven of them tall.
    page.down = math.ceil((page.down + 4 * side) / DOT) * DOT
    for row, start, length in runs(matrix):
        page.bar(left + start * side, page.down + row * side, length * side, side)
    page.down += (len(matrix) + 4) * side


def runs(matrix: list[list[bool]]) -> Iterator[tuple[int, int, int]]:
    """Neighbouring dark modules as (row, start, length)."""
    for row, modules in enumerate(matrix):
        start = 0
        for dark, group in groupby(modules):
            length = len(list(group))
            if dark:
                yield row, start, length
            start += length
