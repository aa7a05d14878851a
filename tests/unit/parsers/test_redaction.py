"""What is kept of a text holds no number of a person, whatever stands between."""

import random

import pytest

from gateway.parsers.redaction import hide_other_words
from tests.support.texts import redacted

PARTED = [
    ("nik 3201 lalu 0101 lalu 9001 lalu 0001", "nik {4} lalu {4} lalu {4} lalu {4}"),
    ("kpj saya 6100 trus 0000 trus 019", "kpj saya {4} trus {4} trus {3}"),
    ("610 lalu 000 lalu 000 lalu 19", "{3} lalu {3} lalu {3} lalu 19"),
    ("6l0O lalu 0000 lalu 019", "{4} lalu {4} lalu {3}"),
]
READABLE = [
    "saldo tahun 2024 dan 2025",
    "kelas 3 ruang 12 lantai 4 blok 5 nomor 6 pintu 7",
    "gaji 500 ribu sejak 2019",
]


@pytest.mark.parametrize(("text", "kept"), PARTED)
def test_groups_that_words_part_are_masked_together(text: str, kept: str) -> None:
    """Field report 16: three digits and more, if the groups make nine."""
    expected = kept.replace("{", "[").replace("}", " digits]")

    assert redacted(text) == expected


@pytest.mark.parametrize(("text", "kept"), PARTED)
def test_groups_of_a_text_that_was_understood_are_masked_too(
    text: str, kept: str
) -> None:
    """Field report 16: hiding other words hides the numbers between them first."""
    hidden = hide_other_words(redacted(text), lambda word: word == "kpj")

    assert not any(len(part) > 2 for part in hidden.split() if part.isdigit())


@pytest.mark.parametrize("text", READABLE)
def test_years_and_small_numbers_stay_readable(text: str) -> None:
    """Field report 16: eight digits are nobody's number."""
    assert redacted(text) == text


def test_no_way_of_parting_a_number_by_words_keeps_nine_digits() -> None:
    """Field report 16: random numbers, cut at random into groups of three to five."""
    parted = [parted_number(random.Random(seed)) for seed in range(50)]

    assert [text for text in parted if len(digits_kept(text)) >= 9] == []


def parted_number(chance: random.Random) -> str:
    digits = "".join(chance.choice("0123456789") for _ in range(chance.randint(9, 16)))
    groups = []
    while digits:
        size = chance.randint(3, 5)
        groups.append(digits[:size])
        digits = digits[size:]
    return f" {chance.choice(['lalu', 'trus', 'dan', 'strip'])} ".join(groups)


def digits_kept(text: str) -> str:
    return "".join(part for part in redacted(text).split() if part.isdigit())
