"""A microphone and a loudspeaker that work without any: somebody whistles, and time is told."""

import math
from array import array

from kiosk.adpcm import RATE, samples_of, seconds_of
from kiosk.sound import PERIOD, SoundTrouble, Tape

TONE = 440.0


class Machine:
    """Time passes for it by `passes`; `at_once` seconds are heard as soon as it listens."""

    def __init__(self, at_once=0.0):
        self.at_once = at_once
        self.loud = 0.5
        self.ears, self.mouth = True, True
        self.recordings, self.playings = [], []

    def hears(self):
        return self.ears

    def speaks(self):
        return self.mouth

    def record(self):
        if not self.ears:
            raise SoundTrouble("no microphone")
        recording = Recording()
        self.recordings.append(recording)
        self._sounds(recording, self.at_once)
        return recording

    def play(self, note):
        if not self.mouth:
            raise SoundTrouble("no loudspeaker")
        playing = Playing(note)
        self.playings.append(playing)
        return playing

    def passes(self, seconds):
        """So much time, for all that listens and speaks."""
        for recording in self.recordings:
            if recording.open:
                self._sounds(recording, seconds)
        for playing in self.playings:
            playing.heard += seconds

    def _sounds(self, recording, seconds):
        step = RATE * PERIOD // 1000
        recording.owed += round(seconds * RATE)
        while recording.owed >= step:
            recording.owed -= step
            recording.hear(tone(recording.heard, step, self.loud).tobytes())
            recording.heard += step


class Recording(Tape):
    """A microphone in front of which somebody whistles."""

    def __init__(self):
        super().__init__()
        self.heard = self.owed = 0
        self.open = True

    def close(self):
        self.open = False


class Playing:
    """A loudspeaker."""

    def __init__(self, note):
        self.note = note
        self.heard = 0.0
        self.hushed = False
        self.open = True

    @property
    def position(self):
        return min(self.heard, seconds_of(self.note))

    @property
    def done(self):
        return self.hushed or self.heard >= seconds_of(self.note)

    def hush(self):
        self.hushed = True

    def close(self):
        self.open = False
        self.note = b""


def tone(first, count, loud):
    """Samples of a whistle that swells and fades."""
    swell = (loud * (0.6 + 0.4 * math.sin(n / 2500)) for n in range(first, first + count))
    return array(
        "h",
        (
            round(32767 * s * math.sin(2 * math.pi * TONE * n / RATE))
            for n, s in enumerate(swell, first)
        ),
    )


def pitch(note):
    """The tone that is in a voice note, in hertz."""
    import miniaudio
    import numpy as np

    decoded = miniaudio.decode(note, nchannels=1, sample_rate=RATE)
    heard = np.array(samples_of(decoded.samples.tobytes()), dtype=float)
    strength = np.abs(np.fft.rfft(heard * np.hanning(len(heard))))
    return float(strength.argmax()) * RATE / len(heard)
