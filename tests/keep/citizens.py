"""The whole kiosk as a hall starts it, with citizens who come by themselves, one after the other.

`python -m tests.keep.citizens THANKED DATA [SETTING=VALUE ...] --kept`; each thank-you that stood
on the screen is a line in the file THANKED: the case. With `keep BUG` before that, it is kept up as
`zhaocha keep kiosk` keeps the kiosk, with a short patience.
"""

import os
import sys
from pathlib import Path

from kiosk import keep
from kiosk.settings import load

#: Seconds between two signs of life, and until a frozen kiosk is killed.
BEAT, PATIENCE = 0.2, 6
#: Seconds until a kiosk without a record ends.
OPENS_AGAIN = 0.2
#: Milliseconds between two things a citizen does.
STEP = 30


def come(citizen, thanked):
    """Somebody comes, says something and goes, for ever."""
    from PySide6.QtCore import QTimer

    from kiosk.ui import citizen as room

    room.SAME_PRESS = 0

    def step():
        if citizen.screen == "Home":
            citizen.begin("complaint")
        elif citizen.screen == "Done":
            line = f"{citizen.taken.case.case_id}\n"
            # One write, so that no line is ever half there.
            os.write(thanked, line.encode())
            citizen.startAgain()
        elif citizen.screen == "Trouble":
            citizen.tryAgain()
        elif citizen.screen != "Sending":
            citizen.choose("C01")
            citizen._asked_same = True
            citizen.vent()

    timer = QTimer(citizen, interval=STEP)
    timer.timeout.connect(step)
    timer.start()


def run(file, data, *flags):
    from kiosk import app
    from kiosk.ui import window

    keep.BEAT, keep.OPENS_AGAIN = BEAT, OPENS_AGAIN
    thanked = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    real = window.open_view

    def open_view(qml, shown, **rest):
        view = real(qml, shown, **rest)
        come(shown["citizen"], thanked)
        return view

    window.open_view = open_view
    kept = keep.KEPT in flags
    if kept:
        keep.bind()
    flags = dict(flag.split("=") for flag in flags if flag != keep.KEPT)
    if flags.pop("bug", "") == "nobody is bound":
        # A flag that does nothing here: whoever is started is tied to nobody.
        keep.KEPT = "--clock-is-right"
    return app.run_kiosk(load(Path(data), flags), kept=kept)


def keep_up(bug, file, data, *flags):
    command = [sys.executable, "-m", "tests.keep.citizens", file, data, f"bug={bug}", *flags]
    if bug == "not started again":
        keep.Keeper.run = lambda self: self._once()
    keep.keep(keep.Keeper("kiosk", command, Path(data) / keep.LOG, window=True, patience=PATIENCE))
    return 0


if __name__ == "__main__":
    if sys.argv[1] == "keep":
        sys.exit(keep_up(*sys.argv[2:]))
    sys.exit(run(*sys.argv[1:]))
