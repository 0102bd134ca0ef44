"""A look at the numbers as plain lists and words, in one language, for whatever draws them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.tally import Count
from db.terms import Axis
from kiosk.numbers import WEEKDAYS, Look
from kiosk.period import Length, monday_of, say_day
from kiosk.words import say

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
    "replied": "received",
    "in_time": "replied",
    "satisfied": "judged",
    "again": "received",
    "no": "replied",
}
_BEFORE = {
    Length.WEEK: "上周 %1",
    Length.MONTH: "上月 %1",
    Length.QUARTER: "上季 %1",
    Length.YEAR: "去年 %1",
}
#: So many bars are shown before somebody asks for the rest.
MOST = 10
#: Rushes on one line.
_RUSHES = 2

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Charts:
    """What there is to draw; `name` says what a code of an axis is called."""

    look: Look
    name: Callable[[Axis, str, str], str]
    language: str

    def figures(self) -> list[Shown]:
        """A number, what it is, its share or what was before."""
        return [self._figure(key) for key in FIGURES]

    def _figure(self, key: str) -> Shown:
        totals = self.look.totals
        number = getattr(totals, key)
        if key == "received":
            note = self._say(_BEFORE[self.look.period.length], self.look.before.received)
        else:
            whole = getattr(totals, _SHARE_OF[key])
            note = share(number, whole)
            if key == "satisfied":
                note = self._say("%1，%2 人评", note, whole)
        return {"key": key, "name": self._say(FIGURES[key]), "number": number, "note": note}

    def bars(self, every: bool) -> list[Shown]:
        """One bar for each code of what is grouped by: the first few, or every one."""
        found = self.look.bars if every else self.look.bars[:MOST]
        return [
            {
                "code": bar.code,
                "name": self.name(self.look.axis, bar.code, self.language),
                "received": bar.count.received,
                "replied": bar.count.replied,
                "before": bar.before,
                "note": self._note(bar.count),
                "chosen": bar.code == self.look.code,
            }
            for bar in found
        ]

    def _note(self, count: Count) -> str:
        """What else there is to say of a bar, in few words."""
        told = []
        if count.judged:
            told.append(self._say("满意 %1", share(count.satisfied, count.judged)))
        if count.again:
            told.append(self._say("重办 %1", count.again))
        if count.no:
            told.append(self._say("说NO %1", count.no))
        return " · ".join(told)

    def longest(self) -> int:
        """The largest number among the bars, those before included."""
        return max((max(bar.count.received, bar.before) for bar in self.look.bars), default=0)

    def without(self) -> str:
        """How many cases have no bar here; empty for none."""
        count = self.look.without.received
        name = self.name(self.look.axis, "", self.language)
        return self._say("另有 %1 件%2", count, name) if count else ""

    def focused(self) -> tuple[str, int]:
        """The bar whose weeks are shown, and how many cases it has; an empty name for all."""
        code = self.look.code
        if code is None:
            return "", 0
        count = next((b.count.received for b in self.look.bars if b.code == code), 0)
        return self.name(self.look.axis, code, self.language), count

    def weeks(self) -> list[Shown]:
        """The columns of the trend, the newest last."""
        return [
            {
                "monday": week.monday.isoformat(),
                "label": f"{week.monday.month}/{week.monday.day}",
                "received": week.count.received,
                "replied": week.count.replied,
                "peak": week.peak is not None,
                "running": week.running,
            }
            for week in self.look.weeks
        ]

    def peak_words(self) -> str:
        """What the marks mean, with the newest peak as an example."""
        marked = [(week.monday, week.peak) for week in self.look.weeks if week.peak is not None]
        if not marked:
            return self._say("没有哪一周特别多。比前八周的平常数多出很多的一周会标上 ▲。")
        monday, peak = marked[-1]
        return self._say(
            "▲ %1起的一周 %2 件：前八周平常 %3 件，超过 %4 件就标出来。",
            say_day(monday, self.language),
            peak.count,
            peak.usual,
            peak.limit,
        )

    def rushes(self, today: date) -> list[Shown]:
        """What stands out now, before it is a habit."""
        found = []
        for place, rush in enumerate(self.look.rushes[:_RUSHES]):
            sentence = (
                "▲ %1：这周已经 %2 件，平常 %3 件"
                if rush.monday == monday_of(today)
                else "▲ %1：上周 %2 件，平常 %3 件"
            )
            name = self.name(rush.axis, rush.code, self.language)
            text = self._say(sentence, name, rush.peak.count, rush.peak.usual)
            found.append({"place": place, "text": text})
        return found

    def heat(self) -> Shown:
        """Weekdays down, hours across; empty for whoever may not know the hour."""
        heat = self.look.heat
        if heat is None:
            return {}
        return {
            "hours": [str(hour) for hour in heat.hours],
            "rows": [
                {
                    "day": day,
                    "name": self.weekday(day),
                    "cells": [heat.counts.get((day, hour), 0) for hour in heat.hours],
                }
                for day in heat.days
            ],
            "most": heat.most,
        }

    def weekday(self, day: int) -> str:
        """What the first to seventh day of a week is called."""
        return self._say(f"周{WEEKDAYS[day - 1]}")

    def pulse(self) -> str:
        """How much is said on a service day, or how long nothing has been."""
        pulse = self.look.pulse
        if pulse.alarm:
            return self._say("已经 %1 个工作日没有人来说，看看机器是否亮着", pulse.quiet)
        return self._say("平均每个工作日 %1 件", f"{pulse.a_day:.1f}")

    def _say(self, text: str, *args: object) -> str:
        return say(text, self.language, *args)


def share(part: int, whole: int) -> str:
    """A percentage; a dash where there is nothing to take it of."""
    return f"{round(100 * part / whole)}%" if whole else "–"
