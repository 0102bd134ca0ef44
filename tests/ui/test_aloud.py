"""Read aloud: off until somebody asks, what stands on the screen and what is touched, and no longer
than the visit."""

import threading
import time
from itertools import pairwise

import pytest
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtTest import QTest

from kiosk.speech import BEGUN, NEIGHBOURS, CannotBeHeard, SoundCard, Speech
from kiosk.ui.aloud import STEPS
from kiosk.ui.hands import wait_until
from kiosk.ui.sight import reading
from kiosk.voices import speech_program
from kiosk.words import languages, say
from tests.screens import SCREENS, show
from tests.ui.conftest import LANDSCAPE, PORTRAIT, SMALL, FakeSpeaker
from tests.ui.test_screens import faults

SIZES = pytest.mark.parametrize(
    "size", [PORTRAIT, LANDSCAPE, SMALL], ids=["portrait", "landscape", "small"]
)


@pytest.fixture
def speaking(make_kiosk):
    """A kiosk that speaks every language; `on` has it read aloud already."""

    def make(size=PORTRAIT, on=True, spoken=("zh", "en", "ja", "ko", "ru")):
        kiosk = make_kiosk(size, speaker=FakeSpeaker(*spoken))
        kiosk.speaker = kiosk.citizen.aloud._speaker
        if on:
            kiosk.hands.tap("朗读")
            heard(kiosk)
        return kiosk

    return make


def heard(kiosk):
    """What was said, once everything that a touch changes has found its place."""
    kiosk.hands.settle()
    return kiosk.speaker.texts()


def key(kiosk, key):
    QTest.keyClick(kiosk.view, key)
    QCoreApplication.processEvents()


# --- off, on, off again -------------------------------------------------------------------------


def test_nothing_is_said_until_somebody_asks(speaking):
    kiosk = speaking(on=False)
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.paper == "printed", "the receipt")
    assert (heard(kiosk), kiosk.speaker.loud) == ([], [])


def test_there_is_no_button_where_nothing_can_speak(make_kiosk):
    kiosk = make_kiosk()
    with pytest.raises(LookupError):
        kiosk.hands.find("朗读")
    key(kiosk, Qt.Key.Key_F6)
    assert not kiosk.citizen.aloud.on


def test_the_button_is_there_in_the_languages_that_have_a_voice_alone(speaking):
    kiosk = speaking(on=False, spoken=("zh", "en"))
    for language in languages():
        kiosk.citizen.speak(language)
        found = [i.property("label") for i in kiosk.hands.touchables()]
        assert (say("朗读", language) in found) is (language in ("zh", "en"))


def test_in_a_language_without_a_voice_it_is_silent_and_goes_on_in_the_next(speaking):
    kiosk = speaking(spoken=("zh", "en"))
    kiosk.citizen.speak("ja")
    kiosk.speaker.said.clear()
    kiosk.citizen.begin("complaint")
    kiosk.hands.settle()
    assert (heard(kiosk), kiosk.citizen.aloud.on) == ([], False)
    labels = [i.property("label") for i in kiosk.hands.touchables()]
    assert say("不读了", "ja") not in labels
    kiosk.citizen.speak("en")
    assert "What went wrong?" in heard(kiosk)


def test_turned_on_it_says_so_warns_of_neighbours_and_reads_the_screen(speaking):
    kiosk = speaking()
    said = heard(kiosk)
    assert said[:3] == [BEGUN, NEIGHBOURS, "欢迎来找茬"]
    assert kiosk.hands.find("再读一遍").property("chosen")


def test_pressed_again_it_reads_again(speaking):
    kiosk = speaking()
    kiosk.speaker.said.clear()
    kiosk.hands.tap("再读一遍")
    assert heard(kiosk)[:2] == ["再读一遍", "欢迎来找茬"]


def test_it_is_turned_off_by_its_own_button(speaking):
    kiosk = speaking()
    kiosk.hands.tap("不读了")
    assert (heard(kiosk), kiosk.citizen.aloud.on) == ([], False)
    assert kiosk.hands.find("朗读")


def test_loudness_has_three_steps_and_says_which(speaking):
    kiosk = speaking()
    told = []
    for label in ("声音：中", "声音：大", "声音：小"):
        kiosk.hands.tap(label)
        told.append((heard(kiosk)[-1], kiosk.speaker.loud[-1]))
    assert told == [("声音：大", STEPS[2]), ("声音：小", STEPS[0]), ("声音：中", STEPS[1])]


def test_two_keys_do_the_same_without_a_look_at_the_screen(speaking):
    kiosk = speaking(on=False)
    key(kiosk, Qt.Key.Key_F6)
    assert "欢迎来找茬" in heard(kiosk)
    key(kiosk, Qt.Key.Key_F7)
    assert heard(kiosk)[-1] == "声音：大"
    key(kiosk, Qt.Key.Key_F6)
    assert heard(kiosk)[0] == "欢迎来找茬"


def test_the_next_person_finds_it_off_and_as_loud_as_ever(speaking):
    kiosk = speaking()
    kiosk.hands.tap("声音：中")
    kiosk.hands.tap("投诉")
    stops = kiosk.speaker.stops
    kiosk.hands.tap("重新开始")
    assert heard(kiosk) == []
    assert kiosk.speaker.stops > stops
    aloud = kiosk.citizen.aloud
    assert (aloud.on, aloud.loudness) == (False, 1)


def test_left_alone_it_is_wiped_though_nothing_else_was_touched(speaking):
    kiosk = speaking()
    kiosk.clock.seconds += 61
    kiosk.citizen.tick()
    assert not kiosk.citizen.aloud.on


# --- what is read -------------------------------------------------------------------------------


def test_a_screen_is_read_title_first_then_help_then_each_choice_with_its_number(speaking):
    kiosk = speaking()
    kiosk.hands.tap("投诉")
    said = heard(kiosk)
    assert said[:2] == ["投诉 · 吐槽", "四下就说完，不用打字"]
    assert said[2:8] == [
        "第 1 步，共 2 步",
        "哪里不顺心？",
        "可以点好几个。",
        "第 1 项",
        "排队等候",
        "等得久、取号靠后",
    ]
    assert said[-2:] == ["吐个槽，说完就走", "先点一个问题"]
    numbers = [text for text in said if text.startswith("第 ") and text.endswith("项")]
    assert numbers == [f"第 {n} 项" for n in range(1, 12)]


@pytest.mark.parametrize("language", languages())
def test_it_reads_in_the_screens_language(speaking, language):
    kiosk = speaking(on=False)
    kiosk.citizen.speak(language)
    kiosk.citizen.aloud.press()
    heard(kiosk)
    assert {spoken for spoken, _ in kiosk.speaker.said} == {language}
    assert say("欢迎来找茬", language) in heard(kiosk)


def test_another_language_is_read_at_once(speaking):
    kiosk = speaking()
    for label in ("Language", "English"):
        kiosk.hands.tap(label)
    assert "Tell us what's wrong" in heard(kiosk)
    assert kiosk.speaker.said[-1][0] == "en"


@SIZES
def test_what_is_read_of_every_screen_stands_in_the_order_of_the_eye(speaking, size):
    kiosk = speaking(size, on=False)
    for name, steps in SCREENS.items():
        show(kiosk, steps, "zh", 0)
        front = kiosk.view.rootObject().property("front")
        read = list(reading(front))
        assert read, name
        below = [
            (name, a.property("text") or a.property("label"), b.property("label"))
            for a, b in pairwise(read)
            if scroller(a) == scroller(b) and not same_line(a, b)
            if same_column(a, b) and top(b) + b.height() < top(a) - 1
        ]
        assert below == []


def scroller(item):
    while item is not None and not item.inherits("QQuickFlickable"):
        item = item.parentItem()
    return item


def same_line(first, second):
    return first.parentItem() == second.parentItem() and first.parentItem().inherits("QQuickRow")


def same_column(first, second):
    a, b = left(first), left(second)
    return a < b + second.width() and b < a + first.width()


def top(item):
    return item.mapToScene(QPointF(0, 0)).y()


def left(item):
    return item.mapToScene(QPointF(0, 0)).x()


def test_every_screen_says_its_title_and_all_that_can_be_touched(speaking):
    kiosk = speaking()
    for name, steps in SCREENS.items():
        show(kiosk, steps, "zh", 0)
        kiosk.citizen.aloud.press()
        said = " ".join(heard(kiosk))
        if kiosk.voice.sounding:
            assert said == "", name
            continue
        front = kiosk.view.rootObject().property("front")
        for item in reading(front):
            words = item.property("name") or item.property("label") or item.property("text")
            assert words in said, (name, words)


def test_a_keyboard_is_not_read_but_each_key_says_its_name(speaking):
    kiosk = speaking()
    for label in ("投诉", "排队等候", "下一步", "想说的话"):
        kiosk.hands.tap(label)
    said = heard(kiosk)
    assert "打拼音，点上面的字" in said and "q" not in said
    kiosk.hands.tap("n")
    assert heard(kiosk) == ["n"]
    kiosk.hands.tap("退格")
    assert heard(kiosk) == ["退格"]


def test_ones_own_words_can_be_read_back(speaking):
    kiosk = speaking()
    kiosk.citizen.begin("complaint")
    kiosk.citizen.go("OwnWords")
    kiosk.citizen._typed("等了两个小时。")
    kiosk.hands.tap("再读一遍")
    assert "等了两个小时。" in heard(kiosk)


def test_the_thank_you_says_the_date_the_number_and_the_code(speaking):
    kiosk = speaking()
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        kiosk.hands.tap(label)
    wait_until(lambda: kiosk.citizen.paper == "printed", "the receipt")
    said = heard(kiosk)
    assert {"收到了，谢谢您", kiosk.citizen.number, kiosk.citizen.code} <= set(said)
    assert any(kiosk.citizen.promise in text for text in said)


def test_what_became_of_the_paper_is_said_without_beginning_again(speaking):
    kiosk = speaking()
    kiosk.citizen.rate("satisfied")
    kiosk.citizen.submit()
    wait_until(lambda: kiosk.citizen.paper == "printed", "the receipt")
    assert "小票已打印，请取走。" in heard(kiosk)
    kiosk.citizen._jammed()
    said = heard(kiosk)
    assert said[-2:] == ["小票没打出来，不影响登记。", "请拍下屏幕，或到服务台补打。"]
    assert said.count("收到了，谢谢您") == 1


# --- what is touched ----------------------------------------------------------------------------


def test_what_is_touched_says_its_name_and_whether_it_is_chosen(speaking):
    kiosk = speaking()
    kiosk.hands.tap("投诉")
    kiosk.hands.tap("排队等候")
    assert heard(kiosk) == ["排队等候", "等得久、取号靠后", "已选"]
    kiosk.hands.tap("排队等候")
    assert heard(kiosk) == ["排队等候", "等得久、取号靠后", "不选了"]


def test_a_ready_sentence_says_that_it_is_chosen_though_its_button_is_made_anew(speaking):
    kiosk = speaking()
    kiosk.citizen.begin("complaint")
    kiosk.citizen.go("OwnWords")
    kiosk.hands.tap("谢谢，辛苦了。")
    assert heard(kiosk) == ["谢谢，辛苦了。", "已选"]


def test_a_new_screen_ends_what_is_being_read_of_the_last(speaking):
    kiosk = speaking()
    stops = kiosk.speaker.stops
    kiosk.hands.tap("查进度")
    assert kiosk.speaker.stops == stops + 1
    assert "欢迎来找茬" not in heard(kiosk)


def test_the_keyboard_says_what_it_comes_to(speaking):
    kiosk = speaking()
    kiosk.hands.tab_to("投诉")
    assert heard(kiosk) == ["投诉 · 吐槽", "四下就说完，不用打字"]
    kiosk.hands.tab_to("查进度")
    kiosk.hands.enter()
    assert "查进度" in heard(kiosk)


def test_what_lies_over_a_page_is_read_instead_of_it(speaking):
    kiosk = speaking()
    kiosk.hands.tap("叫人帮忙")
    said = heard(kiosk)
    assert "正在叫服务台" in said and "欢迎来找茬" not in said
    kiosk.hands.tap("知道了")
    assert "欢迎来找茬" in heard(kiosk)


# --- idle ---------------------------------------------------------------------------------------


def test_who_listens_to_a_long_screen_is_not_asked_whether_they_are_there(speaking):
    kiosk = speaking()
    kiosk.speaker.talks = True
    for _ in range(10):
        kiosk.clock.seconds += 10
        kiosk.citizen.tick()
    assert (kiosk.citizen.stillHere, kiosk.citizen.aloud.on) == (0, True)


def test_a_voice_that_never_ends_does_not_keep_the_question_away(speaking):
    kiosk = speaking()
    kiosk.clock.seconds += 46
    kiosk.citizen.tick()
    assert kiosk.citizen.stillHere > 0
    assert "还在吗？" in heard(kiosk)
    kiosk.speaker.talks = True
    kiosk.clock.seconds += 16
    kiosk.citizen.tick()
    assert not kiosk.citizen.aloud.on


# --- never waited for ---------------------------------------------------------------------------


class Hanging:
    """A voice that never finishes what it is asked for, until it is no longer wanted."""

    recorded = False

    def __init__(self):
        self.asked = []

    def languages(self):
        return frozenset({"zh"})

    def sound(self, sentence, language, wanted):
        self.asked.append(sentence)
        while wanted():
            threading.Event().wait(0.005)


@pytest.fixture
def real(make_kiosk, monkeypatch):
    """A kiosk with a real speech thread, this voice, and a sound card that only keeps time."""
    import miniaudio

    monkeypatch.setattr("kiosk.speech.can_be_heard", lambda: True)
    made = []

    def make(voice):
        speech = Speech(lambda: [voice], SoundCard(backends=[miniaudio.Backend.NULL]))
        made.append(speech)
        kiosk = make_kiosk(speaker=speech)
        wait_until(lambda: kiosk.citizen.aloud.available, "the voice")
        return kiosk, speech

    yield make
    for speech in made:
        speech.close()


def test_a_complaint_is_kept_and_printed_though_the_voice_hangs(real):
    voice = Hanging()
    kiosk, _ = real(voice)
    kiosk.hands.tap("朗读")
    wait_until(lambda: voice.asked, "the voice to hang")
    for label in ("投诉", "排队等候", "下一步", "提 交"):
        began = time.monotonic()
        kiosk.hands.tap(label)
        assert time.monotonic() - began < 2
    wait_until(lambda: kiosk.citizen.paper == "printed", "the receipt")


def test_a_real_voice_is_heard_and_is_silent_when_the_visit_ends(real):
    program = speech_program()
    if program is None:
        pytest.skip("there is no speech program here")
    kiosk, speech = real(program)
    kiosk.hands.tap("朗读")
    wait_until(lambda: speech._player.playing(), "a sound")
    kiosk.hands.tap("查进度")
    wait_until(lambda: speech._player.playing(), "another sound")
    kiosk.hands.tap("重新开始")
    wait_until(lambda: not speech.speaking(), "silence")
    assert not speech._player.playing()


def test_a_sound_card_that_goes_away_takes_the_button_along(real, capfd):
    class Beep(Hanging):
        def sound(self, sentence, language, wanted):
            raise CannotBeHeard("unplugged")

    kiosk, _ = real(Beep())
    kiosk.hands.tap("朗读")
    wait_until(lambda: not kiosk.citizen.aloud.available, "the news")
    assert "unplugged" in capfd.readouterr().err
    with pytest.raises(LookupError):
        kiosk.hands.find("朗读")


# --- the look -----------------------------------------------------------------------------------


@SIZES
@pytest.mark.parametrize("language", languages())
def test_nothing_is_clipped_while_it_is_on(speaking, language, size):
    kiosk = speaking(size, on=False)
    wrong = []
    for name in ("home", "problems", "words", "done"):
        for scale in (0, 3):
            show(kiosk, SCREENS[name], language, scale)
            kiosk.citizen.aloud.press()
            kiosk.hands.settle()
            wrong += [f"{name} {scale}: {fault}" for fault in faults(kiosk, size)]
    assert wrong == []


def test_the_bar_leaves_room_for_ten_problems_on_one_tall_screen(speaking):
    kiosk = speaking(on=False)
    show(kiosk, SCREENS["problems"], "zh", 0)
    found = [i.property("label") for i in kiosk.hands.touchables()]
    assert "朗读" in found
    assert "往下，还有" not in found


def test_nothing_is_loaded_until_it_is_asked_for():
    import subprocess
    import sys

    code = (
        "import sys, kiosk.ui.citizen, kiosk.app;"
        "from kiosk.settings import load; from pathlib import Path;"
        "kiosk.app.make_speech(load(Path('none')));"
        "print([m for m in ('miniaudio', 'numpy', 'kiosk.voices', 'kiosk.prompts', 'subprocess')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
