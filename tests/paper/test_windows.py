"""A printer of Windows, on a spooler made of Python: the real one, behind ctypes, is not here."""

import pytest

from kiosk.paper.printers import PrintOutcome, Why
from kiosk.paper.printers.device import Deadline, Page, PrinterState
from kiosk.paper.printers.windows import Spooled, SpoolerTrouble, WindowsPrinter, winspool
from tests.paper.machine import Machine
from tests.paper.test_thermal import burned

NOT, UNKNOWN = PrintOutcome.NOT_PRINTED, PrintOutcome.UNKNOWN


class System:
    """Hands each job to a thermal printer after `looks` looks at it; knows paper and covers."""

    def __init__(self, looks=2):
        self.machine = Machine()
        self.looks, self.spooled, self.bits, self.offline = looks, {}, 0, False
        self.deletes = True

    def start(self, printer, title, data):
        if printer != "Receipts":
            raise SpoolerTrouble(printer)
        self.spooled[len(self.spooled) + 1] = [title, data, self.looks]
        return len(self.spooled)

    def jobs(self, printer):
        for number, job in list(self.spooled.items()):
            job[2] -= 1
            if job[2] <= 0 and not self.bits and not self.offline:
                del self.spooled[number]
                self.machine.hear_all(job[1])
        return [Spooled(n, title, self.bits) for n, (title, *_) in self.spooled.items()]

    def delete(self, printer, number):
        if self.deletes:
            self.spooled.pop(number, None)

    def status(self, printer):
        if printer != "Receipts":
            raise SpoolerTrouble(printer)
        return 0, 0x400 if self.offline else 0

    def printers(self):
        return ["Receipts"]


@pytest.fixture
def system():
    made = System()
    yield made
    made.machine.close()


def test_a_page_goes_out_whole_and_is_not_called_printed(system, receipt):
    result = WindowsPrinter("Receipts", system=system).print(receipt, "A")
    assert (result.outcome, result.why) == (UNKNOWN, "")
    assert (system.machine.picture == burned(receipt)).all()
    assert len(system.machine.cuts) == 1


@pytest.mark.parametrize(("bits", "why"), [(0x40, Why.NO_PAPER), (0x20, Why.AWAY), (2, Why.BROKEN)])
def test_a_job_in_trouble_is_deleted_and_does_not_come_later(system, receipt, bits, why):
    system.looks = 10**6
    system.bits = bits
    result = WindowsPrinter("Receipts", system=system).print(receipt, "A")
    assert (result.outcome, result.why) == (NOT, why)
    system.bits = system.looks = 0
    assert system.jobs("Receipts") == []
    assert system.machine.rows == []


def test_a_job_that_takes_too_long_is_deleted(system, receipt):
    system.looks = 10**6
    printer = WindowsPrinter("Receipts", system=system)
    result = printer.send(Page(receipt, "A", "a"), Deadline(0.3))
    assert (result.outcome, result.why, system.spooled) == (NOT, Why.SLOW, {})
    system.deletes = False
    result = printer.send(Page(receipt, "B", "b"), Deadline(0.3))
    assert (result.outcome, result.why) == (UNKNOWN, Why.SLOW)
    system.deletes = True
    assert printer.purge(["b"]) and system.spooled == {}


def test_what_windows_says_of_the_printer_is_told(system, receipt):
    printer = WindowsPrinter("Receipts", system=system)
    assert printer.state() == PrinterState(known=False)
    system.offline = True
    assert printer.state().trouble is Why.AWAY
    assert printer.print(receipt, "A").why == Why.AWAY
    assert WindowsPrinter("Other", system=system).state().trouble is Why.AWAY
    assert system.spooled == {}


def test_elsewhere_the_module_loads_and_says_that_it_needs_windows():
    with pytest.raises(ValueError, match="needs Windows"):
        winspool()
