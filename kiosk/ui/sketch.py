"""What a finger draws and leaves as it is: kept as a drawing, sealed, and never read."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.drawing import MEDIA, MOST_POINTS, MOST_STROKES, TALLEST, WIDE, Drawing
from kiosk.enclosed import INK, Enclosed
from kiosk.ui.strokes import Point, Strokes

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: The pen and the least way between two points, in a page's units.
PEN = 11
NEAR = 3


@QmlElement
class Sketch(Strokes):
    """A page in units of its own; `kept(drawing)` is called after each stroke, None for nothing."""

    resized = Signal()
    filled = Signal()

    def __init__(
        self,
        kept: Callable[[Enclosed | None], None],
        touched: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._kept = kept
        self._touched = touched
        self._height = WIDE

    @Property(int, constant=True)
    def pen(self) -> int:
        return PEN

    @Property(int, constant=True)
    def wide(self) -> int:
        return WIDE

    @Property(int, notify=resized)
    def high(self) -> int:
        """The height of the page: what the pad was like when it was still empty."""
        return self._height

    @Property(bool, notify=filled)
    def full(self) -> bool:
        """Nothing more can be drawn."""
        return not self._has_room()

    @Slot(float, float)
    def fits(self, width: float, height: float) -> None:
        """The pad is so large: so is an empty page; what is drawn keeps its own."""
        if not self._strokes and width > 0 and height > 0:
            self._height = max(1, min(TALLEST * WIDE, round(WIDE * height / width)))
            self.resized.emit()

    @Slot(float, float, result=bool)
    def begin(self, x: float, y: float) -> bool:
        self._touched()
        return super().begin(*self._on_page(x, y))

    @Slot(float, float, result=bool)
    def move(self, x: float, y: float) -> bool:
        self._touched()
        return super().move(*self._on_page(x, y))

    @Slot()
    def clear(self) -> None:
        """The citizen wants an empty page."""
        self.wipe()
        self._lifted()

    def _on_page(self, x: float, y: float) -> Point:
        return max(0.0, min(float(WIDE), x)), max(0.0, min(float(self._height), y))

    def _add(self, point: Point) -> None:
        x, y = self._strokes[-1][-1]
        if abs(point[0] - x) + abs(point[1] - y) >= NEAR:
            self._strokes[-1].append(point)

    def _has_room(self) -> bool:
        points = sum(map(len, self._strokes))
        return points < MOST_POINTS and len(self._strokes) < MOST_STROKES

    def _lifted(self) -> None:
        self.filled.emit()
        if not self._strokes:
            self._kept(None)
            return
        strokes = tuple(tuple(round(v) for p in stroke for v in p) for stroke in self._strokes)
        drawing = Drawing(self._height, PEN, strokes)
        self._kept(Enclosed(INK, MEDIA, drawing.write()))
