"""The topic model: what is written is read back, and ranks alike each time."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.parsers.normalise import normalise
from training.topic_model.decision import is_from_machine, likely_topic
from training.topic_model.features import features
from training.topic_model.model_file import corpus_of, dump, load
from training.topic_model.ranking import Candidate
from training.typos import clip, misspell

FILE = dump(
    ["saldo", "stop"],
    [("saldo", (100, -100)), (" sal", (20, -3)), (" stop", (-90, 110))],
    [0.5, -0.5],
    0.02,
    "hash",
)


def test_a_model_ranks_by_the_features_of_a_text() -> None:
    first, second = load(FILE).rank(normalise("SALDO saya"))

    # " sal" and "saldo" are known; two features weigh by the root of two.
    scores = (120 * 0.02 / math.sqrt(2) + 0.5, -103 * 0.02 / math.sqrt(2) - 0.5)
    share = 1 / (1 + math.exp(scores[1] - scores[0]))
    assert (first.topic, second.topic) == ("saldo", "stop")
    assert first.probability == pytest.approx(share)


def test_a_text_without_a_known_feature_is_not_ranked() -> None:
    assert load(FILE).rank(normalise("zzz")) == []


def test_a_file_names_the_corpus_that_it_was_made_of() -> None:
    assert corpus_of(FILE) == "hash"


@given(st.text(max_size=300))
def test_probabilities_add_up_to_one_for_any_text(text: str) -> None:
    ranked = load(FILE).rank(normalise(text))

    assert not ranked or sum(item.probability for item in ranked) == pytest.approx(1)
    assert ranked == load(FILE).rank(normalise(text))


def test_numbers_count_only_by_their_length() -> None:
    assert features(normalise("saldo 61000000019")) == features(
        normalise("saldo 6100 0000 027")
    )
    assert features(normalise("umur 56")) == features(normalise("umur 60"))


@pytest.mark.parametrize(
    ("topic", "probability", "by_rules", "chosen"),
    [
        ("status", 0.25, None, "status"),
        ("status", 0.24, None, None),
        ("status", 0.3, "saldo", None),
        ("status", 0.35, "saldo", "status"),
        ("stop", 0.59, None, None),
        ("stop", 0.6, None, "stop"),
    ],
)
def test_what_changes_something_needs_a_clear_wish(
    topic: str, probability: float, by_rules: str | None, chosen: str | None
) -> None:
    assert likely_topic([Candidate(topic, probability)], by_rules) == chosen


def test_what_is_surely_from_a_machine_is_not_answered() -> None:
    shares = [Candidate("x_promosi", 0.5), Candidate("x_penipuan", 0.36)]

    assert is_from_machine(shares)
    assert not is_from_machine([Candidate("x_obrolan", 0.9)])
    assert not is_from_machine([])


@given(st.text(max_size=200), st.integers())
def test_typos_are_the_same_for_the_same_seed(text: str, seed: int) -> None:
    assert misspell(text, random.Random(seed)) == misspell(text, random.Random(seed))
    assert clip(text, random.Random(seed)) == clip(text, random.Random(seed))
