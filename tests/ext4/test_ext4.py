"""A real filesystem that is cut off takes back nothing that a citizen was thanked for."""

import sys
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("fcntl", reason="a filesystem is cut off as on Linux")

from tests.ext4.cuts import CannotMount, campaign

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ext4 is Linux's")


@pytest.fixture
def memory():
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as name:
        yield Path(name)


def cut(memory, **how):
    try:
        return campaign(memory, **how)
    except CannotMount:
        pytest.skip("an ext4 can only be mounted by root, with mkfs.ext4 and a loop device")


def test_a_filesystem_that_is_cut_off_takes_back_no_thank_you(memory):
    found = cut(memory, cuts=40, seed=20261124)
    assert found.good, found
    assert found.thanked > 40


@pytest.mark.parametrize("synchronous", [0, 1])
def test_a_store_that_does_not_wait_for_the_disk_is_found(memory, synchronous):
    found = cut(memory, cuts=40, seed=1, synchronous=synchronous)
    assert any("lost" in one for one in found.wrong), found
