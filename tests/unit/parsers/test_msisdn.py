"""Telephone numbers: one phone, however phones, operators and people write it."""

import random

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.messages import SenderKind
from gateway.parsers.msisdn import (
    SHORTEST_SUBSCRIBER,
    classify_sender,
    is_same_number,
    to_mobile,
)

_RANDOM = random.Random(7)
# Of libphonenumber's metadata for Indonesia: 84x is not given to mobile phones.
PREFIXES = [number for number in range(811, 900) if number // 10 != 84]
# What stands before the national number.
COUNTRY = [
    "+62",
    "62",
    "062",
    "0062",
    "0",
    "",
    "+62 ",
    "+62-",
    "(+62)",
    "+62 (0)",
    "620",
]
SEPARATORS = ["", " ", "-", ".", "\u00a0", "\u2011", " - "]
# Tristan da Cunha has no mobile phones.
ABROAD = sorted(phonenumbers.SUPPORTED_REGIONS - {"ID", "TA"})


@st.composite
def mobiles(draw: st.DrawFn) -> str:
    """The digits of a mobile number after 62: 9 to 12 of them."""
    prefix = draw(st.sampled_from(PREFIXES))
    rest = draw(st.text("0123456789", min_size=6, max_size=9))
    return f"{prefix}{rest}"


@st.composite
def written(draw: st.DrawFn, national: str) -> str:
    """A mobile number as somebody writes it."""
    separator = draw(st.sampled_from(SEPARATORS))
    groups = [national[:3], national[3:6], national[6:]]
    return draw(st.sampled_from(COUNTRY)) + separator.join(groups)


@given(st.data())
def test_every_written_form_of_a_mobile_number_is_one_phone(
    data: st.DataObject,
) -> None:
    """Field report F2: 62811123456 is +62811123456, in every form and length."""
    national = data.draw(mobiles())
    form = data.draw(written(national))

    assert classify_sender(form) == (f"+62{national}", SenderKind.MOBILE)
    assert to_mobile(f" {form} ") == f"+62{national}"


def test_each_mobile_prefix_is_read_in_every_form() -> None:
    """Field report F2: no prefix from 811 to 899 and no length is left out.

    Field report W58: numbers with 13 digits from the 0 on are phones, too.
    """
    wrong = [
        start + national
        for start in COUNTRY
        for length in (9, 10, 11, 12)
        for prefix in PREFIXES
        if to_mobile(start + (national := f"{prefix}{'1234567890'[: length - 3]}"))
        != f"+62{national}"
    ]

    assert wrong == []


@given(
    st.sampled_from(["", "+62", "62", "0", "062", "0062"]),
    st.from_regex(r"8[1-35-9]([0-9]{0,6}|[0-9]{11,14})", fullmatch=True),
)
def test_a_number_of_another_length_is_no_mobile(start: str, national: str) -> None:
    """Field report F2: nothing is cut or filled up to make a phone of it."""
    assert to_mobile(start + national) is None


@given(st.sampled_from(["21", "22", "24", "31", "61", "274", "361", "620", "628"]))
def test_a_landline_is_never_a_mobile(area: str) -> None:
    """Field report F2: 0628 20345 is in Kabanjahe, not a phone beginning with 8."""
    for subscriber in ("20345", "203456", "2034567"):
        for start in ("+62", "0062", "062", "0"):
            assert to_mobile(f"{start}{area}{subscriber}") is None


def test_a_number_of_another_country_stays_there() -> None:
    """Field report F2: with plus or 00 the country is told, and is not ours."""
    wrong = [
        (region, form)
        for region in ABROAD
        for e164 in [example_mobile(region)]
        for form in forms_abroad(e164)
        if classify_sender(form) != (e164, SenderKind.FOREIGN)
    ]

    assert wrong == []


def test_a_number_abroad_that_is_too_short_for_a_phone_is_a_short_code() -> None:
    short = [value for value in map(example_mobile, ABROAD) if is_short(value)]

    assert short
    assert {classify_sender(item)[1] for item in short} == {SenderKind.SHORT_CODE}


def example_mobile(region: str) -> str:
    example = phonenumbers.example_number_for_type(
        region, phonenumbers.PhoneNumberType.MOBILE
    )
    return phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)


def is_short(e164: str) -> bool:
    return len(e164) <= SHORTEST_SUBSCRIBER


def forms_abroad(e164: str) -> list[str]:
    if is_short(e164):
        return []
    return [e164, e164.replace("+", "00"), f"{e164[:3]} {e164[3:]}"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("", SenderKind.NO_SENDER),
        ("  ", SenderKind.NO_SENDER),
        ("TSEL, INFO", SenderKind.ALPHANUMERIC),
        ("+628110000001,+628110000002", SenderKind.ALPHANUMERIC),
        ("08I1000000I", SenderKind.ALPHANUMERIC),
        ("+62\u0661811000000", SenderKind.ALPHANUMERIC),
        ("4444", SenderKind.SHORT_CODE),
        ("+", SenderKind.ALPHANUMERIC),
        ("()", SenderKind.ALPHANUMERIC),
        ("0" * 40, SenderKind.NOT_MOBILE),
        ("+999123456789", SenderKind.NOT_MOBILE),
    ],
)
def test_what_is_no_phone_is_seen_for_what_it_is(
    address: str, kind: SenderKind
) -> None:
    assert classify_sender(address)[1] is kind


@given(st.text(max_size=40))
def test_no_address_is_an_error(address: str) -> None:
    msisdn, kind = classify_sender(address)

    assert kind is SenderKind(kind)
    assert classify_sender(msisdn)[0] == msisdn


@pytest.mark.parametrize(
    ("ours", "written"),
    [
        ("5757", ["5757", "+5757", "625757", "+625757", "0062 5757", "0625757"]),
        ("62811", ["62811", "+62811", "6262811"]),
        ("08110000009", ["+628110000009", "628110000009", "00628110000009"]),
        ("+15005550006", ["15005550006", "+15005550006", "0015005550006"]),
        ("+6221555017", ["6221555017", "021555017", "006221555017", "+6221555017"]),
    ],
)
def test_our_own_number_is_known_in_every_form(ours: str, written: list[str]) -> None:
    """Field report F15: operators write the country before a short code, too."""
    assert all(is_same_number(item, ours) for item in written)


@pytest.mark.parametrize(
    ("ours", "other"),
    [
        *(
            (("5757", text))
            for text in ("57575", "575", "6257570", "5758", "KANTOR", "")
        ),
        ("+15005550006", "+15005550007"),
    ],
)
def test_another_number_is_not_ours(ours: str, other: str) -> None:
    assert not is_same_number(other, ours)


def test_only_a_mobile_number_in_e164_is_a_phone() -> None:
    numbers = [
        f"+62{prefix:03}{''.join(_RANDOM.choices('0123456789', k=length))}"
        for length in range(5, 12)
        for prefix in range(1_000)
    ]

    wrong = []
    for number in numbers:
        msisdn, kind = classify_sender(number)
        if to_mobile(number) != (msisdn if kind is SenderKind.MOBILE else None):
            wrong.append(number)

    assert wrong == []
