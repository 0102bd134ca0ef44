"""The reply letter (答复单), A4: what was said in the hall's own categories, the result, the reply.

The citizen's own words are on it only where they asked for that.
"""

from dataclasses import dataclass
from datetime import date, datetime

from db.case import Case
from db.code import TrackingCode
from db.terms import KIND_WORDS, RESULT_WORDS
from kiosk.catalogue import Catalogue
from kiosk.paper.pages import A4
from kiosk.paper.parts import full_day, heading, labelled, letterhead, listed, said, speaker
from kiosk.paper.sheet import Sheet

TITLE = "答复单"


@dataclass(frozen=True, slots=True)
class Letter:
    """The ready words of one reply; what is empty is left out."""

    hall: str
    number: str
    day: date
    #: What was said, by categories: (name, value).
    about: tuple[tuple[str, str], ...]
    result: str
    reply: str
    department: str
    phone: str
    hotline: str
    words: str = ""
    basis: str = ""
    where: str = ""
    how: str = ""
    measures: tuple[str, ...] = ()
    #: Working days within which it is handled again if the reply does not satisfy.
    again_days: int = 5
    #: Where the reply can be followed and judged; with the code only where that was given.
    address: str = ""
    language: str = "zh"


def letter_of(
    case: Case,
    catalogue: Catalogue,
    language: str,
    *,
    day: date,
    address: str = "",
    code: TrackingCode | None = None,
    with_words: bool = False,
    again_days: int = 5,
) -> Letter:
    """The letter of a case that has its reply; `address` is what tracking addresses start with.

    Raises ValueError for a case without a reply.
    """
    outcome = case.outcome
    if outcome is None:
        raise ValueError(f"{case.number} has no reply yet")
    hall = catalogue.hall
    departments = {d.code: d.name.say(language) for d in catalogue.departments}
    return Letter(
        hall=hall.name.say(language),
        number=case.number,
        day=day,
        about=_about(case, catalogue, language),
        words=case.feedback.words if with_words else "",
        result=speaker(language)(RESULT_WORDS[outcome.result]),
        reply=outcome.reply,
        department=departments.get(case.department, hall.name.say(language)),
        phone=hall.phone,
        hotline=hall.hotline,
        basis=outcome.basis,
        where=outcome.where.place,
        how=outcome.where.how,
        measures=tuple(line for line in outcome.measures.splitlines() if line.strip()),
        again_days=again_days,
        address=address + (code.path if code else "") if address else "",
        language=language,
    )


def _about(case: Case, catalogue: Catalogue, language: str) -> tuple[tuple[str, str], ...]:
    """What was said, in the hall's own categories; the day alone, since those who print a letter
    may not all know the minute."""
    s, told = speaker(language), case.feedback
    when = datetime.fromtimestamp(case.registered_ms / 1000)
    about = [(s("时间"), f"{when:%Y-%m-%d}"), (s("类别"), s(KIND_WORDS[told.kind]))]
    if told.problems:
        stop = "、" if language in ("zh", "ja") else ", "
        names = stop.join(catalogue.name_of(code, language) for code in told.problems)
        about.append((s("问题"), names))
    if told.service_window:
        about.append((s("窗口"), catalogue.service_window(told.service_window).name.say(language)))
    if told.service_item:
        about.append((s("事项"), catalogue.service_item(told.service_item).name.say(language)))
    return tuple(about)


def draw(letter: Letter) -> bytes:
    """The letter as a PDF."""
    title = speaker(letter.language)(TITLE)
    return laid_out(letter).render(f"{title} {letter.number}", letter.hall)


def laid_out(letter: Letter) -> Sheet:
    """The letter on its sheet, before it is a PDF."""
    s = speaker(letter.language)
    foot = f"{s('服务电话')} {letter.phone} · {s('政务热线')} {letter.hotline}"
    running = f"{s(TITLE)} {letter.number} · {letter.hall}"
    sheet = Sheet(A4, letter.language, running=running, foot=foot)
    facts = ((s("编号"), letter.number), (s("日期"), full_day(letter.day, letter.language)))
    letterhead(sheet, letter.hall, s(TITLE), facts, 28)
    sheet.text(s("您好！您说的事有结果了，谢谢您告诉我们。"), 13)
    sheet.gap(8)

    def about() -> None:
        sheet.text(s("您反映的"), 13, bold=True, role="H2")
        sheet.gap(3)
        sheet.pairs(letter.about, 11)

    def result() -> None:
        sheet.card(lambda: labelled(sheet, s("结果"), letter.result, 10, 18), 10)

    sheet.beside(about, result, sheet.width * 0.42, 16)
    if letter.words:
        heading(sheet, s("您的原话"))
        said(sheet, letter.words, 11)
    heading(sheet, s("答复"))
    said(sheet, letter.reply, 12)
    if letter.measures:
        heading(sheet, s("我们做了什么"))
        listed(sheet, ["·"] * len(letter.measures), letter.measures, 11.5)
    if letter.basis:
        heading(sheet, s("依据"))
        sheet.text(letter.basis, 11, leading=1.5)
    places = [(s("在哪办"), letter.where), (s("怎么办"), letter.how)]
    if any(words for _, words in places):
        heading(sheet, s("在哪办、怎么办"))
        sheet.pairs([place for place in places if place[1]], 11.5, bold=False)
    sheet.gap(10)
    sheet.need(sheet.measure(lambda: _end(sheet, letter)))
    _end(sheet, letter)
    return sheet


def _end(sheet: Sheet, letter: Letter) -> None:
    """Who replies, and what to do where that does not satisfy: never apart."""
    sheet.text(letter.department, 12, bold=True, align="right")
    sheet.text(full_day(letter.day, letter.language), 11, align="right")
    sheet.gap(10)
    sheet.card(lambda: _again(sheet, letter), 8)


def _again(sheet: Sheet, letter: Letter) -> None:
    s = speaker(letter.language)

    def words() -> None:
        sheet.text(s("不满意，可以要求重办"), 14, bold=True)
        sheet.gap(3)
        sheet.text(s("您说一声，我们换人重办，%1 个工作日内再答复您。", letter.again_days), 11.5)
        sheet.gap(6)
        sheet.text(s("被反映的窗口看不到您是谁。"), 10.5)

    def code() -> None:
        sheet.code(letter.address, s("扫一扫，说说满意不满意"), 6)
        sheet.text(s("扫一扫，说说满意不满意"), 9.5, align="center")

    if letter.address:
        sheet.beside(words, code, 120, 12)
    else:
        words()
