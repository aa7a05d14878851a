"""Reading what people really type."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.enquiry import (
    Enquiry,
    Language,
    MemberEnquiry,
    Rejection,
    RejectionReason,
)
from gateway.domain.participants import KPJ
from gateway.handlers import topics
from gateway.parsers.keyword_index import KeywordIndex
from tests.support.texts import parse, redacted

INDEX = KeywordIndex(topic.keyword for topic in topics().values())
CORPUS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "corpus.jsonl").read_text().splitlines()
]
R = RejectionReason

kpjs = st.from_regex(r"(2[7-9]|[3-6][0-9]|7[0-6])[0-9]{9}", fullmatch=True).filter(
    lambda digits: not digits.startswith("628")
)
separators = st.sampled_from([*" \n#.-/*:;,_=()", " - ", ": ", "", " (spasi) "])
keywords = st.sampled_from(["saldo", "SALDO", "Status", "jht", "cek saldo", "BALANCE"])
courtesies = st.sampled_from(["", "tolong ", "Assalamualaikum pak, ", "mohon dibantu "])


def read(text: str) -> Enquiry | Rejection:
    return parse(text, INDEX)


def kpj_of(outcome: Enquiry | Rejection) -> str | None:
    if isinstance(outcome, MemberEnquiry):
        return outcome.kpj.digits
    return None


def as_row(outcome: Enquiry | Rejection) -> dict[str, str | None]:
    rejected = isinstance(outcome, Rejection)
    return {
        "keyword": outcome.keyword,
        "kpj": kpj_of(outcome),
        "language": outcome.language,
        "rejection": outcome.reason if rejected else None,
    }


def test_decides_as_a_reasonable_operator_would() -> None:
    wrong = [
        (row["body"], got, row["why"])
        for row in CORPUS
        if (got := as_row(read(row["body"]))) != {key: row[key] for key in got}
    ]

    assert wrong == []


def test_no_number_is_looked_up_that_was_not_meant() -> None:
    wrong = [
        (row["body"], found)
        for row in CORPUS
        if (found := kpj_of(read(row["body"]))) not in (None, row["kpj"])
    ]

    assert wrong == []


@given(courtesies, keywords, separators, kpjs)
def test_keyword_separator_and_kpj_in_any_manner(
    courtesy: str, keyword: str, separator: str, kpj: str
) -> None:
    assert kpj_of(read(f"{courtesy}{keyword}{separator}{kpj}")) == kpj


@given(keywords, separators, kpjs)
def test_the_number_may_come_first(keyword: str, separator: str, kpj: str) -> None:
    assert kpj_of(read(f"{kpj}{separator}{keyword}")) == kpj


@given(kpjs, st.sampled_from([" ", "-", ".", "/", "_"]), st.data())
def test_a_number_may_be_typed_in_groups(
    kpj: str, separator: str, data: st.DataObject
) -> None:
    cuts = data.draw(st.sampled_from([(4, 8), (3, 7), (2, 6), (5, 8), (4, 6)]))
    groups = [kpj[: cuts[0]], kpj[cuts[0] : cuts[1]], kpj[cuts[1] :]]

    assert kpj_of(read("SALDO " + separator.join(groups))) == kpj


@given(kpjs, st.integers(0, 2**11 - 1))
def test_letters_that_look_like_digits_count_as_them(kpj: str, choice: int) -> None:
    similar = {"0": "O", "1": "l"}
    typed = "".join(
        similar.get(digit, digit) if choice >> place & 1 else digit
        for place, digit in enumerate(kpj)
    )

    assert kpj_of(read(f"saldo {typed}")) == kpj


@given(kpjs, st.sampled_from([0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0xFF10, 0x1D7CE]))
def test_digits_of_any_script_are_digits(kpj: str, zero: int) -> None:
    typed = "".join(chr(zero + int(digit)) for digit in kpj)

    assert kpj_of(read(f"saldo {typed}")) == kpj


@given(
    kpjs, st.integers(1, 10), st.sampled_from("\u200b\u200d\u2060\ufeff\u00ad\ufe0f")
)
def test_invisible_characters_do_not_part_a_number(
    kpj: str, place: int, invisible: str
) -> None:
    assert kpj_of(read(f"saldo {kpj[:place]}{invisible}{kpj[place:]}")) == kpj


@given(st.from_regex(r"[3-6][0-9]{3,18}", fullmatch=True))
def test_a_number_is_never_cut_or_padded(digits: str) -> None:
    outcome = read(f"SALDO {digits}")

    assert kpj_of(outcome) in (None, digits)
    if len(digits) != 11:
        assert kpj_of(outcome) is None


@given(st.from_regex(r"[3-6][0-9]{9}", fullmatch=True))
def test_the_keywords_last_letter_is_no_zero(ten_digits: str) -> None:
    for text in (f"SALDO{ten_digits}", f"SALDOO{ten_digits}", f"{ten_digits}SALDO"):
        assert kpj_of(read(text)) is None


@given(
    st.from_regex(r"[3-6][0-9]{8,9}", fullmatch=True),
    st.sampled_from(["2", "0", "2026", "21-11-2026", "1/1/26"]),
)
def test_what_follows_is_not_glued_to_a_short_number(digits: str, behind: str) -> None:
    assert kpj_of(read(f"SALDO {digits} {behind}")) is None


@given(kpjs, kpjs)
def test_two_different_kpj_are_not_guessed_between(one: str, other: str) -> None:
    outcome = read(f"SALDO {one} {other}")

    if one == other:
        assert kpj_of(outcome) == one
    else:
        assert isinstance(outcome, Rejection)
        assert outcome.reason is R.KPJ_AMBIGUOUS


@given(st.from_regex(r"8[1-9][0-9]{8,9}", fullmatch=True))
def test_a_telephone_number_with_country_code_is_never_looked_up(rest: str) -> None:
    for text in (f"saldo +62{rest}", f"saldo 62{rest}", f"+62 {rest} saldo"):
        assert kpj_of(read(text)) is None


def test_no_kpj_is_kept_with_the_text() -> None:
    kept = {row["body"]: redacted(row["body"]) for row in CORPUS if row["kpj"]}

    assert [
        row["body"]
        for row in CORPUS
        if row["kpj"]
        and row["kpj"][:7] in re.sub(r"[^0-9A-Za-z]", "", kept[row["body"]]).upper()
    ] == []


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    outcome = read(text)

    assert outcome.language in Language


@given(st.text("0123456789OolI +-. saldo(#)\n", max_size=60))
def test_what_is_looked_up_has_the_shape_of_a_kpj(text: str) -> None:
    outcome = read(text)

    if isinstance(outcome, MemberEnquiry):
        KPJ(outcome.kpj.digits)
        assert outcome.keyword in ("saldo", "status")


@pytest.mark.parametrize(
    ("text", "reason", "length"),
    [
        ("saldo 6100000001", R.KPJ_MALFORMED, 10),
        ("saldo 610000000191", R.KPJ_MALFORMED, 12),
        ("saldo 0000010101010001", R.NIK_GIVEN, 16),
        ("saldo 0001234567890", R.HEALTH_CARD_GIVEN, 13),
        ("saldo 081100000011", R.PHONE_GIVEN, 12),
    ],
)
def test_a_wrong_number_is_seen_for_what_it_is(
    text: str, reason: RejectionReason, length: int
) -> None:
    outcome = read(text)

    assert isinstance(outcome, Rejection)
    assert (outcome.reason, outcome.length) == (reason, length)
    assert outcome.keyword == "saldo"


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("saldo 61000B00019", "B"),
        ("saldo 61X0000Y019", "Y"),
        ("saldo 61K0000001", None),
        ("saldo 6100000001", None),
    ],
)
def test_a_letter_that_no_kpj_can_have_is_named(text: str, letter: str | None) -> None:
    outcome = read(text)

    assert isinstance(outcome, Rejection)
    assert (outcome.reason, outcome.letter) == (R.KPJ_MALFORMED, letter)


def test_a_text_without_letter_or_digit_is_empty() -> None:
    face = "\N{SMILING FACE WITH SUNGLASSES}"
    texts = ["", " ", "\n", "...", face, "\0", "\u200b"]

    assert [text for text in texts if read(text) != Rejection(R.EMPTY)] == []


def test_an_english_word_chooses_english() -> None:
    assert read("balance 61000000019").language is Language.ENGLISH
    assert read("saldo 61000000019").language is Language.INDONESIAN
    assert read("please check my status 61000000019").language is Language.ENGLISH


def test_an_old_cards_letter_is_kept_upper_case() -> None:
    assert kpj_of(read("saldo 61k00000123")) == "61K00000123"
    assert kpj_of(read("saldo 6100000012k")) is None


@pytest.mark.parametrize(
    ("text", "keyword", "language"),
    [
        ("SALDO 61000000019 ENG", "saldo", "en"),
        ("saldo 61000000019 english please", "saldo", "en"),
        ("SALDO61000000019ENG", "saldo", "en"),
        ("61000000019 en", "saldo", "en"),
        ("kartu 61000000019 bahasa inggris", "kartu", "en"),
        ("tolong cek saldo saya 61000000019 inggris", "saldo", "en"),
        ("BALANCE 61000000019 INDO", "saldo", "id"),
        ("please check my balance 61000000019 indonesia", "saldo", "id"),
        ("PROGRAM JHT ENG", "program", "en"),
        ("BAHASA INGGRIS", "bahasa", "id"),
        ("BAHASA ENG", "bahasa", "id"),
        # A complaint is free text.
        ("pengaduan petugas tidak bisa bahasa inggris", "pengaduan", "id"),
    ],
)
def test_a_language_named_last_is_that_of_the_reply(
    text: str, keyword: str, language: str
) -> None:
    outcome = read(text)

    assert (outcome.keyword, outcome.language) == (keyword, language)


@pytest.mark.parametrize(
    ("text", "last_four"),
    [
        ("SALDO 0019", ("0019",)),
        ("0019", ("0019",)),
        ("saldo 00 19", ("0019",)),
        ("MUTASI 0019 2025", ("0019", "2025")),
        ("MUTASI 2025 0019", ("2025", "0019")),
        ("SIMULASI 0019 60", ("0019",)),
        ("SALDO O019", ("0019",)),
        # Labelled as something else, or of another length.
        ("saldo rp 5000", ()),
        ("saldo 019", ()),
        ("saldo 6100000001", ()),
        ("saldo 0000010101010001 0019", ()),
    ],
)
def test_four_digits_may_be_the_end_of_a_kpj(
    text: str, last_four: tuple[str, ...]
) -> None:
    outcome = read(text)

    assert isinstance(outcome, Rejection)
    assert outcome.last_four == last_four


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("SALDO JP 61000000019", "saldo_jp"),
        ("saldo jkp 61000000019", "saldo_jp"),
        ("cek saldo jaminan pensiun 61000000019", "saldo_jp"),
        ("saldo pensiun saya", "saldo_jp"),
        ("JP 61000000019", "program"),
        ("SALDO JHT 61000000019", "saldo"),
        ("mau pensiun, cek saldo 61000000019", "saldo"),
    ],
)
def test_the_jht_balance_is_no_answer_about_another_programme(
    text: str, keyword: str
) -> None:
    assert read(text).keyword == keyword
