"""The page of machines: how each kiosk and desk of the hall is, the worst first, in words."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.casework import Casework
from kiosk.health import Bad, Row
from kiosk.ui.background import Runner
from kiosk.ui.language import Language
from kiosk.ui.pages import DeskPage
from kiosk.words import say
from kiosk.workdays import spoken_day

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

BAD_WORDS = {Bad.WELL: "正常", Bad.LOOK: "请看一看", Bad.ACT: "请去处理"}


@QmlElement
class Machines(DeskPage):
    """What every machine last said of itself, as this desk has heard it."""

    changed = Signal()

    def __init__(
        self,
        health: Callable[[], list[Row]],
        background: Runner,
        language: Language,
        why: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._health = health
        self._background = background
        self._language = language
        self._why = why
        self._work: Casework | None = None
        self._rows: list[Row] = []

    def signed(self, work: Casework | None) -> None:
        self._work, self._rows = work, []
        self.changed.emit()

    @Slot()
    def refresh(self) -> None:
        if self._work is not None:
            self._background.run(self._health, self._read, self._why)

    def _read(self, rows: list[Row]) -> None:
        self._rows = rows
        self.changed.emit()

    @Property(list, notify=changed)
    def rows(self) -> list[dict[str, Any]]:
        """One thing about one machine each; whoever is well has one row that says so."""
        return [
            {
                "device": row.device,
                "words": row.words.say(self._language.current),
                "since": self._since(row),
                "state": say(BAD_WORDS[row.bad], self._language.current),
                "bad": int(row.bad),
            }
            for row in self._rows
        ]

    def _since(self, row: Row) -> str:
        if row.since is None:
            return ""
        spoken = self._language.current
        day = spoken_day(row.since.date(), spoken)
        return say("从 %1 起", spoken, f"{day} {row.since:%H:%M}")
