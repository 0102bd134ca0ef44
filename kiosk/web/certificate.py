"""A hall's own certificate, signed by itself: clients pin its fingerprint, so it needs nobody else.

Ed25519, written in DER by hand: four kinds of values and their lengths. Nothing here is for
browsers, which do not take such a key.
"""

import base64
import hashlib
import os
import secrets
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from nacl.signing import SigningKey

#: The algorithm, as both the certificate and the key name it: 1.3.101.112.
_ED25519 = bytes.fromhex("300506032b6570")
_NAME, _ALTERNATIVES = bytes.fromhex("0603550403"), bytes.fromhex("0603551d11")
YEARS = 20


def make(certificate: Path, key: Path, hosts: list[str]) -> None:
    """Write a new key (mode 0600) and its certificate for these names and addresses as PEM.

    Raises FileExistsError: a key in use is never written over.
    """
    for file in (certificate, key):
        if file.exists():
            raise FileExistsError(f"{file.name} is there already")
    secret = SigningKey.generate()
    certificate.parent.mkdir(parents=True, exist_ok=True)
    opened = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "wb") as kept:
        kept.write(_pem("PRIVATE KEY", _private(bytes(secret))))
    certificate.write_bytes(_pem("CERTIFICATE", _signed(secret, hosts)))


def fingerprint(certificate: Path) -> str:
    """SHA-256 of a PEM certificate as people compare it: AB:CD:… Raises OSError, ValueError."""
    shown = hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.read_text("ascii"))).hexdigest()
    return ":".join(shown[place : place + 2] for place in range(0, 64, 2)).upper()


def _signed(secret: SigningKey, hosts: list[str]) -> bytes:
    name = _value(
        0x30, _value(0x31, _value(0x30, _NAME + _value(0x0C, "Zhaocha 找茬窗口".encode())))
    )
    # A kiosk's clock may be days behind.
    first = datetime.now(UTC) - timedelta(days=30)
    dates = (first, first.replace(year=first.year + YEARS, day=1))
    told = b"".join(
        (
            _value(0xA0, _value(0x02, b"\2")),
            _value(0x02, b"\1" + secrets.token_bytes(15)),
            _ED25519,
            name,
            _value(0x30, b"".join(_value(0x18, f"{d:%Y%m%d%H%M%SZ}".encode()) for d in dates)),
            name,
            _value(0x30, _ED25519 + _bits(bytes(secret.verify_key))),
            _value(0xA3, _value(0x30, _alternatives(hosts))),
        )
    )
    body = _value(0x30, told)
    return _value(0x30, body + _ED25519 + _bits(secret.sign(body).signature))


def _alternatives(hosts: list[str]) -> bytes:
    names = b"".join(map(_alternative, hosts))
    return _value(0x30, _ALTERNATIVES + _value(0x04, _value(0x30, names)))


def _alternative(host: str) -> bytes:
    try:
        return _value(0x87, ip_address(host).packed)
    except ValueError:
        return _value(0x82, host.encode("idna"))


def _private(seed: bytes) -> bytes:
    return _value(0x30, _value(0x02, b"\0") + _ED25519 + _value(0x04, _value(0x04, seed)))


def _bits(content: bytes) -> bytes:
    return _value(0x03, b"\0" + content)


def _value(kind: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((kind, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((kind, 0x80 | len(length))) + length + content


def _pem(what: str, der: bytes) -> bytes:
    text = base64.encodebytes(der).decode().replace("\n", "")
    lines = "\n".join(text[place : place + 64] for place in range(0, len(text), 64))
    return f"-----BEGIN {what}-----\n{lines}\n-----END {what}-----\n".encode()
