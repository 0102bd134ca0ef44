"""What a finger writes on the pad: its strokes, and the characters they may be.

It keeps nothing: what one citizen wrote is gone with the visit.
"""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.ui.background import Runner

if TYPE_CHECKING:
    from kiosk.handwriting import Handwriting, Point

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: Qt tells one move of a finger a frame unless it is told before the first one; letters lose
#: their corners by that where frames are slow.
os.environ.setdefault("QML_NO_TOUCH_COMPRESSION", "1")

SHOWN = 9
#: A finger that scribbles on and on writes nothing more after so many points.
MOST_POINTS = 5000


@QmlElement
class Ink(QObject):
    """Turns strokes into text; `typed(text)` is called with what to add, `erased()` for one back.

    Reading is done by `background`, after each stroke; `load` is called there too.
    """

    changed = Signal()
    redrawn = Signal()

    def __init__(
        self,
        load: "Callable[[], Handwriting]",
        background: Runner,
        typed: Callable[[str], None],
        erased: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._load = load
        self._background = background
        self._typed = typed
        self._erased = erased
        self._handwriting: Handwriting | None = None
        self._strokes: list[list[Point]] = []
        self._drawing = False
        self._candidates: list[str] = []
        self._asked = 0
        self._pad = 0.0
        self._able = True

    @Property(list, notify=changed)
    def candidates(self) -> list[str]:
        return self._candidates

    @Property(list, notify=redrawn)
    def strokes(self) -> list[list[float]]:
        """Every stroke as x, y, x, y …; told when they must be drawn anew, not while they grow."""
        return [[value for point in stroke for value in point] for stroke in self._strokes]

    @Property(bool, notify=changed)
    def empty(self) -> bool:
        return not self._strokes

    @Property(bool, notify=changed)
    def able(self) -> bool:
        """False once reading has failed; there is still the keyboard."""
        return self._able

    @Slot()
    def ready(self) -> None:
        """Load what reads before the first stroke is there."""
        self._background.run(self._reader, lambda _: None, self._failed)

    @Slot(float)
    def fits(self, height: float) -> None:
        """The pad is so high; small signs are told by it."""
        self._pad = height

    @Slot(float, float)
    def begin(self, x: float, y: float) -> None:
        """The finger comes down."""
        self._strokes.append([(x, y)])
        self._drawing = True
        self.changed.emit()

    @Slot(float, float)
    def move(self, x: float, y: float) -> None:
        if self._drawing and sum(map(len, self._strokes)) < MOST_POINTS:
            self._strokes[-1].append((x, y))

    @Slot()
    def end(self) -> None:
        """The finger is lifted: read what is there."""
        if self._drawing:
            self._drawing = False
            self._read()

    @Slot()
    def undo(self) -> None:
        """Without the last stroke."""
        if self._strokes:
            self._drawing = False
            self._strokes.pop()
            self.redrawn.emit()
            self._read()

    @Slot(int)
    def pick(self, number: int) -> None:
        """Take a candidate; the pad is empty again."""
        if 0 <= number < len(self._candidates):
            chosen = self._candidates[number]
            self.wipe()
            self._typed(chosen)

    @Slot(str)
    def press(self, key: str) -> None:
        """A key beside the pad, after the best candidate of what is written."""
        self.pick(0)
        self._typed(key)

    @Slot()
    def erase(self) -> None:
        """What is on the pad, or else the last of the text."""
        if self._strokes:
            self.wipe()
        else:
            self._erased()

    @Slot()
    def wipe(self) -> None:
        """An empty pad; nothing of the last visit stays."""
        self._strokes = []
        self._drawing = False
        self._candidates = []
        self._asked += 1
        self.redrawn.emit()
        self.changed.emit()

    def _reader(self) -> "Handwriting":
        if self._handwriting is None:
            self._handwriting = self._load()
        return self._handwriting

    def _read(self) -> None:
        """Ask for candidates; an answer that comes after another question is let go."""
        self._asked += 1
        asked, pad = self._asked, self._pad
        strokes = [list(stroke) for stroke in self._strokes]

        def work() -> list[str]:
            return self._reader().offers(strokes, SHOWN, pad) if asked == self._asked else []

        def done(found: list[str]) -> None:
            if asked == self._asked:
                self._candidates = found
                self.changed.emit()

        self._background.run(work, done, self._failed)

    def _failed(self, _: Exception) -> None:
        self._able = False
        self.changed.emit()
