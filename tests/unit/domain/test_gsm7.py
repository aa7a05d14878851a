"""Counting segments as Twilio bills them."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.gsm7 import BASIC, ESCAPED, count, is_gsm7

# (text, encoding, segments) as printed by Twilio's sms-segments-calculator 1.3.0.
VECTORS = json.loads((Path(__file__).parent / "segments.json").read_text())
gsm_texts = st.text(st.sampled_from(sorted(BASIC | ESCAPED)), max_size=700)


def test_counts_as_twilios_calculator() -> None:
    sizes = [(text, count(text)) for text, _, _ in VECTORS]

    counted = [[text, size.encoding, size.segments] for text, size in sizes]
    assert counted == VECTORS


def test_the_alphabet_has_every_character_of_gsm_03_38() -> None:
    # 128 positions less the escape; form feed and nine more behind the escape.
    assert len(BASIC) == 127
    assert len(ESCAPED) == 10


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("€" * 80, 160, 1),
        ("€" * 153, 306, 3),  # 76 escape pairs a part: a pair never straddles
        ("a" * 152 + "€" + "a" * 152, 306, 3),
        ("e\u0301" * 70, 70, 1),  # NFC first
        ("", 0, 0),
    ],
)
def test_counts_septets(text: str, units: int, segments: int) -> None:
    size = count(text)

    assert size.encoding == "GSM-7"
    assert (size.units, size.segments) == (units, segments)


@pytest.mark.parametrize("char", ["`", "\t", "ç", "\u2019", "\u6df1", "\U0001f600"])
def test_one_foreign_character_makes_the_whole_text_ucs2(char: str) -> None:
    assert count("a" * 100 + char).encoding == "UCS-2"
    assert count("a" * 100 + char).segments == 2


@given(gsm_texts)
def test_a_text_of_the_alphabet_is_gsm7(text: str) -> None:
    assert is_gsm7(text)
    assert count(text).encoding == "GSM-7"


@given(gsm_texts, gsm_texts)
def test_a_longer_text_never_takes_fewer_segments(text: str, more: str) -> None:
    whole = unicodedata.normalize("NFC", text + more)

    assert count(whole).segments >= count(text).segments


@given(gsm_texts)
def test_segments_are_never_fewer_than_the_septets_need(text: str) -> None:
    size = count(text)

    assert size.segments >= -(-size.units // 160)
    assert size.segments <= -(-size.units // 152)


@given(st.text(max_size=400))
def test_any_text_can_be_counted(text: str) -> None:
    size = count(text)

    assert (size.segments == 0) == (unicodedata.normalize("NFC", text) == "")
