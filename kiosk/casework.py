"""What staff may do with a case: who, when, with what result.

Each deed is one event in the log. The rules stand in `db.rules`; here a deed gets what it needs
from the calendar, the keys and the paper. Whatever a person may not see is not there for them.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from db.case import Case, DoesNotFit
from db.code import NotACode, TrackingCode, code_key, mint, read_code, tail_digest
from db.event import COUNTER_BITS
from db.hall import AT_WINDOW, Hall, Person
from db.happening import (
    Accepted,
    Accused,
    Answered,
    Approved,
    Asked,
    Assigned,
    Backstopped,
    Called,
    Classified,
    Closed,
    Declined,
    Escalated,
    Extended,
    FollowedUp,
    Handled,
    Improved,
    Judged,
    Met,
    Noted,
    OfStaff,
    Proposed,
    Registered,
    Reowned,
    Replied,
    Reprinted,
    Returned,
    Revealed,
    Supervised,
    built,
)
from db.lists import DONE, Call, CaseLine, Column, Lists
from db.rules import MAY, TOO_EARLY, may
from db.seal import WrongSecret, seal, unseal_bytes_with, unseal_with
from db.sight import BLURRED, reach
from db.store import Calling, Store, UnknownCase
from db.tallies import Chosen, Tallies
from db.terms import (
    Attachment,
    Difficulty,
    Feedback,
    Helping,
    Outcome,
    Ring,
    Role,
    Source,
    Verdict,
)
from kiosk import __version__
from kiosk.calls import Calls
from kiosk.catalogue import Catalogue
from kiosk.contact import NOT_GIVEN, SAID_AS, SEALED_AS, Contact, read
from kiosk.deadlines import Card, Deadlines, Pause
from kiosk.deeds import deeds
from kiosk.due import extended
from kiosk.initials import initials_of
from kiosk.numbers import Dashboard
from kiosk.paper.printers import Printer, PrinterState, PrintResult
from kiosk.paper.spooler import Spooler, Unprinted
from kiosk.reports import Reports
from kiosk.roster import Roster, duty_at, roster_in
from kiosk.staff import Badge
from kiosk.stationery import Stationery
from kiosk.wording import Finding, blame, check

OPEN_COLUMNS = tuple(c for c in Column if c not in (Column.CLOSED, Column.TO_FOLLOW_UP))
#: Cards that fell longer ago are not news.
_CARDS_KEPT = timedelta(days=30)


class WordsFirst(Exception):
    """There are words for the citizen that may not go out like this (R-38, R-42)."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("、".join(f"“{f.word}”" for f in findings))
        self.findings = findings


class Casework:
    """One signed-in person at work on the desk's own store."""

    def __init__(
        self,
        store: Store,
        badge: Badge,
        catalogue: Catalogue,
        deadlines: Deadlines,
        printer: Printer,
        address: str,
        now: Callable[[], datetime] = datetime.now,
        office: Printer | None = None,
        window_roles: frozenset[Role] = AT_WINDOW,
    ) -> None:
        self.person = badge.person
        self.badge = badge
        self._store = store
        self._lists = Lists(store, self._spelling)
        self._catalogue = catalogue
        self._deadlines = deadlines
        self.workdays = deadlines.workdays
        self.window_roles = window_roles
        self._printer = printer
        self._office = office or printer
        self._stationery = Stationery(catalogue, deadlines.workdays)
        self._address = address
        self._now = now
        #: How long somebody has waited, and for whom that is.
        self.waiting = Calls(store, deadlines, lambda: self._now(), self._lists)

    # --- what there is ------------------------------------------------------------------------

    def today(self) -> date:
        """The day it is at this desk."""
        return self._now().date()

    def worklist(self, column: Column, first: int = 0, limit: int = 100) -> list[CaseLine]:
        """Lines of one column that are there for this person."""
        today = self.today()
        found = self._lists.worklist(self.person, column, today, first=first, limit=limit)
        return [self._blurred_line(line) for line in found]

    def card(self, due: str) -> Card:
        """The card that a case due on this day has today, unless it was replied to before."""
        return self._deadlines.card(date.fromisoformat(due), self.today())

    def new_cards(self) -> list[tuple[Card, CaseLine]]:
        """The cards that fell since this person last laid them aside: whoever was away for days
        finds each of them, and each once."""
        today = self.today()
        laid = date.fromisoformat(self._store.fact(self._cards_laid) or "0001-01-01")
        # A day that is still to come was laid aside by a clock that has been put right since.
        after = laid if date.min < laid <= today else today - timedelta(days=1)
        fell = self._deadlines.fallen(max(after, today - _CARDS_KEPT), today)
        lines = self._lists.due_on(self.person, list(fell)) if fell else []
        return [(fell[date.fromisoformat(line.due)], self._blurred_line(line)) for line in lines]

    def lay_cards_aside(self) -> None:
        """Seen: they do not come again."""
        self._store.set_fact(self._cards_laid, self.today().isoformat())

    @property
    def _cards_laid(self) -> str:
        return f"cards:{self.person.login}"

    def counts(self) -> dict[Column, int]:
        """How many cases stand in each column of the worklist."""
        return self._lists.counts(self.person, self.today())

    def case(self, case_id: str) -> Case:
        """Raises db.store.UnknownCase, also for a case this person may not see; StoreTrouble."""
        if not self._lists.sees(self.person, case_id):
            raise UnknownCase(case_id)
        return self._shown(self._store.case(case_id))

    def search(self, typed: str) -> list[CaseLine]:
        """By number, scanned receipt, words, pinyin initials, a problem's or window's name."""
        try:
            found = self._store.find(read_code(typed))
        except NotACode:
            found = None
        if found is not None:
            lines = self._lists.search(self.person, found.number)
            return [self._blurred_line(line) for line in lines]
        wanted = typed.strip().lower()
        if not wanted:
            return []
        lines = self._lists.search(self.person, typed, self._catalogue.codes_named(wanted))
        return [self._blurred_line(line) for line in lines]

    @property
    def looks_at_contacts(self) -> bool:
        """Whether this person's role and key open what citizens left to be reached by."""
        return bool(self._keys) and self.person.role in MAY[Revealed]

    def search_phone(self, digits: str) -> list[CaseLine]:
        """Cases whose sealed number ends with, or holds, these digits; each look is logged."""
        if len(digits) < 4 or not digits.isdecimal() or not self.looks_at_contacts:
            return []
        found: list[CaseLine] = []
        for case_id in self._lists.with_contact(self.person):
            case = self._store.case(case_id)
            try:
                contact = self._contact(case)
            except WrongSecret:
                continue
            if digits in contact.phone:
                self._append(case_id, Revealed(self.person.login, "phone-search"))
                found += self._lists.search(self.person, case.number)
        return found

    def behind(self, chosen: Chosen, first: int = 0, limit: int = 200) -> list[CaseLine]:
        """Some of the cases behind a number. Raises NotWithinReach."""
        found = Tallies(self._lists).cases(self.person, chosen, first=first, limit=limit)
        return [self._blurred_line(line) for line in found]

    def these(self, case_ids: list[str]) -> list[CaseLine]:
        """The lines of these cases that are there for this person."""
        found = self._lists.these(self.person, case_ids)
        return [self._blurred_line(line) for line in found]

    def dashboard(self) -> Dashboard | None:
        """The numbers this person may look at; None for whoever has none."""
        if reach(self.person) is None:
            return None
        return Dashboard(self.person, self._lists, self._catalogue, self.workdays, self._now)

    def reports(self) -> Reports:
        """What this person may take along on paper or as a file."""
        return Reports(
            self.person, self._store, self._lists, self._catalogue, self.workdays, self._now
        )

    def hall(self) -> Hall:
        """Who works here, who is on duty, what was improved."""
        return self._store.people()

    def improve(self, code: str, entry: Improved) -> Hall:
        """Write an entry of the improvement ledger. Raises db.hall.NotHis."""
        return self._store.append_hall(code, entry)

    def improved_cases(self) -> dict[str, list[str]]:
        """Behind each entry of the ledger the numbers of its cases, those this person may see."""
        return self._lists.improved(self.person)

    def roster(self, first: date, last: date) -> Roster:
        """Who is on duty in every open half day of a span of days."""
        return roster_in(self._store.people(), self.workdays, first, last)

    def plan(self, before: Roster, after: Roster, reason: str) -> Hall:
        """Make one roster the other, place by place. Raises db.hall.NotHis."""
        hall = self._store.people()
        for shift in before.changed_to(after, self.person.login, reason):
            hall = self._store.append_hall("roster", shift)
        return hall

    def calls(self) -> list[Call]:
        """Who waits for a person, the newest first: at a kiosk and on the spot for anybody, at a
        desk for whoever leads the day; and one's own calls with who comes."""
        found = self.waiting.heard(self.person)
        # The minute at which somebody said it is not for their department (G10).
        return [
            replace(call, case_id="", number="")
            if call.case_id and not call.caller and self.person.role in BLURRED
            else call
            for call in found
        ]

    def waits(self, line: CaseLine) -> int | None:
        """For how many minutes its citizen has waited on the spot today; None for nobody there,
        and for whom the minute is not."""
        if not line.on_site or line.state in DONE or self.person.role in BLURRED:
            return None
        since = datetime.fromtimestamp(line.registered_ms / 1000)
        return self.waiting.waited(line.registered_ms) if since.date() == self.today() else None

    def answer_call(self, call_id: str) -> None:
        """I am on my way: whoever called sees who comes."""
        self._store.answer_call(call_id, self.person.post)

    def leading(self) -> list[Person]:
        """Who leads today; where the roster has nobody, whoever coordinates or supervises."""
        return self.waiting.leading()

    def call_leader(self) -> list[Person]:
        """请领导来: the desks of these ring, until one of them is on the way. Raises
        db.hall.NotHis."""
        self._store.call(secrets.token_hex(10), self.person.post, self.person.login)
        return self.leading()

    def deeds(self, case: Case) -> tuple[str, ...]:
        """What this person may do with the case now, in the order of the desk's buttons."""
        clock = int(self._now().timestamp() * 1000) << COUNTER_BITS
        found = deeds(case, self.person, self._store.people(), max(clock, case.clock + 1))
        none = {"contact"} if not self._keys else set()
        if self._days_are_left(case):
            none.add("close")
        return tuple(deed for deed in found if deed not in none)

    def _days_are_left(self, case: Case) -> bool:
        """Whether the citizen's days for a verdict are not over, in service days: the rules, which
        know no calendar, see to the calendar days that these take at the least."""
        replied = datetime.fromtimestamp((case.replied_ms or 0) / 1000)
        return case.replied_ms is not None and self.today() <= self._deadlines.judge_until(replied)

    # --- from hand to hand --------------------------------------------------------------------

    def accept(self, case_id: str) -> Case:
        """首问负责: who accepts it first owns it."""
        return self._append(case_id, Accepted(self.person.login))

    def meet(self, case_id: str, how: str, note: str = "") -> Case:
        """接待: the citizen was spoken to."""
        return self._append(case_id, Met(self.person.login, how, note))

    def classify(self, case_id: str, difficulty: Difficulty) -> Case:
        """How much it asks for; the due date follows from it, that of a 重办 apart."""
        self.case(case_id)
        # The minute counts here, which some may not see.
        case = self._store.case(case_id)
        day, why = case.due, case.due_why
        if case.round == 1:
            start = datetime.fromtimestamp(case.registered_ms / 1000)
            due = self._deadlines.reply(start, difficulty, waits(case)).due
            day, why = due.day.isoformat(), due.why
        return self._append(case_id, Classified(self.person.login, difficulty, day, why))

    def accuse(self, case_id: str, logins: tuple[str, ...]) -> Case:
        """These people are complained about: the case is gone for them."""
        return self._append(case_id, Accused(self.person.login, logins))

    def assign(
        self,
        case_id: str,
        department: str,
        to: str = "",
        helping: tuple[Helping, ...] = (),
        note: str = "",
        *,
        helping_days: int = 0,
    ) -> Case:
        """交办: offer it to a department or to one person; it stays owned until they take it.
        Offered to nobody, it is not offered any more. `helping_days`: service days from today in
        which those who help have done their part, at most until the case is due; 0 names none."""
        if helping_days > 0:
            last = self.workdays.following(self.today(), helping_days)[-1].isoformat()
            last = min(last, max(self.case(case_id).due, self.today().isoformat()))
            helping = tuple(replace(one, due=last) for one in helping)
        return self._append(case_id, Assigned(self.person.login, department, to, helping, note))

    def take(self, case_id: str) -> Case:
        """Take what was offered into one's hands."""
        return self._append(case_id, Handled(self.person.login, self.person.department))

    def decline(self, case_id: str, reason: str, better: str = "") -> Case:
        """Not ours, with the reason and a better owner: back to whoever owns it."""
        return self._append(case_id, Declined(self.person.login, reason, better))

    def reown(self, case_id: str, to: str, reason: str) -> Case:
        """Another owner, by the coordinator."""
        return self._append(case_id, Reowned(self.person.login, to, reason))

    def escalate(self, case_id: str, reason: str = "") -> Case:
        """Put it before the leader of the day: their desk rings until they look at it."""
        me = self.person
        # Of a sealed case the leader hears no more than that the inspector asks for them.
        about = "" if self.case(case_id).sealed else case_id
        call = (secrets.token_hex(10), Called(me.post, me.login, about))
        return self._append(case_id, Escalated(me.login, reason), call)

    def backstop(self, case_id: str) -> Case:
        """兜底: whoever owns it now answers for it to the end."""
        return self._append(case_id, Backstopped(self.person.login))

    def supervise(self, case_id: str, note: str = "") -> Case:
        """督办."""
        return self._append(case_id, Supervised(self.person.login, note))

    # --- time ---------------------------------------------------------------------------------

    def ask(self, case_id: str, question: str) -> Case:
        """A question to the citizen: the clock stands still, for five service days at most.

        Raises WordsFirst for words that may not go out.
        """
        _require_kind(question)
        self.case(case_id)
        case = self._store.case(case_id)
        due = date.fromisoformat(case.due)
        dues = self._deadlines.waiting(due, case.due_why, began(case), self.today())
        return self._append(case_id, Asked(self.person.login, question, dues))

    def extend(self, case_id: str, days: int, reason: str) -> Case:
        """So many service days more, once, ten at most; the citizen reads the reason.

        Raises WordsFirst for words that may not go out.
        """
        _require_kind(reason)
        case = self.case(case_id)
        days = min(max(days, 1), self._deadlines.limits.extension_days)
        due = self.workdays.following(date.fromisoformat(case.due), days)[-1]
        why = extended(case.due_why, days, due)
        return self._append(case_id, Extended(self.person.login, due.isoformat(), reason, why))

    # --- results ------------------------------------------------------------------------------

    def reply(self, case_id: str, outcome: Outcome) -> Case:
        """说YES不请示: a positive result in time goes out. 说NO要报告: all others go to a leader.

        Raises WordsFirst for words that may not go out.
        """
        findings = check(outcome)
        if findings:
            raise WordsFirst(findings)
        late = self.today().isoformat() > self.case(case_id).due
        if outcome.result.negative or late:
            return self._append(case_id, Proposed(self.person.login, outcome))
        return self._append(case_id, Replied(self.person.login, outcome))

    def approve(self, case_id: str) -> Case:
        """A leader on today's roster lets it go out. Raises DoesNotFit."""
        return self._append(case_id, Approved(self.person.login))

    def return_(self, case_id: str, reason: str) -> Case:
        """A leader sends it back to be thought over."""
        return self._append(case_id, Returned(self.person.login, reason))

    def follow_up(self, case_id: str, verdict: Verdict, note: str = "") -> Case:
        """回访: what the citizen says of the reply; not satisfied opens another round, by a day of
        its own."""
        said = FollowedUp(self.person.login, verdict, note)
        if verdict is Verdict.UNSOLVED:
            due = self._deadlines.again(self._now()).due
            said = replace(said, due=due.day.isoformat(), due_why=due.why)
        return self._append(case_id, said)

    def close(self, case_id: str) -> Case:
        """End a case whose citizen has said nothing for ten service days. Raises DoesNotFit."""
        if self._days_are_left(self.case(case_id)):
            raise DoesNotFit(TOO_EARLY)
        return self._append(case_id, Closed(self.person.login))

    def note(self, case_id: str, note: str) -> Case:
        """Write something for staff; the citizen's own words stay as they are."""
        return self._append(case_id, Noted(self.person.login, note))

    # --- what is sealed -----------------------------------------------------------------------

    def contact(self, case_id: str) -> Contact:
        """How to reach the citizen; the look itself is logged first."""
        case = self._append(case_id, Revealed(self.person.login))
        return self._contact(case)

    def attachment(self, case_id: str, name: str) -> bytes:
        """A voice note or a drawing, empty once it is erased; the look itself is logged.

        Raises LookupError where no such thing came with the case.
        """
        attachment = self.case(case_id).attachment(name)
        if attachment is None:
            raise LookupError(name)
        case = self._append(case_id, Revealed(self.person.login, name))
        content = self._store.sealed_content(case, name)
        if content is None:
            return b""
        return unseal_bytes_with(self._keys, content, attachment.digest)

    def attachments(self, case: Case) -> tuple[Attachment, ...]:
        """What this person may listen to or look at; nothing for whoever has no key to it."""
        try:
            may(case, self.person, Revealed)
        except DoesNotFit:
            return ()
        return case.attachments if self._keys else ()

    def _contact(self, case: Case) -> Contact:
        content = self._store.sealed_content(case, SEALED_AS)
        if content is None:
            return NOT_GIVEN
        return read(unseal_with(self._keys, content, case.contact_digest))

    def reprint(self, case_id: str) -> PrintResult:
        """Print the receipt again with a new code: staff never hold the citizen's own."""
        code: TrackingCode = mint()
        key = code_key(self._store.hall, code)
        case = self._append(case_id, Reprinted(self.person.login, key, tail_digest(code)))
        return self._print(case, code, case.prints - 1)

    # --- papers -------------------------------------------------------------------------------

    def print_letter(self, case_id: str) -> PrintResult:
        """答复单, without the citizen's code. Raises DoesNotFit for a case without a reply."""
        case = self.case(case_id)
        if case.outcome is None:
            raise DoesNotFit("还没有回复")
        page = self._stationery.letter(case, self.today(), "")
        return self._office.print(page, f"letter-{case.number}")

    def print_notice(self, case_id: str, missing: tuple[str, ...]) -> PrintResult:
        """一次性告知单: everything that is still missing, at once."""
        case = self.case(case_id)
        page = self._stationery.notice(case, missing, self.today(), self.person.post)
        return self._office.print(page, f"notice-{case.number}")

    def print_guide(self, service_item: str, language: str) -> PrintResult:
        """引导单: where and how."""
        from kiosk.paper.guide import draw

        page = draw(
            self._catalogue.service_item(service_item),
            self._catalogue,
            language,
            self._printer.width_mm,
        )
        return self._printer.print(page, f"guide-{self._now():%Y%m%d%H%M%S}")

    def print_paper(self, name: str, language: str) -> PrintResult:
        """record-slip, handover or no-list. Raises KeyError for another name."""
        made = {"record-slip": self._record_slip, "handover": self._handover, "no-list": self._noes}
        return self._office.print(made[name](language), f"{name}-{self._now():%Y%m%d%H%M%S}")

    def _record_slip(self, language: str) -> bytes:
        return self._stationery.record_slips(language)

    def _handover(self, language: str) -> bytes:
        from kiosk.paper.handover import Machine

        lines = [line for column in OPEN_COLUMNS for line in self.worklist(column, 0, 200)]
        state, now, hall = self.printer_state(), self._now(), self.hall()
        leader = duty_at(now, hall, self.workdays, self._catalogue).leader_post.say(language)
        machines = (Machine(self._store.device, state.words, not state.stops),)
        return self._stationery.handover(
            lines, self.calls(), hall, now, machines, leader, self._store.heads(), language
        )

    def _noes(self, language: str) -> bytes:
        day = self.today()
        ids = self._lists.said_no(self.person, day)
        cases = [self._store.case(case_id) for case_id in ids]
        return self._stationery.no_list(cases, self.hall(), day, language)

    def printer_state(self) -> PrinterState:
        """How the receipt printer is."""
        return self._printer.state()

    def unprinted(self) -> list[Unprinted]:
        """Receipts that did not come out, the newest first."""
        return self._printer.unprinted() if isinstance(self._printer, Spooler) else []

    def missing_receipts(self) -> list[CaseLine]:
        """Cases of today and yesterday whose receipt did not come out at a kiosk, whichever."""
        since = datetime.combine(self.today() - timedelta(days=1), time.min)
        found = self._lists.unprinted(self.person, int(since.timestamp() * 1000))
        return [self._blurred_line(line) for line in found]

    def forget(self, job: str) -> None:
        """Nobody waits for this page any more."""
        if isinstance(self._printer, Spooler):
            self._printer.forget(job)

    # --- for somebody else --------------------------------------------------------------------

    def write_down(
        self, feedback: Feedback, contact: Contact = NOT_GIVEN, source: Source = Source.PAPER
    ) -> Case:
        """Key in a paper slip, or what somebody told the desk: kept, accepted by whoever wrote it.

        Its receipt is printed; the code is never shown.
        """
        now, code, hall = self._now(), mint(), self._store.people()
        due = self._deadlines.reply(now, Difficulty.GENERAL).due
        duty = duty_at(now, hall, self.workdays, self._catalogue)
        sealed = (
            (seal(hall.key(Ring.CONTACT), SEALED_AS, contact.write()),) if contact.given else ()
        )
        said = Registered(
            feedback,
            number="",
            due=due.day.isoformat(),
            due_why=due.why,
            code_key=code_key(self._store.hall, code),
            tail_digest=tail_digest(code),
            contact_digest=sealed[0].digest if sealed else "",
            duty_post=duty.window_post.say("zh"),
            leader=duty.leader_post.say("zh"),
            department=self._catalogue.department_of(
                feedback.service_window, feedback.service_item
            ),
            source=source,
            by=self.person.login,
        )
        case = self._store.register(said, now.date(), secrets.token_hex(10), sealed)
        case = self._store.append(case.case_id, Accepted(self.person.login))
        self._print(case, code, 0)
        return case

    # --- inside -------------------------------------------------------------------------------

    @property
    def _keys(self) -> tuple[str, ...]:
        """The rings' keys as they were granted by now."""
        return self.badge.keys(self._store.people())

    def _append(self, case_id: str, deed: OfStaff, call: Calling | None = None) -> Case:
        self.case(case_id)
        return self._shown(self._store.append(case_id, deed, call))

    def _shown(self, case: Case) -> Case:
        """The case as this person may read it."""
        if case.sealed and case.said_digest:
            content = self._store.sealed_content(case, SAID_AS)
            if content is not None:
                told = json.loads(unseal_with(self._keys, content, case.said_digest))
                case = replace(case, feedback=built(Feedback, told))
        return _blurred(case) if self.person.role in BLURRED else case

    def _blurred_line(self, line: CaseLine) -> CaseLine:
        if self.person.role not in BLURRED:
            return line
        return replace(line, registered_ms=_day_of(line.registered_ms))

    def _spelling(self, case: Case) -> tuple[str, str, str]:
        """The words a case is found by, their initials, and its queue ticket."""
        said = case.feedback
        names = [self._catalogue.name_of(code, "zh") for code in said.problems]
        words = " ".join((case.number, said.words, *names))
        return words, initials_of(words), said.ticket

    def _print(self, case: Case, code: TrackingCode, copy: int) -> PrintResult:
        from kiosk.paper.receipt import draw, receipt_of

        receipt = receipt_of(
            case,
            code,
            self._address + code.path,
            self._catalogue,
            case.feedback.language,
            copy=copy,
            now=self._now(),
            kiosk=self._store.device,
            version=__version__,
        )
        page = draw(receipt, self._printer.width_mm)
        return self._printer.print(page, f"{case.number}-{copy}")


def _require_kind(words: str) -> None:
    findings = blame(words)
    if findings:
        raise WordsFirst(findings)


def began(case: Case) -> datetime:
    """When the case's round began: its registration, or the last word that it is not solved."""
    ms = case.registered_ms
    for entry in case.story:
        said = entry.happening
        if isinstance(said, Judged | FollowedUp) and said.verdict is Verdict.UNSOLVED:
            ms = entry.at_ms
    return datetime.fromtimestamp(ms / 1000)


def waits(case: Case) -> list[Pause]:
    """From when to when a case waited for its citizen to answer a question."""
    found: list[Pause] = []
    for entry in case.story:
        at = datetime.fromtimestamp(entry.at_ms / 1000)
        if isinstance(entry.happening, Asked):
            found.append((at, None))
        elif isinstance(entry.happening, Answered) and found:
            found[-1] = (found[-1][0], at)
    return found


def _blurred(case: Case) -> Case:
    """The day the citizen said something instead of the minute, and nothing that tells who it was:
    whoever served them knows the queue ticket, and what was fetched has its owner's name."""
    story = tuple(
        entry
        if hasattr(entry.happening, "by") and not isinstance(entry.happening, Registered)
        else entry._replace(clock=_day_of(entry.at_ms) << COUNTER_BITS)
        for entry in case.story
    )
    said = replace(case.feedback, ticket="", waited_minutes=None, project="")
    return replace(case, feedback=said, registered_ms=_day_of(case.registered_ms), story=story)


def _day_of(ms: int) -> int:
    """The first millisecond of a moment's day."""
    day = datetime.fromtimestamp(ms / 1000).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(day.timestamp() * 1000)
