"""Hands for a window: find what can be touched, touch it for real, look at the picture."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice
from PySide6.QtQuick import QQuickItem, QQuickView
from PySide6.QtTest import QTest


def items(root: QQuickItem):
    """Every visible item, delegates of repeaters too."""
    for child in root.childItems():
        if child.isVisible():
            yield child
            yield from items(child)


def touchables(view: QQuickView) -> list[QQuickItem]:
    return [i for i in items(view.rootObject()) if i.property("touchable")]


def named(view: QQuickView, label: str) -> QQuickItem:
    """The touchable whose label is, or begins with, these words."""
    found = touchables(view)
    for match in (str.__eq__, str.startswith):
        for item in found:
            if match(item.property("label"), label):
                return item
    raise LookupError(f"{label!r} is not among {[i.property('label') for i in found]}")


class Hands:
    """Ten fingers on one window."""

    def __init__(self, view: QQuickView, device: QPointingDevice) -> None:
        self.view = view
        self.device = device
        self.taps = 0

    def tap(self, label: str) -> None:
        """Touch and release in the middle of what has this label."""
        item = named(self.view, label)
        where = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        self.touch(where)

    def touch(self, where: QPoint) -> None:
        self.taps += 1
        QTest.touchEvent(self.view, self.device).press(0, where, self.view).commit()
        QTest.touchEvent(self.view, self.device).release(0, where, self.view).commit()
        QTest.qWait(0)

    def type(self, text: str) -> None:
        for sign in text:
            QTest.keyClick(self.view, sign)

    def press(self, key: Qt.Key) -> None:
        QTest.keyClick(self.view, key)
