"""One's own password, and a short PIN for this device."""

from collections.abc import Callable

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.casework import Casework
from kiosk.personnel import Personnel
from kiosk.pins import WeakPin
from kiosk.staff import WeakPassword, WrongPin
from kiosk.ui.background import Runner
from kiosk.ui.language import Language
from kiosk.ui.pages import DeskPage
from kiosk.words import say

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class Mine(DeskPage):
    """What everybody may do with their own account."""

    changed = Signal()
    #: Something was kept: the fields may be emptied.
    done = Signal()

    def __init__(
        self,
        personnel: Callable[[Casework], Personnel],
        background: Runner,
        language: Language,
        why: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._make = personnel
        self._background = background
        self._language = language
        self._loud = why
        self._personnel: Personnel | None = None
        self._pin = False
        self._said = ""
        self._good = False

    def signed(self, work: Casework | None) -> None:
        self._personnel = self._make(work) if work is not None else None
        self._pin, self._said = False, ""
        self.changed.emit()
        self.refresh()

    def refresh(self) -> None:
        who = self._personnel
        if who is not None:
            self._background.run(who.has_pin, self._found, self._why)

    def _found(self, pin: bool) -> None:
        self._pin = pin and self._personnel is not None
        self.changed.emit()

    @Property(bool, notify=changed)
    def given(self) -> bool:
        """Somebody else chose the password, and knows it."""
        return self._personnel is not None and self._personnel.badge.given

    @Property(bool, notify=changed)
    def pin(self) -> bool:
        """Whether a PIN opens this account on this device."""
        return self._pin

    @Property(str, notify=changed)
    def said(self) -> str:
        return say(self._said, self._language.current)

    @Property(bool, notify=changed)
    def good(self) -> bool:
        """Whether what was said is that it went well."""
        return self._good

    @Slot()
    def quiet(self) -> None:
        self._tell("")

    @Slot(str, str, str)
    def change(self, old: str, new: str, again: str) -> None:
        if new != again:
            self._tell("两次写的不一样。")
            return
        self._do(lambda who: who.change_password(old, new), "密码换好了。")

    @Slot(str, str)
    def setPin(self, password: str, pin: str) -> None:
        self._do(lambda who: who.set_pin(password, pin), "短密码设好了，只在这台机器上用。")

    @Slot()
    def forgetPin(self) -> None:
        self._do(lambda who: who.forget_pin(), "短密码停用了。")

    def _do(self, deed: Callable[[Personnel], None], said: str) -> None:
        who = self._personnel
        if who is None:
            return
        self._tell("")

        def finished(_: None) -> None:
            if who is self._personnel:
                self._tell(said, good=True)
                self.done.emit()
                self.refresh()

        self._background.run(lambda: deed(who), finished, self._why)

    def _why(self, trouble: Exception) -> None:
        match trouble:
            case WeakPassword() | WeakPin():
                self._tell(f"{trouble}")
            case WrongPin():
                self._tell("现在的密码不对，请再试一次。")
            case _:
                self._loud(trouble)

    def _tell(self, words: str, *, good: bool = False) -> None:
        self._said, self._good = words, good
        self.changed.emit()
