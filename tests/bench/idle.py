"""What the home screen costs while nobody is there: `python -m tests.bench.idle [--seconds 60]`.

The real window with its record, stories, clock and numbers, in its own process; the CPU time of
all its threads as a share of one core. The limit is 2 %.
"""

import argparse
import os
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

LIMIT = 2.0
SETTLES = 5


def measure(seconds):
    """Percent of one core over so many seconds, and how many frames were drawn."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    from PySide6.QtCore import QTimer

    from kiosk import app as hall
    from kiosk.handwriting import Handwriting
    from kiosk.pinyin import Pinyin
    from kiosk.settings import load
    from kiosk.ui.background import Background
    from kiosk.ui.citizen import Citizen
    from kiosk.ui.language import Language
    from kiosk.ui.window import application, close_view, open_view

    app = application()
    with tempfile.TemporaryDirectory() as folder:
        settings = load(Path(folder), {"printer": "none"})
        catalogue, background = hall.hall_catalogue(settings), Background()
        citizen = Citizen(
            catalogue, Language(), background, cache(Pinyin.load), cache(Handwriting.load)
        )
        view = open_view("Main.qml", {"citizen": citizen}, width=1080, height=1920, ppi=82)
        view.show()
        intake = hall.make_intake(settings, catalogue)
        citizen.ready(intake)
        seen = {"frames": 0}

        def swapped():
            seen["frames"] += 1

        def begin():
            seen.update(frames=0, cpu=time.process_time(), wall=time.monotonic())
            QTimer.singleShot(int(seconds * 1000), end)

        def end():
            spent = time.process_time() - seen["cpu"]
            seen["share"] = 100 * spent / (time.monotonic() - seen["wall"])
            app.quit()

        view.frameSwapped.connect(swapped)
        QTimer.singleShot(SETTLES * 1000, begin)
        app.exec()
        background.wait()
        close_view(view)
        intake.close()
    return seen["share"], seen["frames"]


def main():
    told = argparse.ArgumentParser(prog="python -m tests.bench.idle")
    told.add_argument("--seconds", type=float, default=60)
    seconds = told.parse_args().seconds
    share, frames = measure(seconds)
    verdict = "" if share <= LIMIT else "  over"
    name = f"idle home screen over {seconds:.0f} s, {frames} frames"
    print(f"{name:44} {share:10.2f} % of a core        ≤ {LIMIT:.0f} %{verdict}", flush=True)
    return 1 if verdict else 0


if __name__ == "__main__":
    sys.exit(main())
