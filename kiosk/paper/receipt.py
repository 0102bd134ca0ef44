"""The receipt: what stands on it, and how it is drawn. One rendering for every printer.

The words are made ready in `receipt_of`; `draw` only lays them out, from top to bottom, on a page
exactly as tall as they need. Nothing of the citizen's own words, name or number is ever on it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from db.case import KIND_WORDS, Case, ReplyBy
from db.code import TrackingCode
from kiosk.catalogue import Catalogue
from kiosk.paper.sheet import MM, Sheet
from kiosk.words import say
from kiosk.workdays import spoken_day

REPLY_WORDS = {
    ReplyBy.RECEIPT: "不留名，凭小票看",
    ReplyBy.PHONE: "打您留的电话",
    ReplyBy.ON_SITE: "您在现场等，马上有人来",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ready words of one receipt, top to bottom."""

    language: str
    hall: str
    title: str
    copy: str
    number: tuple[str, str]
    code: tuple[str, str]
    address: str
    scan: str
    facts: tuple[tuple[str, str], ...]
    promise: str
    people: tuple[tuple[str, str], ...]
    follow: tuple[str, ...]
    vows: tuple[str, ...]
    foreign: tuple[str, ...]
    footer: tuple[str, ...]
    test: str = ""


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
    """The receipt of a case in `language`; `copy` counts reprints, `address` is for the QR code."""

    def s(text: str, *args: object) -> str:
        return say(text, language, *args)

    said = case.feedback
    stop = "、" if language in ("zh", "ja") else ", "
    facts = [
        (s("时间"), f"{now:%Y-%m-%d %H:%M}"),
        (s("类别"), s(KIND_WORDS[said.kind])),
    ]
    if said.problems:
        facts.append(
            (s("问题"), stop.join(catalogue.name_of(code, language) for code in said.problems))
        )
    promise = ""
    if not said.asks_nothing:
        facts.append((s("回复"), s(REPLY_WORDS[said.reply_by])))
        promise = s("最迟 %1 前回复您", spoken_day(date.fromisoformat(case.due), language))
    people = [
        (s("首问负责"), _post(case.duty_post, catalogue, language)),
        (s("带班领导"), _post(case.leader, catalogue, language)),
        (s("服务电话"), f"{catalogue.hall.phone} · {catalogue.hall.hotline}"),
    ]
    follow = (
        s("手机扫二维码"),
        s("在找茬窗口点“查进度”，输入查询码"),
        s("到服务台出示小票"),
    )
    vows = (
        s("件件有回复。不满意，可以要求重办。"),
        s("被反映的窗口看不到您是谁。"),
    )
    english = () if language == "en" else ("Scan the code, or ask at the desk, to read our reply.",)
    return Receipt(
        language=language,
        hall=catalogue.hall.name.say(language),
        title="找茬窗口 受理回执" + (f" · {s('受理回执')}" if language != "zh" else ""),
        copy=s("补打第 %1 次", copy) if copy else "",
        number=(s("编号"), case.number),
        code=(s("查询码（请收好）"), code.grouped),
        address=address,
        scan=s("扫一扫，看回复") if address else s("凭编号和查询码到服务台查"),
        facts=tuple(facts),
        promise=promise,
        people=tuple((name, value) for name, value in people if value),
        follow=follow,
        vows=vows,
        foreign=english,
        footer=(
            s("请收好：拿着查询码的人都能看到回复。"),
            s("凭证 %1 · %2 · %3", case.seal[:8], kiosk, version),
        ),
        test=s("测试 · 不计入") if case.test else "",
    )


def _post(post: str, catalogue: Catalogue, language: str) -> str:
    """A post in the receipt's language, found again in the roster."""
    for duty in catalogue.roster:
        for known in (duty.window_post, duty.leader_post):
            if known.say("zh") == post:
                return known.say(language)
    return post


# --- drawing ----------------------------------------------------------------------------------


def draw(receipt: Receipt, width_mm: float = 80, fonts: tuple[str, str] | None = None) -> bytes:
    """The receipt as a PDF of one page, as tall as it needs; `fonts` are (regular, bold)."""
    sheet = Sheet(width_mm, fonts, receipt.language)
    _lay_out(sheet, receipt)
    return sheet.render(f"{receipt.title} {receipt.number[1]}", receipt.language)


def _lay_out(sheet: Sheet, receipt: Receipt) -> None:
    sheet.text(receipt.hall, 9, center=True)
    sheet.text(receipt.title, 14, bold=True, center=True)
    if receipt.test:
        sheet.gap(4)
        large = 24 if sheet.width > 60 * MM else 20
        sheet.text(receipt.test, large, bold=True, center=True, leading=1.2)
    if receipt.copy:
        sheet.text(receipt.copy, 10, bold=True, center=True)
    sheet.gap(4)
    sheet.rule(1.2)
    if receipt.promise:
        sheet.gap(7)
        top = sheet.down
        sheet.gap(6)
        sheet.text(receipt.promise, 12, bold=True, center=True, right=14)
        sheet.gap(5)
        sheet.boxes.append((0, top, sheet.width, sheet.down - top, 6))
    sheet.gap(6)
    sheet.pairs(receipt.facts, 8.5)
    sheet.gap(5)
    sheet.rule(0.6, dashed=True)
    sheet.gap(4)
    sheet.text(receipt.number[0], 8, center=True)
    sheet.text(receipt.number[1], 12, bold=True, center=True)
    sheet.gap(3)
    sheet.text(receipt.code[0], 8, center=True)
    sheet.text(receipt.code[1], 19 if sheet.width > 60 * MM else 14, bold=True, center=True)
    if receipt.address:
        sheet.code(receipt.address)
    sheet.text(receipt.scan, 9, bold=True, center=True)
    sheet.gap(5)
    sheet.rule(0.6, dashed=True)
    sheet.gap(5)
    sheet.pairs(receipt.people, 8.5)
    sheet.gap(5)
    for number, way in enumerate(receipt.follow, 1):
        sheet.text(f"{number}  {way}", 8.5)
    sheet.gap(5)
    sheet.rule(1.2)
    sheet.gap(3)
    for vow in receipt.vows:
        sheet.text(vow, 9, bold=True, center=True, right=8)
        sheet.gap(2)
    for line in receipt.foreign:
        sheet.gap(2)
        sheet.text(line, 7.5, center=True)
    sheet.gap(4)
    for line in receipt.footer:
        sheet.text(line, 7, center=True)
