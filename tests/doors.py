"""A hall's door in the tests: real sockets, real TLS, and a proxy that cuts a line at any byte."""

import select
import socket
import struct
import tempfile
import threading
from functools import cache
from pathlib import Path

from db.door import Door
from db.event import Head, canonical, next_event
from db.grants import grant
from db.store import Store
from kiosk.web import certificate
from kiosk.web.door import DoorRoom, DoorServer
from tests.people import HALL


@cache
def hall_certificate():
    """A certificate and its key for all tests, and the fingerprint."""
    folder = Path(tempfile.mkdtemp(prefix="zhaocha-door-"))
    made = folder / "door.crt", folder / "door.key"
    certificate.make(*made, ["127.0.0.1", "localhost"])
    return *made, certificate.fingerprint(made[0])


class OpenDoor:
    """The door of the store at `address`; its clients come with tokens of their own."""

    def __init__(self, address, folder, secure=True, port=0, **room):
        self.address, self.folder, self.secure = str(address), Path(folder), secure
        self.told, self._clients = [], []
        self.store = Store.open(self.address, hall=HALL, device="S1")
        self.room = DoorRoom(
            lambda: Store.open(self.address, hall=HALL, device="H1"),
            HALL,
            self.folder / "handed-in",
            tell=self.told.append,
            **room,
        )
        paths = hall_certificate()[:2] if secure else (None, None)
        self.server = DoorServer(self.room, "127.0.0.1", port, *paths)
        self.port = self.server.port

    def client(self, device, scope="", port=None, **more):
        """The way in for one device; a K comes as a kiosk, all others as desks."""
        scope = scope or ("kiosk" if device.startswith("K") else "desk")
        wanted = {
            "hall": HALL,
            "token": grant(self.store, device, scope) if "token" not in more else "",
            "slices": self.folder / f"slices-{device}",
            "fingerprint": hall_certificate()[2] if self.secure else "",
        }
        scheme = "https" if self.secure else "http"
        door = Door(f"{scheme}://127.0.0.1:{port or self.port}", **{**wanted, **more})
        self._clients.append(door)
        return door

    def close(self):
        for client in self._clients:
            client.close()
        self.server.close()
        self.store.close()


class Cutter:
    """A proxy before a door: cuts after so many bytes of one direction, or falls silent there."""

    def __init__(self, port):
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.passed = {"up": 0, "down": 0}
        self._cut = None
        self._done = threading.Event()
        self._open = []
        self.lines, self._pumps = [], []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def cut(self, way, after, how="end"):
        """The next lines end after so many bytes `up` or `down`: `end`, `reset` or `silence`."""
        self.passed = {"up": 0, "down": 0}
        self._cut = (way, after, how)

    def heal(self):
        self.passed = {"up": 0, "down": 0}
        self._cut = None
        for one in self._open:
            one.close()
        self._open = []

    def _serve(self):
        self._listening.settimeout(0.05)
        while not self._done.is_set():
            try:
                near, _ = self._listening.accept()
            except TimeoutError:
                continue
            far = socket.create_connection(("127.0.0.1", self._port))
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.lines = [near, far]
            self._pumps.append(threading.Thread(target=self._pump, args=(near, far), daemon=True))
            self._pumps[-1].start()

    def _pump(self, near, far):
        other = {near: ("up", far), far: ("down", near)}
        while not self._done.is_set():
            try:
                ready, _, _ = select.select([near, far], [], [], 0.05)
            except (OSError, ValueError):
                break
            for one in ready:
                way, to = other[one]
                try:
                    content = one.recv(65536)
                except OSError:
                    content = b""
                cut = self._cut
                left = cut[1] - self.passed[way] if cut and cut[0] == way else len(content)
                self.passed[way] += min(left, len(content))
                if content[:left]:
                    try:
                        to.sendall(content[:left])
                    except OSError:
                        content = b""
                if cut and cut[0] == way and left <= len(content) and cut[2] == "silence":
                    self._open += [near, far]
                    return
                if not content or (cut and cut[0] == way and left <= len(content)):
                    for gone in (near, far):
                        if cut and cut[2] == "reset":
                            linger = struct.pack("ii", 1, 0)
                            gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                        gone.close()
                    return
        near.close()
        far.close()

    def close(self):
        self._done.set()
        self._thread.join()
        for one in self._pumps:
            one.join()
        self.heal()
        self._listening.close()


def chain(device, bodies, head=None, spoil=()):
    """Events of one device, one after the other; those in `spoil` are not as they were written."""
    head, made = head or Head(), []
    for number, body in enumerate(bodies):
        event = next_event(
            HALL, f"{device}-A", head, (number + 1) << 16, f"{device}{number}", "called", 1,
            canonical(body),
        )  # fmt: skip
        head = Head(event.seq, event.hash)
        made.append(event._replace(clock=event.clock + 1) if number in spoil else event)
    return made
