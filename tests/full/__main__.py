"""The long run: python -m tests.full [--step 1] [--seed 1]. Only root may make its filesystem."""

import argparse
import sys
import time

from tests.full.disk import DEEDS, CannotMount, campaign


def main():
    told = argparse.ArgumentParser(prog="python -m tests.full")
    told.add_argument("--step", type=int, default=1)
    told.add_argument("--seed", type=int, default=1)
    told = told.parse_args()
    started = time.monotonic()
    try:
        found = campaign(told.seed, told.step)
    except CannotMount:
        print("a small filesystem can only be mounted by root")
        return 2
    took = time.monotonic() - started
    print(f"{found.tries} full disks, seed {told.seed}, {took:.0f} s: {len(found.wrong)} wrong")
    for deed in DEEDS:
        print(f"  {deed:10} refused {found.refused[deed]:4}, done {found.done[deed]:3}")
    for example in found.wrong[:20]:
        print(f"  {example}")
    return 0 if found.good else 1


sys.exit(main())
