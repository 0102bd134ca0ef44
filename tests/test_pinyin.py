"""Pinyin to characters: how often the right sentence comes first, and that no letter is lost."""

import pickle
import random
import threading
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.pinyin import FOLDER, Candidate, Pinyin
from kiosk.ui.composer import SHOWN, Composer

DATA = Path(__file__).resolve().parent / "data"
KNOWN, UNSEEN = "pinyin-sentences.txt", "pinyin-unseen.txt"
#: More candidates than any letters have: every page, one after the other.
ALL_PAGES = 100_000
#: As many pages hold every character of a syllable.
PAGES = 5
engine = cache(Pinyin.load)


@cache
def sentences(file):
    """The Chinese sentences of a file with the letters somebody types for them."""
    return [tuple(line.split("\t")) for line in (DATA / file).read_text("utf-8").splitlines()]


@cache
def readings():
    """Every way each character can be typed on the kiosk's keyboard."""
    found = {}
    for row in engine()._syllables:
        sound, *chars = row.split(" ")
        for char in chars[::2]:
            found.setdefault(char, set()).add(sound)
    return found


def spells(text, letters, finished=False):
    """Whether the letters are these characters; the last syllable may be open unless `finished`."""
    if not text:
        return not letters
    return any(
        (letters.startswith(sound) and spells(text[1:], letters[len(sound) :], finished))
        or (not finished and len(text) == 1 and letters and sound.startswith(letters))
        for sound in readings().get(text[0], ())
    )


def says(text, typed):
    """Whether what was typed is these characters, written out or by their first letters."""
    letters = typed.replace("'", "")
    first = len(text) == len(letters) and all(
        any(sound.startswith(letter) for sound in readings().get(char, ()))
        for char, letter in zip(text, letters, strict=True)
    )
    return first or spells(text, letters)


@cache
def missed(file, places):
    """The sentences that do not stand among the first candidates, as far as `places`."""
    return [
        chinese
        for chinese, letters in sentences(file)
        if chinese not in [c.text for c in engine().candidates(letters)[:places]]
    ]


def right(file, places):
    return len(sentences(file)) - len(missed(file, places))


# --- the files themselves ---------------------------------------------------------------------


@pytest.mark.parametrize(("file", "count"), [(KNOWN, 30), (UNSEEN, 60)])
def test_every_sentence_is_spelled_right_syllable_by_syllable(file, count):
    wrong = [
        (c, letters) for c, letters in sentences(file) if not spells(c, letters, finished=True)
    ]
    assert wrong == []
    assert len(set(sentences(file))) == count


def test_no_unseen_sentence_is_a_known_one():
    assert not {c for c, _ in sentences(KNOWN)} & {c for c, _ in sentences(UNSEEN)}


def test_no_sentence_of_the_tests_is_in_what_the_table_is_built_from():
    told = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.txt"))
    words = {word for row in engine()._rows for word in row.split(" ")[1::2]}
    tested = [chinese for file in (KNOWN, UNSEEN) for chinese, _ in sentences(file)]
    assert [chinese for chinese in tested if chinese in told or chinese in words] == []


# --- how good it is ---------------------------------------------------------------------------


def test_24_of_30_everyday_sentences_are_the_first_candidate():
    assert right(KNOWN, 1) >= 24, missed(KNOWN, 1)


def test_28_of_30_everyday_sentences_are_among_the_first_five_candidates():
    assert right(KNOWN, 5) >= 28, missed(KNOWN, 5)


@pytest.mark.parametrize(
    ("file", "first", "five"),
    [(KNOWN, 30, 30), (UNSEEN, 45, 60)],
    ids=["everyday", "unseen"],
)
def test_it_is_no_worse_than_it_was_when_it_was_measured(file, first, five):
    assert right(file, 1) >= first, missed(file, 1)
    assert right(file, 5) >= five, missed(file, 5)


@pytest.mark.parametrize(
    ("letters", "first"),
    [
        ("paidui", "排队"),
        ("paid", "排队"),
        ("pd", "排队"),
        ("sj", "时间"),
        ("xi'an", "西安"),
        ("fang'an", "方案"),
        ("tingchechangmeiyouchew", "停车场没有车位"),
        ("nv", "女"),
    ],
)
def test_words_that_are_begun_shortened_or_divided(letters, first):
    assert engine().candidates(letters)[0] == Candidate(first, len(letters))


def test_a_divider_divides():
    assert "先" not in [c.text for c in engine().candidates("xi'an", ALL_PAGES)]
    assert {"先", "西安"} <= {c.text for c in engine().candidates("xian")}


def test_a_slip_at_the_end_does_not_lose_what_stands_before_it():
    offered = engine().candidates("paiduishijiantaichangleqqq")
    assert offered[0] == Candidate("排队时间太长了", len("paiduishijiantaichangle"))


# --- every character --------------------------------------------------------------------------


def standard_characters():
    return "".join((FOLDER / "standard-characters.txt").read_text("utf-8").split())


def sounds():
    return sorted({sound for found in readings().values() for sound in found})


def test_every_standard_character_has_a_syllable_that_can_be_typed():
    assert len(set(standard_characters())) == 8105
    assert sum(ord(char) > 0xFFFF for char in standard_characters()) == 196
    assert [char for char in standard_characters() if not readings().get(char)] == []


def test_every_standard_character_is_reached_by_typing_a_syllable_and_paging():
    offered = {c.text for sound in sounds() for c in engine().candidates(sound, ALL_PAGES)}
    assert [char for char in standard_characters() if char not in offered] == []


def test_every_standard_character_is_reached_on_the_keyboard_of_the_kiosk():
    offered = set()
    for sound in sounds():
        composer = Text().type(sound).composer
        for _ in range(PAGES):
            offered |= set(composer.candidates)
            composer.more()
    assert [char for char in standard_characters() if char not in offered] == []


# --- pages ------------------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz'", max_size=12), st.integers(1, 50))
def test_the_pages_are_the_whole_list_in_its_order(typed, size):
    every, pages = engine().candidates(typed, ALL_PAGES), []
    while page := engine().candidates(typed, size, start=len(pages)):
        pages += page
        assert len(page) == size or pages == every
    assert pages == every
    assert len({c.text for c in every}) == len(every)


@pytest.mark.parametrize("seen", [1, 7, SHOWN])
def test_pages_go_on_from_what_was_seen_and_back(seen):
    composer = Text().type("yi").composer
    pages = [composer.candidates]
    assert (composer.canMore, composer.canFewer) == (True, False)
    for _ in range(3):
        composer.more(seen)
        pages.append(composer.candidates)
        assert composer.canFewer
    every = [c.text for c in engine().candidates("yi", ALL_PAGES)]
    assert pages == [every[n * seen : n * seen + SHOWN] for n in range(4)]
    for page in reversed(pages[:-1]):
        composer.fewer()
        assert composer.candidates == page
    composer.fewer()
    assert composer.candidates == pages[0]
    assert not composer.canFewer


def test_the_last_page_is_the_last():
    composer = Text().type("nv").composer
    while composer.canMore:
        composer.more()
    last = composer.candidates
    composer.more()
    assert composer.candidates == last != []


def test_what_stands_on_a_later_page_is_picked_from_there():
    text = Text().type("yi")
    text.composer.more()
    wanted = text.composer.candidates[5]
    text.composer.pick(5)
    assert (text.written, text.composer.letters) == (wanted, "")


@pytest.mark.parametrize("key", ["i", "\b"])
def test_another_letter_goes_back_to_the_first_page(key):
    text = Text().type("ta")
    text.composer.more()
    text.composer.erase() if key == "\b" else text.composer.press(key)
    assert not text.composer.canFewer
    letters = text.composer.letters
    assert text.composer.candidates[0] == engine().candidates(letters)[0].text


# --- letters are neither lost nor used twice --------------------------------------------------


class Behind:
    """A worker: what is handed in is done beside the rest."""

    def run(self, work, done, failed=None):
        threading.Thread(target=work).start()


class Text:
    """What has been written with the kiosk's keyboard."""

    def __init__(self):
        self.written = ""
        self.composer = Composer(engine, Behind(), self._add, self._erase)

    def _add(self, more):
        self.written += more

    def _erase(self):
        self.written = self.written[:-1]

    def type(self, keys):
        for key in keys:
            self.composer.press(key)
        return self


typing = st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=40).map(
    lambda letters: letters.lstrip("'") or "a"
)
speaking = st.lists(
    st.sampled_from(
        ["pai", "dui", "tai", "jiu", "xi", "an", "nv", "lve", "zhuang", "e", "m", "q'"]
    ),
    min_size=1,
    max_size=10,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_nothing_that_is_typed_makes_it_fail(typed):
    for limit in (0, 1, SHOWN, ALL_PAGES):
        candidates = engine().candidates(typed, limit)
        assert len(candidates) <= limit
        assert all(c.text and 1 <= c.used <= len(typed) for c in candidates)


@settings(max_examples=300, deadline=None)
@given(typing | speaking)
def test_a_candidate_is_spelled_by_exactly_the_letters_it_uses(typed):
    for candidate in engine().candidates(typed, ALL_PAGES):
        assert says(candidate.text, typed[: candidate.used]), candidate


@settings(max_examples=150, deadline=None)
@given(typing | speaking, st.integers(0, 10**6))
def test_every_letter_is_used_up_once_whatever_is_picked(typed, seed):
    choose, text = random.Random(seed), Text().type(typed)
    composer, picked = text.composer, []
    while composer.letters:
        before, waiting = len(text.written), composer.letters
        composer.pick(choose.randrange(max(1, len(composer.candidates))))
        assert waiting.endswith(composer.letters)
        used, new = waiting.removesuffix(composer.letters), text.written[before:]
        assert used, "a pick that uses no letter would never end"
        assert new == used or says(new, used)
        picked.append(used)
    assert "".join(picked) == typed


@pytest.mark.parametrize("letters", ["wifi", "gps", "vvv", "qqq", "iphone", "wechat"])
@pytest.mark.parametrize("then", [" ", "，", "1", "\n"])
def test_letters_that_are_no_pinyin_are_kept_as_they_are(letters, then):
    assert engine().candidates(letters) == []
    text = Text().type(letters + then)
    assert text.written == letters + then.strip(" ")
    assert text.composer.letters == ""


def test_letters_that_wait_are_kept_when_the_keyboard_becomes_latin():
    text = Text().type("paidui")
    text.composer.speak(False)
    text.type("OK")
    assert text.written == "paiduiOK"


def test_a_word_picked_from_the_beginning_leaves_the_rest_waiting():
    text = Text().type("paidui'taijiu")
    offered = text.composer.candidates
    text.composer.pick(offered.index("排队"))
    assert (text.written, text.composer.letters) == ("排队", "taijiu")
    text.composer.pick(0)
    assert (text.written, text.composer.letters) == ("排队太久", "")


def test_a_key_waits_for_tables_that_are_being_loaded():
    loads, begun, may = [], threading.Event(), threading.Event()

    def load():
        loads.append("again" if loads else "once")
        begun.set()
        may.wait()
        return engine()

    composer = Composer(load, Behind(), lambda _: None, lambda: None)
    composer.ready()
    begun.wait()
    threading.Timer(0.05, may.set).start()
    composer.press("a")
    assert composer.candidates[0] == "啊"
    assert loads == ["once"]


def test_what_was_typed_before_changes_nothing_for_the_next_person():
    before = [engine().candidates(letters) for _, letters in sentences(KNOWN)]
    for _, letters in sentences(UNSEEN):
        Text().type(letters + " ")
    assert [engine().candidates(letters) for _, letters in sentences(KNOWN)] == before


def test_nothing_of_what_was_typed_survives_the_visit():
    tables, text = pickle.dumps(vars(engine())), Text()
    fresh = state(text.composer)
    text.type("woderenshi")
    text.composer.more()
    text.composer.pick(3)
    text.type("yi").composer.more()
    assert state(text.composer) != fresh
    text.composer.wipe()
    assert state(text.composer) == fresh
    assert pickle.dumps(vars(engine())) == tables


def state(composer):
    return {name: value for name, value in vars(composer).items() if name != "_pinyin"}
