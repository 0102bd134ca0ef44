"""Whatever anybody taps, types, scans or waits: no exception, no warning, nothing lost, nothing
left, nothing that grows (tests/monkey)."""

import os

import pytest
from PySide6.QtQuick import QQuickItem

from db.event import Head, canonical, next_event
from db.fold import begin
from db.happening import write_body
from tests.monkey.monkey import Monkey
from tests.monkey.witness import held, slope
from tests.ui.conftest import PPI, handwriting, pinyin
from tests.ui.test_citizen import furthest_apart

#: A small window is drawn faster; everything has the same size in millimetres.
SIZE = (540, 960)
PPI[SIZE] = 41
WARM, ACTIONS = 500, 2000
LONG = int(os.environ.get("ZHAOCHA_MONKEY_ACTIONS", "10000"))
SEED = int(os.environ.get("ZHAOCHA_MONKEY_SEED", "20261124"))


def play(kiosk, warm, actions, chunk):
    """A monkey on a kiosk that has found its caches; what is held after every `chunk` actions."""
    pinyin(), handwriting()  # what is loaded once is not what grows
    monkey = Monkey(kiosk, SEED)
    monkey.leave()
    first = kiosk.picture()
    monkey.run(warm)
    monkey.leave()
    series = [held(kiosk)]
    for done in range(chunk, actions + 1, chunk):
        monkey.run(chunk)
        monkey.leave()
        series.append(held(kiosk))
        print(f"{done} actions, {len(monkey.thanked)} thanked: {series[-1]}")
    monkey.check()
    assert furthest_apart(kiosk.picture(), first) < 64
    assert {found["items"] for found in series} == {series[0]["items"]}
    return monkey, series


def test_a_monkey_finds_nothing_that_breaks_is_lost_or_is_left(make_kiosk):
    print(f"seed {SEED}; ZHAOCHA_MONKEY_SEED=... for another")
    monkey, series = play(make_kiosk(SIZE), WARM, ACTIONS, ACTIONS)
    assert len(monkey.thanked) > 15
    assert len(monkey.screens) > 15
    assert series[-1]["objects"] < series[0]["objects"] * 1.1
    assert series[-1]["rss"] < series[0]["rss"] + 80


@pytest.mark.campaign
def test_a_monkey_goes_on_for_long(make_kiosk):
    _, series = play(make_kiosk(SIZE), 4000, LONG, 1000)
    half = series[len(series) // 2 :]
    grows = {name: slope([found[name] for found in half]) for name in ("rss", "objects")}
    print(f"seed {SEED}, growth a thousand actions in the second half: {grows}")
    assert grows["rss"] < 1.5
    assert grows["objects"] < 300


# --- planted bugs: each must be found ---------------------------------------------------------


def thanks_without_keeping(kiosk):
    """A case that only looks registered."""

    def register(said, day, case_id, sealed=None, call=None):
        kind, body = write_body(said)
        event = next_event("370800", "K1-X", Head(), 1 << 60, case_id, kind, 1, canonical(body))
        return begin(event, said)

    kiosk.intake._store.register = register


def forgets_to_wipe(kiosk):
    kiosk.citizen.wiped.connect(lambda: setattr(kiosk.citizen, "_text_size", 1))


def leaves_items(kiosk):
    root = kiosk.view.rootObject()
    kiosk.citizen.wiped.connect(lambda: QQuickItem(root))


@pytest.mark.parametrize("bug", [thanks_without_keeping, forgets_to_wipe, leaves_items])
def test_a_monkey_finds_each_planted_bug(make_kiosk, bug):
    kiosk = make_kiosk(SIZE, printer="none")
    bug(kiosk)
    with pytest.raises(AssertionError):
        play(kiosk, 100, 300, 300)
