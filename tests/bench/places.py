"""Where things stand on the kiosk's screen: asked of a twin that nobody sees.

`python -m tests.bench.places` prints them; `places` asks it in a process of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
#: From home to the writing pad, past the keyboard; what is typed is taken away again.
TO_THE_PAD = ("投诉", "排队等候", "下一步", "想说的话", "p", "a", "退格", "手写")
PAD = "pad"


def places():
    """The middle of everything on the way to the writing pad, by label, and of the pad itself."""
    quiet = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.places"],
        cwd=ROOT,
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        check=True,
    )
    return {label: tuple(where) for label, where in json.loads(done.stdout.splitlines()[-1])}


def main():
    from tests.bench.window import Kiosk, pad

    with tempfile.TemporaryDirectory() as folder:
        kiosk = Kiosk(Path(folder))
        found = []
        for label in TO_THE_PAD:
            where = kiosk.middle(label)
            kiosk.finger.down(where)
            kiosk.finger.up(where)
            found.append((label, (round(where.x()), round(where.y()))))
        item = pad(kiosk.view)
        where = item.mapToScene(item.boundingRect().center())
        found.append((PAD, (round(where.x()), round(where.y()))))
        kiosk.background.wait()
        print(json.dumps(found), flush=True)
        os._exit(0)


if __name__ == "__main__":
    main()
