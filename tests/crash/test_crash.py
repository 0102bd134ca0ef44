"""Once the thank-you shows, a power cut cannot take the record back, whole or in part."""

import sys
import tempfile
from pathlib import Path

import pytest

from tests.crash.disk import campaign, record

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the recorder is for Linux")
STATES = 10_000


@pytest.fixture
def memory():
    """A folder in memory where there is one: thousands of small disks are laid there."""
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        yield Path(name)


def test_no_power_cut_takes_back_what_a_citizen_was_thanked_for(memory):
    log = record(memory)
    assert sum(entry[0] == "A" for entry in log) == 16
    found = campaign(log, memory / "disk", STATES, seed=20261124)
    assert found.states >= STATES
    assert found.good, found


@pytest.mark.parametrize(
    ("bug", "shows"),
    [
        ("synchronous-off", "lost"),
        ("wal-normal", "lost"),
        ("delete-full", "lost"),
        ("thanks-before-commit", "lost"),
        ("split-transaction", "halves"),
    ],
)
def test_each_planted_bug_is_found(memory, bug, shows):
    log = record(memory, bug, times=2, each=4)
    found = campaign(log, memory / "disk", 1500, seed=1, every=10**9)
    assert getattr(found, shows) > 0, found
