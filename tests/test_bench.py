"""The bench says what a machine lacks, and which figures are over their limits."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import grown, kiosks, newdesk, others, stored
from tests.bench.screen import Missing, needs
from tests.bench.taps import _line

ROOT = Path(__file__).resolve().parent.parent


def test_what_is_not_there_is_named_with_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Missing, match="apt-get install chromium npm"):
        needs(("chromium", "chromium"), ("npm", "npm"))


def test_without_a_browser_the_bench_says_so_and_ends(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "browser"],
        env={"PATH": str(tmp_path), "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "browser: this needs chromium npm; on Debian: sudo apt-get install" in done.stdout
    assert done.stderr == ""


def test_a_part_that_is_not_there_is_named_with_those_that_are():
    command = [sys.executable, "-m", "tests.bench", "brwoser"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "there is no part 'brwoser'" in done.stderr and "browser" in done.stderr


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        ([(8, 1)] * 100, ""),
        ([(10, 1)] * 100, "> 1.5 ×"),
        ([(8, 1)] * 98 + [(60, 1)] * 2, "> 50 ms"),
    ],
)
def test_a_kind_of_tap_over_its_limit_is_marked(spent, said):
    line = _line("a tap", spent, 8, 6)
    assert line.partition(">")[1:] == said.partition(">")[1:]


#: The long parts with so little that they take seconds.
LITTLE = {
    kiosks: {"HALLS": 2, "IN_A_HALL": 2, "PROCESSES": 2, "TURNS": 2},
    stored: {"MANY": 8000, "FEW": 800, "HALLS": 2, "SINGLES": 2, "BATCHES": 2, "BATCH": 10},
    grown: {"EVENTS": 1000, "SUBMITS": 3, "OPENED": 1},
    newdesk: {"EVENTS": 1000, "TURNS": 1},
    others: {"EVENTS": 100, "TURNS": 1},
}


@pytest.mark.parametrize("part", LITTLE, ids=lambda part: part.__name__.rpartition(".")[2])
def test_a_long_part_tells_its_figures(part, monkeypatch, capsys):
    for name, value in LITTLE[part].items():
        monkeypatch.setattr(part, name, value)
    if part is others:
        monkeypatch.setattr(others, "needs", _lacking)
    part.table()
    told = capsys.readouterr().out
    assert "ratio  limit" in told and any(sign in told for sign in "≥≤")
    if part is others:
        assert "skipped, this needs npm" in told


def _lacking(*_):
    raise Missing("this needs npm")
