"""A case in plain values for the desk's page, in the screen's language. No Qt."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from db.case import Case, Entry
from db.hall import Hall
from db.happening import (
    Answered,
    Asked,
    Assigned,
    Classified,
    Declined,
    Escalated,
    Extended,
    FollowedUp,
    Judged,
    Met,
    Noted,
    PrintFailed,
    Proposed,
    Reowned,
    Replied,
    Returned,
    Supervised,
)
from db.lists import CaseLine
from db.terms import (
    CAUSE_WORDS,
    DIFFICULTY_WORDS,
    KIND_WORDS,
    RESULT_WORDS,
    STATE_WORDS,
    Attachment,
    Dimension,
    Grade,
    Helping,
    Kind,
    Need,
    Outcome,
    ReplyBy,
    Source,
    State,
)
from kiosk.catalogue import Catalogue
from kiosk.deadlines import Card
from kiosk.due import say_why
from kiosk.enclosed import INK, VOICE
from kiosk.told import short_day
from kiosk.ui.forms import VERDICT_WORDS
from kiosk.words import say
from kiosk.workdays import spoken_day

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
SOURCE_WORDS = {Source.KIOSK: "", Source.PAPER: "纸质记录单", Source.DESK: "服务台代填"}
#: What came instead of words, or beside them.
ENCLOSED_WORDS = {VOICE: "有录音", INK: "有手画"}
CARD_WORDS = {Card.NONE: "", Card.YELLOW: "黄牌", Card.RED: "红牌"}
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
    "Met": "接待",
    "Classified": "定难易",
    "Accused": "标出被反映的人",
    "Assigned": "交办",
    "Handled": "接手办理",
    "Declined": "退回：不归我们",
    "Reowned": "换负责人",
    "Asked": "请市民补充",
    "Answered": "市民补充了",
    "Extended": "延期",
    "Escalated": "请示领导",
    "Supervised": "督办",
    "Backstopped": "列为兜底",
    "Proposed": "报带班领导审核",
    "Approved": "领导同意",
    "Returned": "领导退回",
    "Replied": "回复",
    "FollowedUp": "回访",
    "Judged": "市民评价",
    "Withdrawn": "市民撤回",
    "Joined": "又有人遇到",
    "PrintFailed": "小票没打出来",
    "Closed": "办结",
    "Noted": "备注",
    "Reprinted": "补打回执",
    "Revealed": "查看联系方式",
    "Erased": "按规定删除联系方式、录音和画",
}


class CaseValues:
    """Says a case and its line to the desk's page."""

    def __init__(
        self,
        catalogue: Catalogue,
        language: str,
        hall: Hall,
        card: Callable[[str], Card],
        waits: Callable[[CaseLine], int | None] = lambda line: None,
    ) -> None:
        """`waits` says for how many minutes somebody has waited on the spot."""
        self._catalogue = catalogue
        self._language = language
        self._hall = hall
        self._card = card
        self._minutes = waits

    def say(self, text: str, *args: object) -> str:
        return say(text, self._language, *args)

    def line(self, line: CaseLine, today: str) -> dict[str, Any]:
        """A line of the worklist."""
        alive = line.state not in (State.REPLIED, State.CLOSED)
        card = self._card(line.due) if alive else Card.NONE
        minutes = self._minutes(line)
        waits = [self.say("在现场等了 %1 分钟", minutes)] if minutes is not None else []
        return {
            "id": line.case_id,
            "number": line.number,
            "kind": self.say(KIND_WORDS[Kind(line.kind)]),
            "state": self.say(STATE_WORDS[line.state]),
            "due": short_day(date.fromisoformat(line.due), self._language),
            "late": alive and line.due < today,
            "today": alive and line.due == today,
            "onSite": line.on_site,
            "flags": waits
            + [
                self.say(flag)
                for flag, so in (
                    (CARD_WORDS[card], card is not Card.NONE),
                    ("督办", line.watched),
                    ("已请示领导", line.escalated and alive),
                    ("兜底", line.backstop and line.kind != Kind.HELP),
                    ("重办", line.round > 1),
                    ("差评", line.negative),
                    ("测试 · 不计入", line.test),
                    ("像是随手点的", bool(line.play)),
                    ("两处同时办", line.clashes > 0),
                    ("小票没打出来", bool(line.unprinted)),
                )
                if so
            ],
            "summary": self.summary(line.summary, line.enclosed),
        }

    def summary(self, kept: str, enclosed: str = "") -> str:
        codes, _, words = kept.partition("\n")
        names = [self._catalogue.name_of(c, self._language) for c in codes.split(",") if c]
        more = [self.say(ENCLOSED_WORDS[name]) for name in enclosed.split(",") if name]
        return " · ".join([*names, *([words.replace("\n", " ")] if words else []), *more])

    def case(self, case: Case, today: str) -> dict[str, Any]:
        """Everything on the case's page."""
        said = case.feedback
        stop = self._stop()
        return {
            "id": case.case_id,
            "number": case.number,
            "state": self.say(STATE_WORDS[case.state]),
            "stateName": case.state,
            "kind": self.say(KIND_WORDS[said.kind]),
            "flags": self._flags(case, today),
            "problems": stop.join(
                self._catalogue.name_of(c, self._language) for c in (*said.problems, *said.merits)
            ),
            "window": self._window(said.service_window),
            "item": self._named(self._catalogue.service_item, said.service_item),
            "words": said.words,
            "needs": stop.join(self._need(need) for need in said.needs),
            "more": self._more(case),
            "due": self.day(case.due),
            "why": say_why(case.due_why, self._language),
            "late": case.open and case.due < today and case.state is not State.REPLIED,
            "owner": self.post(case.owner),
            "handler": self.post(case.handler),
            "lead": self._department(case.assigned),
            "waits": self._waits(case),
            "helping": stop.join(self._helping(one) for one in case.helping),
            "accused": stop.join(self.post(login) for login in case.accused),
            "hasContact": bool(case.contact_digest),
            "attachments": [
                {"name": one.name, "label": self._attachment(one)} for one in case.attachments
            ],
            "onSite": said.reply_by is ReplyBy.ON_SITE,
            "question": case.question,
            "outcome": self._outcome(case.outcome),
            "proposed": self._outcome(case.proposed.outcome if case.proposed else None),
            "proposedBy": self.post(case.proposed.by) if case.proposed else "",
            "verdict": self.say(VERDICT_WORDS[case.verdict]) if case.verdict else "",
            "round": case.round,
            "language": said.language,
            "story": [self._entry(entry) for entry in case.story],
            "clashes": [
                self.say(
                    "%1（%2）没有算数：%3",
                    self.say(HAPPENED[type(c.entry.happening).__name__]),
                    self.post(getattr(c.entry.happening, "by", "")),
                    self.say(c.why.text, *(self.say(place) for place in c.why.places)),
                )
                for c in case.clashes
                if type(c.entry.happening).__name__ in HAPPENED
            ],
        }

    def day(self, iso: str) -> str:
        return spoken_day(date.fromisoformat(iso), self._language)

    def post(self, login: str) -> str:
        """A person's post; the login of somebody who does not work here any more."""
        person = self._hall.person(login)
        return person.post if person else login

    def _flags(self, case: Case, today: str) -> list[str]:
        alive = case.open and case.state is not State.REPLIED
        card = self._card(case.due) if alive else Card.NONE
        flags = (
            ("现场等", case.feedback.reply_by is ReplyBy.ON_SITE and alive),
            ("兜底", case.backstop),
            ("超期", alive and case.due < today),
            ("今天到期", alive and case.due == today),
            (CARD_WORDS[card], card is not Card.NONE),
            ("已延期", case.extended is not None),
            ("督办", case.supervised),
            ("已请示领导", case.escalated_ms is not None),
            ("举报", case.sealed),
            ("小票没打出来", bool(case.unprinted)),
            ("测试 · 不计入", case.test),
        )
        return [self.say(flag) for flag, so in flags if so]

    def _more(self, case: Case) -> str:
        """What else is known: the grades, the wait, who else met it, which round this is."""
        said = case.feedback
        parts = [
            self.say(SOURCE_WORDS[case.source]),
            self.say(GRADE_WORDS[said.grade]) if said.grade else "",
            *(
                self.say(
                    "%1：%2", self.say(DIMENSION_WORDS[r.dimension]), self.say(GRADE_WORDS[r.grade])
                )
                for r in said.dimensions
            ),
            self.say("排队号 %1", said.ticket) if said.ticket else "",
            self.say("等了 %1 分钟", said.waited_minutes)
            if said.waited_minutes is not None
            else "",
            self.say("办件 %1", said.project) if said.project else "",
            self.say("还有 %1 人也遇到", case.joined) if case.joined else "",
            case.play,
            self.say("第 %1 轮", case.round) if case.round > 1 else "",
            self.say(REASON_WORDS.get(case.reason, "")),
            self.say(DIFFICULTY_WORDS[case.difficulty]) if case.difficulty else "",
        ]
        return " · ".join(part for part in parts if part)

    def _waits(self, case: Case) -> str:
        """Whom the case is offered to, while nobody has taken it."""
        if not case.offered:
            return ""
        whom = self.post(case.offered_to) or self._department(case.assigned)
        return self.say("等 %1 接手", whom)

    def _stop(self) -> str:
        return "、" if self._language == "zh" else ", "

    def _need(self, need: Need) -> str:
        name = self._named(self._catalogue.need, need.code)
        return f"{name}（{need.detail}）" if need.detail else name

    def _window(self, code: str) -> str:
        return self._named(self._catalogue.service_window, code)

    def _department(self, code: str) -> str:
        found = (d.name for d in self._catalogue.departments if d.code == code)
        name = next(found, None)
        return name.say(self._language) if name else code

    def _helping(self, one: Helping) -> str:
        department = self._department(one.department)
        return self.say("%1（%2前）", department, self.day(one.due)) if one.due else department

    def _named(self, find: Any, code: str) -> str:
        """A thing's name; its bare code where the catalogue does not have it any more."""
        try:
            return str(find(code).name.say(self._language)) if code else ""
        except KeyError:
            return code

    def _attachment(self, one: Attachment) -> str:
        if one.name == VOICE:
            return self.say("听录音 %1 秒（会留记录）", one.seconds)
        return self.say("看手画的（会留记录）")

    def _outcome(self, outcome: Outcome | None) -> dict[str, str]:
        if outcome is None:
            return {}
        return {
            "result": self.say(RESULT_WORDS[outcome.result]),
            "text": outcome.text,
            "reply": outcome.reply,
            "cause": self.say(CAUSE_WORDS[outcome.cause]) if outcome.cause else "",
            "measures": outcome.measures,
            "basis": outcome.basis,
            "place": outcome.where.place,
            "how": outcome.where.how,
            "provided": self._stop().join(
                self._named(self._catalogue.need, code) for code in outcome.provided
            ),
        }

    def _entry(self, entry: Entry) -> dict[str, str]:
        name = type(entry.happening).__name__
        who = getattr(entry.happening, "by", "")
        return {
            "what": self.say(HAPPENED.get(name, name)),
            "who": self.post(who),
            "when": f"{datetime.fromtimestamp(entry.at_ms / 1000):%m-%d %H:%M}",
            "more": self._told(entry),
        }

    def _told(self, entry: Entry) -> str:
        """What was written along with a deed."""
        match entry.happening:
            case Noted(_, text) | Asked(_, text) | Answered(text) | Returned(_, text):
                return text
            case Escalated(_, text) | Supervised(_, text):
                return text
            case Met(_, how, note):
                return " · ".join(part for part in (self.say(how), note) if part)
            case Classified(_, difficulty):
                return self.say(DIFFICULTY_WORDS[difficulty])
            case Assigned(_, department, to, _, note):
                parts = (self._department(department), self.post(to), note)
                return " · ".join(part for part in parts if part)
            case Declined(_, reason, better):
                return " · ".join(part for part in (reason, self._department(better)) if part)
            case Reowned(_, to, reason):
                return f"{self.post(to)} · {reason}"
            case Extended(_, due, reason):
                return f"{self.day(due)} · {reason}"
            case Proposed(_, outcome) | Replied(_, outcome):
                return self.say(RESULT_WORDS[outcome.result])
            case FollowedUp(_, verdict, note):
                return " · ".join(p for p in (self.say(VERDICT_WORDS[verdict]), note) if p)
            case PrintFailed(why):
                return self.say(why)
            case Judged(verdict):
                return self.say(VERDICT_WORDS[verdict])
            case _:
                return ""
