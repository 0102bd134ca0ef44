"""The words that go out to a citizen: no bare “can't be done”, no blame (R-38, R-42).

“只说YES不说NO，只说在哪办、怎么办”: such words go out only with where and how beside them. Blame
never goes out; the finding says what to write instead.
"""

import re
from dataclasses import dataclass

from db.terms import Outcome

#: What may only stand beside where-and-how.
NO_WORDS = tuple(
    [
        "办不了",
        "不能办",
        "不给办",
        "没法办",
        "无法办理",
        "不予办理",
        "不归我们管",
        "不是我们管",
        "不归我管",
        "不属于我们",
        "不知道",
        "不清楚",
        "自己找",
        "自己想办法",
        "自己去问",
        "没办法",
    ]
)
#: What blames the citizen.
BLAME_WORDS = tuple(
    [
        "您没有",
        "你没有",
        "您没带",
        "你没带",
        "您的材料不全",
        "你的材料不全",
        "材料不全是您",
        "早就告诉您",
        "早就告诉你",
        "早就说过",
        "是您自己",
        "是你自己",
        "您应该早",
        "你应该早",
        "怪您",
        "怪你",
        "谁让您",
        "谁让你",
    ]
)
INSTEAD_OF_NO = "写清楚在哪办、怎么办，就可以发出"
INSTEAD_OF_BLAME = "不怪市民：说还差什么、我们怎么帮您补上（帮办）"
_GAPS = re.compile(r"[\s，,、。.·…—-]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """A word that may not go out like this, and what to write instead."""

    word: str
    instead: str


def blame(words: str) -> tuple[Finding, ...]:
    """What has to change before the citizen may read these words, whatever they are part of."""
    said = _GAPS.sub("", words)
    return tuple(Finding(word, INSTEAD_OF_BLAME) for word in BLAME_WORDS if word in said)


def check(outcome: Outcome) -> tuple[Finding, ...]:
    """What has to change before this reply may go out; empty for a good one."""
    said = _GAPS.sub("", outcome.reply)
    found = list(blame(outcome.reply))
    if not outcome.where.whole:
        found += [Finding(word, INSTEAD_OF_NO) for word in NO_WORDS if word in said]
    return tuple(found)
