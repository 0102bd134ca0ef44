"""Tables: heads that come again on every page, cells that wrap, rows that break well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.paper.letters import one_line, pieces, width
from kiosk.paper.marks import ORNAMENT
from kiosk.paper.sheet import Cell, Sheet

BETWEEN = 10
#: As much of the width a column may take that is as wide as its cells.
WIDEST = 0.3
LEADING = 1.35


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head and its share of the width; 0 is as wide as its widest cell."""

    head: str
    share: float
    align: str = "left"
    bold: bool = False


def table(
    sheet: Sheet,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    size: float = 9.5,
    nothing: str = "",
) -> None:
    """The rows under their heads; `nothing` is said where there are none."""
    if not rows:
        sheet.text(nothing, size + 0.5)
        return
    widths = _widths(sheet, columns, rows, size)
    lefts = [sheet.left + sum(widths[:n]) + BETWEEN * n for n in range(len(columns))]

    def cells(texts: Sequence[str], blocks: Sequence[int], head: bool) -> list[Cell]:
        made = []
        for column, text, left, broad, block in zip(
            columns, texts, lefts, widths, blocks, strict=True
        ):
            font = sheet.bold if head or column.bold else sheet.regular
            lines = sheet.lines(text, font, size, broad)
            made.append(Cell(lines, font, size, left, broad, block, column.align))
        return made

    def heads(blocks: Sequence[int]) -> None:
        sheet.row(cells([c.head for c in columns], blocks, True), size * LEADING, 3)
        sheet.rule(1.2)
        sheet.down += 4

    with sheet.inside("Table"):
        sheet.need(size * LEADING * 3 + 14)
        with sheet.inside("TR"):
            heads([sheet.block("TH") for _ in columns])
        # On further pages the heads are an ornament: whoever listens has heard them.
        sheet.heads = lambda: heads([ORNAMENT] * len(columns))
        for row in rows:
            with sheet.inside("TR"):
                blocks = [sheet.block("TD") for _ in columns]
            sheet.row(cells(row, blocks, False), size * LEADING, 4)
            sheet.rule(0.45)
            sheet.down += 4
        sheet.heads = None


def _widths(
    sheet: Sheet, columns: Sequence[Column], rows: Sequence[Sequence[str]], size: float
) -> list[float]:
    """Each column has its share, and no less than its head's longest word needs."""
    wide = sheet.width - BETWEEN * (len(columns) - 1)

    def widest(texts: Iterable[str]) -> float:
        drawn = [one_line(text, sheet.bold).rstrip() for text in texts]
        return min(max(width(text, sheet.bold, size) for text in drawn) + 1, wide * WIDEST)

    least = [
        widest(pieces(column.head) if column.share else (column.head, *(row[n] for row in rows)))
        for n, column in enumerate(columns)
    ]
    fixed = {n for n, column in enumerate(columns) if not column.share}
    while True:
        rest = wide - sum(least[n] for n in fixed)
        whole = sum(column.share for n, column in enumerate(columns) if n not in fixed) or 1
        found = [least[n] if n in fixed else rest * c.share / whole for n, c in enumerate(columns)]
        narrow = {n for n, got in enumerate(found) if got < least[n] - 0.01}
        if not narrow:
            return found
        fixed |= narrow
