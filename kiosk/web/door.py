"""The hall's door: lets kiosks and desks sync with the store that this process owns.

Each call is one POST of a frame (db/wire.py) with the device's token. Refusals are plain JSON with
a sentence for the people at the device. What is handed in is kept by one committer, all who wait in
one transaction; everything else reads beside it.
"""

import asyncio
import hashlib
import json
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool

from db.aside import Aside, is_text
from db.committer import Committer
from db.engine import Refused, StoreFull, StoreTrouble
from db.event import wall_ms
from db.grants import Grant, NotGranted, Revoked, admitted
from db.part import Part, note_told
from db.scope import device_of
from db.slices import Slices
from db.store import Store
from db.wire import (
    LIMIT,
    SLICE,
    VERSION,
    BadFrame,
    OtherVersion,
    asides_told,
    batch_told,
    digests_in,
    heads_told,
    is_digest,
    pack,
    told_batch,
    told_heads,
    unpack,
)

#: Seconds without a byte after which half a request is given up.
SILENCE = 20.0
#: A kiosk comes every few seconds: its line stays open so long.
KEEP_ALIVE = 75
#: Events of one answer.
MOST = 5000
#: Signs of one beat.
BEAT = 4096
#: Records of one device that may be set aside before somebody has to look.
ASIDES = 500
#: A request that is refused is read to its end if it is no longer.
_SMALL = 64 * 1024
#: Seconds in which a device that was let in is read from without asking again.
LATELY = 10.0

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Refusal(Exception):
    """A request that gets a status and a sentence instead of an answer."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class DoorRoom:
    """The ASGI application of one hall's door."""

    def __init__(
        self,
        open_store: Callable[[], Store],
        hall: str,
        slices: Path,
        *,
        tell: Callable[[str], None] = lambda words: print(words, file=sys.stderr, flush=True),
        silence: float = SILENCE,
    ) -> None:
        """`open_store` is called twice: one store is written to, one read beside it."""
        self._hall = hall
        self._open: Callable[[], Store] = lambda: _owned(open_store())
        self._slices = slices
        self._tell = tell
        self._silence = silence
        self._reads: Store | None = None
        self._opening = threading.Lock()
        self._told: set[Aside] = set()
        #: Token → until when it is known to have been good.
        self._lately: dict[str, float] = {}
        self.committer = Committer(self._open, tell)
        self._preparing = threading.Thread(target=self._prepare, daemon=True)
        self._preparing.start()
        self._calls: dict[str, Callable[[Grant, Any], tuple[Any, list[bytes]]]] = {
            "heads": self._heads,
            "hashes": self._hashes,
            "lacking": self._lacking,
            "content": self._content,
            "find": self._find,
            "clock": self._clock,
            "board": self._board,
            "beat": self._beat,
        }

    def close(self) -> None:
        """Keep what waits, then let go of the store."""
        self.committer.close()
        self._preparing.join()
        if self._reads is not None:
            self._reads.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "lifespan":
            raise RuntimeError("a door has nothing to start")

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        read = [0]
        try:
            call = self._call(scope, headers)
            token = headers.get("authorization", "").removeprefix("Bearer ").strip()
            length = self._length(headers)
            # Nothing large is read, nor anything inflated, from whom nobody knows.
            if length > _SMALL or call in ("receive", "slice"):
                await self._knows(token)
            frame = await self._body(receive, length, read)
            answer = await self._answer(call, token, frame)
            status, kind = 200, b"application/octet-stream"
        except Exception as trouble:
            status, why = _said(trouble)
            if status == 500:
                self._tell(f"zhaocha: the door: {type(trouble).__name__}: {trouble}")
            answer, kind = json.dumps({"why": why}).encode(), b"application/json"
            await self._drain(receive, headers, read[0])
        size = str(len(answer)).encode()
        head = [(b"content-type", kind), (b"content-length", size), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": head})
        await send({"type": "http.response.body", "body": answer})

    def _call(self, scope: Scope, headers: dict[str, str]) -> str:
        _, room, version, call, *rest = (*str(scope["path"]).split("/"), "", "", "")
        known = call in self._calls or call in ("receive", "slice")
        if room != "door" or any(rest):
            raise Refusal(404, "this is a hall's door, and there is nothing at this address")
        if version != str(VERSION) or not known:
            raise Refusal(426, f"this door speaks version {VERSION}: update the older of the two")
        if scope["method"] != "POST":
            raise Refusal(404, "a door is asked by POST")
        if headers.get("zhaocha-hall") != self._hall:
            other = headers.get("zhaocha-hall", "")[:20]
            raise Refusal(409, f"this is the door of hall {self._hall}, not of {other}")
        return call

    def _length(self, headers: dict[str, str]) -> int:
        told = headers.get("content-length", "")
        if not (told.isascii() and told.isdigit()):
            raise Refusal(400, "a door must be told how long it is")
        if int(told) > LIMIT:
            raise Refusal(413, f"a door takes {LIMIT} bytes at once, not {told}")
        return int(told)

    async def _knows(self, token: str) -> None:
        """Refuse a token that opens nothing; whoever was let in a moment ago is asked later again,
        when what they bring is kept."""
        if self._lately.get(token, 0.0) < time.monotonic():
            await run_in_threadpool(self._who, token)
            if len(self._lately) > 10_000:
                self._lately.clear()
            self._lately[token] = time.monotonic() + LATELY

    def _who(self, token: str) -> Grant:
        return admitted(self._store(), token)

    async def _body(self, receive: Receive, length: int, read: list[int]) -> bytes:
        parts = []
        while True:
            try:
                # Not wait_for, which makes a task of what is mostly there already.
                async with asyncio.timeout(self._silence):
                    message = await receive()
            except TimeoutError:
                raise Refusal(408, "half a request, and then nothing") from None
            if message["type"] == "http.disconnect":
                raise Refusal(400, "the line broke")
            parts.append(message.get("body", b""))
            read[0] += len(parts[-1])
            if read[0] > length:
                raise Refusal(413, "more than was announced")
            if not message.get("more_body"):
                return b"".join(parts)

    async def _drain(self, receive: Receive, headers: dict[str, str], read: int) -> None:
        """Read the rest of a small request, so that its sender hears the refusal."""
        told = headers.get("content-length", "")
        left = int(told) - read if told.isascii() and told.isdigit() else 0
        while 0 < left <= _SMALL:
            try:
                message = await asyncio.wait_for(receive(), self._silence)
            except TimeoutError:
                return
            if message["type"] == "http.disconnect" or not message.get("more_body"):
                return
            left -= len(message.get("body", b""))

    # --- the calls ----------------------------------------------------------------------------

    async def _answer(self, call: str, token: str, frame: bytes) -> bytes:
        if call == "receive":
            return await self._taken(token, *unpack(frame))
        if call == "slice":
            return await run_in_threadpool(lambda: pack(self._slice(token, *unpack(frame))))

        def answered() -> bytes:
            who = self._who(token)
            told, _ = unpack(frame)
            return pack(*self._calls[call](who, told))

        return await run_in_threadpool(answered)

    async def _taken(self, token: str, said: Any, beside: list[bytes]) -> bytes:
        digests = digests_in(said)
        large = await run_in_threadpool(self._large, token, digests) if digests else {}
        batch = told_batch(said, beside, large)
        new = await asyncio.wrap_future(self.committer.submit(batch, token))
        told: dict[str, Any] = {"new": new}
        if new < len(batch.events) or digests:
            told["asides"] = asides_told(await run_in_threadpool(self._after, token, digests))
        return pack(told)

    def _after(self, token: str, digests: list[str]) -> list[Aside]:
        """Once a batch is kept: forget its slices; what concerns the device of what was refused."""
        who = self._who(token)
        for digest in digests:
            self._of(who).drop(digest)
        return self._asides(who)

    def _large(self, token: str, digests: list[str]) -> dict[str, bytes]:
        who, found = self._who(token), {}
        for digest in digests:
            content = self._of(who).take(digest) if is_digest(digest) else None
            if content is None:
                raise Refusal(503, "a large content has to be handed in again")
            found[digest] = content
        return found

    def _slice(self, token: str, told: Any, beside: list[bytes]) -> Any:
        digest, offset = _typed(told, digest=str, offset=int)
        if not is_digest(digest) or len(beside) != 1:
            raise BadFrame("this is no slice")
        return {"have": self._of(self._who(token)).add(digest, offset, beside[0])}

    def _heads(self, who: Grant, _: Any) -> tuple[Any, list[bytes]]:
        heads = heads_told(self._log(who).heads())
        asides = asides_told(self._asides(who))
        told = {"heads": heads, "asides": asides, "device": who.device, "scope": who.scope}
        return told, []

    def _hashes(self, _: Grant, told: Any) -> tuple[Any, list[bytes]]:
        (places,) = _typed(told, places=dict)
        if any(type(seq) is not int for seq in places.values()):
            raise BadFrame("these are no places")
        return {"hashes": self._store().hashes_at(places)}, []

    def _lacking(self, who: Grant, told: Any) -> tuple[Any, list[bytes]]:
        (limit,) = _typed(told, limit=int)
        batch = self._log(who).lacking(told_heads(told.get("heads")), max(1, min(limit, MOST)))
        large = {
            (row.origin, row.seq, row.name): _digest(row.content)
            for row in batch.sealed
            if len(row.content) > SLICE
        }
        return batch_told(batch, large)

    def _content(self, who: Grant, told: Any) -> tuple[Any, list[bytes]]:
        origin, seq, name, offset = _typed(told, origin=str, seq=int, name=str, offset=int)
        if who.scope == "kiosk":
            raise Refusal(403, "what is sealed is for desks")
        content = self._store().content(origin, seq, name) or b""
        return {}, [content[max(0, offset) :][:SLICE]]

    def _find(self, who: Grant, told: Any) -> tuple[Any, list[bytes]]:
        (key,) = _typed(told, key=str)
        return batch_told(self._log(who).events_by_code(key), {})

    def _board(self, who: Grant, told: Any) -> tuple[Any, list[bytes]]:
        if not isinstance(told, dict) or "board" not in told:
            return {"board": self._store().board()}, []
        (board,) = _typed(told, board=str)
        if who.scope != "desk":
            raise Refusal(403, "the month's numbers are a desk's to tell")
        if len(board) > BEAT:
            raise BadFrame("that is no board")
        self._store().set_board(board)
        return {}, []

    def _log(self, who: Grant) -> Store | Part:
        """The log as this device is told it."""
        return Part(self._store(), who.device) if who.scope == "kiosk" else self._store()

    def _clock(self, _: Grant, __: Any) -> tuple[Any, list[bytes]]:
        return {"ms": wall_ms()}, []

    def _beat(self, who: Grant, told: Any) -> tuple[Any, list[bytes]]:
        device, beat = _typed(told, device=str, beat=str)
        if not who.may_hand_in(device):
            raise Refusal(403, f"{who.device} says how it is itself, not how {device} is")
        if not (device.isascii() and device.isalnum() and is_text(beat) and len(beat) <= BEAT):
            raise BadFrame("that is no beat")
        return {"beats": self._store().swap_beats(device, beat)}, []

    def _asides(self, who: Grant) -> list[Aside]:
        """What concerns a device of what was set aside; each is an alarm once."""
        every = self._store().asides()
        for aside in set(every) - self._told:
            self._told.add(aside)
            self._tell(f"zhaocha: set aside {aside.origin}/{aside.seq} {aside.name}: {aside.why}")
        mine = [aside for aside in every if who.may_hand_in(aside.origin)]
        if sum(device_of(aside.origin) == who.device for aside in mine) > ASIDES:
            raise Refusal(
                403, f"too much of {who.device} had to be set aside: somebody has to look"
            )
        return mine

    def _of(self, who: Grant) -> Slices:
        return Slices(self._slices / who.device)

    def _prepare(self) -> None:
        # Any other trouble whoever comes first hears of, and it is tried again.
        with suppress(Exception):
            try:
                self._store()
            except Refused as trouble:
                self._tell(f"zhaocha: the door: {trouble}")

    def _store(self) -> Store:
        """What is read from. Raises StoreTrouble while it is away."""
        with self._opening:
            if self._reads is None:
                store = self._open()
                note_told(store)
                self._reads = store
            return self._reads


def _owned(store: Store) -> Store:
    """Raises Refused for one machine's own login: it may not write what the others hand in."""
    if store.scope is None:
        return store
    login = store.scope.login
    store.close()
    raise Refused(
        f"the hall's store was opened as {login}, a machine's own login: set `shared` to its "
        "owner's address where the door is served"
    )


def _typed(told: Any, **kinds: type) -> tuple[Any, ...]:
    """The fields of a call, each of its type. Raises BadFrame."""
    if not isinstance(told, dict) or any(type(told.get(n)) is not k for n, k in kinds.items()):
        raise BadFrame(f"a call tells {', '.join(kinds)}")
    return tuple(told[name] for name in kinds)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _said(trouble: Exception) -> tuple[int, str]:
    """The status of a trouble and what is said of it."""
    kinds: tuple[tuple[type[Exception], int], ...] = (
        (Revoked, 403),
        (NotGranted, 401),
        (StoreFull, 507),
        (StoreTrouble, 503),
        (OtherVersion, 426),
        (BadFrame, 400),
        (OSError, 507),
    )
    if isinstance(trouble, Refusal):
        return trouble.status, str(trouble)
    for kind, status in kinds:
        if isinstance(trouble, kind):
            return status, str(trouble)
    return 500, "the hall's door met something it did not expect"


class DoorServer:
    """A door that is open: uvicorn in a thread of its own, on a port that is ours already."""

    def __init__(
        self, room: DoorRoom, host: str, port: int, certificate: Path | None, key: Path | None
    ) -> None:
        """Plain HTTP without a certificate. Raises OSError, ValueError for what cannot be."""
        import uvicorn

        if certificate is None and host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(
                f"a door on {host} needs a certificate: zhaocha door certificate, or set "
                "door_certificate and door_key"
            )
        self._room = room
        made = socket.create_server((host, port), backlog=1024)
        # Known to be TCP: only then asyncio sends small answers at once, 40 ms sooner.
        self._listening = socket.socket(made.family, made.type, socket.IPPROTO_TCP, made.detach())
        self.port = int(self._listening.getsockname()[1])
        config = uvicorn.Config(
            room,
            access_log=False,
            log_level="error",
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            timeout_keep_alive=KEEP_ALIVE,
            timeout_graceful_shutdown=5,
            ssl_certfile=certificate,
            ssl_keyfile=key,
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._listening],), name="door", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Answer who is being answered, keep what waits, then shut."""
        self._server.should_exit = True
        self._thread.join()
        self._listening.close()
        self._room.close()
