"""A thermal printer: asks before and after, sends a little at a time, believes only its answers.

A band is followed by a question that is answered once the band is on paper. No more than AHEAD
bands are ever on the way, so that a printer that stops holds a few millimetres of a page, not the
page, and those are cleared at once; and so that its buffer is never full, for then it would hear
neither questions nor that it shall stop.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.paper.printers import escpos
from kiosk.paper.printers.device import (
    PRINTED,
    SAYS_NOTHING,
    Deadline,
    Device,
    Page,
    PrinterState,
    PrintResult,
    Why,
    not_printed,
    unknown,
)
from kiosk.paper.printers.link import Link, LinkLost, Opener, OutOfTime

#: Bands on the way at once: under 4 kB, what the smallest printers hold.
AHEAD = 4
#: Seconds within which a printer that talks answers a question put at once.
ANSWERS = 1.0
#: And each of the further ones, once it has answered the first.
FURTHER = 0.3
#: Seconds until a stopped printer is asked what is the matter.
ASKS_AGAIN = 0.2
#: Seconds a state asked for by itself may take.
LOOK = 4.0
#: Seconds for a band where nothing confirms that it is on paper: 150 mm a second.
PACE = 0.01
#: Seconds such a printer is watched after the last band.
LAST_ROWS = 0.5


class Answers(StrEnum):
    """What a printer tells: everything, its state but no confirmation, or nothing ever."""

    ALL = "all"
    STATE = "state"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Head:
    """What burns: dots across, dots an inch, the paper's width."""

    dots: int = 576
    dpi: int = 203
    paper_mm: float = 80


class Stopped(Exception):
    """The printer stopped in the middle and says why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class ThermalPrinter(Device):
    """Prints pictures over a link that is opened for each page."""

    def __init__(
        self,
        opener: Opener,
        head: Head | None = None,
        answers: Answers = Answers.ALL,
        cut: escpos.Cut = escpos.Cut.PARTIAL,
    ) -> None:
        self._open = opener
        self._head = head or Head()
        self._answers = answers
        self._cut = cut
        #: Whether a page was broken off in the middle of a command.
        self._torn = False
        self.width_mm = self._head.paper_mm

    def send(self, page: Page, deadline: Deadline) -> PrintResult:
        from kiosk.paper.raster import dots

        picture = dots(page.pdf, self._head.dpi, self._head.dots)
        try:
            link = self._open(deadline)
        except LinkLost:
            return not_printed(Why.AWAY)
        except OutOfTime:
            return not_printed(deadline.why)
        talk = Talk(link, deadline)
        broken_off = True
        try:
            result = self._converse(talk, [*escpos.bands(picture), self._cut.bytes])
            broken_off = False
            return result
        except Stopped as stopped:
            whole = talk.rows_out and stopped.why in (Why.NO_PAPER, Why.COVER)
            talk.clear(self._cut)
            return PRINTED if whole else not_printed(stopped.why)
        except OutOfTime:
            talk.clear(self._cut)
            return _lost(talk, Why.SILENT if talk.silent else deadline.why)
        except LinkLost:
            self._torn = True
            return _lost(talk, Why.AWAY)
        finally:
            link.close(drop=broken_off)

    def _converse(self, talk: "Talk", commands: list[bytes]) -> PrintResult:
        state = SAYS_NOTHING if self._answers is Answers.NEVER else talk.state()
        if state.trouble is not None:
            return not_printed(state.trouble)
        if self._torn:
            talk.clear(self._cut, begun=True, listens=state.known)
            self._torn = False
        if state.known and self._answers is Answers.ALL and talk.greet():
            talk.print(commands)
            return PRINTED
        talk.pour(commands, asking=state.known)
        told_so = Answers.STATE if state.known else Answers.NEVER
        return unknown("" if self._answers is told_so else Why.SILENT)

    def state(self) -> PrinterState:
        deadline = Deadline(LOOK)
        try:
            link = self._open(deadline)
        except LinkLost:
            return PrinterState(Why.AWAY)
        except OutOfTime:
            return PrinterState(Why.SLOW)
        try:
            if self._answers is Answers.NEVER:
                return SAYS_NOTHING
            state = Talk(link, deadline).state()
            return state if state.known else PrinterState(Why.SILENT, known=False)
        except (LinkLost, OutOfTime):
            return PrinterState(Why.AWAY)
        finally:
            link.close()

    def purge(self, jobs: Iterable[str]) -> bool:
        """A page that was broken off must not go on when paper is put in."""
        deadline = Deadline(LOOK)
        try:
            link = self._open(deadline)
        except (LinkLost, OutOfTime):
            return False
        if self._answers is not Answers.NEVER:
            Talk(link, deadline).clear(self._cut, begun=True)
        link.close()
        return True


def _lost(talk: "Talk", why: Why) -> PrintResult:
    """Once the last byte is out, nobody knows; before that, no whole page can be there."""
    return unknown(why) if talk.all_sent else not_printed(why)


class Talk:
    """One conversation over an open link."""

    def __init__(self, link: Link, deadline: Deadline) -> None:
        #: Whether the last byte of the page has left.
        self.all_sent = False
        #: Whether the last question about its state found no answer.
        self.silent = False
        self._link = link
        self._deadline = deadline
        self._ear = escpos.Ear()
        self._said: list[escpos.Said] = []
        self._begun = False
        self._on_the_way = 0

    def state(self) -> PrinterState:
        """Asks for everything; a printer without an answer to the first is not asked more."""
        answers: list[int | None] = [None] * len(escpos.ASK)
        for number, question in enumerate(escpos.ASK):
            self._said = [said for said in self._said if said.kind != "answer"]
            self._link.write(question, self._deadline)
            said = self._wait_for("answer", FURTHER if number else ANSWERS)
            if said is None and number == 0:
                break
            answers[number] = said.value[0] if said else None
        state = escpos.Status(*answers).state
        self.silent = not state.known
        return state

    @property
    def rows_out(self) -> bool:
        """Whether every row is confirmed, so that at most the cut is not. A confirmation and the
        report that paper ended may come in one breath: the first is not yet counted then."""
        heard = sum(said.kind == "confirmed" for said in self._said)
        return self.all_sent and self._on_the_way - heard <= 1

    def greet(self) -> bool:
        """Begin a page; False if the printer confirms nothing."""
        self._link.write(escpos.INIT + escpos.REPORT + escpos.CONFIRM, self._deadline)
        return self._wait_for("confirmed", ANSWERS) is not None

    def print(self, commands: list[bytes]) -> None:
        """Every command, until the last one is confirmed. Raises Stopped, OutOfTime, LinkLost."""
        self._begun = True
        for number, command in enumerate(commands, 1):
            while self._on_the_way >= AHEAD:
                self._confirmed()
            self._link.write(command + escpos.CONFIRM, self._deadline)
            self._on_the_way += 1
            self.all_sent = number == len(commands)
        while self._on_the_way:
            self._confirmed()
        self._begun = False
        self._link.write(escpos.QUIET, Deadline(FURTHER))

    def _confirmed(self) -> None:
        """Wait for one confirmation; ask a printer that keeps still what is the matter."""
        if self._wait_for("confirmed", ASKS_AGAIN) is not None:
            self._on_the_way -= 1
        elif self._deadline.over:
            raise OutOfTime
        else:
            state = self.state()
            if state.trouble is not None:
                raise Stopped(state.trouble)

    def pour(self, commands: list[bytes], *, asking: bool) -> None:
        """For a printer that confirms nothing: no faster than it prints, so that little is on the
        way; with questions between if it tells its state. Raises as `print` does."""
        self._begun = True
        self._link.write(escpos.INIT, self._deadline)
        begin = time.monotonic()
        for number, command in enumerate(commands, 1):
            self._link.write(command, self._deadline)
            pause = begin + number * PACE - time.monotonic()
            if asking and (number % AHEAD == 0 or number == len(commands)):
                self._stands()
            elif pause > 0:
                time.sleep(pause)
        if not self._link.drain(self._deadline):
            raise OutOfTime
        self.all_sent = True
        while asking and time.monotonic() < begin + len(commands) * PACE + LAST_ROWS:
            self._stands()
            self._wait_for("report", ASKS_AGAIN)

    def _stands(self) -> None:
        """Ask until it answers; go on only while nothing is wrong."""
        while True:
            if self._deadline.over:
                raise OutOfTime
            state = self.state()
            if state.trouble is not None:
                raise Stopped(state.trouble)
            if state.known:
                return

    def clear(self, cut: escpos.Cut, *, begun: bool = False, listens: bool = True) -> None:
        """Forget what was not printed; a printer that can still move cuts off what was."""
        begun = begun or self._begun
        job, self._deadline = self._deadline, Deadline(ANSWERS)
        self._begun, self._said = False, []
        try:
            self._link.write(escpos.CLEAR, self._deadline)
            cleared = listens and self._wait_for("cleared", FURTHER * 2) is not None
            if not begun or (listens and (self.state().trouble is not None or self.silent)):
                # What cannot move must not keep a cut for later.
                return
            # One that cannot forget is given the rest of the band it waits for, in white.
            rest = b"" if cleared else bytes(escpos.LONGEST)
            self._link.write(rest + escpos.INIT + cut.bytes, self._deadline)
            self._link.drain(self._deadline)
        except (LinkLost, OutOfTime):
            # It is gone: nothing of ours goes out to it either.
            return
        finally:
            self._deadline = job

    def _wait_for(self, kind: str, seconds: float) -> escpos.Said | None:
        """The next thing of that kind, if it comes in time. Raises Stopped for a report of
        trouble in the middle of a page."""
        until = time.monotonic() + seconds
        while True:
            for number, said in enumerate(self._said):
                if said.kind == kind:
                    return self._said.pop(number)
            left = min(until - time.monotonic(), self._deadline.left)
            if left <= 0:
                return None
            for said in self._ear.hear(self._link.read(min(left, 0.05))):
                self._note(said)

    def _note(self, said: escpos.Said) -> None:
        if said.kind != "report":
            self._said.append(said)
            return
        trouble = escpos.reported(said.value).trouble
        if trouble is not None and self._begun:
            raise Stopped(trouble)
