"""One window for the bench, ours or a bare QML program's: `python -m tests.bench.window WHICH HOW`.

HOW `first` stops once the first tap is answered, so that the whole process can be timed; `taps`
taps to and fro and prints how long each took to be painted. What is printed is JSON.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtQuick import QQuickView

HERE = Path(__file__).resolve().parent


class Eyes:
    """Sees every frame of a view, and taps like a finger."""

    def __init__(self, view):
        self.view, self.frames = view, 0
        view.frameSwapped.connect(self.swapped)

    def swapped(self):
        self.frames += 1

    def frame(self, ready=lambda: True):
        """Let the window live until it has painted what is `ready`."""
        while not ready():
            QCoreApplication.processEvents()
        seen = self.frames
        while self.frames == seen:
            QCoreApplication.processEvents()

    def tap(self, x, y):
        where = QPointF(x, y)
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        for kind, held in (
            (QEvent.Type.MouseButtonPress, left),
            (QEvent.Type.MouseButtonRelease, none),
        ):
            event = QMouseEvent(
                kind, where, where, where, left, held, Qt.KeyboardModifier.NoModifier
            )
            QCoreApplication.sendEvent(self.view, event)


def bare():
    app = QGuiApplication([])
    view = QQuickView()
    view.setSource((HERE / "bare.qml").as_uri())
    view.show()
    eyes = Eyes(view)

    def there():
        page = view.rootObject().property("page")
        eyes.tap(540, 960)
        eyes.frame(lambda: view.rootObject().property("page") != page)

    return app, eyes, [there]


def ours():
    from functools import cache

    from kiosk import app as hall
    from kiosk.handwriting import Handwriting
    from kiosk.pinyin import Pinyin
    from kiosk.settings import load
    from kiosk.ui.background import Background
    from kiosk.ui.citizen import Citizen
    from kiosk.ui.language import Language
    from kiosk.ui.window import application, open_view

    app = application()
    catalogue = hall.hall_catalogue(load(Path(tempfile.gettempdir()) / "zhaocha-bench"))
    citizen = Citizen(
        catalogue, Language(), Background(), cache(Pinyin.load), cache(Handwriting.load)
    )
    view = open_view("Main.qml", {"citizen": citizen}, width=1080, height=1920, ppi=82)
    view.show()
    eyes = Eyes(view)

    def tapped(label):
        from PySide6.QtQuick import QQuickItem

        def search(item):
            for child in item.childItems():
                if child.property("touchable") and child.property("label").startswith(label):
                    return child
                found = search(child)
                if found:
                    return found

        item = search(view.rootObject())
        assert isinstance(item, QQuickItem), label
        return item.mapToScene(QPointF(item.width() / 2, item.height() / 2))

    places = {}

    def go(label):
        def there():
            if (citizen.screen, label) not in places:
                places[citizen.screen, label] = tapped(label)
            where, screen = places[citizen.screen, label], citizen.screen
            started = time.perf_counter()
            eyes.tap(where.x(), where.y())
            eyes.frame(lambda: citizen.screen != screen)
            return started

        return there

    steps = ("不满意", "返回", "投诉", "返回", "查进度", "返回", "急事", "返回", "问事", "返回")
    return app, eyes, [go(label) for label in steps]


def main(which, how):
    _, eyes, steps = {"bare": bare, "ours": ours}[which]()
    eyes.frame()
    took = []
    for turn in range(1 if how == "first" else 24):
        for step in steps[:1] if how == "first" else steps * (10 // len(steps)):
            started = time.perf_counter()
            started = step() or started
            if turn > 2:
                took.append((time.perf_counter() - started) * 1000)
    rollup = Path("/proc/self/smaps_rollup").read_text().splitlines()
    pss = sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    print(json.dumps({"taps": took, "pss": pss / 1024}), flush=True)
    os._exit(0)  # taking Qt down is nobody's waiting time


main(*sys.argv[1:])
