"""The citizen's side as QML sees it: reads the visit, offers its steps as sentences.

Only Qt and the visit are loaded here; the record comes later (`ready`), off the first frame.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement

from db.code import ALPHABET, CODE_LENGTH, is_code
from db.terms import Dimension, Grade, Kind, ReplyBy
from kiosk.catalogue import Catalogue
from kiosk.enclosed import INK, VOICE, Enclosed
from kiosk.play import Pace
from kiosk.speech import Silence, Speaker
from kiosk.ui.aloud import Aloud
from kiosk.ui.background import Runner, Turn
from kiosk.ui.board import Board
from kiosk.ui.composer import Composer
from kiosk.ui.followup import FollowUp
from kiosk.ui.ink import Ink
from kiosk.ui.language import Language
from kiosk.ui.offers import Offers
from kiosk.ui.sketch import Sketch
from kiosk.ui.switch import Switch, Switching
from kiosk.ui.voice import Voice, no_sound
from kiosk.visit import (
    ASK_AFTER,
    GOES_HOME,
    QUICK_RATING,
    SAME_PRESS,
    WAITS_HERE,
    WIPE_AFTER,
    Screen,
    Visit,
    kept,
)
from kiosk.words import SOURCE, languages, name_of
from kiosk.workdays import spoken_day

if TYPE_CHECKING:
    from kiosk.handwriting import Handwriting
    from kiosk.intake import Intake, Same, Taken
    from kiosk.paper.printers import PrinterState, PrintResult
    from kiosk.pinyin import Pinyin

QML_IMPORT_NAME = "Zhaocha"
QML_IMPORT_MAJOR_VERSION = 1

TEXT_SIZES = 4
CONTRASTS = 3
#: Screens on which a real keyboard writes.
WRITES = (Screen.WORDS, Screen.ASK, Screen.NEED)
#: Screens on which a queue ticket may be scanned.
TAKES_TICKETS = (Screen.HOME, Screen.PROBLEMS, Screen.HUB, Screen.WHERE, Screen.RATE)
#: Seconds between two looks at the month's numbers.
COUNT_EVERY = 60
#: And at the printer's paper.
PAPER_EVERY = 20
#: What is shown of a page, by what is known of it.
PAPER = {"printed": "printed", "not_printed": "trouble", "unknown": "unknown"}
#: What a hand scanner sends before it stops and presses Enter, without a pause of so many seconds.
SCAN_LIMIT = 300
SCAN_PAUSE = 5


@QmlElement
class Citizen(QObject):
    """One kiosk's visit. A tap is a slot; everything shown is a property that follows `changed`."""

    changed = Signal()
    #: The next person's turn: nothing on the screen is anybody's any more.
    wiped = Signal()

    def __init__(
        self,
        catalogue: Catalogue,
        language: Language,
        background: Runner,
        load_pinyin: "Callable[[], Pinyin]",
        load_handwriting: "Callable[[], Handwriting]",
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = datetime.now,
        test: bool = False,
        voice: Voice | None = None,
        parent: QObject | None = None,
        *,
        printing: Runner | None = None,
        speaker: Speaker | None = None,
        aloud_keys: tuple[str, str] = ("F6", "F7"),
        contact_days: int = 180,
        switching: Switching | None = None,
    ) -> None:
        super().__init__(parent)
        self._printing = printing or background
        self._catalogue = catalogue
        self._language = language
        self._background = background
        self._test = test
        self._clock = clock
        self._now = now
        self._composer = Composer(load_pinyin, background, self._typed, self._erased, self)
        self._ink = Ink(load_handwriting, background, self._typed, self._erased, self)
        self._sketch = Sketch(self._drawn, self.touch, self)
        self._voice = voice or Voice(no_sound, background, parent=self)
        self._voice.kept.connect(self._spoken)
        self._voice.touched.connect(self.touch)
        self._board = Board(catalogue, language, now, self)
        self._follow_up = FollowUp(
            catalogue, language, background, self._when_ready, self._arrive, now, self
        )
        self._offers = Offers(
            catalogue,
            language,
            lambda: self._visit,
            lambda: self._ask,
            lambda: self._composer.pending,
            now,
            self,
        )
        self._contact_days = contact_days
        self._aloud = Aloud(speaker or Silence(), language, aloud_keys, self)
        self._switch = Switch(
            switching or Switching(),
            self._aloud,
            lambda: len(self._scan) >= CODE_LENGTH,
            lambda: self._visit.screen in WRITES,
            clock,
            self,
        )
        self._aloud.steps_with(lambda: bool(self._switch.on))
        self._voice.sounds.connect(self._sounds)
        # Letters that wait to become characters search already.
        self._composer.changed.connect(self._offers.changed)
        self._intake: Intake | None = None
        self._waiting: list[tuple[Callable[[Intake], None], Callable[[], None]]] = []
        self._visit = Visit()
        self._by_finger = False
        self._text_size = 0
        self._contrast = 0
        self._touched = clock()
        self._began = clock()
        self._taps = 0
        self._turn = Turn()
        self._clean = True
        self._minute = ""
        self._calling = False
        self._call_failed = False
        self._taken: Taken | None = None
        self._paper = ""
        self._job = ""
        self._no_paper = False
        self._paper_seen = -1e9
        self._same: Same | None = None
        self._asked_same = False
        self._call_id = ""
        self._hears: bool | None = None
        self._who_comes = ""
        self._lowered = False
        self._out_of_store = False
        self._sent_at = -1e9
        self._sending = False
        self._counted = -1e9
        self._scan = ""
        self._keyed = clock()
        self._ask = ""
        self._ticker = QTimer(self, interval=1000)
        self._ticker.timeout.connect(self.tick)
        self._ticker.start()

    # --- what is shown ------------------------------------------------------------------------

    @Property(str, notify=changed)
    def screen(self) -> str:
        return self._visit.screen

    @Property(str, notify=changed)
    def language(self) -> str:
        return self._language.current

    @Property(bool, constant=True)
    def test(self) -> bool:
        """Training and commissioning: what is said here counts nowhere."""
        return self._test

    @Property(int, notify=changed)
    def textSize(self) -> int:
        return self._text_size

    @Property(int, notify=changed)
    def contrast(self) -> int:
        return self._contrast

    @Property(QObject, constant=True)
    def composer(self) -> QObject:
        return self._composer

    @Property(QObject, constant=True)
    def ink(self) -> QObject:
        return self._ink

    @Property(QObject, constant=True)
    def aloud(self) -> QObject:
        return self._aloud

    @Property(QObject, constant=True)
    def switches(self) -> QObject:
        return self._switch

    @Property(QObject, constant=True)
    def sketch(self) -> QObject:
        return self._sketch

    @Property(QObject, constant=True)
    def voice(self) -> QObject:
        return self._voice

    @Property(QObject, constant=True)
    def offers(self) -> QObject:
        return self._offers

    @Property(QObject, constant=True)
    def board(self) -> QObject:
        return self._board

    @Property(QObject, constant=True)
    def followUp(self) -> QObject:
        return self._follow_up

    @Property(str, notify=changed)
    def kind(self) -> str:
        return self._visit.kind

    @Property(str, notify=changed)
    def grade(self) -> str:
        return self._visit.grade or ""

    @Property(int, notify=changed)
    def chosenCount(self) -> int:
        return len(self._visit.chosen)

    @Property(str, notify=changed)
    def words(self) -> str:
        return self._visit.words

    # QML counts a rare character as two and would cut it in halves.
    @Property(int, notify=changed)
    def wordsLength(self) -> int:
        return len(self._visit.words)

    @Property(str, notify=changed)
    def firstWords(self) -> str:
        """How one's own words begin."""
        return self._visit.words[:60]

    @Property(str, notify=changed)
    def way(self) -> str:
        """How somebody says it in their own words just now: keys, finger, ink or voice."""
        ways = {Screen.DRAW: INK, Screen.VOICE: VOICE}
        return ways.get(self._visit.screen, "finger" if self._by_finger else "keys")

    @Property(bool, notify=changed)
    def onlyWords(self) -> bool:
        """An answer to a question is written; nothing can be enclosed with it."""
        return Screen.CASE in self._visit.trail

    @Property(list, notify=changed)
    def enclosed(self) -> list[str]:
        """What goes along with the words: a drawing (ink), a voice note (voice)."""
        return [one.name for one in self._visit.enclosed]

    @Property(str, notify=changed)
    def replyBy(self) -> str:
        return self._visit.reply_by

    @Property(int, constant=True)
    def contactDays(self) -> int:
        """Days after a case's end until a telephone number is deleted; 0: never."""
        return self._contact_days

    @Property(str, notify=changed)
    def dialled(self) -> str:
        digits = self._visit.contact.phone
        return " ".join(p for p in (digits[:3], digits[3:7], digits[7:]) if p)

    @Property(bool, notify=changed)
    def phoneWhole(self) -> bool:
        return self._visit.contact.phone_whole

    @Property(bool, notify=changed)
    def saysSomething(self) -> bool:
        return self._visit.says_something

    @property
    def taken(self) -> "Taken | None":
        """What was just kept, while its thank-you is on the screen."""
        return self._taken

    @Property(str, notify=changed)
    def number(self) -> str:
        return self._taken.case.number if self._taken else ""

    @Property(str, notify=changed)
    def code(self) -> str:
        return self._taken.code.grouped if self._taken else ""

    @Property(list, notify=changed)
    def qr(self) -> list[str]:
        """The tracking address as rows of 0 and 1."""
        if self._taken is None:
            return []
        from kiosk.paper.qr import qr_matrix

        matrix = qr_matrix(self._taken.address)
        return ["".join("1" if dark else "0" for dark in row) for row in matrix]

    @Property(str, notify=changed)
    def promise(self) -> str:
        """The promised date; empty for a rating that asks for nothing."""
        if self._taken is None or self._taken.case.feedback.asks_nothing:
            return ""
        return spoken_day(date.fromisoformat(self._taken.case.due), self._language.current)

    @Property(str, notify=changed)
    def paper(self) -> str:
        """What is known of the receipt: printing, printed, trouble, or unknown."""
        return self._paper

    @Property(bool, notify=changed)
    def noPaper(self) -> bool:
        """Whether the printer says that it would not print now."""
        return self._no_paper

    @Property(str, notify=changed)
    def typedCode(self) -> str:
        code = self._visit.code
        return " ".join(code[i : i + 4] for i in range(0, len(code), 4))

    @Property(list, constant=True)
    def codeKeys(self) -> list[str]:
        return list(ALPHABET)

    @Property(str, notify=changed)
    def asked(self) -> str:
        return self._ask

    @Slot(str)
    def askAbout(self, code: str) -> None:
        """One of the answers: shown large, and printed if one likes."""
        self._composer.drop()
        self._job = ""
        self._paper = ""
        self._show(self._visit.where("", code).go(Screen.GUIDE))

    @Slot()
    def leaveQuestion(self) -> None:
        """留下问题: what was typed goes along, and is completed in one's own words."""
        self._composer.flush()
        visit = self._visit
        if visit.screen is Screen.ASK:
            visit = visit.where(visit.service_window)  # not about an item that was looked at before
        if self._ask.strip() and not visit.words:
            visit = visit.say(self._ask)
        self._show(visit.go(Screen.HUB).go(Screen.WORDS))

    @Slot()
    def printGuide(self) -> None:
        """引导单: where, how and what to bring, to take along."""
        code, language = self._visit.service_item, self._language.current
        if self._paper == "printing":
            return
        self._paper = "printing"
        visit = self._visit

        def start(intake: "Intake") -> None:
            if self._visit == visit:
                self._print(intake, lambda job: intake.print_guide(code, language, job))

        self._when_ready(start, self._jammed)
        self._touch()

    @Property(bool, notify=changed)
    def calling(self) -> bool:
        return self._calling

    @Property(int, notify=changed)
    def stillHere(self) -> int:
        """Seconds left to answer “还在吗？”; 0 while it is not asked."""
        quiet = self._clock() - self._touched
        if not self._fresh and self._visit.screen not in GOES_HOME and quiet >= ASK_AFTER:
            return max(1, int(ASK_AFTER + WIPE_AFTER - quiet + 0.999))
        return 0

    # --- steps --------------------------------------------------------------------------------

    @Slot(str)
    def begin(self, kind: str) -> None:
        self._show(self._visit.begin(Kind(kind)))

    @Slot(str)
    def rate(self, grade: str) -> None:
        self._show(self._visit.rate(Grade(grade)))

    @Slot(str, str)
    def rateDimension(self, dimension: str, grade: str) -> None:
        self._show(self._visit.dimension(Dimension(dimension), Grade(grade)))

    @Property(dict, notify=changed)
    def dimensions(self) -> dict[str, str]:
        """The dimensions that are graded, with their grade."""
        return {r.dimension.value: r.grade.value for r in self._visit.dimensions}

    @Slot(str)
    def choose(self, code: str) -> None:
        self._show(self._visit.choose(code))

    @Slot(str)
    def reason(self, code: str) -> None:
        """A reason of a bad grade, or a tag of a problem."""
        try:
            self._show(self._visit.be_finer(self._catalogue.problem_of(code).code, code))
        except KeyError:
            self.choose(code)

    @Slot(str)
    def tag(self, code: str) -> None:
        """What stands on the page of tags: a tag of a problem, or what was good."""
        if self._visit.tags_open:
            self.reason(code)
        else:
            self._show(self._visit.praise(code))

    @Slot()
    def openTags(self) -> None:
        """The tags of the first problem that has any; what was good, under a good face."""
        tagged = self._offers.tagged()
        self._flush()
        self._show(self._visit.open_tags(tagged[0] if tagged else ""))

    @Slot()
    def nextTags(self) -> None:
        """好了: on to the tags of the next problem; after the last, back to where one came from."""
        following = self._offers.tagged_after()
        self._show(self._visit.open_tags(following) if following else self._visit.back())

    @Slot(str)
    def chooseOnly(self, code: str) -> None:
        self._show(self._visit.choose_only(code))

    @Property(str, notify=changed)
    def accent(self) -> str:
        """The hall's own colour; empty for the usual."""
        return self._catalogue.look.accent

    @Property(QUrl, constant=True)
    def logo(self) -> QUrl:
        """The hall's logo; empty for none."""
        logo = self._catalogue.logo
        return QUrl.fromLocalFile(str(logo)) if logo else QUrl()

    @Slot(str)
    def need(self, code: str) -> None:
        """Asked for, and not asked for again; a service with a small form opens it."""
        visit = self._visit.need(code)
        form = self._catalogue.need(code).form
        wanted = any(n.code == code for n in visit.needs)
        self._show(visit.open_form(code) if form and wanted else visit)

    @Slot(str)
    def detail(self, detail: str) -> None:
        """A half day, an hour or a number of sheets."""
        self._show(self._visit.detail(self._visit.need_open, detail).back())

    @Slot(str)
    def where(self, service_window: str) -> None:
        self._show(self._visit.where(service_window).back())

    @Slot(str)
    def go(self, screen: str) -> None:
        self._flush()
        self._show(self._visit.go(Screen(screen)))

    @Slot(str)
    def sayBy(self, way: str) -> None:
        """Another way to say it in one's own words; what was said in one way stays."""
        self._flush()
        self._by_finger = way == "finger"
        screen = {INK: Screen.DRAW, VOICE: Screen.VOICE}.get(way, Screen.WORDS)
        self._show(self._visit.instead(screen))

    def _drawn(self, drawing: Enclosed | None) -> None:
        self._show(self._visit.enclose(drawing) if drawing else self._visit.without(INK))

    @Slot(object)
    def _spoken(self, note: Enclosed | None) -> None:
        self._show(self._visit.enclose(note) if note else self._visit.without(VOICE))

    @Slot()
    def _sounds(self) -> None:
        """Nothing is read aloud into a recording; what became of it is said afterwards."""
        self._aloud.give_way(self._voice.sounding)
        if not self._voice.sounding:
            QTimer.singleShot(0, self._aloud.news)

    def _flush(self) -> None:
        """A page is left: letters that wait become text, a voice that is heard is kept."""
        self._composer.flush()
        self._voice.flush()

    @Slot()
    def wordsDone(self) -> None:
        """写好了: back to where one came from; an answer to a question goes out."""
        self._flush()
        words = self._visit.words
        if Screen.CASE in self._visit.trail and words.strip():
            self._visit = self._visit.say("")
            self._follow_up.answer(words)
        else:
            self.back()

    @Slot()
    def sealedWay(self) -> None:
        """Fees and integrity: sealed from the hall's staff."""
        sealed = next(p.code for p in self._catalogue.problems if p.sealed)
        self._show(self._visit.begin(Kind.INTEGRITY).choose_only(sealed))

    @Slot()
    def back(self) -> None:
        self._flush()
        visit = self._visit.back()
        if visit.screen is Screen.HOME:
            self._follow_up.wipe()
        self._show(visit)

    @Slot()
    def startAgain(self) -> None:
        """Everything anew; not while it is just being kept: the thank-you would be lost."""
        if not (self._sending and self._same_press):
            self.wipe()

    @Property(str, notify=changed)
    def linked(self) -> str:
        """The number of the 办件 whose pick-up slip was scanned; empty for none."""
        return self._visit.project

    @Slot()
    def unlink(self) -> None:
        """Say it without the 办件."""
        self._show(self._visit.unlinked())

    @Slot(str)
    def answerBy(self, reply_by: str) -> None:
        self._show(self._visit.answer_by(ReplyBy(reply_by)))

    @Slot(str)
    def dial(self, digit: str) -> None:
        self._show(self._visit.dial(self._visit.contact.phone + digit))

    @Slot()
    def undial(self) -> None:
        self._show(self._visit.dial(self._visit.contact.phone[:-1]))

    @Slot(str)
    def say(self, sentence: str) -> None:
        """A ready sentence: added to one's own words, or taken out again."""
        words = self._visit.words
        if sentence in words:
            self._show(self._visit.say(words.replace(sentence, "", 1)))
        else:
            gap = " " if words and sentence.isascii() else ""
            self._show(self._visit.say(words + gap + sentence))

    @Slot()
    def larger(self) -> None:
        self._text_size = (self._text_size + 1) % TEXT_SIZES
        self._touch()

    @Property(bool, notify=changed)
    def lowered(self) -> bool:
        """Everything within reach of somebody who sits."""
        return self._lowered

    @Slot()
    def lower(self) -> None:
        self._lowered = not self._lowered
        self._touch()

    @Slot()
    def nextContrast(self) -> None:
        self._contrast = (self._contrast + 1) % CONTRASTS
        self._touch()

    @Property(list, constant=True)
    def languages(self) -> list[dict[str, str]]:
        """Every language there is, by the name it has for itself."""
        return [{"code": code, "name": name_of(code)} for code in languages()]

    @Slot()
    def nextLanguage(self) -> None:
        known = languages()
        self.speak(known[(known.index(self._language.current) + 1) % len(known)])

    @Slot(str)
    def speak(self, language: str) -> None:
        """Every sentence in `language`; what was entered stays."""
        if language in languages():
            self._language.switch(language)
            self._composer.speak(language == SOURCE)
            self._touch()
            self._aloud.switched()

    @Slot()
    def callSomeone(self) -> None:
        """Somebody from the desk is asked to come; the desk rings."""
        self._voice.flush()
        self._calling = True
        if not self._call_id:
            self._call_failed = False
            called, failed = self._turn.only(self._called), self._turn.only(self._not_called)
            self._when_ready(
                lambda intake: self._background.run(lambda: intake.call(), called, failed),
                lambda: failed(None),
            )
        self._touch()

    def _called(self, call_id: str) -> None:
        """The desks ring, as soon as they hear of it: whether one is there is asked now."""
        self._call_id = call_id
        heard = self._turn.only(self._heard)
        self._when_ready(
            lambda intake: self._background.run(intake.desk_hears, heard, lambda _: None),
            lambda: None,
        )

    def _heard(self, hears: bool) -> None:
        self._hears = hears
        self.changed.emit()
        self._aloud.news()

    @Property(str, notify=changed)
    def callState(self) -> str:
        """What is known of the call: failed, coming, calling until it is kept, then called, or
        unheard where no desk is there to ring; empty for none."""
        if self._call_failed:
            return "failed"
        if self._who_comes:
            return "coming"
        if not self._call_id or self._hears is None:
            return "calling" if self._calling or self._call_id else ""
        return "called" if self._hears else "unheard"

    @Property(bool, notify=changed)
    def waitsHere(self) -> bool:
        """Whether what was kept is of somebody who waits on the spot."""
        return self._taken is not None and bool(self._taken.call_id)

    def _not_called(self, _: Exception | None) -> None:
        self._call_failed = True
        self.changed.emit()

    @Property(bool, notify=changed)
    def callFailed(self) -> bool:
        """The desk was not told: nobody comes."""
        return self._call_failed

    @Property(str, notify=changed)
    def whoComes(self) -> str:
        """Who said at the desk that they are on the way; empty while nobody has."""
        return self._who_comes

    def _comes(self, who: str) -> None:
        if who and self._call_id and who != self._who_comes:
            self._who_comes = who
            self.changed.emit()
            self._aloud.news()

    @Slot()
    def callHeard(self) -> None:
        self._calling = False
        self._touch()

    @Slot()
    def touch(self) -> None:
        """Anything was touched: the idle time begins anew."""
        asked = self.stillHere
        self._touched = self._clock()
        self._clean = False
        if asked:
            self.changed.emit()

    # --- own words, codes and questions: one keyboard -----------------------------------------

    def _typed(self, text: str) -> None:
        if self._visit.screen is Screen.NEED:
            self._show(self._visit.live_at(self._visit.contact.address + text))
        elif self._visit.screen is Screen.ASK:
            self._ask = (self._ask + text)[:40]
            self._touch()
        else:
            self._show(self._visit.say(self._visit.words + text))

    def _erased(self) -> None:
        if self._visit.screen is Screen.NEED:
            self._show(self._visit.live_at(self._visit.contact.address[:-1]))
        elif self._visit.screen is Screen.ASK:
            self._ask = self._ask[:-1]
            self._touch()
        else:
            self._show(self._visit.say(self._visit.words[:-1]))

    @Slot(str)
    def codeKey(self, key: str) -> None:
        """One character of a tracking code; the last one starts the look-up."""
        if len(self._visit.code) < CODE_LENGTH:
            self._show(replace(self._visit, code=self._visit.code + key))
            if len(self._visit.code) == CODE_LENGTH:
                self._follow_up.look_up(self._visit.code)

    @Slot()
    def codeErase(self) -> None:
        self._show(replace(self._visit, code=self._visit.code[:-1]))

    @Slot(str)
    def hardwareKey(self, text: str) -> None:
        """A key of a real keyboard or a hand scanner, which types a code and presses Enter.

        What an input method puts in at once comes as one longer text.
        """
        if self._clock() - self._keyed > SCAN_PAUSE:
            self._scan = ""
        self._keyed = self._clock()
        self._touch()
        if text in ("\r", "\n"):
            scanned, self._scan = self._scan, ""
            if self._visit.screen in TAKES_TICKETS and not is_code(scanned):
                ticket = self._catalogue.ticket(scanned, self._now())
                if ticket is not None:
                    self._show(self._visit.scanned(ticket))
                    return
            looks = self._visit.screen in (Screen.HOME, Screen.LOOK_UP, Screen.CASE)
            if looks and len(scanned) >= CODE_LENGTH:
                self._follow_up.look_up(scanned)
                return
            if self._visit.screen is Screen.WORDS:
                self._typed("\n")
        elif text == "\b":
            self._scan = self._scan[:-1]
            if self._visit.screen in WRITES:
                self._composer.erase()
            elif self._visit.screen is Screen.LOOK_UP:
                self.codeErase()
        elif text := kept(text.replace("\r\n", "\n")):
            self._scan = (self._scan + text)[-SCAN_LIMIT:]
            if self._visit.screen in WRITES:
                self._composer.flush()
                self._typed(text)

    # --- submitting ---------------------------------------------------------------------------

    @Slot()
    def submit(self) -> None:
        """提交 works once: a second press within five seconds is the same press."""
        self._submit(confirmed=True)

    def _submit(self, *, confirmed: bool) -> None:
        if self._sending or self._same_press:
            return
        self._flush()
        if not self._visit.says_something:
            return
        feedback = replace(self._visit.feedback(self._language.current), confirmed=confirmed)
        contact, enclosed, pace = self._visit.reachable, self._visit.enclosed, self._pace()
        alone = self._asked_same or contact.given or enclosed

        def take(intake: "Intake") -> "Taken | Same":
            same = None if alone else intake.same_today(feedback)
            return same or intake.take(feedback, contact, enclosed, pace)

        self._keep(take)

    @property
    def _same_press(self) -> bool:
        return self._clock() - self._sent_at < SAME_PRESS

    def _pace(self) -> Pace:
        """How this visit went until now: handing it in is one more tap."""
        now = self._clock()
        return Pace(now, now - self._began, self._taps + 1)

    def _keep(self, deed: "Callable[[Intake], Taken | Same]") -> None:
        """Hand it in. Whoever has gone by the time it is kept is not thanked, and neither is the
        next person; the record stands."""
        self._sent_at, self._sending = self._clock(), True
        done, failed = self._turn.only(self._kept), self._turn.only(self._not_kept)
        self._show(self._visit.go(Screen.SENDING))
        self._when_ready(
            lambda intake: self._background.run(lambda: deed(intake), done, failed),
            lambda: failed(None),
        )

    def _kept(self, taken: "Taken | Same") -> None:
        from kiosk.intake import Same

        self._sending = False
        if isinstance(taken, Same):
            self._sent_at = -1e9
            self._same = taken
            self._asked_same = True
            self._show(self._before_sending.go(Screen.SAME))
            return
        self._taken = taken
        self._paper = "printing"
        self._show(Visit(screen=Screen.DONE))
        if taken.call_id:
            self._who_comes = ""
            self._called(taken.call_id)
        assert self._intake is not None
        intake = self._intake
        self._print(intake, lambda job: intake.print_receipt(taken, job))
        self._background.run(intake.prepare, lambda _: None, lambda _: None)

    @Property(int, notify=changed)
    def sameTimes(self) -> int:
        """How many have said the same today, and it is being looked after."""
        return self._same.times if self._same else 0

    @Slot()
    def meToo(self) -> None:
        """我也遇到: no case of one's own, but a receipt of one's own."""
        same, pace = self._same, self._pace()
        if same is not None and not self._sending:
            self._keep(lambda intake: intake.join(same.case_id, pace))

    @Slot()
    def vent(self) -> None:
        """吐槽: said and done, from where the problems are; it gets its reply all the same."""
        if not (self._sending or self._same_press):
            self._visit = replace(self._visit, kind=Kind.VENT)
            self.submit()

    @property
    def _before_sending(self) -> Visit:
        """Where the citizen was, or by now is, with everything entered."""
        return self._visit.back() if self._visit.screen is Screen.SENDING else self._visit

    def _not_kept(self, _: Exception | None) -> None:
        self._sent_at, self._sending = -1e9, False
        self._show(self._before_sending.go(Screen.TROUBLE))

    def _print(self, intake: "Intake", deed: "Callable[[str], PrintResult]") -> None:
        """Print for whoever stands here now; what becomes of it is shown to nobody else."""
        job = self._job = intake.new_job()

        def shown(paper: str) -> None:
            if job == self._job:
                self._paper = paper
                self.changed.emit()
                self._aloud.news()

        self._printing.run(
            lambda: deed(job),
            lambda result: shown(PAPER[result.outcome.value]),
            lambda _: shown("trouble"),
        )

    def _jammed(self) -> None:
        self._paper = "trouble"
        self.changed.emit()
        self._aloud.news()

    @Slot()
    def tryAgain(self) -> None:
        """From the trouble screen: everything entered is still there."""
        self._show(self._visit.back())
        self.submit()

    def ready(self, intake: "Intake") -> None:
        """The record is open: whatever waited for it goes on."""
        self._intake = intake
        self._offers.days_are(intake.workdays)
        waiting, self._waiting = self._waiting, []
        for start, _ in waiting:
            start(intake)
        # Who is on duty stands there before the first one comes, not a second later.
        self._look_around()

    def find_voice(self) -> None:
        """See whether something can be read aloud here; the button comes when it can."""
        self._aloud.find()

    def _when_ready(self, start: Callable[["Intake"], None], never: Callable[[], None]) -> None:
        """Go on once the record is open, or say that it never will be."""
        if self._intake is not None:
            start(self._intake)
        elif self._out_of_store:
            never()
        else:
            self._waiting.append((start, never))

    def out_of_service(self) -> None:
        """The record cannot be opened: say so at once, before anybody types."""
        self._out_of_store = True
        waiting, self._waiting = self._waiting, []
        for _, never in waiting:
            never()
        self.changed.emit()

    @Property(bool, notify=changed)
    def outOfService(self) -> bool:
        return self._out_of_store

    # --- time ---------------------------------------------------------------------------------

    @Slot()
    def tick(self) -> None:
        """Once a second: idle, home by itself, a face alone, the clock on the wall."""
        if self._aloud.reading and not self.stillHere:
            self._touched = self._clock()  # who listens is there
        quiet = self._clock() - self._touched
        screen = self._visit.screen
        self._look_around()
        if screen in GOES_HOME:
            if quiet >= (WAITS_HERE if self.waitsHere else GOES_HOME[screen]):
                self.wipe()
        elif self._visit.face_alone and quiet >= QUICK_RATING:
            self._submit(confirmed=False)
        elif not self._clean and quiet >= ASK_AFTER + WIPE_AFTER:
            self.wipe()
        elif self.stillHere:
            self.changed.emit()
        minute = f"{self._now():%H:%M}"
        if minute != self._minute:
            self._minute = minute
            self._board.changed.emit()

    def _look_around(self) -> None:
        """Who comes, while somebody waits; the month's numbers, while nobody does."""
        intake = self._intake
        if intake is None:
            return
        call_id = self._call_id
        if (self._calling or self.waitsHere) and call_id and not self._who_comes:
            comes = self._turn.only(self._comes)
            self._background.run(lambda: intake.who_comes(call_id), comes, lambda _: None)
        elif self._fresh and self._clock() - self._counted >= COUNT_EVERY:
            self._counted = self._clock()
            self._voice.look()
            self._background.run(intake.can_take, self._can_take, lambda _: None)
            self._background.run(intake.month, self._board.month_is, lambda _: None)
            self._background.run(intake.stories, self._board.published, lambda _: None)
            self._background.run(intake.duty, self._board.duty_is, lambda _: None)
        if self._fresh and self._clock() - self._paper_seen >= PAPER_EVERY:
            self._paper_seen = self._clock()
            self._printing.run(intake.printer_state, self._paper_is, lambda _: None)

    def _paper_is(self, state: "PrinterState") -> None:
        if state.stops is not self._no_paper:
            self._no_paper = state.stops
            self.changed.emit()

    def _can_take(self, can: bool) -> None:
        if can is self._out_of_store:
            self._out_of_store = not can
            self.changed.emit()

    @property
    def _fresh(self) -> bool:
        """Nothing of anybody is here."""
        plain = self._text_size == 0 and self._contrast == 0 and not self._lowered
        by_hand = not self._aloud.on and not self._switch.on
        reset = plain and by_hand and self._language.current == SOURCE
        return self._visit == Visit() and reset and not self._calling

    def wipe(self) -> None:
        """The next person finds nothing of the last one: no word, no size, no language, no
        receipt that comes late."""
        self._turn.next()
        if self._intake is not None:
            self._intake.visit_over()
        self._job = ""
        self._visit = Visit()
        self._taken = None
        self._same = None
        self._asked_same = False
        self._paper = ""
        self._scan = ""
        self._ask = ""
        self._calling = False
        self._call_id = ""
        self._call_failed = False
        self._hears = None
        self._who_comes = ""
        self._lowered = False
        self._follow_up.wipe()
        self._text_size = 0
        self._contrast = 0
        self._sent_at, self._sending = -1e9, False
        self._aloud.wipe()
        self._switch.end()
        self._composer.wipe()
        self._ink.wipe()
        self._sketch.wipe()
        self._voice.wipe()
        self._by_finger = False
        if self._language.current != SOURCE:
            self._language.switch(SOURCE)
            self._aloud.switched()
        self.wiped.emit()
        self._touch()
        self._clean = True

    @Property(bool, notify=changed)
    def scanning(self) -> bool:
        """Keys have come in that look like a scanned code."""
        return len(self._scan) >= CODE_LENGTH

    def _arrive(self, screen: Screen) -> None:
        """What was looked up comes up, unless its citizen has gone on to something else."""
        if self._visit.screen is screen:
            self._touch()
            self._aloud.news()
        elif (
            self._visit.screen in (Screen.HOME, Screen.LOOK_UP) or self._visit.screen is Screen.CASE
        ):
            self._show(self._visit.go(screen))
        elif self._visit.screen in (Screen.JUDGE, Screen.WORDS) and Screen.CASE in (
            self._visit.trail
        ):
            self._show(self._visit.back())

    def _show(self, visit: Visit) -> None:
        if self._visit == Visit():
            self._began, self._taps = self._clock(), 0
        self._taps += 1
        self._visit = visit
        self._touch()

    def _touch(self) -> None:
        self._touched = self._clock()
        self._clean = False
        self._board.changed.emit()
        self._offers.changed.emit()
        self._follow_up.changed.emit()
        # Last: a new screen is made by it, and is up to date from the start.
        self.changed.emit()
