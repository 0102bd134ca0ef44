"""The long runs: python -m tests.monkey [--actions 10000] [--visits 2000] [--seed 1]."""

import argparse
import os
import sys

import pytest


def main():
    told = argparse.ArgumentParser(prog="python -m tests.monkey")
    told.add_argument("--actions", default="10000", help="what the monkey does; 0: no monkey")
    told.add_argument("--visits", default="2000", help="the visits of the day; 0: no day")
    told.add_argument("--seed", default="1")
    told = told.parse_args()
    os.environ["ZHAOCHA_MONKEY_ACTIONS"] = told.actions
    os.environ["ZHAOCHA_MONKEY_SEED"] = told.seed
    os.environ["ZHAOCHA_DAY_VISITS"] = told.visits
    files = []
    if told.actions != "0":
        files.append("tests/ui/test_monkey.py")
    if told.visits != "0":
        files.append("tests/ui/test_day.py")
    return pytest.main(["-m", "campaign", "-q", "-s", "-p", "no:cacheprovider", *files])


if __name__ == "__main__":
    sys.exit(main())
