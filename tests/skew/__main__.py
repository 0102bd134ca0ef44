"""The long run: python -m tests.skew [--halls 192] [--states 4000] [--seed 1] [--bug NAME]."""

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.databases import databases
from tests.skew.cut import STEPS, cuts
from tests.skew.matrix import all_halls, campaign


def main():
    told = argparse.ArgumentParser(prog="python -m tests.skew")
    told.add_argument("--halls", type=int, default=len(all_halls()))
    told.add_argument("--states", type=int, default=4000, help="power cuts in each migration")
    told.add_argument("--seconds", type=float, default=float("inf"))
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--bug", default="none")
    told.add_argument("--workers", type=int, default=2)
    told = told.parse_args()
    halls = all_halls()
    random.Random(told.seed).shuffle(halls)
    started = time.monotonic()
    with databases() as database:
        found = campaign(halls[: told.halls], told.bug, told.workers, database, told.seconds)
    took = time.monotonic() - started
    ways = ", ".join(f"{count} {way}" for way, count in sorted(found.ways.items()))
    print(
        f"{found.halls} halls ({ways}), seed {told.seed}, {took:.0f} s: {found.events} events, "
        f"{found.passes} passes, {found.refused} refused, {found.unread} handed on unread, "
        f"{len(found.wrong)} wrong"
    )
    for example in found.wrong[:20]:
        print(f"  {example}")
    good = found.good
    for old, version in STEPS:
        with tempfile.TemporaryDirectory() as name:
            cut = cuts(Path(name), old, version, told.states, told.seed)
        good = good and cut.good
        print(
            f"migrating {old} to {version}: {cut.states} crash states at {cut.points} points: "
            f"{cut.lost} lost, {cut.halves} in halves, {cut.unreadable} unreadable"
        )
    return 0 if good else 1


sys.exit(main())
