"""A real sound server: what one device plays, another records, and nothing stays open.

Only where PulseAudio is installed (Debian: pulseaudio). It runs by itself, without any hardware.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from kiosk.adpcm import RATE, seconds_of
from kiosk.sound import Machine, SoundTrouble
from tests.sounds import TONE, pitch, tone
from tests.test_sound import encoded, until

pytestmark = pytest.mark.skipif(not shutil.which("pulseaudio"), reason="needs pulseaudio")


@pytest.fixture
def server(monkeypatch):
    """A loudspeaker whose sound a microphone hears; the speaker's own echo is no microphone."""
    with tempfile.TemporaryDirectory(prefix="zhaocha-") as folder:
        socket = Path(folder) / "native"
        modules = (
            f"module-native-protocol-unix auth-anonymous=1 socket={socket}",
            "module-null-sink sink_name=speaker",
            "module-remap-source source_name=mic master=speaker.monitor",
        )
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"]
        process = subprocess.Popen(
            [*command, *(f"--load={module}" for module in modules)],
            env={**os.environ, "HOME": folder, "XDG_RUNTIME_DIR": folder},
            stderr=subprocess.DEVNULL,
        )
        monkeypatch.setenv("PULSE_SERVER", f"unix:{socket}")
        machine = Machine(("PULSEAUDIO",))
        until(machine.hears)
        yield machine, process
        process.terminate()
        process.wait()


def test_what_is_played_is_what_is_recorded(server):
    machine, _ = server
    assert machine.hears() and machine.speaks()
    whistle = encoded(tone(0, 3 * RATE, 0.5))
    recording = machine.record()
    playing = machine.play(whistle)
    until(lambda: recording.seconds > 1.5 and recording.level > 0.6)
    until(lambda: playing.done)
    note = recording.finish()
    playing.close()
    recording.close()
    assert abs(pitch(note) - TONE) < 3
    assert seconds_of(note) > 1.5


def test_every_way_to_the_server_is_closed_again(server):
    machine, _ = server

    def use():
        recording = machine.record()
        recording.drop()
        recording.close()
        playing = machine.play(encoded(tone(0, RATE, 0.5)))
        playing.hush()
        playing.close()
        return len(os.listdir("/proc/self/fd"))

    assert use() == [use() for _ in range(10)][-1]


def test_a_server_that_dies_is_trouble_and_no_crash(server):
    machine, process = server
    recording = machine.record()
    process.kill()
    process.wait()
    recording.close()
    assert not machine.hears()
    with pytest.raises(SoundTrouble):
        machine.record()
