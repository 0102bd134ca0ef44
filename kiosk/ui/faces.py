"""The five faces: drawn once for each size and look, then pictures that the screen keeps."""

from math import acos, degrees

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtQuick import QQuickImageProvider

#: How far the mouth bends up; the sign is the mood.
BENDS = {
    "very_satisfied": 0.17,
    "satisfied": 0.1,
    "basically_satisfied": 0.0,
    "dissatisfied": -0.1,
    "very_dissatisfied": -0.17,
}
#: In widths of the face: lines, eyes, half a mouth.
LINE, EYE, MOUTH = 0.045, 0.1, 0.21


class Faces(QQuickImageProvider):
    """`image://face/GRADE/RIM/GROUND/INK`, the colours as rrggbb."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, id: str, size: QSize, requestedSize: QSize) -> QImage:
        """The face as large as asked for. Raises KeyError for a grade that there is not."""
        grade, *colours = id.split("/")
        rim, ground, ink = (QColor(f"#{colour}") for colour in colours)
        side = max(1, requestedSize.width())
        image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw(painter, side, BENDS[grade], rim, ground, ink)
        painter.end()
        return image


def _draw(
    painter: QPainter, side: float, bend: float, rim: QColor, ground: QColor, ink: QColor
) -> None:
    edge = max(4.0, LINE * side)
    painter.setBrush(ground)
    painter.setPen(QPen(rim, edge))
    painter.drawEllipse(QRectF(edge / 2, edge / 2, side - edge, side - edge))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    for across in (0.34, 0.66):
        eye = EYE * side / 2
        painter.drawEllipse(QPointF(across * side, 0.41 * side), eye, eye)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(ink, LINE * side, c=Qt.PenCapStyle.RoundCap))
    middle, half = side / 2, MOUTH * side
    if bend == 0:
        across = half - LINE * side
        height = 0.66 * side
        painter.drawLine(QPointF(middle - across, height), QPointF(middle + across, height))
        return
    high = abs(bend) * side
    radius = half * half / (2 * high) + high / 2
    top = 0.61 * side if bend > 0 else 0.63 * side
    centre = top + high - radius if bend > 0 else top + radius
    spread = degrees(acos((radius - high) / radius))
    # Qt counts sixteenths of a degree, from the right, against the clock.
    first = (270 if bend > 0 else 90) - spread
    box = QRectF(middle - radius, centre - radius, 2 * radius, 2 * radius)
    painter.drawArc(box, round(first * 16), round(2 * spread * 16))
