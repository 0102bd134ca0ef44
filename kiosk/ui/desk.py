"""The desk as QML sees it: who signed in, which page is open, who calls, what was last said."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from db.case import DoesNotFit
from db.engine import StoreDamaged, StoreTrouble
from db.hall import NotHis, Person
from db.lists import Call, CaseLine
from db.seal import WrongSecret
from db.store import UnknownCase
from db.sync import SyncState
from kiosk.casework import Casework, WordsFirst
from kiosk.catalogue import Catalogue
from kiosk.deadlines import Card
from kiosk.staff import Badge, Locked, WrongPin
from kiosk.ui.background import Runner
from kiosk.ui.language import Language
from kiosk.ui.pages import CASES, MINE, PAGE_WORDS, DeskPage, pages_of
from kiosk.ui.work import Work
from kiosk.waiting import lines
from kiosk.words import SOURCE, say
from kiosk.workdays import spoken_day

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: Milliseconds between two looks whether another process has brought news.
LOOK_EVERY = 1500


@QmlElement
class Desk(QObject):
    """One desk. Work with the store runs in the background, what waits for a printer beside it;
    trouble becomes one line of words."""

    changed = Signal()
    #: Somebody new waits at a kiosk, or a new case has come in.
    rang = Signal()
    signedOut = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        background: Runner,
        printing: Runner,
        language: Language,
        sign_in: Callable[[str, str], Badge],
        casework: Callable[[Badge], Casework],
        sync_state: Callable[[], SyncState],
        version: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._background = background
        self._language = language
        self._sign_in = sign_in
        self._make_casework = casework
        self._sync_state = sync_state
        self._version = version
        self._casework: Casework | None = None
        self._work = Work(catalogue, background, printing, language, self.tell, self.why, self)
        self._work.came.connect(self.rang)
        self._views: dict[str, DeskPage] = {CASES: self._work}
        self._page = CASES
        self._calls: list[Call] = []
        #: What the bell has rung for; what was put aside.
        self._rings: set[tuple[str, str, bool]] = set()
        self._put_aside: set[str] = set()
        self._cards: list[tuple[Card, CaseLine]] = []
        self._said = ""
        self._away = ""
        self._waits: list[str] = []
        self._passes: SyncState | None = None
        self._seen = -1
        self._busy = False
        self._poll = QTimer(self, interval=LOOK_EVERY)
        self._poll.timeout.connect(self.look)

    # --- what is shown ------------------------------------------------------------------------

    @Property(QObject, constant=True)
    def work(self) -> QObject:
        return self._work

    @Property(str, notify=changed)
    def language(self) -> str:
        return self._language.current

    @Property(str, notify=changed)
    def hall(self) -> str:
        return self._catalogue.hall.name.say(self._language.current)

    @Property(str, notify=changed)
    def person(self) -> str:
        return self._casework.person.post if self._casework else ""

    @Property(str, notify=changed)
    def role(self) -> str:
        return self._casework.person.role if self._casework else ""

    @Property(list, notify=changed)
    def pages(self) -> list[dict[str, str]]:
        """The pages this person has."""
        return [
            {"code": code, "name": say(PAGE_WORDS[code], self._language.current)}
            for code in self._pages()
        ]

    @Property(str, notify=changed)
    def page(self) -> str:
        return self._page

    @Slot(str)
    def turn(self, page: str) -> None:
        """To another page."""
        if page in self._pages():
            self._page = page
            self.tell("")
            self._refresh_page()

    @Slot(list, str)
    def show_cases(self, case_ids: list[str], title: str) -> None:
        """The cases behind a number, on the page of cases."""
        self._work.show(case_ids, title)
        self.turn(CASES)

    @Slot(str, result=QObject)
    def view(self, page: str) -> QObject:
        """A page's own view object."""
        return self._views[page]

    def add(self, page: str, view: DeskPage) -> None:
        """Give the desk a page of its own."""
        self._views[page] = view

    def _pages(self) -> list[str]:
        person = self._casework.person if self._casework else None
        return [p for p in pages_of(person.role) if p in self._views] if person else []

    def _refresh_page(self) -> None:
        self._views[self._page].refresh()

    @Property(str, notify=changed)
    def said(self) -> str:
        """The last thing that happened, or why it did not, in one line."""
        return self._said

    @Property(str, notify=changed)
    def away(self) -> str:
        """Since when the shared store cannot be reached; empty while it can."""
        return self._away

    @Property(str, notify=changed)
    def waits(self) -> str:
        """What waits to reach the shared store, and why; empty while all is well."""
        return " · ".join(self._waits)

    @Property(list, notify=changed)
    def calls(self) -> list[dict[str, Any]]:
        """Who waits for a person to come; `mine` is one that I made, `coming` one that was
        answered."""
        work = self._casework
        if work is None:
            return []
        return [
            {
                "id": call.call_id,
                "text": self._calling(call, work),
                "mine": call.caller == work.person.login,
                "coming": bool(call.by),
            }
            for call in self._calls
            if call.call_id not in self._put_aside
        ]

    @Property(str, notify=changed)
    def cards(self) -> str:
        """The cards that fell since the last look, in words; empty for none."""
        return self._cards_told()

    def _cards_told(self) -> str:
        fell = Counter(card for card, _ in self._cards)
        spoken = self._language.current
        words = {Card.YELLOW: "黄牌 %1 件", Card.RED: "红牌 %1 件"}
        told = [say(words[card], spoken, fell[card]) for card in words if fell[card]]
        return say("新落的牌：%1", spoken, say("，", spoken).join(told)) if told else ""

    @Slot()
    def showCards(self) -> None:
        """The cases behind them, in place of a column."""
        self.show_cases([line.case_id for _, line in self._cards], self._cards_told())

    @Slot()
    def layCardsAside(self) -> None:
        """I have seen them: they do not come again."""
        work = self._casework
        if work is not None:
            self._background.run(work.lay_cards_aside, lambda _: self.refresh(), self.why)

    def _calling(self, call: Call, work: Casework) -> str:
        """One call in words, with how long it has waited once that is long."""
        spoken = self._language.current
        hour = f"{datetime.fromtimestamp(call.at_ms / 1000):%H:%M}"
        if call.by:
            return say("%1 正在过来 · %2", spoken, call.by, hour)
        if call.caller == work.person.login:
            words = say("请了带班领导，还没有人应 · %1", spoken, hour)
        elif call.caller:
            words = say("%1 请带班领导过去 · %2", spoken, call.place, hour)
        else:
            words = say("%1 有人叫帮忙 · %2", spoken, call.place, hour)
        waited = work.waited(call)
        if waited < work.limits.on_site_minutes:
            return words
        return f"{words} · {say('已经等了 %1 分钟', spoken, waited)}"

    # --- signing in ---------------------------------------------------------------------------

    @Slot(str, str)
    def signIn(self, login: str, secret: str) -> None:
        self.tell("")
        self._background.run(
            lambda: self._make_casework(self._sign_in(login.strip(), secret)),
            self._signed,
            self.why,
        )

    def _signed(self, casework: Casework) -> None:
        self._casework = casework
        self._all_signed(casework)
        self._page = next(iter(self._pages()), CASES)
        self._poll.start()
        self.changed.emit()
        self.refresh()

    @Slot()
    def signOut(self) -> None:
        self._poll.stop()
        self._casework = None
        self._calls, self._rings, self._cards = [], set(), []
        self._page = CASES
        self._all_signed(None)
        self.signedOut.emit()
        self.tell("")

    def _all_signed(self, casework: Casework | None) -> None:
        """Tell each page whose it is now; a page that is not this person's is nobody's."""
        for code, view in self._views.items():
            theirs = casework is not None and code in (*pages_of(casework.person.role), MINE)
            view.signed(casework if theirs else None)

    @Slot(str)
    def speak(self, language: str) -> None:
        """Every sentence in `language`; what was written stays, what was just said goes."""
        self._language.switch(language)
        self._said = ""
        self._away, self._waits = self._troubles()
        self.changed.emit()
        for view in self._views.values():
            view.refresh()
            view.changed.emit()

    @Slot()
    def nextLanguage(self) -> None:
        self.speak("en" if self._language.current == SOURCE else SOURCE)

    # --- news ---------------------------------------------------------------------------------

    @Slot()
    def look(self) -> None:
        """Look whether another process has brought news."""
        if self._busy:
            return
        self._busy = True
        self._background.run(lambda: (self._version(), self._sync_state()), self._looked, self.why)

    def _looked(self, found: tuple[int, SyncState]) -> None:
        self._busy = False
        version, self._passes = found
        troubles = self._troubles()
        if troubles != (self._away, self._waits):
            self._away, self._waits = troubles
            self.changed.emit()
        if version != self._seen:
            self._seen = version
            self.refresh()
        elif self._calls:
            self._look_at_calls()

    def _troubles(self) -> tuple[str, list[str]]:
        """Since when the shared store is away, and what waits for it, in words."""
        state = self._passes
        if state is None:
            return "", []
        since = state.failing_since
        away = self._since(since.astimezone()) if since else ""
        return away, lines(state, self._language.current, datetime.now())

    @Slot()
    def refresh(self) -> None:
        work = self._casework
        if work is not None:
            self._refresh_page()
            self._look_at_calls()
            self._background.run(work.new_cards, self._fell, self.why)

    def _look_at_calls(self) -> None:
        """Also without news: who waits, waits longer."""
        work = self._casework
        if work is not None:
            self._background.run(work.calls, self._called, self.why)

    def _fell(self, cards: list[tuple[Card, CaseLine]]) -> None:
        self._cards = cards
        self.changed.emit()

    def _called(self, calls: list[Call]) -> None:
        work = self._casework
        if work is None:
            return
        before, self._calls = self._rings, calls
        self._rings = {
            (call.call_id, call.by, work.waited(call) >= work.limits.on_site_leader_minutes)
            for call in calls
            if call.by or call.caller != work.person.login
        }
        if self._rings - before:
            self.rang.emit()
        self.changed.emit()

    @Slot()
    def callLeader(self) -> None:
        """请领导来, with one press."""
        work = self._casework

        def called(leading: list[Person]) -> None:
            stop = say("、", self._language.current)
            posts = stop.join(person.post for person in leading)
            self.tell(say("已经请 %1 过来。", self._language.current, posts))
            self.refresh()

        if work is not None:
            self._background.run(work.call_leader, called, self.why)

    @Slot(str)
    def putAside(self, call_id: str) -> None:
        """I have seen who comes."""
        self._put_aside.add(call_id)
        self.changed.emit()

    @Slot(str)
    def answerCall(self, call_id: str) -> None:
        """我去: the kiosk says who is on the way."""
        work = self._casework
        if work is not None:
            self._background.run(
                lambda: work.answer_call(call_id), lambda _: self.refresh(), self.why
            )

    # --- words --------------------------------------------------------------------------------

    def tell(self, words: str) -> None:
        """One line about the last thing that happened."""
        self._said = words
        self.changed.emit()

    def why(self, trouble: Exception) -> None:
        """What went wrong, in words; our own mistakes stay loud."""
        self._busy = False
        spoken = self._language.current
        match trouble:
            case WrongPin():
                self.tell(say("账号或密码不对，请再试一次。", spoken))
            case Locked():
                self.tell(say("试错太多次，账号锁上了，请协调员或管理员解锁。", spoken))
            case DoesNotFit():
                places = (say(place, spoken) for place in trouble.places)
                self.tell(say(trouble.text, spoken, *places))
            case NotHis():
                self.tell(say(str(trouble), spoken))
            case WordsFirst():
                self.tell(say("这样的话先改一改：%1", spoken, str(trouble)))
            case WrongSecret():
                self.tell(say("您的钥匙打不开这一件。", spoken))
            case UnknownCase():
                self.tell(say("没有这件事，或者您要回避。", spoken))
            case StoreDamaged():
                self.tell(say("有记录坏了，请管理员来看", spoken))
            case StoreTrouble():
                self.tell(say("记录暂时打不开，请稍后再试。", spoken))
            case _:
                raise trouble

    def _since(self, when: datetime) -> str:
        """The hour, with its day unless it is today's."""
        hour = f"{when:%H:%M}"
        if self._casework is None or when.date() == self._casework.today():
            return hour
        return f"{spoken_day(when.date(), self._language.current)} {hour}"
