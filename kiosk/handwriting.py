"""Handwriting to characters: what a finger drew, as a small grey picture, read by a model.

The model is PP-OCRv6 (resources/handwriting). It sees the picture alone, so the order of the
strokes does not matter. It keeps nothing, and nothing leaves the machine.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk import RESOURCES
from kiosk.memory import give_back

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Numbers = npt.NDArray[np.float32]

Point = tuple[float, float]
Stroke = Sequence[Point]

FOLDER = RESOURCES / "handwriting"
MODEL = "PP-OCRv6_rec_small.onnx"
STANDARD = RESOURCES / "pinyin" / "standard-characters.txt"
LATIN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SIGNS = "，。、？！：；“”（）《》%"

#: The model reads lines of this height; one character gets a picture of this width.
HEIGHT, WIDTH = 48, 96
#: How large a character, a phrase and the whole pad are drawn in it, and how wide the pen is.
CHARACTER, PHRASE, PAD, PEN = 36.0, 40.0, 40.0, 2.0
#: The picture is drawn so many times larger and then made small, so that its edges are soft.
FINER = 4
#: Ink that is smaller than this part of the pad may be a sign such as a comma.
SMALL = 0.35
#: No character of a row is written smaller than this part of the pad.
SMALLEST = 0.15
#: Ink that is so much wider than high may be several characters.
WIDE = 1.3
LONGEST_PHRASE = 30


class Handwriting:
    """The model in memory. One thread uses it at a time."""

    def __init__(self, session: Any, standard: str) -> None:
        classes = ["", *session.get_modelmeta().custom_metadata_map["character"].splitlines()]
        place = {char: number for number, char in enumerate(classes)}
        self._session = session
        self._input = session.get_inputs()[0].name
        # The model lists the 196 rare characters beyond U+FFFF, but has never learnt them.
        known = (char for char in standard + LATIN + SIGNS if char in place and char <= "\uffff")
        self._chars = list(known)
        self._places = [place[char] for char in self._chars]

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Handwriting":
        """Read the model: about 0.2 s and 70 MB. It works in its caller's thread alone.

        Raises ImportError where onnxruntime is missing, and its own errors for a broken model.
        """
        # Newer ones send what they do to their maker unless told before the import.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # type: ignore[import-untyped]

        onnxruntime.disable_telemetry_events()
        standard = "".join(STANDARD.read_text("utf-8").split())
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        options.log_severity_level = 3
        model = str(folder / MODEL)
        found = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        give_back()
        return cls(found, standard)

    def knows(self, char: str) -> bool:
        """Whether this character can be found at all."""
        return char in self._chars

    def offers(self, strokes: Sequence[Stroke], limit: int = 9, pad: float = 0.0) -> list[str]:
        """What may have been written, best first: one character, or several in a row.

        `pad` is the height of the writing pad, where that is known: small signs need it.
        """
        box = _box(strokes)
        if box is None or limit <= 0:
            return []
        wide = box.width > WIDE * box.height and box.width > SMALL * pad
        phrase = self._phrase(strokes, box, pad) if wide else _Read(0.0, [])
        one = self._character(strokes, box, pad)
        found, phrases = self._best(one, limit), self._phrases(phrase, limit)
        if len(phrase.spots) > 1 and phrase.chance >= one.chance:
            found = phrases if len(phrase.spots) > 2 else phrases[: limit // 2] + found
        elif len(phrase.spots) > 1:
            found[1:1] = phrases[:1]
        give_back()
        return list(dict.fromkeys(found))[:limit]

    def candidates(self, strokes: Sequence[Stroke], limit: int = 9, pad: float = 0.0) -> list[str]:
        """The likeliest characters if all strokes are one character."""
        box = _box(strokes)
        return self._best(self._character(strokes, box, pad), limit) if box else []

    def line(self, strokes: Sequence[Stroke], limit: int = 9) -> list[str]:
        """The likeliest phrases if the characters stand in a row."""
        box = _box(strokes)
        return self._phrases(self._phrase(strokes, box), limit) if box else []

    def _character(self, strokes: Sequence[Stroke], box: "_Box", pad: float) -> "_Read":
        """All strokes read as one character, whatever their size."""
        import numpy as np

        largest = max(box.width, box.height, 0.1 * pad, 1.0)
        pictures = [_drawn(strokes, CHARACTER / largest, box.middle, WIDTH)]
        if largest < SMALL * pad:
            pictures.append(_drawn(strokes, PAD / pad, (box.middle[0], pad / 2), WIDTH))
        read = self._read(np.stack(pictures))
        likely = read[:, :, 1:].max((0, 1))
        # How likely there is this one character and no other: nothing, then it, then nothing.
        before, within, after = 1.0, 0.0, 0.0
        for none, this in read[0][:, [0, 1 + int(likely.argmax())]].tolist():
            after, within, before = (after + within) * none, (within + before) * this, before * none
        return _Read(within + after, [likely])

    def _phrase(self, strokes: Sequence[Stroke], box: "_Box", pad: float = 0.0) -> "_Read":
        """The strokes read as characters in a row; a flat line is no row of tiny ones."""
        scale = PHRASE / max(box.height, box.width / LONGEST_PHRASE, SMALLEST * pad, 1.0)
        width = max(WIDTH, 8 * math.ceil((box.width * scale + 24) / 8))
        frames = self._read(_drawn(strokes, scale, box.middle, width)[None])[0]
        # A frame whose likeliest class is none of ours is no gap between characters.
        winners = [0 if frame[0] > 0.5 else 1 + int(frame[1:].argmax()) for frame in frames]
        spots: list[Numbers] = []
        at = 0
        for winner, run in groupby(winners):
            end = at + len(list(run))
            if winner:
                spots.append(frames[at:end, 1:].max(0))
            at = end
        return _Read(float(frames.max(1).prod()), spots)

    def _best(self, read: "_Read", limit: int) -> list[str]:
        """The likeliest characters of the one place in `read`."""
        best = (-read.spots[0]).argsort(kind="stable")[: max(0, limit)]
        return [self._chars[number] for number in best]

    def _phrases(self, read: "_Read", limit: int) -> list[str]:
        """The best phrase, then those with one character changed for the next likeliest."""
        ranks = [spot.argsort()[::-1][:4].tolist() for spot in read.spots]
        best = [self._chars[rank[0]] for rank in ranks]
        others: list[tuple[float, str]] = []
        for place, (spot, (first, *rest)) in enumerate(zip(read.spots, ranks, strict=True)):
            for other in rest:
                text = [*best[:place], self._chars[other], *best[place + 1 :]]
                others.append((float(spot[other] / spot[first]), "".join(text)))
        others.sort(key=lambda other: -other[0])
        found = ["".join(best), *(text for _, text in others)] if best else []
        return list(dict.fromkeys(found))[: max(0, limit)]

    def _read(self, pictures: "Numbers") -> "Numbers":
        """For each picture and frame: how likely nothing is, and each of our characters."""
        import numpy as np

        coloured = np.repeat(pictures[:, None], 3, axis=1)
        likely: Numbers = self._session.run(None, {self._input: coloured})[0]
        return likely[:, :, [0, *self._places]]


@dataclass(frozen=True, slots=True)
class _Read:
    """How likely a reading is as a whole, and at each of its places each of our characters."""

    chance: float
    spots: "list[Numbers]"


@dataclass(frozen=True, slots=True)
class _Box:
    """Where ink is."""

    width: float
    height: float
    middle: Point


def _box(strokes: Sequence[Stroke]) -> _Box | None:
    """The box around all points; None if there is none."""
    points = [point for stroke in strokes for point in stroke]
    if not points:
        return None
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    return _Box(right - left, bottom - top, ((left + right) / 2, (top + bottom) / 2))


def _drawn(strokes: Sequence[Stroke], scale: float, middle: Point, width: int) -> "Numbers":
    """Dark strokes on a light ground, from −1 to 1, with `middle` in the picture's middle."""
    import numpy as np
    from PIL import Image, ImageDraw

    picture = Image.new("L", (width * FINER, HEIGHT * FINER), 255)
    draw = ImageDraw.Draw(picture)
    pen = round(PEN * FINER)
    for stroke in strokes:
        points = [
            (
                ((x - middle[0]) * scale + width / 2) * FINER,
                ((y - middle[1]) * scale + HEIGHT / 2) * FINER,
            )
            for x, y in stroke
        ]
        if len(points) > 1:
            draw.line(points, fill=0, width=pen, joint="curve")
        for x, y in points[:1] + points[-1:]:
            draw.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=0)
    small = picture.resize((width, HEIGHT), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / np.float32(127.5) - np.float32(1)
