"""整改台账, the improvement ledger (R-25): what the hall changed because somebody said so."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from db.hall import Hall
from db.happening import Improved
from kiosk.casework import Casework
from kiosk.catalogue import Catalogue
from kiosk.ui.background import Runner
from kiosk.ui.language import Language
from kiosk.ui.pages import DeskPage
from kiosk.words import say
from kiosk.workdays import spoken_day

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
class Ledger(DeskPage):
    """The entries, the newest first, and one of them open."""

    changed = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        background: Runner,
        language: Language,
        tell: Callable[[str], None],
        why: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._background = background
        self._language = language
        self._tell = tell
        self._why = why
        self._work: Casework | None = None
        self._entries: dict[str, Improved] = {}
        self._cases: dict[str, list[str]] = {}
        self._open = ""

    def signed(self, work: Casework | None) -> None:
        self._work = work
        self._open = ""
        self._entries, self._cases = {}, {}
        self.changed.emit()

    def refresh(self) -> None:
        work = self._work
        if work is not None:
            self._background.run(
                lambda: (work.hall(), work.improved_cases()), self._read, self._why
            )

    def _read(self, found: tuple[Hall, dict[str, list[str]]]) -> None:
        hall, self._cases = found
        self._entries = dict(hall.improvements)
        self.changed.emit()

    @Property(list, notify=changed)
    def entries(self) -> list[dict[str, Any]]:
        newest = sorted(self._entries.items(), key=lambda entry: entry[1].day, reverse=True)
        return [self._shown(code, entry) for code, entry in newest]

    @Property(list, notify=changed)
    def departments(self) -> list[dict[str, str]]:
        spoken = self._language.current
        return [{"code": d.code, "name": d.name.say(spoken)} for d in self._catalogue.departments]

    @Property(str, notify=changed)
    def open(self) -> str:
        """The open entry; "new" for one that is being written."""
        return self._open

    @Property(str, notify=changed)
    def today(self) -> str:
        return self._work.today().isoformat() if self._work else ""

    @Slot(str)
    def choose(self, code: str) -> None:
        self._open = "" if code == self._open else code
        self.changed.emit()

    @Slot(str, dict)
    def keep(self, code: str, values: dict[str, Any]) -> None:
        """Write an entry, or write it anew."""
        work = self._work
        if work is None:
            return
        try:
            entry = _entry(work.person.login, values)
        except ValueError:
            self._tell(self._say("日期写成 2026-11-24 这样，数字只写数字。"))
            return
        wanted = code if code in self._entries else secrets.token_hex(6)

        def done(hall: Hall) -> None:
            self._open = ""
            self._tell(self._say("台账记下了。"))
            self._entries = dict(hall.improvements)
            self.changed.emit()

        self._background.run(lambda: work.improve(wanted, entry), done, self._why)

    def _shown(self, code: str, entry: Improved) -> dict[str, Any]:
        names = {d.code: d.name.say(self._language.current) for d in self._catalogue.departments}
        spared = (
            ("服务 %1 人", entry.people),
            ("服务 %1 家企业", entry.enterprises),
            ("少跑 %1 公里", entry.km),
            ("省下 %1 天", entry.days),
        )
        return {
            "id": code,
            "title": entry.title,
            "date": entry.day,
            "day": spoken_day(date.fromisoformat(entry.day), self._language.current),
            "department": entry.department,
            "lead": names.get(entry.department, entry.department),
            "measures": list(entry.measures),
            "spared": [self._say(text, count) for text, count in spared if count],
            "people": entry.people,
            "enterprises": entry.enterprises,
            "km": entry.km,
            "days": entry.days,
            "story": entry.story,
            "published": entry.published,
            "cases": self._cases.get(code, []),
        }

    def _say(self, text: str, *args: object) -> str:
        return say(text, self._language.current, *args)


def _entry(by: str, values: dict[str, Any]) -> Improved:
    """Raises ValueError for what is no date or no number."""

    def number(name: str) -> int:
        written = str(values.get(name, "")).strip()
        return int(written) if written else 0

    return Improved(
        by,
        str(values["title"]).strip(),
        date.fromisoformat(str(values["day"]).strip()).isoformat(),
        str(values["department"]),
        tuple(line.strip() for line in str(values["measures"]).splitlines() if line.strip()),
        number("people"),
        number("enterprises"),
        number("km"),
        number("days"),
        str(values["story"]).strip(),
        bool(values["published"]),
    )
