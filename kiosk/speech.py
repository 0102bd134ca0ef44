"""Saying sentences aloud, in a thread of its own: nothing else ever waits for a voice.

A voice makes a sound of a sentence (`kiosk/voices.py`), a player lets it be heard. What is being
said gives way at once to what is said next, or to silence. Nothing is loaded until it is needed.
"""

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.sound import let_go
from kiosk.words import say

if TYPE_CHECKING:
    from numpy import ndarray

    from kiosk.pronounce import Piece

#: Said when it is turned on.
BEGUN, NEIGHBOURS = "开始朗读。", "旁边的人也听得到，有耳机请插上。"
#: Said around what can be touched.
ITEM, CHOSEN, LEFT = "第 %1 项", "已选", "不选了"
LOUDNESS = ("声音：小", "声音：中", "声音：大")
#: Said once, at the end, when something could not be said.
UNSAID = "有些字这里读不出来，想知道请点“叫人帮忙”。"
#: Seconds between two looks at whether it is still wanted, while a sound is made or heard.
LOOK = 0.02
#: A sound that takes this much longer than it lasts is not being heard.
SLACK = 3.0
#: Seconds of silence after which the sound card is given back, or looked for again.
REST = 30.0
RATE = 44_100
#: Milliseconds that are on their way to the ear when it is told to stop.
AHEAD = 60

Wanted = Callable[[], bool]


class CannotBeHeard(Exception):
    """There is no sound card, or it takes nothing: said on stderr, and the button goes."""


class Voice(Protocol):
    """Makes sounds of sentences; None for what it cannot say, or once it is no longer wanted."""

    recorded: bool

    def languages(self) -> frozenset[str]: ...

    def sound(self, sentence: str, language: str, wanted: Wanted) -> bytes | None: ...


class Player(Protocol):
    """Lets a sound be heard. Raises CannotBeHeard."""

    def start(self, sound: bytes, loudness: float) -> float:
        """Begin, and return; the seconds that it lasts."""

    def playing(self) -> bool: ...

    def stop(self) -> None: ...

    def rest(self) -> None:
        """Give back what it holds; the next start takes it again."""


class Speaker(Protocol):
    """What a screen may ask for; every call returns at once."""

    def find(self, found: Callable[[frozenset[str]], None]) -> None: ...

    def say(self, texts: Sequence[str], language: str, loudness: float, then: bool) -> None:
        """Say these instead of what is being said, or with `then` after it."""

    def stop(self) -> None: ...

    def speaking(self) -> bool: ...


class Silence:
    """A machine that cannot speak."""

    def find(self, found: Callable[[frozenset[str]], None]) -> None:
        found(frozenset())

    def say(self, texts: Sequence[str], language: str, loudness: float, then: bool) -> None: ...

    def stop(self) -> None: ...

    def speaking(self) -> bool:
        return False


class Speech:
    """Says texts one after another with the first voice that can, in a thread of its own."""

    def __init__(self, voices: Callable[[], Sequence[Voice]], player: Player) -> None:
        self._find_voices = voices
        self._player = player
        self._voices: Sequence[Voice] = ()
        self._found: Callable[[frozenset[str]], None] = lambda _: None
        self._news = threading.Condition()
        self._jobs: deque[Callable[[Wanted], None]] = deque()
        self._turn = 0
        self._busy = False
        self._over = False
        self._lost = False
        self._thread: threading.Thread | None = None

    def find(self, found: Callable[[frozenset[str]], None]) -> None:
        """Look for voices; `found(languages)` comes from another thread, again when they go."""
        self._found = found
        self._thread = threading.Thread(target=self._live, name="zhaocha-speech", daemon=True)
        self._thread.start()

    def say(self, texts: Sequence[str], language: str, loudness: float, then: bool = False) -> None:
        """Say these instead of what is being said, or with `then` after it."""
        self._begin(lambda wanted: self._say(tuple(texts), language, loudness, wanted), then)

    def stop(self) -> None:
        """Silence, at once."""
        self._begin(None)

    def speaking(self) -> bool:
        alive = self._thread is not None and self._thread.is_alive()
        return alive and (self._busy or bool(self._jobs))

    def close(self) -> None:
        """Silence for good."""
        self._over = True
        self.stop()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def _begin(self, job: Callable[[Wanted], None] | None, then: bool = False) -> None:
        with self._news:
            if not then:
                self._turn += 1
                self._jobs.clear()
            if job is not None:
                self._jobs.append(job)
            self._news.notify_all()

    # --- in the thread ------------------------------------------------------------------------

    def _live(self) -> None:
        try:
            self._look()
            while not self._over:
                self._do_next()
        finally:
            # Should this thread end by a fault of ours, nobody waits for its voice.
            if not self._over:
                self._found(frozenset())
            self._player.rest()

    def _do_next(self) -> None:
        with self._news:
            if not self._news.wait_for(lambda: self._jobs or self._over, REST):
                self._player.rest()
                if self._lost:
                    self._look()
                return
            if self._over:
                return
            self._busy = True
            job = self._jobs.popleft()
            wanted = self._while(self._turn)
        try:
            job(wanted)
        except CannotBeHeard as trouble:
            print(f"zhaocha: read aloud is off: {trouble}", file=sys.stderr)
            self._lost = True
            self._player.rest()
            self._found(frozenset())
        finally:
            self._busy = False

    def _while(self, turn: int) -> Wanted:
        return lambda: self._turn == turn

    def _look(self) -> None:
        self._lost = False
        self._voices = self._find_voices() if can_be_heard() else ()
        self._found(frozenset().union(*(voice.languages() for voice in self._voices)))

    def _say(self, texts: Sequence[str], language: str, loudness: float, wanted: Wanted) -> None:
        ends = 0.0
        for sound in self._sounds(texts, language, wanted):
            # The next sound is made while this one is heard.
            self._hear_out(ends, wanted)
            if not wanted():
                break
            ends = time.monotonic() + self._player.start(sound, loudness)
        self._hear_out(ends, wanted)
        self._player.stop()

    def _hear_out(self, ends: float, wanted: Wanted) -> None:
        while self._player.playing() and wanted():
            if time.monotonic() > ends + SLACK:
                raise CannotBeHeard("the sound card does not play")
            with self._news:
                self._news.wait_for(lambda: not wanted(), LOOK)

    def _sounds(self, texts: Sequence[str], language: str, wanted: Wanted) -> Iterator[bytes]:
        lost = False
        for text in texts:
            for sounds in self._sounds_of(text, language, wanted):
                if not wanted():
                    return
                lost = lost or not sounds
                yield from sounds
        if lost:
            notice = self._sound(say(UNSAID, language), language, wanted)
            yield from [notice] if notice else []

    def _sounds_of(self, text: str, language: str, wanted: Wanted) -> Iterator[list[bytes]]:
        """The sounds of each sentence of a text; none where a part of it cannot be said."""
        from kiosk.pronounce import pieces, sentences

        whole = self._sound(text, language, wanted, recorded=True)
        if whole:
            yield [whole]
            return
        for sentence in sentences(text):
            clip = self._sound(sentence, language, wanted, recorded=True)
            if clip:
                yield [clip]
                continue
            made = [self._piece(piece, wanted) for piece in pieces(sentence, language)]
            yield [sound for one in made for sound in one] if all(made) else []

    def _piece(self, piece: "Piece", wanted: Wanted) -> list[bytes]:
        if piece.spelled:
            clips = [self._sound(s, piece.language, wanted, recorded=True) for s in piece.text]
            if all(clips):
                return [clip for clip in clips if clip]
        text = ", ".join(piece.text) if piece.spelled else piece.text
        sound = self._sound(text, piece.language, wanted)
        return [sound] if sound else []

    def _sound(
        self, text: str, language: str, wanted: Wanted, recorded: bool = False
    ) -> bytes | None:
        for voice in self._voices:
            if wanted() and language in voice.languages():
                if recorded and not voice.recorded:
                    continue
                sound = voice.sound(text, language, wanted)
                if sound:
                    return sound
        return None


def can_be_heard() -> bool:
    """Whether there seems to be something to hear with; asked without loading anything."""
    if find_spec("miniaudio") is None:
        return False
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.winmm.waveOutGetNumDevs())
    if sys.platform != "linux":
        return True
    rooms = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    if os.environ.get("PULSE_SERVER") or (rooms / "pulse" / "native").exists():
        return True
    cards = Path("/proc/asound/pcm")
    return cards.exists() and "playback" in cards.read_text("utf-8")


class _Sound:
    """Samples, and how many of them are on their way."""

    def __init__(self, samples: "ndarray[Any, Any]") -> None:
        self._samples = samples
        self._at = 0

    def next(self, count: int) -> bytes:
        part: bytes = self._samples[self._at : self._at + count].tobytes()
        self._at += count
        return part

    @property
    def over(self) -> bool:
        return self._at >= len(self._samples) + RATE * AHEAD // 1000


class SoundCard:
    """The machine's sound card, or the one whose name has `name` in it."""

    def __init__(self, name: str = "", backends: Sequence[Any] = ()) -> None:
        self._name = name
        self._backends = list(backends)
        self._device: Any = None
        self._sound: _Sound | None = None

    def start(self, sound: bytes, loudness: float) -> float:
        import miniaudio
        import numpy

        try:
            decoded = miniaudio.decode(sound, nchannels=1, sample_rate=RATE)
        except miniaudio.DecodeError:
            return 0.0  # a broken file: `zhaocha voice check` names it
        try:
            self._open(miniaudio)
        except miniaudio.MiniaudioError as trouble:
            raise CannotBeHeard(str(trouble)) from trouble
        loud = numpy.frombuffer(decoded.samples, numpy.int16) * loudness
        self._sound = _Sound(loud.astype(numpy.int16))
        return len(loud) / RATE

    def playing(self) -> bool:
        return self._sound is not None and not self._sound.over

    def stop(self) -> None:
        self._sound = None

    def rest(self) -> None:
        self.stop()
        if self._device is not None:
            let_go(self._device)
            self._device = None

    def _open(self, miniaudio: Any) -> None:
        if self._device is not None:
            return
        # Left to itself miniaudio plays into nothing where there is no sound card.
        known = sorted(miniaudio.get_enabled_backends(), key=lambda backend: backend.value)
        backends = self._backends or [b for b in known if b.name not in ("NULL", "CUSTOM")]
        device = miniaudio.PlaybackDevice(
            nchannels=1,
            sample_rate=RATE,
            buffersize_msec=AHEAD,
            device_id=self._card(miniaudio, backends),
            backends=backends,
            app_name="zhaocha",
        )
        frames = self._frames()
        next(frames)
        device.start(frames)
        self._device = device

    def _card(self, miniaudio: Any, backends: list[Any]) -> Any:
        if not self._name:
            return None
        cards = miniaudio.Devices(backends).get_playbacks()
        for card in cards:
            if self._name in card["name"]:
                return card["id"]
        raise CannotBeHeard(f"there is no sound card {self._name!r}")

    def _frames(self) -> Generator[bytes, int, None]:
        """What the sound card asks for, in a thread of its own: the sound, then silence."""
        count = yield b""
        while True:
            sound = self._sound
            part = sound.next(count) if sound is not None else b""
            count = yield part.ljust(2 * count, b"\0")
