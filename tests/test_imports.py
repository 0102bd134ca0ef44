"""Imports go down only, and what the first frame loads is little."""

import ast
import os
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
    "kiosk.workdays": {"kiosk.words"},
    "kiosk.ticket": set(),
    "kiosk.catalogue": {"kiosk.ticket"},
    "kiosk.catalogue_tables": {"kiosk.catalogue"},
    "kiosk.memory": set(),
    "kiosk.pinyin": {"kiosk", "kiosk.memory"},
    "kiosk.handwriting": {"kiosk", "kiosk.memory"},
    "kiosk.contact": set(),
    "kiosk.visit": {"db", "kiosk.contact", "kiosk.ticket"},
    "kiosk.staff": {"db"},
    "kiosk.paper": {
        "db", "kiosk", "kiosk.catalogue", "kiosk.workdays", "kiosk.words", "kiosk.paper",
    },
    "kiosk.intake": {
        "db", "kiosk", "kiosk.catalogue", "kiosk.contact", "kiosk.workdays", "kiosk.paper",
    },
    "kiosk.casework": {
        "db", "kiosk", "kiosk.catalogue", "kiosk.contact", "kiosk.paper", "kiosk.staff",
    },
    "kiosk.web": {"db", "kiosk.catalogue", "kiosk.visit", "kiosk.words", "kiosk.workdays"},
    "kiosk.ui": {
        "db", "kiosk", "kiosk.ui", "kiosk.catalogue", "kiosk.contact", "kiosk.visit", "kiosk.words",
        "kiosk.workdays", "kiosk.handwriting", "kiosk.pinyin", "kiosk.staff",
        "kiosk.casework", "kiosk.intake", "kiosk.paper",
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
