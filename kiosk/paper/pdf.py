"""Pages as a PDF to be kept for years: PDF/A-1b, tagged, searchable, the same bytes each time.

Fonts are embedded, black is the only ink, and nothing in it tells the time or leads elsewhere.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import floor
from typing import Any

from reportlab.pdfbase import pdfdoc

from kiosk.paper.archive import PRODUCER, output_intent, structure, xmp
from kiosk.paper.letters import stretches, typeface
from kiosk.paper.marks import (
    ORNAMENT,
    About,
    Block,
    Edge,
    Fill,
    Letters,
    Mark,
    Modules,
    Page,
    Stroke,
)
from kiosk.paper.objects import array, dictionary, numbered, stream, text
from kiosk.paper.typeface import Piece

#: How far a control point lies from a corner that is a quarter of a circle.
_ROUND = 0.5523


def write(pages: Sequence[Page], blocks: Sequence[Block], about: About) -> bytes:
    """The pages as one PDF. `blocks[0]` is the document; each other one lies in an earlier one."""
    document = pdfdoc.PDFDocument(invariant=True, pdfVersion=(1, 4))
    writer = _Writer(document)
    fonts, root, tree = dictionary(), dictionary(), dictionary()
    parent = numbered(document, tree)
    leaves: list[str] = []
    tagged: list[list[int]] = []
    places: dict[int, list[tuple[str, int]]] = {}
    for number, page in enumerate(pages):
        order, code = writer.page(page)
        document.updateSignature(code)
        leaf = dictionary(
            Type="/Page",
            Parent=parent,
            MediaBox=f"[0 0 {_whole(page.width)} {_whole(page.height)}]",
            Resources=dictionary(Font=fonts),
            Contents=stream(document, code),
            StructParents=number,
        )
        leaves.append(numbered(document, leaf))
        tagged.append(order)
        for place, block in enumerate(order):
            places.setdefault(block, []).append((leaves[-1], place))
    tree.dict.update(Type="/Pages", Kids=f"[{' '.join(leaves)}]", Count=len(leaves))
    for name, piece in writer.fonts.values():
        fonts[name] = piece.add_to(document)
    root.dict.update(
        Type="/Catalog",
        Pages=parent,
        Lang=text(about.language),
        MarkInfo=dictionary(Marked="true"),
        StructTreeRoot=structure(document, blocks, tagged, places),
        Metadata=stream(document, xmp(about), plain=True, Type="/Metadata", Subtype="/XML"),
        OutputIntents=array([output_intent(document)]),
        ViewerPreferences=dictionary(DisplayDocTitle="true"),
    )
    document.updateSignature(f"{about}")
    document.Catalog = root
    document.info = dictionary(
        Title=text(about.title), Author=text(about.author), Producer=text(PRODUCER)
    )
    made: bytes = document.format()
    return made


# --- what stands on a page --------------------------------------------------------------------


class _Writer:
    """Page after page as PDF operators; remembers which fonts they need."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self.fonts: dict[str, tuple[str, Piece]] = {}

    def page(self, page: Page) -> tuple[list[int], str]:
        """The blocks in the order of their marks, and the operators."""
        order: list[int] = []
        code: list[str] = []
        for block, marks in groupby(page.marks, _block):
            if block == ORNAMENT:
                code.append("/Artifact BMC")
            else:
                code.append(f"/Span <</MCID {len(order)}>> BDC")
                order.append(block)
            for mark in marks:
                code += self._operators(mark, page.height)
            code.append("EMC")
        return order, "\n".join(code) + "\n"

    def _operators(self, mark: Mark, top: float) -> Iterator[str]:
        match mark:
            case Letters():
                yield from self._letters(mark, top)
            case Fill():
                shape = _shape(mark, top)
                yield f"1 g {shape} f 0 g" if mark.white else f"{shape} f"
            case Edge():
                yield f"{_n(mark.thick)} w [] 0 d {_shape(mark, top)} S"
            case Stroke():
                dashes = " ".join(_n(d) for d in mark.dashes or ())
                first, *others = [f"{_n(x)} {_n(top - y)}" for x, y in mark.points]
                line = " ".join([f"{first} m", *(f"{point} l" for point in others)])
                yield f"{_n(mark.thick)} w [{dashes}] 0 d 1 j {line} S"
            case Modules():
                for row, start, length in runs(mark.matrix):
                    left, down = mark.left + start * mark.module, mark.down + row * mark.module
                    yield _rectangle(left, top - down, length * mark.module, mark.module)
                yield "f"

    def _letters(self, mark: Letters, top: float) -> Iterator[str]:
        yield ("1 g " if mark.white else "") + "BT"
        place = f"{_n(mark.left)} {_n(top - mark.down)} Td"
        for font, part in stretches(mark.text, mark.font):
            name, piece = self._font(font)
            yield f"/{name} {_n(mark.size)} Tf {place} <{piece.codes(part)}> Tj"
            place = ""
        yield "ET" + (" 0 g" if mark.white else "")

    def _font(self, font: str) -> tuple[str, Piece]:
        if font not in self.fonts:
            self.fonts[font] = (f"F{len(self.fonts) + 1}", Piece(typeface(font)))
        return self.fonts[font]


def _block(mark: Mark) -> int:
    return mark.block if isinstance(mark, Letters | Modules) else ORNAMENT


def _rectangle(left: float, up: float, wide: float, tall: float) -> str:
    """A rectangle whose upper edge is at `up`, from the bottom of the page."""
    return f"{_n(left)} {_n(up - tall)} {_n(wide)} {_n(tall)} re"


def _shape(mark: Fill | Edge, top: float) -> str:
    radius = min(mark.radius, mark.wide / 2, mark.tall / 2)
    if radius <= 0:
        # PDFium paints every dot that a rectangle so much as touches.
        hair = min(0.01, mark.tall / 4)
        left, down = mark.left + hair, mark.down + hair
        return _rectangle(left, top - down, mark.wide - 2 * hair, mark.tall - 2 * hair)
    left, right = mark.left, mark.left + mark.wide
    low, high = top - mark.down - mark.tall, top - mark.down
    bend = radius * (1 - _ROUND)
    steps = [
        ((left + radius, low),),
        ((right - radius, low),),
        ((right - bend, low), (right, low + bend), (right, low + radius)),
        ((right, high - radius),),
        ((right, high - bend), (right - bend, high), (right - radius, high)),
        ((left + radius, high),),
        ((left + bend, high), (left, high - bend), (left, high - radius)),
        ((left, low + radius),),
        ((left, low + bend), (left + bend, low), (left + radius, low)),
    ]
    drawn = []
    for number, points in enumerate(steps):
        sign = "m" if number == 0 else "l" if len(points) == 1 else "c"
        drawn.append(" ".join(f"{_n(x)} {_n(y)}" for x, y in points) + f" {sign}")
    return " ".join(drawn) + " h"


def runs(matrix: Sequence[Sequence[bool]]) -> Iterator[tuple[int, int, int]]:
    """Neighbouring dark modules of a row as (row, start, length)."""
    for number, row in enumerate(matrix):
        start = 0
        for dark, same in groupby(row):
            length = len(list(same))
            if dark:
                yield number, start, length
            start += length


def _whole(value: float) -> str:
    """A side of the page, cut to a thousandth: rounded up, it would be one dot more on a head."""
    return _n(floor(value * 1000) / 1000)


def _n(value: float) -> str:
    """A number to a thousandth of a point or so; none here is small enough for an exponent."""
    return f"{value:.6g}"
