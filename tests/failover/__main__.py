"""The long run: python -m tests.failover --times 50 [--seed 1] [--asynchronous] [--bug NAME]."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.failover.cluster import missing
from tests.failover.losses import ASYNCHRONOUS, BY_NAME, campaign, spread


def main():
    told = argparse.ArgumentParser(prog="python -m tests.failover")
    told.add_argument("--times", type=int, default=50)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--seconds", type=float, default=float("inf"))
    told.add_argument("--asynchronous", action="store_true", help="synchronous_mode off")
    told.add_argument("--blow", action="append", default=[], choices=(*ASYNCHRONOUS, BY_NAME))
    told.add_argument("--bug", default="none")
    told = told.parse_args()
    if missing():
        print(missing(), file=sys.stderr)
        return 2
    started = time.monotonic()

    def tell(found):
        print(f"{found.count}: {found.blows}, {time.monotonic() - started:.0f} s", flush=True)

    with tempfile.TemporaryDirectory() as name:
        found = campaign(
            Path(name),
            told.times,
            told.seed,
            told.bug,
            not told.asynchronous,
            told.blow,
            told.seconds,
            tell,
        )
    took = time.monotonic() - started
    print(
        f"{found.count} leaders lost {found.blows}, seed {told.seed}, {took:.0f} s: "
        f"{found.events} events, {found.passes} passes, {found.broken} broken off, "
        f"{len(found.wrong)} wrong"
    )
    print(f"  another leads after {spread(found.leads)}")
    everybody = [one for many in found.through.values() for one in many]
    print(f"  a machine is through again after {spread(everybody)}")
    for how, seconds in found.through.items():
        print(f"    {how}: {spread(seconds)}")
    print(f"  three nodes stand again after {spread(found.stands)}")
    print(f"  an old leader was tried {found.tried} times, {found.taken} of its yes are nowhere")
    print(f"  lost of what was kept: {found.lost}; all there again after {spread(found.restored)}")
    for example in found.wrong[:5]:
        print(f"  {example}")
    return 0 if found.good else 1


sys.exit(main())
