"""The pinyin initials of Chinese words, to search by: 排队时间长 is pdsjc."""

import gzip
import re
from functools import cache

from kiosk import RESOURCES

_TABLE = RESOURCES / "pinyin" / "words.txt.gz"
_GAP = re.compile(r"[^a-z]+")


def initials_of(words: str) -> str:
    """The first letters of each run of Chinese characters, the runs parted by spaces."""
    letters = _letters()
    spelt = "".join(letters.get(character, " ") for character in words)
    return _GAP.sub(" ", spelt).strip()


@cache
def _letters() -> dict[str, str]:
    """A character's first letter, by its likeliest reading."""
    best: dict[str, tuple[int, str]] = {}
    with gzip.open(_TABLE, "rt", encoding="utf-8") as rows:
        for row in rows:
            sound, *pairs = row.split()
            if "'" in sound:
                continue
            for word, cost in zip(pairs[::2], pairs[1::2], strict=True):
                if len(word) == 1 and int(cost) < best.get(word, (1 << 30, ""))[0]:
                    best[word] = (int(cost), sound[0])
    return {character: letter for character, (_, letter) in best.items()}
