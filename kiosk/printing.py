"""The printer of the settings behind its spooler, and the commands that look at it and try it."""

from kiosk.paper.printers import printer_for
from kiosk.paper.printers.device import PrinterState
from kiosk.paper.spooler import Journal, Spooler
from kiosk.settings import Settings

#: The list of jobs, in the data folder; kiosk and desk of one machine share it.
JOBS = "jobs.sqlite"


def make_spooler(settings: Settings, owner: str) -> Spooler:
    """The printer as `owner` prints on it. Raises ValueError for a setting that cannot be."""
    return Spooler(
        printer_for(settings.printer),
        Journal(settings.data / JOBS, owner),
        seconds=settings.number("print_seconds"),
    )


def run_printers(settings: Settings) -> int:
    """Show the printer of the settings with its state, what else there is, what did not print."""
    from kiosk.paper.printers.found import found

    spooler = make_spooler(settings, "P" + settings.text("device"))
    print(f"{settings.printer}  (the setting)\n    {_told(spooler.state())}")
    for one in found():
        print(f"{one.setting}  ({one.what})")
        if one.state is not None:
            print(f"    {_told(one.state)}")
    waiting = spooler.unprinted()
    if waiting:
        print("please print again:")
    for page in waiting:
        print(f"    {page.at:%m-%d %H:%M}  {page.title}  {page.why}")
    spooler.close()
    return 0


def run_test_print(settings: Settings) -> int:
    """Print a test page and say what became of it; 1 unless it is known or likely to be out."""
    from kiosk.paper.testpage import test_page

    spooler = make_spooler(settings, "P" + settings.text("device"))
    before = spooler.state()
    print(f"{settings.printer}\nbefore: {_told(before)}")
    page = test_page(settings.printer, before.words, spooler.width_mm)
    result = spooler.print(page, "test")
    print(f"result: {result.outcome}{f' ({result.why})' if result.why else ''}")
    print(f"after: {_told(spooler.state())}")
    for tried in spooler.unprinted():
        if tried.title == "test":
            spooler.forget(tried.job)
    spooler.close()
    return 1 if result.in_doubt else 0


def _told(state: PrinterState) -> str:
    return state.words
