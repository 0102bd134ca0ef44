"""Whatever anybody taps, types, scans or waits: no exception, no warning, nothing lost, nothing
left, nothing that grows (tests/monkey)."""

import os

import pytest

from tests.monkey.monkey import Monkey, held
from tests.ui.conftest import PPI, handwriting, pinyin
from tests.ui.test_citizen import furthest_apart

#: A small window is drawn faster; everything has the same size in millimetres.
SIZE = (540, 960)
PPI[SIZE] = 41
WARM, ACTIONS = 600, 2400
LONG = int(os.environ.get("ZHAOCHA_MONKEY_ACTIONS", "10000"))


def luck():
    seed = int(os.environ.get("ZHAOCHA_MONKEY_SEED", "20261124"))
    print(f"seed {seed}: ZHAOCHA_MONKEY_SEED={seed} ./dev.sh test tests/ui/test_monkey.py")
    return seed


def play(kiosk, actions):
    pinyin(), handwriting()  # what is loaded once is not what grows
    monkey = Monkey(kiosk, luck())
    monkey.leave()
    first = kiosk.picture()
    monkey.run(WARM)
    monkey.leave()
    warm = held(kiosk)
    monkey.run(actions)
    monkey.leave()
    now = held(kiosk)
    monkey.check()
    print(f"{len(monkey.thanked)} thanked, {monkey.gone} gone, {sorted(monkey.screens)}")
    print(f"warm {warm}, after {actions} more {now}")
    assert furthest_apart(kiosk.picture(), first) < 64
    assert now["items"] == warm["items"]
    return monkey, warm, now


def test_a_monkey_finds_nothing_that_breaks_is_lost_or_is_left(make_kiosk):
    monkey, warm, now = play(make_kiosk(SIZE), ACTIONS)
    assert len(monkey.thanked) > 20
    assert now["objects"] < warm["objects"] * 1.1
    assert now["rss"] < warm["rss"] + 40


@pytest.mark.campaign
def test_a_monkey_goes_on_for_long(make_kiosk):
    _, warm, now = play(make_kiosk(SIZE), LONG)
    assert now["objects"] < warm["objects"] * 1.1
    assert now["rss"] < warm["rss"] + 60
