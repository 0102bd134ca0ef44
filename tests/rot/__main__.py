"""The long run: python -m tests.rot --tries 2000 [--seed 1]."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.rot.damage import campaign


def main():
    told = argparse.ArgumentParser(prog="python -m tests.rot")
    told.add_argument("--tries", type=int, default=2000)
    told.add_argument("--seed", type=int, default=1)
    told = told.parse_args()
    memory = Path("/dev/shm")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        found = campaign(Path(name), told.tries, told.seed)
    took = time.monotonic() - started
    print(f"{found.tries} damages, seed {told.seed}, {took:.0f} s: {len(found.wrong)} wrong")
    for ended, count in found.ended.most_common():
        print(f"  {count:6} {ended}")
    print(f"  of {found.whole} whole events in damaged stores {found.left} were left behind")
    for example in found.wrong[:20]:
        print(f"  {example}")
    return 0 if found.good else 1


sys.exit(main())
