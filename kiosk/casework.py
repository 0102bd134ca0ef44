"""What staff may do with a case: who, when, with what result.

Each deed is one event in the log. What the case itself cannot bear (db.case.DoesNotFit) and what a
role may not do (NotAllowed) are refused before anything is written. Integrity cases are there for
the inspector alone, and the inspector sees no others.
"""

from datetime import datetime

from db.case import (
    Accepted,
    Approved,
    Case,
    Closed,
    Happening,
    Kind,
    Noted,
    Outcome,
    Proposed,
    Replied,
    Reprinted,
    Returned,
    Revealed,
)
from db.code import TrackingCode, code_key, mint, tail_digest
from db.seal import unseal, unseal_bytes
from db.store import CALL_LASTS, Call, CaseLine, Store, UnknownCase
from kiosk import __version__
from kiosk.catalogue import Catalogue
from kiosk.contact import SEALED_AS, Contact, read
from kiosk.paper.printers import Printer, PrintResult
from kiosk.staff import Person, Role


class NotAllowed(Exception):
    """This role may not do this; the message says who may."""


class Casework:
    """One signed-in person at work on the desk's own store."""

    def __init__(
        self, store: Store, person: Person, catalogue: Catalogue, printer: Printer, address: str
    ) -> None:
        self.person = person
        self._store = store
        self._catalogue = catalogue
        self._printer = printer
        self._address = address

    def worklist(self, *, closed: bool = False) -> list[CaseLine]:
        """This person's cases, the soonest due first."""
        return self._store.worklist(closed=closed, integrity=self._inspects)

    def case(self, case_id: str) -> Case:
        """Raises db.store.UnknownCase, also for a case this person may not see; StoreTrouble."""
        case = self._store.case(case_id)
        if (case.feedback.kind is Kind.INTEGRITY) is not self._inspects:
            raise UnknownCase(case_id)
        return case

    @property
    def _inspects(self) -> bool:
        return self.person.role is Role.INSPECTOR

    def _append(self, case_id: str, happening: Happening) -> Case:
        self.case(case_id)
        return self._store.append(case_id, happening)

    def calls(self) -> list[Call]:
        """Who at the kiosks waits for a person, the newest first."""
        recent = int((datetime.now().timestamp() - CALL_LASTS) * 1000)
        return [call for call in self._store.calls(recent) if not call.by]

    def answer_call(self, call_id: str) -> None:
        """I am on my way: the kiosk says who comes."""
        self._store.answer_call(call_id, self.person.post)

    def accept(self, case_id: str) -> Case:
        """首问负责: who accepts it first owns it."""
        return self._append(case_id, Accepted(self.person.login))

    def reply(self, case_id: str, outcome: Outcome) -> Case:
        """说YES不请示: a positive result goes out. 说NO要报告: a negative one goes to a leader."""
        if outcome.result.negative:
            return self._append(case_id, Proposed(self.person.login, outcome))
        return self._append(case_id, Replied(self.person.login, outcome))

    def approve(self, case_id: str) -> Case:
        """A leader lets a NO go out. Raises NotAllowed, DoesNotFit for one's own."""
        self._leader_only()
        return self._append(case_id, Approved(self.person.login))

    def return_(self, case_id: str, reason: str) -> Case:
        """A leader sends a NO back to be thought over."""
        self._leader_only()
        return self._append(case_id, Returned(self.person.login, reason))

    def close(self, case_id: str) -> Case:
        """End a case that has its reply. Raises DoesNotFit for one that has none."""
        return self._append(case_id, Closed(self.person.login))

    def note(self, case_id: str, note: str) -> Case:
        """Write something for staff; the citizen's own words stay as they are."""
        return self._append(case_id, Noted(self.person.login, note))

    def contact(self, case_id: str) -> Contact:
        """How to reach the citizen, empty if nothing was left or it was erased; the look itself is
        logged."""
        case = self._append(case_id, Revealed(self.person.login))
        content = self._store.sealed_content(case, SEALED_AS)
        if content is None:
            return Contact()
        return read(unseal(self.person.hall_key, content, case.contact_digest))

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
        return unseal_bytes(self.person.hall_key, content, attachment.digest)

    def reprint(self, case_id: str) -> PrintResult:
        """Print the receipt again with a new code: staff never hold the citizen's own."""
        from kiosk.paper.receipt import draw, receipt_of

        code: TrackingCode = mint()
        key = code_key(self._store.hall, code)
        deed = Reprinted(self.person.login, key, tail_digest(code))
        case = self._append(case_id, deed)
        copy = case.prints - 1
        receipt = receipt_of(
            case,
            code,
            self._address + code.path,
            self._catalogue,
            case.feedback.language,
            copy=copy,
            now=datetime.now(),
            kiosk=self._store.device,
            version=__version__,
        )
        return self._printer.print(draw(receipt), f"{case.number}-{copy}")

    def _leader_only(self) -> None:
        if self.person.role is not Role.LEADER:
            raise NotAllowed("说NO要报告：请带班领导来审核")
