"""Pinyin to characters: the best whole sentence first, then words and characters of its beginning.

A table of words with their readings and weights (resources/pinyin), and the path through the typed
letters that weighs most. It keeps nothing: what one person typed changes nothing for the next.
"""

import gzip
import heapq
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

from kiosk import RESOURCES

FOLDER = RESOURCES / "pinyin"
LONGEST_WORD = 30
#: What an unfinished last syllable costs, in the log weights of the table.
UNFINISHED = 4.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Characters for the first `used` typed letters."""

    text: str
    used: int


Words = list[tuple[str, float]]


class Pinyin:
    """The table in memory: letters without separators → words, the weightiest first."""

    def __init__(self, words: dict[str, Words], syllables: dict[str, Words]) -> None:
        self._words = words
        self._syllables = syllables
        self._sorted = sorted(syllables)
        self._initials = _initials(words, syllables)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Pinyin":
        """Read the table: about 100,000 words."""
        words: dict[str, Words] = {}
        syllables: dict[str, Words] = {}
        with gzip.open(folder / "table.txt.gz", "rt", encoding="utf-8") as table:
            for line in table:
                sound, word, weight = line.split(" ")
                entry = (word, float(weight))
                words.setdefault(sound.replace("'", ""), []).append(entry)
                if len(word) == 1:
                    syllables.setdefault(sound, []).append(entry)
        for found in words.values():
            found.sort(key=lambda entry: -entry[1])
        return cls(words, syllables)

    def candidates(self, letters: str, limit: int = 40) -> list[Candidate]:
        """At most `limit` candidates for letters a–z (v for ü, ' between syllables)."""
        typed = letters.lower()
        if not typed:
            return []
        found: dict[Candidate, None] = {}
        for sentence in self._sentences(typed):
            found[Candidate(sentence, len(typed))] = None
        for end in range(len(typed), 0, -1):
            part = typed[:end].replace("'", "")
            for word, _ in self._words.get(part, ())[:30]:
                found[Candidate(word, end)] = None
            if end == len(typed):
                for word in self._initials.get(part, ())[:8]:
                    found[Candidate(word, end)] = None
        if len(found) < limit:
            for syllable in self._beginning_with(typed.replace("'", ""))[:6]:
                for word, _ in self._syllables[syllable][:6]:
                    found[Candidate(word, len(typed))] = None
        return list(found)[:limit]

    def readings(self, char: str) -> list[str]:
        """Every way a character can be typed."""
        return [s for s, found in self._syllables.items() if any(w == char for w, _ in found)]

    def _beginning_with(self, letters: str) -> list[str]:
        start = bisect_left(self._sorted, letters)
        found = []
        for syllable in self._sorted[start:]:
            if not syllable.startswith(letters):
                break
            found.append(syllable)
        return found

    def _sentences(self, typed: str, most: int = 3) -> list[str]:
        """The weightiest ways through all letters, best first."""
        best: list[list[tuple[float, str]]] = [[] for _ in range(len(typed) + 1)]
        best[0] = [(0.0, "")]
        for start in range(len(typed)):
            if not best[start]:
                continue
            if typed[start] == "'":
                best[start + 1] = heapq.nlargest(most, best[start + 1] + best[start])
                continue
            for end in range(start + 1, min(len(typed), start + LONGEST_WORD) + 1):
                words = self._between(typed, start, end)
                if words:
                    new = [
                        (weight + more, text + word)
                        for weight, text in best[start]
                        for word, more in words[:most]
                    ]
                    best[end] = heapq.nlargest(most, best[end] + new)
        return list(dict.fromkeys(text for _, text in best[len(typed)] if text))

    def _between(self, typed: str, start: int, end: int) -> Words:
        part = typed[start:end]
        if "'" in part:
            return []
        words = self._words.get(part)
        if words is None and end == len(typed) and len(part) < 6:
            open_end = [
                (word, weight - UNFINISHED)
                for syllable in self._beginning_with(part)
                for word, weight in self._syllables[syllable][:3]
            ]
            words = heapq.nlargest(3, open_end, key=lambda entry: entry[1])
        return words or []


def _initials(words: dict[str, Words], syllables: dict[str, Words]) -> dict[str, list[str]]:
    """The first letters of a word's syllables → its words, the weightiest first."""
    first: dict[str, str] = {}
    weight_of: dict[str, float] = {}
    for sound, chars in syllables.items():
        for char, weight in chars:
            if weight > weight_of.get(char, -1e9):
                weight_of[char], first[char] = weight, sound[0]
    found: dict[str, list[tuple[float, str]]] = {}
    for entries in words.values():
        for word, weight in entries:
            if len(word) > 1 and weight > -13:
                found.setdefault("".join(first[c] for c in word), []).append((weight, word))
    return {k: [w for _, w in sorted(v, reverse=True)[:8]] for k, v in found.items()}
