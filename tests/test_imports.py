"""Imports go down only, and what the first frame loads is little."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

#: Room → the rooms it may import from. A room is the longest name that fits.
MAY = {
    "db": {"db"},
    "kiosk": set(),
    "kiosk.words": {"kiosk"},
    "kiosk.settings": set(),
    "kiosk.told": {"kiosk.words"},
    "kiosk.cells": {"kiosk.told"},
    "kiosk.hall_days": {"kiosk.cells"},
    "kiosk.due": {"db", "kiosk.told", "kiosk.words"},
    "kiosk.workdays": {"kiosk.due", "kiosk.hall_days", "kiosk.told"},
    "kiosk.deadlines": {"db", "kiosk.due", "kiosk.told", "kiosk.words", "kiosk.workdays"},
    "kiosk.ticket": set(),
    "kiosk.catalogue": {"kiosk.ticket"},
    "kiosk.catalogue_tables": {"kiosk.catalogue", "kiosk.cells"},
    "kiosk.roster": {"db", "kiosk.catalogue", "kiosk.hall_days", "kiosk.told", "kiosk.workdays"},
    "kiosk.roster_rules": {
        "db", "kiosk.cells", "kiosk.hall_days", "kiosk.roster", "kiosk.told", "kiosk.words",
        "kiosk.workdays",
    },
    "kiosk.roster_table": {
        "db", "kiosk.cells", "kiosk.hall_days", "kiosk.roster", "kiosk.roster_rules",
    },
    "kiosk.keep": set(),
    "kiosk.memory": set(),
    "kiosk.pinyin": {"kiosk", "kiosk.memory"},
    "kiosk.handwriting": {"kiosk", "kiosk.memory"},
    "kiosk.contact": set(),
    "kiosk.initials": {"kiosk"},
    "kiosk.wording": {"db"},
    "kiosk.deeds": {"db"},
    "kiosk.period": {"db", "kiosk.due", "kiosk.told", "kiosk.words", "kiosk.workdays"},
    "kiosk.peaks": {"db"},
    "kiosk.numbers": {
        "db", "kiosk.catalogue", "kiosk.peaks", "kiosk.period", "kiosk.words", "kiosk.workdays",
    },
    "kiosk.charts": {"db", "kiosk.numbers", "kiosk.period", "kiosk.words"},
    "kiosk.weekly": {
        "db", "kiosk.catalogue", "kiosk.numbers", "kiosk.peaks", "kiosk.period", "kiosk.words",
        "kiosk.workdays",
    },
    "kiosk.export": {
        "db", "kiosk.catalogue", "kiosk.catalogue_tables", "kiosk.cells", "kiosk.numbers",
        "kiosk.words", "kiosk.workdays",
    },
    "kiosk.export_national": {
        "db", "kiosk.catalogue", "kiosk.cells", "kiosk.export", "kiosk.numbers",
    },
    "kiosk.reports": {
        "db", "kiosk.catalogue", "kiosk.export", "kiosk.export_national", "kiosk.weekly",
        "kiosk.words", "kiosk.workdays",
    },
    "kiosk.pronounce": {"kiosk.words"},
    "kiosk.speech": {"kiosk.pronounce", "kiosk.sound", "kiosk.words"},
    "kiosk.voices": {"kiosk.speech", "kiosk.words"},
    "kiosk.prompts": {"kiosk.catalogue", "kiosk.speech", "kiosk.voices", "kiosk.words"},
    "kiosk.play": {"db"},
    "kiosk.health": {"db", "kiosk.settings", "kiosk.told", "kiosk.workdays"},
    "kiosk.copies": {"db", "kiosk.evidence", "kiosk.settings"},
    "kiosk.keeping": {"db", "kiosk.settings"},
    "kiosk.evidence": {"db", "kiosk.settings"},
    "kiosk.enclosed": {"db"},
    "kiosk.drawing": set(),
    "kiosk.adpcm": set(),
    "kiosk.sound": {"kiosk.adpcm"},
    "kiosk.says": {"db", "kiosk.deadlines", "kiosk.visit"},
    "kiosk.shown": {"db", "kiosk.catalogue", "kiosk.told", "kiosk.words"},
    "kiosk.visit": {"db", "kiosk.contact", "kiosk.enclosed", "kiosk.ticket"},
    "kiosk.pins": {"db"},
    "kiosk.staff": {"db", "kiosk.pins"},
    "kiosk.personnel": {"db", "kiosk.pins", "kiosk.staff"},
    "kiosk.store_commands": {"db"},
    "kiosk.month": {"db"},
    "kiosk.staff_commands": {"db", "kiosk.personnel", "kiosk.staff", "kiosk.words"},
    "kiosk.waiting": {"db", "kiosk.words"},
    "kiosk.door_commands": {"db", "kiosk.settings", "kiosk.web"},
    "kiosk.paper": {
        "db", "kiosk", "kiosk.catalogue", "kiosk.paper", "kiosk.weekly", "kiosk.words",
        "kiosk.workdays",
    },
    "kiosk.bell": {"kiosk.adpcm"},
    "kiosk.printing": {"kiosk.paper", "kiosk.settings"},
    "kiosk.calls": {"db", "kiosk.deadlines"},
    "kiosk.intake": {
        "db", "kiosk", "kiosk.calls", "kiosk.catalogue", "kiosk.contact", "kiosk.deadlines",
        "kiosk.enclosed", "kiosk.month", "kiosk.paper", "kiosk.play", "kiosk.roster",
        "kiosk.says", "kiosk.workdays",
    },
    "kiosk.stationery": {"db", "kiosk.catalogue", "kiosk.paper", "kiosk.words", "kiosk.workdays"},
    "kiosk.casework": {
        "db", "kiosk", "kiosk.calls", "kiosk.catalogue", "kiosk.contact", "kiosk.deadlines",
        "kiosk.deeds", "kiosk.due",
        "kiosk.initials", "kiosk.numbers", "kiosk.paper", "kiosk.reports", "kiosk.roster",
        "kiosk.staff", "kiosk.stationery", "kiosk.wording", "kiosk.workdays",
    },
    "kiosk.web": {
        "db", "kiosk", "kiosk.catalogue", "kiosk.deadlines", "kiosk.says", "kiosk.shown",
        "kiosk.web", "kiosk.words",
    },
    "kiosk.ui": {
        "db", "kiosk", "kiosk.adpcm", "kiosk.calls", "kiosk.casework", "kiosk.catalogue",
        "kiosk.charts", "kiosk.contact", "kiosk.deadlines", "kiosk.drawing", "kiosk.due",
        "kiosk.enclosed", "kiosk.hall_days", "kiosk.handwriting", "kiosk.health",
        "kiosk.intake", "kiosk.keep", "kiosk.numbers", "kiosk.paper", "kiosk.peaks",
        "kiosk.period",
        "kiosk.personnel", "kiosk.pins", "kiosk.pinyin", "kiosk.play", "kiosk.reports",
        "kiosk.roster", "kiosk.roster_rules", "kiosk.shown", "kiosk.sound", "kiosk.speech",
        "kiosk.staff", "kiosk.told", "kiosk.ui", "kiosk.visit", "kiosk.waiting", "kiosk.weekly",
        "kiosk.wording", "kiosk.words", "kiosk.workdays",
    },
}  # fmt: skip
EVERYWHERE = {"kiosk.app", "kiosk.demo", "kiosk.__main__"}


def room_of(module):
    found = [r for r in {*MAY, *EVERYWHERE} if module == r or module.startswith(f"{r}.")]
    return max(found, key=len) if found else None


def modules():
    for top in ("db", "kiosk"):
        for file in (ROOT / top).rglob("*.py"):
            if "migrations" not in file.parts:
                yield file


def imported(file):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{name.name}" for name in node.names]
            yield from (n if room_of(n) and room_of(n).count(".") else node.module for n in names)


@pytest.mark.parametrize("file", list(modules()), ids=lambda f: str(f.relative_to(ROOT)))
def test_imports_go_down_only(file):
    name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    room = room_of(name)
    assert room is not None, f"{name} is in no room"
    if room in EVERYWHERE:
        return
    for module in imported(file):
        if module.split(".")[0] in ("db", "kiosk"):
            assert room_of(module) in MAY[room], f"{name} imports {module}"
        if module.split(".")[0] == "PySide6":
            assert room == "kiosk.ui", f"{name} imports Qt"


def test_the_house_has_a_row_for_every_room():
    house = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    parts = house.split("\n### ")[1:]
    for folder, heading in {
        "db": "(`db/`", "kiosk": "(`kiosk/`)", "kiosk/paper": "`kiosk/paper/`",
        "kiosk/web": "`kiosk/web/`", "kiosk/ui": "`kiosk/ui/`",
    }.items():  # fmt: skip
        told = "".join(part for part in parts if heading in part.splitlines()[0])
        rooms = re.findall(r"`(\w+\.py)`", told)
        there = {file.name for file in (ROOT / folder).glob("*.py")} - {"__init__.py"}
        assert there <= set(rooms), f"{folder}: {sorted(there - set(rooms))} are in no row"
        assert len(rooms) == len(set(rooms)), f"{folder}: a room is in two rows"
        gone = {name for name in rooms if not list((ROOT / "kiosk").rglob(name))}
        assert not (gone - {f.name for f in (ROOT / "db").glob("*.py")}), f"there is no {gone}"


def test_the_first_frame_loads_neither_database_nor_paper_nor_web():
    heavy = [
        "sqlalchemy",
        "reportlab",
        "psycopg",
        "nacl",
        "starlette",
        "qrcode",
        "alembic",
        "numpy",
        "onnxruntime",
        "openpyxl",
        "miniaudio",
        "subprocess",
        "db.case",
        "db.happening",
        "kiosk.handwriting",
        "kiosk.pinyin",
    ]
    code = (
        "import sys, kiosk.app, kiosk.ui.citizen, kiosk.ui.window;"
        f"print([m for m in {heavy!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "[]", done.stderr


FIRST_FRAME = """
import sys
from pathlib import Path
import PySide6.QtCore
from kiosk import app
from kiosk.settings import load
from kiosk.ui.background import Background
from kiosk.ui.citizen import Citizen
from kiosk.ui.language import Language
from kiosk.ui.window import application, open_view

running = application()
catalogue = app.hall_catalogue(load(Path(sys.argv[1])))
citizen = Citizen(catalogue, Language(), Background(), app.pinyin, app.handwriting)
view = open_view("Main.qml", {"citizen": citizen}, width=1080, height=1920, ppi=82)
view.frameSwapped.connect(running.quit)
view.show()
running.exec()
print("Qt" in vars(PySide6.QtCore))
"""


def test_the_first_frame_builds_none_of_qts_enums(tmp_path):
    """They come all at once, with whatever first asks for one, and take 11 ms."""
    quiet = {"QT_QPA_PLATFORM": "offscreen", "QT_QUICK_BACKEND": "software"}
    done = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **quiet},
    )
    assert done.stdout.strip() == "False", done.stderr


def test_no_type_made_in_python_has_the_name_of_a_qml_file():
    """Whichever is imported last would stand for both."""
    made = {
        name
        for file in (ROOT / "kiosk" / "ui").glob("*.py")
        for name in re.findall(r"@QmlElement\nclass (\w+)", file.read_text("utf-8"))
    }
    assert "Citizen" in made
    files = [f for room in ("controls", "citizen") for f in (ROOT / "kiosk/qml" / room).iterdir()]
    assert made & {file.stem for file in files} == set()
