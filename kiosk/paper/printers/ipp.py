"""The Internet Printing Protocol, as much of it as a receipt needs: questions over HTTP."""

import http.client
import ssl
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

#: Longest wait for one answer.
ANSWER = 3.0

OPERATION, JOB, END, PRINTER = 0x01, 0x02, 0x03, 0x04
_INTEGER, _BOOLEAN, _ENUM, _RESOLUTION, _RANGE = 0x21, 0x22, 0x23, 0x32, 0x33
_BEGIN, _END, _MEMBER = 0x34, 0x37, 0x4A
NAME, KEYWORD, URI, CHARSET, LANGUAGE, MIME = 0x42, 0x44, 0x45, 0x47, 0x48, 0x49


class Operation(IntEnum):
    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB = 0x0009
    GET_JOBS = 0x000A
    GET_PRINTER = 0x000B
    CUPS_GET_PRINTERS = 0x4002


class IppTrouble(Exception):
    """No answer, or none that makes sense."""


class IppRefused(IppTrouble):
    """The printer said no, with a status of its own."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{message or 'refused'} (0x{status:04x})")
        self.status = status


Attributes = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a question: its kind, its name, its values."""

    tag: int
    name: str
    values: Sequence[str | int | bool]

    def bytes(self) -> bytes:
        out = b""
        for number, value in enumerate(self.values):
            name = b"" if number else self.name.encode()
            raw = _raw(value)
            out += struct.pack(">BH", self.tag, len(name)) + name
            out += struct.pack(">H", len(raw)) + raw
        return out


def text(tag: int, name: str, *values: str) -> Attribute:
    return Attribute(tag, name, values)


def integer(name: str, value: int) -> Attribute:
    return Attribute(_INTEGER, name, (value,))


def boolean(name: str, value: bool) -> Attribute:
    return Attribute(_BOOLEAN, name, (value,))


def _raw(value: str | int | bool) -> bytes:
    if isinstance(value, bool):
        return b"\1" if value else b"\0"
    return struct.pack(">i", value) if isinstance(value, int) else value.encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """A printer's answer: the groups of attributes, each with its tag."""

    status: int
    groups: list[tuple[int, Attributes]] = field(default_factory=list)

    def group(self, tag: int) -> Attributes:
        """The first group of that kind; empty if there is none."""
        return next((found for kind, found in self.groups if kind == tag), {})

    def all(self, tag: int) -> list[Attributes]:
        return [found for kind, found in self.groups if kind == tag]


def question(operation: int, operands: Iterable[Attribute], job: Iterable[Attribute] = ()) -> bytes:
    """A request without its document."""
    body = text(CHARSET, "attributes-charset", "utf-8").bytes()
    body += text(LANGUAGE, "attributes-natural-language", "zh-cn").bytes()
    body += b"".join(attribute.bytes() for attribute in operands)
    template = b"".join(attribute.bytes() for attribute in job)
    head = struct.pack(">BBHI", 2, 0, operation, 1)
    group = bytes([JOB]) + template if template else b""
    return head + bytes([OPERATION]) + body + group + bytes([END])


def answer(data: bytes) -> Answer:
    """What came back. Raises IppTrouble for bytes that are no answer."""
    try:
        _, _, status, _ = struct.unpack_from(">BBHI", data)
        return Answer(status, _Reader(data, 8).groups())
    except (struct.error, IndexError, ValueError) as trouble:
        raise IppTrouble(f"not an answer: {trouble}") from trouble


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def _byte(self) -> int:
        byte = self._data[self._at]
        self._at += 1
        return byte

    def _counted(self) -> bytes:
        (length,) = struct.unpack_from(">H", self._data, self._at)
        self._at += 2
        if self._at + length > len(self._data):
            raise ValueError("cut short")
        self._at += length
        return self._data[self._at - length : self._at]

    def groups(self) -> list[tuple[int, Attributes]]:
        groups: list[tuple[int, Attributes]] = []
        name = ""
        while (tag := self._byte()) != END:
            if tag < 0x10:
                groups.append((tag, {}))
                continue
            name = self._counted().decode() or name
            value = self._value(tag)
            groups[-1][1].setdefault(name, []).append(value)
        return groups

    def _value(self, tag: int) -> Any:
        raw = self._counted()
        if tag == _BEGIN:
            return self._collection()
        if tag in (_INTEGER, _ENUM):
            return struct.unpack(">i", raw)[0]
        if tag == _BOOLEAN:
            return raw != b"\0"
        if tag == _RESOLUTION:
            return struct.unpack(">iib", raw)
        if tag == _RANGE:
            return struct.unpack(">ii", raw)
        if 0x40 <= tag <= 0x4F:
            return raw.decode("utf-8", "replace")
        return None if tag < 0x20 else raw

    def _collection(self) -> Attributes:
        members: Attributes = {}
        name = ""
        while (tag := self._byte()) != _END:
            self._counted()
            if tag == _MEMBER:
                name = self._counted().decode()
            else:
                members.setdefault(name, []).append(self._value(tag))
        self._counted()
        self._counted()
        return members


class Door:
    """One printer's address; every question is a connection of its own."""

    def __init__(self, host: str, port: int, path: str, *, secure: bool = False) -> None:
        self.host, self.port, self.path, self.secure = host, port, path, secure

    @property
    def uri(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'ipps' if self.secure else 'ipp'}://{host}:{self.port}{self.path}"

    def ask(self, body: bytes, document: bytes = b"", seconds: float = ANSWER) -> Answer:
        """Raises IppTrouble; IppRefused for an answer that is a no."""
        link = self._connection(max(0.1, min(ANSWER, seconds)))
        try:
            link.request("POST", self.path, body + document, {"Content-Type": "application/ipp"})
            came = link.getresponse()
            data = came.read()
        except (OSError, http.client.HTTPException) as trouble:
            raise IppTrouble(str(trouble) or type(trouble).__name__) from trouble
        finally:
            link.close()
        if came.status != 200:
            raise IppRefused(came.status, f"HTTP {came.status}")
        found = answer(data)
        if found.status >= 0x0100:
            said = found.group(OPERATION).get("status-message", [""])
            raise IppRefused(found.status, str(said[0]))
        return found

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        if not self.secure:
            return http.client.HTTPConnection(self.host, self.port, timeout=seconds)
        # Printers sign their certificates themselves: this keeps listeners out, no more.
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection(self.host, self.port, timeout=seconds, context=context)
