"""The long run: python -m tests.crash --states 100000 [--seed 1] [--bug NAME]."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.disk import campaign, record


def main():
    told = argparse.ArgumentParser(prog="python -m tests.crash")
    told.add_argument("--states", type=int, default=100_000)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--bug", default="none")
    told = told.parse_args()
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        started = time.monotonic()
        log = record(folder, told.bug, times=8, each=6)
        found = campaign(log, folder / "disk", told.states, told.seed)
        took = time.monotonic() - started
    print(
        f"{found.states} crash states at {found.points} points, seed {told.seed}, {took:.0f} s: "
        f"{found.lost} lost, {found.halves} in halves, {found.unreadable} unreadable"
    )
    for example in found.examples[:5]:
        print(f"  {example}")
    return 0 if found.good else 1


sys.exit(main())
