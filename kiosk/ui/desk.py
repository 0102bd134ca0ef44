"""The desk as QML sees it: sign in, the worklist, one open case and what may be done with it."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from db.case import (
    KIND_WORDS,
    STATE_WORDS,
    Case,
    Dimension,
    DoesNotFit,
    Grade,
    Kind,
    Need,
    Outcome,
    ReplyBy,
    Result,
    State,
)
from db.engine import StoreTrouble
from db.store import Call, CaseLine, UnknownCase
from db.sync import SyncState
from kiosk.casework import Casework, NotAllowed
from kiosk.catalogue import Catalogue
from kiosk.contact import Contact
from kiosk.staff import Person, Role, WrongPin
from kiosk.ui.background import Runner
from kiosk.ui.lines import Lines
from kiosk.workdays import spoken_day

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

RESULT_WORDS = {
    Result.A1: "当场解决",
    Result.A2: "已整改",
    Result.A3: "全程代办",
    Result.A4: "建议采纳",
    Result.A5: "已提供便民服务",
    Result.B1: "部分解决",
    Result.G1: "引导",
    Result.N1: "解释说明",
    Result.N2: "暂不采纳",
    Result.N3: "不符合条件",
    Result.N4: "转其他法定途径",
    Result.N5: "无效",
}
GRADE_WORDS = {
    Grade.VERY_SATISFIED: "非常满意",
    Grade.SATISFIED: "满意",
    Grade.BASICALLY_SATISFIED: "基本满意",
    Grade.DISSATISFIED: "不满意",
    Grade.VERY_DISSATISFIED: "非常不满意",
}
DIMENSION_WORDS = {
    Dimension.PROCESS: "流程",
    Dimension.EFFICIENCY: "效率",
    Dimension.SERVICE: "服务",
    Dimension.PAPERWORK: "手续",
}
#: Why somebody asked for another round.
REASON_WORDS = {
    "unsolved": "要求重办：事情没解决",
    "unanswered": "要求重办：没回答所问",
    "undone": "要求重办：说了没做到",
    "attitude": "要求重办：态度不好",
}
HAPPENED = {
    "Registered": "登记",
    "Accepted": "受理",
    "Handled": "接手办理",
    "Asked": "请市民补充",
    "Answered": "市民补充了",
    "Proposed": "报带班领导审核",
    "Approved": "领导同意",
    "Returned": "领导退回",
    "Replied": "回复",
    "Judged": "市民评价",
    "Withdrawn": "市民撤回",
    "Joined": "又有人遇到",
    "Closed": "办结",
    "Noted": "备注",
    "Reprinted": "补打回执",
    "Revealed": "查看联系方式",
}


@QmlElement
class Desk(QObject):
    """One desk. Work with the store runs in the background; trouble becomes one line of words."""

    changed = Signal()
    #: Somebody new waits at a kiosk.
    rang = Signal()
    #: The reply that was written is kept: its form may be emptied.
    sent = Signal()
    signedOut = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        background: Runner,
        sign_in: Callable[[str, str], Person],
        casework: Callable[[Person], Casework],
        sync_state: Callable[[], SyncState],
        version: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.changed.connect(self._show_lines)
        self._catalogue = catalogue
        self._background = background
        self._sign_in = sign_in
        self._make_casework = casework
        self._sync_state = sync_state
        self._version = version
        self._casework: Casework | None = None
        self._lines: list[CaseLine] = []
        self._model = Lines(self)
        self._calls: list[Call] = []
        self._case: Case | None = None
        self._closed = False
        self._phone = ""
        self._said = ""
        self._away = ""
        self._seen = -1
        self._busy = False
        self._poll = QTimer(self, interval=1500)
        self._poll.timeout.connect(self.look)

    # --- what is shown ------------------------------------------------------------------------

    @Property(str, notify=changed)
    def hall(self) -> str:
        return self._catalogue.hall.name.say("zh")

    @Property(str, notify=changed)
    def person(self) -> str:
        return self._casework.person.post if self._casework else ""

    @Property(bool, notify=changed)
    def leader(self) -> bool:
        return self._casework is not None and self._casework.person.role is Role.LEADER

    @Property(str, notify=changed)
    def said(self) -> str:
        """The last thing that happened, or why it did not, in one line."""
        return self._said

    @Property(str, notify=changed)
    def away(self) -> str:
        """Since when the shared store cannot be reached; empty while it can."""
        return self._away

    @Property(list, notify=changed)
    def calls(self) -> list[dict[str, str]]:
        """Who at the kiosks waits for a person to come."""
        return [
            {
                "id": call.call_id,
                "text": f"{call.place} 有人叫帮忙 · "
                f"{datetime.fromtimestamp(call.at_ms / 1000):%H:%M}",
            }
            for call in self._calls
        ]

    @Slot(str)
    def answerCall(self, call_id: str) -> None:
        """我去: the kiosk says who is on the way."""
        work = self._casework
        if work is not None:
            self._background.run(
                lambda: work.answer_call(call_id), lambda _: self.refresh(), self._why
            )

    @Property(bool, notify=changed)
    def showsClosed(self) -> bool:
        return self._closed

    @Property(QObject, constant=True)
    def model(self) -> QObject:
        """The lines for a list view."""
        return self._model

    @Property(list, notify=changed)
    def lines(self) -> list[dict[str, Any]]:
        return self._line_values()

    def _line_values(self) -> list[dict[str, Any]]:
        today = date.today().isoformat()
        return [
            {
                "id": line.case_id,
                "number": line.number,
                "kind": KIND_WORDS[Kind(line.kind)],
                "state": STATE_WORDS[line.state],
                "due": spoken_day(date.fromisoformat(line.due), "zh"),
                "late": line.due < today and line.state not in (State.REPLIED, State.CLOSED),
                "today": line.due == today and line.state is not State.REPLIED,
                "negative": line.negative,
                "summary": self._summary(line.summary),
                "chosen": self._case is not None and self._case.case_id == line.case_id,
            }
            for line in self._lines
        ]

    def _show_lines(self) -> None:
        self._model.show(self._line_values())

    def _summary(self, kept: str) -> str:
        codes, _, words = kept.partition("\n")
        names = [self._catalogue.name_of(c, "zh") for c in codes.split(",") if c]
        return " · ".join([*names, *([words.replace("\n", " ")] if words else [])])

    @Property(dict, notify=changed)
    def case(self) -> dict[str, Any]:
        """The open case; empty for none."""
        case = self._case
        if case is None:
            return {}
        said = case.feedback
        return {
            "id": case.case_id,
            "number": case.number,
            "state": STATE_WORDS[case.state],
            "stateName": case.state,
            "kind": KIND_WORDS[said.kind],
            "problems": "、".join(self._catalogue.name_of(c, "zh") for c in said.problems),
            "window": _named(self._catalogue.service_window, said.service_window),
            "words": said.words,
            "needs": "、".join(self._need(need) for need in said.needs),
            "more": self._more(case),
            "due": spoken_day(date.fromisoformat(case.due), "zh"),
            "why": case.due_reason,
            "owner": case.owner,
            "hasPhone": bool(case.contact_digest),
            "onSite": said.reply_by is ReplyBy.ON_SITE,
            "phone": self._phone,
            "reply": case.outcome.reply if case.outcome else "",
            "proposed": case.proposed.outcome.reply if case.proposed else "",
            "proposedText": case.proposed.outcome.text if case.proposed else "",
            "prints": case.prints,
            "round": case.round,
            "story": [
                {
                    "what": HAPPENED[type(e.happening).__name__],
                    "who": getattr(e.happening, "by", ""),
                    "when": f"{datetime.fromtimestamp(e.at_ms / 1000):%m-%d %H:%M}",
                }
                for e in case.story
            ],
            "clashes": [
                f"{HAPPENED[type(c.entry.happening).__name__]}："
                f"{getattr(c.entry.happening, 'by', '')}，没有算数，{c.why}"
                for c in case.clashes
            ],
        }

    def _more(self, case: Case) -> str:
        """What else is known: the grades, the wait, who else met it, which round this is."""
        said = case.feedback
        parts = [
            GRADE_WORDS[said.grade] if said.grade else "",
            *(f"{DIMENSION_WORDS[r.dimension]}：{GRADE_WORDS[r.grade]}" for r in said.dimensions),
            f"排队号 {said.ticket}" if said.ticket else "",
            f"等了 {said.waited_minutes} 分钟" if said.waited_minutes is not None else "",
            f"还有 {case.joined} 人也遇到" if case.joined else "",
            f"第 {case.round} 轮" if case.round > 1 else "",
            "督办" if case.supervised else "",
            REASON_WORDS.get(case.reason, ""),
        ]
        return " · ".join(part for part in parts if part)

    def _need(self, need: Need) -> str:
        name = _named(self._catalogue.need, need.code)
        return f"{name}（{need.detail}）" if need.detail else name

    @Property(list, constant=True)
    def results(self) -> list[dict[str, Any]]:
        return [
            {"code": r.value, "name": words, "negative": r.negative}
            for r, words in RESULT_WORDS.items()
        ]

    # --- deeds --------------------------------------------------------------------------------

    @Slot(str, str)
    def signIn(self, login: str, pin: str) -> None:
        self._say("")
        self._background.run(
            lambda: self._make_casework(self._sign_in(login.strip(), pin)), self._signed, self._why
        )

    def _signed(self, casework: Casework) -> None:
        self._casework = casework
        self._poll.start()
        self.refresh()

    @Slot()
    def signOut(self) -> None:
        self._poll.stop()
        self._casework = None
        self._case = None
        self._lines = []
        self._calls = []
        self._phone = ""
        self.signedOut.emit()
        self._say("")

    @Slot()
    def look(self) -> None:
        """Look whether another process has brought news."""
        if self._busy:
            return
        self._busy = True
        self._background.run(lambda: (self._version(), self._sync_state()), self._looked, self._why)

    def _looked(self, found: tuple[int, SyncState]) -> None:
        self._busy = False
        version, state = found
        since = state.failing_since
        away = _since(since.astimezone()) if since else ""
        if away != self._away:
            self._away = away
            self.changed.emit()
        if version != self._seen:
            self._seen = version
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        work = self._casework
        if work is None:
            return
        closed, case_id = self._closed, self._case.case_id if self._case else None

        def read() -> tuple[list[CaseLine], list[Call], Case | None]:
            case = work.case(case_id) if case_id else None
            return work.worklist(closed=closed), work.calls(), case

        self._background.run(read, self._read, self._why)

    def _read(self, found: tuple[list[CaseLine], list[Call], Case | None]) -> None:
        known = {call.call_id for call in self._calls}
        self._lines, self._calls, self._case = found
        if any(call.call_id not in known for call in self._calls):
            self.rang.emit()
        self.changed.emit()

    @Slot(bool)
    def showClosed(self, closed: bool) -> None:
        self._closed = closed
        self._case = None
        self.refresh()

    @Slot(str)
    def open(self, case_id: str) -> None:
        work = self._casework
        if work is None:
            return
        self._phone = ""
        self._background.run(lambda: work.case(case_id), self._opened, self._why)

    def _opened(self, case: Case) -> None:
        if self._case is None or self._case.case_id != case.case_id:
            self._phone = ""
        self._case = case
        self._say("")

    @Slot()
    def accept(self) -> None:
        self._do(lambda work, case: work.accept(case), "受理了：您是首问负责人。")

    @Slot(str, str, str)
    def reply(self, result: str, text: str, reply: str) -> None:
        outcome = Outcome(Result(result), text.strip(), reply.strip())
        said = "已报带班领导审核。" if outcome.result.negative else "回复已发出，市民看得到了。"
        self._do(lambda work, case: work.reply(case, outcome), said, self.sent.emit)

    @Slot()
    def approve(self) -> None:
        self._do(lambda work, case: work.approve(case), "同意了，回复已发出。")

    @Slot(str)
    def sendBack(self, reason: str) -> None:
        self._do(lambda work, case: work.return_(case, reason.strip()), "已退回，请再想想办法。")

    @Slot()
    def close(self) -> None:
        self._do(lambda work, case: work.close(case), "办结了。")

    @Slot()
    def reprint(self) -> None:
        """Staff never see the new code: it goes onto the paper only."""

        def printed(work: Casework, case_id: str) -> Case:
            result = work.reprint(case_id)
            if result.in_doubt:
                raise PrintTrouble(result.why)
            return work.case(case_id)

        self._do(printed, "补打好了，新的查询码在小票上。")

    @Slot()
    def showPhone(self) -> None:
        work, case = self._casework, self._case
        if work is None or case is None:
            return

        def shown(contact: Contact) -> None:
            parts = (contact.phone, contact.address)
            if self._case is not None and self._case.case_id == case.case_id:
                self._phone = " · ".join(part for part in parts if part) or "—"
            self.refresh()

        self._background.run(lambda: work.contact(case.case_id), shown, self._why)

    def _do(
        self,
        deed: Callable[[Casework, str], Case],
        said: str,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        work, case = self._casework, self._case
        if work is None or case is None:
            return

        def done(after: Case) -> None:
            self._case = after
            then()
            self._say(said)
            self.refresh()

        self._background.run(lambda: deed(work, case.case_id), done, self._why)

    def _why(self, trouble: Exception) -> None:
        self._busy = False
        match trouble:
            case WrongPin():
                self._say("账号或密码不对，请再试一次。")
            case DoesNotFit() | NotAllowed():
                self._say(str(trouble))
                self.refresh()
            case PrintTrouble():
                self._say(f"没打出来：{trouble}")
                self.refresh()
            case StoreTrouble() | UnknownCase():
                self._say("记录暂时打不开，请稍后再试。")
            case _:
                raise trouble

    def _say(self, words: str) -> None:
        self._said = words
        self.changed.emit()


def _named(find: Callable[[str], Any], code: str) -> str:
    """A thing's name; its bare code where the catalogue does not have it any more."""
    try:
        return str(find(code).name.say("zh")) if code else ""
    except KeyError:
        return code


def _since(when: datetime) -> str:
    """The hour, with its day unless it is today's."""
    hour = f"{when:%H:%M}"
    return hour if when.date() == date.today() else f"{spoken_day(when.date(), 'zh')} {hour}"


class PrintTrouble(Exception):
    """The reprint did not come out; its new code is in the log all the same."""
