"""The receipt: what stands on it, and how it is drawn. One rendering for every printer.

The words are made ready in `receipt_of`; `draw` only lays them out, from top to bottom, on a page
exactly as tall as they need. Nothing of the citizen's own words, name or number is ever on it.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from db.case import KIND_WORDS, Case, ReplyBy
from db.code import TrackingCode
from kiosk import RESOURCES
from kiosk.catalogue import Catalogue
from kiosk.words import say
from kiosk.workdays import spoken_day

MM = 72 / 25.4
REGULAR, BOLD = "NotoSansSC", "NotoSansSC-Bold"

#: One dot of a 203-dpi head, in points; QR modules are whole numbers of dots.
DOT = 72 / 203
QR_VERSION = 6
QR_MASK = 3
QUIET = 4

REPLY_WORDS = {
    ReplyBy.RECEIPT: "不留名，凭小票看",
    ReplyBy.PHONE: "打您留的电话",
    ReplyBy.ON_SITE: "您在现场等，马上有人来",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ready words of one receipt, top to bottom."""

    language: str
    hall: str
    title: str
    copy: str
    number: tuple[str, str]
    code: tuple[str, str]
    address: str
    scan: str
    facts: tuple[tuple[str, str], ...]
    promise: str
    people: tuple[tuple[str, str], ...]
    follow: tuple[str, ...]
    vows: tuple[str, ...]
    foreign: tuple[str, ...]
    footer: tuple[str, ...]


def receipt_of(
    case: Case,
    code: TrackingCode,
    address: str,
    catalogue: Catalogue,
    language: str,
    *,
    copy: int = 0,
    now: datetime,
    kiosk: str = "",
    version: str = "",
) -> Receipt:
    """The receipt of a case in `language`; `copy` counts reprints, `address` is for the QR code."""

    def s(text: str, *args: object) -> str:
        return say(text, language, *args)

    said = case.feedback
    stop = "、" if language == "zh" else ", "
    facts = [
        (s("时间"), f"{now:%Y-%m-%d %H:%M}"),
        (s("类别"), s(KIND_WORDS[said.kind])),
    ]
    if said.problems:
        facts.append(
            (s("问题"), stop.join(catalogue.name_of(code, language) for code in said.problems))
        )
    promise = ""
    if not said.asks_nothing:
        facts.append((s("回复"), s(REPLY_WORDS[said.reply_by])))
        promise = s("最迟 %1 前回复您", spoken_day(date.fromisoformat(case.due), language))
    people = [
        (s("首问负责"), _post(case.duty_post, catalogue, language)),
        (s("带班领导"), _post(case.leader, catalogue, language)),
        (s("服务电话"), f"{catalogue.hall.phone} · {catalogue.hall.hotline}"),
    ]
    follow = (
        s("手机扫二维码"),
        s("在找茬窗口点“查进度”，输入查询码"),
        s("到服务台出示小票"),
    )
    vows = (
        s("件件有回复。不满意，可以要求重办。"),
        s("被反映的窗口看不到您是谁。"),
    )
    english = () if language == "en" else ("Scan the code, or ask at the desk, to read our reply.",)
    return Receipt(
        language=language,
        hall=catalogue.hall.name.say(language),
        title="找茬窗口 受理回执" + (" · Receipt" if language == "en" else ""),
        copy=s("补打第 %1 次", copy) if copy else "",
        number=(s("编号"), case.number),
        code=(s("查询码（请收好）"), code.grouped),
        address=address,
        scan=s("扫一扫，看回复") if address else s("凭编号和查询码到服务台查"),
        facts=tuple(facts),
        promise=promise,
        people=tuple((name, value) for name, value in people if value),
        follow=follow,
        vows=vows,
        foreign=english,
        footer=(
            s("请收好：拿着查询码的人都能看到回复。"),
            s("凭证 %1 · %2 · %3", case.seal[:8], kiosk, version),
        ),
    )


def _post(post: str, catalogue: Catalogue, language: str) -> str:
    """A post in the receipt's language, found again in the roster."""
    for duty in catalogue.roster:
        for known in (duty.window_post, duty.leader_post):
            if known.say("zh") == post:
                return known.say(language)
    return post


# --- drawing ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of text: baseline `down` from the block's top, all in points."""

    text: str
    font: str
    size: float
    left: float
    down: float
    align: str = "left"


def draw(receipt: Receipt, width_mm: float = 80, fonts: tuple[str, str] | None = None) -> bytes:
    """The receipt as a PDF of one page, as tall as it needs; `fonts` are (regular, bold)."""
    from reportlab.pdfgen.canvas import Canvas

    regular, bold = fonts or _bundled()
    margin = (4 if width_mm >= 72 else 2.5) * MM
    width = width_mm * MM
    sheet = _Sheet(width - 2 * margin, regular, bold)
    _lay_out(sheet, receipt)
    height = sheet.down + 2 * margin
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(width, height), lang=receipt.language, invariant=True)
    canvas.setTitle(f"{receipt.title} {receipt.number[1]}")
    top = height - margin
    for line in sheet.lines:
        canvas.setFont(line.font, line.size)
        place = margin + line.left
        {"left": canvas.drawString, "center": canvas.drawCentredString}[line.align](
            place, top - line.down, line.text
        )
    for left, down, wide, thick, dashed in sheet.rules:
        canvas.setLineWidth(thick)
        canvas.setDash([1.5, 2] if dashed else [])
        canvas.line(margin + left, top - down, margin + left + wide, top - down)
    for left, down, wide, tall, radius in sheet.boxes:
        canvas.setLineWidth(1.4)
        canvas.setDash([])
        canvas.roundRect(margin + left, top - down - tall, wide, tall, radius)
    if sheet.qr is not None:
        left, down, module, matrix = sheet.qr
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


class _Sheet:
    """Collects what is to be drawn, from top to bottom."""

    def __init__(self, width: float, regular: str, bold: str) -> None:
        self.width = width
        self.regular = regular
        self.bold = bold
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


def _lay_out(sheet: _Sheet, receipt: Receipt) -> None:
    sheet.text(receipt.hall, 9, center=True)
    sheet.text(receipt.title, 14, bold=True, center=True)
    if receipt.copy:
        sheet.text(receipt.copy, 10, bold=True, center=True)
    sheet.gap(4)
    sheet.rule(1.2)
    if receipt.promise:
        sheet.gap(7)
        top = sheet.down
        sheet.gap(6)
        sheet.text(receipt.promise, 12, bold=True, center=True, right=14)
        sheet.gap(5)
        sheet.boxes.append((0, top, sheet.width, sheet.down - top, 6))
    sheet.gap(6)
    sheet.pairs(receipt.facts, 8.5)
    sheet.gap(5)
    sheet.rule(0.6, dashed=True)
    sheet.gap(4)
    sheet.text(receipt.number[0], 8, center=True)
    sheet.text(receipt.number[1], 12, bold=True, center=True)
    sheet.gap(3)
    sheet.text(receipt.code[0], 8, center=True)
    sheet.text(receipt.code[1], 19 if sheet.width > 60 * MM else 14, bold=True, center=True)
    if receipt.address:
        matrix = qr_matrix(receipt.address)
        modules = len(matrix)
        dots = max(6, int(30 * MM / DOT / modules))
        module = dots * DOT
        side = modules * module
        sheet.gap(QUIET * module + 2)
        sheet.qr = ((sheet.width - side) / 2, sheet.down, module, matrix)
        sheet.gap(side + QUIET * module)
    sheet.text(receipt.scan, 9, bold=True, center=True)
    sheet.gap(5)
    sheet.rule(0.6, dashed=True)
    sheet.gap(5)
    sheet.pairs(receipt.people, 8.5)
    sheet.gap(5)
    for number, way in enumerate(receipt.follow, 1):
        sheet.text(f"{number}  {way}", 8.5)
    sheet.gap(5)
    sheet.rule(1.2)
    sheet.gap(3)
    for vow in receipt.vows:
        sheet.text(vow, 9, bold=True, center=True, right=8)
        sheet.gap(2)
    for line in receipt.foreign:
        sheet.gap(2)
        sheet.text(line, 7.5, center=True)
    sheet.gap(4)
    for line in receipt.footer:
        sheet.text(line, 7, center=True)


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
