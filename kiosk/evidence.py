"""`zhaocha verify` and `zhaocha heads`: evidence looked at, and noted where others keep it."""

from collections.abc import Sequence
from pathlib import Path

from db.event import wall_ms
from db.evidence import evidence
from db.verify import ON_PAPER, Noted, against, kept_by, read_note, verify, write_note
from kiosk.settings import BEHIND_A_DOOR, DOORS, Settings

#: So many lines of troubles are shown; somebody who rewrote a log made as many as there are events.
SHOWN = 20


def place_of(settings: Settings, word: str) -> str:
    """The address that `local`, `shared`, a file or a URL means; empty is this machine's own.

    Raises ValueError for a door, behind which nothing but passes goes on.
    """
    named = {"": str(settings.local), "local": str(settings.local), "shared": settings.shared}
    place = named.get(word, word)
    if place.startswith(DOORS):
        raise ValueError(BEHIND_A_DOOR)
    return place


def run_verify(
    settings: Settings, hall: str, word: str, others: Sequence[str], notes: Sequence[Path]
) -> int:
    """Check a store against itself, this machine's kept heads, other stores and notes; 1 for any
    trouble. Raises StoreTrouble, ValueError for a note that cannot be read."""
    noted: list[Noted] = kept_by(settings.local)
    noted += against([place_of(settings, other) for other in others], hall)
    noted += [read_note(file.read_text("utf-8-sig"), file.name) for file in notes]
    report = verify(place_of(settings, word), hall, noted)
    for trouble in report.troubles[:SHOWN]:
        print(trouble)
    if len(report.troubles) > SHOWN:
        print(f"… and {len(report.troubles) - SHOWN} more")
    for remark in report.remarks:
        print(f"({remark})")
    with_what = ", ".join(one.where for one in noted)
    print(f"compared with: {with_what or 'nothing: a history rewritten as a whole would not show'}")
    print(f"{report.events} events of {report.origins} devices, {len(report.troubles)} troubles")
    return 1 if report.troubles else 0


def run_heads(settings: Settings, hall: str, word: str, out: Path | None) -> int:
    """Print the newest hash of every device, to be kept elsewhere; whole ones into a file `out`."""
    with evidence(place_of(settings, word)) as found:
        heads = found.heads(hall)
    if out is None:
        print(write_note(heads, wall_ms(), ON_PAPER), end="")
    else:
        out.write_text(write_note(heads, wall_ms()), "utf-8")
        print(f"noted: {len(heads)} heads in {out}")
    return 0
