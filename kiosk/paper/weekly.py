"""The weekly digest on paper, from the week's numbers as they may be shown."""

from kiosk.paper.digest import Digest, Improvement, Late, Reopened, Tally, Top, Week, draw
from kiosk.weekly import Line, OpenCase, Shown, Weekly


class Few(int):
    """One or two, which may not be told apart: no bar is drawn for it."""

    def __str__(self) -> str:
        return "<3"

    __repr__ = __str__


def draw_weekly(week: Weekly) -> bytes:
    """The digest as a PDF."""
    return draw(digest_of(week))


def digest_of(week: Weekly) -> Digest:
    """The paper's values; a department's digest has its own line alone."""
    return Digest(
        hall=week.hall,
        first=week.first,
        last=week.last,
        tallies=tuple(map(_tally, week.lines or (week.totals,))),
        top=tuple(Top(t.name, _told(t.count), _told(t.before)) for t in week.top),
        weeks=tuple(
            Week(f"{w.monday:%m-%d}", _told(w.received), _told(w.replied)) for w in week.weeks
        ),
        late=tuple(Late(c.number, c.about, c.department, c.due, c.days_late) for c in week.late),
        reopened=tuple(map(_reopened, week.again)),
        improvements=tuple(
            Improvement(b.what, b.department, _told(b.cases), b.measures) for b in week.better
        ),
        department=week.department,
        language=week.language,
    )


def _tally(line: Line) -> Tally:
    numbers = (
        line.received, line.replied, line.in_time, line.satisfied, line.judged, line.again, line.no
    )  # fmt: skip
    return Tally(line.name, *map(_told, numbers))


def _reopened(case: OpenCase) -> Reopened:
    return Reopened(case.number, case.about, case.department, case.round)


def _told(number: Shown) -> int:
    return Few() if number is None else number
