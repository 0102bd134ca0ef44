"""The long run: python -m tests.model [--bound NAME] [--seconds S] [--bug NAME]."""

import argparse
import sys

from tests.model.world import BOUNDS, BUGS, explore


def main():
    told = argparse.ArgumentParser(prog="python -m tests.model")
    told.add_argument("--bound", choices=BOUNDS, help="one of them; otherwise all")
    told.add_argument("--seconds", type=float, default=float("inf"), help="at most, for each")
    told.add_argument("--bug", choices=BUGS, default="")
    told = told.parse_args()
    good = True
    for name in [told.bound] if told.bound else BOUNDS:
        found = explore(BOUNDS[name], told.bug, seconds=told.seconds)
        good = good and found.good
        print(
            f"{name}: {found.states} states, {found.steps} steps, {found.healed} healed, "
            f"{found.seconds:.0f} s, {'all of them' if found.all else 'not all'}: "
            f"{len(found.wrong)} wrong",
            flush=True,
        )
        for example in found.wrong:
            print(f"  {example}")
    return 0 if good else 1


sys.exit(main())
