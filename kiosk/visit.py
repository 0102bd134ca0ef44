"""The citizen's visit: a frozen value; each step gives the next one. No Qt."""

import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from db.case import Case, Feedback, Grade, Kind, ReplyBy

#: As many characters of one's own words as the national interface takes (GB/T 39046 table 10).
LONGEST = 1000
PHONE_LENGTH = 11


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
    CONTACT = "Contact"
    NEEDS = "Needs"
    SENDING = "Sending"
    DONE = "Done"
    LOOK_UP = "LookUp"
    CASE = "CaseView"
    ASK = "Ask"
    TROUBLE = "Trouble"


#: Seconds without a touch until “还在吗？” is asked, and until everything is wiped after that.
ASK_AFTER = 45
WIPE_AFTER = 15
#: Screens that go home by themselves, without asking.
GOES_HOME = {Screen.DONE: 20}
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
class Visit:
    """What one citizen has tapped so far, and the screen they look at."""

    screen: Screen = Screen.HOME
    trail: tuple[Screen, ...] = ()
    kind: Kind = Kind.RATING
    grade: Grade | None = None
    problems: tuple[str, ...] = ()
    service_window: str = ""
    service_item: str = ""
    words: str = ""
    needs: tuple[str, ...] = ()
    reply_by: ReplyBy = ReplyBy.RECEIPT
    phone: str = ""
    code: str = ""

    def go(self, screen: Screen) -> "Visit":
        """On to another screen; `back` returns here."""
        return replace(self, screen=screen, trail=(*self.trail, self.screen))

    def back(self) -> "Visit":
        """To where one came from, with everything kept; home once nothing lies behind."""
        if not self.trail:
            return Visit()
        return replace(self, screen=self.trail[-1], trail=self.trail[:-1])

    def begin(self, kind: Kind) -> "Visit":
        """One of the tiles of the home screen."""
        return replace(Visit(), kind=kind).go(FIRST[kind])

    def rate(self, grade: Grade) -> "Visit":
        """A face: reasons and 完成 on the next screen."""
        return replace(self, kind=Kind.RATING, grade=grade).go(Screen.RATE)

    def choose(self, code: str) -> "Visit":
        """Tap a problem, area or trouble: chosen, and not chosen again."""
        kept = tuple(c for c in self.problems if c != code)
        return replace(self, problems=kept if code in self.problems else (*kept, code))

    def choose_only(self, code: str) -> "Visit":
        """Tap one of which only one can be chosen."""
        return replace(self, problems=(code,))

    def need(self, code: str) -> "Visit":
        kept = tuple(c for c in self.needs if c != code)
        return replace(self, needs=kept if code in self.needs else (*kept, code))

    def where(self, service_window: str, service_item: str = "") -> "Visit":
        """A service window, an item, or neither."""
        return replace(self, service_window=service_window, service_item=service_item)

    def say(self, words: str) -> "Visit":
        """The citizen's own words, normalised once and shown as they will be kept."""
        return replace(self, words=kept(words))

    def answer_by(self, reply_by: ReplyBy) -> "Visit":
        phone = self.phone if reply_by is ReplyBy.PHONE else ""
        return replace(self, reply_by=reply_by, phone=phone)

    def dial(self, digits: str) -> "Visit":
        """The telephone number so far; anything but digits is left out."""
        only = "".join(c for c in digits if c in "0123456789")[:PHONE_LENGTH]
        return replace(self, phone=only)

    @property
    def phone_whole(self) -> bool:
        """A mobile number of 11 digits that begins with 1."""
        return len(self.phone) == PHONE_LENGTH and self.phone.startswith("1")

    @property
    def says_something(self) -> bool:
        """Nothing is mandatory but one grade or one kind with something in it."""
        return bool(self.grade or self.problems or self.words)

    def feedback(self, language: str) -> Feedback:
        """What goes into the record. A rating with something in it asks for an answer."""
        reply_by = self.reply_by
        if reply_by is ReplyBy.PHONE and not self.phone_whole:
            reply_by = ReplyBy.RECEIPT
        return Feedback(
            self.kind,
            grade=self.grade,
            problems=self.problems,
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


def story_of(case: Case) -> list[tuple[str, int]]:
    """What a citizen may see of what happened: words and milliseconds, without persons."""
    shown = {
        "Registered": "已登记",
        "Accepted": "已受理",
        "Handled": "办理中",
        "Asked": "请您补充",
        "Replied": "已回复",
        "Approved": "已回复",
        "Closed": "已办结",
    }
    names = ((type(entry.happening).__name__, entry.at_ms) for entry in case.story)
    return [(shown[name], at) for name, at in names if name in shown]
