"""Numbers and codes on the receipt: the case number everyone may know, the tracking code few may.

A tracking code is 11 random characters and a check character, easy to type. The address in the
QR code carries a longer tail that nobody types. Stores keep only digests of both.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date

# No 0, O, 1 or I: a code read aloud or copied from paper stays the same code.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12
TAIL_LENGTH = 14
_LOOKALIKES = str.maketrans({"0": "Q", "O": "Q", "1": "L", "I": "L"})


class NotACode(ValueError):
    """What was typed cannot be a tracking code: wrong length, sign or check character."""


@dataclass(frozen=True, slots=True)
class TrackingCode:
    """The secret of one receipt: `letters` to type, `tail` only in the QR code."""

    letters: str
    tail: str

    @property
    def grouped(self) -> str:
        """The typed code in groups of four, as it is printed."""
        return " ".join(self.letters[i : i + 4] for i in range(0, CODE_LENGTH, 4))

    @property
    def path(self) -> str:
        """The last part of the tracking address."""
        return self.letters + self.tail


def mint() -> TrackingCode:
    """A new code, 55 bits to type and 70 more in the tail, from the system's secrets."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH - 1))
    tail = "".join(secrets.choice(ALPHABET) for _ in range(TAIL_LENGTH))
    return TrackingCode(letters + check_character(letters), tail)


def read_code(typed: str) -> TrackingCode:
    """The code in what someone typed, pasted or scanned; the tail is empty if only letters came.

    Takes spaces, dashes, lower case, a whole tracking address, and look-alikes (0, O, 1, I).
    Raises NotACode.
    """
    last = typed.strip().rstrip("/").rsplit("/", 1)[-1].split("?", 1)[0]
    text = "".join(c for c in last.upper() if c.isascii() and c.isalnum()).translate(_LOOKALIKES)
    letters, tail = text[:CODE_LENGTH], text[CODE_LENGTH:]
    if len(letters) != CODE_LENGTH or len(tail) not in (0, TAIL_LENGTH):
        raise NotACode(typed)
    if any(c not in ALPHABET for c in text) or check_character(letters[:-1]) != letters[-1]:
        raise NotACode(typed)
    return TrackingCode(letters, tail)


def is_code(typed: str) -> bool:
    """Whether what someone typed or scanned can be a tracking code."""
    try:
        read_code(typed)
    except NotACode:
        return False
    return True


def check_character(letters: str) -> str:
    """Catches every single wrong character and every swap of two neighbours (Luhn mod 32)."""
    total = 0
    for place, letter in enumerate(reversed(letters)):
        value = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]


def code_key(hall: str, code: TrackingCode) -> str:
    """What a store finds a case by: scrypt of the typed letters, 16 bytes in hex.

    Slow on purpose (about 10 ms): 55 bits stay out of reach even for someone who holds the store.
    """
    return hashlib.scrypt(
        code.letters.encode(), salt=f"zhaocha code {hall}".encode(), n=4096, r=8, p=1, dklen=16
    ).hex()


def tail_digest(code: TrackingCode) -> str:
    """What a store keeps of the whole code, letters and tail: 125 bits need no slow hash."""
    return hashlib.sha256(code.path.encode()).hexdigest()


def case_number(day: date, device: str, seq: int, key: bytes) -> str:
    """A number for people, unique though offline: day, kiosk, a scrambled count, a check character.

    The count is permuted with the store's own key, so that it does not tell the order of visits.
    """
    scrambled = _permute(seq % (1 << 20), key)
    body = "".join(ALPHABET[scrambled >> shift & 31] for shift in (15, 10, 5, 0))
    return f"ZC{day:%y%m%d}-{device}-{body}{check_character(body)}"


def _permute(value: int, key: bytes) -> int:
    """A keyed permutation of 20 bits (a four-round Feistel network)."""
    left, right = value >> 10, value & 1023
    for turn in range(4):
        mixed = hmac.digest(key, bytes((turn, right >> 8, right & 255)), "sha256")
        left, right = right, left ^ (int.from_bytes(mixed[:2]) & 1023)
    return left << 10 | right
