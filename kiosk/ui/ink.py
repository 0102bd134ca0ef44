"""What a finger writes on the pad: its strokes, and the characters they may be.

It keeps nothing: what one citizen wrote is gone with the visit.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.ui.background import Runner
from kiosk.ui.strokes import Strokes

if TYPE_CHECKING:
    from kiosk.handwriting import Handwriting

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

SHOWN = 9


@QmlElement
class Ink(Strokes):
    """Turns strokes into text; `typed(text)` is called with what to add, `erased()` for one back.

    Reading is done by `background`, after each stroke; `load` is called there too.
    """

    offered = Signal()

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
        self._candidates: list[str] = []
        self._asked = 0
        self._pad = 0.0
        self._able = True

    @Property(list, notify=offered)
    def candidates(self) -> list[str]:
        return self._candidates

    @Property(bool, notify=offered)
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
        self._candidates = []
        self._asked += 1
        super().wipe()
        self.offered.emit()

    def _lifted(self) -> None:
        self._read()

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
                self.offered.emit()

        self._background.run(work, done, self._failed)

    def _failed(self, _: Exception) -> None:
        self._able = False
        self.offered.emit()
