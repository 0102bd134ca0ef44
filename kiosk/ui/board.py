"""What the hall shows to everybody: its name, the day, who is on duty, this month's numbers."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.catalogue import Catalogue, Duty
from kiosk.ui.language import Language
from kiosk.workdays import spoken_day

if TYPE_CHECKING:
    from db.lists import Month

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class Board(QObject):
    """The public side of one hall, in the screen's language."""

    changed = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        language: Language,
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._language = language
        self._now = now
        self._month: Month | None = None
        self._published: list[str] = []
        self._duty: Duty | None = None

    @Property(str, notify=changed)
    def hall(self) -> str:
        return self._catalogue.hall.name.say(self._language.current)

    @Property(str, notify=changed)
    def phone(self) -> str:
        return self._catalogue.hall.phone

    @Property(str, notify=changed)
    def today(self) -> str:
        now = self._now()
        return f"{spoken_day(now.date(), self._language.current)} {now:%H:%M}"

    @Property(str, notify=changed)
    def leader(self) -> str:
        return self._on_duty().leader_post.say(self._language.current)

    @Property(str, notify=changed)
    def onDuty(self) -> str:
        return self._on_duty().window_post.say(self._language.current)

    @Property(list, notify=changed)
    def stories(self) -> list[str]:
        told = [s.text.say(self._language.current) for s in self._catalogue.stories]
        return [*self._published, *told]

    def _on_duty(self) -> Duty:
        """By the hall's roster, and by the catalogue's week until it is known."""
        return self._duty or self._catalogue.duty(self._now())

    def duty_is(self, duty: Duty) -> None:
        if duty != self._duty:
            self._duty = duty
            self.changed.emit()

    def published(self, stories: list[str]) -> None:
        """What the hall has changed lately, from its ledger."""
        if stories != self._published:
            self._published = stories
            self.changed.emit()

    @Property(list, notify=changed)
    def numbers(self) -> list[int]:
        """This month: received, replied, in time, satisfied, how many said; empty until known."""
        month = self._month
        if month is None or not month.received:
            return []
        return [month.received, month.replied, month.in_time, month.satisfied, month.judged]

    def month_is(self, month: "Month") -> None:
        if month != self._month:
            self._month = month
            self.changed.emit()
