"""A voice note's bytes, the tape they are taken from, and the real microphone's own code."""

import gc
import math
import os
import random
import subprocess
import sys
import threading
import time
from array import array

import miniaudio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.adpcm import IN_BLOCK, RATE, Encoder, samples_of, seconds_of
from kiosk.sound import LONGEST, Machine, SoundTrouble, Tape, _real, loudness
from tests.sounds import TONE, pitch, tone


def encoded(samples, piece=640):
    encoder = Encoder()
    for at in range(0, len(samples), piece):
        encoder.add(samples[at : at + piece])
    return encoder.write()


def decoded(note):
    """By somebody else's decoder."""
    return miniaudio.decode(note, nchannels=1, sample_rate=RATE).samples


def noise(amplitude):
    chance = random.Random(1)
    return array("h", (chance.randint(-amplitude, amplitude) for _ in range(RATE)))


@pytest.mark.parametrize(
    ("samples", "decibels"),
    [(tone(0, RATE, 0.5), 25), (tone(0, RATE, 0.02), 20), (noise(8000), 12)],
    ids=["whistle", "soft", "noise"],
)
def test_what_was_said_comes_back(samples, decibels):
    heard = decoded(encoded(samples))
    wrong = sum((a - b) ** 2 for a, b in zip(samples, heard, strict=False))
    assert 10 * math.log10(sum(a * a for a in samples) / wrong) > decibels


def test_a_jump_from_end_to_end_is_followed_and_silence_stays_silence():
    jumps = array("h", ([32767] * 400 + [-32768] * 400) * 20)
    heard = decoded(encoded(jumps))
    for at in range(300, len(jumps), 400):
        pairs = zip(jumps[at : at + 100], heard[at : at + 100], strict=True)
        assert max(abs(a - b) for a, b in pairs) < 300
    assert max(map(abs, decoded(encoded(array("h", bytes(2 * RATE)))))) <= 8


@given(st.lists(st.integers(-32768, 32767), min_size=1, max_size=3 * IN_BLOCK), st.integers(1, 700))
def test_any_samples_in_any_pieces_make_one_and_the_same_file(values, piece):
    samples = array("h", values)
    note = encoded(samples, piece)
    assert note == encoded(samples, len(samples))
    assert seconds_of(note) == len(samples) / RATE
    assert len(decoded(note)) >= len(samples)
    assert decoded(note)[0] == samples[0]


def test_a_whole_minute_takes_less_than_half_a_megabyte():
    encoder = Encoder()
    encoder.add(array("h", bytes(2 * RATE * LONGEST)))
    assert len(encoder.write()) < 500_000
    assert seconds_of(encoder.write()) == LONGEST


@pytest.mark.parametrize("junk", [b"", b"RIFF", bytes(100), b"RIFF" + bytes(200)])
def test_bytes_that_are_no_voice_note_are_told_apart(junk):
    with pytest.raises(ValueError, match="voice note"):
        seconds_of(junk)


def test_a_tape_ends_by_itself_and_gives_its_note_once():
    tape = Tape(longest=1)
    for _ in range(30):
        tape.hear(tone(0, RATE // 20, 0.5).tobytes())
    assert tape.seconds == 1
    assert tape.level == 0
    note = tape.finish()
    assert seconds_of(note) == 1
    assert abs(pitch(note) - TONE) < 3
    assert tape.finish() == b""


def test_nothing_stays_on_a_tape_that_is_dropped_and_it_hears_no_more():
    tape = Tape()
    sound = tone(0, RATE, 0.5).tobytes()
    tape.hear(sound)
    blocks = tape._encoder._blocks
    assert len(blocks) > 5000 and tape.level > 0.5
    tape.drop()
    tape.hear(sound)
    assert (tape.seconds, tape.level, tape.finish()) == (0, 0, b"")
    assert not blocks and not tape._encoder._waiting


def test_the_meter_rises_with_the_voice():
    steps = [loudness(tone(0, 800, loud)) for loud in (0.0, 0.01, 0.1, 0.5, 1.0)]
    assert steps == sorted(steps)
    assert steps[0] == 0 and 0.1 < steps[1] < 0.3 and steps[-1] > 0.85
    assert loudness(array("h", (-32768,))) == 1
    assert loudness(array("h")) == 0


@pytest.mark.parametrize(
    ("name", "backend", "real"),
    [
        ("alsa_input.pci-0000_00_1f.3.analog-stereo", "PulseAudio", True),
        ("alsa_output.pci-0000_00_1f.3.analog-stereo.monitor", "PulseAudio", False),
        (":0,0", "ALSA", True),
        ("null", "ALSA", False),
        ("pulse", "ALSA", False),
        ("{0.0.1.00000000}.{5f2b}", "WASAPI", True),
    ],
)
def test_neither_an_echo_nor_a_plugin_is_a_microphone(name, backend, real):
    assert _real(name.encode() + bytes(9), backend) is real


def until(holds):
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_real_devices_record_play_and_are_closed_again():
    """miniaudio's own device without hardware: it hears silence, in real time."""
    machine = Machine(("NULL",))
    assert machine.hears() and machine.speaks()
    recording = machine.record()
    until(lambda: recording.seconds >= 0.3)
    note = recording.finish()
    recording.close()
    assert 0.3 <= seconds_of(note) < 3
    playing = machine.play(note)
    until(lambda: playing.done)
    assert playing.position == seconds_of(note)
    playing.close()
    playing = machine.play(note)
    playing.hush()
    assert playing.done
    playing.close()


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_a_hundred_recordings_leave_nothing_open():
    machine = Machine(("NULL",))

    def use():
        recording = machine.record()
        recording.drop()
        recording.close()

    def held():
        gc.collect()
        return len(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task"))

    use()
    before = held()
    for _ in range(100):
        use()
    assert held() == before


def test_a_program_that_ends_while_it_records_does_end():
    code = (
        "from kiosk.sound import Machine\n"
        "machine = Machine(('NULL',))\n"
        "recording = machine.record()\n"
        "while not recording.seconds: pass\n"
        "recording.close(); recording.close()\n"
        "again = machine.record()\n"
        "while not again.seconds: pass\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_without_a_sound_server_there_is_no_microphone_and_asking_does_no_harm(monkeypatch, capfd):
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/native")
    machine = Machine(("PULSEAUDIO",))
    assert not machine.hears() and not machine.speaks()
    with pytest.raises(SoundTrouble):
        machine.record()
    with pytest.raises(SoundTrouble):
        machine.play(encoded(tone(0, RATE, 0.5)))
    assert capfd.readouterr().err == ""


def test_a_note_that_is_none_is_not_played():
    with pytest.raises(SoundTrouble):
        Machine(("NULL",)).play(b"RIFF" + bytes(300))


def test_the_device_and_the_screen_do_not_get_into_each_others_way():
    tape = Tape()
    chunk = tone(0, 640, 0.5).tobytes()
    notes = []
    speaker = threading.Thread(target=lambda: [tape.hear(chunk) for _ in range(300)])
    speaker.start()
    until(lambda: tape.seconds > 0.5)
    notes.append(tape.finish())
    speaker.join()
    assert seconds_of(notes[0]) * RATE % 640 == 0
    assert tape.seconds == 0


def test_samples_are_read_low_byte_first():
    assert list(samples_of(b"\x01\x00\xff\xff")) == [1, -1]
