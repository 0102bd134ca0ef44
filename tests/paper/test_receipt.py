"""The receipt: what stands on it, what never does, and whether it can be read back."""

from dataclasses import replace
from datetime import date, datetime

import pypdfium2
import pytest
import zxingcpp

from db.code import mint, read_code
from kiosk import RESOURCES
from kiosk.catalogue import Text, load
from kiosk.paper.printers import FolderPrinter, NoPrinter, PrintOutcome, printer_for
from kiosk.paper.raster import DPI, raster
from kiosk.paper.receipt import draw, receipt_of
from kiosk.paper.sheet import Sheet, _font, _stretches, _width, _wrap, qr_matrix
from kiosk.words import families, languages, say
from kiosk.workdays import spoken_day
from tests.people import ANGRY, PLEASED, tell

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
NOW = datetime(2026, 11, 23, 10, 26)


@pytest.fixture
def printed(local):
    def make(feedback=ANGRY, language="zh", copy=0, width_mm=80.0, catalogue=CATALOGUE):
        case, code = tell(local, feedback)
        case = replace(case, duty_post="企业开办科负责人", leader="副局长")
        address = f"https://zc.example.gov.cn/t/{code.path}"
        receipt = receipt_of(
            case, code, address, catalogue, language, copy=copy, now=NOW, kiosk="K1", version="1"
        )
        return case, code, address, draw(receipt, width_mm)

    return make


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    text = page.get_textpage()
    found = text.get_text_bounded()
    text.close()
    page.close()
    document.close()
    return found


@pytest.mark.parametrize("width_mm", [80, 58, 148])
def test_the_qr_code_of_the_203_dpi_picture_is_the_tracking_address(printed, width_mm):
    _, _, address, pdf = printed(width_mm=width_mm)
    (found,) = zxingcpp.read_barcodes(raster(pdf))
    assert found.text == address


def test_the_qr_code_is_at_least_25_mm_with_modules_of_six_dots(printed):
    _, _, address, pdf = printed()
    (found,) = zxingcpp.read_barcodes(raster(pdf))
    side = found.position.top_right.x - found.position.top_left.x
    assert side / DPI * 25.4 >= 25
    assert side / len(qr_matrix(address)) >= 5.9


def test_the_letters_on_the_paper_lead_to_the_same_case(printed, local):
    case, code, _, pdf = printed()
    line = next(line for line in words_of(pdf).splitlines() if code.letters[:4] in line)
    assert local.find(read_code(line)).case_id == case.case_id


def test_everything_a_citizen_needs_stands_on_it_in_both_languages(printed):
    case, _, _, pdf = printed()
    for wanted in (
        "济宁市为民服务中心", "找茬窗口 受理回执", case.number, "最迟 11月30日（周一） 前回复您",
        "排队等候、办事流程", "投诉", "打您留的电话", "企业开办科负责人", "副局长", "12345",
        "件件有回复", case.seal[:8], "被反映的窗口看不到您是谁",
    ):  # fmt: skip
        assert wanted in words_of(pdf)
    case, _, _, pdf = printed(language="en")
    for wanted in ("受理回执", "Reply by Monday 30 November", "Queue and waiting", "Complaint"):
        assert wanted in words_of(pdf)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("width_mm", [80, 58])
def test_it_speaks_every_language_without_a_missing_character(printed, language, width_mm):
    case, _, _, pdf = printed(language=language, width_mm=width_mm)
    text = "".join(words_of(pdf).split())
    day = spoken_day(date.fromisoformat(case.due), language)
    for sentence in (
        say("最迟 %1 前回复您", language, day),
        say("查询码（请收好）", language),
        say("到服务台出示小票", language),
        say("被反映的窗口看不到您是谁。", language),
    ):
        assert "".join(sentence.split()) in text


def test_a_mixed_line_is_drawn_in_the_first_font_that_has_each_character():
    mixed = "找茬 한국어 間 Русский ćłš 𬱖"
    for bold in (False, True):
        sheet = Sheet(148)
        sheet.text(mixed, 12, bold=bold)
        assert [line.text for line in sheet.lines] == [mixed]
        parts = _stretches(mixed, sheet.lines[0].font)
        assert "".join(part for _, part in parts) == mixed
        for font, part in parts:
            assert all(ord(sign) in _font(font).face.charToGlyph for sign in part)
        wide = sum(_font(font).stringWidth(part, 12) for font, part in parts)
        assert _width(mixed, sheet.lines[0].font, 12) == pytest.approx(wide)
        assert "한국어" in words_of(sheet.render("x", "zh"))


@pytest.mark.parametrize("font", ["", *(f"{f.replace(' ', '')}-Bold" for f in families())])
def test_words_stay_whole_and_no_line_begins_with_a_stop(font):
    said = "담당자가 끝까지 맡습니다. お返事は、「進み具合」で。Отвечаем на каждое, 件件有回复。"
    font = font or "NotoSansSC-Regular"
    for width in range(60, 400, 7):
        lines = _wrap(said, font, 9, width)
        assert "".join("".join(lines).split()) == "".join(said.split())
        assert all(_width(line, font, 9) <= width for line in lines)
        assert all(line[0] not in "、。」，" and line[-1] not in "「" for line in lines)
        assert [
            word for word in ("담당자가", "Отвечаем") if not any(word in x for x in lines)
        ] == []


def test_an_accent_written_apart_is_one_character():
    sheet = Sheet()
    sheet.text("Cafe\u0301", 9)
    assert sheet.lines[0].text == "Café"


def test_the_citizens_own_words_are_never_on_it(printed):
    for feedback in (
        ANGRY,
        replace(ANGRY, words="<img src='file:///etc/passwd'/> 张三 13805370000"),
    ):
        _, _, _, pdf = printed(feedback)
        assert "两个小时" not in words_of(pdf)
        assert "13805370000" not in words_of(pdf)


def test_a_copy_says_which_one_it_is_and_a_rating_promises_no_reply(printed):
    assert "补打第 2 次" in words_of(printed(copy=2)[3])
    assert "最迟" not in words_of(printed(PLEASED)[3])


@pytest.mark.parametrize("width_mm", [80, 58, 148])
@pytest.mark.parametrize("language", languages())
def test_long_names_and_many_problems_wrap_and_nothing_overlaps(printed, language, width_mm):
    long = Text(
        {"zh": "某某省某某自治州某某某某县人民政府" * 4, "en": "A Very Long Hall Name " * 8}
    )
    hall = replace(CATALOGUE.hall, name=long)
    everything = replace(ANGRY, problems=tuple(p.code for p in CATALOGUE.problems))
    catalogue = replace(CATALOGUE, hall=hall)
    _, _, _, pdf = printed(everything, language, width_mm=width_mm, catalogue=catalogue)
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    width, height = page.get_size()
    boxes = [o.get_bounds() for o in page.get_objects() if o.type == 1]
    page.close()
    document.close()
    for left, bottom, right, top in boxes:
        assert 0 <= left < right <= width
        assert 0 <= bottom < top <= height
    for number, (left, bottom, right, top) in enumerate(boxes):
        for other in boxes[number + 1 :]:
            across = min(right, other[2]) - max(left, other[0])
            down = min(top, other[3]) - max(bottom, other[1])
            assert across <= 0.5 or down <= 0.5


def test_a_folder_printer_keeps_page_and_picture_and_says_so(printed, tmp_path):
    pdf = printed()[3]
    assert FolderPrinter(tmp_path / "out").print(pdf, "A").printed
    assert (tmp_path / "out" / "receipt-A.pdf").read_bytes() == pdf
    assert (tmp_path / "out" / "receipt-A.png").read_bytes()[:4] == b"\x89PNG"


def test_a_printer_that_did_not_print_never_says_it_did(printed, tmp_path):
    pdf = printed()[3]
    (tmp_path / "file").write_text("in the way")
    blocked = FolderPrinter(tmp_path / "file").print(pdf, "A")
    assert blocked.outcome is PrintOutcome.NOT_PRINTED
    assert "folder" in blocked.why
    assert NoPrinter().print(pdf, "A").outcome is PrintOutcome.NOT_PRINTED
    with pytest.raises(ValueError, match="known are folder:PATH and none"):
        printer_for("telex:1")


def test_without_an_address_the_code_serves_at_the_desk(local):
    case, _ = tell(local)
    receipt = receipt_of(case, mint(), "", CATALOGUE, "zh", now=NOW)
    pdf = draw(receipt)
    assert "凭编号和查询码到服务台查" in words_of(pdf)
    assert zxingcpp.read_barcodes(raster(pdf)) == []
