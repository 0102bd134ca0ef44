"""A voice note that can be heard: play, stop, how far it is.

`sound` is asked, and devices are opened and closed, by `background` alone: a driver may hang.
"""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.adpcm import seconds_of
from kiosk.sound import Playing, Sound
from kiosk.ui.background import Runner

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: Milliseconds between two looks at a device, about fifteen a second.
LOOK_EVERY = 66


def never() -> None:
    """Nobody has to be told."""


@QmlElement
class Player(QObject):
    """Holds one note; `touched()` is called while it plays, `failed` where it cannot."""

    changed = Signal()

    def __init__(
        self,
        sound: Callable[[], Sound],
        background: Runner,
        touched: Callable[[], None] = never,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sound = sound
        self._background = background
        self._touched = touched
        self._note = b""
        self._seconds = 0.0
        self._playing = False
        self._failed = False
        self._now: Playing | None = None
        self._turn = 0
        self._ticker = QTimer(self, interval=LOOK_EVERY)
        self._ticker.timeout.connect(self.tick)

    @Property(bool, notify=changed)
    def holding(self) -> bool:
        """Whether there is a note."""
        return bool(self._note)

    @Property(bool, notify=changed)
    def playing(self) -> bool:
        return self._playing

    @Property(bool, notify=changed)
    def failed(self) -> bool:
        """No loudspeaker answered the last time."""
        return self._failed

    @Property(float, notify=changed)
    def seconds(self) -> float:
        """How long the note is."""
        return self._seconds

    @Property(float, notify=changed)
    def position(self) -> float:
        """How far it is, from 0 to 1; 0 while it does not play."""
        if self._now is None or not self._seconds:
            return 0.0
        return min(1.0, self._now.position / self._seconds)

    def hold(self, note: bytes) -> None:
        """Take a note to play. Raises ValueError for bytes that are none."""
        self.stop()
        self._seconds = seconds_of(note)
        self._note = note
        self._failed = False
        self.changed.emit()

    @Slot()
    def play(self) -> None:
        """From the beginning."""
        if not self._note or self._playing:
            return
        self._playing, self._failed = True, False
        self._turn += 1
        turn, note = self._turn, self._note
        self._background.run(
            lambda: self._sound().play(note),
            lambda playing: self._started(turn, playing),
            lambda _: self._silent(turn),
        )
        self.changed.emit()

    @Slot()
    def stop(self) -> None:
        """Silence, at once."""
        self._turn += 1
        if self._now is not None:
            self._let_go(self._now)
        self._now = None
        self._ticker.stop()
        if self._playing:
            self._playing = False
            self.changed.emit()

    def wipe(self) -> None:
        """Nothing of the note stays here."""
        self.stop()
        self._note = b""
        self._seconds = 0.0
        self._failed = False
        self.changed.emit()

    @Slot()
    def tick(self) -> None:
        """Look how far it is."""
        self._touched()
        if self._now is None or self._now.done:
            self.stop()
        else:
            self.changed.emit()

    def _started(self, turn: int, playing: Playing) -> None:
        if turn != self._turn:
            self._let_go(playing)
            return
        self._now = playing
        self._ticker.start()

    def _silent(self, turn: int) -> None:
        if turn == self._turn:
            self._playing, self._failed = False, True
            self.changed.emit()

    def _let_go(self, playing: Playing) -> None:
        playing.hush()
        self._background.run(playing.close, lambda _: None, lambda _: None)
