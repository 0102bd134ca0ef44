"""A watchdog bites when nobody speaks to it any more, and not one that was told to be calm."""

import os
import sys
import threading

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it is a named pipe")


@pytest.fixture
def dog(tmp_path):
    from tests.failover.watchdog import Watchdog

    bitten = threading.Event()
    dog = Watchdog(tmp_path / "pipe", bitten.set)
    dog.start()
    yield tmp_path / "pipe", bitten
    dog.close()


def test_silence_after_it_is_armed_is_bitten(dog):
    pipe, bitten = dog
    with pipe.open("wb", buffering=0) as patroni:
        patroni.write(b"Ctimeout=1\n")
        patroni.write(b"1")
        assert not bitten.is_set()
    assert bitten.wait(10)


def test_who_says_goodbye_is_left_alone(dog):
    pipe, bitten = dog
    with pipe.open("wb", buffering=0) as patroni:
        patroni.write(b"Ctimeout=1\n")
        os.write(patroni.fileno(), b"V")
    assert not bitten.wait(1.5)
