"""Saying things aloud: clips first, then the speech program, never waited for, silent at once."""

import io
import math
import os
import struct
import sys
import threading
import time
import wave
from pathlib import Path

import pytest

from kiosk import prompts, voices
from kiosk.app import hall_catalogue
from kiosk.pronounce import Piece, pieces, sentences
from kiosk.settings import load
from kiosk.speech import UNSAID, CannotBeHeard, SoundCard, Speech, can_be_heard
from kiosk.voices import Clips, Espeak, WindowsVoices, clip_id, run
from kiosk.words import languages, say

PATIENCE = 20.0


def until(holds, what):
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, what
        threading.Event().wait(0.002)


def tone(seconds=0.1, rate=22_050, loud=8000):
    """A WAV of a plain tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        for at in range(int(seconds * rate)):
            file.writeframes(struct.pack("<h", int(loud * math.sin(at / 8))))
    return out.getvalue()


class FakeVoice:
    """Its sound of a text is the text, but for what it lacks; it keeps what was asked."""

    def __init__(self, *spoken, recorded=False, only=None, lacks=()):
        self.spoken, self.recorded, self.only, self.lacks = frozenset(spoken), recorded, only, lacks
        self.asked = []

    def languages(self):
        return self.spoken

    def sound(self, sentence, language, wanted):
        self.asked.append((language, sentence))
        if sentence in self.lacks or (self.only is not None and sentence not in self.only):
            return None
        mark = "*" if self.recorded else ""
        return f"{mark}{language}:{sentence}".encode()


class FakePlayer:
    """Keeps what was heard; a sound lasts until `finish`, or no time at all."""

    def __init__(self, patient=False, broken=False):
        self.patient, self.broken = patient, broken
        self.heard, self.loud, self.cut, self.looks = [], [], 0, 0
        self.on = False

    def start(self, sound, loudness):
        if self.broken:
            raise CannotBeHeard("no card")
        self.heard.append(sound.decode())
        self.loud.append(loudness)
        self.on = self.patient
        return PATIENCE

    def playing(self):
        self.looks += 1
        return self.on

    def finish(self):
        self.on = False

    def stop(self):
        self.cut += self.on
        self.on = False

    def rest(self):
        self.on = False


@pytest.fixture
def speak(monkeypatch):
    """A speech with these voices, found and ready; closed when the test ends."""
    monkeypatch.setattr("kiosk.speech.can_be_heard", lambda: True)
    made = []

    def make(*spoken_by, **player):
        speech = Speech(lambda: spoken_by, FakePlayer(**player))
        speech.found = []
        speech.find(speech.found.append)
        until(lambda: speech.found, "the voices")
        made.append(speech)
        return speech

    yield make
    for speech in made:
        speech.close()


def heard(speech):
    until(lambda: not speech.speaking(), "silence")
    return speech._player.heard


# --- in order, stoppable, never waited for ------------------------------------------------------


def test_texts_are_said_in_order_and_as_loud_as_asked(speak):
    speech = speak(FakeVoice("zh"))
    speech.say(["一", "二", "三"], "zh", 0.6)
    assert heard(speech) == ["zh:一", "zh:二", "zh:三"]
    assert set(speech._player.loud) == {0.6}


def test_what_is_said_next_ends_what_is_being_said(speak):
    speech = speak(FakeVoice("zh"), patient=True)
    speech.say(["一", "二"], "zh", 1.0)
    until(lambda: speech._player.on, "the first")
    speech.say(["三"], "zh", 1.0)
    until(lambda: len(speech._player.heard) == 2, "the next")
    assert (speech._player.heard, speech._player.cut) == (["zh:一", "zh:三"], 1)


def test_what_is_said_then_waits_for_its_turn(speak):
    speech = speak(FakeVoice("zh"), patient=True)
    speech.say(["一"], "zh", 1.0)
    until(lambda: speech._player.on, "the first")
    speech.say(["二"], "zh", 1.0, then=True)
    looked = speech._player.looks
    until(lambda: speech._player.looks > looked + 3, "some looks at the first")
    assert speech._player.heard == ["zh:一"]
    speech._player.finish()
    until(lambda: len(speech._player.heard) == 2, "the second")
    assert (speech._player.heard, speech._player.cut) == (["zh:一", "zh:二"], 0)


def test_stop_is_silence_at_once_and_nothing_follows(speak):
    speech = speak(FakeVoice("zh"), patient=True)
    speech.say(["一", "二"], "zh", 1.0)
    speech.say(["三"], "zh", 1.0, then=True)
    until(lambda: speech._player.on, "the first")
    began = time.monotonic()
    speech.stop()
    until(lambda: not speech._player.on, "silence")
    assert time.monotonic() - began < 1.0
    assert heard(speech) == ["zh:一"]


def test_the_caller_never_waits_though_a_voice_hangs(speak):
    class Hanging(FakeVoice):
        def sound(self, sentence, language, wanted):
            until(lambda: not wanted(), "to be let go")

    speech = speak(Hanging("zh"))
    began = time.monotonic()
    for _ in range(200):
        speech.say(["一"], "zh", 1.0)
    speech.stop()
    assert time.monotonic() - began < 1.0
    assert heard(speech) == []


def test_the_next_sound_is_made_while_this_one_is_heard(speak):
    voice = FakeVoice("zh")
    speech = speak(voice, patient=True)
    speech.say(["一", "二"], "zh", 1.0)
    until(lambda: ("zh", "二") in voice.asked, "the second sound")
    assert speech._player.heard == ["zh:一"]


def test_a_card_that_goes_away_is_told_once_and_the_button_goes(speak, capfd):
    speech = speak(FakeVoice("zh"), broken=True)
    assert speech.found == [frozenset({"zh"})]
    speech.say(["一"], "zh", 1.0)
    until(lambda: len(speech.found) == 2, "the news")
    assert speech.found[-1] == frozenset()
    assert capfd.readouterr().err == "zhaocha: read aloud is off: no card\n"


def test_a_card_that_comes_back_is_found_again(speak, monkeypatch, capfd):
    speech = speak(FakeVoice("zh"), broken=True)
    monkeypatch.setattr("kiosk.speech.REST", 0.05)
    speech.say(["一"], "zh", 1.0)
    until(lambda: len(speech.found) == 3, "the news")
    assert speech.found == [frozenset({"zh"}), frozenset(), frozenset({"zh"})]
    assert "no card" in capfd.readouterr().err


def test_a_card_that_swallows_sounds_without_end_is_given_up(speak, monkeypatch, capfd):
    monkeypatch.setattr("kiosk.speech.SLACK", -PATIENCE)
    speech = speak(FakeVoice("zh"), patient=True)
    speech.say(["一", "二"], "zh", 1.0)
    until(lambda: len(speech.found) == 2, "the news")
    assert "does not play" in capfd.readouterr().err


def test_without_anything_to_hear_with_no_voice_is_looked_for(monkeypatch):
    monkeypatch.setattr("kiosk.speech.can_be_heard", lambda: False)
    found = []
    speech = Speech(lambda: pytest.fail("looked for voices"), FakePlayer())
    speech.find(found.append)
    until(lambda: found, "the answer")
    speech.close()
    assert found == [frozenset()]


def test_whether_there_is_a_sound_card_is_asked_without_loading_anything(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    cards = Path("/proc/asound/pcm")
    there = cards.exists() and "playback" in cards.read_text("utf-8")
    assert can_be_heard() is there
    (tmp_path / "pulse").mkdir()
    (tmp_path / "pulse" / "native").touch()
    assert can_be_heard() is True


# --- which voice says what ----------------------------------------------------------------------


def test_a_clip_is_taken_before_a_program_for_exactly_its_sentence(speak):
    clips = FakeVoice("zh", recorded=True, only={"欢迎来找茬"})
    speech = speak(clips, FakeVoice("zh"))
    speech.say(["欢迎来找茬", "欢迎来找茬！"], "zh", 1.0)
    assert heard(speech) == ["*zh:欢迎来找茬", "zh:欢迎来找茬！"]


def test_what_is_recorded_comes_before_the_speech_program(tmp_path):
    found = voices.voices(tmp_path)
    assert isinstance(found[0], Clips)
    assert [voice.recorded for voice in found] == [True, False][: len(found)]


def test_a_clip_of_two_sentences_is_found_as_a_whole(speak):
    whole = "看一看。就可以交了。"
    speech = speak(FakeVoice("zh", recorded=True, only={whole}), FakeVoice("zh"))
    speech.say([whole], "zh", 1.0)
    assert heard(speech) == [f"*zh:{whole}"]


def test_what_no_voice_can_say_is_left_out_and_said_so_once(speak):
    clips = FakeVoice("zh", recorded=True, only={"好", UNSAID})
    speech = speak(clips)
    speech.say(["好", "这个没有录", "那个也没有", "好"], "zh", 1.0)
    assert heard(speech) == ["*zh:好", "*zh:好", f"*zh:{UNSAID}"]


def test_a_sentence_is_said_whole_or_not_at_all(speak):
    speech = speak(FakeVoice("zh", lacks={UNSAID}))
    speech.say(["点 Language 换语言。"], "zh", 1.0)
    assert heard(speech) == []


def test_foreign_words_are_said_by_a_voice_of_their_own(speak):
    speech = speak(FakeVoice("zh", "en"))
    speech.say(["点 Language 换语言。"], "zh", 1.0)
    assert heard(speech) == ["zh:点", "en:Language", "zh:换语言。"]


def test_a_code_is_said_sign_by_sign(speak):
    speech = speak(FakeVoice("zh", "en"))
    speech.say(["VGYT 27ZY U467"], "zh", 1.0)
    assert heard(speech) == ["en:V, G, Y, T", "zh:2, 7", "en:Z, Y", "en:U", "zh:4, 6, 7"]


def test_recorded_letters_and_digits_spell_a_code(speak):
    letters = FakeVoice("zh", "en", recorded=True, only=set("VGYTZU2746"))
    speech = speak(letters)
    speech.say(["VGYT 27ZY"], "zh", 1.0)
    assert heard(speech) == ["*en:V", "*en:G", "*en:Y", "*en:T", "*zh:2", "*zh:7", "*en:Z", "*en:Y"]


@pytest.mark.parametrize(
    ("sentence", "language", "told"),
    [
        ("编号", "zh", [("编号", "zh", False)]),
        ("ZC261124-K1", "en", [("ZC", "en", True), ("261124", "en", True), ("K", "en", True),
                               ("1", "en", True)]),
        ("Код VGYT 27ZY", "ru", [("Код", "ru", False), ("VGYT", "en", True), ("27", "ru", True),
                                 ("ZY", "en", True)]),
        ("打 138 0013 8000", "zh", [("打", "zh", False), ("138", "zh", True), ("0013", "zh", True),
                                    ("8000", "zh", True)]),
        ("电话 0537-12345", "zh", [("电话", "zh", False), ("0537", "zh", True),
                                   ("12345", "zh", True)]),
        ("12月1日 10:26，3 号窗口", "zh", [("12月1日 10:26，3 号窗口", "zh", False)]),
        ("中文", "en", [("中文", "zh", False)]),
        ("日本語の窓口", "ja", [("日本語の窓口", "ja", False)]),
        ("…… ·", "zh", []),
    ],
)  # fmt: skip
def test_a_sentence_is_taken_apart_by_who_says_what(sentence, language, told):
    assert pieces(sentence, language) == [Piece(*one) for one in told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("等了两个小时。\n又让我去三楼。", ["等了两个小时。", "又让我去三楼。"]),
        ("Yes. No? Maybe", ["Yes.", "No?", "Maybe"]),
        ("10:26", ["10:26"]),
        ("。！", []),
    ],
)
def test_a_text_is_said_sentence_by_sentence(text, told):
    assert sentences(text) == told


# --- clips --------------------------------------------------------------------------------------


def clip(folder, language, name, sentence, sound=None, suffix=".wav"):
    (folder / language).mkdir(parents=True, exist_ok=True)
    with (folder / language / "index.toml").open("a", encoding="utf-8") as index:
        index.write(f'{name} = "{sentence}"\n')
    if sound is not None:
        (folder / language / f"{name}{suffix}").write_bytes(sound)


def test_a_clip_is_found_by_its_sentence_as_wav_or_ogg(tmp_path):
    clip(tmp_path, "zh", "a", "欢迎来找茬", b"wav")
    clip(tmp_path, "zh", "b", "谢谢您！", b"ogg", ".ogg")
    clip(tmp_path, "en", "c", "Thank you")
    clips = Clips(tmp_path)
    assert clips.languages() == {"zh"}
    assert clips.sound("欢迎来找茬", "zh", lambda: True) == b"wav"
    assert clips.sound("谢谢您！", "zh", lambda: True) == b"ogg"
    assert clips.sound("欢迎来找茬！", "zh", lambda: True) is None
    assert clips.sound("Thank you", "en", lambda: True) is None


def test_an_index_that_is_no_toml_is_told_and_the_other_languages_speak(tmp_path, capsys):
    clip(tmp_path, "zh", "a", "欢迎来找茬", b"wav")
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "index.toml").write_text("this is not", "utf-8")
    assert Clips(tmp_path).languages() == {"zh"}
    assert "index.toml" in capsys.readouterr().err


# --- a speech program ---------------------------------------------------------------------------


def program(tmp_path, code):
    """A program that does what this Python does."""
    file = tmp_path / "program"
    file.write_text(f"#!{sys.executable}\nimport sys, time, os\n{code}\n", "utf-8")
    file.chmod(0o755)
    return str(file)


def test_a_text_is_given_on_standard_input_and_never_to_a_shell(tmp_path):
    echo = program(tmp_path, "sys.stdout.buffer.write(sys.stdin.buffer.read())")
    nasty = "$(touch hacked); `id` | rm -rf / \" ' \\ & > x 好".encode()
    assert run([echo], nasty, lambda: True, 10) == nasty
    assert list(tmp_path.iterdir()) == [tmp_path / "program"]


def test_a_program_that_hangs_is_ended_by_its_time_limit(tmp_path):
    asleep = program(tmp_path, "time.sleep(600)")
    began = time.monotonic()
    assert run([asleep], b"x", lambda: True, 0.3) is None
    assert time.monotonic() - began < 5


def test_a_program_is_ended_at_once_when_its_sound_is_no_longer_wanted(tmp_path):
    pid = tmp_path / "pid"
    asleep = program(tmp_path, f"open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    assert run([asleep], b"x", lambda: not (pid.exists() and pid.read_text()), 60) is None
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


@pytest.mark.parametrize("code", ["sys.exit(1)", "print('half'); sys.exit(3)"])
def test_a_program_that_fails_says_nothing(tmp_path, code):
    assert run([program(tmp_path, code)], b"x", lambda: True, 10) is None
    assert run([str(tmp_path / "nobody")], b"x", lambda: True, 10) is None


def test_a_voice_that_falls_back_to_english_is_not_taken(tmp_path):
    # As espeak-ng 1.51 does: one Mandarin reads pinyin as English, Japanese has no characters.
    fake = program(
        tmp_path,
        "voice = sys.argv[sys.argv.index('-v') + 1]\n"
        "known = {'cmn': '(en)haU_|', 'ja': '_:(en)tSaIni:z', 'en': 'a',"
        " 'cmn-latn-pinyin': 'X@u51'}\n"
        "print(known[voice]) if voice in known else sys.exit(1)",
    )
    espeak = Espeak(fake)
    assert espeak.languages() == {"zh", "en"}
    assert espeak._voices["zh"] == "cmn-latn-pinyin"


def test_windows_voices_are_asked_without_a_shell_and_chosen_by_culture(tmp_path):
    fake = program(
        tmp_path,
        "import base64\n"
        "script = base64.b64decode(sys.argv[-1]).decode('utf-16-le')\n"
        "assert sys.argv[1:4] == ['-NoProfile', '-NonInteractive', '-EncodedCommand']\n"
        "if 'Speak(' in script:\n"
        "    sys.stdout.buffer.write(b'RIFF' + sys.stdin.buffer.read())\n"
        "else:\n"
        "    print('en-US\\nzh-TW\\nzh-CN\\nfr-FR')",
    )
    windows = WindowsVoices(fake)
    assert windows.languages() == {"zh", "en"}
    assert windows.sound("你好 '; exit", "zh", lambda: True) == "RIFFzh-CN\n你好 '; exit".encode()
    assert windows.sound("привет", "ru", lambda: True) is None


@pytest.fixture
def espeak():
    found = voices.speech_program()
    if not isinstance(found, Espeak):
        pytest.skip("espeak-ng is not installed")
    return found


def test_espeak_speaks_what_it_can_really_read(espeak):
    assert espeak.languages() == {"zh", "en", "ko", "ru"}


def test_espeak_says_a_sentence_and_longer_ones_take_longer(espeak):
    short = espeak.sound("好", "zh", lambda: True)
    long = espeak.sound("哪里不顺心，点这里。", "zh", lambda: True)
    assert short[:4] == long[:4] == b"RIFF"
    assert len(long) > 3 * len(short)


@pytest.mark.parametrize("nasty", ["[[h@l'oU]]", "-v en", "\x00", "<speak>", "好" * 1000, "\ud800"])
def test_espeak_takes_any_text(espeak, nasty):
    sound = espeak.sound(nasty, "zh", lambda: True)
    assert sound is None or sound[:4] == b"RIFF"


def test_our_own_readings_are_what_espeak_gets_wrong(espeak):
    def phonemes(text):
        told = ["-b", "1", "-q", "-x", "-v", espeak._voices["zh"], "--stdin"]
        answer = run([espeak._program, *told], text.encode(), lambda: True, 10).decode()
        return "".join(c for c in answer if c not in "'_|, \n")

    for written, read in voices.READINGS.items():
        assert phonemes(written) != phonemes(read), written


# --- what is heard ------------------------------------------------------------------------------


@pytest.fixture
def card():
    """A sound card that is none: it keeps time and lets nothing be heard."""
    import miniaudio

    made = SoundCard(backends=[miniaudio.Backend.NULL])
    yield made
    made.rest()


def test_a_sound_plays_as_long_as_it_lasts(card):
    began = time.monotonic()
    assert card.start(tone(0.2), 1.0) == pytest.approx(0.2, abs=0.01)
    assert card.playing()
    until(lambda: not card.playing(), "the end")
    assert 0.15 < time.monotonic() - began < 5


def test_a_sound_is_stopped_and_the_next_one_starts(card):
    card.start(tone(5.0), 1.0)
    card.stop()
    assert not card.playing()
    card.start(tone(0.05), 1.0)
    until(lambda: not card.playing(), "the end")


def test_a_sound_is_as_loud_as_asked(card):
    def loudest(loudness):
        card.start(tone(0.05), loudness)
        return int(card._sound._samples.max())

    assert loudest(0.5) == pytest.approx(loudest(1.0) / 2, rel=0.01)


def test_a_sound_from_a_pipe_that_does_not_know_its_length_plays(card, espeak):
    assert 0.2 < card.start(espeak.sound("好", "zh", lambda: True), 1.0) < 2.0


def test_a_broken_file_is_passed_over(card):
    assert card.start(b"this is no sound", 1.0) == 0.0
    assert not card.playing()


def test_a_card_that_is_not_there_cannot_be_heard():
    import miniaudio

    with pytest.raises(CannotBeHeard, match="no sound card 'Earphones'"):
        SoundCard("Earphones", [miniaudio.Backend.NULL]).start(tone(), 1.0)


# --- zhaocha voice ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    return hall_catalogue(load(tmp_path_factory.mktemp("data")))


@pytest.mark.parametrize("language", languages())
def test_the_prompts_are_what_screens_and_catalogue_say(language, catalogue):
    told = prompts.prompts(language, catalogue)
    assert len(told) == len(set(told)) > 300
    for sentence in ("欢迎来找茬", "哪里不顺心？", "提 交", UNSAID):
        assert say(sentence, language) in told
    assert catalogue.problems[0].hint.say(language) in told
    assert say("第 %1 项", language, 7) in told
    assert not [text for text in told if "%" in text or "Noto Sans" in text]


def test_the_sentences_of_the_desk_are_no_prompts(catalogue):
    assert "受理" not in prompts.prompts("zh", catalogue)


def test_rendered_clips_are_found_checked_and_not_rendered_again(
    tmp_path, catalogue, espeak, monkeypatch, capsys
):
    monkeypatch.setattr(prompts, "_from_screens", lambda: iter(["欢迎来找茬", "提 交"]))
    monkeypatch.setattr(prompts, "_from_catalogue", lambda _: iter([]))
    assert prompts.run(["render", "zh"], tmp_path, catalogue) == 0
    first = capsys.readouterr().out
    clips = Clips(tmp_path)
    assert clips.sound("欢迎来找茬", "zh", lambda: True)[:4] == b"RIFF"
    with wave.open(str(tmp_path / "zh" / f"{clip_id('欢迎来找茬')}.wav")) as file:
        assert 0.5 < file.getnframes() / file.getframerate() < 5
    assert prompts.run(["check", "zh"], tmp_path, catalogue) == 0
    assert prompts.run(["render", "zh"], tmp_path, catalogue) == 0
    told = capsys.readouterr().out.splitlines()
    made = int(first.split()[1])
    assert made > 20
    assert told[-1] == f"zh: 0 rendered, {made} were there"


def test_the_list_says_what_lacks_a_clip(tmp_path, catalogue, capsys):
    clip(tmp_path, "zh", "a", "欢迎来找茬", tone())
    assert prompts.run(["list", "zh"], tmp_path, catalogue) == 0
    told = capsys.readouterr().out.splitlines()
    assert ", 1 have a clip; " in told[0]
    assert f"  lacks {clip_id('提 交')}  提 交" in told
    assert not [line for line in told if line.endswith("  欢迎来找茬")]


def test_the_check_names_each_clip_that_is_of_no_use(tmp_path, catalogue, capsys):
    clip(tmp_path, "zh", "good", "欢迎来找茬", tone())
    clip(tmp_path, "zh", "lost", "提 交")
    clip(tmp_path, "zh", "old", "这句话早就不说了", tone())
    clip(tmp_path, "zh", "broken", "返回", b"this is no sound")
    clip(tmp_path, "zh", "mute", "对比", tone(loud=10))
    (tmp_path / "zh" / "nobody.ogg").write_bytes(tone())
    assert prompts.run(["check", "zh"], tmp_path, catalogue) == 1
    assert capsys.readouterr().out.splitlines() == [
        "zh/lost: no sound file for “提 交”",
        "zh/nobody.ogg: index.toml does not say what it is",
        "zh/old: nothing says “这句话早就不说了” any more",
        "zh/broken.wav: cannot be played",
        "zh/mute.wav: is silent",
        "zh: 5 clips, 5 troubles",
    ]


@pytest.mark.parametrize("words", [[], ["sing"], ["list", "xx"], ["list", "zh", "en"]])
def test_a_wrong_command_is_told_in_one_line(words, tmp_path, catalogue):
    with pytest.raises(ValueError, match="voice: "):
        prompts.run(words, tmp_path, catalogue)


def test_render_without_a_speech_program_says_what_to_install(tmp_path, catalogue, monkeypatch):
    monkeypatch.setattr(prompts, "speech_program", lambda: None)
    with pytest.raises(ValueError, match="espeak-ng"):
        prompts.run(["render"], tmp_path, catalogue)
