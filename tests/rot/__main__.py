"""The long run: python -m tests.rot --tries 2000 --rows 1000 [--seed 1]."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.rot.damage import campaign
from tests.rot.rows import rows


def main():
    told = argparse.ArgumentParser(prog="python -m tests.rot")
    told.add_argument("--tries", type=int, default=2000)
    told.add_argument("--rows", type=int, default=1000)
    told.add_argument("--seed", type=int, default=1)
    told = told.parse_args()
    found = _run(campaign, told.tries, told.seed, "damages")
    print(f"  of {found.whole} whole events in damaged stores {found.left} were left behind")
    inside = _run(rows, told.rows, told.seed, "files with damaged rows")
    return 0 if found.good and inside.good else 1


def _run(what, tries, seed, named):
    memory = Path("/dev/shm")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        found = what(Path(name), tries, seed)
    took = time.monotonic() - started
    print(f"{found.tries} {named}, seed {seed}, {took:.0f} s: {len(found.wrong)} wrong")
    for ended, count in found.ended.most_common():
        print(f"  {count:6} {ended}")
    for example in found.wrong[:20]:
        print(f"  {example}")
    return found


sys.exit(main())
