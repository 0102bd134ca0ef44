"""The fixed sentences of the kiosk's screens, and `zhaocha voice`: what of them has a recording.

`zhaocha voice list [LANG]` lists them, `render` lets the speech program say those that lack a clip,
`check` looks for clips that are broken, lost or no longer said.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from kiosk.catalogue import Catalogue, Text
from kiosk.speech import BEGUN, CHOSEN, ITEM, LEFT, LOUDNESS, NEIGHBOURS, UNSAID
from kiosk.voices import INDEX, SUFFIXES, Clips, clip_id, speech_program
from kiosk.words import FONT, languages, say

QML = Path(__file__).resolve().parent / "qml"
_SENTENCE = re.compile(r'qsTr\("((?:[^"\\]|\\.)*)"\)')
#: As many things to touch on one screen have a recorded number.
ITEMS = 20
SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_OURS = (UNSAID, CHOSEN, LEFT, BEGUN, NEIGHBOURS, *LOUDNESS)
#: Files of screens that a citizen never sees.
_STAFF = "desk"


def prompts(language: str, catalogue: Catalogue) -> list[str]:
    """Every sentence without a place to fill in that the kiosk may say, once, in screen order."""
    fixed = (text for text in (*_OURS, *_from_screens()) if "%" not in text and text != FONT)
    told = [say(text, language) for text in fixed]
    told += [say(ITEM, language, number) for number in range(1, ITEMS + 1)]
    told += [text.say(language) for text in _from_catalogue(catalogue)]
    told += SIGNS if language == "en" else re.findall(r"\d", SIGNS)
    return list(dict.fromkeys(text.strip() for text in told if text.strip()))


def _from_screens() -> Iterator[str]:
    for file in sorted(QML.rglob("*.qml")):
        if _STAFF not in file.relative_to(QML).parts:
            yield from _SENTENCE.findall(file.read_text("utf-8"))


def _from_catalogue(catalogue: Catalogue) -> Iterator[Text]:
    for problem in catalogue.problems:
        yield from (problem.name, problem.hint)
        yield from (tag.name for tag in problem.tags)
    yield from (merit.name for merit in catalogue.merits)
    for need in catalogue.needs:
        yield from (need.name, need.hint)
    for trouble in catalogue.troubles:
        yield from (trouble.name, trouble.hint)
    for area in catalogue.areas:
        yield from (area.name, *area.presets)
    for window in catalogue.service_windows:
        yield from (window.name, window.place)
    for item in catalogue.service_items:
        yield from (item.name, item.how, item.bring)
    yield from (phrase.text for phrase in catalogue.phrases)
    yield from (story.text for story in catalogue.stories)


def run(words: list[str], folder: Path, catalogue: Catalogue) -> int:
    """`zhaocha voice`: list, render or check, for one language or for all. Raises ValueError."""
    deeds = {"list": _list, "render": _render, "check": _check}
    if not words or len(words) > 2 or words[0] not in deeds:
        raise ValueError("voice: say list, render or check, and a language if you like")
    for language in words[1:]:
        if language not in languages():
            raise ValueError(f"voice: {language!r} is none of {', '.join(languages())}")
    troubles = 0
    for language in words[1:] or languages():
        troubles += deeds[words[0]](language, folder, prompts(language, catalogue))
    return 1 if troubles else 0


def _list(language: str, folder: Path, wanted: list[str]) -> int:
    known = Clips(folder).files(language)
    lacking = [text for text in wanted if text not in known]
    filled = len({text for text in _from_screens() if "%" in text})
    print(
        f"{language}: {len(wanted)} sentences, {len(wanted) - len(lacking)} have a clip; {filled} "
        "more have a place to fill in, which only a speech program can say"
    )
    for text in lacking:
        print(f"  lacks {clip_id(text)}  {text}")
    return 0


def _render(language: str, folder: Path, wanted: list[str]) -> int:
    program = speech_program()
    if program is None:
        raise ValueError("voice: there is no speech program here; on Debian: espeak-ng")
    if language not in program.languages():
        print(f"{language}: the speech program here does not speak it")
        return 0
    clips = Clips(folder)
    known, index = clips.files(language), clips.index(language)
    made = 0
    for text in wanted:
        if text in known:
            continue
        sound = program.sound(text, language, lambda: True)
        if sound is None:
            print(f"  failed {clip_id(text)}  {text}")
            continue
        (folder / language).mkdir(parents=True, exist_ok=True)
        (folder / language / f"{clip_id(text)}.wav").write_bytes(_whole(sound))
        index[clip_id(text)] = text
        made += 1
    if made:
        lines = [f"{name} = {json.dumps(said, ensure_ascii=False)}" for name, said in index.items()]
        (folder / language / INDEX).write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{language}: {made} rendered, {len(known)} were there")
    return len(wanted) - len(known) - made


def _check(language: str, folder: Path, wanted: list[str]) -> int:
    index = Clips(folder).index(language)
    files = {
        file.stem: file for file in sorted((folder / language).glob("*")) if file.suffix in SUFFIXES
    }
    troubles = [f"{name}: no sound file for “{said}”" for name, said in index.items()
                if name not in files]  # fmt: skip
    troubles += [f"{file.name}: {INDEX} does not say what it is" for name, file in files.items()
                 if name not in index]  # fmt: skip
    troubles += [f"{name}: nothing says “{said}” any more" for name, said in index.items()
                 if said not in wanted]  # fmt: skip
    troubles += [f"{file.name}: {why}" for file in files.values() if (why := _broken(file))]
    for trouble in troubles:
        print(f"{language}/{trouble}")
    print(f"{language}: {len(files)} clips, {len(troubles)} troubles")
    return len(troubles)


def _broken(file: Path) -> str:
    """What is wrong with a sound file; empty for a good one."""
    import miniaudio

    try:
        decoded = miniaudio.decode(file.read_bytes(), nchannels=1)
    except miniaudio.DecodeError:
        return "cannot be played"
    loudest = max((abs(sample) for sample in decoded.samples), default=0)
    return "is silent" if loudest < 200 else ""


def _whole(sound: bytes) -> bytes:
    """A WAV with its true lengths: what was written to a pipe does not know them."""
    if sound[:4] != b"RIFF" or sound[36:40] != b"data":
        return sound
    data = sound[44:]
    sizes = (len(data) + 36).to_bytes(4, "little"), len(data).to_bytes(4, "little")
    return sound[:4] + sizes[0] + sound[8:40] + sizes[1] + data
