"""What a pass reported as kept is at the next leader, and every machine finds it by itself."""

import sys

import pytest

from tests.failover.cluster import Settings, missing
from tests.failover.losses import campaign
from tests.failover.wires import missing_wires

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


@pytest.mark.campaign
@pytest.mark.skipif(bool(missing_wires()), reason=missing_wires())
def test_cut_lines_and_lost_etcd_take_nothing_back(tmp_path):
    found = campaign(tmp_path, times=3, seed=20261124, blows=("cut", "follower", "etcd-two"))
    assert found.good, found
    assert found.count == 3 and not found.lost and found.said_yes


@pytest.mark.campaign
@pytest.mark.skipif(bool(missing_wires()), reason=missing_wires())
@pytest.mark.parametrize("commit, bug", [("local", "none"), ("on", "called-off")])
def test_a_cut_off_leader_that_says_yes_by_itself_is_found(tmp_path, commit, bug):
    settings = Settings(commit=commit)
    found = campaign(tmp_path, 1, 20261124, bug, settings, blows=("cut",))
    assert any(" lost " in one for one in found.wrong), found
