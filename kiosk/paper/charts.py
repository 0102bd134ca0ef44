"""Numbers in black: large figures, bars, two lines over the weeks. No colour, no shades."""

from collections.abc import Sequence

from kiosk.paper.letters import one_line, width
from kiosk.paper.marks import ORNAMENT, Fill, Stroke
from kiosk.paper.pages import DOT
from kiosk.paper.sheet import Sheet

SMALL = 8.5


def figures(sheet: Sheet, shown: Sequence[tuple[str, str]]) -> None:
    """Large numbers with their names below, beside each other between two rules."""
    wide = sheet.width / len(shown)
    names = [sheet.lines(name, sheet.regular, 9, wide - 8) for _, name in shown]
    sheet.need(70)
    sheet.rule(1.4)
    sheet.gap(6)
    top, low = sheet.down, sheet.down
    for place, (number, _) in enumerate(shown):
        sheet.down, block = top, sheet.block("P")
        left = sheet.left + place * wide
        if place:
            sheet.marks.append(Fill(left - 9, top + 2, 0.8, 38))
        sheet.put(number, sheet.bold, 22, block, left=left, leading=1.2)
        sheet.down += 22 * 1.25
        for line in names[place]:
            sheet.put(line, sheet.regular, 9, block, left=left)
            sheet.down += 9 * 1.35
        low = max(low, sheet.down)
    sheet.down = low + 6
    sheet.rule(1.4)
    sheet.down += 6


def bars(sheet: Sheet, rows: Sequence[tuple[str, int, str]], size: float = 9.5) -> None:
    """A bar for each (name, number, remark), as long as its number."""
    if not rows:
        return
    names = [sheet.lines(name, sheet.regular, size, sheet.width * 0.4) for name, _, _ in rows]
    column = max(width(line, sheet.regular, size) for n in names for line in n or [""]) + 8
    ends = [one_line(f"{number}{remark}", sheet.regular) for _, number, remark in rows]
    end = max(width(text, sheet.bold, size) for text in ends) + 6
    most = max(max(number for _, number, _ in rows), 1)
    longest = max(sheet.width - column - end, 10)
    for lines, (_, number, _), text in zip(names, rows, ends, strict=True):
        tall = max(len(lines), 1) * size * 1.3 + 5
        sheet.need(tall)
        top, block = sheet.down, sheet.block("P")
        for line in lines:
            sheet.put(line, sheet.regular, size, block, leading=1.3)
            sheet.down += size * 1.3
        sheet.down = top
        long = longest * number / most
        bar = Fill(sheet.left + column, top + 2, max(long, 2 * DOT), size, 1.5)
        sheet.marks.append(bar)
        left = sheet.left + column + max(long, 2 * DOT) + 5
        sheet.put(text, sheet.bold, size, block, left=left, leading=1.3)
        sheet.down = top + tall


def trend(
    sheet: Sheet,
    points: Sequence[tuple[str, int, int]],
    names: tuple[str, str],
    tall: float = 84,
) -> None:
    """Two lines over (label, first, second): the first whole with dots, the second dashed with
    rings, named above."""
    if not points:
        return
    labels = [label for label, _, _ in points]
    series = ([second for _, _, second in points], [first for _, first, _ in points])
    sheet.need(tall + 40)
    _legend(sheet, names)
    most = _round_up(max(max(values) for values in series))
    # The last label stands in the middle below its point.
    edge = width(one_line(labels[-1], sheet.regular), sheet.regular, SMALL) / 2
    axis = width(f"{most}", sheet.regular, SMALL) + 6
    left, wide = sheet.left + axis, sheet.width - axis - max(edge, 4)
    top = sheet.down + 4
    _scale(sheet, most, left, wide, top, tall)
    step = wide / max(len(points) - 1, 1)
    places = [left + (step * n if len(points) > 1 else wide / 2) for n in range(len(points))]
    for dashed, values in zip((True, False), series, strict=True):
        heights = [top + tall * (1 - value / most) for value in values]
        _line(sheet, tuple(zip(places, heights, strict=True)), dashed)
    _labels(sheet, labels, places, step, top + tall + 4)
    sheet.down = top + tall + 4 + SMALL * 1.5


def _scale(sheet: Sheet, most: int, left: float, wide: float, top: float, tall: float) -> None:
    """Three dotted lines with their numbers: all, half, none."""
    for part, number in enumerate((most, most // 2, 0)):
        down = top + tall * part / 2
        sheet.marks.append(Stroke(((left, down), (left + wide, down)), 0.7, (0.8, 2.4)))
        sheet.down = down - SMALL * 0.68
        room = left - 6 - sheet.left
        sheet.put(
            f"{number}", sheet.regular, SMALL, ORNAMENT,
            left=sheet.left, wide=room, align="right",
        )  # fmt: skip


def _line(sheet: Sheet, points: tuple[tuple[float, float], ...], dashed: bool) -> None:
    if len(points) > 1:
        sheet.marks.append(Stroke(points, 1.2 if dashed else 1.8, (4, 3) if dashed else None))
    for x, y in points:
        if dashed:
            sheet.marks.append(Fill(x - 2.6, y - 2.6, 5.2, 5.2, 2.6))
            sheet.marks.append(Fill(x - 1.4, y - 1.4, 2.8, 2.8, 1.4, white=True))
        else:
            sheet.marks.append(Fill(x - 2.4, y - 2.4, 4.8, 4.8, 2.4))


def _legend(sheet: Sheet, names: tuple[str, str]) -> None:
    left = sheet.left
    for number, name in enumerate(names):
        line = one_line(name, sheet.regular)
        middle = sheet.down + 9 * 0.66
        _line(sheet, ((left + 3, middle), (left + 23, middle)), dashed=number == 1)
        sheet.put(line, sheet.regular, 9, sheet.block("P"), left=left + 30)
        left += 30 + width(line, sheet.regular, 9) + 18
    sheet.down += 9 * 1.35 + 4


def _labels(
    sheet: Sheet, labels: Sequence[str], places: Sequence[float], step: float, down: float
) -> None:
    """As many of the labels as have room, the last one always."""
    widest = max(width(one_line(label, sheet.regular), sheet.regular, SMALL) for label in labels)
    every = max(1, -(-int(widest + 6) // max(int(step), 1)))
    sheet.down = down
    for number, label in enumerate(labels):
        if (len(labels) - 1 - number) % every == 0:
            line = one_line(label, sheet.regular)
            wide = width(line, sheet.regular, SMALL)
            sheet.put(line, sheet.regular, SMALL, ORNAMENT, left=places[number] - wide / 2)


def _round_up(most: int) -> int:
    """The next even round number, so that half of it is whole."""
    step = 2
    while most > step * 5:
        step *= 5 if step in (2, 20, 200, 2000) else 2
    return max(step, -(-most // step) * step)
