"""The five faces: drawn once for each size and look, then pictures that the screen keeps."""

from math import acos, degrees

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPalette
from PySide6.QtQuick import QQuickImageProvider

#: How far the mouth bends up; the sign is the mood.
BENDS = {
    "very_satisfied": 0.17,
    "satisfied": 0.1,
    "basically_satisfied": 0.0,
    "dissatisfied": -0.1,
    "very_dissatisfied": -0.17,
}
#: In widths of the face: half a line, half an eye, half a mouth.
LINE, EYE, MOUTH = 0.0225, 0.05, 0.21
FLAT = 0.165
TINT = 0.16


class Faces(QQuickImageProvider):
    """`image://face/GRADE/RIM/INK/GROUND`, the colours as rrggbb; without a ground it is a tint of
    the rim on white."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        """The face as large as asked for. Raises KeyError for a grade that there is not."""
        grade, *colours = id.split("/")
        rim, ink, ground = map(_brush, [*colours, _tint(colours[0])][:3])
        side = requestedSize.width()
        form = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(bytes(4 * side * side), side, side, form).copy()
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = max(4 / side, 2 * LINE)
        painter.scale(side, side)
        painter.fillPath(_round(0.5, 0.5, 0.5), rim)
        painter.fillPath(_round(0.5, 0.5, 0.5 - edge), ground)
        for across in (0.34, 0.66):
            painter.fillPath(_round(across, 0.41, EYE), ink)
        for part in _mouth(BENDS[grade]):
            painter.fillPath(part, ink)
        painter.end()
        return image


def _tint(colour: str) -> str:
    """A little of a colour on white."""
    shares = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return "".join(f"{round(255 + TINT * (share - 255)):02x}" for share in shares)


def _brush(colour: str) -> QBrush:
    """One colour. By way of a palette: QBrush(colour), as a pen or QImage.fill, would load
    the whole of Qt's namespace, which takes 11 ms, before the first frame."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, QColor(f"#{colour}"))
    return palette.text()


def _round(x: float, y: float, radius: float) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(QPointF(x, y), radius, radius)
    return path


def _mouth(bend: float) -> list[QPainterPath]:
    """A line with round ends in a face of width 1, bent up or down."""
    line = QPainterPath()
    if bend == 0:
        line.addRoundedRect(QRectF(0.5 - FLAT, 0.66 - LINE, 2 * FLAT, 2 * LINE), LINE, LINE)
        return [line]
    high = abs(bend)
    radius = (MOUTH * MOUTH + high * high) / (2 * high)
    ends = 0.61 if bend > 0 else 0.63 + high
    centre = ends + (high - radius if bend > 0 else radius - high)
    spread = degrees(acos((radius - high) / radius))
    first = (270 if bend > 0 else 90) - spread

    def box(radius: float) -> QRectF:
        return QRectF(0.5 - radius, centre - radius, 2 * radius, 2 * radius)

    line.arcMoveTo(box(radius + LINE), first)
    line.arcTo(box(radius + LINE), first, 2 * spread)
    line.arcTo(box(radius - LINE), first + 2 * spread, -2 * spread)
    line.closeSubpath()
    return [line, _round(0.5 - MOUTH, ends, LINE), _round(0.5 + MOUTH, ends, LINE)]
