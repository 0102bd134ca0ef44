"""A voice note in the making: a meter, the seconds left, listening to it again, another try.

Offered only where there is a microphone. Nothing of it is on any disk before it is sealed.
"""

import math
from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.adpcm import MEDIA
from kiosk.enclosed import VOICE, Enclosed
from kiosk.sound import LONGEST, Recording, Sound, SoundTrouble
from kiosk.ui.background import Runner
from kiosk.ui.player import LOOK_EVERY, Player

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: Bars of the meter.
BARS = 45
#: A tap and a second tap are no voice note.
SHORTEST = 0.5
#: Looks at a device until it is given up: five seconds to open, four without any sound.
OPENS_WITHIN = 75
STALLS_AFTER = 60
#: Softer than this for so many seconds: nobody is heard.
HEARD = 0.12
QUIET_AFTER = 3


def no_sound() -> Sound:
    """A machine without any."""
    raise SoundTrouble("no sound here")


@QmlElement
class Voice(QObject):
    """Empty, opening, recording or kept. `kept(note)` tells what is there now, None for nothing."""

    changed = Signal()
    moved = Signal()
    kept = Signal(object)
    touched = Signal()
    #: Whether it is `sounding` may have changed.
    sounds = Signal()

    def __init__(
        self,
        open_sound: Callable[[], Sound],
        background: Runner,
        longest: int = LONGEST,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_sound = open_sound
        self._background = background
        self._longest = min(longest, LONGEST)
        self._player = Player(self._machine, background, self.touched.emit, self)
        self._player.changed.connect(self.sounds)
        self.changed.connect(self.sounds)
        self._sound: Sound | None = None
        self._hears = self._speaks = False
        self._failed = False
        self._opening = False
        self._recording: Recording | None = None
        self._turn = 0
        self._still = 0
        self._seconds = 0.0
        self._levels: list[float] = []
        #: Of the note that is kept, while another is tried.
        self._earlier: tuple[float, list[float]] = (0.0, [])
        self._ticker = QTimer(self, interval=LOOK_EVERY)
        self._ticker.timeout.connect(self.tick)

    # --- what is shown ------------------------------------------------------------------------

    @Property(bool, notify=changed)
    def available(self) -> bool:
        """Whether there is a microphone, and voice notes are wanted."""
        return self._hears

    @Property(bool, notify=changed)
    def audible(self) -> bool:
        """Whether it can be listened to."""
        return self._speaks

    @Property(QObject, constant=True)
    def player(self) -> QObject:
        return self._player

    @Property(str, notify=changed)
    def stage(self) -> str:
        """empty, opening, recording or kept."""
        if self._opening:
            return "opening"
        if self._recording is not None:
            return "recording"
        return "kept" if self._player.holding else "empty"

    @property
    def sounding(self) -> bool:
        """Somebody is recorded, or it plays: nothing else may sound."""
        return self._opening or self._recording is not None or bool(self._player.playing)

    @Property(bool, notify=changed)
    def failed(self) -> bool:
        """The microphone did not answer, or nothing was said."""
        return self._failed

    @Property(int, notify=moved)
    def left(self) -> int:
        """Whole seconds that can still be said."""
        return max(0, math.ceil(self._longest - self._seconds - 0.001))

    @Property(int, notify=moved)
    def seconds(self) -> int:
        """How long it is so far, in whole seconds."""
        return round(self._seconds)

    @Property(bool, notify=moved)
    def quiet(self) -> bool:
        """Somebody speaks and nobody is heard."""
        long = len(self._levels) * LOOK_EVERY > QUIET_AFTER * 1000
        recent = self._levels[-QUIET_AFTER * 1000 // LOOK_EVERY :]
        return self._recording is not None and long and max(recent) < HEARD

    @Property(list, notify=moved)
    def bars(self) -> list[float]:
        """The last moments while it is recorded; the whole of it afterwards."""
        if self._recording is not None:
            return self._levels[-BARS:]
        size = len(self._levels) / BARS
        if size <= 1:
            return self._levels
        parts = pairwise(int(n * size) for n in range(BARS + 1))
        return [max(self._levels[first:last]) for first, last in parts]

    # --- steps --------------------------------------------------------------------------------

    def look(self) -> None:
        """See whether there is a microphone by now."""
        if self._longest > 0:
            self._background.run(self._look, self._found, lambda _: self._found((False, False)))

    @Slot()
    def record(self) -> None:
        """Begin to listen; an earlier note stays until there is a new one."""
        if self._opening or self._recording is not None:
            return
        self._player.stop()
        self._opening, self._failed = True, False
        self._turn += 1
        self._still = 0
        turn = self._turn
        self._background.run(
            lambda: self._machine().record(),
            lambda recording: self._started(turn, recording),
            lambda _: self._deaf(turn),
        )
        self._ticker.start()
        self._tell()

    @Slot()
    def stop(self) -> None:
        """Said: keep what there is."""
        recording, self._recording = self._recording, None
        opening, self._opening = self._opening, False
        if recording is None and not opening:
            return
        self._turn += 1
        self._ticker.stop()
        seconds = self._seconds
        note = b""
        if recording is not None:
            seconds, note = recording.seconds, recording.finish()
            self._let_go(recording)
        if seconds >= SHORTEST:
            self._earlier = self._seconds, self._levels = seconds, self._levels
            self._player.hold(note)
            self.kept.emit(Enclosed(VOICE, MEDIA, note, math.ceil(seconds)))
        elif not opening:
            self._failed = True
            self._seconds, self._levels = self._earlier
        self._tell()

    @Slot()
    def flush(self) -> None:
        """The page is left: what was said so far is kept, and nothing sounds any more."""
        self.stop()
        self._player.stop()

    @Slot()
    def throwAway(self) -> None:
        """The citizen does not want it."""
        self.wipe()
        self.kept.emit(None)

    def wipe(self) -> None:
        """Silence at once; nothing of what was said stays."""
        self._turn += 1
        recording, self._recording = self._recording, None
        if recording is not None:
            self._let_go(recording)
        self._opening = self._failed = False
        self._ticker.stop()
        self._earlier = self._seconds, self._levels = 0.0, []
        self._player.wipe()
        self._tell()

    @Slot()
    def tick(self) -> None:
        """Look what was heard; about fifteen times a second."""
        self.touched.emit()
        self._still += 1
        if self._recording is None:
            if self._still >= OPENS_WITHIN:
                self._deaf(self._turn)
            return
        if self._recording.seconds > self._seconds:
            self._still = 0
            self._seconds = self._recording.seconds
            self._levels.append(self._recording.level)
        if self._seconds >= self._longest or self._still >= STALLS_AFTER:
            self.stop()
        else:
            self.moved.emit()

    # --- what comes back from the sound's own worker ---------------------------------------------

    def _machine(self) -> Sound:
        if self._sound is None:
            self._sound = self._open_sound()
        return self._sound

    def _look(self) -> tuple[bool, bool]:
        machine = self._machine()
        return machine.hears(), machine.speaks()

    def _found(self, found: tuple[bool, bool]) -> None:
        if found != (self._hears, self._speaks):
            self._hears, self._speaks = found
            self.changed.emit()

    def _started(self, turn: int, recording: Recording) -> None:
        if turn != self._turn:
            self._let_go(recording)
            return
        self._opening = False
        self._recording = recording
        self._still = 0
        self._seconds, self._levels = 0.0, []
        self._tell()

    def _deaf(self, turn: int) -> None:
        if turn == self._turn:
            self._turn += 1
            self._opening, self._failed = False, True
            self._ticker.stop()
            self._tell()

    def _let_go(self, recording: Recording) -> None:
        recording.drop()
        self._background.run(recording.close, lambda _: None, lambda _: None)

    def _tell(self) -> None:
        self.changed.emit()
        self.moved.emit()
