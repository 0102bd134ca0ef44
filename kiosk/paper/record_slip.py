"""The blank record slip (找茬记录单): the paper way, for whoever does not want a screen (R-15).

A5, or two on an A4 page that is cut in the middle. Black lines only: a copy of a copy still serves.
"""

from kiosk.catalogue import Catalogue
from kiosk.paper.forms import blank, choices
from kiosk.paper.letters import one_line, width
from kiosk.paper.marks import About, Edge, Page, Stroke, moved
from kiosk.paper.pages import A5, MM
from kiosk.paper.parts import letterhead, mentions, speaker
from kiosk.paper.pdf import write
from kiosk.paper.sheet import Sheet

TITLE = "找茬记录单"
KINDS = ("投诉", "吐槽", "建议", "急事难事", "咨询", "表扬")
GRADES = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")
SIZES = (10.5, 10, 9.5, 9, 8.5)
#: How far apart the lines to write on are, and how many there are at least.
APART = 8 * MM
FEWEST = 4


def draw(catalogue: Catalogue, language: str = "zh") -> bytes:
    """One slip on A5 as a PDF."""
    return laid_out(catalogue, language).render(*_named(catalogue, language))


def draw_two(catalogue: Catalogue, language: str = "zh") -> bytes:
    """Two slips beside each other on A4 across, with a line to cut along."""
    sheet = laid_out(catalogue, language)
    pages = [_doubled(page) for page in sheet.finished()]
    title, hall = (one_line(name, sheet.bold) for name in _named(catalogue, language))
    return write(pages, sheet.blocks, About(title, hall, language))


def _named(catalogue: Catalogue, language: str) -> tuple[str, str]:
    return speaker(language)(TITLE), catalogue.hall.name.say(language)


def _doubled(page: Page) -> Page:
    half = 148.5 * MM
    again = [moved(mark, half) for mark in page.marks]
    cut = Stroke(((half, 8 * MM), (half, page.height - 8 * MM)), 0.8, (3, 4))
    return Page(2 * half, page.height, (*page.marks, *again, cut))


def laid_out(catalogue: Catalogue, language: str = "zh") -> Sheet:
    """The slip on its sheet, before it is a PDF: in the largest letters that leave one page."""
    for size in SIZES:
        sheet = _laid_out(catalogue, language, size)
        if sheet.count == 1:
            break
    return sheet


def _laid_out(catalogue: Catalogue, language: str, size: float) -> Sheet:
    s = speaker(language)
    sheet = Sheet(A5, language)
    _head(sheet, catalogue, size)
    column = sheet.width * 0.19
    for label, names in (
        (s("我要"), [s(kind) for kind in KINDS]),
        (s("总的感觉"), [s(grade) for grade in GRADES]),
        (s("哪里不顺"), [p.name.say(language) for p in catalogue.problems if not p.sealed]),
    ):
        choices(sheet, label, names, size, column, 3)
        sheet.gap(3)
    for label in (s("哪个窗口"), s("办什么事")):
        blank(sheet, label, size, column, 2.4 * size)
    sheet.gap(7)
    sheet.text(s("想说的话"), size, bold=True)
    room = sheet.bottom - sheet.down - sheet.measure(lambda: _tail(sheet, catalogue, size, column))
    for _ in range(max(FEWEST, int(room // APART))):
        sheet.need(APART)
        sheet.down += APART
        sheet.line(sheet.left, sheet.down - 4, sheet.width)
    _tail(sheet, catalogue, size, column)
    return sheet


def _head(sheet: Sheet, catalogue: Catalogue, size: float) -> None:
    """Hall, title, and a field for the number, which the desk fills in."""
    s = speaker(sheet.language)

    def number() -> None:
        sheet.text(s("编号（服务台填写）"), 8)
        sheet.marks.append(Edge(sheet.left, sheet.down + 2, sheet.width, 24, 4, 1.2))
        sheet.down += 26

    letterhead(sheet, catalogue.hall.name.say(sheet.language), s(TITLE), size=22, aside=number)
    sheet.text(s("哪里不顺心，写在这里。不记名也件件有回复。"), size)
    sheet.gap(5)


def _tail(sheet: Sheet, catalogue: Catalogue, size: float, column: float) -> None:
    """How to be reached, and what is promised."""
    s = speaker(sheet.language)
    call = s("打我的电话")
    sheet.gap(5)
    choices(sheet, s("怎么回复"), [s("不留名，凭回执看"), call], size, column, 1)
    phone = column + size * 2.6 + width(one_line(call, sheet.regular), sheet.regular, size)
    sheet.line(sheet.left + phone, sheet.down - 4, sheet.width - phone)
    sheet.gap(5)
    sheet.rule(1.4)
    sheet.gap(4)
    closed = [p.name.say(sheet.language) for p in catalogue.problems if p.sealed]
    mentions(
        sheet,
        (
            s("写好交给服务台，当场给您编号和回执。"),
            s("件件有回复。不满意，可以要求重办。"),
            s("被反映的窗口看不到您是谁。"),
            s("“%1”的事请在找茬窗口的屏幕上说，只有纪检看得到。", "、".join(closed))
            if closed
            else "",
        ),
        size - 1,
    )
