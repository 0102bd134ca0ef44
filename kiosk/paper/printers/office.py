"""Printers that speak IPP: a job is followed until it has ended, or called off at its deadline.

They like to keep a page until there is paper, which may be tomorrow.
"""

import getpass
import math
import time
from collections.abc import Iterable
from typing import Any

from kiosk.paper.printers import ipp
from kiosk.paper.printers.device import (
    PRINTED,
    Deadline,
    Device,
    Page,
    PrinterState,
    PrintOutcome,
    PrintResult,
    Why,
    not_printed,
    unknown,
)
from kiosk.paper.printers.ipp import (
    KEYWORD,
    MIME,
    NAME,
    PRINTER,
    URI,
    Attributes,
    Door,
    IppRefused,
    IppTrouble,
    Operation,
)
from kiosk.paper.printers.reasons import hinted, state_of

#: What our jobs are called at the printer: no number, no name.
PREFIX = "zhaocha-"
#: Seconds between two looks at a job.
LOOKS = 0.15
#: Seconds a warning may stand beside a job that goes on.
PATIENT = 3.0
#: Seconds a job that was called off may take to end.
CALLED_OFF = 3.5
#: Seconds a printer may take to say how it is.
STATE = 2.0

WANTED = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "document-format-supported",
    "job-creation-attributes-supported",
    "print-scaling-supported",
    "pwg-raster-document-resolution-supported",
    "device-uri",
)
BUSY = 0x0507
JOB_STOPPED, CANCELED, ABORTED, COMPLETED = 6, 7, 8, 9
#: Reasons with which a job may be “completed” and yet not whole.
NOT_WHOLE = {"job-completed-with-errors", "aborted-by-system"}
BREAKS_OFF = "processing-to-stop-point"
FORMATS = ("application/pdf", "image/pwg-raster", "image/jpeg")


class IppPrinter(Device):
    """A printer that speaks IPP itself: when it says completed, it printed."""

    #: Which jobs it may still hold something of.
    _holds = "not-completed"

    def __init__(
        self, host: str, port: int, path: str, *, secure: bool = False, width_mm: float = 80
    ) -> None:
        self._door = Door(host, port, path, secure=secure)
        #: Jobs of which it is not known that they ended.
        self._stray: set[str] = set()
        self.width_mm = width_mm

    def send(self, page: Page, deadline: Deadline) -> PrintResult:
        if self._stray and not self.purge(()):
            return not_printed(Why.REFUSED)
        try:
            told = self._printer(deadline.left)
        except IppTrouble:
            return not_printed(Why.AWAY)
        state = state_of(told)
        if state.trouble is not None:
            return not_printed(state.trouble)
        format_ = next((f for f in FORMATS if f in told.get("document-format-supported", ())), "")
        if not format_:
            return not_printed(Why.REFUSED)
        document = _document(page.pdf, format_, told)
        if deadline.over:
            return not_printed(deadline.why)
        job = self._submit(page, format_, document, told, deadline)
        if isinstance(job, PrintResult):
            return job
        result = self._follow(job, deadline, told)
        self._tidy(job)
        if result.outcome is PrintOutcome.UNKNOWN:
            self.purge([page.job])
        return result

    def _submit(
        self, page: Page, format_: str, document: bytes, told: Attributes, deadline: Deadline
    ) -> int | PrintResult:
        """The job's number; or how it ended, if it did not become one."""
        name = PREFIX + page.job
        template = []
        if "none" in told.get("print-scaling-supported", ()):
            template.append(ipp.text(KEYWORD, "print-scaling", "none"))
        if "job-cancel-after" in told.get("job-creation-attributes-supported", ()):
            # Should this program be killed now, the printer gives up by itself.
            template.append(ipp.integer("job-cancel-after", max(1, math.ceil(deadline.left))))
        asked = self._question(
            Operation.PRINT_JOB,
            ipp.text(NAME, "job-name", name),
            ipp.text(MIME, "document-format", format_),
            job=template,
        )
        try:
            made = self._handed_over(asked, document, deadline)
            return int(made.group(ipp.JOB)["job-id"][0])
        except IppRefused:
            return not_printed(deadline.why if deadline.over else Why.REFUSED)
        except (IppTrouble, LookupError):
            # Whether it has the page is not known: look for it, and take it back.
            why = deadline.why if deadline.over else Why.AWAY
            return not_printed(why) if self.purge([page.job]) else unknown(why)

    def _handed_over(self, asked: bytes, document: bytes, deadline: Deadline) -> ipp.Answer:
        """A printer that is busy with somebody else's page is asked again."""
        while True:
            try:
                return self._door.ask(asked, document, deadline.left)
            except IppRefused as refused:
                if refused.status != BUSY or deadline.over:
                    raise
            time.sleep(min(LOOKS, deadline.left))

    def _follow(self, job: int, deadline: Deadline, told: Attributes) -> PrintResult:
        hint: Why | None = None
        lost = False
        patient = time.monotonic() + PATIENT
        while not deadline.over:
            try:
                about = self._job(job)
                if lost or self._was_restarted():
                    # A queue that was started anew would print what it had once more.
                    called_off = self._call_off(job, Why.AWAY, told)
                    return called_off if called_off.printed else unknown(Why.AWAY)
                state = about.get("job-state", [0])[0]
                if state == COMPLETED:
                    return self._completed(about, told)
                printer = self._printer(STATE)
                hint = hinted(printer)
                trouble = state_of(printer).trouble
                if state in (CANCELED, ABORTED):
                    return not_printed(trouble or hint or Why.REFUSED)
                if state == JOB_STOPPED or time.monotonic() > patient:
                    trouble = trouble or hint
                if trouble is not None:
                    return self._call_off(job, trouble, told)
            except IppRefused:
                return unknown(Why.REFUSED)
            except IppTrouble:
                lost = True
            time.sleep(min(LOOKS if not lost else LOOKS / 5, deadline.left))
        late = deadline.why
        return self._call_off(job, hint if hint and late is Why.SLOW else late, told)

    def _was_restarted(self) -> bool:
        """Whether the other end began anew since the page was handed over. A printer that did has
        forgotten its jobs."""
        return False

    def _call_off(self, job: int, why: Why, told: Attributes) -> PrintResult:
        until = time.monotonic() + CALLED_OFF
        self._cancel(job)
        while time.monotonic() < until:
            try:
                about = self._job(job)
            except IppRefused:
                return not_printed(why)
            except IppTrouble:
                break
            state = about.get("job-state", [0])[0]
            if state == COMPLETED:
                return self._completed(about, told)
            if state in (CANCELED, ABORTED):
                return not_printed(why)
            time.sleep(LOOKS)
        return unknown(why)

    def _completed(self, job: Attributes, told: Attributes) -> PrintResult:
        """“Completed” is how it ended; whether the page came out, its reasons and pages say.

        CUPS gives the reason of a job that was broken off to every job it completes."""
        reasons = set(job.get("job-state-reasons", ()))
        out = job.get("job-impressions-completed", [0])[0] or 0
        if reasons & NOT_WHOLE or (BREAKS_OFF in reasons and out < 1):
            return unknown(Why.REFUSED)
        return PRINTED

    def state(self) -> PrinterState:
        try:
            if self._stray:
                self.purge(())
            return state_of(self._printer(STATE))
        except IppTrouble:
            return PrinterState(Why.AWAY)

    def purge(self, jobs: Iterable[str]) -> bool:
        """Call off every job of ours that is still there; True once none is."""
        self._stray |= set(jobs)
        ours = {PREFIX + job for job in self._stray}
        asked = self._question(
            Operation.GET_JOBS,
            ipp.text(KEYWORD, "which-jobs", self._holds),
            ipp.text(KEYWORD, "requested-attributes", "job-id", "job-name", "job-state"),
        )
        try:
            found = self._door.ask(asked, seconds=STATE).all(ipp.JOB)
        except IppTrouble:
            return False
        mine = [job for job in found if job.get("job-name", [""])[0] in ours]
        there = [job for job in mine if job.get("job-state", [0])[0] < CANCELED]
        for job in there:
            self._cancel(job["job-id"][0])
        for job in mine:
            self._tidy(job["job-id"][0])
        if not there:
            self._stray.clear()
        return not there

    def _tidy(self, job: int) -> None:
        """After a job ended: nothing of it stays. A printer keeps nothing."""

    def _printer(self, seconds: float) -> Attributes:
        asked = self._question(
            Operation.GET_PRINTER, ipp.text(KEYWORD, "requested-attributes", *WANTED)
        )
        return self._door.ask(asked, seconds=seconds).group(PRINTER)

    def _job(self, job: int) -> Attributes:
        asked = self._question(
            Operation.GET_JOB,
            ipp.integer("job-id", job),
            ipp.text(
                KEYWORD,
                "requested-attributes",
                "job-state",
                "job-state-reasons",
                "job-impressions-completed",
            ),
        )
        return self._door.ask(asked, seconds=STATE).group(ipp.JOB)

    def _cancel(self, job: int, *more: ipp.Attribute) -> None:
        try:
            self._door.ask(
                self._question(Operation.CANCEL_JOB, ipp.integer("job-id", job), *more),
                seconds=STATE,
            )
        except IppTrouble:
            # Ended already, or out of reach: what it says next tells.
            return

    def _question(
        self, operation: int, *operands: ipp.Attribute, job: Iterable[ipp.Attribute] = ()
    ) -> bytes:
        # The order is the protocol's: printer, job, user, and then the rest.
        first = [o for o in operands if o.name == "job-id"]
        rest = [o for o in operands if o.name != "job-id"]
        return ipp.question(
            operation,
            [
                ipp.text(URI, "printer-uri", self._door.uri),
                *first,
                ipp.text(NAME, "requesting-user-name", _user()),
                *rest,
            ],
            job,
        )


def _document(pdf: bytes, format_: str, told: Attributes) -> bytes:
    """The page as the printer likes it best."""
    if format_ == "application/pdf":
        return pdf
    from kiosk.paper.raster import page_greys

    if format_ == "image/jpeg":
        import io

        from PIL import Image

        out = io.BytesIO()
        (first, *_) = page_greys(pdf, 300)
        Image.fromarray(first).save(out, "JPEG", quality=95, dpi=(300, 300))
        return out.getvalue()
    from kiosk.paper.printers.pwg import pwg_raster

    dpi = _nearest(told.get("pwg-raster-document-resolution-supported", ()))
    return pwg_raster(page_greys(pdf, dpi), dpi)


def _nearest(resolutions: Iterable[Any]) -> int:
    """The printer's own resolution nearest to 300 dots an inch."""
    offered = [int(r[0]) for r in resolutions if isinstance(r, tuple) and r[2] == 3]
    return min(offered, key=lambda dpi: abs(dpi - 300), default=300)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "zhaocha"
