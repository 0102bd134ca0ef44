"""The guide slip (引导单): where a thing is done, how, and what to bring.

Whoever reads no Chinese finds the place in Chinese too: the slip can be shown to somebody.
"""

from kiosk.catalogue import Catalogue, ServiceItem
from kiosk.paper.pages import format_of
from kiosk.paper.parts import labelled, letterhead, masthead, speaker
from kiosk.paper.sheet import Sheet

TITLE = "找茬窗口 引导单"


def draw(item: ServiceItem, catalogue: Catalogue, language: str, width_mm: float = 80) -> bytes:
    """The slip of one service item as a PDF: on a roll of one page, from 140 mm on A5."""
    sheet = laid_out(item, catalogue, language, width_mm)
    title = speaker(language)(TITLE)
    return sheet.render(f"{title} {item.code}", catalogue.hall.name.say(language))


def laid_out(item: ServiceItem, catalogue: Catalogue, language: str, width_mm: float = 80) -> Sheet:
    """The slip on its sheet, before it is a PDF."""
    s = speaker(language)
    hall, window = catalogue.hall, catalogue.service_window(item.service_window)
    sheet = Sheet(format_of(width_mm), language, running=item.name.say(language))
    grown, foreign = (1.3 if width_mm >= 140 else 1), s(TITLE) if language != "zh" else ""
    if width_mm >= 140:
        title = f"{TITLE} · {foreign}" if foreign else TITLE
        letterhead(sheet, hall.name.say(language), title, size=20)
    else:
        masthead(sheet, hall.name.say(language), TITLE, foreign, big=width_mm >= 72)
        sheet.gap(8)
    sheet.text(item.name.say(language), 15 * grown, bold=True, role="H2", leading=1.3)
    if foreign:
        sheet.text(item.name.say("zh"), 10)
    sheet.gap(6)

    def place() -> None:
        name, where = window.name, window.place
        labelled(sheet, s("在哪办"), name.say(language), 9 * grown, 16 * grown)
        sheet.text(where.say(language), 13 * grown, bold=True, leading=1.3)
        if foreign:
            sheet.gap(2)
            sheet.text(f"请带我去：{where.say('zh')} {name.say('zh')}", 9.5)

    sheet.card(place, 8)
    for heading, words in (
        (s("怎么办"), item.how),
        (s("带什么"), item.bring),
        (s("办公时间"), hall.hours),
    ):
        sheet.gap(7)
        labelled(sheet, heading, words.say(language), 9 * grown, 11.5 * grown)
    sheet.gap(8)
    sheet.rule(dashed=True)
    sheet.gap(6)
    sheet.pairs([(s("电话"), hall.phone), (s("政务热线"), hall.hotline)], 9.5 * grown)
    sheet.gap(6)
    sheet.rule(1.4)
    sheet.gap(6)
    sheet.text(
        s("材料不齐也先收下，缺的一次告诉您。办不成，回来找我们。"),
        10 * grown,
        bold=True,
        evenly=True,
    )
    return sheet
