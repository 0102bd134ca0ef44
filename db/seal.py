"""Sealing and opening what identifies a person.

A kiosk holds the hall's public key: it can write what it can never read again. The secret key is
granted to one person at a time, whose own key is wrapped in their password. The log keeps a digest
whose salt is inside the seal, so that after an erasure nothing can be guessed from it.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

SALT = 16


class WrongSecret(Exception):
    """The password or key does not open this."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Something sealed: its name in the record, its sealed bytes, the digest the log keeps."""

    name: str
    content: bytes
    digest: str


def new_key() -> tuple[str, str]:
    """A key pair as (public, secret), base64: a ring's, or one person's own."""
    from nacl.public import PrivateKey

    secret = PrivateKey.generate()
    return _write(bytes(secret.public_key)), _write(bytes(secret))


def public_of(secret: str) -> str:
    """The public half of a secret key."""
    from nacl.public import PrivateKey

    return _write(bytes(PrivateKey(_read(secret)).public_key))


def seal(public: str, name: str, content: str | bytes) -> Sealed:
    """Seal a text or bytes to the hall's public key."""
    from nacl.public import PublicKey, SealedBox

    raw = content.encode() if isinstance(content, str) else content
    plain = secrets.token_bytes(SALT) + raw
    box = SealedBox(PublicKey(_read(public)))
    return Sealed(name, box.encrypt(plain), hashlib.sha256(plain).hexdigest())


def unseal(secret: str, content: bytes, digest: str) -> str:
    """The text that was sealed. Raises WrongSecret for another key or changed bytes."""
    return unseal_bytes(secret, content, digest).decode()


def unseal_bytes(secret: str, content: bytes, digest: str) -> bytes:
    """The bytes that were sealed. Raises WrongSecret for another key or changed bytes."""
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    try:
        plain = SealedBox(PrivateKey(_read(secret))).decrypt(content)
    except CryptoError as trouble:
        raise WrongSecret from trouble
    if hashlib.sha256(plain).hexdigest() != digest:
        raise WrongSecret
    return plain[SALT:]


def unseal_with(keys: Iterable[str], content: bytes, digest: str) -> str:
    """The text, with whichever of these secret keys fits. Raises WrongSecret for none."""
    return unseal_bytes_with(keys, content, digest).decode()


def unseal_bytes_with(keys: Iterable[str], content: bytes, digest: str) -> bytes:
    """The bytes, with whichever of these secret keys fits. Raises WrongSecret for none."""
    for secret in keys:
        with suppress(WrongSecret):
            return unseal_bytes(secret, content, digest)
    raise WrongSecret


def grant(public: str, secret: str) -> str:
    """A ring's secret key for one person alone: sealed to that person's own public key."""
    from nacl.public import PublicKey, SealedBox

    return _write(SealedBox(PublicKey(_read(public))).encrypt(_read(secret)))


def take_grant(own: str, content: str) -> str:
    """The ring's secret key that was granted. Raises WrongSecret."""
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    try:
        return _write(SealedBox(PrivateKey(_read(own))).decrypt(_read(content)))
    except CryptoError as trouble:
        raise WrongSecret from trouble


def wrap(secret: str, password: str) -> str:
    """A secret key locked with a password (argon2id, then a secret box), base64."""
    from nacl.secret import SecretBox

    salt = secrets.token_bytes(SALT)
    return _write(salt + SecretBox(_stretch(password, salt)).encrypt(_read(secret)))


def unwrap(wrapped: str, password: str) -> str:
    """The secret key. Raises WrongSecret."""
    from nacl.exceptions import CryptoError
    from nacl.secret import SecretBox

    raw = _read(wrapped)
    try:
        return _write(SecretBox(_stretch(password, raw[:SALT])).decrypt(raw[SALT:]))
    except CryptoError as trouble:
        raise WrongSecret from trouble


def _stretch(password: str, salt: bytes) -> bytes:
    from nacl.pwhash import argon2id

    return argon2id.kdf(
        32,
        password.encode(),
        salt,
        opslimit=argon2id.OPSLIMIT_INTERACTIVE,
        memlimit=argon2id.MEMLIMIT_INTERACTIVE,
    )


def _write(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _read(text: str) -> bytes:
    return base64.b64decode(text)


# --- signing what is carried ------------------------------------------------------------------


def new_signing_key() -> str:
    """A secret key to sign with, base64."""
    from nacl.signing import SigningKey

    return _write(bytes(SigningKey.generate()))


def signing_public(secret: str) -> str:
    """The public half of a secret signing key. Raises ValueError for what is none."""
    from nacl.signing import SigningKey

    return _write(bytes(SigningKey(_read(secret)).verify_key))


def sign(secret: str, message: bytes) -> str:
    """An Ed25519 signature, base64."""
    from nacl.signing import SigningKey

    return _write(SigningKey(_read(secret)).sign(message).signature)


def is_signed(public: str, message: bytes, signature: str) -> bool:
    """Whether the holder of this key signed these bytes."""
    from nacl.exceptions import CryptoError
    from nacl.signing import VerifyKey

    try:
        VerifyKey(_read(public)).verify(message, _read(signature))
    except (CryptoError, ValueError):
        return False
    return True
