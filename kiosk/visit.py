"""The citizen's visit: a frozen value; each step gives the next one. No Qt."""

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from db.terms import Dimension, Feedback, Grade, Kind, Need, Rated, ReplyBy
from kiosk.contact import NOT_GIVEN, PHONE_LENGTH, Contact
from kiosk.enclosed import Enclosed
from kiosk.ticket import Ticket

#: As many characters of one's own words as the national interface takes (GB/T 39046 table 10).
LONGEST = 1000
#: Characters of an address, and of a detail of a need.
ADDRESS_LONGEST = 120


class Screen(StrEnum):
    """One page of the visit; the value is the QML file that shows it."""

    HOME = "Home"
    RATE = "Rate"
    PROBLEMS = "Problems"
    SUGGEST = "Suggest"
    HELP = "Help"
    HUB = "Hub"
    WHERE = "Where"
    WORDS = "OwnWords"
    DRAW = "Draw"
    VOICE = "VoiceNote"
    CONTACT = "Contact"
    TAGS = "Tags"
    NEEDS = "Needs"
    NEED = "NeedForm"
    SAME = "Same"
    BIG = "BigPrint"
    SENDING = "Sending"
    DONE = "Done"
    LOOK_UP = "LookUp"
    CASE = "CaseView"
    JUDGE = "Judge"
    ASK = "Ask"
    GUIDE = "Guide"
    TROUBLE = "Trouble"


#: Seconds without a touch until “还在吗？” is asked, and until everything is wiped after that.
ASK_AFTER = 45
WIPE_AFTER = 15
#: Screens that go home by themselves, without asking.
GOES_HOME = {Screen.DONE: 20}
#: And with somebody who waits on the spot to be told who comes.
WAITS_HERE = 120
#: A second press within this many seconds is the same press.
SAME_PRESS = 5
#: A face alone is kept as a rating after this long.
QUICK_RATING = 12

#: Where each kind begins.
FIRST = {
    Kind.COMPLAINT: Screen.PROBLEMS,
    Kind.INTEGRITY: Screen.HUB,
    Kind.SUGGESTION: Screen.SUGGEST,
    Kind.HELP: Screen.HELP,
    Kind.QUESTION: Screen.ASK,
    Kind.RATING: Screen.RATE,
}


@dataclass(frozen=True, slots=True)
class Finer:
    """A finer tag that was tapped, and the problem it belongs to."""

    problem: str
    tag: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What one citizen has tapped so far, and the screen they look at."""

    screen: Screen = Screen.HOME
    trail: tuple[Screen, ...] = ()
    kind: Kind = Kind.RATING
    grade: Grade | None = None
    problems: tuple[str, ...] = ()
    finer: tuple[Finer, ...] = ()
    #: What was good.
    merits: tuple[str, ...] = ()
    #: The problem whose tags are open; empty for the merits.
    tags_open: str = ""
    service_window: str = ""
    service_item: str = ""
    words: str = ""
    #: A voice note, a drawing: at most one of each.
    enclosed: tuple[Enclosed, ...] = ()
    dimensions: tuple[Rated, ...] = ()
    ticket: str = ""
    waited_minutes: int | None = None
    #: The number of the finished 办件 on a scanned pick-up slip.
    project: str = ""
    needs: tuple[Need, ...] = ()
    #: The need whose small form is open.
    need_open: str = ""
    reply_by: ReplyBy = ReplyBy.RECEIPT
    contact: Contact = NOT_GIVEN
    code: str = ""

    def go(self, screen: Screen) -> "Visit":
        """On to another screen; `back` returns here."""
        return replace(self, screen=screen, trail=(*self.trail, self.screen))

    def instead(self, screen: Screen) -> "Visit":
        """Another screen in the place of this one; `back` returns to where this one came from."""
        return replace(self, screen=screen)

    def back(self) -> "Visit":
        """To where one came from, with everything kept; home once nothing lies behind."""
        if not self.trail:
            return Visit()
        return replace(self, screen=self.trail[-1], trail=self.trail[:-1])

    def begin(self, kind: Kind) -> "Visit":
        """One of the tiles of the home screen; what was scanned there goes along."""
        scanned = replace(
            Visit(),
            service_window=self.service_window,
            service_item=self.service_item,
            ticket=self.ticket,
            waited_minutes=self.waited_minutes,
            project=self.project,
        )
        return replace(scanned, kind=kind).go(FIRST[kind])

    def rate(self, grade: Grade) -> "Visit":
        """A face: reasons and 完成 on the next screen. What another face was given for is gone."""
        visit = replace(self, kind=Kind.RATING, grade=grade, problems=(), finer=(), merits=())
        if not grade.negative:
            visit = replace(visit, needs=(), reply_by=ReplyBy.RECEIPT, contact=NOT_GIVEN)
        return visit.go(Screen.RATE)

    def choose(self, code: str) -> "Visit":
        """Tap a problem, area or trouble: chosen, and not chosen again, with its tags."""
        if code not in self.chosen:
            return replace(self, problems=(*self.problems, code))
        return replace(
            self,
            problems=tuple(c for c in self.problems if c != code),
            finer=tuple(one for one in self.finer if one.problem != code),
        )

    def choose_only(self, code: str) -> "Visit":
        """Tap one of which only one can be chosen."""
        return replace(self, problems=(code,), finer=())

    def be_finer(self, problem: str, tag: str) -> "Visit":
        """Tap a tag: said with its problem, and taken back alone."""
        one = Finer(problem, tag)
        kept = tuple(f for f in self.finer if f != one)
        return replace(self, finer=kept if one in self.finer else (*kept, one))

    def praise(self, merit: str) -> "Visit":
        """Tap what was good: chosen, and not chosen again."""
        kept = tuple(m for m in self.merits if m != merit)
        return replace(self, merits=kept if merit in self.merits else (*kept, merit))

    def open_tags(self, problem: str) -> "Visit":
        """The tags of a problem, or (empty) the merits; in the place of another's."""
        visit = replace(self, tags_open=problem)
        return visit if self.screen is Screen.TAGS else visit.go(Screen.TAGS)

    def need(self, code: str) -> "Visit":
        """Tap one of the offered services: asked for, and not asked for again."""
        kept = tuple(n for n in self.needs if n.code != code)
        return replace(self, needs=kept if len(kept) < len(self.needs) else (*kept, Need(code)))

    def detail(self, code: str, detail: str) -> "Visit":
        """The time, or the number of sheets, of a service that is asked for."""
        needs = tuple(Need(code, detail) if n.code == code else n for n in self.needs)
        return replace(self, needs=needs)

    def dimension(self, dimension: Dimension, grade: Grade) -> "Visit":
        """Grade one of the four dimensions; the same grade again takes it back."""
        rated = Rated(dimension, grade)
        kept = tuple(r for r in self.dimensions if r.dimension is not dimension)
        return replace(self, dimensions=kept if rated in self.dimensions else (*kept, rated))

    def where(self, service_window: str, service_item: str = "") -> "Visit":
        """A service window, an item, or neither."""
        return replace(self, service_window=service_window, service_item=service_item)

    def say(self, words: str) -> "Visit":
        """The citizen's own words, normalised once and shown as they will be kept."""
        return replace(self, words=kept(words))

    def enclose(self, enclosed: Enclosed) -> "Visit":
        """Along with the words, in the place of an earlier one of its name."""
        return replace(self, enclosed=(*self.without(enclosed.name).enclosed, enclosed))

    def without(self, name: str) -> "Visit":
        """The voice note or the drawing is thrown away."""
        return replace(self, enclosed=tuple(e for e in self.enclosed if e.name != name))

    def answer_by(self, reply_by: ReplyBy) -> "Visit":
        phone = self.contact.phone if reply_by is ReplyBy.PHONE else ""
        return replace(self, reply_by=reply_by, contact=replace(self.contact, phone=phone))

    def dial(self, digits: str) -> "Visit":
        """The telephone number so far; anything but digits is left out."""
        only = "".join(c for c in digits if c in "0123456789")[:PHONE_LENGTH]
        return replace(self, contact=replace(self.contact, phone=only))

    def live_at(self, address: str) -> "Visit":
        """Where to send something or to come to."""
        return replace(self, contact=replace(self.contact, address=kept(address)[:ADDRESS_LONGEST]))

    def scanned(self, ticket: Ticket) -> "Visit":
        """A queue ticket tells window, item and wait (R-17); from home it begins a complaint.

        A pick-up slip tells which 办件 is done (R-02), and from home everything is still open.
        """
        begins = self.screen is Screen.HOME and not ticket.project
        visit = self.begin(Kind.COMPLAINT) if begins else self
        waited = ticket.waited_minutes
        return replace(
            visit,
            service_window=ticket.service_window or visit.service_window,
            service_item=ticket.service_item or visit.service_item,
            ticket=ticket.number or visit.ticket,
            waited_minutes=visit.waited_minutes if waited is None else waited,
            project=ticket.project or visit.project,
        )

    def unlinked(self) -> "Visit":
        """Without the 办件 of the slip, and what the slip told."""
        return replace(self, project="", service_window="", service_item="")

    def open_form(self, code: str) -> "Visit":
        """The small form of a service that is asked for."""
        return replace(self, need_open=code).go(Screen.NEED)

    @property
    def reachable(self) -> Contact:
        """What of the contact goes along: a number only when it is whole."""
        whole = self.reply_by is ReplyBy.PHONE and self.contact.phone_whole
        return self.contact if whole else replace(self.contact, phone="")

    @property
    def chosen(self) -> tuple[str, ...]:
        """Every problem that was tapped, itself or by one of its tags."""
        return tuple(dict.fromkeys((*self.problems, *(one.problem for one in self.finer))))

    @property
    def said(self) -> tuple[str, ...]:
        """The problems, each followed by its tags."""
        return tuple(
            code
            for problem in self.chosen
            for code in (problem, *(one.tag for one in self.finer if one.problem == problem))
        )

    @property
    def face_alone(self) -> bool:
        """A grade and nothing that anybody would miss if it went out by itself."""
        more = self.said or self.merits or self.words or self.enclosed or self.needs
        looked_up = self.service_window and not (self.ticket or self.project)
        by_itself = self.reply_by is ReplyBy.RECEIPT
        return self.screen is Screen.RATE and by_itself and not (more or looked_up)

    @property
    def says_something(self) -> bool:
        """Nothing is mandatory but one grade or one kind with something in it."""
        return bool(self.grade or self.chosen or self.words or self.enclosed)

    def feedback(self, language: str) -> Feedback:
        """What goes into the record. A rating with something in it asks for an answer."""
        reply_by = self.reply_by
        if reply_by is ReplyBy.PHONE and not self.contact.phone_whole:
            reply_by = ReplyBy.RECEIPT
        if reply_by is ReplyBy.ON_SITE and self.kind is Kind.INTEGRITY:
            # A bell in the hall would tell everybody who it is.
            reply_by = ReplyBy.RECEIPT
        good = self.grade is not None and not self.grade.negative
        said = self.chosen or self.words or self.enclosed
        praises = self.kind is Kind.RATING and good and said
        return Feedback(
            Kind.PRAISE if praises else self.kind,
            grade=self.grade,
            dimensions=self.dimensions,
            ticket=self.ticket,
            waited_minutes=self.waited_minutes,
            project=self.project,
            problems=self.said,
            merits=self.merits if good else (),
            service_window=self.service_window,
            service_item=self.service_item,
            words=self.words.strip(),
            needs=self.needs,
            reply_by=reply_by,
            language=language,
        )


def kept(text: str) -> str:
    """Text as it is kept: no control, surrogate, noncharacter or bidi-control characters, at most
    1,000 characters; private-use characters, variation selectors and joiners stay."""
    return "".join(c for c in text if _stays(c))[:LONGEST]


def _stays(sign: str) -> bool:
    point = ord(sign)
    if sign in "\n\t":
        return True
    if point < 0x20 or 0x7F <= point < 0xA0 or 0xD800 <= point <= 0xDFFF:
        return False
    if 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE:
        return False
    bidi = unicodedata.bidirectional(sign)
    return bidi not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
