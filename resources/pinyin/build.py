"""Builds table.txt.gz from jieba's word frequencies and pypinyin's readings (both MIT).

Only needed when the table is to change: pip install jieba pypinyin, then run this file.
"""

import gzip
import math
from pathlib import Path

import jieba
from pypinyin import Style, pinyin

HERE = Path(__file__).parent
WORDS = 90_000


def letters(syllable: str) -> str:
    return syllable.replace("ü", "v")


def readings(char: str) -> list[str]:
    found = pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=True)[0]
    return list(dict.fromkeys(letters(r) for r in found if r.replace("ü", "v").isalpha()))


def main() -> None:
    standard = set((HERE / "standard-characters.txt").read_text("utf-8"))
    phrases = [
        line
        for line in (HERE / "phrases.txt").read_text("utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    counts: dict[str, float] = {}
    source = Path(jieba.__file__).with_name("dict.txt").read_text("utf-8")
    for line in source.splitlines():
        word, count, *_ = line.split()
        if all(c in standard for c in word) and len(word) <= 6:
            counts[word] = float(count)
    total = sum(counts.values())
    common = sorted((w for w in counts if len(w) > 1), key=lambda w: -counts[w])[:WORDS]
    rows: list[tuple[str, str, float]] = []
    for word in {*common, *phrases}:
        sounds = [letters(r[0]) for r in pinyin(word, style=Style.NORMAL, v_to_u=True)]
        weight = max(counts.get(word, 3.0), 30.0 if word in phrases else 0)
        boost = 3.0 if word in phrases else 0.0
        rows.append(("'".join(sounds), word, math.log(weight / total) + boost))
    for char in standard:
        # A reading that stands later in the list is rarer.
        for place, sound in enumerate(readings(char)):
            weight = counts.get(char, 0.4) / (1, 8, 30, 60)[min(place, 3)]
            rows.append((sound, char, math.log(weight / total)))
    rows.sort(key=lambda row: (row[0], -row[2]))
    text = "\n".join(f"{sound} {word} {weight:.2f}" for sound, word, weight in rows)
    with gzip.GzipFile(HERE / "table.txt.gz", "wb", mtime=0) as out:
        out.write(text.encode())


main()
