"""The desk's bell: two tones as a voice note, made of nothing but numbers."""

import math
from array import array

from kiosk.adpcm import RATE, Encoder

#: Hertz and seconds of each tone, one after the other; a fifth down is heard and does not startle.
TONES = ((880.0, 0.25), (587.33, 0.55))
LOUD = 9000


def chime() -> bytes:
    """A note to play when somebody waits or a case comes in, 0.8 seconds."""
    encoder = Encoder()
    for hertz, seconds in TONES:
        count = round(seconds * RATE)
        encoder.add(
            array(
                "h",
                (
                    round(LOUD * (1 - n / count) ** 2 * math.sin(2 * math.pi * hertz * n / RATE))
                    for n in range(count)
                ),
            )
        )
    return encoder.write()
