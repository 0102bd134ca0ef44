"""The catalogue: the sample hall, every kind of mistake in a file, the last good one kept."""

import json
import re
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from db.terms import Grade
from kiosk import RESOURCES
from kiosk.catalogue import (
    LOGO_BYTES,
    NATIONAL_DIGIT,
    CatalogueError,
    Look,
    Text,
    check,
    contrast_with_white,
    load,
    load_or_keep,
)
from kiosk.export_national import BEST_IS_5

SAMPLE = RESOURCES / "catalogue" / "sample"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SAMPLE, tmp_path / "hall")


def change(folder, file, old, new):
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


def told(folder):
    return [str(trouble) for trouble in check(folder)]


def test_the_sample_hall_begins_with_the_four_problems_of_the_article():
    catalogue = load(SAMPLE)
    names = [p.name.say("zh") for p in catalogue.problems[:4]]
    assert names == ["排队等候", "服务态度", "区域布局", "办事流程"]
    assert catalogue.problem("C10").sealed


def test_everything_in_the_sample_hall_has_an_english_name():
    def texts(value):
        if isinstance(value, Text):
            yield value
        elif isinstance(value, tuple):
            for one in value:
                yield from texts(one)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                yield from texts(getattr(value, name))

    found = list(texts(load(SAMPLE)))
    assert len(found) > 200
    assert [t.say("zh") for t in found if "en" not in t.words] == []


def test_every_half_day_of_the_week_has_somebody_on_duty():
    catalogue = load(SAMPLE)
    for day in range(23, 30):
        for hour in (9, 15):
            assert catalogue.duty(datetime(2026, 11, day, hour)).leader_post.say("en")


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("windows.toml", 'department = "ENT"', 'department = "XX"', "line 12: department 'XX' is"),
        ("problems.toml", 'code = "C02"', 'code = "C01"', "the code C01 stands here a second time"),
        ("items.toml", "bring =", "brnig =", "brnig is not known here"),
        ("needs.toml", 'code = "late"', "code = 5", "code wants a text"),
        ("areas.toml", '[[entry]]\ncode = "S01"', "[[entry]]", "code is missing"),
        ("stories.toml", "{ zh =", "{ de =", "text wants a table of languages with zh"),
        ("hall.toml", "phone = ", "phone ", "TOML"),
        ("roster.toml", "weekday = 1", 'weekday = "Tuesday"', "weekday wants a whole number"),
        ("roster.toml", "weekday = 1", "weekday = 7", "weekday wants 0 for Monday to 6 for Sunday"),
        ("roster.toml", "weekday = 1", "weekday = 0", "line 15: this half day stands here a sec"),
        ("hall.toml", "[hall]", "[hal]", r"only [hall] and [look]"),
        ("hall.toml", '"0537-0000000"', '" "', "line 7: phone is missing"),
        ("hall.toml", '"0537-0000000"', '"0537\\n1"', "phone wants one line"),
        ("stories.toml", "[[entry]]", "[[story]]", "line 3: only [[entry]]"),
        ("needs.toml", '"帮办代办"', '"帮办\\u0007代办"', "name wants at most 2000 characters"),
        ("needs.toml", "{ zh", "{ 'no language' = 'x', zh", "name wants languages such as zh and"),
        ("problems.toml", '"C0103"', '"C0101"', "line 10: the code C0101 stands here a second"),
        ("problems.toml", '"C0103"', "5", "line 10: code wants a text"),
        ("areas.toml", '"S01"', '"C01"', "the code C01 stands here a second time"),
        ("departments.toml", '"ENT"', '"E T"', "code wants no spaces"),
        ("tickets.toml", "{number}-{window}", "{number}{window}", "{number} wants a text after it"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_what_was_expected(folder, file, old, new, says):
    change(folder, file, old, new)
    with pytest.raises(CatalogueError, match=rf"^{file}, line \d+: ") as trouble:
        load(folder)
    assert says in str(trouble.value)


def test_a_missing_file_and_a_file_in_another_encoding_are_told(folder):
    (folder / "needs.toml").write_bytes("name = 中文".encode("gbk"))
    with pytest.raises(CatalogueError, match="UTF-8"):
        load(folder)
    (folder / "needs.toml").unlink()
    with pytest.raises(CatalogueError, match=r"needs\.toml, line 1: this file is missing"):
        load(folder)


def test_the_kiosk_keeps_the_last_good_catalogue(folder, tmp_path):
    kept = tmp_path / "kept"
    good, trouble = load_or_keep(folder, kept)
    assert trouble is None
    (folder / "problems.toml").write_text("nonsense", "utf-8")
    again, trouble = load_or_keep(folder, kept)
    assert again == good
    assert trouble.file == "problems.toml"
    shutil.rmtree(kept)
    with pytest.raises(CatalogueError):
        load_or_keep(folder, kept)


def test_the_last_good_copy_follows_the_folder_and_is_left_alone_otherwise(folder, tmp_path):
    kept = tmp_path / "kept"
    load_or_keep(folder, kept)
    before = kept.stat().st_ino
    load_or_keep(folder, kept)
    assert kept.stat().st_ino == before
    Image.new("RGB", (64, 32), "#0B5D4E").save(folder / "logo.png")
    look(folder, logo="logo.png")
    load_or_keep(folder, kept)
    Image.new("RGB", (64, 32), "#7A3304").save(folder / "logo.png")
    load_or_keep(folder, kept)
    assert (kept / "logo.png").read_bytes() == (folder / "logo.png").read_bytes()
    change(folder, "hall.toml", "0537-0000000", "0537-1111111")
    changed, trouble = load_or_keep(folder, kept)
    assert (trouble, load(kept)) == (None, changed)


def test_the_check_tells_every_mistake_in_the_order_of_files_and_lines(folder):
    assert check(folder) == []
    change(folder, "windows.toml", 'department = "ENT"', 'department = "XX"')
    change(folder, "windows.toml", 'place = { zh = "一楼东区"', 'palce = { zh = "一楼东区"')
    change(folder, "problems.toml", 'code = "C02"', 'code = "C01"')
    change(folder, "problems.toml", "sealed = true", 'sealed = "yes"')
    (folder / "needs.toml").unlink()
    assert told(folder) == [
        "windows.toml, line 3: place is missing",
        "windows.toml, line 7: palce is not known here; known are code, name, department, place",
        "windows.toml, line 12: department 'XX' is not in the catalogue",
        "problems.toml, line 17: the code C01 stands here a second time",
        "problems.toml, line 122: sealed wants true or false",
        "needs.toml, line 1: this file is missing",
        "phrases.toml, line 17: problem 'C02' is not in the catalogue",
        "phrases.toml, line 21: problem 'C02' is not in the catalogue",
    ]


def test_each_grade_has_the_eight_tags_of_the_national_list():
    hall = load(SAMPLE)
    assert {grade: NATIONAL_DIGIT[grade] for grade in Grade} == BEST_IS_5
    for grade in Grade:
        found = hall.reasons(grade) if grade.negative else hall.merits_of(grade)
        codes = sorted(int(one.national) for one in found)
        assert len(codes) == 8 and codes == list(range(codes[0], codes[0] + 8))
        assert str(codes[0])[0] == NATIONAL_DIGIT[grade]


def test_a_hall_without_national_codes_offers_its_own_problems_under_a_bad_face(folder):
    file = folder / "problems.toml"
    file.write_text(re.sub(r', national = "\d+"', "", file.read_text("utf-8")), "utf-8")
    (folder / "merits.toml").unlink()
    hall = load(folder)
    codes = [reason.code for reason in hall.reasons(Grade.DISSATISFIED)]
    assert codes == ["C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08"]
    assert hall.merits_of(Grade.SATISFIED) == ()


def test_what_one_screen_cannot_show_and_a_merit_of_another_grade_are_told(folder):
    first = '    { code = "C0801"'
    more = "".join(f'    {{ code = "X{n}", name = {{ zh = "细分{n}" }} }},\n' for n in range(2))
    change(folder, "problems.toml", first, more + first)
    change(folder, "merits.toml", 'grade = "very_satisfied"', 'grade = "dissatisfied"')
    change(folder, "merits.toml", 'national = "413"', 'national = "513"')
    more = "".join(
        f'\n[[entry]]\ncode = "Y{n}"\nname = {{ zh = "好{n}" }}\ngrade = "basically_satisfied"\n'
        for n in range(2)
    )
    with (folder / "merits.toml").open("a", encoding="utf-8") as file:
        file.write(more)
    assert [says.split(": ", 1)[1] for says in told(folder)] == [
        "tags wants at most 9, as many as one screen shows",
        "grade wants one of very_satisfied, satisfied, basically_satisfied",
        "national wants a code that begins with 4",
        "at most 9 for basically_satisfied: one screen shows them",
    ]


def test_a_file_that_cannot_be_read_brings_no_complaints_about_those_that_refer_to_it(folder):
    (folder / "departments.toml").write_text("nonsense", "utf-8")
    assert len(told(folder)) == 1


def test_spaces_around_a_text_empty_languages_and_a_mark_of_windows_notepad_do_not_count(folder):
    change(folder, "needs.toml", 'code = "late"', 'code = " late "')
    change(folder, "needs.toml", '"延时办理", en', '" 延时办理 ", vi = " ", en')
    text = (folder / "needs.toml").read_text("utf-8")
    (folder / "needs.toml").write_text(text, "utf-8-sig")
    assert load(folder) == load(SAMPLE)


def test_a_hall_without_tickets_and_look_is_a_good_hall(folder):
    (folder / "tickets.toml").unlink()
    catalogue = load(folder)
    assert (catalogue.tickets, catalogue.look, catalogue.logo) == ((), Look(), None)


def look(folder, **values):
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())
    with (folder / "hall.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[look]\n{lines}")


def test_a_hall_has_its_own_colour_and_logo_and_the_last_good_copy_has_them_too(folder, tmp_path):
    Image.new("RGB", (64, 32), "#0B5D4E").save(folder / "logo.png")
    look(folder, accent="#0b5d4e", logo="logo.png")
    catalogue, trouble = load_or_keep(folder, tmp_path / "kept")
    assert trouble is None
    assert catalogue.look == Look("#0b5d4e", "logo.png")
    assert catalogue.logo == folder / "logo.png"
    (folder / "logo.png").unlink()
    again, trouble = load_or_keep(folder, tmp_path / "kept")
    assert (trouble.file, trouble.line) == ("hall.toml", 13)
    assert again == catalogue
    assert again.logo == tmp_path / "kept" / "logo.png"


@pytest.mark.parametrize(
    ("accent", "says"),
    [
        ("green", "a colour such as #0B5D4E"),
        ("#0B5D4", "a colour such as #0B5D4E"),
        ("#0B5D4E\n", None),
        ("#E07F3A", "4.5:1 against white, this has 2.89:1"),
        ("#777777", "4.5:1 against white, this has 4.48:1"),
        ("#767676", None),
    ],
)
def test_the_halls_colour_can_be_read_on_white(folder, accent, says):
    look(folder, accent=accent)
    assert told(folder) == ([f"hall.toml, line 12: accent wants {says}"] if says else [])


def test_contrast_is_counted_as_wcag_counts_it():
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#FFFFFF") == pytest.approx(1)
    assert contrast_with_white("#ff0000") == pytest.approx(4.00, abs=0.005)
    assert contrast_with_white("#0000FF") == pytest.approx(8.59, abs=0.005)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("../logo.png", None, "the name of a PNG file in this folder"),
        ("a\\b.png", None, "the name of a PNG file in this folder"),
        ("logo.jpg", None, "the name of a PNG file in this folder"),
        ("logo.png", None, "the picture logo.png beside the other files"),
        ("logo.png", b"GIF89a", "a whole PNG picture"),
        ("logo.png", b"x" * (LOGO_BYTES + 1), "a picture of at most 512 KB"),
        ("logo.png", (3000, 2), "a picture of at most 2048 × 2048 pixels"),
    ],
)
def test_a_logo_that_cannot_be_used_is_told(folder, name, content, says):
    if isinstance(content, tuple):
        Image.new("1", content).save(folder / name)
    elif content:
        (folder / name).write_bytes(content)
    look(folder, logo=name)
    assert told(folder) == [f"hall.toml, line 12: logo wants {says}"]


def test_a_logo_that_was_cut_off_is_told(folder):
    Image.effect_noise((64, 64), 50).save(folder / "logo.png")
    whole = (folder / "logo.png").read_bytes()
    (folder / "logo.png").write_bytes(whole[:-20])
    look(folder, logo="logo.png")
    assert told(folder) == ["hall.toml, line 12: logo wants a whole PNG picture"]


VALUES = st.sampled_from(
    ['""', "5", "true", "[]", "{}", "[{}]", "[5]", "{ zh = 5 }", '"W01"', "2026-11-24",
     '{ zh = "x" }', "[[]]", "inf", '"""\n[[entry]]\n"""', "{ code = { zh = 'x' } }",
     "9" * 5000, "[" * 3000]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_file_the_check_says_something_and_never_breaks(data):
    with tempfile.TemporaryDirectory() as place:
        folder = shutil.copytree(SAMPLE, Path(place) / "hall")
        file = data.draw(st.sampled_from(sorted(folder.glob("*.toml"))))
        lines = file.read_text("utf-8").split("\n")
        at = data.draw(st.integers(0, len(lines) - 1))
        name = lines[at].split("=")[0].strip() or "entry"
        line = st.one_of(st.text(max_size=30), VALUES.map(lambda value: f"{name} = {value}"))
        lines[at] = data.draw(line)
        file.write_text("\n".join(lines), "utf-8", errors="replace")
        troubles = check(folder)
        for trouble in troubles:
            assert 1 <= trouble.line <= len((folder / trouble.file).read_text("utf-8").split("\n"))
        if not troubles:
            load(folder)
