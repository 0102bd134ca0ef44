"""The page of papers: what can be printed here, how the printers are, what did not come out."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from db.lists import CaseLine
from kiosk.casework import Casework
from kiosk.catalogue import Catalogue
from kiosk.ui.background import Runner
from kiosk.ui.language import Language
from kiosk.ui.pages import DeskPage
from kiosk.words import say

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class Papers(DeskPage):
    """One press, one paper."""

    changed = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        background: Runner,
        language: Language,
        tell: Callable[[str], None],
        why: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._background = background
        self._language = language
        self._tell = tell
        self._why = why
        self._work: Casework | None = None
        self._state = ""
        self._stops = False
        self._unprinted: list[dict[str, str]] = []
        self._missing: list[CaseLine] = []

    def signed(self, work: Casework | None) -> None:
        self._work = work
        self._unprinted, self._missing, self._state = [], [], ""
        self.changed.emit()

    def refresh(self) -> None:
        work = self._work
        if work is not None:
            self._background.run(
                lambda: (work.printer_state(), work.unprinted(), work.missing_receipts()),
                self._read,
                self._why,
            )

    def _read(self, found: tuple[Any, list[Any], list[CaseLine]]) -> None:
        state, pages, self._missing = found
        self._state, self._stops = self._say(state.words), state.stops
        self._unprinted = [
            {
                "job": page.job,
                "text": f"{page.at:%m-%d %H:%M}　{page.title}　{self._say(page.why)}",
            }
            for page in pages
        ]
        self.changed.emit()

    @Property(str, notify=changed)
    def state(self) -> str:
        """How the receipt printer is."""
        return self._state

    @Property(bool, notify=changed)
    def stops(self) -> bool:
        return self._stops

    @Property(list, notify=changed)
    def unprinted(self) -> list[dict[str, str]]:
        """Receipts somebody may still be waiting for."""
        return self._unprinted

    @Property(list, notify=changed)
    def missing(self) -> list[dict[str, str]]:
        """Cases whose receipt did not come out at a kiosk; opened, they print another."""
        return [
            {
                "id": line.case_id,
                "number": line.number,
                "text": f"{line.number}　{self._say(line.unprinted)}",
            }
            for line in self._missing
        ]

    @Property(list, notify=changed)
    def items(self) -> list[dict[str, str]]:
        """What a guide slip can be printed for."""
        spoken = self._language.current
        return [{"code": i.code, "name": i.name.say(spoken)} for i in self._catalogue.service_items]

    @Slot(str)
    def print(self, paper: str) -> None:
        """A blank record slip, the hand-over sheet, today's list of every NO."""
        language = self._language.current
        self._print(lambda work: work.print_paper(paper, language))

    @Slot(str)
    def guide(self, service_item: str) -> None:
        """A guide slip for somebody at the desk."""
        language = self._language.current
        self._print(lambda work: work.print_guide(service_item, language))

    @Slot(str)
    def forget(self, job: str) -> None:
        """Nobody waits for this page any more."""
        work = self._work
        if work is not None:
            self._background.run(lambda: work.forget(job), lambda _: self.refresh(), self._why)

    def _print(self, deed: Callable[[Casework], Any]) -> None:
        work = self._work
        if work is None:
            return

        def done(result: Any) -> None:
            said = self._say("没打出来：%1", self._say(result.why)) if result.in_doubt else ""
            self._tell(said or self._say("打好了。"))
            self.refresh()

        self._background.run(lambda: deed(work), done, self._why)

    def _say(self, text: str, *args: object) -> str:
        return say(text, self._language.current, *args)
