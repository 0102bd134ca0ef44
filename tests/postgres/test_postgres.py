"""What a pass reported as kept is kept, however often the shared store's server is killed."""

import sys

import pytest

from tests.postgres.kills import campaign

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes in /proc")


def test_a_killed_server_takes_nothing_back_and_every_machine_goes_on_by_itself(tmp_path):
    found = campaign(tmp_path, kills=4, seed=20261124)
    assert found.good, found
    assert found.kills == 4
    assert found.broken > 0


@pytest.mark.parametrize("bug", ["synchronous-off", "told-before-commit"])
def test_a_store_that_says_it_keeps_what_it_does_not_is_found(tmp_path, bug):
    # A kill may come when nothing was only promised: some more, until one does not.
    for seed in range(1, 7):
        found = campaign(tmp_path / str(seed), kills=10, seed=seed, bug=bug)
        if any("kept up to" in one for one in found.wrong):
            break
    assert any("kept up to" in one for one in found.wrong), found
