"""What an IPP printer says is the matter, in the words of whoever stands beside it."""

from kiosk.paper.printers.device import PrinterState, Why
from kiosk.paper.printers.ipp import Attributes

#: Reasons that stop a printer, most telling first.
REASONS = {
    "media-empty": Why.NO_PAPER,
    "media-needed": Why.NO_PAPER,
    "media-jam": Why.JAM,
    "cover-open": Why.COVER,
    "door-open": Why.COVER,
    "interlock-open": Why.COVER,
    "toner-empty": Why.NO_INK,
    "marker-supply-empty": Why.NO_INK,
    "shutdown": Why.AWAY,
    "offline": Why.AWAY,
    "connecting-to-device": Why.AWAY,
    "timed-out": Why.AWAY,
    "paused": Why.REFUSED,
}
STOPPED = 5


def state_of(told: Attributes) -> PrinterState:
    """A printer's own words for what is the matter, in ours. A “-warning” stops nothing yet: it
    may be about another tray."""
    reasons = [str(reason) for reason in told.get("printer-state-reasons", ())]
    stopping = {
        reason.removesuffix("-error")
        for reason in reasons
        if not reason.endswith(("-warning", "-report"))
    }
    # These stop a job however they are called: one waits for paper, or for the printer itself.
    stopping |= {
        r.rpartition("-")[0] for r in reasons if r.startswith(("media-needed-", "offline-"))
    }
    stopped = told.get("printer-state", [0])[0] == STOPPED
    trouble = _first(stopping)
    if trouble is None and stopped:
        trouble = hinted(told) or Why.BROKEN
    if trouble is None and told.get("printer-is-accepting-jobs", [True])[0] is False:
        trouble = Why.REFUSED
    low = any(reason.startswith(("media-low", "media-empty")) for reason in reasons)
    return PrinterState(trouble, low=low)


def hinted(told: Attributes) -> Why | None:
    """What its warnings say is the matter, once a job does not come out."""
    return _first({str(r).rpartition("-")[0] for r in told.get("printer-state-reasons", ())})


def _first(reasons: set[str]) -> Why | None:
    return next((why for reason, why in REASONS.items() if reason in reasons), None)
