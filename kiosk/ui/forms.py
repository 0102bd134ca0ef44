"""What each deed asks of whoever does it, and how it is done with what they wrote. No Qt.

A deed without fields is done at once. Labels are Chinese here and spoken by the desk.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from db.case import Case, DoesNotFit
from db.hall import Hall, Person
from db.rules import HANDS, excluded
from db.terms import (
    DIFFICULTY_WORDS,
    Cause,
    Difficulty,
    Helping,
    Outcome,
    Result,
    Role,
    Verdict,
    Where,
)
from kiosk.casework import Casework
from kiosk.catalogue import Catalogue

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asks:
    """One field: `kind` is text, lines, number, choice or choices; an empty one may stay empty."""

    name: str
    label: str
    kind: str = "text"
    source: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """A button of the case page: its label, its key, its fields, what is said when it is done.

    What cannot be taken back and asks for nothing says what it will do, and is pressed once more.
    """

    name: str
    label: str
    said: str
    do: Callable[[Casework, str, Values], Any]
    key: str = ""
    asks: tuple[Asks, ...] = ()
    sure: str = ""
    primary: bool = False
    care: bool = False
    #: Needed now and then: behind “更多”.
    rare: bool = False
    #: Waits for a printer.
    prints: bool = False


def _helping(values: Values) -> tuple[Helping, ...]:
    return tuple(Helping(department) for department in values.get("helping", ()))


def _number(typed: Any) -> int:
    """A number of days that somebody wrote. Raises DoesNotFit for what is none."""
    text = str(typed or "0").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise DoesNotFit("天数要填数字")
    return int(text)


REASON = Asks("reason", "原因", "lines")
DEEDS = (
    Deed(
        "accept", "受理", "受理了：您是首问负责人。", lambda w, c, _: w.accept(c), "A", primary=True
    ),
    Deed("take", "接手", "接手了，由您来办。", lambda w, c, _: w.take(c), "T", primary=True),
    Deed(
        "approve",
        "同意，发出",
        "同意了，回复已发出。",
        lambda w, c, _: w.approve(c),
        "Y",
        sure="发出以后市民马上看得到，收不回来。",
        primary=True,
    ),
    Deed(
        "return",
        "退回",
        "已退回，请再想想办法。",
        lambda w, c, v: w.return_(c, v["reason"]),
        "B",
        (Asks("reason", "退回的原因", "lines"),),
    ),
    Deed(
        "follow_up",
        "回访",
        "回访记下了。",
        lambda w, c, v: w.follow_up(c, Verdict(v["verdict"]), v.get("note", "")),
        "F",
        (
            Asks("verdict", "市民怎么说", "choice", "verdicts"),
            Asks("note", "记一句（可不填）", "lines", optional=True),
        ),
        primary=True,
    ),
    Deed(
        "close",
        "办结",
        "办结了。",
        lambda w, c, _: w.close(c),
        "C",
        sure="市民一直没有回音。办结以后，这件事就结束了。",
    ),
    Deed(
        "assign",
        "交办",
        "已交办：对方接手以前，还由您负责。",
        lambda w, c, v: w.assign(
            c,
            v["department"],
            v.get("to", ""),
            _helping(v),
            v.get("note", ""),
            helping_days=_number(v.get("helping_days")),
        ),
        "H",
        (
            Asks("department", "牵头科室", "choice", "departments"),
            Asks("to", "指定一个人（可不填）", "choice", "hands", optional=True),
            Asks("helping", "协办科室（可不填）", "choices", "departments", optional=True),
            Asks("helping_days", "协办几个工作日办好（可不填）", "number", optional=True),
            Asks("note", "交代一句（可不填）", "lines", optional=True),
        ),
    ),
    Deed(
        "decline",
        "退回：不归我们",
        "退回去了，原来的人接着负责。",
        lambda w, c, v: w.decline(c, v["reason"], v.get("better", "")),
        "D",
        (REASON, Asks("better", "哪个科室更合适", "choice", "departments", optional=True)),
    ),
    Deed(
        "ask",
        "请市民补充",
        "问题发出去了，期限暂停。",
        lambda w, c, v: w.ask(c, v["question"]),
        "Q",
        (Asks("question", "问市民什么", "lines"),),
    ),
    Deed(
        "meet",
        "接待记录",
        "记下了。",
        lambda w, c, v: w.meet(c, v["how"], v.get("note", "")),
        "M",
        (
            Asks("how", "怎么接待的", "choice", "hows"),
            Asks("note", "记一句（可不填）", "lines", optional=True),
        ),
        rare=True,
    ),
    Deed(
        "classify",
        "难易",
        "难易定了，期限跟着改了。",
        lambda w, c, v: w.classify(c, Difficulty(v["difficulty"])),
        "L",
        (Asks("difficulty", "这件事有多难", "choice", "difficulties"),),
        rare=True,
    ),
    Deed(
        "extend",
        "延期",
        "延期了，市民看得到原因。",
        lambda w, c, v: w.extend(c, _number(v["days"]), v["reason"]),
        "X",
        (
            Asks("days", "延几个工作日（最多十个）", "number"),
            Asks("reason", "给市民看的原因", "lines"),
        ),
        rare=True,
    ),
    Deed(
        "escalate",
        "请示领导",
        "报给带班领导了，领导一登录就看得到。",
        lambda w, c, v: w.escalate(c, v.get("reason", "")),
        "E",
        (Asks("reason", "为什么（可不填）", "lines", optional=True),),
        rare=True,
    ),
    Deed(
        "accuse",
        "标出被反映的人",
        "标出了：这件事对他们不可见。",
        lambda w, c, v: w.accuse(c, tuple(v["logins"])),
        "",
        (Asks("logins", "反映的是谁", "choices", "hands"),),
        care=True,
        rare=True,
    ),
    Deed(
        "reown",
        "换负责人",
        "负责人换了。",
        lambda w, c, v: w.reown(c, v["to"], v["reason"]),
        "",
        (Asks("to", "换成谁", "choice", "hands"), REASON),
        care=True,
        rare=True,
    ),
    Deed(
        "supervise",
        "督办",
        "列入督办。",
        lambda w, c, v: w.supervise(c, v.get("note", "")),
        "",
        (Asks("note", "督办意见（可不填）", "lines", optional=True),),
        rare=True,
    ),
    Deed(
        "backstop",
        "兜底",
        "列为兜底了：现在的负责人管到底。",
        lambda w, c, _: w.backstop(c),
        sure="列为兜底以后，换负责人要由协调员写明原因。",
        rare=True,
    ),
    Deed(
        "note",
        "备注",
        "记下了，只有工作人员看得到。",
        lambda w, c, v: w.note(c, v["note"]),
        "N",
        (Asks("note", "备注（市民看不到）", "lines"),),
    ),
    Deed(
        "reprint",
        "补打回执",
        "补打好了，新的查询码在小票上。",
        lambda w, c, _: w.reprint(c),
        "P",
        prints=True,
    ),
)
#: Papers of one case; no deed of the record.
PAPERS = (
    Deed(
        "letter", "打答复单", "打好了。", lambda w, c, _: w.print_letter(c), rare=True, prints=True
    ),
    Deed(
        "notice",
        "打一次性告知单",
        "打好了。",
        lambda w, c, v: w.print_notice(c, tuple(str(v["missing"]).splitlines())),
        "",
        (Asks("missing", "还差什么，一行一样", "lines"),),
        rare=True,
        prints=True,
    ),
)
BY_NAME = {deed.name: deed for deed in (*DEEDS, *PAPERS)}


def undo_of(name: str, before: Case) -> Callable[[Casework], Any] | None:
    """How a deed is taken back, by what the case was before it; None for what cannot be."""
    case_id = before.case_id
    if name == "assign" and (before.offered or not before.assigned):
        to = (before.assigned, before.offered_to, before.helping)
        return lambda work: work.assign(case_id, *to)
    if name == "classify":
        difficulty = before.difficulty or Difficulty.GENERAL
        return lambda work: work.classify(case_id, difficulty)
    return None


VERDICT_WORDS = {
    Verdict.SOLVED: "解决了",
    Verdict.PARTLY: "解决了一部分",
    Verdict.UNSOLVED: "没解决",
}
HOWS = ("当面", "电话", "视频", "上门")


def choices(
    source: str, case: Case, hall: Hall, catalogue: Catalogue, language: str, spoken: Any
) -> list[dict[str, str]]:
    """What may be chosen in a field, in the screen's language."""
    match source:
        case "departments":
            found = [(d.code, d.name.say(language)) for d in catalogue.departments]
        case "hands":
            found = [(p.login, f"{p.post} · {p.login}") for p in hall.people if _fit(case, p)]
        case "verdicts":
            found = [(v.value, spoken(words)) for v, words in VERDICT_WORDS.items()]
        case "difficulties":
            found = [(d.value, spoken(words)) for d, words in DIFFICULTY_WORDS.items()]
        case "hows":
            found = [(how, spoken(how)) for how in HOWS]
        case _:
            found = []
    return [{"code": code, "name": name} for code, name in found]


def _fit(case: Case, person: Person) -> bool:
    return person.role in HANDS | {Role.LEADER, Role.SUPERVISOR} and not excluded(case, person)


def outcome_of(values: Values) -> Outcome:
    """The outcome a composer's fields add up to. Raises DoesNotFit for no result at all."""

    def text(name: str) -> str:
        return str(values.get(name, "")).strip()

    if not text("result"):
        raise DoesNotFit("结果和回复都要写")
    return Outcome(
        Result(text("result")),
        text("text"),
        text("reply"),
        cause=Cause(text("cause")) if text("cause") else None,
        measures=text("measures"),
        basis=text("basis"),
        where=Where(text("place"), text("how")),
        provided=tuple(values.get("provided", ())),
        merged_into=text("merged_into"),
        improvement=text("improvement"),
    )
