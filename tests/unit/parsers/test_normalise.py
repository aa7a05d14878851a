"""Texts are normalised before they are parsed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.access import LONGEST_TEXT
from gateway.parsers.normalise import normalise

# NFKD makes eighteen characters of the first, four of most others.
EXPANDING = "\ufdfa\ufdfb\u33c2\u2100\u247d\u3248\u3300"
texts = st.text(st.characters() | st.sampled_from(EXPANDING + " \n\t.#"), max_size=99)


@given(texts, st.integers(1, LONGEST_TEXT))
def test_no_regular_expression_sees_more_than_the_longest_sms(
    text: str, times: int
) -> None:
    assert len(normalise((text * times)[:LONGEST_TEXT])) <= LONGEST_TEXT


@given(texts)
def test_no_blank_stands_beside_another(text: str) -> None:
    assert not re.search(r"\s\s", normalise(text))


@pytest.mark.parametrize("char", EXPANDING)
def test_a_character_that_stands_for_many_makes_no_longer_text(char: str) -> None:
    assert len(normalise(char * LONGEST_TEXT)) <= LONGEST_TEXT


@given(texts)
def test_what_is_plain_stays_as_it_is(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
