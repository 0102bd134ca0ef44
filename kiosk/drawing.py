"""What a finger drew, kept as a drawing: strokes on a page, as compact JSON that is sealed."""

import json
from dataclasses import dataclass
from typing import Any

MEDIA = "application/json"
#: A page is so many units wide, whatever the screen.
WIDE = 1000
#: A drawing has at most so many points and strokes.
MOST_POINTS = 6000
MOST_STROKES = 600
#: A page is at most so many times as high as it is wide.
TALLEST = 4


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page, the thickness of its pen, and strokes as x, y, x, y …"""

    height: int
    pen: int
    strokes: tuple[tuple[int, ...], ...]
    width: int = WIDE

    def write(self) -> bytes:
        """What is sealed."""
        told = {"w": self.width, "h": self.height, "pen": self.pen, "s": self.strokes}
        return json.dumps(told, separators=(",", ":")).encode()

    def shown(self) -> dict[str, Any]:
        """As controls/Drawing.qml takes it."""
        strokes = [list(stroke) for stroke in self.strokes]
        return {"width": self.width, "height": self.height, "pen": self.pen, "strokes": strokes}


def read(content: bytes) -> Drawing:
    """What was sealed, checked like anything from outside. Raises ValueError."""
    try:
        told = json.loads(content)
        strokes = tuple(tuple(stroke) for stroke in told["s"])
        drawing = Drawing(told["h"], told["pen"], strokes, told["w"])
    except (KeyError, TypeError, RecursionError) as trouble:
        raise ValueError("not a drawing") from trouble
    numbers = [n for stroke in strokes for n in stroke]
    sides = (drawing.width, drawing.height, drawing.pen)
    whole = all(type(n) is int for n in (*sides, *numbers))
    pairs = all(stroke and len(stroke) % 2 == 0 for stroke in strokes)
    if not whole or not pairs or len(strokes) > MOST_STROKES or len(numbers) > 2 * MOST_POINTS:
        raise ValueError("not a drawing")
    most = TALLEST * WIDE
    if not all(0 < side <= most for side in sides) or not all(0 <= n <= most for n in numbers):
        raise ValueError("a drawing stays on its page")
    return drawing
