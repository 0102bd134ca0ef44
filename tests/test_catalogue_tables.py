"""The catalogue as tables: there and back, every mistake with its row, nothing half done."""

import csv
import io
import shutil
import tempfile
import tomllib
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from kiosk import RESOURCES
from kiosk.__main__ import main
from kiosk.catalogue import FILES, GOOD_GRADES, Look, assemble, load
from kiosk.catalogue_tables import (
    TABLES,
    export_tables,
    import_tables,
    protected,
    read_tables,
    unprotected,
)
from tests.nasty import NASTY

SAMPLE = RESOURCES / "catalogue" / "sample"
NOW = datetime(2026, 11, 24, 9, 30, 5)
BOTH = pytest.mark.parametrize("out", ["hall.xlsx", "tables"])


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SAMPLE, tmp_path / "hall")


@pytest.fixture
def tables(tmp_path):
    """The sample hall as a folder of CSV."""
    export_tables(load(SAMPLE), tmp_path / "tables")
    return tmp_path / "tables"


def change(tables, name, old, new):
    """Edit one CSV as a clerk would."""
    file = tables / f"{name}.csv"
    text = file.read_text("utf-8-sig")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8-sig")


def told(source, folder):
    return [str(trouble) for trouble in import_tables(source, folder, NOW)]


def files_in(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@BOTH
def test_the_sample_hall_comes_back_from_its_tables_as_it_was(tmp_path, out):
    export_tables(load(SAMPLE), tmp_path / out)
    assert told(tmp_path / out, tmp_path / "hall") == []
    assert load(tmp_path / "hall") == load(SAMPLE)


@BOTH
def test_colour_logo_and_a_third_language_come_along(folder, tmp_path, out):
    Image.new("RGB", (64, 32), "#0B5D4E").save(folder / "logo.png")
    hall = (folder / "hall.toml").read_text("utf-8").replace("{ zh", "{ zh-Hant = '中心', zh", 1)
    look = '\n[look]\naccent = "#0B5D4E"\nlogo = "logo.png"\n'
    (folder / "hall.toml").write_text(hall + look, "utf-8")
    export_tables(load(folder), tmp_path / "out" / out)
    assert told(tmp_path / "out" / out, tmp_path / "again") == []
    again = load(tmp_path / "again")
    assert again == load(folder)
    assert again.look == Look("#0B5D4E", "logo.png")
    assert again.logo.read_bytes() == (folder / "logo.png").read_bytes()
    assert again.hall.name.say("zh-Hant") == "中心"


@BOTH
def test_a_logo_that_lies_nowhere_is_told_with_its_row(tmp_path, out):
    Image.new("RGB", (8, 8)).save(tmp_path / "logo.png")
    folder = shutil.copytree(SAMPLE, tmp_path / "hall")
    shutil.move(tmp_path / "logo.png", folder)
    with (folder / "hall.toml").open("a") as file:
        file.write('[look]\nlogo = "logo.png"\n')
    export_tables(load(folder), tmp_path / "out" / out)
    logo = next((tmp_path / "out").rglob("logo.png"))
    logo.unlink()
    place = "hall.xlsx, 外观 look" if out == "hall.xlsx" else "look.csv"
    wanted = f"{place}, row 2: logo wants the picture logo.png beside the other files"
    assert told(tmp_path / "out" / out, tmp_path / "new") == [wanted]
    # Where the hall has it already, it need not lie beside the tables.
    assert told(tmp_path / "out" / out, folder) == []
    assert load(folder).logo == folder / "logo.png"


def test_the_first_row_says_in_chinese_what_stands_in_each_column(tables):
    with (tables / "windows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][:3] == ["代码 code", "名称（中文） name.zh", "名称（英文） name.en"]
    assert rows[1][:3] == ["W01", "综合受理 1 号窗口", "Window 1, general"]
    assert rows[1][rows[0].index("科室代码 department")] == "SUP"
    assert (tables / "windows.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_every_part_of_the_catalogue_has_a_table_with_names_for_its_columns(tables):
    assert {table.part for table in TABLES} == {"hall", "look", *FILES}
    assert {file.stem for file in tables.iterdir()} == {table.name for table in TABLES}


def test_the_workbook_holds_texts_only_so_that_no_zero_is_lost(tmp_path):
    export_tables(load(SAMPLE), tmp_path / "hall.xlsx")
    book = openpyxl.load_workbook(tmp_path / "hall.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert len(cells) > 500
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


@BOTH
def test_what_a_spreadsheet_would_run_or_rewrite_is_protected(tmp_path, out):
    nasty = ["=1+1", "+1", "-1", "@x", "'quoted", "'=1", "007", "3-4", "12345678901234567890"]
    catalogue = with_stories(nasty)
    export_tables(catalogue, tmp_path / out)
    assert read_tables(tmp_path / out, tmp_path)[0] == catalogue
    for cell in raw_cells(tmp_path / out):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def raw_cells(out):
    """Every cell's text as a spreadsheet would see it."""
    if out.suffix == ".xlsx":
        book = openpyxl.load_workbook(out)
        return [str(c.value or "") for sheet in book for row in sheet.iter_rows() for c in row]
    texts = [file.read_bytes().decode("utf-8-sig") for file in out.glob("*.csv")]
    rows = [row for text in texts for row in csv.reader(io.StringIO(text, newline=""))]
    return [cell for row in rows for cell in row]


@given(st.one_of(st.text(max_size=20), st.sampled_from(NASTY)), st.booleans())
def test_a_protected_text_is_no_formula_and_is_the_same_again(text, numbers):
    cell = protected(text, numbers)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unprotected(cell) == text


#: The sample hall as plain tables by part.
PLAIN = tomllib.loads((SAMPLE / "hall.toml").read_text("utf-8")) | {
    part: tomllib.loads((SAMPLE / file).read_text("utf-8"))["entry"]
    for part, (file, _) in FILES.items()
}


def with_stories(texts):
    stories = [{"text": {"zh": text, "en": text}} for text in texts]
    catalogue, faults = assemble(PLAIN | {"stories": stories})
    assert faults == []
    return catalogue


@BOTH
def test_every_nasty_text_that_may_stand_in_a_catalogue_comes_back_as_it_was(tmp_path, out):
    texts = [t for t in NASTY if not assemble(PLAIN | {"stories": [{"text": {"zh": t}}]})[1]]
    assert len(texts) > 400
    catalogue = with_stories(texts)
    export_tables(catalogue, tmp_path / out)
    assert told(tmp_path / out, tmp_path / "hall") == []
    again = load(tmp_path / "hall")
    assert [s.text.words for s in again.stories] == [s.text.words for s in catalogue.stories]
    assert again == catalogue


CODES = st.text("ABCxyz0189'=-+@_窗", min_size=1, max_size=6)
WORDS = st.text(
    st.one_of(st.sampled_from("=+-@'\"\t\n,;{}[]#\\ 0中"), st.characters(exclude_categories=["C"])),
    min_size=1,
    max_size=20,
)
TEXTS = st.fixed_dictionaries({"zh": WORDS}, optional={"en": WORDS, "zh-Hant": WORDS})


@st.composite
def halls(draw):
    """Plain tables of any small hall; some have mistakes in them."""
    codes = draw(st.lists(CODES, min_size=9, max_size=9, unique=True))
    named = {part: [{"code": codes[n], "name": draw(TEXTS)}] for n, part in enumerate(
        ["departments", "service_windows", "service_items", "problems", "needs", "areas",
         "troubles", "tickets"])}  # fmt: skip
    for part in ("problems", "needs", "troubles"):
        named[part][0]["hint"] = draw(TEXTS)
    named["service_windows"][0] |= {"department": codes[0], "place": draw(TEXTS)}
    named["service_items"][0] |= {
        "service_window": codes[1], "bring": draw(TEXTS), "how": draw(TEXTS),
        "initials": draw(CODES),
    }  # fmt: skip
    named["problems"][0] |= {
        "sealed": draw(st.booleans()),
        "tags": draw(st.lists(st.just({"code": codes[8], "name": draw(TEXTS)}), max_size=1)),
    }
    named["areas"][0]["presets"] = draw(st.lists(TEXTS, max_size=3))
    named["tickets"] = [{"code": draw(CODES), "pattern": draw(WORDS.map("{{number}}-{}".format))}]
    return named | {
        "hall": {
            "code": draw(CODES), "name": draw(TEXTS), "address": draw(TEXTS), "phone": draw(CODES),
            "hours": draw(TEXTS), "hotline": draw(st.one_of(st.just(""), CODES)),
        },
        "look": draw(st.sampled_from([{}, {"accent": "#000000"}])),
        "phrases": [{"text": draw(TEXTS), "problem": draw(st.sampled_from(["", codes[3]]))}],
        "stories": [{"text": draw(TEXTS)}],
        "merits": draw(st.lists(st.fixed_dictionaries({
            "code": CODES, "name": TEXTS, "grade": st.sampled_from(GOOD_GRADES)}), max_size=1)),
        "roster": [{"weekday": draw(st.integers(0, 6)), "window_post": draw(TEXTS),
                    "leader_post": draw(TEXTS), "afternoon": draw(st.booleans())}],
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(halls(), st.sampled_from(["hall.xlsx", "tables"]))
def test_any_hall_comes_back_from_its_tables_and_its_files_as_it_was(plain_tables, out):
    catalogue, faults = assemble(plain_tables)
    assume(not faults)
    with tempfile.TemporaryDirectory() as place:
        export_tables(catalogue, Path(place) / out)
        assert told(Path(place) / out, Path(place) / "hall") == []
        assert load(Path(place) / "hall") == catalogue


def test_every_mistake_is_told_with_file_row_and_what_was_expected(tables, folder):
    before = files_in(folder)
    change(tables, "departments", "SOC2", "ENT")
    change(tables, "windows", "一楼东区", "")
    change(tables, "items", "W14", "W99")
    change(tables, "needs", "代码 code", "代号 nmae")
    change(tables, "problems", ",是", ",也许")
    change(tables, "tags", "C01,C0102", "C77,C0102")
    change(tables, "tags", "C0103", "C0104")
    change(tables, "roster", "0,督查", "周一,督查")
    change(tables, "phrases", "等了一个多小时。,", ",")
    change(tables, "stories", "Mornings", "")
    (tables / "troubles.csv").unlink()
    (tables / "extra.csv").write_text("code\n1\n")
    assert told(tables, folder) == [
        "departments.csv, row 3: the code ENT stands here a second time",
        "items.csv, row 2: service_window 'W99' is not in the catalogue",
        "needs.csv, row 1: nmae is not known here; known are code, name.zh, hint.zh, form",
        "needs.csv, row 1: the column 代码 code is missing",
        "phrases.csv, row 2: text wants a table of languages with zh in it",
        "problems.csv, row 11: sealed wants 是 or 否",
        "roster.csv, row 2: weekday wants a whole number",
        "tags.csv, row 3: problem 'C77' is not in the catalogue",
        "tags.csv, row 5: the code C0104 stands here a second time",
        "windows.csv, row 2: place wants a table of languages with zh in it",
        "windows.csv, row 16: department 'SOC2' is not in the catalogue",
        "extra.csv, row 1: one table each of hall, look, departments, windows, items, problems, "
        "needs, areas, troubles, phrases, stories, roster, tickets, merits, tags, presets, "
        "not 'extra'",
        "tables, troubles, row 1: this table is missing",
    ]
    assert files_in(folder) == before
    assert [file.name for file in folder.parent.iterdir() if "hall" in file.name] == ["hall"]


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (
            "needs",
            "名称（英文） name.en",
            "名称 name.zh",
            "row 1: the column name.zh stands here a",
        ),
        ("needs", "名称（英文） name.en", "name", "row 1: name is not known here"),
        ("needs", "名称（英文） name.en", "", "row 2: no cell without a header above it: 'Do it"),
        ("needs", "代办,Do it for me", '代办,"Do it', "a CSV file in UTF-8"),
        ("needs", "Somebody runs the errand for you", "a,b,c", "row 2: no cell without a header"),
        ("hall", "370800,", "370800,a,b\r\n1,", "row 3: one row, no more"),
        ("hall", "12345", "12345\r\n1", "row 3: one row, no more"),
        ("stories", "有人说船员", "\x07", "row 2: text wants at most 2000 characters"),
        ("roster", "0,", "7,", "row 2: weekday wants 0 for Monday"),
        ("roster", "0,", ",", "row 2: weekday is missing"),
        ("windows", "W02,", ",", "row 3: code is missing"),
        ("tickets", "{number}-{window}", "{number}{window}", "row 2: pattern wants {number} wants"),
        ("presets", "建议设司法专用通道", "", "row 2: presets wants a table of languages with zh"),
        ("presets", "S01,", "S44,", "row 2: area 'S44' is not in the catalogue"),
        (
            "look",
            "标志图片 logo",
            "标志图片 lgo",
            "row 1: lgo is not known here; known are accent, l",
        ),
    ],
)
def test_a_mistake_in_a_table_is_told(tables, folder, name, old, new, says):
    before = files_in(folder)
    change(tables, name, old, new)
    assert any(one.startswith(f"{name}.csv, ") and says in one for one in told(tables, folder))
    assert files_in(folder) == before


def test_a_row_that_is_empty_and_a_column_that_may_be_missing_do_not_matter(tables, folder):
    change(tables, "needs", "booking,", ",,,,\r\n   ,\r\nbooking,")
    change(tables, "hall", "热线 hotline", "")
    change(tables, "hall", ",12345", ",")
    (tables / "look.csv").unlink()
    assert told(tables, folder) == []
    assert load(folder) == load(SAMPLE)


def test_a_table_that_excel_saved_in_gbk_is_read(tables, folder):
    for file in tables.glob("*.csv"):
        text = file.read_text("utf-8-sig").replace("–", "-")
        # Excel writes a question mark for what GBK does not have, such as Korean.
        file.write_bytes(text.encode("gbk", "replace"))
    assert told(tables, folder) == []
    for language in ("zh", "en", "ja", "ru"):
        read = [d.name.say(language) for d in load(folder).departments]
        assert read == [d.name.say(language) for d in load(SAMPLE).departments]


def edited(tmp_path, edit):
    """The sample hall's workbook after a clerk's edit."""
    export_tables(load(SAMPLE), tmp_path / "hall.xlsx")
    book = openpyxl.load_workbook(tmp_path / "hall.xlsx")
    edit(book)
    book.save(tmp_path / "hall.xlsx")
    return tmp_path / "hall.xlsx"


def cell(sheet, field, row=2):
    """The cell of a workbook's sheet in the column of this field."""
    column = next(c.column for c in sheet[1] if str(c.value).endswith(f" {field}"))
    return sheet.cell(row, column)


def test_numbers_and_yes_or_no_typed_into_the_workbook_are_understood(tmp_path):
    def edit(book):
        book["值守 roster"]["A2"] = 5
        cell(book["问题 problems"], "sealed").value = True
        cell(book["问题细分 tags"], "national").value = 212.0
        cell(book["大厅 hall"], "phone").value = "'0537-1"
        book["整改 stories"]["A2"] = "一\r\n二_x000D_\n三"

    assert told(edited(tmp_path, edit), tmp_path / "new") == []
    made = load(tmp_path / "new")
    assert made.roster[0].weekday == 5
    assert made.problems[0].sealed
    assert made.problems[0].tags[0].national == "212"
    assert made.hall.phone == "0537-1"
    assert made.stories[0].text.say("zh") == "一\n二\n三"


def test_formulas_errors_and_dates_in_the_workbook_are_told_with_their_cell(tmp_path):
    def edit(book):
        book["窗口 windows"]["B3"] = "=A1"
        book["窗口 windows"]["C3"] = date(2026, 11, 24)
        book["窗口 windows"]["E3"] = "#REF!"
        book["窗口 windows"]["E3"].data_type = "e"
        book.create_sheet("草稿")

    assert told(edited(tmp_path, edit), tmp_path / "new")[:3] == [
        "hall.xlsx, 窗口 windows, row 3: B3 wants a text, this is a formula",
        "hall.xlsx, 窗口 windows, row 3: C3 wants a text, this is a date",
        "hall.xlsx, 窗口 windows, row 3: E3 wants a text, this is an error",
    ]
    assert "草稿, row 1: one table each of" in told(tmp_path / "hall.xlsx", tmp_path / "new")[-1]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"\xd0\xcf\x11\xe0" * 200])
def test_a_file_that_is_no_workbook_is_told(tmp_path, content):
    (tmp_path / "hall.xlsx").write_bytes(content)
    first = told(tmp_path / "hall.xlsx", tmp_path / "new")
    assert any("a workbook (.xlsx) or a folder of CSV files" in one for one in first)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_table_the_import_says_something_and_never_breaks(data):
    with tempfile.TemporaryDirectory() as place:
        tables, folder = Path(place) / "tables", Path(place) / "hall"
        export_tables(load(SAMPLE), tables)
        file = data.draw(st.sampled_from(sorted(tables.iterdir())))
        told = bytearray(file.read_bytes())
        at = data.draw(st.integers(0, len(told) - 1))
        told[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))
        file.write_bytes(told)
        troubles = import_tables(tables, folder, NOW)
        assert folder.exists() == (not troubles)


def test_the_folder_that_was_there_is_kept_beside_the_new_one(tables, folder):
    before = files_in(folder)
    assert told(tables, folder) == []
    assert files_in(folder.with_name("hall.before-20261124093005")) == before
    assert sorted(one.name for one in folder.parent.iterdir()) == [
        "hall",
        "hall.before-20261124093005",
        "tables",
    ]


def test_a_folder_that_cannot_be_put_in_place_leaves_the_old_one_there(tables, folder):
    before = files_in(folder)
    (folder.with_name("hall.before-20261124093005") / "full").mkdir(parents=True)
    with pytest.raises(OSError):
        import_tables(tables, folder, NOW)
    assert files_in(folder) == before


@BOTH
def test_an_export_never_writes_over_what_is_there(tmp_path, out):
    export_tables(load(SAMPLE), tmp_path / out)
    with pytest.raises(FileExistsError):
        export_tables(load(SAMPLE), tmp_path / out)


def zhaocha(tmp_path, *words):
    return main(["catalogue", *map(str, words), "--data", str(tmp_path / "data")])


def test_the_command_checks_exports_and_imports(folder, tmp_path, capsys):
    assert zhaocha(tmp_path, "check", folder) == 0
    assert zhaocha(tmp_path, "export", folder, tmp_path / "hall.xlsx") == 0
    assert zhaocha(tmp_path, "import", tmp_path / "hall.xlsx", tmp_path / "new") == 0
    assert load(tmp_path / "new") == load(folder)
    assert "The catalogue is good." in capsys.readouterr().out
    (folder / "needs.toml").unlink()
    (folder / "areas.toml").unlink()
    assert zhaocha(tmp_path, "check", folder) == 1
    assert capsys.readouterr().out.splitlines() == [
        "needs.toml, line 1: this file is missing",
        "areas.toml, line 1: this file is missing",
        "Mistakes: 2",
    ]
    assert zhaocha(tmp_path, "export", folder, tmp_path / "b.xlsx") == 1
    assert not (tmp_path / "b.xlsx").exists()


def test_the_command_says_in_one_line_what_it_wants(folder, tmp_path, capsys):
    assert zhaocha(tmp_path, "levitate") == 2
    assert zhaocha(tmp_path, "import", tmp_path / "none.xlsx", tmp_path / "new") == 1
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a").touch()
    assert zhaocha(tmp_path, "export", folder, tmp_path / "there") == 1
    assert main(["init", "extra", "--data", str(tmp_path / "data")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert lines[0] == "zhaocha: catalogue wants check DIR, export DIR OUT or import IN DIR"
