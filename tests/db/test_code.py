"""Numbers and codes: typed, scanned, mistyped."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.code import ALPHABET, NotACode, case_number, check_character, mint, read_code


def test_a_code_is_read_as_it_is_typed_pasted_or_scanned():
    code = mint()
    for typed in (
        code.letters,
        code.grouped,
        code.letters.lower(),
        "-".join(code.grouped.split()),
        f"  {code.letters}\n",
    ):
        assert read_code(typed).letters == code.letters
    assert read_code(f"https://zc.example.cn/t/{code.path}") == code
    assert read_code(f"https://zc.example.cn/t/{code.path}?lang=en") == code


@pytest.mark.parametrize("typed", ["", "ABC", "你好", "A" * 13, "A" * 12, "\x00" * 12, "😀" * 12])
def test_what_cannot_be_a_code_is_said_to_be_none(typed):
    with pytest.raises(NotACode):
        read_code(typed)


@given(st.integers(0, 10), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(place, other):
    letters = "K7QM4TXR9D2"
    wrong = letters[:place] + other + letters[place + 1 :]
    assert (check_character(wrong) == check_character(letters)) == (wrong == letters)


def test_a_thousand_numbers_of_one_day_differ_and_do_not_tell_the_order():
    day, key = date(2026, 11, 23), b"k" * 16
    numbers = [case_number(day, "K1", seq, key) for seq in range(1, 1001)]
    assert len(set(numbers)) == 1000
    assert numbers != sorted(numbers)
    assert numbers[0].startswith("ZC261123-K1-")
