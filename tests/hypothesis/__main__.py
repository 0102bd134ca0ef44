"""The long run: python -m tests.hypothesis --runs 10000 [--seed 1] [--part line|rules|properties].

Runs are shared out: four tenths to syncing, two to the rules, the rest to every other property.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.hypothesis.line import Day
from tests.play.machine import Play

ROOT = Path(__file__).parents[2]
PARTS = {"line": (Day, 0.4), "rules": (Play, 0.2)}


def machine(kind, runs, steps, number):
    """Random runs of one machine: how many there were. Raises what it finds."""
    tried = [0]

    class Counted(kind):
        def __init__(self):
            tried[0] += 1
            super().__init__()

    Counted.__name__ = kind.__name__
    run_state_machine_as_test(
        seed(number)(Counted),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )
    return tried[0]


def properties(runs, number):
    """Every other property of the tests: whether all held, and the last of what pytest said."""
    files = sorted(
        str(file.relative_to(ROOT))
        for file in ROOT.glob("tests/**/test_*.py")
        if "@given" in file.read_text("utf-8")
    )
    count = sum((ROOT / file).read_text("utf-8").count("@given") for file in files)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p",
         "tests.hypothesis.plugin", f"--hypothesis-seed={number}", *files],
        cwd=ROOT,
        env={
            **os.environ,
            "ZHAOCHA_EXAMPLES": str(-(-runs // count)),
            "QT_QPA_PLATFORM": "offscreen",
            "QT_QUICK_BACKEND": "software",
        },
        capture_output=True,
        text=True,
    )  # fmt: skip
    return done.returncode == 0, done.stdout[-6000:]


def main():
    told = argparse.ArgumentParser(prog="python -m tests.hypothesis")
    told.add_argument("--runs", type=int, default=10_000)
    told.add_argument("--seed", type=int, default=1)
    told.add_argument("--part", choices=(*PARTS, "properties"))
    told = told.parse_args()
    for name, (kind, share) in PARTS.items():
        if told.part in (None, name):
            runs = told.runs if told.part else round(told.runs * share)
            began = time.monotonic()
            tried = machine(kind, runs, 14, told.seed)
            took = time.monotonic() - began
            print(f"{name}: {tried} runs, seed {told.seed}, {took:.0f} s: 0 wrong", flush=True)
    if told.part in (None, "properties"):
        began = time.monotonic()
        runs = told.runs if told.part else round(told.runs * 0.4)
        good, said = properties(runs, told.seed)
        took = time.monotonic() - began
        counted = next((s for s in said.splitlines() if s.startswith("EXAMPLES ")), "EXAMPLES ?")
        print(f"properties: {counted[9:]} examples, seed {told.seed}, {took:.0f} s: {good=}")
        if not good:
            print(said)
            return 1
    return 0


sys.exit(main())
