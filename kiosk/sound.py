"""Recording a voice note and playing it: one microphone, one loudspeaker, nothing on any disk.

`open_sound` gives the machine's own through miniaudio, which brings its drivers along: WASAPI on
Windows, PulseAudio (PipeWire answers as it) or ALSA on Linux. What it opens may hang with its
driver, so whoever calls does so off the screen's thread and off the record's.
"""

import atexit
import math
import threading
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.adpcm import RATE, Encoder, samples_of, seconds_of

if TYPE_CHECKING:
    from array import array

#: Seconds of the longest voice note.
LONGEST = 60
#: The drivers to ask, in this order; the others are for makers of music.
BACKENDS = ("WASAPI", "DSOUND", "WINMM", "COREAUDIO", "PULSEAUDIO", "ALSA")
#: What is softer than this many decibels below the loudest is silence to the meter.
SOFTEST = 48.0
#: Milliseconds of sound a device hands over at once.
PERIOD = 40
#: Seconds after the last sample went out until the last one has been heard.
LINGERS = 0.25


class SoundTrouble(Exception):
    """No microphone or loudspeaker, or it does not answer; one can still write."""


class Recording(Protocol):
    """A microphone that listens, until `finish` or `drop`; `close` lets go of the device."""

    @property
    def level(self) -> float: ...
    @property
    def seconds(self) -> float: ...
    def finish(self) -> bytes: ...
    def drop(self) -> None: ...
    def close(self) -> None: ...


class Playing(Protocol):
    """A loudspeaker that plays, until it is `done` or `hush`; `close` lets go of the device."""

    @property
    def position(self) -> float: ...
    @property
    def done(self) -> bool: ...
    def hush(self) -> None: ...
    def close(self) -> None: ...


class Sound(Protocol):
    """What a machine hears and speaks with; `record` and `play` raise SoundTrouble."""

    def hears(self) -> bool: ...
    def speaks(self) -> bool: ...
    def record(self) -> Recording: ...
    def play(self, note: bytes) -> Playing: ...


class Tape:
    """What a microphone has heard so far, encoded as it comes, and how loud it is now (0 to 1)."""

    def __init__(self, longest: float = LONGEST) -> None:
        self.level = 0.0
        self._room = round(longest * RATE)
        self._encoder = Encoder()
        self._running = True
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        return self._encoder.samples / RATE

    def hear(self, raw: bytes | bytearray) -> None:
        """More sound, from the device's own thread; what is over the longest is let go."""
        samples = samples_of(raw)
        with self._lock:
            if not self._running:
                return
            samples = samples[: self._room - self._encoder.samples]
            self._encoder.add(samples)
            self.level = loudness(samples)

    def finish(self) -> bytes:
        """The voice note; nothing more is heard and nothing stays here. Empty for no sound."""
        with self._lock:
            note = self._encoder.write() if self._running and self._encoder.samples else b""
            self._forget()
            return note

    def drop(self) -> None:
        """Nothing more is heard, and nothing stays of what was."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        self._running = False
        self.level = 0.0
        self._encoder.wipe()


def loudness(samples: "array[int]") -> float:
    """0 for silence, 1 for the loudest there is, in even steps to the ear."""
    peak = max(max(samples), -min(samples)) if samples else 0
    return max(0.0, 1 + 20 * math.log10(peak / 32768) / SOFTEST) if peak else 0.0


def _decoded(note: bytes) -> "array[int]":
    import miniaudio

    try:
        length = round(seconds_of(note) * RATE)
        decoded = miniaudio.decode(note, nchannels=1, sample_rate=RATE)
    except (miniaudio.MiniaudioError, ValueError) as trouble:
        raise SoundTrouble(str(trouble)) from trouble
    # The last block was filled up.
    samples: array[int] = decoded.samples[:length]
    return samples


def open_sound() -> Sound:
    """This machine's microphone and loudspeaker."""
    return Machine()


class Machine:
    """Microphone and loudspeaker through miniaudio; each use opens a device and closes it again."""

    def __init__(self, backends: tuple[str, ...] = BACKENDS) -> None:
        import miniaudio

        here = miniaudio.get_enabled_backends()
        named = (miniaudio.Backend[name] for name in backends)
        self._backends = [backend for backend in named if backend in here]

    def hears(self) -> bool:
        return bool(self._devices("capture"))

    def speaks(self) -> bool:
        return bool(self._devices("playback"))

    def record(self) -> Recording:
        """Listen. Raises SoundTrouble."""
        return _Recording(self._open("capture"))

    def play(self, note: bytes) -> Playing:
        """Speak a voice note. Raises SoundTrouble."""
        return _Playing(_decoded(note), self._open("playback"))

    def _open(self, kind: str) -> Any:
        """The system's own choice, or else the first device that answers."""
        import miniaudio

        make = miniaudio.CaptureDevice if kind == "capture" else miniaudio.PlaybackDevice
        found = self._devices(kind)
        why: Exception = SoundTrouble(f"there is no {kind} device")
        for device_id in (None, *found) if found else ():
            try:
                return make(
                    nchannels=1,
                    sample_rate=RATE,
                    buffersize_msec=PERIOD,
                    device_id=device_id,
                    backends=self._with_cards(kind),
                    app_name="Zhaocha",
                )
            except miniaudio.MiniaudioError as trouble:
                why = trouble
        raise SoundTrouble(str(why)) from why

    def _devices(self, kind: str) -> list[Any]:
        """The ids of real devices. Asked in miniaudio's own words: its `get_captures` opens each
        to ask for details, and one that is busy spoils the whole list."""
        import miniaudio
        from miniaudio import ffi, lib

        backends = self._with_cards(kind)
        try:
            # An empty list would mean every backend there is.
            asked = miniaudio.Devices(backends) if backends else None
        except miniaudio.MiniaudioError:
            asked = None
        if asked is None:
            return []
        infos, count = ffi.new("ma_device_info**"), ffi.new("ma_uint32*")
        nothing = (ffi.NULL, ffi.NULL)
        pairs = (*nothing, infos, count) if kind == "capture" else (infos, count, *nothing)
        if lib.ma_context_get_devices(asked._context, *pairs) != lib.MA_SUCCESS:
            return []
        ids = [ffi.new("ma_device_id*", infos[0][number].id) for number in range(count[0])]
        return [one for one in ids if _real(bytes(ffi.buffer(one)), asked.backend)]

    def _with_cards(self, kind: str) -> list[Any]:
        """Without ALSA where there is no card: it would tell of devices that hear nothing."""
        import miniaudio

        card = any(Path("/dev/snd").glob("pcmC*c" if kind == "capture" else "pcmC*p"))
        return [b for b in self._backends if card or b is not miniaudio.Backend.ALSA]


def _real(device_id: bytes, backend: str) -> bool:
    """Neither PulseAudio's echo of a loudspeaker nor one of ALSA's plugins: a card has a colon."""
    name = device_id.split(b"\0")[0]
    return b":" in name if backend == "ALSA" else not name.endswith(b".monitor")


class _Recording(Tape):
    def __init__(self, device: Any) -> None:
        super().__init__()
        self._device = device
        _start(device, self._heard())

    def _heard(self) -> Generator[None, bytearray, None]:
        while True:
            raw = yield
            self.hear(raw)

    def close(self) -> None:
        _close(self._device)


class _Playing:
    def __init__(self, samples: "array[int]", device: Any) -> None:
        self._samples = samples
        self._asked = 0
        self._device = device
        self._quiet = False
        _start(device, self._said())

    def _said(self) -> "Generator[array[int], int, None]":
        wanted = yield self._samples[:0]
        while True:
            at = self._asked
            self._asked += wanted
            wanted = yield self._samples[:0] if self._quiet else self._samples[at : at + wanted]

    @property
    def position(self) -> float:
        """Seconds into the note."""
        return min(self._asked, len(self._samples)) / RATE

    @property
    def done(self) -> bool:
        return self._quiet or self._asked >= len(self._samples) + LINGERS * RATE

    def hush(self) -> None:
        """Silence, at once."""
        self._quiet = True

    def close(self) -> None:
        self._samples = self._samples[:0]
        _close(self._device)


#: Devices that run. A program that ends while one does waits for it without end.
_running: set[Any] = set()


@atexit.register
def _close_all() -> None:
    for device in tuple(_running):
        _close(device)


def _start(device: Any, sound: Any) -> None:
    import miniaudio

    next(sound)
    _running.add(device)
    try:
        device.start(sound)
    except miniaudio.MiniaudioError as trouble:
        _close(device)
        raise SoundTrouble(str(trouble)) from trouble


def _close(device: Any) -> None:
    if device not in _running:
        return
    _running.discard(device)
    let_go(device)


def let_go(device: Any) -> None:
    """Close a device and its way to the driver, which miniaudio leaves open."""
    from miniaudio import lib

    context = device._context
    device.close()
    lib.ma_context_uninit(context)
