"""How long a key of the pinyin keyboard takes, and the tables at the first one."""

import statistics
import time
from pathlib import Path

from kiosk.pinyin import Pinyin
from kiosk.ui.composer import LONGEST, SHOWN

DATA = Path(__file__).resolve().parent.parent / "data"
SENTENCES = ("pinyin-sentences.txt", "pinyin-unseen.txt")
LOADS = 9
#: The quickest of so many counts: what else runs on the machine is not the keyboard's doing.
TRIES = 3


def rows():
    """Name, median and 99th percentile, in milliseconds."""
    yield "pinyin tables read", *middle_and_worst([_spent(Pinyin.load) for _ in range(LOADS)])
    engine = Pinyin.load()
    typed = [
        line.split("\t")[1]
        for file in SENTENCES
        for line in (DATA / file).read_text("utf-8").splitlines()
    ]
    keys = [_key(engine, letters[:end]) for letters in typed for end in range(1, len(letters) + 1)]
    yield "pinyin, a key of a sentence", *middle_and_worst(keys)
    text = "".join(typed)
    full = [_key(engine, text[at : at + LONGEST]) for at in range(len(text) - LONGEST)]
    yield f"pinyin, a key after {LONGEST} letters", *middle_and_worst(full)


def middle_and_worst(spent):
    return statistics.median(spent), statistics.quantiles(spent, n=100)[98]


def _key(engine, letters):
    return min(_spent(lambda: engine.candidates(letters, SHOWN + 1)) for _ in range(TRIES))


def _spent(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    for name, middle, worst in rows():
        print(f"{name:44} {middle:8.2f} {worst:8.2f} ms")
