"""What stands on a page: letters, black shapes, lines, a QR code. All places in points, from the
top left corner of the paper; `block` is the number of the block of text a mark belongs to."""

from dataclasses import dataclass, replace

#: Belongs to no block: an ornament, which nobody reads out.
ORNAMENT = -1


@dataclass(frozen=True, slots=True)
class Letters:
    """One line of text from `left`, on the baseline `down`."""

    text: str
    font: str
    size: float
    left: float
    down: float
    block: int
    white: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A black or white shape with round corners, `down` its upper edge."""

    left: float
    down: float
    wide: float
    tall: float
    radius: float = 0.0
    white: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """The edge of such a shape."""

    left: float
    down: float
    wide: float
    tall: float
    radius: float
    thick: float


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points (left, down); `dashes` is how long dash and gap are."""

    points: tuple[tuple[float, float], ...]
    thick: float
    dashes: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Modules:
    """A QR code's dark modules."""

    left: float
    down: float
    module: float
    matrix: tuple[tuple[bool, ...], ...]
    block: int


Mark = Letters | Fill | Edge | Stroke | Modules


def moved(mark: Mark, right: float) -> Mark:
    """The same mark further to the right, as an ornament."""
    match mark:
        case Stroke():
            return replace(mark, points=tuple((x + right, y) for x, y in mark.points))
        case Letters() | Modules():
            return replace(mark, left=mark.left + right, block=ORNAMENT)
        case _:
            return replace(mark, left=mark.left + right)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text, or the table, row or list that holds blocks: its role in a tagged PDF."""

    role: str
    within: int
    says: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its size and what stands on it."""

    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a PDF says of itself."""

    title: str
    author: str
    language: str
