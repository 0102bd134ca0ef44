"""Opening a window on a QML file: fonts, engine, the typed object it shows."""

import gc
import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtQuick import QQuickView

from kiosk.ui.faces import Faces
from kiosk.words import FONT, families, font_files, font_order

#: Without a graphics processor Qt waits so many milliseconds for more before it paints. It need
#: not: what one tap changes is painted together all the same.
os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
#: Seconds that the screen waits at most while another thread is in Python.
TURN = 0.0005

QML = Path(__file__).resolve().parent.parent / "qml"
PLAUSIBLE_PPI = (40, 400)


def application(name: str = "Zhaocha") -> QGuiApplication:
    """The one application, with the bundled fonts."""
    app = QGuiApplication.instance() or QGuiApplication([name])
    assert isinstance(app, QGuiApplication)
    app.setApplicationName(name)
    if gc.isenabled():
        _collect_here(app)
        sys.setswitchinterval(TURN)
    if FONT not in QFontDatabase.families():
        _add_fonts()
        font = QFont(FONT)
        # Fitting outlines to pixels takes as long as drawing them, and shows in small print only.
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        app.setFont(font)
    return app


def _add_fonts() -> None:
    """Make the bundled fonts known (a millisecond; a file is read when a text needs it).

    What one lacks comes from the others, before any font of the machine is asked.
    """
    for family in families():
        for file in font_files(family):
            QFontDatabase.addApplicationFont(str(file))
    for family in families():
        QFont.insertSubstitutions(family, font_order(family)[1:])


def _collect_here(app: QGuiApplication) -> None:
    """Collect garbage in this thread alone, every ten seconds.

    Wherever Python does so by itself may be the worker's thread, and a Qt object that dies in
    another thread than its own takes the program with it.
    """
    gc.disable()
    timer = QTimer(app, interval=10_000)
    timer.timeout.connect(lambda: gc.collect())
    timer.start()


def open_view(
    file: str, shown: dict[str, QObject], *, width: int, height: int, ppi: int = 0
) -> QQuickView:
    """A view of `file` in kiosk/qml with its required objects handed in; not shown yet.

    `ppi` 0 asks the screen. Raises RuntimeError with QML's own words for a broken file.
    """
    view = QQuickView()
    view.engine().addImageProvider("face", Faces())
    view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
    view.resize(width, height)
    view.setInitialProperties({**shown, "ppi": ppi or _screen_ppi(view)})
    view.setSource(QUrl.fromLocalFile(str(QML / file)))
    if view.status() is not QQuickView.Status.Ready:
        raise RuntimeError("; ".join(e.toString() for e in view.errors()))
    return view


def fit_screen(view: QQuickView) -> None:
    """Make a window that is larger than its screen as large as fits, in the same shape."""
    screen = view.screen()
    if screen is None:
        return
    room = screen.availableSize()
    shrink = min(1.0, 0.96 * room.width() / view.width(), 0.92 * room.height() / view.height())
    view.resize(int(view.width() * shrink), int(view.height() * shrink))


def close_view(view: QQuickView) -> None:
    """Close a window: first what is shown, then what it was shown from."""
    view.close()
    view.setSource(QUrl())


def _screen_ppi(view: QQuickView) -> float:
    screen = view.screen()
    told = screen.physicalDotsPerInch() if screen else 96.0
    return told if PLAUSIBLE_PPI[0] <= told <= PLAUSIBLE_PPI[1] else 96.0
