"""What somebody sees, taken from the items themselves, in the order of the screen's tree.

Reading aloud and stepping by switch both go by it, so that no page has a script of its own. What
has `touchable` can be touched; what has `dense` (a keyboard) is much to touch and little to say.
"""

from collections.abc import Iterator

from PySide6.QtQuick import QQuickItem


def seen(root: QQuickItem) -> Iterator[QQuickItem]:
    """Every visible item below `root`; what lies in something to touch belongs to it."""
    for child in root.childItems():
        if child.isVisible():
            yield child
            if not child.property("touchable"):
                yield from seen(child)


def to_touch(root: QQuickItem) -> list[QQuickItem]:
    """What can be touched below `root` now."""
    return [item for item in seen(root) if item.property("touchable") and item.isEnabled()]


def name_of(item: QQuickItem) -> str:
    """What a screen reader would call it."""
    from PySide6.QtGui import QAccessible  # late: the first frame does without

    told = QAccessible.queryAccessibleInterface(item)
    return (told.text(QAccessible.Text.Name) if told is not None else "").strip()


def parts_of(item: QQuickItem) -> list[str]:
    """What is said of something to touch: a tile's name and its help are two sentences."""
    hint = item.property("hint")
    return [item.property("name"), hint] if hint else [name_of(item)]


def reading(root: QQuickItem) -> Iterator[QQuickItem]:
    """What is read of a screen: its words, and what can be touched where that is not much."""
    for child in root.childItems():
        if not child.isVisible() or child.property("quiet"):
            continue
        if child.property("touchable"):
            yield child
        elif child.property("dense"):
            yield from (item for item in seen(child) if is_text(item))
        else:
            if is_text(child):
                yield child
            yield from reading(child)


def is_text(item: QQuickItem) -> bool:
    return bool(item.inherits("QQuickText") and item.property("text"))


#: Qt's numbers of some keys. The names are in a namespace that takes 13 ms to load.
SPACE, ENTERS = 0x20, (0x01000004, 0x01000005, 0x01010000)
_F1 = 0x01000030


def key_of(name: str) -> int | None:
    """The number of F1 to F12; None for no key."""
    return _F1 + int(name[1:]) - 1 if name else None
