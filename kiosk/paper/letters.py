"""Letters on paper: which bundled font has a character, how wide a text is, where a line ends.

What the first font lacks is measured and drawn in the next bundled one that has it. A character
that none has is printed as 〓, the printers' sign for a missing type: seen, and never taken for
something else.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

from kiosk.paper.typeface import Typeface
from kiosk.words import FONTS, families, font_files, font_order

#: Stands for a character that no bundled font has.
LACKING = "〓"
#: What may not begin a line, and what may not end one.
CLOSING = "，。、；：！？）”’」』】》〉…ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%％℃"
OPENING = "（“‘「『【《〈￥"
#: Where a centred text is cut first, and next.
ENDS = "。！？"
STOPS = "，。；：！？、"
_JOINER = "\u200d"
#: Blank or joined to the sign before: they have no shape of their own.
_SHAPELESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(n) for a, b in ((0x180B, 0x1810), (0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for n in range(a, b)
}
#: What every number, date and code is made of.
_NEEDED = "0123456789ABCXYZabcxyz·"


@cache
def bundled(family: str) -> tuple[str, str]:
    """A bundled family's regular and bold. Raises LookupError if they lack what codes need."""
    regular, bold = (file.stem for file in font_files(family))
    for name in (regular, bold):
        missing = [sign for sign in _NEEDED if ord(sign) not in typeface(name).glyphs]
        if missing:
            raise LookupError(f"{name}.ttf lacks {''.join(missing)}")
    return regular, bold


@cache
def typeface(name: str) -> Typeface:
    """A bundled font by its name, read when a character first needs it."""
    return Typeface(name, FONTS / f"{name}.ttf")


@cache
def order(font: str) -> tuple[str, ...]:
    """`font`, then the other bundled ones of its weight."""
    for family in families():
        for weight, file in enumerate(font_files(family)):
            if file.stem == font:
                return tuple(font_files(other)[weight].stem for other in font_order(family))
    raise LookupError(f"{font} is not bundled")


@cache
def font_of(sign: str, font: str) -> str | None:
    """The first font in order that has this character; None where none has."""
    return next((name for name in order(font) if ord(sign) in typeface(name).glyphs), None)


def printable(text: str, font: str) -> str:
    """The text with what can be drawn of it: accents joined, shapeless signs left out, and one 〓
    for each sign that no bundled font has. Line breaks stay."""
    text = unicodedata.normalize("NFC", text)
    if text.isascii() and text.isprintable():
        return text
    drawn: list[str] = []
    lacking = joined = False
    for sign in text.replace("\r\n", "\n"):
        kind = unicodedata.category(sign)
        if sign == _JOINER:
            joined = lacking
        elif sign == "\n" or sign == "\r" or kind in ("Zl", "Zp"):
            drawn.append("\n")
            lacking = joined = False
        elif kind == "Zs" or sign == "\t":
            drawn.append(sign if font_of(sign, font) else " ")
            lacking = joined = False
        elif kind == "Cc" or _shapeless(sign):
            continue
        elif font_of(sign, font):
            drawn.append(sign)
            lacking = joined = False
        elif joined or (lacking and kind[0] == "M"):
            joined = False
        else:
            drawn.append(LACKING)
            lacking = True
    return "".join(drawn)


def one_line(text: str, font: str) -> str:
    """The same on one line, its blanks single."""
    return " ".join(printable(text, font).split())


def _shapeless(sign: str) -> bool:
    return sign in _SHAPELESS or unicodedata.category(sign) == "Cf"


def stretches(text: str, font: str) -> list[tuple[str, str]]:
    """The text in stretches of one font each: (font, part). A space goes with what is before it."""
    if typeface(font).glyphs.keys() >= set(map(ord, text)):
        return [(font, text)]
    parts: list[tuple[str, str]] = []
    for sign in text:
        name = parts[-1][0] if parts and sign == " " else font_of(sign, font) or font
        if parts and parts[-1][0] == name:
            parts[-1] = (name, parts[-1][1] + sign)
        else:
            parts.append((name, sign))
    return parts


def width(text: str, font: str, size: float) -> float:
    """How wide a line of printable text is, in points."""
    return sum(typeface(name).width(part) for name, part in stretches(text, font)) * size / 1000


def fit(text: str, font: str, wide: float, largest: float, smallest: float) -> float:
    """The largest size in which the text is no wider than `wide`; `smallest` if none is."""
    size = largest
    whole = width(text, font, largest)
    if whole > wide:
        size = int(largest * wide / whole * 4) / 4
    return max(size, smallest)


def shortened(words: str, font: str, size: float, wide: float) -> str:
    """The words on one line, cut with … where they are longer."""
    words = one_line(words, font)
    if width(words, font, size) <= wide:
        return words
    while words and width(words + "…", font, size) > wide:
        words = words[:-1]
    return words + "…"


def wrap(text: str, font: str, size: float, wide: float) -> list[str]:
    """Lines no wider than `wide`; Latin words stay whole where they fit, and the last line of a
    few is not one lone sign."""
    found = list(pieces(text))
    lines = _fill(found, font, size, wide)
    if 1 < len(lines) < 5 and len(lines[-1].rstrip(CLOSING)) < 2:
        narrower = _fill(found, font, size, wide - 1.5 * size)
        if len(narrower) == len(lines):
            return narrower
    return lines


def wrap_evenly(text: str, font: str, size: float, wide: float) -> list[str]:
    """Lines for a centred text: cut behind a stop where that costs no line, none of them short."""
    lines = wrap(text, font, size, wide)
    if len(lines) < 2:
        return lines
    for stops in (ENDS, STOPS):
        phrases = list(_phrases(text, stops))
        if all(width(phrase.rstrip(), font, size) <= wide for phrase in phrases):
            cut = _fill(phrases, font, size, wide)
            if len(cut) == len(lines):
                return cut
    narrow, broad = wide / len(lines), wide
    while broad - narrow > size / 4:
        middle = (narrow + broad) / 2
        if len(wrap(text, font, size, middle)) > len(lines):
            narrow = middle
        else:
            broad = middle
    return wrap(text, font, size, broad)


def _fill(pieces: list[str], font: str, size: float, wide: float) -> list[str]:
    lines, line, so_far = [], "", 0.0
    for piece in pieces:
        if line and so_far + width(piece.rstrip(), font, size) > wide:
            lines.append(line.rstrip())
            line, so_far = "", 0.0
            piece = piece.lstrip()
        while len(piece) > 1 and width(piece.rstrip(), font, size) > wide:
            cut = max(1, _how_many(piece, font, size, wide))
            lines.append(piece[:cut])
            piece = piece[cut:]
        line += piece
        so_far += width(piece, font, size)
    return [*lines, line.rstrip()] if line.strip() else lines


def _how_many(piece: str, font: str, size: float, wide: float) -> int:
    """How many signs of a piece without a break fit into `wide`."""
    so_far = 0.0
    for count, sign in enumerate(piece):
        so_far += width(sign, font, size)
        if so_far > wide:
            return count
    return len(piece)


def _phrases(text: str, stops: str) -> Iterator[str]:
    """What stands between two stops, with the stop behind it."""
    phrase = ""
    for sign in text:
        if phrase and phrase[-1] in stops and sign not in CLOSING:
            yield phrase
            phrase = ""
        phrase += sign
    if phrase:
        yield phrase


def pieces(text: str) -> Iterator[str]:
    """Words with the space behind them; Chinese and kana one by one, with their stops."""
    piece = ""
    for sign in text:
        if piece and not (_in_word(sign) and _in_word(piece[-1])):
            if sign == " " or sign in CLOSING or piece[-1] in OPENING:
                piece += sign
                continue
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece


def _in_word(sign: str) -> bool:
    """Letters of Latin, Cyrillic and the like, and Hangul, which stay together."""
    return sign != " " and (sign < "⺀" or "가" <= sign <= "힣")
