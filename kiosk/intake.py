"""Takes a finished visit in: keep it, then print; finds a case again by its code, and keeps what
its citizen says of it.

The case is kept before anything else is tried. What comes after (paper, the shared store) may
fail, and the case stands all the same.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from db.case import (
    Answered,
    Case,
    Feedback,
    Grade,
    Happening,
    Joined,
    Judged,
    Kind,
    Outcome,
    Registered,
    Result,
    Verdict,
    Withdrawn,
)
from db.code import NotACode, TrackingCode, code_key, mint, read_code, tail_digest
from db.engine import StoreTrouble
from db.seal import seal
from db.store import CALL_LASTS, Month, Store, UnknownCase
from db.sync import sync, sync_state
from kiosk import __version__
from kiosk.catalogue import Catalogue
from kiosk.contact import NOT_GIVEN, SEALED_AS, Contact
from kiosk.enclosed import Enclosed
from kiosk.paper.printers import Printer, PrintResult
from kiosk.workdays import Workdays

WITHDRAWN = Outcome(Result.W1, "市民撤回", "您撤回了这件事。随时可以再来说。")
THANKS = Outcome(Result.T1, "评价已记录", "谢谢您的评价，已经记进本月的数字里。")


@dataclass(frozen=True, slots=True)
class Taken:
    """A case that is kept for good, the code only its citizen has, and where the code leads."""

    case: Case
    code: TrackingCode
    address: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a code leads to; `stale_since` when the shared store cannot be asked."""

    case: Case | None
    stale_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Same:
    """An open case of today about the same, and how many have met it so far."""

    case_id: str
    times: int


@dataclass(frozen=True, slots=True)
class Promise:
    """How many working days until a reply, by urgency."""

    usual: int = 5
    urgent: int = 1

    def days(self, kind: Kind) -> int:
        return self.urgent if kind in (Kind.HELP, Kind.QUESTION) else self.usual


class Intake:
    """One kiosk's way into the record."""

    def __init__(
        self,
        store: Store,
        printer: Printer,
        catalogue: Catalogue,
        workdays: Workdays,
        *,
        public_key: str,
        address: str,
        promise: Promise | None = None,
        open_shared: Callable[[], Store] | None = None,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._store = store
        self._printer = printer
        self._catalogue = catalogue
        self._workdays = workdays
        self._public_key = public_key
        self._address = address
        self._promise = promise or Promise()
        self._open_shared = open_shared
        self._now = now
        self._spare: tuple[TrackingCode, str] | None = None
        self._shared: Store | None = None
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Make the next code ahead of time: its slow digest must not keep anybody waiting."""
        code = mint()
        self._spare = (code, code_key(self._store.hall, code))

    def take(
        self,
        feedback: Feedback,
        contact: Contact = NOT_GIVEN,
        attachments: tuple[Enclosed, ...] = (),
    ) -> Taken:
        """Keep what was said. When this returns it is safe. Raises StoreFull, StoreTrouble."""
        with self._lock:
            code, key = self._next_code()
            now = self._now()
            due = self._workdays.due(now, self._promise.days(feedback.kind))
            duty = self._catalogue.duty(now)
            enclosed = [one.sealed(self._public_key) for one in attachments]
            sealed = [content for _, content in enclosed]
            if contact.given:
                sealed.insert(0, seal(self._public_key, SEALED_AS, contact.write()))
            said = Registered(
                feedback,
                number="",
                due=due.day.isoformat(),
                due_reason=due.why,
                code_key=key,
                tail_digest=tail_digest(code),
                contact_digest=sealed[0].digest if contact.given else "",
                duty_post=duty.window_post.say("zh"),
                leader=duty.leader_post.say("zh"),
                outcome=THANKS if feedback.asks_nothing and not enclosed else None,
                attachments=tuple(attachment for attachment, _ in enclosed),
            )
            case = self._store.register(said, now.date(), secrets.token_hex(10), tuple(sealed))
            self._spare = None
        return Taken(case, code, self._address + code.path)

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
        found = self._store.alike(
            feedback.kind, feedback.problems, feedback.service_window, int(start.timestamp() * 1000)
        )
        return Same(found.case_id, found.times) if found else None

    def join(self, case_id: str) -> Taken:
        """我也遇到: a code of one's own to another's case. Raises DoesNotFit, StoreTrouble."""
        with self._lock:
            code, key = self._next_code()
            case = self._store.append(case_id, Joined(key, tail_digest(code)))
            self._spare = None
        return Taken(case, code, self._address + code.path)

    def print_receipt(self, taken: Taken) -> PrintResult:
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
        return self._printer.print(draw(receipt), taken.case.number)

    def print_guide(self, service_item: str, language: str) -> PrintResult:
        """Print where and how a service item is done; never raises."""
        from kiosk.paper.guide import draw

        item = next(i for i in self._catalogue.service_items if i.code == service_item)
        stamp = f"{self._now():%Y%m%d%H%M%S}"
        return self._printer.print(draw(item, self._catalogue, language), f"guide-{stamp}")

    def look_up(self, typed: str) -> LookUp:
        """The case a typed or scanned code belongs to; None for every code that leads nowhere."""
        try:
            code = read_code(typed)
        except NotACode:
            return LookUp(None)
        try:
            found = self._shared_store().find(code)
            return LookUp(found or self._store.find(code))
        except StoreTrouble:
            self._shared = None
            state = sync_state(self._store)
            since = state.failing_since or self._now().astimezone()
            return LookUp(self._store.find(code), since)

    def judge(
        self, case: Case, verdict: Verdict, grade: Grade | None = None, reason: str = ""
    ) -> Case:
        """解决了 / 部分 / 没解决, with a grade of the handling. Raises DoesNotFit, StoreTrouble."""
        return self._say_of(case, Judged(verdict, grade, reason))

    def answer(self, case: Case, words: str) -> Case:
        """Answer the question the case waits for. Raises DoesNotFit, StoreTrouble."""
        return self._say_of(case, Answered(words))

    def withdraw(self, case: Case) -> Case:
        """Take it back; it ends with a result and a reply. Raises DoesNotFit, StoreTrouble."""
        return self._say_of(case, Withdrawn(WITHDRAWN))

    def _say_of(self, case: Case, happening: Happening) -> Case:
        try:
            return self._store.append(case.case_id, happening)
        except UnknownCase:
            # It was said at another machine and has not come by yet: fetch it now.
            sync(self._store, self._shared_store())
            return self._store.append(case.case_id, happening)

    def call(self) -> str:
        """叫人帮忙: the desk rings. Returns the call's name. Raises StoreTrouble."""
        call_id = secrets.token_hex(10)
        self._store.call(call_id, self._store.device)
        return call_id

    def who_comes(self, call_id: str) -> str:
        """Who is on the way; empty while nobody has answered yet."""
        recent = int((self._now().timestamp() - CALL_LASTS) * 1000)
        return next((c.by for c in self._store.calls(recent) if c.call_id == call_id), "")

    def can_take(self) -> bool:
        """Whether what somebody says now can be kept: asked before anybody types."""
        return self._store.has_room()

    def month(self) -> Month:
        """The numbers of this month, as this machine knows them."""
        first = self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return self._store.month(int(first.timestamp() * 1000))

    def _shared_store(self) -> Store:
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
