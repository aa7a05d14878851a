"""What an operator types, and what is looked for then."""

from datetime import date

import pytest

from gateway.parsers.search_query import (
    Problem,
    Search,
    masked,
    parse,
    tokenise_numbers,
    with_term,
)

KEYWORDS = ("saldo", "status")
PHONE = "+628110000001"
KPJ = "61000000019"


def index(value: str) -> bytes:
    return value.encode().rjust(16, b"\0")[-16:]


def read(typed: str, known: str = "") -> Search:
    return parse(tokenise_numbers(typed, index, known), KEYWORDS)


@pytest.mark.parametrize(
    "typed",
    [
        *(PHONE, "628110000001", "08110000001", "8110000001", "0811 0000 001"),
        *("+62 811-0000-001", "(0811) 0000.001", f"phone:{PHONE}"),
        *("phone:0811-0000-001", "phone:0811 0000 001", 'phone:"0811 0000 001"'),
    ],
)
def test_a_phone_in_any_notation_is_looked_for_by_its_hash(typed: str) -> None:
    found = read(typed)

    assert found.phones == (index(PHONE),)
    assert (found.words, found.faults) == ((), ())


@pytest.mark.parametrize(
    "typed", [KPJ, "61 000 000 019", "6100-0000-019", f"kpj:{KPJ}", "kpj:61000 000019"]
)
def test_a_kpj_in_any_notation_is_looked_for_by_its_hash(typed: str) -> None:
    found = read(typed)

    assert found.kpjs == (index(KPJ),)
    assert (found.words, found.faults) == ((), ())


@pytest.mark.parametrize(
    "typed",
    [
        "62811000001",
        "0062811000001",
        "062811000001",
        "+62 (0)811-000-001",
        "0811000001",
    ],
)
def test_a_phone_of_nine_digits_is_looked_for_in_any_notation(typed: str) -> None:
    """Field report F2: whoever writes 62811000001 means +62811000001."""
    assert read(typed).phones == (index("+62811000001"),)


def test_an_old_kpj_with_a_letter_is_one() -> None:
    assert read("61k00000123").kpjs == (index("61K00000123"),)


def test_a_number_that_may_be_either_is_what_it_is_called() -> None:
    assert read("08110000001").phones == (index(PHONE),)
    assert read("kpj:08110000001").kpjs == (index("08110000001"),)


def test_no_whole_number_is_left_in_the_text_of_a_search() -> None:
    text = tokenise_numbers(f"saldo {KPJ} {PHONE} 61000000027", index)

    assert masked(text) == "saldo kpj:***0019 phone:***0001 kpj:***0027"
    assert KPJ not in text
    assert "8110000001" not in text


def test_numbers_side_by_side_are_several() -> None:
    found = read(f"0811 0000 001 {KPJ} x 5")

    assert (found.phones, found.kpjs) == ((index(PHONE),), (index(KPJ),))
    assert found.words == ("x", "5")


def test_a_masked_number_in_the_box_is_the_one_searched_for_before() -> None:
    before = tokenise_numbers(PHONE, index)

    again = read(f"{masked(before)} keyword:saldo", known=before)

    assert again.phones == (index(PHONE),)
    assert again.masked == "phone:***0001 keyword:saldo"


@pytest.mark.parametrize("typed", ["phone:4821", "phone:***4821"])
def test_four_digits_are_the_end_of_a_phone(typed: str) -> None:
    assert read(typed).phone_tails == ("4821",)


def test_four_digits_of_a_kpj_are_looked_for_in_the_text() -> None:
    assert read("kpj:0019").words == ("***0019",)


def test_fields_words_and_phrases() -> None:
    found = read(
        "keyword:SALDO outcome:refused outcome:kpj_missing status:failed "
        'from:2026-11-01 to:2026-11-05 tolong "cek saldo saya"'
    )

    assert found.keywords == ("saldo",)
    assert found.outcomes == ("refused", "kpj_missing")
    assert found.statuses == ("failed",)
    assert (found.since, found.until) == (date(2026, 11, 1), date(2026, 11, 5))
    assert found.words == ("tolong", "cek saldo saya")
    assert found.faults == ()


@pytest.mark.parametrize(
    ("typed", "problem", "allowed"),
    [
        ("sender:x", Problem.FIELD, "phone"),
        ("keyword:pulsa", Problem.VALUE, "saldo"),
        ("outcome:lost", Problem.VALUE, "refused"),
        ("status:gone", Problem.VALUE, "delivered"),
        ("from:yesterday", Problem.DAY, None),
        ("to:2026-13-01", Problem.DAY, None),
        ("to:9999-12-31", Problem.DAY, None),
        ("from:0001-01-01", Problem.DAY, None),
        ("phone:12", Problem.PHONE, None),
        ("kpj:123456", Problem.KPJ, None),
        ("0000010101010001", Problem.NUMBER, None),
        ("2026-11-01", Problem.NUMBER, None),
    ],
)
def test_a_wrong_term_is_named_with_what_is_allowed(
    typed: str, problem: Problem, allowed: str | None
) -> None:
    found = read(f"saldo {typed}")

    [fault] = found.faults
    assert (fault.term, fault.problem) == (typed, problem)
    assert allowed is None or allowed in fault.allowed
    assert found.text == f"saldo {typed}"


def test_a_filter_replaces_the_field_and_leaves_the_rest() -> None:
    text = "tolong keyword:saldo keyword:status"

    assert with_term(text, "keyword", "stop") == "tolong keyword:stop"
    assert with_term(text, "keyword", "") == "tolong"
