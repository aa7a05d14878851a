"""Finding the forms that a message may say, and the words it is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.enquiry import Enquiry, Rejection, RejectionReason
from gateway.handlers import topics
from gateway.parsers.keyword_index import KeywordIndex
from gateway.parsers.keywords import Keyword
from gateway.parsers.typos import deletions, is_mistyped
from gateway.parsers.vocabulary import LONGEST_WORD
from tests.support.texts import parse

INDEX = KeywordIndex(topic.keyword for topic in topics().values())
few_letters = st.text("abc", min_size=1, max_size=5)


@given(few_letters, few_letters)
def test_words_one_mistake_apart_have_a_trace_in_common(one: str, other: str) -> None:
    assert not is_mistyped(one, other) or deletions(one) & deletions(other)


@pytest.mark.parametrize("typed", ["saldo", "sado", "saldok", "sakdo", "sadlo", "aldo"])
def test_a_forgiving_form_is_found_with_any_one_mistake(typed: str) -> None:
    assert "saldo" in {form.text for form in INDEX.forms_beginning(typed, typed)}


def test_of_two_forms_alike_the_first_keyword_counts() -> None:
    salda, saldi = (
        Keyword(word, needs_kpj=True, words=(word,), forgiving=(word,))
        for word in ("salda", "saldi")
    )

    assert parse("saldo", KeywordIndex([salda, saldi])).keyword == "salda"
    assert parse("saldo", KeywordIndex([saldi, salda])).keyword == "saldi"


def test_a_phrase_may_be_mistyped_in_every_word() -> None:
    keyword = Keyword("claim", False, words=("klaim jht",), forgiving=("klaim jht",))

    outcome = parse("mau kliam jhtt", KeywordIndex([keyword]))

    assert isinstance(outcome, Enquiry)
    assert outcome.keyword == "claim"


def test_no_word_is_longer_than_what_is_compared() -> None:
    words = {part for form in INDEX.words for part in form.split()}

    assert max(map(len, words)) <= LONGEST_WORD


@pytest.mark.parametrize(
    "text",
    ["bpjstk" * 266 + "xx", "no" * 799 + "x", "\N{NUMERO SIGN}" * 1600],
    ids=["many ways to part it", "many parts", "twice as long when plain"],
)
def test_words_run_together_without_end_are_soon_given_up(text: str) -> None:
    assert isinstance(parse(text, INDEX), Rejection)


def test_without_keywords_nothing_is_asked_for() -> None:
    assert parse("saldo saya", KeywordIndex([])) == Rejection(
        RejectionReason.UNKNOWN_KEYWORD
    )
