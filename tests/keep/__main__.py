"""The long run: python -m tests.keep [--seconds 300] [--seed 1]."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.keep.kills import loop


def main():
    told = argparse.ArgumentParser(prog="python -m tests.keep")
    told.add_argument("--seconds", type=float, default=300)
    told.add_argument("--seed", type=int, default=1)
    told = told.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = loop(Path(folder), told.seed, seconds=told.seconds)
    print(f"{found.blows.total()} blows, {found.thanked} thanked: {len(found.wrong)} wrong")
    for blow, took in sorted(found.back.items()):
        took.sort()
        p95 = took[min(len(took) - 1, round(0.95 * len(took)))]
        print(
            f"  {blow:16} {len(took):3} times, back after {took[len(took) // 2]:.1f} s, "
            f"p95 {p95:.1f} s, at most {took[-1]:.1f} s"
        )
    for example in found.wrong[:20]:
        print(f"  {example}")
    return 1 if found.wrong else 0


sys.exit(main())
