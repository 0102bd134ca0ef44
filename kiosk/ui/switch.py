"""Use by one switch or two: a ring steps from stop to stop, a switch chooses what it is around.

A stop is something to touch, a row of such things, or a block of rows (a keyboard, the bar). Which
they are is seen on the screen, so that no page has a list of its own. With one switch the ring
steps by itself; with two, one steps and one chooses. Any touch ends it.
"""

import time
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import NamedTuple

from PySide6.QtCore import Property, QMetaObject, QObject, QRectF, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem
from shiboken6 import isValid

from kiosk.ui.aloud import Aloud
from kiosk.ui.sight import ENTERS, SPACE, key_of, seen, to_touch

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: Seconds that a switch is held until stepping begins where the hall has not asked for it.
HOLD = 2.0
#: Two presses within this many seconds are one of a hand that trembles.
SETTLE = 0.2
#: Times that one switch goes along a row before it goes on to the next.
ROUNDS = 2
#: As many stops on a screen are gone through one by one.
MANY = 12
LOOK_MS = 50


class Switching(NamedTuple):
    """How a hall has it: off, one or two; the keys' names; seconds a step."""

    mode: str = "off"
    first: str = "F8"
    second: str = "F9"
    pace: float = 1.5


class Stop(NamedTuple):
    """Where the ring may be: around one thing to touch, or around what is inside it."""

    items: tuple[QQuickItem, ...]
    inside: tuple["Stop", ...] = ()


@QmlElement
class Switch(QObject):
    """The ring and the switches; the window hands in keys and what is in front."""

    changed = Signal()
    #: What is in front of the citizen? `entered` is the answer.
    asks = Signal()

    def __init__(
        self,
        switching: Switching,
        aloud: Aloud,
        scanning: Callable[[], bool],
        writing: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._switching = switching
        self._aloud = aloud
        self._scanning = scanning
        self._writing = writing
        self._clock = clock
        self._first, self._second = key_of(switching.first), key_of(switching.second)
        self._mode = "off"
        self._roots: tuple[QQuickItem, ...] = ()
        #: For each level from the outside in, which of its stops; past the last is the way out.
        self._path: list[int] = [0]
        self._rounds = 0
        self._since = 0.0
        self._pressed = -1e9
        self._held: tuple[int, float] | None = None
        self._around: tuple[QQuickItem, ...] = ()
        self._ring = QRectF()
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.tick)

    @Property(bool, notify=changed)
    def on(self) -> bool:
        return self._mode != "off"

    @Property(QRectF, notify=changed)
    def ring(self) -> QRectF:
        """Where the ring is in the window."""
        return self._ring

    # --- what the window tells ------------------------------------------------------------------

    @Slot(QQuickItem, QQuickItem)
    def entered(self, front: QQuickItem | None, bar: QQuickItem) -> None:
        """Something else is in front: the ring begins anew, the bar comes last."""
        self._roots = (front, bar) if front is not None else (bar,)
        self._path, self._rounds = [0], 0
        # Where everything stands is known with the next frame, so the ring comes with a tick.
        self._around, self._since = (), self._clock()

    @Slot(int, bool, result=bool)
    def pressed(self, key: int, repeated: bool) -> bool:
        """A key went down; whether it was meant for the ring."""
        ours = key in (self._first, self._second)
        if repeated:
            return ours or (self._mode != "off" and key in (SPACE, *ENTERS))
        if self._mode == "off":
            return self._begins(key, ours)
        if key in ENTERS and self._scanning():
            return False
        chooses = key == self._second or key in ENTERS
        if not ours and not chooses and key != SPACE:
            return False
        if self._clock() - self._pressed >= SETTLE:
            self._pressed = self._clock()
            if chooses or self._mode == "one":
                self.choose()
            else:
                self.step()
        return True

    @Slot(int)
    def released(self, key: int) -> None:
        if self._held is not None and self._held[0] == key:
            self._held = None
            self._rest()

    @Slot()
    def end(self) -> None:
        """A finger has touched the screen, or the visit is over."""
        self._held = None
        if self.on:
            self._mode = "off"
            self._path, self._around, self._ring = [0], (), QRectF()
            self.changed.emit()
        self._rest()

    @Slot()
    def tick(self) -> None:
        """Several times a second: a switch that is held, the next step, the ring's place."""
        if self._held is not None and self._clock() - self._held[1] >= HOLD:
            key, self._held = self._held[0], None
            self._start("two" if key == self._second else "one")
        elif self._mode == "one" and self._aloud.speaking:
            self._since = self._clock()  # what is said is said to its end
            self._show()
        elif self._mode == "one" and self._clock() - self._since >= self._switching.pace:
            self.step()
        elif self.on:
            self._show()

    def _begins(self, key: int, ours: bool) -> bool:
        """Whether a key starts the ring: at once where the hall wants it, else when it is held."""
        if not ours and (key not in (SPACE, *ENTERS) or self._writing() or self._scanning()):
            return False
        if self._switching.mode != "off":
            self._start(self._switching.mode)
            return True
        self._held = key, self._clock()
        self._timer.start()
        return ours

    def _start(self, mode: str) -> None:
        self._mode = mode
        self._pressed = self._clock()
        self._timer.start()
        self.asks.emit()
        self._show()

    def _rest(self) -> None:
        if not self.on and self._held is None:
            self._timer.stop()

    # --- steps ----------------------------------------------------------------------------------

    def step(self) -> None:
        """On to the next stop; inside a row past its end and, after some rounds, out of it."""
        stops = self._level(len(self._path) - 1)
        at = self._path[-1] + 1
        inside = len(self._path) > 1
        # Inside, one more stop than there are: around all of them, the way out.
        if at >= len(stops) + inside:
            at, self._rounds = 0, self._rounds + 1
            if inside and self._mode == "one" and self._rounds >= ROUNDS:
                self._out()
                at = self._path[-1]
        self._path[-1] = at
        self._since = self._clock()
        self._show()

    def choose(self) -> None:
        """What the ring is around: touched, or stepped into; the way out leads out."""
        stops = self._level(len(self._path) - 1)
        at = self._path[-1]
        if at >= len(stops):
            self._out()
        elif stops[at].inside:
            self._path.append(0)
            self._rounds = 0
        else:
            self._touch(stops[at].items[0])
        self._since = self._clock()
        self._show()

    def _touch(self, item: QQuickItem) -> None:
        path = self._path
        QMetaObject.invokeMethod(item, "tapped")
        if self._path is path and len(path) > 1:  # else another screen came
            self._out()
            if len(path) > 1:
                path[-1] = 0  # in a keyboard again from its first row, where the candidates are

    def _out(self) -> None:
        if len(self._path) > 1:
            self._path.pop()
        self._rounds = 0

    # --- where the ring is ----------------------------------------------------------------------

    def _level(self, depth: int) -> Sequence[Stop]:
        """The stops at a depth of the path, as the screen is now."""
        stops = [stop for root in self._roots if isValid(root) for stop in stops_of(root)]
        for level, at in enumerate(self._path[:depth]):
            if at >= len(stops) or not stops[at].inside:
                del self._path[level + 1 :]  # it is gone: the ring is on what took its place
                break
            stops = list(stops[at].inside)
        last = len(stops) if len(self._path) > 1 else len(stops) - 1
        self._path[-1] = max(0, min(self._path[-1], last))
        return stops

    def _show(self) -> None:
        """Put the ring where it belongs, on the screen as it is now."""
        if not self.on:
            return
        stops = self._level(len(self._path) - 1)
        at = self._path[-1]
        leads_out = at >= len(stops)
        items = tuple(i for s in stops for i in s.items) if leads_out else stops[at].items
        came = items != self._around
        self._around = items
        if items and came:
            # A page scrolls to what has the keyboard.
            items[0].forceActiveFocus()
            self._aloud.came_around(items)
        ring = QRectF()
        for item in items:
            ring = ring.united(_in_sight(item))
        if came or ring != self._ring:
            self._ring = ring
            self.changed.emit()


def _in_sight(item: QQuickItem) -> QRectF:
    """Where an item is in the window; of what is scrolled away, nothing."""
    place = item.mapRectToScene(item.boundingRect())
    around = item.parentItem()
    while around is not None:
        if around.inherits("QQuickFlickable"):
            place = place.intersected(around.mapRectToScene(around.boundingRect()))
        around = around.parentItem()
    return place


def stops_of(root: QQuickItem) -> list[Stop]:
    """The stops below an item: a block of rows where it is dense, else its rows.

    A long list is stepped through five rows at a time.
    """
    if root.property("dense"):
        rows = _rows(to_touch(root))
        if not rows:
            return []
        inside = rows[0].inside if len(rows) == 1 else tuple(rows)
        return [Stop(tuple(i for row in rows for i in row.items), inside)]
    found: list[Stop] = []
    loose: list[QQuickItem] = []
    for item in _blocks(root):
        if item.property("dense"):
            found += [*_rows(loose), *stops_of(item)]
            loose = []
        else:
            loose.append(item)
    found += _rows(loose)
    return _fives(found) if len(found) > MANY else found


def _fives(stops: list[Stop]) -> list[Stop]:
    """Five neighbouring rows as one stop; blocks stay as they are."""
    found: list[Stop] = []
    for is_block, group in groupby(stops, lambda stop: any(row.inside for row in stop.inside)):
        rows = list(group)
        for first in range(0, len(rows), 1 if is_block else 5):
            five = rows[first : first + (1 if is_block else 5)]
            items = tuple(i for row in five for i in row.items)
            found.append(Stop(items, tuple(five)) if len(five) > 1 else five[0])
    return found


def _blocks(root: QQuickItem) -> list[QQuickItem]:
    """What can be touched, and dense blocks as a whole, in order."""
    found: list[QQuickItem] = []
    blocks: list[QQuickItem] = []
    for item in seen(root):
        if any(block.isAncestorOf(item) for block in blocks):
            continue
        if item.property("dense"):
            blocks.append(item)
            found.append(item)
        elif item.property("touchable") and item.isEnabled():
            found.append(item)
    return found


def _rows(items: Sequence[QQuickItem]) -> list[Stop]:
    """Neighbours on one line are one row."""
    rows: list[list[QQuickItem]] = []
    before = QRectF()
    for item in items:
        place = item.mapRectToScene(item.boundingRect())
        middle = place.center().y()
        if rows and before.top() < middle < before.bottom() and place.left() >= before.right() - 1:
            rows[-1].append(item)
        else:
            rows.append([item])
        before = place
    return [
        Stop(tuple(row), tuple(Stop((item,)) for item in row) if len(row) > 1 else ())
        for row in rows
    ]
