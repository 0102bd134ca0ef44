"""The bare QML program, with nothing that it does not need: `python -m tests.bench.bare`."""

import sys
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickView


def bare():
    """The program and its window, shown."""
    app = QGuiApplication.instance() or QGuiApplication([])
    view = QQuickView()
    view.setSource(Path(__file__).with_suffix(".qml").as_uri())
    view.show()
    return app, view


if __name__ == "__main__":
    app, _view = bare()
    sys.exit(app.exec())
