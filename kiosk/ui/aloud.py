"""Reading aloud: off until somebody asks, for this visit only, never waited for.

What is read stands on the screen: title, help, then what can be touched, in order. A new screen
ends what is being read of the last one.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement
from PySide6.QtQuick import QQuickItem
from shiboken6 import isValid

from kiosk.speech import BEGUN, CHOSEN, ITEM, LEFT, LOUDNESS, NEIGHBOURS, Speaker
from kiosk.ui.language import Language
from kiosk.ui.sight import key_of, name_of, parts_of, reading, to_touch
from kiosk.words import say

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: How loud each of the three steps is.
STEPS = (0.3, 0.6, 1.0)
MIDDLE = 1


@QmlElement
class Aloud(QObject):
    """Says what is on the screen and what is touched, while it is on."""

    changed = Signal()
    #: What is in front of the citizen? `sees` is the answer.
    asks = Signal()
    _found = Signal(object)

    def __init__(
        self,
        speaker: Speaker,
        language: Language,
        keys: tuple[str, str] = ("F6", "F7"),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        deeds = zip(keys, (self.press, self.louder), strict=True)
        self._keys = {key_of(name): deed for name, deed in deeds if name}
        self._speaker = speaker
        self._language = language
        self._spoken: frozenset[str] = frozenset()
        self._on = False
        self._loudness = MIDDLE
        self._front: QQuickItem | None = None
        self._touched: tuple[str, list[str], bool] | None = None
        self._first: list[str] = []
        self._reads = False
        self._stepping: Callable[[], bool] = lambda: False
        #: What is said is a page, so that somebody is there who listens.
        self._paging = False
        self._known: set[str] = set()
        #: There may be news once what was touched is said.
        self._more = False
        #: Somebody is recorded, or a voice note plays.
        self._silent = False
        self._found.connect(self._can_speak)
        # Everything that one touch changes has found its place before it is read.
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._tell)

    def find(self) -> None:
        """Look for a voice; the button comes when there is one."""
        self._speaker.find(self._found.emit)

    @Slot(object)
    def _can_speak(self, spoken: frozenset[str]) -> None:
        self._spoken = spoken
        self.changed.emit()

    @Property(bool, notify=changed)
    def available(self) -> bool:
        """Whether there is a voice for the screen's language."""
        return self._can

    @property
    def _can(self) -> bool:
        return self._language.current in self._spoken

    @Property(bool, notify=changed)
    def on(self) -> bool:
        """Somebody asked for it, and there is a voice."""
        return self._on and self._can

    @Property(int, notify=changed)
    def loudness(self) -> int:
        """One of three steps, from 0."""
        return self._loudness

    @property
    def speaking(self) -> bool:
        return self._on and self._speaker.speaking()

    @property
    def reading(self) -> bool:
        """A screen is being read: somebody listens, and need not touch anything."""
        return self._paging and self.speaking

    def steps_with(self, stepping: Callable[[], bool]) -> None:
        """While a ring steps from one thing to touch to the next, a page is its words alone."""
        self._stepping = stepping

    @Slot()
    def press(self) -> None:
        """On, and the screen is read; once it is on, the screen is read again."""
        if not self._can:
            return
        if not self._on:
            self._on = True
            self._first = [self._say(BEGUN), self._say(NEIGHBOURS)]
            self.changed.emit()
        self.again()

    @Slot(int, result=bool)
    def pressed(self, key: int) -> bool:
        """A key went down; whether it was meant for reading aloud."""
        deed = self._keys.get(key)
        if deed is None or not self._can:
            return False
        deed()
        return True

    @Slot()
    def again(self) -> None:
        """再读一遍."""
        if self._on and self._can:
            self.asks.emit()
            self._reads = True
            self._soon.start()

    def switched(self) -> None:
        """Another language: perhaps another voice, and the screen anew."""
        self.changed.emit()
        self.again()

    @Slot()
    def off(self) -> None:
        self.wipe()

    @Slot()
    def louder(self) -> None:
        """The next of three steps, and after the last the first."""
        if self._on:
            self._loudness = (self._loudness + 1) % len(STEPS)
            self.changed.emit()
            # The new step, not the button's name before it.
            self._touched, self._first = None, [self._say(LOUDNESS[self._loudness])]
            self._soon.start()

    @Slot(QQuickItem)
    def sees(self, front: QQuickItem | None) -> None:
        """What is in front of the citizen."""
        self._front = front

    @Slot()
    def entered(self) -> None:
        """Something else is in front of the citizen: what was being read is over."""
        self._speaker.stop()
        self.again()

    @Slot(QQuickItem)
    def touched(self, item: QQuickItem) -> None:
        """Something was touched: its name, and what became of it."""
        if self._on:
            self._touched = name_of(item), parts_of(item), bool(item.property("chosen"))
            self._soon.start()

    @Slot(QQuickItem)
    def came_to(self, item: QQuickItem | None) -> None:
        """The keyboard came to something to touch."""
        touchable = item is not None and item.property("touchable")
        if self._on and item is not None and touchable and not self._stepping():
            self._speak(self._named(item))

    def came_around(self, items: Sequence[QQuickItem]) -> None:
        """The ring came around these: the first is named, of several the last too."""
        if self._on:
            told = self._named(items[0]) if len(items) == 1 else parts_of(items[0])[:1]
            told += parts_of(items[-1])[:1] if len(items) > 1 else []
            self._speak(told, then=self._paging)

    def news(self) -> None:
        """Words on the screen may have changed by themselves: what is new is said."""
        self._more = self._soon.isActive()
        if self._more:
            return  # after what was touched
        if self._on and not self._reads and self._front is not None and isValid(self._front):
            new = [text for text in self._page(self._front) if text not in self._known]
            self._known.update(new)
            self._speak(new, then=True)

    def give_way(self, silent: bool) -> None:
        """While somebody is recorded or a voice note plays, nothing is said over it."""
        if silent and not self._silent:
            self._speaker.stop()
        self._silent = silent

    def wipe(self) -> None:
        """The next person finds it off."""
        self._speaker.stop()
        self._soon.stop()
        self._touched, self._first, self._reads = None, [], False
        self._loudness = MIDDLE
        self._known, self._paging = set(), False
        if self._on:
            self._on = False
            self.changed.emit()

    # --- what is said -------------------------------------------------------------------------

    @Slot()
    def _tell(self) -> None:
        if not self._on:
            return
        told, self._first = self._first, []
        if self._touched is not None:
            told += self._answer(*self._touched)
            self._touched = None
        paging = self._reads and self._front is not None and isValid(self._front)
        if self._front is not None and paging:
            page = self._page(self._front)
            self._known = set(page)
            told += page
        self._reads = False
        self._speak(told)
        self._paging = bool(paging)
        if self._more:
            self.news()

    def _answer(self, name: str, parts: list[str], chosen: bool) -> list[str]:
        """What was touched, and whether it is chosen now if that changed."""
        if self._reads or self._front is None or not isValid(self._front):
            return parts
        # Another item may stand in its place by now.
        now = [bool(i.property("chosen")) for i in to_touch(self._front) if name_of(i) == name]
        return [*parts, self._say(LEFT if chosen else CHOSEN)] if (not chosen) in now else parts

    def _page(self, front: QQuickItem) -> list[str]:
        """A screen as sentences: its words, and each thing to touch with its number."""
        told: list[str] = []
        number = 0
        for item in reading(front):
            if not item.property("touchable"):
                told.append(item.property("text"))
                continue
            if self._stepping():
                continue
            if item.isEnabled():
                number += 1
                told.append(say(ITEM, self._language.current, number))
            told += self._named(item)
        return told

    def _named(self, item: QQuickItem) -> list[str]:
        chosen = [self._say(CHOSEN)] if item.property("chosen") else []
        return [*parts_of(item), *chosen]

    def _say(self, sentence: str) -> str:
        return say(sentence, self._language.current)

    def _speak(self, texts: Sequence[str], then: bool = False) -> None:
        """Say it instead of what is being said, or after that with `then`."""
        self._paging = self._paging and then
        if texts and self._can and not self._silent:
            self._speaker.say(texts, self._language.current, STEPS[self._loudness], then)
