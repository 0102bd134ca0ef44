"""HTTP as a door speaks it: one line of a machine, whose requests are answered one after the other.

httptools reads what comes. What a server owes itself is here: what falls silent or is never fetched
is given up, no head is too long, and little is read from whoever has to be known first.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, cast

import httptools

#: Seconds without a byte after which half a request, or half an answer, is given up.
SILENCE = 20.0
#: A kiosk comes every few seconds: its line stays open so long.
KEEP_ALIVE = 75.0
#: A request that is refused is read to its end if it is no longer, so that its sender hears why.
SMALL = 64 * 1024
#: Bytes of one request's address and headers, unless they come at once.
_HEAD = 16 * 1024


class Refusal(Exception):
    """A request that gets a status and a sentence instead of an answer."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(slots=True)
class Request:
    """One request as it comes in; the room reads call, token and length from its head."""

    path: str = ""
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    call: str = ""
    token: str = ""
    #: Bytes of its body; -1 where that is not told.
    length: int = -1
    body: bytes = b""
    refusal: Exception | None = None


#: Is told what a request is answered with, on the loop's own thread.
Answer = Callable[[bytes | Exception], None]


class Room(Protocol):
    """Who answers. All of it is called on the loop's own thread."""

    def begins(self, request: Request) -> bool:
        """A request's head is there: whether its sender has to be known before more is read.

        Raises Refusal.
        """

    async def know(self, request: Request) -> None:
        """Make sure of a request's sender. Raises what `meaning` reads."""

    def answer(self, request: Request, answer: Answer) -> None:
        """Answer a whole request, at once or later."""

    def meaning(self, trouble: Exception) -> Refusal:
        """What is said of a trouble."""


class Line(asyncio.Protocol):
    """One connection; it stands in `lines` while it is open."""

    def __init__(self, room: Room, lines: "set[Line]") -> None:
        self._room, self._lines = room, lines
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._coming: Request | None = None
        self._parts: list[bytes] = []
        self._head = 0
        #: Whole ones that wait for their turn.
        self._whole: deque[Request] = deque()
        self._answering = self._knowing = self._ends = False
        self._heard, self._unsent = self._loop.time(), 0

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._answering or self._knowing or bool(self._whole)

    def end(self) -> None:
        """Answer what is being answered, and no more."""
        self._ends = True
        if not self.busy and self._transport is not None:
            self._transport.close()

    def look(self, now: float, silence: float) -> None:
        """Give up what has been silent for too long."""
        if self._transport is None:
            return
        left = self._transport.get_write_buffer_size()
        if left != self._unsent:
            self._unsent, self._heard = left, now
        quiet = now - self._heard
        if left and quiet > silence:
            self._transport.abort()
        elif not left and not self.busy:
            if self._coming is not None and quiet > silence:
                self._refuse(Refusal(408, "half a request, and then nothing"))
            elif self._coming is None and quiet > KEEP_ALIVE:
                self._transport.close()

    # --- what the loop says ---------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._lines.add(self)

    def connection_lost(self, _: Exception | None) -> None:
        self._transport = None
        self._whole.clear()
        self._lines.discard(self)

    def data_received(self, data: bytes) -> None:
        self._heard = self._loop.time()
        if self._ends:
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._refuse(Refusal(400, "that is no request"))
        # The parser keeps half a header to itself, however long.
        if self._coming is not None and not self._coming.method:
            self._head += len(data)
            if self._head > _HEAD:
                self._refuse(Refusal(431, "no request has so long a head"))

    # --- what the parser says: it swallows whatever is raised here --------------------------------

    def on_message_begin(self) -> None:
        self._coming, self._parts, self._head = Request(), [], 0

    def on_url(self, url: bytes) -> None:
        if self._coming is not None:
            self._coming.path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._coming is not None:
            self._coming.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        request = self._coming
        if request is None or self._ends:
            return
        request.method = self._parser.get_method().decode("latin-1")
        try:
            if self._room.begins(request):
                self._knowing = True
                self._pause()
                self._loop.create_task(self._know(request))
        except Refusal as refusal:
            self._spare(request, refusal)
            self._next()

    def on_body(self, body: bytes) -> None:
        if self._coming is not None and self._coming.refusal is None:
            self._parts.append(body)

    def on_message_complete(self) -> None:
        request, self._coming = self._coming, None
        if request is None or self._ends:
            return
        request.body = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts = []
        if self.busy:
            self._pause()
        self._whole.append(request)
        # What comes after the last one is not for us.
        self._ends = not self._parser.should_keep_alive()
        self._next()

    # --- answering ------------------------------------------------------------------------------

    async def _know(self, request: Request) -> None:
        try:
            await self._room.know(request)
        except Exception as trouble:
            self._spare(request, trouble)
        self._knowing = False
        self._next()

    def _spare(self, request: Request, trouble: Exception) -> None:
        """It will be refused: read no more of it, unless it is small and half here."""
        request.refusal, request.body, self._parts = trouble, b"", []
        if request is self._coming and not 0 <= request.length <= SMALL:
            self._coming = None
            self._ends = True
            self._whole.append(request)

    def _refuse(self, refusal: Refusal) -> None:
        """Whatever this is, it is the last that is answered."""
        self._ends, self._coming = True, None
        self._whole.append(Request(refusal=refusal))
        self._next()

    def _next(self) -> None:
        if self._answering or self._knowing:
            return
        if not self._whole:
            if not self._ends:
                self._resume()
            return
        request = self._whole.popleft()
        self._answering = True
        if request.refusal is not None:
            self._answer(request.refusal)
        else:
            self._room.answer(request, self._answer)

    def _answer(self, answer: bytes | Exception) -> None:
        self._answering = False
        last = self._ends and not self._whole
        if self._transport is not None:
            self._heard = self._loop.time()
            if isinstance(answer, bytes):
                self._transport.write(_frame(200, b"application/octet-stream", answer, last))
            else:
                said = self._room.meaning(answer)
                why = json.dumps({"why": str(said)}).encode()
                self._transport.write(_frame(said.status, b"application/json", why, last))
            if last:
                self._transport.close()
        self._next()

    def _pause(self) -> None:
        if self._transport is not None and self._transport.is_reading():
            self._transport.pause_reading()

    def _resume(self) -> None:
        if self._transport is not None and not self._transport.is_reading():
            self._transport.resume_reading()


def _frame(status: int, kind: bytes, body: bytes, last: bool) -> bytes:
    """An answer as HTTP says it."""
    return b"HTTP/1.1 %d %s\r\ncontent-type: %s\r\ncontent-length: %d\r\n%s\r\n%s" % (
        status,
        b"OK" if status == 200 else b"Refused",
        kind,
        len(body),
        b"cache-control: no-store\r\n" + (b"connection: close\r\n" if last else b""),
        body,
    )
