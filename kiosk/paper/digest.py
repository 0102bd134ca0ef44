"""The weekly digest (周报), A4: how each department did, what people met with most, what is late,
what came back, what got better (R-33)."""

from dataclasses import dataclass
from datetime import date

from kiosk.paper.charts import bars, figures, trend
from kiosk.paper.pages import A4
from kiosk.paper.parts import heading, letterhead, listed, speaker
from kiosk.paper.sheet import Sheet
from kiosk.paper.tables import Column, table

TITLE = "找茬周报"


@dataclass(frozen=True, slots=True)
class Tally:
    """One department's week: cases, and of those replied how many in time; of `judged` citizens
    how many were satisfied; handled again; answered with a NO."""

    name: str
    received: int
    replied: int
    in_time: int
    satisfied: int
    judged: int
    again: int
    no: int


@dataclass(frozen=True, slots=True)
class Top:
    """A problem, how often it was met with this week and the week before."""

    name: str
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the curve."""

    label: str
    received: int
    replied: int


@dataclass(frozen=True, slots=True)
class Late:
    """An overdue case, and by how many working days."""

    number: str
    about: str
    department: str
    due: str
    days: int


@dataclass(frozen=True, slots=True)
class Reopened:
    """A case that did not satisfy and is handled again: which round it is in."""

    number: str
    about: str
    department: str
    round: int


@dataclass(frozen=True, slots=True)
class Improvement:
    """Something that got better because people spoke up; `cases` is how many did."""

    what: str
    department: str
    cases: int
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """One week; `department` is empty where it is the whole hall's."""

    hall: str
    first: date
    last: date
    tallies: tuple[Tally, ...]
    top: tuple[Top, ...] = ()
    weeks: tuple[Week, ...] = ()
    late: tuple[Late, ...] = ()
    reopened: tuple[Reopened, ...] = ()
    improvements: tuple[Improvement, ...] = ()
    department: str = ""
    language: str = "zh"


def draw(digest: Digest) -> bytes:
    """The digest as a PDF."""
    title = f"{speaker(digest.language)(TITLE)} {digest.first} – {digest.last}"
    return laid_out(digest).render(title, digest.hall)


def laid_out(digest: Digest) -> Sheet:
    """The digest on its sheet, before it is a PDF."""
    s = speaker(digest.language)
    span = f"{digest.first:%Y-%m-%d} – {digest.last:%m-%d}"
    sheet = Sheet(
        A4,
        digest.language,
        running=f"{s(TITLE)} {span} · {digest.hall}",
        foot=s("看事不看人：数字用来改进，不给个人排名"),
    )
    facts = [(s("日期"), span), (s("科室"), digest.department or s("全大厅"))]
    letterhead(sheet, digest.hall, s(TITLE), facts, 28)
    _totals(sheet, digest)
    _charts(sheet, digest)
    _departments(sheet, digest)
    _open(sheet, digest)
    _better(sheet, digest)
    return sheet


def _totals(sheet: Sheet, digest: Digest) -> None:
    s, all_of = speaker(digest.language), digest.tallies
    received, replied = (sum(getattr(t, n) for t in all_of) for n in ("received", "replied"))
    in_time, satisfied = (sum(getattr(t, n) for t in all_of) for n in ("in_time", "satisfied"))
    judged = sum(t.judged for t in all_of)
    figures(
        sheet,
        [
            (f"{received}", s("收到")),
            (f"{replied}", s("已回复")),
            (share(in_time, replied), s("按时回复")),
            (share(satisfied, judged), s("满意（%1 人评）", judged)),
            (f"{sum(t.again for t in all_of)}", s("重办")),
            (f"{sum(t.no for t in all_of)}", s("说NO")),
        ],
    )


def _charts(sheet: Sheet, digest: Digest) -> None:
    s = speaker(digest.language)

    def problems() -> None:
        heading(sheet, s("说得最多的"), 12, 40)
        sheet.text(s("▲ ▼ 和上一周比"), 9)
        sheet.gap(4)
        bars(sheet, [(t.name, t.count, f" {_moved(t)}") for t in digest.top])

    def weeks() -> None:
        heading(sheet, s("一周一周看"), 12, 40)
        points = [(week.label, week.received, week.replied) for week in digest.weeks]
        trend(sheet, points, (s("收到"), s("已回复")))

    if digest.top and digest.weeks:
        sheet.beside(problems, weeks, sheet.width * 0.46, 20)
    elif digest.top:
        problems()
    elif digest.weeks:
        weeks()


def _moved(top: Top) -> str:
    """More, fewer or as many as the week before."""
    change = top.count - top.before
    return f"▲{change}" if change > 0 else f"▼{-change}" if change < 0 else "–"


def _departments(sheet: Sheet, digest: Digest) -> None:
    s = speaker(digest.language)
    heading(sheet, s("各科室"), room=80)
    columns = (
        Column(s("科室"), 34, bold=True),
        *(
            Column(s(head), wide, "right")
            for head, wide in (
                ("收到", 12), ("已回复", 12), ("按时回复", 14), ("满意（人）", 17), ("重办", 10),
                ("说NO", 10),
            )
        ),
    )  # fmt: skip
    rows = [
        (
            tally.name,
            f"{tally.received}",
            f"{tally.replied}",
            share(tally.in_time, tally.replied),
            f"{share(tally.satisfied, tally.judged)} ({tally.judged})",
            f"{tally.again}",
            f"{tally.no}",
        )
        for tally in digest.tallies
    ]
    table(sheet, columns, rows, 10, nothing=s("这一周没有收到什么。"))


def _open(sheet: Sheet, digest: Digest) -> None:
    s = speaker(digest.language)
    number, about = Column(s("编号"), 0, bold=True), Column(s("事由"), 34)
    department = Column(s("科室"), 22)
    heading(sheet, s("超期的"), room=60)
    table(
        sheet,
        (number, about, department, Column(s("期限"), 16), Column(s("晚几天"), 12, "right")),
        [(c.number, c.about, c.department, c.due, f"{c.days}") for c in digest.late],
        nothing=s("没有超期的。"),
    )
    heading(sheet, s("要求重办的"), room=60)
    table(
        sheet,
        (number, about, department, Column(s("第几轮"), 12, "right")),
        [(c.number, c.about, c.department, f"{c.round}") for c in digest.reopened],
        nothing=s("没有要求重办的。"),
    )


def _better(sheet: Sheet, digest: Digest) -> None:
    s = speaker(digest.language)
    heading(sheet, s("您找茬，我整改"), room=60)
    if not digest.improvements:
        sheet.text(s("这一周还没有。"), 10)
    for better in digest.improvements:
        sheet.need(44)
        sheet.text(better.what, 11, bold=True, evenly=True)
        sheet.text(s("%1 · 因为 %2 件意见", better.department, better.cases), 9.5)
        listed(sheet, ["·"] * len(better.measures), better.measures, 10)
        sheet.gap(6)


def share(part: int, whole: int) -> str:
    """A percentage; a dash where there is nothing to take it of. 100% is all of them, 0% none."""
    if not whole:
        return "–"
    percent = round(100 * part / whole)
    return f"{min(99, max(1, percent)) if 0 < part < whole else percent}%"
