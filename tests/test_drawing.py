"""A drawing's bytes: small, and never trusted when they are read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.drawing import MOST_POINTS, MOST_STROKES, Drawing, read

PLAIN = {"w": 1000, "h": 700, "pen": 11, "s": [[1, 2, 3, 4], [5, 6]]}


def test_a_drawing_is_read_as_it_was_written():
    drawing = Drawing(700, 11, ((1, 2, 3, 4), (5, 6)))
    assert json.loads(drawing.write()) == PLAIN
    assert read(drawing.write()) == drawing
    assert drawing.shown() == {
        "width": 1000,
        "height": 700,
        "pen": 11,
        "strokes": [[1, 2, 3, 4], [5, 6]],
    }


def test_the_fullest_drawing_is_small():
    stroke = tuple(n % 4000 for n in range(2 * MOST_POINTS))
    assert len(Drawing(4000, 11, (stroke,)).write()) < 64_000


@pytest.mark.parametrize(
    "change",
    [
        {"s": [[1, 2, 3]]},
        {"s": [[]]},
        {"s": [["1", 2]]},
        {"s": [[1.5, 2]]},
        {"s": [[True, 2]]},
        {"s": [[-1, 2]]},
        {"s": [[1, 10**9]]},
        {"s": [[1, 2]] * (MOST_STROKES + 1)},
        {"s": [[1, 2] * (MOST_POINTS + 1)]},
        {"s": 7},
        {"h": 0},
        {"h": None},
        {"w": 10**9},
        {"pen": "11"},
    ],
    ids=str,
)
def test_what_is_no_drawing_is_refused(change):
    with pytest.raises(ValueError, match="drawing"):
        read(json.dumps({**PLAIN, **change}).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["w", "h", "pen", "s"]), inner),
)


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_the_bytes_are_it_is_a_drawing_or_it_is_refused(content):
    try:
        drawing = read(content)
    except ValueError:
        return
    assert read(drawing.write()) == drawing


def test_a_nest_of_brackets_is_refused_too():
    with pytest.raises(ValueError, match="drawing"):
        read(b"[" * 100_000)
