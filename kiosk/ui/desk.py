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
from kiosk.calls import Calls
from kiosk.casework import Casework, WordsFirst
from kiosk.catalogue import Catalogue
from kiosk.deadlines import Card
from kiosk.staff import Badge, Locked, WrongPin
from kiosk.ui.background import Runner
from kiosk.ui.language import Language
from kiosk.ui.lines import Lines
from kiosk.ui.pages import CASES, MINE, PAGE_WORDS, DeskPage, pages_of
from kiosk.ui.work import Work
from kiosk.waiting import lines
from kiosk.words import SOURCE, say
from kiosk.workdays import spoken_day

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: Milliseconds between two looks whether another process has brought news.
LOOK_EVERY = 1500
#: So many calls stand where nobody has signed in: those that have waited longest.
TO_NOBODY = 3
#: A call, by whether staff made it and whether it is about a case: %1 where, %2 when, %3 what.
_CALLS = {
    (False, False): "%1 有人叫帮忙 · %2",
    (False, True): "%1 有人在现场等 · %2 · %3",
    (True, False): "%1 请带班领导过去 · %2",
    (True, True): "%1 请示带班领导 · %2 · %3",
}
#: One's own.
_MINE = {False: "请了带班领导，还没有人应 · %2", True: "请示了带班领导，还没有人看 · %2 · %3"}
#: One that was answered, by whether it is about a case: %1 who comes.
_COMES = {False: "%1 正在过来 · %2", True: "%1 在看您请示的事 · %2 · %3"}


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
        waiting: Calls,
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
        self._waiting = waiting
        self._listens = False
        self._casework: Casework | None = None
        self._work = Work(catalogue, background, printing, language, self.tell, self.why, self)
        self._work.came.connect(self.rang)
        self._views: dict[str, DeskPage] = {CASES: self._work}
        self._page = CASES
        self._calls: list[Call] = []
        self._call_lines = Lines(self)
        #: What the bell has rung for; what was put aside.
        self._rings: set[tuple[str, str, bool]] = set()
        self._put_aside: set[str] = set()
        self._leads = False
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

    @Property(QObject, constant=True)
    def calls(self) -> QObject:
        """Who waits for a person to come, as lines that stay under a finger while others change:
        `mine` is one that I made, `coming` one that was answered, `case` the id of the case it is
        about, `looks` whether it is to be looked at."""
        return self._call_lines

    def _show_calls(self) -> None:
        me = self._login()
        lines: list[dict[str, Any]] = [
            {
                "id": call.call_id,
                "text": self._calling(call),
                "mine": bool(me) and call.caller == me,
                "coming": bool(call.by),
                "case": call.case_id,
                "looks": bool(call.case_id and call.caller),
            }
            for call in self._calls
            if call.call_id not in self._put_aside
        ]
        self._call_lines.show(lines if me else lines[-TO_NOBODY:])

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

    def _login(self) -> str:
        return self._casework.person.login if self._casework else ""

    def _clocks(self) -> Calls:
        """Who has waited how long."""
        return self._casework.waiting if self._casework else self._waiting

    def _calling(self, call: Call) -> str:
        """One call in words, with how long it has waited once that is long, and that the leader is
        called to whoever waits too long."""
        spoken, clocks = self._language.current, self._clocks()
        hour = self._since(datetime.fromtimestamp(call.at_ms / 1000))
        if call.by:
            return say(_COMES[bool(call.case_id)], spoken, call.by, hour, call.number)
        sentence = _CALLS[bool(call.caller), bool(call.case_id)]
        if call.caller and call.caller == self._login():
            sentence = _MINE[bool(call.case_id)]
        parts = [say(sentence, spoken, call.place, hour, call.number)]
        if clocks.is_late(call) and not (call.caller and call.case_id):
            parts.append(say("已经等了 %1 分钟", spoken, clocks.waited(call.at_ms)))
        if not call.caller and clocks.is_paged(call):
            leads = self._casework is not None and self._leads
            parts.append(say("请您过去" if leads else "已经请带班领导过去", spoken))
        return " · ".join(parts)

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
        if not self._listens:
            self._poll.stop()
        self._casework = None
        self._calls, self._rings, self._cards = [], set(), []
        self._show_calls()
        self._seen = -1
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
        self._show_calls()
        for view in self._views.values():
            view.refresh()
            view.changed.emit()

    @Slot()
    def nextLanguage(self) -> None:
        self.speak("en" if self._language.current == SOURCE else SOURCE)

    # --- news ---------------------------------------------------------------------------------

    def listen(self, listens: bool = True) -> None:
        """From now on, also while nobody is signed in: a call rings, and that a desk is here is
        noted, so that no kiosk promises what nobody hears."""
        self._listens = listens
        if listens:
            self._poll.start()
            self.look()
        else:
            self._poll.stop()
            self._background.run(self._waiting.gone, lambda _: None, lambda _: None)

    @Slot()
    def look(self) -> None:
        """Look whether another process has brought news."""
        if self._busy:
            return
        self._busy = True
        self._background.run(self._news, self._looked, self.why)

    def _news(self) -> tuple[int, SyncState]:
        if self._listens:
            self._waiting.here()
        return self._version(), self._sync_state()

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
        else:
            self._work.minute()
            if self._calls:
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
        if work is not None or self._listens:
            self._look_at_calls()
        if work is not None:
            self._refresh_page()
            self._background.run(work.new_cards, self._fell, self.why)

    def _look_at_calls(self) -> None:
        """Also without news: who waits, waits longer."""
        work, waiting = self._casework, self._waiting

        def read() -> tuple[Casework | None, list[Call], bool]:
            if work is None:
                return None, waiting.heard(), False
            me = work.person.login
            return work, work.calls(), any(person.login == me for person in work.leading())

        self._background.run(read, self._called, self.why)

    def _fell(self, cards: list[tuple[Card, CaseLine]]) -> None:
        self._cards = cards
        self.changed.emit()

    def _called(self, found: tuple[Casework | None, list[Call], bool]) -> None:
        whose, calls, self._leads = found
        if whose is not self._casework:
            return
        clocks, me = self._clocks(), self._login()
        before, self._calls = self._rings, calls
        self._rings = {
            (call.call_id, call.by, clocks.is_paged(call))
            for call in calls
            if call.by or not me or call.caller != me
        }
        self._show_calls()
        if self._rings - before:
            self.rang.emit()

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
    def openCase(self, case_id: str) -> None:
        """The case that a call is about."""
        self.turn(CASES)
        self._work.open(case_id)

    @Slot(str)
    def putAside(self, call_id: str) -> None:
        """I have seen who comes."""
        self._put_aside.add(call_id)
        self._show_calls()

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
