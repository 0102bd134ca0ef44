"""One line of a door: what HTTP allows, what it does not, and who takes too long."""

import json
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from kiosk.web import line
from kiosk.web.door import DoorServer
from kiosk.web.line import SMALL, Refusal


class Echo:
    """A room that says back what it is told; who says `stranger` is unknown."""

    silence = 20.0

    def __init__(self):
        self.heard, self.waiting, self.at_once = [], [], True
        self.asked = threading.Event()
        self.sure, self.loop = None, None

    def begins(self, request):
        request.length = int(request.headers.get("content-length", -1))
        if request.path == "/no":
            raise Refusal(409, "no")
        return "stranger" in request.headers

    async def know(self, request):
        raise Refusal(401, "who are you")

    def answer(self, request, answer):
        self.heard.append(request.body)
        if self.at_once:
            answer(request.body if request.path != "/bad" else ValueError("bad"))
        else:
            self.waiting.append((answer, request.body))
            self.asked.set()

    def meaning(self, trouble):
        return trouble if isinstance(trouble, Refusal) else Refusal(500, str(trouble))

    def close(self):
        pass


@contextmanager
def opened(room):
    server = DoorServer(room, "127.0.0.1", 0, None, None)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def room():
    return Echo()


@pytest.fixture
def server(room):
    with opened(room) as server:
        yield server


@pytest.fixture
def caller(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as caller:
        yield caller


def request(body=b"", path="/", more=""):
    head = f"POST {path} HTTP/1.1\r\nHost: hall\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def answered(caller):
    """The next answer on a line: status, body."""
    got = b""
    while b"\r\n\r\n" not in got:
        some = caller.recv(1)
        if not some:
            return None
        got += some
    length = int(got.partition(b"content-length: ")[2].split(b"\r\n")[0])
    body = b""
    while len(body) < length:
        body += caller.recv(length - len(body))
    return int(got.split()[1]), body


def why(caller):
    status, body = answered(caller)
    return status, json.loads(body)["why"]


def at_end(caller):
    return answered(caller) is None


def test_requests_in_one_packet_are_answered_in_their_order(caller):
    caller.sendall(b"".join(request(body) for body in (b"a", b"", b"c" * 5000)))
    assert [answered(caller)[1] for _ in range(3)] == [b"a", b"", b"c" * 5000]
    caller.sendall(request(b"d"))
    assert answered(caller) == (200, b"d")


def test_those_who_wait_are_answered_in_their_order_as_well(room, caller, server):
    room.at_once = False
    caller.sendall(request(b"a") + request(b"b"))
    for body in (b"a", b"b"):
        assert room.asked.wait(10)
        room.asked.clear()
        ((answer, asked),) = room.waiting
        room.waiting.clear()
        assert asked == body
        server._loop.call_soon_threadsafe(answer, body)
        assert answered(caller) == (200, body)


def test_a_request_may_come_byte_by_byte(caller):
    for byte in request(b"slowly"):
        caller.sendall(bytes([byte]))
    assert answered(caller) == (200, b"slowly")


def test_a_line_stays_open_after_a_refusal_that_was_small(caller):
    caller.sendall(request(b"x" * 1000, "/no") + request(b"a") + request(b"", "/bad"))
    assert why(caller) == (409, "no")
    assert answered(caller) == (200, b"a")
    assert why(caller) == (500, "bad")


@pytest.mark.parametrize("path", ["/no", "/"])
def test_the_rest_of_what_is_large_and_refused_is_not_waited_for(room, caller, path):
    head = request(b"x" * (SMALL + 1), path, "stranger: yes\r\n").partition(b"\r\n\r\n")[0]
    caller.sendall(head + b"\r\n\r\n")
    assert why(caller)[0] == {"/no": 409, "/": 401}[path]
    assert at_end(caller) and room.heard == []


def test_a_stranger_is_told_so_and_nothing_of_it_is_heard(room, caller):
    caller.sendall(request(b"small", more="stranger: yes\r\n") + request(b"a"))
    assert why(caller) == (401, "who are you")
    assert answered(caller) == (200, b"a")
    assert room.heard == [b"a"]


@pytest.mark.parametrize(
    ("bytes_", "status"),
    [
        (b"\x16\x03\x01\x02\x00", 400),
        (b"hello\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST /" + b"x" * 20_000, 431),
        (b"POST / HTTP/1.1\r\nx: " + b"y" * 20_000, 431),
        (b"POST / HTTP/1.1\r\n" + b"x: y\r\n" * 10_000, 431),
    ],
)
def test_what_is_no_request_is_answered_and_ends_the_line(room, caller, server, bytes_, status):
    caller.sendall(bytes_)
    assert why(caller)[0] == status
    assert at_end(caller) and room.heard == []
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as other:
        other.sendall(request(b"a"))
        assert answered(other) == (200, b"a")


def test_who_says_that_it_was_the_last_is_answered_and_let_go(caller):
    caller.sendall(request(b"a", more="Connection: close\r\n") + request(b"b"))
    assert answered(caller) == (200, b"a")
    assert at_end(caller)


def test_a_line_that_falls_silent_is_given_up(room, monkeypatch):
    room.silence = 0.2
    with opened(room) as server:
        half = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        half.sendall(request(b"a" * 100)[:-1])
        assert why(half) == (408, "half a request, and then nothing")
        assert at_end(half)
        half.close()
        monkeypatch.setattr(line, "KEEP_ALIVE", 0.2)
        idle = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        assert at_end(idle)
        idle.close()


def test_an_answer_that_nobody_fetches_is_given_up(room):
    room.silence = 0.2
    with opened(room) as server, socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        caller.settimeout(10)
        caller.connect(("127.0.0.1", server.port))
        caller.sendall(request(b"x" * (32 * 1024 * 1024)))
        assert until(lambda: room.heard and not server.lines)


def until(holds):
    """Whether something comes to hold within ten seconds."""
    ends = time.monotonic() + 10
    while not holds() and time.monotonic() < ends:
        time.sleep(0.01)
    return holds()


def test_a_door_that_shuts_answers_who_waits(room, server, caller):
    room.at_once = False
    caller.sendall(request(b"a"))
    assert room.asked.wait(10)
    closing = threading.Thread(target=server.close)
    closing.start()
    ((answer, body),) = room.waiting
    server._loop.call_soon_threadsafe(answer, body)
    assert answered(caller) == (200, b"a")
    assert at_end(caller)
    closing.join()
