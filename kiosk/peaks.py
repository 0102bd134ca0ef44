"""Peaks: weeks in which far more was said than usual, so that a rush is seen before it is a habit.

Usual is the median of the weeks before; how much they sway is the median distance from it (MAD).
Both stay as they are when one of those weeks was a peak itself, as an average would not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

#: How many weeks before are looked at, and how many there must be.
LOOKS_BACK = 8
AT_LEAST = 4
#: So many times the sway above the usual is a peak; 1.4826 × MAD is the deviation of a bell curve.
TIMES = 3
_SPREAD = 1.4826
#: A peak is at least so much more, however little the weeks before swayed. Small numbers jump by
#: themselves, by about their root: three roots and two are beyond that for hundreds of weeks.
MARGIN = 5


@dataclass(frozen=True, slots=True)
class Peak:
    """A week that stands out: its place, what it had, what is usual, what would have been too."""

    place: int
    count: int
    usual: int
    limit: int


def peaks(weeks: Sequence[int]) -> list[Peak]:
    """The peaks among these weeks, the oldest first."""
    found = []
    for place, count in enumerate(weeks):
        before = weeks[max(0, place - LOOKS_BACK) : place]
        if len(before) < AT_LEAST:
            continue
        usual, limit = usual_and_limit(before)
        if count > limit:
            found.append(Peak(place, count, usual, limit))
    return found


def usual_and_limit(before: Sequence[int]) -> tuple[int, int]:
    """What is usual after these weeks, and the most that is no peak."""
    usual = median(before)
    sway = median(abs(week - usual) for week in before)
    limit = usual + max(TIMES * _SPREAD * sway, TIMES * usual**0.5 + 2, MARGIN)
    return round(usual), int(limit)
