"""Builds strokes.txt.gz: how the 3,500 common characters are written, for the tests alone.

Only needed when the file is to change. It takes two unpacked things: hanzi-writer-data from npm
(`npm pack hanzi-writer-data`) and the Unicode Consortium's Unihan_OtherMappings.txt, which holds
the official order as kTGH (Debian: unicode-data). `python build.py PACKAGE_FOLDER UNIHAN_FILE`
"""

import gzip
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
COMMON = 3500
NOTICE = """\
# Strokes of the {count} level-1 characters of the 通用规范汉字表, in its order, for tests.
# Made from hanzi-writer-data 2.0.1 (npm), which comes from Make Me a Hanzi and the font
# AR PL KaitiM GB, Copyright (C) 1999 Arphic Technology Co., Ltd. Arphic Public License:
# see ARPHICPL.TXT beside this file. Changed on 2026-11-24: only the middle lines of the strokes
# are kept, points on a straight line left out, coordinates turned to 0-255, y downwards.
# A line: the character, a space, its strokes with | between them; each point is x and y in hex.
"""


def common(unihan: Path) -> list[str]:
    """The level-1 characters in the official order."""
    numbered = {}
    for line in unihan.read_text("utf-8").splitlines():
        if "\tkTGH\t" in line:
            code, _, value = line.split("\t")
            numbered[int(value.split(":")[1])] = chr(int(code[2:], 16))
    return [numbered[number] for number in range(1, COMMON + 1)]


def straight(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The points that make the line, without those that lie on it (Douglas and Peucker)."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5 or 1.0
    away = [abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length for x, y in points[1:-1]]
    most = max(away)
    if most < 1.2:
        return [points[0], points[-1]]
    at = away.index(most) + 1
    return [*straight(points[: at + 1])[:-1], *straight(points[at:])]


def main(package: Path, unihan: Path) -> None:
    rows = []
    for char in common(unihan):
        medians = json.loads((package / f"{char}.json").read_text("utf-8"))["medians"]
        strokes = []
        for median in medians:
            points = [(round((x + 96) / 4.5), round((996 - y) / 4.5)) for x, y in median]
            kept = straight([p for n, p in enumerate(points) if n == 0 or p != points[n - 1]])
            assert all(0 <= v <= 255 for p in kept for v in p), char
            strokes.append("".join(f"{x:02x}{y:02x}" for x, y in kept))
        rows.append(f"{char} {'|'.join(strokes)}\n")
    with gzip.GzipFile(HERE / "strokes.txt.gz", "wb", mtime=0) as out:
        out.write((NOTICE.format(count=COMMON) + "".join(rows)).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
