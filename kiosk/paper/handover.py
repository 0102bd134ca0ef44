"""The shift hand-over sheet (交接单), A4: what is open, who waits, how the machines are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.paper.charts import figures
from kiosk.paper.forms import signatures
from kiosk.paper.pages import A4
from kiosk.paper.parts import full_day, heading, letterhead, speaker
from kiosk.paper.sheet import Sheet
from kiosk.paper.tables import Column, table

TITLE = "交接单"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open case; `late` is overdue, `today` due today."""

    number: str
    about: str
    state: str
    due: str
    owner: str
    late: bool = False
    today: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody on the spot, or a call: since when, where, and what it is about."""

    since: str
    where: str
    about: str


@dataclass(frozen=True, slots=True)
class Machine:
    """A kiosk, a printer, its paper: how it is, and whether somebody has to see to it."""

    name: str
    state: str
    well: bool = True


@dataclass(frozen=True, slots=True)
class Handover:
    """What one shift leaves to the next."""

    hall: str
    day: date
    #: The half day that ends, and the leader in charge of it.
    shift: str
    leader: str
    open_cases: tuple[OpenCase, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    calls: tuple[Waiting, ...] = ()
    machines: tuple[Machine, ...] = ()
    notes: tuple[str, ...] = ()
    #: The newest record of every device, as `zhaocha heads` has it: device, count, hash.
    heads: tuple[tuple[str, str, str], ...] = ()
    #: When they were noted, with the time zone.
    heads_at: str = ""
    language: str = "zh"


def draw(handover: Handover) -> bytes:
    """The sheet as a PDF."""
    title = f"{speaker(handover.language)(TITLE)} {handover.day} {handover.shift}"
    return laid_out(handover).render(title, handover.hall)


def laid_out(handover: Handover) -> Sheet:
    """The sheet before it is a PDF."""
    s = speaker(handover.language)
    day = full_day(handover.day, handover.language)
    running = f"{s(TITLE)} {day} {handover.shift} · {handover.hall}"
    sheet = Sheet(A4, handover.language, running=running, foot=s("只供内部交接，不给市民看"))
    facts = [
        (s("日期"), day),
        (s("班次"), handover.shift),
        (s("带班领导"), handover.leader),
    ]
    letterhead(sheet, handover.hall, s(TITLE), facts, 28)
    cases = handover.open_cases
    figures(
        sheet,
        [
            (f"{len(cases)}", s("在办")),
            (f"{sum(case.today for case in cases)}", s("今天到期")),
            (f"{sum(case.late for case in cases)}", s("超期")),
            (f"{len(handover.waiting)}", s("在现场等")),
            (f"{len(handover.calls)}", s("叫人没人应")),
        ],
    )
    _people(sheet, s("在现场等的人"), handover.waiting)
    _people(sheet, s("叫人还没人应的"), handover.calls)
    heading(sheet, s("在办的事"), room=80)
    columns = (
        Column(s("编号"), 0, bold=True),
        Column(s("事由"), 30),
        Column(s("状态"), 14),
        Column(s("期限"), 17),
        Column(s("经办"), 20),
    )
    rows = [(c.number, c.about, c.state, _due(c, handover.language), c.owner) for c in cases]
    table(sheet, columns, rows, nothing=s("没有在办的事。"))
    heading(sheet, s("机器和纸"), room=60)
    machines = [(m.name, s("好") if m.well else s("要看一看"), m.state) for m in handover.machines]
    heads = (Column(s("机器"), 30), Column(s("怎么样"), 18, bold=True), Column(s("情况"), 60))
    table(sheet, heads, machines, nothing=s("没有机器的消息。"))
    heading(sheet, s("还要交代的"), room=80)
    for note in handover.notes:
        sheet.text(note, 11, leading=1.5)
    sheet.need(66)
    for _ in range(3):
        sheet.down += 22
        sheet.line(sheet.left, sheet.down - 4, sheet.width)
    signatures(sheet, (s("交班"), s("接班")))
    _heads(sheet, handover)
    return sheet


def _heads(sheet: Sheet, handover: Handover) -> None:
    """What shows afterwards whether anybody rewrote the record: keep the sheet, or it shows not."""
    if not handover.heads:
        return
    s = speaker(handover.language)
    heading(sheet, s("记录凭证，核验时对照"), room=60)
    sheet.text(f"at {handover.heads_at}", 9)
    columns = (Column(s("机器"), 30), Column(s("第几条"), 12), Column(s("凭证"), 40))
    table(sheet, columns, handover.heads)


def _people(sheet: Sheet, title: str, people: Sequence[Waiting]) -> None:
    if not people:
        return
    s = speaker(sheet.language)
    heading(sheet, title, room=50)
    columns = (Column(s("从几点"), 12, bold=True), Column(s("在哪"), 30), Column(s("事由"), 50))
    table(sheet, columns, [(one.since, one.where, one.about) for one in people])


def _due(case: OpenCase, language: str) -> str:
    mark = "超期" if case.late else "今天到期" if case.today else ""
    return f"{case.due} {speaker(language)(mark)}" if mark else case.due
