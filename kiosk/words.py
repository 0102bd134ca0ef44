"""The product's sentences in other languages, for every room: `say` here, qsTr in QML, one file.

Chinese is written where it is used. `resources/translations/<language>.toml` gives each sentence
in another language, its own name ("中文"), its dates and the font to look in first. A new language
is a new file there, and one more pair of font files if it is written in signs we have none for.
"""

import re
import tomllib
from functools import cache
from pathlib import Path

from kiosk import RESOURCES

SOURCE = "zh"
FOLDER = RESOURCES / "translations"
FONTS = RESOURCES / "fonts"
#: Holds every Chinese character in use; the others fill in what it lacks.
FONT = "Noto Sans SC"
_HOLE = re.compile(r"%(\d)")


@cache
def sentences(language: str, folder: Path = FOLDER) -> dict[str, str]:
    """Every known sentence: Chinese → `language`. Empty for Chinese itself."""
    if language == SOURCE:
        return {}
    with (folder / f"{language}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def spoken(language: str) -> dict[str, str]:
    """The pack of `language` with what only staff read; they read Chinese or English."""
    staff = FOLDER / "staff"
    both = sentences(language, staff) if (staff / f"{language}.toml").exists() else {}
    return {**both, **sentences(language)}


def languages(folder: Path = FOLDER) -> list[str]:
    """The languages a visitor can choose: Chinese, English, then the others."""
    packs = (path.stem for path in folder.glob("*.toml"))
    return [SOURCE, *sorted(packs, key=lambda pack: (pack != "en", pack))]


def name_of(language: str) -> str:
    """What a language calls itself."""
    return say("中文", language)


@cache
def families() -> tuple[str, ...]:
    """The bundled font families: NotoSansKR-Regular.ttf and -Bold.ttf are Noto Sans KR."""
    stems = (path.name.removesuffix("-Regular.ttf") for path in FONTS.glob("*-Regular.ttf"))
    names = (re.sub(r"(?<=[a-z])(?=[A-Z])", " ", stem) for stem in stems)
    return tuple(sorted(names, key=lambda name: (name != FONT, name)))


def font_files(family: str) -> tuple[Path, Path]:
    """The files of a bundled family: regular, bold."""
    stem = family.replace(" ", "")
    return FONTS / f"{stem}-Regular.ttf", FONTS / f"{stem}-Bold.ttf"


def font_order(family: str) -> tuple[str, ...]:
    """The bundled families to look for a character in, `family` first."""
    return (family, *(other for other in families() if other != family))


def say(text: str, language: str, *args: object) -> str:
    """The sentence in `language` (in Chinese where it lacks one), with %1, %2 … filled in."""
    said = spoken(language).get(text, text)
    return _HOLE.sub(lambda hole: str(args[int(hole[1]) - 1]), said) if args else said
