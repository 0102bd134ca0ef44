"""Keeps today's pictures of the papers: `python -m tests.paper.renew [PAPER ...]`.

Look at what changed before you commit it.
"""

import sys

from PIL import Image

from tests.paper.pictures import KEPT, SHOWN, changed, file_of, picture_of


def main(names):
    KEPT.mkdir(exist_ok=True)
    for paper, language in SHOWN:
        if names and paper not in names:
            continue
        file, now = file_of(paper, language), picture_of(paper, language)
        if file.exists():
            with Image.open(file) as kept:
                if not changed(kept.convert("L"), now):
                    continue
        now.save(file, optimize=True)
        print(f"kept: {file.name}")
    known = {file_of(*shown) for shown in SHOWN}
    for stray in [file for file in KEPT.glob("*.png") if file not in known]:
        stray.unlink()
        print(f"gone: {stray.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
