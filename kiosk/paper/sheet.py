"""Sheets of paper: text, names with values, rules, cards, a QR code, from top to bottom.

Every paper of the hall is laid out on one, so that all of them wrap, break and measure alike.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kiosk.paper.letters import fit, one_line, width
from kiosk.paper.marks import Edge, Fill, Modules, Stroke
from kiosk.paper.pages import DOT, Pages, snap
from kiosk.paper.qr import QUIET, qr_matrix
from kiosk.words import say

#: A row of no more lines than this stays whole.
KEPT_WHOLE = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """Lines in a column of their own, `left` from the edge of the paper."""

    lines: Sequence[str]
    font: str
    size: float
    left: float
    wide: float
    block: int
    align: str = "left"


class Sheet(Pages):
    """Places things one below the other, and renders the whole."""

    # --- text ---

    def text(
        self,
        words: str,
        size: float,
        *,
        bold: bool = False,
        align: str = "left",
        role: str = "P",
        leading: float = 1.35,
        evenly: bool = False,
    ) -> None:
        """Words wrapped into the width; `evenly` cuts behind a stop where that costs no line."""
        font = self.bold if bold else self.regular
        block, tall = self.block(role), size * leading
        for line in self.flow(
            self.lines(words, font, size, self.width, evenly or align == "center"), tall
        ):
            self.put(line, font, size, block, align=align, leading=leading)
            self.down += tall

    def flow(self, lines: Sequence[str], tall: float) -> Iterator[str]:
        """Line after line, with room for each: neither the first nor the last stands alone."""
        for number, line in enumerate(lines):
            rest = len(lines) - number
            together = min(rest, 3 if rest == 3 else 2) if number == 0 else 2 if rest == 2 else 1
            self.need(tall * together)
            yield line

    def fit(self, words: str, largest: float, smallest: float) -> float:
        """The largest size in which the words, in bold, stay on one line."""
        # Some letters reach a little beyond their own width.
        return fit(one_line(words, self.bold), self.bold, self.width - 3, largest, smallest)

    def band(self, words: str, size: float) -> None:
        """White words on a black band across the whole width."""
        lines = self.lines(words, self.bold, size, self.width - 2 * size, True)
        tall = len(lines) * size * 1.3 + size * 0.7
        self.need(tall)
        top, block = self.down, self.block()
        self.marks.append(Fill(self.left, snap(top), self.width, snap(tall), 4))
        self.down = top + size * 0.35
        for line in lines:
            self.put(line, self.bold, size, block, align="center", leading=1.3, white=True)
            self.down += size * 1.3
        self.down = top + tall

    def pairs(
        self,
        pairs: Sequence[tuple[str, str]],
        size: float,
        *,
        bold: bool = True,
        apart: float = 0.3,
        names: Sequence[str] = (),
    ) -> None:
        """Names in a column of their own, values beside them; `names` take part in its width."""
        plain, font = self.regular, self.bold if bold else self.regular
        known = [one_line(name, plain) for name in (*(name for name, _ in pairs), *names)]
        widest = max((width(name, plain, size) for name in known), default=0)
        column = min(widest, self.width * 0.42) + size
        for name, value in pairs:
            left = self.lines(name, plain, size, column - size * 0.8)
            right = self.lines(value, font, size, self.width - column)
            end = self.left + column
            self.row(
                [
                    Cell(left, plain, size, self.left, column, self.block()),
                    Cell(right, font, size, end, self.width - column, self.block()),
                ],
                size * (1.25 + apart),
            )

    def row(self, cells: Sequence[Cell], leading: float, below: float = 0) -> None:
        """Cells beside each other; one with many lines goes on on the next page."""
        count = max((len(cell.lines) for cell in cells), default=0)
        done = 0
        while done < count:
            rest, fits = count - done, (self.room() - below) // leading
            if fits < rest and not self.fresh and (fits < 2 or rest <= KEPT_WHOLE):
                self.turn()
                fits = (self.room() - below) // leading
            now = int(max(1, min(fits, rest)))
            self._cells(cells, done, done + now, leading)
            done += now
        self.down += below

    def _cells(self, cells: Sequence[Cell], first: int, last: int, leading: float) -> None:
        top = self.down
        for cell in cells:
            self.down = top
            for line in cell.lines[first:last]:
                self.put(
                    line, cell.font, cell.size, cell.block,
                    left=cell.left, wide=cell.wide, align=cell.align, leading=leading / cell.size,
                )  # fmt: skip
                self.down += leading
        self.down = top + (last - first) * leading

    # --- shapes ---

    def rule(self, thick: float = 1, dashed: bool = False) -> None:
        """A line across the width."""
        left, down = self.left, self.down
        if dashed:
            ends = ((left, down), (left + self.width, down))
            self.marks.append(Stroke(ends, max(thick, 2 * DOT), (1.2, 2.4)))
            return
        if self.on_a_roll:
            # A head prints whole dots, and one alone is too thin to see.
            left, down, thick = snap(left), snap(down), max(2, round(thick / DOT)) * DOT
        self.marks.append(Fill(left, down, self.width, thick))

    def box(self, left: float, down: float, size: float) -> None:
        """A box to tick."""
        self.marks.append(Edge(left, down, size, size, size / 8, 1))

    def line(self, left: float, down: float, wide: float) -> None:
        """A line to write on."""
        self.marks.append(Stroke(((left, down), (left + wide, down)), 0.8))

    def card(self, place: Callable[[], None], pad: float = 8, thick: float = 1.5) -> None:
        """An edge around what `place` places; without one where that is more than a page."""
        with self.inset(pad * 1.3, pad * 1.3):
            tall = self.measure(place) + 2 * pad
            self.need(tall)
            top, whole = self.down, tall <= self.room()
            self.down += pad if whole else 0
            place()
        if whole:
            self.down += pad
            self._edge(top, thick)

    def _edge(self, top: float, thick: float) -> None:
        """A line around the width from `top` to here, all of it within: a head would cut it off."""
        if self.on_a_roll:
            top, thick = snap(top), snap(thick)
            self.down = snap(self.down)
        half = thick / 2
        wide, tall = self.width - thick, self.down - top - thick
        self.marks.append(Edge(self.left + half, top + half, wide, tall, 7, thick))

    def beside(
        self, left: Callable[[], None], right: Callable[[], None], right_wide: float, gap: float
    ) -> None:
        """Two columns; one below the other where they are more than a page."""
        first = self.width - right_wide - gap
        with self.inset(right=right_wide + gap):
            tall = self.measure(left)
        with self.inset(left=first + gap):
            tall = max(tall, self.measure(right))
        self.need(tall)
        if tall > self.room():
            left()
            right()
            return
        top = self.down
        with self.inset(right=right_wide + gap):
            left()
        low, self.down = self.down, top
        with self.inset(left=first + gap):
            right()
        self.down = max(low, self.down)

    def code(self, address: str, says: str, dots: int = 7) -> None:
        """The QR code of an address in the middle, its modules whole dots, as many as fit."""
        matrix = qr_matrix(address)
        around = len(matrix) + 2 * QUIET
        dots = max(2, min(dots, int(self.width / DOT + 0.01) // around))
        module, side = dots * DOT, len(matrix) * dots * DOT
        self.need(side + 2 * QUIET * module)
        self.down = snap(self.down) + QUIET * module
        left = self.format.side + snap(self.left - self.format.side + (self.width - side) / 2)
        rows = tuple(tuple(row) for row in matrix)
        self.marks.append(Modules(left, self.down, module, rows, self.block("Figure", says)))
        self.down += side + QUIET * module

    # --- done ---

    def render(self, title: str, author: str) -> bytes:
        """The sheet as a PDF; where a character is lacking, it says what 〓 is."""
        if self.lacking:
            self.gap(6)
            self.text(say("〓 是这里打印不出来的字", self.language), 8)
            self.lacking = False
        return self.pdf(title, author)
