"""Each paper looks as it was looked at last: compared with the picture kept of it."""

import pytest
from PIL import Image

from tests.paper.pictures import KEPT, SHOWN, changed, difference, file_of, picture_of


@pytest.mark.parametrize(("paper", "language"), SHOWN)
def test_a_paper_looks_as_it_did_when_somebody_last_looked_at_it(paper, language, tmp_path):
    now = picture_of(paper, language)
    with Image.open(file_of(paper, language)) as file:
        kept = file.convert("L")
    if changed(kept, now):
        shown = tmp_path / f"{paper}.{language}.png"
        difference(kept, now).save(shown)
        pytest.fail(f"see {shown}; if it is right, python -m tests.paper.renew {paper}")


def test_every_kept_picture_is_of_a_paper_and_all_of_them_are_small():
    files = list(KEPT.glob("*.png"))
    assert {file.name for file in files} == {file_of(*shown).name for shown in SHOWN}
    assert sum(file.stat().st_size for file in files) < 3_000_000


def test_a_line_that_moves_by_a_quarter_of_a_millimetre_is_seen():
    now = picture_of("receipt", "zh")
    moved = Image.new("L", now.size, 255)
    moved.paste(now.crop((0, 0, now.width, 200)), (0, 1))
    moved.paste(now.crop((0, 201, now.width, now.height)), (0, 201))
    assert changed(now, moved)
    assert not changed(now, now.point(lambda value: min(255, value + 36)))
    assert changed(now, now.crop((0, 0, now.width, now.height - 1)))
