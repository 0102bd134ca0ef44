"""What somebody takes along: cases as a file, ratings for the province, the weekly digest.

Each file is in the log before it is on the disk: who took out what, and how many cases.
"""

import secrets
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from db.hall import MAY_EXPORT, MAY_EXPORT_WHOLE, Person
from db.happening import Exported
from db.lists import Lists
from db.store import Store
from db.tallies import Chosen, Tallies
from kiosk.catalogue import Catalogue
from kiosk.export import Cell, Facts, rows, write, write_text
from kiosk.export_national import SCHEMES, as_csv, as_json_lines, ratings
from kiosk.weekly import BoardMonth, Press, Weekly
from kiosk.words import say
from kiosk.workdays import Workdays


class Reports:
    """What one person may take out of the record."""

    def __init__(
        self,
        person: Person,
        store: Store,
        lists: Lists,
        catalogue: Catalogue,
        workdays: Workdays,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._person = person
        self._store = store
        self._lists = lists
        self._catalogue = catalogue
        self._now = now
        self._tallies = Tallies(lists)
        self._press = Press(self._tallies, catalogue, workdays)

    @property
    def may_export(self) -> bool:
        return self._person.role in MAY_EXPORT

    @property
    def may_export_whole(self) -> bool:
        return self._person.role in MAY_EXPORT_WHOLE

    def cases(
        self, chosen: Chosen, file: Path, *, whole: bool = False, language: str = "zh"
    ) -> int:
        """Write the cases behind a number to an .xlsx or .csv: how many they were.

        Without words, exact times and tickets unless `whole`. Raises NotHis, NotWithinReach,
        StoreTrouble, OSError.
        """
        ids = self._tallies.ids(self._person, chosen)
        what = f"cases {chosen.first}..{chosen.last} {chosen.axis}:{chosen.code} {chosen.number}"
        self._log(what, len(ids), whole)
        facts = Facts(self._catalogue, language)
        table = list(rows(self._lists.whole(ids), facts, whole=whole))
        write(file, table, self._about(chosen, len(ids), whole, language))
        return len(table) - 1

    def ratings(
        self, first: date, last: date, file: Path, scheme: str = "national", *, words: bool = False
    ) -> int:
        """Write confirmed ratings for the provincial 好差评, as .csv or as JSON lines: how many.

        Raises NotHis, NotWithinReach, KeyError for an unknown scheme, StoreTrouble, OSError.
        """
        wanted = SCHEMES[scheme]
        ids = self._tallies.ids(self._person, Chosen(first, last))
        found = list(ratings(self._lists.whole(ids), self._catalogue, words=words))
        self._log(f"ratings {first}..{last} {scheme}", len(found), True)
        if file.suffix.lower() == ".csv":
            write_text(file, as_csv(found, wanted), "utf-8-sig")
        else:
            write_text(file, as_json_lines(found, wanted), "utf-8")
        return len(found)

    def weekly(self, day: date, department: str = "", language: str = "zh") -> Weekly:
        """The week of a day, of the hall or of a department. Raises NotYours."""
        return self._press.weekly(self._person, self._store.people(), day, department, language)

    def board(self, language: str = "zh") -> BoardMonth:
        """This month as everybody may read it."""
        return self._press.board(self._now().date(), language)

    def _log(self, what: str, count: int, whole: bool) -> None:
        done = Exported(self._person.login, what, count, whole)
        self._store.append_hall(f"export:{secrets.token_hex(10)}", done)

    def _about(self, chosen: Chosen, count: int, whole: bool, language: str) -> list[list[Cell]]:
        """What the file is, for whoever finds it."""
        kind = "含原话和准确时间，请勿外传" if whole else "不含原话、准确时间和取号"
        return [
            [say("大厅", language), self._catalogue.hall.name.say(language)],
            [say("日期", language), f"{chosen.first} – {chosen.last}"],
            [say("件数", language), count],
            [say("内容", language), say(kind, language)],
            [say("导出", language), f"{self._now():%Y-%m-%d %H:%M} {self._person.post}"],
        ]
