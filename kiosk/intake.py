"""Takes a finished visit in: keep it, then print; finds a case again by its code, and keeps what
its citizen says of it.

The case is kept before anything else is tried. What comes after (paper, the shared store) may
fail, and the case stands all the same.
"""

import json
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.beat import PAPER
from db.case import Case
from db.code import NotACode, TrackingCode, code_key, mint, read_code, tail_digest
from db.engine import StoreDamaged, StoreTrouble
from db.event import canonical
from db.hall import Hall
from db.happening import (
    Called,
    Happening,
    Improved,
    Joined,
    PrintFailed,
    Registered,
    plain,
)
from db.lists import CALL_LASTS, Lists, Month
from db.seal import Sealed, seal
from db.store import Store, UnknownCase
from db.sync import Shared, sync, sync_state
from db.terms import (
    Attachment,
    Difficulty,
    Feedback,
    Grade,
    Kind,
    Outcome,
    ReplyBy,
    Result,
    Ring,
    Verdict,
)
from kiosk import __version__, says
from kiosk.calls import desk_hears
from kiosk.catalogue import Catalogue, Duty
from kiosk.contact import NOT_GIVEN, SAID_AS, SEALED_AS, Contact
from kiosk.deadlines import Deadlines
from kiosk.enclosed import Enclosed
from kiosk.month import month
from kiosk.paper.printers import Printer, PrinterState, PrintResult, Why
from kiosk.play import REMEMBERED, Pace, Sent, mark, sent
from kiosk.roster import duty_at
from kiosk.workdays import Workdays

PAPER_NOTED_MS = 60_000
THANKS = Outcome(Result.T1, "评价已记录", "谢谢您的评价，已经记进本月的数字里。")


@dataclass(frozen=True, slots=True)
class Taken:
    """A case that is kept for good, the code only its citizen has, and where the code leads."""

    case: Case
    code: TrackingCode
    address: str
    #: The call that went with it, of somebody who waits on the spot; empty for none.
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a code leads to; `stale_since` when the shared store cannot be asked. `improvement` is
    the entry of the ledger that its outcome points to, where this machine knows of it."""

    case: Case | None
    stale_since: datetime | None = None
    improvement: Improved | None = None


@dataclass(frozen=True, slots=True)
class Same:
    """An open case of today about the same, and how many have met it so far."""

    case_id: str
    times: int


#: What is answered within a day.
URGENT = frozenset({Kind.HELP, Kind.QUESTION})


def waits_here(said: Feedback) -> bool:
    """Whether somebody waits on the spot: the desks ring."""
    return said.reply_by is ReplyBy.ON_SITE and said.kind is not Kind.INTEGRITY


class Intake:
    """One kiosk's way into the record."""

    def __init__(
        self,
        store: Store,
        printer: Printer,
        catalogue: Catalogue,
        deadlines: Deadlines,
        *,
        address: str,
        open_shared: Callable[[], Shared] | None = None,
        now: Callable[[], datetime] = datetime.now,
        test: bool = False,
        beat: timedelta = timedelta(minutes=5),
    ) -> None:
        """In test mode every case is marked so, and no other can be looked up or joined. `beat` is
        how often the hall's machines say how they are."""
        self._beat = beat
        self._store = store
        self._lists = Lists(store)
        self._printer = printer
        self._catalogue = catalogue
        self._deadlines = deadlines
        self._address = address
        self._open_shared = open_shared
        self._now = now
        self._test = test
        self._sent: tuple[Sent, ...] = ()
        self._spare: tuple[TrackingCode, str] | None = None
        self._shared: Shared | None = None
        self._looked_up: tuple[str, TrackingCode] | None = None
        self._lock = threading.Lock()
        self._jobs: set[str] = set()
        self._paper: dict[str, object] = {}
        self._paper_ms = 0

    def prepare(self) -> None:
        """Make the next code ahead of time: its slow digest must not keep anybody waiting."""
        code = mint()
        self._spare = (code, code_key(self._store.hall, code))

    @property
    def workdays(self) -> Workdays:
        """The hall's days."""
        return self._deadlines.workdays

    def take(
        self,
        feedback: Feedback,
        contact: Contact = NOT_GIVEN,
        enclosed: tuple[Enclosed, ...] = (),
        pace: Pace | None = None,
    ) -> Taken:
        """Keep what was said. When this returns it is safe. Raises StoreFull, StoreTrouble.

        By its `pace` it is told whether it looks like play; without one nobody looks.
        """
        with self._lock:
            finer = [tag.code for tag in self._catalogue.tags]
            spoke = bool(enclosed)
            this = sent(feedback, pace, spoke=spoke, finer=finer) if pace else None
            code, key = self._next_code()
            now = self._now()
            asked = Difficulty.SIMPLE if feedback.kind in URGENT else Difficulty.GENERAL
            due = self._deadlines.reply(now, asked).due
            duty = self.duty()
            said, sealed, attachments = self._sealed(feedback, contact, enclosed)
            registered = Registered(
                said,
                number="",
                due=due.day.isoformat(),
                due_why=due.why,
                code_key=key,
                tail_digest=tail_digest(code),
                contact_digest=_digest(sealed, SEALED_AS),
                said_digest=_digest(sealed, SAID_AS),
                duty_post=duty.window_post.say("zh"),
                leader=duty.leader_post.say("zh"),
                department=self._catalogue.department_of(said.service_window, said.service_item),
                outcome=THANKS if feedback.asks_nothing and not enclosed else None,
                attachments=attachments,
                test=self._test,
                play=self._play(this, feedback.words),
            )
            case_id = secrets.token_hex(10)
            call_id = secrets.token_hex(10) if waits_here(said) else ""
            call = (call_id, Called(self._place, case_id=case_id)) if call_id else None
            case = self._store.register(registered, now.date(), case_id, sealed, call)
            self._kept(this)
        return Taken(case, code, self._address + code.path, call_id)

    @property
    def _place(self) -> str:
        return self._store.device + "（测试）" * self._test

    def desk_hears(self) -> bool:
        """Whether a desk is there to ring, as far as this machine knows. Raises StoreTrouble."""
        return desk_hears(self._store, self._now(), self._beat)

    def duty(self) -> Duty:
        """Who is on duty now."""
        return duty_at(self._now(), self._store.people(), self.workdays, self._catalogue)

    def can_seal(self) -> bool:
        """Whether the hall's keys are here: without them nothing can be kept sealed."""
        hall = self._store.people()
        return all(hall.key(ring) for ring in Ring)

    def _sealed(
        self, feedback: Feedback, contact: Contact, enclosed: tuple[Enclosed, ...]
    ) -> tuple[Feedback, tuple[Sealed, ...], tuple[Attachment, ...]]:
        """What the log may say, and what is sealed beside it: of an integrity case, everything."""
        integrity = feedback.kind is Kind.INTEGRITY
        if not (integrity or contact.given or enclosed):
            return feedback, (), ()
        key = _key(self._store.people(), Ring.INTEGRITY if integrity else Ring.CONTACT)
        sealed = [seal(key, SEALED_AS, contact.write())] if contact.given else []
        if integrity:
            sealed.append(seal(key, SAID_AS, canonical(plain(feedback))))
            feedback = Feedback(
                Kind.INTEGRITY, reply_by=feedback.reply_by, language=feedback.language
            )
        pairs = [one.sealed(key) for one in enclosed]
        sealed += [content for _, content in pairs]
        return feedback, tuple(sealed), tuple(attachment for attachment, _ in pairs)

    def _play(self, this: Sent | None, words: str = "") -> str:
        offered = sum(not problem.sealed for problem in self._catalogue.problems)
        return mark(this, self._sent, words, offered) if this else ""

    def _kept(self, this: Sent | None) -> None:
        """The code is used up, and the submission is remembered without its words."""
        self._spare = None
        if this is not None:
            self._sent = (*self._sent, this)[-REMEMBERED:]

    def _next_code(self) -> tuple[TrackingCode, str]:
        if self._spare is None:
            self.prepare()
        assert self._spare is not None
        return self._spare

    def same_today(self, feedback: Feedback) -> Same | None:
        """An open case of today with the same problems at the same window; None for most."""
        if feedback.kind is not Kind.COMPLAINT or not feedback.problems or feedback.words:
            return None
        start = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        found = self._lists.alike(
            feedback.kind,
            feedback.problems,
            feedback.service_window,
            int(start.timestamp() * 1000),
            test=self._test,
        )
        return Same(found.case_id, found.times) if found else None

    def join(self, case_id: str, pace: Pace | None = None) -> Taken:
        """我也遇到: a code of one's own to another's case. Raises DoesNotFit, StoreTrouble."""
        with self._lock:
            this = Sent(pace) if pace else None
            code, key = self._next_code()
            met = Joined(key, tail_digest(code), self._play(this))
            case = self._store.append(case_id, met)
            self._kept(this)
        return Taken(case, code, self._address + code.path)

    def new_job(self) -> str:
        """A print job of the visit that goes on now."""
        job = secrets.token_hex(8)
        self._jobs.add(job)
        return job

    def visit_over(self) -> None:
        """Whoever it was has gone: what has not begun to print never will. Returns at once."""
        jobs, self._jobs = self._jobs, set()
        self._looked_up = None
        for job in jobs:
            self._printer.cancel(job)

    def printer_state(self) -> PrinterState:
        """What the printer says of itself; may take a few seconds.

        It is noted for the machine's beat, once a minute at most unless it changed.
        """
        state = self._printer.state()
        told = {"words": state.words, "stops": state.stops, "low": state.low}
        now = int(self._now().timestamp() * 1000)
        if told != self._paper or not 0 <= now - self._paper_ms < PAPER_NOTED_MS:
            with suppress(StoreTrouble):
                self._store.set_fact(PAPER, json.dumps({"at": now, **told}))
                self._paper, self._paper_ms = told, now
        return state

    def print_receipt(self, taken: Taken, job: str = "") -> PrintResult:
        """Draw and print the receipt; says what the printer gave evidence of, and never raises."""
        from kiosk.paper.receipt import draw, receipt_of

        receipt = receipt_of(
            taken.case,
            taken.code,
            taken.address,
            self._catalogue,
            taken.case.feedback.language,
            now=self._now(),
            kiosk=self._store.device,
            version=__version__,
        )
        page = draw(receipt, self._printer.width_mm)
        result = self._print(page, taken.case.number, job)
        if result.in_doubt and result.why != Why.NO_PRINTER:
            # Any desk of the hall can print another then. The case itself is kept already.
            with suppress(StoreTrouble, UnknownCase):
                self._store.append(taken.case.case_id, PrintFailed(result.why))
        return result

    def print_guide(self, service_item: str, language: str, job: str = "") -> PrintResult:
        """Print where and how a service item is done; never raises."""
        from kiosk.paper.guide import draw

        item = next(i for i in self._catalogue.service_items if i.code == service_item)
        stamp = f"{self._now():%Y%m%d%H%M%S}"
        page = draw(item, self._catalogue, language, self._printer.width_mm)
        return self._print(page, f"guide-{stamp}", job)

    def _print(self, pdf: bytes, title: str, job: str) -> PrintResult:
        result = self._printer.print(pdf, title, job)
        self._jobs.discard(job)
        return result

    def look_up(self, typed: str) -> LookUp:
        """The case a typed or scanned code belongs to; None for every code that leads nowhere.

        In test mode, codes of real cases lead nowhere: nobody in training withdraws one.
        """
        try:
            code = read_code(typed)
        except NotACode:
            return LookUp(None)
        since, found = None, None
        try:
            found = self._shared_store().find(code) or self._store.find(code)
        except StoreTrouble:
            self._shared = None
            state = sync_state(self._store)
            since = state.failing_since or self._now().astimezone()
            with suppress(StoreDamaged):
                # What is damaged here the shared store can tell, once it can be asked.
                found = self._store.find(code)
        self._looked_up = (found.case_id, code) if found else None
        if found is None or (self._test and not found.test):
            return LookUp(None, since)
        return LookUp(found, since, self._improvement(found))

    def _improvement(self, case: Case) -> Improved | None:
        if case.outcome is None or not case.outcome.improvement:
            return None
        with suppress(StoreTrouble):
            return self._store.people().improvements.get(case.outcome.improvement)
        return None

    def judge(
        self, case: Case, verdict: Verdict, grade: Grade | None = None, reason: str = ""
    ) -> Case:
        """解决了 / 部分 / 没解决, with a grade of the handling; unsolved asks for 重办, by a day of
        its own. Raises DoesNotFit, StoreTrouble."""
        return self._say_of(case, says.judged(verdict, grade, reason, self._deadlines, self._now()))

    def answer(self, case: Case, words: str) -> Case:
        """Answer the question the case waits for. Raises DoesNotFit, StoreTrouble."""
        return self._say_of(case, says.answered(words))

    def withdraw(self, case: Case) -> Case:
        """Take it back; it ends with a result and a reply. Raises DoesNotFit, StoreTrouble."""
        return self._say_of(case, says.withdrawn())

    def _say_of(self, case: Case, happening: Happening) -> Case:
        self._fetch(case)
        try:
            return self._store.append(case.case_id, happening)
        except UnknownCase:
            # It was said at another machine and has not come by yet: fetch it now.
            sync(self._store, self._shared_store())
            return self._store.append(case.case_id, happening)

    def _fetch(self, case: Case) -> None:
        """A login of this kiosk's own is told of no other kiosk's case: its code brings it here."""
        shared = self._shared
        if shared is None or shared.whole_devices() is None or not self._looked_up:
            return
        case_id, code = self._looked_up
        if case_id == case.case_id:
            try:
                key = code_key(self._store.hall, code)
                self._store.receive(shared.events_by_code(key))
            except StoreTrouble:
                # What was said is kept all the same, if the case is here.
                self._shared = None

    def call(self) -> str:
        """叫人帮忙: the desk rings. Returns the call's name. Raises StoreTrouble."""
        call_id = secrets.token_hex(10)
        self._store.call(call_id, self._place)
        return call_id

    def who_comes(self, call_id: str) -> str:
        """Who is on the way; empty while nobody has answered yet."""
        recent = int((self._now().timestamp() - CALL_LASTS) * 1000)
        return next((c.by for c in self._lists.calls(recent) if c.call_id == call_id), "")

    def stories(self) -> list[str]:
        """What the ledger publishes, the newest first."""
        entries = self._store.people().improvements.values()
        newest = sorted((e for e in entries if e.published), key=lambda e: e.day, reverse=True)
        return [entry.story for entry in newest[:5]]

    def can_take(self) -> bool:
        """Whether what somebody says now can be kept: asked before anybody types."""
        return self._store.has_room()

    def month(self) -> Month:
        """The numbers of this month, as this machine knows them."""
        return month(self._store, self._lists, self._now())

    def _shared_store(self) -> Shared:
        if self._open_shared is None:
            return self._store
        if self._shared is None:
            self._shared = self._open_shared()
        return self._shared

    def close(self) -> None:
        """Let go of the stores."""
        if self._shared is not None:
            self._shared.close()
        self._store.close()


def _key(hall: Hall, ring: Ring) -> str:
    key = hall.key(ring)
    if not key:
        raise StoreTrouble("the hall's keys have not come to this machine yet")
    return key


def _digest(sealed: tuple[Sealed, ...], name: str) -> str:
    return next((one.digest for one in sealed if one.name == name), "")
