"""What whoever holds its code may read of a case: the tracking page and the kiosk show the same.

Ready words in one language, nothing less than the printed reply. Never the citizen's own words,
how to reach them, or a person: departments alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from db.event import clock_ms
from db.terms import KIND_WORDS, RESULT_WORDS, STATE_WORDS, State, Verdict
from kiosk.told import spoken_day
from kiosk.words import say

if TYPE_CHECKING:
    from db.case import Case
    from db.happening import Extended, Improved
    from kiosk.catalogue import Catalogue

#: After closing, only 已办结 is said (flows.md §5).
SHOWN_DAYS = 180
STORY = {
    "Registered": "已登记",
    "Accepted": "已受理",
    "Handled": "办理中",
    "Asked": "请您补充",
    "Answered": "您补充了",
    "Extended": "延期了",
    "Replied": "已回复",
    "Approved": "已回复",
    "Withdrawn": "您撤回了",
    "Closed": "已办结",
}


@dataclass(frozen=True, slots=True)
class Block:
    """A heading and what stands below it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One case in words; what there is nothing of is empty.

    `promise` is by when we reply, or that we are late; `answer` is what the hall answers, its
    reply first; `notes` is what to know besides; `story` is (words, day).
    """

    number: str
    test: bool
    state: str
    promise: str
    question: str
    question_by: tuple[str, ...]
    notes: tuple[Block, ...]
    answer: tuple[Block, ...]
    about: tuple[str, ...]
    story: tuple[tuple[str, str], ...]
    judges: bool
    withdraws: bool


def shown(
    case: "Case",
    catalogue: "Catalogue",
    language: str,
    today: date,
    improvement: "Improved | None" = None,
) -> Shown:
    """The case in `language`; `improvement` is the entry of the ledger its outcome points to."""
    words = _Words(case, catalogue, language, today)
    over = not case.open and today - _day(clock_ms(case.clock)) > timedelta(days=SHOWN_DAYS)
    asks = case.state is State.WAITING
    return Shown(
        number=case.number,
        test=case.test,
        state=words.say("办理中" if case.state is State.REVIEW else STATE_WORDS[case.state]),
        promise="" if case.outcome or asks else words.promise(),
        question=case.question if asks else "",
        question_by=words.question_by() if asks else (),
        notes=() if over else words.notes(),
        answer=() if over else words.answer(improvement),
        about=() if over else words.about(),
        story=() if over else words.story(),
        judges=case.state is State.REPLIED,
        withdraws=case.state not in (State.REPLIED, State.CLOSED),
    )


class _Words:
    """Says one case in one language."""

    def __init__(self, case: "Case", catalogue: "Catalogue", language: str, today: date) -> None:
        self._case = case
        self._catalogue = catalogue
        self._language = language
        self._today = today

    def say(self, text: str, *args: object) -> str:
        return say(text, self._language, *args)

    def day(self, iso: str) -> str:
        return spoken_day(date.fromisoformat(iso), self._language)

    def promise(self) -> str:
        due = self.day(self._case.due)
        if self._today.isoformat() > self._case.due:
            return self.say("说好最迟 %1 回复您，已经晚了，对不起。", due)
        return self.say("最迟 %1 前回复您", due)

    def question_by(self) -> tuple[str, ...]:
        """By when to answer, and by when we reply if the answer comes today."""
        dues = self._case.asked.dues if self._case.asked else ()
        if not dues:
            return ()
        last, today = dues[-1], self._today.isoformat()
        if today > last.until:
            return (
                self.say("等到 %1 为止。现在回答也来得及，只要还没有回复。", self.day(last.until)),
            )
        now = next(later for later in dues if later.until >= today)
        return (
            self.say("请在 %1 前回答。", self.day(last.until)),
            self.say("今天回答，最迟 %1 前回复您。", self.day(now.due)),
        )

    def notes(self) -> tuple[Block, ...]:
        return tuple(note for note in (self._extension(), self._lead()) if note)

    def _extension(self) -> Block | None:
        """A later day of this round, and why; once there is a reply nobody waits for it."""
        extended = _extended(self._case)
        if extended is None or self._case.outcome:
            return None
        title = self.say("延期一次，延到 %1", self.day(extended.due))
        return Block(title, (self.say("原因：%1", extended.reason),))

    def _lead(self) -> Block | None:
        """R-35: several departments may work on it, the citizen needs the lead one alone."""
        case = self._case
        lead = self._department(case.assigned)
        if not case.helping or not lead or case.sealed:
            return None
        return Block(
            self.say("牵头的科室：%1", lead), (self.say("几个科室一起办，您只找这一家。"),)
        )

    def answer(self, improvement: "Improved | None") -> tuple[Block, ...]:
        outcome = self._case.outcome
        if outcome is None:
            return ()
        blocks = (
            self._block("给您的回复", [outcome.reply]),
            self._block("结果", [self.say(RESULT_WORDS[outcome.result])]),
            self._block("在哪办", [outcome.where.place]),
            self._block("怎么办", [outcome.where.how]),
            self._block("我们做了什么", outcome.measures.splitlines()),
            self._block("已经为您提供", map(self._need, outcome.provided)),
            self._block("依据", [outcome.basis]),
            self._block("并到这一件一起办", [outcome.merged_into]),
            self._improved(improvement),
            self._block("您的评价", [self._verdict()]),
        )
        return tuple(block for block in blocks if block.lines)

    def _improved(self, entry: "Improved | None") -> Block:
        if entry is None:
            return Block("", ())
        lines = [entry.title, *entry.measures]
        if entry.day:
            lines.append(self.say("从 %1 起", self.day(entry.day)))
        return self._block("大厅为这样的事做的整改", lines)

    def _verdict(self) -> str:
        words = {Verdict.SOLVED: "解决了", Verdict.PARTLY: "解决了一部分"}
        verdict = self._case.verdict
        return self.say(words[verdict]) if verdict in words else ""

    def about(self) -> tuple[str, ...]:
        """What was said, in the hall's own categories, as on the receipt."""
        said = self._case.feedback
        when = spoken_day(_day(self._case.registered_ms), self._language)
        if self._case.sealed:
            return (when,)
        stop = "、" if self._language in ("zh", "ja") else ", "
        names = (self._catalogue.name_of(code, self._language) for code in said.problems)
        lines = (
            when,
            self.say(KIND_WORDS[said.kind]),
            stop.join(names),
            self._named(self._catalogue.service_windows, said.service_window),
            self._named(self._catalogue.service_items, said.service_item),
        )
        return tuple(line for line in lines if line)

    def story(self) -> tuple[tuple[str, str], ...]:
        return tuple(
            (self.say(words), spoken_day(_day(at), self._language))
            for words, at in story_of(self._case)
        )

    def _block(self, title: str, lines: Iterable[str]) -> Block:
        return Block(self.say(title), tuple(line.strip() for line in lines if line.strip()))

    def _department(self, code: str) -> str:
        return self._named(self._catalogue.departments, code)

    def _need(self, code: str) -> str:
        return self._named(self._catalogue.needs, code)

    def _named(self, things: Iterable[Any], code: str) -> str:
        """A thing's name; empty where the catalogue has it no more: a bare code tells nobody."""
        return next((str(t.name.say(self._language)) for t in things if t.code == code), "")


def story_of(case: "Case") -> list[tuple[str, int]]:
    """What a citizen may see of what happened: words and milliseconds, without persons."""
    names = ((type(entry.happening).__name__, entry.at_ms) for entry in case.story)
    return [(STORY[name], at) for name, at in names if name in STORY]


def _extended(case: "Case") -> "Extended | None":
    """The extension, if it was of the round that goes on now."""
    for entry in reversed(case.story):
        if entry.happening is case.extended:
            return case.extended
        if getattr(entry.happening, "verdict", None) is Verdict.UNSOLVED:
            return None
    return None


def _day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000).date()
