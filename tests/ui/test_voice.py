"""A citizen who says it aloud: recorded, listened to, kept sealed, and gone with the visit."""

import re
import threading

import pypdfium2
import pytest
from PySide6.QtCore import QCoreApplication

from db.happening import Asked
from db.terms import Kind, State
from kiosk.adpcm import seconds_of
from kiosk.sound import LONGEST
from kiosk.ui.background import Background
from kiosk.ui.hands import items, wait_until
from kiosk.ui.player import Player
from kiosk.ui.voice import OPENS_WITHIN, STALLS_AFTER, Voice
from kiosk.visit import ASK_AFTER, WIPE_AFTER
from tests.people import ANGRY
from tests.screens import speak
from tests.sounds import TONE, Machine, pitch, tone
from tests.test_sound import encoded
from tests.ui.conftest import FakeSpeaker
from tests.ui.test_citizen import kept


def tap(kiosk, *labels):
    for label in labels:
        kiosk.hands.tap(label)


def say(kiosk, seconds):
    """From home to a voice note of so many seconds that runs."""
    tap(kiosk, "投诉", "排队等候", "下一步", "想说的话", "录音", "开始录音")
    speak(kiosk, seconds)


def test_a_voice_note_alone_is_a_case_and_only_the_hall_s_key_opens_it(make_kiosk):
    kiosk = make_kiosk()
    tap(kiosk, "投诉", "排队等候", "下一步", "问题", "排队等候", "返回", "想说的话", "录音")
    assert not kiosk.citizen.saysSomething
    tap(kiosk, "开始录音")
    speak(kiosk, 4)
    assert kiosk.citizen.voice.stage == "recording"
    assert kiosk.citizen.voice.left == LONGEST - 4
    tap(kiosk, "说完了", "好了", "提 交")
    case = kept(kiosk)
    assert (case.feedback.problems, case.feedback.words) == ((), "")
    (attachment,) = case.attachments
    assert (attachment.name, attachment.media, attachment.seconds) == ("voice", "audio/wav", 4)
    note = kiosk.desk("desk").attachment(case.case_id, "voice")
    assert seconds_of(note) == pytest.approx(4, abs=0.1)
    assert abs(pitch(note) - TONE) < 3


def test_it_can_be_listened_to_before_it_is_handed_in(make_kiosk):
    kiosk = make_kiosk()
    say(kiosk, 3)
    tap(kiosk, "说完了", "听一遍")
    kiosk.listened()
    player = kiosk.voice.player
    (playing,) = kiosk.sound.playings
    assert playing.note == kiosk.citizen._visit.enclosed[0].content
    kiosk.sound.passes(1.5)
    player.tick()
    assert player.playing and player.position == pytest.approx(0.5, abs=0.02)
    tap(kiosk, "停下")
    kiosk.listened()
    assert playing.hushed and not playing.open
    tap(kiosk, "听一遍")
    kiosk.listened()
    kiosk.sound.passes(4)
    player.tick()
    assert not player.playing
    kiosk.hands.find("听一遍")


def test_without_a_microphone_nothing_offers_to_record_until_there_is_one(make_kiosk):
    machine = Machine()
    machine.ears = False
    kiosk = make_kiosk(sound=machine)
    tap(kiosk, "投诉", "排队等候", "下一步")
    hints = [i.property("hint") for i in kiosk.hands.touchables() if i.property("hint")]
    assert "打字、手写、画下来，都可以" in hints
    tap(kiosk, "想说的话")
    kiosk.hands.find("画下来")
    with pytest.raises(LookupError):
        kiosk.hands.find("录音")
    machine.ears = True
    kiosk.citizen.wipe()
    kiosk.clock.seconds += 100
    kiosk.citizen.tick()
    kiosk.listened()
    tap(kiosk, "投诉", "排队等候", "下一步", "想说的话", "录音")


@pytest.mark.parametrize("trouble", [ImportError("no wheel"), OSError("no driver")])
def test_where_sound_cannot_even_be_loaded_nothing_offers_to_record(qapp, trouble):
    def broken():
        raise trouble

    background = Background()
    voice = Voice(broken, background)
    voice.look()
    voice.record()
    background.wait()
    QCoreApplication.processEvents()
    assert (voice.available, voice.stage, voice.failed) == (False, "empty", True)


def test_where_no_voice_notes_are_wanted_the_microphone_is_never_looked_for(qapp):
    asked = []
    background = Background()
    voice = Voice(lambda: asked.append(1) or Machine(), background, longest=0)
    voice.look()
    background.wait()
    QCoreApplication.processEvents()
    assert not asked and not voice.available


def test_a_voice_note_ends_by_itself_after_a_minute(make_kiosk):
    kiosk = make_kiosk()
    say(kiosk, LONGEST + 5)
    assert kiosk.voice.stage == "kept"
    (note,) = kiosk.citizen._visit.enclosed
    assert seconds_of(note.content) == LONGEST
    kiosk.listened()
    assert not any(recording.open for recording in kiosk.sound.recordings)


def test_nothing_is_read_aloud_into_a_recording_or_over_a_voice_note(make_kiosk):
    speaker = FakeSpeaker("zh")
    kiosk = make_kiosk(speaker=speaker)
    tap(kiosk, "朗读", "投诉", "排队等候", "下一步", "想说的话", "录音")
    wait_until(lambda: "开始录音" in speaker.texts(), "the page read aloud")
    tap(kiosk, "开始录音")
    speak(kiosk, 3)
    assert speaker.texts() == []
    kiosk.citizen.tick()
    assert speaker.texts() == []
    tap(kiosk, "说完了")
    wait_until(lambda: "录好了，3 秒" in speaker.texts(), "what became of it")
    assert speaker.texts()[0] == "说完了"
    tap(kiosk, "听一遍")
    kiosk.listened()
    kiosk.citizen.tick()
    assert speaker.texts() == []


def test_a_hall_may_want_shorter_ones(qapp):
    machine, background = Machine(), Background()
    voice = Voice(lambda: machine, background, longest=5)
    kept = []
    voice.kept.connect(kept.append)
    voice.record()
    background.wait()
    QCoreApplication.processEvents()
    machine.passes(4)
    voice.tick()
    assert (voice.stage, voice.left) == ("recording", 1)
    machine.passes(1.04)
    voice.tick()
    assert voice.stage == "kept"
    assert seconds_of(kept[0].content) == pytest.approx(5, abs=0.1)
    voice.wipe()
    background.wait()


def test_recording_and_playing_are_touches_and_silence_afterwards_is_not(make_kiosk):
    kiosk = make_kiosk()
    say(kiosk, 1)
    kiosk.clock.seconds += ASK_AFTER + WIPE_AFTER + 1
    kiosk.voice.tick()
    kiosk.citizen.tick()
    assert kiosk.citizen.screen == "VoiceNote" and kiosk.citizen.stillHere == 0
    tap(kiosk, "说完了", "听一遍")
    kiosk.listened()
    kiosk.clock.seconds += ASK_AFTER + WIPE_AFTER + 1
    kiosk.voice.player.tick()
    kiosk.citizen.tick()
    assert kiosk.citizen.screen == "VoiceNote"
    kiosk.sound.passes(9)
    kiosk.voice.player.tick()
    kiosk.clock.seconds += ASK_AFTER + 1
    kiosk.citizen.tick()
    assert kiosk.citizen.stillHere > 0
    kiosk.clock.seconds += WIPE_AFTER
    kiosk.citizen.tick()
    assert kiosk.citizen.screen == "Home"


@pytest.mark.parametrize("doing", ["recording", "playing"])
def test_nothing_of_a_voice_stays_when_the_visit_ends(make_kiosk, doing):
    kiosk = make_kiosk()
    say(kiosk, 3)
    if doing == "playing":
        tap(kiosk, "说完了", "听一遍")
        kiosk.listened()
    (recording,) = kiosk.sound.recordings
    heard = [playing for playing in kiosk.sound.playings if not playing.hushed]
    tap(kiosk, "重新开始")
    assert all(playing.hushed for playing in heard)
    assert recording.seconds == 0 and not recording._encoder._blocks
    kiosk.sound.passes(2)
    assert recording.seconds == 0
    kiosk.listened()
    assert not recording.open and not any(playing.open for playing in kiosk.sound.playings)
    voice = kiosk.voice
    assert (voice.stage, voice.bars, voice.seconds, voice.player.holding) == ("empty", [], 0, False)
    assert kiosk.citizen._visit.enclosed == ()
    say(kiosk, 0)
    assert voice.seconds == 0


def test_no_byte_of_a_voice_is_on_the_disk_outside_the_seal(make_kiosk, tmp_path):
    kiosk = make_kiosk()
    say(kiosk, 3)
    tap(kiosk, "说完了", "听一遍")
    kiosk.listened()
    note = kiosk.citizen._visit.enclosed[0].content
    tap(kiosk, "好了", "提 交")
    case = kept(kiosk)
    kiosk.background.wait()
    assert case.attachments
    needle = note[600:664]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 2
    assert not [path for path in files if needle in path.read_bytes()]


@pytest.mark.parametrize("leave", ["好了", "返回", "键盘", "叫人帮忙"])
def test_whoever_leaves_the_page_while_speaking_keeps_what_was_said(make_kiosk, leave):
    kiosk = make_kiosk()
    say(kiosk, 2)
    tap(kiosk, leave)
    assert kiosk.voice.stage == "kept"
    assert [one.name for one in kiosk.citizen._visit.enclosed] == ["voice"]


def test_another_try_takes_the_place_of_the_first_once_something_was_said(make_kiosk):
    kiosk = make_kiosk()
    say(kiosk, 2)
    tap(kiosk, "说完了", "重新录")
    assert kiosk.citizen._visit.enclosed[0].seconds == 2
    kiosk.listened()
    tap(kiosk, "说完了")
    assert (kiosk.voice.stage, kiosk.voice.failed, kiosk.voice.seconds) == ("kept", True, 2)
    tap(kiosk, "重新录")
    speak(kiosk, 5)
    tap(kiosk, "说完了")
    assert [one.seconds for one in kiosk.citizen._visit.enclosed] == [5]
    assert not kiosk.voice.failed
    tap(kiosk, "不要了")
    assert kiosk.citizen._visit.enclosed == ()
    assert kiosk.voice.stage == "empty"


def shown(kiosk):
    """Every word on the screen."""
    kiosk.hands.settle()
    return [str(i.property("text")) for i in items(kiosk.view.rootObject()) if i.property("text")]


def test_a_microphone_that_hears_nothing_is_told_while_somebody_speaks(make_kiosk):
    kiosk = make_kiosk()
    kiosk.sound.loud = 0.0
    say(kiosk, 5)
    assert "没听到声音，请靠近一点说。" in shown(kiosk)
    kiosk.sound.loud = 0.5
    speak(kiosk, 1)
    assert "没听到声音，请靠近一点说。" not in shown(kiosk)


def test_a_microphone_that_is_pulled_out_leaves_what_was_said(make_kiosk):
    kiosk = make_kiosk()
    say(kiosk, 2)
    for _ in range(STALLS_AFTER + 1):
        kiosk.voice.tick()
    assert kiosk.voice.stage == "kept"
    assert kiosk.citizen._visit.enclosed[0].seconds == 2


def test_a_microphone_that_is_gone_is_said_so_and_one_can_still_write(make_kiosk):
    kiosk = make_kiosk()
    tap(kiosk, "投诉", "排队等候", "下一步", "想说的话", "录音")
    kiosk.sound.ears = False
    tap(kiosk, "开始录音")
    kiosk.listened()
    assert "没有录到声音。请再试一次，或者写下来。" in shown(kiosk)
    tap(kiosk, "键盘", "写好了", "提 交")
    assert kept(kiosk).attachments == ()


def test_a_loudspeaker_that_is_gone_takes_nothing_away(make_kiosk):
    kiosk = make_kiosk()
    say(kiosk, 2)
    kiosk.sound.mouth = False
    tap(kiosk, "说完了", "听一遍")
    kiosk.listened()
    assert "放不出声音，录音已经留好了。" in shown(kiosk)
    assert [one.name for one in kiosk.citizen._visit.enclosed] == ["voice"]


def test_without_a_loudspeaker_nothing_offers_to_listen(make_kiosk):
    machine = Machine()
    machine.mouth = False
    kiosk = make_kiosk(sound=machine)
    say(kiosk, 2)
    tap(kiosk, "说完了")
    kiosk.hands.find("重新录")
    with pytest.raises(LookupError):
        kiosk.hands.find("听一遍")


class Hangs(Machine):
    """A driver that answers only when it is let."""

    def __init__(self):
        super().__init__()
        self.free = threading.Event()

    def record(self):
        assert self.free.wait(60)
        return super().record()


def test_a_driver_that_hangs_holds_up_neither_the_screen_nor_the_record(make_kiosk):
    kiosk = make_kiosk(sound=Hangs())
    tap(kiosk, "投诉", "排队等候", "下一步", "想说的话", "录音", "开始录音")
    assert kiosk.voice.stage == "opening"
    for _ in range(OPENS_WITHIN):
        kiosk.voice.tick()
    assert kiosk.voice.stage == "empty"
    assert "没有录到声音。请再试一次，或者写下来。" in shown(kiosk)
    tap(kiosk, "好了", "提 交")
    assert kept(kiosk).state is State.REGISTERED
    kiosk.sound.free.set()
    kiosk.listened()
    kiosk.listened()
    assert [recording.open for recording in kiosk.sound.recordings] == [False]
    assert kiosk.voice.stage == "empty"


def test_a_visit_that_ends_while_the_microphone_opens_is_not_recorded(make_kiosk):
    kiosk = make_kiosk(sound=Hangs())
    tap(kiosk, "投诉", "排队等候", "下一步", "想说的话", "录音", "开始录音", "重新开始")
    kiosk.sound.free.set()
    kiosk.listened()
    kiosk.sound.passes(3)
    kiosk.listened()
    assert kiosk.voice.stage == "empty"
    assert [(r.open, r.seconds) for r in kiosk.sound.recordings] == [(False, 0)]


def test_a_good_face_with_a_voice_note_is_praise_that_somebody_hears(make_kiosk):
    kiosk = make_kiosk()
    tap(kiosk, "非常满意", "我想多说几句", "录音", "开始录音")
    speak(kiosk, 2)
    tap(kiosk, "说完了", "好了")
    assert kiosk.citizen.offers.ownWords == "已录音"
    tap(kiosk, "完成")
    case = kept(kiosk)
    assert (case.feedback.kind, case.state) == (Kind.PRAISE, State.REGISTERED)


def test_a_voice_note_is_a_case_of_its_own_though_others_said_the_same(make_kiosk):
    kiosk = make_kiosk()
    tap(kiosk, "投诉", "排队等候", "下一步", "提 交")
    kept(kiosk)
    kiosk.citizen.wipe()
    say(kiosk, 2)
    tap(kiosk, "好了", "提 交")
    assert kept(kiosk).attachments
    assert kiosk.counts() == {"registered": 2}


def test_the_receipt_says_nothing_of_a_voice_note(make_kiosk):
    kiosk = make_kiosk()
    texts = []
    for speaks in (False, True):
        tap(kiosk, "投诉", "排队等候", "下一步", "想说的话")
        if speaks:
            tap(kiosk, "录音", "开始录音")
            speak(kiosk, 2)
        tap(kiosk, "好了" if speaks else "写好了", "提 交")
        number = kept(kiosk).number
        (file,) = kiosk.settings.data.rglob(f"*{number}*.pdf")
        document = pypdfium2.PdfDocument(file)
        page = document[0].get_textpage()
        texts.append(re.sub(r"[^一-鿿]", "", page.get_text_bounded()))
        page.close()
        document.close()
        kiosk.citizen.wipe()
    assert "受理回执" in texts[0] or "回执" in texts[0]
    assert texts[0] == texts[1]


def test_an_answer_to_a_question_is_written(make_kiosk):
    kiosk = make_kiosk()
    taken = kiosk.intake.take(ANGRY)
    kiosk.desk("desk").accept(taken.case.case_id)
    kiosk.intake._store.append(taken.case.case_id, Asked("desk", "哪一天？"))
    kiosk.citizen.go("LookUp")
    kiosk.hands.keys(taken.code.path + "\n")
    wait_until(lambda: kiosk.citizen.screen == "CaseView", "the case")
    tap(kiosk, "回答")
    kiosk.hands.find("手写")
    for label in ("画下来", "录音"):
        with pytest.raises(LookupError):
            kiosk.hands.find(label)


def test_a_player_holds_one_note_and_refuses_what_is_none(qapp):
    machine, background = Machine(), Background()
    player = Player(lambda: machine, background)
    player.play()
    background.wait()
    assert not player.playing and not machine.playings
    with pytest.raises(ValueError, match="voice note"):
        player.hold(b"no sound at all")
    player.hold(encoded(tone(0, 32_000, 0.5)))
    assert (player.holding, player.seconds, player.position) == (True, 2.0, 0.0)
    player.play()
    player.play()
    background.wait()
    QCoreApplication.processEvents()
    assert len(machine.playings) == 1
    player.hold(encoded(tone(0, 16_000, 0.5)))
    assert not player.playing and machine.playings[0].hushed
    player.wipe()
    background.wait()
    assert (player.holding, player.seconds) == (False, 0.0)
    assert machine.playings[0].note == b""
