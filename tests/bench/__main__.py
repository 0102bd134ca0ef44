"""Prints a table: what it costs, what the bare thing costs beside it, the ratio.

`python -m tests.bench [PART ...]`; without a name every part but the long ones, which have to
be named. Machines are noisy: only the ratios of one run are worth comparing. Each pair is measured
in turns and its median taken.
"""

import importlib
import os
import sys
import tempfile

from tests.bench.screen import Missing

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["QT_QUICK_BACKEND"] = "software"
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp(prefix="zhaocha-bench-")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


#: Loaded one by one: what this process holds, a program that it measures would share.
PARTS = {
    "start": "start.table",
    "idle": "start.idle",
    "taps": "taps.table",
    "input": "input.table",
    "store": "store.table",
    "door": "door.table",
    "paper": "paper.main",
    "evidence": "evidence.table",
    "browser": "browser.table",
    "kiosks": "kiosks.table",
    "stored": "stored.table",
    "grown": "grown.table",
    "newdesk": "newdesk.table",
    "others": "others.table",
}
#: What takes minutes each; `province` is all of these.
PROVINCE = ("kiosks", "stored", "grown", "newdesk", "others")
LONG = ("browser", *PROVINCE)


def main(names):
    names = [part for name in names for part in (PROVINCE if name == "province" else (name,))]
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        return f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}, province"
    lacking = ""
    for name in names or [part for part in PARTS if part not in LONG]:
        try:
            module, table = PARTS[name].split(".")
            getattr(importlib.import_module(f"tests.bench.{module}"), table)()
        except Missing as missing:
            lacking = f"{name}: {missing}"
            print(lacking)
        print(flush=True)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
