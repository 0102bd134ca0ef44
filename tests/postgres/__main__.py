"""The long run: python -m tests.postgres --kills 200 [--seed 1] [--seconds S] [--bug NAME]."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.postgres.kills import campaign


def main():
    told = argparse.ArgumentParser(prog="python -m tests.postgres")
    told.add_argument("--kills", type=int, default=200)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--seconds", type=float, default=float("inf"))
    told.add_argument("--bug", default="none")
    told = told.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        found = campaign(Path(name), told.kills, told.seed, told.bug, told.seconds)
    took = time.monotonic() - started
    print(
        f"{found.kills} kills, seed {told.seed}, {took:.0f} s: {found.events} events, "
        f"{found.passes} passes, {found.broken} broken off, {len(found.wrong)} wrong"
    )
    for example in found.wrong[:5]:
        print(f"  {example}")
    return 0 if found.good else 1


sys.exit(main())
