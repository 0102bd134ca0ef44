"""The language of the screen: qsTr answered from the same files as every other room's words.

The sentences are packed into Qt's own catalogue format in memory. A QTranslator in Python would be
asked from QML's loader thread while the GUI thread waits for it with the interpreter's lock held:
both would wait forever.
"""

import struct
from functools import cache

from PySide6.QtCore import QCoreApplication, QObject, QTranslator
from PySide6.QtQml import QQmlEngine

from kiosk.words import SOURCE, spoken

# Qt's .qm file: a magic number, then sections of tag, length, content (qtranslator.cpp).
_MAGIC = bytes.fromhex("3cb86418caef9c95cd211cbf60a1bddd")
_HASHES, _MESSAGES = 0x42, 0x69
_END, _TRANSLATION, _SOURCE = 1, 3, 6


class Language(QObject):
    """Switches the screen's language at once; what was entered stays."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current = SOURCE
        self._engine: QQmlEngine | None = None
        self._translator: QTranslator | None = None
        self._packed = b""

    def attach(self, engine: QQmlEngine) -> None:
        """Speak for this engine's screens."""
        self._engine = engine

    def switch(self, language: str) -> None:
        """Show every sentence in `language`."""
        if self._translator is not None:
            QCoreApplication.removeTranslator(self._translator)
            self._translator = None
        self.current = language
        if language != SOURCE:
            # Qt reads these bytes where they are: they must live as long as the translator.
            self._packed = _packed(language)
            self._translator = QTranslator()
            self._translator.load(self._packed)
            QCoreApplication.installTranslator(self._translator)
        if self._engine is not None:
            self._engine.retranslate()


@cache
def _packed(language: str) -> bytes:
    return pack(spoken(language))


def pack(spoken: dict[str, str]) -> bytes:
    """A .qm catalogue of these sentences that fits every context."""
    messages = bytearray()
    hashes: list[tuple[int, int]] = []
    for source, translation in spoken.items():
        hashes.append((_elf_hash(source.encode()), len(messages)))
        for tag, content in (
            (_TRANSLATION, translation.encode("utf-16-be")),
            (_SOURCE, source.encode()),
        ):
            messages += struct.pack(">BI", tag, len(content)) + content
        messages.append(_END)
    index = b"".join(struct.pack(">II", *pair) for pair in sorted(hashes))
    return (
        _MAGIC
        + struct.pack(">BI", _HASHES, len(index))
        + index
        + struct.pack(">BI", _MESSAGES, len(messages))
        + bytes(messages)
    )


def _elf_hash(text: bytes) -> int:
    """The hash Qt looks a sentence up by (the System V ABI's)."""
    value = 0
    for byte in text:
        value = (value << 4) + byte
        high = value & 0xF0000000
        if high:
            value ^= high >> 24
        value &= ~high & 0xFFFFFFFF
    return value or 1
