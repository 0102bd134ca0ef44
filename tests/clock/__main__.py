"""The long run: python -m tests.clock [--halls 180] [--seed 1] [--bug NAME] [--workers 2]."""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.clock.clocks import LIBRARY, all_halls, matrix, stalls
from tests.clock.drive import JUMPS
from tests.databases import databases


def main():
    told = argparse.ArgumentParser(prog="python -m tests.clock")
    told.add_argument("--halls", type=int, default=len(all_halls()))
    told.add_argument("--way", default="", help="file, door or postgres alone")
    told.add_argument("--seconds", type=float, default=float("inf"))
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--bug", default="none")
    told.add_argument("--workers", type=int, default=2)
    told = told.parse_args()
    if not LIBRARY:
        print("libfaketime is not here: apt-get install libfaketime", file=sys.stderr)
        return 1
    halls = [hall for hall in all_halls() if told.way in ("", hall[3])]
    random.Random(told.seed).shuffle(halls)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name, databases() as database:
        found = matrix(
            Path(name), halls[: told.halls], told.bug, told.workers, database, told.seconds
        )
        waited = stalls(Path(name), JUMPS)
    took = time.monotonic() - started
    wrong = found.wrong + waited.wrong
    print(
        f"{found.halls} halls, {found.steps} steps, seed {told.seed}, {took:.0f} s: {found.cases} "
        f"cases, {found.doubted} times retention doubted its clock, {len(wrong)} wrong"
    )
    print(f"seconds until what waited for a pass was there: {waited.stalls}")
    for example in wrong[:20]:
        print(f"  {example}")
    return 0 if not wrong else 1


sys.exit(main())
