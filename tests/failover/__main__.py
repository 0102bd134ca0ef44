"""The long run: python -m tests.failover --times 50 [--seed 1] [--blow NAME]... [--bug NAME]."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.failover.cluster import PACES, Settings, missing
from tests.failover.losses import ASYNCHRONOUS, BY_NAME, NETWORK, SETS, campaign, spread
from tests.failover.wires import missing_wires


def main():
    told = argparse.ArgumentParser(prog="python -m tests.failover")
    told.add_argument("--times", type=int, default=50)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--seconds", type=float, default=float("inf"))
    told.add_argument("--asynchronous", action="store_true", help="synchronous_mode off")
    told.add_argument("--no-failsafe", action="store_true", help="failsafe_mode off")
    told.add_argument("--commit", default="on", help="synchronous_commit")
    told.add_argument("--watchdog", action="store_true", help="mode required, with a test device")
    told.add_argument("--etcd3", action="store_true", help="etcd's v3 interface")
    told.add_argument("--no-pre-vote", action="store_true", help="etcd calls elections at once")
    told.add_argument("--pace", default="quick", choices=PACES, help="Patroni's times")
    one_by_one = (name for names in SETS.values() for name in names)
    told.add_argument(
        "--blow",
        action="append",
        default=[],
        choices=sorted({*SETS, *one_by_one, *ASYNCHRONOUS, BY_NAME}),
        help="leader (what it does without --blow), network, etcd, or one of theirs; several",
    )
    told.add_argument("--bug", default="none")
    told.add_argument("--logs", type=Path, help="a folder for what the nodes said")
    told = told.parse_args()
    blows = [one for name in told.blow for one in SETS.get(name, (name,))]
    lacks = missing() or (missing_wires() if set(blows) & set(NETWORK) else "")
    if lacks:
        print(lacks, file=sys.stderr)
        return 2
    settings = Settings(
        synchronous=not told.asynchronous,
        failsafe=not told.no_failsafe,
        commit=told.commit,
        pace=told.pace,
        watchdog=told.watchdog,
        pre_vote=not told.no_pre_vote,
        etcd3=told.etcd3,
    )
    started = time.monotonic()

    def tell(found):
        print(f"{found.count}: {found.blows}, {time.monotonic() - started:.0f} s", flush=True)

    with tempfile.TemporaryDirectory() as name:
        found = campaign(
            Path(name),
            told.times,
            told.seed,
            told.bug,
            settings,
            blows,
            told.seconds,
            tell,
            logs=told.logs,
        )
    took = time.monotonic() - started
    print(
        f"{found.count} blows {found.blows}, seed {told.seed}, {took:.0f} s: "
        f"{found.events} events, {found.passes} passes, {found.broken} broken off, "
        f"{len(found.wrong)} wrong"
    )
    print(f"  another leads after {spread(found.leads)}")
    everybody = [one for many in found.through.values() for one in many]
    print(f"  a machine is through with another after {spread(everybody)}")
    for how, seconds in found.through.items():
        print(f"    {how}: {spread(seconds)}")
    print("  the longest that a machine was without a pass")
    for how, seconds in found.without.items():
        print(f"    {how}: {spread(seconds)}")
    print(f"  three nodes stand again after {spread(found.stands)}")
    print(
        f"  a leader that was lost was asked {found.tried} times, said {found.said_yes} times yes, "
        f"{found.taken} of these are nowhere; {found.both} times two took writing at once"
    )
    if told.watchdog:
        print(f"  a watchdog cut a node's power {found.bites} times")
    print(f"  lost of what was kept: {found.lost}; all there again after {spread(found.restored)}")
    for example in found.wrong[:5]:
        print(f"  {example}")
    return 0 if found.good else 1


sys.exit(main())
