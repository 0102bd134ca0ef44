"""The long run: python -m tests.ext4 --cuts 1000 [--seed 1] [--seconds S]; needs root."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.ext4.cuts import CannotMount, campaign


def main():
    told = argparse.ArgumentParser(prog="python -m tests.ext4")
    told.add_argument("--cuts", type=int, default=1000)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--seconds", type=float, default=float("inf"))
    told = told.parse_args()
    memory = Path("/dev/shm")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        try:
            found = campaign(Path(name), told.cuts, told.seed, told.seconds)
        except CannotMount as trouble:
            print(f"no ext4 can be mounted here: {trouble}")
            return 2
    took = time.monotonic() - started
    print(
        f"{found.cuts} cuts, seed {told.seed}, {took:.0f} s: {found.thanked} thanked, "
        f"{len(found.wrong)} wrong"
    )
    for example in found.wrong[:5]:
        print(f"  {example}")
    return 0 if found.good else 1


sys.exit(main())
