"""What a pass reported as kept is at the next leader, and every machine finds it by itself."""

import sys

import pytest

from tests.failover.cluster import missing
from tests.failover.losses import campaign

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes in /proc"),
    pytest.mark.skipif(
        bool(missing()), reason=f"{missing()}; ./dev.sh campaign failover installs them"
    ),
]


def test_a_lost_leader_takes_nothing_back_and_every_machine_goes_on_by_itself(tmp_path):
    blows = ("postgres", "switchover")
    found = campaign(tmp_path, times=2, seed=20261124, blows=blows, patience=0.1)
    assert found.good, found
    assert found.count == 2 and not found.lost
    assert found.broken > 0
