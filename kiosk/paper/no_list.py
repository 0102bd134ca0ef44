"""The daily list of every NO (说NO清单), A4: 说YES不请示，说NO要报告."""

from dataclasses import dataclass
from datetime import date

from kiosk.paper.forms import signatures
from kiosk.paper.pages import A4
from kiosk.paper.parts import full_day, heading, letterhead, speaker
from kiosk.paper.sheet import Sheet
from kiosk.paper.tables import Column, table

TITLE = "说NO清单"


@dataclass(frozen=True, slots=True)
class No:
    """One negative reply: which case, which result, why, which leader agreed, when."""

    number: str
    about: str
    result: str
    reason: str
    approved_by: str
    at: str


@dataclass(frozen=True, slots=True)
class NoList:
    """All of one day."""

    hall: str
    day: date
    entries: tuple[No, ...] = ()
    language: str = "zh"


def draw(told: NoList) -> bytes:
    """The list as a PDF."""
    return laid_out(told).render(f"{speaker(told.language)(TITLE)} {told.day}", told.hall)


def laid_out(told: NoList) -> Sheet:
    """The list on its sheet, before it is a PDF."""
    s, day = speaker(told.language), full_day(told.day, told.language)
    running = f"{s(TITLE)} {day} · {told.hall}"
    sheet = Sheet(A4, told.language, running=running, foot=s("只供内部使用，不给市民看"))
    facts = [(s("日期"), day), (s("共几件"), f"{len(told.entries)}")]
    letterhead(sheet, told.hall, s(TITLE), facts, 28)
    sheet.text(s("说YES不请示，说NO要报告：每一个都有带班领导同意。"), 12)
    heading(sheet, s("今天说的NO"), room=80)
    columns = (
        Column(s("编号"), 0, bold=True),
        Column(s("事由"), 20),
        Column(s("结果"), 16, bold=True),
        Column(s("理由"), 40),
        Column(s("谁同意的"), 18),
        Column(s("几点"), 0, "right"),
    )
    rows = [(n.number, n.about, n.result, n.reason, n.approved_by, n.at) for n in told.entries]
    table(sheet, columns, rows, 9.5, nothing=s("今天没有说NO。"))
    signatures(sheet, (s("带班领导看过"),))
    return sheet
