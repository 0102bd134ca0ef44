"""Patterns of play: what submissions at one kiosk look like that nobody seems to have meant.

A mark is a reason in words for staff. It costs a case nothing: number, receipt, deadline, reply and
numbers are those of any other. What is remembered of a submission holds no word of it.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from db.terms import Feedback, Grade, Kind, ReplyBy

#: As many submissions are remembered.
REMEMBERED = 40

#: So many submissions within so many seconds, and how that is said.
MANY = ((6, 60, "1 分钟内连续 {} 次"), (25, 300, "5 分钟内连续 {} 次"))
#: A row of the same face: so many, each over within so many seconds, and as soon after the last.
SAME, SOON = 5, 5
#: Nobody reads what they tap this fast: seconds a tap, over so many taps.
TAP, TAPS = 0.35, 4
#: Fewer problems than this may all be somebody's.
EVERYTHING = 8
#: The same character so often, and as much of the text; a text of so many stops and nothing else.
REPEATED, SHARE, STOPS = 10, 0.8, 4
#: Neighbouring keys in a row; the same few keys again and again.
IN_ROW, AGAIN = 7, re.compile(r"(.{2,4}?)\1{4,}.{0,3}")
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@dataclass(frozen=True, slots=True)
class Pace:
    """How a visit went: handed in at this second, so long after its first tap, with so many."""

    at: float
    seconds: float
    taps: int


@dataclass(frozen=True, slots=True)
class Sent:
    """What is remembered of a submission. `plain`: no words, voice, needs or number, only taps."""

    pace: Pace
    kind: Kind = Kind.COMPLAINT
    grade: Grade | None = None
    problems: int = 0
    plain: bool = True


def sent(
    feedback: Feedback, pace: Pace, *, spoke: bool = False, finer: Collection[str] = ()
) -> Sent:
    """What to remember of this one; somebody who `spoke` left a voice note or a drawing, and
    problems that are `finer` tags of another are not counted again."""
    took_trouble = feedback.words or feedback.needs or feedback.reply_by is ReplyBy.PHONE or spoke
    count = sum(code not in finer for code in feedback.problems) + len(feedback.merits)
    return Sent(pace, feedback.kind, feedback.grade, count, plain=not took_trouble)


def mark(now: Sent, before: Sequence[Sent], words: str = "", offered: int = EVERYTHING) -> str:
    """Why this looks like play after what was sent before it; empty for what looks meant.

    `offered` is how many problems could be tapped. Nobody who reports a bribe is ever marked.
    """
    if now.kind is Kind.INTEGRITY:
        return ""
    row = [s for s in (*before, now) if s.kind is not Kind.INTEGRITY]
    found = (*_many(row), *_same(row), *_haste(now), *_everything(now, offered), *_noise(words))
    return "；".join(found)


def _many(row: Sequence[Sent]) -> Iterator[str]:
    last = row[-1].pace.at
    for count, seconds, said in MANY:
        recent = [s for s in row if last - s.pace.at <= seconds]
        if len(recent) >= count:
            ratings = all(s.kind in (Kind.RATING, Kind.PRAISE) for s in recent)
            yield said.format(len(recent)) + ("评价" if ratings else "提交")
            return


def _same(row: Sequence[Sent]) -> Iterator[str]:
    """One hand on one face: the row that ends here, without a pause for somebody else to come."""
    run = 0
    for one, earlier in zip(reversed(row), [*reversed(row[:-1]), None], strict=True):
        if not (one.plain and one.grade and one.problems == 0 and one.grade is row[-1].grade):
            break
        if one.pace.seconds > SOON:
            break
        run += 1
        began = one.pace.at - one.pace.seconds
        if earlier is None or began - earlier.pace.at > SOON:
            break
    if run >= SAME:
        yield f"连续 {run} 次同一个脸，每次不到 {SOON} 秒"


def _haste(now: Sent) -> Iterator[str]:
    pace = now.pace
    if now.plain and pace.taps >= TAPS and pace.seconds < TAP * pace.taps:
        yield f"{pace.taps} 下只用了 {pace.seconds:.1f} 秒"


def _everything(now: Sent, offered: int) -> Iterator[str]:
    if now.plain and now.problems >= max(EVERYTHING, offered):
        yield f"{now.problems} 个问题全点了"


def _noise(words: str) -> Iterator[str]:
    """Words that say nothing. Unknown characters are letters: they may be somebody's name."""
    letters = [c for c in words.lower() if unicodedata.category(c)[0] not in "PZ" and c >= " "]
    if not letters:
        if len(words.strip()) >= STOPS:
            yield "只有标点，没有字"
        return
    ((_, count),) = Counter(letters).most_common(1)
    if count >= REPEATED and count >= SHARE * len(letters):
        yield f"同一个字写了 {count} 次"
        return
    text = "".join(letters)
    if any(_runs(row, text) for row in ROWS):
        yield "一排键顺着按"
    elif text.isascii() and AGAIN.fullmatch(text):
        yield "几个键反复按"


def _runs(keys: str, text: str) -> bool:
    pieces = [keys[n : n + IN_ROW] for n in range(len(keys) - IN_ROW + 1)]
    return any(piece in text or piece[::-1] in text for piece in pieces)
