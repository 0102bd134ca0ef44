"""What staff read: every sentence of the desk, the rules and the forms is there in English."""

import ast
import re

import pytest

from kiosk import wording
from kiosk.ui.window import QML
from kiosk.words import spoken
from tests.test_imports import ROOT

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAID_TO_STAFF = (
    "kiosk/ui/forms.py", "kiosk/ui/casevalues.py", "kiosk/ui/work.py", "kiosk/ui/desk.py",
    "kiosk/ui/pages.py", "kiosk/ui/slip.py", "kiosk/ui/ledger.py", "kiosk/ui/rota.py",
    "kiosk/ui/people.py", "kiosk/ui/mine.py", "kiosk/personnel.py", "kiosk/pins.py",
    "kiosk/ui/papers.py", "kiosk/health.py", "kiosk/waiting.py",
    "db/rules.py", "db/hall.py", "db/terms.py",
)  # fmt: skip


def written_in(file):
    """Every Chinese text in a module that is no docstring."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    with_words = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, with_words) and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = getattr(node, "value", None)
        said = isinstance(node, ast.Constant) and isinstance(text, str) and id(node) not in docs
        if said and CHINESE.search(text):
            yield text


@pytest.mark.parametrize("file", SAID_TO_STAFF)
def test_every_sentence_said_to_staff_has_an_english_one(file):
    assert {text for text in written_in(file) if text not in spoken("en")} == set()


def test_every_sentence_on_the_desks_screens_has_an_english_one():
    shown = {
        sentence
        for path in (QML / "desk").rglob("*.qml")
        for sentence in re.findall(r'qsTr\("((?:[^"\\]|\\.)*)"\)', path.read_text("utf-8"))
    }
    assert len(shown) > 30
    assert {sentence for sentence in shown if sentence not in spoken("en")} == set()
    for sentence in (wording.INSTEAD_OF_NO, wording.INSTEAD_OF_BLAME):
        assert sentence in spoken("en")
