"""Writing down for somebody else: a paper slip, or what somebody tells the desk."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from db.case import Case
from db.terms import KIND_WORDS, Feedback, Grade, Kind, Need, ReplyBy, Source
from kiosk.casework import Casework
from kiosk.catalogue import Catalogue
from kiosk.contact import Contact
from kiosk.ui.background import Runner
from kiosk.ui.casevalues import GRADE_WORDS
from kiosk.ui.language import Language
from kiosk.ui.pages import DeskPage
from kiosk.visit import kept
from kiosk.words import say

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: What is said on a slip or at the desk; integrity is said where the desk sees nothing.
KINDS = (Kind.COMPLAINT, Kind.VENT, Kind.SUGGESTION, Kind.HELP, Kind.QUESTION, Kind.PRAISE)
SOURCES = {Source.PAPER: "纸质记录单", Source.DESK: "当面说的"}
REPLIES = {
    ReplyBy.RECEIPT: "不留名，凭小票看",
    ReplyBy.PHONE: "打电话",
    ReplyBy.ON_SITE: "在现场等",
}


@QmlElement
class PaperSlip(DeskPage):
    """One slip at a time; what was written stays until it is kept."""

    changed = Signal()
    #: It is kept, and its receipt is on its way: the form may be emptied.
    done = Signal()

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

    def signed(self, work: Casework | None) -> None:
        self._work = work

    def refresh(self) -> None:
        """A slip does not change with the store."""

    @Property(list, notify=changed)
    def kinds(self) -> list[dict[str, str]]:
        return [self._choice(kind, KIND_WORDS[kind]) for kind in KINDS]

    @Property(list, notify=changed)
    def sources(self) -> list[dict[str, str]]:
        return [self._choice(source, words) for source, words in SOURCES.items()]

    @Property(list, notify=changed)
    def replies(self) -> list[dict[str, str]]:
        return [self._choice(reply, words) for reply, words in REPLIES.items()]

    @Property(list, notify=changed)
    def grades(self) -> list[dict[str, str]]:
        return [self._choice(grade, words) for grade, words in GRADE_WORDS.items()]

    @Property(list, notify=changed)
    def problems(self) -> list[dict[str, str]]:
        return self._named(p for p in self._catalogue.problems if not p.sealed)

    @Property(list, notify=changed)
    def areas(self) -> list[dict[str, str]]:
        return self._named(self._catalogue.areas)

    @Property(list, notify=changed)
    def troubles(self) -> list[dict[str, str]]:
        return self._named(self._catalogue.troubles)

    @Property(list, notify=changed)
    def windows(self) -> list[dict[str, str]]:
        return self._named(self._catalogue.service_windows)

    @Property(list, notify=changed)
    def needs(self) -> list[dict[str, str]]:
        return self._named(self._catalogue.needs)

    @Slot(dict)
    def keep(self, values: dict[str, Any]) -> None:
        """Keep what was written; its receipt is printed, and whoever wrote it owns it."""
        work = self._work
        if work is None:
            return
        contact = Contact(str(values["phone"]).strip(), kept(str(values["address"])).strip())
        if contact.phone and not contact.phone_whole:
            self._tell(self._say("手机号要 11 位，请再看一眼。"))
            return
        said = Feedback(
            Kind(values["kind"]),
            grade=Grade(values["grade"]) if values["grade"] else None,
            problems=tuple(values["problems"]),
            service_window=str(values["window"]),
            words=kept(str(values["words"])),
            needs=tuple(map(Need, values["needs"])),
            reply_by=ReplyBy(values["reply_by"]),
        )
        source = Source(values["source"])

        def kept_now(case: Case) -> None:
            self.done.emit()
            self._tell(self._say("记下了，编号 %1，小票在打印。", case.number))

        self._background.run(lambda: work.write_down(said, contact, source), kept_now, self._why)

    def _say(self, text: str, *args: object) -> str:
        return say(text, self._language.current, *args)

    def _choice(self, code: str, words: str) -> dict[str, str]:
        return {"code": str(code), "name": self._say(words)}

    def _named(self, found: Any) -> list[dict[str, str]]:
        spoken = self._language.current
        return [{"code": one.code, "name": one.name.say(spoken)} for one in found]
