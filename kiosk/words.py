"""The product's sentences in other languages, for every room: `say` here, qsTr in QML, one file.

Chinese is written where it is used. `resources/translations/<language>.toml` gives each sentence
in another language; a new language is a new file.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from kiosk import RESOURCES

SOURCE = "zh"
FOLDER = RESOURCES / "translations"
_HOLE = re.compile(r"%(\d)")


@cache
def sentences(language: str, folder: Path = FOLDER) -> dict[str, str]:
    """Every known sentence: Chinese → `language`. Empty for Chinese itself."""
    if language == SOURCE:
        return {}
    with (folder / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


def languages(folder: Path = FOLDER) -> list[str]:
    """The languages a visitor can choose, Chinese first."""
    return [SOURCE, *sorted(path.stem for path in folder.glob("*.toml"))]


def say(text: str, language: str, *args: object) -> str:
    """The sentence in `language` (in Chinese where it lacks one), with %1, %2 … filled in."""
    spoken = sentences(language).get(text, text)
    return _HOLE.sub(lambda hole: str(args[int(hole[1]) - 1]), spoken) if args else spoken
