"""一次性告知单: everything that is still missing, told once and in writing, on A5 (R-39).

Titles stand in the visitor's language with the Chinese ones beside them, for the next window.
"""

from dataclasses import dataclass
from datetime import date

from kiosk.paper.pages import A5
from kiosk.paper.parts import both, full_day, heading, labelled, letterhead, listed, speaker
from kiosk.paper.sheet import Sheet

TITLE = "一次性告知单"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told, in the visitor's language; `post` is who told it, never a name."""

    hall: str
    number: str
    day: date
    item: str
    missing: tuple[str, ...]
    where: str
    how: str
    hours: str
    phone: str
    hotline: str
    post: str
    #: What we can do instead of another trip: 帮办, post, a booking.
    instead: str = ""
    language: str = "zh"


def draw(notice: Notice) -> bytes:
    """The notice as a PDF."""
    title = speaker(notice.language)(TITLE)
    return laid_out(notice).render(f"{title} {notice.number}".strip(), notice.hall)


def laid_out(notice: Notice) -> Sheet:
    """The notice on its sheet, before it is a PDF."""
    s = speaker(notice.language)

    def title(text: str) -> str:
        return both(text, notice.language)

    foot = f"{s('服务电话')} {notice.phone} · {s('政务热线')} {notice.hotline}"
    running = f"{s(TITLE)} {notice.number}"
    sheet = Sheet(A5, notice.language, running=running, foot=foot)
    facts = [(s("编号"), notice.number), (s("日期"), full_day(notice.day, notice.language))]
    letterhead(sheet, notice.hall, TITLE, [fact for fact in facts if fact[1]], 24)
    if notice.language != "zh":
        sheet.gap(-6)
        sheet.text(s(TITLE), 14, bold=True)
        sheet.gap(5)
    sheet.card(lambda: labelled(sheet, title("您要办的事"), notice.item, 9, 15), 9)
    if notice.missing:
        heading(sheet, title("还差这些，备齐一样勾一样"), 12)
        listed(sheet, [""] * len(notice.missing), notice.missing, 11.5)
    heading(sheet, title("在哪办"), 12)
    sheet.text(notice.where, 11.5, leading=1.45)
    if notice.how:
        heading(sheet, title("怎么办"), 12)
        sheet.text(notice.how, 11.5, leading=1.45)
    sheet.gap(8)
    sheet.pairs(
        [(title("办公时间"), notice.hours), (title("告知人（岗位）"), notice.post)], 10, apart=0.2
    )
    if notice.instead:
        sheet.gap(8)
        sheet.card(lambda: labelled(sheet, title("不方便跑？我们来"), notice.instead, 9, 11.5), 9)
    sheet.gap(9)
    sheet.text(s("要的都写在这里了。有不清楚的，打电话问，不用再跑一趟。"), 10, evenly=True)
    return sheet
