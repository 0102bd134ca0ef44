"""The paper itself: its formats, where on it one is, and when the page is turned.

A roll is one page as tall as it needs; other formats turn the page where the next line has no room.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

from kiosk.paper.letters import (
    LACKING,
    bundled,
    one_line,
    printable,
    shortened,
    width,
    wrap,
    wrap_evenly,
)
from kiosk.paper.marks import ORNAMENT, About, Block, Fill, Letters, Mark, Page
from kiosk.paper.pdf import write
from kiosk.words import FONT, SOURCE, say

MM = 72 / 25.4
#: One dot of a 203-dpi head, in points; QR modules and rolls are whole numbers of dots.
DOT = 72 / 203
#: Dots of paper, and how many of them a head prints: 112, 80 and 58 mm.
HEADS = ((880, 832), (600, 576), (424, 384))
#: Where the letters stand in a line's height: Chinese ones fill the em from 0.88 to -0.12.
ASCENT = 0.88
#: Full-width signs with nothing in their right half: a line that ends in one looks off its middle.
HALF_EMPTY = frozenset("）」』】》。，、；：！？")
#: The small letters at the top and the bottom of a page, and how tall their lines are.
RUNNING, FOOT, FOOT_LINE = 8.5, 8.0, 11.0


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of paper, in points: its size and what stays empty; a roll has no height."""

    wide: float
    tall: float | None
    side: float
    above: float
    below: float


A4 = Format(210 * MM, 297 * MM, 19 * MM, 15 * MM, 12 * MM)
A5 = Format(148 * MM, 210 * MM, 13 * MM, 11 * MM, 9 * MM)


def roll(width_mm: float) -> Format:
    """A roll of paper: whole dots wide, with what its head can print in the middle."""
    dots = round(width_mm * MM / DOT / 8) * 8
    head = next((wide for paper, wide in HEADS if dots >= paper), dots - 40)
    return Format(dots * DOT, None, (dots - head) / 2 * DOT, 24 * DOT, 24 * DOT)


def format_of(width_mm: float) -> Format:
    """The paper of a width: A4, A5 or a roll."""
    return A4 if width_mm >= 200 else A5 if width_mm >= 140 else roll(width_mm)


def snap(value: float) -> float:
    """The nearest whole dot."""
    return round(value / DOT) * DOT


class Pages:
    """Pages, one after the other, and the place where the next line goes: `down` from the top.

    `running` is said at the top of every further page, `foot` at the bottom of each one;
    `language` says which of the bundled fonts is looked in first.
    """

    def __init__(
        self, format: Format, language: str = SOURCE, *, running: str = "", foot: str = ""
    ) -> None:
        self.format = format
        self.language = language
        self.regular, self.bold = bundled(say(FONT, language))
        self.blocks = [Block("Document", 0)]
        #: Whether some character had to be printed as 〓.
        self.lacking = False
        #: Places the heads of a table again on the next page.
        self.heads: Callable[[], None] | None = None
        self._left = self._right = 0.0
        self._inside = 0
        self._running = running
        self._foot = self.lines(foot, self.regular, FOOT, self.width - 90)
        self._pages: list[list[Mark]] = [[]]
        self.down = self._start = format.above
        self.bottom = float("inf")
        if format.tall is not None:
            foot_tall = FOOT + FOOT_LINE * len(self._foot) if self._foot else 0
            self.bottom = format.tall - format.below - foot_tall

    # --- where one is ---

    @property
    def left(self) -> float:
        return self.format.side + self._left

    @property
    def width(self) -> float:
        return self._whole_width - self._left - self._right

    @property
    def _whole_width(self) -> float:
        return self.format.wide - 2 * self.format.side

    @property
    def marks(self) -> list[Mark]:
        return self._pages[-1]

    @property
    def count(self) -> int:
        return len(self._pages)

    @property
    def on_a_roll(self) -> bool:
        return self.format.tall is None

    @property
    def fresh(self) -> bool:
        """Whether nothing stands on this page yet but what stands on every one."""
        return self.down <= self._start

    def gap(self, height: float) -> None:
        """Empty paper; none at the top of a further page."""
        if not self.fresh or self.count == 1:
            self.down = min(self.down + height, self.bottom)

    def room(self) -> float:
        """What is left of this page."""
        return self.bottom + 0.01 - self.down

    def need(self, height: float) -> None:
        """Turn the page unless this much room is left on it."""
        if height > self.room() and not self.fresh:
            self.turn()

    def turn(self) -> None:
        """Go on at the top of a new page."""
        self._pages.append([])
        self.down = self.format.above
        if self._running:
            side, wide = self.format.side, self._whole_width
            line = shortened(self._running, self.regular, RUNNING, wide)
            self.put(line, self.regular, RUNNING, ORNAMENT, left=side)
            self.down += RUNNING * 1.5
            self.marks.append(Fill(side, self.down, wide, 1))
            self.down += 8
        self._start = self.down
        if self.heads is not None:
            self.heads()
            self._start = self.down

    @contextmanager
    def inset(self, left: float = 0, right: float = 0) -> Iterator[None]:
        """What is placed within stands further in."""
        before = (self._left, self._right)
        self._left, self._right = before[0] + left, before[1] + right
        try:
            yield
        finally:
            self._left, self._right = before

    @contextmanager
    def inside(self, role: str) -> Iterator[None]:
        """What is placed within belongs together: a table, a row, a list."""
        before = self._inside
        self._inside = self.block(role)
        try:
            yield
        finally:
            self._inside = before

    def block(self, role: str = "P", says: str = "") -> int:
        """A new block of text; its number."""
        self.blocks.append(Block(role, self._inside, says))
        return len(self.blocks) - 1

    def measure(self, place: Callable[[], None]) -> float:
        """How much room it takes to place something; nothing is kept of the try."""
        down, bottom = self.down, self.bottom
        blocks, marks = len(self.blocks), len(self.marks)
        self.bottom = float("inf")
        place()
        tall = self.down - down
        self.down, self.bottom = down, bottom
        del self.blocks[blocks:], self.marks[marks:]
        return tall

    # --- lines ---

    def lines(
        self, words: str, font: str, size: float, wide: float, evenly: bool = False
    ) -> list[str]:
        """What is printed of the words, in lines no wider than `wide`."""
        drawn = printable(words, font)
        self.lacking = self.lacking or drawn.count(LACKING) > words.count(LACKING)
        found: list[str] = []
        for paragraph in drawn.split("\n"):
            cut = (wrap_evenly if evenly else wrap)(paragraph, font, size, wide)
            found += cut or ([""] if found and found[-1] else [])
        return found[:-1] if found and not found[-1] else found

    def put(
        self,
        line: str,
        font: str,
        size: float,
        block: int,
        *,
        left: float | None = None,
        wide: float | None = None,
        align: str = "left",
        leading: float = 1.35,
        white: bool = False,
    ) -> None:
        """One line at the present height, which stays."""
        place = self.left if left is None else left
        free = (self.width if wide is None else wide) - width(line, font, size)
        place += free / 2 if align == "center" else free if align == "right" else 0
        if align == "center" and line[-1:] in HALF_EMPTY:
            place += size * 0.2
        down = self.down + size * ((leading - 1) / 2 + ASCENT)
        self.marks.append(Letters(line, font, size, place, down, block, white))

    # --- done ---

    def finished(self) -> list[Page]:
        """The pages with their feet; a roll is cut to whole dots."""
        tall = self.format.tall
        if tall is None:
            tall = ceil((self.down + self.format.below) / DOT - 0.01) * DOT
        return [
            Page(self.format.wide, tall, (*marks, *self._foot_of(number)))
            for number, marks in enumerate(self._pages, 1)
        ]

    def _foot_of(self, number: int) -> Iterator[Mark]:
        if not self._foot:
            return
        font, left = self.regular, self.format.side
        base = self.bottom + 2 * FOOT
        yield Fill(left, self.bottom + 2, self._whole_width, 0.8)
        for place, line in enumerate(self._foot):
            yield Letters(line, font, FOOT, left, base + FOOT_LINE * place, ORNAMENT)
        pages = say("第 %1 页，共 %2 页", self.language, number, self.count)
        right = left + self._whole_width - width(pages, font, FOOT)
        yield Letters(pages, font, FOOT, right, base, ORNAMENT)

    def pdf(self, title: str, author: str) -> bytes:
        """The pages as a PDF with a title and the hall that speaks."""
        about = About(one_line(title, self.bold), one_line(author, self.bold), self.language)
        return write(self.finished(), self.blocks, about)
