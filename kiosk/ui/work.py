"""The desk's work as QML sees it: the columns of the worklist, one open case, what may be done.

Everything with the store runs in the background; trouble becomes one line of words.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from db.case import Case
from db.hall import Hall
from db.lists import CaseLine, Column
from db.terms import CAUSE_WORDS, RESULT_WORDS, Outcome, Result, Where
from kiosk import drawing, wording
from kiosk.casework import Casework
from kiosk.catalogue import Catalogue
from kiosk.contact import Contact
from kiosk.deadlines import Card
from kiosk.enclosed import VOICE
from kiosk.sound import open_sound
from kiosk.ui.background import Runner
from kiosk.ui.casevalues import CaseValues
from kiosk.ui.forms import BY_NAME, DEEDS, PAPERS, Deed, choices, outcome_of, undo_of
from kiosk.ui.language import Language
from kiosk.ui.lines import Lines
from kiosk.ui.pages import DeskPage
from kiosk.ui.player import Player
from kiosk.words import say

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

COLUMN_WORDS = {
    Column.ON_SITE: "现场等",
    Column.TO_ACCEPT: "待受理",
    Column.LATE: "超期",
    Column.DUE_TODAY: "今日到期",
    Column.IN_HAND: "在办",
    Column.REVIEW: "待领导审",
    Column.TO_FOLLOW_UP: "待回访",
    Column.CLOSED: "已办结",
}
#: Lines that are fetched at a time.
PAGE = 100


@QmlElement
class Work(DeskPage):
    """One person's cases. `say` tells the desk what happened, `why` what went wrong."""

    changed = Signal()
    #: The deed that was filled in is done: its form may be emptied.
    done = Signal()
    #: A new case has come in.
    came = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        background: Runner,
        printing: Runner,
        language: Language,
        tell: Callable[[str], None],
        why: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._background = background
        self._printing = printing
        self._language = language
        self._tell = tell
        self._why = why
        self._work: Casework | None = None
        self._hall = Hall()
        self._column = Column.TO_ACCEPT
        self._counts: dict[Column, int] = {}
        self._lines: list[CaseLine] = []
        self._searched = ""
        self._these: list[str] = []
        self._model = Lines(self)
        self._case: Case | None = None
        self._deeds: tuple[str, ...] = ()
        self._contact = ""
        self._player = Player(open_sound, background, parent=self)
        self._drawing: dict[str, Any] = {}
        self._attachments = False
        self._undo: Callable[[Casework], Any] | None = None

    # --- what is shown ------------------------------------------------------------------------

    @Property(list, notify=changed)
    def columns(self) -> list[dict[str, Any]]:
        return [
            {
                "code": column.value,
                "name": self._say(words),
                "count": self._counts.get(column, -1),
                "chosen": column is self._column and not self._searched,
                "care": column in (Column.ON_SITE, Column.LATE) and self._counts.get(column, 0) > 0,
                "key": str(number),
            }
            for number, (column, words) in enumerate(COLUMN_WORDS.items(), 1)
        ]

    @Property(QObject, constant=True)
    def model(self) -> QObject:
        """The lines for a list view."""
        return self._model

    @Property(str, notify=changed)
    def searched(self) -> str:
        return self._searched

    @Property(str, notify=changed)
    def chosen(self) -> str:
        """The open case's id; empty for none."""
        return self._open_id()

    def _open_id(self) -> str:
        return self._case.case_id if self._case else ""

    @Property(dict, notify=changed)
    def case(self) -> dict[str, Any]:
        """The open case; empty for none."""
        if self._case is None:
            return {}
        shown = self._values().case(self._case, self._today())
        return shown if self._attachments else shown | {"attachments": []}

    @Property(str, notify=changed)
    def contact(self) -> str:
        """How to reach the citizen, once it was looked at."""
        return self._contact

    @Property(QObject, constant=True)
    def player(self) -> QObject:
        """The voice note that was opened."""
        return self._player

    @Property(dict, notify=changed)
    def drawing(self) -> dict[str, Any]:
        """The drawing that was opened; empty for none."""
        return self._drawing

    @Slot(str)
    def enclosure(self, name: str) -> None:
        """Hear the voice note, look at the drawing: the look is logged."""
        work, case = self._work, self._case
        if work is None or case is None:
            return
        if name == VOICE and self._player.holding:
            self._player.play()
            return

        def opened(content: bytes) -> None:
            if self._open_id() != case.case_id:
                return
            if not content:
                self._tell(self._say("已经依法删除了。"))
            elif name == VOICE:
                self._player.hold(content)
                self._player.play()
            else:
                self._drawing = drawing.read(content).shown()
            self.refresh()

        self._background.run(lambda: work.attachment(case.case_id, name), opened, self._why)

    def _put_away(self) -> None:
        """What was opened of one case is not there for the next."""
        self._undo = None
        self._contact, self._drawing = "", {}
        self._player.wipe()

    @Property(list, notify=changed)
    def deeds(self) -> list[dict[str, Any]]:
        """The buttons of the open case; a reply and a merger have a form of their own."""
        shown = [deed for deed in DEEDS if deed.name in self._deeds]
        if self._case is not None:
            there = self._case.outcome is not None
            shown += [paper for paper in PAPERS if there or paper.name != "letter"]
        return [self._deed(deed) for deed in shown]

    @Property(bool, notify=changed)
    def replies(self) -> bool:
        return "reply" in self._deeds

    @Property(bool, notify=changed)
    def merges(self) -> bool:
        return "merge" in self._deeds

    @Property(bool, notify=changed)
    def reveals(self) -> bool:
        return "contact" in self._deeds

    @Property(list, notify=changed)
    def results(self) -> list[dict[str, Any]]:
        shown: list[Result] = [
            r for r in RESULT_WORDS if r not in (Result.W1, Result.T1, Result.M1)
        ]
        shown += [Result.M1] if "merge" in self._deeds else []
        return [
            {
                "code": r.value,
                "name": self._say(RESULT_WORDS[r]),
                "negative": r.negative,
                "where": r in (Result.G1, Result.N1, Result.N3, Result.N4),
                "basis": r is Result.N1,
                "measures": r in (Result.A2, Result.A4),
                "merged": r is Result.M1,
            }
            for r in shown
        ]

    @Property(list, notify=changed)
    def causes(self) -> list[dict[str, str]]:
        return [{"code": c.value, "name": self._say(words)} for c, words in CAUSE_WORDS.items()]

    @Property(list, notify=changed)
    def improvements(self) -> list[dict[str, str]]:
        """The newest entries of the ledger, for a result to point to."""
        newest = sorted(self._hall.improvements.items(), key=lambda e: e[1].day, reverse=True)
        return [{"code": code, "name": entry.title} for code, entry in newest[:6]]

    @Property(list, notify=changed)
    def services(self) -> list[dict[str, str]]:
        """What the hall can do for somebody, for a reply to say that it was given (R-37)."""
        spoken = self._language.current
        return [{"code": n.code, "name": n.name.say(spoken)} for n in self._catalogue.needs]

    @Slot(str, str, str, result=list)
    def wording(self, reply: str, place: str, how: str) -> list[str]:
        """What has to change before this reply may go out, in words."""
        found = wording.check(Outcome(Result.A1, "", reply, where=Where(place, how)))
        return [self._say("“%1”：%2", f.word, self._say(f.instead)) for f in found]

    def _deed(self, deed: Deed) -> dict[str, Any]:
        assert self._case is not None
        return {
            "name": deed.name,
            "label": self._say(deed.label),
            "key": deed.key,
            "primary": deed.primary,
            "care": deed.care,
            "rare": deed.rare,
            "sure": self._say(deed.sure) if deed.sure else "",
            "asks": [
                {
                    "name": ask.name,
                    "label": self._say(ask.label),
                    "kind": ask.kind,
                    "optional": ask.optional,
                    "choices": choices(
                        ask.source,
                        self._case,
                        self._hall,
                        self._catalogue,
                        self._language.current,
                        self._say,
                    ),
                }
                for ask in deed.asks
            ],
        }

    def _values(self) -> CaseValues:
        language, work = self._language.current, self._work
        if work is None:
            return CaseValues(self._catalogue, language, self._hall, lambda due: Card.NONE)
        return CaseValues(self._catalogue, language, self._hall, work.card, work.waits)

    def _today(self) -> str:
        return self._work.today().isoformat() if self._work else ""

    def _say(self, text: str, *args: object) -> str:
        return say(text, self._language.current, *args)

    # --- which cases --------------------------------------------------------------------------

    def signed(self, work: Casework | None) -> None:
        """Somebody has signed in, or out."""
        self._work = work
        self._case, self._deeds = None, ()
        self._put_away()
        self._lines, self._counts, self._searched = [], {}, ""
        self._column = Column.TO_ACCEPT
        self._model.show([])
        self.changed.emit()
        self.refresh()

    @Slot(str)
    def choose(self, column: str) -> None:
        """One column of the worklist."""
        self._column, self._searched, self._these = Column(column), "", []
        self.refresh()

    @Slot(str)
    def search(self, typed: str) -> None:
        """Cases by number, scanned receipt, words, initials; nothing typed shows the column."""
        self._searched, self._these = typed.strip(), []
        self.refresh()

    @Property(bool, notify=changed)
    def byPhone(self) -> bool:
        """Whether what was typed may be the end of a telephone number, and this person may look."""
        may = self._work is not None and self._work.looks_at_contacts
        return may and self._searched.isdecimal() and 4 <= len(self._searched) <= 11

    @Slot()
    def searchPhone(self) -> None:
        """Cases whose sealed number holds these digits: each look is logged."""
        work, digits = self._work, self._searched
        if work is None:
            return

        def found(lines: list[CaseLine]) -> None:
            title = self._say("手机号含 %1：%2 件", digits, len(lines))
            self._tell(title)
            if lines:
                self.show([line.case_id for line in lines], title)

        self._background.run(lambda: work.search_phone(digits), found, self._why)

    def show(self, case_ids: list[str], title: str) -> None:
        """The cases behind a number, in place of a column."""
        self._these, self._searched = case_ids, title
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        work = self._work
        if work is None:
            return
        column, searched, these = self._column, self._searched, self._these
        case_id = self._case.case_id if self._case else ""
        limit = max(PAGE, len(self._lines))

        def read() -> tuple[Any, ...]:
            if these:
                lines = work.these(these)
            else:
                lines = work.search(searched) if searched else work.worklist(column, 0, limit)
            case = work.case(case_id) if case_id else None
            deeds = work.deeds(case) if case else ()
            return searched, column, lines, work.counts(), work.hall(), case, deeds

        self._background.run(read, self._read, self._lost)

    def _read(self, found: tuple[Any, ...]) -> None:
        searched, column, lines, counts, hall, case, deeds = found
        # Empty before the first look, after which an empty hall has counts of nothing.
        before = sum(self._counts.values()) if self._counts else None
        self._counts, self._hall = counts, hall
        if (searched, column) == (self._searched, self._column):
            self._lines = lines
        if case is not None and self._case is not None and case.case_id == self._case.case_id:
            self._case, self._deeds = case, deeds
        self._show()
        if before is not None and before < sum(counts.values()):
            self.came.emit()

    def minute(self) -> None:
        """Also without news: whoever waits on the spot waits longer."""
        if any(line.on_site for line in self._lines):
            self._model.show(self._said(self._lines))

    def _lost(self, trouble: Exception) -> None:
        """A case that is not there any more for this person closes; the lists are read again."""
        if self._case is not None:
            self._case, self._deeds = None, ()
            self._show()
            self.refresh()
        self._why(trouble)

    def _show(self) -> None:
        self._model.show(self._said(self._lines))
        self.changed.emit()

    def _said(self, lines: list[CaseLine]) -> list[dict[str, Any]]:
        """Lines for the list view."""
        today, values, chosen = self._today(), self._values(), self._open_id()
        return [values.line(line, today) | {"chosen": line.case_id == chosen} for line in lines]

    @Slot()
    def more(self) -> None:
        """The list is at its end: fetch what comes after."""
        work, column, first = self._work, self._column, len(self._lines)
        if work is None or self._searched or first < PAGE or first >= self._counts.get(column, 0):
            return

        def came(lines: list[CaseLine]) -> None:
            if lines and column is self._column and first == len(self._lines):
                self._lines += lines
                self._model.add(self._said(lines))

        self._background.run(lambda: work.worklist(column, first, PAGE), came, self._why)

    # --- one case -----------------------------------------------------------------------------

    @Slot(str)
    def open(self, case_id: str) -> None:
        work = self._work
        if work is None:
            return
        self._put_away()

        def read() -> tuple[Case, tuple[str, ...], bool]:
            case = work.case(case_id)
            return case, work.deeds(case), bool(work.attachments(case))

        self._background.run(read, self._opened, self._why)

    def _opened(self, found: tuple[Case, tuple[str, ...], bool]) -> None:
        case, deeds, self._attachments = found
        if self._case is None or self._case.case_id != case.case_id:
            self._put_away()
        self._case, self._deeds = case, deeds
        self._tell("")
        self._show()

    @Property(int, notify=changed)
    def place(self) -> int:
        """Where the open case stands in the list; -1 where it does not."""
        ids = [line.case_id for line in self._lines]
        return ids.index(self._open_id()) if self._open_id() in ids else -1

    @Slot(int)
    def step(self, by: int) -> None:
        """The next line, or the one before."""
        ids = [line.case_id for line in self._lines]
        if ids:
            here = ids.index(self._open_id()) + by if self._open_id() in ids else 0
            self.open(ids[max(0, min(here, len(ids) - 1))])

    @Slot()
    def leave(self) -> None:
        """No case is open any more."""
        self._case, self._deeds = None, ()
        self._put_away()
        self._show()

    @Slot(str, dict)
    def do(self, name: str, values: dict[str, Any]) -> None:
        """Do a deed with what was filled in."""
        deed = BY_NAME[name]
        self._do(
            lambda work, case_id: deed.do(work, case_id, values),
            self._say(deed.said),
            lambda before: undo_of(name, before),
            self._printing if deed.prints else self._background,
        )

    @Property(bool, notify=changed)
    def undoes(self) -> bool:
        """Whether the last deed can be taken back."""
        return self._undo is not None

    @Slot()
    def undo(self) -> None:
        """Take the last deed back, as one more deed in the record."""
        back = self._undo
        if back is not None:
            self._do(lambda work, _: back(work), self._say("撤销了，和刚才以前一样。"))

    @Slot(dict)
    def reply(self, values: dict[str, Any]) -> None:
        """A YES goes out; a NO, and what is late, goes to the leader first."""

        def replied(work: Casework, case_id: str) -> Any:
            return work.reply(case_id, outcome_of(values))

        reported = str(values.get("result", "")).startswith("N") or self._late()
        said = "已报带班领导审核。" if reported else "回复已发出，市民看得到了。"
        self._do(replied, self._say(said))

    def _late(self) -> bool:
        return (
            self._case is not None
            and self._work is not None
            and self._work.today().isoformat() > self._case.due
        )

    @Slot()
    def reveal(self) -> None:
        """Look at what identifies the citizen: the look is logged."""
        work, case = self._work, self._case
        if work is None or case is None:
            return

        def shown(contact: Contact) -> None:
            parts = (contact.phone, contact.address)
            if self._case is not None and self._case.case_id == case.case_id:
                self._contact = " · ".join(part for part in parts if part) or "—"
            self.refresh()

        self._background.run(lambda: work.contact(case.case_id), shown, self._why)

    def _do(
        self,
        deed: Callable[[Casework, str], Any],
        said: str,
        undo: Callable[[Case], Callable[[Casework], Any] | None] = lambda before: None,
        runner: Runner | None = None,
    ) -> None:
        work, case = self._work, self._case
        if work is None or case is None:
            return
        self._undo = None

        def run() -> tuple[Case, Any]:
            return work.case(case.case_id), deed(work, case.case_id)

        def finished(found: tuple[Case, Any]) -> None:
            before, result = found
            if self._open_id() == case.case_id:
                self._undo = undo(before)
                self.changed.emit()
            why = result.why if getattr(result, "in_doubt", False) else ""
            self.done.emit()
            self._tell(self._say("没打出来：%1", why) if why else said)
            self.refresh()

        def failed(trouble: Exception) -> None:
            self._why(trouble)
            self.refresh()

        (runner or self._background).run(run, finished, failed)
