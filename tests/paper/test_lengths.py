"""However long a name, a reply or a list is: it wraps, the page is turned, nothing is lost."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.event import Head
from db.verify import read_note
from kiosk import RESOURCES
from kiosk.catalogue import Text, load
from kiosk.paper import digest, handover, letter, no_list, notice, record_slip
from kiosk.paper.digest import Digest, Improvement, Late, Tally, Top, Week
from kiosk.paper.handover import Handover, Machine, OpenCase, Waiting
from kiosk.paper.letter import Letter
from kiosk.paper.no_list import No, NoList
from kiosk.paper.notice import Notice
from tests.paper.look import count, in_the_way, letters_of, opened, solid, words_of

CATALOGUE = load(RESOURCES / "catalogue" / "sample")
DAY = date(2026, 11, 23)
HAN = "窗口排队等候时间长，上午多开两个窗口。"
LATIN = "The wait at this window was far too long, and we are sorry. "
NAMES = [
    "厅",
    "济宁市为民服务中心",
    "某某省某某自治州某某县人民政府政务服务中心" * 6,
    "Hall " * 40,
    "W" * 90,
]


def text_of(pattern, length):
    return (pattern * (length // len(pattern) + 1))[:length].strip() or "。"


def a_letter(**told):
    plain = Letter(
        hall="济宁市为民服务中心", number="ZC261123-K1-NVLSL", day=DAY, about=(("类别", "投诉"),),
        result="已整改", reply="好。", department="企业开办科", phone="0537-0000000",
        hotline="12345", address="https://zc.example.gov.cn/t/", language="zh",
    )  # fmt: skip
    return replace(plain, **told)


@pytest.mark.parametrize("pattern", [HAN, LATIN], ids=["zh", "en"])
@pytest.mark.parametrize("length", [1, 40, 250, 400, 500, 560, 620, 700, 800, 900, 1000])
def test_a_reply_of_any_length_is_all_there_and_in_nobodys_way(pattern, length):
    reply = text_of(pattern, length)
    pdf = letter.draw(a_letter(reply=reply, basis=HAN, where=HAN, how=HAN, measures=(HAN, HAN)))
    assert in_the_way(pdf) == []
    assert solid(reply) in body_of(pdf)


@pytest.mark.parametrize("name", NAMES)
def test_a_hall_with_any_name_has_all_of_it_on_every_paper(name):
    hall = replace(CATALOGUE.hall, name=Text({"zh": name}))
    catalogue = replace(CATALOGUE, hall=hall)
    for pdf in (
        letter.draw(a_letter(hall=name, reply=HAN * 40)),
        notice.draw(a_notice(hall=name)),
        handover.draw(Handover(name, DAY, "上午", name, tuple(cases(60)))),
        no_list.draw(NoList(name, DAY, noes(40))),
        digest.draw(a_digest(hall=name)),
        record_slip.draw(catalogue),
    ):
        assert in_the_way(pdf) == []
        assert solid(name) in solid(words_of(pdf))


def a_notice(**told):
    plain = Notice(
        hall="厅", number="ZC261123-K1-NVLSL", day=DAY, item="外国人来华工作许可",
        missing=("护照",), where="三楼", how="取号", hours="9:00–17:00", phone="0537-0000000",
        hotline="12345", post="负责人", instead="帮办",
    )  # fmt: skip
    return replace(plain, **told)


@pytest.mark.parametrize("many", [0, 1, 8, 30])
def test_a_notice_takes_any_number_of_missing_papers(many):
    missing = tuple(f"第{number}份：{HAN}" for number in range(many))
    pdf = notice.draw(a_notice(missing=missing, how=HAN * 8, instead=HAN * 5))
    assert in_the_way(pdf) == []
    for one in missing:
        assert solid(one) in body_of(pdf)


def cases(many, about=HAN):
    return [
        OpenCase(f"ZC261123-K1-{n:05}", f"{n}{about}", "办理中", "11-30", "企业开办科", n % 5 == 0)
        for n in range(many)
    ]


def noes(many, reason=HAN):
    return tuple(
        No(f"ZC261123-K1-{n:05}", "停车", "暂不采纳", f"{n}{reason}", "副局长", "9:42")
        for n in range(many)
    )


@pytest.mark.parametrize("many", [0, 1, 17, 18, 19, 20, 21, 200])
def test_a_list_goes_on_under_its_heads_and_each_row_is_whole(many):
    pdf = handover.draw(Handover("厅", DAY, "上午", "副局长", tuple(cases(many))))
    assert in_the_way(pdf) == []
    words = solid(words_of(pdf))
    for case in cases(many):
        assert case.number + solid(case.about) in words
    with opened(pdf) as (_, pages):
        for page in pages:
            text = page.get_textpage()
            said = solid(text.get_text_range())
            text.close()
            assert "ZC261123-K1-" not in said or "编号事由状态期限经办" in said


def test_a_row_of_a_whole_page_and_more_is_continued_under_the_heads():
    long = "".join(f"第{number}句，{HAN}" for number in range(150))
    told = No("ZC261123-K1-LONG7", "停车", "暂不采纳", long, approved_by="", at="")
    pdf = no_list.draw(NoList("厅", DAY, (*noes(12), told, *noes(3))))
    assert count(pdf) >= 3
    assert in_the_way(pdf) == []
    assert solid(long) in body_of(pdf, heads="编号事由结果理由谁同意的几点")


def a_digest(many=6, **told):
    plain = Digest(
        "厅", DAY, DAY,
        tallies=tuple(Tally(f"科室{n}", n, n, n, n, n, 0, 0) for n in range(many)),
        top=tuple(Top(f"{n}{HAN[:n]}", 30 - n, n) for n in range(min(many, 12))),
        weeks=tuple(Week(f"{n:02}-10", n * 7, n * 6) for n in range(min(many, 26))),
        late=tuple(Late(c.number, c.about, c.owner, c.due, 1) for c in cases(many)),
        improvements=tuple(Improvement(f"{n}{HAN}", "科室", n, (HAN,) * 4) for n in range(many)),
    )  # fmt: skip
    return replace(plain, **told)


@pytest.mark.parametrize("many", [0, 1, 2, 6, 13, 60])
def test_a_digest_of_any_week_is_in_nobodys_way(many):
    digested = a_digest(many)
    pdf = digest.draw(digested)
    assert in_the_way(pdf) == []
    words = solid(words_of(pdf))
    for one in (*digested.tallies, *digested.top):
        assert solid(one.name) in words


def test_an_empty_day_says_so_instead_of_showing_nothing():
    assert "今天没有说NO。" in words_of(no_list.draw(NoList("厅", DAY)))
    empty = words_of(handover.draw(Handover("厅", DAY, "上午", "副局长")))
    assert "没有在办的事。" in empty and "没有机器的消息。" in empty
    quiet = words_of(digest.draw(Digest("厅", DAY, DAY, ())))
    for said in ("没有超期的。", "没有要求重办的。", "这一周还没有。", "这一周没有收到什么。"):
        assert said in quiet


def test_a_machine_that_needs_a_look_and_whoever_waits_are_on_the_hand_over():
    sheet = Handover(
        "厅", DAY, "下午", "副局长",
        waiting=(Waiting("11:32", "1 号窗口", "老人材料没带齐"),),
        calls=(Waiting("11:51", "K2", "叫人帮忙"),),
        machines=(Machine("K1", "正常"), Machine("K2", "缺纸", well=False)),
        notes=("两点有人来取材料。",),
    )  # fmt: skip
    words = solid(words_of(handover.draw(sheet)))
    for said in ("11:321号窗口老人材料没带齐", "11:51K2叫人帮忙", "K1好正常", "K2要看一看缺纸"):
        assert said in words
    assert "两点有人来取材料。" in words


@pytest.mark.parametrize("many", [1, 60])
def test_the_heads_on_a_hand_over_can_be_typed_back_as_a_note(many):
    heads = {f"K{n}-ABCD{n:02}": Head(n + 1, f"{n:064x}"[::-1]) for n in range(many)}
    rows = tuple((o, str(h.seq), h.hash[:16]) for o, h in heads.items())
    at = "2026-11-23T10:00:00+08:00"
    pdf = handover.draw(Handover("厅", DAY, "下午", "副局长", heads=rows, heads_at=at))
    assert in_the_way(pdf) == []
    words = solid(words_of(pdf))
    assert f"at{at}" in words and all("".join(row) in words for row in rows)
    typed = "\n".join([f"at {at}", *map(" ".join, rows)])
    noted = read_note(typed, "the sheet")
    assert all(heads[o].hash.startswith(h.hash) for o, h in noted.heads.items())
    assert noted.at_ms is not None and len(noted.heads) == many


def test_who_replies_and_what_to_do_next_stay_on_one_page():
    for length in range(300, 900, 50):
        pdf = letter.draw(a_letter(reply=text_of(HAN, length), measures=(HAN,) * 6))
        pages = words_by_page(pdf)
        (last,) = [page for page in pages if "不满意，可以要求重办" in page]
        assert "企业开办科" in last and "扫一扫" in last


def test_the_record_slip_is_one_page_with_room_to_write_in_every_language():
    from kiosk.words import languages

    for language in languages():
        sheet = record_slip.laid_out(CATALOGUE, language)
        assert sheet.count == 1
        lines = [m for m in sheet.marks if type(m).__name__ == "Stroke" and m.dashes is None]
        assert len(lines) >= 4 + 3


def test_two_slips_are_the_same_slip_twice_within_a_sheet_of_a4():
    one, two = record_slip.draw(CATALOGUE), record_slip.draw_two(CATALOGUE)
    with opened(two) as (_, pages):
        (page,) = pages
        assert page.get_size() == pytest.approx((841.9, 595.3), abs=0.1)
        assert all(right < 841.9 for _, _, right, _ in letters_of(page))
    for said in ("找茬记录单", "投诉", "想说的话"):
        assert words_of(two).count(said) == 2 * words_of(one).count(said)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.sampled_from("窗口排队，。a b1\n（“”）W한я"), min_size=1, max_size=1000),
    st.text(st.sampled_from("厅中 心W-"), min_size=1, max_size=120),
    st.integers(0, 9),
)
def test_whatever_is_replied_by_whichever_hall(reply, hall, many):
    letters = a_letter(
        reply=reply, hall=hall, department=hall, words=reply[:200], measures=(reply[:80],) * many
    )
    pdf = letter.draw(letters)
    assert in_the_way(pdf) == []
    assert solid(reply) in body_of(pdf)


def words_by_page(pdf):
    with opened(pdf) as (_, pages):
        return [words_within(page) for page in pages]


def words_within(page, **edges):
    text = page.get_textpage()
    found = text.get_text_bounded(**edges) if edges else text.get_text_range()
    text.close()
    return found


def body_of(pdf, heads=""):
    """All words without what is said on every page: its foot, the head of a further one."""
    body = "".join(solid(page) for page in words_by_page(pdf))
    with opened(pdf) as (_, pages):
        for number, page in enumerate(pages):
            tall = page.get_size()[1]
            top = words_within(page, top=tall, bottom=tall - 56) if number else ""
            for again in (top, words_within(page, top=48, bottom=0), heads):
                body = body.replace(solid(again), "") if again else body
    return body
