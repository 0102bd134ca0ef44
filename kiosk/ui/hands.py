"""Hands for a window: find what can be touched, touch it for real, type, look at the picture.

The demo and the tests use a window only through these, as a person would.
"""

import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPointingDevice
from PySide6.QtQuick import QQuickItem, QQuickView
from PySide6.QtTest import QTest

PATIENCE = 30.0


def items(root: QQuickItem) -> Iterator[QQuickItem]:
    """Every visible item below `root`, delegates of repeaters too."""
    for child in root.childItems():
        if child.isVisible():
            yield child
            yield from items(child)


def wait_until(holds: Callable[[], object], what: str) -> None:
    """Let the window live until `holds`. Raises TimeoutError with `what` was waited for."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(what)
        QTest.qWait(1)


def _covered(item: QQuickItem) -> bool:
    """Whether something over it keeps fingers away; a button that is off by itself is not that."""
    parent = item.parentItem()
    while parent is not None:
        if not parent.isEnabled():
            return True
        parent = parent.parentItem()
    return False


class Hands:
    """Ten fingers and a keyboard on one window; counts its taps."""

    def __init__(self, view: QQuickView, device: QPointingDevice | None = None) -> None:
        self.view = view
        self.taps = 0
        self._device = device or QTest.createTouchDevice()
        self._frames = 0
        view.frameSwapped.connect(self._swapped)

    def touchables(self) -> list[QQuickItem]:
        """What can be touched now, in the order of the screen's tree."""
        found = items(self.view.rootObject())
        return [i for i in found if i.property("touchable") and not _covered(i)]

    def settle(self) -> None:
        """Wait for one more frame, in which everything has found its place."""
        seen = self._frames
        self.view.update()
        wait_until(lambda: self._frames > seen, "a frame")

    def _swapped(self) -> None:
        self._frames += 1

    def find(self, label: str) -> QQuickItem:
        """The touchable with this label, or that begins with it. Raises LookupError."""
        self.settle()
        found = self.touchables()
        for fits in (str.__eq__, str.startswith):
            for item in found:
                if fits(item.property("label"), label):
                    return item
        raise LookupError(f"{label!r} is not among {[i.property('label') for i in found]}")

    def tap(self, label: str) -> None:
        """Touch and release in the middle of what has this label."""
        self.touch(self._middle(label))

    def touch(self, where: QPoint) -> None:
        """Touch and release at a place of the window."""
        self._down(where)
        self._up(where)

    def stroke(self, first: QPoint, last: QPoint) -> None:
        """Draw a straight line with a finger."""
        self._down(first)
        for part in range(1, 11):
            where = first + (last - first) * (part / 10)
            QTest.touchEvent(self.view, self._device).move(0, where, self.view).commit()
            QCoreApplication.processEvents()
        self._up(last)

    def press(self, label: str) -> None:
        """Put a finger on what has this label."""
        self._down(self._middle(label))

    def release(self, label: str) -> None:
        """Lift it again."""
        self._up(self._middle(label))

    def slip(self) -> None:
        """Slide off whatever it is on, to where nothing is, and lift it there."""
        nowhere = QPoint(1, 1)
        QTest.touchEvent(self.view, self._device).move(0, nowhere, self.view).commit()
        self._up(nowhere)

    def _middle(self, label: str) -> QPoint:
        item = self.find(label)
        return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()

    def _down(self, where: QPoint) -> None:
        self.taps += 1
        QTest.touchEvent(self.view, self._device).press(0, where, self.view).commit()

    def _up(self, where: QPoint) -> None:
        QTest.touchEvent(self.view, self._device).release(0, where, self.view).commit()
        QCoreApplication.processEvents()

    def keys(self, text: str) -> None:
        """Type on a real keyboard, or let a hand scanner do so; a new line is Enter."""
        for sign in text:
            key = Qt.Key.Key_Return if sign == "\n" else Qt.Key.Key_unknown
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, sign)
                QCoreApplication.sendEvent(self.view, event)

    def tab_to(self, label: str) -> None:
        """Press Tab until what has this label, or begins with it, has the keyboard. Raises
        LookupError after a whole round."""
        self.settle()
        for _ in range(200):
            QTest.keyClick(self.view, Qt.Key.Key_Tab)
            QCoreApplication.processEvents()
            there = self.view.activeFocusItem()
            if there is not None and str(there.property("label") or "").startswith(label):
                return
        raise LookupError(f"the keyboard does not come to {label!r}")

    def enter(self) -> None:
        """Press what has the keyboard."""
        QTest.keyClick(self.view, Qt.Key.Key_Return)
        QCoreApplication.processEvents()

    def field(self, hint: str) -> QQuickItem:
        """The field with this hint. Raises StopIteration."""
        found = items(self.view.rootObject())
        return next(i for i in found if i.property("hint") == hint and i.height())

    def write(self, hint: str, text: str) -> None:
        """Put text into the field with this hint, as an input method does."""
        self.settle()
        field = self.field(hint)
        self.touch(field.mapToScene(QPointF(field.width() / 2, field.height() / 2)).toPoint())
        focus = self.view.focusObject()
        event = QInputMethodEvent()
        event.setCommitString(text)
        QCoreApplication.sendEvent(focus, event)
        QCoreApplication.processEvents()


class DeskHands(Hands):
    """At a desk one scrolls to what one wants before pressing it."""

    def find(self, label: str) -> QQuickItem:
        """The touchable with this label, scrolled into sight. Raises LookupError."""
        item = super().find(label)
        self.bring(item)
        return item

    def bring(self, item: QQuickItem) -> None:
        """Scroll until the item is in sight."""
        page = item.parentItem()
        while page is not None and not page.inherits("QQuickFlickable"):
            page = page.parentItem()
        if page is None:
            return
        top = item.mapToItem(page, QPointF(0, 0)).y()
        if top < 0 or top + item.height() > page.height():
            page.setProperty("contentY", max(0.0, float(page.property("contentY")) + top - 40))
            self.settle()

    def tap_last(self, label: str) -> None:
        """The last thing on the window with this label: a form's own button."""
        self.settle()
        item = [i for i in self.touchables() if i.property("label") == label][-1]
        self.touch(item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint())

    def write(self, hint: str, text: str) -> None:
        """Put text into the field with this hint, scrolled into sight."""
        self.settle()
        self.bring(self.field(hint))
        super().write(hint, text)
