"""The citizen comes back with a code: what became of the case, and what they say to that."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from db.terms import Grade, Verdict
from kiosk.catalogue import Catalogue
from kiosk.shown import Block, shown
from kiosk.ui.background import Runner, Turn
from kiosk.ui.language import Language
from kiosk.visit import Screen

if TYPE_CHECKING:
    from db.case import Case
    from kiosk.intake import Intake, LookUp

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class FollowUp(QObject):
    """One case that was looked up. `show` brings up a screen; `when_ready` waits for the record,
    and says so where there is none."""

    changed = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        language: Language,
        background: Runner,
        when_ready: "Callable[[Callable[[Intake], None], Callable[[], None]], None]",
        show: Callable[[Screen], None],
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._now = now
        self._language = language
        self._background = background
        self._when_ready = when_ready
        self._show = show
        self._turn = Turn()
        self._found: LookUp | None = None
        self._searching = False
        self._verdict: Verdict | None = None
        self._grade: Grade | None = None
        self._reason = ""
        self._said = ""
        self._keeping = False

    # --- what is shown ------------------------------------------------------------------------

    @Property(bool, notify=changed)
    def searching(self) -> bool:
        return self._searching

    @Property(str, notify=changed)
    def staleSince(self) -> str:
        """Since when the shared store cannot be asked; empty while it can."""
        since = self._found.stale_since if self._found else None
        return f"{since:%H:%M}" if since else ""

    @property
    def case(self) -> "Case | None":
        return self._found.case if self._found else None

    @Property(dict, notify=changed)
    def found(self) -> dict[str, Any]:
        """The case as a citizen may see it; empty for none."""
        case = self.case
        if case is None:
            return {}
        told = shown(
            case,
            self._catalogue,
            self._language.current,
            self._now().date(),
            self._found.improvement if self._found else None,
        )
        return {
            "number": told.number,
            "test": told.test,
            "state": told.state,
            "promise": told.promise,
            "question": told.question,
            "questionBy": "\n".join(told.question_by),
            "notes": _plain(told.notes),
            "answer": _plain(told.answer),
            "about": list(told.about),
            "judges": told.judges,
            "withdraws": told.withdraws,
            "story": [{"words": words, "day": day} for words, day in told.story],
        }

    @Property(str, notify=changed)
    def verdict(self) -> str:
        return self._verdict or ""

    @Property(str, notify=changed)
    def grade(self) -> str:
        return self._grade or ""

    @Property(str, notify=changed)
    def reason(self) -> str:
        return self._reason

    @Property(str, notify=changed)
    def said(self) -> str:
        """What was just kept: judged, answered or withdrawn; late if the case had gone on."""
        return self._said

    # --- steps --------------------------------------------------------------------------------

    def look_up(self, typed: str) -> None:
        """Find the case a typed or scanned code belongs to."""
        self.wipe()
        self._searching = True
        self.changed.emit()
        found = self._turn.only(self._looked_up)

        def start(intake: "Intake") -> None:
            self._background.run(lambda: intake.look_up(typed), found, lambda _: found(None))

        self._when_ready(start, lambda: found(None))

    def _looked_up(self, found: "LookUp | None") -> None:
        from kiosk.intake import LookUp

        self._searching = False
        self._found = found or LookUp(None)
        self.changed.emit()
        self._show(Screen.CASE)

    @Slot(str)
    def choose(self, verdict: str) -> None:
        """解决了 / 部分 / 没解决: how it was handled is asked next."""
        self._verdict = Verdict(verdict)
        self._grade = None
        self._reason = ""
        self._show(Screen.JUDGE)

    @Slot(str)
    def rate(self, grade: str) -> None:
        self._grade = None if self._grade == grade else Grade(grade)
        self.changed.emit()

    @Slot(str)
    def because(self, reason: str) -> None:
        self._reason = "" if self._reason == reason else reason
        self.changed.emit()

    @Slot()
    def send(self) -> None:
        """Keep the verdict; 没解决 starts another round, one level up."""
        case, verdict = self.case, self._verdict
        if case is None or verdict is None:
            return
        grade, reason = self._grade, self._reason
        self._keep("judged", lambda intake: intake.judge(case, verdict, grade, reason))

    def answer(self, words: str) -> None:
        """Answer the question the case waits for."""
        case = self.case
        if case is not None and words.strip():
            self._keep("answered", lambda intake: intake.answer(case, words.strip()))

    @Slot()
    def withdraw(self) -> None:
        case = self.case
        if case is not None:
            self._keep("withdrawn", lambda intake: intake.withdraw(case))

    def _keep(self, said: str, deed: "Callable[[Intake], Case]") -> None:
        # A second press is the same press.
        if self._keeping:
            return
        self._keeping = True

        def kept(case: "Case") -> None:
            from kiosk.intake import LookUp

            self._keeping = False
            improvement = self._found.improvement if self._found else None
            self._found = LookUp(case, improvement=improvement)
            self._verdict = None
            self._said = said
            self.changed.emit()
            self._show(Screen.CASE)

        def late(_: Exception) -> None:
            self._keeping = False
            self._said = "late"
            self.changed.emit()
            self._show(Screen.CASE)

        shown, told = self._turn.only(kept), self._turn.only(late)

        def start(intake: "Intake") -> None:
            self._background.run(lambda: deed(intake), shown, told)

        self._when_ready(start, lambda: None)

    def wipe(self) -> None:
        """Nothing of the last one stays, nor of what is still being looked for."""
        self._turn.next()
        self._keeping = False
        self._found = None
        self._searching = False
        self._verdict = None
        self._grade = None
        self._reason = ""
        self._said = ""
        self.changed.emit()


def _plain(blocks: tuple[Block, ...]) -> list[dict[str, str]]:
    return [{"title": block.title, "text": "\n".join(block.lines)} for block in blocks]
