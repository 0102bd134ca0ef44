"""Looking for a needle in a kiosk: on its screen, in the clipboard, in memory, in its files.

Needles are kept backwards here and turned round only while they are typed, so that a search does
not find itself.
"""

import gc
from pathlib import Path

import pypdfium2
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtQml import QJSValue


def turned(text):
    """Forwards from backwards."""
    return text[::-1]


class Search:
    """Everywhere something of a visit could be left; every find says where it was."""

    def __init__(self, kiosk, *backwards):
        self.kiosk, self.backwards = kiosk, backwards

    def everywhere(self, skip=()):
        """All finds, files beginning with a name in `skip` left out."""
        return [*self.alive(), *self.in_files(skip)]

    def alive(self):
        """On the screen, in the clipboard, in memory."""
        yield from self.on_the_screen()
        yield from self.in_the_clipboard()
        yield from self.in_memory()

    def _in(self, text):
        return any(turned(needle) in text for needle in self.backwards)

    def on_the_screen(self):
        """Every property of every object that can be reached from the window."""
        for thing in objects(self.kiosk.view, self.kiosk.citizen, self.kiosk.language):
            meta = thing.metaObject()
            for number in range(meta.propertyCount()):
                held = meta.property(number)
                if held.isReadable() and "QQmlListProperty" not in held.typeName():
                    try:
                        value = held.read(thing)
                    except RuntimeError:
                        continue  # one of ours, which is looked at by itself
                    if any(self._in(text) for text in texts(value)):
                        yield f"{meta.className()}.{held.name()}"

    def in_the_clipboard(self):
        clipboard = QGuiApplication.clipboard()
        for mode in (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection):
            if self._in(clipboard.text(mode)):
                yield f"clipboard {mode.name}"
        focus = QGuiApplication.focusObject()
        if focus is not None:
            method = QGuiApplication.inputMethod()
            for asked in (
                Qt.InputMethodQuery.ImSurroundingText,
                Qt.InputMethodQuery.ImCurrentSelection,
                Qt.InputMethodQuery.ImTextBeforeCursor,
                Qt.InputMethodQuery.ImTextAfterCursor,
            ):
                if self._in(str(method.queryFocusObject(asked, None) or "")):
                    yield f"input method {asked.name}"

    def in_memory(self):
        """Every text that any Python object of the program holds."""
        gc.collect()
        for holder in gc.get_objects():
            for held in _contents(holder):
                if type(held) in (bytes, bytearray):
                    found = any(turned(needle).encode() in held for needle in self.backwards)
                else:
                    found = type(held) is str and self._in(held)
                if found:
                    # Backwards, so that the next search does not find this one.
                    yield f"{type(holder).__module__}.{type(holder).__name__}: {held[59::-1]!r}"

    def in_files(self, skip=()):
        """Every file of the data folder, also as UTF-16, and the text of every paper."""
        for file in Path(self.kiosk.settings.data).rglob("*"):
            if not file.is_file() or file.name.startswith(skip or ("\0",)):
                continue
            content = file.read_bytes()
            for needle in self.backwards:
                for coding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
                    if turned(needle).encode(coding) in content:
                        yield f"{file.name} ({coding})"
            if file.suffix == ".pdf":
                page = pypdfium2.PdfDocument(content)[0].get_textpage()
                if self._in(page.get_text_bounded()):
                    yield f"{file.name} (paper)"


def objects(view, *others):
    """Every object that can be reached from a window and the `others`: by children and items."""
    waiting = [view, view.contentItem(), view.rootObject(), view.engine(), *others]
    seen = {}
    while waiting:
        thing = waiting.pop()
        if thing is None or id(thing) in seen:
            continue
        seen[id(thing)] = thing
        waiting += thing.children()
        if thing.inherits("QQuickItem"):
            waiting += thing.childItems()
    return list(seen.values())


def _contents(holder):
    """What an object holds, also in what the collector does not track, such as tuples of texts."""
    for held in gc.get_referents(holder):
        if gc.is_tracked(held) or type(held) not in (tuple, dict, frozenset):
            yield held
        else:
            yield from _contents(held)


def texts(value):
    """Every text in a property's value."""
    if isinstance(value, QJSValue):
        value = value.toVariant()
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in (*value, *value.values()):
            yield from texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from texts(part)
    elif value is not None and not isinstance(value, (QObject, bool, int, float)):
        yield str(value)
