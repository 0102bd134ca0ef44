"""A whole day at one kiosk, compressed: nothing lost, nothing left, nothing that grows."""

import os
import tempfile

import pytest

from tests.monkey.day import WAYS, Day
from tests.monkey.witness import held, slope
from tests.ui.conftest import handwriting, pinyin
from tests.ui.test_citizen import furthest_apart
from tests.ui.test_monkey import SIZE

LONG = int(os.environ.get("ZHAOCHA_DAY_VISITS", "2000"))
SEED = int(os.environ.get("ZHAOCHA_MONKEY_SEED", "20261124"))
STORES = ("local.sqlite", "shared.sqlite")


def files(kiosk):
    """Everything in the data folder, the stores and their journals left out."""
    found = {p.relative_to(kiosk.settings.data) for p in kiosk.settings.data.rglob("*")}
    return {str(p) for p in found if not p.name.startswith(STORES)}


def live(kiosk, warm, visits, chunk):
    """A day on a kiosk that has found its caches; what is held after every `chunk` visits."""
    pinyin(), handwriting()
    day = Day(kiosk, SEED)
    day.leave()
    first, before = kiosk.picture(), files(kiosk)
    day.run(warm)
    day.leave()
    series = [held(kiosk)]
    for done in range(chunk, visits + 1, chunk):
        day.run(chunk)
        day.leave()
        series.append(held(kiosk))
        print(f"{done} visits, {len(day.thanked)} thanked: {series[-1]}")
    day.check()
    assert len(day.kept) == len(day.thanked)
    assert furthest_apart(kiosk.picture(), first) < 64
    assert {found["items"] for found in series} == {series[0]["items"]}
    new = sorted(files(kiosk) - before - {"receipts"})
    assert [f for f in new if not f.startswith("receipts/receipt-")] == []
    papers = {f.rpartition(".")[0] for f in new}
    assert len(new) == 2 * len(papers)
    cases = [p for p in papers if not p.startswith("receipts/receipt-guide-")]
    assert len(cases) <= len(day.kept)
    return day, series


def test_two_hundred_visits_leave_nothing_but_their_records_and_receipts(
    make_kiosk, tmp_path, monkeypatch
):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    day, series = live(make_kiosk(SIZE), 40, 160, 160)
    assert len(day.ways) == len(set(WAYS))
    assert series[-1]["objects"] < series[0]["objects"] * 1.05
    assert series[-1]["rss"] < series[0]["rss"] + 60
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.campaign
def test_a_whole_day_and_night_grows_nothing(make_kiosk):
    day, series = live(make_kiosk(SIZE), 400, LONG, 100)
    half = series[len(series) // 2 :]
    grows = {name: slope([found[name] for found in half]) for name in ("rss", "objects")}
    print(f"seed {SEED}, {len(day.thanked)} thanked, {day.ways}")
    print(f"growth a hundred visits in the second half: {grows}")
    assert grows["rss"] < 0.5
    assert grows["objects"] < 50
