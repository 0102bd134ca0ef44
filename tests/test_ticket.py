"""Tickets: the sample hall's formats, formats that cannot be, scans that are no ticket."""

import time
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.code import mint
from kiosk import RESOURCES
from kiosk.catalogue import load
from kiosk.ticket import LONGEST_SCAN, Ticket, TicketFormat, parts, read
from tests.nasty import NASTY

HALL = load(RESOURCES / "catalogue" / "sample")
NOW = datetime(2026, 11, 24, 10, 30, 59)
NINE = datetime(2026, 11, 24, 9, 12)


def by(pattern, scanned, now=NOW):
    return read(scanned, [TicketFormat("one", pattern)], {"W05"}, {"I15": "W05"}, now)


def test_a_queue_ticket_fills_in_window_number_and_wait():
    assert HALL.ticket("A023-W05-202611240912", NOW) == Ticket("W05", "", "A023", NINE, 78)


def test_a_ticket_with_a_link_tells_the_item_too():
    link = "http://queue.example/t?n=A023&w=W05&i=I15&t=20261124091200"
    assert HALL.ticket(link, NOW) == Ticket("W05", "I15", "A023", NINE, 78)


def test_a_pick_up_slip_tells_the_item_and_with_it_the_window():
    assert HALL.ticket("LZ/2026112400017/I20\r\n", NOW) == Ticket(
        "W08", "I20", project="2026112400017"
    )


def test_a_window_and_an_item_nobody_knows_are_left_out_and_the_rest_stays():
    assert HALL.ticket("A023-X99-202611240912", NOW) == Ticket("", "", "A023", NINE, 78)
    assert HALL.ticket("LZ/17/X", NOW) == Ticket(project="17")


def test_a_scanner_behind_a_chinese_keyboard_is_understood():
    assert HALL.ticket("Ａ０２３－Ｗ０５－２０２６１１２４０９１２", NOW) == Ticket(
        "W05", "", "A023", NINE, 78
    )


@pytest.mark.parametrize(
    ("taken", "waited"),
    [
        ("202611241030", 0),
        ("202611241029", 1),
        ("202611241034", 0),  # its clock is a little ahead
        ("202611241200", None),
        ("202611231030", None),
        ("202711241030", None),
    ],
)
def test_the_wait_is_counted_for_a_ticket_of_today(taken, waited):
    assert HALL.ticket(f"A1-W05-{taken}", NOW).waited_minutes == waited


def test_a_ticket_with_a_time_alone_is_of_today():
    assert by("{number}@{taken:%H:%M}", "7@09:12").taken == NINE


def test_signs_that_stand_without_anything_between_them_are_told_apart_by_their_length():
    pattern = "{number:4}{taken:%y%m%d%H%M}{window:3}{item}"
    assert by(pattern, "A0232611240912W05I15") == Ticket("W05", "I15", "A023", NINE, 78)
    assert by(pattern, "A0232611240912W05") is None
    assert by("{number:4}", "12345") is None


def test_a_placeholder_reads_up_to_the_text_that_follows_it():
    assert by("{number}-{skip}-x", "1--x") == Ticket(number="1")
    assert by("{number}-x", "1-2-x") == Ticket(number="1-2")
    assert by("{number}-x", "1-x-x") is None
    assert by("{{{number}}}%", "{5}%") == Ticket(number="5")


def test_the_first_format_that_fits_counts():
    formats = [TicketFormat("a", "{number}-{taken:%H%M}"), TicketFormat("b", "{number}-{window}")]
    assert read("1-0912", formats, {"W05"}, {}, NOW).taken == NINE
    assert read("1-9912", formats, {"9912"}, {}, NOW) == Ticket("9912", "", "1", None, None)


@pytest.mark.parametrize(
    "scanned",
    ["", " ", "A023", "A023-W05-202613240912", "A023-W05-20261124091", "-W05-202611240912",
     "A 23-W05-202611240912", f"{'A' * 41}-W05-202611240912", "LZ/1/", "x" * 301,
     f"{'A' * 300}-W05-202611240912", "0000-W05-000001010000"],
)  # fmt: skip
def test_any_other_text_is_no_ticket(scanned):
    assert HALL.ticket(scanned, NOW) is None


def test_a_tracking_code_is_no_ticket():
    for _ in range(200):
        code = mint()
        for text in (str(code), f"http://127.0.0.1:8765/t/{code}"):
            assert HALL.ticket(text, NOW) is None


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "at least one of {window}"),
        ("A{skip}", "at least one of {window}"),
        ("{number}", "something fixed"),
        ("{skip}x", "at least one of"),
        ("{number}{window}-", "{number} wants a text after it"),
        ("{number}{taken:%H%M}", "{number} wants a text after it"),
        ("{number}-{number}", "{number} only once"),
        ("A{queue}", "{queue} is not known here"),
        ("A{}", "{} is not known here"),
        ("A{number[0]}", "is not known here"),
        ("A{number!r}", "without !"),
        ("A{number", "every { with its }"),
        ("A}{number}", "every { with its }"),
        ("A{number:x}", "wants a length from 1 to 40"),
        ("A{number:41}", "wants a length from 1 to 40"),
        ("A{number:{window}}", "wants a length from 1 to 40"),
        ("A{taken}", "wants hour and minute"),
        ("A{taken:%Y%m%d}", "wants hour and minute"),
        ("A{taken:%d%H%M}", "wants hour and minute"),
        ("A{taken:%Y%y%m%d%H%M}", "wants hour and minute"),
        ("A{taken:%H%M%H}", "at most once"),
        ("A{taken:%c}", "at most once"),
        ("A{taken:%H%M%}", "at most once"),
        ("A{taken:%H %M}", "without spaces"),
        ("A{number}" + "x" * 200, "at most 200"),
    ],
)
def test_a_format_that_cannot_be_is_told_with_what_was_expected(pattern, says):
    with pytest.raises(ValueError) as trouble:
        parts(pattern)
    assert says in str(trouble.value)


#: Pieces of which the worst scans are made.
PIECES = st.lists(
    st.sampled_from(
        ["-", "/", "LZ/", "?n=", "&w=", "W05", "I15", "A1", "202611240912", "²", "٣", "Ａ",
         "\ud83d", "\x00", "\u3000"]
    )
)  # fmt: skip
ANYTHING = st.one_of(st.text(max_size=400), PIECES.map("".join), st.sampled_from(NASTY))
PATTERNS = st.lists(
    st.sampled_from(
        ["{number}", "{window}", "{item}", "{skip}", "{number:4}", "{taken:%H%M}", "-", "/", "A",
         "{taken:%Y%m%d%H%M%S}", "{taken:%y/%m/%d-%H.%M}", "{", "}", "{{", "!", ":", "（"]
    ), max_size=12,
).map("".join)  # fmt: skip


@given(ANYTHING)
@example("A1-W05-٢٠٢٦١١٢٤٠٩١٢")
@example("ﷺ" * 300)
def test_any_scanned_text_gives_a_ticket_or_none(scanned):
    ticket = HALL.ticket(scanned, NOW)
    assert ticket is None or ticket.service_window in {"", *(w.code for w in HALL.service_windows)}


@given(PATTERNS, ANYTHING)
def test_any_format_that_is_taken_reads_any_text_without_trouble(pattern, scanned):
    try:
        parts(pattern)
    except ValueError:
        return
    by(pattern, scanned)


@given(
    number=st.text("ABC0123456789", min_size=1, max_size=9),
    window=st.sampled_from([w.code for w in HALL.service_windows]),
    waited=st.integers(0, 600),
)
def test_what_a_ticket_machine_prints_is_what_is_read(number, window, waited):
    taken = NOW.replace(second=0) - timedelta(minutes=waited)
    ticket = HALL.ticket(f"{number}-{window}-{taken:%Y%m%d%H%M}", NOW)
    assert ticket == Ticket(window, "", number, taken, waited)


def test_no_format_makes_a_scan_slow():
    pattern = "-".join(["{skip}"] * 20) + "-{number}!"
    began = time.perf_counter()
    for _ in range(100):
        assert by(pattern, "-" * LONGEST_SCAN) is None
    assert time.perf_counter() - began < 1
