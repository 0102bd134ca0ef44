"""What is typed on the on-screen keyboard: Latin letters, or pinyin with candidates.

It learns nothing: what one citizen typed is gone with the visit.
"""

from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.ui.background import Runner

if TYPE_CHECKING:
    from kiosk.pinyin import Candidate, Pinyin

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: What one page may hold; a screen that shows fewer says so when it turns the page.
SHOWN = 40
#: As many letters may wait.
LONGEST = 60


@QmlElement
class Composer(QObject):
    """Turns keys into text; `typed(text)` is called with what to add, `erased()` for one back."""

    changed = Signal()

    def __init__(
        self,
        load: "Callable[[], Pinyin]",
        background: Runner,
        typed: Callable[[str], None],
        erased: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._load = load
        self._background = background
        self._typed = typed
        self._erased = erased
        self._pinyin: Pinyin | None = None
        self._loading = Lock()
        self._letters = ""
        self._candidates: list[Candidate] = []
        self._first = 0
        self._pages: list[int] = []
        self._more = False
        self._chinese = True

    @Property(str, notify=changed)
    def letters(self) -> str:
        return self._letters

    @Property(list, notify=changed)
    def candidates(self) -> list[str]:
        return [c.text for c in self._candidates]

    @Property(bool, notify=changed)
    def canMore(self) -> bool:
        """Whether there are candidates after these."""
        return self._more

    @Property(bool, notify=changed)
    def canFewer(self) -> bool:
        """Whether there are candidates before these."""
        return bool(self._pages)

    @Property(bool, notify=changed)
    def chinese(self) -> bool:
        return self._chinese

    @Slot()
    def ready(self) -> None:
        """Load the tables before the first key is there; a failure shows when a key is."""
        if self._pinyin is None:
            self._background.run(self._tables, lambda _: None, lambda _: None)

    def _tables(self) -> "Pinyin":
        """Loaded once, by whoever comes first; the other one waits."""
        with self._loading:
            if self._pinyin is None:
                self._pinyin = self._load()
            return self._pinyin

    @Slot(bool)
    def speak(self, chinese: bool) -> None:
        """Pinyin or plain Latin; letters that wait are kept as they are."""
        self.flush()
        self._chinese = chinese
        self.changed.emit()

    @Slot(str)
    def press(self, key: str) -> None:
        """One key with what stands on it."""
        if self._chinese and key.isascii() and (key.isalpha() or (key == "'" and self._letters)):
            self._compose(self._letters + key.lower())
        elif self._letters and key == " ":
            self.pick(0)
        else:
            self.flush()
            self._typed(key)

    @Slot()
    def erase(self) -> None:
        if self._letters:
            self._compose(self._letters[:-1])
        else:
            self._erased()

    @Slot(int)
    def pick(self, number: int) -> None:
        """Take a candidate; letters it did not use go on waiting."""
        if not 0 <= number < len(self._candidates):
            self.flush()
            return
        chosen = self._candidates[number]
        self._typed(chosen.text)
        self._compose(self._letters[chosen.used :].lstrip("'"))

    @Slot()
    @Slot(int)
    def more(self, seen: int = SHOWN) -> None:
        """The next candidates, after the `seen` ones that had room on the screen."""
        seen = min(max(1, seen), len(self._candidates))
        if seen < len(self._candidates) or self._more:
            self._pages.append(self._first)
            self._offer(self._first + seen)

    @Slot()
    def fewer(self) -> None:
        """The candidates before these."""
        if self._pages:
            self._offer(self._pages.pop())

    @Slot()
    def flush(self) -> None:
        """Letters that wait become text."""
        if self._letters:
            letters = self._letters
            self._compose("")
            self._typed(letters)

    @property
    def pending(self) -> str:
        """The letters that wait to become characters."""
        return self._letters

    def drop(self) -> None:
        """Letters that wait are dropped: they have served, as a search."""
        self._compose("")

    def wipe(self) -> None:
        """Nothing of the last visit stays."""
        self._chinese = True
        self._compose("")

    def _compose(self, letters: str) -> None:
        self._letters = letters[:LONGEST]
        self._pages = []
        self._offer(0)

    def _offer(self, first: int) -> None:
        letters = self._letters
        found = self._tables().candidates(letters, SHOWN + 1, first) if letters else []
        self._first = first
        self._candidates, self._more = found[:SHOWN], len(found) > SHOWN
        self.changed.emit()
