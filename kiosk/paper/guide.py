"""The guide slip (引导单): where a thing is done, how, and what to bring."""

from kiosk.catalogue import Catalogue, ServiceItem
from kiosk.paper.sheet import Sheet
from kiosk.words import say


def draw(item: ServiceItem, catalogue: Catalogue, language: str, width_mm: float = 80) -> bytes:
    """The slip of one service item as a PDF of one page."""

    def s(text: str, *args: object) -> str:
        return say(text, language, *args)

    hall, window = catalogue.hall, catalogue.service_window(item.service_window)
    sheet = Sheet(width_mm, None, language)
    sheet.text(hall.name.say(language), 9, center=True)
    sheet.text(s("找茬窗口 引导单"), 14, bold=True, center=True)
    sheet.gap(4)
    sheet.rule(1.2)
    sheet.gap(6)
    sheet.text(item.name.say(language), 13, bold=True)
    for heading, words in (
        (s("在哪办"), f"{window.name.say(language)} · {window.place.say(language)}"),
        (s("怎么办"), item.how.say(language)),
        (s("带什么"), item.bring.say(language)),
        (s("办公时间"), hall.hours.say(language)),
        (s("电话"), f"{hall.phone} · {hall.hotline}"),
    ):
        sheet.gap(6)
        sheet.text(heading, 8.5)
        sheet.text(words, 11, bold=True)
    sheet.gap(6)
    sheet.rule(0.6, dashed=True)
    sheet.gap(4)
    sheet.text(s("材料不齐也先收下，缺的一次告诉您。办不成，回来找我们。"), 9, bold=True, right=8)
    return sheet.render(f"{s('找茬窗口 引导单')} {item.code}", language)
