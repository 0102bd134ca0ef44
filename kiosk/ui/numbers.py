"""The page of numbers as QML sees it: a period, a way to group, charts as plain lists, the cases
behind each number, files to take along."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from db.engine import StoreTrouble
from db.hall import NotHis
from db.tallies import Chosen
from db.terms import Axis, Role
from kiosk.casework import Casework
from kiosk.charts import FIGURES, MOST, Charts
from kiosk.numbers import AXIS_WORDS, Dashboard, Look
from kiosk.period import LENGTH_WORDS, Length, Period, period_of
from kiosk.reports import Reports
from kiosk.ui.background import Runner
from kiosk.ui.language import Language
from kiosk.ui.pages import DeskPage
from kiosk.weekly import Weekly
from kiosk.words import say

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: So many cases are opened from one number.
OPENED = 200


@QmlElement
class Numbers(DeskPage):
    """One person's numbers. Everything is read in the background; the page never waits."""

    changed = Signal()
    #: The cases behind a number, by name, and what they are.
    opened = Signal(list, str)

    def __init__(
        self,
        background: Runner,
        language: Language,
        folder: Path,
        *,
        draw: Callable[[Weekly], bytes] | None = None,
        scheme: str = "national",
        now: Callable[[], datetime] = datetime.now,
        parent: QObject | None = None,
    ) -> None:
        """Files go to `folder`; `draw` makes a PDF of a weekly digest; ratings go out by `scheme`
        (kiosk/export_national.py)."""
        super().__init__(parent)
        self._background = background
        self._language = language
        self._folder = folder
        self._draw = draw
        self._scheme = scheme
        self._now = now
        self._dashboard: Dashboard | None = None
        self._reports: Reports | None = None
        self._department = ""
        self._turn = 0
        self._clear()

    def _clear(self) -> None:
        self._period: Period = period_of(Length.WEEK, self._now().date())
        self._axis = ""
        self._code: str | None = None
        self._look: Look | None = None
        self._all = False
        #: A sentence and what fills it in, for whichever language is spoken.
        self._said: tuple[Any, ...] = ("",)
        self._busy = False

    # --- who looks ----------------------------------------------------------------------------

    def signed(self, casework: Casework | None) -> None:
        """Somebody signed in, or nobody is there any more."""
        self._turn += 1
        self._dashboard = casework.dashboard() if casework is not None else None
        self._reports = casework.reports() if casework is not None else None
        self._department = ""
        self._clear()
        if casework is not None and self._dashboard is not None:
            person = casework.person
            self._department = person.department if person.role is Role.HEAD else ""
            self._axis = self._dashboard.choices[0].value
        self.changed.emit()

    @Slot()
    def refresh(self) -> None:
        """Read the numbers anew: the page is shown, or the record has changed."""
        if self._dashboard is None:
            return
        self._turn += 1
        turn, dashboard = self._turn, self._dashboard
        period, axis, code = self._period, Axis(self._axis), self._code
        self._busy = True
        self._background.run(
            lambda: dashboard.look(period, axis, code),
            lambda look: self._seen(turn, look),
            lambda trouble: self._unseen(turn, trouble),
        )
        self.changed.emit()

    def _seen(self, turn: int, look: Look) -> None:
        if turn == self._turn:
            self._look, self._busy = look, False
            self.changed.emit()

    def _unseen(self, turn: int, trouble: Exception) -> None:
        if turn != self._turn:
            return
        self._busy = False
        if self._look is not None:
            # What stands on the page is still what was looked at before.
            self._period, self._axis = self._look.period, self._look.axis.value
            self._code = self._look.code
        self._failed(trouble)

    def _failed(self, trouble: Exception) -> None:
        """The world's trouble in one line; our own stays loud."""
        if not isinstance(trouble, StoreTrouble | OSError | NotHis):
            raise trouble
        sentence = "现在打不开，请过一会儿再试"
        self._say(str(trouble) if isinstance(trouble, NotHis) else sentence)

    def _say(self, text: str, *args: object) -> None:
        self._said = (text, *args)
        self.changed.emit()

    # --- what is chosen -----------------------------------------------------------------------

    @Slot(str)
    def choose(self, length: str) -> None:
        """This week, month, quarter or year."""
        self._go(period_of(Length(length), self._now().date()))

    @Slot()
    def earlier(self) -> None:
        self._go(self._period.before)

    @Slot()
    def later(self) -> None:
        if self.hasLater:
            self._go(self._period.after)

    def _go(self, period: Period) -> None:
        self._period = period
        self._said = ("",)
        self.refresh()

    @Slot(str)
    def group(self, axis: str) -> None:
        self._axis, self._code, self._all = axis, None, False
        self.refresh()

    @Slot(str)
    def focus(self, code: str) -> None:
        """Show the weeks of one bar alone; once more shows all again."""
        self._code = None if code == self._code else code
        self.refresh()

    @Slot()
    def unfocus(self) -> None:
        """Show the weeks of all again."""
        self._code = None
        self.refresh()

    @Slot()
    def showAll(self) -> None:
        """Every bar, or the longest alone again."""
        self._all = not self._all
        self.changed.emit()

    # --- what is shown ------------------------------------------------------------------------

    @Property(bool, notify=changed)
    def available(self) -> bool:
        """Whether this person has numbers at all."""
        return self._dashboard is not None

    @Property(bool, notify=changed)
    def busy(self) -> bool:
        return self._busy

    @Property(bool, notify=changed)
    def known(self) -> bool:
        """Whether numbers have come yet."""
        return self._look is not None

    @Property(bool, notify=changed)
    def empty(self) -> bool:
        """Whether nobody said anything in this period."""
        return self._look is not None and self._look.totals.received == 0

    @Property(str, notify=changed)
    def said(self) -> str:
        text, *args = self._said
        return say(text, self._language.current, *args)

    @Property(list, notify=changed)
    def lengths(self) -> list[dict[str, Any]]:
        return [
            {
                "code": length.value,
                "name": say(LENGTH_WORDS[length], self._language.current),
                "chosen": length is self._period.length,
            }
            for length in Length
        ]

    @Property(str, notify=changed)
    def periodName(self) -> str:
        return self._period.say(self._language.current)

    @Property(bool, notify=changed)
    def hasLater(self) -> bool:
        return self._period.last < self._now().date()

    @Property(list, notify=changed)
    def groupings(self) -> list[dict[str, Any]]:

        choices = self._dashboard.choices if self._dashboard else ()
        return [
            {
                "code": axis.value,
                "name": say(AXIS_WORDS[axis], self._language.current),
                "chosen": axis == self._axis,
            }
            for axis in choices
        ]

    @Property(list, notify=changed)
    def totals(self) -> list[dict[str, Any]]:
        """The figures on top."""
        return self._charts.figures() if self._charts else []

    @Property(list, notify=changed)
    def bars(self) -> list[dict[str, Any]]:
        """One bar for each code of what is grouped by."""
        return self._charts.bars(self._all) if self._charts else []

    @Property(int, notify=changed)
    def longest(self) -> int:
        """The largest number among the bars, those before included."""
        return self._charts.longest() if self._charts else 0

    @Property(str, notify=changed)
    def without(self) -> str:
        """How many cases have no bar here."""
        return self._charts.without() if self._charts else ""

    @Property(int, notify=changed)
    def moreBars(self) -> int:
        """How many bars are not shown."""
        return 0 if self._look is None or self._all else max(0, len(self._look.bars) - MOST)

    @Property(bool, notify=changed)
    def allBars(self) -> bool:
        return self._all and self._look is not None and len(self._look.bars) > MOST

    @Property(str, notify=changed)
    def focused(self) -> str:
        """The name of the bar whose weeks are shown; empty for all."""
        return self._charts.focused()[0] if self._charts else ""

    @Property(int, notify=changed)
    def focusedCount(self) -> int:
        return self._charts.focused()[1] if self._charts else 0

    @Property(list, notify=changed)
    def weeks(self) -> list[dict[str, Any]]:
        """The columns of the trend, the newest last."""
        return self._charts.weeks() if self._charts else []

    @Property(int, notify=changed)
    def usual(self) -> int:
        """What an ordinary week has."""
        return self._look.usual if self._look else 0

    @Property(str, notify=changed)
    def peakWords(self) -> str:
        """What the marks of the trend mean."""
        return self._charts.peak_words() if self._charts else ""

    @Property(list, notify=changed)
    def rushes(self) -> list[dict[str, Any]]:
        """What stands out now, before it is a habit."""
        return self._charts.rushes(self._now().date()) if self._charts else []

    @Property(dict, notify=changed)
    def heat(self) -> dict[str, Any]:
        """Weekdays down, hours across; empty for whoever may not know the hour."""
        return self._charts.heat() if self._charts else {}

    @Property(str, notify=changed)
    def pulse(self) -> str:
        """How much is said on a service day, or how long nothing has been."""
        return self._charts.pulse() if self._charts else ""

    @Property(bool, notify=changed)
    def alarm(self) -> bool:
        return self._look is not None and self._look.pulse.alarm

    @property
    def _charts(self) -> Charts | None:
        """What there is to draw, in the language of the moment."""
        if self._look is None or self._dashboard is None:
            return None
        return Charts(self._look, self._dashboard.name, self._language.current)

    # --- the cases behind a number ------------------------------------------------------------

    @Slot(str)
    def openTotal(self, number: str) -> None:
        """The cases behind one of the figures on top."""
        name = say(FIGURES[number], self._language.current)
        self._open(Axis.ALL, "", name, number=number)

    @Slot()
    def openFocused(self) -> None:
        """The cases behind the bar whose weeks are shown."""
        if self._look is not None and self._look.code is not None:
            self._open(self._look.axis, self._look.code, self._focused())

    @Slot(str)
    def openWeek(self, monday: str) -> None:
        """The cases of one column of the trend."""
        if self._look is None:
            return
        code, week = self._look.code, period_of(Length.WEEK, date.fromisoformat(monday))
        axis = Axis.ALL if code is None else self._look.axis
        self._open(axis, code or "", self._focused(), period=week)

    @Slot(int, str)
    def openHour(self, day: int, hour: str) -> None:
        """The cases of one field of the hours."""
        if self._charts is not None:
            name = f"{self._charts.weekday(day)} {hour}:00"
            self._open(Axis.HOUR, f"{day}-{int(hour):02}", name)

    @Slot(int)
    def openRush(self, place: int) -> None:
        if self._look is not None and self._dashboard is not None:
            rush = self._look.rushes[place]
            name = self._dashboard.name(rush.axis, rush.code, self._language.current)
            self._open(rush.axis, rush.code, name, period=period_of(Length.WEEK, rush.monday))

    def _focused(self) -> str:
        return self._charts.focused()[0] if self._charts else ""

    def _open(
        self,
        axis: Axis,
        code: str,
        name: str,
        *,
        number: str = "received",
        period: Period | None = None,
    ) -> None:
        if self._dashboard is None or self._look is None:
            return
        dashboard, period = self._dashboard, period or self._look.period
        chosen = Chosen(period.first, period.last, axis, code, number)
        title = " · ".join(part for part in (period.say(self._language.current), name) if part)
        self._background.run(
            lambda: dashboard.behind(chosen),
            lambda ids: self._here(dashboard, lambda: self.opened.emit(ids[:OPENED], title)),
            lambda trouble: self._here(dashboard, lambda: self._failed(trouble)),
        )

    def _here(self, dashboard: Dashboard | None, then: Callable[[], None]) -> None:
        """Go on if whoever asked is still the one who looks."""
        if self._dashboard is dashboard:
            then()

    # --- files --------------------------------------------------------------------------------

    @Property(bool, notify=changed)
    def mayExport(self) -> bool:
        return self._reports is not None and self._reports.may_export

    @Property(bool, notify=changed)
    def mayExportWhole(self) -> bool:
        return self._reports is not None and self._reports.may_export_whole

    @Property(bool, notify=changed)
    def mayPrint(self) -> bool:
        may = self._reports is not None and self._reports.may_export
        return may and self._draw is not None

    @Slot(str, bool)
    def export(self, kind: str, whole: bool) -> None:
        """The period's cases as xlsx or csv, without words and times unless `whole`."""
        reports, language = self._reports, self._language.current
        if reports is None:
            return
        name = f"找茬-{self._period.first}-{self._period.last}{'-含原话' if whole else ''}"
        file = self._folder / f"{name}-{self._stamp()}.{kind}"
        chosen = Chosen(self._period.first, self._period.last)

        def work() -> int:
            return reports.cases(chosen, file, whole=whole, language=language)

        self._take_out(work, lambda count: self._say("存好了：%1（%2 件）", file, count))

    @Slot()
    def exportRatings(self) -> None:
        """The period's confirmed ratings for the provincial 好差评, without words."""
        reports, period, scheme = self._reports, self._period, self._scheme
        if reports is None:
            return
        name = f"好差评-{period.first}-{period.last}-{self._stamp()}.csv"
        file = self._folder / name

        def work() -> int:
            return reports.ratings(period.first, period.last, file, scheme)

        self._take_out(work, lambda count: self._say("存好了：%1（%2 件）", file, count))

    @Slot()
    def digest(self) -> None:
        """The weekly digest of the week that is shown, or of the last whole one, as a PDF."""
        reports, draw, department = self._reports, self._draw, self._department
        if reports is None or draw is None:
            return
        language, today = self._language.current, self._now().date()
        day = min(self._period.last, today)
        if self._period.length is not Length.WEEK and day == today:
            day -= timedelta(days=7)
        week = period_of(Length.WEEK, day)
        file = self._folder / f"找茬周报-{week.first}-{self._stamp()}.pdf"

        def work() -> None:
            drawn = draw(reports.weekly(day, department, language))
            self._folder.mkdir(parents=True, exist_ok=True)
            file.write_bytes(drawn)

        self._take_out(work, lambda _: self._say("存好了：%1", file))

    def _take_out(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        dashboard = self._dashboard
        self._background.run(
            work,
            lambda made: self._here(dashboard, lambda: done(made)),
            lambda trouble: self._here(dashboard, lambda: self._failed(trouble)),
        )

    def _stamp(self) -> str:
        """Tells two files of one period apart."""
        return f"{self._now():%m%d%H%M%S}"
