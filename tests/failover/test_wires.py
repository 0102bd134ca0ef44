"""A cut line swallows what it is given and says nothing; a mended one goes on."""

import socket
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it needs network namespaces")


@pytest.fixture
def network():
    from tests.failover.wires import missing_wires, wires

    if missing_wires():
        pytest.skip(missing_wires())
    with wires(("a", "b")) as network:
        yield network


def listening(network, host):
    with network.inside(host):
        return socket.create_server((network.ip(host), 7000))


def reaches(network, host, other):
    with network.inside(host):
        try:
            socket.create_connection((network.ip(other), 7000), 0.3).close()
        except TimeoutError:
            return False
        return True


def test_a_cut_is_between_the_sides_alone_and_in_both_directions(network):
    with listening(network, "a"), listening(network, "b"), listening(network, "machines"):
        network.cut(["a"], ["b"])
        assert not reaches(network, "a", "b") and not reaches(network, "b", "a")
        assert reaches(network, "machines", "a") and reaches(network, "b", "machines")
        network.heal()
        assert reaches(network, "a", "b") and reaches(network, "b", "a")


def test_a_connection_outlives_a_cut_and_nobody_is_told(network):
    with listening(network, "a") as server:
        with network.inside("b"):
            client = socket.create_connection((network.ip("a"), 7000))
        far, _ = server.accept()
        with client, far:
            network.cut(["a"], ["b"])
            client.sendall(b"one")
            far.settimeout(0.3)
            with pytest.raises(TimeoutError):
                far.recv(3)
            network.heal()
            far.settimeout(10)
            assert far.recv(3) == b"one"


def test_a_network_is_left_behind_by_nobody():
    from tests.failover.wires import missing_wires, wires

    if missing_wires():
        pytest.skip(missing_wires())
    before = socket.if_nameindex()
    with wires(("a",)):
        assert socket.if_nameindex() != before
    assert socket.if_nameindex() == before
