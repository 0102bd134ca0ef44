"""Every setting: its name, its default, its meaning. From a file, the environment and flags.

A flag beats the environment (`ZHAOCHA_NAME`), which beats `settings.toml` in the data folder.
"""

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


class BadSetting(ValueError):
    """A setting has a name or a value that cannot be; the message is one plain line."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; the type of its default is its type."""

    name: str
    default: str | int | bool
    meaning: str
    #: What it may be: these words, or a number from the first to the last of these.
    allowed: tuple[str, ...] | range = ()


#: How the address of a hall's door begins.
DOORS = ("https://", "http://")
#: What is said of a command that reads or writes the shared store itself.
BEHIND_A_DOOR = "the shared store is behind the hall's door: do this on the machine that serves it"
#: Keys that something can be put on.
KEYS = ("", *(f"F{number}" for number in range(1, 13)))

SETTINGS = (
    Setting("device", "K1", "This machine's name in numbers and in the log: letters and digits"),
    Setting("catalogue", "", "Folder of the hall's catalogue; empty: the sample hall"),
    Setting("local", "local.sqlite", "This machine's own store, in the data folder"),
    Setting(
        "shared", "shared.sqlite", "The shared store: a file, postgresql:// or a door, https://"
    ),
    Setting("door_token", "door.token", "File with this machine's token for the hall's door"),
    Setting(
        "door_fingerprint", "", "Of the door's certificate; empty: one that this machine trusts"
    ),
    Setting("door_host", "127.0.0.1", "Address the hall's door listens on"),
    Setting("door_port", 0, "Port of the hall's door, opened by serve; 0: no door"),
    Setting("door_certificate", "door.crt", "The door's certificate, PEM, in the data folder"),
    Setting("door_key", "door.key", "Its key, PEM, in the data folder"),
    Setting("printer", "folder:receipts", "Where receipts go; the ways are in docs/printers.md"),
    Setting("office_printer", "folder:papers", "Where letters, lists and blank slips go"),
    Setting("print_seconds", 15, "A receipt that is not out after so many seconds is called off"),
    Setting("public_address", "", "What QR codes start with; empty: the tracking page here"),
    Setting("web_host", "127.0.0.1", "Address the tracking page listens on"),
    Setting("web_port", 8765, "Port the tracking page listens on"),
    Setting("sync_seconds", 3, "Seconds between two passes to the shared store"),
    Setting("morning_hours", "09:00-12:00", "When the hall is open in the morning"),
    Setting("afternoon_hours", "13:30-17:00", "When the hall is open in the afternoon"),
    Setting("on_site_minutes", 5, "Minutes until somebody is with a citizen who waits here"),
    Setting("on_site_leader_minutes", 10, "Minutes until the leader is called to them"),
    Setting("accept_half_days", 1, "Half working days until a case is accepted"),
    Setting("accept_limit_half_days", 2, "Half working days until it must be accepted"),
    Setting("contact_days", 0, "Working days until the first contact; 0: the same day"),
    Setting("reply_days", 5, "Working days until a reply is due"),
    Setting("urgent_days", 1, "Working days until a simple case, help or a question is answered"),
    Setting("complex_days", 10, "Working days until a complex case is answered"),
    Setting("very_complex_days", 20, "Working days until a very complex case is answered"),
    Setting("return_days", 2, "Working days in which a department may say: not ours"),
    Setting("extension_days", 10, "The most working days by which a case is extended, once"),
    Setting("yellow_days", 1, "Working days before it is due that a case gets its yellow card"),
    Setting("red_days", 1, "Working days after it was due that a case gets its red card"),
    Setting("waiting_days", 5, "The most working days that a question to the citizen stops it"),
    Setting("late_rating_days", 5, "Working days in which the receipt takes a late rating"),
    Setting("follow_up_days", 3, "Working days after the reply until it is followed up"),
    Setting("again_days", 5, "Working days until a reply when the first did not satisfy"),
    Setting("close_days", 10, "Working days without a verdict until a reply is closed"),
    Setting("roster_roles", "head,coordinator,clerk", "Who may be rostered at the window"),
    Setting("beat_minutes", 5, "Minutes between two beats of a machine: how it is"),
    Setting("silent_minutes", 20, "Minutes without a beat until a machine is called silent"),
    Setting("quiet_days", 5, "Working days without any feedback until somebody should look"),
    Setting("disk_mb", 500, "Free megabytes below which a disk is called nearly full"),
    Setting("clock_seconds", 60, "Seconds by which a clock may differ from the shared store's"),
    Setting("unsent_minutes", 30, "Minutes a record may wait for the shared store"),
    Setting("keep_contact_days", 180, "Days after a case's end to keep contact data; 0: for ever"),
    Setting("keep_voice_days", 180, "Days after a case's end to keep voice notes; 0: for ever"),
    Setting("keep_drawing_days", 180, "Days after a case's end to keep drawings; 0: for ever"),
    Setting("keep_integrity_days", 1095, "The same for what is sealed of integrity cases"),
    Setting("prune_days", 7, "Days before a kiosk leaves what is sealed to the shared store"),
    Setting("metrics_token", "", "What a monitor shows to read /metrics; empty: this machine only"),
    Setting("test", False, "Training and commissioning: every case is marked, none is counted"),
    Setting(
        "voice_seconds", 60, "Seconds of the longest voice note, at most 60; 0: none is offered"
    ),
    Setting("width", 1080, "Width of the kiosk window in pixels"),
    Setting("height", 1920, "Height of the kiosk window in pixels"),
    Setting("fullscreen", False, "Fill the screen, as a kiosk does"),
    Setting("desk_bell", True, "Whether the desk rings when a case comes in or somebody waits"),
    Setting("ppi", 0, "Pixels per inch of the panel; 0: as the screen says"),
    Setting("voice_clips", "voice", "Folder of recorded sentences for reading aloud"),
    Setting("voice_card", "", "Sound card for reading aloud, by a part of its name; empty: any"),
    Setting("aloud_key", "F6", "Key that starts reading aloud and reads again; empty: none", KEYS),
    Setting("loudness_key", "F7", "Key that changes how loud it reads; empty: none", KEYS),
    Setting(
        "switch",
        "off",
        "Stepping by switch: one, two, or off (until its key is held)",
        ("off", "one", "two"),
    ),
    Setting(
        "switch_key", "F8", "Key of the switch that chooses, or of two the one that steps", KEYS
    ),
    Setting("switch_key_2", "F9", "Key of the second switch: it chooses", KEYS),
    Setting(
        "switch_ms",
        1500,
        "Milliseconds until the ring steps on by itself: 1000 to 5000",
        range(1000, 5001),
    ),
)


@dataclass(frozen=True)
class Settings:
    """All settings, with the data folder they belong to."""

    data: Path
    values: Mapping[str, str | int | bool]

    def text(self, name: str) -> str:
        return str(self.values[name])

    def number(self, name: str) -> int:
        return int(self.values[name])

    def flag(self, name: str) -> bool:
        return bool(self.values[name])

    @property
    def local(self) -> Path:
        return self.data / self.text("local")

    @property
    def shared(self) -> str:
        """A file's full path, a Postgres address or a door's."""
        where = self.text("shared")
        remote = where.startswith(("postgresql", *DOORS))
        return where if remote else str(self.data / where)

    @property
    def days(self) -> Path:
        """The hall's own table of days."""
        return self.data / "days.csv"

    @property
    def printer(self) -> str:
        """The printer's setting with a relative folder put into the data folder."""
        return self._placed("printer")

    @property
    def office_printer(self) -> str:
        """The same for what is A4 or A5."""
        return self._placed("office_printer")

    def _placed(self, name: str) -> str:
        scheme, _, place = self.text(name).partition(":")
        return f"folder:{self.data / place}" if scheme == "folder" else self.text(name)

    @property
    def voice_clips(self) -> Path:
        """Where recorded sentences lie; a relative folder is in the data folder."""
        return self.data / self.text("voice_clips")

    @property
    def tracking_address(self) -> str:
        """What comes before a code in a tracking address."""
        public = self.text("public_address").rstrip("/")
        return f"{public or self.web_address}/t/"

    @property
    def web_address(self) -> str:
        return f"http://{self.text('web_host')}:{self.number('web_port')}"


def default_data() -> Path:
    """The user's data folder."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "zhaocha"


def load(data: Path | None = None, flags: Mapping[str, str] | None = None) -> Settings:
    """The settings in force. Raises BadSetting for an unknown name or a value of the wrong kind."""
    data = data or Path(os.environ.get("ZHAOCHA_DATA") or default_data())
    values: dict[str, str | int | bool] = {s.name: s.default for s in SETTINGS}
    known = {s.name: s for s in SETTINGS}
    for name, value in _from_file(data / "settings.toml").items():
        if name not in known:
            raise BadSetting(f"settings.toml: there is no setting {name!r}")
        values[name] = _fit(known[name], value, "settings.toml")
    for setting in SETTINGS:
        variable = f"ZHAOCHA_{setting.name.upper()}"
        if variable in os.environ:
            values[setting.name] = _fit(setting, os.environ[variable], variable)
    for name, value in (flags or {}).items():
        if name not in known:
            raise BadSetting(f"--set {name}: there is no such setting")
        values[name] = _fit(known[name], value, f"--set {name}")
    return Settings(data, values)


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
        raise BadSetting(f"{file.name}: {trouble}") from trouble


def _fit(setting: Setting, value: Any, where: str) -> str | int | bool:
    fitted = _of_its_kind(setting, value, where)
    if setting.allowed and fitted not in setting.allowed:
        known = (
            f"{setting.allowed[0]} to {setting.allowed[-1]}"
            if isinstance(setting.allowed, range)
            else ", ".join(setting.allowed)
        )
        raise BadSetting(f"{where}: {setting.name} is {known}, not {value!r}")
    return fitted


def _of_its_kind(setting: Setting, value: Any, where: str) -> str | int | bool:
    wanted = type(setting.default)
    if wanted is bool and str(value).lower() in ("true", "false", "1", "0", "yes", "no"):
        return str(value).lower() in ("true", "1", "yes")
    if wanted is int and not isinstance(value, bool):
        try:
            return int(value)
        except (TypeError, ValueError):
            pass
    if wanted is str and isinstance(value, str):
        if setting.name == "device" and not (value.isascii() and value.isalnum()):
            raise BadSetting(f"{where}: a device is named with letters and digits, not {value!r}")
        if setting.name == "shared" and value.startswith(DOORS):
            _check_door(value, where)
        return value
    kind = {bool: "true or false", int: "a whole number", str: "a text"}[wanted]
    raise BadSetting(f"{where}: {setting.name} wants {kind}, not {value!r}")


def _check_door(address: str, where: str) -> None:
    """A door's address has a host and a port, and is plain HTTP on this machine only."""
    parts = urlsplit(address)
    try:
        whole = bool(parts.hostname and parts.port) and parts.path in ("", "/")
    except ValueError:
        whole = False
    if not whole or parts.query or parts.username:
        raise BadSetting(f"{where}: a door is https://HOST:PORT, not {address!r}")
    if parts.scheme == "http" and parts.hostname != "127.0.0.1":
        raise BadSetting(f"{where}: plain http:// is for 127.0.0.1 only, not {address!r}")
