"""Pinyin to characters: the likeliest whole sentence first, then words and characters of its
beginning.

A table of words and what they cost, a table of which word likes to follow which (both made by
resources/pinyin/build.py), and the cheapest ways through the typed letters. It keeps nothing: what
one person typed changes nothing for the next.
"""

import gzip
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kiosk import RESOURCES
from kiosk.memory import give_back

FOLDER = RESOURCES / "pinyin"
#: As many ways are followed further from each letter, with as many words of each sound.
WAYS, WORDS = 8, 8
#: No sound has as many words.
ALL_WORDS = 1000
#: As many whole sentences are offered, unless they cost that much more than the first.
SENTENCES, MUCH_MORE = 5, 100
#: What an unfinished last syllable costs, in the unit of the tables.
UNFINISHED = 100
#: Letters that begin more sounds than this say too little to guess a long word from.
TOO_MANY = 600
LONGEST_WORD = 30
START, END = "<", ">"

#: What a word costs, and the word.
Word = tuple[int, str]
#: What a way has cost so far, its text, its last word.
Way = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Characters for the first `used` typed letters."""

    text: str
    used: int


class Pinyin:
    """The tables in memory."""

    def __init__(self, rows: list[str], pairs: "_Pairs", initials: dict[str, list[str]]) -> None:
        """`rows` are `sound word cost word cost …`, cheapest first, in the order of letters."""
        self._rows = rows
        self._letters = [_sound(row).replace("'", "") for row in rows]
        self._syllables = [row for row in rows if "'" not in row]
        self._pairs = pairs
        self._initials = initials

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Pinyin":
        """Read the tables: 88,000 words and 270,000 pairs of them."""
        initials = {}
        for line in _lines(folder / "initials.txt.gz"):
            letters, *words = line.split(" ")
            initials[letters] = words
        pairs = _Pairs(_lines(folder / "pairs.txt.gz"))
        made = cls(_lines(folder / "words.txt.gz"), pairs, initials)
        give_back()
        return made

    def candidates(self, letters: str, limit: int = 40, start: int = 0) -> list[Candidate]:
        """At most `limit` candidates, from number `start` on, for letters a–z (v for ü, '
        between syllables)."""
        return list(islice(_once(self._offers(letters.lower())), start, start + limit))

    def _offers(self, typed: str) -> Iterator[Candidate]:
        """What all letters may stand for, then what may stand at their beginning."""
        if not typed:
            return
        ways = self._ways(typed)
        yield from (Candidate(text, len(typed)) for text in self._sentences(ways[-1]))
        part = typed.strip("'")
        words = self._words(part)
        whole = [word for _, word in words] or self._initials.get(part, [])
        yield from (Candidate(word, len(typed)) for word in whole)
        yield from (Candidate(word, len(typed)) for _, word in self._unfinished(part))
        if not ways[-1]:
            far = max(end for end, found in enumerate(ways) if found)
            yield from (Candidate(text, far) for _, text, _ in ways[far][:1] if text)
        for end in range(len(typed) - 1, 0, -1):
            if typed[end - 1] != "'":
                words = self._words(typed[:end].strip("'"))
                yield from (Candidate(word, end) for _, word in words)

    def _sentences(self, ways: list[Way]) -> list[str]:
        """The texts of the cheapest ways, were they to end here."""
        end = [self._pairs.number(END)]
        ends = sorted(
            (cost - self._pairs.save(last, end)[0], text) for cost, text, last in ways if text
        )
        return [text for cost, text in ends if cost <= ends[0][0] + MUCH_MORE][:SENTENCES]

    def _ways(self, typed: str) -> list[list[Way]]:
        """The cheapest ways to every letter; to the last one with unfinished words, too."""
        ways: list[list[Way]] = [[(0, "", START)]]
        for end in range(1, len(typed) + 1):
            if typed[end - 1] == "'":
                ways.append(ways[-1])
                continue
            found: dict[str, Way] = {}
            for start in range(max(0, end - LONGEST_WORD), end):
                if not ways[start] or typed[start] == "'":
                    continue
                part = typed[start:end]
                words = self._words(part, WORDS)
                if end == len(typed):
                    words += [(cost + UNFINISHED, w) for cost, w in self._unfinished(part, WORDS)]
                for way in self._steps(ways[start], words):
                    if way[1] not in found or way < found[way[1]]:
                        found[way[1]] = way
            ways.append(sorted(found.values())[:WAYS])
        return ways

    def _steps(self, ways: list[Way], words: list[Word]) -> Iterator[Way]:
        """Every way with each of the words after it."""
        numbers = [self._pairs.number(word) for _, word in words]
        for cost, text, last in ways if words else ():
            for (more, word), less in zip(words, self._pairs.save(last, numbers), strict=True):
                yield cost + more - less, text + word, word

    def _words(self, part: str, most: int = ALL_WORDS) -> list[Word]:
        """The words that are spelled so, the cheapest first."""
        letters = part.replace("'", "")
        found: list[Word] = []
        at = bisect_left(self._letters, letters)
        while at < len(self._rows) and self._letters[at] == letters:
            if _divided(_sound(self._rows[at]), part):
                found += _read(self._rows[at], most)
            at += 1
        return sorted(found)[:most]

    def _unfinished(self, part: str, most: int = ALL_WORDS) -> list[Word]:
        """The words whose last syllable is only begun, the cheapest first."""
        letters = part.replace("'", "")
        first, last = _beginning_with(letters, self._letters)
        if last - first <= TOO_MANY:
            rows = self._rows[first:last]
        else:
            rows = self._syllables[slice(*_beginning_with(letters, self._syllables))]
        found: list[Word] = []
        for row in rows:
            sound = _sound(row)
            length = len(sound.replace("'", ""))
            finished = length - len(sound.rpartition("'")[2])
            if finished < len(letters) < length and _divided(sound, part):
                found += _read(row, most)
        return sorted(found)[:most]


class _Pairs:
    """What a word saves after another one. Numbers in arrays: as objects they took 40 MB."""

    def __init__(self, lines: list[str]) -> None:
        """Each is `word usually word so-much word so-much …`."""
        self._numbers = {line.partition(" ")[0]: number for number, line in enumerate(lines)}
        self._usual, self._begins = array("h"), array("I", [0])
        self._seconds, self._saved = array("I"), array("h")
        for line in lines:
            _, usual, *rest = line.split(" ")
            numbers = [self._numbers.setdefault(word, len(self._numbers)) for word in rest[::2]]
            pairs = sorted(zip(numbers, map(int, rest[1::2]), strict=True))
            self._usual.append(int(usual))
            self._seconds.extend(number for number, _ in pairs)
            self._saved.extend(saved for _, saved in pairs)
            self._begins.append(len(self._seconds))

    def number(self, word: str) -> int:
        """The number of a word; of one that follows nothing, one that nothing has."""
        return self._numbers.get(word, len(self._numbers))

    def save(self, first: str, seconds: list[int]) -> list[int]:
        """What each of the numbered words saves after `first`; less than nothing where they are
        strangers."""
        row = self.number(first)
        if row >= len(self._usual):
            return [0] * len(seconds)
        usual, begin, end = self._usual[row], self._begins[row], self._begins[row + 1]
        found = []
        for second in seconds:
            at = bisect_left(self._seconds, second, begin, end)
            known = at < end and self._seconds[at] == second
            found.append(self._saved[at] if known else usual)
        return found


def _lines(file: Path) -> list[str]:
    return gzip.decompress(file.read_bytes()).decode("utf-8").split("\n")


def _once(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """Without the same text again for fewer letters."""
    seen = set()
    for candidate in candidates:
        if candidate.text not in seen:
            seen.add(candidate.text)
            yield candidate


def _beginning_with(letters: str, ordered: list[str]) -> tuple[int, int]:
    """From where to where, in ordered words, they begin with these letters."""
    return bisect_left(ordered, letters), bisect_left(ordered, letters + "{")


def _sound(row: str) -> str:
    return row[: row.index(" ")]


def _read(row: str, most: int) -> list[Word]:
    """The first words of a row."""
    end = 2 * most + 1
    fields = row.split(" ", end)
    return list(zip(map(int, fields[2 : end + 1 : 2]), fields[1:end:2], strict=True))


def _divided(sound: str, typed: str) -> bool:
    """Whether a syllable of the sound ends wherever a ' was typed."""
    return "'" not in typed or _ends(typed) <= _ends(sound)


def _ends(sound: str) -> set[int]:
    return {at - sound.count("'", 0, at) for at, sign in enumerate(sound) if sign == "'"}
