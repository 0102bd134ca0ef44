"""Where a voice comes from: recorded clips in a folder, and the speech program of the machine.

A speech program is only ever a process of its own: nothing of it is linked, bundled or loaded. It
is started without a shell, gets the text on its standard input, and has a time limit.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from kiosk.speech import LOOK, Voice, Wanted
from kiosk.words import languages, name_of

INDEX = "index.toml"
SUFFIXES = (".wav", ".ogg")
#: Seconds that a speech program may take for one sentence.
LIMIT = 10.0
#: espeak-ng's voices to ask first. In 1.51 `cmn` reads 好 as “hao two”.
FIRST = {"zh": ("cmn-latn-pinyin", "cmn")}
#: Its words a minute; Chinese counts by syllables.
PACE = {"zh": 175}
SLOWLY = 145
#: What its dictionary reads wrong of what stands on our screens.
READINGS = {
    "重新": "chong2 xin1",
    "重办": "chong2 ban4",
    "地址": "di4 zhi3",
    "换行": "huan4 hang2",
    "用不了": "yong4 bu4 liao3",
    "要求": "yao1 qiu2",
    "处理": "chu2 li3",
}


def voices(folder: Path) -> list[Voice]:
    """What this machine can speak with, best first."""
    found: list[Voice] = [Clips(folder)]
    program = speech_program()
    return [*found, program] if program is not None else found


def speech_program() -> "Espeak | WindowsVoices | None":
    """The speech program of this machine; None without one."""
    if sys.platform == "win32":
        shell = shutil.which("powershell.exe")
        return WindowsVoices(shell) if shell else None
    espeak = shutil.which("espeak-ng")
    return Espeak(espeak) if espeak else None


def clip_id(sentence: str) -> str:
    """The name of a sentence's sound file, unless somebody gave it another in the index."""
    return hashlib.sha256(sentence.encode()).hexdigest()[:10]


class Clips:
    """`FOLDER/zh/ID.wav` or `.ogg`; `FOLDER/zh/index.toml` says which sentence an ID is."""

    recorded = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def languages(self) -> frozenset[str]:
        return frozenset(language for language, files in self._files.items() if files)

    def sound(self, sentence: str, language: str, wanted: Wanted) -> bytes | None:
        file = self._files.get(language, {}).get(sentence.strip())
        try:
            return file.read_bytes() if file else None
        except OSError:
            return None

    @cached_property
    def _files(self) -> dict[str, dict[str, Path]]:
        return {language: self.files(language) for language in languages()}

    def index(self, language: str) -> dict[str, str]:
        """ID → sentence. Raises ValueError with the file's name for one that is no TOML."""
        file = self._folder / language / INDEX
        try:
            told = tomllib.loads(file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as trouble:
            raise ValueError(f"{file}: {trouble}") from trouble
        return {name: str(sentence) for name, sentence in told.items()}

    def files(self, language: str) -> dict[str, Path]:
        """Sentence → its sound file, for those that are there."""
        try:
            known = self.index(language)
        except ValueError as trouble:
            print(f"zhaocha: {trouble}", file=sys.stderr)
            return {}
        folder = self._folder / language
        found = {
            sentence: [folder / f"{name}{suffix}" for suffix in SUFFIXES]
            for name, sentence in known.items()
        }
        return {
            sentence: next(file for file in files if file.exists())
            for sentence, files in found.items()
            if any(file.exists() for file in files)
        }


class Espeak:
    """espeak-ng: nobody's favourite voice, but it speaks many languages on any machine."""

    recorded = False

    def __init__(self, program: str, limit: float = LIMIT) -> None:
        self._program = program
        self._limit = limit

    def languages(self) -> frozenset[str]:
        return frozenset(self._voices)

    def sound(self, sentence: str, language: str, wanted: Wanted) -> bytes | None:
        voice = self._voices.get(language)
        if voice is None:
            return None
        # It would take [[ for phonemes.
        text = sentence.replace("[", " ").replace("\n", " ")
        if language == "zh":
            for written, read in READINGS.items():
                text = text.replace(written, f" {read} ")
        pace = str(PACE.get(language, SLOWLY))
        return run(
            [self._program, "-b", "1", "-v", voice, "-s", pace, "--stdin", "--stdout"],
            text.encode(errors="replace"),
            wanted,
            self._limit,
        )

    @cached_property
    def _voices(self) -> dict[str, str]:
        """The voice of each language it can really read."""
        found = {}
        for language in languages():
            for voice in (*FIRST.get(language, ()), language):
                if self._reads(voice, language):
                    found[language] = voice
                    break
        return found

    def _reads(self, voice: str, language: str) -> bool:
        """Whether a voice reads a language's own name without falling back to English for it.

        The Japanese one says “Chinese letter” for every character that is not kana.
        """
        command = [self._program, "-b", "1", "-q", "-x", "-v", voice, "--stdin"]
        phonemes = run(command, name_of(language).encode(), lambda: True, self._limit) or b""
        return bool(phonemes.strip()) and (language == "en" or b"(en)" not in phonemes)


class WindowsVoices:
    """The voices installed in Windows, through a PowerShell process a sentence."""

    recorded = False

    _SPEAK = """
$in = New-Object IO.StreamReader([Console]::OpenStandardInput(), (New-Object Text.UTF8Encoding))
$culture = $in.ReadLine()
$text = $in.ReadToEnd()
Add-Type -AssemblyName System.Speech
$speech = New-Object System.Speech.Synthesis.SpeechSynthesizer
$voices = $speech.GetInstalledVoices() | Where-Object { $_.Enabled }
$voice = $voices | Where-Object { $_.VoiceInfo.Culture.Name -eq $culture } | Select-Object -First 1
if (-not $voice) { exit 1 }
$speech.SelectVoice($voice.VoiceInfo.Name)
$speech.Rate = -1
$sound = New-Object IO.MemoryStream
$speech.SetOutputToWaveStream($sound)
$speech.Speak($text)
$speech.Dispose()
$out = [Console]::OpenStandardOutput()
$out.Write($sound.ToArray(), 0, $sound.Length)
$out.Flush()
"""
    _LIST = """
Add-Type -AssemblyName System.Speech
$speech = New-Object System.Speech.Synthesis.SpeechSynthesizer
$speech.GetInstalledVoices() | Where-Object { $_.Enabled } | ForEach-Object {
    [Console]::Out.WriteLine($_.VoiceInfo.Culture.Name)
}
"""

    def __init__(self, program: str, limit: float = LIMIT) -> None:
        self._program = program
        self._limit = limit

    def languages(self) -> frozenset[str]:
        return frozenset(self._cultures)

    def sound(self, sentence: str, language: str, wanted: Wanted) -> bytes | None:
        culture = self._cultures.get(language)
        if culture is None:
            return None
        text = f"{culture}\n{sentence}".encode(errors="replace")
        return run(self._command(self._SPEAK), text, wanted, self._limit)

    @cached_property
    def _cultures(self) -> dict[str, str]:
        """The culture whose voice is taken for each of our languages: zh → zh-CN."""
        told = run(self._command(self._LIST), b"", lambda: True, self._limit) or b""
        found: dict[str, str] = {}
        for culture in told.decode(errors="replace").split():
            language = culture.split("-")[0]
            if language in languages() and (language not in found or culture == "zh-CN"):
                found[language] = culture
        return found

    def _command(self, script: str) -> list[str]:
        # Encoded, nothing in it can be taken for an option or a quotation mark.
        encoded = base64.b64encode(script.encode("utf-16-le")).decode()
        return [self._program, "-NoProfile", "-NonInteractive", "-EncodedCommand", encoded]


def run(command: Sequence[str], text: bytes, wanted: Wanted, limit: float) -> bytes | None:
    """What a program answers to a text; None when it fails, takes too long or is unwanted."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError:
        return None
    end = time.monotonic() + limit
    with process:
        told: bytes | None = text
        while True:
            try:
                answer, _ = process.communicate(told, timeout=LOOK)
                return answer if process.returncode == 0 else None
            except subprocess.TimeoutExpired:
                told = None
            if not wanted() or time.monotonic() > end:
                process.kill()
                return None
