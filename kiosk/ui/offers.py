"""What a hall offers to tap, in the screen's language, with what is chosen: problems, windows,
services, ready sentences, answers, small forms."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from PySide6.QtCore import Property, QObject, Signal
from PySide6.QtQml import QmlElement

from kiosk.catalogue import Catalogue, Merit, ServiceItem, Tag
from kiosk.enclosed import INK, VOICE
from kiosk.ui.language import Language
from kiosk.visit import Visit
from kiosk.words import say
from kiosk.workdays import Workdays, spoken_day

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

#: Characters of one's own words that a card shows.
CARD = 60


@QmlElement
class Offers(QObject):
    """Reads the catalogue and the visit; changes neither."""

    changed = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        language: Language,
        visit: Callable[[], Visit],
        asked: Callable[[], str],
        letters: Callable[[], str],
        now: Callable[[], datetime],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._language = language
        self._visit = visit
        self._asked = asked
        self._letters = letters
        self._now = now
        self._workdays = Workdays()

    def days_are(self, workdays: Workdays) -> None:
        """The hall's own days; the official calendar until they are known."""
        self._workdays = workdays
        self.changed.emit()

    @Property(list, notify=changed)
    def problems(self) -> list[dict[str, Any]]:
        """Tiles: eight problems and 其他; the sealed one has a way of its own."""
        shown = [p for p in self._catalogue.problems if not p.sealed]
        return [self._tile(p.code, p.name, p.hint) for p in shown]

    @Property(list, notify=changed)
    def areas(self) -> list[dict[str, Any]]:
        found = []
        for area in self._catalogue.areas:
            tile = self._tile(area.code, area.name, None)
            tile["presets"] = [t.say(self._language.current) for t in area.presets]
            found.append(tile)
        return found

    @Property(list, notify=changed)
    def presets(self) -> list[str]:
        """The ready sentences of the areas that are chosen."""
        chosen = [a for a in self._catalogue.areas if a.code in self._visit().chosen]
        return [t.say(self._language.current) for a in chosen for t in a.presets]

    @Property(list, notify=changed)
    def troubles(self) -> list[dict[str, Any]]:
        return [self._tile(t.code, t.name, t.hint) for t in self._catalogue.troubles]

    @Property(list, notify=changed)
    def needs(self) -> list[dict[str, Any]]:
        tiles = [self._tile(n.code, n.name, n.hint) for n in self._catalogue.needs]
        for tile in tiles:
            tile["chosen"] = any(n.code == tile["code"] for n in self._visit().needs)
        return tiles

    @Property(list, notify=changed)
    def serviceWindows(self) -> list[dict[str, Any]]:
        tiles = [self._tile(w.code, w.name, w.place) for w in self._catalogue.service_windows]
        for tile in tiles:
            tile["chosen"] = tile["code"] == self._visit().service_window
        return tiles

    @Property(list, notify=changed)
    def phrases(self) -> list[str]:
        chosen = self._visit().chosen
        phrases = [p for p in self._catalogue.phrases if not p.praise]
        fits = [p for p in phrases if not p.problem or p.problem in chosen]
        return [p.text.say(self._language.current) for p in fits][:6]

    @Property(list, notify=changed)
    def praises(self) -> list[str]:
        """What may be tapped under a good face."""
        grade = self._visit().grade
        if grade is None or grade.negative:
            return []
        praises = [p for p in self._catalogue.phrases if p.praise]
        return [p.text.say(self._language.current) for p in praises]

    @Property(list, notify=changed)
    def reasons(self) -> list[dict[str, Any]]:
        """The reasons of a bad grade; a good one needs none."""
        grade = self._visit().grade
        if grade is None or not grade.negative:
            return []
        return [self._tile(r.code, r.name, None) for r in self._catalogue.reasons(grade)]

    @Property(str, notify=changed)
    def otherNames(self) -> str:
        """The chosen problems that are none of the grade's reasons."""
        visit = self._visit()
        offered = self._catalogue.reasons(visit.grade) if visit.grade else ()
        shown = {reason.code for reason in offered}
        by_reason = {one.problem for one in visit.finer if one.tag in shown}
        return self._names(c for c in visit.chosen if c not in shown | by_reason)

    @Property(bool, notify=changed)
    def hasTags(self) -> bool:
        """Whether one of the chosen problems can be told more closely."""
        return bool(self.tagged())

    @Property(bool, notify=changed)
    def moreTags(self) -> bool:
        """Whether another chosen problem comes after the one whose tags are open."""
        return bool(self.tagged_after())

    def tagged(self) -> list[str]:
        """The chosen problems that can be told more closely."""
        chosen = self._visit().chosen
        return [p.code for p in self._catalogue.problems if p.tags and p.code in chosen]

    def tagged_after(self) -> str:
        """The next of them after the one whose tags are open; empty for none."""
        order = [p.code for p in self._catalogue.problems]
        now = self._visit().tags_open
        later = order[order.index(now) + 1 :] if now else []
        return next((code for code in self.tagged() if code in later), "")

    @Property(str, notify=changed)
    def tagsOf(self) -> str:
        """The name of the problem whose tags are open; empty for what was good."""
        now = self._visit().tags_open
        return self._catalogue.problem(now).name.say(self._language.current) if now else ""

    @Property(list, notify=changed)
    def tags(self) -> list[dict[str, Any]]:
        """The page of tags: those of a problem, or what may be good for this grade."""
        visit = self._visit()
        found: tuple[Tag | Merit, ...] = ()
        if visit.tags_open:
            found = self._catalogue.problem(visit.tags_open).tags
        elif visit.grade is not None:
            found = self._catalogue.merits_of(visit.grade)
        return [self._tile(one.code, one.name, None) for one in found]

    @Property(bool, notify=changed)
    def hasMerits(self) -> bool:
        """Whether something may be tapped for what was good."""
        grade = self._visit().grade
        return grade is not None and bool(self._catalogue.merits_of(grade))

    @Property(str, notify=changed)
    def chosenNames(self) -> str:
        return self._names(self._visit().chosen)

    @Property(str, notify=changed)
    def chosenTags(self) -> str:
        return self._names(one.tag for one in self._visit().finer)

    @Property(bool, notify=changed)
    def meritsChosen(self) -> bool:
        return bool(self._visit().merits)

    def _names(self, codes: Iterable[str]) -> str:
        stop = "、" if self._language.current == "zh" else ", "
        return stop.join(self._catalogue.name_of(c, self._language.current) for c in codes)

    @Property(str, notify=changed)
    def chosenWindow(self) -> str:
        """The service window, the wait a ticket told, the 办件 of a slip; empty for none."""
        visit, language, parts = self._visit(), self._language.current, []
        if visit.service_window:
            window = self._catalogue.service_window(visit.service_window)
            parts.append(window.name.say(language))
        if visit.waited_minutes is not None:
            parts.append(say("等了 %1 分钟", language, visit.waited_minutes))
        if visit.project:
            parts.append(say("办件 %1", language, visit.project))
        return " · ".join(parts)

    @Property(str, notify=changed)
    def chosenNeeds(self) -> str:
        stop = "、" if self._language.current == "zh" else ", "
        names = (self._catalogue.need(n.code).name for n in self._visit().needs)
        return stop.join(name.say(self._language.current) for name in names)

    @Property(str, notify=changed)
    def ownWords(self) -> str:
        """On a card: one's own words, or the ways in which it was said."""
        visit, language = self._visit(), self._language.current
        there = {one.name for one in visit.enclosed}
        if not there:
            return visit.words[:CARD]
        said = (("已写", visit.words), ("已画", INK in there), ("已录音", VOICE in there))
        return " · ".join(say(word, language) for word, is_so in said if is_so)

    @Property(list, notify=changed)
    def answers(self) -> list[dict[str, str]]:
        """Service items that fit what was typed: by words, or by pinyin initials while typing."""
        wanted = self._asked().strip().lower()
        letters = self._letters().lower()
        return [
            self._guide(item)
            for item in self._catalogue.service_items
            if wanted in item.name.say(self._language.current).lower() or wanted in item.initials
            if letters in item.initials or letters in item.name.say("en").lower()
        ]

    @Property(dict, notify=changed)
    def guide(self) -> dict[str, str]:
        """The service item that was asked for: where, how, what to bring."""
        found = [i for i in self._catalogue.service_items if i.code == self._visit().service_item]
        return self._guide(found[0]) if found else {}

    def _guide(self, item: ServiceItem) -> dict[str, str]:
        language = self._language.current
        window = self._catalogue.service_window(item.service_window)
        return {
            "code": item.code,
            "name": item.name.say(language),
            "where": f"{window.name.say(language)} · {window.place.say(language)}",
            "how": item.how.say(language),
            "bring": item.bring.say(language),
        }

    @Property(dict, notify=changed)
    def form(self) -> dict[str, Any]:
        """The small form that is open: its kind, its name, what can be tapped, what was."""
        code = self._visit().need_open
        known = [n for n in self._catalogue.needs if n.code == code]
        if not known:
            return {}
        language = self._language.current
        detail = next((n.detail for n in self._visit().needs if n.code == code), "")
        choices: list[dict[str, str]] = []
        if known[0].form == "half_day":
            for day in self._workdays.following(self._now().date(), 4):
                name = spoken_day(day, language)
                for half, hint in (("am", say("上午", language)), ("pm", say("下午", language))):
                    choices.append({"code": f"{day} {half}", "name": name, "hint": hint})
        elif known[0].form == "hour":
            choices = [{"code": f"{hour}:00", "name": f"{hour}:00"} for hour in range(17, 21)]
        elif known[0].form == "sheets":
            choices = [{"code": str(n), "name": str(n)} for n in (1, 2, 5, 10, 20, 50)]
        return {
            "kind": known[0].form,
            "name": known[0].name.say(language),
            "choices": [
                {"hint": "", **choice, "chosen": choice["code"] == detail} for choice in choices
            ],
            "address": self._visit().contact.address,
        }

    def _tile(self, code: str, name: Any, hint: Any) -> dict[str, Any]:
        language = self._language.current
        return {
            "code": code,
            "name": name.say(language),
            "hint": hint.say(language) if hint else "",
            "chosen": code in (*self._visit().said, *self._visit().merits),
        }
