"""How a sentence is taken apart to be said: part by part, foreign words by a voice of their own
language, codes and long numbers sign by sign. Standard library only.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.words import SOURCE

#: Whose words a script is. Digits and punctuation belong to whatever stands before them.
_SCRIPTS = (
    ("en", "A-Za-zÀ-ɏ"),
    ("ru", "Ѐ-ӿ"),
    ("ko", "ᄀ-ᇿ㄰-㆏가-힣"),
    ("ja", "぀-ヿㇰ-ㇿ"),
    (SOURCE, "㐀-鿿豈-﫿\U00020000-\U0003ffff"),
)
#: Languages that are at home in further scripts.
_AT_HOME = {"ja": {SOURCE, "ja"}, "ko": {SOURCE, "ko"}, SOURCE: {SOURCE}, "ru": {"ru"}}
_WORD = re.compile("|".join(f"(?P<{name}>[{signs}]+)" for name, signs in _SCRIPTS))
_SAID = re.compile(r"[^\W_]")
#: Ends a sentence; the closing quote after it belongs to it.
_END = re.compile(r"(?<=[。！？!?；;\n])[”’」』)）]*\s*|(?<=[.:：])\s+")
#: A tracking code in groups, a case number, a telephone number, a long number.
_CODE = re.compile(
    r"(?<![^\W_])(?:"
    r"[A-Z0-9]{4}(?: [A-Z0-9]{4})+"
    r"|(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*[0-9])[A-Z0-9]+(?:-[A-Z0-9]+)*"
    r"|\d{3,4}-\d{5,}"
    r"|\d{3}(?: \d{1,4})+"
    r"|\d{5,}"
    r")(?![^\W_])"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What one voice says in one go; `spelled` when sign by sign."""

    text: str
    language: str
    spelled: bool = False


def sentences(text: str) -> list[str]:
    """A text as sentences, so that each can be stopped, and found among the clips."""
    return [part for raw in _END.split(text) if (part := raw.strip()) and _SAID.search(part)]


def pieces(sentence: str, language: str) -> list[Piece]:
    """A sentence as what each voice says of it, in order."""
    found: list[Piece] = []
    at = 0
    for code in _CODE.finditer(sentence):
        found += _by_language(sentence[at : code.start()], language)
        found += _spelled(code[0], language)
        at = code.end()
    return [*found, *_by_language(sentence[at:], language)]


def _by_language(text: str, language: str) -> Iterator[Piece]:
    home = _AT_HOME.get(language, {"en", language})
    speaking, start = language, 0
    for word in _WORD.finditer(text):
        script = str(word.lastgroup)
        spoken = language if script in home else script
        if spoken != speaking:
            yield from _piece(text[start : word.start()], speaking)
            speaking, start = spoken, word.start()
    yield from _piece(text[start:], speaking)


def _piece(text: str, language: str) -> Iterator[Piece]:
    if _SAID.search(text):
        yield Piece(text.strip(), language)


def _spelled(code: str, language: str) -> Iterator[Piece]:
    """Letters by their English names where the language has none for them."""
    latin = language not in _AT_HOME
    for run in re.findall(r"[A-Z]+|[0-9]+", code):
        yield Piece(run, language if latin or run.isdigit() else "en", spelled=True)
