"""A network of the campaign's own: hosts that can be cut off from each other, and the one machine.

Each host is a network namespace with one wire to a switch, all inside the kernel: nothing leaves
the machine, and nothing is left once nobody uses it. What is sent along a cut line goes to a
station that is not there: as with a pulled cable nobody is told, and connections stay open until
somebody gives them up.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager, nullcontext

#: Who works at the shared store: the campaign's own process.
MACHINES = "machines"
#: The network's addresses, all of them.
NETWORK = "10.73.0.0/24"
_NOBODY = "02:73:00:00:00:ff"
_NEW_NETWORK = 0x40000000


def missing_wires():
    """Why no such network can be made here, in words; empty if it can."""
    made = "ip link add name sw0 type bridge && ip link add name sw1 type veth peer name sw2"
    if sys.platform != "linux" or os.geteuid():
        return "only root on Linux makes networks"
    if not shutil.which("ip"):
        return "not installed: iproute2"
    command = ["unshare", "--net", "sh", "-c", made]
    return subprocess.run(command, capture_output=True, text=True).stderr.strip()


class OneMachine:
    """No network: all hosts are 127.0.0.1."""

    def ip(self, _host):
        return "127.0.0.1"

    def inside(self, _host):
        return nullcontext()


class Wires:
    """Hosts by name, and MACHINES; every two of them have a line."""

    def __init__(self, hosts):
        self._number = {host: number for number, host in enumerate((*hosts, MACHINES), 1)}
        self._home = _open()
        self._place = {}
        # What the campaign starts from here on lives in the network of the machines.
        _libc_call("unshare", _NEW_NETWORK)
        self._place[MACHINES] = _open()
        self._ip(MACHINES, "link set lo up", "link add name eth0 type bridge")
        for host in hosts:
            _libc_call("unshare", _NEW_NETWORK)
            self._place[host] = _open()
            _libc_call("setns", self._place[MACHINES], _NEW_NETWORK)
            wire, there = f"wire{self._number[host]}", f"/proc/{os.getpid()}/fd/{self._place[host]}"
            self._ip(
                MACHINES,
                f"link add name {wire} type veth peer name eth0 netns {there}",
                f"link set {wire} master eth0 up",
            )
            self._ip(host, "link set lo up")
        for host in self._number:
            self._ip(
                host,
                f"link set eth0 address {self._station(host)} up",
                f"addr add {self.ip(host)}/24 dev eth0",
            )
        self.heal()

    def close(self):
        _libc_call("setns", self._home, _NEW_NETWORK)
        for place in (self._home, *self._place.values()):
            os.close(place)

    def ip(self, host):
        return f"10.73.0.{self._number[host]}"

    @contextmanager
    def inside(self, host):
        """What this thread starts and connects to meanwhile, it does at that host."""
        before = _open()
        _libc_call("setns", self._place[host], _NEW_NETWORK)
        try:
            yield
        finally:
            _libc_call("setns", before, _NEW_NETWORK)
            os.close(before)

    def cut(self, some, others):
        """Cut every line between one of `some` and one of `others`."""
        for side, far in ((some, others), (others, some)):
            for host in side:
                self._ip(host, *(self._line(other, _NOBODY) for other in far))

    def heal(self):
        """Mend every line."""
        for host in self._number:
            lines = (self._line(o, self._station(o)) for o in self._number if o != host)
            self._ip(host, *lines)

    def _station(self, host):
        return f"02:73:00:00:00:{self._number[host]:02x}"

    def _line(self, other, station):
        return f"neigh replace {self.ip(other)} lladdr {station} nud permanent dev eth0"

    def _ip(self, host, *commands):
        with self.inside(host):
            subprocess.run(["ip", "-batch", "-"], input="\n".join(commands), check=True, text=True)


@contextmanager
def wires(hosts):
    """A network of these hosts and the machines; the calling thread is at the machines."""
    network = Wires(hosts)
    try:
        yield network
    finally:
        network.close()


def _open():
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


def _libc_call(name, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
