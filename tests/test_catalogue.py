"""The catalogue: the sample hall, every kind of mistake in a file, the last good one kept."""

import shutil
from datetime import datetime

import pytest

from kiosk import RESOURCES
from kiosk.catalogue import CatalogueError, Text, load, load_or_keep

SAMPLE = RESOURCES / "catalogue" / "sample"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SAMPLE, tmp_path / "hall")


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
    ],
)
def test_a_mistake_is_told_with_file_line_and_what_was_expected(folder, file, old, new, says):
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
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
