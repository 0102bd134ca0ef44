"""The roster page: who is at the window each half day, who leads each day, what is not covered."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from db.hall import AT_WINDOW, Hall
from db.terms import Duty, Role
from kiosk.casework import Casework
from kiosk.hall_days import Half
from kiosk.roster import NOBODY, Roster, Shift
from kiosk.roster_rules import HALF_WORDS, RosterRules, Weekly
from kiosk.told import WEEK_DAYS
from kiosk.ui.background import Runner
from kiosk.ui.language import Language
from kiosk.ui.pages import DeskPage
from kiosk.words import say
from kiosk.workdays import spoken_day

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: Service days that are shown, and calendar days that one week is repeated over.
SHOWN = 10
REPEATED = 28
PLANNERS = (Role.COORDINATOR, Role.ADMINISTRATOR)


@QmlElement
class Rota(DeskPage):
    """The next ten service days; a place is filled, swapped or cleared one at a time."""

    changed = Signal()
    done = Signal()

    def __init__(
        self,
        background: Runner,
        language: Language,
        tell: Callable[[str], None],
        why: Callable[[Exception], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._background = background
        self._language = language
        self._tell = tell
        self._why = why
        self._work: Casework | None = None
        self._hall = Hall()
        self._roster: Roster = NOBODY
        self._first = date.min

    def signed(self, work: Casework | None) -> None:
        self._work = work
        self._first = work.today() if work else date.min
        self._roster = NOBODY
        self.changed.emit()

    def refresh(self) -> None:
        work, first = self._work, self._first
        if work is not None:
            days = self._days()
            self._background.run(
                lambda: (work.hall(), work.roster(first, days[-1])), self._read, self._why
            )

    def _read(self, found: tuple[Hall, Roster]) -> None:
        self._hall, self._roster = found
        self.changed.emit()

    # --- what is shown ------------------------------------------------------------------------

    @Property(bool, notify=changed)
    def plans(self) -> bool:
        """Whether this person may change the roster."""
        return self._work is not None and self._work.person.role in PLANNERS

    @Property(list, notify=changed)
    def days(self) -> list[dict[str, Any]]:
        work = self._work
        if work is None:
            return []
        today = work.today()
        return [
            {
                "day": day.isoformat(),
                "name": spoken_day(day, self._language.current),
                "today": day == today,
                "places": [self._place(day, half, duty) for half, duty in _PLACES],
            }
            for day in self._days()
        ]

    @Property(list, notify=changed)
    def warnings(self) -> list[str]:
        """What is not covered today and on the next service days."""
        work = self._work
        if work is None:
            return []
        rules = RosterRules.of(self._hall, work.workdays, work.window_roles)
        return [
            self._say(
                "%1没有带班领导" if gap.half is None else "%1窗口没有人值守",
                spoken_day(gap.day, self._language.current)
                + (self._say(HALF_WORDS[gap.half]) if gap.half else ""),
            )
            for gap in rules.uncovered(self._roster, work.today())
        ]

    @Property(list, notify=changed)
    def swaps(self) -> list[str]:
        """The newest changes of what was planned, with their reasons."""
        return [
            " · ".join(
                part
                for part in (self._when(s.day), s.post or self._say("空着"), s.reason, s.by)
                if part
            )
            for s in self._hall.swaps()[:6]
        ]

    @Slot(str, result=list)
    def people(self, duty: str) -> list[dict[str, str]]:
        """Who may serve there."""
        wanted = Duty(duty)
        at_window = self._work.window_roles if self._work else AT_WINDOW
        return [
            {"code": p.login, "name": f"{p.post} · {p.login}"}
            for p in self._hall.people
            if (p.leads if wanted is Duty.LEADER else p.role in at_window)
        ]

    def _place(self, day: date, half: Half, duty: Duty) -> dict[str, Any]:
        assert self._work is not None
        shift = (
            self._roster.leader(day, half)
            if duty is Duty.LEADER
            else self._roster.on(day, half, duty)
        )
        return {
            "half": half.value,
            "duty": duty.value,
            "open": half in self._work.workdays.halves(day),
            "login": shift.login if shift else "",
            "post": shift.post if shift else "",
        }

    def _days(self) -> list[date]:
        assert self._work is not None
        workdays = self._work.workdays
        before = self._first - timedelta(days=1)
        return workdays.following(before, SHOWN)

    def _when(self, day: str) -> str:
        if len(day) == 1:
            return self._say("每%1", self._say(WEEK_DAYS[int(day) - 1]))
        return spoken_day(date.fromisoformat(day), self._language.current)

    def _say(self, text: str, *args: object) -> str:
        return say(text, self._language.current, *args)

    # --- deeds --------------------------------------------------------------------------------

    @Slot(int)
    def turn(self, weeks: int) -> None:
        """Later or earlier days; not before today."""
        if self._work is None:
            return
        self._first = max(self._work.today(), self._first + timedelta(weeks=weeks))
        self.refresh()
        self.changed.emit()

    @Slot(str, str, str, str, str)
    def place(self, day: str, half: str, duty: str, login: str, reason: str) -> None:
        """Put somebody there; nobody with an empty login. A leader leads both halves."""
        work = self._work
        if work is None:
            return
        when, wanted = date.fromisoformat(day), Duty(duty)
        halves = work.workdays.halves(when) if wanted is Duty.LEADER else (Half(half),)
        person = self._hall.person(login)
        there = [s for s in self._roster.shifts if not (s.day == when and s.duty is wanted
                 and s.half in halves)]  # fmt: skip
        if person is not None:
            there += [Shift(when, h, wanted, login, person.post) for h in halves]
        after = Roster(tuple(sorted(there, key=lambda s: s.place)))
        self._keep(after, reason.strip(), self._say("值班表改好了。"))

    @Slot()
    def repeat(self) -> None:
        """The shown week's pattern over the four weeks after it, where nothing stands yet."""
        work = self._work
        if work is None:
            return
        days = self._days()[:5]
        pattern = [
            Weekly(s.day.weekday(), s.half, s.duty, s.login, s.post)
            for s in self._roster.shifts
            if s.day in days
        ]
        last = days[-1] + timedelta(days=REPEATED)

        def planned() -> Hall:
            there = work.roster(days[-1] + timedelta(days=1), last)
            rules = RosterRules.of(work.hall(), work.workdays, work.window_roles)
            added = rules.spread(pattern, days[-1] + timedelta(days=1), last, there)
            after = Roster(tuple(sorted((*there.shifts, *added), key=lambda s: s.place)))
            return work.plan(there, after, "")

        self._background.run(planned, self._planned(self._say("后面四周排好了。")), self._why)

    def _keep(self, after: Roster, reason: str, said: str) -> None:
        work, before = self._work, self._roster
        assert work is not None
        self._background.run(
            lambda: work.plan(before, after, reason), self._planned(said), self._why
        )

    def _planned(self, said: str) -> Callable[[Hall], None]:
        def done(_: Hall) -> None:
            self.done.emit()
            self._tell(said)
            self.refresh()

        return done


_PLACES = (
    (Half.MORNING, Duty.WINDOW),
    (Half.AFTERNOON, Duty.WINDOW),
    (Half.MORNING, Duty.LEADER),
)
