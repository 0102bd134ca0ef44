"""What is filled in by hand: boxes to tick, lines to write on, places to sign."""

from collections.abc import Sequence

from kiosk.paper.letters import one_line, shortened, width
from kiosk.paper.marks import ORNAMENT, Edge
from kiosk.paper.parts import speaker
from kiosk.paper.sheet import Sheet


def choices(
    sheet: Sheet, label: str, names: Sequence[str], size: float, column: float, most: int
) -> None:
    """Boxes to tick beside their label, as many across as find room, `most` at the most."""
    widest = max(width(one_line(n, sheet.regular), sheet.regular, size) for n in names)
    room = sheet.width - column
    across = max(1, min(most, int(room // (widest + size * 1.9))))
    cell, tall = room / across, size * 1.7
    top, block = sheet.down, sheet.block("P")
    for line in sheet.lines(label, sheet.bold, size, column - 6):
        sheet.put(line, sheet.bold, size, block, leading=tall / size)
        sheet.down += size * 1.25
    low, sheet.down = sheet.down, top
    for number, name in enumerate(names):
        left = sheet.left + column + number % across * cell
        sheet.box(left, sheet.down + (tall - size * 1.05) / 2, size * 1.05)
        line = shortened(name, sheet.regular, size, cell - size * 1.6)
        block = sheet.block("P")
        sheet.put(line, sheet.regular, size, block, left=left + size * 1.6, leading=tall / size)
        if (number + 1) % across == 0 or number + 1 == len(names):
            sheet.down += tall
    sheet.down = max(sheet.down, low)


def blank(sheet: Sheet, label: str, size: float, column: float, tall: float = 25) -> None:
    """A label and a line to write on."""
    lines = sheet.lines(label, sheet.bold, size, column - 8)
    sheet.need(tall)
    top, block = sheet.down, sheet.block("P")
    sheet.down = top + tall - 3 - size * 1.3 * len(lines)
    for line in lines:
        sheet.put(line, sheet.bold, size, block, leading=1.3)
        sheet.down += size * 1.3
    sheet.down = top + tall
    sheet.line(sheet.left + column, sheet.down - 4, sheet.width - column)


def signatures(sheet: Sheet, titles: Sequence[str]) -> None:
    """A place for each to sign: post, name, time."""
    s = speaker(sheet.language)
    wide = (sheet.width - 16 * (len(titles) - 1)) / len(titles)
    names = [s("岗位"), s("签名"), s("时间")]
    column = max(width(one_line(n, sheet.regular), sheet.regular, 10) for n in names) + 10
    sheet.gap(14)
    sheet.need(116)
    top = sheet.down
    for place, title in enumerate(titles):
        left = sheet.left + place * (wide + 16)
        sheet.marks.append(Edge(left, top, wide, 108, 7, 1.4))
        sheet.down = top + 8
        sheet.put(one_line(title, sheet.bold), sheet.bold, 12, sheet.block("P"), left=left + 12)
        for number, name in enumerate(names):
            sheet.down = top + 30 + number * 24
            sheet.put(one_line(name, sheet.regular), sheet.regular, 10, ORNAMENT, left=left + 12)
            sheet.line(left + 12 + column, sheet.down + 13, wide - 24 - column)
    sheet.down = top + 116
