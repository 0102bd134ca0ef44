"""The receipt: what stands on it, and how it is drawn. One rendering for every printer.

The words are made ready in `receipt_of`; `draw` only lays them out, on a roll of 80 or 58 mm or on
an A5 page. Nothing of the citizen's own words, name or number is ever on it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from db.case import Case
from db.code import TrackingCode
from db.terms import KIND_WORDS, ReplyBy
from kiosk.catalogue import Catalogue
from kiosk.paper.pages import format_of
from kiosk.paper.parts import letterhead, masthead, mentions, speaker, steps
from kiosk.paper.sheet import Sheet
from kiosk.workdays import spoken_day

REPLY_WORDS = {
    ReplyBy.RECEIPT: "不留名，凭小票看",
    ReplyBy.PHONE: "打您留的电话",
    ReplyBy.ON_SITE: "您在现场等，已经叫了服务台",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ready words of one receipt, top to bottom; what is empty is left out."""

    language: str
    hall: str
    title: str
    foreign_title: str
    #: Why this is no plain receipt: a test, a reprint.
    test: str
    copy: str
    promise: tuple[str, str]
    address: str
    scan: str
    code: tuple[str, str]
    number: tuple[str, str]
    facts: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    follow: tuple[str, tuple[str, ...]]
    vows: tuple[str, ...]
    foreign: str
    footer: tuple[str, ...]


def receipt_of(
    case: Case,
    code: TrackingCode,
    address: str,
    catalogue: Catalogue,
    language: str,
    *,
    copy: int = 0,
    now: datetime,
    kiosk: str = "",
    version: str = "",
) -> Receipt:
    """The receipt of a case in `language`; `copy` counts reprints, `address` is for the QR code.

    One that was said in test mode says that it counts for nothing."""
    s, said = speaker(language), case.feedback
    stop = "、" if language in ("zh", "ja") else ", "
    facts = [
        (s("时间"), f"{now:%Y-%m-%d %H:%M}"),
        (s("类别"), s(KIND_WORDS[said.kind])),
    ]
    if said.problems:
        facts.append(
            (s("问题"), stop.join(catalogue.name_of(code, language) for code in said.problems))
        )
    promise = ("", "")
    if not said.asks_nothing:
        facts.append((s("回复"), s(REPLY_WORDS[said.reply_by])))
        day = spoken_day(date.fromisoformat(case.due), language)
        promise = (s("最迟这一天回复您"), day)
    people = (
        (s("首问负责"), _post(case.duty_post, catalogue, language)),
        (s("带班领导"), _post(case.leader, catalogue, language)),
        (s("服务电话"), catalogue.hall.phone),
        (s("政务热线"), catalogue.hall.hotline),
    )
    ways = ("手机扫二维码", "在找茬窗口点“查进度”，输入查询码", "到服务台出示小票")
    return Receipt(
        language=language,
        hall=catalogue.hall.name.say(language),
        title="找茬窗口 受理回执",
        foreign_title=s("受理回执") if language != "zh" else "",
        test=s("测试 · 不计入") if case.test else "",
        copy=s("补打第 %1 次", copy) if copy else "",
        promise=promise,
        address=address,
        scan=s("扫一扫，看回复") if address else s("凭编号和查询码到服务台查"),
        code=(s("查询码（请收好）"), code.grouped),
        number=(s("编号"), case.number),
        facts=tuple(facts),
        people=tuple((name, value) for name, value in people if value),
        follow=(s("看回复，三种办法都行"), tuple(s(way) for way in ways)),
        vows=(s("件件有回复。不满意，可以要求重办。"), s("被反映的窗口看不到您是谁。")),
        foreign="Scan the code, or ask at the desk, to read our reply." if language == "zh" else "",
        footer=(
            s("请收好：拿着查询码的人都能看到回复。"),
            s("凭证 %1 · %2 · %3", case.seal[:8], kiosk, version),
        ),
    )


def _post(post: str, catalogue: Catalogue, language: str) -> str:
    """A post in the receipt's language, found again in the roster."""
    for duty in catalogue.roster:
        for known in (duty.window_post, duty.leader_post):
            if known.say("zh") == post:
                return known.say(language)
    return post


# --- drawing ----------------------------------------------------------------------------------


def draw(receipt: Receipt, width_mm: float = 80) -> bytes:
    """The receipt as a PDF: on a roll as tall as it needs, from 140 mm on A5."""
    return laid_out(receipt, width_mm).render(
        f"{receipt.foreign_title or receipt.title} {receipt.number[1]}", receipt.hall
    )


def laid_out(receipt: Receipt, width_mm: float = 80) -> Sheet:
    """The receipt on its sheet, before it is a PDF."""
    sheet = Sheet(format_of(width_mm), receipt.language, running=receipt.number[1])
    if width_mm >= 140:
        _page(sheet, receipt)
    else:
        _roll(sheet, receipt, big=width_mm >= 72)
    return sheet


def _roll(sheet: Sheet, receipt: Receipt, big: bool) -> None:
    fact = 9.5 if big else 8.5
    if receipt.test:
        sheet.band(receipt.test, 20)
        sheet.gap(6)
    masthead(sheet, receipt.hall, receipt.title, receipt.foreign_title, receipt.copy, big=big)
    if receipt.promise[1]:
        sheet.gap(7)
        sheet.card(lambda: _promise(sheet, receipt, 21 if big else 16), 6)
    if receipt.address:
        sheet.code(receipt.address, receipt.scan)
    else:
        sheet.gap(8)
    sheet.text(receipt.scan, fact + 1, bold=True, align="center")
    sheet.gap(7)
    _code_and_number(sheet, receipt, 24 if big else 18)
    sheet.gap(8)
    sheet.rule(dashed=True)
    sheet.gap(6)
    # On the narrow roll each group has a column of its own: there is no width to give away.
    names = [name for name, _ in receipt.people] if big else []
    sheet.pairs(receipt.facts, fact, names=names)
    sheet.gap(3)
    sheet.pairs(receipt.people, fact, names=[name for name, _ in receipt.facts] if big else [])
    sheet.gap(6)
    sheet.rule(dashed=True)
    sheet.gap(6)
    steps(sheet, receipt.follow[0], receipt.follow[1], fact)
    sheet.gap(7)
    sheet.rule(1.4)
    sheet.gap(6)
    for vow in receipt.vows:
        sheet.text(vow, fact + 0.5, bold=True, align="center")
        sheet.gap(2)
    if receipt.foreign:
        sheet.gap(2)
        sheet.text(receipt.foreign, 8, align="center")
    sheet.gap(4)
    for line in receipt.footer:
        sheet.text(line, 8 if big else 7.5, align="center")
    if receipt.test:
        sheet.gap(6)
        sheet.band(receipt.test, 11)


def _promise(sheet: Sheet, receipt: Receipt, largest: float) -> None:
    label, day = receipt.promise
    sheet.text(label, 9.5, align="center")
    sheet.text(day, sheet.fit(day, largest, 11), bold=True, align="center", leading=1.25)


def _code_and_number(sheet: Sheet, receipt: Receipt, largest: float) -> None:
    label, code = receipt.code
    sheet.text(label, 9, align="center")
    sheet.text(code, sheet.fit(code, largest, 9), bold=True, align="center", leading=1.25)
    sheet.gap(2)
    number = f"{receipt.number[0]} {receipt.number[1]}"
    sheet.text(number, sheet.fit(number, 11, 8), bold=True, align="center")


def _page(sheet: Sheet, receipt: Receipt) -> None:
    if receipt.test:
        sheet.band(receipt.test, 20)
        sheet.gap(8)
    title = receipt.title + (f" · {receipt.foreign_title}" if receipt.foreign_title else "")
    letterhead(sheet, receipt.hall, title, (), 20, receipt.copy)
    if receipt.promise[1]:
        sheet.card(lambda: _promise(sheet, receipt, 26), 6)
        sheet.gap(6)

    def words() -> None:
        names = [name for name, _ in receipt.people]
        sheet.pairs(receipt.facts, 10, names=names)
        sheet.gap(4)
        sheet.pairs(receipt.people, 10, names=[name for name, _ in receipt.facts])

    def code() -> None:
        if receipt.address:
            sheet.code(receipt.address, receipt.scan)
        sheet.text(receipt.scan, 10.5, bold=True, align="center")

    sheet.beside(words, code, 122, 12)
    sheet.gap(8)
    sheet.card(lambda: _code_and_number(sheet, receipt, 30), 6)
    sheet.gap(8)
    steps(sheet, receipt.follow[0], receipt.follow[1], 10)
    sheet.gap(6)
    sheet.rule(1.4)
    sheet.gap(6)
    for vow in receipt.vows:
        sheet.text(vow, 10.5, bold=True)
    sheet.gap(3)
    mentions(sheet, (receipt.foreign, *receipt.footer), 8.5)
