"""The hall's door: lets kiosks and desks sync with the store that this process owns.

Each call is one POST of a frame (db/wire.py) with the device's token. Refusals are plain JSON with
a sentence for the people at the device. What is handed in is kept by one committer, all who wait in
one transaction; everything else reads beside it.
"""

import asyncio
import hashlib
import socket
import ssl
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from db.aside import Aside, is_text
from db.batch import Batch
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
from kiosk.web.line import SILENCE, SMALL, Answer, Line, Refusal, Request

#: Events of one answer.
MOST = 5000
#: Signs of one beat.
BEAT = 4096
#: Records of one device that may be set aside before somebody has to look.
ASIDES = 500
#: Seconds in which a device that was let in is read from without asking again.
LATELY = 10.0
#: Seconds that those who wait have, once the door shuts.
LAST_CALL = 5.0


class DoorRoom:
    """Who answers behind one hall's door (kiosk/web/line.py)."""

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
        self.silence = silence
        self._reads: Store | None = None
        self._opening = threading.Lock()
        self._alarmed: set[Aside] = set()
        #: Token → until when it is known to have been good.
        self._lately: dict[str, float] = {}
        self.committer = Committer(self._open, tell)
        #: Who waited for the committer and may be answered, and whether the loop was told.
        self._kept: deque[tuple[str, int, int | Exception, Answer]] = deque()
        self._woken = False
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

    # --- what comes -----------------------------------------------------------------------------

    def begins(self, request: Request) -> bool:
        """Read a request's head: whether its sender has to be known before more is read.

        Raises Refusal.
        """
        headers = request.headers
        told = headers.get("content-length", "")
        if told.isascii() and told.isdigit():
            request.length = int(told)
        request.call = self._call(request)
        if request.length < 0:
            raise Refusal(400, "a door must be told how long it is")
        if request.length > LIMIT:
            raise Refusal(413, f"a door takes {LIMIT} bytes at once, not {told}")
        request.token = headers.get("authorization", "").removeprefix("Bearer ").strip()
        # Nothing large is read, nor anything inflated, from whom nobody knows. Whoever was let in
        # a moment ago is asked later again, when what they bring is kept.
        matters = request.length > SMALL or request.call in ("receive", "slice")
        return matters and self._lately.get(request.token, 0.0) < time.monotonic()

    def _who(self, token: str) -> Grant:
        return admitted(self._store(), token)

    def _call(self, request: Request) -> str:
        _, room, version, call, *rest = (*request.path.split("/"), "", "", "")
        known = call in self._calls or call in ("receive", "slice")
        if room != "door" or any(rest):
            raise Refusal(404, "this is a hall's door, and there is nothing at this address")
        if version != str(VERSION) or not known:
            raise Refusal(426, f"this door speaks version {VERSION}: update the older of the two")
        if request.method != "POST":
            raise Refusal(404, "a door is asked by POST")
        if request.headers.get("zhaocha-hall") != self._hall:
            other = request.headers.get("zhaocha-hall", "")[:20]
            raise Refusal(409, f"this is the door of hall {self._hall}, not of {other}")
        return call

    async def know(self, request: Request) -> None:
        """Refuse a token that opens nothing. Raises NotGranted, StoreTrouble."""
        await asyncio.get_running_loop().run_in_executor(None, self._who, request.token)
        if len(self._lately) > 10_000:
            self._lately.clear()
        self._lately[request.token] = time.monotonic() + LATELY

    def meaning(self, trouble: Exception) -> Refusal:
        """The status of a trouble and what is said of it."""
        status, why = _said(trouble)
        if status == 500:
            self._tell(f"zhaocha: the door: {type(trouble).__name__}: {trouble}")
        return Refusal(status, why)

    def answer(self, request: Request, answer: Answer) -> None:
        """Answer a whole request: beside everything else, but that a submit which is small and
        whole goes to the committer at once."""
        if request.call == "receive" and request.length <= SMALL:
            try:
                batch, digests = self._small(request.body)
            except Exception as trouble:
                answer(trouble)
                return
            if not digests:
                self._hand_in(request.token, batch, answer)
                return
        self._beside(self._answered(request), answer)

    def _small(self, frame: bytes) -> tuple[Batch, list[str]]:
        """A batch, or the contents of it that came in slices before."""
        said, beside = unpack(frame)
        digests = digests_in(said)
        return (Batch(()) if digests else told_batch(said, beside, {})), digests

    def _hand_in(self, token: str, batch: Batch, answer: Answer) -> None:
        """All of a group is told together that it is kept: whoever wakes the loop does for all."""
        loop = asyncio.get_running_loop()

        def told(new: int | Exception) -> None:
            self._kept.append((token, len(batch.events), new, answer))
            if not self._woken:
                self._woken = True
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(self._tell_all)

        self.committer.hand_in(batch, token, told)

    def _tell_all(self) -> None:
        self._woken = False
        while self._kept:
            token, events, new, answer = self._kept.popleft()
            if isinstance(new, Exception):
                answer(new)
            elif new == events:
                answer(_all_new(new))
            else:
                self._beside(self._told_of(token, new, []), answer)

    def _beside(self, work: Coroutine[Any, Any, bytes], answer: Answer) -> None:
        """Answer with what takes its time."""
        task = asyncio.get_running_loop().create_task(work)
        task.add_done_callback(lambda done: answer(_outcome(done)))

    async def _answered(self, request: Request) -> bytes:
        """The answer to what takes its time."""
        run, token, frame = asyncio.get_running_loop().run_in_executor, request.token, request.body
        if request.call == "receive":
            batch, digests = await run(None, self._large_batch, token, frame)
            new = await asyncio.wrap_future(self.committer.submit(batch, token))
            if new == len(batch.events) and not digests:
                return _all_new(new)
            return await self._told_of(token, new, digests)
        if request.call == "slice":
            return await run(None, lambda: pack(self._slice(token, *unpack(frame))))

        def answered() -> bytes:
            who = self._who(token)
            told, _ = unpack(frame)
            return pack(*self._calls[request.call](who, told))

        return await run(None, answered)

    def _large_batch(self, token: str, frame: bytes) -> tuple[Batch, list[str]]:
        said, beside = unpack(frame)
        digests = digests_in(said)
        return told_batch(said, beside, self._large(token, digests) if digests else {}), digests

    async def _told_of(self, token: str, new: int, digests: list[str]) -> bytes:
        """Once a batch is kept: forget its slices, and tell what was refused of it."""

        def told() -> bytes:
            who = self._who(token)
            for digest in digests:
                self._of(who).drop(digest)
            return pack({"new": new, "asides": asides_told(self._asides(who))})

        return await asyncio.get_running_loop().run_in_executor(None, told)

    # --- the calls ----------------------------------------------------------------------------

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
        for aside in set(every) - self._alarmed:
            self._alarmed.add(aside)
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


@lru_cache
def _all_new(count: int) -> bytes:
    return pack({"new": count})


def _outcome(done: "asyncio.Task[bytes]") -> bytes | Exception:
    if done.cancelled():
        return StoreTrouble("the door shuts")
    trouble = done.exception()
    return trouble if isinstance(trouble, Exception) else done.result()


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
    """A door that is open: a loop in a thread of its own, on a port that is ours already."""

    def __init__(
        self, room: DoorRoom, host: str, port: int, certificate: Path | None, key: Path | None
    ) -> None:
        """Plain HTTP without a certificate. Raises OSError, ValueError for what cannot be."""
        if certificate is None and host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError(
                f"a door on {host} needs a certificate: zhaocha door certificate, or set "
                "door_certificate and door_key"
            )
        self._room = room
        self._secured: ssl.SSLContext | None = None
        if certificate is not None:
            self._secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._secured.load_cert_chain(certificate, key)
        made = socket.create_server((host, port), backlog=1024)
        # Known to be TCP: only then asyncio sends small answers at once, 40 ms sooner.
        self._listening = socket.socket(made.family, made.type, socket.IPPROTO_TCP, made.detach())
        self.port = int(self._listening.getsockname()[1])
        #: Those that are open.
        self.lines: set[Line] = set()
        self._loop = _new_loop()
        self._shuts = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="door", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        lines = self.lines
        server = await self._loop.create_server(
            lambda: Line(self._room, lines), sock=self._listening, ssl=self._secured, backlog=1024
        )
        while not self._shuts.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._shuts.wait(), self._room.silence / 4)
            for line in list(lines):
                line.look(self._loop.time(), self._room.silence)
        server.close()
        for line in list(lines):
            line.end()
        ends = self._loop.time() + LAST_CALL
        while lines and self._loop.time() < ends:
            await asyncio.sleep(0.01)

    def close(self) -> None:
        """Answer who is being answered, keep what waits, then shut; once is enough."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._shuts.set)
        self._thread.join()
        self._listening.close()
        self._room.close()


def _new_loop() -> asyncio.AbstractEventLoop:
    """uvloop's where there is one: half the work of a request."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()
