"""Strokes of a finger on a pad: what reading them and what keeping them as a drawing share."""

import os

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: Qt tells one move of a finger a frame unless it is told before the first one; letters lose
#: their corners by that where frames are slow.
os.environ.setdefault("QML_NO_TOUCH_COMPRESSION", "1")

Point = tuple[float, float]
#: A finger that scribbles on and on writes nothing more after so many points.
MOST_POINTS = 5000


@QmlElement
class Strokes(QObject):
    """Begun, drawn, lifted, taken back. `begin` and `move` say whether the pad took them."""

    changed = Signal()
    redrawn = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strokes: list[list[Point]] = []
        self._drawing = False

    @Property(list, notify=redrawn)
    def strokes(self) -> list[list[float]]:
        """Every stroke as x, y, x, y …; told when they must be drawn anew, not while they grow."""
        return [[value for point in stroke for value in point] for stroke in self._strokes]

    @Property(bool, notify=changed)
    def empty(self) -> bool:
        return not self._strokes

    @Slot(float, float, result=bool)
    def begin(self, x: float, y: float) -> bool:
        """The finger comes down."""
        if not self._has_room():
            return False
        self._strokes.append([(x, y)])
        self._drawing = True
        self.changed.emit()
        return True

    @Slot(float, float, result=bool)
    def move(self, x: float, y: float) -> bool:
        if not self._drawing or not self._has_room():
            return False
        self._add((x, y))
        return True

    @Slot()
    def end(self) -> None:
        """The finger is lifted."""
        if self._drawing:
            self._drawing = False
            self._lifted()

    @Slot()
    def undo(self) -> None:
        """Without the last stroke."""
        if self._strokes:
            self._drawing = False
            self._strokes.pop()
            self.redrawn.emit()
            self.changed.emit()
            self._lifted()

    @Slot()
    def wipe(self) -> None:
        """An empty pad; nothing of the last visit stays."""
        self._strokes = []
        self._drawing = False
        self.redrawn.emit()
        self.changed.emit()

    def _add(self, point: Point) -> None:
        self._strokes[-1].append(point)

    def _has_room(self) -> bool:
        return sum(map(len, self._strokes)) < MOST_POINTS

    def _lifted(self) -> None:
        """What is on the pad is another now."""
