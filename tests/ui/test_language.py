"""The screen's language: Qt finds in the packed catalogue what stands in the translation files."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QTranslator, QUrl
from PySide6.QtQml import QQmlComponent, QQmlEngine
from shiboken6 import getAllValidWrappers

from kiosk.ui.language import Language, pack
from kiosk.words import languages, say, sentences

OTHERS = languages()[1:]
UNKNOWN = "这句话谁也没有翻译过"
SCREEN = """
import QtQml
QtObject {
    property string back: qsTr("返回")
    property string greeting: qsTr("欢迎来找茬")
    property string count: qsTr("下一步（已选 %1 项）").arg(3)
    property string unknown: qsTr("这句话谁也没有翻译过")
}
"""


class Screen:
    """A piece of QML with sentences on it, and the language it is shown in."""

    def __init__(self):
        self.engine = QQmlEngine()
        self.language = Language()
        self.language.attach(self.engine)
        self._component = QQmlComponent(self.engine)
        self._component.setData(SCREEN.encode(), QUrl("file:///Home.qml"))
        assert self._component.errors() == []
        self._shown = self._component.create()

    def shown(self):
        return [self._shown.property(name) for name in ("back", "greeting", "count", "unknown")]

    def asks(self, sentence):
        """What qsTr answers to a sentence somewhere on a screen."""
        return self.engine.evaluate(f"qsTr({json.dumps(sentence)})", "Hub.qml").toString()


@pytest.fixture
def screen(qapp):
    made = Screen()
    yield made
    made.language.switch("zh")


def finder(spoken):
    """Qt's own reader over a packed catalogue, with the bytes it reads."""
    content, translator = pack(spoken), QTranslator()
    assert translator.load(content)
    return translator, content


# --- the packed catalogue ---------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("context", ["", "Home", "Desk"])
def test_qt_finds_every_sentence_of_the_file_on_any_screen(language, context):
    spoken = sentences(language)
    translator, _content = finder(spoken)
    assert spoken
    wrong = {s: t for s, t in spoken.items() if translator.translate(context, s) != t}
    assert wrong == {}


def test_qt_finds_nothing_for_a_sentence_that_is_not_there():
    translator, _content = finder(sentences("en"))
    assert not translator.translate("Home", UNKNOWN)


def test_two_sentences_with_the_same_hash_keep_their_own_translations():
    # 0x41 * 16 + 0x52 = 0x42 * 16 + 0x42: Qt's hash cannot tell these two apart.
    translator, _content = finder({"AR": "first", "BB": "second", "找": "third"})
    assert [translator.translate("", s) for s in ("AR", "BB", "找")] == ["first", "second", "third"]


said = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(said, said, max_size=30))
def test_qt_finds_whatever_is_packed(spoken):
    translator, _content = finder(spoken)
    assert {s: translator.translate("Any", s) for s in spoken} == spoken


# --- on the screen ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_the_screens_and_the_paper_say_the_same(screen, language):
    screen.language.switch(language)
    wrong = {s for s in sentences(language) if screen.asks(s) != say(s, language)}
    assert wrong == set()
    assert QCoreApplication.translate("Anywhere", "返回") == say("返回", language)


@pytest.mark.parametrize("language", languages())
def test_a_sentence_nobody_translated_is_shown_in_chinese(screen, language):
    screen.language.switch(language)
    assert screen.asks(UNKNOWN) == UNKNOWN
    assert screen.shown()[-1] == UNKNOWN


def test_chinese_is_shown_as_it_is_written(screen):
    assert [s for s in sentences("en") if screen.asks(s) != s] == []


def test_switching_back_and_forth_fifty_times_keeps_every_word_right(screen):
    wanted = {
        "zh": ["返回", "欢迎来找茬", "下一步（已选 3 项）", UNKNOWN],
        "en": ["Back", "Tell us what's wrong", "Next (3 chosen)", UNKNOWN],
    }
    for turn in range(50):
        for language in ("en", "zh"):
            screen.language.switch(language)
            assert screen.language.current == language
            assert screen.shown() == wanted[language], f"turn {turn}"
    screen.language.switch("en")
    assert {s: screen.asks(s) for s in sentences("en")} == sentences("en")


def test_choosing_the_same_language_again_changes_nothing(screen):
    for _ in range(3):
        screen.language.switch("en")
        assert screen.shown()[0] == "Back"
    screen.language.switch("zh")
    assert screen.shown()[0] == "返回"


def test_a_switch_leaves_no_translator_of_the_last_one_behind(screen):
    def alive():
        return sum(isinstance(thing, QTranslator) for thing in getAllValidWrappers())

    before = alive()
    for _ in range(10):
        screen.language.switch("en")
        assert alive() == before + 1
        screen.language.switch("zh")
    assert alive() == before


# --- the files --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_has_the_same_places_to_fill_in_as_the_chinese_one(language):
    differ = {
        sentence: translation
        for sentence, translation in sentences(language).items()
        if places(sentence) != places(translation)
    }
    assert differ == {}


def places(sentence):
    return sorted(re.findall(r"%\d+", sentence))


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_empty_or_still_chinese(language):
    # Japanese is written with the same characters: there, one still Chinese has these.
    chinese = "[吗么您们请这没说]" if language == "ja" else "[一-鿿]"
    left = {s for s, t in sentences(language).items() if not t.strip() or re.search(chinese, t)}
    assert left == set()
