"""The on-screen keyboard: pages of candidates under real fingers."""

import pytest

from kiosk.ui.composer import LONGEST
from kiosk.ui.hands import items
from tests.screens import SCREENS, show
from tests.ui.conftest import LANDSCAPE, PORTRAIT, PPI, SMALL, pinyin
from tests.ui.test_screens import TOUCH_MM, box

sizes = pytest.mark.parametrize(
    "size", [PORTRAIT, LANDSCAPE, SMALL], ids=["portrait", "landscape", "small"]
)
ARROWS = ("‹", "›", "▼")


@pytest.fixture
def write(make_kiosk):
    """Opens the page for one's own words and types letters on its keyboard."""

    def write(letters, size=PORTRAIT):
        kiosk = make_kiosk(size)
        show(kiosk, SCREENS["words"], "zh", 0)
        for key in letters:
            kiosk.hands.tap(key)
        return kiosk

    return write


def offered(kiosk):
    """The candidates on the screen, in the order of reading."""
    kiosk.hands.settle()
    known = set(kiosk.citizen.composer.candidates)
    found = [i for i in kiosk.hands.touchables() if i.property("label") in known]
    return [i for i in found if i.parentItem().metaObject().className() == "QQuickFlow"]


def labels(kiosk):
    return [item.property("label") for item in offered(kiosk)]


@sizes
def test_the_arrows_turn_the_pages_and_nothing_is_left_out(write, size):
    kiosk = write("yi", size)
    every = [c.text for c in pinyin().candidates("yi", 1000)]
    pages = [labels(kiosk)]
    for _ in range(3):
        kiosk.hands.tap("›")
        pages.append(labels(kiosk))
    seen = [text for page in pages for text in page]
    assert all(len(page) >= 5 for page in pages)
    assert seen == every[: len(seen)]
    for page in reversed(pages[:-1]):
        kiosk.hands.tap("‹")
        assert labels(kiosk) == page


@sizes
def test_the_arrows_are_large_enough_for_a_finger(write, size):
    kiosk = write("yi", size)
    least = TOUCH_MM * PPI[size] / 25.4 - 0.5
    for arrow in ARROWS:
        item = kiosk.hands.find(arrow)
        assert min(item.width(), item.height()) >= least


def test_an_arrow_that_leads_nowhere_is_dim(write):
    kiosk = write("nv")
    assert not kiosk.hands.find("‹").isEnabled()
    while kiosk.hands.find("›").isEnabled():
        kiosk.hands.tap("›")
    assert kiosk.hands.find("‹").isEnabled()
    assert labels(kiosk)[-1] == pinyin().candidates("nv", 1000)[-1].text


@sizes
def test_spread_out_more_is_seen_and_a_rare_character_is_found(write, size):
    kiosk = write("yi", size)
    few = len(labels(kiosk))
    kiosk.hands.tap("▼")
    assert len(labels(kiosk)) >= 4 * few
    taps = kiosk.hands.taps
    while "𫄷" not in labels(kiosk):
        kiosk.hands.tap("›")
    assert kiosk.hands.taps - taps <= 6
    kiosk.hands.tap("𫄷")
    assert kiosk.citizen.words == "𫄷"
    assert kiosk.hands.find("q")  # the letters are back


@sizes
@pytest.mark.parametrize("spread", [False, True], ids=["row", "spread"])
@pytest.mark.parametrize(
    "letters", ["yi", "paiduishijian", ("paiduitaijiu" * 9)[:LONGEST], "a" * LONGEST]
)
def test_no_candidate_is_cut_or_covered(write, size, letters, spread):
    kiosk = write("", size)
    for key in letters:
        kiosk.citizen.composer.press(key)
    if spread:
        kiosk.hands.tap("▼")
    shown = offered(kiosk)
    edge = min(box(kiosk.hands.find(arrow))[0] for arrow in ("‹", "›", "▲" if spread else "▼"))
    _, top, _, bottom = box(shown[0].parentItem())
    for item in shown:
        left, upper, right, lower = box(item)
        assert left >= 0 and upper >= top - 1 and lower <= bottom + 1
        assert right < edge
        for text in items(item):
            if text.inherits("QQuickText"):
                assert text.property("lineCount") == 1
                assert text.property("contentWidth") <= item.width()


def test_a_divider_parts_two_syllables(write):
    assert labels(write("xi'an"))[0] == "西安"


def test_the_next_person_finds_no_candidates(write):
    kiosk = write("yi")
    kiosk.hands.tap("▼")
    kiosk.hands.tap("›")
    kiosk.citizen.wipe()
    show(kiosk, SCREENS["words"], "zh", 0)
    assert (labels(kiosk), kiosk.citizen.composer.canFewer) == ([], False)
    assert kiosk.hands.find("q")
    with pytest.raises(LookupError):
        kiosk.hands.find("›")
