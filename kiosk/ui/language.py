"""The language of the screen: qsTr answered from the same files as every other room's words."""

from PySide6.QtCore import QCoreApplication, QObject, QTranslator
from PySide6.QtQml import QQmlEngine

from kiosk.words import SOURCE, sentences


class Language(QTranslator):
    """Switches the screen's language at once; what was entered stays."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.current = SOURCE
        self._engine: QQmlEngine | None = None
        self._sentences: dict[str, str] = {}

    def attach(self, engine: QQmlEngine) -> None:
        """Speak for this engine's screens."""
        self._engine = engine
        QCoreApplication.installTranslator(self)

    def switch(self, language: str) -> None:
        """Show every sentence in `language`."""
        self.current = language
        self._sentences = sentences(language)
        if self._engine is not None:
            self._engine.retranslate()

    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        return self._sentences.get(source, source)

    def isEmpty(self) -> bool:
        return False
