"""Every paper in every language: whole, readable, searchable, the same each time."""

import ast
import re
from functools import cache

import pypdfium2.raw as raw
import pytest

from kiosk import RESOURCES
from kiosk.__main__ import main
from kiosk.catalogue import load
from kiosk.paper import samples
from kiosk.paper.samples import PAPERS
from kiosk.words import languages, sentences
from tests.paper.look import fonts_of, in_the_way, opened, words_of

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
PAPER_ROOM = RESOURCES.parent / "kiosk" / "paper"


@cache
def draw(paper, language):
    """A sample paper, drawn once for all the tests here."""
    return samples.draw(paper, CATALOGUE, language)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("paper", PAPERS)
def test_nothing_lies_over_anything_and_nothing_is_off_the_paper(paper, language):
    assert in_the_way(draw(paper, language)) == []


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("paper", PAPERS)
def test_it_says_what_it_is_in_which_language_and_whose(paper, language):
    pdf = draw(paper, language)
    with opened(pdf) as (document, _):
        told = document.get_metadata_dict(skip_empty=True)
        assert told["Title"] and told["Author"] == CATALOGUE.hall.name.say(language)
        # Nothing in it tells when it was made: the same words are the same bytes.
        assert set(told) == {"Title", "Author", "Producer"}
        assert raw.FPDFCatalog_IsTagged(document)
        assert document.get_version() == 14
    assert f"/Lang ({language})".encode() in pdf
    assert b"<pdfaid:part>1</pdfaid:part>" in pdf and b"/GTS_PDFA1" in pdf


@pytest.mark.parametrize("paper", PAPERS)
def test_the_same_paper_drawn_twice_is_the_same_bytes(paper):
    assert samples.draw(paper, CATALOGUE, "zh") == samples.draw(paper, CATALOGUE, "zh")


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("paper", PAPERS)
def test_every_font_comes_along_and_is_one_of_ours(paper, language):
    fonts = fonts_of(draw(paper, language))
    assert fonts
    for name, embedded in fonts:
        assert embedded and re.fullmatch(r"([A-Z]{6}\+)?NotoSans(SC|KR|JP)?-(Regular|Bold)", name)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("paper", PAPERS)
def test_black_is_the_only_ink_and_nothing_leads_elsewhere(paper, language):
    pdf = draw(paper, language)
    for mark in (b"/URI", b"/JavaScript", b"/Launch", b"/Image", b"/EmbeddedFile", b"/ExtGState"):
        assert mark not in pdf
    with opened(pdf) as (_, pages):
        for page in pages:
            picture = page.render(scale=1).to_pil().convert("RGB")
            assert all(r == g == b for _, (r, g, b) in picture.getcolors(1 << 20))


@pytest.mark.parametrize("language", languages()[1:])
@pytest.mark.parametrize("paper", PAPERS)
def test_there_is_no_sign_for_a_missing_character_on_a_sample(paper, language):
    assert "〓" not in words_of(draw(paper, language))


def test_every_sentence_of_the_papers_is_in_the_packs():
    known = sentences("en")
    lacking = []
    for file in PAPER_ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("s", "say")
            if called and isinstance(node.args[0], ast.Constant):
                lacking += [f"{file.name}: {node.args[0].value}"] * (
                    node.args[0].value not in known
                )
    assert lacking == []


# Japanese is written with the same characters.
@pytest.mark.parametrize("language", ["en", "ko", "ru"])
@pytest.mark.parametrize("paper", ["letter", "record-slip", "handover", "no-list", "digest"])
def test_no_chinese_is_left_where_a_paper_speaks_another_language(paper, language):
    assert re.findall("[\u4e00-\u9fff]+", words_of(draw(paper, language))) == []


def test_the_command_draws_a_paper_into_a_file(tmp_path, capsys):
    file = tmp_path / "slip.pdf"
    assert main(["paper", "record-slip", "en", "--out", str(file), "--data", str(tmp_path)]) == 0
    assert "Complaint" in words_of(file.read_bytes())
    assert capsys.readouterr().out == f"drawn: {file}\n"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("words", [[], ["leaflet"], ["letter", "xx"], ["letter", "en", "more"]])
def test_the_command_says_which_papers_there_are(words, tmp_path, capsys):
    assert main(["paper", *words, "--data", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert all(paper in said for paper in PAPERS)
