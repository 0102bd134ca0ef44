"""Whatever is typed, pasted or scanned is kept as shown, and is text wherever it comes out (G5)."""

import html.parser
import unicodedata
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from db.code import mint
from db.happening import Accepted, Replied
from db.lists import Column, Lists
from db.sync import sync
from db.terms import Outcome, Result, Role
from kiosk import RESOURCES, staff
from kiosk.catalogue import load
from kiosk.paper.letters import one_line
from kiosk.paper.receipt import draw, receipt_of
from kiosk.visit import LONGEST, Visit, kept
from kiosk.web.page import Tracking
from tests.hall import found
from tests.nasty import NASTY
from tests.people import ANGRY, TODAY, registered, tell

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
CATALOGUE = load(RESOURCES / "catalogue" / "sample")


def test_there_are_more_than_five_hundred_nasty_strings():
    assert len(set(NASTY)) > 500


@given(st.text() | st.sampled_from(NASTY))
def test_what_is_shown_is_what_is_kept_and_keeping_it_twice_changes_nothing(typed):
    shown = Visit().say(typed).words
    assert kept(shown) == shown
    assert len(shown) <= LONGEST
    assert set(shown) <= set(typed)
    shown.encode("utf-8")
    assert "\0" not in shown and "\x1b" not in shown and "\u202e" not in shown


def test_rare_legal_names_and_joined_signs_are_kept_as_they_are():
    for text in ("𠮷野家", "𬇕𫖮𬺈", "\U00031350", "葛\U000e0100", "\ue000", "👩‍👩‍👧‍👦", "e\u0301"):
        assert kept(text) == text


def test_every_nasty_text_comes_back_bit_for_bit_from_every_store(opened, shared_address):
    kiosk, shared, desk = opened("K1"), opened("S1", shared_address), opened("D1")
    said, told = registered(ANGRY, mint()), {}
    for number, text in enumerate(NASTY):
        words = kept(text)
        told[f"c{number}"] = words
        kiosk.register(replace(said, feedback=replace(ANGRY, words=words)), TODAY, f"c{number}")
    assert sync(kiosk, shared).pushed == len(NASTY)
    sync(desk, shared)
    for store in (kiosk, shared, desk):
        assert {c: store.case(c).feedback.words for c in told} == told
    clerk = staff.Person("desk", "值守员", Role.CLERK)
    assert Lists(desk).counts(clerk, TODAY)[Column.TO_ACCEPT] == len(NASTY)


class Seen(html.parser.HTMLParser):
    """What a browser would make of a page: its tags, and its text."""

    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, tuple(sorted(name for name, _ in attrs))))

    def handle_data(self, data):
        self.text.append(data)


def seen(page):
    found = Seen()
    found.feed(page)
    return found


def test_no_reply_changes_the_tracking_page_by_more_than_its_text(local):
    tracking = Tracking(lambda: local, CATALOGUE, now=lambda: datetime(2026, 11, 24, 9))
    with TestClient(tracking.application(), headers={"accept-language": "zh-CN"}) as client:
        pages = {}
        for text in ("谢谢您提醒。", *NASTY[::7]):
            reply = kept(text).strip() or "谢谢"
            case, code = tell(found(local))
            local.append(case.case_id, Accepted("desk"))
            local.append(case.case_id, Replied("desk", Outcome(Result.A1, "x", reply)))
            pages[reply] = seen(client.get(f"/t/{code.path}").text)
    plain, *others = pages.items()
    for reply, page in others:
        assert page.tags == plain[1].tags, reply
        whole = "".join("".join(page.text).split())
        assert "".join(reply.split()) in whole, reply


@pytest.mark.parametrize("width", [80, 58])
def test_any_hall_can_be_printed_and_nothing_but_our_fonts_is_in_the_paper(local, width):
    case, code = tell(local)
    for text in NASTY[:: len(NASTY) // 60]:
        name = kept(text).replace("\n", " ").strip() or "大厅"
        hall = replace(CATALOGUE.hall, name=type(CATALOGUE.hall.name)({"zh": name, "en": name}))
        receipt = receipt_of(
            case, code, "https://zc.example.gov.cn/t/" + code.path,
            replace(CATALOGUE, hall=hall), "zh", now=datetime(2026, 11, 24, 10),
        )  # fmt: skip
        paper = draw(receipt, width)
        assert paper.startswith(b"%PDF")
        told = paper[paper.index(b"<x:xmpmeta") : paper.index(b"<?xpacket end")]
        said = [entry.text for entry in ElementTree.fromstring(told).iter(f"{{{RDF}}}li")]
        assert one_line(name, "NotoSansSC-Bold") in said
        for mark in (
            b"/EmbeddedFile",
            b"/URI",
            b"/JavaScript",
            b"/Subtype /Image",
            b"/Launch",
        ):
            assert mark not in paper


def test_the_corpus_has_what_is_not_to_be_judged_by_a_category():
    assert any(unicodedata.category(sign) == "Cn" for text in NASTY for sign in text)
