"""A short PIN for one device: an account's own key, locked with the PIN and this device's secret.

It stands in this store's own facts and never in the log. The device's secret is a file beside the
store, so that whoever takes the store alone cannot try six digits at leisure.
"""

import json
import os
import secrets
from pathlib import Path

from db.seal import WrongSecret, unwrap, wrap
from db.store import Store

DIGITS = 6
SECRET_FILE = "device.secret"
_IN_A_ROW = "01234567890 09876543210"


class WeakPin(ValueError):
    """Not six digits, or six that anybody would try first; the message is for staff."""


class Pins:
    """The PINs of one device."""

    def __init__(self, store: Store, file: Path) -> None:
        self._store = store
        self._file = file

    def keep(self, login: str, public: str, own: str, pin: str) -> None:
        """Lock somebody's own key with a PIN on this device. Raises WeakPin, StoreTrouble."""
        check_pin(pin)
        wrapped = wrap(own, f"{self._make_secret()}{pin}")
        self._store.set_fact(_fact(login), json.dumps({"public": public, "wrapped": wrapped}))

    def forget(self, login: str) -> None:
        """The password alone opens the account here from now on."""
        self._store.set_fact(_fact(login), "")

    def has(self, login: str, public: str) -> bool:
        """Whether a PIN opens this key here: a new password made a new key, and no PIN opens it."""
        return bool(self._wrapped(login, public)) and self._file.exists()

    def open(self, login: str, public: str, pin: str) -> str:
        """Somebody's own key. Raises WrongSecret."""
        wrapped = self._wrapped(login, public)
        try:
            secret = self._file.read_text("ascii").strip()
        except OSError as trouble:
            raise WrongSecret from trouble
        if not wrapped or not secret:
            raise WrongSecret
        return unwrap(wrapped, f"{secret}{pin}")

    def _wrapped(self, login: str, public: str) -> str:
        kept = json.loads(self._store.fact(_fact(login)) or "{}")
        return str(kept["wrapped"]) if kept.get("public") == public else ""

    def _make_secret(self) -> str:
        """This device's secret, made when the first PIN is; nobody else may read the file."""
        try:
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return self._file.read_text("ascii").strip()
        with os.fdopen(handle, "w") as file:
            made = secrets.token_hex(32)
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        return made


def check_pin(pin: str) -> None:
    """Raises WeakPin."""
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        raise WeakPin("短密码是六位数字")
    if len(set(pin)) == 1 or pin in _IN_A_ROW:
        raise WeakPin("这六位数字太好猜了，换一个吧")


def looks_like_pin(secret: str) -> bool:
    return len(secret) == DIGITS and secret.isascii() and secret.isdigit()


def _fact(login: str) -> str:
    return f"pin:{login}"
