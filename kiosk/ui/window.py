"""Opening a window on a QML file: fonts, engine, the typed object it shows; holding it open."""

import gc
import os
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QFont, QFontDatabase, QGuiApplication, QWindow
from PySide6.QtQuick import QQuickView

from kiosk.ui.faces import Faces
from kiosk.words import FONT, families, font_files, font_order

#: Without a graphics processor Qt waits so many milliseconds for more before it paints. It need
#: not: what one tap changes is painted together all the same.
os.environ.setdefault("QT_QPA_UPDATE_IDLE_TIME", "0")
#: Seconds that the screen waits at most while another thread is in Python.
TURN = 0.0005

#: Qt's FramelessWindowHint and WindowStaysOnTopHint; their names would load the whole of Qt's
#: namespace, 11 ms.
HELD = 0x800 | 0x40000

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


class View(QQuickView):
    """A window; nobody can close one that is held."""

    held = False

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.held:
            event.ignore()
        else:
            super().closeEvent(event)


def hold(view: View) -> None:
    """Show it over all of the screen and over everything else, and have it stay there."""
    view.held = True
    view.setProperty("flags", HELD)
    view.showFullScreen()

    def back(_: QWindow.Visibility) -> None:
        # What a window manager has just done must have come to its end.
        QTimer.singleShot(0, lambda: _fill(view))

    # Nor does the first frame need Qt's names for how a window can be seen.
    QTimer.singleShot(1000, view, lambda: view.visibilityChanged.connect(back))


def _fill(view: View) -> None:
    if view.held and view.visibility() is not QWindow.Visibility.FullScreen:
        view.showFullScreen()
        view.raise_()
        view.requestActivate()


def end_when_told(app: QGuiApplication, kept: bool) -> None:
    """End cleanly on SIGTERM and Ctrl-C, with 128 and the signal's number; where it is `kept`, show
    that the screen's thread lives."""
    import signal

    from kiosk.keep import BEAT, show_life

    if kept:
        show_life()
        timer = QTimer(app, interval=BEAT * 1000)
        timer.timeout.connect(show_life)
        timer.start()
    if os.name != "posix":
        return
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    # A handler in Python runs once Python runs: Qt has to be woken.
    signal.set_wakeup_fd(writing)
    woken = QSocketNotifier(reading, QSocketNotifier.Type.Read, app)
    woken.activated.connect(lambda: os.read(reading, 64))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: app.exit(128 + number))


def open_view(
    file: str, shown: dict[str, QObject], *, width: int, height: int, ppi: int = 0
) -> View:
    """A view of `file` in kiosk/qml with its required objects handed in; not shown yet.

    `ppi` 0 asks the screen. Raises RuntimeError with QML's own words for a broken file.
    """
    view = View()
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


def close_view(view: View) -> None:
    """Close a window, also one that is held: first what is shown, then what it was shown from."""
    view.held = False
    view.close()
    view.setSource(QUrl())


def _screen_ppi(view: QQuickView) -> float:
    screen = view.screen()
    told = screen.physicalDotsPerInch() if screen else 96.0
    return told if PLAUSIBLE_PPI[0] <= told <= PLAUSIBLE_PPI[1] else 96.0
