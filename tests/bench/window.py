"""The bench's windows from within, and the finger that taps them and sees each frame."""

import time
from functools import cache

import PySide6.QtQuick  # noqa: F401  a view's root item needs it
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest

from kiosk.ui.hands import items
from tests.bench.bare import bare

#: Milliseconds a finger rests: long enough for the frame that shows what it rests on.
RESTS = 12
PATIENCE = 20_000


class Finger:
    """Taps a view and sees every frame of it; knows how long an answer took."""

    def __init__(self, view):
        self.view = view
        self._seen = []
        self._ready, self._loop = None, QEventLoop()
        self._end = QTimer(singleShot=True)
        self._end.timeout.connect(self._loop.quit)
        view.frameSwapped.connect(self._swapped)

    def _swapped(self):
        self._seen.append((time.perf_counter(), time.thread_time()))
        if self._ready is not None and self._ready():
            self._ready = None
            self._loop.quit()

    def _since(self, started, which):
        """Milliseconds to the first (0) or the last (-1) frame."""
        return (self._seen[which][0] - started) * 1000

    def send(self, kind, where):
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        held = none if kind is QEvent.Type.MouseButtonRelease else left
        pushed = none if kind is QEvent.Type.MouseMove else left
        event = QMouseEvent(kind, where, where, where, pushed, held, Qt.KeyboardModifier.NoModifier)
        QCoreApplication.sendEvent(self.view, event)

    def rest(self, milliseconds):
        """Let the window live for so long."""
        self._end.start(milliseconds)
        self._loop.exec()

    def down(self, where):
        """Put it down; milliseconds to the frame that shows so, None if there is none."""
        self._seen, started = [], time.perf_counter()
        self.send(QEvent.Type.MouseButtonPress, where)
        self.rest(RESTS)
        return self._since(started, 0) if self._seen else None

    def up(self, where, ready=lambda: True):
        """Lift it; milliseconds to the next frame and to the one in which `ready` holds, and those
        that the screen's thread has worked until then."""
        self._seen, self._ready = [], ready
        self._end.start(PATIENCE)
        started, worked = time.perf_counter(), time.thread_time()
        self.send(QEvent.Type.MouseButtonRelease, where)
        self._loop.exec()
        self._end.stop()
        assert self._ready is None, "no frame showed the answer"
        work = (self._seen[-1][1] - worked) * 1000
        return self._since(started, 0), self._since(started, -1), work


def bare_taps(times):
    """Milliseconds, and those worked, of so many taps that show the bare program's other page."""
    _app, view = bare()
    QTest.qWaitForWindowExposed(view)
    finger, middle = Finger(view), QPointF(540, 960)
    shown, took = view.rootObject().property, []
    for _ in range(times):
        page = shown("page")
        finger.down(middle)
        took.append(finger.up(middle, lambda page=page: shown("page") != page)[1:])
    return took


def pad(view):
    """The pad that is written on."""
    return next(
        item for item in items(view.rootObject()) if item.inherits("QQuickMultiPointTouchArea")
    )


class Kiosk:
    """The kiosk's window with everything behind it, on a record of its own."""

    def __init__(self, folder):
        from kiosk import app as hall
        from kiosk.handwriting import Handwriting
        from kiosk.pinyin import Pinyin
        from kiosk.settings import load
        from kiosk.ui.background import Background
        from kiosk.ui.citizen import Citizen
        from kiosk.ui.hands import Hands
        from kiosk.ui.language import Language
        from kiosk.ui.window import application, open_view

        application()
        settings = load(folder, {"printer": "folder:receipts"})
        catalogue = hall.hall_catalogue(settings)
        language = Language()
        self.background = Background()
        self.citizen = Citizen(
            catalogue, language, self.background, cache(Pinyin.load), cache(Handwriting.load)
        )
        shown = {"citizen": self.citizen}
        self.view = open_view("Main.qml", shown, width=1080, height=1920, ppi=82)
        language.attach(self.view.engine())
        self.view.show()
        QTest.qWaitForWindowExposed(self.view)
        self.citizen.ready(hall.make_intake(settings, catalogue))
        self.finger, self.hands = Finger(self.view), Hands(self.view)

    def middle(self, label):
        """Where what has this label is."""
        item = self.hands.find(label)
        return item.mapToScene(QPointF(item.width() / 2, item.height() / 2))
