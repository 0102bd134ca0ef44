"""The words of the hall: kinds, grades, results, states, roles, and the plain values made of them.

Names, never numbers: each export owns its own code map. Standard library only.
"""

from dataclasses import dataclass
from enum import StrEnum


class Name(StrEnum):
    """A word of the hall; as quick in a set or table as the text it is."""

    __hash__ = str.__hash__


class Kind(Name):
    """What someone came to say (flows.md §3)."""

    RATING = "rating"
    COMPLAINT = "complaint"
    VENT = "vent"
    SUGGESTION = "suggestion"
    HELP = "help"
    QUESTION = "question"
    PRAISE = "praise"
    INTEGRITY = "integrity"


class Grade(Name):
    """The five national grades of 好差评, by name; each export owns its own code map."""

    VERY_SATISFIED = "very_satisfied"
    SATISFIED = "satisfied"
    BASICALLY_SATISFIED = "basically_satisfied"
    DISSATISFIED = "dissatisfied"
    VERY_DISSATISFIED = "very_dissatisfied"

    @property
    def negative(self) -> bool:
        """差评: the last two grades."""
        return self in (Grade.DISSATISFIED, Grade.VERY_DISSATISFIED)


class Dimension(Name):
    """流程顺不顺，效率高不高，服务好不好，手续繁不繁 (R-11)."""

    PROCESS = "process"
    EFFICIENCY = "efficiency"
    SERVICE = "service"
    PAPERWORK = "paperwork"


class ReplyBy(Name):
    """How the citizen wants to hear back."""

    RECEIPT = "receipt"
    PHONE = "phone"
    ON_SITE = "on_site"


class Source(Name):
    """How it came in: at a kiosk, on a paper slip that the desk keyed in, or told to the desk."""

    KIOSK = "kiosk"
    PAPER = "paper"
    DESK = "desk"


class Result(Name):
    """Why and how a case ended (flows.md §3); T1 is a rating that asks for nothing."""

    A1 = "A1"
    A2 = "A2"
    A3 = "A3"
    A4 = "A4"
    A5 = "A5"
    B1 = "B1"
    N1 = "N1"
    N2 = "N2"
    N3 = "N3"
    N4 = "N4"
    N5 = "N5"
    G1 = "G1"
    M1 = "M1"
    W1 = "W1"
    T1 = "T1"

    @property
    def negative(self) -> bool:
        """说NO要报告: such a result needs a leader's approval."""
        return self.startswith("N")

    @property
    def final(self) -> bool:
        """Merged, void and withdrawn cases close with their reply; nothing is asked afterwards."""
        return self in (Result.M1, Result.N5, Result.W1, Result.T1)


class Cause(Name):
    """Why it happened (R-24): seen before the complaints are."""

    PEAK = "peak"
    STAFFING = "staffing"
    SKILL = "skill"
    RULES = "rules"
    PAPERS = "papers"
    SYSTEM = "system"
    PLACE = "place"
    TOLD = "told"
    OUTSIDE = "outside"
    UNPROVEN = "unproven"


class Difficulty(Name):
    """How much a case asks for; each has its number of service days (flows.md §2)."""

    SIMPLE = "simple"
    GENERAL = "general"
    COMPLEX = "complex"
    VERY_COMPLEX = "very_complex"


class Verdict(Name):
    """What the citizen says of the reply."""

    SOLVED = "solved"
    PARTLY = "partly"
    UNSOLVED = "unsolved"


class State(Name):
    """The seven states of a case (flows.md §2)."""

    REGISTERED = "registered"
    ACCEPTED = "accepted"
    HANDLING = "handling"
    WAITING = "waiting"
    REVIEW = "review"
    REPLIED = "replied"
    CLOSED = "closed"


class Role(Name):
    """What somebody may do (flows.md §2, Who)."""

    CLERK = "clerk"
    COORDINATOR = "coordinator"
    HEAD = "head"
    HANDLER = "handler"
    LEADER = "leader"
    SUPERVISOR = "supervisor"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Ring(Name):
    """Whose keys open what is sealed: contact data, or integrity cases."""

    CONTACT = "contact"
    INTEGRITY = "integrity"


class Duty(Name):
    """What somebody is rostered for: at the window by half day, or leading the day (R-26, R-27)."""

    WINDOW = "window"
    LEADER = "leader"


class Axis(Name):
    """What numbers are grouped by. A case has one of each, but as many problems as it names."""

    ALL = "all"
    DEPARTMENT = "department"
    WINDOW = "window"
    ITEM = "item"
    PROBLEM = "problem"
    CAUSE = "cause"
    KIND = "kind"
    WEEKDAY = "weekday"
    HOUR = "hour"


@dataclass(frozen=True)
class Rated:
    """One dimension of a rating."""

    dimension: Dimension
    grade: Grade


@dataclass(frozen=True)
class Need:
    """One of the offered services someone asks for; `detail` is a time or a number of sheets.

    An address is no detail: it is sealed with the telephone number.
    """

    code: str
    detail: str = ""


@dataclass(frozen=True)
class Feedback:
    """What was said (评价): the catalogue's codes, and the citizen's own `words` as shown."""

    kind: Kind
    grade: Grade | None = None
    dimensions: tuple[Rated, ...] = ()
    #: Problems, each followed by its finer tags.
    problems: tuple[str, ...] = ()
    #: What was good; a good rating that says so asks for nothing all the same.
    merits: tuple[str, ...] = ()
    service_window: str = ""
    service_item: str = ""
    #: The queue ticket's number and how long its holder waited, where it was scanned (R-17).
    ticket: str = ""
    waited_minutes: int | None = None
    #: The number of the finished 办件 whose pick-up slip was scanned (R-02); never asked for.
    project: str = ""
    words: str = ""
    needs: tuple[Need, ...] = ()
    reply_by: ReplyBy = ReplyBy.RECEIPT
    language: str = "zh"
    #: False for a face that was tapped and left: counted here, never exported.
    confirmed: bool = True

    @property
    def asks_nothing(self) -> bool:
        """A plain good rating: it is counted and thanked, and nobody has to act on it."""
        said = self.problems or self.words or self.needs
        good = self.grade is not None and not self.grade.negative
        return self.kind is Kind.RATING and good and not said


@dataclass(frozen=True)
class SealedBytes:
    """What lies sealed beside an event: its name and the SHA-256 of its sealed bytes, so that it
    can be checked without anybody's key."""

    name: str
    digest: str


@dataclass(frozen=True)
class Attachment:
    """Something said otherwise than in words, kept sealed beside the log: what it is and how much.

    `size` is in bytes before sealing; `seconds` is how long a sound lasts.
    """

    name: str
    media: str
    digest: str
    size: int = 0
    seconds: int = 0


@dataclass(frozen=True)
class Where:
    """在哪办、怎么办 (R-38): the place with its telephone and hours, and the way."""

    place: str = ""
    how: str = ""

    @property
    def whole(self) -> bool:
        return bool(self.place.strip() and self.how.strip())


@dataclass(frozen=True)
class Outcome:
    """A result, why it is so (`text`: what was found), and the reply the citizen reads.

    `basis` is the rule behind an explanation, `provided` the services that were given (R-37),
    `merged_into` the number of the case that goes on, `improvement` an entry of the ledger.
    """

    result: Result
    text: str
    reply: str
    cause: Cause | None = None
    measures: str = ""
    basis: str = ""
    where: Where = Where()
    provided: tuple[str, ...] = ()
    merged_into: str = ""
    improvement: str = ""

    @property
    def complete(self) -> bool:
        return bool(self.text.strip() and self.reply.strip())


#: Why a due date is that day, good for every language: of each part the sentence, then what fills
#: it in; the last part says the day.
Reason = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Later:
    """A due date as it will be if the citizen answers by `until` (ISO days)."""

    until: str
    due: str
    due_why: Reason = ()
    #: What versions before `due_why` said, in Chinese.
    reason: str = ""


@dataclass(frozen=True)
class Helping:
    """协办: a department that helps the lead one, with a day of its own (R-35)."""

    department: str
    due: str = ""


KIND_WORDS = {
    Kind.RATING: "评价",
    Kind.COMPLAINT: "投诉",
    Kind.VENT: "吐槽",
    Kind.SUGGESTION: "建议",
    Kind.HELP: "急事难事",
    Kind.QUESTION: "咨询",
    Kind.PRAISE: "表扬",
    Kind.INTEGRITY: "举报",
}
STATE_WORDS = {
    State.REGISTERED: "已登记",
    State.ACCEPTED: "已受理",
    State.HANDLING: "办理中",
    State.WAITING: "待您补充",
    State.REVIEW: "待审核",
    State.REPLIED: "已回复",
    State.CLOSED: "已办结",
}
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
    Result.M1: "并案",
    Result.W1: "撤回",
    Result.T1: "已记录",
}
CAUSE_WORDS = {
    Cause.PEAK: "高峰集中",
    Cause.STAFFING: "人手",
    Cause.SKILL: "技能",
    Cause.RULES: "制度流程",
    Cause.PAPERS: "材料要求",
    Cause.SYSTEM: "系统设备",
    Cause.PLACE: "设施标识",
    Cause.TOLD: "沟通告知",
    Cause.OUTSIDE: "外部单位",
    Cause.UNPROVEN: "未核实",
}
DIFFICULTY_WORDS = {
    Difficulty.SIMPLE: "简单",
    Difficulty.GENERAL: "一般",
    Difficulty.COMPLEX: "复杂",
    Difficulty.VERY_COMPLEX: "特别复杂",
}
ROLE_WORDS = {
    Role.CLERK: "值守员",
    Role.COORDINATOR: "协调员",
    Role.HEAD: "科室负责人",
    Role.HANDLER: "承办人",
    Role.LEADER: "带班领导",
    Role.SUPERVISOR: "局领导督查",
    Role.INSPECTOR: "纪检",
    Role.ADMINISTRATOR: "管理员",
    Role.AUDITOR: "审计",
}
