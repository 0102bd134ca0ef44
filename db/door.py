"""The way through a hall's door: a store on another machine, for syncing over HTTPS.

Every call may be made again. A line that says nothing for `timeout` seconds is given up; one that
was left open since the last pass and died meanwhile is opened anew. The other side is known by its
certificate's fingerprint, or by an authority this machine trusts, before it is told anything.
"""

import hashlib
import http.client
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from db.aside import Aside
from db.batch import Batch
from db.case import Case
from db.code import TrackingCode, code_key
from db.engine import Refused, StoreDamaged, StoreFull, StoreTrouble
from db.event import Head
from db.exchange import checked
from db.fold import fold
from db.hall import Hall
from db.scope import device_of
from db.slices import Slices
from db.store import right_tail
from db.wire import (
    LIMIT,
    SLICE,
    VERSION,
    BadFrame,
    OtherVersion,
    batch_told,
    heads_told,
    is_digest,
    pack,
    sealed_told,
    told_asides,
    told_batch,
    told_heads,
    unpack,
)

#: Bytes that are sent in one go; each go has the whole time-out.
_GO = 64 * 1024


class DoorShut(Refused):
    """The door does not let this machine in: no token, an unknown one, a revoked one."""


class WrongDoor(Refused):
    """What answers is not the hall's door, or does not speak our version."""


class Door:
    """A store behind a door, as `db.sync` needs it."""

    def __init__(
        self,
        address: str,
        *,
        hall: str,
        token: str,
        slices: Path,
        fingerprint: str = "",
        timeout: float = 10.0,
        people: Callable[[], Hall] | None = None,
    ) -> None:
        """`slices` is a folder for what has come in part; `people` folds what `find` brings.

        `address` is https://HOST:PORT, or http:// for tests and for this very machine.
        """
        self.hall = hall
        self._parts = urlsplit(address)
        self._token = token
        self._slices = Slices(slices)
        self._pin = fingerprint.replace(":", "").strip().lower()
        self._timeout = timeout
        self._people = people
        self._line: http.client.HTTPConnection | None = None
        self._used = False
        self._lock = threading.RLock()
        self._device, self._role = "", ""
        self._asides: list[Aside] = []

    def close(self) -> None:
        """Let go of the line."""
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._line = None

    # --- what syncing asks --------------------------------------------------------------------

    def heads(self) -> dict[str, Head]:
        """The newest event of every origin there; refreshes `asides` and `takes`."""
        told, _ = self._ask("heads", {})
        with _as_told():
            self._device, self._role = str(told["device"]), str(told["scope"])
            self._asides = told_asides(told["asides"])
            return told_heads(told["heads"])

    def asides(self) -> list[Aside]:
        """What the store has set aside, as of the last call that told."""
        return self._asides

    def takes(self, origin: str) -> bool:
        """A kiosk hands in what it wrote itself; a desk everything it has."""
        return self.role == "desk" or device_of(origin) == self._device

    def whole_devices(self) -> frozenset[str] | None:
        """A door tells a kiosk its own chain whole, others' in part; a desk everything."""
        return frozenset({self._device}) if self.role == "kiosk" else None

    def hashes_at(self, places: dict[str, int]) -> dict[str, str]:
        """The hash of one event an origin; left out where the store there lacks it."""
        told, _ = self._ask("hashes", {"places": places})
        with _as_told():
            return {str(origin): str(found) for origin, found in told["hashes"].items()}

    def lacking(self, heads: dict[str, Head], limit: int) -> Batch:
        """At most `limit` events that a store with these heads lacks, large contents fetched."""
        told, beside = self._ask("lacking", {"heads": heads_told(heads), "limit": limit})
        with _as_told():
            wanted = {d: row for row in told["sealed"] if (d := sealed_told(row)[5])}
            large = {digest: self._fetched(digest, row) for digest, row in wanted.items()}
            batch = told_batch(told, beside, large)
        for digest in wanted:
            self._slices.drop(digest)
        return batch

    def receive(self, batch: Batch) -> int:
        """Hand a batch in: how many of its events were new. Committed there when this returns."""
        large = {
            (row.origin, row.seq, row.name): self._handed_in(row.content)
            for row in batch.sealed
            if len(row.content) > SLICE
        }
        told, _ = self._ask("receive", *batch_told(batch, large))
        with _as_told():
            if "asides" in told:
                self._asides = told_asides(told["asides"])
            return int(told["new"])

    def find(self, code: TrackingCode) -> Case | None:
        """The case a code belongs to, as the hall's store knows it. Raises StoreTrouble."""
        events = list(map(checked, self.events_by_code(code_key(self.hall, code)).events))
        assert self._people is not None
        return right_tail(fold(events, self._people()), code)

    def events_by_code(self, key: str) -> Batch:
        """The events of the case whose code has this key, unchecked."""
        told, beside = self._ask("find", {"key": key})
        with _as_told():
            return told_batch(told, beside, {})

    @property
    def role(self) -> str:
        """As what this machine comes in: "kiosk" or "desk"; known once `heads` was asked."""
        return self._role

    def board(self) -> str | None:
        """What a desk told of the hall's month."""
        told, _ = self._ask("board", {})
        with _as_told():
            return None if told["board"] is None else str(told["board"])

    def set_board(self, value: str) -> None:
        """Tell the hall's kiosks of its month, as a desk."""
        self._ask("board", {"board": value})

    # --- how machines are ---------------------------------------------------------------------

    def server_ms(self) -> int:
        """The clock of the hall's machine, milliseconds since 1970."""
        told, _ = self._ask("clock", {})
        with _as_told():
            return int(told["ms"])

    def swap_beats(self, device: str, told: str) -> dict[str, str]:
        """Say how a machine is, and hear how all of the hall are, by device."""
        answer, _ = self._ask("beat", {"device": device, "beat": told})
        with _as_told():
            return {str(name): str(said) for name, said in answer["beats"].items()}

    # --- large contents -----------------------------------------------------------------------

    def _handed_in(self, content: bytes) -> str:
        """Hand a content in, slice by slice from where the last try ended: its digest."""
        digest = hashlib.sha256(content).hexdigest()
        part, started = b"", 0
        offset = -1
        while True:
            told, _ = self._ask("slice", {"digest": digest, "offset": offset}, [part])
            with _as_told():
                have = int(told["have"])
            if have == len(content):
                return digest
            if not 0 <= have < len(content) or have < offset or (started and have == offset):
                raise StoreTrouble("the door does not keep what it is handed")
            offset, started = have, started + 1
            part = content[offset : offset + SLICE]

    def _fetched(self, digest: str, row: Any) -> bytes:
        """A content from there, slice by slice from where the last try ended."""
        if not is_digest(digest):
            raise BadFrame("that is no digest")
        _, origin, seq, name, size, _ = sealed_told(row)
        while (have := self._slices.have(digest)) < size:
            place = {"origin": origin, "seq": seq, "name": name, "offset": have}
            _, beside = self._ask("content", place)
            if not beside or not beside[0]:
                raise StoreTrouble("a sealed content ends too soon")
            self._slices.add(digest, have, beside[0])
        content = self._slices.take(digest)
        if content is None:
            self._slices.drop(digest)
            raise StoreDamaged("a sealed content came otherwise than announced")
        return content

    # --- the line -----------------------------------------------------------------------------

    def _ask(
        self, call: str, told: Any, beside: list[bytes] | None = None
    ) -> tuple[Any, list[bytes]]:
        if not self._token:
            raise DoorShut(
                "this machine has no token for the hall's door yet: zhaocha door grant on the "
                "hall's machine, then zhaocha door token here"
            )
        frame = pack(told, beside)
        if len(frame) > LIMIT:
            raise Refused("more at once than a door takes")
        with self._lock:
            try:
                status, answer = self._exchange(call, frame)
            except ssl.SSLCertVerificationError as trouble:
                self.close()
                raise WrongDoor(_UNKNOWN.format(trouble.verify_message)) from trouble
            except (OSError, http.client.HTTPException) as trouble:
                self.close()
                raise StoreTrouble(
                    f"the hall's door does not answer: {_words(trouble)}"
                ) from trouble
            except BaseException:
                self.close()
                raise
        if status != 200:
            raise _refusal(status, answer)
        try:
            return unpack(answer)
        except OtherVersion as trouble:
            raise WrongDoor(f"the hall's door is of another version: {trouble}") from trouble
        except BadFrame as trouble:
            raise StoreTrouble(f"the hall's door was not understood: {trouble}") from trouble

    def _exchange(self, call: str, frame: bytes) -> tuple[int, bytes]:
        """One question and its answer; once more where the line had died since it was last used."""
        again = self._line is not None and self._used
        try:
            return self._once(call, frame)
        except (ConnectionError, ssl.SSLEOFError, http.client.RemoteDisconnected):
            self.close()
            if not again:
                raise
            return self._once(call, frame)

    def _once(self, call: str, frame: bytes) -> tuple[int, bytes]:
        if self._line is None:
            self._line, self._used = self._opened(), False
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/octet-stream",
            "Content-Length": str(len(frame)),
            "Zhaocha-Hall": self.hall,
        }
        body = _goes(frame) if len(frame) > _GO else frame
        self._line.request("POST", f"/door/{VERSION}/{call}", body, headers)
        answer = self._line.getresponse()
        length = answer.length
        if length is None or length > LIMIT:
            raise http.client.HTTPException("an answer without a length, or too long")
        content = answer.read()
        if len(content) != length:
            raise http.client.IncompleteRead(content, length - len(content))
        self._used = True
        if answer.will_close:
            self.close()
        return answer.status, content

    def _opened(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "http":
            line = http.client.HTTPConnection(host, port, timeout=self._timeout)
            line.connect()
            return line
        secure = http.client.HTTPSConnection(
            host, port, timeout=self._timeout, context=_context(bool(self._pin))
        )
        secure.connect()
        if self._pin:
            shown = hashlib.sha256(secure.sock.getpeercert(True) or b"").hexdigest()
            if shown != self._pin:
                secure.close()
                raise WrongDoor(_UNKNOWN.format(f"its fingerprint is {shown[:16]}…"))
        return secure


_UNKNOWN = (
    "another certificate than the hall's answers there ({}); nothing was sent. If the hall has a "
    "new one, put its fingerprint into door_fingerprint"
)


def _context(pinned: bool) -> ssl.SSLContext:
    if not pinned:
        return ssl.create_default_context()
    # The fingerprint says more than any authority could; reading them all takes 10 ms.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _goes(frame: bytes) -> Iterator[bytes]:
    view = memoryview(frame)
    return (bytes(view[first : first + _GO]) for first in range(0, len(frame), _GO))


def _words(trouble: Exception) -> str:
    if isinstance(trouble, TimeoutError):
        return "it says nothing"
    if isinstance(trouble, ConnectionRefusedError):
        return "nobody serves there"
    return str(trouble) or type(trouble).__name__


#: What a refusal is here, by its status.
_KINDS: dict[int, type[StoreTrouble]] = {
    401: DoorShut,
    403: DoorShut,
    404: WrongDoor,
    409: WrongDoor,
    413: Refused,
    426: WrongDoor,
    503: StoreTrouble,
    507: StoreFull,
}


def _refusal(status: int, answer: bytes) -> StoreTrouble:
    try:
        why = str(json.loads(answer)["why"])
    except (ValueError, KeyError, TypeError):
        return WrongDoor(f"what answers there is no hall's door (status {status})")
    return _KINDS.get(status, StoreTrouble)(why)


class _as_told:
    """What the other side tells has the shape it should have, or is trouble of the other side's."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, trouble: Any, _: Any) -> None:
        if isinstance(trouble, BadFrame | KeyError | TypeError | ValueError | AttributeError):
            raise StoreTrouble(f"the hall's door was not understood: {trouble}") from trouble
