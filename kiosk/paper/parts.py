"""What several papers share: how they say things, their heads, headings and lists."""

from collections.abc import Callable, Sequence
from datetime import date

from kiosk.paper.letters import one_line, width
from kiosk.paper.marks import Edge, Fill
from kiosk.paper.sheet import Cell, Sheet
from kiosk.words import say


def speaker(language: str) -> Callable[..., str]:
    """`say` in one language."""

    def s(text: str, *args: object) -> str:
        return say(text, language, *args)

    return s


def full_day(day: date, language: str) -> str:
    """A day with its year, for papers that are kept: 2026年11月23日 / 23 November 2026."""
    month = say(f"{day.month}月", language)
    return say("%1年%2%3日", language, day.year, month, day.day)


def both(text: str, language: str) -> str:
    """A title in the visitor's language, with the Chinese one beside it for whoever is shown it."""
    spoken = say(text, language)
    return text if spoken == text else f"{spoken} {text}"


# --- heads ------------------------------------------------------------------------------------


def masthead(
    sheet: Sheet, hall: str, title: str, foreign: str = "", mark: str = "", *, big: bool
) -> None:
    """The head of a roll: the hall, what paper this is, and a mark that it is a reprint."""
    sheet.text(hall, 9.5 if big else 8.5, align="center")
    sheet.gap(1)
    sheet.text(title, sheet.fit(title, 17, 11), bold=True, align="center", role="H1", leading=1.25)
    if foreign:
        sheet.text(foreign, 12 if big else 11, bold=True, align="center", leading=1.25)
    if mark:
        sheet.gap(4)
        stamp(sheet, mark, 10, "center")
    sheet.gap(6)
    sheet.rule(1.4)


def letterhead(
    sheet: Sheet,
    hall: str,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    size: float = 24,
    mark: str = "",
    aside: Callable[[], None] | None = None,
) -> None:
    """The head of a page: the hall over a rule, a large title, what it is about at the right (or
    what `aside` places there)."""
    ours = say("找茬窗口", sheet.language)
    end = width(one_line(ours, sheet.regular), sheet.regular, 10) + 20
    sheet.row(
        [
            Cell(
                sheet.lines(hall, sheet.bold, 11, sheet.width - end),
                sheet.bold, 11, sheet.left, sheet.width - end, sheet.block("P"),
            ),
            Cell(
                [one_line(ours, sheet.regular)],
                sheet.regular, 10, sheet.left, sheet.width, sheet.block("P"), "right",
            ),
        ],
        15,
    )  # fmt: skip
    sheet.gap(4)
    sheet.rule(2)
    sheet.gap(size * 0.5)

    def left() -> None:
        sheet.text(title, sheet.fit(title, size, size * 0.6), bold=True, role="H1", leading=1.2)
        if mark:
            sheet.gap(3)
            stamp(sheet, mark, 11, "left")

    if facts or aside:
        right = aside or (lambda: sheet.pairs(facts, 10, apart=0.2))
        sheet.beside(left, right, max(sheet.width * 0.4, 158), 12)
    else:
        left()
    sheet.gap(size * 0.5)


def stamp(sheet: Sheet, words: str, size: float, align: str) -> None:
    """A few words with an edge close around them."""
    words = one_line(words, sheet.bold)
    wide = width(words, sheet.bold, size) + size * 1.4
    sheet.need(size * 1.8)
    left = sheet.left + ((sheet.width - wide) / 2 if align == "center" else 0)
    sheet.marks.append(Edge(left, sheet.down, wide, size * 1.7, size * 0.85, 1.4))
    top = sheet.down
    sheet.down += size * 0.175
    sheet.put(words, sheet.bold, size, sheet.block("P"), left=left, wide=wide, align="center")
    sheet.down = top + size * 1.8


def heading(sheet: Sheet, words: str, size: float = 13, room: float = 50) -> None:
    """A heading that never stands alone at the foot of a page: `room` is left below it."""
    sheet.gap(size * 0.95)
    sheet.need(size * 1.6 + room)
    sheet.text(words, size, bold=True, role="H2")
    sheet.gap(size * 0.25)


# --- lists ------------------------------------------------------------------------------------


def steps(sheet: Sheet, title: str, ways: Sequence[str], size: float) -> None:
    """Numbered ways under a title, their lines hanging beside the numbers."""
    sheet.text(title, size, bold=True, role="H2")
    sheet.gap(1)
    listed(sheet, [f"{number}." for number in range(1, len(ways) + 1)], ways, size)


def listed(sheet: Sheet, signs: Sequence[str], entries: Sequence[str], size: float) -> None:
    """Entries behind a sign of their own; an empty one is a box to tick."""
    wide = max((width(sign, sheet.regular, size) for sign in signs), default=0) + size * 0.6
    wide = max(wide, size * 1.8) if "" in signs else wide
    with sheet.inside("L"):
        for sign, entry in zip(signs, entries, strict=True):
            with sheet.inside("LI"):
                block = sheet.block("LBody")
            lines = sheet.lines(entry, sheet.regular, size, sheet.width - wide)
            sheet.need(size * 1.5)
            if not sign and lines:
                sheet.box(sheet.left, sheet.down + size * 0.25, size)
            sheet.row(
                [
                    Cell([sign] if sign else [], sheet.regular, size, sheet.left, wide, block),
                    Cell(lines, sheet.regular, size, sheet.left + wide, sheet.width - wide, block),
                ],
                size * 1.5,
            )


def mentions(sheet: Sheet, lines: Sequence[str], size: float) -> None:
    """Small print; empty lines are left out."""
    for line in lines:
        if line:
            sheet.text(line, size)


def labelled(sheet: Sheet, label: str, words: str, small: float, large: float) -> None:
    """A small label over large words."""
    sheet.text(label, small)
    sheet.text(words, large, bold=True, leading=1.3)


def said(sheet: Sheet, words: str, size: float) -> None:
    """Long words at ease, with a bar along their left side on every page they take."""
    block, leading = sheet.block("P"), size * 1.6
    with sheet.inset(left=14):
        for line in sheet.flow(sheet.lines(words, sheet.regular, size, sheet.width), leading):
            sheet.marks.append(Fill(sheet.left - 14, sheet.down, 3, leading))
            sheet.put(line, sheet.regular, size, block, leading=1.6)
            sheet.down += leading
