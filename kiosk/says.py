"""What a citizen says to a case that is under way: an answer, a verdict, that they take it back.

The kiosk and the tracking page say the same; whether it fits is for db/rules.
"""

from datetime import datetime

from db.case import Case
from db.happening import Answered, Judged, Withdrawn
from db.terms import Grade, Outcome, Result, Verdict
from kiosk.deadlines import Deadlines
from kiosk.visit import kept

Said = Answered | Judged | Withdrawn
WITHDRAWN = Outcome(Result.W1, "市民撤回", "您撤回了这件事。随时可以再来说。")
#: Why another round is asked for.
REASONS = {
    "unsolved": "事情没解决",
    "unanswered": "没回答我问的",
    "undone": "说了没做到",
    "attitude": "态度不好",
}
#: What moves a case on for its citizen.
_MOVES = {
    "Asked", "Answered", "Approved", "Closed", "FollowedUp", "Judged", "Replied", "Withdrawn",
}  # fmt: skip


def answered(words: str) -> Answered:
    """The answer as it is kept. Raises ValueError for one that says nothing."""
    words = kept(words).strip()
    if not words:
        raise ValueError("an answer without words")
    return Answered(words)


def judged(
    verdict: Verdict, grade: Grade | None, reason: str, deadlines: Deadlines, now: datetime
) -> Judged:
    """解决了 / 部分 / 没解决, with a grade of the handling; unsolved asks for 重办, by a day of its
    own."""
    if verdict is not Verdict.UNSOLVED:
        return Judged(verdict, grade, reason)
    due = deadlines.again(now).due
    return Judged(verdict, grade, reason, due.day.isoformat(), due.why)


def withdrawn() -> Withdrawn:
    """Taken back; it still ends with a result and a reply."""
    return Withdrawn(WITHDRAWN)


def moves(case: Case) -> int:
    """How often the case has moved on: whoever speaks to an older number has not seen all of it."""
    return sum(type(entry.happening).__name__ in _MOVES for entry in case.story)


def is_said(case: Case, said: Said) -> bool:
    """Whether the citizen said just this last: a second press is the same press."""
    own = (entry.happening for entry in reversed(case.story))
    last = next((one for one in own if isinstance(one, Answered | Judged | Withdrawn)), None)
    return last is not None and _heart(last) == _heart(said)


def _heart(said: Said) -> tuple[object, ...]:
    """Without the day that follows from it."""
    if isinstance(said, Judged):
        return (Judged, said.verdict, said.grade, said.reason)
    return (said,)
