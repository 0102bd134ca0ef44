"""How smoothly the worklist scrolls on a full record: `python -m tests.bench.scroll`.

A real desk window, drawn in software, is scrolled from top to bottom a wheel's step a frame while
the lists fetch what comes next. Beside it the bare thing: a ListView over numbers in a row of text.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtQuick import QQuickView
from PySide6.QtTest import QTest

from db.lists import Column
from kiosk import app
from kiosk.settings import load
from kiosk.staff import Badge
from kiosk.ui.background import Background
from kiosk.ui.hands import items, wait_until
from kiosk.ui.language import Language
from kiosk.ui.window import application, close_view, open_view
from tests.bench.desk import still_open
from tests.filled import fill, found_long_ago
from tests.people import HALL

SIZE = (1366, 768)
#: Pixels a frame: three quick turns of a wheel a second are about so much at 60 frames.
STEP = 60
#: A frame at 60 a second, in milliseconds.
LIMIT = 1000 / 60
BARE = b"""
import QtQuick
ListView {
    model: 1000000
    delegate: Rectangle {
        required property int index
        width: ListView.view.width; height: 116
        Text { text: "case " + parent.index }
    }
}
"""


def frames(view, list_, count):
    """Milliseconds from each step to its picture."""
    spent, swapped = [], [0]
    view.frameSwapped.connect(lambda: swapped.__setitem__(0, swapped[0] + 1))
    for _ in range(count):
        before, start = swapped[0], time.perf_counter()
        top = list_.property("contentY") + STEP
        list_.setProperty("contentY", min(top, list_.property("contentHeight") - list_.height()))
        view.update()
        wait_until(lambda seen=before: swapped[0] > seen, "a frame")
        spent.append((time.perf_counter() - start) * 1000)
    return spent


def told(name, spent):
    cuts = statistics.quantiles(spent, n=100)
    late = sum(one > LIMIT for one in spent)
    over = "" if cuts[98] <= LIMIT else "  over"
    print(
        f"{name:30} {cuts[49]:8.2f} {cuts[98]:8.2f} {max(spent):8.2f} {late:6} of {len(spent)}"
        f"  ≤ {LIMIT:.1f} ms{over}"
    )


def bare(count):
    view = QQuickView()
    view.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
    view.resize(*SIZE)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "Bare.qml"
        file.write_bytes(BARE)
        view.setSource(QUrl.fromLocalFile(str(file)))
        view.show()
        assert QTest.qWaitForWindowExposed(view)
        spent = frames(view, view.rootObject(), count)
    view.close()
    return spent


def ours(cases, count):
    with tempfile.TemporaryDirectory() as name:
        settings = load(Path(name), {"printer": "folder:receipts"})
        catalogue = app.hall_catalogue(settings)
        store = found_long_ago(app.open_local(settings, "D1", HALL))
        fill(store, still_open(int(cases * 1.32)))
        background, language = Background(), Language()
        desk = app.make_desk(settings, catalogue, store, background, language)
        view = open_view("desk/Desk.qml", {"desk": desk}, width=SIZE[0], height=SIZE[1])
        view.show()
        assert QTest.qWaitForWindowExposed(view)
        badge = Badge(store.people().person("desk"))
        desk._signed(desk._make_casework(badge))
        desk.work.choose(Column.IN_HAND.value)
        wait_until(lambda: desk.work._lines, "the worklist")
        found = (i for i in items(view.rootObject()) if i.inherits("QQuickListView"))
        list_ = next(i for i in found if i.property("count"))
        spent = frames(view, list_, count)
        print(f"{len(desk.work._lines):,} lines were scrolled past")
        close_view(view)
        store.close()
    return spent


def main():
    asked = argparse.ArgumentParser(prog="python -m tests.bench.scroll")
    asked.add_argument("--open", type=int, default=100_000)
    asked.add_argument("--frames", type=int, default=6000)
    asked = asked.parse_args()
    application()
    print(f"{'':30} {'p50':>8} {'p99':>8} {'worst':>8} {'late':>6}")
    told("bare list", bare(asked.frames))
    told("worklist", ours(asked.open, asked.frames))


if __name__ == "__main__":
    main()
