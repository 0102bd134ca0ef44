"""The receipt: what stands on it, what never does, and whether it can be read back."""

from dataclasses import replace
from datetime import date, datetime

import pytest
import zxingcpp

from db.code import mint, read_code
from kiosk import RESOURCES
from kiosk.catalogue import Text, load
from kiosk.paper.printers import FolderPrinter, NoPrinter, PrintOutcome, printer_for
from kiosk.paper.qr import qr_matrix
from kiosk.paper.raster import DPI, raster
from kiosk.paper.receipt import draw, receipt_of
from kiosk.words import languages, say
from kiosk.workdays import spoken_day
from tests.paper.look import in_the_way, solid, words_of
from tests.people import ANGRY, PLEASED, tell

#: What a telephone looks for; lines of text now and then look like a rarer code.
QR = zxingcpp.BarcodeFormat.QRCode

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
NOW = datetime(2026, 11, 23, 10, 26)


@pytest.fixture
def printed(local):
    def make(
        feedback=ANGRY, language="zh", width_mm=80.0, catalogue=CATALOGUE, test=False, **marks
    ):
        case, code = tell(local, feedback)
        case = replace(case, duty_post="企业开办科负责人", leader="副局长", test=test)
        address = f"https://zc.example.gov.cn/t/{code.path}"
        receipt = receipt_of(
            case, code, address, catalogue, language, now=NOW, kiosk="K1", version="1", **marks
        )
        return case, code, address, draw(receipt, width_mm)

    return make


@pytest.mark.parametrize("width_mm", [80, 58, 148])
def test_the_qr_code_of_the_203_dpi_picture_is_the_tracking_address(printed, width_mm):
    _, _, address, pdf = printed(width_mm=width_mm)
    (found,) = zxingcpp.read_barcodes(raster(pdf), QR)
    assert found.text == address


@pytest.mark.parametrize(("width_mm", "head"), [(80, 576), (58, 384)])
def test_a_module_is_seven_whole_dots_and_the_code_inside_what_the_head_prints(
    printed, width_mm, head
):
    _, _, address, pdf = printed(width_mm=width_mm)
    picture = raster(pdf)
    (found,) = zxingcpp.read_barcodes(picture, QR)
    side = len(qr_matrix(address)) * 7
    left, top = found.position.top_left.x, found.position.top_left.y
    assert side / DPI * 25.4 > 30
    assert abs(found.position.top_right.x - left + 1 - side) <= 2
    edge = (picture.width - head) / 2
    assert edge <= left and left + side <= picture.width - edge
    # Every row of modules begins and ends on a dot: nothing inside the code is grey.
    code = picture.crop((left + 1, top + 1, left + side - 1, top + side - 1))
    assert sum(code.histogram()[3:253]) == 0


@pytest.mark.parametrize("width_mm", [80, 58, 148])
def test_the_paper_is_whole_dots_wide_and_tall(printed, width_mm):
    picture = raster(printed(width_mm=width_mm)[3])
    if width_mm < 140:
        assert picture.width == {80: 640, 58: 464}[width_mm]
    else:
        assert picture.size == (1183, 1679)


@pytest.mark.parametrize(("width_mm", "margin"), [(80, 32), (58, 40)])
@pytest.mark.parametrize("language", languages())
def test_nothing_stands_where_the_head_does_not_print(printed, language, width_mm, margin):
    picture = raster(printed(language=language, width_mm=width_mm)[3])
    inked = picture.point(lambda value: 255 if value < 200 else 0).getbbox()
    assert inked[0] >= margin and inked[2] <= picture.width - margin


def test_the_letters_on_the_paper_lead_to_the_same_case(printed, local):
    case, code, _, pdf = printed()
    line = next(line for line in words_of(pdf).splitlines() if code.letters[:4] in line)
    assert local.find(read_code(line)).case_id == case.case_id


def test_everything_a_citizen_needs_stands_on_it_in_both_languages(printed):
    case, _, _, pdf = printed()
    for wanted in (
        "济宁市为民服务中心", "找茬窗口 受理回执", case.number, "最迟这一天回复您",
        "11月28日（周五）",
        "排队等候、办事流程", "投诉", "打您留的电话", "企业开办科负责人", "副局长", "12345",
        "件件有回复", case.seal[:8], "被反映的窗口看不到您是谁",
    ):  # fmt: skip
        assert wanted in words_of(pdf)
    case, _, _, pdf = printed(language="en")
    for wanted in ("受理回执", "You hear from us by", "Friday 28 November", "Queue and waiting"):
        assert wanted in words_of(pdf)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("width_mm", [80, 58])
def test_it_speaks_every_language_without_a_missing_character(printed, language, width_mm):
    case, _, _, pdf = printed(language=language, width_mm=width_mm)
    text = solid(words_of(pdf))
    for sentence in (
        say("最迟这一天回复您", language),
        spoken_day(date.fromisoformat(case.due), language),
        say("查询码（请收好）", language),
        say("到服务台出示小票", language),
        say("被反映的窗口看不到您是谁。", language),
    ):
        assert solid(sentence) in text


def test_the_citizens_own_words_are_never_on_it(printed):
    for feedback in (
        ANGRY,
        replace(ANGRY, words="<img src='file:///etc/passwd'/> 张三 13805370000"),
    ):
        _, _, _, pdf = printed(feedback)
        assert "两个小时" not in words_of(pdf)
        assert "13805370000" not in words_of(pdf)


@pytest.mark.parametrize("width_mm", [80, 58, 148])
def test_a_copy_and_a_test_say_so_and_a_plain_one_does_not(printed, width_mm):
    copy, test = "补打第 2 次", "测试 · 不计入"
    assert copy in words_of(printed(copy=2, width_mm=width_mm)[3])
    assert test in words_of(printed(test=True, width_mm=width_mm)[3])
    plain = words_of(printed(width_mm=width_mm)[3])
    assert copy not in plain and test not in plain


def test_a_rating_promises_no_reply(printed):
    assert "最迟" in words_of(printed()[3])
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
    assert in_the_way(pdf) == []
    assert solid(long.say(language)) in solid(words_of(pdf))


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
