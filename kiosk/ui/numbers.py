"""The page of numbers as QML sees it: a period, a way to group, charts as plain lists, the cases
behind each number, files to take along."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.period import LENGTH_WORDS, Length, Period, monday_of, period_of, say_day
from kiosk.ui.background import Runner
from kiosk.ui.language import Language
from kiosk.ui.pages import DeskPage
from kiosk.words import say

if TYPE_CHECKING:
    from db.tallies import Chosen
    from db.tally import Count
    from kiosk.casework import Casework
    from kiosk.numbers import Dashboard, Look
    from kiosk.reports import Reports
    from kiosk.weekly import Weekly

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: What the figures on top are called, in their order.
FIGURES = {
    "received": "收到",
    "replied": "已回复",
    "in_time": "按时回复",
    "satisfied": "觉得满意",
    "again": "重办",
    "no": "说NO",
}
#: What a figure is a share of.
_SHARE_OF = {
    "replied": "received", "in_time": "replied", "satisfied": "judged", "again": "received",
    "no": "replied",
}  # fmt: skip
_BEFORE = {
    Length.WEEK: "上周 %1",
    Length.MONTH: "上月 %1",
    Length.QUARTER: "上季 %1",
    Length.YEAR: "去年 %1",
}
#: So many bars are shown before somebody asks for the rest.
MOST = 10
#: So many cases are opened from one number.
OPENED = 200
#: Rushes on one line.
_RUSHES = 2


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
        draw: "Callable[[Weekly], bytes] | None" = None,
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
        self._said = ""
        self._busy = False

    # --- who looks ----------------------------------------------------------------------------

    def signed(self, casework: "Casework | None") -> None:
        """Somebody signed in, or nobody is there any more."""
        self._turn += 1
        self._dashboard = casework.dashboard() if casework is not None else None
        self._reports = casework.reports() if casework is not None else None
        self._department = ""
        self._clear()
        if casework is not None and self._dashboard is not None:
            from db.terms import Role

            person = casework.person
            self._department = person.department if person.role is Role.HEAD else ""
            self._axis = self._dashboard.choices[0].value
        self.changed.emit()

    @Slot()
    def refresh(self) -> None:
        """Read the numbers anew: the page is shown, or the record has changed."""
        if self._dashboard is None:
            return
        from db.terms import Axis

        self._turn += 1
        turn, dashboard = self._turn, self._dashboard
        period, axis, code = self._period, Axis(self._axis), self._code
        self._busy = True
        self._background.run(
            lambda: dashboard.look(period, axis, code),
            lambda look: self._seen(turn, look),
            lambda trouble: self._failed(turn, trouble),
        )
        self.changed.emit()

    def _seen(self, turn: int, look: "Look") -> None:
        if turn == self._turn:
            self._look, self._busy = look, False
            self.changed.emit()

    def _failed(self, turn: int, trouble: Exception) -> None:
        from db.engine import StoreTrouble
        from db.hall import NotHis

        if not isinstance(trouble, StoreTrouble | OSError | NotHis):
            raise trouble
        if turn == self._turn:
            self._busy = False
            if self._look is not None:
                # What stands on the page is still what was looked at before.
                self._period, self._axis = self._look.period, self._look.axis.value
                self._code = self._look.code
            sentence = "现在打不开，请过一会儿再试"
            self._say(str(trouble) if isinstance(trouble, NotHis) else sentence)

    def _say(self, text: str, *args: object) -> None:
        self._said = say(text, self._language.current, *args)
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
        self._said = ""
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
        return self._said

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
        from kiosk.numbers import AXIS_WORDS

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
        """The figures on top: a number, what it is, its share or what was before."""
        if self._look is None:
            return []
        return [self._figure(key, self._look.totals) for key in FIGURES]

    def _figure(self, key: str, totals: "Count") -> dict[str, Any]:
        assert self._look is not None
        language = self._language.current
        number = getattr(totals, key)
        if key == "received":
            length = self._look.period.length
            note = say(_BEFORE[length], language, self._look.before.received)
        else:
            whole = getattr(totals, _SHARE_OF[key])
            note = share(number, whole)
            if key == "satisfied":
                note = say("%1，%2 人评", language, note, whole)
        return {
            "key": key,
            "name": say(FIGURES[key], language),
            "number": number,
            "note": note,
        }

    @Property(list, notify=changed)
    def bars(self) -> list[dict[str, Any]]:
        """One bar for each code of what is grouped by."""
        if self._look is None or self._dashboard is None:
            return []
        found = self._look.bars if self._all else self._look.bars[:MOST]
        axis, language = self._look.axis, self._language.current
        return [
            {
                "code": bar.code,
                "name": self._dashboard.name(axis, bar.code, language),
                "received": bar.count.received,
                "replied": bar.count.replied,
                "before": bar.before,
                "note": self._bar_note(bar.count),
                "chosen": bar.code == self._code,
            }
            for bar in found
        ]

    def _bar_note(self, count: "Count") -> str:
        """What else there is to say of a bar, in few words."""
        language, told = self._language.current, []
        if count.judged:
            told.append(say("满意 %1", language, share(count.satisfied, count.judged)))
        if count.again:
            told.append(say("重办 %1", language, count.again))
        if count.no:
            told.append(say("说NO %1", language, count.no))
        return " · ".join(told)

    @Property(int, notify=changed)
    def longest(self) -> int:
        """The largest number among the bars, those before included."""
        bars = self._look.bars if self._look else ()
        return max((max(bar.count.received, bar.before) for bar in bars), default=0)

    @Property(str, notify=changed)
    def without(self) -> str:
        """How many cases have no bar here."""
        look = self._look
        if look is None or self._dashboard is None or not look.without.received:
            return ""
        language = self._language.current
        name = self._dashboard.name(look.axis, "", language)
        return say("另有 %1 件%2", language, look.without.received, name)

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
        return self._focused()

    def _focused(self) -> str:
        if self._code is None or self._dashboard is None or self._look is None:
            return ""
        return self._dashboard.name(self._look.axis, self._code, self._language.current)

    @Property(int, notify=changed)
    def focusedCount(self) -> int:
        bars = self._look.bars if self._look else ()
        return next((b.count.received for b in bars if b.code == self._code), 0)

    @Property(list, notify=changed)
    def weeks(self) -> list[dict[str, Any]]:
        """The columns of the trend, the newest last."""
        if self._look is None:
            return []
        return [
            {
                "monday": week.monday.isoformat(),
                "label": f"{week.monday.month}/{week.monday.day}",
                "received": week.count.received,
                "replied": week.count.replied,
                "peak": week.peak is not None,
                "running": week.running,
            }
            for week in self._look.weeks
        ]

    @Property(int, notify=changed)
    def usual(self) -> int:
        """What an ordinary week has."""
        return self._look.usual if self._look else 0

    @Property(str, notify=changed)
    def peakWords(self) -> str:
        """What the marks mean, with the newest peak as an example."""
        marked = [week for week in self._look.weeks if week.peak] if self._look else []
        language = self._language.current
        if not marked:
            return say("没有哪一周特别多。比前八周的平常数多出很多的一周会标上 ▲。", language)
        peak = marked[-1].peak
        assert peak is not None
        return say(
            "▲ %1起的一周 %2 件：前八周平常 %3 件，超过 %4 件就标出来。",
            language,
            say_day(marked[-1].monday, language),
            peak.count,
            peak.usual,
            peak.limit,
        )

    @Property(list, notify=changed)
    def rushes(self) -> list[dict[str, Any]]:
        """What stands out now, before it is a habit."""
        if self._look is None or self._dashboard is None:
            return []
        language = self._language.current
        found = []
        for place, rush in enumerate(self._look.rushes[:_RUSHES]):
            running = rush.monday == monday_of(self._now().date())
            sentence = (
                "▲ %1：这周已经 %2 件，平常 %3 件" if running else "▲ %1：上周 %2 件，平常 %3 件"
            )
            name = self._dashboard.name(rush.axis, rush.code, language)
            text = say(sentence, language, name, rush.peak.count, rush.peak.usual)
            found.append({"place": place, "text": text})
        return found

    @Property(dict, notify=changed)
    def heat(self) -> dict[str, Any]:
        """Weekdays down, hours across; empty for whoever may not know the hour."""
        heat = self._look.heat if self._look else None
        if heat is None:
            return {}
        from kiosk.numbers import WEEKDAYS

        names = [say(f"周{WEEKDAYS[day - 1]}", self._language.current) for day in heat.days]
        return {
            "hours": [str(hour) for hour in heat.hours],
            "rows": [
                {
                    "day": day,
                    "name": name,
                    "cells": [heat.counts.get((day, hour), 0) for hour in heat.hours],
                }
                for day, name in zip(heat.days, names, strict=True)
            ],
            "most": heat.most,
        }

    @Property(str, notify=changed)
    def pulse(self) -> str:
        """How much is said on a service day, or how long nothing has been."""
        if self._look is None:
            return ""
        language, pulse = self._language.current, self._look.pulse
        if pulse.alarm:
            return say("已经 %1 个工作日没有人来说，看看机器是否亮着", language, pulse.quiet)
        return say("平均每个工作日 %1 件", language, f"{pulse.a_day:.1f}")

    @Property(bool, notify=changed)
    def alarm(self) -> bool:
        return self._look is not None and self._look.pulse.alarm

    # --- the cases behind a number ------------------------------------------------------------

    @Slot(str)
    def openTotal(self, number: str) -> None:
        """The cases behind one of the figures on top."""
        self._open("all", "", number, say(FIGURES[number], self._language.current))

    @Slot()
    def openFocused(self) -> None:
        """The cases behind the bar whose weeks are shown."""
        if self._code is not None:
            self._open(self._axis, self._code, "received", self._focused())

    @Slot(str)
    def openWeek(self, monday: str) -> None:
        """The cases of one column of the trend."""
        week = period_of(Length.WEEK, date.fromisoformat(monday))
        axis = "all" if self._code is None else self._axis
        self._open(axis, self._code or "", "received", self._focused(), week)

    @Slot(int, str)
    def openHour(self, day: int, hour: str) -> None:
        """The cases of one field of the hours."""
        code = f"{day}-{int(hour):02}"
        from kiosk.numbers import WEEKDAYS

        name = say(f"周{WEEKDAYS[day - 1]}", self._language.current)
        self._open("hour", code, "received", f"{name} {hour}:00")

    @Slot(int)
    def openRush(self, place: int) -> None:
        if self._look is not None and self._dashboard is not None:
            rush = self._look.rushes[place]
            name = self._dashboard.name(rush.axis, rush.code, self._language.current)
            week = period_of(Length.WEEK, rush.monday)
            self._open(rush.axis.value, rush.code, "received", name, week)

    def _open(
        self, axis: str, code: str, number: str, name: str, period: Period | None = None
    ) -> None:
        if self._dashboard is None or self._look is None:
            return
        dashboard, period = self._dashboard, period or self._look.period
        chosen = _chosen(period, axis, code, number)
        title = " · ".join(part for part in (period.say(self._language.current), name) if part)
        turn = self._turn

        def found(ids: list[str]) -> None:
            if self._dashboard is dashboard:
                self.opened.emit(ids[:OPENED], title)

        self._background.run(
            lambda: dashboard.behind(chosen), found, lambda trouble: self._failed(turn, trouble)
        )

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
        chosen = _chosen(self._period, "all", "", "received")

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
        turn, reports = self._turn, self._reports
        self._background.run(
            work,
            lambda made: done(made) if self._reports is reports else None,
            lambda trouble: self._failed(turn, trouble),
        )

    def _stamp(self) -> str:
        """Tells two files of one period apart."""
        return f"{self._now():%m%d%H%M%S}"


def share(part: int, whole: int) -> str:
    """A percentage; a dash where there is nothing to take it of."""
    return f"{round(100 * part / whole)}%" if whole else "–"


def _chosen(period: Period, axis: str, code: str, number: str) -> "Chosen":
    from db.tallies import Chosen
    from db.terms import Axis

    return Chosen(period.first, period.last, Axis(axis), code, number)
