"""The desk's bell is a note like any other."""

from kiosk.adpcm import seconds_of
from kiosk.bell import TONES, chime


def test_the_bell_lasts_as_long_as_its_tones_and_is_a_note_that_can_be_played():
    assert abs(seconds_of(chime()) - sum(seconds for _, seconds in TONES)) < 0.1
